"""`alliances bench calibration`: points a second of the calibration design, and where the time goes."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from rich.console import Console

from ..analysis.settings import read_settings
from ..analysis.simulator import Simulator
from ..analysis.targets import DRAWN, read_targets
from ..evidence.ledger import ledger
from ..views.terminal import Grid
from .engine_time import EngineTime

DESIGN = 50_000
"""Points that a full design is reckoned with."""


def measure_calibration(quick: bool) -> dict[str, Any]:
    """Points of the whole ranges through both worlds: points a second, share of the engine, by world."""
    settings, targets = read_settings("full"), [t for t in read_targets() if t.calibrated]
    paths = settings.paths()
    ranges = [ledger().entry(path).range.frozen() for path in paths]
    count = 60 if quick else 600
    unit = np.random.default_rng(1).random((count, len(paths)))
    points = [dict(zip(paths, (float(span.ppf(u)) for span, u in zip(ranges, row, strict=True)), strict=True)) for row in unit]
    result: dict[str, Any] = {}
    for name, part in (
        ("drawn worlds", [t for t in targets if t.scenario == DRAWN]),
        ("named worlds", [t for t in targets if t.scenario != DRAWN]),
        ("both", targets),
    ):
        simulator = Simulator(settings, part, 1)
        simulator.statistics(points[:16], np.arange(16))
        with EngineTime() as engine:
            started = time.perf_counter()
            for first in range(0, count, 100):
                simulator.statistics(points[first : first + 100], np.arange(first, min(first + 100, count)))
            wall = time.perf_counter() - started
        result[name] = {
            "points_per_second": count / wall, "runs_per_second": engine.runs / wall, "engine_share": engine.seconds / wall,
            "minutes_for_50000": DESIGN / count * wall / 60.0,
        }  # fmt: skip
    return {"calibration": result}


def show_calibration(result: dict[str, Any], console: Console) -> None:
    """Print the measurements."""
    columns = ["", "points/s", "runs/s", "share of the engine", f"minutes for {DESIGN:,} points"]
    table = Grid("Points of the calibration design", columns)
    for name, row in result["calibration"].items():
        table.add_row(name, f"{row['points_per_second']:.1f}", f"{row['runs_per_second']:.0f}", f"{row['engine_share']:.0%}",
                      f"{row['minutes_for_50000']:.1f}")  # fmt: skip
    console.print(table)
