"""Figure of survival: Kaplan–Meier with those at risk, cumulative incidence by kind of end, hazard by age."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence, Sized
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..analysis.spells import ENDS
from ..analysis.survival import at_risk, cumulative_incidence, grouped_spells, hazard_by_age, kaplan_meier
from .figures import DASHES, LINES, STYLE, end_labels, leader, new_figure

WORDS = {"break": "broken off", "fight": "armed conflict", "death_of_a_party": "death of a party"}
MARKERS = "osD^vPX*"
AGE = "Age of the spell, years"
MOST_GROUPS = len(LINES)
FEWEST = 5  # spells at risk for a hazard to be drawn
LABEL = 32  # characters of a line of a label


def _name(group: str) -> str:
    return textwrap.fill(group.replace("_", " "), LABEL)


def age_width(longest: float, most: int = 12) -> float:
    """Width of an age, in years, of which a figure shows no more than `most`."""
    return next((width for width in (1.0, 2.0, 5.0, 10.0) if longest <= most * width), 20.0)


def _shade(groups: Sized) -> float:
    """Opacity of bands: many over each other would hide the lines."""
    return 0.14 if len(groups) < 4 else 0.07


def _marker(n: int) -> dict[str, Any]:
    """Marker of a group: full and open in turn."""
    return {
        "marker": MARKERS[n], "markersize": 4, "color": LINES[n], "markerfacecolor": LINES[n] if n % 2 == 0 else "white",
        "linestyle": "none",
    }  # fmt: skip


def _curves(axes: Any, groups: dict[str, pd.DataFrame], longest: float) -> None:
    curves = {name: kaplan_meier(part) for name, part in groups.items()}
    room = 0.05 * (1 + max(_name(name).count("\n") for name in groups))
    heights = end_labels([float(curve["survival"].iloc[-1]) for curve in curves.values()], gap=room)
    for n, (name, curve) in enumerate(curves.items()):
        colour, dash = LINES[n], DASHES[n]
        axes.fill_between(
            curve["time"], curve["low"], curve["high"], step="post", color=colour, alpha=_shade(groups), linewidth=0
        )
        axes.plot(curve["time"], curve["survival"], drawstyle="steps-post", color=colour, linestyle=dash, linewidth=1.6)
        if len(groups) > 1:
            end = (float(curve["time"].iloc[-1]), float(curve["survival"].iloc[-1]))
            axes.annotate(
                _name(name), end, (1.03 * longest, heights[n]), color=colour, va="center", fontsize=8, linespacing=0.95,
                annotation_clip=False, arrowprops=leader(colour),
            )  # fmt: skip
    axes.set_ylim(-0.02, 1.04)
    axes.set_ylabel("Share of spells not yet ended")


def _counts(axes: Any, groups: dict[str, pd.DataFrame], ticks: Sequence[float], longest: float) -> None:
    """Numbers at risk, in the colours of the curves, under their ticks."""
    axes.set_ylim(len(groups) - 0.5, -1.5)
    axes.axis("off")
    axes.text(0, -1, "Spells that last at least so long", fontsize=8, va="center", ha="left")
    for n, (name, part) in enumerate(groups.items()):
        for tick, count in zip(ticks, at_risk(part, ticks), strict=True):
            axes.text(tick, n, f"{count:,}", color=LINES[n], fontsize=8, ha="center", va="center")
        if len(groups) > 1:
            axes.plot([1.03 * longest, 1.1 * longest], [n, n], color=LINES[n], linestyle=DASHES[n], clip_on=False, linewidth=1.6)
            axes.plot(1.13 * longest, n, clip_on=False, **_marker(n))
            label = textwrap.shorten(name.replace("_", " "), LABEL, placeholder=" …")
            axes.text(1.155 * longest, n, label, color=LINES[n], fontsize=7.5, va="center", ha="left")


def _incidences(panels: Sequence[Any], kinds: Sequence[str], groups: dict[str, pd.DataFrame]) -> None:
    top = 0.0
    for n, part in enumerate(groups.values()):
        table = cumulative_incidence(part)
        for axes, kind in zip(panels, kinds, strict=True):
            rows = table[table["end"] == kind]
            axes.fill_between(
                rows["time"], rows["low"], rows["high"], step="post", color=LINES[n], alpha=_shade(groups), linewidth=0
            )
            axes.plot(rows["time"], rows["incidence"], drawstyle="steps-post", color=LINES[n], linestyle=DASHES[n], linewidth=1.4)
            top = max(top, float(rows["high"].max()))
    for place, (axes, kind) in enumerate(zip(panels, kinds, strict=True)):
        axes.set_title(f"Ended: {WORDS[kind]}", fontsize=9, loc="left")
        axes.set_ylim(-0.02 * top, min(1.04, 1.05 * top))
        axes.set_xlabel(AGE)
        if place:
            axes.tick_params(labelleft=False)
    panels[0].set_ylabel("Cumulative incidence\n(share of all spells)")


def _hazards(axes: Any, groups: dict[str, pd.DataFrame], width: float, longest: float) -> None:
    step = 0.7 * width / max(len(groups), 4)
    for n, part in enumerate(groups.values()):
        table = hazard_by_age(part, width)
        table = table[table["at_risk"] >= FEWEST]
        hazard = table["hazard"].to_numpy(dtype=float)
        where = table["age"] + width / 2 + (n - (len(groups) - 1) / 2) * step
        bars = np.clip([hazard - table["low"], table["high"] - hazard], 0, None)
        axes.errorbar(where, hazard, yerr=bars, elinewidth=0.9, capsize=0, **_marker(n))
    for edge in np.arange(width, longest, width):
        axes.axvline(edge, color="#DDDDDD", linewidth=0.6, zorder=0)
    span = "a year" if width == 1 else f"{width:g} years"
    axes.set_ylabel(f"Hazard: share that ends\nwithin {span} of that age")
    axes.set_xlabel(AGE)
    axes.set_ylim(bottom=-0.02)
    axes.set_xlim(0, longest)


def survival_figure(spells: pd.DataFrame, by: str | None, title: str) -> Figure:
    """Kaplan–Meier curves with 95 % bands and numbers at risk, cumulative incidence by kind of end, hazard by age.

    Parameters
    ----------
    spells : pd.DataFrame
        A spells table in years.
    by : str or None
        Column to compare; the groups with most spells are drawn, as many as there are colours.
    title : str
        What the spells are.
    """
    parts = dict(grouped_spells(spells, by))
    largest = sorted(parts, key=lambda name: -len(parts[name]))[:MOST_GROUPS]
    groups = {name: part for name, part in parts.items() if name in largest}
    longest = max(float(part["duration"].max()) for part in groups.values())
    kinds = [kind for kind in ENDS if any((part["end"] == kind).any() for part in groups.values())]
    with mpl.rc_context(STYLE):
        under = 0.17 * (len(groups) + 1)
        heights = [3.3, under, *([2.1] if kinds else []), 2.0]
        figure = new_figure(9.2 if len(groups) > 1 else 7.4, sum(heights) + 1.5)
        grid = figure.add_gridspec(len(heights), max(1, len(kinds)), height_ratios=heights)
        top = figure.add_subplot(grid[0, :])
        _curves(top, groups, longest)
        top.set_xlim(0, longest)
        top.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
        top.set_xlabel(AGE)
        ticks = [float(tick) for tick in top.get_xticks() if 0 <= tick <= longest]
        below = figure.add_subplot(grid[1, :], sharex=top)
        _counts(below, groups, ticks, longest)
        if kinds:
            panels = [figure.add_subplot(grid[2, n]) for n in range(len(kinds))]
            for axes in panels:
                axes.set_xlim(0, longest)
                axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
            _incidences(panels, kinds, groups)
        width = age_width(longest)
        _hazards(figure.add_subplot(grid[-1, :]), groups, width, longest)
        hidden = len(parts) - len(groups)
        shown = f" ({len(groups)} of {len(parts)} groups: those with most spells)" if hidden else ""
        figure.suptitle(f"{title}{shown}", fontsize=10, x=0.01, ha="left")
        note = (
            "Bands and bars: 95 % intervals (Kaplan–Meier and cumulative incidence on the log-log scale; hazard: Wilson), as if "
            f"spells were independent. Hazards with fewer than {FEWEST} spells at risk are not drawn."
        )
        figure.supxlabel(textwrap.fill(note, 125 if len(groups) > 1 else 105), fontsize=7.5, color="#333333", x=0.01, ha="left")
    return figure
