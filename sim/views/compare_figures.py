"""Figures of a comparison: forest of effects, survival beside the baseline, heat map over theories, strength, start."""

from __future__ import annotations

import textwrap
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure

from ..analysis.wedges.answer import Answer
from ..analysis.wedges.comparison import Compared
from ..plural import plural
from .compare_panels import MOST_PANELS, forest_panels
from .compare_tables import plain
from .figures import COOPERATION, DASHES, GREY, LINES, STYLE, new_figure


def words(name: str, most: int = 46) -> str:
    """A name as a figure prints it: in two lines at most, or the plot has no room; tables have it whole."""
    lines = textwrap.wrap(plain(name), most)
    return "\n".join(lines if len(lines) <= 2 else [lines[0], f"{lines[1][: most - 1]}…"])


def _whiskers(axes: Any, table: pd.DataFrame, names: list[str], scale: float) -> None:
    """Differences with intervals, one a row; filled where the interval leaves out zero."""
    for row, name in enumerate(names):
        x: Any = table.loc[name]
        clear = x["low"] > 0 or x["high"] < 0
        colour = COOPERATION if clear else GREY
        axes.plot([scale * x["low"], scale * x["high"]], [row, row], color=colour, linewidth=1.2)
        axes.plot(
            scale * x["difference"], row, marker="o", color=colour, markerfacecolor=colour if clear else "white", markersize=4
        )
    axes.axvline(0.0, color="#333333", linewidth=0.7)
    axes.tick_params(labelsize=7)


def forest_figure(compared: Compared) -> Figure:
    """Effect of every wedge on the alliance in focus, on promises that are words only, and on what else moves."""
    s, names, panels = compared.setting, compared.order(), forest_panels(compared)
    with mpl.rc_context(STYLE):
        figure = new_figure(10.5, 0.25 * len(names) + 1.5)
        grid = figure.subplots(1, len(panels), sharey=True)
        for axes, panel in zip(grid, panels, strict=True):
            _whiskers(axes, panel.table, names, panel.times)
            axes.set_xlabel(",\n".join(part for part in (panel.title, panel.unit) if part), fontsize=7.5)
        grid[0].set_yticks(range(len(names)), [words(n) for n in names], fontsize=7.5)
        grid[0].invert_yaxis()
        figure.suptitle(
            f"{s.focus.title(s.base)}: wedge less baseline on the same keys, 95 % intervals, {plural(s.replicates, 'run')}, "
            f"thesis {words(s.headline)}. Filled: interval leaves out zero", fontsize=8, x=0.01, ha="left",
        )  # fmt: skip
    return figure


def _finish(grid: Any, used: int, columns: int) -> None:
    """Empty panels away; the last panel of each column shows the ticks of the axis that the column shares."""
    for n, axes in enumerate(grid):
        if n >= used:
            axes.set_axis_off()
        elif n + columns >= used:
            axes.tick_params(labelbottom=True)


def survival_figure(compared: Compared) -> Figure:
    """Share of runs in which the alliance in focus is alive, by month: baseline dashed, wedge solid, 95 % bands."""
    s, names = compared.setting, compared.order()[:MOST_PANELS]
    table = compared.course[compared.course["thesis"] == s.headline]
    columns = min(4, len(names))
    rows = -(-len(names) // columns)
    floor = float(table[["baseline", "under"]].to_numpy().min())
    low = max(0.0, np.floor(20 * (floor - 0.02)) / 20)
    years = [t for t in range(s.base.calendar.months) if s.base.calendar.date(t).endswith("-01")]
    years = years[:: max(1, len(years) // 3)]
    with mpl.rc_context(STYLE):
        figure = new_figure(2.6 * columns, 1.75 * rows + 0.5)
        grid = np.atleast_1d(figure.subplots(rows, columns, sharex=True, sharey=True)).ravel()
        for axes, name in zip(grid, names, strict=False):
            mine = table[table["wedge"] == name]
            month = mine["month"].to_numpy()
            axes.plot(month, mine["baseline"], color="#000000", linestyle="--", linewidth=1.0, label="baseline")
            axes.fill_between(
                month, mine["baseline"] + mine["low"], mine["baseline"] + mine["high"], color=COOPERATION, alpha=0.25, linewidth=0
            )
            axes.plot(month, mine["under"], color=COOPERATION, linewidth=1.5, label="wedge")
            axes.set_title(words(name), fontsize=7.5, loc="left")
            axes.set_xticks(years, [s.base.calendar.date(t)[:4] for t in years], fontsize=7)
            axes.tick_params(axis="y", labelsize=7)
            axes.set_ylim(low, 1.01)
        _finish(grid, len(names), columns)
        grid[0].legend(frameon=False, fontsize=7, loc="lower left")
        figure.supylabel("Share of runs alive", fontsize=8)
        figure.suptitle(f"{s.focus.title(s.base)} at material level or above; band: 95 % of the paired difference",
                        fontsize=8, x=0.01, ha="left")  # fmt: skip
    return figure


def heat_figure(answer: Answer) -> Figure:
    """Change in the share broken by wedge and theory, in points; the posterior's mean beside it. Grey text: no clear effect."""
    names = answer.compared.order()
    table = answer.theses.assign(clear=(answer.theses["low"] > 0) | (answer.theses["high"] < 0))
    theses = list(answer.setting.readings)
    values: Any = table.pivot(index="wedge", columns="world", values="difference").loc[names, theses] * 100
    clear = table.pivot(index="wedge", columns="world", values="clear").loc[names, theses].to_numpy(dtype=bool)
    labels = ["\n".join(textwrap.wrap(words(t), 14)) for t in theses]
    if answer.robust_posterior is not None:
        extra: Any = answer.robust_posterior.loc[names]
        values["posterior"] = 100 * extra["mean"]
        clear = np.column_stack([clear, (extra["helps"] + extra["harms"]) > 0.5])
        labels.append("posterior\nmean")
    most = max(1.0, float(np.abs(values.to_numpy()).max()))
    with mpl.rc_context(STYLE):
        figure = new_figure(1.0 * len(labels) + 2.6, 0.27 * len(names) + 1.5)
        axes = figure.subplots()
        edges = [np.arange(n + 1) - 0.5 for n in (values.shape[1], values.shape[0])]
        axes.pcolormesh(*edges, values.to_numpy(), cmap="PuOr_r", norm=TwoSlopeNorm(0.0, -most, most))
        axes.invert_yaxis()
        for i in range(values.shape[0]):
            for j in range(values.shape[1]):
                x = float(values.iloc[i, j])
                dark = abs(x) > 0.65 * most
                axes.text(j, i, f"{x:+.1f}", ha="center", va="center", fontsize=7, fontweight="bold" if clear[i, j] else "normal",
                          color="white" if dark else "#000000" if clear[i, j] else "#555555")  # fmt: skip
        axes.set_xticks(range(len(labels)), labels, fontsize=6.5)
        axes.set_yticks(range(len(names)), [words(n) for n in names], fontsize=7.5)
        axes.tick_params(length=0)
        for side in axes.spines.values():
            side.set_visible(False)
        axes.set_title("Change in the share broken, points. Bold: clear under that theory\n(posterior: clear in most draws)",
                       fontsize=8, loc="left")  # fmt: skip
    return figure


def _lines(table: pd.DataFrame, order: list[str], across: str, label: str, title: str, ticks: list[str] | None) -> Figure:
    """Effect against something, a panel a wedge with a band; the same axes."""
    names = [name for name in order if name in set(table["wedge"])][:MOST_PANELS]
    columns = min(4, len(names))
    rows = -(-len(names) // columns)
    with mpl.rc_context(STYLE):
        figure = new_figure(2.6 * columns, 1.8 * rows + 0.5)
        grid = np.atleast_1d(figure.subplots(rows, columns, sharex=True, sharey=True)).ravel()
        for axes, name in zip(grid, names, strict=False):
            mine = table[table["wedge"] == name]
            groups: Any = mine.groupby("months", dropna=False, sort=True) if "months" in mine else [(np.nan, mine)]
            for n, (length, rows_of) in enumerate(groups):
                x = rows_of[across].to_numpy()
                colour = LINES[(n + 1) % len(LINES)]
                axes.fill_between(x, 100 * rows_of["low"], 100 * rows_of["high"], color=colour, alpha=0.2, linewidth=0)
                said = "to the horizon" if pd.isna(length) else plural(round(length), "month")
                axes.plot(x, 100 * rows_of["difference"], color=colour, linestyle=DASHES[n % len(DASHES)], marker="o",
                          markersize=3, linewidth=1.2, label=said)  # fmt: skip
            axes.axhline(0.0, color="#333333", linewidth=0.7)
            axes.set_title(words(str(name)), fontsize=7.5, loc="left")
            axes.tick_params(labelsize=7)
            if ticks is not None:
                axes.set_xticks(range(len(ticks)), ticks, fontsize=6.5, rotation=45)
        _finish(grid, len(names), columns)
        if "months" in table and table["months"].nunique(dropna=False) > 1:
            grid[0].legend(frameon=False, fontsize=6.5)
        figure.supxlabel(label, fontsize=8)
        figure.supylabel("Points", fontsize=8)
        figure.suptitle(title, fontsize=8, x=0.01, ha="left")
    return figure


def figures_of(answer: Answer) -> dict[str, Figure]:
    """Every figure of an answer by the name of its file."""
    found = {
        "forest": forest_figure(answer.compared),
        "survival": survival_figure(answer.compared),
        "theories": heat_figure(answer),
    }
    order = answer.compared.order()
    change = "Change in the share broken, 95 % bands of paired differences"
    if len(order) > MOST_PANELS:
        change += f"; the {MOST_PANELS} wedges with the greatest effect"
    if answer.strengths is not None:
        found["strengths"] = _lines(answer.strengths, order, "factor", "Strength: factor of the sizes as given", change, None)
    if answer.starts is not None:
        months = list(dict.fromkeys(answer.starts["start"]))
        table = answer.starts.assign(at=[months.index(m) for m in answer.starts["start"]])
        found["starts"] = _lines(table, order, "at", "Month in which the wedge starts", change, months)
    return found
