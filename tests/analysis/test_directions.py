"""Gain, ranks and directions where the truth is known, and a posterior that is too sure of itself."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from known_models import linear
from threadpoolctl import threadpool_limits

from sim.analysis.calibrated import FALSE_ALARM, fresh_gain, held_out_gain, holm, rank_test
from sim.analysis.directions import directions, halves, informed
from sim.analysis.normal_scores import latent
from sim.analysis.regression import Posterior, regressed

SEEN = np.arange(10) % 2 == 1
"""Parameters of the linear model that its summaries see."""


@pytest.fixture(scope="module")
def fitted():
    unit, summaries, exact = linear(4000, seed=1)
    return regressed(unit, summaries, summaries[0], np.ones(4000), seed=1), exact(summaries[0])[1], unit, summaries


def surer(posterior: Posterior, by: float) -> Posterior:
    """The same posterior with residuals that are so much smaller than they should be."""
    return dataclasses.replace(posterior, fit=dataclasses.replace(posterior.fit, residuals=by * posterior.fit.residuals))


def test_gain_is_the_information_that_the_summaries_hold(fitted):
    """Within 4 % of the exact mutual information; a parameter that no summary sees gains nothing (less than .01 nats)."""
    posterior, covariance, *_ = fitted
    gain = held_out_gain(posterior)
    exact = -0.5 * np.log(np.diag(covariance))
    assert gain.gain[SEEN] == pytest.approx(exact[SEEN], rel=0.04)
    assert np.abs(gain.gain[~SEEN]).max() < 0.01
    assert gain.joint == pytest.approx(-0.5 * np.linalg.slogdet(covariance)[1], rel=0.04)
    assert gain.r2 == pytest.approx(1.0 - np.diag(covariance), abs=0.08)


def test_gain_at_fresh_points_is_the_gain_held_out():
    """The same but for chance: within four standard errors, at points that had no part in the fit."""
    unit, summaries, _ = linear(5000, seed=9)
    posterior = regressed(unit[1000:], summaries[1000:], summaries[0], np.ones(4000), seed=1)
    fresh, held = fresh_gain(posterior, unit[:1000], summaries[:1000], np.ones(1000)), held_out_gain(posterior)
    assert (np.abs(fresh.gain - held.gain) < 4.0 * np.hypot(fresh.se, held.se)).all()
    assert abs(fresh.joint - held.joint) < 4.0 * np.hypot(fresh.joint_se, held.joint_se)


def test_gain_of_a_wrong_posterior_is_less(fitted):
    """Predictions of other points say less than nothing: the prior is better."""
    fit = fitted[0].fit
    wrong = dataclasses.replace(fitted[0], z=fitted[0].z[::-1], fit=dataclasses.replace(fit, fold=fit.fold[::-1]))
    assert held_out_gain(wrong).joint < 0.0


def test_ranks_are_uniform_and_are_not_when_too_sure(fitted):
    """False alarm: 1 %, over all parameters (Holm). Spreads a quarter too small or a quarter too large are found."""
    ranks = rank_test(fitted[0], seed=1)
    assert ranks.sbc_passed
    assert np.abs(ranks.coverage - 0.9).max() < 4.0 * ranks.coverage_se.max()
    for wrong in (0.75, 1.25):
        found = rank_test(surer(fitted[0], wrong), seed=1)
        assert not found.passed.any()
    assert rank_test(surer(fitted[0], 0.75), seed=1).coverage.max() < 0.85
    assert ranks.histogram(20).sum(axis=1) == pytest.approx(np.ones(10))


def test_ranks_see_a_fault_that_is_nought_on_average():
    """Noise that is small below the middle and large above: a straight line does not fit, and all points together hide it."""
    draw = np.random.default_rng(3)
    unit = draw.random((4000, 2))
    z = latent(unit)
    summaries = z + np.where(z > 0.0, 1.0, 0.15) * draw.standard_normal((4000, 2))
    found = rank_test(regressed(unit, summaries, summaries[0], np.ones(4000), seed=1), seed=1)
    assert not found.passed.any()
    assert np.abs(found.coverage - 0.9).max() < 0.04
    assert np.abs(20.0 * found.histogram(20) - 1.0).max() < 0.5


def test_spread_follows_the_summaries():
    """A second summary that says how noisy the first is: residual spreads of .05 and more, by a factor of at least three."""
    draw = np.random.default_rng(4)
    unit = draw.random((4000, 2))
    z = latent(unit)
    summaries = z + np.column_stack([0.05 * np.exp(z[:, 1]), np.full(4000, 0.05)]) * draw.standard_normal((4000, 2))
    fit = regressed(unit, summaries, summaries[0], np.ones(4000), seed=1).fit
    calm, noisy = (fit.spread[part, 0] * fit.residuals[part, 0].std() for part in (z[:, 1] < -0.7, z[:, 1] > 0.7))
    assert np.median(noisy) > 3.0 * np.median(calm)


@pytest.mark.statistical
def test_p_values_are_uniform_where_the_posterior_is_right():
    """Five tables of ten: below .05 in at most nine of fifty p values; one false alarm in a thousand."""
    found = []
    for seed in range(5):
        unit, summaries, _ = linear(1200, seed=50 + seed)
        found.append(rank_test(regressed(unit, summaries, summaries[0], np.ones(1200), seed), seed).p_value)
    assert (np.concatenate(found) < 0.05).sum() <= 9


@pytest.mark.statistical
def test_p_values_are_no_smaller_where_nothing_is_seen():
    """Every point tested, summaries of noise: below .1 in at most 35 of 240 p values; one false alarm in a hundred.

    A fold's mean leans away from its own points; thirds by it would be folds that lie high, and show as a misfit.
    """
    draw = np.random.default_rng(6)
    found = []
    for seed in range(12):
        posterior = regressed(draw.random((800, 20)), draw.standard_normal((800, 3)), np.zeros(3), np.ones(800), seed)
        found.append(rank_test(posterior, seed).p_value)
    assert (np.concatenate(found) < 0.1).sum() <= 35


def test_holm():
    assert holm(np.array([FALSE_ALARM / 3, FALSE_ALARM / 2, 0.5])).tolist() == [False, False, True]
    assert holm(np.array([FALSE_ALARM / 2.9, FALSE_ALARM / 2, 0.5])).all()
    assert holm(np.array([0.5])).all()


def test_directions_are_the_eigenvectors_of_the_posterior(fitted):
    """R² within .06 of the exact canonical ones, found without the points they are judged on; none where nothing is seen."""
    posterior, covariance, *_ = fitted
    found = directions(posterior)
    exact = 1.0 - np.linalg.eigvalsh(covariance)
    assert found.r2 == pytest.approx(exact, abs=0.06)
    best = found.informed()
    assert best.shape[1] == (exact > 0.5).sum() >= 3
    assert (best**2).sum(axis=0) == pytest.approx(np.ones(best.shape[1]))
    assert ((best.T @ covariance) * best.T).sum(axis=1) == pytest.approx(1.0 - exact[: best.shape[1]], abs=0.03)
    assert np.abs(best[~SEEN]).max() < 0.1


def test_a_direction_that_no_single_parameter_shows():
    """Only a sum of four parameters is seen: each has R² below .3, their sum above .9."""
    draw = np.random.default_rng(4)
    unit = draw.random((3000, 8))
    along = np.repeat([0.5, 0.0], 4)
    summaries = (latent(unit) @ along + 0.2 * draw.standard_normal(3000))[:, None]
    posterior = regressed(unit, summaries, summaries[0], np.ones(3000), seed=1)
    assert held_out_gain(posterior).r2.max() < 0.3
    found = directions(posterior).informed()
    assert found.shape[1] == 1
    assert abs(found[:, 0] @ along) > 0.99
    two = halves(unit, summaries, summaries[0], np.ones(3000), seed=1)
    table = informed(posterior, two, 1, ["sum"], found)
    assert table.loc["sum", "r2"] > 0.9
    assert table.loc["sum", "informed"]


def test_informed_are_those_that_the_summaries_see(fitted):
    """False alarm: 1 % in each of the tests, seeds fixed."""
    posterior, _, unit, summaries = fitted
    two = halves(unit, summaries, summaries[0], np.ones(4000), seed=1)
    assert len(two[0].z) == len(two[1].z) == 2000
    fresh = fresh_gain(posterior, unit[:500], summaries[:500], np.ones(500))
    names = [f"p{d}" for d in range(10)]
    table = informed(posterior, two, 1, names, fresh=fresh)
    assert table["informed"].tolist() == SEEN.tolist()
    assert list(table.index) == names
    gone = dataclasses.replace(fresh, gain=np.zeros(10))
    assert not informed(posterior, two, 1, names, fresh=gone)["informed"].any()
    too_sure = surer(posterior, 0.7)
    assert not informed(too_sure, two, 1, names)["informed"].any()


def test_halves_that_disagree_inform_nobody(fitted):
    """Two halves of which one belongs to another observation: both gain, and their means are apart."""
    posterior, _, unit, summaries = fitted
    one, other = halves(unit, summaries, summaries[0], np.ones(4000), seed=1)
    moved = dataclasses.replace(other, observed=summaries[1])
    table = informed(posterior, (one, moved), 1, [str(d) for d in range(10)])
    assert (table["gain_other"][SEEN] > 0.1).all()
    assert (np.abs(table["apart"]) > table["apart_most"])[SEEN].sum() >= 3
    assert (table["apart_most"] <= table["sd"]).all()
    assert not table["informed"][np.abs(table["apart"]) > table["apart_most"]].any()


def test_same_bits_on_any_number_of_threads():
    unit, summaries, _ = linear(1500, seed=5, parameters=30, count=80)
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            posterior = regressed(unit, summaries, summaries[0], np.ones(1500), seed=1)
            axes = directions(posterior)
            gain, ranks = held_out_gain(posterior, axes.contrasts), rank_test(posterior, 1, axes.contrasts[:, :3])
            found.append(axes.contrasts.tobytes() + axes.r2.tobytes() + gain.gain.tobytes() + ranks.p_value.tobytes())
    assert found[0] == found[1]
