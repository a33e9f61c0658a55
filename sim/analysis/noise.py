"""The share of what differs between points that is only replicate noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..errors import InputError
from ..world.tables import Floats


@dataclass(frozen=True)
class Noise:
    """Variance between points, split into what parameters and what replicates do.

    Attributes
    ----------
    points, replicates : int
    observed : float
        Variance of the replicate means between points, in squared units of the outcome.
    noise : float
        The part of it that comes from the finite number of replicates; NaN with one replicate.
    """

    points: int
    replicates: int
    observed: float
    noise: float

    @property
    def signal(self) -> float:
        """Variance between points without the noise; may fall below 0 by chance where there is none."""
        return self.observed - self.noise

    @property
    def share(self) -> float:
        """Noise as a share of the observed variance, 0..1; 0 where nothing varies, NaN with one replicate."""
        if self.observed <= 0:
            return 0.0
        return float(np.clip(self.noise / self.observed, 0.0, 1.0)) if np.isfinite(self.noise) else float("nan")


def checked_outcomes(outcomes: ArrayLike, points: int) -> Floats:
    """Outcomes as floats of shape (P, R); one replicate may come without its axis.

    Raises
    ------
    InputError
        Wrong shape, or an outcome that is not a finite number.
    """
    values = np.asarray(outcomes, dtype=float)
    if values.ndim == 1:
        values = values[:, None]
    if values.ndim != 2 or values.shape[0] != points or values.shape[1] < 1:
        raise InputError("outcomes", "", f"have shape {np.shape(outcomes)}", f"({points}, replicates), a row a point")
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        point, replicate = bad[0]
        raise InputError(
            "outcomes", f"point {point}, replicate {replicate}", f"{values[point, replicate]} of {len(bad)}", "numbers"
        )
    return values


def replicate_noise(outcomes: Floats) -> Noise:
    """Split the variance of replicate means between points.

    Two replicates of a point share its parameters and not its noise, so the covariance over points of different
    replicates estimates the variance that parameters cause, without bias. With V the variance of the means over points
    and W the mean over replicates of the variance over points, noise = (W - V) / (R - 1): the interaction mean square of
    points x replicates over R, as in a two-way random-effects layout (Searle, Casella & McCulloch 1992, ch. 4). It holds
    whether points share common random numbers or not: what a replicate adds to all points alike is no difference
    between points.

    Parameters
    ----------
    outcomes : ndarray, shape (P, R)
    """
    points, replicates = outcomes.shape
    if points < 2:
        return Noise(points, replicates, 0.0, float("nan") if replicates < 2 else 0.0)
    observed = float(outcomes.mean(axis=1).var(ddof=1))
    if replicates < 2:
        return Noise(points, replicates, observed, float("nan"))
    within = float(outcomes.var(axis=0, ddof=1).mean())
    return Noise(points, replicates, observed, max(0.0, (within - observed) / (replicates - 1)))
