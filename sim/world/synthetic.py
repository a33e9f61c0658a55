"""Synthetic worlds: up to 3,000 drawn factions across theatres, each with a bounded number of contacts.

The factions are drawn first (`synthetic_factions.py`), then who can meet whom (`synthetic_contacts.py`); here they become
the tables of a world, with the ties between them at the start. A pair is drawn from the names of both.

Building costs time with the square of the factions in a theatre, once (about two seconds for 3,000); running costs time
with the contacts alone. Slots for factions born in a run have a dyad with everybody, n * slots in all; once born, a
splinter meets those that the faction it came from can meet (`rules/processes/opportunity.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .calendar import Calendar
from .graph import all_pairs, graph_of
from .names import Actor, Leader, Level, Stance, Talks
from .philox import uniforms
from .schedules import NEVER, blank_facts, blank_monthly
from .schema import validated
from .synthetic_contacts import contacts
from .synthetic_factions import BOND, FOE, GOVERNANCE, between, draw_factions, group_name
from .synthetic_schema import SyntheticConf
from .tables import FACTION, FACTION_FACTS, ORGANISATION, RELATION, TIE, Facts, Floats, State, Table, fresh, table
from .world import World, key_of


def _age_of_tie(conf: SyntheticConf, u: Floats) -> Floats:
    """Years that a tie found at some moment has lasted: a density in proportion to the survival curve."""
    years = np.linspace(0.0, conf.bonds.survival_years[-1], 501)
    alive = np.interp(years, conf.bonds.survival_years, conf.bonds.survival)
    below = np.concatenate([[0.0], np.cumsum(0.5 * (alive[1:] + alive[:-1]))])
    return np.asarray(np.interp(u * below[-1], below, years))


class SyntheticBuilder:
    """Builds the tables of one synthetic world."""

    def __init__(self, conf: SyntheticConf, months: int) -> None:
        self.conf, self.months = conf, months
        self.drawn = draw_factions(conf)
        self.n, self.slots = conf.n, [f"splinter_{k + 1}" for k in range(conf.spare)]
        self.names = [*(group_name(k) for k in range(conf.n)), *self.slots]
        self.theatres = list(conf.theatres)
        self.places = [f"{name}_{k + 1}" for name in self.theatres for k in range(conf.territory.places)]
        self.states = ["coalition", *(f"host_of_{name}" for name in self.theatres)]

    def _column(self, name: str) -> Floats:
        return self.drawn.traits[name]

    def pairs(self) -> np.ndarray:
        """Contacts, and every pair with a slot. (D, 2)."""
        slots = np.arange(self.n, self.n + len(self.slots))
        named = np.stack(np.meshgrid(np.arange(self.n), slots, indexing="ij"), axis=-1).reshape(-1, 2)
        return np.concatenate([contacts(self.conf, self.drawn), named, slots[all_pairs(len(slots))]])

    def faction_facts(self) -> Table:
        """What never changes about a faction; each is an organisation of its own."""
        out = table(len(self.names), FACTION_FACTS)
        out["key"] = [key_of(name) for name in self.names]
        out["home"], out["parent"], out["entry"] = np.arange(len(self.names)), -1, NEVER
        out["capacity"], out["brand"], out["recognition"] = 1000.0, 0.5, 0.3
        out["spare"][self.n :] = 1
        out["entry"][: self.n] = self.drawn.entry
        out["capacity"][: self.n] = self.drawn.fighters
        out["islamist"][: self.n] = self._column("doctrine") >= 0.5
        out["islamist"][self.n :] = 1.0
        out["brand"][: self.n], out["recognition"][: self.n] = self._column("brand"), self._column("recognition")
        return out

    def monthly(self) -> Table:
        """Pressure on each faction, the same in every month."""
        out = blank_monthly(self.months, len(self.names))
        for name in ("kinetic", "targeting", "interdiction"):
            out[name][:, : self.n] = self._column(name)
        return out

    def enmity(self) -> Floats:
        """(F, A): toward the coalition by scope, toward the hosts of the theatres where it is."""
        out = np.zeros((len(self.names), len(self.states)))
        there = (self.drawn.presence > 0.0).reshape(self.n, len(self.theatres), -1).any(axis=2)
        out[: self.n, 0] = self._column("scope")
        out[: self.n, 1:] = there * self._column("enmity_host")[:, None]
        return out

    def governance(self) -> Floats:
        """(T, L): reach of the government in each place, the same in every month."""
        keys = np.array([key_of(f"place {name}") for name in self.places], dtype=np.int64)
        reach = between(uniforms(self.conf.seed, GOVERNANCE, keys)[0], self.conf.territory.governance)
        return np.tile(reach, (self.months, 1))

    def facts(self) -> Facts:
        """Facts and schedules, with the levels of ties at the start."""
        faction = self.faction_facts()
        graph = graph_of(faction, self.pairs(), len(self.names))
        campaign = np.full((self.months, len(self.states)), self.conf.states.host)
        campaign[:, 0] = self.conf.states.coalition
        facts = blank_facts(faction, graph, self.months, len(self.places), len(self.states))._replace(
            monthly=self.monthly(),
            governance=self.governance(),
            campaign=campaign,
            watch=np.full(self.months, self.conf.states.watch),
            enmity=self.enmity(),
            actor=np.array([Actor.COALITION, *([Actor.HOST] * len(self.theatres))], dtype=np.int64),
            organisation_key=np.array([key_of("organisation " + name) for name in self.names], dtype=np.int64),
        )
        self._levels(facts)
        return facts

    def _named(self, facts: Facts) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Dyads of two named factions, and their sides."""
        spare = facts.faction.spare
        d = np.flatnonzero((spare[facts.dyad.first] == 0) & (spare[facts.dyad.second] == 0))
        return d, facts.dyad.first[d], facts.dyad.second[d]

    def _levels(self, facts: Facts) -> None:
        """Draw the level of each tie at the start: allies by sociability, foes by distance in ideology, contacts."""
        bonds, foes, drawn = self.conf.bonds, self.conf.foes, self.drawn
        d, i, j = self._named(facts)
        known = np.bincount(np.concatenate([i, j]), minlength=self.n).astype(float)
        spread = 1.0 / np.sqrt(known[i] * known[j])
        _, u, v, _ = uniforms(self.conf.seed, BOND, drawn.key[i], drawn.key[j])
        far = self._distance(i, j)
        ally = np.minimum(1.0, bonds.degree * spread * drawn.sociability[i] * drawn.sociability[j])
        quarrel = foes.near + (foes.far - foes.near) * far
        hostile = np.minimum(1.0, foes.degree * spread * quarrel / (0.5 * (foes.near + foes.far)))
        contact = bonds.contact * spread
        depth = np.where(v < bonds.joint, Level.JOINT, np.where(v < bonds.sanctuary, Level.SANCTUARY, Level.MATERIAL))
        fight = np.where(v < foes.fight, Level.ARMED_CONFLICT, Level.RIVALRY)
        cuts = np.cumsum([ally, hostile, contact], axis=0)
        level = np.select([u < cuts[0], u < cuts[1], u < cuts[2]], [depth, fight, int(Level.CONTACT)], int(Level.NONE))
        late = (drawn.entry[i] > 0) | (drawn.entry[j] > 0)
        facts.dyad["entry_level"][d] = np.where(late, int(Level.NONE), level)

    def _distance(self, i: NDArray[np.int64], j: NDArray[np.int64]) -> Floats:
        """Distance in ideology, 0..1, as the rules have it."""
        doctrine, scope = self._column("doctrine"), self._column("scope")
        return np.sqrt(0.5 * ((doctrine[i] - doctrine[j]) ** 2 + (scope[i] - scope[j]) ** 2))

    def ties(self, facts: Facts) -> Table:
        """Ties at the start: no older than either side, trusted and embedded by their age."""
        bonds, out = self.conf.bonds, table(len(facts.dyad), TIE)
        d, i, j = self._named(facts)
        level = facts.dyad["entry_level"][d]
        age_u = uniforms(self.conf.seed, BOND, self.drawn.key[i], self.drawn.key[j])[3]
        seen_u, held_u, blood_u, _ = uniforms(self.conf.seed, FOE, self.drawn.key[i], self.drawn.key[j])
        years = np.minimum(_age_of_tie(self.conf, age_u), np.minimum(self.drawn.years[i], self.drawn.years[j]))
        ripe = 1.0 - np.exp(-12.0 * years / bonds.maturity)
        allied, tied = level >= Level.MATERIAL, level != Level.NONE
        young = self.drawn.years <= self.conf.traits.founder_years
        out["age"][d] = np.where(allied, np.floor(12.0 * years), 0.0)
        out["trust"][d] = np.where(level > 0, between(np.where(allied, ripe, 0.0), bonds.trust), 0.0)
        out["embedded"][d] = np.where(level > 0, between(np.where(allied, ripe, 0.0), bonds.embedded), 0.0)
        out["visibility"][d] = np.where(tied, between(seen_u, bonds.visibility), 0.0)
        held = np.where(allied & young[i] & young[j], between(held_u, bonds.personal), 0.0)
        out["held_first"][d] = out["held_second"][d] = held
        out["blood"][d] = np.where(level == Level.ARMED_CONFLICT, between(blood_u, self.conf.foes.blood), 0.0)
        return out

    def faction_state(self) -> Table:
        """Factions before the first month; slots are empty."""
        out = table(len(self.names), FACTION)
        out["key"] = [key_of(name) for name in self.names]
        out["organisation"], out["parent"], out["claimant"] = np.arange(len(self.names)), -1, -1
        named = out[: self.n]
        for name in ("strategy", "disposition", "grievance", "foreign", "reputation", "doctrine", "scope", "authority"):
            named[name] = self._column(name)
        named["pragmatism"], named["open"] = self._column("disposition"), 1.0
        named["fighters"], named["leader"], named["generation"] = self.drawn.fighters, int(Leader.ALIVE), 1
        named["present"] = self.drawn.entry == 0
        named["founder"] = (self.drawn.years <= self.conf.traits.founder_years) | (self.drawn.entry > 0)
        return out

    def organisation_state(self) -> Table:
        """Organisations before the first month."""
        out = table(len(self.names), ORGANISATION)
        out["talks"], out["counterpart"], out["emir"] = int(Talks.NONE), -1, np.arange(len(self.names))
        out["seen"][: self.n], out["present"][: self.n] = 1, self.drawn.entry == 0
        out["cohesion"][: self.n] = self._column("cohesion")
        return out

    def relations(self, facts: Facts) -> Table:
        """Official stances before the first month: distant between those who fight, else ambiguous."""
        out = table(len(facts.relation), RELATION)
        out["stance"] = int(Stance.AMBIGUOUS)
        out["since"] = out["pledged"] = out["answered"] = -1
        fighting = facts.dyad[facts.dyad["entry_level"] == Level.ARMED_CONFLICT]
        there = facts.relation_of[fighting.first, fighting.second]
        out["stance"][there] = out["stance"][facts.relation["back"][there]] = int(Stance.DISTANCE)
        return out

    def _rows(self, values: Floats) -> Floats:
        """Values of the named factions, and zeros for the slots."""
        return np.concatenate([values, np.zeros((len(self.slots), values.shape[1]))])

    def state(self, facts: Facts) -> State:
        """State before the first month."""
        return State(
            faction=self.faction_state(),
            level=facts.dyad["entry_level"].astype(np.int8),
            tie=self.ties(facts),
            organisation=self.organisation_state(),
            relation=self.relations(facts),
            capability=self._rows(self.drawn.capability),
            need=self._rows(self.drawn.need),
            presence=self._rows(self.drawn.presence),
            response=np.zeros((len(self.states), len(self.names))),
        )

    def ranked(self, facts: Facts) -> NDArray[np.int64]:
        """Dyads of named factions: alliances first, then other ties, the greatest lesser partner first in each."""
        d, i, j = self._named(facts)
        level = facts.dyad["entry_level"][d]
        lesser = np.minimum(self.drawn.fighters[i], self.drawn.fighters[j])
        kind = np.where(level >= Level.MATERIAL, 0, np.where(level != Level.NONE, 1, 2))
        return np.asarray(d[np.lexsort((d, -lesser, kind))])

    def build(self) -> World:
        """The world, with its tables frozen."""
        facts = self.facts()
        ranked = self.ranked(facts)
        first = facts.dyad[ranked[0]]
        bounded = len(ranked) > self.conf.recorded
        return World(
            name=self.conf.name,
            title=f"{self.conf.title}, {self.n} factions",
            description=self.conf.description,
            calendar=Calendar(self.conf.start, self.months),
            factions=tuple(self.names),
            organisations=tuple(self.names),
            states=tuple(self.states),
            places=tuple(self.places),
            focal=(self.names[int(first.first)], self.names[int(first.second)]),
            facts=facts,
            initial=fresh(self.state(facts)),
            titles={name: name.replace("_", " ") for name in self.names},
            recorded=tuple(int(x) for x in ranked[: self.conf.recorded]) if bounded else None,
        ).with_facts()


def build_synthetic(scenario: Mapping[str, Any], months: int | None = None) -> World:
    """Build a synthetic world.

    Parameters
    ----------
    scenario : mapping
        Fields of `synthetic_schema.SyntheticConf`, as conf/scenario/synthetic.yaml holds them.
    months : int, optional
        Another horizon than the scenario's.

    Raises
    ------
    InputError
        A name, type or range is wrong.
    """
    conf = validated(SyntheticConf, scenario, f"scenario {scenario.get('name', 'synthetic')}")
    return SyntheticBuilder(conf, conf.months if months is None else months).build()
