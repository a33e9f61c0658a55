"""Tables of a comparison for the report: the same numbers as the terminal's, as cells that a template prints."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..analysis.intervals import of_runs
from ..analysis.wedges.answer import Answer
from ..plural import plural
from .compare_tables import FIRST, REST, baseline_in_words, effect_text, interval_text, plain, side_in_words, side_of, signed

NEGATIVE = re.compile(r"(?<![\w-])-(?=\d)")


@dataclass(frozen=True)
class Cell:
    """A cell of a table; kind: clear, unclear, words or nothing."""

    text: str
    kind: str = ""

    @property
    def printed(self) -> str:
        """The text with a minus sign before negative numbers, as the drawings have it, where a keyboard has a hyphen."""
        return NEGATIVE.sub("−", self.text)


@dataclass(frozen=True)
class Tabulated:
    """A table as the template prints it; words: the last column holds sentences."""

    caption: str
    columns: list[str]
    rows: list[list[Cell]]
    words: bool = False


def clarity(row: Any) -> str:
    """Whether the interval of an effect leaves out zero."""
    return "clear" if row["low"] > 0 or row["high"] < 0 else "unclear"


def points(row: Any) -> Cell:
    """A difference of shares in points with its interval."""
    return Cell(interval_text(row), clarity(row))


def main_table(answer: Answer) -> Tabulated:
    """What each wedge does to the alliance in focus."""
    done, s = answer.compared, answer.setting
    broken: Any = done.focus("broken")
    rows = []
    time: Any = done.timing[done.timing["thesis"] == s.headline].set_index("wedge")
    for name in done.order():
        cells = [Cell(plain(name)), *(points(done.focus(m).loc[name]) for m in FIRST)]
        for measure in REST:
            effect: Any = done.focus(measure.name).loc[name]
            cells.append(points(effect) if measure.percent else Cell(effect_text(measure, effect), clarity(effect)))
        for column in ("months_to_effect", "months_to_break"):
            x = float(time.loc[name, column])
            cells.append(Cell("–" if np.isnan(x) else f"{x:.0f}"))
        row = broken.loc[name]
        factor = float(row["reduction"])
        shown = f"{factor:.1f}" if np.isfinite(factor) else "–"
        cells += [Cell(f"{row['up']:.0f} / {row['down']:.0f}"), Cell(shown)]
        rows.append(cells)
    return Tabulated(
        f"{s.focus.title(s.base)}: {baseline_in_words(done)} (95 % intervals). Changes in points "
        f"under the thesis {plain(s.headline)}; months allied in months; months until the difference stays clear of zero; median "
        "months to the break in runs that the wedge tips; runs tipped into a break and out of one; how many times as many runs "
        "unpaired arms would need.",
        ["wedge", *(plain(m) for m in FIRST), *(m.short for m in REST), "clear after", "breaks after", "tips + / −", "×"],
        rows,
    )  # fmt: skip


def ties_table(answer: Answer) -> Tabulated | None:
    """The other ties that are watched."""
    done, s = answer.compared, answer.setting
    table: Any = done.of(s.headline).query("measure == 'broken'").set_index(["wedge", "subject"])
    others = s.others
    if not others:
        return None
    base = [table.loc[(done.arms[0].name, p.name)] for p in others]
    rows = [[Cell("baseline, %"), *(Cell(of_runs(row["baseline"], row["known_by"])) for row in base)]]
    for name in done.order():
        found = [table.loc[(name, p.name)] for p in others]
        rows.append(
            [Cell(plain(name)), *(Cell(f"{100 * r['difference']:+.1f}", "clear" if r["clear"] else "unclear") for r in found)]
        )
    return Tabulated("Other ties: change in the share broken, points.", ["wedge", *(p.title(s.base) for p in others)], rows)


def side_table(answer: Answer) -> Tabulated:
    """What else moves."""
    table, shown = side_of(answer.compared)
    rows = []
    for name in answer.compared.order():
        effects = [table.loc[(name, m.name)] for m in shown]
        rows.append([Cell(plain(name)), *(Cell(effect_text(m, r), clarity(r)) for m, r in zip(shown, effects, strict=True))])
    return Tabulated(f"What else moves in a run. {side_in_words(shown)}.", ["wedge", *(m.head for m in shown)], rows)


def robust_table(answer: Answer) -> Tabulated:
    """Shares of worlds, regret, rank."""
    columns = ["wedge", "theories: helps", "harms", "no clear effect", "regret", "rank"]
    posterior: Any = answer.robust_posterior
    if posterior is not None:
        columns += ["draws: helps", "harms", "no clear effect", "mean ± spread", "regret", "rank"]
    rows = []
    for name, row in answer.robust.iterrows():
        cells = [Cell(plain(str(name)))]
        parts = [row] if posterior is None else [row, posterior.loc[str(name)]]
        for k, x in enumerate(parts):
            cells += [Cell(f"{100 * x[c]:.0f} %") for c in ("helps", "harms", "unclear")]
            if k == 1:
                cells.append(Cell(f"{signed(100 * x['mean'], 1)} ± {100 * x['spread']:.1f}"))
            cells += [Cell(f"{100 * x['regret']:.1f}"), Cell(f"{x['rank']:.1f}")]
        rows.append(cells)
    draws = "" if answer.posterior is None else (
        f" Draws: {plural(answer.posterior.draws, 'parameter vector')} of the calibration, "
        f"{plural(answer.posterior.replicates, 'run')} each."
    )  # fmt: skip
    return Tabulated(
        "Share of theories (and of draws from the calibration) under which the interval lies above zero, below it, or holds it. "
        "Regret: points behind the best wedge in the worst world, doing nothing counted as a wedge. Rank: expected, 1 is best. "
        f"The least regret stands first.{draws}", columns, rows,
    )  # fmt: skip


def together_table(answer: Answer) -> Tabulated | None:
    """Two wedges together."""
    if answer.pairs is None or not len(answer.pairs):
        return None
    rows = [
        [
            Cell(f"{plain(r['first'])} + {plain(r['second'])}"),
            Cell(f"{100 * r['sum']:+.1f}"),
            Cell(f"{100 * r['together']:+.1f}"),
            points(r),
        ]
        for _, r in answer.pairs.sort_values("difference", key=abs, ascending=False).head(15).iterrows()
    ]
    return Tabulated("Two together: points of the share broken, and what lies beyond the sum of each alone.",
                     ["wedges", "sum of each alone", "together", "beyond the sum"], rows)  # fmt: skip
