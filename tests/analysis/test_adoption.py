"""What becomes of a calibration that is adopted: the summary and the draws, and the central values only if wanted."""

from __future__ import annotations

import json
import shutil

import numba
import numpy as np
import pandas as pd
import pytest
import yaml

from sim.analysis.calibration import Calibration
from sim.analysis.settings import read_settings
from sim.cli import main
from sim.errors import InputError
from sim.views import adoption, fitted

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")
ROW = {"median": 1.0, "interval": [0.0, 1.0], "r2": 0.4, "informed": True}


@pytest.fixture
def conf(tmp_path, monkeypatch):
    """A copy of the configuration that may be written to."""
    copy = tmp_path / "conf"
    shutil.copytree(adoption.CONF, copy)
    monkeypatch.setattr(adoption, "CONF", copy)
    monkeypatch.setattr(adoption, "DEFAULTS", copy / "parameters" / "default.yaml")
    monkeypatch.setattr(adoption, "SUMMARY", copy / "calibration" / "default.yaml")
    monkeypatch.setattr(adoption, "POSTERIOR", copy / "calibration" / "posterior.csv")
    monkeypatch.setattr(adoption, "YEARS", copy / "calibration" / "years.csv")
    monkeypatch.setattr(fitted, "KEPT", copy / "calibration" / "years.csv")
    return copy


def finished(folder, values):
    folder.mkdir()
    (folder / "summary.yaml").write_text(yaml.safe_dump({"parameters": {k: {"value": v, **ROW} for k, v in values.items()}}))
    pd.DataFrame({"bond.weight": np.linspace(0.5, 1.5, 400)}).to_parquet(folder / "posterior.parquet")
    return folder


def files(root):
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*.yaml"))}


def test_central_values_stay_as_they_are(conf, tmp_path):
    before, values = files(conf), adoption.default_values()
    made = finished(tmp_path / "made", {"bond.weight": 0.9, "choice.rate": 0.4})
    assert adoption.adopt(made) == ["conf/calibration/posterior.csv", "conf/calibration/default.yaml"]
    after = files(conf)
    assert {name for name in after if after[name] != before[name]} == {"calibration/default.yaml"}
    summary = yaml.safe_load(after["calibration/default.yaml"])
    assert summary["defaults"] == "search"
    assert summary["parameters"]["bond.weight"] == {"value": values["bond.weight"], **ROW}
    assert summary["parameters"]["patron_hedge.weight"] == {"value": values["patron_hedge.weight"]}  # by hand, and not varied
    sample = pd.read_csv(conf / "calibration" / "posterior.csv")
    assert sample.shape == (adoption.SAMPLE_SIZE, 1)
    assert (sample["bond.weight"].iloc[0], sample["bond.weight"].iloc[-1]) == (0.5, 1.5)


def test_central_values_with_the_emphasis_of_theses_if_wanted(conf, tmp_path):
    before = adoption.default_values()
    new = {"bond.weight": 0.9 * before["bond.weight"], "choice.rate": 0.4}
    thesis = conf / "thesis" / "deep_ties_beyond_cost_benefit.yaml"
    old = yaml.safe_load(thesis.read_text())["parameters"]["bond"]["weight"]
    adoption.adopt(finished(tmp_path / "made", new), defaults=True)
    after = yaml.safe_load((conf / "parameters" / "default.yaml").read_text())
    assert after["bond"]["weight"] == pytest.approx(new["bond.weight"], rel=1e-3)
    assert after["choice"]["rate"] == 0.4
    assert after["brand"]["weight"] == before["brand.weight"]
    assert yaml.safe_load(thesis.read_text())["parameters"]["bond"]["weight"] == pytest.approx(0.9 * old, rel=1e-3)
    assert yaml.safe_load((conf / "calibration" / "default.yaml").read_text())["defaults"] == "calibration"


def test_nothing_is_adopted_from_a_wrong_summary(conf, tmp_path):
    before = files(conf)
    (tmp_path / "summary.yaml").write_text("parameters: {bond.wait: {value: 1.0}}\n")
    with pytest.raises(InputError, match=r"bond\.weight"):
        adoption.adopt(tmp_path)
    made = finished(tmp_path / "made", {"bond.weight": 0.9})
    (made / "posterior.parquet").write_bytes(b"damaged")
    with pytest.raises(InputError, match="cannot be read"):
        adoption.adopt(made, defaults=True)
    assert files(conf) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "is missing"),
        (["nowhere"], "summary.yaml"),
        (["nowhere", "--default"], "--defaults"),
        (["a", "b", "c"], "too many"),
        (["nowhere", "heldout=b"], "'held_out'"),
    ],
)
def test_bad_input(arguments, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["calibrate", "adopt", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@needs_compiler
def test_what_two_runs_say_alike(conf, tmp_path):
    full = read_settings("short")
    scenario = {**full.worlds.synthetic.scenario, "n": 24, "months": 60}
    synthetic = full.worlds.synthetic.model_copy(update={"drawn": 1, "first_year": 1, "scenario": scenario})
    settings = full.model_copy(update={
        "over": ["choice.rate", "strategy_gap.weight"], "worlds": full.worlds.model_copy(update={"synthetic": synthetic}),
        "points": 80, "most": 1000, "batch": 80, "near": 1.0, "fresh": 40, "constraint_runs": 1,
    })  # fmt: skip
    runs = [Calibration(settings, seed, tmp_path) for seed in (1, 2)]
    for run in runs:
        result = run.run()
        result.posterior.to_parquet(run.folder / "posterior.parquet")
        text = {"seed": run.seed, "parameters": {path: {"value": 0.5, **ROW} for path in run.paths}}
        (run.folder / "summary.yaml").write_text(yaml.safe_dump(text))
    adoption.adopt(runs[0].folder, runs[1].folder)
    summary = yaml.safe_load((conf / "calibration" / "default.yaml").read_text())
    assert summary["other"]["seed"] == 2
    assert summary["other"]["means_apart_most"]["parameter"] in runs[0].paths
    assert 0.0 <= summary["other"]["means_apart_most"]["standard_deviations"] < 10.0
    assert set(summary["informed_both"]) <= {"direction 1", "direction 2", *runs[0].paths}
    with pytest.raises(InputError, match="seed of the first"):
        adoption.adopt(runs[0].folder, runs[0].folder)
    about = json.loads((runs[1].folder / "calibration.json").read_text())
    about["summaries"][0]["observed"] = 0.5
    (runs[1].folder / "calibration.json").write_text(json.dumps(about))
    with pytest.raises(InputError, match="others than those of this version"):
        adoption.adopt(runs[0].folder, runs[1].folder)


@needs_compiler
def test_what_a_calibration_says_that_did_not_look(conf, tmp_path):
    short = read_settings("short")
    scenario = {**short.worlds.synthetic.scenario, "n": 24, "months": 60}
    synthetic = short.worlds.synthetic.model_copy(update={"drawn": 1, "first_year": 1, "scenario": scenario})
    settings = short.model_copy(update={
        "over": ["choice.rate"], "worlds": short.worlds.model_copy(update={"synthetic": synthetic}), "points": 60, "most": 400,
        "batch": 60, "near": 1.0, "fresh": 40, "constraint_runs": 1, "width": 1.0,
        "held_out": ["never_broken", "never_fought", "T13*"],
    })  # fmt: skip
    run = Calibration(settings, 1, tmp_path)
    run.run().posterior.to_parquet(run.folder / "posterior.parquet")
    met = {"observed": 1.0, "simulated": 0.9, "met": True}
    found = {
        "parameters": {"choice.rate": {"value": 0.5, **ROW}}, "targets": {"T13a": met, "T1": {**met, "met": False}},
        "constraints": {"never_broken": {"kept": 0.9, "se": 0.02}, "core_survives": {"kept": 1.0, "se": 0.0}},
        "gate": {"nearer": 0.5},
    }  # fmt: skip
    (run.folder / "summary.yaml").write_text(yaml.safe_dump(found))
    written = adoption.adopt(run.folder, held_out=run.folder)
    assert "conf/calibration/years.csv" in written
    summary = yaml.safe_load((conf / "calibration" / "default.yaml").read_text())["held_out"]
    assert summary["targets"] == {"T13a": {**met, "fitted": False}, "T1": {**met, "met": False, "fitted": True}}
    assert summary["constraints"]["never_broken"] == {"kept": 0.9, "se": 0.02, "asked": False}
    assert summary["constraints"]["core_survives"]["asked"]
    mine, kept = fitted.fitted(run.folder), fitted.kept_by_year()
    for year in (2001, 2017):
        assert [row["choice.rate"] for row in kept(year)] == pytest.approx([row["choice.rate"] for row in mine(year)], rel=1e-3)
    with pytest.raises(InputError, match="2020 is missing"):
        kept(2020)
    about = json.loads((run.folder / "calibration.json").read_text())
    about["settings"]["held_out"] = []
    (run.folder / "calibration.json").write_text(json.dumps(about))
    with pytest.raises(InputError, match="asked its candidates to keep every"):
        adoption.adopt(run.folder, held_out=run.folder)
