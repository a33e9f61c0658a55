"""Figures of a calibration: generations, marginals against the prior, pairs, the predictive check."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..analysis.targets import Target
from ..evidence.ledger import ledger
from .figures import COOPERATION, GREY, HOSTILITY, STYLE, new_figure

MOST_PAIRS = 6
EDGE = 3.5
"""Discrepancies beyond this are drawn at the edge."""


def _short(path: str) -> str:
    return path.replace(".weight", "").replace("_", " ").replace(".", "\n")


def generations_figure(history: pd.DataFrame) -> Figure:
    """Tolerance and acceptance by generation."""
    with mpl.rc_context(STYLE):
        figure = new_figure(6.4, 2.6)
        left, right = figure.subplots(1, 2)
        left.plot(history["generation"], history["tolerance"], color=COOPERATION, marker="o", markersize=3)
        left.set_ylabel("Tolerance (scales, root mean square)")
        left.set_ylim(bottom=0.0)
        right.plot(
            history["generation"][1:], history["acceptance"][1:], color=COOPERATION, marker="o", markersize=3, label="accepted"
        )
        different = history["distinct"] / max(1, int(history["distinct"].max()))
        right.plot(history["generation"], different, color=HOSTILITY, linestyle="--", marker="s", markersize=3, label="distinct")
        right.set_ylim(bottom=0.0)
        right.set_ylabel("Share")
        right.legend(frameon=False, fontsize=7)
        for axes in (left, right):
            axes.set_xlabel("Generation")
    return figure


def marginals_figure(posterior: pd.DataFrame, told: pd.DataFrame) -> Figure:
    """Histogram of each parameter over its prior range; those the data inform in blue."""
    paths = [str(p) for p in told.sort_values("distance", ascending=False).index]
    columns = 6
    rows = -(-len(paths) // columns)
    with mpl.rc_context(STYLE):
        figure = new_figure(9.0, 1.25 * rows + 0.5)
        grid = np.atleast_1d(figure.subplots(rows, columns)).ravel()
        for axes, path in zip(grid, paths, strict=False):
            span = ledger().entry(path).range
            edges = np.linspace(span.low, span.high, 17)
            informed = bool(told.loc[path, "informed"])
            axes.hist(posterior[path], bins=edges, density=True, color=COOPERATION if informed else "#BBBBBB")
            axes.plot(edges, span.frozen().pdf(edges), color=GREY, linestyle="--", linewidth=0.9)
            axes.set_title(path.replace(".weight", "").replace("_", " "), fontsize=6.5, loc="left", pad=2)
            axes.set_yticks([])
            axes.tick_params(labelsize=6)
        for axes in grid[len(paths) :]:
            axes.set_axis_off()
        figure.suptitle(
            "Posterior (bars) and prior (dashed); blue: informed by the data, most of all first", fontsize=9, x=0.02, ha="left"
        )
    return figure


def pairs_figure(posterior: pd.DataFrame, told: pd.DataFrame) -> Figure:
    """Particles of the parameters most informed, two by two, with their rank correlation."""
    paths = [str(p) for p in told.sort_values("distance", ascending=False).index[:MOST_PAIRS]]
    ranks = posterior[paths].rank().corr().to_numpy()
    with mpl.rc_context(STYLE):
        figure = new_figure(7.6, 7.2)
        grid = figure.subplots(len(paths), len(paths), squeeze=False)
        for i, down in enumerate(paths):
            for j, across in enumerate(paths):
                axes = grid[i][j]
                axes.tick_params(labelsize=5.5)
                if j > i:
                    axes.set_axis_off()
                    axes.text(0.5, 0.5, f"{ranks[i, j]:+.2f}", ha="center", va="center", fontsize=8,
                              transform=axes.transAxes, color=GREY)  # fmt: skip
                    continue
                if i == j:
                    axes.hist(posterior[down], bins=16, color=COOPERATION)
                    axes.set_yticks([])
                else:
                    axes.scatter(posterior[across], posterior[down], s=2, color=COOPERATION, alpha=0.35, linewidths=0)
                if i == len(paths) - 1:
                    axes.set_xlabel(_short(across), fontsize=6.5)
                if j == 0:
                    axes.set_ylabel(_short(down), fontsize=6.5)
        figure.suptitle(
            "Posterior, pairs of the most informed parameters; above the diagonal: rank correlation",
            fontsize=9,
            x=0.02,
            ha="left",
        )
    return figure


def predictive_figure(targets: Sequence[Target], found: pd.DataFrame) -> Figure:
    """How far the simulated statistic of each target is from the observed one, in scales; its band in grey."""
    shown = [t for t in targets if found[t.name].notna().any()]
    with mpl.rc_context(STYLE):
        figure = new_figure(7.4, 0.27 * len(shown) + 1.2)
        axes = figure.subplots()
        for row, target in enumerate(shown):

            def scaled(x: float, target: Target = target) -> float:
                if target.kernel.shape == "log":
                    return float((np.log(max(x, 1e-3)) - np.log(target.observed)) / target.kernel.scale)
                return float((x - target.observed) / target.kernel.scale)

            low, high = (scaled(b) if b is not None else e for b, e in zip(target.band, (-EDGE, EDGE), strict=True))
            axes.barh(row, min(high, EDGE) - max(low, -EDGE), left=max(low, -EDGE), color="#E3E3E3", height=0.72)
            x = found[target.name].dropna()
            mean = target.mean(x.to_numpy())
            ends = np.clip([scaled(float(q)) for q in x.quantile([0.05, 0.95])], -EDGE, EDGE)
            met, middle = target.met(mean), float(np.clip(scaled(mean), -EDGE, EDGE))
            axes.plot(ends, [row, row], color=COOPERATION if met else HOSTILITY, linewidth=1.2)
            axes.plot(
                middle, row, marker="o" if met else "X", color=COOPERATION if met else HOSTILITY, markersize=5, clip_on=False
            )
        axes.axvline(0.0, color=GREY, linewidth=0.8)
        axes.set_yticks(range(len(shown)), [f"{t.name}  {t.title}" for t in shown], fontsize=7)
        axes.invert_yaxis()
        axes.set_xlim(-EDGE, EDGE)
        axes.set_xlabel("Simulated less observed, in scales of the target", fontsize=8)
        axes.set_title(
            "Dot: met; cross: missed; line: 90 % of points; grey: band; beyond ±3.5 at the edge",
            fontsize=8,
            loc="left",
        )
    return figure
