"""Figures of a run: survival by thesis, and the network of ties over the years."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import networkx as nx
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..analysis.intervals import wilson
from ..analysis.summary import Summary
from ..plural import plural
from ..runs.draws import said_of_draws

BLUE, VERMILION, GREY = "#0072B2", "#D55E00", "#777777"  # Okabe & Ito (2008); grey: no clear effect
COOPERATION, HOSTILITY = BLUE, VERMILION
LINES = ("#000000", BLUE, VERMILION, "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#666666")
DASHES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)), (0, (8, 2)))
STYLE: dict[Any, Any] = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.hashsalt": "alliances",
    "svg.fonttype": "none",
}


def new_figure(width: float, height: float) -> Figure:
    """A figure without a window, sizes in inches."""
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def save(figure: Figure, folder: Path, name: str, about: str) -> list[Path]:
    """Save a figure as PNG and SVG with a note on its origin in the metadata."""
    paths = []
    for suffix, meta in (
        ("png", {"Description": about, "Software": None}),
        ("svg", {"Description": about, "Date": None}),
    ):
        path = folder / f"{name}.{suffix}"
        with mpl.rc_context(STYLE):  # the salt and the text of an SVG are read when it is written
            figure.savefig(path, dpi=160, metadata=meta)
        paths.append(path)
    return paths


def end_labels(shares: Sequence[float], gap: float = 0.05) -> list[float]:
    """Heights of the labels at the ends of lines, pushed apart so that none overlaps its neighbour."""
    order = np.argsort(shares)
    heights = np.array(shares, dtype=float)
    for below, above in itertools.pairwise(order):
        heights[above] = max(heights[above], heights[below] + gap)
    room = 1.02
    for n in order[::-1]:
        heights[n] = min(heights[n], room)
        room = heights[n] - gap
    return [float(h) for h in heights]


def leader(colour: str) -> dict[str, Any]:
    """The thin line from the end of a curve to its label."""
    return {"arrowstyle": "-", "color": colour, "linewidth": 0.6, "relpos": (0, 0.5), "shrinkA": 1, "shrinkB": 1}


def survival_figure(summaries: dict[str, Summary], titles: dict[str, str]) -> Figure:
    """Share of runs in which the focal alliance was never broken since it formed, by year and thesis, with 95 % Wilson bands.

    A grey line shows what was observed, where the scenario knows it.
    """
    world = next(iter(summaries.values())).world
    years = np.array([world.calendar.year(t) for t in world.calendar.year_ends()])
    with mpl.rc_context(STYLE):
        figure = new_figure(8.4, 4.6)
        axes = figure.add_subplot()
        ends = [float(np.nan_to_num(s.unbroken_share[-1])) for s in summaries.values()]  # a thesis under which it never forms: 0
        heights = end_labels(ends)
        for n, (name, summary) in enumerate(summaries.items()):
            colour, dash = LINES[n % len(LINES)], DASHES[n % len(DASHES)]
            share = summary.unbroken_share
            low, high = wilson(share, np.maximum(summary.worth("unbroken", "formed"), 1))
            axes.fill_between(years, low, high, color=colour, alpha=0.15, linewidth=0)
            axes.plot(years, share, color=colour, linestyle=dash, linewidth=1.6)
            label = titles.get(name, name.replace("_", " "))
            axes.annotate(
                label, (years[-1], ends[n]), (years[-1] + 0.03 * max(1, np.ptp(years)), heights[n]), color=colour, va="center",
                annotation_clip=False, arrowprops=leader(colour),
            )  # fmt: skip
        a, b = (world.titles.get(n, n) for n in world.focal)
        runs = next(iter(summaries.values())).runs
        if world.held_until is not None:
            known = years[years <= int(world.held_until[:4])]
            axes.plot(known, np.ones(len(known)), color=GREY, linewidth=3.0, alpha=0.5, solid_capstyle="butt", zorder=0)
            axes.annotate("observed", (known[0], 1.0), (0, 5), textcoords="offset points", color=GREY, fontsize=8)
        axes.set_title(f"The alliance of {a} and {b}: never broken so far", loc="left")
        axes.set_ylabel("Share of runs with a tie at material level\nor above in every month since it formed")
        some = "" if all((s.count("formed") == s.runs).all() for s in summaries.values()) else ", those in which it has formed"
        some += said_of_draws(max(s.draws for s in summaries.values()), runs)
        axes.set_xlabel(f"End of year. Bands: 95 % interval of the share over {plural(runs, 'run')}{some}")
        axes.set_ylim(-0.02, 1.08)
        axes.set_xticks(years[:: max(1, len(years) // 8)])
    return figure


def _draw_network(axes: Any, summary: Summary, row: int, where: dict[int, np.ndarray]) -> None:
    world = summary.world
    levels, seen = summary.mean_level[row], summary.level_seen[row]
    here = set()
    for d, level, count in zip(world.dyads(), levels, seen, strict=True):
        i, j = world.dyad(d)
        if count < 0.5 * summary.runs:
            continue
        here |= {i, j}
        if abs(level) < 0.5:
            continue
        hostile = level < 0
        axes.plot(
            *zip(where[i], where[j], strict=True), color=HOSTILITY if hostile else COOPERATION,
            linestyle=(0, (3, 2)) if hostile else "-", linewidth=0.5 + 0.9 * abs(level), alpha=0.85, zorder=1,
            solid_capstyle="round",
        )  # fmt: skip
    for i in here:
        axes.scatter(*where[i], s=60, color="white", edgecolor="#333333", zorder=2)
        x, y = where[i]
        axes.text(
            1.13 * x, 1.13 * y, world.titles[world.factions[i]].replace(", ", ",\n").replace(" in the ", "\nin the "),
            ha="left" if x > 0.2 else "right" if x < -0.2 else "center",
            va="bottom" if y > 0.5 else "top" if y < -0.5 else "center", fontsize=6.5,
        )  # fmt: skip
    axes.set_xlim(-1.95, 1.95)
    axes.set_ylim(-1.4, 1.4)
    axes.set_axis_off()
    axes.set_title(f"End of {world.calendar.year(world.calendar.year_ends()[row])}", fontsize=9, loc="left")


def network_figure(summary: Summary, title: str) -> Figure:
    """Mean level of every tie at a few year ends: solid blue cooperation, dashed vermilion hostility, width by level."""
    world = summary.world
    rows = sorted({round(x) for x in np.linspace(0, len(world.calendar.year_ends()) - 1, 4)})
    layout = nx.circular_layout(world.named)
    where = {i: np.asarray(position, dtype=float) for i, position in layout.items()}
    with mpl.rc_context(STYLE):
        columns = 2 if len(rows) > 1 else 1
        figure = new_figure(4.4 * columns, 3.3 * int(np.ceil(len(rows) / columns)) + 0.4)
        for n, row in enumerate(rows):
            _draw_network(figure.add_subplot(int(np.ceil(len(rows) / columns)), columns, n + 1), summary, row, where)
        keys = [
            Line2D([], [], color=COOPERATION, linewidth=0.5 + 0.9 * level, label=f"+{level} {word}")
            for level, word in ((1, "contact"), (2, "material"), (4, "joint operations"))
        ] + [
            Line2D([], [], color=HOSTILITY, linestyle=(0, (3, 2)), linewidth=0.5 + 0.9 * level, label=f"−{level} {word}")
            for level, word in ((1, "rivalry"), (2, "armed conflict"))
        ]
        figure.legend(handles=keys, loc="outside lower center", ncols=5, frameon=False, fontsize=7.5, handlelength=3)
        figure.suptitle(f"Mean level of ties over {plural(summary.runs, 'run')}, {title}", fontsize=10, x=0.02, ha="left")
    return figure
