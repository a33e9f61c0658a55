"""Whether what was observed lies within what points make: summary by summary, and all together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from ..errors import InputError
from ..world.tables import Floats

WITHIN = 0.95
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


def _ranks(column: Floats, values: Floats) -> Floats:
    """Normal scores of values by their mid-rank in a column; beyond it they go on by standard deviations of the column."""
    order = np.sort(column)
    below, upto = np.searchsorted(order, values, side="left"), np.searchsorted(order, values, side="right")
    score = norm.ppf((0.5 * (below + upto) + 0.5) / (len(order) + 1.0))
    scale = column.std()
    over = np.maximum(values - order[-1], 0.0) - np.maximum(order[0] - values, 0.0)
    return np.asarray(score + over / scale)


def _one(column: Floats, value: float) -> tuple[float, float]:
    """Tail and deviation of a value in a column without NaN."""
    tail = min(1.0, 2.0 * min(float((column <= value).mean()), float((column >= value).mean())))
    off, scale = value - float(column.mean()), float(column.std())
    if scale <= 1e-12:
        return tail, 0.0 if abs(off) <= 1e-12 else float(np.copysign(np.inf, off))
    return tail, off / scale


def distance_from_cloud(simulated: Floats, observed: Floats, names: Sequence[str] = ()) -> Cloud:
    """Where an observation lies in the cloud of simulated points.

    Every summary is turned into normal scores of its ranks; a value that a point lacks counts as the middle. Their
    covariance is shrunk as by Ledoit and Wolf (2004), so that summaries that say the same do not blow the distance up.

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
    from sklearn.covariance import LedoitWolf

    points, summaries = simulated.shape
    names = tuple(names) or tuple(str(n) for n in range(summaries))
    if observed.shape != (summaries,) or len(names) != summaries:
        raise InputError("cloud", "observed", f"has {observed.size} values and {len(names)} names", f"{summaries} of each")
    if points < 20:
        raise InputError("cloud", "points", f"are {points}", "20 or more")
    tail, deviation = np.full(summaries, np.nan), np.full(summaries, np.nan)
    scores: list[Floats] = []
    counted = []
    for n, name in enumerate(names):
        column = simulated[~np.isnan(simulated[:, n]), n]
        if np.isnan(observed[n]) or not len(column):
            continue
        tail[n], deviation[n] = _one(column, float(observed[n]))
        if column.std() > 1e-12:
            every = np.append(simulated[:, n], observed[n])
            scores.append(np.where(np.isnan(every), 0.0, _ranks(column, every)))
            counted.append(name)
    if not counted:
        raise InputError("cloud", "summaries", "none was observed and varies over the points", "one or more")
    z = np.stack(scores, axis=1)
    square = LedoitWolf().fit(z[:-1]).mahalanobis(z)
    off = np.round(np.sqrt(square / len(counted)), DECIMALS)
    far = np.flatnonzero(tail < 1.0 - WITHIN)
    order = far[np.argsort(-np.abs(deviation[far]), kind="stable")]
    return Cloud(
        tail, deviation, tuple(names[n] for n in order), float(off[-1]), float((off[:-1] < off[-1]).mean()), tuple(counted)
    )
