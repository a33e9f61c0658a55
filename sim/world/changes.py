"""Worlds out of worlds: another horizon, scaled pressure, added shocks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..errors import InputError
from .calendar import Calendar
from .schedules import NEWS
from .schema import PressureChoice, ShockConf, ShockEvent
from .world import World


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
        claim=facts.claim[:months].copy(),
        watch=facts.watch[:months].copy(),
        dyad_event=facts.dyad_event[: int(starts[-1])].copy(),
        dyad_start=starts.copy(),
    )


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
