"""Figures of what calibration and the comparison of theses have found: conf/calibration keeps it."""

from __future__ import annotations

import pandas as pd

from ...analysis.intervals import Z
from ...paths import CONF, read_yaml
from ...runs.draws import draws_of_thesis
from ...world.loading import load_world
from ...world.parameters import parameter_table
from ..experiment import Experiment, rows_of
from .theses import title_of
from .ties import unbroken_by_year, years_of


def thesis_comparison(e: Experiment, runs: int) -> pd.DataFrame:
    """How likely the data find each thesis, and how often the alliance is unbroken so far under each one's own posterior.

    conf/calibration keeps what `alliances theses` found. A thesis's runs are shared evenly among its draws, and errors are
    those of a mean over draws.
    """
    table, world, parts = pd.read_csv(CONF / "calibration" / "theses.csv"), load_world(e.runs.scenarios[0])[0], []
    for r in table.to_dict("records"):
        error = (r["high"] - r["low"]) / 2 / Z
        parts.append(rows_of("probability", title_of(str(r["thesis"])), 0, r["probability"], error))
    bounds = {str(r["thesis"]) for r in table.to_dict("records") if r.get("bound")}  # could not be fitted
    parts.append(rows_of("persistence", "Observed", years_of(world), 1.0, 0.0))
    for thesis in (name for name in e.runs.theses if name not in bounds):
        draws = draws_of_thesis(thesis)
        each = max(2, runs // len(draws))
        unbroken = unbroken_by_year(world, parameter_table(draws), each, e.seed).reshape(len(draws), each, -1).mean(axis=1)
        error = unbroken.std(axis=0, ddof=1) / len(draws) ** 0.5
        parts.append(rows_of("persistence", title_of(thesis), years_of(world), unbroken.mean(axis=0), error))
    return pd.concat(parts, ignore_index=True)


def predictive(_: Experiment, __: int) -> pd.DataFrame:
    """Observed and simulated targets: what the calibration found, kept in conf/calibration/default.yaml."""
    targets = read_yaml(CONF / "calibration" / "default.yaml")["targets"]
    parts = []
    for name, row in targets.items():
        if row["simulated"] is None:  # nothing to count in any run
            continue
        words = f"{name}{'' if row['met'] else ' (missed)'}"
        parts.append(rows_of("excess", words, 0, row["simulated"] / row["observed"] - 1.0, 0.0))
    return pd.concat(parts, ignore_index=True)
