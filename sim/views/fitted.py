"""Parameters that calibrations found, each for the years from the one up to which it knew (`until=`)."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import InputError
from ..numbers import whole
from ..paths import read_yaml
from ..runs.draws import evenly
from ..world.parameters import checked

POINTS = 40
"""Particles of a posterior that are run."""


def _finished(folder: Path) -> tuple[dict[str, Any], pd.DataFrame]:
    """What a calibration says of itself, and its particles; InputError where they cannot be read."""
    path, allowed = folder / "posterior.parquet", "a folder of a finished alliances calibrate"
    if not os.path.isfile(path):
        raise InputError("validate", "posterior", f"{folder} holds no posterior.parquet", allowed)
    about = read_yaml(folder / "calibration.json")
    if not isinstance(about, dict) or not isinstance(about.get("fixed"), dict):
        raise InputError(str(folder / "calibration.json"), "fixed", "is missing", allowed)
    try:
        table = pd.read_parquet(path).drop(columns="distance").astype(float)
    except (OSError, ValueError, KeyError) as error:
        raise InputError(str(path), "", f"cannot be read ({str(error).splitlines()[0]})", allowed) from error
    if table.empty:
        raise InputError(str(path), "", "holds no particle", allowed)
    return about, table


def fitted(folders: Sequence[str]) -> Callable[[int], tuple[str, list[dict[str, float]]]]:
    """Particles by year: of the latest calibration that was fitted to what was known by then, and its folder.

    Raises
    ------
    InputError
        A folder that is no calibration; at a year that comes before all of them.
    """
    held: list[tuple[int, str, list[dict[str, float]]]] = []
    for text in folders:
        about, table = _finished(Path(text))
        fixed = {str(k): v for k, v in about["fixed"].items()}
        vectors = [checked({**fixed, **draw}, text) for draw in evenly(table, POINTS)]
        held.append((whole(text, "until", about.get("until") or 2020, 1900, 2100), text, vectors))

    def of_year(year: int) -> tuple[str, list[dict[str, float]]]:
        fitting = [row for row in held if row[0] <= year]
        if not fitting:
            said = f"none was fitted to what was known by {year}"
            raise InputError("validate", "posterior", said, f"alliances calibrate until={year}")
        _, name, vectors = max(fitting, key=lambda row: row[0])
        return name, vectors

    return of_year
