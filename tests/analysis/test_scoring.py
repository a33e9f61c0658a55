"""Scores against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.scoring import brier, clipped, difference, logarithmic, reliability, score_table


def test_by_hand():
    assert brier([1, 0, 1], [0.8, 0.3, 0.5]) == pytest.approx((0.04 + 0.09 + 0.25) / 3)
    assert logarithmic([1, 0], [0.8, 0.3], 0.001) == pytest.approx(-(np.log(0.8) + np.log(0.7)) / 2)
    assert logarithmic([1], [0.0], 0.01) == pytest.approx(-np.log(0.01))
    assert clipped([0.0, 0.5, 1.0], 0.01).tolist() == [0.01, 0.5, 0.99]


def test_a_half_everywhere():
    assert brier([0, 1, 1, 0], [0.5] * 4) == pytest.approx(0.25)
    assert logarithmic([0, 1], [0.5, 0.5], 0.001) == pytest.approx(np.log(2.0))


def test_difference_of_a_forecast_from_itself_is_nothing():
    assert difference([1, 0, 1], [0.2, 0.4, 0.9], [0.2, 0.4, 0.9]) == (0.0, 0.0, 0.0)
    mean, low, high = difference([1] * 50 + [0] * 50, [0.9] * 50 + [0.1] * 50, [0.5] * 100)
    assert mean == pytest.approx(0.01 - 0.25)
    assert low <= mean <= high < 0.0
    # one subject for all: every draw is the whole set
    assert difference([1, 0, 1], [0.9, 0.2, 0.4], [0.5] * 3, ["a"] * 3)[1:] == pytest.approx(
        (difference([1, 0, 1], [0.9, 0.2, 0.4], [0.5] * 3)[0],) * 2
    )


def test_reliability_by_hand():
    table = reliability([1, 0, 1, 1], [0.1, 0.15, 0.9, 1.0])
    assert table["questions"].tolist() == [2, 2]
    assert table["share"].tolist() == [0.5, 1.0]
    assert table["forecast"].tolist() == pytest.approx([0.125, 0.95])
    assert ((table["low"] <= table["share"]) & (table["share"] <= table["high"])).all()


def test_table():
    table = score_table([1, 0], {"base": [0.5, 0.5], "sharp": [0.9, 0.1]}, 0.001, "base")
    assert table.loc["sharp", "less"] == pytest.approx(0.01 - 0.25)
    assert table.loc["base", "less"] == 0.0
