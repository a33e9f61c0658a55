"""The second round: simulate where the first round's posterior is, and weigh the points by what that changed.

A mixture of the prior and a normal approximation to the posterior is drawn from; the prior's share keeps every weight below
its inverse (Hesterberg 1995). Weights alone would leave most of the sum to points far from the observation, so a second fit
is also local: points count less the further their summaries are from the observed (Beaumont et al. 2002), in the one place
where distance has a meaning, the posterior means (Fearnhead & Prangle 2012). A weight that is a function of the summaries
leaves the posterior given the summaries as it is; so every check of a fit holds for a local one, near the observed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..world.tables import Floats
from .keys import generator
from .normal_scores import latent, unit_of
from .regression import Posterior, one_thread

PROPOSAL_STAGE = 103
PRIOR_SHARE = 0.2
WIDER = 1.5
"""Variance of the proposal in units of the posterior's: the weights of points in the tails stay bounded."""


@dataclass(frozen=True)
class Proposal:
    """A mixture of the prior and of a normal distribution that differs from it in some directions only.

    Attributes
    ----------
    prior_share : float
    directions : (D, K) float
        Orthonormal, on the normal scale.
    mean, sd : (K,) float
        Of the second part along them; elsewhere it is the prior.
    """

    prior_share: float
    directions: Floats
    mean: Floats
    sd: Floats

    @one_thread()
    def draws(self, count: int, seed: int, batch: int = 0) -> Floats:
        """Points of the unit cube, others in each batch. (count, D)."""
        draw = generator(seed, PROPOSAL_STAGE, batch)
        z = draw.standard_normal((count, len(self.directions)))
        along = z @ self.directions
        moved = draw.random((count, 1)) >= self.prior_share
        return unit_of(z + np.where(moved, self.mean + self.sd * along - along, 0.0) @ self.directions.T)

    @one_thread()
    def ratio(self, unit: Floats) -> Floats:
        """Its density over the prior's. (N,)."""
        along = latent(unit) @ self.directions
        logs = 0.5 * (along**2 - ((along - self.mean) / self.sd) ** 2).sum(axis=1) - np.log(self.sd).sum()
        return np.asarray(self.prior_share + (1.0 - self.prior_share) * np.exp(logs))


@one_thread()
def proposal(posterior: Posterior, prior_share: float = PRIOR_SHARE) -> Proposal:
    """Where to simulate next, after a first round.

    Directions in which the draws are as wide as so many draws of the prior might be keep the prior (Marchenko & Pastur 1967,
    the lower edge): otherwise the noise of a wide covariance would be in the weights.
    """
    draws, weights = posterior.latent_draws(), posterior.fit.weights
    mean = weights @ draws
    values, vectors = np.linalg.eigh((draws - mean).T @ (weights[:, None] * (draws - mean)))
    edge = max(0.0, 1.0 - np.sqrt(len(mean) / posterior.effective)) ** 2
    kept = vectors[:, values < edge]
    return Proposal(prior_share, kept, mean @ kept, np.sqrt((WIDER * values[values < edge]).clip(1e-12, 1.0)))


def importance(unit: Floats, from_prior: int, drawn: Proposal, from_drawn: int) -> Floats:
    """Weights of the points of both rounds together: the prior over the mixture of all they came from (Owen & Zhou 2000).

    Parameters
    ----------
    unit : (N, D) float
        N = from_prior + from_drawn.
    from_prior, from_drawn : int
        How many came from the prior (0 to leave the first round out) and from the proposal.

    Returns
    -------
    (N,) float
        At most (from_prior + from_drawn) / (from_prior + prior_share × from_drawn).
    """
    return np.asarray((from_prior + from_drawn) / (from_prior + from_drawn * drawn.ratio(unit)))


@dataclass(frozen=True)
class Nearness:
    """A kernel (Epanechnikov) of the distance of summaries from the observed.

    Attributes
    ----------
    posterior : Posterior
        Distances are between its posterior means.
    width : float
        Squared distance at which the kernel ends.
    """

    posterior: Posterior
    width: float

    @one_thread()
    def __call__(self, summaries: Floats) -> Floats:
        """(M, S) summaries -> (M,), 0..1."""
        return np.asarray((1.0 - _squared_distance(self.posterior, summaries) / self.width).clip(0.0))


def _squared_distance(posterior: Posterior, summaries: Floats) -> Floats:
    means = posterior.fit.at(posterior.scores(summaries))[0].mean(axis=0)
    middle = posterior.fit.at(posterior.scores(posterior.observed[None, :]))[0].mean(axis=0)
    return np.asarray(((means - middle) ** 2).sum(axis=1))


@one_thread()
def nearness(posterior: Posterior, summaries: Floats, share: float) -> Nearness:
    """The kernel that is above 0 for a share of points.

    Parameters
    ----------
    posterior : Posterior
        Of the first round.
    summaries : (N, S) float
        Of the points.
    share : float
        Above 0, 1 at most.
    """
    return Nearness(posterior, max(float(np.quantile(_squared_distance(posterior, summaries), share)), 1e-300))
