"""PRIM and the tree recover a region that is known."""

import numpy as np
import pandas as pd
import pytest

from sim.analysis.discovery import discover
from sim.errors import InputError
from sim.runs.design import Design

OVER = {f"m{n}.weight": (0.0, 1.0) for n in range(8)}


@pytest.fixture(scope="module")
def points():
    return Design("lhs", 1000, OVER, 4, also=list(OVER)).points().table


def runs(inside, replicates=40, seed=1, high=0.9, low=0.2):
    share = np.where(inside, high, low)
    return np.random.default_rng(seed).random((len(inside), replicates)) < share[:, None]


@pytest.fixture(scope="module")
def found(points):
    inside = ((points["m0.weight"] > 0.6) & (points["m3.weight"] < 0.5)).to_numpy()
    return discover(points, runs(inside))


def test_prim_recovers_a_box(points, found):
    # limits can be off by about one peel: 5 % of the points left, 0.03 of the range here
    box = found.boxes[0]
    assert set(box.limits.index) == {"m0.weight", "m3.weight"}
    assert box.limits.loc["m0.weight", "low"] == pytest.approx(0.6, abs=0.03)
    assert box.limits.loc["m3.weight", "high"] == pytest.approx(0.5, abs=0.03)
    assert box.coverage > 0.95
    assert box.density > 0.9
    assert box.mass == pytest.approx(0.2, abs=0.03)
    assert (box.limits["quasi_p"] < 1e-6).all()
    assert len(found.boxes) == 1
    inside = box.holds(points)
    assert found.cases[inside].mean() == pytest.approx(box.density)
    assert found.cases[inside].sum() / found.cases.sum() == pytest.approx(box.coverage)
    assert found.held_out is not None
    assert min(found.held_out) > 0.85


def test_the_tree_says_the_same(found):
    rule = found.rules[0]
    assert rule.typical
    assert rule.coverage > 0.95
    assert {c.split()[0] for c in rule.conditions} == {"m0.weight", "m3.weight"}
    assert sum(r.mass for r in found.rules) == pytest.approx(1)
    assert sum(r.coverage for r in found.rules) == pytest.approx(1)


def test_table_and_words(found):
    table = found.table()
    assert list(table.columns) == ["rule", "coverage", "density", "mass", "restricted"]
    assert table.loc[1, "rule"].startswith("m0.weight ≥ 0.")
    assert " and m3.weight ≤ 0." in table.loc[1, "rule"]


def test_two_regions_give_two_boxes(points):
    first = (points["m0.weight"] > 0.7) & (points["m3.weight"] < 0.5)
    second = points["m5.weight"] < 0.15
    found = discover(points, runs((first | second).to_numpy()))
    assert {tuple(sorted(box.limits.index)) for box in found.boxes} == {("m0.weight", "m3.weight"), ("m5.weight",)}
    assert sum(box.coverage for box in found.boxes) > 0.9


def test_no_box_where_there_is_none(points):
    found = discover(points, np.random.default_rng(2).random((1000, 20)) < 0.5)
    assert found.boxes == []
    assert found.table().empty
    assert found.uncertain > 0.9
    assert found.held_out is None


def test_integers_and_a_repeat(points):
    whole = points.copy()
    whole["m3.weight"] = (10 * whole["m3.weight"]).astype(int)
    inside = ((whole["m0.weight"] > 0.6) & (whole["m3.weight"] < 5)).to_numpy()
    first, second = discover(whole, runs(inside)), discover(whole, runs(inside))
    pd.testing.assert_frame_equal(first.table(), second.table(), check_exact=True)
    assert first.rules == second.rules
    assert set(first.boxes[0].limits.index) == {"m0.weight", "m3.weight"}


@pytest.mark.parametrize(
    ("outcomes", "options", "said"),
    [
        (np.zeros((1000, 3)), {}, r"no point lies above 0.5 \(allowed: between the shares found, 0.00 to 0.00\)"),
        (np.ones((1000, 3)), {}, r"every point lies above 0.5"),
        (np.full((1000, 3), 2.0), {}, r"run from 2 to 2 \(allowed: 0 to 1\)"),
        (np.zeros((10, 3)), {}, r"have shape \(10, 3\)"),
        (np.zeros((1000, 3)), {"threshold": 1.5}, r"threshold: 1.5 is no share"),
    ],
)
def test_what_is_wrong(points, outcomes, options, said):
    with pytest.raises(InputError, match=said):
        discover(points, outcomes, **options)
