"""Figures of the report: what each shows, in words, as data that the page draws, and as a table of the same numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..analysis.wedges.answer import Answer
from ..plural import plural
from .compare_panels import MOST_PANELS, forest_panels
from .compare_tables import plain, signed
from .inline import number
from .report_tables import Cell, Tabulated, clarity, points

ENDS = ("difference", "low", "high")


@dataclass(frozen=True)
class Drawn:
    """A figure. words: what stands in its place where it cannot be seen; data: what `drawing/report.js` draws."""

    title: str
    caption: str
    words: str
    data: dict[str, Any]
    table: Tabulated


def effect(row: Any) -> dict[str, Any]:
    """An effect as the page draws it."""
    return {**{end: number(row[end]) for end in ENDS}, "clear": clarity(row) == "clear"}


def interval(row: Any, times: float, digits: int) -> Cell:
    """An effect with its interval."""
    x, low, high = (signed(times * float(row[end]), digits) for end in ENDS)
    return Cell("–" if pd.isna(row["difference"]) else f"{x} [{low}, {high}]", clarity(row))


def _effects(answer: Answer) -> str:
    """The effect of every wedge in a line."""
    broken: Any = answer.compared.focus("broken")
    return "; ".join(f"{plain(n)} {signed(100 * broken.loc[n, 'difference'], 1)} points" for n in answer.compared.order())


def forest(answer: Answer) -> Drawn:
    """Effects of every wedge on the alliance in focus and on what else moves."""
    names, panels = answer.compared.order(), forest_panels(answer.compared)
    titles = [", ".join(part for part in (p.title, p.unit) if part) for p in panels]
    shown = [
        {"title": title, "times": p.times, "unit": p.unit, "rows": [effect(p.table.loc[n]) for n in names]}
        for title, p in zip(titles, panels, strict=True)
    ]
    rows = [[Cell(plain(n)), *(interval(p.table.loc[n], p.times, p.digits) for p in panels)] for n in names]
    return Drawn(
        "What each wedge does.",
        "Effects on the alliance in focus and on what else moves: wedge less baseline, 95 % intervals, each panel on its own "
        "scale. Filled: the interval leaves out zero.",
        f"Forest plot, a panel for each of: {'; '.join(titles)}. Change in the share broken: {_effects(answer)}.",
        {"panels": shown}, Tabulated("Effects with 95 % intervals.", ["wedge", *titles], rows),
    )  # fmt: skip


def survival(answer: Answer) -> Drawn:
    """Share of runs in which the alliance is alive, by month."""
    done, s = answer.compared, answer.setting
    names = done.order()[:MOST_PANELS]
    courses = {n: t.sort_values("month") for n, t in done.course[done.course["thesis"] == s.headline].groupby("wedge")}
    months = [s.base.calendar.date(t) for t in range(s.base.calendar.months)]
    baseline = courses[names[0]]["baseline"]
    shown = [{"title": plain(n), **{c: [number(x) for x in courses[n][c]] for c in ("under", "low", "high")}} for n in names]
    columns = [(100 * courses[n][["under", "low", "high"]]).to_numpy() for n in names]
    rows = [
        [Cell(month), Cell(f"{100 * alive:.1f}"),
         *(Cell(f"{c[t][0]:.1f} [{signed(c[t][1], 1)}, {signed(c[t][2], 1)}]") for c in columns)]
        for t, (month, alive) in enumerate(zip(months, baseline, strict=True))
    ]  # fmt: skip
    some = f"; the {MOST_PANELS} wedges with the greatest effect" if len(done.arms) > MOST_PANELS else ""
    return Drawn(
        "Alive, month by month.",
        f"Share of runs in which the alliance is alive{some}. Band: 95 % interval of the paired difference; the same axes in "
        "every panel.",
        f"Curves of survival, a panel a wedge. At the end the wedge differs from the baseline by: {_effects(answer)}.",
        {"baseline": [number(x) for x in baseline], "panels": shown},
        Tabulated("Alive in % of runs, and the 95 % interval of the difference in points.",
                  ["month", "no wedge", *(plain(n) for n in names)], rows),
    )  # fmt: skip


def theories(answer: Answer) -> Drawn:
    """Effect of every wedge under every theory, and over draws from the calibration."""
    names, titles = answer.compared.order(), [answer.titles[t] for t in answer.setting.readings]
    table: Any = answer.theses.set_index(["wedge", "world"])
    found = [[table.loc[(n, world)] for n in names] for world in answer.setting.readings]
    panels: list[dict[str, Any]] = [
        {"title": title, "rows": [effect(r) for r in rows]} for title, rows in zip(titles, found, strict=True)
    ]
    rows = [[Cell(plain(n)), *(points(column[k]) for column in found)] for k, n in enumerate(names)]
    posterior: Any = answer.robust_posterior
    about = ""
    if posterior is not None:
        drawn = [posterior.loc[n] for n in names]
        panels.append({"title": "Draws from the calibration", "spread": True, "rows": [
            {"difference": number(r["mean"]), "low": number(r["mean"] - r["spread"]), "high": number(r["mean"] + r["spread"]),
             "clear": bool(r["helps"] + r["harms"] > 0.5)} for r in drawn
        ]})  # fmt: skip
        about = " Draws: mean, and one standard deviation of the true effect to either side; filled: clear in most draws."
    return Drawn(
        "Theory by theory.",
        "Change in the share broken, points, 95 % intervals, one scale. Filled: the interval leaves out zero."
        f"{about}",
        "Forest plots of the change in the share broken, a panel a theory. "
        + " ".join(f"{plain(n)}: {answer.sentence(n)}" for n in names),
        {"panels": panels},
        Tabulated("Change in the share broken by wedge and theory, points, 95 % intervals.", ["wedge", *titles], rows),
    )  # fmt: skip


def _against(answer: Answer, table: pd.DataFrame, key: str, named: dict[Any, str], title: str, across: str) -> Drawn:
    """Effect against something, a panel a wedge, a line a length. named: value of `key` -> what the axis says."""
    names, places = answer.compared.order(), list(named)
    table = table.assign(months=table["months"].fillna(0) if "months" in table else 0)
    lengths = sorted(set(table["months"]))
    said = [plural(round(length), "month") if length else "to the horizon" for length in lengths]
    mine: Any = table.set_index(["wedge", "months", key]).sort_index()
    panels = []
    for name in names[:MOST_PANELS]:
        lines = [mine.loc[(name, length)].reindex(places) for length in lengths]
        panels.append({"title": plain(name), "lines": [{end: [number(x) for x in line[end]] for end in ENDS} for line in lines]})
    columns = [(length, at) for length in lengths for at in places]
    heads = [named[at] if len(lengths) == 1 else f"{named[at]}, {said[lengths.index(length)]}" for length, at in columns]
    rows = [[Cell(plain(n)), *(points(mine.loc[(n, *column)]) for column in columns)] for n in names]
    some = f" The {MOST_PANELS} wedges with the greatest effect." if len(names) > MOST_PANELS else ""
    return Drawn(
        title,
        f"Upward: change in the share broken, points, the same axes in every panel; across: {across}. Bands: 95 % intervals of "
        f"paired differences.{some}",
        f"{title} Lines of the change in the share broken, a panel a wedge; across: {across}. The numbers stand in a table.",
        {"at": places, "named": list(named.items()), "keys": said if len(lengths) > 1 else [], "panels": panels},
        Tabulated(f"Change in the share broken, points, 95 % intervals; by {across}.", ["wedge", *heads], rows),
    )  # fmt: skip


def strengths(answer: Answer) -> Drawn | None:
    """Effect against strength."""
    if answer.strengths is None:
        return None
    named = {float(x): f"×{x:g}" for x in sorted(set(answer.strengths["factor"]))}
    return _against(answer, answer.strengths, "factor", named, "How much.", "strength, a factor of the sizes given")


def starts(answer: Answer) -> Drawn | None:
    """Effect by start, and by how long the wedge lasts."""
    if answer.starts is None:
        return None
    calendar = answer.setting.base.calendar
    table = answer.starts.assign(at=[calendar.index(start) for start in answer.starts["start"]])
    named = {t: calendar.date(t) for t in sorted(set(table["at"]))}
    return _against(answer, table, "at", named, "When.", "month in which the wedge starts")


def figures(answer: Answer) -> dict[str, Drawn | None]:
    """Every figure of the report by its name."""
    return {f.__name__: f(answer) for f in (forest, survival, theories, strengths, starts)}
