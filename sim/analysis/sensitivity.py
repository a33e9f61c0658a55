"""Which parameters an outcome hangs on: Morris, Sobol' and PAWN on replicate means, with replicate noise taken out.

SALib (Iwanaga et al. 2022) gives the indices of the means. It knows no replicates: finite replicates raise total indices
and mu*, dilute first-order indices and blur PAWN. What theory allows is corrected here; what it does not is measured
against what a parameter without effect would show, the floor.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError
from ..runs.design import MORRIS_LEVELS, Points
from .noise import Noise, checked_outcomes, replicate_noise
from .verdict import Verdict, judge

Floats = NDArray[np.float64]
SLICES = 10
DUMMIES = 400
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


def _weights(replicates: int, resamples: int, rng: np.random.Generator) -> Floats:
    """Weights of the replicates, shape (R, 1 + K): equal first, then resampled; two different ones at least, if there are."""
    drawn = rng.multinomial(replicates, np.full(replicates, 1 / replicates), size=resamples)
    while replicates > 1 and len(lone := np.flatnonzero((drawn > 0).sum(axis=1) < 2)):
        drawn[lone] = rng.multinomial(replicates, np.full(replicates, 1 / replicates), size=len(lone))
    return np.concatenate([np.ones((1, replicates)), drawn]).T / replicates


def _rows(n: int, resamples: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Rows of the base points, shape (n, 1 + K): all of them first, then resampled."""
    return np.column_stack([np.arange(n), rng.integers(n, size=(n, resamples))])


def _interval(resampled: Floats) -> tuple[Floats, Floats]:
    """95 % percentile interval over resamples, (D,) each; NaN where no variance is left."""
    if np.isnan(resampled).all():
        return np.full(resampled.shape[1], np.nan), np.full(resampled.shape[1], np.nan)
    low, high = np.nanquantile(resampled, [0.025, 0.975], axis=0)
    return low, high


def _result(
    method: str, index: str, columns: dict[str, Any], names: list[str], floor: float, resampled: Floats, noise: Noise, base: int
) -> Sensitivity:
    table = pd.DataFrame(columns, index=pd.Index(names, name="parameter"))
    estimate = table[index].to_numpy(dtype=float)
    table["share"] = shares(estimate, table["level"].to_numpy(dtype=float))
    table["rank"] = table[index].rank(ascending=False, method="first", na_option="bottom").astype(int)
    what = {"sobol": "base points", "morris": "trajectories", "pawn": "points"}[method]
    verdict = judge(table, index, floor, resampled, noise, base, what)
    return Sensitivity(method, index, table, floor, resampled, noise, verdict)


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
    weights, rows = _weights(values.shape[1], resamples, rng), _rows(points.base, resamples, rng)
    first, total, left, step_noise = _sobol_indices(a, b, ab, weights, rows)
    spread = np.sqrt((step_noise**2).mean(axis=0) / 2 / points.base)
    floor = float(Z95 * spread.max() / left[0]) if np.isfinite(left[0]) else float("nan")
    low, high = _interval(total[1:])
    first_low, first_high = _interval(first[1:])
    columns = {
        "ST": total[0], "low": low, "high": high, "level": np.zeros(len(points.names)),
        "S1": first[0], "S1_low": first_low, "S1_high": first_high, **raw,
    }  # fmt: skip
    return _result("sobol", "ST", columns, points.names, floor, total[1:], noise, points.base)


def _salib_sobol(points: Points, means: Floats, resamples: int, seed: int) -> dict[str, Floats]:
    if np.ptp(means) == 0:
        return {name: np.full(len(points.names), np.nan) for name in ("S1_raw", "S1_raw_conf", "ST_raw", "ST_raw_conf")}
    from SALib.analyze import sobol as salib

    found = salib.analyze(
        points.problem, means, calc_second_order=points.second_order, num_resamples=resamples, seed=np.random.SeedSequence(seed)
    )
    return {f"{name}_raw{end}": np.asarray(found[name + end]) for name in ("S1", "ST") for end in ("", "_conf")}


def _effects(points: Points, values: Floats) -> Floats:
    """Elementary effect of each parameter in each trajectory and replicate, per whole range, shape (T, D, R)."""
    assert points.unit is not None
    d = len(points.names)
    moves = np.diff(points.unit.reshape(-1, d + 1, d), axis=1)
    steps = np.diff(values.reshape(-1, d + 1, values.shape[1]), axis=1)
    moved = np.abs(moves).argmax(axis=2)
    size = np.take_along_axis(moves, moved[..., None], 2)
    found = np.empty_like(steps)
    np.put_along_axis(found, moved[..., None], steps / size, 1)
    return found


def morris(points: Points, outcomes: ArrayLike, resamples: int = 500, seed: int = 1) -> Sensitivity:
    """Mean absolute elementary effect mu* and spread sigma (Morris 1991; Campolongo et al. 2007).

    Steps are taken in quantiles of the ranges, so that effects compare across parameters. Replicate noise of variance t in
    an effect shows as mu* of sqrt(2 t / pi) in a parameter that does nothing: that is the `level`. It adds t to the
    variance of effects: sigma = sqrt(sigma_raw^2 - mean(t)). mu* of a parameter that matters hardly changes and is left
    as it is. Intervals: percentiles over resampled trajectories and replicates, centred on the estimate, since
    resampling raises mu* once more. Floor: 95 % upper level of the mean of T folded normals with the noise of the
    noisiest parameter.

    Parameters
    ----------
    points : Points
        Of a Morris design.
    outcomes : array, shape (P, R)

    Returns
    -------
    Sensitivity
        The table adds mu, sigma and SALib's sigma_raw.

    Raises
    ------
    InputError
        The design is none of Morris, or outcomes do not fit it.
    """
    if points.kind != "morris" or points.unit is None:
        raise InputError("sensitivity", "morris", f"a {points.kind} design has no elementary effects", "design=morris")
    from SALib.analyze import morris as salib

    values = checked_outcomes(outcomes, len(points.table))
    found = salib.analyze(
        dict(points.problem), points.unit, values.mean(axis=1), num_resamples=2, num_levels=MORRIS_LEVELS, seed=seed
    )
    effects = _effects(points, values)
    trajectories, d, replicates = effects.shape
    variance = effects.var(axis=2, ddof=1) / replicates if replicates > 1 else np.zeros((trajectories, d))
    rng = np.random.default_rng(seed)
    weights, rows = _weights(replicates, resamples, rng), _rows(trajectories, resamples, rng)
    resampled = np.empty((resamples, d))
    for j in range(d):
        resampled[:, j] = np.take_along_axis(np.abs(effects[:, j] @ weights), rows, 0).mean(axis=0)[1:]
    mu_star, sigma = np.asarray(found["mu_star"], dtype=float), np.asarray(found["sigma"], dtype=float)
    resampled += mu_star - resampled.mean(axis=0)
    low, high = _interval(resampled)
    level = np.sqrt(2 * variance / np.pi).mean(axis=0)
    spread = np.sqrt((1 - 2 / np.pi) * variance.mean(axis=0) / trajectories)
    floor = float((level + Z95 * spread).max())
    columns = {
        "mu_star": mu_star, "low": np.maximum(low, 0.0), "high": high, "level": level, "mu": np.asarray(found["mu"], dtype=float),
        "sigma": np.sqrt(np.clip(sigma**2 - variance.mean(axis=0), 0.0, None)), "sigma_raw": sigma,
    }  # fmt: skip
    return _result("morris", "mu_star", columns, points.names, floor, resampled, replicate_noise(values), points.base)


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
        raise InputError("sensitivity", "pawn", f"{len(x)} points are too few for {slices} slices", f"{5 * slices} or more")
    from SALib.analyze import pawn as salib

    rng = np.random.default_rng(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # exact p-values that fall back to asymptotic ones; none is used
        found = salib.analyze(points.problem, x, values.mean(axis=1), S=slices)
    estimate = np.asarray(found["median"], dtype=float)
    dummies = _kolmogorov(rng.random((len(x), DUMMIES)), values.mean(axis=1), slices)
    weights, rows = _weights(values.shape[1], resamples, rng), _rows(len(x), resamples, rng)
    resampled = np.array(
        [_kolmogorov(x[rows[:, k]], values[rows[:, k]] @ weights[:, k], slices) for k in range(1, resamples + 1)]
    )
    resampled += estimate - resampled.mean(axis=0)
    low, high = _interval(resampled)
    columns = {
        "PAWN": estimate, "low": np.maximum(low, 0.0), "high": high, "level": np.full(len(estimate), dummies.mean()),
        "maximum": np.asarray(found["maximum"], dtype=float),
    }  # fmt: skip
    floor = float(np.quantile(dummies, 0.95))
    return _result("pawn", "PAWN", columns, points.names, floor, resampled, replicate_noise(values), len(x))


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


METHODS = {"sobol": sobol, "morris": morris, "pawn": pawn}
