"""The regression posterior against posteriors that are known, its two rounds, and its repeatability."""

from __future__ import annotations

import numpy as np
import pytest
from known_models import curved, curved_posterior, linear
from threadpoolctl import threadpool_limits

from sim.analysis.keys import generator
from sim.analysis.normal_scores import Scores, latent, unit_of
from sim.analysis.regression import effective, regressed
from sim.analysis.rounds import importance, nearness, proposal
from sim.errors import InputError


def near(drawn: np.ndarray, wanted: list[tuple[float, float]]) -> bool:
    """Whether means are within a fifth of a standard deviation of those wanted, and spreads within 15 %."""
    pairs = zip(drawn.T, wanted, strict=False)
    return all(abs(x.mean() - mean) < 0.2 * sd and abs(x.std() / sd - 1.0) < 0.15 for x, (mean, sd) in pairs)


def test_linear_normal_model_has_its_posterior():
    """Means within .15 and spreads within 12 % of the exact ones; over twenty seeds the worst were .12 and 6 %."""
    unit, summaries, exact = linear(4000, seed=1)
    observed = summaries[0]
    found = regressed(unit[1:], summaries[1:], observed, np.ones(3999), seed=1)
    z = latent(found.draws(4000, seed=2))
    mean, covariance = exact(observed)
    sd = np.sqrt(np.diag(covariance))
    assert np.abs(z.mean(axis=0) - mean).max() < 0.15
    assert np.abs(z.std(axis=0) / sd - 1.0).max() < 0.12
    assert sd.min() < 0.5 < 0.9 < sd.max()  # the data inform some of them and not others


def test_other_observations_need_no_other_fit():
    unit, summaries, exact = linear(4000, seed=2)
    found = regressed(unit[2:], summaries[2:], summaries[0], np.ones(3998), seed=1)
    z = latent(found.draws(4000, seed=2, observed=summaries[1]))
    assert np.abs(z.mean(axis=0) - exact(summaries[1])[0]).max() < 0.15
    assert np.abs(z.mean(axis=0) - exact(summaries[0])[0]).max() > 0.5


@pytest.mark.parametrize("observed", [np.array([0.9, 0.14, 2.0]), np.array([1.4, 0.45, 2.4])])
def test_second_round_finds_a_curved_posterior(observed):
    """Against a grid: means within a fifth of a standard deviation, spreads within 15 %; parameters unseen keep their prior.

    Over thirty seeds the worst were .12 and 9 %, and the first round never passed.
    """
    wanted = curved_posterior(observed)
    draw, count = np.random.default_rng(1), 4000
    unit = draw.random((count, 6))
    summaries = curved(unit, draw)
    first = regressed(unit, summaries, observed, np.ones(count), seed=1)
    moved = proposal(first)
    more = moved.draws(count, seed=2)
    unit, summaries = np.vstack([unit, more]), np.vstack([summaries, curved(more, draw)])
    weights = importance(unit, count, moved, count) * nearness(first, summaries, 0.3)(summaries)
    second = regressed(unit, summaries, observed, weights, seed=3)
    assert 500 < second.effective < 0.3 * 2 * count
    drawn = second.draws(4000, seed=4)
    assert near(drawn, wanted)
    assert not near(first.draws(4000, seed=4), wanted)
    assert np.abs(drawn[:, 2:].mean(axis=0) - 0.5).max() < 0.06
    assert np.abs(drawn[:, 2:].std(axis=0) - 12**-0.5).max() < 0.03


def test_weights_undo_the_proposal():
    """Weighted points of a proposal are uniform again: means within four standard errors; one false alarm in 1,000."""
    unit, summaries, _ = linear(2000, seed=3)
    moved = proposal(regressed(unit, summaries, summaries[0], np.ones(2000), seed=1))
    assert 0 < moved.directions.shape[1] < unit.shape[1]  # the prior is kept where nothing is known
    drawn = moved.draws(20_000, seed=5)
    weights = importance(drawn, 0, moved, len(drawn))
    assert weights.max() <= 1.0 / moved.prior_share + 1e-9
    assert weights.mean() == pytest.approx(1.0, abs=4.0 * weights.std() / np.sqrt(len(weights)))
    z = latent(drawn)
    assert np.abs(weights @ z / weights.sum()).max() < 4.0 / np.sqrt(effective(weights))
    assert np.abs(z.mean(axis=0)).max() > 0.2
    both = importance(np.vstack([unit, drawn]), 2000, moved, 20_000)
    assert both.max() <= 22_000 / (2000 + moved.prior_share * 20_000) + 1e-9


def test_missing_and_unobserved_summaries():
    """What nobody observed does not matter; that a run lacks a summary is a summary."""
    unit, summaries, _ = linear(1500, seed=4)
    observed = summaries[0].copy()
    observed[3] = np.nan
    other = summaries.copy()
    other[:, 3] = 7.0
    one, two = (regressed(unit, x, observed, np.ones(1500), seed=1).draws(200, 1) for x in (summaries, other))
    assert np.array_equal(one, two)
    gone = unit[:, 0] > 0.5
    told = np.where(gone[:, None], np.nan, np.random.default_rng(1).random((1500, 1)))
    posterior = regressed(unit, told, np.array([0.5]), np.ones(1500), seed=1)
    assert (posterior.draws(1000, 1)[:, 0] < 0.6).mean() > 0.9


def test_scores_are_by_rank_and_end_with_the_simulated():
    summaries = np.exp(np.random.default_rng(1).standard_normal((500, 2)))
    scores = Scores.of(summaries, np.array([1.0, np.nan]))
    assert scores.columns.tolist() == [0]
    found = scores(summaries)
    assert np.corrcoef(found[:, 0], np.log(summaries[:, 0]))[0, 1] > 0.99
    far = scores(np.array([[1e9, 0.0], [summaries[:, 0].max(), 0.0]]))
    assert far[0] == far[1]


def test_draws_stay_within_the_prior():
    z = np.array([-40.0, -3.0, 0.0, 3.0, 40.0])
    assert ((unit_of(z) > 0.0) & (unit_of(z) < 1.0)).all()
    assert unit_of(latent(np.array([0.2, 0.7]))) == pytest.approx([0.2, 0.7])
    assert np.isfinite(latent(np.array([0.0, 1.0]))).all()


def test_same_bits_on_any_number_of_threads():
    unit, summaries, _ = linear(3000, seed=5, parameters=30, count=80)
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            first = regressed(unit, summaries, summaries[0], np.ones(3000), seed=1)
            moved = proposal(first)
            parts = (first.draws(300, 2), moved.draws(300, 3), moved.ratio(unit), nearness(first, summaries, 0.2)(summaries))
            found.append(b"".join(part.tobytes() for part in parts))
    assert found[0] == found[1]


def test_seeds_decide():
    unit, summaries, _ = linear(1000, seed=6)
    one, again, other = (regressed(unit, summaries, summaries[0], np.ones(1000), seed=s).draws(100, s) for s in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    assert generator(1, 2).random() != generator(2, 1).random()


def test_what_it_cannot_fit():
    unit, summaries, _ = linear(200, seed=7)
    with pytest.raises(InputError, match="at least 50"):
        regressed(unit[:40], summaries[:40], summaries[0], np.ones(40), 1)
    weights = np.zeros(200)
    weights[:49] = 1.0
    with pytest.raises(InputError, match="49 points"):
        regressed(unit, summaries, summaries[0], weights, 1)
    for wrong in (np.nan, -0.1, 1.1):
        with pytest.raises(InputError, match="unit cube"):
            regressed(np.where(unit == unit[3, 3], wrong, unit), summaries, summaries[0], np.ones(200), 1)
    for wrong in (np.nan, np.inf, -1.0):
        with pytest.raises(InputError, match="weights"):
            regressed(unit, summaries, summaries[0], np.append(np.ones(199), wrong), 1)
    with pytest.raises(InputError, match="at least one"):
        regressed(unit, np.ones_like(summaries), summaries[0], np.ones(200), 1)
    with pytest.raises(InputError, match="infinite"):
        regressed(unit, summaries, np.full(summaries.shape[1], np.inf), np.ones(200), 1)


def test_points_without_weight_do_not_matter():
    unit, summaries, _ = linear(1000, seed=8)
    weights = np.repeat([1.0, 0.0], 500)
    other = regressed(unit, summaries, summaries[0], weights, 1)
    assert np.array_equal(other.draws(50, 1), regressed(unit[:500], summaries[:500], summaries[0], np.ones(500), 1).draws(50, 1))
