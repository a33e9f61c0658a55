"""`alliances validate`: forecasts of dated events and states of a file, scored against what happened; or the rolling test."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console

from ..analysis.forecast import Forecast, constant_hazard, forecast, no_change, runs_known_until
from ..analysis.intervals import spanned
from ..analysis.questions import Question, read_questions, read_timeline
from ..analysis.scoring import score_table
from ..command_line import Line
from ..plural import plural
from ..runs.store import run_folder
from ..world.loading import load_world, thesis_values
from ..world.parameters import parameter_table
from .asked import theses_of
from .figures import save
from .fitted import posterior_given
from .reliability import reliability_figure
from .terminal import Grid, announce, name_folder, new_console, on_screen

BASELINES = ("no change", "constant hazard")
PAST_END = "†"  # beside a question that asks for months after its scenario's last


@dataclass(frozen=True)
class Source:
    """Where parameters come from.

    Attributes
    ----------
    name : str
    vectors : callable
        Question -> parameter vectors, and a key by which runs are shared.
    """

    name: str
    vectors: Callable[[Question], tuple[str, Sequence[Mapping[str, float]]]]


def thesis_source(name: str) -> Source:
    """A thesis at its central values."""
    values = thesis_values(name)
    return Source(name, lambda _: (name, [values]))


def last_year_end(cutoff: str) -> int:
    """The last year that is over at the end of a month YYYY-MM."""
    return int(cutoff[:4]) - (int(cutoff[5:7]) < 12)


def posterior_source(folder: str) -> Source:
    """Draws of a calibration, for each cutoff of the posterior that looks no further than the last year's end before it."""
    of_year = posterior_given(folder)

    def vectors(question: Question) -> tuple[str, Sequence[Mapping[str, float]]]:
        year = last_year_end(question.cutoff)
        return str(year), of_year(year)

    return Source("calibrated", vectors)


def forecasts_of(
    source: Source, questions: Sequence[Question], replicates: int, seed: int, told: Callable[[], None]
) -> list[Forecast]:
    """Forecasts of every question; runs are shared by questions with one scenario, cutoff and set of parameters."""
    timeline, found = read_timeline(), {}
    keys = [(source.vectors(q)[0], q.scenario, q.cutoff) for q in questions]
    for key in dict.fromkeys(keys):
        mine = [n for n, k in enumerate(keys) if k == key]
        vectors = source.vectors(questions[mine[0]])[1]
        each = max(1, replicates // len(vectors))
        past_end = max(questions[n].past_end for n in mine)
        runs = runs_known_until(key[1], key[2], parameter_table(vectors), each, seed, past_end)
        for n in mine:
            found[n] = forecast(runs, questions[n], timeline)
        told()
    return [found[n] for n in range(len(questions))]


def show(console: Console, questions: Sequence[Question], table: pd.DataFrame, scores: pd.DataFrame, focus: str) -> None:
    """Print each question with one forecast, then the scores of all."""
    title = f"Questions, forecast of {focus.replace('_', ' ')} (95 % interval)"
    out = Grid(title, ["question", "observed", "forecast", "runs", *BASELINES])
    mine = table[table["forecast"] == focus].set_index("name")
    others = {name: table[table["forecast"] == name].set_index("name")["probability"] for name in BASELINES}
    for question, (_, row) in zip(questions, mine.iterrows(), strict=True):
        given = f"{row['runs']}" if row["conditional"] else f"({row['runs']})"
        told = spanned(row["probability"], row["low"], row["high"], times=1)
        asked = f"{question.name} {PAST_END}" if question.past_end else question.name
        out.add_row(asked, str(int(question.observed)), told, given,
                    *(f"{others[name][question.name]:.2f}" for name in BASELINES))  # fmt: skip
    console.print(out)
    console.print(
        "runs: those that agree with the state at the cutoff; (all of them) where it is not known or fewer than 20 agree"
    )
    ends = {q.scenario: load_world(q.scenario)[0].calendar for q in questions if q.past_end}
    if ends:
        said = ", ".join(f"{name} ends in {calendar.date(calendar.months - 1)}" for name, calendar in ends.items())
        console.print(f"{PAST_END} asks for months after its scenario's last ({said}): there the world goes on as it was")
    title = f"Scores of {plural(len(questions), 'question')} (less is better)"
    tally = Grid(title, ["forecast", "Brier", "log", "Brier less no change (95 %)"])
    for key, row in scores.sort_values("brier").iterrows():
        less = "" if key == BASELINES[0] else f"{row['less']:+.3f} ({row['low']:+.3f} to {row['high']:+.3f})"
        tally.add_row(str(key).replace("_", " "), f"{row['brier']:.3f}", f"{row['log']:.2f}", less)
    console.print(tally)


def validate_command(line: Line) -> int:
    """`alliances validate`; 0 when scored."""
    replicates, seed, names = line.whole("replicates"), line.whole("seed"), theses_of(line["thesis"], "validate")
    questions = read_questions(line["targets"])
    sources = [thesis_source(name) for name in names]
    if line["posterior"]:
        sources.insert(0, posterior_source(line["posterior"]))
    timeline, console = read_timeline(), new_console()
    console.print(f"{plural(len(questions), 'question')}, {plural(replicates, 'run')} of each forecast, seed {seed}")
    announce(console)
    rows: list[dict[str, Any]] = []
    cutoffs = len({(q.scenario, q.cutoff) for q in questions})
    with on_screen(console) as told:
        done = [0]

        def step() -> None:
            done[0] += 1
            told("forecasting", done[0], cutoffs * len(sources), {})

        for source in sources:
            for question, found in zip(questions, forecasts_of(source, questions, replicates, seed, step), strict=True):
                rows.append({"forecast": source.name, "name": question.name, "observed": question.observed, **asdict(found),
                             "past_end": question.past_end})  # fmt: skip
    for name, baseline in zip(BASELINES, (no_change, constant_hazard), strict=True):
        for question in questions:
            rows.append({"forecast": name, "name": question.name, "observed": question.observed,
                         "probability": baseline(question, timeline), "low": np.nan, "high": np.nan, "runs": 0,
                         "conditional": False, "past_end": question.past_end})  # fmt: skip
    table = pd.DataFrame(rows)
    observed = np.array([q.observed for q in questions], dtype=int)
    forecasts = {str(name): part["probability"].to_numpy() for name, part in table.groupby("forecast", sort=False)}
    scores = score_table(observed, forecasts, 0.5 / replicates, BASELINES[0], [q.code for q in questions])
    about: dict[str, Any] = {"command": line.command, "seed": seed}
    with run_folder(line["output"], "validation") as made:
        table.to_csv(made.partial / "forecasts.csv", index=False)
        scores.to_csv(made.partial / "scores.csv")
        save(reliability_figure(observed, forecasts), made.partial, "reliability", shlex.join(about["command"]))
        (made.partial / "manifest.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
    shown = sources[0].name if line["posterior"] or len(names) == 1 or "consensus" not in names else "consensus"
    show(console, questions, table, scores, shown)
    name_folder(console, "Tables and figure", made.final)
    return 0
