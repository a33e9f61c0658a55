"""The figure of sensitivity: which mechanisms, articles and claims an alliance's persistence hangs on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...analysis.claim_shares import ASSUMPTION, grouped
from ...analysis.intervals import Z
from ...analysis.morris import morris
from ...engine.ensemble import iterate_ensemble
from ...measures.pairs import named_pair
from ...runs.design import Design
from ...world.loading import load_world
from ...world.names import Level
from ...world.parameters import parameter_table
from ..experiment import Experiment, rows_of

BY = ("mechanism", "article", "claim")
RUNS_A_POINT = 8


def sensitivity(e: Experiment, trajectories: int) -> pd.DataFrame:
    """Shares of mechanisms, articles and claims in the elementary effects of all parameters, over so many trajectories."""
    world = load_world(e.runs.scenarios[0])[0]
    points = Design("morris", n=trajectories, seed=e.seed).points()
    vectors = parameter_table([{str(k): float(v) for k, v in row.items()} for row in points.table.to_dict("records")])
    dyads = named_pair(world, "-".join(world.focal)).dyads
    parts = [
        (out.trajectories.level[:, :, dyads] >= Level.MATERIAL).any(axis=2).mean(axis=1)
        for out in iterate_ensemble(world, vectors, RUNS_A_POINT, e.seed, events=False, trajectories=True)
        if out.trajectories is not None
    ]
    result = morris(points, np.concatenate(parts).reshape(len(vectors), RUNS_A_POINT))
    tables = []
    for by in BY:
        table = grouped(result, by).drop(index=ASSUMPTION if by == "claim" else [], errors="ignore")
        for row in table.reset_index().to_dict("records"):
            tables.append(
                rows_of(
                    by,
                    str(row[by]).replace("_", " ") if by == "mechanism" else str(row[by]),
                    0,
                    row["share"],
                    (row["high"] - row["low"]) / 2 / Z,
                )
            )
    return pd.concat(tables, ignore_index=True)
