"""`alliances validate rolling`: questions by rule at every year's end from 2001 to 2017, forecast and scored."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from rich.console import Console

from ..analysis.asked import FIRST_ASKED, KINDS, LAST_ASKED
from ..analysis.conditioned import PointsOf
from ..analysis.rolling import AGAINST, ALL, MIXTURE, MODEL, Rolling, rolling, score_rows
from ..analysis.scoring import reliability
from ..errors import InputError, unknown
from ..numbers import whole_number
from ..plural import plural
from ..runs.store import run_folder
from ..world.loading import options, thesis_values
from .calibration import on_screen
from .figures import save
from .fitted import posterior_given
from .job import announce
from .reliability import reliability_figure
from .settings import read_settings_line
from .terminal import Grid, name_folder, new_console

KEYS = {"thesis": "", "posterior": "", "replicates": "1000", "seed": "1", "output": "runs"}
ROLLING = "alliances validate rolling [key=value …]               the same of questions made by rule, a year ahead"
SETTINGS = """  rolling takes replicates=1000 runs of each year's end; and thesis=NAME, posterior=adopted (draws that know no more
  than each year's end) or posterior=DIR of a calibration; default values without"""
BINS = 10


def read_line(arguments: Sequence[str]) -> dict[str, str]:
    """Arguments key=value over their defaults; InputError with the nearest names."""
    given = read_settings_line("validate rolling", arguments, KEYS)
    if given["thesis"] and given["posterior"]:
        raise InputError("validate rolling", "thesis", "is given beside posterior", "one of the two")
    return given


def points_given(given: Mapping[str, str]) -> PointsOf:
    """Year -> parameter vectors: of a calibration that looks no further, of a thesis, or the default values."""
    if given["posterior"]:
        return posterior_given(given["posterior"])
    name = given["thesis"]
    if name and name not in options("thesis"):
        raise unknown("validate rolling", "thesis", name, options("thesis"))
    values = thesis_values(name) if name else {}
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


def rolling_command(arguments: Sequence[str]) -> int:
    """`alliances validate rolling`; 0 when scored."""
    given = read_line(arguments)
    replicates = whole_number("validate rolling", "replicates", given["replicates"], 1, 100_000)
    seed = whole_number("validate rolling", "seed", given["seed"], 0, 2**63)
    points_of, console = points_given(given), new_console()
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
    about: dict[str, Any] = {"command": ["alliances", "validate", "rolling", *arguments], "seed": seed, "shares": found.shares}
    with run_folder(given["output"], "rolling") as made:
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
