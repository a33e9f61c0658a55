"""Whether what was observed lies within what points make: summary by summary, and all together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from ..errors import InputError
from ..world.tables import Floats

WITHIN = 0.95
SEED = 1
"""Of the halves."""
LEAST = 1e-12
"""Standard deviation from which on a summary varies."""
DECIMALS = 9
"""Of distances: sums over many columns differ in the last bits by the number of threads."""


@dataclass(frozen=True)
class Cloud:
    """Where an observation lies in a cloud of simulated points.

    Attributes
    ----------
    tail : (S,) float
        Twice the lesser of the shares of points at or below, and at or above, the observed value, 1 at most; NaN of a summary
        without an observed value or a simulated one.
    deviation : (S,) float
        Distance of the observed value from the mean, in standard deviations of the points; infinite off a constant.
    outside : tuple of str
        Summaries at which the observed value lies outside the middle 95 % of the points, the farthest first.
    distance : float
        Mahalanobis distance of the observation from the points' centre, over the square root of the summaries counted.
    nearer : float
        Share of the points that lie nearer to their centre than the observation: above .95, it is outside the cloud.
    counted : tuple of str
        Summaries in the distance: observed, and varying over the points.
    """

    tail: Floats
    deviation: Floats
    outside: tuple[str, ...]
    distance: float
    nearer: float
    counted: tuple[str, ...]


def _scores(column: Floats, values: Floats) -> Floats:
    """Normal scores of values by their mid-rank in a column; beyond it they go on by its standard deviations; 0 for NaN."""
    order = np.sort(column[~np.isnan(column)])
    known = np.where(np.isnan(values), np.median(order), values)
    below, upto = np.searchsorted(order, known, side="left"), np.searchsorted(order, known, side="right")
    score = norm.ppf((0.5 * (below + upto) + 0.5) / (len(order) + 1.0))
    over = np.maximum(known - order[-1], 0.0) - np.maximum(order[0] - known, 0.0)
    return np.where(np.isnan(values), 0.0, score + over / max(float(order.std()), LEAST))


def _one(column: Floats, value: float) -> tuple[float, float]:
    """Tail and deviation of a value in a column without NaN."""
    tail = min(1.0, 2.0 * min(float((column <= value).mean()), float((column >= value).mean())))
    off, scale = value - float(column.mean()), float(column.std())
    if scale <= LEAST:
        return tail, 0.0 if abs(off) <= LEAST else float(np.copysign(np.inf, off))
    return tail, off / scale


def _measured(by: Floats, points: Floats, observed: Floats) -> tuple[float, float]:
    """Distance of the observation, and the share of points that lie nearer, by the ranks and the covariance of other points."""
    from sklearn.covariance import LedoitWolf

    every = np.concatenate([by, points, observed[None]])
    z = np.stack([_scores(column[: len(by)], column) for column in every.T], axis=1)
    square = LedoitWolf().fit(z[: len(by)]).mahalanobis(z[len(by) :])
    off = np.round(np.sqrt(square / z.shape[1]), DECIMALS)
    return float(off[-1]), float((off[:-1] < off[-1]).mean())


def distance_from_cloud(simulated: Floats, observed: Floats, names: Sequence[str] = ()) -> Cloud:
    """Where an observation lies in the cloud of simulated points.

    Every summary is turned into normal scores of its ranks; a value that a point lacks counts as the middle. Their
    covariance is shrunk as by Ledoit and Wolf (2004), so that summaries that say the same do not blow the distance up. Ranks
    and covariance come from one half of the points, drawn once for all, and measure the other half and the observation, both ways
    round: measured by its own cloud a point would seem near and the observation far.

    Parameters
    ----------
    simulated : (N, S) float
        NaN where there was nothing to count.
    observed : (S,) float
        NaN where nothing was observed.
    names : sequence of str, optional
        Of the summaries; their numbers by default.

    Raises
    ------
    InputError
        Shapes that do not fit, fewer than 20 points, or no summary that varies and was observed.
    """
    points, summaries = simulated.shape
    names = tuple(names) or tuple(str(n) for n in range(summaries))
    if observed.shape != (summaries,) or len(names) != summaries:
        raise InputError("cloud", "observed", f"has {observed.size} values and {len(names)} names", f"{summaries} of each")
    if points < 20:
        raise InputError("cloud", "points", f"are {points}", "20 or more")
    tail, deviation = np.full(summaries, np.nan), np.full(summaries, np.nan)
    half = np.random.default_rng(SEED).permutation(points) % 2
    counted = []
    for n in range(summaries):
        column = simulated[~np.isnan(simulated[:, n]), n]
        if np.isnan(observed[n]) or not len(column):
            continue
        tail[n], deviation[n] = _one(column, float(observed[n]))
        if min(np.nan_to_num(simulated[half == h, n], nan=column[0]).std() for h in (0, 1)) > LEAST:
            counted.append(n)
    if not counted:
        raise InputError("cloud", "summaries", "none was observed and varies over the points", "one or more")
    found = [_measured(simulated[half == h][:, counted], simulated[half != h][:, counted], observed[counted]) for h in (0, 1)]
    far = np.flatnonzero(tail < 1.0 - WITHIN)
    outside = tuple(names[n] for n in far[np.argsort(-np.abs(deviation[far]), kind="stable")])
    distance, nearer = np.mean(found, axis=0).tolist()
    return Cloud(tail, deviation, outside, distance, nearer, tuple(names[n] for n in counted))
