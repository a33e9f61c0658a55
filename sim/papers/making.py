"""Making figures: their tables, and the files of one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from rich.console import Console

from ..views.calibration import on_screen
from ..views.job import announce
from .draw import drawn
from .experiment import Experiment, Quality
from .provenance import origin, save_with_origin
from .runs import COMPUTE

NUMBERS = "numbers.csv"


def tables_of(console: Console, found: Sequence[Experiment], quality: Quality) -> dict[str, pd.DataFrame]:
    """The numbers of every figure, with progress."""
    announce(console)
    tables: dict[str, pd.DataFrame] = {}
    with on_screen(console) as told:
        for n, experiment in enumerate(found):
            told(f"figures: {experiment.name}", n, len(found), {})
            tables[experiment.name] = COMPUTE[experiment.name](experiment, experiment.replicates(quality))
    return tables


def keep(table: pd.DataFrame, path: Path) -> None:
    """Write a figure's numbers, six digits each."""
    table.to_csv(path, index=False, float_format="%.6g")


def save_figure(experiment: Experiment, table: pd.DataFrame, folder: Path, quality: Quality) -> None:
    """Numbers, PDF, SVG, PNG, caption and origin of a figure, in a folder of its own."""
    folder.mkdir(parents=True)
    keep(table, folder / NUMBERS)
    save_with_origin(drawn(experiment, table), folder, experiment, quality)
    (folder / "caption.txt").write_text(f"{experiment.conf.title}. {experiment.conf.caption}\n", encoding="utf-8")
    (folder / "origin.json").write_text(json.dumps(origin(experiment, quality), indent=1), encoding="utf-8")
