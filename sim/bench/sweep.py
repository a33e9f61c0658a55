"""Speed of sweeps: what the store, the shards and Dask cost over the engine itself."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from ..plural import plural
from ..runs.expansion import expand
from ..runs.sweep import run_sweep
from ..runs.sweep_settings import Settings
from ..views.terminal import Grid
from .engine_time import EngineTime
from .memory import PeakMemory


def line(steps: int) -> list[str]:
    """A sweep of the default scenario: pressure × offer, every thesis."""
    values = ",".join(f"{x:.4g}" for x in np.linspace(0.0, 1.0, steps))
    return ["wedge=offer", f"parameters.pressure.kinetic={values}", f"wedge.offer.size={values}"]


def measure_sweeps(quick: bool) -> dict[str, Any]:
    """Share of the engine in a sweep's time, bytes a run, cost of expansion a point, Dask over threads."""
    steps, replicates = (2, 50) if quick else (3, 1500)
    started = time.perf_counter()
    groups = expand(line(steps))
    expansion = time.perf_counter() - started
    wide = [*line(2)[:1], "thesis=consensus", *[part.split("=")[0] + "=range(0,1,0.01)" for part in line(2)[1:]]]
    started = time.perf_counter()
    points = sum(len(group.points) for group in expand(wide))
    per_point = (time.perf_counter() - started) / points
    with tempfile.TemporaryDirectory() as folder:
        run_sweep(groups, Settings(1, output=str(Path(folder) / "warm")))
        with EngineTime() as engine:
            started = time.perf_counter()
            report = run_sweep(groups, Settings(replicates, output=str(Path(folder) / "threads")))
            wall = time.perf_counter() - started
        size = sum(path.stat().st_size for path in (report.folder / "outcomes").iterdir())
        result = {
            "sweep_points": report.points,
            "sweep_runs": report.runs,
            "sweep_runs_per_second": report.runs / wall,
            "sweep_engine_share": engine.seconds / wall,
            "sweep_bytes_per_run": size / report.runs,
            "expansion_seconds": expansion,
            "expansion_ms_per_point_at_10000": per_point * 1e3,
        }
        if not quick:
            started = time.perf_counter()
            run_sweep(groups, Settings(replicates, output=str(Path(folder) / "dask"), executor={"name": "dask"}))
            result["dask_over_threads"] = (time.perf_counter() - started) / wall
    return result


def measure_large_sweep(quick: bool) -> dict[str, Any]:
    """The sweep that the project holds itself to: 21 × 21 points × every thesis × 200 replicates, in threads and on Dask.

    Some quarter of an hour on two cores; quick: a hundredth of it.
    """
    groups, replicates = expand(line(3 if quick else 21)), 100 if quick else 200
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("threads", "dask"):
            with PeakMemory() as memory, EngineTime() as engine:
                started = time.perf_counter()
                settings = Settings(replicates, output=str(Path(folder) / name), executor={"name": name})
                report = run_sweep(groups, settings)
                wall = time.perf_counter() - started
            size = sum(path.stat().st_size for path in (report.folder / "outcomes").iterdir())
            result[name] = {
                "runs": report.runs, "seconds": wall, "runs_per_second": report.runs / wall,
                "engine_share": engine.seconds / wall, "peak_memory_mb": memory.megabytes, "bytes_per_run": size / report.runs,
            }  # fmt: skip
    result["dask_over_threads"] = result["dask"]["seconds"] / result["threads"]["seconds"]
    return {"large_sweep": result}


def show_large_sweep(result: dict[str, Any], console: Console) -> None:
    """Print the measurements."""
    found = result["large_sweep"]
    columns = ["", "runs", "s", "runs/s", "share of the engine", "peak MB", "bytes a run"]
    table = Grid("21 × 21 × every thesis × 200", columns)
    for name in ("threads", "dask"):
        row = found[name]
        share = f"{row['engine_share']:.1%}" if name == "threads" else "in workers"
        table.add_row(name, f"{row['runs']:,}", f"{row['seconds']:.0f}", f"{row['runs_per_second']:.0f}", share,
                      f"{row['peak_memory_mb']:.0f}", f"{row['bytes_per_run']:.1f}")  # fmt: skip
    console.print(table)
    console.print(f"Dask over threads: ×{found['dask_over_threads']:.2f}")


def show_sweeps(result: dict[str, Any], console: Console) -> None:
    """Print the measurements."""
    table = Grid("Sweep of the default scenario: pressure × offer × every thesis", ["what", "measured"])
    table.add_row("points × replicates, runs", f"{plural(result['sweep_points'], 'point')}, {result['sweep_runs']}")
    table.add_row("runs/s, all threads", f"{result['sweep_runs_per_second']:.0f}")
    table.add_row("share of the engine in the wall time", f"{result['sweep_engine_share']:.1%}")
    table.add_row("store, bytes a run", f"{result['sweep_bytes_per_run']:.0f}")
    table.add_row("expansion of 10,000 points, ms a point", f"{result['expansion_ms_per_point_at_10000']:.3f}")
    if "dask_over_threads" in result:
        table.add_row("Dask on this machine over threads, wall time", f"× {result['dask_over_threads']:.2f}")
    console.print(table)
