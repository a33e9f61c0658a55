"""`alliances bench`: speed of both engines on this machine, as rates measured in one run."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from .bench_memory import PeakMemory
from .engine.ensemble import iterate_ensemble, run_ensemble, thread_count
from .engine.model import AllianceModel
from .errors import InputError, unknown
from .rules.compiled import is_warm
from .world.loading import load_world, read_option
from .world.parameters import parameter_table
from .world.scenario import build_world
from .world.world import World

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


def measure(quick: bool, console: Console) -> dict[str, Any]:
    """All measurements by name; rates are per second."""
    world = twelve()
    if not is_warm():
        console.print("Compiling the rule book for this machine (once, about a minute) …", style="dim")
    started = time.perf_counter()
    run_ensemble(world, replicates=1, threads=1, events=True)
    first = time.perf_counter() - started
    runs = 400 if quick else 2000
    times = 1 if quick else 3
    one = best_rate(world, runs, 1, times)
    result: dict[str, Any] = {
        "first_run_seconds": first,
        "runs_per_second_per_core": one,
        "dyad_months_per_second_per_core": one * MONTHS * 66,
        "threads": thread_count(),
        "runs_per_second_all_threads": best_rate(world, runs, thread_count(), times),
        "mesa_runs_per_second": mesa_rate(world, 5 if quick else 30),
    }
    sizes = (6, 12, 24) if quick else (6, 12, 24, 48, 96)
    result["runs_per_second_by_factions"] = {str(n): rate(enlarged(n, 60), max(8, 4000 // (n * n)), 1) for n in sizes}
    result["synthetic"] = by_contacts((100, 300) if quick else (100, 300, 1000, 3000))
    growth = {}
    for replicates in (500, 1000) if quick else (1000, 4000, 16000):
        with PeakMemory() as memory:
            speed = rate(world, replicates, thread_count())
        growth[str(replicates)] = {"runs_per_second": speed, "peak_memory_mb": memory.megabytes}
    result["by_replicates"] = growth
    result["peak_memory_mb"] = max(g["peak_memory_mb"] for g in growth.values())
    return result


def show(result: dict[str, Any], console: Console) -> None:
    """Print the measurements."""
    title = "12 factions (and 2 slots) × 264 months, every mechanism on, outcomes and events kept"
    table = Table(title=title, title_justify="left", pad_edge=False)
    table.add_column("what")
    table.add_column("measured", justify="right")
    one = result["runs_per_second_per_core"]
    table.add_row("ensemble, one core, runs/s", f"{one:.0f}")
    table.add_row("ensemble, one core, dyad-months/s", f"{result['dyad_months_per_second_per_core'] / 1e6:.1f} million")
    table.add_row(f"ensemble, {result['threads']} threads, runs/s", f"{result['runs_per_second_all_threads']:.0f}")
    table.add_row("Mesa engine (data collected yearly), runs/s", f"{result['mesa_runs_per_second']:.1f}")
    table.add_row("ensemble (one core) over Mesa", f"× {one / result['mesa_runs_per_second']:.0f}")
    table.add_row("first run (compiling, or loading the compiled rules), s", f"{result['first_run_seconds']:.1f}")
    for n, speed in result["runs_per_second_by_factions"].items():
        table.add_row(f"{n} factions + 2 slots × 60 months, one core, runs/s", f"{speed:.0f}")
    for n, row in result["synthetic"].items():
        table.add_row(f"synthetic, {n} factions × {LARGE_MONTHS} months, one core, s a run", f"{row['seconds_a_run']:.3f}")
        table.add_row(f"  {row['contacts']:.0f} contacts: ns a contact and month", f"{row['nanoseconds_a_contact_month']:.0f}")
    costs = [row["nanoseconds_a_contact_month"] for row in result["synthetic"].values()]
    table.add_row("  most over fewest factions (target, 100 to 3000: at most × 2)", f"× {costs[-1] / costs[0]:.2f}")
    for n, row in result["by_replicates"].items():
        table.add_row(f"{n} replicates: peak memory, MB", f"{row['peak_memory_mb']:.0f}")
    console.print(table)


def bench_command(arguments: Sequence[str]) -> int:
    """`alliances bench`; 0 when measured."""
    parser = argparse.ArgumentParser(prog="alliances bench", description="Speed of both engines on this machine.")
    parser.add_argument(
        "what", nargs="?", default="all", help="all, sweep (the large sweep, in threads and on Dask), calibration, wedges or lab"
    )
    parser.add_argument("--quick", action="store_true", help="in under a minute, less precise")
    parser.add_argument("--json", metavar="FILE", help="write the measurements here")
    given = parser.parse_args(arguments)
    target = Path(given.json) if given.json else None
    if target is not None and not target.parent.is_dir():
        raise InputError("--json", str(target), "its folder does not exist", "a path in an existing folder")
    if given.what not in ("all", "sweep", "calibration", "wedges", "lab"):
        raise unknown("bench", "", given.what, ["all", "sweep", "calibration", "wedges", "lab"])
    load_world("taliban_rule_1996")
    console = Console()
    if given.what == "calibration":
        from .bench_calibration import measure_calibration, show_calibration

        result = measure_calibration(given.quick)
        show_calibration(result, console)
    elif given.what == "lab":
        from .bench_lab import measure_lab, show_lab

        result = measure_lab(given.quick)
        show_lab(result, console)
    elif given.what == "wedges":
        from .bench_wedges import measure_wedges, show_wedges

        result = measure_wedges(given.quick)
        show_wedges(result, console)
    elif given.what == "sweep":
        from .bench_sweep import measure_large_sweep, show_large_sweep

        result = measure_large_sweep(given.quick)
        show_large_sweep(result, console)
    else:
        from .bench_sweep import measure_sweeps, show_sweeps

        result = measure(given.quick, console)
        show(result, console)
        sweeps = measure_sweeps(given.quick)
        show_sweeps(sweeps, console)
        result |= sweeps
    if target is not None:
        target.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 0
