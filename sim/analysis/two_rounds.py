"""A posterior in two rounds: candidates of the prior, then candidates where the first fit says that the posterior is.

A candidate that violates a hard constraint has no weight, so that the posterior is one given the constraints and the observed
summaries. Everything that is asked of a fit (gain, ranks, directions) is therefore asked of histories that keep them, and
what keeping them tells of the parameters counts as told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..errors import InputError
from ..plural import plural
from ..world.tables import Floats
from .candidates import Candidates, Draw
from .keys import generator
from .regression import FEWEST, Posterior, regressed
from .rounds import Nearness, Proposal, importance, nearness, proposal

CANDIDATE_STAGE = 106
PRIOR, SECOND, FRESH = 1, 2, 3
"""The rounds; candidates of the last have no part in the fit."""
FRESH_BATCH = 1 << 20
"""Number of the first batch of draws of the proposal that are fresh."""

Gather = Callable[[int, Draw], Candidates]
"""Round and how its candidates are drawn -> the candidates."""


@dataclass(frozen=True)
class Points:
    """Points with a weight: all that a fit or a test of it needs.

    Attributes
    ----------
    unit : (N, D) float
    summaries : (N, S) float
    weights : (N,) float
    """

    unit: Floats
    summaries: Floats
    weights: Floats


@dataclass(frozen=True)
class Fit:
    """A posterior and what it was made of.

    Attributes
    ----------
    first, second : Candidates
        Of the prior, and of the proposal.
    proposal : Proposal
    near : Nearness
        What the second fit is local by.
    points : Points
        Of both rounds.
    posterior : Posterior
    """

    first: Candidates
    second: Candidates
    proposal: Proposal
    near: Nearness
    points: Points
    posterior: Posterior

    @property
    def candidates(self) -> int:
        """Candidates that were tried."""
        return len(self.first.unit) + len(self.second.unit)

    def importance(self) -> Floats:
        """Prior density over that of both rounds, of every candidate, kept or not. (C,)."""
        unit = np.concatenate([self.first.unit, self.second.unit])
        return importance(unit, len(self.first.unit), self.proposal, len(self.second.unit))

    def fresh(self, found: Candidates) -> Points:
        """Further candidates of the proposal as points, weighted as the fit's are."""
        weights = importance(found.points, 0, self.proposal, len(found.unit)) * self.near(found.summaries)
        return Points(found.points, found.summaries, weights)


def prior_draw(dimensions: int, batch: int, seed: int) -> Draw:
    """Batches of candidates of the prior."""
    return lambda number: generator(seed, CANDIDATE_STAGE, number).random((batch, dimensions))


def fresh_draw(fit: Fit, batch: int, seed: int) -> Draw:
    """Batches of candidates of the proposal that had no part in its fit."""
    return lambda number: fit.proposal.draws(batch, seed, FRESH_BATCH + number)


def first_fit(found: Candidates, observed: Floats, seed: int) -> Posterior:
    """The posterior by the candidates of the prior alone.

    Raises
    ------
    InputError
        Too few of them keep the constraints.
    """
    if len(found.summaries) < FEWEST:
        said = f"{len(found.summaries)} of {plural(len(found.unit), 'candidate')} keep the hard constraints"
        raise InputError("calibrate", "most", said, f"settings under which {FEWEST} or more do")
    return regressed(found.points, found.summaries, observed, np.ones(len(found.summaries)), seed)


def two_rounds(gather: Gather, dimensions: int, batch: int, observed: Floats, near: float, seed: int) -> Fit:
    """Both rounds and the fit.

    Parameters
    ----------
    gather : callable
        Simulates a round, or reads it.
    dimensions : int
    batch : int
        Candidates drawn at once.
    observed : (S,) float
        NaN for summaries that are not fitted.
    near : float
        Share of the points, the nearest to the observed, that have a weight in the fit.
    seed : int
    """
    first = gather(PRIOR, prior_draw(dimensions, batch, seed))
    start = first_fit(first, observed, seed)
    moved = proposal(start)
    second = gather(SECOND, lambda number: moved.draws(batch, seed, number))
    unit, summaries = np.concatenate([first.points, second.points]), np.concatenate([first.summaries, second.summaries])
    kernel = nearness(start, summaries, near)
    weights = importance(unit, len(first.unit), moved, len(second.unit)) * kernel(summaries)
    posterior = regressed(unit, summaries, observed, weights, seed)
    return Fit(first, second, moved, kernel, Points(unit, summaries, weights), posterior)
