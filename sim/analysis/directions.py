"""What the data inform: directions of the parameter space before single parameters, by tests that all have to agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm, t

from ..world.tables import Floats
from .calibrated import FALSE_ALARM, Gain, held_out_gain, rank_test, residual_moments
from .keys import generator
from .regression import FOLDS, Posterior, one_thread, regressed

HALF_STAGE = 105
LEAST_R2 = 0.5
IMMATERIAL = 0.25
"""Standard deviations of the posterior: means of two halves that differ by less agree, however well each is known."""


@dataclass(frozen=True)
class Directions:
    """Contrasts of parameters by how well the summaries tell them, best first.

    Attributes
    ----------
    contrasts : (D, D) float
        Columns: orthonormal on the normal scale.
    r2 : (D,) float
        Cross-fitted: the contrast of each rank is found without the fold in which it is judged.
    """

    contrasts: Floats
    r2: Floats

    def informed(self, least: float = LEAST_R2) -> Floats:
        """Those with an R² above `least`. (D, J)."""
        return self.contrasts[:, self.r2 > least]


@one_thread()
def directions(posterior: Posterior) -> Directions:
    """Canonical directions of the parameters given the summaries (Hotelling 1936).

    Under the prior, parameters are uncorrelated with unit variance on the normal scale; so the canonical directions are the
    eigenvectors of the covariance of the held-out errors, the squared canonical correlations 1 less its eigenvalues. In a
    local fit this counts what nearness to the observed tells as well.
    """
    fit = posterior.fit
    errors, left = fit.spread * fit.residuals, np.empty_like(fit.residuals)
    for k in range(FOLDS):
        out = fit.fold == k
        left[out] = errors[out] @ _canonical(errors[~out], fit.weights[~out])
    return Directions(_canonical(errors, fit.weights), 1.0 - fit.weights @ left**2)


def _canonical(errors: Floats, weights: Floats) -> Floats:
    """Eigenvectors of the covariance of errors, least error first; the largest entry of each is above 0."""
    vectors = np.linalg.eigh(residual_moments(errors, weights)[1])[1]
    largest = np.argmax(np.abs(vectors), axis=0)
    return np.asarray(vectors * np.sign(vectors[largest, np.arange(len(largest))]))


def halves(unit: Floats, summaries: Floats, observed: Floats, weights: Floats, seed: int) -> tuple[Posterior, Posterior]:
    """Posteriors from two disjoint halves of the simulated points, at random; arguments as of `regressed`."""
    order = generator(seed, HALF_STAGE).permutation(len(unit))
    one, other = (np.sort(part) for part in np.array_split(order, 2))
    first = regressed(unit[one], summaries[one], observed, weights[one], seed)
    return first, regressed(unit[other], summaries[other], observed, weights[other], seed)


def _at_observed(posterior: Posterior, contrasts: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean, standard deviation and the mean's standard error (jackknife over folds) of contrasts at the observed. (J,) each."""
    fit, draws = posterior.fit, posterior.latent_draws() @ contrasts
    mean = fit.weights @ draws
    sd = np.sqrt(fit.weights @ (draws - mean) ** 2)
    single = fit.at(posterior.scores(posterior.observed[None, :]))[0][:, 0] @ contrasts
    se = np.sqrt((FOLDS - 1) / FOLDS * ((single - single.mean(axis=0)) ** 2).sum(axis=0))
    return mean, sd, np.hypot(se, sd / np.sqrt(posterior.effective))


def _above_nothing(gain: Gain) -> Any:
    """Gains above 0 beyond their error: in no contrast of a table that says nothing, but with FALSE_ALARM (Bonferroni)."""
    return gain.gain > norm.isf(FALSE_ALARM / len(gain.gain)) * gain.se


def informed(
    whole: Posterior, two: tuple[Posterior, Posterior], seed: int, names: Sequence[str], contrasts: Floats | None = None,
    fresh: Gain | None = None,
) -> pd.DataFrame:  # fmt: skip
    """What the data say about contrasts of parameters.

    Parameters
    ----------
    whole : Posterior
    two : pair of Posterior
        From `halves` of the same points.
    seed : int
    names : sequence of str
        Of the contrasts.
    contrasts : (D, J) float, optional
        Columns of unit length, such as `Directions.informed()`; the parameters themselves by default.
    fresh : Gain, optional
        From `fresh_gain` for the same contrasts, at points that had no part in the fit.

    Returns
    -------
    DataFrame
        Index: name. r2, gain, gain_se (nats over the prior, held out); mean, sd (at the observed, on the normal scale, where
        the prior has 0 and 1); sbc_p, sbc (passed), coverage (of 90 %); gain_one, gain_other (of the halves), apart
        (difference of the halves' means at the observed), apart_most (what they may differ by: 99 % of Student's t on the
        jackknife's error, but at least IMMATERIAL and at most one standard deviation of the posterior), halves (both gain,
        and they agree); fresh_gain, fresh (above nothing); informed: gain, SBC, halves and, if given, fresh points agree.
    """
    a = np.eye(whole.z.shape[1]) if contrasts is None else contrasts
    gain, ranks = held_out_gain(whole, a), rank_test(whole, seed, a)
    gains = [held_out_gain(half, a) for half in two]
    (one, _, error), (other, _, second) = (_at_observed(half, a) for half in two)
    mean, sd, _ = _at_observed(whole, a)
    # halves that know the mean so badly that they might be a whole posterior apart do not agree on anything
    most = np.clip(t.isf(0.005, 2 * (FOLDS - 1)) * np.hypot(error, second), IMMATERIAL * sd, sd)
    agree = _above_nothing(gains[0]) & _above_nothing(gains[1]) & (np.abs(one - other) <= most)
    tests = _above_nothing(gain) & ranks.passed & agree
    held = np.ones(len(mean), dtype=bool) if fresh is None else _above_nothing(fresh)
    return pd.DataFrame(
        {
            "r2": gain.r2, "gain": gain.gain, "gain_se": gain.se, "mean": mean, "sd": sd,
            "sbc_p": ranks.p_value, "sbc": ranks.passed, "coverage": ranks.coverage,
            "gain_one": gains[0].gain, "gain_other": gains[1].gain, "apart": one - other, "apart_most": most, "halves": agree,
            **({} if fresh is None else {"fresh_gain": fresh.gain, "fresh": held}),
            "informed": tests & held,
        },
        index=pd.Index(names, name="contrast"),
    )  # fmt: skip
