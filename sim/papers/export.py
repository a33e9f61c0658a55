"""`alliances figures export`: make an archive, verify it, make its figures again."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.text import Text

from ..command_line import Line
from ..errors import InputError
from ..plural import plural
from ..runs.store import run_folder
from ..views.terminal import name_folder, new_console
from .archive import damaged, kept_numbers, read_manifest, write_archive
from .command import say_of
from .experiment import COLUMNS, Quality, experiments, moved, read_experiment
from .making import keep, tables_of


def _make(console: Console, folder: Path, names: Sequence[str], quality: Quality) -> int:
    if folder.exists():
        raise InputError("figures export", str(folder), "exists already", "a folder that does not exist yet")
    found = [read_experiment(name) for name in names or experiments()]
    tables = tables_of(console, found, quality)
    with run_folder(str(folder.parent), folder.name) as made:
        write_archive(made.partial, tables, found, quality)
    size = sum(path.stat().st_size for path in made.final.rglob("*") if path.is_file())
    name_folder(console, f"Archive of {plural(len(found), 'figure')}, {size / 1e6:.1f} MB", made.final)
    console.print("Make it again anywhere: sh run.sh", style="dim")
    return 0


def _check(console: Console, folder: Path) -> bool:
    read_manifest(folder)
    faults = damaged(folder)
    for name, fault in sorted(faults.items()):
        console.print(Text.assemble((fault, "red"), f": {name}"), highlight=False)
    if not faults:
        console.print("Every file is as it was made.")
    return not faults


def _as_kept(table: pd.DataFrame) -> pd.DataFrame:
    """A table as it reads after it was written."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "numbers.csv"
        keep(table, path)
        return pd.read_csv(StringIO(path.read_text()), dtype={"panel": str, "series": str})


def _again(console: Console, folder: Path) -> int:
    if not _check(console, folder):
        return 1
    about = read_manifest(folder)
    found = [read_experiment(name) for name in about["figures"]]
    quality: Quality = about["quality"]
    tables, well = tables_of(console, found, quality), True
    for experiment in found:
        kept, now = kept_numbers(folder, experiment.name), _as_kept(tables[experiment.name])
        if experiment.conf.measured:
            console.print(f"{experiment.name}: times of a machine, not compared")
            continue
        same = kept[COLUMNS].equals(now[COLUMNS])
        apart = moved(kept, now, experiment.conf.slack)
        well &= not len(apart)
        words = "the same to the last digit" if same else f"{len(apart)} beyond Monte Carlo error, others differ in digits"
        say_of(console, experiment.name, "red" if len(apart) else "green", f"{plural(len(kept), 'number')}, {words}")
    return 0 if well else 1


def export_command(line: Line) -> int:
    """`alliances figures export`; 0 when made or well, 1 when damaged or when numbers have moved."""
    folder, quality = Path(line.words[0]), line["quality"]
    console = new_console()
    if "--check" in line.switches:
        return 0 if _check(console, folder) else 1
    if "--again" in line.switches:
        return _again(console, folder)
    return _make(console, folder, line.words[1:], "full" if quality == "full" else "draft")
