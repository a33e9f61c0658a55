"""Figures of an explanation: a waterfall of terms, typical stories, Shapley values."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from ..analysis.explain.account import Account
from ..analysis.explain.attribution import Attribution
from ..analysis.explain.witness import Course
from ..analysis.intervals import Z
from ..world.world import World
from .figures import COOPERATION, GREY, HOSTILITY, STYLE, new_figure

if TYPE_CHECKING:
    from ..analysis.explain.stories import Story

MOST_BARS = 8
MOST_STORIES = 4


def waterfall_figure(course: Course, accounts: Sequence[Account]) -> Figure:
    """From what spoke for the tie in its best month to what spoke for it at the turn, term by term; a panel a side."""
    world = course.world
    with mpl.rc_context(STYLE):
        figure = new_figure(5.0 * len(accounts) + 0.6, 3.9)
        grid = np.atleast_1d(figure.subplots(1, len(accounts), sharey=False))
        for axes, account in zip(grid, accounts, strict=True):
            change = account.table["change"].sort_values(key=abs, ascending=False)
            shown = change[change.abs() > 0.005].iloc[:MOST_BARS]
            rest = float(change.sum() - shown.sum())
            steps = [(str(name).replace("_", " "), float(x)) for name, x in shown.items()]
            if abs(rest) > 0.005:
                steps.append(("all others", rest))
            axes.bar(0, account.then, color=GREY, width=0.7)
            height = account.then
            for n, (_, x) in enumerate(steps, start=1):
                axes.bar(n, x, bottom=height, color=COOPERATION if x > 0 else HOSTILITY, width=0.7,
                         hatch="" if x > 0 else "///", edgecolor="white", linewidth=0.0)  # fmt: skip
                axes.plot([n - 1.35, n + 0.35], [height, height], color="#333333", linewidth=0.6)
                height += x
                axes.annotate(f"{x:+.2f}", (n, max(height, height - x)), textcoords="offset points", xytext=(0, 2),
                              ha="center", fontsize=6.5)  # fmt: skip
            last = len(steps) + 1
            axes.bar(last, account.now, color=GREY, width=0.7)
            for n, total in ((0, account.then), (last, account.now)):
                axes.annotate(f"{total:+.2f}", (n, max(total, 0.0)), textcoords="offset points", xytext=(0, 2), ha="center",
                              fontsize=6.5, fontweight="bold")  # fmt: skip
            axes.axhline(0.0, color="#333333", linewidth=0.8)
            labels = [world.calendar.date(account.best), *(name for name, _ in steps), world.calendar.date(account.turn.month)]
            axes.set_xticks(range(last + 1), labels, rotation=50, ha="right", fontsize=7)
            heights = np.cumsum([account.then, *(x for _, x in steps)])
            low, high = min(0.0, float(heights.min())), max(0.0, float(heights.max()))
            axes.set_ylim(low - 0.06 * (high - low), high + 0.14 * (high - low))
            actor, partner = (world.titles.get(world.factions[i], world.factions[i]) for i in (account.actor, account.partner))
            axes.set_title(f"{actor}, about {partner}" + (" (took the step)" if account.wanted == account.step else ""),
                           fontsize=8, loc="left")  # fmt: skip
            axes.tick_params(axis="y", labelsize=7)
        what = "the step up" if accounts[0].step > 0 else "keeping the tie"
        grid[0].set_ylabel(f"Utility that speaks for {what}", fontsize=7.5)
    return figure


def stories_figure(world: World, found: Sequence[Story]) -> Figure:
    """Typical stories side by side: when each thing first happened (median), the larger the dot the more runs."""
    shown = list(found)[:MOST_STORIES]
    first: dict[str, float] = {}
    for story in shown:
        for month, words, _ in story.steps:
            first[words] = min(month, first.get(words, np.inf))
    lines = sorted(first, key=lambda w: first[w])
    years = [t for t in range(world.calendar.months) if world.calendar.date(t).endswith("-01")]
    years = years[:: max(1, len(years) // 4)]
    with mpl.rc_context(STYLE):
        figure = new_figure(3.4 + 1.9 * len(shown), 0.24 * max(4, len(lines)) + 1.2)
        grid = np.atleast_1d(figure.subplots(1, len(shown), sharey=True))
        for n, (axes, story) in enumerate(zip(grid, shown, strict=True), start=1):
            for row in range(len(lines)):
                axes.axhline(row, color="#EEEEEE", linewidth=0.6, zorder=0)
            for month, words, share in story.steps:
                axes.scatter(month, lines.index(words), s=60 * share, color=HOSTILITY if "let go" in words else COOPERATION,
                             marker="X" if "let go" in words else "o", linewidths=0, clip_on=False)  # fmt: skip
            axes.set_title(f"Story {n}: {100 * story.share:.0f} % of runs,\nbroken in {100 * story.broken:.0f} %", fontsize=7.5,
                           loc="left")  # fmt: skip
            axes.set_xlim(-1, world.calendar.months)
            axes.set_xticks(years, [world.calendar.date(t)[:4] for t in years], fontsize=7)
        grid[0].set_yticks(range(len(lines)), [textwrap.shorten(w, 90) for w in lines], fontsize=6.5)
        grid[0].invert_yaxis()
        figure.supxlabel("Median month in which it first happened; size: share of the story's runs (half or more)", fontsize=7)
    return figure


def shapley_figure(found: Attribution) -> Figure:
    """Shapley values of the factors with 95 % intervals, in points of the share broken."""
    table = found.table.sort_values("value", key=abs, ascending=False)
    with mpl.rc_context(STYLE):
        figure = new_figure(6.6, 0.28 * len(table) + 1.1)
        axes = figure.subplots()
        for row, (_, x) in enumerate(table.iterrows()):
            colour = HOSTILITY if x["value"] > 0 else COOPERATION
            axes.barh(row, 100 * x["value"], color=colour, height=0.6)
            axes.plot(
                [100 * (x["value"] - Z * x["se"]), 100 * (x["value"] + Z * x["se"])], [row, row], color="#222222", linewidth=1
            )
        axes.axvline(0.0, color="#333333", linewidth=0.7)
        axes.set_yticks(range(len(table)), [str(name) for name in table.index], fontsize=7)
        axes.invert_yaxis()
        axes.set_xlabel(
            "Points of the share broken at the horizon, 95 % intervals; the values sum to the whole effect", fontsize=7.5
        )
        axes.tick_params(axis="x", labelsize=7)
    return figure
