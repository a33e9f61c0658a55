"""The figure of reliability: how often what was forecast came true."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from ..analysis.scoring import reliability
from .figures import DASHES, LINES, STYLE, new_figure


def reliability_figure(observed: np.ndarray, forecasts: dict[str, np.ndarray]) -> Figure:
    """Observed share over forecast probability, a panel a forecast."""
    names = list(forecasts)
    columns = min(4, len(names))
    rows = -(-len(names) // columns)
    with mpl.rc_context(STYLE):
        figure = new_figure(2.35 * columns + 0.5, 2.5 * rows + 0.4)
        grid = np.atleast_1d(figure.subplots(rows, columns, sharex=True, sharey=True)).ravel()
        for axes, (n, name) in zip(grid, enumerate(names), strict=False):
            table = reliability(observed, forecasts[name])
            error = np.abs(table[["low", "high"]].to_numpy().T - table["share"].to_numpy())
            axes.plot([0, 1], [0, 1], color="#999999", linewidth=0.8, linestyle=DASHES[1])
            axes.errorbar(
                table["forecast"], table["share"], yerr=error, fmt="o", color=LINES[1 if n else 2], markersize=4, linewidth=1
            )
            for _, row in table.iterrows():
                axes.annotate(
                    str(int(row["questions"])),
                    (row["forecast"], row["share"]),
                    xytext=(5, 4),
                    textcoords="offset points",
                    fontsize=6.5,
                )
            axes.set_title(name.replace("_", " "), fontsize=7.5, loc="left")
            axes.set_xlim(-0.05, 1.08)
            axes.set_ylim(-0.05, 1.08)
        for axes in grid[len(names) :]:
            axes.set_axis_off()
        figure.supxlabel("Forecast probability (numbers: questions in the bin)", fontsize=8)
        figure.supylabel("Share that came true, 95 %", fontsize=8)
    return figure
