"""Whether an observation lies in a cloud of points: clouds whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2
from threadpoolctl import threadpool_limits

from sim.analysis.cloud import distance_from_cloud
from sim.errors import InputError

N = 4000


@pytest.fixture
def points():
    return np.random.default_rng(7).normal(size=(N, 3))


def test_the_middle_lies_inside(points):
    found = distance_from_cloud(points, np.zeros(3), ["a", "b", "c"])
    assert found.outside == ()
    assert found.distance == pytest.approx(0.0, abs=0.05)
    assert found.nearer < 0.01
    assert found.tail.tolist() == pytest.approx([1.0] * 3, abs=0.05)


def test_the_share_of_points_that_lie_nearer(points):
    # three independent normal summaries: the squared distance follows chi-squared with three degrees of freedom
    found = distance_from_cloud(points, np.array([1.0, 1.0, 1.0]))
    assert found.distance == pytest.approx(1.0, abs=0.05)
    assert found.nearer == pytest.approx(chi2.cdf(3.0, 3), abs=0.03)


def test_what_lies_outside_is_named_farthest_first(points):
    found = distance_from_cloud(points, np.array([2.2, 0.0, -6.0]), ["a", "b", "c"])
    assert found.outside == ("c", "a")
    assert found.deviation[2] == pytest.approx(-6.0, abs=0.2)
    assert found.tail[2] == 0.0
    assert found.nearer == 1.0
    assert distance_from_cloud(points, np.array([1.8, 0.0, 0.0])).outside == ()


def test_each_inside_and_together_outside(points):
    pair = np.column_stack([points[:, 0], points[:, 0] + 0.2 * points[:, 1]])
    found = distance_from_cloud(pair, np.array([1.5, -1.5]))
    assert found.outside == ()
    assert found.nearer > 0.999


def test_summaries_that_say_the_same_count_once(points):
    twice = points[:, [0, 0, 0, 0]]
    found = distance_from_cloud(twice, np.full(4, 1.0))
    assert found.nearer == pytest.approx(chi2.cdf(1.0, 1), abs=0.03)


def test_ranks_make_it_blind_to_the_scale(points):
    plain = distance_from_cloud(points, np.array([1.0, 0.5, -0.5]))
    bent = distance_from_cloud(np.exp(3.0 * points), np.exp(3.0 * np.array([1.0, 0.5, -0.5])))
    assert bent.distance == pytest.approx(plain.distance)
    assert bent.nearer == plain.nearer


def test_what_is_missing_does_not_count(points):
    points[::2, 1] = np.nan
    found = distance_from_cloud(points, np.array([0.0, 0.0, np.nan]), ["a", "b", "c"])
    assert found.counted == ("a", "b")
    assert np.isnan(found.tail[2])
    assert found.distance == pytest.approx(0.0, abs=0.05)


def test_a_constant_is_outside_unless_it_is_what_was_observed(points):
    points[:, 0], points[:, 1] = 1.0, 0.0
    found = distance_from_cloud(points, np.array([1.0, 1.0, 0.0]), ["a", "b", "c"])
    assert found.outside == ("b",)
    assert np.isinf(found.deviation[1])
    assert found.counted == ("c",)


def test_one_more_point_is_as_far_as_the_others():
    # 60 points in 40 dimensions and one more: it lies beyond a half of them in the mean (standard error .02, so that this
    # fails for no reason one time in 10,000); measured by a covariance of their own, it lies beyond nine in ten
    rng = np.random.default_rng(11)
    found = [distance_from_cloud(rng.normal(size=(60, 40)), rng.normal(size=40)).nearer for _ in range(200)]
    assert np.mean(found) == pytest.approx(0.5, abs=0.08)


def test_distances_do_not_hang_on_the_number_of_threads():
    rng = np.random.default_rng(3)
    points, seen = rng.normal(size=(500, 120)) @ rng.normal(size=(120, 120)), rng.normal(size=120)
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            found.append(distance_from_cloud(points, seen))
    assert found[0].distance == found[1].distance
    assert found[0].nearer == found[1].nearer


def test_flags(points):
    flags = (points[:, :1] > 1.0).astype(float)  # one point in six
    assert distance_from_cloud(flags, np.array([1.0])).outside == ()
    assert distance_from_cloud((points[:, :1] > 2.5).astype(float), np.array([1.0])).outside == ("0",)


@pytest.mark.parametrize(
    ("rows", "observed", "said"),
    [(N, np.zeros(2), "3 of each"), (10, np.zeros(3), "20 or more"), (N, np.full(3, np.nan), "none was observed")],
)
def test_what_is_refused(points, rows, observed, said):
    with pytest.raises(InputError, match=said):
        distance_from_cloud(points[:rows], observed)
