"""`alliances bench`: what is measured, on the line."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from rich.console import Console

from ..command_line import Line
from ..paths import file_to_write
from ..views.terminal import announce, new_console
from ..world.loading import load_world
from .calibration import measure_calibration, show_calibration
from .engines import measure_engines, show_engines
from .lab import measure_lab, show_lab
from .sweep import measure_large_sweep, measure_sweeps, show_large_sweep, show_sweeps
from .wedges import measure_wedges, show_wedges

Measure = Callable[[bool], dict[str, Any]]
Show = Callable[[dict[str, Any], Console], None]
WHAT: dict[str, tuple[tuple[Measure, Show], ...]] = {
    "all": ((measure_engines, show_engines), (measure_sweeps, show_sweeps)),
    "sweep": ((measure_large_sweep, show_large_sweep),),
    "calibration": ((measure_calibration, show_calibration),),
    "wedges": ((measure_wedges, show_wedges),),
    "lab": ((measure_lab, show_lab),),
}


def bench_command(line: Line) -> int:
    """`alliances bench`; 0 when measured."""
    what = next(iter(line.words), "all")
    target = file_to_write(line["json"], "json") if line["json"] else None
    load_world("taliban_rule_1996")
    console = new_console()
    result: dict[str, Any] = {}
    announce(console)
    for measure, show in WHAT[what]:
        measured = measure("--quick" in line.switches)
        show(measured, console)
        result |= measured
    if target is not None:
        target.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 0
