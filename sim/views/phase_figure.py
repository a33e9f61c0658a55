"""Figure of a phase map: the outcome that dominates over two parameters."""

from __future__ import annotations

import textwrap
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from ..analysis.phase import PhaseMap, contour
from ..plural import plural
from .figures import STYLE, new_figure

# after Okabe & Ito (2008), with lightness moved apart: dark, pale and middling in greyscale too
COLOURS = {
    "persists": "#00507F", "breaks": "#F2EDC4", "turns_hostile": "#E5812B", "loses_a_side": "#5B4B57", "never_forms": "#B4D3E8",
    "never_broken": "#00507F", "ever_broken": "#F2EDC4", "never_fought": "#00507F", "ever_fought": "#E5812B",
}  # fmt: skip
HATCHING = {
    "persists": "#FFFFFF", "breaks": "#555555", "turns_hostile": "#222222", "loses_a_side": "#FFFFFF", "never_forms": "#333333",
    "never_broken": "#FFFFFF", "ever_broken": "#555555", "never_fought": "#FFFFFF", "ever_fought": "#222222",
}  # fmt: skip
DARK = ("persists", "loses_a_side", "never_broken", "never_fought")
HALF = {
    "fate": "broken in half of the runs,\nhostile or not",
    "never_broken": "ever broken in half\nof the runs",
    "ever_fought": "ever fought in half\nof the runs",
}
"""What the line in a map says."""
FEW = 10  # cells on an axis up to which shares are written into them


def edges(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Borders of cells around values: midway between neighbours, and as far out at the ends."""
    if len(values) == 1:
        half = 0.5 * abs(float(values[0])) or 0.5
        return np.array([values[0] - half, values[0] + half])
    middle = (values[1:] + values[:-1]) / 2
    return np.concatenate(([2 * values[0] - middle[0]], middle, [2 * values[-1] - middle[-1]]))


def _cells(axes: Any, phases: PhaseMap) -> None:
    leading = np.full((len(phases.ys), len(phases.xs)), -1)
    rows, columns = np.searchsorted(phases.ys, phases.cells[phases.y]), np.searchsorted(phases.xs, phases.cells[phases.x])
    leading[rows, columns] = [phases.outcomes.index(name) for name in phases.cells["leading"]]
    certain = phases.grid("certain") == 1
    x, y = edges(phases.xs), edges(phases.ys)
    axes.pcolormesh(x, y, np.ma.masked_less(leading, 0), cmap=mpl.colors.ListedColormap([COLOURS[o] for o in phases.outcomes]),
                    vmin=0, vmax=len(phases.outcomes) - 1)  # fmt: skip
    for code, name in enumerate(phases.outcomes):
        doubtful = np.ma.masked_where((leading != code) | certain, leading)
        if doubtful.count():
            axes.pcolor(x, y, doubtful, facecolor="none", hatch="/////", edgecolor=HATCHING[name], linewidth=0.0)
    if max(len(phases.xs), len(phases.ys)) <= FEW:
        for cell in phases.cells.to_dict("records"):
            name = str(cell["leading"])
            share = axes.text(
                cell[phases.x], cell[phases.y], f"{100 * cell[name]:.0f}", ha="center", va="center", fontsize=7.5,
                color="#FFFFFF" if name in DARK else "#111111", zorder=5,
            )  # fmt: skip
            share.set_path_effects([withStroke(linewidth=3, foreground=COLOURS[name])])


def phase_figure(phases: PhaseMap, labels: tuple[str, str], title: str) -> Figure:
    """Dominating outcome per cell, hatched where it is uncertain, with the line along which half of the runs break off.

    Parameters
    ----------
    labels : pair of str
        Axis labels of x and y with their units.
    title : str
        What the alliance is.
    """
    runs = phases.cells["runs"]
    fewest, most = int(runs.min()), int(runs.max())
    each = plural(most, "run") if fewest == most else f"{fewest} to {plural(most, 'run')}"
    with mpl.rc_context(STYLE):
        figure = new_figure(7.6, 4.9)
        axes = figure.add_subplot()
        axes.patch.set(facecolor="#FFFFFF", hatch="....", edgecolor="#BBBBBB", linewidth=0)  # cells without runs
        _cells(axes, phases)
        lines = contour(phases)
        for line in lines:
            drawn = axes.plot(line[:, 0], line[:, 1], color="#000000", linewidth=1.8, linestyle="--")[0]
            drawn.set_path_effects([withStroke(linewidth=3.6, foreground="#FFFFFF")])
        axes.margins(0)
        axes.set_xlabel(labels[0])
        axes.set_ylabel(labels[1])
        keys: list[Any] = [
            Patch(facecolor=COLOURS[name], edgecolor="#555555", linewidth=0.6, label=name.replace("_", " "))
            for name in phases.outcomes
            if name in set(phases.cells["leading"])
        ]
        if not phases.cells["certain"].all():
            said = "uncertain: 95 % interval of\nleader against runner-up\nholds one half"
            keys.append(Patch(facecolor="#FFFFFF", edgecolor="#555555", hatch="/////", linewidth=0.6, label=said))
        if lines:
            keys.append(Line2D([], [], color="#000000", linestyle="--", linewidth=1.8, label=HALF[phases.of]))
        if len(phases.cells) < len(phases.xs) * len(phases.ys):
            keys.append(Patch(facecolor="#FFFFFF", edgecolor="#BBBBBB", hatch="....", linewidth=0.6, label="no runs"))
        numbers = "; in the cells, its share in %" if max(len(phases.xs), len(phases.ys)) <= FEW else ""
        figure.legend(
            handles=keys, loc="outside right center", frameon=False, fontsize=8.5, alignment="left", labelspacing=0.8,
            title="Most frequent outcome", title_fontsize=8.5,
        )  # fmt: skip
        heading = textwrap.fill(title, 72)
        axes.set_title(f"{heading}\nMost frequent outcome over {each} a cell{numbers}", fontsize=10, loc="left")
    return figure
