"""Figures of a calibration: marginals against the prior, pairs, the predictive check, ranks of held-out points."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..analysis.calibrated import RankTest
from ..analysis.regression import effective
from ..analysis.targets import Target
from ..evidence.ledger import ledger
from .figures import COOPERATION, GREY, HOSTILITY, STYLE, new_figure

MOST_PAIRS = 6
RANK_BINS = 20
EDGE = 3.5
"""Discrepancies beyond this are drawn at the edge."""


def _short(path: str) -> str:
    return path.replace(".weight", "").replace("_", " ").replace(".", "\n")


def marginals_figure(posterior: pd.DataFrame, told: pd.DataFrame) -> Figure:
    """Histogram of each parameter over its prior range; those the data inform in blue."""
    paths = [str(p) for p in told.sort_values("r2", ascending=False).index]
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
            "Posterior (bars) and prior (dashed), best told first; blue: informed by all tests",
            fontsize=9,
            x=0.02,
            ha="left",
        )
    return figure


def pairs_figure(posterior: pd.DataFrame, told: pd.DataFrame) -> Figure:
    """Draws of the parameters that are told best, two by two, with their rank correlation."""
    paths = [str(p) for p in told.sort_values("r2", ascending=False).index[:MOST_PAIRS]]
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
            "Posterior, pairs of the parameters that are told best; above the diagonal: rank correlation",
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


def ranks_figure(ranks: RankTest, names: Sequence[str]) -> Figure:
    """Histogram of the ranks of held-out points, contrast by contrast; grey: what 99 % of uniform ranks keep within."""
    columns = 6
    rows = -(-len(names) // columns)
    shares, even = ranks.histogram(RANK_BINS), 1.0 / RANK_BINS
    noise = 2.58 * np.sqrt(even * (1.0 - even) / effective(ranks.weights))
    with mpl.rc_context(STYLE):
        figure = new_figure(9.0, 1.0 * rows + 0.5)
        grid = np.atleast_1d(figure.subplots(rows, columns, sharex=True, sharey=True)).ravel()
        for axes, name, share, passed in zip(grid, names, shares, ranks.passed, strict=False):
            axes.axhspan(max(0.0, even - noise), even + noise, color="#E3E3E3", linewidth=0)
            axes.bar((np.arange(RANK_BINS) + 0.5) / RANK_BINS, share, 0.9 / RANK_BINS, color=COOPERATION if passed else HOSTILITY)
            axes.set_title(name.replace(".weight", "").replace("_", " "), fontsize=6.5, loc="left", pad=2)
            axes.set_yticks([])
            axes.tick_params(labelsize=6)
        for axes in grid[len(names) :]:
            axes.set_axis_off()
        figure.suptitle(
            "Ranks of held-out points among draws of their posteriors; grey: 99 % of even ranks", fontsize=9, x=0.02, ha="left"
        )
    return figure
