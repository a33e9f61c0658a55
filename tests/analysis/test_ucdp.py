"""What the tables of UCDP give: fights, and the ladder of support."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.coder import spells_of
from sim.analysis.patterns import hazard_at, mean_years, recurrence, single_year, yule
from sim.analysis.ucdp import (
    UNKNOWN,
    fights_of_groups,
    groups_fought,
    ladder_of_groups,
    ladder_shares,
    ladder_transitions,
)

_ = UNKNOWN


def test_fights_of_organised_groups():
    fights = fights_of_groups()
    assert fights.shape == (413, 31)
    spells = spells_of(fights)
    assert len(spells.row) == 462
    assert mean_years(fights) == pytest.approx(1.489, abs=5e-4)
    assert single_year(fights) == pytest.approx(0.740, abs=5e-4)
    assert recurrence(fights) == pytest.approx(39 / 413)
    assert hazard_at(spells, 0) == pytest.approx(0.730, abs=5e-4)
    assert hazard_at(spells, 1) == pytest.approx(0.573, abs=5e-4)


def test_fights_by_hand():
    fights = np.array([[1, 0, 0, 1], [1, 1, 0, 0], [0, 0, 1, 0]], dtype=np.int8)
    assert mean_years(fights) == pytest.approx(5 / 4)
    assert single_year(fights) == pytest.approx(3 / 4)
    assert recurrence(fights) == pytest.approx(1 / 3)
    # of four, one is censored in its first year: two of three end after a year, and the other after two
    assert hazard_at(spells_of(fights), 0) == pytest.approx(2 / 3)
    assert hazard_at(spells_of(fights), 1) == pytest.approx(1.0)
    assert np.isnan(hazard_at(spells_of(fights), 2))


def test_who_fought_in_which_year():
    assert groups_fought(["Taleban"], ["IS"], 2013, 2019).tolist() == [False, False, True, True, True, True, True]
    branch = groups_fought(["HTS", "Jabhat Fateh al-Sham"], ["IS"], 2012, 2019)
    assert branch.tolist() == [False, False, *[True] * 6]


def test_the_ladder_of_the_table():
    levels = ladder_of_groups()
    assert levels.shape == (23, 43)
    assert ladder_transitions(levels[None])[0].tolist() == [[47, 3, 1], [17, 60, 1], [1, 2, 10]]
    found = dict(zip(*(part if isinstance(part, list) else part[0] for part in ladder_shares(levels[None])), strict=True))
    assert found["ladder.none.support"] == pytest.approx(4 / 51)
    assert found["ladder.support.none"] == pytest.approx(18 / 91)
    assert found["ladder.share_sanctuary"] == pytest.approx(15 / 103)


def test_a_small_table_of_support(tmp_path):
    path = tmp_path / "support.csv"
    path.write_text(
        "year,actor_name,ext_name,ext_sup_ns,ext_count_ns,ext_l_count_ns\n"
        "2000,A,B,1,1,0\n"  # material
        '2001,A,"B ,C",1,2,1\n'  # territory of one of two: whose is unknown
        '2002,A,"B,C,Government of D",1,2,2\n'  # of both
        "2003,A,Government of D,0,0,0\n"  # followed, and no group supports it
        "2003,Government of A,B,1,1,1\n"  # no group
    )
    assert ladder_of_groups(path).tolist() == [[2, _, 3, 0], [0, _, 3, 0]]


def test_moves_by_hand():
    levels = np.array(
        [
            [
                0,
                2,
                0,
                3,
                4,
                0,
                0,
            ],  # from its first support on; the single year without is bridged
            [_, 3, _, 2, -1, -1, 1],  # hostile and contact are no support
        ],
        dtype=np.int8,
    )
    # first: 2 2 3 3 0 0; second: 3 . 2 0 0 0
    assert ladder_transitions(levels[None])[0].tolist() == [[3, 0, 0], [1, 1, 1], [1, 0, 1]]
    names, shares = ladder_shares(levels[None])
    found = dict(zip(names, shares[0].tolist(), strict=True))
    assert found["ladder.support.none"] == pytest.approx(2 / 5)
    assert found["ladder.material.sanctuary"] == pytest.approx(1 / 3)
    assert found["ladder.share_sanctuary"] == pytest.approx(3 / 5)
    nobody = ladder_shares(np.zeros((1, 2, 7), dtype=np.int8))[1]
    assert np.isnan(nobody).all()


def test_yule():
    one = np.array([True] * 4 + [False] * 4)
    assert yule(one, one) == 1.0
    assert yule(one, ~one) == -1.0
    assert yule(one, np.array([True, True, False, False] * 2)) == 0.0
    assert yule(one, np.array([True, True, True, False, True, False, False, False])) == pytest.approx((9 - 1) / (9 + 1))
