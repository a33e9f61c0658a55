"""Figures of rival theses: how likely they made what was observed, and what they predict."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..analysis.intervals import Z
from ..analysis.predictions import EXPERIMENTS, OUTCOMES
from ..analysis.theses import FEW
from ..plural import plural
from .figures import LINES, STYLE, new_figure


def evidence_figure(table: pd.DataFrame, titles: dict[str, str], against: str) -> Figure:
    """Logarithm of each thesis's Bayes factor, with 95 % of Monte Carlo; an arrow for an upper bound."""
    order = list(table.sort_values("log_bayes_factor").index)
    with mpl.rc_context(STYLE):
        figure = new_figure(7.2, 0.36 * len(order) + 1.1)
        axes = figure.subplots()
        for row, name in enumerate(order):
            one = table.loc[name]
            value, error = float(one["log_bayes_factor"]), Z * float(one["log_bayes_factor_se"])
            colour = LINES[list(titles).index(name)]
            axes.errorbar(value, row, xerr=error, fmt="<" if one["bound"] else "o", color=colour, markersize=5, linewidth=1.4,
                          markerfacecolor=colour if one["believed"] else "white")  # fmt: skip
        axes.axvline(0.0, color="#BBBBBB", linewidth=0.8)
        axes.set_yticks(range(len(order)), [titles[name] for name in order], fontsize=8)
        over = against.replace("_", " ")
        axes.set_xlabel(f"Log Bayes factor over {over}; line: 95 % of Monte Carlo; open: on fewer than {plural(FEW, 'point')}")
    return figure


def predictions_figure(table: pd.DataFrame, titles: dict[str, str]) -> Figure:
    """Predicted probabilities: a panel an outcome, a row an experiment, a marker a thesis."""
    markers = "osD^vPX*"
    with mpl.rc_context(STYLE):
        figure = new_figure(9.6, 0.34 * len(EXPERIMENTS) + 1.7)
        panels = figure.subplots(1, len(OUTCOMES), sharey=True)
        for axes, outcome in zip(np.atleast_1d(panels), OUTCOMES, strict=True):
            for n, name in enumerate(titles):
                part = (
                    table[(table["outcome"] == outcome) & (table["thesis"] == name)]
                    .set_index("experiment")
                    .loc[list(EXPERIMENTS)]
                )
                rows = np.arange(len(part)) + 0.08 * (n - (len(titles) - 1) / 2)
                error = np.abs(part[["low", "high"]].to_numpy().T - part["probability"].to_numpy())
                axes.errorbar(part["probability"], rows, xerr=error, fmt=markers[n], color=LINES[n], markersize=3.5,
                              linewidth=0.7, label=titles[name])  # fmt: skip
            axes.set_title(outcome, fontsize=8, loc="left")
            axes.set_xlim(-0.03, 1.03)
            axes.set_xlabel("Probability", fontsize=8)
            axes.grid(axis="y", color="#EEEEEE")
        first = np.atleast_1d(panels)[0]
        first.set_yticks(range(len(EXPERIMENTS)), list(EXPERIMENTS), fontsize=7.5)
        first.invert_yaxis()
        figure.legend(*first.get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False, fontsize=7.5)
    return figure
