"""Figures of a sensitivity analysis: indices by mechanism, shares of claims and articles, tornado."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..analysis.intervals import Z
from ..analysis.sensitivity import Sensitivity
from ..plural import plural
from .figures import BLUE, STYLE, VERMILION, new_figure

LIGHT = "#BBBBBB"
LABELS = {
    "ST": "Total Sobol' index: share of the variance between points that involves the parameter",
    "mu_star": "Mean absolute elementary effect μ*: change of the outcome over the whole range",
    "PAWN": "PAWN index: median Kolmogorov–Smirnov distance",
}
BESIDE = {"ST": ("S1", "first-order index"), "mu_star": ("sigma", "σ, spread of effects")}
ROW = 0.235


def _order(result: Sensitivity, most: int) -> list[tuple[str, list[str]]]:
    """Mechanisms by the sum of their shares, with their parameters by rank, `most` parameters in all."""
    shown = result.table.sort_values("rank").head(most)
    groups: dict[str, list[str]] = {}
    for path in shown.index:
        groups.setdefault(str(path).partition(".")[0], []).append(str(path))
    return sorted(groups.items(), key=lambda item: -float(shown.loc[item[1], "share"].sum()))


def _rows(axes: Any, labels: Sequence[str], heights: Sequence[float]) -> None:
    axes.set_yticks(heights, labels, fontsize=8)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(max(heights) + 0.7, min(heights) - 0.7)
    axes.grid(axis="x", color="#DDDDDD", linewidth=0.6)
    axes.set_axisbelow(True)


def _note(figure: Figure, text: str, width: float) -> None:
    lines = textwrap.fill(text, int(width * 15.5))
    figure.text(0.01, 0.0, lines, fontsize=7.5, color="#333333", va="bottom", ha="left")
    height = 0.145 * (lines.count("\n") + 1) + 0.08
    figure.get_layout_engine().set(rect=(0, height / figure.get_figheight(), 1, 1 - height / figure.get_figheight()))  # type: ignore[union-attr, call-arg]


def indices_figure(result: Sensitivity, outcome: str, most: int = 30) -> Figure:
    """Bars of the index with 95 % intervals, grouped by mechanism, with the floor drawn and the verdict below.

    Bars whose interval does not clear the floor are grey and hatched. `outcome` names what was analysed, with its unit.
    """
    table, name = result.table, result.index
    groups = _order(result, most)
    places: list[float] = []
    paths: list[str] = []
    place = 0.0
    for _, members in groups:
        for path in members:
            places.append(place)
            paths.append(path)
            place += 1
        place += 0.45
    rows = table.loc[paths]
    clear = (rows["low"] > result.floor).to_numpy()
    with mpl.rc_context(STYLE):
        width = 8.4
        figure = new_figure(width, 1.9 + ROW * (place + 0.5))
        axes = figure.add_subplot()
        bars = axes.barh(
            places, rows[name], height=0.72, color=[BLUE if c else LIGHT for c in clear], edgecolor="white", linewidth=0,
            label="_",
        )  # fmt: skip
        for bar, good in zip(bars, clear, strict=True):
            if not good:
                bar.set_hatch("////")
        estimate = rows[name].to_numpy(dtype=float)
        whiskers = np.clip(np.array([estimate - rows["low"], rows["high"] - estimate], dtype=float), 0, None)
        axes.errorbar(
            estimate, places, xerr=whiskers, fmt="none", ecolor="#222222", elinewidth=1, capsize=2, label="95 % interval"
        )
        if name in BESIDE:
            column, said = BESIDE[name]
            axes.plot(
                rows[column], places, linestyle="none", marker="D", markersize=4, markerfacecolor="white",
                markeredgecolor=VERMILION, markeredgewidth=1.2, label=said,
            )  # fmt: skip
        if np.isfinite(result.floor):
            axes.axvline(result.floor, color=VERMILION, linestyle="--", linewidth=1.2, label="floor: no effect, 95 %")
        axes.axvline(0, color="#222222", linewidth=0.8)
        _rows(axes, paths, places)
        axes.set_xlabel(LABELS[name], fontsize=8.5)
        hidden = len(table) - len(rows)
        more = f"; {plural(hidden, 'smaller one', 'smaller ones')} not shown" if hidden > 0 else ""
        title = f"What {outcome} hangs on: {plural(len(rows), 'parameter')} by mechanism{more}"
        figure.suptitle(title, fontsize=10, x=0.01, ha="left")
        axes.legend(loc="lower right", frameon=True, framealpha=0.9, edgecolor="none", fontsize=7.5)
        _note(figure, result.verdict.sentence, width)
    return figure


def _cut(text: str, width: int = 62) -> str:
    return textwrap.shorten(text, width, placeholder=" …")


def shares_figure(table: pd.DataFrame, outcome: str, most: int = 20) -> Figure:
    """Shares of mechanisms, articles or claims with 95 % intervals; what rests on no claim is grey and hatched."""
    by = str(table.index.name)
    shown = (table[table["share"] > 0] if (table["share"] > 0).any() else table).head(most)  # an outcome may move nowhere
    claims = "paraphrase" in shown
    labels = [
        f"{name}  {_cut(row['paraphrase'])}" if claims and row["paraphrase"] else f"{name} ({plural(row['count'], 'parameter')})"
        for name, row in shown.iterrows()
    ]
    labels = [label.replace("(1 parameters)", "(1 parameter)") for label in labels]
    rests = [str(name) not in ("assumption only", "not in the ledger") for name in shown.index]
    places = list(range(len(shown)))
    with mpl.rc_context(STYLE):
        width = 9.6 if claims else 8.4
        figure = new_figure(width, 1.7 + ROW * len(shown))
        axes = figure.add_subplot()
        share = 100 * shown["share"].to_numpy(dtype=float)
        for place, value, good in zip(places, share, rests, strict=True):
            axes.barh(
                place,
                value,
                height=0.72,
                color=BLUE if good else LIGHT,
                hatch="" if good else "////",
                edgecolor="white",
                linewidth=0,
            )
        low, high = 100 * shown["low"].to_numpy(dtype=float), 100 * shown["high"].to_numpy(dtype=float)
        axes.errorbar(
            share,
            places,
            xerr=np.clip([share - low, high - share], 0, None),
            fmt="none",
            ecolor="#222222",
            elinewidth=1,
            capsize=2,
        )
        _rows(axes, labels, places)
        axes.set_xlim(left=0)
        axes.set_xlabel("Share of the sensitivity, %", fontsize=8.5)
        hidden = int((table["share"] > 0).sum()) - len(shown)
        more = f" ({plural(hidden, 'smaller one', 'smaller ones')} not shown)" if hidden > 0 else ""
        figure.suptitle(f"What {outcome} hangs on, by {by}{more}", fontsize=10, x=0.01, ha="left")
        note = "Whiskers: 95 % interval over resampled points and replicates."
        if by in ("claim", "article"):
            note += " A parameter's share is split equally among the claims that the ledger cites for it."
        _note(figure, note, width)
    return figure


def tornado_figure(table: pd.DataFrame, outcome: str, most: int = 15) -> Figure:
    """Mean outcome where each parameter is low (open) and high (filled), against the mean over all points.

    `table` comes from `swings`; `outcome` is the axis label with its unit.
    """
    shown, mean = table.head(most), float(table.attrs["mean"])
    places = list(range(len(shown)))
    with mpl.rc_context(STYLE):
        figure = new_figure(8.4, 1.7 + ROW * len(shown))
        axes = figure.add_subplot()
        for side, face, said in (("low", "white", "low"), ("high", BLUE, "high")):
            value = shown[side].to_numpy(dtype=float)
            axes.barh(
                places, value - mean, left=mean, height=0.66, facecolor=face, edgecolor=BLUE, linewidth=1,
                label=f"parameter {said}: its {said}est fifth of points",
            )  # fmt: skip
            axes.errorbar(value, places, xerr=Z * shown[f"{side}_error"], fmt="none", ecolor="#222222", elinewidth=1, capsize=2)
        axes.axvline(mean, color="#222222", linewidth=1)
        _rows(axes, [f"{path}  (≤ {row['below']:.3g}, ≥ {row['above']:.3g})" for path, row in shown.iterrows()], places)
        axes.set_xlabel(outcome, fontsize=8.5)
        figure.suptitle(
            "Where the outcome lies when a parameter is low or high (limits beside its name)", fontsize=10, x=0.01, ha="left"
        )
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False, fontsize=8)
        _note(figure, "Line: mean over all points. Whiskers: 95 % interval over points.", 8.4)
    return figure
