"""Patterns that targets name: statistics of ties as coders see them, of networks, and of the named world's runs.

Each is one function of what was seen; where the data are at hand the same function gives the observed value.
NaN means that there was nothing to count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import CensoredData, ecdf, rankdata

from ..measures.clustering import clustering_ratio, graph_of_pairs
from ..measures.networks import gini
from ..world.names import Level
from .coder import SEEN, UNOBSERVED, UNSEEN, Spells, Ties, bridged, spells_of

Flags = NDArray[np.bool_]
NAN = float("nan")
LATE = 2
"""Years of age from which on a tie counts as old (T3)."""
SIZE_CLASSES = (100, 1000, 10000)
"""Fighters from which on an organisation falls in the next class of size (BAAD)."""


def ratio(above: float, below: float) -> float:
    """A ratio; NaN over zero."""
    return float(above / below) if below > 0.0 else NAN


def share(flags: Any) -> float:
    """Share of True; NaN of nothing."""
    return float(np.mean(flags)) if np.size(flags) else NAN


# ties over the years


def dissolution_rate(ties: Ties) -> float:
    """Share of tie-years not followed by another, among those whose next year is observed (T1)."""
    seen = bridged(ties)
    at_risk = (seen[:, :-1] == SEEN) & (seen[:, 1:] != UNOBSERVED)
    return share(seen[:, 1:][at_risk] == UNSEEN)


def survival_to(spells: Spells, years: float) -> float:
    """Share of ties that last beyond `years`, by Kaplan and Meier (T2)."""
    if not spells.ended.any():
        return NAN
    times = CensoredData(uncensored=spells.duration[spells.ended], right=spells.duration[~spells.ended])
    return float(ecdf(times).sf.evaluate(years))


def old_over_new_hazard(spells: Spells) -> float:
    """Hazard of ending at age two and later over that in the first year (T3)."""
    late = np.maximum(spells.duration - LATE, 0).sum()
    ended = spells.ended & (spells.duration > LATE)
    return ratio(ratio(ended.sum(), late), share((spells.duration == 1) & spells.ended))


def formed_again(ties: Ties) -> float:
    """Share of dyads whose support lapsed that came to support again (T5)."""
    spells = spells_of(bridged(ties))
    lapsed = np.unique(spells.row[spells.ended])
    first_end = np.full(len(ties), np.iinfo(np.int64).max)
    np.minimum.at(first_end, spells.row[spells.ended], (spells.start + spells.duration)[spells.ended])
    again = np.unique(spells.row[spells.start > first_end[spells.row]])
    return share(np.isin(lapsed, again))


def termination_ratio(ties: Ties, lost: Flags) -> float:
    """Risk that a tie ends in a year with a loss over that in a year without (T10). lost: (D, Y)."""
    seen = bridged(ties)
    at_risk = (seen[:, :-1] == SEEN) & (seen[:, 1:] != UNOBSERVED)
    over, loss = seen[:, 1:] == UNSEEN, lost[:, 1:]
    return ratio(share(over[at_risk & loss]), share(over[at_risk & ~loss]))


def fights_of_levels(level: NDArray[Any], together: Flags) -> Ties:
    """Fighting as yearly coders see it, years that end at armed conflict, of levels and of both sides being there. (D, Y)."""
    fought = np.where(level == Level.ARMED_CONFLICT, SEEN, UNSEEN)
    return np.where(together, fought, UNOBSERVED).astype(np.int8)


# the global world


@dataclass(frozen=True)
class GlobalSeen:
    """A global world as its coders see it, over a window of years.

    Attributes
    ----------
    ties : (D, Y) int8
    level : (D, Y) int8
        True levels; `outcomes.ABSENT` where a side is not there.
    pairs : (D, 2) int
        The two factions of each dyad.
    present : (F,) bool
        Factions that are there at the end.
    islamist : (D,) bool
        Both sides are.
    far : (D,) bool
        Distance in ideology above the median of dyads.
    lost, lost_founder : (D, Y) bool
        A side lost its leader, its founder, in the year.
    fought : (D, Y) bool
        The sides stood in armed conflict at some time in the year.
    same_place : (D,) bool
        The sides held a place in common at the start.
    fighters : (F,) float
        At the end, people.
    leaders : (int, int)
        Leaders over the run, and how many of them founded their faction.
    """

    ties: Ties
    level: NDArray[np.int8]
    pairs: NDArray[np.int64]
    present: Flags
    islamist: Flags
    far: Flags
    lost: Flags
    lost_founder: Flags
    fought: Flags
    same_place: Flags
    fighters: NDArray[np.float64]
    leaders: tuple[int, int]

    @cached_property
    def spells(self) -> Spells:
        """Spells that begin inside the window."""
        return begun_inside(spells_of(bridged(self.ties)))

    @cached_property
    def fights(self) -> Ties:
        """Fighting as yearly coders see it. (D, Y)."""
        return fights_of_levels(self.level, self.together())

    def degrees(self) -> NDArray[np.int64]:
        """Allies of each faction that is there at the end. (N,)."""
        allied = self.level[:, -1] >= Level.MATERIAL
        return np.bincount(self.pairs[allied].ravel(), minlength=len(self.present))[self.present]

    def together(self) -> Flags:
        """(D, Y): both sides are there."""
        return np.asarray(self.ties != UNOBSERVED)


def _far_over_near(seen: GlobalSeen, tied: Flags) -> float:
    here = seen.together()
    return ratio(share(tied[seen.far][here[seen.far]]), share(tied[~seen.far][here[~seen.far]]))


def _clustering(seen: GlobalSeen) -> float:
    """Of the network of all who were ever allied, rewired among those who ever met (T8): one year has too few triangles."""
    met = seen.together().any(axis=1)
    allied = seen.pairs[(seen.level >= Level.MATERIAL).any(axis=1)]
    reach = {(min(pair), max(pair)) for pair in seen.pairs[met].tolist()}
    return clustering_ratio(graph_of_pairs(np.unique(seen.pairs[met]), allied), nulls=5, swaps=2.0, allowed=reach)


def _likes_over_others(seen: GlobalSeen) -> float:
    return ratio(dissolution_rate(seen.ties[seen.islamist]), dissolution_rate(seen.ties[~seen.islamist]))


def begun_inside(spells: Spells) -> Spells:
    """Spells whose beginning was seen: not those of the first year of the table, whose age is unknown."""
    new = spells.start > 0
    return Spells(spells.row[new], spells.start[new], spells.duration[new], spells.ended[new])


def hazard_at(spells: Spells, age: int) -> float:
    """Share of spells that reach an age in years, and are observed in the year after, that end at it."""
    at_risk = (spells.duration > age + 1) | ((spells.duration == age + 1) & spells.ended)
    return share(spells.duration[at_risk] == age + 1)


def mean_years(fights: Ties) -> float:
    """Mean years that a fight lasts, over spells of years with fighting, censored ones among them."""
    spells = spells_of(fights)
    return float(spells.duration.mean()) if len(spells.duration) else NAN


def single_year(fights: Ties) -> float:
    """Share of fights of one year."""
    return share(spells_of(fights).duration == 1)


def recurrence(fights: Ties) -> float:
    """Share of the dyads that fought that fought again after a year or more without."""
    rows, spells = np.unique(spells_of(fights).row, return_counts=True)
    return share(spells > 1) if len(rows) else NAN


def yule(one: Flags, other: Flags) -> float:
    """Association of two flags, -1..1: Yule's Q, which does not move with how common either is."""
    both, neither = float((one & other).sum()), float((~one & ~other).sum())
    first, second = float((one & ~other).sum()), float((~one & other).sum())
    return ratio(both * neither - first * second, both * neither + first * second)


def _by_place(seen: GlobalSeen, tied: Flags) -> float:
    """Association of a tie in a dyad-year with a place that both sides held at the start."""
    here = seen.together()
    return yule(tied[here], np.broadcast_to(seen.same_place[:, None], here.shape)[here])


def _degree_size_correlation(seen: GlobalSeen) -> float:
    """Rank correlation of the number of allies and the size class of groups that are there at the end."""
    size, degree = np.searchsorted(SIZE_CLASSES, seen.fighters[seen.present], side="right"), seen.degrees()
    if len(size) < 3 or np.ptp(size) == 0 or np.ptp(degree) == 0:
        return NAN
    return float(np.corrcoef(rankdata(degree), rankdata(size))[0, 1])


def _fighting(seen: GlobalSeen, which: Flags) -> float:
    return share((seen.level == Level.ARMED_CONFLICT)[which][seen.together()[which]])


GLOBAL: dict[str, Callable[[Any], float]] = {
    "dissolution": lambda seen: dissolution_rate(seen.ties),
    "survival_1": lambda seen: survival_to(seen.spells, 1),
    "survival_5": lambda seen: survival_to(seen.spells, 5),
    "survival_10": lambda seen: survival_to(seen.spells, 10),
    "old_over_new_hazard": lambda seen: old_over_new_hazard(seen.spells),
    "islamist_over_other_dissolution": _likes_over_others,
    "formed_again": lambda seen: formed_again(seen.ties),
    "isolates": lambda seen: share(seen.degrees() == 0),
    "degree_gini": lambda seen: gini(seen.degrees()),
    "allied_share": lambda seen: share(seen.level[seen.together()] >= Level.MATERIAL),
    "clustering_ratio": _clustering,
    "far_over_near_fighting": lambda seen: _far_over_near(seen, seen.level == Level.ARMED_CONFLICT),
    "far_over_near_cooperation": lambda seen: _far_over_near(seen, seen.level >= Level.MATERIAL),
    **{f"support_hazard_{age}": lambda seen, age=age: hazard_at(seen.spells, age) for age in range(5)},  # type: ignore[misc]
    "fight_years": lambda seen: mean_years(seen.fights),
    "fight_single_year": lambda seen: single_year(seen.fights),
    "fight_recurrence": lambda seen: recurrence(seen.fights),
    "fight_hazard_0": lambda seen: hazard_at(begun_inside(spells_of(seen.fights)), 0),
    "fight_hazard_1": lambda seen: hazard_at(begun_inside(spells_of(seen.fights)), 1),
    "fighting_near": lambda seen: _fighting(seen, ~seen.far),
    "fighting_far": lambda seen: _fighting(seen, seen.far),
    "fought_near": lambda seen: share(seen.fought[~seen.far][seen.together()[~seen.far]]),
    "fought_far": lambda seen: share(seen.fought[seen.far][seen.together()[seen.far]]),
    "mean_degree": lambda seen: float(seen.degrees().mean()) if len(seen.degrees()) else NAN,
    "degree_size_correlation": _degree_size_correlation,
    "cooperation_by_place": lambda seen: _by_place(seen, seen.level >= Level.MATERIAL),
    "fighting_by_place": lambda seen: _by_place(seen, seen.level == Level.ARMED_CONFLICT),
    "founders_share": lambda seen: ratio(seen.leaders[1], seen.leaders[0]),
    "loss_over_none_termination": lambda seen: termination_ratio(seen.ties, seen.lost),
    "founder_over_any_termination": lambda seen: ratio(
        termination_ratio(seen.ties, seen.lost_founder), termination_ratio(seen.ties, seen.lost)
    ),
}
"""Statistics of one run of a global world."""
