"""Tables of a run for the terminal: a row per thesis."""

from __future__ import annotations

import numpy as np
from rich.console import Console

from ..analysis.intervals import of_runs
from ..analysis.networks import NetworkOutcomes
from ..analysis.summary import Summary
from ..plural import plural
from .terminal import Grid

LABEL, CELL = 17, 14
"""Columns of a thesis's name when it is folded once, and of a share with its interval and the gap."""


def shown_years(years: list[int], most: int = 6) -> list[int]:
    """Positions of the years a table has room for: the first, the last and evenly between."""
    if len(years) <= most:
        return list(range(len(years)))
    return sorted({round(x) for x in np.linspace(0, len(years) - 1, most)})


def interval_of(summaries: dict[str, Summary]) -> str:
    """What the intervals of a table say."""
    drawn = any(summary.draws for summary in summaries.values())
    return "95 % interval, over runs and draws of the posterior" if drawn else "95 % interval"


def print_survival(console: Console, summaries: dict[str, Summary]) -> None:
    """Print, by thesis and year, in what share of runs the focal alliance is alive, with intervals."""
    world = next(iter(summaries.values())).world
    runs = next(iter(summaries.values())).runs
    years = [world.calendar.year(t) for t in world.calendar.year_ends()]
    rows = shown_years(years, max(2, min(6, (console.width - LABEL) // CELL)))
    a, b = (world.titles.get(n, n) for n in world.focal)
    title = f"{a} – {b} alive at the end of the year: % of {plural(runs, 'run')} ({interval_of(summaries)})"
    table = Grid(title, ["thesis", *(str(years[r]) for r in rows)])
    for name, summary in summaries.items():
        share, worth = summary.share("alive"), summary.worth("alive")
        table.add_row(name.replace("_", " "), *(of_runs(float(share[row]), float(worth[row])) for row in rows))
    console.print(table)
    if len(rows) < len(years):
        console.print(f"{len(rows)} of {len(years)} years; all of them: outcomes.parquet", style="dim")


def print_side(console: Console, summaries: dict[str, Summary]) -> None:
    """Print what else happened: first passages, stance gap, hostility as shares; fights, splits, defections, attacks."""
    runs = next(iter(summaries.values())).runs
    shares = Grid(
        f"How it fared: % of {plural(runs, 'run')} ({interval_of(summaries)})",
        ["thesis", "never broken", "ever fought", "gap*", "hostile*"],
    )
    counts = Grid("What else happened, a run", ["thesis", "fights", "splits", "defections", "attacks", "on civilians %"])
    for name, s in summaries.items():
        asked = (("unbroken", "formed"), ("fought", "runs"), ("gap", "runs"), ("hostile", "runs"))
        told = (of_runs(float(s.share(*of).flat[-1]), float(s.worth(*of).flat[-1])) for of in asked)
        shares.add_row(name.replace("_", " "), *told)
        counts.add_row(
            name.replace("_", " "), f"{s.per_run(s.fights):.1f}", f"{s.per_run(s.splits):.1f}",
            f"{s.per_run(s.defections):.1f}", f"{s.per_run(s.attacks):.0f}",
            f"{100 * s.civilian / s.attacks:.0f}" if s.attacks else "–",
        )  # fmt: skip
    console.print(shares)
    console.print(
        "never broken: of the runs in which it forms, those with it in every month since; ever fought: armed conflict in some\n"
        "month. * at the end of the run: gap, alive while a side keeps official distance; hostile, some dyad below 0.",
        style="dim",
    )
    console.print(counts)
    console.print(
        "fights: dyads that came to armed conflict. Means over runs, over all organisations; on civilians: share of attacks.",
        style="dim",
    )


def print_networks(console: Console, networks: dict[str, list[NetworkOutcomes]]) -> None:
    """Print the network in the last month, means over the runs in which a quantity has a value."""
    columns = {
        "factions": "n", "allies": "allies", "isolates": "alone", "gini": "Gini", "clustering_ratio": "C",
        "clustering_in_reach": "C*", "ideology_allies": "r+", "foes": "foes", "ideology_foes": "r−",
    }  # fmt: skip
    table = Grid("The network in the last month", ["thesis", *columns.values()])
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
        style="dim",
    )
