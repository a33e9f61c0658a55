"""How many independent runs are runs worth that share draws: what a share or a mean is known by, over runs and draws.

Runs of one draw are alike as far as the outcome hangs on the parameters. The variance of a mean over n runs of K draws is
therefore taken from the sums of the draws (Taylor linearisation, as for cluster samples), widened as Student's t with K - 1
degrees of freedom is wider than that with n - 1 (Korn and Graubard 1998), and said as the number of independent runs that would
know the mean as well.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ..world.tables import Floats


def effective_runs(total: Floats, of: Floats, squares: Floats | None = None) -> Floats:
    """Independent runs that would know a mean as well, at most all.

    Of a share at least as many as there are draws: that is what it is where a draw's runs all end alike. Where nothing varies
    no spread between draws can be seen, and as many as there are draws is all that can be said.

    Parameters
    ----------
    total, of : (K, …) float
        Sum over the runs of each draw, and how many runs that is; a draw may have none.
    squares : (K, …) float, optional
        Sum of the squares, of what is no share; of a share it is the sum itself.

    Returns
    -------
    ndarray (…)
        0 where there are no runs.
    """
    total, of = (np.asarray(x, dtype=float) for x in (total, of))
    n, draws = of.sum(axis=0), (of > 0).sum(axis=0)
    some = np.maximum(n, 1.0)
    mean = total.sum(axis=0) / some
    square = (total if squares is None else np.asarray(squares, dtype=float)).sum(axis=0)
    spread = (square - some * mean**2) / np.maximum(n - 1, 1)
    apart = ((total - mean * of) ** 2).sum(axis=0) / some**2
    free = np.maximum(draws - 1, 1)
    wider = draws / free * (special.stdtrit(free, 0.975) / special.stdtrit(np.maximum(n - 1, 1), 0.975)) ** 2
    varies = spread > 0.0
    told = np.divide(spread, apart * wider, out=np.where(varies, n, draws.astype(float)), where=varies & (apart > 0.0))
    worth: Floats = np.where(draws < 2, n, np.clip(told, draws if squares is None else 0.0, n))
    return worth


def effective_size(x: Floats, draw: NDArray[np.int64] | None, *, share: bool) -> float:
    """Independent runs that would know the mean of x as well.

    Of what is no share it may be fewer than draws: a normal interval from it is Student's over the means of few draws.

    Parameters
    ----------
    x : (n,) float
    draw : (n,) int, optional
        Draw of each run; None where runs share none, and n is the answer.
    share : bool
        Whether a run has the thing or not, or moves it by one; else any number.
    """
    if draw is None or len(x) == 0:
        return float(len(x))
    place = np.unique(draw, return_inverse=True)[1]
    x = x - x.mean() if np.ptp(x) else np.zeros(len(x))
    of, total, squares = (np.bincount(place, weights=w).astype(float) for w in (np.ones(len(x)), x, x**2))
    worth = float(effective_runs(total, of, squares))
    return max(worth, float(np.count_nonzero(of))) if share else worth
