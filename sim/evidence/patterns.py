"""Patterns that claims name as targets, and what sees them: a target of calibration, an assertion, or nothing yet."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError, model_validator

from ..errors import InputError, told
from ..paths import SEEDS, read_yaml
from ..strict import STRICT, allowed_by

PATTERNS = SEEDS / "patterns.yaml"


class Pattern(BaseModel):
    """A pattern that an article describes.

    Attributes
    ----------
    meaning : str
        What is to be seen in runs.
    seen_by : list of str
        Targets (seeds/targets.yaml) and assertions (experiments/assertions) in which a run would show it.
    unseen : str
        Why nothing sees it.
    """

    model_config = STRICT
    meaning: str = Field(min_length=10)
    seen_by: list[str] = []
    unseen: str = ""

    @model_validator(mode="after")
    def _seen_or_says_why_not(self) -> Pattern:
        if bool(self.seen_by) == bool(self.unseen):
            raise ValueError("needs either `seen_by` or `unseen` with the reason, not both")
        return self


def read_patterns(path: Path = PATTERNS) -> dict[str, Pattern]:
    """Every pattern by name.

    Raises
    ------
    InputError
        Names the pattern, the field, the value and what is allowed.
    """
    data = read_yaml(path)
    if not isinstance(data, dict):
        raise InputError(str(path), "", "is not a mapping", "names with patterns")
    found = {}
    for name, value in data.items():
        try:
            found[str(name)] = Pattern.model_validate(value)
        except ValidationError as error:
            fault = error.errors()[0]
            field = ".".join([str(name), *map(str, fault["loc"])])
            raise InputError(str(path), field, f"{told(fault['input'])} is not allowed", allowed_by(fault)) from None
    return found


@cache
def patterns() -> dict[str, Pattern]:
    """The patterns of this project."""
    return read_patterns()
