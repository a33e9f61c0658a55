"""The keyed draws against published vectors, and as random numbers."""

import numpy as np
import pytest
from scipy import stats

from sim.rules import draws

# Random123, kat_vectors, philox4x32 with 10 rounds (Salmon et al. 2011): counter, key, result
KNOWN = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


def words(text):
    return [np.uint64(int(x, 16)) for x in text.split()]


@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN)
def test_philox_gives_the_published_words(counter, key, expected):
    assert list(draws.philox(*words(counter), *words(key))) == words(expected)


def sample(n, stream=draws.MEETING):
    key = draws.master_key(7, 3)
    return np.array([draws.uniforms(key, stream, t, 11, 12, 0) for t in range(n)])


@pytest.mark.statistical
def test_uniforms_are_uniform():
    # Kolmogorov-Smirnov on 4 x 3000 draws at alpha = 0.001 each; it would see a shift of the mean of 0.04
    for column in sample(3000).T:
        assert stats.kstest(column, "uniform").pvalue > 1e-3


@pytest.mark.statistical
def test_neighbouring_keys_are_independent():
    # correlations between months, words, streams, replicates, entities: 5 tests at alpha = 0.001 (|r| < 0.06)
    n = 3000
    base = sample(n)
    key = draws.master_key(7, 4)
    others = [
        base[1:, 0],
        base[:, 1],
        sample(n, draws.LEADER)[:, 0],
        np.array([draws.uniforms(key, draws.MEETING, t, 11, 12, 0)[0] for t in range(n)]),
        np.array([draws.uniforms(draws.master_key(7, 3), draws.MEETING, t, 11, 13, 0)[0] for t in range(n)]),
    ]
    for other in others:
        assert stats.pearsonr(base[: len(other), 0], other).pvalue > 1e-3


def test_a_draw_depends_on_its_address_only():
    key = draws.master_key(1, 0)
    one = draws.uniforms(key, draws.ATTACK, 5, 9, 0, 0)
    draws.uniforms(key, draws.ATTACK, 6, 9, 0, 0)
    assert draws.uniforms(key, draws.ATTACK, 5, 9, 0, 0) == one
    different = [
        draws.uniforms(draws.master_key(2, 0), draws.ATTACK, 5, 9, 0, 0),
        draws.uniforms(draws.master_key(1, 1), draws.ATTACK, 5, 9, 0, 0),
        draws.uniforms(key, draws.LEADER, 5, 9, 0, 0),
        draws.uniforms(key, draws.ATTACK, 4, 9, 0, 0),
        draws.uniforms(key, draws.ATTACK, 5, 8, 0, 0),
        draws.uniforms(key, draws.ATTACK, 5, 9, 0, 1),
    ]
    assert all(d != one for d in different)


def test_a_pair_is_unordered():
    key = draws.master_key(1, 0)
    assert draws.pair_uniforms(key, 7, 5, 9, 4, 0) == draws.pair_uniforms(key, 7, 5, 4, 9, 0)


@pytest.mark.statistical
def test_poisson_and_normal_have_their_moments():
    # 4000 draws; limits at 5 standard errors (alpha < 1e-6)
    u = sample(4000)
    counts = np.array([draws.poisson(2.5, x) for x in u[:, 0]])
    assert abs(counts.mean() - 2.5) < 5 * np.sqrt(2.5 / 4000)
    z = np.array([draws.normal(x, y) for x, y in u[:, :2]])
    assert stats.kstest(z, "norm").pvalue > 1e-6
    assert draws.poisson(0.0, 0.999) == 0


def test_rounding_keeps_the_mean():
    grid = (np.arange(1000) + 0.5) / 1000
    assert np.mean([draws.rounded(2.3, u) for u in grid]) == pytest.approx(2.3, abs=1e-3)


def test_streams_keep_their_numbers():
    first = [draws.INITIAL, draws.LEADER, draws.SUCCESSOR, draws.TALKS, draws.RELATION, draws.DISSENT]
    second = [draws.BIRTH, draws.MEETING, draws.SECRET, draws.ATTACK, draws.REACTION, draws.MOVE]
    assert [*first, *second, draws.CIRCUMSTANCE] == list(range(draws.STREAMS)) == list(range(13))


def test_an_address_fills_the_counter():
    key = draws.master_key((5 << 32) + 7, 6)
    counter = [np.uint64(x) for x in (6, (1000 << 20) | (11 << 12) | 3, 9, 4)]
    expected = draws.philox(*counter, np.uint64(7), np.uint64(5))
    assert draws.words(key, draws.MOVE, 1000, 9, 4, 3) == expected
    assert draws.uniforms(key, draws.MOVE, 1000, 9, 4, 3) == tuple((int(x) + 0.5) / 2**32 for x in expected)
    assert draws.pair_uniforms(key, draws.MOVE, 1000, 4, 9, 3) == draws.uniforms(key, draws.MOVE, 1000, 4, 9, 3)
    assert draws.pair_uniforms(key, draws.MOVE, 1000, 9, 4, 3) == draws.uniforms(key, draws.MOVE, 1000, 4, 9, 3)


def test_a_key_holds_64_bits_of_the_seed():
    assert list(draws.master_key((1 << 70) + (5 << 32) + 7, 2)) == [7, 5, 2]
    assert list(draws.master_key(2**64 - 1, 0)) == [2**32 - 1, 2**32 - 1, 0]


def test_poisson_inverts_its_distribution():
    # mean 2: e**-2 times 1, 2, 2, 4/3 adds up to 0.1353, 0.4060, 0.6767, 0.8571
    for u, count in ((0.13, 0), (0.14, 1), (0.40, 1), (0.41, 2), (0.67, 2), (0.68, 3), (0.85, 3), (0.86, 4)):
        assert draws.poisson(2.0, u) == count
    assert draws.poisson(25.0, 1 - 2.0**-33) == stats.poisson(25.0).ppf(1 - 2.0**-33)
    assert draws.poisson(2.0, 2.0) == 200  # ends, come what may


def test_a_sum_of_four_uniforms_has_mean_zero_and_variance_one():
    # each uniform at the middle of ten equal parts: its variance is (1 - 1 / 100) / 12, and that of the sum 0.99 for sure
    grid = (np.arange(10) + 0.5) / 10
    a, b, c, d = (axis.ravel() for axis in np.meshgrid(grid, grid, grid, grid))
    x = draws.nearly_normal(a, b, c, d)
    assert x.mean() == pytest.approx(0.0, abs=1e-12)
    assert (x**2).mean() == pytest.approx(0.99)
    assert draws.nearly_normal(0.5, 0.5, 0.5, 0.5) == 0.0
    assert draws.nearly_normal(1.0, 1.0, 1.0, 1.0) == pytest.approx(np.sqrt(12))
    assert draws.nearly_normal(0.9, 0.5, 0.4, 0.1) == pytest.approx(-np.sqrt(3) * 0.1)


def test_normal_and_rounded_by_hand():
    assert draws.normal(0.3, 0.2) == pytest.approx(np.sqrt(-2 * np.log(0.3)) * np.cos(0.4 * np.pi))
    assert [draws.rounded(2.3, u) for u in (0.1, 0.69, 0.71)] == [2, 2, 3]
