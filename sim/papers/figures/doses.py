"""The figure of doses: every instrument by its strength, where it acts most clearly."""

from __future__ import annotations

import pandas as pd

from ...analysis.scorecard import Measured
from ...analysis.wedges.doses import response
from ...world.loading import load_world
from ..experiment import Experiment, rows_of
from .theses import values_of


def dose_response(e: Experiment, runs: int) -> pd.DataFrame:
    """Change of the mean depth of a tie in the last month, by the strength of each instrument."""
    measured, parts = Measured(values_of(e.runs.theses[0]), runs, e.seed), []
    for dose in e.runs.doses:
        found = response(measured, dose)
        changes, errors = zip(*found.effects, strict=True)
        parts.append(rows_of(dose.instrument, load_world(dose.scenario)[0].title, found.sizes, changes, errors))
    return pd.concat(parts, ignore_index=True)
