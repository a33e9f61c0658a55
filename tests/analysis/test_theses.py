"""Model choice against cases with known answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.analysis.targets import Kernel, Target
from sim.analysis.theses import (
    Fitted,
    bayes_factors,
    by_target,
    by_tolerance,
    counted,
    discriminating,
    information_gain,
    leave_one_out,
)


def target(name: str, observed: float) -> Target:
    return Target(
        name=name, title=name, definition=name, scenario="synthetic", statistic="dissolution", observed=observed,
        band=(observed - 1.0, observed + 1.0), kernel=Kernel(shape="gaussian", scale=1.0), known=2000, source="test",
    )  # fmt: skip


def fitted(name: str, mean: list[float], count: int = 4000) -> Fitted:
    wave = np.random.default_rng(len(name)).standard_normal((count, len(mean))) + np.array(mean)
    names = [f"X{n}" for n in range(len(mean))]
    check = pd.DataFrame(wave[:200], columns=names)
    generations = pd.DataFrame({"tolerance": [2.0, 1.0], "log_mass": [-1.0, -2.0 - len(name)], "distinct": [500, 400],
                                "simulated": [1000, 2000]})  # fmt: skip
    return Fitted(name, name, wave, generations, check, check, check)


TARGETS = [target("X0", 0.0), target("X1", 0.0)]


def test_counting_gives_the_known_bayes_factor():
    """Normal with means 0 and 2 in one target: the density ratio at 0 is exp(2); five standard errors, seed fixed."""
    near, far = fitted("near", [0.0], 40000), fitted("distant", [2.0], 40000)
    table = counted([near, far], TARGETS[:1], share=0.02)
    p = np.exp(2.0) / (1.0 + np.exp(2.0))
    assert abs(table.loc["near", "probability"] - p) < 5.0 * table.loc["near", "probability_se"]
    assert table["probability"].sum() == pytest.approx(1.0)


def test_leaving_out_the_target_that_separates_makes_them_alike():
    near, far = fitted("near", [0.0, 0.0]), fitted("distant", [0.0, 3.0])
    table = leave_one_out([near, far], TARGETS, share=0.05)
    assert table.loc["none", "near"] > 0.95
    assert table.loc["X1", "near"] == pytest.approx(0.5, abs=0.12)
    assert table.loc["X0", "near"] > 0.95
    assert by_target([near, far], TARGETS).loc["X1", "distant"] > 2.0


def test_with_one_target_none_can_be_left_out():
    near, far = fitted("near", [0.0]), fitted("distant", [3.0])
    assert list(leave_one_out([near, far], TARGETS[:1], share=0.05).index) == ["none"]


def test_a_probability_counted_has_wilsons_interval():
    table = counted([fitted("near", [0.0]), fitted("distant", [50.0])], TARGETS[:1], share=0.05)
    n = table["within"].sum()
    assert table.loc["distant", ["low", "high"]].tolist() == pytest.approx([0.0, 3.8414588 / (n + 3.8414588)])
    assert table.loc["near", ["low", "high"]].tolist() == pytest.approx([n / (n + 3.8414588), 1.0])


def test_evidence_by_tolerance():
    near, far = fitted("near", [0.0]), fitted("distant", [0.0])
    table = by_tolerance([near, far])
    last = table[table["tolerance"] == table["tolerance"].min()].set_index("thesis")
    assert last.loc["near", "probability"] == pytest.approx(1.0 / (1.0 + np.exp(-3.0)))
    assert last.loc["near", "low"] < last.loc["near", "probability"] < last.loc["near", "high"]
    assert bayes_factors(table).loc["near", "distant"] == pytest.approx(np.exp(3.0))
    first = table[table["tolerance"] == table["tolerance"].max()].set_index("thesis")
    assert first.loc["near", "probability"] == pytest.approx(0.5)


def test_information():
    """A certain yes against a certain no under even odds is one bit; alike predictions are none."""
    even = np.array([0.5, 0.5])
    assert information_gain(np.array([1.0, 0.0]), even) == pytest.approx(1.0, abs=1e-6)
    assert information_gain(np.array([0.3, 0.3]), even) == pytest.approx(0.0, abs=1e-9)
    table = discriminating(
        pd.DataFrame([
            {"experiment": "dull", "outcome": "break", "thesis": "a", "probability": 0.5, "se": 0.1},
            {"experiment": "dull", "outcome": "break", "thesis": "b", "probability": 0.5, "se": 0.1},
            {"experiment": "telling", "outcome": "break", "thesis": "a", "probability": 0.9, "se": 0.1},
            {"experiment": "telling", "outcome": "break", "thesis": "b", "probability": 0.1, "se": 0.1},
        ]),
        {"a": 0.5, "b": 0.5},
    )  # fmt: skip
    assert list(table["experiment"]) == ["telling", "dull"]
    assert table.loc[0, "highest"] == "a"
