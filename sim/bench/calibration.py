"""`alliances bench calibration`: candidates and points a second of a calibration, and where the time goes."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from rich.console import Console

from ..analysis.calibration import Calibration
from ..analysis.histories import keeps
from ..analysis.settings import read_settings
from ..analysis.two_rounds import prior_draw
from ..views.terminal import Grid
from .engine_time import EngineTime

SEED = 1


def measure_calibration(quick: bool) -> dict[str, Any]:
    """Candidates of the prior: candidates and points a second, share that keeps the hard constraints, share of the engine."""
    settings = read_settings("full")
    run = Calibration(settings, SEED, "runs")
    draw = prior_draw(len(run.paths), settings.batch, SEED)
    run.simulate(run.values(draw(0)[:16]), np.arange(16))
    batches, kept = 1 if quick else 6, 0
    with EngineTime() as engine:
        started = time.perf_counter()
        for batch in range(batches):
            found = run.simulate(run.values(draw(batch)), batch * settings.batch + np.arange(settings.batch))
            kept += int(keeps(found.violated).sum())
        wall = time.perf_counter() - started
    candidates = batches * settings.batch
    return {"calibration": {
        "candidates_per_second": candidates / wall, "points_per_second": kept / wall, "kept": kept / candidates,
        "engine_share": engine.seconds / wall, "points": 2 * settings.points,
        "minutes": 2 * settings.points / kept * wall / 60.0 if kept else float("inf"),
    }}  # fmt: skip


def show_calibration(result: dict[str, Any], console: Console) -> None:
    """Print the measurements."""
    row = result["calibration"]
    words = f"minutes for {row['points']:,} points"
    table = Grid("Candidates of the prior", ["candidates/s", "keep the constraints", "points/s", "share of the engine", words])
    table.add_row(f"{row['candidates_per_second']:.1f}", f"{row['kept']:.0%}", f"{row['points_per_second']:.1f}",
                  f"{row['engine_share']:.0%}", f"{row['minutes']:.0f}")  # fmt: skip
    console.print(table)
