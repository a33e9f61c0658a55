"""Both engines: runs a second on one core and on all, growth with factions and replicates, memory."""

from __future__ import annotations

import time
from typing import Any

from rich.console import Console

from ..engine.driving import thread_count
from ..engine.ensemble import run_ensemble
from ..plural import plural
from ..views.terminal import Grid
from .memory import PeakMemory
from .rates import LARGE_MONTHS, MONTHS, best_rate, by_contacts, enlarged, mesa_rate, rate, twelve


def measure_engines(quick: bool) -> dict[str, Any]:
    """All measurements by name; rates are per second."""
    world = twelve()
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


def show_engines(result: dict[str, Any], console: Console) -> None:
    """Print the measurements."""
    title = "12 factions (and 2 slots) × 264 months, every mechanism on, outcomes and events kept"
    table = Grid(title, ["what", "measured"])
    one = result["runs_per_second_per_core"]
    table.add_row("ensemble, one core, runs/s", f"{one:.0f}")
    table.add_row("ensemble, one core, dyad-months/s", f"{result['dyad_months_per_second_per_core'] / 1e6:.1f} million")
    table.add_row(f"ensemble, {plural(result['threads'], 'thread')}, runs/s", f"{result['runs_per_second_all_threads']:.0f}")
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
