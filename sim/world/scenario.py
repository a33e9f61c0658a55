"""From a scenario's configuration to a world: names, facts, schedules, initial state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ..errors import InputError, unknown
from .calendar import Calendar
from .names import Actor, Leader, Talks
from .schedules import NEWS, Resolver, apply_history, apply_policy, apply_pressure, event_list, place_series, series
from .schema import (
    LEVELS,
    PLEDGES,
    STANCES,
    ActorConf,
    FactionConf,
    LeaderConf,
    PressureChoice,
    ScenarioConf,
    ShockConf,
    ShockEvent,
    capability_row,
    validated,
)
from .tables import (
    FACTION,
    FACTION_FACTS,
    FACTION_MONTH,
    ORGANISATION,
    POLICY,
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
NEVER = -1000
UNFIXED = -1.0


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
            out[n].capacity, out[n].brand, out[n].recognition = 1000.0, 0.5, 0.3
            out[n].spare = int(name in self.spare)
            if name in self.spare:
                continue
            conf: FactionConf = self.conf.factions[name]
            out[n].recognition, out[n].brand = self.value(name, "recognition"), self.value(name, "brand")
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
        out = table((self.calendar.months, len(self.factions)), FACTION_MONTH)
        for column in ("successor_authority", "successor_strategy", "successor_disposition"):
            out[column] = UNFIXED
        out["mortal"] = 1
        out["influence"] = 0.5
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

    def facts(self) -> Facts:
        """Facts and schedules."""
        months, factions, organisations = self.calendar.months, len(self.factions), len(self.organisations)
        monthly = self.monthly()
        policy = table((months, organisations, organisations), POLICY)
        apply_pressure(monthly, self.conf.pressure, self.calendar, self.at)
        apply_policy(policy, self.conf.policy, self.calendar, self.at)
        history = apply_history(self.conf.history, monthly, policy, self.calendar, self.at)
        rows, starts = event_list([(*event, 0.0) for event in history], months)
        campaign = np.zeros((months, len(self.states)))
        for a, (name, state) in enumerate(self.conf.states.items()):
            campaign[:, a] = series(state.campaign, self.calendar, self.where, f"states.{name}.campaign")
        faction = self.faction_facts()
        return Facts(
            faction=faction,
            monthly=monthly,
            policy=policy,
            dialogue=np.zeros((months, organisations)),
            inducement=np.zeros((months, factions, organisations)),
            denial=place_series(self.conf.pressure.denial, self.calendar, self.at, "denial"),
            governance=place_series(self.conf.pressure.governance, self.calendar, self.at, "governance"),
            campaign=campaign,
            watch=series(self.conf.watch, self.calendar, self.where, "watch"),
            enmity=self.actor_table("enmity"),
            leverage=np.ascontiguousarray(self.actor_table("patrons").T),
            actor=np.array([ACTOR_KINDS[s.kind] for s in self.conf.states.values()], dtype=np.int64),
            busy=np.zeros(months, dtype=np.int64),  # found by with_facts
            dyad_event=rows,
            dyad_start=starts,
            order=np.argsort(np.where(faction.spare == 1, 2**33, 0) + faction.key, kind="stable").astype(np.int64),
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
            row.setback = self.conf.factions[name].setback
            row.present = int(self.conf.factions[name].entry is None or self.entry(name) == 0)
            row.leader = Leader.CONCEALED if leader.concealed else Leader.ALIVE
            row.founder, row.generation = int(leader.founder), 1
            row.authority = leader.authority
            row.pragmatism = row.disposition if leader.pragmatism is None else leader.pragmatism
        return out

    def ties(self) -> Table:
        """Ties before the first month; of a faction that enters later, those it will have at entry."""
        out = table((len(self.factions), len(self.factions)), TIE)
        out["changed"] = -1
        for n, conf in enumerate(self.conf.ties):
            field = f"ties[{n}].between"
            i, j = (self.at.faction(name, field) for name in conf.between)
            if i == j:
                raise InputError(self.where, field, f"'{conf.between[0]}' is tied to itself", "two different factions")
            for a, b in ((i, j), (j, i)):
                row = out[a, b]
                row.level, row.trust, row.embedded = LEVELS[conf.level], conf.trust, conf.embedded
                row.visibility, row.blood, row.age, row.held = conf.visibility, conf.blood, conf.age, conf.personal
        return out

    def relations(self) -> Table:
        """Official stances and pledges before the first month; unsaid is ambiguous."""
        size = len(self.organisations)
        out = table((size, size), RELATION)
        out["stance"] = STANCES["ambiguous"]
        out["since"] = out["pledged"] = out["answered"] = -1
        np.fill_diagonal(out["stance"], STANCES["embrace"])
        for n, conf in enumerate(self.conf.stances):
            field = f"stances[{n}]"
            out[self.at.organisation(conf.of, field), self.at.organisation(conf.toward, field)].stance = STANCES[conf.stance]
        for n, pledge in enumerate(self.conf.pledges):
            field = f"pledges[{n}]"
            o, q = self.at.organisation(pledge.by, field), self.at.organisation(pledge.to, field)
            out[o, q].pledge = PLEDGES["offered"]
            out[q, o].answer = out[q, o].reply = PLEDGES[pledge.answer]
        return out

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

    def state(self) -> State:
        """State before the first month."""
        faction = self.faction_state()
        size = len(self.factions)
        return State(
            faction=faction,
            tie=self.ties(),
            organisation=self.organisation_state(faction),
            relation=self.relations(),
            capability=self.rows("capability"),
            need=self.rows("need"),
            presence=self.presence(),
            overlap=np.zeros((size, size)),
            response=np.zeros((len(self.states), size)),
        )

    def build(self) -> World:
        """The world, with its tables frozen."""
        facts, state = self.facts(), self.state()
        for name in self.conf.focal:
            self.at.organisation(name, "focal")
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
            titles=titles,
            colours={name: profile.colour for name, profile in self.profiles.items()},
        ).with_facts()


def shortened(world: World, months: int) -> World:
    """The world with the horizon cut to `months`; schedules keep their first months."""
    facts = world.facts
    starts = facts.dyad_start[: months + 1]
    return replace(world, calendar=Calendar(world.calendar.start, months)).with_facts(
        monthly=facts.monthly[:months].copy(),
        policy=facts.policy[:months].copy(),
        dialogue=facts.dialogue[:months].copy(),
        inducement=facts.inducement[:months].copy(),
        denial=facts.denial[:months].copy(),
        governance=facts.governance[:months].copy(),
        campaign=facts.campaign[:months].copy(),
        watch=facts.watch[:months].copy(),
        dyad_event=facts.dyad_event[: int(starts[-1])].copy(),
        dyad_start=starts.copy(),
    )


def build_world(scenario: Mapping[str, Any], actors: Mapping[str, Any], months: int | None = None) -> World:
    """Build the world of a scenario.

    Parameters
    ----------
    scenario : mapping
        Fields of `schema.ScenarioConf`, as conf/scenario/*.yaml holds them.
    actors : mapping
        Profile of each faction by name, fields of `schema.ActorConf`.
    months : int, optional
        Another horizon than the scenario's; beyond it, schedules hold their last value.

    Raises
    ------
    InputError
        A name, type, range or date is wrong; the message says where and what is allowed.
    """
    name = str(scenario.get("name", "scenario"))
    conf = validated(ScenarioConf, scenario, f"scenario {name}")
    profiles = {key: validated(ActorConf, value, f"actors.{key}") for key, value in actors.items()}
    if months is not None and months < 1:
        raise InputError("months", "", f"{months} months cannot be simulated", "1 or more")
    horizon = conf.months if months is None else months
    world = Builder(conf, profiles, f"scenario {conf.name}", horizon).build()
    return shortened(world, horizon) if horizon < world.calendar.months else world


def with_pressure(world: World, choice: PressureChoice) -> World:
    """The world with its counterterrorism schedule scaled."""
    monthly = world.facts.monthly.copy()
    for column in ("kinetic", "targeting", "interdiction"):
        monthly[column] = np.minimum(1.0, monthly[column] * getattr(choice, column))
    return world.with_facts(monthly=monthly)


def _shocked(world: World, event: ShockEvent, where: str) -> int:
    emirs = {"emir_a": world.focal[0], "emir_b": world.focal[1]}
    if event.actor in emirs:
        return int(world.initial.organisation[world.organisation(emirs[event.actor])].emir)
    return world.faction(event.actor, where)


def with_shock(world: World, shock: ShockConf) -> World:
    """The world with shocks added to its dated history."""
    if not shock.events:
        return world
    monthly = world.facts.monthly.copy()
    for n, event in enumerate(shock.events):
        where = f"shock {shock.name}: events[{n}]"
        i = _shocked(world, event, f"{where}.actor")
        if event.after >= world.calendar.months:
            raise InputError(where, "after", f"month {event.after} lies beyond the horizon", f"0 to {world.calendar.months - 1}")
        if event.event == "setback":
            monthly["setback"][event.after, i] = max(event.size, monthly["setback"][event.after, i])
        else:
            monthly["news"][event.after, i] = NEWS[event.event]
    return world.with_facts(monthly=monthly)
