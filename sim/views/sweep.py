"""A sweep on the screen: progress while it runs, a table of its points at the end."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ..rules.cache import is_warm
from ..runs.alliances import FATES
from ..runs.fixed_numbers import sentence
from ..runs.results import summary_by_point
from ..runs.sweep import Progress as Report_progress
from ..runs.sweep import Report, run_sweep
from ..runs.sweep_identity import number_columns
from ..runs.sweep_settings import Settings
from ..stopping import exit_code

LOG_EVERY = 15.0  # seconds between two lines of a log without a terminal
MOST_ROWS = 24


@contextlib.contextmanager
def _on_screen(console: Console) -> Iterator[Report_progress]:
    """A bar on a terminal, a line now and then in a log."""
    columns = (
        TextColumn("sweep"), BarColumn(), MofNCompleteColumn(), TextColumn("runs"),
        TextColumn("{task.fields[rate]}"), TimeRemainingColumn(), TextColumn("{task.fields[failed]}"),
    )  # fmt: skip
    started = time.perf_counter()
    first: list[int] = []
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("sweep", total=None, rate="", failed="")
        spoken = [started]

        def report(done: int, total: int, failed: int) -> None:
            first.append(done)
            now = time.perf_counter()
            rate = (done - first[0]) / max(now - started, 1e-9)
            told = f"{rate:.0f} runs/s" if rate > 0.0 else ""
            wrong = f"{failed} points failed" if failed else ""
            progress.update(task, completed=done, total=total, rate=told, failed=wrong)
            if not console.is_terminal and now - spoken[0] > LOG_EVERY:
                spoken[0] = now
                left = f", {(total - done) / rate:.0f} s left" if rate > 0.0 else ""
                console.print(f"{done} of {total} runs, {told}{left} {wrong}".rstrip())

        yield report


def show_report(console: Console, report: Report) -> None:
    """Say what a sweep did, and where it is."""
    for name in report.set_aside:
        console.print(f"[yellow]{name} was damaged: set aside and run again[/yellow]")
    for line in report.rounds:
        console.print(line)
    there = report.runs - report.new_runs
    known = f", {there} were there" if there > 0 else ""
    rate = f", {report.new_runs / report.seconds:.0f} runs/s" if report.new_runs and report.seconds > 0 else ""
    console.print(f"{report.points} points, {report.new_runs} new runs in {report.seconds:.1f} s{rate}{known}")
    if report.runs < report.wanted:
        console.print(f"The store holds {report.runs} of {report.wanted} runs so far.")
    for point, error in list(report.failed.items())[:5]:
        console.print(f"[red]point {point} failed[/red]: {escape(error)}", soft_wrap=True)
    if len(report.failed) > 5:
        console.print(f"[red]… and {len(report.failed) - 5} more points failed[/red]")
    if report.failed:
        console.print("The same command tries them again.")
    console.print(f"Store: [bold]{escape(str(report.folder))}[/bold]", soft_wrap=True)


def show_points(console: Console, summary: pd.DataFrame) -> None:
    """Table of the points: their choices and numbers, the share alive with its standard error, the fates."""
    numbers = list(number_columns(summary))
    results = ["runs", "alive", "alive_se", *FATES]
    choices = [c for c in summary.columns if c not in (*numbers, *results)]
    title = "Focal alliance at the end of the run (share of runs, ± its standard error)"
    table = Table(title=title, title_justify="left", pad_edge=False, box=box.SIMPLE_HEAD)
    for name in choices:
        table.add_column(name, no_wrap=True)
    for name in numbers:
        table.add_column("\n".join(name.removeprefix("parameters.").removeprefix("wedge.").split(".")), justify="right")
    shown_fates = [fate for fate in FATES[1:] if fate in FATES[1:3] or summary[fate].any()]
    for name in ("runs", "alive", *(fate.replace(" ", "\n", 1) for fate in shown_fates)):
        table.add_column(name, justify="right", no_wrap=True)
    for _, row in summary.head(MOST_ROWS).iterrows():
        shown = [str(row[c]).replace("_", " ") for c in choices] + [f"{row[c]:.4g}" for c in numbers]
        shares = [f"{row['alive']:.3f} ± {row['alive_se']:.3f}", *(f"{row[fate]:.3f}" for fate in shown_fates)]
        table.add_row(*shown, str(int(row["runs"])), *shares)
    console.print(table)
    if len(summary) > MOST_ROWS:
        console.print(f"… {len(summary) - MOST_ROWS} more points; `alliances results DIR --summary FILE.csv` has them all")


def execute_sweep(groups: Sequence[Any], settings: Settings, asked: Sequence[str]) -> int:
    """Run a sweep, show what it did; 0, 1 when points failed, 128 and a signal's number when interrupted.

    Raises
    ------
    InputError
        Bad input (nothing has been written), or a store that cannot be written.
    """
    console = Console()
    total = sum(len(group.points) for group in groups)
    each = "as many replicates as it takes" if settings.replicates is None else f"{settings.replicates} replicates"
    part = f", part {settings.shard}" if settings.shard else ""
    console.print(f"{total} points × {each}{part}, seed {settings.seed}, {settings.executor.get('name', 'threads')}")
    for told in (
        sentence("Fixed, and out of the design", [group.left_out for group in groups]),
        sentence("Fixed, and varied all the same because the line says so", [group.overruled for group in groups]),
    ):
        if told:
            console.print(told, soft_wrap=True, highlight=False, markup=False)
    if not is_warm():
        console.print("Compiling the rule book for this machine (once, under a minute) …", style="dim")
    try:
        with _on_screen(console) as progress:
            report = run_sweep(groups, settings, asked, progress)
    except KeyboardInterrupt as error:
        print("alliances: interrupted; what is complete is kept, and the same command goes on from there", file=sys.stderr)
        return exit_code(error)
    if report.runs:
        show_points(console, summary_by_point(report.folder))
    show_report(console, report)
    return 1 if report.failed else 0
