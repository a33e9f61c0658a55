"""Quantiles over an ensemble against numpy's over the trajectories themselves."""

import warnings

import numpy as np
import pytest

from sim.engine.ensemble import run_ensemble
from sim.engine.outcomes import ABSENT
from sim.engine.quantiles import RunningQuantiles
from sim.engine.traces import levels_of
from sim.errors import InputError

SHARES = (0.05, 0.5, 0.95)


def test_quantiles_agree_with_the_trajectories_to_the_width_of_a_bin(world):
    runs = run_ensemble(world, replicates=60, seed=3, trajectories=True, quantiles=SHARES, chunk=7)
    kept, found = runs.trajectories, runs.quantiles
    level = levels_of(world, kept, np.arange(kept.level.shape[2]))
    known = np.where(level == ABSENT, np.nan, level)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # months in which a side is there in no run
        expected = np.nanquantile(known, SHARES, axis=0, method="inverted_cdf")
    assert np.isnan(expected).any()
    np.testing.assert_array_equal(found["level"], expected)
    expected = np.quantile(kept.cohesion, SHARES, axis=0, method="inverted_cdf")
    assert np.abs(found["cohesion"] - expected).max() <= 0.5 / 200 + 1e-6
    expected = np.quantile(kept.fighters, SHARES, axis=0, method="inverted_cdf")
    there = expected >= 1.0
    assert (np.abs(np.log(found["fighters"][there] / expected[there])) <= 0.011).all()
    assert (found["fighters"][~there] == 0.0).all()


def test_quantiles_alone_keep_no_trajectories(world):
    runs = run_ensemble(world, replicates=5, seed=3, quantiles=(0.5,))
    assert runs.trajectories is None
    assert runs.quantiles["level"].shape == (1, world.calendar.months, len(world.facts.dyad))


def test_bad_shares_are_refused(world):
    with pytest.raises(InputError, match="0 to 1"):
        run_ensemble(world, replicates=2, quantiles=(1.5,))
    with pytest.raises(InputError, match="no run"):
        RunningQuantiles(world).quantiles((0.5,))
