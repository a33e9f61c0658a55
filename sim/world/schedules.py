"""From dated configuration to arrays by month."""

from __future__ import annotations

import csv
from functools import cache
from typing import Any

import numpy as np

from ..errors import InputError, unknown
from ..paths import SEEDS
from .calendar import Calendar
from .names import LeaderNews, Pledge
from .schema import HistoryConf, LeaderConf, PolicyConf, PressureConf, ProxyConf, Steps
from .tables import BID, DYAD_EVENT, FACTION_MONTH, POLICY, Facts, Floats, Table, table

NEVER = -1000  # month of entry of a slot that nobody has entered
UNFIXED = -1.0
BATTLE_DEATHS = SEEDS / "data" / "ucdp_battle_deaths.csv"
NEWS = {
    "leader_death": LeaderNews.DEATH,
    "concealed_death": LeaderNews.CONCEALED_DEATH,
    "disclosure": LeaderNews.DISCLOSURE,
}


def blank_monthly(months: int, factions: int) -> Table:
    """Schedules of factions on whom nothing presses and of whose leaders nothing is fixed. (T, F) FACTION_MONTH."""
    out = table((months, factions), FACTION_MONTH)
    for column in ("successor_authority", "successor_strategy", "successor_disposition"):
        out[column] = UNFIXED
    out["mortal"] = 1
    out["influence"] = 0.5
    return out


def blank_facts(faction: Table, graph: dict[str, Any], months: int, places: int, states: int) -> Facts:
    """Facts of a world in which nothing is scheduled: what a scenario does not say.

    Parameters
    ----------
    faction : (F,) FACTION_FACTS
    graph : dict
        From `graph_of`.
    """
    factions, organisations = len(faction), len(graph["relation_start"]) - 1
    return Facts(
        faction=faction,
        monthly=blank_monthly(months, factions),
        policy=table((months, 1), POLICY),
        dialogue=np.zeros((months, organisations)),
        inducement=np.zeros((months, 0)),
        bid=table(0, BID),
        denial=np.zeros((months, places)),
        governance=np.zeros((months, places)),
        campaign=np.zeros((months, states)),
        claim=np.zeros((months, len(graph["relation_of"]))),
        watch=np.zeros(months),
        enmity=np.zeros((factions, states)),
        leverage=np.zeros((states, factions)),
        actor=np.zeros(states, dtype=np.int64),
        busy=np.zeros(months, dtype=np.int64),  # found by World.with_facts
        dyad_event=table(0, DYAD_EVENT),
        dyad_start=np.zeros(months + 1, dtype=np.int64),
        organisation_key=np.zeros(organisations, dtype=np.int64),
        **graph,
    )


def series(steps: Steps, calendar: Calendar, where: str, field: str) -> Floats:
    """A step function by month: each value holds from its date until the next.

    Dates before the start count from the start; a date after the end, or out of order, is an error.
    """
    values = np.zeros(calendar.months)
    last = None
    for date, value in steps:
        month = calendar.index(date, where, field)
        if last is not None and month <= last:
            raise InputError(where, field, f"{date} does not come after the date before it", "rising dates")
        if month >= calendar.months:
            raise InputError(where, field, f"{date} lies beyond the horizon", f"up to {calendar.date(calendar.months - 1)}")
        values[max(month, 0) :] = value
        last = month
    return values


@cache
def battle_deaths() -> dict[int, dict[int, float]]:
    """UCDP battle deaths (best estimate) by conflict and year."""
    found: dict[int, dict[int, float]] = {}
    with BATTLE_DEATHS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            years = found.setdefault(int(row["conflict_id"]), {})
            years[int(row["year"])] = years.get(int(row["year"]), 0.0) + float(row["bd_best"])
    return found


def proxy_series(proxy: ProxyConf, calendar: Calendar, where: str, field: str) -> Floats:
    """Pressure read off battle deaths: min(1, deaths in the year / scale); the last year known is carried on."""
    known = battle_deaths().get(proxy.conflict)
    if not known:
        ids = ", ".join(str(c) for c in sorted(battle_deaths()))
        raise InputError(where, field, f"no battle deaths for conflict {proxy.conflict}", ids)
    latest = max(known)
    deaths = [known.get(min(calendar.year(t), latest), 0.0) for t in range(calendar.months)]
    return np.minimum(1.0, np.array(deaths) / proxy.scale)


class Resolver:
    """Names of a scenario as indices, with errors that name the file and the nearest valid name."""

    def __init__(self, where: str, factions: list[str], homes: list[int], organisations: list[str], places: list[str]):
        self.where, self.factions, self.homes = where, factions, homes
        self.organisations, self.places = organisations, places

    def one_of(self, name: str, known: list[str], field: str) -> int:
        """Index of a name in a list."""
        if name not in known:
            raise unknown(self.where, field, name, known)
        return known.index(name)

    def faction(self, name: str, field: str) -> int:
        """Index of a faction."""
        return self.one_of(name, self.factions, field)

    def organisation(self, name: str, field: str) -> int:
        """Index of an organisation."""
        return self.one_of(name, self.organisations, field)

    def members(self, name: str, field: str) -> list[int]:
        """Factions meant by a faction's or an organisation's name."""
        if name in self.organisations:
            o = self.organisations.index(name)
            return [i for i, home in enumerate(self.homes) if home == o]
        return [self.one_of(name, self.factions + self.organisations, field)]


def apply_pressure(monthly: Table, conf: PressureConf, calendar: Calendar, at: Resolver) -> None:
    """Write the pressure series of a scenario into the monthly table of the factions."""
    for column in ("kinetic", "targeting", "interdiction", "coercion", "support", "influence"):
        for name, steps in getattr(conf, column).items():
            field = f"pressure.{column}.{name}"
            for i in at.members(name, field):
                monthly[column][:, i] = series(steps, calendar, at.where, field)
    for name, proxy in conf.kinetic_proxy.items():
        field = f"pressure.kinetic_proxy.{name}"
        for i in at.members(name, field):
            monthly["kinetic"][:, i] = np.maximum(monthly["kinetic"][:, i], proxy_series(proxy, calendar, at.where, field))


def place_series(conf: dict[str, Steps], calendar: Calendar, at: Resolver, column: str) -> Floats:
    """A (T, L) array from step functions by place."""
    out = np.zeros((calendar.months, len(at.places)))
    for name, steps in conf.items():
        field = f"pressure.{column}.{name}"
        out[:, at.one_of(name, at.places, field)] = series(steps, calendar, at.where, field)
    return out


Policies = dict[tuple[int, int], Any]
"""What organisation o meets over its association with q, by (o, q): tables (T,) POLICY."""


def policy_rows(policies: Policies, o: int, q: int, months: int) -> Table:
    """The schedule of o toward q, empty when nobody has written it yet."""
    if (o, q) not in policies:
        policies[o, q] = table(months, POLICY)
    return policies[o, q]


def policy_tables(policies: Policies, relation: Table, relation_of: np.ndarray, months: int, where: str) -> tuple[Table, Table]:
    """The schedules side by side, column 0 empty, and the relations that say which column is whose.

    Raises
    ------
    InputError
        Two organisations that cannot meet.
    """
    out, owners = table((months, len(policies) + 1), POLICY), relation.copy()
    for column, ((o, q), rows) in enumerate(policies.items(), start=1):
        r = relation_of[o, q]
        if r == len(relation) - 1:
            raise InputError(where, "policy", "is about two organisations whose factions cannot meet", "two that can")
        out[:, column], owners[r].policy = rows, column
    return out, owners


def apply_policy(policies: Policies, conf: list[PolicyConf], calendar: Calendar, at: Resolver) -> None:
    """Write what organisations meet over their associations."""
    for n, item in enumerate(conf):
        field = f"policy[{n}]"
        o, q = at.organisation(item.of, f"{field}.of"), at.organisation(item.toward, f"{field}.toward")
        rows = policy_rows(policies, o, q, calendar.months)
        for column in ("isolation", "offer", "credibility", "verification", "demand", "halt"):
            rows[column] = series(getattr(item, column), calendar, at.where, f"{field}.{column}")


def set_successor(monthly: Table, t: int, i: int, leader: LeaderConf) -> None:
    """Fix what the dated history knows of a successor."""
    monthly["successor_authority"][t, i] = leader.authority
    if leader.pragmatism is not None:
        monthly["successor_disposition"][t, i] = leader.pragmatism


def apply_history(
    history: list[HistoryConf], monthly: Table, policies: Policies, calendar: Calendar, at: Resolver
) -> list[tuple[int, int, int, float, float, float]]:
    """Write the dated history into the schedules; events before the start or beyond a shortened horizon are left out.

    Returns
    -------
    list of (month, i, j, trust, bond, quarrel)
        Dyadic events, for the event list.
    """
    dyadic = []
    for n, item in enumerate(history):
        field = f"history[{n}]"
        t = calendar.index(item.date, at.where, f"{field}.date")
        if t < 0:
            raise InputError(at.where, f"{field}.date", f"{item.date} lies before the start {calendar.start}", "a later month")
        if item.actor is None:
            raise InputError(at.where, f"{field}.actor", "is missing", "a faction or organisation")
        if t >= calendar.months:
            continue
        if item.event in NEWS:
            i = at.faction(item.actor, f"{field}.actor")
            monthly["news"][t, i] = NEWS[item.event]
            if item.successor is not None:
                set_successor(monthly, t, i, item.successor)
        elif item.event == "setback":
            for i in at.members(item.actor, f"{field}.actor"):
                monthly["setback"][t, i] = max(0.0, item.size)
        else:
            if item.toward is None:
                raise InputError(at.where, f"{field}.toward", "is missing", "a faction or organisation")
            if item.event in ("pledge", "pledge_renounced"):
                o, q = at.organisation(item.actor, f"{field}.actor"), at.organisation(item.toward, f"{field}.toward")
                rows = policy_rows(policies, o, q, calendar.months)
                rows["pledge"][t] = Pledge.OFFERED if item.event == "pledge" else Pledge.RENOUNCED
            else:
                quarrel = max(0.0, -item.size)
                amount = (item.size, 0.0, quarrel) if item.event == "trust" else (0.0, item.size, 0.0)
                for i in at.members(item.actor, f"{field}.actor"):
                    for j in at.members(item.toward, f"{field}.toward"):
                        dyadic.append((t, i, j, *amount))
    return dyadic


def event_list(events: list[tuple[int, int, float, float, float, float]], months: int) -> tuple[Table, np.ndarray]:
    """Dyadic events (month, dyad, trust, bond, exposure, quarrel) sorted by month and dyad, and the first row of each month."""
    ordered = sorted(events, key=lambda e: (e[0], e[1]))
    rows = table(len(ordered), DYAD_EVENT)
    for n, (t, d, trust, bond, exposure, quarrel) in enumerate(ordered):
        rows[n].month, rows[n].dyad, rows[n].quarrel = t, d, quarrel
        rows[n].trust, rows[n].bond, rows[n].exposure = trust, bond, exposure
    starts = np.searchsorted(rows.month, np.arange(months + 1)).astype(np.int64)
    return rows, starts
