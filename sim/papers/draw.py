"""Drawing a figure from its table: lines with bands, bars with intervals, heat. Column widths, vectors, greyscale-safe."""

from __future__ import annotations

import textwrap
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.colors import Normalize, TwoSlopeNorm
from matplotlib.figure import Figure

from ..analysis.intervals import Z
from ..analysis.scorecard import CLEAR
from ..views.figures import COOPERATION, DASHES, GREY, LINES, STYLE, new_figure
from .experiment import Experiment, Panel

MARKS = "os^Dv<>P"
PAPER = STYLE | {"font.size": 8, "pdf.fonttype": 42, "axes.labelsize": 8, "legend.fontsize": 7}


def _wrapped(text: str, width: int) -> str:
    return "\n".join(textwrap.wrap(text, width))


def _ends(panel: Panel, table: pd.DataFrame) -> tuple[Any, Any]:
    """Ends of the 95 % intervals, as they are drawn; of shares none lies beyond nought or all."""
    low, high = (table["value"] + sign * Z * table["se"] for sign in (-1.0, 1.0))
    if panel.percent and table["value"].between(0.0, 1.0).all():
        low, high = low.clip(lower=0.0), high.clip(upper=1.0)
    times = 100 if panel.percent else 1
    return times * low, times * high


def _lines(axes: Any, panel: Panel, table: pd.DataFrame, narrow: bool) -> None:
    """Lines with bands; in a narrow panel the legend stands below."""
    times, (low, high) = 100 if panel.percent else 1, _ends(panel, table)
    for n, (series, rows) in enumerate(table.groupby("series", sort=False)):
        x, y = rows["x"].to_numpy(), times * rows["value"].to_numpy()
        colour = LINES[n % len(LINES)]
        axes.fill_between(x, low[rows.index], high[rows.index], color=colour, alpha=0.18, linewidth=0)
        axes.plot(x, y, color=colour, linestyle=DASHES[n % len(DASHES)], linewidth=1.3, label=str(series))
    if (table["value"] < 0).any():
        axes.axhline(0.0, color="#333333", linewidth=0.6)
    if panel.logarithmic:
        axes.set_xscale("log")
        axes.plot(table["x"], times * table["value"], "o", color=LINES[0], markersize=3)
        axes.set_xticks(table["x"].unique(), [f"{x:g}" for x in table["x"].unique()], minor=False)
        axes.minorticks_off()
        axes.set_ylim(0, None)
    below = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.24)} if narrow else {}
    axes.legend(frameon=False, handlelength=2.6, **below)


def _bars(axes: Any, panel: Panel, table: pd.DataFrame) -> None:
    """Dots with whiskers, a row a series of the first panel's order."""
    times = 100 if panel.percent else 1
    if panel.most:
        table = table.sort_values("value", ascending=False, kind="stable").head(panel.most)
    rows: Any = table.to_dict("records")
    for row, (x, ends) in enumerate(zip(rows, zip(*_ends(panel, table), strict=True), strict=True)):
        clear = abs(x["value"]) > Z * x["se"]
        axes.plot(ends, [row, row], color=COOPERATION if clear else GREY, linewidth=1.2)
        axes.plot(times * x["value"], row, "o", color=COOPERATION if clear else GREY, markersize=4,
                  markerfacecolor=COOPERATION if clear else "white")  # fmt: skip
    if (table["value"] < 0).any():
        axes.axvline(0.0, color="#333333", linewidth=0.6)
    axes.set_yticks(range(len(table)), [_wrapped(str(s), 42) for s in table["series"]])
    axes.set_ylim(len(table) - 0.4, -0.6)


def _heat(axes: Any, panel: Panel, experiment: Experiment, table: pd.DataFrame) -> None:
    """Cells with their numbers: diverging colours if some are negative, else from light to dark; bold: clear of zero."""
    grid: Any = 100 * table.pivot(index="series", columns="x", values="value").loc[list(dict.fromkeys(table["series"]))]
    error: Any = 100 * table.pivot(index="series", columns="x", values="se").loc[grid.index]
    values, signed = grid.to_numpy(), bool((grid.to_numpy() < 0).any())
    most, least = max(1.0, float(np.abs(values).max())), float(values.min())
    norm = TwoSlopeNorm(0.0, -most, most) if signed else Normalize(least - 0.1 * (most - least), most)
    edges = [np.arange(n + 1) - 0.5 for n in (grid.shape[1], grid.shape[0])]
    axes.pcolormesh(*edges, values, cmap="PuOr_r" if signed else "Blues", norm=norm)
    for i, j in np.ndindex(*grid.shape):
        x, clear = float(values[i, j]), signed and abs(values[i, j]) > Z * error.iloc[i, j]
        dark = abs(x) > 0.65 * most if signed else norm(x) > 0.6
        axes.text(
            j, i, f"{x:+.1f}" if signed else f"{x:.0f}", ha="center", va="center", fontsize=6,
            fontweight="bold" if clear else "normal", color="white" if dark else "black",
        )  # fmt: skip
    labels = [_wrapped(t.replace("_", " "), 22) for t in panel.labels or experiment.runs.theses]
    turned = {} if panel.labels else {"rotation": 45, "ha": "right"}
    axes.set_xticks(range(grid.shape[1]), labels, fontsize=6, **turned)
    axes.set_xlabel(panel.x)
    axes.set_yticks(range(grid.shape[0]), [str(s) for s in grid.index])
    axes.invert_yaxis()


def _rows(panel: Panel, table: pd.DataFrame) -> int:
    """Rows or series of a panel."""
    found = table[table["panel"] == panel.name]["series"].nunique()
    return min(found, panel.most) if panel.most else found


def _dose(axes: Any, table: pd.DataFrame) -> None:
    """Dots with whiskers by dose, and in words where that was measured."""
    x, y, half = table["x"].to_numpy(), table["value"].to_numpy(), Z * table["se"].to_numpy()
    clear = abs(y[-1]) > max(half[-1], CLEAR)
    colour = COOPERATION if clear else GREY
    axes.axhline(0.0, color="#333333", linewidth=0.6)
    axes.errorbar(x, y, half, color=colour, linewidth=1.0, marker="o", markersize=3, markerfacecolor=colour if clear else "white")
    ticks = [0.0, x[-1] / 2, x[-1]]
    axes.set_xticks(ticks, [f"{tick:.3g}" for tick in ticks])
    axes.tick_params(labelsize=6.5)
    where = axes.text(0.0, 1.02, table["series"].iloc[0], transform=axes.transAxes, va="bottom", fontsize=6, color="#555555")
    where.set_in_layout(False)


def _small_multiples(panels: list[Panel], table: pd.DataFrame) -> Figure:
    """A small panel a dose-response, with one scale in a row."""
    columns = 3
    down = -(-len(panels) // columns)
    figure = new_figure(7.1, 1.6 * down)
    grid = np.atleast_1d(figure.subplots(down, columns, sharey="row")).ravel()
    for n, (axes, panel) in enumerate(zip(grid, panels, strict=False)):
        _dose(axes, table[table["panel"] == panel.name])
        axes.set_xlabel(panel.x, fontsize=7)
        axes.set_title(f"{chr(97 + n)}  {panel.title}", loc="left", fontsize=8, pad=11)
        if n % columns == 0:
            axes.set_ylabel(panel.y, fontsize=7)
    for axes in grid[len(panels) :]:
        axes.set_axis_off()
    return figure


def drawn(experiment: Experiment, table: pd.DataFrame) -> Figure:
    """The figure of a table."""
    panels = experiment.conf.panels
    if all(p.kind == "dose" for p in panels):
        with mpl.rc_context(PAPER):
            return _small_multiples(panels, table)
    rows_of = [_rows(p, table) for p in panels]
    tall = max((0.2 * n for n, p in zip(rows_of, panels, strict=True) if p.kind != "lines"), default=0.0)
    columns = min(len(panels), 2 if any(p.kind != "lines" for p in panels) else 3)
    down = -(-len(panels) // columns)
    with mpl.rc_context(PAPER):
        legend = 0.14 * max((n for n, p in zip(rows_of, panels, strict=True) if p.kind == "lines" and columns > 1), default=0)
        figure = new_figure(7.1 if columns > 1 else 4.4, down * max(2.7 + legend, tall + 0.9) + 0.35)
        grid = np.atleast_1d(figure.subplots(down, columns)).ravel()
        for n, (axes, panel) in enumerate(zip(grid, panels, strict=False)):
            mine = table[table["panel"] == panel.name]
            if panel.kind == "lines":
                _lines(axes, panel, mine, columns > 1)
                axes.set_xlabel(panel.x)
                axes.set_ylabel(panel.y)
            elif panel.kind == "bars":
                _bars(axes, panel, mine)
                axes.set_xlabel(panel.y)
                if n % columns and rows_of[n] == rows_of[n - 1] and panels[n - 1].kind == "bars":
                    axes.set_yticklabels([])
            else:
                _heat(axes, panel, experiment, mine)
            axes.set_title(_wrapped(f"{chr(97 + n)}  {panel.title}", 44 if columns < 3 else 30), loc="left", fontsize=8)
        for axes in grid[len(panels) :]:
            axes.set_axis_off()
    return figure
