"""Ties as yearly coders see them, on tables small enough to count by hand; the data give what the targets say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.coder import SEEN, UNOBSERVED, UNSEEN, bridged, spells_of, ties_of_levels, ties_of_spells
from sim.analysis.patterns import GLOBAL, dissolution_rate, formed_again, old_over_new_hazard, survival_to, termination_ratio
from sim.analysis.targets import read_targets
from sim.engine.outcomes import ABSENT
from sim.errors import InputError
from sim.paths import SEEDS

TIES = np.array(
    [
        [1, 1, 0, 1, 0, 0],  # a gap of one year, then the end
        [1, 0, 0, 1, 1, -1],  # a lapse, again, censored
        [0, 1, 1, 1, 1, 1],  # censored by the end of the table
        [-1, -1, 1, -1, -1, -1],  # one year, then not followed
    ],
    dtype=np.int8,
)


def test_single_years_are_bridged_and_longer_gaps_are_not():
    assert bridged(TIES)[0].tolist() == [1, 1, 1, 1, 0, 0]
    assert bridged(TIES)[1].tolist() == TIES[1].tolist()


def test_spells_by_hand():
    spells = spells_of(bridged(TIES))
    assert spells.row.tolist() == [0, 1, 1, 2, 3]
    assert spells.start.tolist() == [0, 0, 3, 1, 2]
    assert spells.duration.tolist() == [4, 1, 2, 5, 1]
    assert spells.ended.tolist() == [True, True, False, False, False]


def test_statistics_by_hand():
    # tie-years with the next year observed: 4 + 1 + 1 + 4; two of them end
    assert dissolution_rate(TIES) == pytest.approx(2 / 10)
    spells = spells_of(bridged(TIES))
    assert survival_to(spells, 1) == pytest.approx(4 / 5)
    assert survival_to(spells, 4) == pytest.approx(4 / 5 * 1 / 2)
    # years of age two and later: 2 + 3 at risk, one ends there; in the first year 1 of 5
    assert old_over_new_hazard(spells) == pytest.approx((1 / 5) / (1 / 5))
    assert formed_again(TIES) == pytest.approx(1 / 2)


def test_loss_of_a_leader_by_hand():
    lost = np.zeros(TIES.shape, dtype=bool)
    lost[0, 4] = True  # the tie ends in that year
    lost[2, 3] = True  # it goes on
    assert termination_ratio(TIES, lost) == pytest.approx((1 / 2) / (1 / 8))


@given(st.lists(st.lists(st.sampled_from([-1, 0, 1]), min_size=6, max_size=6), min_size=1, max_size=8))
def test_spells_cover_every_tie_year_once(rows):
    ties = np.array(rows, dtype=np.int8)
    spells = spells_of(ties)
    back = np.zeros_like(ties)
    for row, start, duration in zip(spells.row, spells.start, spells.duration, strict=True):
        back[row, start : start + duration] += 1
    assert np.array_equal(back, (ties == SEEN).astype(np.int8))
    assert (bridged(ties) >= ties).all()
    assert 0.0 <= dissolution_rate(ties) <= 1.0 or np.isnan(dissolution_rate(ties))


def test_levels_become_ties_and_misses_are_unseen():
    levels = np.array([[ABSENT, 2], [1, 3], [4, -2]], dtype=np.int8)
    assert ties_of_levels(levels).tolist() == [[UNOBSERVED, UNSEEN, SEEN], [SEEN, SEEN, UNSEEN]]
    missed = np.array([[True, True, True], [False, True, True]])
    assert ties_of_levels(levels, missed).tolist() == [[UNOBSERVED, UNSEEN, UNSEEN], [SEEN, UNSEEN, UNSEEN]]


@pytest.mark.parametrize("target", [t for t in read_targets() if t.data], ids=lambda t: t.name)
def test_observed_values_are_what_the_statistics_give_on_the_data(target):
    ties = ties_of_spells(SEEDS / "data" / target.data)
    spells = spells_of(bridged(ties))

    class Seen:
        pass

    seen = Seen()
    seen.ties, seen.spells = ties, spells
    assert GLOBAL[target.statistic](seen) == pytest.approx(target.observed, abs=0.0006)
    assert target.met(target.observed)


def test_what_comes_later_is_cut_off():
    until = ties_of_spells(SEEDS / "data" / "ucdp_support_spells.csv", 2008)
    whole = ties_of_spells(SEEDS / "data" / "ucdp_support_spells.csv")
    assert until.shape[1] == 2008 - 1975 + 1
    assert len(until) < len(whole)


def test_bad_spells(tmp_path):
    path = tmp_path / "spells.csv"
    path.write_text("recipient,supporter,start\na,b,1990\n")
    with pytest.raises(InputError, match="end"):
        ties_of_spells(path)
    path.write_text("recipient,supporter,start,end,ended\na,b,1990,1991,1\n")
    with pytest.raises(InputError, match="1980"):
        ties_of_spells(path, 1980)
