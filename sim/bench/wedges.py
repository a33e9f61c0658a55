"""`alliances bench wedges`: a comparison of wedges, an explanation of one run, a report."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console

from ..analysis.wedges.answer import Questions, answered
from ..analysis.wedges.comparison import Setting, arms_of
from ..command_line import parsed
from ..measures.pairs import watched_pairs
from ..verbs import VERBS
from ..views.asked import consensus_first, theses_of
from ..views.compare_line import base_of
from ..views.explain_case import case_of
from ..views.explain_run import explained
from ..views.report import write_report
from ..views.terminal import Grid
from ..world.packages import read_wedge
from .engine_time import EngineTime

SCENARIO = ["scenario=talks_2018"]
WEDGES = (
    "public_repudiation", "offer", "offer_verified", "dialogue", "offer_verified+dialogue", "target_leaders", "isolate",
    "withdraw", "press_patron", "sow_distrust", "ahmad_2019_package", "elias_package",
)  # fmt: skip


def measure_wedges(quick: bool) -> dict[str, Any]:
    """Twelve wedges under seven theses: runs a second and share of the engine; seconds for a report and for one explanation."""
    replicates = 100 if quick else 2000
    base, readings, titles = base_of(SCENARIO, consensus_first(theses_of("all", "bench")))
    setting = Setting(base, readings, watched_pairs(base), replicates, 1)
    arms = arms_of(base, [read_wedge(name) for name in WEDGES])
    answered(Setting(base, readings, setting.pairs, 8, 1), arms[:1], Questions(), titles)
    with EngineTime() as engine:
        started = time.perf_counter()
        answer = answered(setting, arms, Questions(), titles)
        wall = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        size = write_report(answer, ["bench"], Path(folder)).stat().st_size
        report = time.perf_counter() - started
    case = case_of(parsed(VERBS["explain"], SCENARIO))
    explained(case, 0, None)
    started = time.perf_counter()
    for replicate in range(1, 6):
        explained(case, replicate, None)
    one = (time.perf_counter() - started) / 5
    return {"wedges": {
        "arms": len(arms) + 1, "replicates": replicates, "theses": len(readings), "runs": engine.runs, "seconds": wall,
        "runs_per_second": engine.runs / wall, "engine_share": engine.seconds / wall, "report_seconds": report,
        "report_bytes": size, "explanation_seconds": one,
    }}  # fmt: skip


def show_wedges(result: dict[str, Any], console: Console) -> None:
    """Print the measurements."""
    row = result["wedges"]
    table = Grid("Wedges compared", ["what", "measured"])
    table.add_row("arms × theses × replicates (and the proof)", f"{row['arms']} × {row['theses']} × {row['replicates']}")
    table.add_row("runs", f"{row['runs']:,}")
    table.add_row("runs/s, all threads", f"{row['runs_per_second']:.0f}")
    table.add_row("share of the engine in the wall time", f"{row['engine_share']:.1%}")
    table.add_row("report after the runs, s", f"{row['report_seconds']:.1f}")
    table.add_row("report, kB", f"{row['report_bytes'] / 1000:.0f}")
    table.add_row("one run explained (without starting the program), s", f"{row['explanation_seconds']:.2f}")
    console.print(table)
