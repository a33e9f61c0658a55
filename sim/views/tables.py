"""Tables for the terminal."""

from __future__ import annotations

import numpy as np
from rich.console import Console
from rich.table import Table

from ..analysis.summary import Summary, standard_error


def shown_years(years: list[int], most: int = 12) -> list[int]:
    """Positions of the years a table has room for: the first, the last and evenly between."""
    if len(years) <= most:
        return list(range(len(years)))
    return sorted({round(x) for x in np.linspace(0, len(years) - 1, most)})


def print_survival(console: Console, summaries: dict[str, Summary]) -> None:
    """Print, by year and thesis, how likely the focal alliance is alive, with standard errors in points of a percent."""
    world = next(iter(summaries.values())).world
    runs = next(iter(summaries.values())).runs
    years = [world.calendar.year(t) for t in world.calendar.year_ends()]
    rows = shown_years(years)
    a, b = (world.titles.get(n, n) for n in world.focal)
    table = Table(
        title=f"{a} – {b}: alive at material level or above, % of runs ± standard error ({runs} runs each)",
        title_justify="left", header_style="bold", pad_edge=False,
    )  # fmt: skip
    table.add_column("year", justify="right")
    for name in summaries:
        table.add_column(name.replace("_", " "), justify="right", overflow="fold")
    for row in rows:
        cells = []
        for summary in summaries.values():
            share = summary.alive_share[row]
            cells.append(f"{100 * share:.0f} ±{100 * float(standard_error(np.array(share), runs)):.1f}")
        table.add_row(str(years[row]), *cells)
    console.print(table)


def print_side(console: Console, summaries: dict[str, Summary]) -> None:
    """Print what else happened, a column per thesis: breaks, stance gap, hostility, fights, splits, attacks."""
    table = Table(title="What else happened", title_justify="left", header_style="bold", pad_edge=False)
    table.add_column("", overflow="fold", min_width=22)
    for name in summaries:
        table.add_column(name.replace("_", " "), justify="right", overflow="fold")
    rows = {
        "ever broken, % of runs": lambda s: f"{100 * s.per_run(s.broken):.0f}",
        "official distance but tie alive, % of runs*": lambda s: f"{100 * s.gap_share[-1]:.0f}",
        "a hostile dyad between them, % of runs*": lambda s: f"{100 * s.hostile_share[-1]:.0f}",
        "dyads that came to fight": lambda s: f"{s.per_run(s.fights):.1f}",
        "splits": lambda s: f"{s.per_run(s.splits):.1f}",
        "defections": lambda s: f"{s.per_run(s.defections):.1f}",
        "attacks": lambda s: f"{s.per_run(s.attacks):.0f}",
        "of them on civilians, %": lambda s: f"{100 * s.civilian / max(s.attacks, 1):.0f}",
    }
    for label, value in rows.items():
        table.add_row(label, *(value(s) for s in summaries.values()))
    console.print(table)
    console.print("* at the end of the run; counts are means per run, of all organisations", style="dim")
