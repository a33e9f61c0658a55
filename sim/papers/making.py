"""Making figures: their tables, and the files of one."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
from rich.console import Console

from ..views.terminal import announce, on_screen
from .draw import drawn
from .experiment import Experiment, Quality
from .figures.doses import dose_response
from .figures.kept import predictive, thesis_comparison
from .figures.large_world import network_statistics, spells
from .figures.scaling import scaling
from .figures.sensitivity import sensitivity
from .figures.ties import leader_loss, official_and_actual, persistence, theatres, triangle
from .figures.wedges import phase_map, variance_reduction, wedge_league, when_to_act
from .provenance import origin, save_with_origin

NUMBERS = "numbers.csv"
COMPUTE: dict[str, Callable[[Experiment, int], pd.DataFrame]] = {
    "dose_response": dose_response, "leader_loss": leader_loss, "network_statistics": network_statistics,
    "official_and_actual": official_and_actual, "persistence": persistence, "phase_map": phase_map, "predictive": predictive,
    "scaling": scaling, "sensitivity": sensitivity, "spells": spells, "theatres": theatres,
    "thesis_comparison": thesis_comparison, "triangle": triangle, "variance_reduction": variance_reduction,
    "wedge_league": wedge_league, "when_to_act": when_to_act,
}  # fmt: skip
"""What makes the table of each figure, from the figure and a number of replicates."""


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
