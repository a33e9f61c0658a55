"""`alliances survival`: how long alliances last and how they end, from a run folder or a CSV of spells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from rich.console import Console

from ..analysis.intervals import spanned
from ..analysis.logrank import LogRank, logrank
from ..analysis.spells import CENSORED, COLUMNS, ENDS, FIGHT_WITHIN, months_of_run, read_spells, spells_of_run, spells_of_sweep
from ..analysis.survival import (
    cumulative_incidence,
    grouped_spells,
    hazard_by_age,
    kaplan_meier,
    summary_table,
)
from ..command_line import Line
from ..errors import InputError, unknown
from ..plural import plural
from ..runs.store import run_folder
from .terminal import Grid, name_folder, new_console

YEARS = (1.0, 2.0, 5.0, 10.0)
UNITS = {"months": 12.0, "years": 1.0}
MOST_GROUPS = 30


def survival_command(line: Line) -> int:
    """`alliances survival PATH`: print the tables, write figure and tables; 0.

    Raises
    ------
    InputError
        Bad input, or a folder that cannot be written; nothing has been written.
    """
    name, spells, notes = _spells(line.words[0], line["pair"], line["unit"])
    by = _column(spells, line["by"])
    _show(new_console(), spells, by, name, notes, line["output"])
    return 0


def _pair(text: str) -> tuple[str, str] | None:
    if not text:
        return None
    first, hyphen, second = (part.strip() for part in text.partition("-"))
    if not (first and hyphen and second):
        raise InputError("pair", "", f"'{text}' is no pair", "two names with a hyphen between, as al_qaeda-taliban")
    return first, second


def _spells(path: str, between: str, unit: str) -> tuple[str, pd.DataFrame, list[str]]:
    """Name, spells in years, and what to keep in mind when reading them."""
    if Path(path).is_dir():
        if unit:
            raise InputError("unit", "", "belongs to a CSV", "nothing: a run folder counts months")
        pair = _pair(between)
        sweep = (Path(path) / "points.parquet").is_file()
        spells = spells_of_sweep(path, pair) if sweep else spells_of_run(path, pair)
        name = Path(path).resolve().name + (f"-{'-'.join(pair)}" if pair else "")
        notes = _notes(path, spells, one_pair=sweep or pair is not None)
        unit = "months"
    else:
        if between:
            raise InputError("pair", "", "belongs to a run folder", "rows of one pair in the CSV")
        spells, name, notes = read_spells(path), Path(path).stem, []
    per_year = UNITS[unit or "years"]
    return name, spells.assign(start=spells["start"] / per_year, duration=spells["duration"] / per_year), notes


def _notes(folder: str, spells: pd.DataFrame, one_pair: bool) -> list[str]:
    """What a reader of a run's spells should know, counted."""
    notes = []
    there = int((spells["start"] == 0).sum())
    if there:
        was, its = ("was", "its") if there == 1 else ("were", "their")
        notes.append(
            f"{there} of {plural(len(spells), 'alliance')} {was} in place when the run began: {its} time counts from there."
        )
    over = spells["start"] + spells["duration"]
    length = spells["months"] if "months" in spells else spells["thesis"].map(months_of_run(folder))
    unseen = over + FIGHT_WITHIN > length - 1
    late = int((unseen & spells["end"].eq("break")).sum())
    if late:
        lie, them = plural(late, "break lies", "breaks lie"), "it" if late == 1 else "them"
        notes.append(f"{lie} less than {FIGHT_WITHIN} months before the end of the run: a fight after {them} is not seen.")
    if "point" in spells and spells["point"].nunique() > 1:
        notes.append("Points of a sweep share their draws: their spells are not independent, and a group pools its points.")
    if not one_pair:
        notes.append("Pairs of one run depend on each other: intervals are too narrow, p too small. pair=A-B has a spell a run.")
    return notes


def _column(spells: pd.DataFrame, asked: str) -> str | None:
    known = [str(column) for column in spells.columns if column not in COLUMNS]
    if asked and asked not in known:
        raise unknown("by", "", asked, known)
    by = asked or ("group" if "group" in known else None)
    if by is not None and spells[by].nunique() > MOST_GROUPS:
        raise InputError("by", by, f"has {spells[by].nunique()} groups", f"at most {MOST_GROUPS}")
    return by


def median_words(value: float, low: float, high: float) -> str:
    """A median with its interval: "1.9 (1.7–2.3)"; what is not reached is a dash, or left open with "from"."""
    if not math.isfinite(low):
        return "–"
    middle = f"{value:.1f}" if math.isfinite(value) else "–"
    return f"{middle} ({low:.1f}–{high:.1f})" if math.isfinite(high) else f"{middle} (from {low:.1f})"


def print_tables(console: Console, summary: pd.DataFrame, by: str | None) -> None:
    """Ends by kind with the median, then the share that lasts on at some ages and the restricted mean."""
    rows = summary.to_dict("records")
    ends = ["spells", "broken", "fight", "death", "lasting", "median, years"]
    kinds = Grid("Spells by how they ended, and the age that half of them outlast (95 % interval)", [by or "", *ends])
    for row in rows:
        median = median_words(row["median"], row["median_low"], row["median_high"])
        counts = [f"{row[name]:,}" for name in ("spells", *ENDS, CENSORED)]
        kinds.add_row(str(row["group"]).replace("_", " "), *counts, median)
    console.print(kinds)
    horizon = float(summary["horizon"].iloc[0])
    spans = [plural(round(year), "year") for year in YEARS]
    lasting = Grid(
        "Share of spells that last longer: % (95 % interval)", [by or "", *spans, f"mean years of the first {horizon:.1f} ± se"]
    )
    for row in rows:
        cells = [spanned(*(float(row[f"{name}_{year:g}"]) for name in ("survival", "low", "high"))) for year in YEARS]
        error = float(row["restricted_mean_se"])  # 0 where nothing ended before the horizon: no error is known then
        mean = f"{row['restricted_mean']:.2f}" + (f" ± {error:.2f}" if error > 0.0 else "")
        lasting.add_row(str(row["group"]).replace("_", " "), *cells, mean)
    console.print(lasting)


def logrank_sentence(test: LogRank, groups: int) -> str:
    """The test in a line."""
    if not math.isfinite(test.p):
        return f"Log-rank test: no end tells the {groups} groups apart"
    p = "p < 0.001" if test.p < 0.001 else f"p = {test.p:.3f}"
    return f"Log-rank test that the {groups} groups end alike: χ² = {test.chi_square:.2f} on {test.degrees} df, {p}"


def _by_group(by: str | None, groups: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Tables of the groups under each other, with a column that names the group."""
    return pd.concat([table.assign(**{by or "group": name}) for name, table in groups.items()], ignore_index=True)


def _show(console: Console, spells: pd.DataFrame, by: str | None, name: str, notes: Sequence[str], out: str) -> None:
    from .figures import save  # late: matplotlib is slow to import
    from .survival_figure import age_width, survival_figure

    summary = summary_table(spells, by, YEARS)
    parts = dict(grouped_spells(spells, by))
    width = age_width(float(spells["duration"].max()))
    tables = {
        "survival": summary,
        "curves": _by_group(by, {group: kaplan_meier(part) for group, part in parts.items()}),
        "incidence": _by_group(by, {group: cumulative_incidence(part) for group, part in parts.items()}),
        "hazard": _by_group(by, {group: hazard_by_age(part, width) for group, part in parts.items()}),
    }
    sentence = ""
    if by is not None and len(parts) > 1:
        test, tables["logrank"] = logrank(spells, by)
        sentence = logrank_sentence(test, len(parts))
    figure = survival_figure(spells, by, f"How long alliances last: {name}")
    with run_folder(out, f"survival-{name}") as made:
        for kind, table in tables.items():
            table.to_csv(made.partial / f"{kind}.csv", index=False, float_format="%.6g")
        save(figure, made.partial, "survival", f"{plural(len(spells), 'spell')} of {name}")
    print_tables(console, summary, by)
    if sentence:
        console.print(sentence, highlight=False, markup=False)
    for note in notes:
        console.print(note, style="dim", highlight=False, markup=False)
    name_folder(console, "Survival folder", made.final)
