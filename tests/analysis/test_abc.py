"""The sampler against posteriors that are known in closed form, and its repeatability."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.analysis.abc import Population, first_population, generations

NOISE = 0.08


def model(target: np.ndarray, seed: int = 1):
    """A normal model with known noise: the posterior is normal around the observed value, cut to the unit cube."""

    def simulate(unit, numbers):
        draws = [
            np.random.Generator(np.random.Philox(key=[seed, 77], counter=int(n))).standard_normal(len(target)) for n in numbers
        ]
        return unit + NOISE * np.stack(draws)

    def distance(found):
        return np.sqrt(((found - target) ** 2).mean(axis=1))

    return simulate, distance


def posterior(target: np.ndarray, seed: int, particles: int = 600, most: int = 30) -> Population:
    simulate, distance = model(target)
    unit = np.random.default_rng(seed).random((2 * particles, len(target)))
    found = simulate(unit, np.arange(2 * particles))
    start = first_population(unit, found, distance(found), particles, 2 * particles, seed)
    *_, last = generations(
        start, simulate, distance, keep=0.6, moves=3, seed=seed, most=most, least_acceptance=0.03,
    )  # fmt: skip
    return last


@pytest.mark.parametrize("target", [np.array([0.4, 0.6]), np.array([0.3, 0.5, 0.7, 0.45])])
def test_known_posterior(target):
    """Means within four standard errors and spreads within a quarter; one false alarm in ten thousand, seeds fixed."""
    last = posterior(target, seed=3)
    wide = np.sqrt(NOISE**2 + last.tolerance**2)  # a tolerance widens the posterior by no more than itself
    independent = last.distinct / 4.0  # moves leave neighbours alike
    for d, value in enumerate(target):
        assert abs(last.unit[:, d].mean() - value) < 4.0 * wide / np.sqrt(independent)
        assert 0.75 * NOISE < last.unit[:, d].std() < 1.25 * wide


def test_prior_comes_back_without_data():
    """A distance that says nothing leaves the uniform prior; Kolmogorov and Smirnov at 0.1 %."""
    unit = np.random.default_rng(5).random((500, 3))
    nothing = np.zeros((500, 1))

    def simulate(points, numbers):
        return np.zeros((len(points), 1))

    def distance(found):
        return np.full(len(found), 1.0)

    now = first_population(unit, nothing, np.full(500, 1.0), 500, 500, 1)
    *_, last = generations(now, simulate, distance, keep=0.5, moves=4, seed=1, most=6, least_acceptance=0.0)
    for d in range(3):
        assert stats.kstest(last.unit[:, d], "uniform").pvalue > 0.001


def test_same_seed_same_posterior_and_resumed():
    target = np.array([0.4, 0.6])
    one, other = posterior(target, 7, 100, 6), posterior(target, 7, 100, 6)
    assert np.array_equal(one.unit, other.unit)
    halfway = posterior(target, 7, 100, 3)
    simulate, distance = model(target)
    *_, rest = generations(halfway, simulate, distance, keep=0.6, moves=3, seed=7, most=6, least_acceptance=0.03)
    assert np.array_equal(rest.unit, one.unit)
    assert not np.array_equal(posterior(target, 8, 100, 6).unit, one.unit)


def test_tolerance_never_grows_and_particles_stay_within():
    target = np.array([0.5, 0.5])
    simulate, distance = model(target)
    unit = np.random.default_rng(2).random((200, 2))
    found = simulate(unit, np.arange(200))
    now = first_population(unit, found, distance(found), 100, 200, 2)
    before = now.tolerance
    for population in generations(now, simulate, distance, keep=0.7, moves=2, seed=2, most=8, least_acceptance=0.0):
        assert population.tolerance <= before
        assert (population.distance <= population.tolerance).all()
        assert ((population.unit > 0.0) & (population.unit < 1.0)).all()
        before = population.tolerance


def test_mass_within_the_tolerance():
    """The estimated share of the prior within the tolerance, against its value by plain simulation; 5 %, 400,000 draws."""
    target = np.array([0.4, 0.6])
    last = posterior(target, 11, 1500, 4)
    _, distance = model(target)
    draw = np.random.default_rng(0)
    found = draw.random((400_000, 2)) + NOISE * draw.standard_normal((400_000, 2))
    share = (distance(found) <= last.tolerance).mean()
    assert np.exp(last.log_mass) == pytest.approx(share, rel=0.15)
