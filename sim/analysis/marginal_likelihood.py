"""The marginal likelihood of a model, for theses judged on the same observation.

A synthetic likelihood (Wood 2010) whose mean and spread are regressed on the parameters over all simulated points, of a few
linear compressions of the summaries, the same for all models; averaged over the prior by the points themselves. It is the
density of the model's predictions at the observed, with the regression's residuals for a kernel: where parameters decide
about the compressed summaries the kernel is narrow, and where they decide nothing it is what it has to be. Counting points
within a tolerance (Grelaud et al. 2009) has few left to count in more than a handful of dimensions, and favours models that
scatter widely, by the tolerance.

Compressing costs information: a Bayes factor is one given the compressed summaries (Robert et al. 2011). So linear
discriminants of the models are among them, and not the posterior means of one model alone (Prangle et al. 2014).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import InputError
from ..world.tables import Floats
from .calibrated import residual_moments
from .normal_scores import Scores, latent
from .regression import FOLDS, Posterior, Regressed, check_points, effective, folds, one_thread, ridge

NEGLIGIBLE = 1e-3
"""Size of a dimension of the compression that is left out, in units of the largest."""


@dataclass(frozen=True)
class Compression:
    """A linear map of the scores of summaries, the same for every model.

    Attributes
    ----------
    scores : Scores
    slopes : (F, J) float
    """

    scores: Scores
    slopes: Floats

    @one_thread()
    def __call__(self, summaries: Floats) -> Floats:
        """(M, S) summaries -> (M, J)."""
        return np.asarray(self.scores(summaries) @ self.slopes)


@one_thread()
def compression(posterior: Posterior, contrasts: Floats, models: Sequence[Floats], seed: int) -> Compression:
    """Posterior means of contrasts in a model that has all parameters, and discriminants of the models judged.

    Parameters
    ----------
    posterior : Posterior
        Of the model that has all parameters, for the same observed summaries.
    contrasts : (D, J) float
        Such as `Directions.informed()`; J may be 0.
    models : sequence of (N, S) float
        Summaries of simulated points of each model; better of other points than those that are judged, which matters the
        less the more points there are for a summary.
    seed : int

    Returns
    -------
    Compression
        To at most J + len(models) - 1 numbers.

    Raises
    ------
    InputError
        The summaries tell neither contrasts nor models apart.
    """
    means = posterior.fit.location.mean(axis=0)[1:] @ contrasts
    x = posterior.scores(np.concatenate(list(models)))
    which = np.repeat(np.arange(len(models)), [len(part) for part in models])
    labels = (which[:, None] == np.arange(1, len(models))).astype(float)
    weights = 1.0 / np.bincount(which)[which]
    discriminants = ridge(x, labels, weights / weights.sum(), folds(len(x), seed)).mean(axis=0)[1:]
    # an orthonormal basis of them: what is a combination of the others, or discriminates nothing, has no density of its own
    basis, size, _ = np.linalg.svd(np.hstack([means, discriminants]), full_matrices=False)
    kept = size > NEGLIGIBLE * max(size.max(initial=0.0), 1e-300)
    if not kept.any():
        raise InputError("marginal likelihood", "compression", "no summary tells parameters or models apart", "others")
    return Compression(posterior.scores, basis[:, kept])


@dataclass(frozen=True)
class Evidence:
    """A marginal likelihood.

    Attributes
    ----------
    log : float
        Its natural logarithm; only differences between models on the same compressed summaries mean anything.
    se : float
        Monte Carlo error: jackknife over FOLDS groups of points, which are left out of the regression and of the average.
    effective : float
        Effective number of points that the average rests on; with fewer than about 30 neither it nor its error is to be
        believed, and another round nearer to the observed is needed.
    """

    log: float
    se: float
    effective: float

    def over(self, other: Evidence) -> tuple[float, float]:
        """Logarithm of the Bayes factor of this model over another, and its Monte Carlo error."""
        return self.log - other.log, float(np.hypot(self.se, other.se))


@one_thread()
def marginal_likelihood(unit: Floats, compressed: Floats, observed: Floats, weights: Floats, seed: int) -> Evidence:
    """The marginal likelihood of a model from its simulated points.

    Parameters
    ----------
    unit : (N, D) float
        Points of its own prior's unit cube.
    compressed : (N, J) float
        By the `Compression` that all models share.
    observed : (J,) float
        The observed summaries, by the same.
    weights : (N,) float
        Prior density over the density drawn from (`rounds.importance`), and nothing else: a kernel of the summaries would
        change the prior predictive density that is asked for.
    seed : int

    Raises
    ------
    InputError
        Points that `check_points` refuses.
    """
    check_points(unit, weights, "marginal likelihood")
    z, fold = latent(unit), folds(len(unit), seed)
    x = np.hstack([z, (z**2 - 1.0) / np.sqrt(2.0)])  # both standardised under the prior
    fit = Regressed.of(x, compressed, weights, fold)
    logs, best = np.empty(FOLDS), np.empty(FOLDS)
    one = np.column_stack([np.ones(len(x)), x])
    for k in range(FOLDS):
        rest = fold != k
        mean = one[rest] @ fit.location[k]
        spread = np.exp(0.5 * np.clip(one[rest] @ fit.log_square[k], *fit.bounds))
        middle, covariance = residual_moments(fit.residuals[rest], fit.weights[rest])
        lower = np.linalg.cholesky(covariance)
        off = np.linalg.solve(lower, ((observed - mean) / spread - middle).T)
        density = -0.5 * (off**2).sum(axis=0) - np.log(spread).sum(axis=1)
        density -= np.log(np.diag(lower)).sum() + 0.5 * len(observed) * np.log(2.0 * np.pi)
        top = density.max()
        terms = fit.weights[rest] * np.exp(density - top)
        logs[k] = top + np.log(terms.sum() / fit.weights[rest].sum())
        best[k] = effective(terms)
    se = np.sqrt((FOLDS - 1) / FOLDS * ((logs - logs.mean()) ** 2).sum())
    return Evidence(float(logs.mean()), float(se), float(best.mean()) * FOLDS / (FOLDS - 1))
