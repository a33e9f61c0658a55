"""Points about the adopted one that keep the core case: what stands in for a posterior until the model is calibrated anew.

They are no posterior: nothing weighs them. They say how far results hang on the exact point of a search.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from ..errors import InputError
from ..evidence.ledger import ledger
from ..world.parameters import default_values
from .scorecard import Measured, Row, score

KEPT = ("never_broken", "ever_fight", "worst_year", "core_dissolves", "enmity_held")
"""Rows of the scorecard that a point has to meet."""
SPREAD = 0.04
"""Standard deviation about the adopted value, as a share of the ledger's range."""
MOST_TRIES = 40


def neighbours(
    paths: Sequence[str], rows: Sequence[Row], number: int, replicates: int, seed: int, told: Callable[[str], None]
) -> pd.DataFrame:
    """Points about the defaults, each value from a normal held within the ledger's range, that meet the rows `KEPT`.

    Returns
    -------
    DataFrame (number, D)
        A column per path.

    Raises
    ------
    InputError
        Too few of the points tried meet them.
    """
    core, known, rng = [row for row in rows if row.name in KEPT], default_values(), np.random.default_rng(seed)
    spans = {path: ledger().entry(path).range for path in paths}
    found: list[dict[str, float]] = []
    for tried in range(1, MOST_TRIES * number + 1):
        values = {
            path: float(np.clip(known[path] + SPREAD * (s.high - s.low) * rng.standard_normal(), s.low, s.high))
            for path, s in spans.items()
        }
        measured = Measured(values, replicates, seed)
        if all(score(row, measured).met for row in core):
            found.append(values)
            told(f"{len(found)} of {number}, of {tried} tried")
        if len(found) == number:
            return pd.DataFrame(found, columns=list(paths))
    raise InputError("scorecard", "neighbourhood", f"{len(found)} of {MOST_TRIES * number} tried keep the core case", "more")
