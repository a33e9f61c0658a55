"""Tables of a run for the terminal: a row per thesis."""

from __future__ import annotations

import numpy as np
from rich.console import Console

from ..analysis.intervals import of_runs
from ..analysis.summary import Summary
from ..measures.networks import OF_NETWORKS, NetworkOutcomes
from ..measures.of_runs import OF_RUNS
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
    shown = [m for m in OF_RUNS.values() if m.short and m.compute]
    counts = Grid("What else happened, a run", ["thesis", *(f"{m.short} %" if m.percent else m.short for m in shown)])
    for name, s in summaries.items():
        asked = (("unbroken", "formed"), ("fought", "runs"), ("gap", "runs"), ("hostile", "runs"))
        told = (of_runs(float(s.share(*of).flat[-1]), float(s.worth(*of).flat[-1])) for of in asked)
        shares.add_row(name.replace("_", " "), *told)
        means = [m.times * s.mean(m) for m in shown]
        counts.add_row(
            name.replace("_", " "),
            *("–" if np.isnan(x) else f"{x:.{0 if m.percent else m.digits}f}" for m, x in zip(shown, means, strict=True)),
        )
    console.print(shares)
    console.print(
        "never broken: of the runs in which it forms, those with it in every month since; ever fought: armed conflict in some\n"
        "month. * at the end of the run: gap, alive while a side keeps official distance; hostile, some dyad below 0.",
        style="dim",
    )
    console.print(counts)
    console.print(f"Means over runs. {'; '.join(f'{m.short}: {m.label}' for m in shown if m.short != m.label)}.", style="dim")


def print_networks(console: Console, networks: dict[str, list[NetworkOutcomes]]) -> None:
    """Print the network in the last month, means over the runs in which a quantity has a value."""
    shown = [m for m in OF_NETWORKS.values() if m.short]
    table = Grid("The network in the last month", ["thesis", *(m.short for m in shown)])
    for name, found in networks.items():
        cells = []
        for measure in shown:
            assert measure.compute is not None
            values = measure.compute(found).astype(float)
            known = values[~np.isnan(values)]
            cells.append("–" if len(known) == 0 else f"{known.mean():.{measure.digits}f}")
        table.add_row(name.replace("_", " "), *cells)
    console.print(table)
    console.print(
        "n: factions left. allies, foes: mean degree; alone: share without an ally. C: transitivity over networks with the\n"
        "same degrees; C*: and with ties only between those who can meet. r+, r−: assortativity by ideology of allies, foes.",
        style="dim",
    )
