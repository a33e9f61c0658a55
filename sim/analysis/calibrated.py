"""Whether a posterior can be believed: gain over the prior, and simulation-based calibration, on points it did not see.

Everything is asked of contrasts, linear combinations of parameters on the normal scale: a parameter is one, a direction of
several is another. A contrast has unit length, so that its prior is standard normal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from ..world.tables import Floats
from .keys import generator
from .normal_scores import Whole, latent
from .regression import FOLDS, Posterior, effective, one_thread

RANK_STAGE = 104
FALSE_ALARM = 0.01
"""Chance that a table of sound posteriors has a contrast that fails."""
POINTS = 1000
"""Held-out points whose ranks are tested, effectively: more would reject any approximation, however small its fault."""
DRAWS = 199
GROUPS, BINS = 3, 10


@dataclass(frozen=True)
class Gain:
    """What a posterior says about contrasts of points that it did not see.

    Attributes
    ----------
    gain, se : (J,) float
        Mean log density of the true value, less that of the prior, in nats, and its standard error. The density is normal,
        with the mean and spread that the regression gives: what the residuals have beyond that counts for nothing.
    r2 : (J,) float
        Share of the prior's variance that is gone: 1 - mean squared error of the prediction. In a local fit what nearness to
        the observed tells counts too; the sampling error of a contrast about which nothing is known is sqrt(2 / points).
    joint, joint_se : float
        The same gain for all parameters at once, with their residual correlations.
    """

    gain: Floats
    se: Floats
    r2: Floats
    joint: float
    joint_se: float


def residual_moments(residuals: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Mean (D,) and covariance (D, D); correlations shrunk to nothing as far as they are noise (Schäfer & Strimmer 2005)."""
    share = weights / weights.sum()
    mean = share @ residuals
    covariance = (residuals - mean).T @ (share[:, None] * (residuals - mean))
    sd = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(sd, sd)
    off = ~np.eye(len(mean), dtype=bool)
    noise = ((1.0 - correlation[off] ** 2) ** 2).sum() / (effective(weights) - 1.0)
    kept = 1.0 - min(1.0, noise / max((correlation[off] ** 2).sum(), 1e-300))
    return mean, np.where(off, kept, 1.0) * covariance


def _log_gains(
    z: Floats, mean: Floats, spread: Floats, moments: tuple[Floats, Floats], contrasts: Floats
) -> tuple[Floats, Floats]:
    """Log densities over the prior's at M points: of each contrast (M, J), of all parameters (M,)."""
    middle, covariance = moments
    off = z - mean - spread * middle
    true = z @ contrasts
    variance = np.stack([((spread * a @ covariance) * (spread * a)).sum(axis=1) for a in contrasts.T], axis=1)
    single = 0.5 * (true**2 - (off @ contrasts) ** 2 / variance - np.log(variance))
    lower = np.linalg.cholesky(covariance)
    scaled = np.linalg.solve(lower, (off / spread).T)
    joint = 0.5 * ((z**2).sum(axis=1) - (scaled**2).sum(axis=0)) - np.log(spread).sum(axis=1) - np.log(np.diag(lower)).sum()
    return single, joint


def _summed(single: Floats, joint: Floats, true: Floats, predicted: Floats, weights: Floats) -> Gain:
    share = weights / weights.sum()
    gain, whole = share @ single, float(share @ joint)
    se = np.sqrt((share**2) @ (single - gain) ** 2)
    return Gain(gain, se, 1.0 - share @ (true - predicted) ** 2, whole, float(np.sqrt((share**2) @ (joint - whole) ** 2)))


@one_thread()
def held_out_gain(posterior: Posterior, contrasts: Floats | None = None) -> Gain:
    """Gain at the simulated points, each by the model and the residuals of the other folds.

    Parameters
    ----------
    posterior : Posterior
    contrasts : (D, J) float, optional
        Columns of unit length; the parameters themselves by default.
    """
    fit, z = posterior.fit, posterior.z
    a = np.eye(z.shape[1]) if contrasts is None else contrasts
    single, joint = np.empty((len(z), a.shape[1])), np.empty(len(z))
    for k in range(FOLDS):
        out = fit.fold == k
        moments = residual_moments(fit.residuals[~out], fit.weights[~out])
        single[out], joint[out] = _log_gains(z[out], fit.mean[out], fit.spread[out], moments, a)
    return _summed(single, joint, z @ a, fit.mean @ a, fit.weights)


@one_thread()
def fresh_gain(posterior: Posterior, unit: Floats, summaries: Floats, weights: Floats, contrasts: Floats | None = None) -> Gain:
    """Gain at points that had no part in the fit: `unit` (M, D), `summaries` (M, S), `weights` (M,) as of `regressed`."""
    fit, z = posterior.fit, latent(unit)
    a = np.eye(z.shape[1]) if contrasts is None else contrasts
    mean, spread = (found.mean(axis=0) for found in fit.at(posterior.scores(summaries)))
    single, joint = _log_gains(z, mean, spread, residual_moments(fit.residuals, fit.weights), a)
    return _summed(single, joint, z @ a, mean @ a, weights)


@dataclass(frozen=True)
class RankTest:
    """Simulation-based calibration (Talts et al. 2018).

    Attributes
    ----------
    ranks : (M, J) int
        Of the true value of a held-out point among so many draws of its posterior, 0..DRAWS.
    weights : (M,) float
    p_value : (J,) float
        That ranks are uniform, in each third of the points by posterior mean: a residual is as likely to be anywhere among
        all of them whether or not the posterior fits any one point, so ranks over all points together say nothing of a
        regression (Modrák et al. 2023: test quantities have to depend on the data).
    coverage, coverage_se : (J,) float
        Share of true values within the central 90 % of the draws.
    passed : (J,) bool
        By Holm's (1979) procedure over all contrasts, with FALSE_ALARM.
    """

    ranks: Whole
    weights: Floats
    p_value: Floats
    coverage: Floats
    coverage_se: Floats
    passed: NDArray[np.bool_]

    @property
    def sbc_passed(self) -> bool:
        """Whether every contrast passed."""
        return bool(self.passed.all())

    def histogram(self, bins: int = 20) -> Floats:
        """Weighted share of ranks in equal bins. (J, bins)."""
        cells = self.ranks * bins // (DRAWS + 1)
        counts = [np.bincount(column, self.weights, bins) for column in cells.T]
        return np.asarray(np.array(counts) / self.weights.sum())


@one_thread()
def rank_test(posterior: Posterior, seed: int, contrasts: Floats | None = None) -> RankTest:
    """Ranks of the true values of held-out points among draws of their posteriors, and the test of them.

    A point's draws come from the residuals of the other folds. Weighted points count as their effective number.
    """
    fit, z, draw = posterior.fit, posterior.z, generator(seed, RANK_STAGE)
    a = np.eye(z.shape[1]) if contrasts is None else contrasts
    count = min(len(z), round(POINTS * len(z) / posterior.effective))
    rows = np.sort(draw.permutation(len(z))[:count])
    ranks = np.empty((count, a.shape[1]), dtype=np.int64)
    for k in range(FOLDS):
        pool = np.flatnonzero(fit.fold != k)
        share = np.cumsum(fit.weights[pool]) / fit.weights[pool].sum()
        for place in np.flatnonzero(fit.fold[rows] == k):
            i = rows[place]
            drawn = fit.residuals[pool[np.searchsorted(share, draw.random(DRAWS)).clip(max=len(pool) - 1)]]
            ranks[place] = ((fit.spread[i] * drawn) @ a < (z[i] - fit.mean[i]) @ a).sum(axis=0)
    weights = fit.weights[rows]
    # a fold's model has its mean from the other folds: the higher its own points lie, the lower, by chance alone
    level = np.stack([np.average(fit.mean[fit.fold == k], axis=0, weights=fit.weights[fit.fold == k]) for k in range(FOLDS)])
    by = (fit.mean - level[fit.fold])[rows] @ a
    p_value = np.array([_uniform(ranks[:, j], by[:, j], weights) for j in range(a.shape[1])])
    inside = (ranks >= 0.05 * (DRAWS + 1)) & (ranks < 0.95 * (DRAWS + 1))
    share = weights / weights.sum()
    coverage = share @ inside
    error = np.sqrt(0.9 * 0.1 / effective(weights)) * np.ones(a.shape[1])
    return RankTest(ranks, weights, p_value, coverage, error, holm(p_value))


def _uniform(ranks: Whole, by: Floats, weights: Floats) -> float:
    """P value of ranks being uniform in each third of the points by `by`: chi-squared, on effective counts."""
    statistic, freedom = 0.0, 0
    for part in np.array_split(np.argsort(by, kind="stable"), GROUPS):
        size = effective(weights[part])
        bins = int(np.clip(size // 10, 2, BINS))
        shares = np.bincount(ranks[part] * bins // (DRAWS + 1), weights[part], bins) / weights[part].sum()
        statistic += size * bins * float(((shares - 1.0 / bins) ** 2).sum())
        freedom += bins - 1
    return float(chi2.sf(statistic, freedom))


def holm(p_values: Floats) -> NDArray[np.bool_]:
    """Which hypotheses stand when the chance of rejecting any true one is FALSE_ALARM (Holm 1979). (J,)."""
    order = np.argsort(p_values, kind="stable")
    rejected = p_values[order] <= FALSE_ALARM / (len(p_values) - np.arange(len(p_values)))
    stands = np.ones(len(p_values), dtype=bool)
    stands[order] = ~np.logical_and.accumulate(rejected)
    return stands
