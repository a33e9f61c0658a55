"""What each mechanism does for the scorecard: it is taken away, and everything is measured again on the same seeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..rules.switches import SWITCHES
from ..rules.weigh import TERM_NAMES
from ..world.parameters import default_values
from .scorecard import Measured, Row, score

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
    """

    name: str
    values: dict[str, float]
    lost: tuple[str, ...]
    won: tuple[str, ...]


def ablations() -> dict[str, dict[str, float]]:
    """Everything that can be taken away and stands at something else now, with the parameters that take it away."""
    known = default_values()
    found = {name.replace("_", " "): SWITCHES[name] for name in TERM_NAMES} | NEUTRAL
    return {name: values for name, values in found.items() if any(known[path] != value for path, value in values.items())}


def ablated(
    rows: Sequence[Row], values: Mapping[str, float], replicates: int, seed: int, told: Callable[[str], None]
) -> tuple[Ablation, list[Ablation]]:
    """The scorecard's core with everything in place, and without each mechanism in turn."""
    core = [row for row in rows if row.name in CORE]

    def measured(name: str, changed: Mapping[str, float], met: Sequence[str] | None) -> tuple[Ablation, list[str]]:
        told(name)
        m = Measured({**values, **changed}, replicates, seed)
        now = m.met
        before = now if met is None else met
        lost, won = tuple(t for t in before if t not in now), tuple(t for t in now if t not in before)
        return Ablation(name, {row.name: score(row, m).value for row in core}, lost, won), now

    whole, met = measured("everything in place", {}, None)
    return whole, [measured(f"without {name}", changed, met)[0] for name, changed in ablations().items()]
