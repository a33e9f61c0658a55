"""Rates of both engines: worlds of a given size, and how fast they run."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from ..engine.ensemble import iterate_ensemble
from ..engine.model import AllianceModel
from ..world.loading import read_option
from ..world.parameters import parameter_table
from ..world.scenario import build_world
from ..world.world import World

MONTHS = 264
LARGE_MONTHS = 120


def twelve() -> World:
    """Twelve factions for 264 months, all present from the start, and room for two splinters."""
    return enlarged(12, MONTHS)


def enlarged(factions: int, months: int) -> World:
    """The default scenario's factions, repeated under other names until there are `factions`, all present."""
    scenario, actors = read_option("scenario", "taliban_rule_1996"), read_option("actors", "default")
    named = list(scenario["factions"])
    for name in named:
        scenario["factions"][name].pop("entry", None)
    for n in range(len(named), factions):
        original = named[n % len(named)]
        name = f"{original}_{n}"
        actors[name] = actors[original]
        scenario["factions"][name] = {}
    kept = list(scenario["factions"])
    if factions < len(named):
        kept = [n for n in named if n not in ("aqis", "isis_k", "imu", "ttp")][:factions]
        used = {actors[k]["organisation"] for k in kept}
        scenario["organisations"] = {k: v for k, v in scenario["organisations"].items() if k in used}
        scenario["ties"] = [t for t in scenario["ties"] if set(t["between"]) <= set(kept)]
        scenario["history"] = []
        for key in ("stances", "pledges"):
            scenario[key] = []
        pressure = scenario["pressure"]
        for series in pressure.values():
            for name in list(series):
                if name not in kept and name not in used:
                    series.pop(name)
    scenario["factions"] = {k: scenario["factions"][k] for k in kept}
    return build_world(scenario, actors, months)


def synthetic(factions: int, months: int) -> World:
    """The synthetic scenario with so many factions."""
    return build_world({**read_option("scenario", "synthetic"), "n": factions}, {}, months)


def contacts(world: World) -> int:
    """Contacts of named factions: pairs that can meet, from both sides. Slots for splinters are not counted."""
    spare, dyad = world.facts.faction["spare"], world.facts.dyad
    return 2 * int(((spare[dyad["first"]] == 0) & (spare[dyad["second"]] == 0)).sum())


def by_contacts(sizes: Sequence[int]) -> dict[str, dict[str, float]]:
    """Seconds a run on one core and nanoseconds per contact and month, by number of factions; the best of five measurements."""
    found = {}
    for n in sizes:
        world = synthetic(n, LARGE_MONTHS)
        runs = max(1, 1000 // n)
        seconds = 1.0 / max(rate(world, runs, 1) for _ in range(5))
        met = contacts(world)
        found[str(n)] = {
            "contacts": float(met),
            "seconds_a_run": seconds,
            "nanoseconds_a_contact_month": 1e9 * seconds / (met * LARGE_MONTHS),
        }
    return found


def rate(world: World, runs: int, threads: int) -> float:
    """Runs per second of the ensemble, outcomes and events recorded, on so many threads."""
    parameters = parameter_table([{}])
    started = time.perf_counter()
    for _ in iterate_ensemble(world, parameters, runs, 1, threads=threads):
        pass
    return runs / (time.perf_counter() - started)


def best_rate(world: World, runs: int, threads: int, times: int) -> float:
    """Median rate over a few measurements."""
    return float(np.median([rate(world, runs, threads) for _ in range(times)]))


def mesa_rate(world: World, runs: int) -> float:
    """Runs per second of the Mesa engine."""
    AllianceModel(world=world, collect_every=12).run()
    started = time.perf_counter()
    for replicate in range(runs):
        AllianceModel(world=world, replicate=replicate, collect_every=12).run()
    return runs / (time.perf_counter() - started)
