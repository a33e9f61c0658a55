"""What a measure says of itself. Tables, comparisons, figures, the report and the lab read it here and name no measure.

A measure is declared on the function that computes it, in the module of what it is of (`of_runs`, `of_pairs`,
`of_organisations`, `networks`). Its name is that of the function and its meaning the docstring.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any, Literal

import numpy as np

from ..world.names import Level, Stance, Talks
from ..world.tables import Floats
from ..world.world import World

Of = Literal["run", "pair", "organisation", "network"]
Kind = Literal["flag", "share", "count", "amount", "month", "code", "word"]
"""flag: 0 or 1 in a run, so that its mean is a share of runs; share: 0..1 in a run; month: from the start; code: a number
that stands for a label, word: the label itself. A mean is taken of the first four alone."""
Declared = dict[str, "Measure"]


def labels_of(kind: type[IntEnum]) -> dict[int, str]:
    """Number -> label of an enumeration."""
    return {int(member): member.name.lower().replace("_", " ") for member in kind}


LEVELS, STANCES, TALKS = labels_of(Level), labels_of(Stance), labels_of(Talks)


@dataclass
class Measure:
    """A number a run, or a number a run and pair or organisation.

    Attributes
    ----------
    name, meaning : str
    of, kind : str
    label, short : str
        What a sentence says, with `{rival}` for the title of the scenario's rival; and the head of a narrow column: a measure
        of a run without it stands in no narrow table.
    unit : str
        Of the number as tables hold it.
    digits : int
        After the point where the number is printed; of shares, in percent.
    better : int
        1 where more is better, -1 where less is, 0 where neither.
    labels : dict
        Of a code or a word, by number.
    headline : bool
        Stands first, with its interval, wherever an alliance is told of.
    forest : bool
        Has a panel in the forest of a comparison.
    relative : bool
        A narrow table gives its change in percent of the baseline.
    parts : pair of str
        Of a share: the counts of the same catalogue that it is the ratio of; over runs their sums are divided.
    asks : str
        Of a month: the flag that says whether a run has one.
    """

    name: str
    of: Of
    kind: Kind
    label: str
    meaning: str
    short: str = ""
    unit: str = ""
    digits: int = 2
    better: int = 0
    labels: Mapping[int, str] = field(default_factory=dict)
    headline: bool = False
    forest: bool = False
    relative: bool = False
    parts: tuple[str, str] | None = None
    asks: str = ""
    compute: Callable[[Any], Any] | None = None
    compute_monthly: Callable[[Any], Any] | None = None  # where the months of runs are kept

    def monthly(self, function: Callable[[Any], Any]) -> Measure:
        """Declare how it is computed where the months are kept, as comparisons keep them."""
        self.compute_monthly = function
        return self

    @property
    def averaged(self) -> bool:
        """Whether a mean over runs says something."""
        return self.kind in ("flag", "share", "count", "amount")

    @property
    def percent(self) -> bool:
        """Whether it is printed in percent, and its changes in points."""
        return self.kind in ("flag", "share")

    @property
    def times(self) -> float:
        """What a change is multiplied with to be printed."""
        return 100.0 if self.percent else 1.0

    @property
    def told_unit(self) -> str:
        """Unit of a change as it is printed."""
        return "points" if self.percent else "a run" if self.kind == "count" else self.unit

    @property
    def spread(self) -> Literal["share", "mean"]:
        """Which interval its mean has: of a share of runs, or of a mean."""
        return "share" if self.kind == "flag" else "mean"

    @property
    def head(self) -> str:
        """Head of a narrow column of changes."""
        mark = " %" if self.relative else " pts" if self.percent and self.of == "run" else ""
        return self.short + mark

    def named(self, world: World) -> Measure:
        """The measure in the words of a world."""
        rival = world.titles.get(world.rival or "", world.rival or "the rival")
        return replace(self, label=self.label.format(rival=rival))


CATALOGUE: dict[Of, Declared] = {"run": {}, "pair": {}, "organisation": {}, "network": {}}


def meaning_of(doc: str | None) -> str:
    """A docstring as a line of a codebook: its first paragraph, without the full stop."""
    return " ".join((inspect.cleandoc(doc or "").split("\n\n")[0]).split()).removesuffix(".")


def measure(of: Of, kind: Kind, label: str, *, by_month: bool = False, **said: Any) -> Callable[[Callable[[Any], Any]], Measure]:
    """Declare the measure that a function computes from what is recorded of runs; the rest as the fields of `Measure`.

    The function takes what its module says. What is missing is masked or NaN; None where the runs cannot say it at all.
    by_month: it needs the months of the runs, so that comparisons alone have it.
    """

    def declare(function: Callable[[Any], Any]) -> Measure:
        name = function.__name__
        if name in CATALOGUE[of]:
            raise ValueError(f"a measure of a {of} is called '{name}' already")
        found = Measure(name, of, kind, label, meaning_of(function.__doc__), **said)
        found.compute, found.compute_monthly = (None, function) if by_month else (function, None)
        CATALOGUE[of][name] = found
        return found

    return declare


def ratio(of: Of, name: str, parts: tuple[str, str], label: str, meaning: str, **said: Any) -> Measure:
    """Declare the share that one count is of another in a run; NaN where there is nothing to divide by."""
    part, whole = (CATALOGUE[of][name].compute for name in parts)
    assert part is not None
    assert whole is not None

    def divided(runs: Any) -> Floats:
        above, below = part(runs), whole(runs)
        return np.where(below > 0, above / np.maximum(below, 1), np.nan)

    found = Measure(name, of, "share", label, meaning, unit="share", parts=parts, compute=divided, **said)
    CATALOGUE[of][name] = found
    return found


def as_numbers(values: Any) -> Floats:
    """Values as floats, NaN where one is masked."""
    return np.where(np.ma.getmaskarray(values), np.nan, np.ma.getdata(values)).astype(float)
