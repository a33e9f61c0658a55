"""Tables of a comparison for the terminal. An effect whose interval holds zero is shown dim: no clear effect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.text import Text

from ..analysis.intervals import of_runs
from ..analysis.wedges.comparison import Compared, Ground
from ..analysis.wedges.watched import OF_A_PAIR, OF_A_RUN, RUN
from ..measures.measure import Measure
from ..plural import plural
from .terminal import Cell, Grid, if_clear

MOST_PAIRS = 20
"""Pairs of wedges that are printed, those with the most beyond the sum first."""
FIRST = tuple(name for name, measure in OF_A_PAIR.items() if measure.headline)
"""Measures of the alliance in focus that stand first, with their intervals."""
REST = sorted((m for m in OF_A_PAIR.values() if not m.headline and m.short), key=lambda m: not m.percent)
"""Those that stand after them, without; shares before numbers."""
SIDE = {name: measure for name, measure in OF_A_RUN.items() if measure.short}
"""What else moves, as far as there is room."""


def interval_text(row: Any, times: float = 100.0, digits: int = 1) -> str:
    """A difference with its interval, of shares in percentage points; a dash where it is none."""
    if pd.isna(row["difference"]):
        return "–"
    return f"{times * row['difference']:+.{digits}f} [{times * row['low']:+.{digits}f}, {times * row['high']:+.{digits}f}]"


def points(row: Any) -> Text:
    """The same, dim when the interval holds zero."""
    return if_clear(interval_text(row), row["low"] > 0 or row["high"] < 0)


def rows_of(table: pd.DataFrame) -> Any:
    """Rows with named columns, which type checkers cannot see through."""
    return table.itertuples()


def signed(x: float, digits: int) -> str:
    """A number with its sign; one that rounds to zero has none."""
    text = f"{x:+.{digits}f}"
    return text[1:] if float(text) == 0.0 else text


def effect_text(measure: Measure, row: Any) -> str:
    """A difference in the unit that a reader wants."""
    x = float(row["difference"])
    if measure.relative:
        return signed(100 * x / row["baseline"], 1) if row["baseline"] else "–"
    return signed(measure.times * x, measure.digits)


def side_of(compared: Compared) -> tuple[Any, list[Measure]]:
    """Effects on what else moves by wedge and measure, and the measures of which there are any."""
    table: Any = compared.of(compared.setting.headline)
    table = table[table["subject"] == RUN].set_index(["wedge", "measure"])
    there = set(table.index.get_level_values("measure"))
    return table, [m.named(compared.setting.base) for name, m in SIDE.items() if name in there]


def side_in_words(shown: Sequence[Measure]) -> str:
    """What the heads of a table of what else moves stand for."""
    return "; ".join(f"{m.head}: {m.label}" for m in shown)


def baseline_in_words(compared: Compared) -> str:
    """Of the alliance in focus without a wedge: the share of runs in which it is broken, was never broken, ever fought."""
    first = [compared.focus(measure).iloc[0] for measure in FIRST]
    broken, unbroken, fought = (f"{of_runs(row['baseline'], row['known_by'])} %" for row in first)
    forms = int(first[1]["runs"])
    some = f" of {plural(forms, 'run')} in which it forms in both arms" if forms < first[0]["runs"] else ""
    return f"broken in {broken} of baseline runs, never broken in {unbroken}{some}, ever fought in {fought}"


def plain(name: object) -> str:
    """A name as people read it."""
    return str(name).replace("_", " ")


def proof_in_words(ground: Ground) -> str:
    """What was proved before anything is compared."""
    months, late = sorted(set(ground.months.values())), len(ground.put_off)
    compared = ", ".join(map(str, months)) + (" month" if months == [1] else " months") + " compared"
    acts, was = ("acts", "was") if late == 1 else ("act", "were")
    off = f"; {late} that {acts} from the first month {was} put off for it" if late else ""
    return f"the null wedge gives the baseline bit for bit; so do the months before each wedge ({compared}{off})."


def show_ground(console: Console, compared: Compared) -> None:
    """Say what was proved."""
    console.print(f"Ground: {proof_in_words(compared.ground)}", style="green")


def show_main(console: Console, compared: Compared) -> None:
    """What each wedge does to the alliance in focus."""
    s = compared.setting
    focus, table = s.focus, compared.of(s.headline)
    mine: Any = table[table["subject"] == focus.name].set_index(["wedge", "measure"])
    time: Any = compared.timing[compared.timing["thesis"] == s.headline].set_index("wedge")
    out = Grid(
        f"{focus.title(s.base)}: {baseline_in_words(compared)}. Change in points, 95 % interval{s.over}",
        ["wedge", *(plain(m) for m in FIRST), *(m.short for m in REST), "clear after", "breaks after", "tips +/−", "× fewer"],
    )  # fmt: skip
    for name in compared.order():
        broken = mine.loc[(name, "broken")]
        cells: list[Cell] = [points(mine.loc[(name, measure)]) for measure in FIRST]
        for shown in REST:
            row = mine.loc[(name, shown.name)]
            cells.append(if_clear(effect_text(shown, row), row["clear"]))
        for column in ("months_to_effect", "months_to_break"):
            x = time.loc[name, column]
            cells.append("–" if pd.isna(x) else f"{x:.0f}")
        cells.append(f"{broken['up']:.0f}/{broken['down']:.0f}")
        factor = broken["reduction"]
        cells.append(f"{factor:.1f}" if np.isfinite(factor) else "–" if np.isnan(factor) else "∞")
        out.add_row(plain(name), *cells)
    console.print(out)
    console.print(
        f"Thesis: {plain(s.headline)}. broken: an alliance once, none in the last month. never broken: allied in every month "
        "since it formed; of runs in which it does. ever fought: armed conflict in some month. words only: renounced and kept. "
        "clear after: months from the start until the difference stays clear of zero; breaks after: median, in runs that the "
        "wedge tips. tips: runs broken by the wedge / saved by it. × fewer: runs that unpaired arms would need over ours. "
        "Dim: the interval holds zero, no clear effect.", style="dim",
    )  # fmt: skip


def show_pairs(console: Console, compared: Compared) -> None:
    """Every watched alliance: change in the share of runs in which it is broken at the horizon."""
    s = compared.setting
    table: Any = compared.of(s.headline).query("measure == 'broken'").set_index(["wedge", "subject"])
    others = s.others
    if not others:
        return
    out = Grid("Other ties: change in the share broken, points", ["wedge", *(str(n) for n in range(1, len(others) + 1))])
    base = [table.loc[(compared.arms[0].name, p.name)] for p in others]
    out.add_row("baseline, %", *(of_runs(row["baseline"], row["known_by"]) for row in base), style="italic")
    for name in compared.order():
        cells = []
        for pair in others:
            row = table.loc[(name, pair.name)]
            cells.append(if_clear(signed(100 * row["difference"], 1), row["clear"]))
        out.add_row(plain(name), *cells)
    console.print(out)
    console.print("; ".join(f"{n} {p.title(s.base)}" for n, p in enumerate(others, start=1)), style="dim")


def show_side(console: Console, compared: Compared) -> None:
    """What else moves."""
    table, shown = side_of(compared)
    out = Grid("What else moves, a run", ["wedge", *(m.head for m in shown)])
    for name in compared.order():
        rows = [table.loc[(name, m.name)] for m in shown]
        out.add_row(plain(name), *(if_clear(effect_text(m, row), row["clear"]) for m, row in zip(shown, rows, strict=True)))
    console.print(out)
    console.print(side_in_words(shown), style="dim")


def share_words(row: Any) -> str:
    """Shares of worlds in which a wedge helps, harms, does nothing clear."""
    return f"{100 * row['helps']:.0f}/{100 * row['harms']:.0f}/{100 * row['unclear']:.0f}"


def show_robustness(
    console: Console, theses: pd.DataFrame, robust: pd.DataFrame, posterior: pd.DataFrame | None, sentence: Callable[[str], str]
) -> None:
    """Whether a wedge holds whatever the theory: shares of worlds, regret, rank, a sentence."""
    columns = ["theses % +/−/0", "regret", "rank"]
    if posterior is not None:
        columns += ["posterior % +/−/0", "mean ± spread", "regret", "rank"]
    many = theses["world"].nunique()
    under = "Under one theory" if many == 1 else f"Under {many} theories"
    out = Grid(under + (", and over the posterior" if posterior is not None else ""), ["wedge", *columns])
    for name, row in robust.iterrows():
        cells: list[Cell] = [share_words(row), f"{100 * row['regret']:.1f}", f"{row['rank']:.1f}"]
        if posterior is not None:
            p: Any = posterior.loc[str(name)]
            cells += [
                share_words(p),
                f"{signed(100 * p['mean'], 1)} ± {100 * p['spread']:.1f}",
                f"{100 * p['regret']:.1f}",
                f"{p['rank']:.1f}",
            ]
        out.add_row(plain(name), *cells)
    console.print(out)
    console.print(
        "+/−/0: share of worlds in which the interval lies above zero, below it, holds it. regret: points behind the best wedge "
        "in the worst world. rank: expected, 1 is best; doing nothing (none) is ranked too.", style="dim",
    )  # fmt: skip
    for name in dict.fromkeys(theses["wedge"]):
        console.print(f"  {plain(name)}: {sentence(str(name))}", highlight=False, markup=False)


def show_response(
    console: Console, dose: pd.DataFrame | None, starts: pd.DataFrame | None, pairs: pd.DataFrame | None, left_out: Sequence[str]
) -> None:
    """Strengths, starts, two together."""
    if dose is not None:
        factors = sorted(set(dose["factor"]))
        out = Grid("Share broken by strength (× size): change in points", ["wedge", *(f"× {f:g}" for f in factors)])
        for name, rows in dose.groupby("wedge", sort=False):
            by: Any = rows.set_index("factor")
            out.add_row(plain(name), *(points(by.loc[f]) for f in factors))
        console.print(out)
        if dose["difference"].isna().any():
            console.print("–: not run, a size would be larger than 1, and 1 is all there is.", style="dim")
    if starts is not None:
        names = [f"{r.start}" + ("" if np.isnan(r.months) else f", {plural(round(r.months), 'month')}") for r in rows_of(starts)]
        columns = list(dict.fromkeys(names))
        out = Grid("Share broken by start: change in points", ["wedge", *columns])
        for name, rows in starts.assign(when=names).groupby("wedge", sort=False):
            at: Any = rows.set_index("when")
            out.add_row(plain(name), *(points(at.loc[c]) for c in columns))
        console.print(out)
    if pairs is not None and len(pairs):
        out = Grid("Two together, points", ["wedges", "sum of each alone", "together", "beyond the sum"])
        for _, row in pairs.sort_values("difference", key=abs, ascending=False).head(MOST_PAIRS).iterrows():
            out.add_row(
                plain(f"{row['first']} + {row['second']}"),
                f"{100 * row['sum']:+.1f}",
                f"{100 * row['together']:+.1f}",
                points(row),
            )
        console.print(out)
        if len(pairs) > MOST_PAIRS:
            console.print(f"The {MOST_PAIRS} of {len(pairs)} with the most beyond the sum; all: interactions.csv", style="dim")
    for words in left_out:
        console.print(f"not together: {words}", style="dim", markup=False)
