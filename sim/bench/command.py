"""`alliances bench`: what is measured, on the line."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from typing import Any

from rich.console import Console

from ..errors import unknown
from ..paths import file_to_write
from ..views.job import announce
from ..views.terminal import new_console
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


def bench_command(arguments: Sequence[str]) -> int:
    """`alliances bench`; 0 when measured."""
    parser = argparse.ArgumentParser(prog="alliances bench", description="Speed of both engines on this machine.")
    parser.add_argument(
        "what", nargs="?", default="all", help="all, sweep (the large sweep, in threads and on Dask), calibration, wedges or lab"
    )
    parser.add_argument("--quick", action="store_true", help="in under a minute, less precise")
    parser.add_argument("--json", metavar="FILE", help="write the measurements here")
    given = parser.parse_args(arguments)
    target = file_to_write(given.json, "--json") if given.json else None
    if given.what not in WHAT:
        raise unknown("bench", "", given.what, list(WHAT))
    load_world("taliban_rule_1996")
    console = new_console()
    result: dict[str, Any] = {}
    announce(console)
    for measure, show in WHAT[given.what]:
        measured = measure(given.quick)
        show(measured, console)
        result |= measured
    if target is not None:
        target.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 0
