"""The ledger: what each parameter and initial value means, how far it may plausibly lie, what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, FiniteFloat, ValidationError, model_validator

from ..errors import InputError, nearest, told, unknown
from ..paths import SEEDS, read_yaml
from ..strict import STRICT, allowed_by

LEDGER = SEEDS / "parameters.yaml"


class Distribution(BaseModel):
    """Plausible range and shape: what sensitivity analysis and calibration sample."""

    model_config = STRICT
    shape: Literal["uniform", "triangular", "loguniform"] = "uniform"
    low: FiniteFloat
    high: FiniteFloat
    mode: FiniteFloat | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Distribution:
        if not self.low < self.high:
            raise ValueError("low must lie below high")
        if self.shape == "loguniform" and self.low <= 0:
            raise ValueError("a loguniform range starts above 0")
        if self.shape == "triangular" and (self.mode is None or not self.low <= self.mode <= self.high):
            raise ValueError("a triangular range has its mode within low and high")
        return self

    def frozen(self) -> Any:
        """The distribution as scipy.stats has it."""
        from scipy import stats  # late: slow to import

        if self.shape == "uniform":
            return stats.uniform(self.low, self.high - self.low)
        if self.shape == "loguniform":
            return stats.loguniform(self.low, self.high)
        assert self.mode is not None
        return stats.triang((self.mode - self.low) / (self.high - self.low), self.low, self.high - self.low)


class Entry(BaseModel):
    """One ledger entry; it covers the leaf of that path, or every leaf below it.

    Attributes
    ----------
    claims : list of str
        Claims that the number rests on: each carries the existence of what it stands for, and its sign.
    topic : list of str
        Claims cited for their subject alone, which carry no sign: wishes, doubts, claims of the other direction. They give
        the number nothing to rest on.
    """

    model_config = STRICT
    meaning: str = Field(min_length=5)
    unit: str
    range: Distribution
    claims: list[str] = []
    topic: list[str] = []
    assumption: str = ""

    @property
    def cited(self) -> list[str]:
        """Every claim that the entry names."""
        return [*self.claims, *self.topic]

    @model_validator(mode="after")
    def _rests_on_something(self) -> Entry:
        if not self.claims and not self.assumption:
            raise ValueError("needs claims, or an assumption with its reasoning")
        if len(set(self.cited)) < len(self.cited):
            raise ValueError("a claim stands here once, under claims or under topic")
        return self


def _matches(pattern: str, path: str) -> bool:
    """Whether an entry's path covers a leaf: `*` stands for one step, and an entry covers what lies below it."""
    wanted, given = pattern.split("."), path.split(".")
    return len(wanted) <= len(given) and all(w in ("*", g) for w, g in zip(wanted, given, strict=False))


class Ledger:
    """The ledger, read and checked.

    Attributes
    ----------
    entries : dict
        Dotted path (a step may be `*`) -> Entry.
    """

    def __init__(self, entries: Mapping[str, Entry], where: str) -> None:
        self.entries, self.where = dict(entries), where

    def covering(self, path: str) -> str | None:
        """Path of the most specific entry that covers a leaf; None if none does."""
        first = path.partition(".")[0]  # most entries differ in the first step already
        found = [p for p in self.entries if p.startswith((first, "*")) and _matches(p, path)]
        return max(found, key=lambda p: (len(p.split(".")), -p.count("*"))) if found else None

    def entry(self, path: str) -> Entry:
        """The entry that covers a leaf; InputError with the nearest paths if none does."""
        found = self.covering(path)
        if found is None:
            raise unknown(self.where, "", path, self.entries)
        return self.entries[found]

    def check(self, path: str, value: float, where: str) -> None:
        """Refuse a value outside its plausible range.

        Raises
        ------
        InputError
        """
        span = self.entry(path).range
        if not span.low <= value <= span.high:
            raise InputError(where, path, f"{value:g} lies outside its range", f"{span.low:g} to {span.high:g}")


def read_ledger(path: Path = LEDGER) -> Ledger:
    """Read the ledger.

    Raises
    ------
    InputError
        Names the file, the path, the field, the value and what is allowed.
    """
    data = read_yaml(path)
    if not isinstance(data, dict):
        raise InputError(str(path), "", "is not a mapping", "dotted paths with entries")
    entries = {}
    for name, value in data.items():
        try:
            entries[str(name)] = Entry.model_validate(value)
        except ValidationError as error:
            fault = error.errors()[0]
            steps = [str(x) for x in fault["loc"]]
            allowed = nearest(steps[-1], Entry.model_fields) if fault["type"] == "extra_forbidden" else allowed_by(fault)
            raise InputError(
                str(path), ".".join([str(name), *steps]), f"{told(fault['input'])} is not allowed", allowed
            ) from None
    return Ledger(entries, str(path))


@cache
def ledger() -> Ledger:
    """The ledger of this project."""
    return read_ledger()
