"""`alliances validate rolling`: questions by rule at every year's end from 2001 to 2017, forecast and scored."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pandas as pd
from rich.console import Console

from ..analysis.asked import FIRST_ASKED, KINDS, LAST_ASKED
from ..analysis.conditioned import PointsOf
from ..analysis.rolling import AGAINST, ALL, MIXTURE, MODEL, Rolling, rolling, score_rows
from ..analysis.scoring import reliability
from ..command_line import Line
from ..errors import InputError
from ..plural import plural
from ..runs.store import run_folder
from ..world.loading import thesis_values
from .asked import thesis_of
from .figures import save
from .fitted import posterior_given
from .reliability import reliability_figure
from .terminal import Grid, announce, name_folder, new_console, on_screen

BINS = 10


def points_given(line: Line) -> PointsOf:
    """Year -> parameter vectors: of a calibration that looks no further, of a thesis, or the default values."""
    if line["thesis"] and line["posterior"]:
        raise InputError("validate rolling", "thesis", "is given beside posterior", "one of the two")
    if line["posterior"]:
        return posterior_given(line["posterior"])
    values = thesis_values(thesis_of(line["thesis"], "validate rolling")) if line["thesis"] else {}
    return lambda _: [values]


def _spanned(row: pd.Series, stem: str) -> str:
    return f"{row[f'{stem}_less']:+.3f} ({row[f'{stem}_low']:+.3f} to {row[f'{stem}_high']:+.3f})"


def show(console: Console, found: Rolling, scores: pd.DataFrame) -> None:
    """Print the scores of all questions, Brier scores by kind, and how reliable the model's forecasts are."""
    whole = scores[scores["kind"] == ALL].set_index("forecast")
    title = f"Scores of {plural(len(found.questions), 'question')} (less is better; 95 % intervals over dyads and actors)"
    heads = ["Brier of the model less it", "log of the model less it", "Brier of the mixture less it"]
    out = Grid(title, ["forecast", "Brier", "log", *heads])
    for name, row in whole.sort_values("brier").iterrows():
        less = ("", "") if name == MODEL else (_spanned(row, MODEL), _spanned(row, f"{MODEL}_log"))
        mixed = "" if name == MIXTURE else _spanned(row, MIXTURE)
        out.add_row(str(name), f"{row['brier']:.3f}", f"{row['log']:.3f}", *less, mixed)
    console.print(out)
    told = ", ".join(f"{year} {share:.2f}" for year, share in found.shares.items())
    console.print(f"mixture: of the model and constant hazards, weighed by the years before; weight of the model: {told}")
    shown = [MODEL, MIXTURE, *AGAINST]
    table = Grid("Brier score by kind of question", ["kind", "questions", "came true", *shown])
    for kind in KINDS:
        part = scores[scores["kind"] == kind].set_index("forecast")
        true = int(found.questions.loc[found.questions["kind"] == kind, "answer"].sum())
        table.add_row(kind, str(int(part["questions"].iloc[0])), str(true), *(f"{part['brier'][name]:.3f}" for name in shown))
    console.print(table)
    reliable = Grid("How often what the model forecasts came true", ["forecast", "came true (95 %)", "questions"])
    for _, row in reliability(found.questions["answer"], found.forecasts[MODEL], BINS).iterrows():
        span = f"{row['share']:.2f} ({row['low']:.2f} to {row['high']:.2f})"
        reliable.add_row(f"{row['forecast']:.2f}", span, str(int(row["questions"])))
    console.print(reliable)
    matched = found.runs["matched"].value_counts()
    count = {how: int(matched.get(how, 0)) for how in ("state", "kind", "all")}
    console.print(
        f"runs behind a forecast: {found.runs['effective'].median():.0f} effective in the middle. In "
        f"{plural(count['state'], 'question')} of a dyad they stand at the year's end as it stood; in {count['kind']} they are "
        f"hostile, allied or neither as it was; in {count['all']} hardly a run stands there, and all count"
    )


def written(found: Rolling) -> pd.DataFrame:
    """A row a question, with every forecast."""
    return pd.concat([found.questions, found.forecasts, found.runs], axis=1)


def rolling_command(line: Line) -> int:
    """`alliances validate rolling`; 0 when scored."""
    replicates, seed = line.whole("replicates"), line.whole("seed")
    points_of, console = points_given(line), new_console()
    years = range(FIRST_ASKED, LAST_ASKED + 1)
    console.print(
        f"questions by rule at the ends of {FIRST_ASKED} to {LAST_ASKED}, {plural(replicates, 'run')} a year, seed {seed}"
    )
    announce(console)
    with on_screen(console) as told:

        def step(year: int) -> None:
            told("forecasting", year - FIRST_ASKED + 1, len(years), {})

        found = rolling(points_of, replicates, seed, years, step)
    scores = score_rows(found)
    about: dict[str, Any] = {"command": line.command, "seed": seed, "shares": found.shares}
    with run_folder(line["output"], "rolling") as made:
        written(found).to_csv(made.partial / "forecasts.csv", index=False)
        scores.to_csv(made.partial / "scores.csv", index=False)
        tables = {name: reliability(found.questions["answer"], p, BINS) for name, p in found.forecasts.items()}
        pd.concat(tables, names=["name", "bin"]).to_csv(made.partial / "reliability.csv")
        figure = reliability_figure(
            found.questions["answer"].to_numpy(dtype=int), {str(n): p.to_numpy() for n, p in found.forecasts.items()}
        )
        save(figure, made.partial, "reliability", shlex.join(about["command"]))
        (made.partial / "manifest.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
    show(console, found, scores)
    name_folder(console, "Tables and figure", made.final)
    return 0
