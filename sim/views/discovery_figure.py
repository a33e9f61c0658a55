"""Figures of scenario discovery: coverage against density, and the limits of a box."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from ..analysis.discovery import Discovery
from ..analysis.prim import Box
from ..evidence.ledger import ledger
from .figures import BLUE, GREY, STYLE, VERMILION, new_figure

LIGHT = "#DDDDDD"


def _unit(path: str) -> str:
    """Unit of a parameter, where the ledger has it."""
    covered = ledger().covering(path)
    return ledger().entries[covered].unit if covered else ""


def _trade_off(axes: Any, box: Box, figure: Figure) -> None:
    steps = box.trajectory
    most = max(int(steps["restricted"].max()), 1)
    colours = mpl.colormaps["cividis_r"].resampled(most + 1)
    axes.plot(steps["coverage"], steps["density"], color="#AAAAAA", linewidth=0.8, zorder=1)
    dots = axes.scatter(
        steps["coverage"], steps["density"], c=steps["restricted"], cmap=colours, vmin=-0.5, vmax=most + 0.5, s=26,
        edgecolor="#333333", linewidth=0.4, zorder=2,
    )  # fmt: skip
    axes.scatter(
        box.coverage, box.density, marker="o", s=130, facecolor="none", edgecolor=VERMILION, linewidth=1.8, zorder=3,
        label="this box, chance limits dropped",
    )  # fmt: skip
    axes.set_xlim(-0.02, 1.04)
    axes.set_ylim(-0.02, 1.04)
    axes.set_xlabel("Coverage: share of all cases of interest in the box")
    axes.set_ylabel("Density: share of the box's points that are cases")
    axes.legend(loc="lower left", frameon=False)
    step = max(1, most // 6)
    bar = figure.colorbar(dots, ax=axes, ticks=range(0, most + 1, step), pad=0.02, fraction=0.05)
    bar.set_label("Restricted parameters", fontsize=8)
    bar.outline.set_visible(False)


def _limits(axes: Any, box: Box) -> None:
    """One bar per restricted parameter: its range in grey, the box in blue, limits in the parameter's unit."""
    labels = []
    for place, (path, row) in enumerate(box.limits.iterrows()):
        span = row["maximum"] - row["minimum"]
        low, high = (row["low"] - row["minimum"]) / span, (row["high"] - row["minimum"]) / span
        axes.barh(place, 1, height=0.2, color=LIGHT)
        axes.barh(place, high - low, left=low, height=0.2, color=BLUE)
        for at, value, limited, side in (
            (low, row["low"], row["low"] > row["minimum"], "left"),
            (high, row["high"], row["high"] < row["maximum"], "right"),
        ):
            axes.text(
                np.clip(at, 0, 1), place - 0.17, f"{value:.3g}", ha=side, va="bottom", fontsize=8,
                color="#111111" if limited else GREY, fontweight="bold" if limited else "normal",
            )  # fmt: skip
        axes.text(1.03, place, f"{row['quasi_p']:.2g}", va="center", fontsize=8)
        unit = _unit(str(path))
        labels.append(f"{path}\n{unit}" if unit else str(path))
    axes.set_yticks(range(len(labels)), labels, fontsize=8)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(labels) - 0.4, -0.75)
    axes.set_xlim(-0.02, 1.0)
    axes.set_xticks([0, 1], ["lowest point", "highest point"])
    axes.text(1.03, -0.45, "quasi-p", fontsize=8, fontweight="bold", va="bottom")
    axes.spines["left"].set_visible(False)


def discovery_figure(found: Discovery, event: str) -> Figure:
    """Trade-off of coverage and density on the way to the first box, and the limits of that box.

    Parameters
    ----------
    event : str
        What the runs show, such as "no alliance is left at the end".
    """
    box = found.boxes[0]
    with mpl.rc_context(STYLE):
        figure = new_figure(10.0, 4.4 + 0.2 * max(0, len(box.limits) - 6))
        left, right = figure.subplots(1, 2, gridspec_kw={"width_ratios": [1.1, 1]})
        _trade_off(left, box, figure)
        _limits(right, box)
        figure.suptitle(
            f"Box 1 of {len(found.boxes)}: where {event} in more than {100 * found.threshold:.0f} % of runs. "
            f"Coverage {box.coverage:.2f}, density {box.density:.2f}, mass {box.mass:.2f}", fontsize=10, x=0.01, ha="left",
        )  # fmt: skip
    return figure
