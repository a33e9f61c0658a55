"""Which parameters an outcome hangs on: what the methods give and share, and the swings of a tornado.

Morris, Sobol' and PAWN (`morris.py`, `sobol.py`, `pawn.py`) work on replicate means, with replicate noise taken out.
SALib (Iwanaga et al. 2022) gives the indices of the means. It knows no replicates: finite replicates raise total indices
and mu*, dilute first-order indices and blur PAWN. What theory allows is corrected there; what it does not is measured
against what a parameter without effect would show, the floor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..runs.points import Points
from ..world.tables import Floats
from .noise import Noise, checked_outcomes
from .verdict import Verdict, judge

Z95 = 1.6448536269514722  # one-sided 95 %


@dataclass(frozen=True)
class Sensitivity:
    """Indices of one outcome.

    Attributes
    ----------
    method : {"sobol", "morris", "pawn"}
    index : str
        The column that ranks: ST, mu_star or PAWN.
    table : pd.DataFrame, shape (D, …)
        A row per dotted path: the index with its 95 % interval (`low`, `high`), `level` (what a parameter without effect
        shows on average), `share` and `rank`, and what the method adds. mu_star and sigma are in units of the outcome
        per whole range of the parameter.
    floor : float
        What the index of a parameter without effect stays under in 95 % of designs like this one.
    resamples : ndarray, shape (K, D)
        The index in each resample of points and replicates; centred on the estimate where resampling itself raises it.
    noise : Noise
    verdict : Verdict
    """

    method: str
    index: str
    table: pd.DataFrame
    floor: float
    resamples: Floats
    noise: Noise
    verdict: Verdict


def shares(index: Floats, level: Floats) -> Floats:
    """Each parameter's share of the sum of indices, after taking off what one without effect shows; rows add up to 1.

    Shares of total indices count an interaction once for each parameter in it.
    """
    excess = np.clip(np.nan_to_num(index) - level, 0.0, None)
    total = excess.sum(axis=-1, keepdims=True)
    part: Floats = np.divide(excess, total, out=np.zeros_like(excess), where=total > 0)
    return part


def weights_drawn(replicates: int, resamples: int, rng: np.random.Generator) -> Floats:
    """Weights of the replicates, shape (R, 1 + K): equal first, then resampled; two different ones at least, if there are."""
    drawn = rng.multinomial(replicates, np.full(replicates, 1 / replicates), size=resamples)
    while replicates > 1 and len(lone := np.flatnonzero((drawn > 0).sum(axis=1) < 2)):
        drawn[lone] = rng.multinomial(replicates, np.full(replicates, 1 / replicates), size=len(lone))
    return np.concatenate([np.ones((1, replicates)), drawn]).T / replicates


def rows_drawn(n: int, resamples: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Rows of the base points, shape (n, 1 + K): all of them first, then resampled."""
    return np.column_stack([np.arange(n), rng.integers(n, size=(n, resamples))])


def interval(resampled: Floats) -> tuple[Floats, Floats]:
    """95 % percentile interval over resamples, (D,) each; NaN where no variance is left."""
    if np.isnan(resampled).all():
        return np.full(resampled.shape[1], np.nan), np.full(resampled.shape[1], np.nan)
    low, high = np.nanquantile(resampled, [0.025, 0.975], axis=0)
    return low, high


def result_of(
    method: str, index: str, columns: dict[str, Any], names: list[str], floor: float, resampled: Floats, noise: Noise, base: int
) -> Sensitivity:
    """A method's columns with shares, ranks and the verdict; base: how many points, base points or trajectories."""
    table = pd.DataFrame(columns, index=pd.Index(names, name="parameter"))
    estimate = table[index].to_numpy(dtype=float)
    table["share"] = shares(estimate, table["level"].to_numpy(dtype=float))
    table["rank"] = table[index].rank(ascending=False, method="first", na_option="bottom").astype(int)
    what = {"sobol": "base points", "morris": "trajectories", "pawn": "points"}[method]
    verdict = judge(table, index, floor, resampled, noise, base, what)
    return Sensitivity(method, index, table, floor, resampled, noise, verdict)


def swings(points: Points, outcomes: ArrayLike, part: float = 0.2) -> pd.DataFrame:
    """Mean outcome where a parameter is low and where it is high, all others anywhere: the bars of a tornado.

    Parameters
    ----------
    points : Points
        Of any sampled design.
    outcomes : array, shape (P, R)
    part : float
        Lowest and highest share of the points by that parameter.

    Returns
    -------
    pd.DataFrame
        A row a parameter, widest swing first: `low` and `high` (means in units of the outcome), their standard errors
        over points, and the limits `below` and `above` in units of the parameter.
    """
    means = checked_outcomes(outcomes, len(points.table)).mean(axis=1)
    rows = {}
    for path in points.names:
        x = points.table[path].to_numpy(dtype=float)
        below, above = np.quantile(x, [part, 1 - part])
        low, high = means[x <= below], means[x >= above]
        errors = [float(side.std(ddof=1) / np.sqrt(len(side))) if len(side) > 1 else np.nan for side in (low, high)]
        rows[path] = (low.mean(), high.mean(), *errors, below, above)
    table = pd.DataFrame.from_dict(
        rows, orient="index", columns=["low", "high", "low_error", "high_error", "below", "above"], dtype=float
    ).rename_axis("parameter")
    table.attrs["mean"] = float(means.mean())
    width = (table["high"] - table["low"]).abs()
    return table.loc[width.sort_values(ascending=False, kind="stable").index]
