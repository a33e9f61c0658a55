"""What is known of the calibration in use, and how much of what differs between its draws goes with assumptions."""

from __future__ import annotations

import numba
import numpy as np
import pandas as pd
import pytest
import yaml

from sim.analysis.outcome_variance import assumed, share_of_variance
from sim.views import in_use as view

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")


@pytest.mark.statistical
def test_shares_of_variance_of_a_sum():
    """y = 2 a + b + noise: four fifths and a fifth of the variance between points.

    One seed. The standard error of a share of 400 points is about .03, so that it fails in fewer than 1 of 1,000 seeds.
    """
    rng = np.random.default_rng(5)
    points = pd.DataFrame(rng.standard_normal((400, 4)), columns=list("abcd"))
    signal = 2.0 * points["a"].to_numpy() + points["b"].to_numpy()
    outcomes = signal[:, None] + 3.0 * rng.standard_normal((400, 20))
    shares = [share_of_variance(points, outcomes, np.arange(4) == k, 1) for k in range(4)]
    assert shares == pytest.approx([0.8, 0.2, 0.0, 0.0], abs=0.1)
    alike = np.repeat(rng.standard_normal((1, 20)), 400, axis=0)
    assert np.isnan(share_of_variance(points, alike, np.arange(4) == 0, 1))


def test_what_rests_on_assumptions_is_what_the_ledger_says():
    assert assumed(["choice.sharpness", "bond.weight"]).tolist() == [True, False]


def test_what_is_not_known_is_said(tmp_path, monkeypatch):
    (tmp_path / "default.yaml").write_text("parameters: {}\n")
    (tmp_path / "theses.csv").write_text("thesis,probability,low,high\nconsensus,1,1,1\n")
    monkeypatch.setattr(view, "SUMMARY", tmp_path / "default.yaml")
    monkeypatch.setattr(view, "THESES", tmp_path / "theses.csv")
    monkeypatch.setattr(view, "_by_whom", lambda *_: 0.25)
    found = view.in_use(1)
    missing = ("sbc_passed", "informed_both", "held_out_ever_fight", "thesis_bayes_factors")
    assert [found[name] for name in missing] == [None] * 4
    cells = list(zip(view.TITLES, (view._in_words(name, found) for name in view.TITLES), strict=True))
    assert dict(cells)["variance_assumption_only"] == "0.250"
    assert dict(cells)["gain"] == "not known"


def test_what_is_known_is_read(tmp_path, monkeypatch):
    summary = {
        "gain": 6.0, "gain_se": 0.1, "sbc_passed": True, "informed_both": {"direction 1": "+1 a", "bond.weight": "alone"},
        "targets": {"T1": {"met": True}, "T2": {"met": False}}, "gate": {"nearer": 0.9},
        "constraints": {"never_broken": {"kept": 0.98}, "never_fought": {"kept": 0.99}},
        "held_out": {"constraints": {"never_broken": {"kept": 0.88}, "never_fought": {"kept": 0.86}},
                     "targets": {"T13a": {"met": True, "fitted": False}, "T1": {"met": True, "fitted": True}}},
    }  # fmt: skip
    (tmp_path / "default.yaml").write_text(yaml.safe_dump(summary, sort_keys=False))
    (tmp_path / "theses.csv").write_text(
        "thesis,probability,log_bayes_factor,log_bayes_factor_se\nconsensus,.9,0,0\ncost_only,.1,-2.2,.5\n"
    )
    monkeypatch.setattr(view, "SUMMARY", tmp_path / "default.yaml")
    monkeypatch.setattr(view, "THESES", tmp_path / "theses.csv")
    monkeypatch.setattr(view, "_by_whom", lambda *_: 0.25)
    found = view.in_use(1)
    assert found["held_out_ever_fight"] == pytest.approx(0.14)
    assert (found["held_out_never_broken"], found["targets_fitted"], found["targets_of"]) == (0.88, 1, 2)
    assert found["thesis_bayes_factors"]["cost_only"] == {"log_bayes_factor": -2.2, "log_bayes_factor_se": 0.5}
    words = {name: view._in_words(name, found) for name in view.TITLES}
    assert words["informed_both"] == "2: direction 1, bond.weight"
    assert words["thesis_bayes_factors"] == "cost only -2.2"
    assert words["held_out_targets"] == "1 of 1: T13a"
