"""Claims coded out of the articles: one file an article, one entry a claim."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError, model_validator

from ..errors import InputError, nearest, told
from ..paths import SEEDS, read_yaml
from ..strict import FROM_LIST, STRICT, allowed_by

ARTICLES = SEEDS / "articles"
TYPES = ("mechanism", "quantitative", "relational", "event", "policy", "forecast", "analogy")
KINDS = ("parameter", "initial", "mechanism", "event", "instrument", "target")
PROCESS_NAMES = (
    "leadership", "succession", "concealment", "stance", "pledge", "negotiation", "spoiling", "split", "defection",
    "opportunity", "bonding", "visibility", "exposure", "recruitment", "losses", "transfer", "attacks", "claims",
    "reaction", "displacement", "patronage",
)  # fmt: skip
"""Processes that a claim may inform besides the terms of a tie."""


WORDS = {
    "negligible": (0.1, (0.0, 0.3)), "some": (0.3, (0.1, 0.6)), "substantial": (0.6, (0.3, 0.8)),
    "very strong": (0.85, (0.6, 1.0)),
}  # fmt: skip
"""Words of degree on a scale from 0 to 1: value, and the range that spans the neighbouring words."""


class Strict(BaseModel):
    """A mapping in which an unknown key is an error, and so is a value of another kind."""

    model_config = STRICT


class Stated(Strict):
    """A bibliographic fact; `inferred` when the text does not state it, with the basis of the inference."""

    value: str
    inferred: bool = False
    basis: str = ""

    @property
    def told(self) -> str:
        """The fact as it is shown to a reader, who must see that it is not in the text."""
        return f"{self.value} [inferred]" if self.inferred else self.value


class Source(Strict):
    """Where an article appeared, and how we read it."""

    key: str = Field(pattern=r"^[a-z]+_\d{4}$")
    title: str
    author: Stated
    outlet: Stated
    date: Stated
    text: str
    reading: str


class Coding(Strict):
    """How wording became a number: a suggestion with a range.

    Attributes
    ----------
    word : str
        The word of degree that the wording was read as; it gives `value` and `range`, which are then left out.
    of : list of str
        What the number is a number of, where the claim informs other things too: all of them if left out, nothing in the
        model if empty.
    """

    word: Literal["negligible", "some", "substantial", "very strong"] | None = None
    value: float | bool | str | None = None
    range: Annotated[tuple[float, float], FROM_LIST] | None = None
    unit: str = ""
    of: list[str] | None = None
    note: str = ""

    @model_validator(mode="before")
    @classmethod
    def _word_gives_the_number(cls, data: Any) -> Any:
        if not isinstance(data, dict) or data.get("word") not in [*WORDS]:
            return data
        if "value" in data or "range" in data:
            raise ValueError("a word of degree gives value and range; leave them out")
        value, span = WORDS[data["word"]]
        return {**data, "value": value, "range": span}

    @model_validator(mode="after")
    def _value_lies_in_its_range(self) -> Coding:
        if self.range is not None and isinstance(self.value, float) and not self.range[0] <= self.value <= self.range[1]:
            raise ValueError("the value lies outside its range")
        return self


class Informs(Strict):
    """What in the model a claim speaks to."""

    kind: Literal["parameter", "initial", "mechanism", "event", "instrument", "target"]
    ref: str


class Claim(Strict):
    """One distinct claim, in our own words.

    Attributes
    ----------
    paragraph : int
        Ordinal among the non-blank lines of the article's text.
    direction : str
        Effect on the ties named.
    confidence : str
        The author's: asserted, hedged, or reported from somebody else.
    """

    id: str
    paragraph: int = Field(ge=1)
    paraphrase: str = Field(min_length=10)
    type: Literal["mechanism", "quantitative", "relational", "event", "policy", "forecast", "analogy"]
    actors: list[str] = []
    dyads: list[str] = []
    direction: Literal["strengthens", "weakens", "mixed", "none"] = "none"
    confidence: Literal["asserted", "hedged", "reported"]
    coding: Coding | None = None
    informs: list[Informs] = []
    not_modelled: str = ""
    agrees: list[str] = []
    contradicts: list[str] = []

    @model_validator(mode="after")
    def _informs_or_says_why_not(self) -> Claim:
        if bool(self.informs) == bool(self.not_modelled):
            raise ValueError("needs either `informs` or `not_modelled` with the reason, not both")
        return self

    @model_validator(mode="after")
    def _coding_is_of_what_it_informs(self) -> Claim:
        strange = set((self.coding and self.coding.of) or ()) - {item.ref for item in self.informs}
        if strange:
            raise ValueError(f"the coding is of {sorted(strange)[0]}, which the claim does not inform")
        return self


class Article(Strict):
    """An article and its claims."""

    article: Source
    claims: list[Claim] = Field(min_length=1)


def _fault(path: Path, data: Any, error: ValidationError) -> InputError:
    fault = error.errors()[0]
    steps = list(fault["loc"])
    field = ".".join(str(x) for x in steps)
    if len(steps) > 1 and steps[0] == "claims" and isinstance(steps[1], int) and isinstance(data, dict):
        entry = data["claims"][steps[1]]
        name = entry.get("id", f"number {steps[1] + 1}") if isinstance(entry, dict) else f"number {steps[1] + 1}"
        field = ".".join([str(name), *(str(x) for x in steps[2:])])
    if fault["type"] == "extra_forbidden":
        known = [*Claim.model_fields, *Source.model_fields, *Coding.model_fields]
        return InputError(str(path), field, "unknown field", nearest(str(steps[-1]), known))
    if fault["type"] == "missing":
        return InputError(str(path), field, "is missing", "a value")
    return InputError(str(path), field, f"{told(fault['input'])} is not allowed", allowed_by(fault))


def read_article(path: Path) -> Article:
    """One article's file.

    Raises
    ------
    InputError
        Names the file, the claim, the field, the value and what is allowed.
    """
    data = read_yaml(path)
    if not isinstance(data, dict):
        raise InputError(str(path), "", "is not a mapping", "`article` and `claims`")
    try:
        return Article.model_validate(data)
    except ValidationError as error:
        raise _fault(path, data, error) from None


def read_articles(folder: Path = ARTICLES) -> list[Article]:
    """Every article of the evidence, by key; InputError if there is none."""
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise InputError(str(folder), "", "holds no article", "one YAML file an article")
    return [read_article(path) for path in paths]


@cache
def articles() -> tuple[Article, ...]:
    """The evidence of this project."""
    return tuple(read_articles())


def words_of(text: str) -> list[str]:
    """Words of a text for comparison: lower case, letters, digits and apostrophes only."""
    return re.findall(r"[a-z0-9']+", text.lower().replace("’", "'"))


def shared_runs(ours: str, theirs: str, length: int = 8) -> set[str]:
    """Runs of `length` words that two texts share."""

    def runs(text: str) -> set[tuple[str, ...]]:
        words = words_of(text)
        return {tuple(words[n : n + length]) for n in range(len(words) - length + 1)}

    return {" ".join(run) for run in runs(ours) & runs(theirs)}
