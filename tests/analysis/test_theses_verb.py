"""`alliances theses` end to end on a calibration small enough for a test."""

from __future__ import annotations

import numba
import pandas as pd
import pytest

from sim.analysis import predictions
from sim.analysis.predictions import EXPERIMENTS, OUTCOMES, predicted
from sim.analysis.settings import read_settings
from sim.cli import main
from sim.errors import InputError
from sim.runs import draws
from sim.views import theses as view
from sim.world.loading import thesis_values

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")


def tiny(_: str):
    full = read_settings("theses")
    scenario = {**full.worlds.synthetic.scenario, "n": 24, "months": 60}
    synthetic = full.worlds.synthetic.model_copy(update={"drawn": 1, "first_year": 1, "scenario": scenario})
    return full.model_copy(update={
        "over": ["choice.rate", "choice.sharpness", "strategy_gap.weight"],
        "worlds": full.worlds.model_copy(update={"synthetic": synthetic}),
        "constraint_runs": 1, "points": 80, "most": 160, "batch": 80, "near": 1.0, "draws": 20, "check_points": 20,
        "check_replicates": 1,
    })  # fmt: skip


@pytest.fixture
def small(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(view, "read_settings", tiny)
    monkeypatch.setattr(view, "REPLICATES", 2)
    for name in list(EXPERIMENTS)[3:]:
        monkeypatch.delitem(EXPERIMENTS, name)


@needs_compiler
def test_two_theses(small, tmp_path, monkeypatch, capsys):
    line = ["theses", "thesis=consensus,reconciliation_over_strategy"]
    assert main(line) == 0
    said = capsys.readouterr().out
    assert "Where to look in the world" in said
    made = tmp_path / "runs" / "theses"
    wanted = {"evidence.png", "predictions.svg", "judged.csv", "bayes_factors.csv", "discriminating.csv", "manifest.json"}
    assert wanted <= {p.name for p in made.iterdir()}
    table = pd.read_csv(made / "judged.csv").set_index("thesis")
    assert table["probability"].sum() == pytest.approx(1.0)
    assert table.loc["consensus", "log_bayes_factor"] == 0.0
    assert (table["effective"] > 0.0).all()
    assert list(pd.read_csv(made / "scores.csv")["thesis"]) == ["consensus", "reconciliation_over_strategy"]
    again = pd.read_csv(made / "predictions.csv")
    assert len(again) == 2 * len(EXPERIMENTS) * len(OUTCOMES)
    assert main(line) == 0  # resumed: what was fitted is read
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "runs" / "theses-2" / "predictions.csv"), again)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "runs" / "theses-2" / "judged.csv").set_index("thesis"), table)
    monkeypatch.setattr(view, "CONF", tmp_path / "conf")
    monkeypatch.setattr(view, "KEPT", tmp_path / "conf" / "theses.csv")
    monkeypatch.setattr(view, "FEW", 10**6)
    for module in (view, draws):
        monkeypatch.setattr(module, "OF_THESES", tmp_path / "conf" / "theses_draws.csv")
    (tmp_path / "conf").mkdir()
    assert main(["theses", "adopt", str(made), str(tmp_path / "runs" / "theses-2")]) == 0
    kept = pd.read_csv(tmp_path / "conf" / "theses.csv").set_index("thesis")
    assert kept["probability"].is_monotonic_decreasing
    assert kept["log_bayes_factor_other"].tolist() == kept["log_bayes_factor"].tolist()
    assert kept["probability"].sum() == pytest.approx(1.0, abs=1e-3)
    shares = kept["kept"] / kept["tried"]
    assert kept["basis"].unique().tolist() == ["constraints"]  # where no likelihood is to be believed
    assert kept["probability"].tolist() == pytest.approx((shares / shares.sum()).tolist(), abs=0.01)
    mine, free = draws.draws_of_thesis("reconciliation_over_strategy"), draws.draws_of_thesis("consensus")
    assert len(mine) == len(free) == 20
    fixed = thesis_values("reconciliation_over_strategy")
    assert all({**row, **fixed} == pytest.approx(row, rel=1e-3) for row in mine)
    varied = {path for path in free[0] if len({row[path] for row in free}) > 1}
    assert varied == {"choice.rate", "choice.sharpness", "strategy_gap.weight"}
    with pytest.raises(InputError, match="has no draws"):
        draws.draws_of_thesis("cost_benefit_only")


@needs_compiler
def test_theses_that_keep_nothing_cannot_be_judged(small, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(view, "FEWEST", 1000)
    assert main(["theses", "thesis=consensus,reconciliation_over_strategy"]) == 2
    assert "too few candidates keep the hard constraints" in capsys.readouterr().err


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
    [
        (["thesis=consensus"], "two theses"),
        (["thesis=consensus,dep_ties"], "deep_ties"),
        (["preset=thesis"], "theses"),
        (["targets=T1"], "unknown"),
        (["adopt"], "is missing"),
        (["adopt", "nowhere"], "judged.csv"),
    ],
)
def test_bad_input(arguments, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["theses", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
