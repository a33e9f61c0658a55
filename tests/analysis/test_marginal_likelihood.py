"""Marginal likelihoods against linear normal models, where they are known."""

from __future__ import annotations

import numpy as np
import pytest
from known_models import linear
from scipy.stats import multivariate_normal
from threadpoolctl import threadpool_limits

from sim.analysis.directions import directions
from sim.analysis.marginal_likelihood import compression, marginal_likelihood
from sim.analysis.normal_scores import latent
from sim.analysis.regression import regressed
from sim.analysis.rounds import importance, proposal
from sim.errors import InputError

FULL = np.random.default_rng(8).standard_normal((6, 8)) * 0.7
LESS = np.where(np.arange(6)[:, None] < 2, 0.0, FULL)
"""The same model without its first two parameters."""
POINTS = 3000


def runs(unit: np.ndarray, slopes: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    return latent(unit) @ slopes + draw.standard_normal((len(unit), slopes.shape[1]))


def exact(observed: np.ndarray) -> float:
    """Logarithm of the Bayes factor of the full model over the lesser one."""
    full, less = (multivariate_normal(np.zeros(8), np.eye(8) + s.T @ s).logpdf(observed) for s in (FULL, LESS))
    return float(full - less)


def estimated(observed: np.ndarray, seed: int, second: bool = False) -> tuple[float, float, float]:
    """Logarithm of the same Bayes factor, its error, and the points that the less certain of the two rests on."""
    draw = np.random.default_rng(seed)
    units = [draw.random((POINTS, 6)) for _ in range(2)]
    weights = [np.ones(POINTS)] * 2
    found = [runs(u, s, draw) for u, s in zip(units, (FULL, LESS), strict=True)]
    posterior = regressed(units[0], found[0], observed, np.ones(POINTS), seed)
    shared = compression(posterior, directions(posterior).contrasts, found, seed)
    if second:
        for m, slopes in enumerate((FULL, LESS)):
            moved = proposal(regressed(units[m], found[m], observed, weights[m], seed))
            more = moved.draws(POINTS, seed + m)
            weights[m] = importance(np.vstack([units[m], more]), POINTS, moved, POINTS)
            units[m], found[m] = np.vstack([units[m], more]), np.vstack([found[m], runs(more, slopes, draw)])
    full, less = (
        marginal_likelihood(u, shared(x), shared(observed[None, :])[0], w, seed)
        for u, x, w in zip(units, found, weights, strict=True)
    )
    return *full.over(less), min(full.effective, less.effective)


@pytest.mark.statistical
def test_bayes_factor_of_known_models():
    """Eight observations: errors are as large as they are said to be.

    Mean square of error over standard error below 2.6: one false alarm in 100 if normal; none beyond four.
    """
    off = []
    for seed in range(8):
        draw = np.random.default_rng(100 + seed)
        observed = runs(draw.random((1, 6)), FULL if seed % 2 else LESS, draw)[0]
        factor, error, _ = estimated(observed, seed)
        off.append((factor - exact(observed)) / error)
    assert np.mean(np.square(off)) < 2.6
    assert np.abs(off).max() < 4.0


def test_second_round_rests_on_more_points():
    """An observation that the lesser model hardly makes: the first round says that it rests on few points."""
    observed = np.array([1.2, -0.9, 0.4, 1.0, 0.3, -1.1, 0.8, 0.2]) @ np.linalg.pinv(LESS) @ LESS + 2.0 * FULL[0]
    _, error, few = estimated(observed, 1)
    factor, less_error, more = estimated(observed, 1, second=True)
    assert exact(observed) > 3.0
    assert more > 3.0 * few
    assert less_error < error
    assert abs(factor - exact(observed)) < 4.0 * less_error + 0.2


def test_models_alike_have_a_factor_of_one():
    draw = np.random.default_rng(2)
    unit = draw.random((2 * POINTS, 6))
    found = runs(unit, FULL, draw)
    observed = found[0]
    posterior = regressed(unit, found, observed, np.ones(len(unit)), 1)
    shared = compression(posterior, directions(posterior).informed(), [found[:POINTS], found[POINTS:]], 1)
    one, other = (
        marginal_likelihood(unit[part], shared(found[part]), shared(observed[None, :])[0], np.ones(POINTS), 1)
        for part in (slice(0, POINTS), slice(POINTS, None))
    )
    factor, error = one.over(other)
    assert abs(factor) < 3.0 * error
    assert error < 1.0


def test_same_bits_on_any_number_of_threads():
    unit, summaries, _ = linear(3000, seed=1, parameters=30, count=80)
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            posterior = regressed(unit, summaries, summaries[0], np.ones(3000), 1)
            shared = compression(posterior, np.eye(30), [summaries[:1400], summaries[1400:]], 1)
            compressed = shared(summaries)
            value = marginal_likelihood(unit, compressed, compressed[0], np.ones(3000), 1)
            found.append((shared.slopes.tobytes(), compressed.tobytes(), value))
    assert found[0] == found[1]


def test_what_cannot_be_compared():
    draw = np.random.default_rng(3)
    unit = draw.random((200, 6))
    found = draw.standard_normal((200, 8))
    posterior = regressed(unit, found, found[0], np.ones(200), 1)
    with pytest.raises(InputError, match="at least 50"):
        marginal_likelihood(unit[:30], found[:30, :2], found[0, :2], np.ones(30), 1)
    with pytest.raises(InputError, match="tells parameters or models apart"):
        compression(posterior, np.zeros((6, 0)), [found], 1)
