"""`alliances theses`: rival theses judged on the same targets, and the experiments on which they part."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from rich.console import Console

from ..analysis.calibration import Calibration
from ..analysis.intervals import spanned
from ..analysis.predictions import EXPERIMENTS, OUTCOMES, predicted
from ..analysis.settings import read_settings
from ..analysis.targets import Target, chosen, read_targets
from ..analysis.theses import (
    Fitted,
    bayes_factors,
    by_target,
    by_tolerance,
    counted,
    discriminating,
    leave_one_out,
    scores,
)
from ..errors import InputError, unknown
from ..plural import plural
from ..runs.store import run_folder
from ..world.loading import options, read_option, thesis_values
from .calibration import KEYS, on_screen, read_line, whole_number
from .figures import DASHES, LINES, STYLE, end_labels, new_figure, save
from .job import announce
from .terminal import Grid, name_folder, new_console

USAGE = """alliances theses [key=value …]      rival theses judged on the same targets

  preset=theses  conf/calibrate: theses, short, full
  thesis=        a,b,… : these alone (every thesis by default)
  targets=       T1,T13a,… : judged by these alone
  until=         a year: only what could be known by then
  seed=1  output=runs

The same command resumes where it was stopped.
"""
SHARE = 0.05
"""Share of all points of the first waves that count as near."""
REPLICATES = 10
MOST_TELLING = 8
"""Experiments that are printed."""


def _short(name: str) -> str:
    return name.replace("_", " ")


def fit(name: str, given: dict[str, str], targets: Sequence[Target], told: Any) -> tuple[Fitted, Calibration]:
    """Fit one thesis, or read what was fitted before."""
    run = Calibration(read_settings(given["preset"]), targets, whole_number(given, "seed", 0, 2**32 - 1), given["output"],
                      thesis_values(name))  # fmt: skip
    result = run.run(lambda stage, done, most, shown: told(f"{_short(name)}: {stage}", done, most, shown))
    _, wave = run.first_wave(lambda *_: None)
    check = run.check(
        result.posterior, run.targets, lambda stage, done, most, shown: told(f"{_short(name)}: {stage}", done, most, shown)
    )
    title = str(read_option("thesis", name)["thesis"]["title"])
    return Fitted(name, title, wave, result.history, result.statistics, check, result.posterior), run


def predictions_of(fitted: Sequence[Fitted], runs: Sequence[Calibration], told: Any) -> pd.DataFrame:
    """What every thesis predicts for every experiment, under its own posterior."""
    parts = []
    for thesis, run in zip(fitted, runs, strict=True):
        points = min(run.settings.check_points, len(thesis.posterior))
        rows = np.linspace(0, len(thesis.posterior) - 1, points).round().astype(int)
        vectors = [{**run.fixed, **{str(k): float(v) for k, v in thesis.posterior.iloc[row].items()}} for row in rows]
        done = [0]

        def step(_: str, name: str = thesis.name, done: list[int] = done) -> None:
            done[0] += 1
            told(f"{_short(name)}: experiments", done[0], len(EXPERIMENTS), {})

        parts.append(predicted(vectors, REPLICATES, run.seed, told=step).assign(thesis=thesis.name))
    return pd.concat(parts, ignore_index=True)


def _print(console: Console, title: str, table: pd.DataFrame, digits: int = 2) -> None:
    out = Grid(title, [_short(str(table.index.name or "")), *(_short(str(name)) for name in table.columns)])
    for key, row in table.iterrows():
        out.add_row(_short(str(key)), *(v if isinstance(v, str) else f"{v:.{digits}f}" for v in row))
    console.print(out)


def show(console: Console, targets: Sequence[Target], tables: dict[str, pd.DataFrame]) -> None:
    """Print what was found, the ranking first."""
    last = tables["by_tolerance"]
    narrow = last[last["tolerance"] == last["tolerance"].min()].set_index("thesis")
    wide = tables["counted"]
    ranking = pd.DataFrame({
        "probability": [spanned(row["probability"], row["low"], row["high"], times=1) for _, row in narrow.iterrows()],
        "at a wide tolerance": [spanned(row["probability"], row["low"], row["high"], times=1) for _, row in wide.iterrows()],
        "predictive score": tables["scores"]["log_score"].to_numpy(),
    }, index=narrow.index)  # fmt: skip
    order = narrow["probability"].sort_values(ascending=False).index
    _print(console, f"Theses on {plural(len(targets), 'target')}, tolerance {last['tolerance'].min():.2f} and "
           f"{wide['tolerance'].iloc[0]:.2f} scales (95 % of Monte Carlo)", ranking.loc[order])  # fmt: skip
    _print(console, "Mean discrepancy by target, in scales (above about 2: the thesis fails it)", tables["by_target"], 1)
    if len(targets) > 1:
        _print(console, "Probability with one target left out (wide tolerance)", tables["leave_one_out"])
    telling = tables["discriminating"].head(MOST_TELLING)
    console.print("[bold]Where to look in the world[/bold]: experiments that tell theses apart, under even odds")
    for _, row in telling.iterrows():
        apart = f"{_short(row['highest'])} {row['highest_p']:.2f}, {_short(row['lowest'])} {row['lowest_p']:.2f}"
        console.print(f"  {row['bits']:.2f} bits  {row['experiment']}: {row['outcome']}: {apart}", markup=False)
    if len(tables["discriminating"]) > MOST_TELLING:
        console.print(
            f"The first {MOST_TELLING} of {len(tables['discriminating'])}; all of them: discriminating.csv", style="dim"
        )


def tolerance_figure(table: pd.DataFrame, titles: dict[str, str]) -> Figure:
    """Probability of each thesis over the tolerance, with the interval of Monte Carlo."""
    with mpl.rc_context(STYLE):
        figure = new_figure(7.2, 3.6)
        axes = figure.subplots()
        groups = [(str(name), part.sort_values("tolerance")) for name, part in table.groupby("thesis", sort=False)]
        heights = end_labels([float(part["probability"].iloc[0]) for _, part in groups], gap=0.06)
        for n, (name, part) in enumerate(groups):
            axes.fill_between(part["tolerance"], part["low"], part["high"], color=LINES[n], alpha=0.08, linewidth=0)
            axes.plot(part["tolerance"], part["probability"], color=LINES[n], linestyle=DASHES[n], linewidth=1.5)
            axes.annotate(titles[name], (part["tolerance"].iloc[0], heights[n]), xytext=(6, 0), textcoords="offset points",
                          va="center", fontsize=7.5, color=LINES[n], annotation_clip=False)  # fmt: skip
        axes.invert_xaxis()
        axes.set_ylim(0.0, 1.0)
        axes.set_xlabel("Tolerance, scales (narrower to the right)")
        axes.set_ylabel("Probability of the thesis, even odds before")
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


def chosen_theses(text: str) -> list[str]:
    """Theses by name, every one by default; InputError with the nearest names, or for fewer than two."""
    names = [name for name in text.split(",") if name] or options("thesis")
    for name in names:
        if name not in options("thesis"):
            raise unknown("theses", "thesis", name, options("thesis"))
    if len(set(names)) < 2:
        raise InputError("theses", "thesis", f"'{text}' leaves nothing to compare", "two theses or more, separated by commas")
    return names


def theses_command(arguments: Sequence[str]) -> int:
    """`alliances theses`; 0 when judged."""
    if arguments and arguments[0] in ("-h", "--help"):
        print(USAGE, end="")
        return 0
    given = read_line(arguments)
    if given["preset"] == KEYS["preset"] and not any(word.startswith("preset=") for word in arguments):
        given["preset"] = "theses"
    names = chosen_theses(given["thesis"])
    until = whole_number(given, "until", 1976, 2019) if given["until"] else None
    targets = [t for t in chosen(read_targets(), [n for n in given["targets"].split(",") if n], until) if t.calibrated]
    read_settings(given["preset"]), whole_number(given, "seed", 0, 2**32 - 1)  # what is wrong is said before anything else
    console = new_console()
    console.print(
        f"{plural(len(names), 'thesis', 'theses')}, {plural(len(targets), 'target')}, seed {given['seed']}; each thesis has a "
        f"folder of its own in {given['output']}", markup=False,
    )  # fmt: skip
    announce(console)
    with on_screen(console) as told:
        pairs = [fit(name, given, targets, told) for name in names]
        fitted, runs = [f for f, _ in pairs], [r for _, r in pairs]
        predictions = predictions_of(fitted, runs, told)
    tolerances = by_tolerance(fitted)
    tables = {
        "by_tolerance": tolerances, "bayes_factors": bayes_factors(tolerances), "counted": counted(fitted, targets, SHARE),
        "leave_one_out": leave_one_out(fitted, targets, SHARE), "by_target": by_target(fitted, targets),
        "scores": scores(fitted, targets).to_frame(), "predictions": predictions,
        "discriminating": discriminating(predictions, dict.fromkeys(names, 1.0 / len(names))),
    }  # fmt: skip
    folder = write(
        given["output"], tables, fitted, {"command": ["alliances", "theses", *arguments], "fits": [str(r.folder) for r in runs]}
    )
    show(console, targets, tables)
    name_folder(console, "Tables and figures", folder)
    return 0


def write(root: str, tables: dict[str, pd.DataFrame], fitted: Sequence[Fitted], about: dict[str, Any]) -> Path:
    """Tables, figures and a manifest in a folder of their own."""
    titles = {f.name: f.title for f in fitted}
    words = shlex.join(about["command"])
    with run_folder(root, "theses") as made:
        for name, table in tables.items():
            table.to_csv(made.partial / f"{name}.csv", index=not isinstance(table.index, pd.RangeIndex))
        save(tolerance_figure(tables["by_tolerance"], titles), made.partial, "probability", words)
        save(predictions_figure(tables["predictions"], titles), made.partial, "predictions", words)
        (made.partial / "manifest.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
    return made.final
