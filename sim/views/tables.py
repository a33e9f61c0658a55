"""Tables for the terminal: a row per thesis, narrow enough for 80 columns."""

from __future__ import annotations

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

from ..analysis.intervals import standard_error
from ..analysis.networks import NetworkOutcomes
from ..analysis.summary import Summary


def shown_years(years: list[int], most: int = 6) -> list[int]:
    """Positions of the years a table has room for: the first, the last and evenly between."""
    if len(years) <= most:
        return list(range(len(years)))
    return sorted({round(x) for x in np.linspace(0, len(years) - 1, most)})


def _table(title: str, columns: list[str]) -> Table:
    table = Table(
        title=title, title_justify="left", header_style="bold", pad_edge=False, padding=(0, 1, 0, 0), box=box.SIMPLE_HEAD
    )
    table.add_column("thesis", min_width=17, overflow="fold")
    for column in columns:
        table.add_column(column, justify="right", overflow="fold")
    return table


def print_survival(console: Console, summaries: dict[str, Summary]) -> None:
    """Print, by thesis and year, how likely the focal alliance is alive, with standard errors."""
    world = next(iter(summaries.values())).world
    runs = next(iter(summaries.values())).runs
    years = [world.calendar.year(t) for t in world.calendar.year_ends()]
    rows = shown_years(years)
    a, b = (world.titles.get(n, n) for n in world.focal)
    table = _table(f"{a} – {b} alive at the end of the year: % of {runs} runs ± standard error", [str(years[r]) for r in rows])
    for name, summary in summaries.items():
        cells = []
        for row in rows:
            share = summary.alive_share[row]
            cells.append(f"{100 * share:.0f} ±{100 * float(standard_error(np.array(share), runs)):.1f}")
        table.add_row(name.replace("_", " "), *cells)
    console.print(table)


def print_side(console: Console, summaries: dict[str, Summary]) -> None:
    """Print what else happened: breaks, stance gap, hostility, fights, splits, defections, attacks."""
    columns = ["broken %", "gap %*", "host. %*", "fights", "splits", "defect.", "attacks", "civ. %"]
    table = _table("What else happened", columns)
    for name, s in summaries.items():
        table.add_row(
            name.replace("_", " "), f"{100 * s.per_run(s.broken):.0f}", f"{100 * s.gap_share[-1]:.0f}",
            f"{100 * s.hostile_share[-1]:.0f}", f"{s.per_run(s.fights):.1f}", f"{s.per_run(s.splits):.1f}",
            f"{s.per_run(s.defections):.0f}", f"{s.per_run(s.attacks):.0f}", f"{100 * s.civilian / max(s.attacks, 1):.0f}",
        )  # fmt: skip
    console.print(table)
    console.print(
        "broken: ever. * at the end of the run: gap, alive while a side keeps official distance; host., some dyad below 0.\n"
        "fights: dyads that came to armed conflict. Counts are means per run over all organisations; civ.: on civilians.",
        style="dim", soft_wrap=True,
    )  # fmt: skip


def print_networks(console: Console, networks: dict[str, list[NetworkOutcomes]]) -> None:
    """Print the network in the last month, means over the runs in which a quantity has a value."""
    columns = {
        "factions": "n", "allies": "allies", "isolates": "alone", "gini": "Gini", "clustering_ratio": "C",
        "clustering_in_reach": "C*", "ideology_allies": "r+", "foes": "foes", "ideology_foes": "r−",
    }  # fmt: skip
    table = _table("The network in the last month", list(columns.values()))
    for name, found in networks.items():
        cells = []
        for column in columns:
            values = np.array([getattr(network, column) for network in found], dtype=float)
            known = values[~np.isnan(values)]
            cells.append("–" if len(known) == 0 else f"{known.mean():.0f}" if column == "factions" else f"{known.mean():.2f}")
        table.add_row(name.replace("_", " "), *cells)
    console.print(table)
    console.print(
        "n: factions left. allies, foes: mean degree; alone: share without an ally. C: transitivity over networks with the\n"
        "same degrees; C*: and with ties only between those who can meet. r+, r−: assortativity by ideology of allies, foes.",
        style="dim", soft_wrap=True,
    )  # fmt: skip
