"""`alliances results`: look into a sweep's store."""

from __future__ import annotations

import numpy as np
import pandas as pd
from rich.console import Console
from rich.text import Text

from ..command_line import Line
from ..errors import InputError
from ..paths import file_to_write
from ..plural import plural
from .terminal import Grid, new_console


def results_command(line: Line) -> int:
    """`alliances results DIR`: 0; 1 when --check finds something."""
    folder, console = line.words[0], new_console()
    for key in ("csv", "summary"):
        if line[key]:
            file_to_write(line[key], key)
    if line["csv"] and not line["sql"]:
        raise InputError("csv", line["csv"], "has no rows to write", "rows of sql=, or summary=FILE")
    if "--check" in line.switches:
        return _check(folder, console)
    from ..runs.results import query, summary_and_worth

    if line["sql"]:
        rows = query(folder, line["sql"])
        if line["csv"]:
            rows.to_csv(line["csv"], index=False)
        else:
            show_rows(console, rows)
        return 0
    summary, worth = summary_and_worth(folder)
    if line["summary"]:
        with_interval(summary, worth).to_csv(line["summary"])
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


def replay_command(line: Line) -> int:
    """`alliances results replay DIR point=P replicate=R`: 0 when the run is the stored one, else 1."""
    from ..runs.replay import replay

    point, replicate = line.whole("point"), line.whole("replicate")
    run = replay(line.words[0], point, replicate)
    console = new_console()
    words = ("event", "who", "with", "because of")
    title = f"Point {point}, replicate {replicate}: what happened"
    table = Grid(title, ["date", *words[:3], "from", "to", words[3]], words)
    for cells in event_lines(run.world, run.model.events):
        table.add_row(*(cell.replace("_", " ") for cell in cells))
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
