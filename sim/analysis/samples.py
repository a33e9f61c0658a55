"""One outcome of a sweep as analyses take it: every group's points, with the outcome in each replicate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..errors import InputError, unknown
from ..measures.of_pairs import OF_PAIRS
from ..plural import plural
from ..runs.draws import refuse_draws
from ..runs.points import Points
from ..runs.results import read_results, store_at
from ..runs.sweep_identity import number_columns


@dataclass(frozen=True)
class Sample:
    """One group of a sweep as an analysis takes it.

    Attributes
    ----------
    name : str
        Its choices.
    design : Points or None
        Its sampling design.
    points : DataFrame (P, D)
    outcomes : (P, R) float
        As many replicates as every point has.
    fates : Series
        Of the group's runs, the share of each fate that occurs.
    """

    name: str
    design: Points | None
    points: pd.DataFrame
    outcomes: np.ndarray
    fates: pd.Series[float]


def outcome_of(rows: pd.DataFrame, outcome: str) -> pd.Series[Any]:
    """One outcome of every run, by its row.

    Raises
    ------
    InputError
        No such outcome, or some runs have none: what is left of them would be no sample of the point's runs.
    """
    numeric = [c for c in rows.columns if c not in ("point", "replicate") and rows[c].dtype.kind in "biuf"]
    if outcome not in numeric:
        raise unknown("outcome", "", outcome, numeric)
    lacking = int(rows[outcome].isna().sum())
    if lacking:
        whole = [c for c in numeric if rows[c].notna().all()]
        share = OF_PAIRS[outcome].asks if outcome in OF_PAIRS else ""
        instead = "a column that every run has: " + ", ".join(whole)
        if share in whole:
            instead = f"outcome={share} for the share of runs, or alliances survival DIR for the time"
        said = f"has no value in {lacking} of {plural(len(rows), 'run')}, and the others are no fair sample of them"
        raise InputError("outcome", outcome, said, instead)
    return rows[outcome]


def samples_of(folder: str, outcome: str) -> Iterator[Sample]:
    """Each group of a sweep with one outcome per run.

    Raises
    ------
    InputError
        Not a sweep's folder, no such outcome, one that some runs lack, nothing that varies.
    """
    store = store_at(folder)
    refuse_draws(folder, store.manifest())
    rows, points = read_results(folder, with_points=False), store.points()
    rows = rows.assign(outcome=outcome_of(rows, outcome))
    choices = store.manifest()["groups"]
    for group, mine in points.groupby("group"):
        numbers = [c for c in number_columns(mine) if mine[c].nunique(dropna=True) > 1]
        if not numbers:
            raise InputError(folder, "", "no number varies in this sweep", "a sweep with a design, or over numbers")
        held = rows[rows["point"].isin(mine.index)]
        wide = held.pivot(index="point", columns="replicate", values="outcome").reindex(mine.index)
        complete = wide.columns[wide.notna().all(axis=0)]
        if len(complete) == 0:
            raise InputError(
                folder, "", "points have no replicate in common", "alliances results DIR --check says what is missing"
            )
        named = mine[numbers].rename(columns=lambda name: str(name).removeprefix("parameters.")).reset_index(drop=True)
        about = choices[int(str(group))]
        told = about["choices"] or {"scenario": about["config"]["scenario"]["name"], "thesis": about["config"]["thesis"]}
        label = ", ".join(f"{k} {v}".replace("_", " ") for k, v in told.items())
        fates = held["fate"].value_counts(normalize=True, sort=False)
        yield Sample(label, store.design(int(str(group))), named, wide[complete].to_numpy(dtype=np.float64), fates[fates > 0])
