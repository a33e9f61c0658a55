"""Figures of what calibration and the comparison of theses have found: nothing is run, conf/calibration keeps the numbers."""

from __future__ import annotations

import pandas as pd

from ...analysis.intervals import Z
from ...paths import CONF, read_yaml
from ..experiment import Experiment, rows_of
from .theses import title_of


def thesis_comparison(_: Experiment, __: int) -> pd.DataFrame:
    """How likely the data find each thesis: what `alliances theses` found, kept in conf/calibration/theses.csv."""
    table = pd.read_csv(CONF / "calibration" / "theses.csv")
    return pd.concat(
        [rows_of("probability", title_of(str(r["thesis"])), 0, r["probability"], (r["high"] - r["low"]) / 2 / Z)
         for r in table.to_dict("records")], ignore_index=True,
    )  # fmt: skip


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
