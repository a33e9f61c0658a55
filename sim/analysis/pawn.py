"""PAWN indices, with the distances of parameters that stand in no equation beside them."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import ArrayLike

from ..errors import InputError
from ..plural import plural
from ..runs.points import Points
from ..world.tables import Floats
from .noise import checked_outcomes, replicate_noise
from .sensitivity import Sensitivity, interval, result_of, rows_drawn, weights_drawn

SLICES = 10
DUMMIES = 400


def _kolmogorov(x: Floats, y: Floats, slices: int) -> Floats:
    """Median over slices of each column of the distance between all outcomes and those of the slice, shape (D,).

    The same number as SALib's PAWN, without a test for every slice.
    """
    order = np.argsort(y, kind="stable")
    n = len(y)
    ends = np.append(np.flatnonzero(np.diff(y[order]) > 0), n - 1)
    whole = (ends + 1)[:, None] / n
    found = np.empty(x.shape[1])
    for j in range(x.shape[1]):
        edges = np.quantile(x[:, j], np.arange(slices + 1) / slices)
        slot = np.searchsorted(edges, x[order, j], side="right") - 1
        counts = np.cumsum(slot[:, None] == np.arange(slices), axis=0)
        size = counts[-1]
        kept = size > 0
        found[j] = np.median(np.abs(counts[ends][:, kept] / size[kept] - whole).max(axis=0))
    return found


def pawn(points: Points, outcomes: ArrayLike, resamples: int = 200, seed: int = 1, slices: int = SLICES) -> Sensitivity:
    """PAWN indices: median over slices of the Kolmogorov-Smirnov distance (Pianosi & Wagener 2018).

    Meant for an outcome of any shape; takes independent points (lhs, a Sobol' sequence, a table, or the two base samples
    of a Sobol' design). Distances have no unbiased correction: replicate noise blurs them, so that an index is a lower
    bound, and a finite slice keeps them above 0. Both are told by dummies: the distances of parameters that stand
    in no equation (Khorashadi Zadeh et al. 2017) give `level` (mean) and floor (95 %). Intervals: percentiles over
    resampled points and replicates, centred on the estimate, since repeated points raise every distance.

    Parameters
    ----------
    points : Points
    outcomes : array, shape (P, R)
    slices : int
        Conditioning slices of equal probability.

    Raises
    ------
    InputError
        Points depend on each other, are too few for the slices, or outcomes do not fit.
    """
    if points.kind == "morris":
        raise InputError("sensitivity", "pawn", "trajectories are not independent points", "design=lhs or design=sobol")
    values = checked_outcomes(outcomes, len(points.table))
    x = points.table.to_numpy(dtype=float)
    if points.kind == "sobol":
        per = len(x) // points.base
        kept = np.isin(np.arange(len(x)) % per, [0, per - 1])
        x, values = x[kept], values[kept]
    if len(x) < 5 * slices:
        raise InputError(
            "sensitivity",
            "pawn",
            f"{plural(len(x), 'point is', 'points are')} too few for {slices} slices",
            f"{5 * slices} or more",
        )
    from SALib.analyze import pawn as salib

    rng = np.random.default_rng(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # exact p-values that fall back to asymptotic ones; none is used
        found = salib.analyze(points.problem, x, values.mean(axis=1), S=slices)
    estimate = np.asarray(found["median"], dtype=float)
    dummies = _kolmogorov(rng.random((len(x), DUMMIES)), values.mean(axis=1), slices)
    weights, rows = weights_drawn(values.shape[1], resamples, rng), rows_drawn(len(x), resamples, rng)
    resampled = np.array(
        [_kolmogorov(x[rows[:, k]], values[rows[:, k]] @ weights[:, k], slices) for k in range(1, resamples + 1)]
    )
    resampled += estimate - resampled.mean(axis=0)
    low, high = interval(resampled)
    columns = {
        "PAWN": estimate, "low": np.maximum(low, 0.0), "high": high, "level": np.full(len(estimate), dummies.mean()),
        "maximum": np.asarray(found["maximum"], dtype=float),
    }  # fmt: skip
    floor = float(np.quantile(dummies, 0.95))
    return result_of("pawn", "PAWN", columns, points.names, floor, resampled, replicate_noise(values), len(x))
