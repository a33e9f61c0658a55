"""Figure of a search: what the wedges of the front break against what they cost."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..analysis.wedges.front import FrontPoint, Trial
from .figures import STYLE, new_figure

GREY = "#aaaaaa"
NUMBERED = 10
SMALLEST, LARGEST = 18.0, 150.0
"""Areas of markers, points²: the least and the most fragmentation of the front."""


def _areas(values: np.ndarray, low: float, high: float) -> np.ndarray:
    span = high - low
    share = (values - low) / span if span > 0 else np.full(len(values), 0.3)
    return np.asarray(SMALLEST + (LARGEST - SMALLEST) * share)


def front_figure(trials: Sequence[Trial], points: Sequence[FrontPoint], robust: str, title: str) -> Figure:
    """Change in the share broken against cost; colour: violence; size: fragmentation; grey: dominated in the search."""
    worst = robust == "worst"
    on_front = {point.trial.number for point in points}
    rest = [trial for trial in trials if trial.number not in on_front]
    cost = np.array([p.fresh.cost for p in points])
    broken, low, high = (
        100 * np.array([getattr(p.fresh, name) for p in points])
        for name in (("worst", "worst_low", "worst_high") if worst else ("broken", "low", "high"))
    )
    violence = 100 * np.array([p.fresh.violence for p in points])
    parted = np.array([p.fresh.fragmentation for p in points])
    most = max(0.1, float(np.abs(violence).max(initial=0.0)))
    with mpl.rc_context(STYLE):
        figure = new_figure(7.6, 4.8)
        axes = figure.subplots()
        axes.scatter([t.measured.cost for t in rest], [-100 * t.measured.aims(robust)[0] for t in rest], s=8, color=GREY,
                     linewidth=0, zorder=1)  # fmt: skip
        axes.vlines(cost, low, high, color="#666666", linewidth=0.6, zorder=2)
        ends = (float(parted.min(initial=0.0)), float(parted.max(initial=0.0)))
        drawn = axes.scatter(cost, broken, s=_areas(parted, *ends), c=violence, cmap="PuOr_r",
                             norm=TwoSlopeNorm(0.0, -most, most), edgecolor="#222222", linewidth=0.6, zorder=3)  # fmt: skip
        for number in range(min(NUMBERED, len(points))):
            axes.annotate(str(number + 1), (cost[number], broken[number]), xytext=(6, 5), textcoords="offset points", fontsize=7)
        axes.axhline(0.0, color="#333333", linewidth=0.7, zorder=1)
        axes.set_xlabel("Cost (effort; military pressure on an organisation at full size over the whole run is 1)")
        axes.set_ylabel(f"Change in the share broken, points\n({'under the worst thesis' if worst else 'mean over theses'})")
        axes.set_title(title, fontsize=8, loc="left")
        figure.colorbar(drawn, ax=axes, label="Change in attacks on civilians, %", shrink=0.85)
        keys = [Line2D([], [], marker="o", color=GREY, linestyle="", markersize=3, label="dominated (numbers of the search)")]
        for value, area in zip(ends, _areas(np.array(ends), *ends), strict=True):
            keys.append(Line2D([], [], marker="o", color="white", markeredgecolor="#222222", linestyle="",
                               markersize=float(np.sqrt(area)), label=f"{value:+.2f} splits and defections a run"))  # fmt: skip
        figure.legend(handles=keys, loc="outside lower center", ncols=3, frameon=False, fontsize=7)
    return figure
