"""`alliances figures`: make them, or check what they show; `alliances figures trace`: from a pixel to a claim."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.text import Text

from ..command_line import Line
from ..errors import InputError
from ..evidence.claims import articles
from ..evidence.ledger import ledger
from ..evidence.trace import by_id
from ..plural import plural
from ..runs.store import run_folder
from ..views.terminal import Grid, name_folder, new_console
from ..world.loading import thesis_values
from ..world.parameters import default_values
from .experiment import Experiment, Quality, experiments, moved, read_experiment
from .making import keep, save_figure, tables_of
from .provenance import origin, read_origin

MOST_MOVED = 12
"""Numbers of a figure that have moved which are printed."""


def _told_check(console: Console, experiment: Experiment, table: pd.DataFrame) -> bool:
    if experiment.conf.measured:
        say_of(console, experiment.name, "green", "drawn; times of a machine are not compared")
        return True
    wrong = moved(experiment.expected(), table, experiment.conf.slack)
    if not len(wrong):
        say_of(console, experiment.name, "green", f"{plural(len(table), 'number')} as kept")
        return True
    have = f"{len(wrong)} of {plural(len(table), 'number')} {'has' if len(wrong) == 1 else 'have'} moved"
    say_of(console, experiment.name, "red", f"{have}. {experiment.conf.question}")
    out = Grid("", ["number", "kept", "now", "allowed"])
    for row in wrong.head(MOST_MOVED).to_dict("records"):
        out.add_row(f"{row['panel']}: {row['series']}, {row['x']:g}", f"{row['expected']:.4g}", f"{row['found']:.4g}",
                    f"± {row['allowed']:.2g}")  # fmt: skip
    console.print(out)
    if len(wrong) > MOST_MOVED:
        console.print(f"… and {len(wrong) - MOST_MOVED} more", style="dim")
    return False


def say_of(console: Console, name: str, colour: str, words: str) -> None:
    """A line on one figure, its name in a colour."""
    console.print(Text.assemble((name, colour), f": {words}"), highlight=False)


def figures_command(line: Line) -> int:
    """`alliances figures`; 0 when made, 1 when a check finds that something has moved."""
    names, flags = [read_experiment(name).name for name in line.words] or experiments(), line.switches
    quality: Quality = "full" if line["quality"] == "full" else "draft"
    if "--update" in flags and quality != "full":
        raise InputError("figures", "--update", "keeps numbers of the full quality only", "quality=full")
    console, well, started = new_console(), True, time.perf_counter()
    found = [read_experiment(name) for name in names]
    if "--check" in flags:
        for experiment in found:
            experiment.expected()  # what is not there is said before anything runs
    tables = tables_of(console, found, quality)
    for experiment in found:
        table = tables[experiment.name]
        if "--check" in flags:
            well &= _told_check(console, experiment, table)
        if "--update" in flags:
            keep(table, experiment.expected_file)
            console.print(f"kept: experiments/{experiment.name}/expected.csv, {plural(len(table), 'number')}")
    if not flags:
        with run_folder(line["output"], quality) as made:
            for experiment in found:
                save_figure(experiment, tables[experiment.name], made.partial / experiment.name, quality)
        name_folder(console, "Figures (PDF, SVG, PNG), numbers, captions", made.final)
    console.print(f"{plural(len(found), 'figure')}, {quality}, {time.perf_counter() - started:.0f} s", style="dim")
    return 0 if well else 1


# trace


def trace_command(line: Line) -> int:
    """`alliances figures trace FILE`; 0, or 1 when the figure was made with another config, evidence or code."""
    path, console = Path(line.words[0]), new_console()
    said = read_origin(path)
    experiment = read_experiment(str(said.get("figure", "")))
    console.print(Text.assemble((path.name, "bold"), f": {experiment.conf.title}"))
    console.print(f"Question: {experiment.conf.question}")
    console.print(f"Run folder: {path.resolve().parent}", soft_wrap=True, highlight=False, markup=False)
    made_with = f" (seed {said['seed']}, {plural(int(said['replicates']), 'replicate')})"
    console.print(Text.assemble("Made by: ", (str(said["command"]), "bold"), made_with), soft_wrap=True)
    console.print(f"Config: conf/experiment/{experiment.name}.yaml, experiments/{experiment.name}/figure.yaml")
    console.print(f"Scenarios: {', '.join(said['scenarios'])}; theses: "
                  f"{', '.join(said['theses'])}")  # fmt: skip
    now = origin(experiment, "draft")
    other = [name for name in ("config", "evidence", "code") if said[name] != now[name]]
    for name in ("config", "evidence", "code"):
        changed = f" (now {now[name]})" if name in other else ""
        console.print(Text.assemble(f"  {name} {said[name]}", (changed, "yellow")), highlight=False)
    show_parameters(console, [str(t) for t in said["theses"]])
    if other:
        console.print(f"[yellow]Made with another {' and '.join(other)}: made again, numbers may differ.[/yellow]")
    return 1 if other else 0


def show_parameters(console: Console, theses: Sequence[str]) -> None:
    """Every parameter of the theses, with the claims it rests on, their article and paragraph."""
    known: dict[str, Any] = by_id(articles())
    values = default_values()
    rests = "claims (article, paragraph)"
    out = Grid("Parameters, and what they rest on", ["parameter", "value", rests], words=[rests])
    for path, value in values.items():
        entry = ledger().entry(path)
        places = [(claim, known[claim][0].article.author.told, known[claim][1].paragraph) for claim in entry.claims]
        cited = "; ".join(f"{claim} ({author}, {paragraph})" for claim, author, paragraph in places)
        moved_by = {thesis: thesis_values(thesis)[path] for thesis in theses if path in thesis_values(thesis)}
        told = f"{value:g}" + "".join(f"\n{x:g} in {thesis}" for thesis, x in moved_by.items())
        out.add_row(path, told, cited or f"assumption: {entry.assumption}")
    console.print(out)
