"""`alliances theses` end to end on a calibration small enough for a test."""

from __future__ import annotations

import numba
import pandas as pd
import pytest

from sim.analysis import predictions
from sim.analysis.predictions import EXPERIMENTS, OUTCOMES, predicted
from sim.analysis.settings import read_settings
from sim.cli import main
from sim.views import theses as view

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")


def tiny(_: str):
    full = read_settings("theses")
    scenario = {**full.worlds.synthetic.scenario, "n": 24, "months": 60}
    synthetic = full.worlds.synthetic.model_copy(update={"drawn": 1, "first_year": 1, "scenario": scenario})
    worlds = full.worlds.model_copy(
        update={"synthetic": synthetic, "named": full.worlds.named.model_copy(update={"replicates": 2})}
    )
    steps = full.monte_carlo.model_copy(update={"particles": 10, "generations": 2, "moves": 1, "least_acceptance": 0.0})
    return full.model_copy(update={
        "over": ["choice"], "worlds": worlds, "history": full.history.model_copy(update={"points": 20, "allowed": 10}),
        "monte_carlo": steps, "check_points": 3, "check_replicates": 2,
    })  # fmt: skip


@needs_compiler
def test_two_theses(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(view, "read_settings", tiny)
    monkeypatch.setattr(view, "REPLICATES", 2)
    for name in list(EXPERIMENTS)[3:]:
        monkeypatch.delitem(EXPERIMENTS, name)
    line = ["theses", "thesis=consensus,cost_benefit_only", "targets=T1,T13a,T16"]
    assert main(line) == 0
    said = capsys.readouterr().out
    assert "Where to look in the world" in said
    made = tmp_path / "runs" / "theses"
    assert {"probability.png", "predictions.svg", "leave_one_out.csv", "bayes_factors.csv", "manifest.json"} <= {
        p.name for p in made.iterdir()
    }
    table = pd.read_csv(made / "by_tolerance.csv")
    assert table.groupby("tolerance")["probability"].sum().to_numpy() == pytest.approx(1.0)
    left = pd.read_csv(made / "leave_one_out.csv", index_col=0)
    assert list(left.index) == ["none", "T1", "T13a", "T16"]
    assert list(pd.read_csv(made / "scores.csv")["thesis"]) == ["consensus", "cost_benefit_only"]
    again = pd.read_csv(made / "predictions.csv")
    assert len(again) == 2 * len(EXPERIMENTS) * len(OUTCOMES)
    assert main(line) == 0  # resumed: what was fitted is read
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "runs" / "theses-2" / "predictions.csv"), again)


@needs_compiler
def test_predictions_under_one_vector_are_shares_of_runs():
    chosen = {name: EXPERIMENTS[name] for name in ("nothing is done", "the common rival grows")}
    table = predicted([{}, {"bond.weight": 0.0}], 4, 1, chosen)
    assert table["probability"].between(0.0, 1.0).all()
    assert set(table["experiment"]) == set(chosen)
    assert ((table["probability"] * 8).round(9) % 1 == 0).all()


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_composes(name):
    world = predictions.world_of(predictions.composed([predictions.SCENARIO, *EXPERIMENTS[name]]))
    assert world.focal == ("al_qaeda", "taliban")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["thesis=consensus"], "two theses"), (["thesis=consensus,dep_ties"], "deep_ties"), (["preset=thesis"], "theses")],
)
def test_bad_input(arguments, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["theses", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
