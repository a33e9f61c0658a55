"""Sobol' indices without replicate noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError
from ..runs.points import Points
from ..world.tables import Floats
from .noise import checked_outcomes, replicate_noise
from .sensitivity import Z95, Sensitivity, interval, result_of, rows_drawn, weights_drawn


def _split(values: Floats, points: Points) -> tuple[Floats, Floats, Floats]:
    """Saltelli's matrices A, B of shape (N, R) and AB of shape (N, D, R)."""
    d, n = len(points.names), points.base
    blocks = values.reshape(n, -1, values.shape[1])
    return blocks[:, 0], blocks[:, -1], blocks[:, 1 : d + 1]


def _shared_variance(a: Floats, b: Floats, weights: Floats, rows: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Variance over base points of the weighted means, and its part that replicates share with themselves only. (K,)."""
    n = len(a)
    ends = np.take_along_axis(a @ weights, rows, 0), np.take_along_axis(b @ weights, rows, 0)
    variance = np.concatenate(ends).var(axis=0)
    counts = np.column_stack([np.bincount(column, minlength=n) for column in rows.T]) / (2 * n)
    own = (a**2 + b**2).T @ counts - ((a + b).T @ counts) ** 2
    return variance, (weights**2 * own).sum(axis=0)


def _sobol_indices(
    a: Floats, b: Floats, ab: Floats, weights: Floats, rows: NDArray[np.intp]
) -> tuple[Floats, Floats, Floats, Floats]:
    """First-order and total indices without noise, (K, D) each; the variance left, (K,); noise of total effects, (N, D)."""
    n, d, replicates = ab.shape
    square = weights**2
    many = replicates > 1
    distinct = 1.0 - square.sum(axis=0) if many else np.ones(weights.shape[1])
    variance, own = _shared_variance(a, b, weights, rows)
    left = (variance - own * many) / distinct
    left = np.where(left > 1e-12 * variance, left, np.nan)
    first, total, noise = np.empty((weights.shape[1], d)), np.empty((weights.shape[1], d)), np.zeros((n, d))
    bw = b @ weights
    for j in range(d):
        step = ab[:, j] - a
        sw = step @ weights
        one, two = bw * sw, 0.5 * sw**2
        if many:
            one -= (b * step) @ square
            two -= 0.5 * step**2 @ square
            noise[:, j] = step.var(axis=1, ddof=1) / replicates
        first[:, j] = np.take_along_axis(one, rows, 0).mean(axis=0) / distinct / left
        total[:, j] = np.take_along_axis(two, rows, 0).mean(axis=0) / distinct / left
    return first, total, left, noise


def sobol(points: Points, outcomes: ArrayLike, resamples: int = 500, seed: int = 1) -> Sensitivity:
    """First-order and total Sobol' indices (Saltelli et al. 2010, Jansen 1999) without replicate noise.

    On replicate means f + e the estimators of Saltelli et al. give, in expectation, V_i for the numerator of S1,
    V_Ti + s for that of ST, and V + v for the variance, with v the noise of a mean and s half the noise of the difference
    of two; s = v if points draw independently, less with common random numbers. Hence

        S1 = (S1_raw (V + v) - c) / V,    ST = (ST_raw (V + v) - s) / V,    V = (V + v) - v:

    total variance minus noise variance. Every product of two outputs is formed between different replicates only, which
    estimates v, s and c (the covariance that common random numbers leave in S1, else 0) without bias.
    Intervals: percentiles over resamples of base points (as SALib) and of replicates, both at once, as in the pigeonhole
    bootstrap of crossed data (Owen 2007), which errs towards width.
    Floor: noise alone gives a total index a standard deviation of sqrt(mean(t^2) / (2 N)) / V, t the noise of a
    difference; the floor is 1.64 of it for the noisiest parameter, and 0 for a model without noise.

    Parameters
    ----------
    points : Points
        Of a Sobol' design.
    outcomes : array, shape (P, R)
        The headline outcome of each run, such as 0 or 1 for alive.

    Returns
    -------
    Sensitivity
        The table adds S1 with its interval, and SALib's S1_raw and ST_raw of the means with their half-widths.

    Raises
    ------
    InputError
        The design is none of Sobol', or outcomes do not fit it.
    """
    if points.kind != "sobol":
        raise InputError("sensitivity", "sobol", f"a {points.kind} design cannot give Sobol' indices", "design=sobol")
    values = checked_outcomes(outcomes, len(points.table))
    noise = replicate_noise(values)
    raw = _salib_sobol(points, values.mean(axis=1), resamples, seed)
    rng = np.random.default_rng(seed)
    values = values - values.mean()  # Sobol' et al. 2007: centred outputs keep S1 from bias
    a, b, ab = _split(values, points)
    weights, rows = weights_drawn(values.shape[1], resamples, rng), rows_drawn(points.base, resamples, rng)
    first, total, left, step_noise = _sobol_indices(a, b, ab, weights, rows)
    spread = np.sqrt((step_noise**2).mean(axis=0) / 2 / points.base)
    floor = float(Z95 * spread.max() / left[0]) if np.isfinite(left[0]) else float("nan")
    low, high = interval(total[1:])
    first_low, first_high = interval(first[1:])
    columns = {
        "ST": total[0], "low": low, "high": high, "level": np.zeros(len(points.names)),
        "S1": first[0], "S1_low": first_low, "S1_high": first_high, **raw,
    }  # fmt: skip
    return result_of("sobol", "ST", columns, points.names, floor, total[1:], noise, points.base)


def _salib_sobol(points: Points, means: Floats, resamples: int, seed: int) -> dict[str, Floats]:
    if np.ptp(means) == 0:
        return {name: np.full(len(points.names), np.nan) for name in ("S1_raw", "S1_raw_conf", "ST_raw", "ST_raw_conf")}
    from SALib.analyze import sobol as salib

    found = salib.analyze(
        points.problem, means, calc_second_order=points.second_order, num_resamples=resamples, seed=np.random.SeedSequence(seed)
    )
    return {f"{name}_raw{end}": np.asarray(found[name + end]) for name in ("S1", "ST") for end in ("", "_conf")}
