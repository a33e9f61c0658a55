"""How much of what differs between draws of the posterior goes with parameters that rest on assumptions alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import KFold

from ..evidence.ledger import ledger
from ..world.tables import Floats
from .claim_shares import ASSUMPTION, claims_of
from .noise import replicate_noise
from .normal_scores import latent

FOLDS = 10
PENALTIES = np.logspace(-1, 4, 11)


def assumed(paths: Sequence[str]) -> NDArray[np.bool_]:
    """Which parameters rest on an assumption alone. (D,)."""
    book = ledger()
    return np.array([claims_of(path, book) == ASSUMPTION for path in paths], dtype=bool)


def share_of_variance(points: pd.DataFrame, outcomes: Floats, group: NDArray[np.bool_], seed: int) -> float:
    """Share of the variance of an outcome between points that goes with some of the parameters.

    The outcome is regressed (ridge, cross-fitted) on the normal scores of all parameters; the share is the covariance of the
    group's part of the prediction with the outcome at points that the regression has not seen, over the variance
    between points without replicate noise (the structural part of Li et al. 2010). NaN where nothing but noise differs.

    Parameters
    ----------
    points : DataFrame (P, D)
    outcomes : (P, R) float
        Of R >= 2 replicates of each point.
    group : (D,) bool
    seed : int
        Of the folds.
    """
    noise = replicate_noise(outcomes)
    if not noise.signal > 0.0:
        return float("nan")
    x = latent((rankdata(points.to_numpy(dtype=float), axis=0) - 0.5) / len(points))
    y = outcomes.mean(axis=1)
    part = np.empty(len(y))
    for train, test in KFold(FOLDS, shuffle=True, random_state=seed % 2**32).split(x):
        model = RidgeCV(PENALTIES).fit(x[train], y[train])
        part[test] = (x[test] - x[train].mean(axis=0))[:, group] @ model.coef_[group]
    return float(np.cov(part, y)[0, 1] / noise.signal)
