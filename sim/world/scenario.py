"""From a scenario's configuration to a world: names, facts, schedules, initial state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, unknown
from ..numbers import whole
from .calendar import Calendar
from .changes import shortened
from .graph import all_pairs, graph_of
from .names import Actor, Leader, Talks
from .schedules import (
    NEVER,
    Policies,
    Resolver,
    apply_history,
    apply_policy,
    apply_pressure,
    blank_facts,
    blank_monthly,
    event_list,
    place_series,
    policy_tables,
    series,
)
from .schema import (
    LEVELS,
    MOST_MONTHS,
    PLEDGES,
    STANCES,
    ActorConf,
    FactionConf,
    LeaderConf,
    ScenarioConf,
    capability_row,
    validated,
)
from .tables import (
    FACTION,
    FACTION_FACTS,
    ORGANISATION,
    RELATION,
    TIE,
    Facts,
    Floats,
    State,
    Table,
    fresh,
    table,
)
from .world import World, key_of

ACTOR_KINDS = {"coalition": Actor.COALITION, "host": Actor.HOST, "patron": Actor.PATRON}


class Builder:
    """Builds one world from checked configuration, table by table."""

    def __init__(self, conf: ScenarioConf, profiles: Mapping[str, ActorConf], where: str, months: int) -> None:
        self.conf, self.where = conf, where
        self.calendar = Calendar(conf.start, max(months, conf.months))
        self.states = list(conf.states)
        self.spare = [f"splinter_{n + 1}" for n in range(conf.spare)]
        self.factions = [*conf.factions, *self.spare]
        self.organisations = [*conf.organisations, *self.spare]
        self.profiles = {name: self._profile(name, profiles) for name in conf.factions}
        self.homes = [self._home(n) for n in range(len(self.factions))]
        self.places = sorted({place for name in conf.factions for place in self._presence(name)} | self._named_places())
        self.at = Resolver(where, self.factions, self.homes, self.organisations, self.places)

    def _named_places(self) -> set[str]:
        return set(self.conf.pressure.denial) | set(self.conf.pressure.governance)

    def _profile(self, name: str, profiles: Mapping[str, ActorConf]) -> ActorConf:
        if name not in profiles:
            raise unknown(self.where, f"factions.{name}", name, profiles)
        return profiles[name]

    def _home(self, n: int) -> int:
        if n >= len(self.conf.factions):
            return len(self.conf.organisations) + n - len(self.conf.factions)
        name = self.factions[n]
        organisation = self.profiles[name].organisation
        if organisation not in self.organisations:
            raise InputError(
                self.where,
                f"organisations.{organisation}",
                f"is missing though faction '{name}' belongs to it",
                "an entry",
            )
        return self.organisations.index(organisation)

    def _presence(self, name: str) -> dict[str, float]:
        own = self.conf.factions[name].presence
        return dict(self.profiles[name].presence if own is None else own)

    def value(self, name: str, field: str) -> Any:
        """A field of a faction: the scenario's, or else its profile's."""
        own = getattr(self.conf.factions[name], field, None)
        return getattr(self.profiles[name], field) if own is None else own

    def merged(self, name: str, field: str) -> dict[str, float]:
        """A mapping of a faction: its profile's entries, some replaced by the scenario's."""
        return {**getattr(self.profiles[name], field), **getattr(self.conf.factions[name], field)}

    def leader(self, name: str) -> LeaderConf:
        """The leader at the start."""
        return self.conf.factions[name].leader or self.profiles[name].leader

    def entry(self, name: str) -> int:
        """Month of entry; 0 for those present from the start."""
        date = self.conf.factions[name].entry
        return 0 if date is None else max(0, self.calendar.index(date, self.where, f"factions.{name}.entry"))

    # facts ------------------------------------------------------------------------------------------

    def faction_facts(self) -> Table:
        """What never changes about a faction."""
        out = table(len(self.factions), FACTION_FACTS)
        for n, name in enumerate(self.factions):
            out[n].key, out[n].parent, out[n].home, out[n].entry = key_of(name), -1, self.homes[n], NEVER
            out[n].capacity, out[n].brand, out[n].recognition, out[n].islamist = 1000.0, 0.5, 0.3, 1.0
            out[n].spare = int(name in self.spare)
            if name in self.spare:
                continue
            conf: FactionConf = self.conf.factions[name]
            out[n].recognition, out[n].brand = self.value(name, "recognition"), self.value(name, "brand")
            out[n].islamist = self.profiles[name].islamist
            out[n].capacity = conf.capacity if conf.capacity is not None else self.value(name, "fighters")
            out[n].entry = self.entry(name)
            if conf.drawn_from is not None:
                out[n].parent = self.at.faction(conf.drawn_from, f"factions.{name}.drawn_from")
                out[n].entry_share = conf.drawn_share
        if len({int(k) for k in out.key}) < len(self.factions):
            raise InputError(self.where, "factions", "two names have the same key in the keyed draws", "another spelling of one")
        return out

    def monthly(self) -> Table:
        """Schedules of the factions."""
        out = blank_monthly(self.calendar.months, len(self.factions))
        for n, name in enumerate(self.conf.factions):
            out["influence"][:, n] = self.value(name, "influence")
            until = self.leader(name).scripted_until
            if until is not None:
                field = f"factions.{name}.leader.scripted_until"
                out["mortal"][: max(0, self.calendar.index(until, self.where, field) + 1), n] = 0
        return out

    def actor_table(self, field: str) -> Floats:
        """(F, A) values of factions toward state actors."""
        out = np.zeros((len(self.factions), len(self.states)))
        for n, name in enumerate(self.conf.factions):
            values = self.profiles[name].enmity if field == "enmity" else self.merged(name, field)
            for state, value in values.items():
                if state in self.states:
                    out[n, self.states.index(state)] = value
        return out

    def claims(self) -> Floats:
        """(T, O) whether each organisation's emir claims to lead the faithful."""
        out = np.zeros((self.calendar.months, len(self.organisations)))
        for name, date in self.conf.claims.items():
            field = f"claims.{name}"
            out[:, self.at.organisation(name, field)] = series([(date, 1.0)], self.calendar, self.where, field)
        return out

    def pairs(self, faction: Table) -> np.ndarray:
        """Unordered pairs of factions that can meet: in a world of a dozen, all. (D, 2)."""
        return all_pairs(len(faction))

    def facts(self) -> Facts:
        """Facts and schedules."""
        months, organisations = self.calendar.months, len(self.organisations)
        monthly = self.monthly()
        faction = self.faction_facts()
        graph = graph_of(faction, self.pairs(faction), organisations)
        self.entry_levels(graph["dyad"], graph["dyad_of"])
        policies: Policies = {}
        apply_pressure(monthly, self.conf.pressure, self.calendar, self.at)
        apply_policy(policies, self.conf.policy, self.calendar, self.at)
        history = apply_history(self.conf.history, monthly, policies, self.calendar, self.at)
        policy, graph["relation"] = policy_tables(policies, graph["relation"], graph["relation_of"], months, self.where)
        events = [(t, int(graph["dyad_of"][i, j]), trust, bond, 0.0, quarrel) for t, i, j, trust, bond, quarrel in history]
        rows, starts = event_list(events, months)
        campaign = np.zeros((months, len(self.states)))
        for a, (name, state) in enumerate(self.conf.states.items()):
            campaign[:, a] = series(state.campaign, self.calendar, self.where, f"states.{name}.campaign")
        return blank_facts(faction, graph, months, len(self.places), len(self.states))._replace(
            monthly=monthly,
            policy=policy,
            denial=place_series(self.conf.pressure.denial, self.calendar, self.at, "denial"),
            governance=place_series(self.conf.pressure.governance, self.calendar, self.at, "governance"),
            campaign=campaign,
            claim=self.claims(),
            watch=series(self.conf.watch, self.calendar, self.where, "watch"),
            enmity=self.actor_table("enmity"),
            leverage=np.ascontiguousarray(self.actor_table("patrons").T),
            actor=np.array([ACTOR_KINDS[s.kind] for s in self.conf.states.values()], dtype=np.int64),
            dyad_event=rows,
            dyad_start=starts,
            organisation_key=np.array([key_of("organisation " + n) for n in self.organisations], dtype=np.int64),
        )

    # initial state ----------------------------------------------------------------------------------

    def faction_state(self) -> Table:
        """Factions before the first month."""
        out = table(len(self.factions), FACTION)
        for n, name in enumerate(self.factions):
            row = out[n]
            row.key, row.organisation, row.parent, row.claimant = key_of(name), self.homes[n], -1, -1
            if name in self.spare:
                continue
            leader = self.leader(name)
            for column in (
                "fighters",
                "strategy",
                "disposition",
                "grievance",
                "foreign",
                "reputation",
                "doctrine",
                "scope",
            ):
                setattr(row, column, self.value(name, column))
            row.setback, row.open = self.conf.factions[name].setback, 1.0
            row.present = int(self.conf.factions[name].entry is None or self.entry(name) == 0)
            row.leader = Leader.CONCEALED if leader.concealed else Leader.ALIVE
            row.founder, row.generation = int(leader.founder), 1
            row.authority = leader.authority
            row.pragmatism = row.disposition if leader.pragmatism is None else leader.pragmatism
        return out

    def entry_levels(self, dyad: Table, dyad_of: NDArray[np.int32]) -> None:
        """Write the level each tie has once both sides are there."""
        for n, conf in enumerate(self.conf.ties):
            field = f"ties[{n}].between"
            i, j = (self.at.faction(name, field) for name in conf.between)
            if i == j:
                raise InputError(self.where, field, f"'{conf.between[0]}' is tied to itself", "two different factions")
            dyad[dyad_of[i, j]].entry_level = LEVELS[conf.level]

    def ties(self, facts: Facts) -> Table:
        """Ties before the first month; of a faction that enters later, those it will have at entry."""
        out = table(len(facts.dyad), TIE)
        for conf in self.conf.ties:
            i, j = (self.factions.index(name) for name in conf.between)
            row = out[facts.dyad_of[i, j]]
            row.trust, row.embedded, row.visibility = conf.trust, conf.embedded, conf.visibility
            row.blood, row.age, row.held_first, row.held_second = conf.blood, conf.age, conf.personal, conf.personal
        return out

    def relations(self, facts: Facts) -> Table:
        """Official stances and pledges before the first month; unsaid is ambiguous."""
        out = table(len(facts.relation), RELATION)
        out["stance"] = STANCES["ambiguous"]
        out["since"] = out["pledged"] = out["answered"] = -1
        for n, conf in enumerate(self.conf.stances):
            field = f"stances[{n}]"
            out[self.relation(facts, conf.of, conf.toward, field)].stance = STANCES[conf.stance]
        for n, pledge in enumerate(self.conf.pledges):
            r = self.relation(facts, pledge.by, pledge.to, f"pledges[{n}]")
            back = out[facts.relation[r].back]
            out[r].pledge = PLEDGES["offered"]
            back.answer = back.reply = PLEDGES[pledge.answer]
        return out

    def relation(self, facts: Facts, of: str, toward: str, field: str) -> int:
        """Relation of two different organisations by name."""
        o, q = self.at.organisation(of, field), self.at.organisation(toward, field)
        if o == q:
            raise InputError(self.where, field, f"'{of}' is related to itself", "two different organisations")
        return int(facts.relation_of[o, q])

    def organisation_state(self, faction: Table) -> Table:
        """Organisations before the first month."""
        out = table(len(self.organisations), ORGANISATION)
        out.talks, out.counterpart = int(Talks.NONE), -1
        for o, (name, conf) in enumerate(self.conf.organisations.items()):
            field = f"organisations.{name}.emir"
            emir = self.at.faction(conf.emir, field)
            if self.homes[emir] != o:
                raise InputError(self.where, field, f"'{conf.emir}' does not belong to '{name}'", "one of its factions")
            out[o].emir, out[o].seen, out[o].cohesion = emir, 1, conf.cohesion
            out[o].present = int(any(faction[i].present for i, home in enumerate(self.homes) if home == o))
        for n, _ in enumerate(self.spare):
            out[len(self.conf.organisations) + n].emir = len(self.conf.factions) + n
        return out

    def rows(self, field: str) -> Floats:
        """(F, C) capability or need."""
        out = np.zeros((len(self.factions), 7))
        for n, name in enumerate(self.conf.factions):
            out[n] = capability_row(self.merged(name, field), f"{self.where}: factions.{name}.{field}")
        return out

    def presence(self) -> Floats:
        """(F, L) shares of presence, scaled to sum to 1 (a faction that names no place is nowhere)."""
        out = np.zeros((len(self.factions), len(self.places)))
        for n, name in enumerate(self.conf.factions):
            for place, weight in self._presence(name).items():
                out[n, self.places.index(place)] = weight
            total = out[n].sum()
            if total > 0.0:
                out[n] /= total
        return out

    def state(self, facts: Facts) -> State:
        """State before the first month."""
        faction = self.faction_state()
        faction["supported"] = facts.monthly["support"][0]  # before any wedge: what it withdraws is missed from the first month
        there = (faction.present[facts.dyad.first] & faction.present[facts.dyad.second]) == 1
        return State(
            faction=faction,
            level=np.where(there, facts.dyad.entry_level, 0).astype(np.int8),
            tie=self.ties(facts),
            organisation=self.organisation_state(faction),
            relation=self.relations(facts),
            capability=self.rows("capability"),
            need=self.rows("need"),
            presence=self.presence(),
            response=np.zeros((len(self.states), len(self.factions))),
        )

    def build(self) -> World:
        """The world, with its tables frozen."""
        facts = self.facts()
        state = self.state(facts)
        for name in self.conf.focal:
            self.at.organisation(name, "focal")
        if self.conf.rival is not None:
            self.at.faction(self.conf.rival, "rival")
        titles = {name: profile.title for name, profile in self.profiles.items()}
        titles |= {name: o.title or name.replace("_", " ") for name, o in self.conf.organisations.items()}
        titles |= {name: name.replace("_", " ") for name in self.spare}
        return World(
            name=self.conf.name,
            title=self.conf.title,
            description=self.conf.description,
            calendar=self.calendar,
            factions=tuple(self.factions),
            organisations=tuple(self.organisations),
            states=tuple(self.states),
            places=tuple(self.places),
            focal=self.conf.focal,
            facts=facts,
            initial=fresh(state),
            rival=self.conf.rival,
            held_until=self.conf.held_until,
            titles=titles,
            colours={name: profile.colour for name, profile in self.profiles.items()},
        ).with_facts()


def checked_horizon(months: int | None) -> int | None:
    """A horizon in months, None for the scenario's own; InputError for what cannot be simulated."""
    return None if months is None else whole("months", "", months, 1, MOST_MONTHS)


def build_world(scenario: Mapping[str, Any], actors: Mapping[str, Any], months: int | None = None) -> World:
    """Build the world of a scenario.

    Parameters
    ----------
    scenario : mapping
        Fields of `schema.ScenarioConf`, as `conf/scenario/*.yaml` holds them; of kind `synthetic`, fields of
        `synthetic_schema.SyntheticConf`, and the profiles are not used.
    actors : mapping
        Profile of each faction by name, fields of `schema.ActorConf`.
    months : int, optional
        Another horizon than the scenario's; beyond it, schedules hold their last value.

    Raises
    ------
    InputError
        A name, type, range or date is wrong; the message says where and what is allowed.
    """
    months = checked_horizon(months)
    if scenario.get("kind") == "synthetic":
        from .synthetic import build_synthetic  # late: a dozen named factions need no distributions

        return build_synthetic(scenario, months)
    name = str(scenario.get("name", "scenario"))
    conf = validated(ScenarioConf, scenario, f"scenario {name}")
    profiles = {key: validated(ActorConf, value, f"actors.{key}") for key, value in actors.items()}
    horizon = conf.months if months is None else months
    world = Builder(conf, profiles, f"scenario {conf.name}", horizon).build()
    return shortened(world, horizon) if horizon < world.calendar.months else world
