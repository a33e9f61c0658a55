"""What the evidence is checked against: configuration, targets and dated history; and what a check finds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .patterns import Pattern


@dataclass(frozen=True)
class Problem:
    """Something that does not hold together.

    Attributes
    ----------
    where, problem, allowed : str
        File or claim; what is wrong; what would be right.
    fatal : bool
        False for what only deserves a look.
    """

    where: str
    problem: str
    allowed: str = ""
    fatal: bool = True

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}" + (f" (allowed: {self.allowed})" if self.allowed else "")


@dataclass(frozen=True)
class Dated:
    """A row of dated history: where it stands, month `YYYY-MM`, and whom it concerns."""

    where: str
    month: str
    sides: frozenset[str]


@dataclass(frozen=True)
class Settings:
    """What configuration says, for the check against the evidence.

    Attributes
    ----------
    parameters, initial : dict
        Dotted path -> value of every parameter, and of every numeric initial value (`actors.…`, `scenario.…`).
    cited : dict
        File -> claim ids it cites.
    mechanisms, instruments : collection of str
        Names a claim may inform.
    tree : dict
        `actors` -> profiles, `scenario` -> scenarios by name, with the levels of ties as numbers.
    signs : dict
        Term of a tie -> "strengthens" or "weakens": the way it pulls.
    targets : collection of str
        Names of the targets of calibration and of the assertions.
    patterns : dict
        Name -> Pattern.
    timeline, history : sequence of Dated
        Rows of the timeline, and dated events of the scenarios.
    """

    parameters: Mapping[str, float]
    initial: Mapping[str, float]
    cited: Mapping[str, Sequence[str]]
    mechanisms: Collection[str]
    instruments: Collection[str]
    tree: Mapping[str, Any] = field(default_factory=dict)
    signs: Mapping[str, str] = field(default_factory=dict)
    targets: Collection[str] = ()
    patterns: Mapping[str, Pattern] = field(default_factory=dict)
    timeline: Sequence[Dated] = ()
    history: Sequence[Dated] = ()
