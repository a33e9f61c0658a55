"""Approximate Bayesian computation by sequential Monte Carlo, in batches and from keys.

The adaptive sampler of Del Moral, Doucet & Jasra (2012): particles are resampled among those within the next
tolerance and then moved by Metropolis steps that leave the posterior at that tolerance as it is. The prior is uniform
on the unit cube; ranges are somebody else's business.

Why not a library: pyABC hands its simulator one particle at a time from workers that seed themselves (its issues 392
and 400 are about that), while here one call runs a thousand points in compiled code; and the same seed has to give the
same posterior whatever the number of threads. What is drawn here is a function of seed and generation alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..world.tables import Floats

Simulate = Callable[[Floats, NDArray[np.int64]], Floats]
"""(P, D) points in the unit cube and their (P,) numbers -> (P, T) statistics."""
Distance = Callable[[Floats], Floats]
"""(P, T) statistics -> (P,) distances."""

FIRST_SCALE = 0.5
BEST_ACCEPTANCE = 0.234  # Roberts, Gelman & Gilks (1997), for many dimensions


@dataclass(frozen=True)
class Population:
    """Particles of equal weight.

    Attributes
    ----------
    unit : (N, D) float
        In the unit cube.
    statistics : (N, T) float
    distance : (N,) float
    founder : (N,) int
        Which particle of the first population each descends from.
    tolerance : float
        No particle is further off.
    generation : int
        0 for the start.
    simulated : int
        Points simulated so far; the number of the next.
    acceptance : float
        Share of proposals that were accepted in this generation.
    scale : float
        Of the steps, adapted to the acceptance.
    log_mass : float
        Logarithm of the estimated share of the prior, runs and all, that lies within the tolerance: the evidence of the
        model up to a factor that all models share.
    """

    unit: Floats
    statistics: Floats
    distance: Floats
    founder: NDArray[np.int64]
    tolerance: float
    generation: int
    simulated: int
    acceptance: float
    scale: float
    log_mass: float

    @property
    def distinct(self) -> int:
        """Particles that differ."""
        return len(np.unique(self.unit, axis=0))

    @property
    def founders(self) -> int:
        """Particles of the first population that have descendants: no more than these are surely independent."""
        return len(np.unique(self.founder))


def generator(seed: int, generation: int) -> np.random.Generator:
    """The generator of a generation; different seeds and generations have unrelated ones."""
    return np.random.Generator(np.random.Philox(key=np.array([seed, generation], dtype=np.uint64)))


def first_population(unit: Floats, statistics: Floats, distance: Floats, particles: int, simulated: int, seed: int) -> Population:
    """A population out of the nearest of P points of the prior, each as often as fits.

    `simulated`: points of the prior that were tried, of which P are given; the others were dropped as implausible.
    """
    order = np.argsort(distance, kind="stable")[:particles]
    rows = np.resize(order, particles)
    generator(seed, 0).shuffle(rows)
    mass = float(np.log(len(order) / simulated))
    tolerance = float(distance[order].max())
    return Population(unit[rows], statistics[rows], distance[rows], rows, tolerance, 0, simulated, 1.0, FIRST_SCALE, mass)


def proposals(unit: Floats, others: Floats, scale: float, draw: np.random.Generator) -> Floats:
    """A step of each particle along the difference of two others, in some of its coordinates (ter Braak 2006; Vrugt 2009).

    Differences follow the shape of the population where a covariance cannot (several hills, few particles); steps in a few
    coordinates are accepted where steps in all of them hardly ever are. Forth and back are equally likely.
    """
    count, dimensions = unit.shape
    one, other = draw.integers(0, len(others), count), draw.integers(0, len(others), count)
    moved = draw.random((count, dimensions)) < draw.choice([0.1, 0.3, 1.0], count)[:, None]
    moved[np.arange(count), draw.integers(0, dimensions, count)] = True
    length = scale * 2.38 / np.sqrt(2.0 * moved.sum(axis=1, keepdims=True))
    step = length * (others[one] - others[other]) + 0.01 * draw.standard_normal((count, dimensions))
    return np.asarray(unit + np.where(moved, step, 0.0))


def next_generation(now: Population, simulate: Simulate, distance: Distance, *, keep: float, moves: int, seed: int) -> Population:
    """One generation: tighten the tolerance, resample, move.

    Parameters
    ----------
    now : Population
    simulate, distance : callable
    keep : float
        Share of particles within the next tolerance, 0..1.
    moves : int
        Metropolis steps of each particle.
    seed : int
    """
    draw = generator(seed, now.generation + 1)
    tolerance = float(np.quantile(now.distance, keep, method="lower"))
    count = len(now.unit)
    alive = np.flatnonzero(now.distance <= tolerance)
    copies = np.floor((np.arange(count) + draw.random()) * len(alive) / count).astype(np.int64)
    rows = alive[copies]
    unit, statistics, off = now.unit[rows].copy(), now.statistics[rows].copy(), now.distance[rows].copy()
    accepted, simulated = 0, now.simulated
    for _ in range(moves):
        proposed = proposals(unit, now.unit[alive], now.scale, draw)
        inside = np.flatnonzero(((proposed > 0.0) & (proposed < 1.0)).all(axis=1))
        numbers = simulated + inside
        simulated += count
        if not len(inside):
            continue
        found = simulate(proposed[inside], numbers)
        gone = distance(found)
        good = gone <= tolerance
        unit[inside[good]], statistics[inside[good]], off[inside[good]] = proposed[inside[good]], found[good], gone[good]
        accepted += int(good.sum())
    acceptance = accepted / (moves * count)
    scale = float(np.clip(now.scale * np.exp(2.0 * (acceptance - BEST_ACCEPTANCE)), 0.02, 3.0))
    mass = now.log_mass + float(np.log(len(alive) / count))
    founder = now.founder[rows]
    return Population(unit, statistics, off, founder, tolerance, now.generation + 1, simulated, acceptance, scale, mass)


def generations(
    start: Population, simulate: Simulate, distance: Distance, *, keep: float, moves: int, seed: int,
    most: int, least_acceptance: float,
) -> Iterator[Population]:  # fmt: skip
    """Generations one after another, until `most` are done, proposals are hardly accepted, or nothing is off any more.

    Yields
    ------
    Population
        Each generation as it is done; a run that starts from any of them goes on as the one that made it.
    """
    now = start
    while now.generation < most and (now.generation == 0 or now.acceptance >= least_acceptance) and now.tolerance > 0.0:
        now = next_generation(now, simulate, distance, keep=keep, moves=moves, seed=seed)
        yield now
