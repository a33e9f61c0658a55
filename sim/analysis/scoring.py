"""Scores of probability forecasts: Brier, logarithm, skill over a baseline, reliability."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binomtest
from sklearn.metrics import brier_score_loss, log_loss

from ..world.tables import Floats

DRAWS = 2000
Loss = Callable[[Floats, Floats], Floats]


def clipped(probability: Any, least: float) -> Floats:
    """Probabilities held away from 0 and 1 by `least`, so that a certain error costs much and not everything."""
    return np.clip(np.asarray(probability, dtype=np.float64), least, 1.0 - least)


def brier(observed: Any, probability: Any) -> float:
    """Mean squared difference (Brier 1950): 0 perfect, .25 for a half everywhere."""
    return float(brier_score_loss(np.asarray(observed, dtype=int), np.asarray(probability, dtype=float), pos_label=1))


def logarithmic(observed: Any, probability: Any, least: float) -> float:
    """Mean negative logarithm of the probability given to what happened: 0 perfect, .69 for a half everywhere."""
    return float(log_loss(np.asarray(observed, dtype=int), clipped(probability, least), labels=[0, 1]))


def squared(observed: Floats, probability: Floats) -> Floats:
    """What the Brier score averages."""
    return (probability - observed) ** 2


def surprise(observed: Floats, probability: Floats) -> Floats:
    """What the logarithmic score averages, of probabilities that are clipped."""
    return -np.log(np.where(observed == 1.0, probability, 1.0 - probability))


def difference(
    observed: Any, probability: Any, baseline: Any, subjects: Any = None, seed: int = 1, loss: Loss = squared
) -> tuple[float, float, float]:
    """A score, the Brier score by default, less a baseline's, with the 95 % interval of a bootstrap; below 0 is better.

    Whole subjects are drawn, with all their questions, since what is asked about one pair hangs together; single questions
    without them.
    """
    x = np.asarray(observed, dtype=float)
    gain = loss(x, np.asarray(probability, dtype=float)) - loss(x, np.asarray(baseline, dtype=float))
    _, group = np.unique(np.arange(len(gain)) if subjects is None else np.asarray(subjects), return_inverse=True)
    total, size = np.bincount(group, weights=gain), np.bincount(group)
    drawn = np.random.default_rng(seed).integers(0, len(size), (DRAWS, len(size)))
    low, high = np.quantile(total[drawn].sum(axis=1) / size[drawn].sum(axis=1), [0.025, 0.975])
    return float(gain.mean()), float(low), float(high)


def score_table(observed: Any, forecasts: dict[str, Any], least: float, reference: str, subjects: Any = None) -> pd.DataFrame:
    """Scores of several forecasts of the same questions.

    Returns
    -------
    DataFrame
        Index: forecast. brier, log, and the Brier score less that of `reference` with low and high.
    """
    rows = {}
    for name, probability in forecasts.items():
        mean, low, high = difference(observed, probability, forecasts[reference], subjects)
        rows[name] = {"brier": brier(observed, probability), "log": logarithmic(observed, probability, least),
                      "less": mean, "low": low, "high": high}  # fmt: skip
    return pd.DataFrame(rows).T.rename_axis("forecast")


def reliability(observed: Any, probability: Any, bins: int = 5) -> pd.DataFrame:
    """Observed shares by bins of forecast probability, with exact binomial 95 % intervals.

    Returns
    -------
    DataFrame
        forecast (mean of the bin), share, low, high, questions; empty bins are left out.
    """
    p, x = np.asarray(probability, dtype=float), np.asarray(observed, dtype=int)
    which = np.minimum((p * bins).astype(int), bins - 1)
    rows = []
    for n in np.unique(which):
        hit = x[which == n]
        span = binomtest(int(hit.sum()), len(hit)).proportion_ci(method="exact")
        rows.append(
            {"forecast": p[which == n].mean(), "share": hit.mean(), "low": span.low, "high": span.high, "questions": len(hit)}
        )
    return pd.DataFrame(rows)
