"""`alliances results` and `alliances replay`: look into a sweep's store."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
from rich.console import Console
from rich.text import Text

from ..errors import InputError
from ..numbers import MOST_SEED, whole_number
from ..paths import file_to_write
from ..plural import plural
from .terminal import Grid, new_console


def results_command(arguments: Sequence[str]) -> int:
    """`alliances results DIR`: 0; 1 when --check finds something."""
    parser = argparse.ArgumentParser(prog="alliances results", description="Look into the store of a sweep.")
    parser.add_argument("folder", metavar="DIR", help="folder of a sweep")
    parser.add_argument("--sql", metavar="QUERY", help="SQL over points, outcomes and what else was kept (DuckDB)")
    parser.add_argument("--csv", metavar="FILE", help="write the rows of --sql here instead of printing them")
    parser.add_argument("--summary", metavar="FILE", help="write a row a point as CSV: shares with standard errors")
    parser.add_argument("--check", action="store_true", help="verify checksums, and say what is missing")
    given = parser.parse_args(arguments)
    for option, target in (("--csv", given.csv), ("--summary", given.summary)):
        if target is not None:
            file_to_write(target, option)
    if given.csv and not given.sql:
        raise InputError("--csv", given.csv, "has no rows to write", "rows of --sql, or --summary FILE")
    console = new_console()
    if given.check:
        return _check(given.folder, console)
    from ..runs.results import query, summary_and_worth

    if given.sql:
        found = query(given.folder, given.sql)
        if given.csv:
            found.to_csv(given.csv, index=False)
        else:
            show_rows(console, found)
        return 0
    summary, worth = summary_and_worth(given.folder)
    if given.summary:
        with_interval(summary, worth).to_csv(given.summary)
        return 0
    from .sweep import show_points

    show_points(console, summary, worth)
    return 0


def with_interval(summary: pd.DataFrame, worth: pd.DataFrame) -> pd.DataFrame:
    """A row a point, with the 95 % interval of each share of runs; beside a standard error too, which is 0 at 0 and 1.

    worth: `worth_by_point`.
    """
    from ..analysis.intervals import wilson
    from ..runs.results import SHARES

    for share in SHARES:
        of_these = worth.loc[summary.index, share].to_numpy(dtype=float)
        low, high = wilson(summary[share].to_numpy(dtype=float), np.where(of_these > 0, of_these, np.nan))
        at = list(summary.columns).index(f"{share}_se" if f"{share}_se" in summary else share) + 1
        summary = summary.copy()
        summary.insert(at, f"{share}_low", low)
        summary.insert(at + 1, f"{share}_high", high)
    return summary


def show_rows(console: Console, found: pd.DataFrame) -> None:
    """Print the rows of a query, every column of them; numbers with six digits, nulls as a dash."""
    numeric = [pd.api.types.is_float_dtype(kind) for kind in found.dtypes]
    words = [str(c) for c, kind in found.dtypes.items() if not pd.api.types.is_numeric_dtype(kind)]
    table = Grid("", [str(c) for c in found.columns], words)
    for row, null in zip(found.itertuples(index=False, name=None), found.isna().to_numpy(), strict=True):
        cells = zip(row, numeric, null, strict=True)
        table.add_row(*("–" if nothing else f"{x:.6g}" if number else str(x) for x, number, nothing in cells))
    console.print(table)


def _check(folder: str, console: Console) -> int:
    from ..runs.results import check_store, rerun_command

    problems = check_store(folder)
    for problem in problems:
        console.print(problem, highlight=False, markup=False)
    if problems:
        console.print(f"To complete it: {rerun_command(folder)}", soft_wrap=True, highlight=False, markup=False)
        return 1
    console.print("Every file fits its checksum, and every point has its replicates.")
    return 0


def replay_command(arguments: Sequence[str]) -> int:
    """`alliances replay DIR --point P --replicate R`: 0 when the run is the stored one, else 1."""
    parser = argparse.ArgumentParser(
        prog="alliances replay", description="Run one run of a sweep again in the Mesa engine, and compare it with the store."
    )
    parser.add_argument("folder", metavar="DIR", help="folder of a sweep")
    parser.add_argument("--point", type=partial(whole_number, "replay", "--point", low=0, high=MOST_SEED), required=True)
    parser.add_argument("--replicate", type=partial(whole_number, "replay", "--replicate", low=0, high=MOST_SEED), required=True)
    given = parser.parse_args(arguments)
    from ..runs.replay import replay

    run = replay(given.folder, given.point, given.replicate)
    console = new_console()
    words = ("event", "who", "with", "because of")
    title = f"Point {given.point}, replicate {given.replicate}: what happened"
    table = Grid(title, ["date", *words[:3], "from", "to", words[3]], words)
    for line in event_lines(run.world, run.model.events):
        table.add_row(*(cell.replace("_", " ") for cell in line))
    console.print(table)
    wrong = run.differences
    for name in wrong:
        console.print(Text.assemble((name, "red"), f": {run.row[name]} here, {run.stored[name]} in the store"))
    if not wrong:
        console.print(f"The Mesa engine gives the stored row, all {plural(len(run.stored), 'column')} of it.")
    return 1 if wrong else 0


def event_lines(world: object, events: object) -> list[tuple[str, ...]]:
    """Events in words: date, event, who, with whom, from, to, the terms that spoke most for it."""
    from ..rules.weigh import TERM_NAMES
    from ..world.names import Event, label
    from ..world.world import World

    assert isinstance(world, World)
    lines: list[tuple[str, ...]] = []
    for e in events:  # type: ignore[attr-defined]
        kind = Event(int(e.kind))
        who, whom = [*(world.party(*party) for party in world.parties(e)), ""][:2]
        terms = ", ".join(TERM_NAMES[t].replace("_", " ") for t in (e.lead, e.second) if t >= 0)
        lines.append((world.calendar.date(int(e.month)), label(kind), who, whom, str(e.before), str(e.after), terms))
    return lines
