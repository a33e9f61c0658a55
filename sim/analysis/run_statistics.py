"""One number a run: what assertions are checked on.

Each takes the runs of a world (`NamedSeen`) and the arguments that an assertion gives, and returns (N,) floats; flags are
0 or 1. NaN means that a run has nothing to say.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.outcomes import ABSENT, NEVER
from ..errors import InputError, unknown
from ..measures.alliances import pairs_of
from ..measures.measure import Measure, as_numbers
from ..measures.of_organisations import OF_ORGANISATIONS
from ..measures.of_runs import Runs
from ..world.names import Event, Level, Stance
from ..world.tables import Floats
from .named_patterns import PROFESSED, NamedSeen


def _levels(seen: NamedSeen, a: str, b: str) -> NDArray[np.int8]:
    """Deepest level of two actors at each year end; `ABSENT` while one is not there. (N, Y)."""
    rows = seen.between(a, b)
    if not len(rows):
        raise InputError("assertion", f"{a}, {b}", "are not a pair that can meet", "two actors of the scenario")
    return np.asarray(seen.outcomes.dyad_year[:, :, rows].max(axis=2))


def _lowest(seen: NamedSeen, a: str, b: str) -> NDArray[np.int8]:
    level = seen.outcomes.dyad_year[:, :, seen.between(a, b)]
    return np.asarray(np.where(level == ABSENT, 0, level).min(axis=2))


def _at(seen: NamedSeen, values: NDArray[Any], year: int | None) -> NDArray[Any]:
    """Values at a year's end, the last by default."""
    if year is None:
        return np.asarray(values[:, -1])
    rows = seen.years(year, year)
    if not len(rows):
        raise InputError("assertion", "year", f"{year} lies outside the run", "a year of the scenario")
    return np.asarray(values[:, rows[0]])


def allied(seen: NamedSeen, a: str, b: str, year: int | None = None) -> Floats:
    """Allied at material level or above at the end of a year."""
    return (_at(seen, _levels(seen, a, b), year) >= Level.MATERIAL).astype(float)


def never_broken(seen: NamedSeen, a: str, b: str) -> Floats:
    """Two organisations, once allied, stay so in every month to the end; NaN for a run in which they never ally."""
    row, _ = seen.pair(a, b)
    spell = pairs_of(seen.world, seen.outcomes)[:, row]
    return np.asarray(np.where(spell["formed"] == NEVER, np.nan, spell["broken"] == NEVER), dtype=float)


def sheltered(seen: NamedSeen, a: str, b: str, year: int | None = None) -> Floats:
    """At sanctuary or above at the end of a year."""
    return (_at(seen, _levels(seen, a, b), year) >= Level.SANCTUARY).astype(float)


def mean_level(seen: NamedSeen, a: str, b: str, first: int | None = None, last: int | None = None) -> Floats:
    """Mean level over year ends at which both are there."""
    level = _levels(seen, a, b)[:, seen.years(first, last)].astype(float)
    level[level == ABSENT] = np.nan
    there = ~np.isnan(level).all(axis=1)
    out = np.full(len(level), np.nan)
    out[there] = np.nanmean(level[there], axis=1)
    return out


def mean_depth(seen: NamedSeen, a: str, b: str, first: int | None = None, last: int | None = None) -> Floats:
    """Mean level of all ties of two actors over year ends; hostility counts as none, and a pair of whom one is absent not.

    Unlike `mean_level` it moves while the deepest tie stands at the top of the ladder.
    """
    rows = seen.between(a, b)
    if not len(rows):
        raise InputError("assertion", f"{a}, {b}", "are not a pair that can meet", "two actors of the scenario")
    level = seen.outcomes.dyad_year[:, seen.years(first, last)][:, :, rows].astype(float)
    there = level != ABSENT
    count = there.sum(axis=(1, 2))
    total = np.where(there, np.maximum(level, 0.0), 0.0).sum(axis=(1, 2))
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def hostile(seen: NamedSeen, a: str, b: str, year: int | None = None) -> Floats:
    """Some dyad of the two in rivalry or armed conflict at the end of a year."""
    return (_at(seen, _lowest(seen, a, b), year) < 0).astype(float)


def fought(seen: NamedSeen, a: str, b: str) -> Floats:
    """Armed conflict at any time."""
    return np.asarray((seen.outcomes.dyad["fought"][:, seen.between(a, b)] != NEVER).any(axis=1), dtype=float)


def triangle(seen: NamedSeen, a: str, b: str, c: str) -> Floats:
    """All three allied with each other at the end."""
    pairs = ((a, b), (b, c), (a, c))
    return np.asarray(np.min([allied(seen, x, y) for x, y in pairs], axis=0))


def deeper(seen: NamedSeen, a: str, b: str, than_a: str, than_b: str) -> Floats:
    """Share of year ends at which one tie is at least as deep as another, of those at which either is an alliance."""
    one, other = _levels(seen, a, b), _levels(seen, than_a, than_b)
    counted = np.maximum(one, other) >= Level.MATERIAL
    total = counted.sum(axis=1)
    return np.asarray(np.where(total > 0, (counted & (one >= other)).sum(axis=1) / np.maximum(total, 1), np.nan))


def official_gap(seen: NamedSeen, of: str, toward: str, year: int | None = None) -> Floats:
    """An organisation professes less of a tie than it keeps at material level or above, at the end of a year."""
    row, turned = seen.pair(of, toward)
    year_ends = seen.outcomes.year[:, :, row]
    admitted = np.array([PROFESSED[Stance(k)] for k in range(len(Stance))])[year_ends["stance_ba" if turned else "stance_ab"]]
    return _at(seen, (year_ends["level"] >= Level.MATERIAL) & (admitted < year_ends["level"]), year).astype(float)


def distant_and_allied(seen: NamedSeen, of: str, toward: str, year: int | None = None) -> Floats:
    """Officially distant, or worse, and allied all the same, at the end of a year."""
    row, turned = seen.pair(of, toward)
    year_ends = seen.outcomes.year[:, :, row]
    distant = year_ends["stance_ba" if turned else "stance_ab"] >= Stance.DISTANCE
    return _at(seen, distant & (year_ends["level"] >= Level.MATERIAL), year).astype(float)


def splits(seen: NamedSeen, actor: str) -> Floats:
    """A faction splits off an organisation."""
    return (_of_organisation(OF_ORGANISATIONS["splits"], seen, actor) > 0).astype(float)


def _of_organisation(measure: Measure, seen: NamedSeen, actor: str) -> Floats:
    assert measure.compute is not None
    return as_numbers(measure.compute(Runs(seen.world, seen.outcomes)))[:, seen.world.organisation(actor)]


def defections_to(seen: NamedSeen, actor: str, rival: str) -> Floats:
    """Times that fighters of an organisation go over to another."""
    home, events = np.asarray(seen.world.facts.faction["home"]), np.asarray(seen.events)
    o, q = seen.world.organisation(actor), seen.world.organisation(rival)
    hit = (events["kind"] == Event.DEFECTION) & (home[events["i"]] == o) & (home[events["j"]] == q)
    return np.bincount(seen.run[hit], minlength=seen.runs).astype(float)


STATISTICS: dict[str, Callable[..., Floats]] = {
    function.__name__: function
    for function in (
        allied, never_broken, sheltered, mean_level, mean_depth, hostile, fought, triangle, deeper, official_gap,
        distant_and_allied, splits, defections_to,
    )
} | {
    name: partial(_of_organisation, OF_ORGANISATIONS[name])
    for name in ("cohesion", "fighters", "civilian_share", "civilian_share_of_claims", "outsourced_share", "attacks")
}  # fmt: skip
"""Statistics of runs, by name; those of an organisation at the end or over the run are its measures."""


def run_statistic(name: str, seen: NamedSeen, arguments: dict[str, Any]) -> Floats:
    """A statistic by name. (N,); InputError for an unknown name, wrong arguments or unknown actors."""
    if name not in STATISTICS:
        raise unknown("assertion", "statistic", name, STATISTICS)
    try:
        return STATISTICS[name](seen, **arguments)
    except TypeError as error:
        raise InputError("assertion", name, str(error), "the arguments of the statistic") from error
