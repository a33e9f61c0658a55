"""Elementary effects (Morris) without replicate noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..errors import InputError
from ..runs.design import MORRIS_LEVELS
from ..runs.points import Points
from ..world.tables import Floats
from .noise import checked_outcomes, replicate_noise
from .sensitivity import Z95, Sensitivity, interval, result_of, rows_drawn, weights_drawn


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
    weights, rows = weights_drawn(replicates, resamples, rng), rows_drawn(trajectories, resamples, rng)
    resampled = np.empty((resamples, d))
    for j in range(d):
        resampled[:, j] = np.take_along_axis(np.abs(effects[:, j] @ weights), rows, 0).mean(axis=0)[1:]
    mu_star, sigma = np.asarray(found["mu_star"], dtype=float), np.asarray(found["sigma"], dtype=float)
    resampled += mu_star - resampled.mean(axis=0)
    low, high = interval(resampled)
    level = np.sqrt(2 * variance / np.pi).mean(axis=0)
    spread = np.sqrt((1 - 2 / np.pi) * variance.mean(axis=0) / trajectories)
    floor = float((level + Z95 * spread).max())
    columns = {
        "mu_star": mu_star, "low": np.maximum(low, 0.0), "high": high, "level": level, "mu": np.asarray(found["mu"], dtype=float),
        "sigma": np.sqrt(np.clip(sigma**2 - variance.mean(axis=0), 0.0, None)), "sigma_raw": sigma,
    }  # fmt: skip
    return result_of("morris", "mu_star", columns, points.names, floor, resampled, replicate_noise(values), points.base)
