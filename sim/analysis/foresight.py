"""A world as it was known at a date: what the dated history brings later is taken out."""

from __future__ import annotations

import numpy as np

from ..errors import InputError
from ..world.names import LeaderNews, Pledge
from ..world.schedules import NEVER
from ..world.tables import Facts
from ..world.world import World

HELD = ("kinetic", "targeting", "interdiction", "coercion", "support", "influence")
"""Columns of a faction's month that go on as they last were."""


def _held(values: np.ndarray, month: int) -> np.ndarray:
    """A schedule (T, …) that stays as it was in a month."""
    out = values.copy()
    out[month + 1 :] = values[month]
    return out


def _factions(facts: Facts, month: int) -> np.ndarray:
    """Pressure and support go on as they were; nobody's death, defeat or succession is known, and every leader is mortal.

    A death that was concealed and not disclosed by then was not known either.
    """
    out = facts.monthly.copy()
    for name in HELD:
        out[name] = _held(facts.monthly[name], month)
    later = out[month + 1 :]
    later["setback"], later["news"], later["mortal"] = 0.0, int(LeaderNews.NOTHING), 1
    known = out["news"][: month + 1]
    for i in range(known.shape[1]):
        told = np.flatnonzero(known[:, i] != int(LeaderNews.NOTHING))
        if len(told) and known[told[-1], i] == int(LeaderNews.CONCEALED_DEATH):
            known[told[-1], i] = int(LeaderNews.NOTHING)
    for name in ("successor_authority", "successor_strategy", "successor_disposition"):
        later[name] = -1.0
    return np.asarray(out).view(np.recarray)


def known_until(world: World, date: str) -> World:
    """The world as it was known at the end of a month.

    Dated deaths, blows, pledges, quarrels and arrivals of factions after it are gone; pressure, campaigns, offers and
    presence go on as they were in that month, and nobody else comes to lead the faithful; leaders can die. Months up to the
    date are the same, bit for bit, or up to the month of a death that was still concealed.

    Parameters
    ----------
    world : World
    date : str
        Month, 'YYYY-MM'.

    Raises
    ------
    InputError
        Not a month of the run.
    """
    month, months = world.calendar.index(date, "cutoff"), world.calendar.months
    if not 0 <= month < months:
        span = f"{world.calendar.start} to {world.calendar.date(months - 1)}"
        raise InputError("cutoff", "", f"{date} lies outside {world.name}", span)
    facts = world.facts
    policy = _held(facts.policy, month)
    policy["pledge"][month + 1 :] = int(Pledge.NONE)
    faction = facts.faction.copy()
    faction["entry"][faction["entry"] > month] = NEVER
    event = facts.dyad_event[facts.dyad_event["month"] <= month]
    return world.with_facts(
        faction=faction,
        monthly=_factions(facts, month),
        policy=policy,
        dialogue=_held(facts.dialogue, month),
        inducement=_held(facts.inducement, month),
        denial=_held(facts.denial, month),
        governance=_held(facts.governance, month),
        campaign=_held(facts.campaign, month),
        claim=_held(facts.claim, month),
        watch=_held(facts.watch, month),
        dyad_event=event,
        dyad_start=np.minimum(facts.dyad_start, len(event)),
    )
