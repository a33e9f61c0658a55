"""The world of a scenario: names, calendar, facts and schedules, initial state."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..errors import unknown
from .calendar import Calendar
from .graph import graph_of
from .names import PARTIES, Event, Party
from .tables import PLACE_DENIED, PLEDGE_DUE, Facts, State


def key_of(name: str) -> int:
    """Stable 32-bit name of an entity in the keyed draws: the same in every scenario."""
    return zlib.crc32(name.encode("utf-8"))


def busy_months(facts: Facts) -> np.ndarray:
    """Flags of each month, by which rules pass over schedules that are empty in it; see `Facts.busy`."""
    pledge = (facts.policy["pledge"] != 0).any(axis=1)
    denied = (facts.denial > 0).any(axis=1)
    return np.asarray(pledge * PLEDGE_DUE + denied * PLACE_DENIED, dtype=np.int64)


@dataclass(frozen=True)
class World:
    """A world that can be run.

    Attributes
    ----------
    name, title, description : str
        The scenario.
    calendar : Calendar
        First month and number of months.
    factions, organisations, states, places : tuple of str
        Names in the order of the tables; slots for factions born in a run (`splinter_1`, …) stand last.
    focal : tuple of str
        The two organisations whose alliance the scenario is about.
    rival : str, optional
        Faction whose growth is a price of breaking the focal alliance.
    held_until : str, optional
        Month until which the focal alliance is known to have held without a break.
    titles, colours : dict
        What figures print.
    recorded : tuple of int, or None
        Dyads whose own course a run records, and with them the pairs of their organisations; None for all. A large
        world records a few hundred, so that outcomes stay small; its networks are recorded whole.
    facts : Facts
        Facts and schedules, read-only. A wedge returns a world with other schedules.
    initial : State
        State before the first month, read-only.
    """

    name: str
    title: str
    description: str
    calendar: Calendar
    factions: tuple[str, ...]
    organisations: tuple[str, ...]
    states: tuple[str, ...]
    places: tuple[str, ...]
    focal: tuple[str, str]
    facts: Facts
    initial: State
    rival: str | None = None
    held_until: str | None = None
    titles: dict[str, str] = field(default_factory=dict)
    colours: dict[str, str] = field(default_factory=dict)
    recorded: tuple[int, ...] | None = None

    def __deepcopy__(self, memo: dict[int, Any]) -> World:
        """The world itself: nothing can change it."""
        return self

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Out of a pickle: its tables are read-only again."""
        self.__dict__.update(state)
        for part in (*self.facts, *self.initial):
            part.flags.writeable = False

    @property
    def named(self) -> list[int]:
        """Indices of the factions that are not spare slots."""
        return [int(i) for i in np.flatnonzero(self.facts.faction["spare"] == 0)]

    @property
    def named_organisations(self) -> list[int]:
        """Indices of the organisations that do not belong to spare slots."""
        of_slots = self.facts.faction["home"][self.facts.faction["spare"] == 1]
        return [int(o) for o in np.setdiff1d(np.arange(len(self.organisations)), of_slots)]

    def faction(self, name: str, where: str = "faction") -> int:
        """Index of a faction by name; InputError with the nearest names if there is none."""
        if name not in self.factions:
            raise unknown(where, "", name, self.factions)
        return self.factions.index(name)

    def organisation(self, name: str, where: str = "organisation") -> int:
        """Index of an organisation by name; InputError with the nearest names if there is none."""
        if name not in self.organisations:
            raise unknown(where, "", name, self.organisations)
        return self.organisations.index(name)

    def members(self, name: str, where: str = "actor") -> list[int]:
        """Indices of the factions meant by the name of a faction or of an organisation."""
        if name in self.factions:
            return [self.factions.index(name)]
        if name in self.organisations:
            o = self.organisations.index(name)
            return [i for i in self.named if int(self.facts.faction.home[i]) == o]
        raise unknown(where, "", name, [*self.factions, *self.organisations])

    def parties(self, event: Any) -> list[tuple[Party, int]]:
        """Who is party to an event (a row of `tables.EVENT`), who acted first: what each is, and its index."""
        indices = (int(event["i"]), int(event["j"]))
        return [(party, k) for party, k in zip(PARTIES[Event(int(event["kind"]))], indices, strict=True) if k >= 0]

    def party(self, party: Party, index: int) -> str:
        """Name of a party to an event."""
        return (self.organisations if party == Party.ORGANISATION else self.factions)[index]

    def dyads(self) -> list[int]:
        """Rows of the dyads of two named factions that are recorded, in the order of the factions' listing."""
        spare, dyad = self.facts.faction.spare, self.facts.dyad
        named = np.flatnonzero((spare[dyad.first] == 0) & (spare[dyad.second] == 0))
        if self.recorded is not None:
            named = np.intersect1d(named, self.recorded)
        low, high = np.minimum(dyad.first, dyad.second)[named], np.maximum(dyad.first, dyad.second)[named]
        return [int(d) for d in named[np.lexsort((high, low))]]

    def dyad(self, d: int) -> tuple[int, int]:
        """The two factions of a dyad, in the order of their listing."""
        row = self.facts.dyad[d]
        return min(int(row.first), int(row.second)), max(int(row.first), int(row.second))

    def organisation_pairs(self) -> list[tuple[int, int]]:
        """Unordered pairs of named organisations that can meet and are recorded, the focal pair first."""
        focal = tuple(sorted(self.organisation(n) for n in self.focal))
        home, dyad, rows = self.facts.faction["home"], self.facts.dyad, self.facts.relation[:-1]
        if self.recorded is None:
            pairs = np.stack([rows["of"], rows["toward"]], axis=1)
        else:
            kept = dyad[list(self.recorded)]
            pairs = np.sort(np.stack([home[kept["first"]], home[kept["second"]]], axis=1), axis=1)
        named = np.isin(pairs, self.named_organisations).all(axis=1) & (pairs[:, 0] < pairs[:, 1])
        found = [(int(o), int(q)) for o, q in np.unique(pairs[named], axis=0)]
        return [(focal[0], focal[1]), *(pair for pair in found if pair != focal)]

    def with_facts(self, **tables: Any) -> World:
        """A world with some tables of its facts replaced (and frozen)."""
        facts = self.facts._replace(**tables)
        facts = facts._replace(busy=busy_months(facts))
        for part in facts:
            part.flags.writeable = False
        return replace(self, facts=facts)

    def relabelled(self, permutation: list[int]) -> World:
        """The same world with its named factions in another order (for the test that order does not matter)."""
        spare = [i for i in range(len(self.factions)) if i not in self.named]
        new_from_old = [*permutation, *spare]
        old_to_new = {old: new for new, old in enumerate(new_from_old)}

        def moved(index: np.ndarray) -> np.ndarray:
            return np.array([old_to_new.get(int(x), int(x)) for x in index], dtype=np.int64)

        f, s = self.facts, self.initial
        take = np.array(new_from_old)
        facts_faction = f.faction[take].copy()
        facts_faction.parent = moved(facts_faction.parent)
        bid = f.bid.copy()
        bid.faction = moved(bid.faction)
        pairs = np.stack([moved(f.dyad.first), moved(f.dyad.second)], axis=1)
        graph = graph_of(facts_faction, pairs, len(self.organisations)) | {"relation": f.relation}
        graph["dyad"].entry_level = f.dyad.entry_level
        facts = f._replace(
            faction=facts_faction,
            monthly=f.monthly[:, take].copy(),
            bid=bid,
            enmity=f.enmity[take].copy(),
            leverage=f.leverage[:, take].copy(),
            **graph,
        )
        faction = s.faction[take].copy()
        faction.parent, faction.claimant = moved(faction.parent), moved(faction.claimant)
        organisation = s.organisation.copy()
        organisation.emir = moved(organisation.emir)
        state = s._replace(  # dyads are in the order of the factions' keys: their rows stay where they are
            faction=faction,
            organisation=organisation,
            capability=s.capability[take].copy(),
            need=s.need[take].copy(),
            presence=s.presence[take].copy(),
            response=s.response[:, take].copy(),
        )
        return replace(self, factions=tuple(self.factions[i] for i in new_from_old), facts=facts, initial=state)
