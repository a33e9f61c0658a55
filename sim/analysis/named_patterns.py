"""Patterns of the named world that targets name: what became of who the articles write about.

Each takes the runs of one parameter vector and the arguments that the target gives, and returns one number: a share of
runs, or a share of the years or dyads of all runs. NaN means that there was nothing to count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.outcomes import ABSENT, NEVER, Outcomes
from ..errors import InputError, unknown
from ..measures.alliances import pairs_of
from ..world.names import Event, Level, Stance, Talks
from ..world.tables import Table
from ..world.world import World
from .patterns import NAN, share

PROFESSED = {
    Stance.EMBRACE: Level.JOINT,
    Stance.AMBIGUOUS: Level.CONTACT,
    Stance.DISTANCE: Level.NONE,
    Stance.RENOUNCE: Level.NONE,
}
"""The deepest tie that a stance admits to; a rung below the actual one is a gap between official and actual."""


def sides_of(world: World) -> NDArray[np.int64]:
    """The two factions of each recorded dyad of a world. (K, 2)."""
    return np.array([world.dyad(d) for d in world.dyads()], dtype=np.int64).reshape(-1, 2)


@dataclass(frozen=True)
class NamedSeen:
    """Runs of a named world under one parameter vector.

    Attributes
    ----------
    world : World
    outcomes : Outcomes
        Of R runs.
    events : np.recarray (E,), run : (E,) int
        Their events, and the run 0..R-1 of each.
    sides : (K, 2) int
        `sides_of(world)`: found once for many points.
    """

    world: World
    outcomes: Outcomes
    events: Table
    run: NDArray[np.int64]
    sides: NDArray[np.int64]

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.outcomes.pair)

    def years(self, first: int | None = None, last: int | None = None) -> NDArray[np.int64]:
        """Rows of the year ends of these years, all by default."""
        calendar = self.world.calendar
        found = [calendar.year(t) for t in calendar.year_ends()]
        return np.array([n for n, y in enumerate(found) if (first or y) <= y <= (last or y)], dtype=np.int64)

    def pair(self, a: str, b: str) -> tuple[int, bool]:
        """Row of a pair of organisations, and whether `a` stands second in it."""
        wanted = (self.world.organisation(a), self.world.organisation(b))
        pairs = self.world.organisation_pairs()
        for turned, key in enumerate((wanted, wanted[::-1])):
            if key in pairs:
                return pairs.index(key), bool(turned)
        raise InputError("targets", f"{a}, {b}", "are not a pair that can meet", "two organisations of the scenario")

    def homes(self) -> NDArray[np.int64]:
        """The two organisations of each recorded dyad. (K, 2)."""
        return np.asarray(self.world.facts.faction["home"][self.sides])

    def between(self, a: str, b: str) -> NDArray[np.int64]:
        """Rows of the recorded dyads between two factions or organisations by name, either way round."""
        one, other = self.world.members(a), self.world.members(b)
        sides = self.sides
        there = (np.isin(sides[:, 0], one) & np.isin(sides[:, 1], other)) | (
            np.isin(sides[:, 1], one) & np.isin(sides[:, 0], other)
        )
        return np.flatnonzero(there)


def slice_of(seen: NamedSeen, first: int, runs: int) -> NamedSeen:
    """Some consecutive runs of many."""
    low, high = np.searchsorted(seen.run, [first, first + runs])
    outcomes = type(seen.outcomes)(*(table[first : first + runs] for table in seen.outcomes))
    return NamedSeen(seen.world, outcomes, seen.events[low:high], seen.run[low:high] - first, seen.sides)


NEVER_FOUGHT = np.iinfo(np.int32).max


def alive(seen: NamedSeen, a: str, b: str, first: int | None = None, last: int | None = None) -> NDArray[np.bool_]:
    """(R, Y): whether two organisations are allied at these year ends."""
    row, _ = seen.pair(a, b)
    return np.asarray(seen.outcomes.year["level"][:, seen.years(first, last), row] >= Level.MATERIAL)


def alive_lowest(seen: NamedSeen, a: str, b: str, first: int | None = None, last: int | None = None) -> float:
    """Share of runs allied in the year in which it is lowest."""
    flags = alive(seen, a, b, first, last)
    return float(flags.mean(axis=0).min()) if flags.size else NAN


def alive_share(seen: NamedSeen, a: str, b: str, first: int | None = None, last: int | None = None) -> float:
    """Share of run-years allied."""
    return share(alive(seen, a, b, first, last))


def not_alive_share(seen: NamedSeen, a: str, b: str, first: int | None = None, last: int | None = None) -> float:
    """Share of run-years not allied."""
    return share(~alive(seen, a, b, first, last))


def never_broken(seen: NamedSeen, a: str, b: str) -> float:
    """Share of the runs in which two organisations become allied in which they stay so in every month to the end."""
    row, _ = seen.pair(a, b)
    spell = pairs_of(seen.world, seen.outcomes)[:, row]
    formed = spell["formed"] != NEVER
    return share(spell["broken"][formed] == NEVER)


def ever_fight(seen: NamedSeen, a: str, b: str) -> float:
    """Share of runs in which factions of two organisations ever come to armed conflict."""
    row, _ = seen.pair(a, b)
    return share(seen.outcomes.pair["fought"][:, row] != NEVER)


def ever_dissolves(seen: NamedSeen, faction: str) -> float:
    """Share of runs in which a faction ends for want of fighters."""
    i = seen.world.faction(faction)
    ended = (seen.events["kind"] == Event.DISSOLUTION) & (seen.events["i"] == i)
    return len(np.unique(seen.run[ended])) / seen.runs


def against_own_utility(seen: NamedSeen) -> float:
    """Share of steps out of an alliance, of any dyad, that brought the mover less than staying would have."""
    left = (seen.events["kind"] == Event.TIE_DOWN) & (seen.events["before"] == Level.MATERIAL)
    return share(seen.events["value"][left] < 0.0)


def hostile(seen: NamedSeen, a: str, b: str, first: int, last: int) -> NDArray[np.bool_]:
    """(R, Y): whether two organisations are hostile and no factions of theirs allied at these year ends."""
    row, _ = seen.pair(a, b)
    years = seen.outcomes.year[:, seen.years(first, last), row]
    return np.asarray((years["lowest"] < 0) & (years["level"] < Level.MATERIAL) & (years["lowest"] != ABSENT))


def hostile_every_year(seen: NamedSeen, a: str, b: str, first: int, last: int) -> float:
    """Share of runs in which two organisations are hostile and no factions of theirs allied at each of these year ends."""
    return share(hostile(seen, a, b, first, last).all(axis=1))


def years_fought(seen: NamedSeen, a: str, b: str, first: int, last: int) -> NDArray[np.bool_]:
    """(R, Y): factions of a and b stand in armed conflict at some time in each of these years."""
    rows, calendar, years = seen.between(a, b), seen.world.calendar, seen.years(first, last)
    at_end = (seen.outcomes.dyad_year[:, :, rows] == Level.ARMED_CONFLICT).any(axis=2)
    begun = np.concatenate([np.zeros((seen.runs, 1), dtype=bool), at_end], axis=1)[:, years]  # it goes on from the year before
    fought = at_end[:, years] | begun
    into = (seen.events["kind"] == Event.TIE_DOWN) & (seen.events["after"] == Level.ARMED_CONFLICT)
    out = (seen.events["kind"] == Event.TIE_UP) & (seen.events["before"] == Level.ARMED_CONFLICT)
    one, other = seen.world.members(a), seen.world.members(b)
    i, j = seen.events["i"], seen.events["j"]
    ours = (np.isin(i, one) & np.isin(j, other)) | (np.isin(j, one) & np.isin(i, other))
    for n in np.flatnonzero((into | out) & ours):
        year = calendar.year(int(seen.events["month"][n]))
        if first <= year <= last:
            fought[seen.run[n], year - first] = True
    return np.asarray(fought)


def fight_every_year(seen: NamedSeen, a: str, b: str, first: int, last: int) -> float:
    """Share of runs in which factions of a and b stand in armed conflict at some time in each of these years."""
    return share(years_fought(seen, a, b, first, last).all(axis=1))


def talks_reach(seen: NamedSeen, organisation: str, state: str) -> float:
    """Share of runs in which the talks of an organisation ever come to a state: open, agreed, frozen, snapped_back."""
    o = seen.world.organisation(organisation)
    there = (seen.events["kind"] == Event.TALKS) & (seen.events["i"] == o) & (seen.events["after"] == Talks[state.upper()])
    return len(np.unique(seen.run[there])) / seen.runs


def sanctuary_share(seen: NamedSeen) -> float:
    """Share of ties between factions of different organisations that include sanctuary, over year ends (T12)."""
    homes = seen.homes()
    level = seen.outcomes.dyad_year[:, :, homes[:, 0] != homes[:, 1]]
    return share(level[level >= Level.MATERIAL] >= Level.SANCTUARY)


def _months_to_fight(seen: NamedSeen, a: str, b: str, since: str) -> NDArray[np.int64]:
    """(R, dyads): months from a date to the first armed conflict, 0 if it came before; a large number for never."""
    fought = seen.outcomes.dyad["fought"][:, seen.between(a, b)].astype(np.int64)
    return np.where(fought == NEVER, NEVER_FOUGHT, np.maximum(fought - seen.world.calendar.index(since), 0))


def fights_within(seen: NamedSeen, a: str, b: str, since: str, months: int) -> float:
    """Share of runs in which some faction of a has fought one of b so many months after a date (T11, T14)."""
    wait = _months_to_fight(seen, a, b, since)
    return share(wait.min(axis=1) <= months) if wait.size else NAN


def median_lag(seen: NamedSeen, a: str, b: str, since: str) -> float:
    """Median years from a date to the first armed conflict of a and b, of the runs in which they come to fight (T11)."""
    wait = _months_to_fight(seen, a, b, since)
    first = wait.min(axis=1) if wait.size else wait
    return float(np.median(first[first < NEVER_FOUGHT])) / 12.0 if (first < NEVER_FOUGHT).any() else NAN


def split_after_disclosure(seen: NamedSeen, organisation: str, months: int) -> float:
    """Share of disclosures of a concealed death after which a faction splits off or a partner turns rival (T15).

    Partners are the organisations allied at the year end before the disclosure.
    """
    o = seen.world.organisation(organisation)
    home, sides = np.asarray(seen.world.facts.faction["home"]), seen.homes()
    ends, events = np.array(seen.world.calendar.year_ends()), np.asarray(seen.events)
    of = home[events["i"]] == o
    splits = of & (events["kind"] == Event.SPLIT)
    turned = (events["kind"] == Event.TIE_DOWN) & (events["after"] == Level.RIVALRY)
    other = np.where(of, home[events["j"]], home[events["i"]])
    ours = turned & (of ^ (home[events["j"]] == o))
    found = []
    for n in np.flatnonzero(of & (events["kind"] == Event.DISCLOSURE)):
        month, run = int(events["month"][n]), int(seen.run[n])
        before = np.flatnonzero(ends < month)
        if not len(before):
            continue
        tied = seen.outcomes.dyad_year[run, before[-1]] >= Level.MATERIAL
        partners = sides[tied & (sides == o).any(axis=1)]
        soon = (seen.run == run) & (events["month"] >= month) & (events["month"] <= month + months)
        found.append(bool((soon & (splits | (ours & np.isin(other, partners)))).any()))
    return share(found)


def mean_splits(seen: NamedSeen, organisation: str) -> float:
    """Mean number of factions that split off an organisation in a run."""
    return float(seen.outcomes.organisation["splits"][:, seen.world.organisation(organisation)].mean())


def official_gap(seen: NamedSeen, of: str, toward: str, first: int, last: int) -> float:
    """Share of run-years in which an organisation professes less of a tie than it keeps (T16)."""
    row, turned = seen.pair(of, toward)
    years = seen.outcomes.year[:, seen.years(first, last), row]
    stance = years["stance_ba" if turned else "stance_ab"]
    professed = np.array([PROFESSED[Stance(k)] for k in range(len(Stance))])[stance]
    return share((years["level"] >= Level.MATERIAL) & (professed < years["level"]))


def deepest_of(seen: NamedSeen, faction: str, partner: str) -> float:
    """Share of run-years in which no other faction of its organisation has a deeper tie with the partner."""
    world = seen.world
    home = world.facts.faction.home
    mine = seen.outcomes.dyad_year[:, :, seen.between(faction, partner)].max(axis=2)
    fellows = [world.factions[i] for i in world.named if home[i] == home[world.faction(faction)]]
    rows = np.concatenate([seen.between(name, partner) for name in fellows if name != faction])
    others = seen.outcomes.dyad_year[:, :, rows].max(axis=2)
    return share((mine >= others)[mine >= Level.MATERIAL])


NAMED: dict[str, Callable[..., float]] = {
    function.__name__: function
    for function in (
        alive_lowest, alive_share, not_alive_share, sanctuary_share, fights_within, median_lag,
        split_after_disclosure, mean_splits, official_gap, deepest_of, never_broken, ever_fight, ever_dissolves,
        against_own_utility, hostile_every_year, fight_every_year, talks_reach,
    )
}  # fmt: skip
"""Statistics of the named world's runs, by name."""


def named_statistic(name: str, seen: NamedSeen, arguments: dict[str, Any]) -> float:
    """A statistic by name; InputError for an unknown one or wrong arguments."""
    if name not in NAMED:
        raise unknown("targets", "statistic", name, NAMED)
    try:
        return float(NAMED[name](seen, **arguments))
    except TypeError as error:
        raise InputError("targets", name, str(error), "the arguments of the statistic") from error
