"""A sweep on the screen: progress while it runs, a table of its points at the end."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
from rich.console import Console
from rich.text import Text

from ..analysis.intervals import of_runs
from ..measures.alliances import FATES
from ..plural import plural
from ..runs.determining import plain_config
from ..runs.draws import number_of_draws, said_of_draws
from ..runs.fixed_numbers import sentence
from ..runs.results import SHARES, summary_and_worth
from ..runs.sweep import Progress as Report_progress
from ..runs.sweep import Report, run_sweep
from ..runs.sweep_identity import number_columns
from ..runs.sweep_settings import Settings
from ..stopping import exit_code
from .terminal import LOG_EVERY, Grid, announce, name_folder, new_console, progress_bar

MOST_ROWS = MOST_NUMBERS = 24
"""Points, and numbers of a point, that are printed."""


@contextlib.contextmanager
def _on_screen(console: Console) -> Iterator[Report_progress]:
    """A bar on a terminal, a line now and then in a log."""
    started = time.perf_counter()
    first: list[int] = []
    with progress_bar(console, "runs", "{task.fields[rate]}", "{task.fields[failed]}") as progress:
        task = progress.add_task("sweep", total=None, rate="", failed="")
        spoken = [started]

        def report(done: int, total: int, failed: int) -> None:
            first.append(done)
            now = time.perf_counter()
            rate = (done - first[0]) / max(now - started, 1e-9)
            told = f"{rate:.0f} runs/s" if rate > 0.0 else ""
            wrong = f"{plural(failed, 'point')} failed" if failed else ""
            progress.update(task, completed=done, total=total, rate=told, failed=wrong)
            if not console.is_terminal and now - spoken[0] > LOG_EVERY:
                spoken[0] = now
                left = f", {(total - done) / rate:.0f} s left" if rate > 0.0 else ""
                console.print(f"{done} of {plural(total, 'run')}, {told}{left} {wrong}".rstrip())

        yield report


def show_report(console: Console, report: Report) -> None:
    """Say what a sweep did, and where it is."""
    for name in report.set_aside:
        console.print(Text(f"{name} was damaged: set aside and run again", style="yellow"))
    for line in report.rounds:
        console.print(line)
    there = report.runs - report.new_runs
    known = f", {there} {'was' if there == 1 else 'were'} there" if there > 0 else ""
    rate = f", {report.new_runs / report.seconds:.0f} runs/s" if report.new_runs and report.seconds > 0 else ""
    new = plural(report.new_runs, "new run")
    console.print(f"{plural(report.points, 'point')}, {new} in {report.seconds:.1f} s{rate}{known}")
    if report.runs < report.wanted:
        console.print(f"The store holds {report.runs} of {plural(report.wanted, 'run')} so far.")
    for point, error in list(report.failed.items())[:5]:
        console.print(Text.assemble((f"point {point} failed", "red"), f": {error}"))
    if len(report.failed) > 5:
        console.print(Text(f"… and {plural(len(report.failed) - 5, 'more point', 'more points')} failed", style="red"))
    if report.failed:
        console.print(f"The same command tries {'it' if len(report.failed) == 1 else 'them'} again.")
    name_folder(console, "Store", report.folder)


def show_points(console: Console, summary: pd.DataFrame, worth: pd.DataFrame) -> None:
    """Table of the points: their choices and numbers, the share alive and of each fate with its interval.

    worth: `worth_by_point`.
    """
    numbers = list(number_columns(summary))
    columns = [str(c) for c in summary.columns]
    choices = [c for c in columns[: columns.index("runs")] if c not in numbers]
    shares = [*SHARES, *(fate for fate in FATES[1:] if fate in FATES[1:3] or summary[fate].any())]
    shown = numbers if len(numbers) <= MOST_NUMBERS else []
    named = [" ".join(name.removeprefix("parameters.").removeprefix("wedge.").split(".")) for name in shown]
    table = Grid(
        "Focal alliance over the run and at its end: share of runs (95 % interval)",
        ["point", *choices, *named, "runs", *(s.replace("_", " ") for s in shares)], keys=1 + len(choices),
    )  # fmt: skip
    for point, row in summary.head(MOST_ROWS).iterrows():
        told = ["–" if pd.isna(row[c]) else str(row[c]).replace("_", " ") for c in choices]
        told += ["–" if pd.isna(row[c]) else f"{row[c]:.4g}" for c in shown]
        runs = int(row["runs"])
        known: Any = worth.loc[[point]].iloc[0]
        table.add_row(str(point), *told, str(runs), *(of_runs(row[c], float(known[c]), times=1) for c in shares))
    console.print(table)
    where = "`alliances results DIR summary=FILE.csv`"
    if len(numbers) > len(shown):
        console.print(f"Each point has {len(numbers)} numbers of its own, too many for a table: {where}")
    if len(summary) > MOST_ROWS:
        console.print(f"… {plural(len(summary) - MOST_ROWS, 'more point', 'more points')}; {where} has them all")


def execute_sweep(groups: Sequence[Any], settings: Settings, asked: Sequence[str]) -> int:
    """Run a sweep, show what it did; 0, 1 when points failed, 128 and a signal's number when interrupted.

    Raises
    ------
    InputError
        Bad input (nothing has been written), or a store that cannot be written.
    """
    console = new_console()
    total = sum(len(group.points) for group in groups)
    each = "as many replicates as it takes" if settings.replicates is None else plural(settings.replicates, "replicate")
    part = f", part {settings.shard}" if settings.shard else ""
    draws = max(number_of_draws(plain_config(group.config)) for group in groups)
    part += said_of_draws(draws, settings.replicates) if settings.replicates else ""
    console.print(f"{plural(total, 'point')} × {each}{part}, seed {settings.seed}, {settings.executor.get('name', 'threads')}")
    for told in (
        sentence("Fixed, and out of the design", [group.left_out for group in groups]),
        sentence("Fixed, and varied all the same because the line says so", [group.overruled for group in groups]),
    ):
        if told:
            console.print(told, highlight=False, markup=False)
    announce(console)
    try:
        with _on_screen(console) as progress:
            report = run_sweep(groups, settings, asked, progress)
    except KeyboardInterrupt as error:
        print("alliances: interrupted; what is complete is kept, and the same command goes on from there", file=sys.stderr)
        return exit_code(error)
    if report.runs:
        show_points(console, *summary_and_worth(report.folder))
    show_report(console, report)
    return 1 if report.failed else 0
