"""What each mechanism does for the scorecard: it is taken away, and everything is measured again on the same seeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..rules.switches import SWITCHES
from ..world.parameters import default_values
from .scorecard import Measured, Row, clear_wedges, score

CORE = ("never_broken", "ever_fight", "enmity_held", "branches_fought", "against_utility", "fight_years", "fight_recurrence")
"""Rows that are measured again."""
NEUTRAL: dict[str, dict[str, float]] = {
    "inertia": {"choice.inertia": 0.0},
    "the price at the edge": {"choice.cliff": 0.0},
    "rarer reconsideration at a distance": {"choice.familiarity": 1.0},
    "rarer reconsideration in quiet": {"choice.quiet": 1.0},
    "growth of personal ties": {"personal_ties.growth": 0.0},
    "entry condition of rapport": {"rapport.selection": 0.0},
    "an actor's part of rapport": {"rapport.hub": 0.0},
    "burden of neighbours": {"burden.distance": 1.0},
    "the host's larger burden": {"burden.side": 0.0},
    "the bargaining chip": {"inducement.chip": 0.0},
    "hiding of small bodies": {"losses.hidden": 0.0},
}
"""Parts of mechanisms by what they are, with the values at which they do nothing."""


@dataclass(frozen=True)
class Ablation:
    """What came of taking something away.

    Attributes
    ----------
    name : str
    values : dict
        Value of each row of `CORE`.
    lost, won : tuple of str
        Targets met with it and not without, and the other way round.
    stilled : tuple of str
        Wedges that moved the mean depth clearly with it and do not without.
    """

    name: str
    values: dict[str, float]
    lost: tuple[str, ...]
    won: tuple[str, ...]
    stilled: tuple[str, ...]


def ablations() -> dict[str, dict[str, float]]:
    """Everything that can be taken away and stands at something else now, with the parameters that take it away."""
    known = default_values()
    found = {name.replace("_", " "): values for name, values in SWITCHES.items()} | NEUTRAL
    return {name: values for name, values in found.items() if any(known[path] != value for path, value in values.items())}


def ablated(
    rows: Sequence[Row], values: Mapping[str, float], replicates: int, seed: int, told: Callable[[str], None]
) -> tuple[Ablation, list[Ablation]]:
    """The scorecard's core with everything in place, and without each mechanism in turn."""
    core = [row for row in rows if row.name in CORE]

    def measured(name: str, changed: Mapping[str, float]) -> tuple[dict[str, float], list[str], list[str]]:
        told(name)
        m = Measured({**values, **changed}, replicates, seed)
        return {row.name: score(row, m).value for row in core}, m.met, clear_wedges(m.effects)

    def without(there: Sequence[str], now: Sequence[str]) -> tuple[str, ...]:
        return tuple(name for name in there if name not in now)

    at, met, clear = measured("everything in place", {})
    found = []
    for name, changed in ablations().items():
        now, met_now, clear_now = measured(f"without {name}", changed)
        found.append(Ablation(f"without {name}", now, without(met, met_now), without(met_now, met), without(clear, clear_now)))
    return Ablation("everything in place", at, (), (), ()), found
