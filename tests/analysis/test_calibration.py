"""A calibration small enough for a test: repeatable, resumable, the same on any number of threads; adopting it."""

from __future__ import annotations

import shutil

import numba
import numpy as np
import pandas as pd
import pytest
import yaml

from sim.analysis.calibration import Calibration
from sim.analysis.posterior import informed, predictive_table
from sim.analysis.settings import read_settings
from sim.analysis.simulator import Simulator
from sim.analysis.targets import read_targets
from sim.cli import main
from sim.errors import InputError
from sim.evidence.ledger import ledger
from sim.views import adoption
from sim.views.calibration import medoid

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")
pytestmark = needs_compiler
NAMES = ("T1", "T6a", "T11a", "T11b")


@pytest.fixture(scope="module")
def settings():
    full = read_settings("short")
    synthetic = full.worlds.synthetic.model_copy(
        update={"drawn": 2, "first_year": 1, "scenario": {**full.worlds.synthetic.scenario, "n": 30, "months": 72}}
    )
    worlds = full.worlds.model_copy(
        update={"synthetic": synthetic, "named": full.worlds.named.model_copy(update={"replicates": 3})}
    )
    return full.model_copy(update={
        "over": ["choice", "bond.weight"], "worlds": worlds,
        "history": full.history.model_copy(update={"points": 40}),
        "monte_carlo": full.monte_carlo.model_copy(update={"particles": 16, "generations": 3, "least_acceptance": 0.0}),
        "check_points": 4, "check_replicates": 2,
    })  # fmt: skip


@pytest.fixture(scope="module")
def targets():
    return [t for t in read_targets() if t.name in NAMES]


@pytest.fixture(scope="module")
def done(settings, targets, tmp_path_factory):
    run = Calibration(settings, targets, 5, tmp_path_factory.mktemp("calibration"))
    return run, run.run()


def test_same_seed_same_posterior_on_one_thread(done, settings, targets, tmp_path):
    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        again = Calibration(settings, targets, 5, tmp_path).run()
    finally:
        numba.set_num_threads(threads)
    pd.testing.assert_frame_equal(again.posterior, done[1].posterior)
    pd.testing.assert_frame_equal(again.statistics, done[1].statistics)
    other = Calibration(settings, targets, 6, tmp_path).run()
    assert not other.posterior.equals(done[1].posterior)


def test_stopped_anywhere_it_goes_on(done, settings, targets, tmp_path):
    run, whole = done
    copy = Calibration(settings, targets, 5, tmp_path)
    shutil.copytree(run.folder, copy.folder)
    for path in ("generations/002.npz", "generations/003.npz"):
        (copy.folder / path).unlink()
    told = []
    again = copy.run(lambda stage, *rest: told.append(stage))
    pd.testing.assert_frame_equal(again.posterior, whole.posterior)
    assert told.count("sequential Monte Carlo") == 2
    (copy.folder / "generations" / "003.npz").write_bytes(b"damaged")
    with pytest.raises(InputError, match="delete it"):
        copy.run()


def test_posterior_lies_in_the_ranges(done):
    for path in done[1].posterior.columns:
        span = ledger().entry(path).range
        assert done[1].posterior[path].between(span.low, span.high).all()
    assert (np.diff(done[1].history["tolerance"]) <= 0.0).all()


def test_a_point_has_its_own_draws_whatever_runs_beside_it(settings, targets):
    simulator = Simulator(settings, targets, 5)
    points = [{"bond.weight": 0.5}, {"bond.weight": 1.5}, {}]
    together = simulator.statistics(points, np.array([3, 8, 4]))
    for n, number in enumerate((3, 8, 4)):
        assert np.array_equal(simulator.statistics([points[n]], np.array([number]))[0], together[n], equal_nan=True)


def test_predictive_check(done, targets):
    run, result = done
    found = run.check(result.posterior, targets)
    table = predictive_table(targets, found)
    assert list(table.index) == list(NAMES)
    assert found.shape == (4, 4)
    row = table.loc["T1"]
    assert row["simulated"] == pytest.approx(found["T1"].mean())
    assert bool(row["met"]) == (0.26 <= row["simulated"] <= 0.34)


def test_informed_knows_the_prior_from_a_point():
    span = ledger().entry("bond.weight").range
    draw = np.random.default_rng(3)
    prior = pd.DataFrame({"bond.weight": draw.uniform(span.low, span.high, 400)})
    tight = pd.DataFrame({"bond.weight": draw.normal(1.0, 0.05, 400)})
    assert not informed(prior, 400).loc["bond.weight", "informed"]
    assert informed(tight, 400).loc["bond.weight", "informed"]
    assert informed(tight, 400).loc["bond.weight", "shrinkage"] > 0.95
    assert not informed(tight, 3).loc["bond.weight", "informed"]  # three lines of descent prove nothing


def test_the_middle_is_a_particle():
    table = pd.DataFrame({"bond.weight": [0.1, 1.0, 1.1, 2.9], "choice.rate": [0.1, 0.3, 0.31, 0.6]})
    assert medoid(table)["bond.weight"] in (1.0, 1.1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["preset=ful"], "full"),
        (["sed=1"], "seed"),
        (["seed=-1"], "seed"),
        (["until=1900"], "until"),
        (["thesis=consensu"], "consensus"),
        (["targets=T1,T99"], "T99"),
        (["full"], "key=value"),
        (["adopt"], "folder"),
        (["adopt", "nowhere"], "summary.yaml"),
    ],
)
def test_bad_input(arguments, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["calibrate", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_adopting_keeps_the_emphasis_of_theses(tmp_path, monkeypatch):
    conf = tmp_path / "conf"
    shutil.copytree(adoption.CONF, conf)
    monkeypatch.setattr(adoption, "CONF", conf)
    monkeypatch.setattr(adoption, "DEFAULTS", conf / "parameters" / "default.yaml")
    monkeypatch.setattr(adoption, "SUMMARY", conf / "calibration" / "default.yaml")
    monkeypatch.setattr(adoption, "POSTERIOR", conf / "calibration" / "posterior.csv")
    before = adoption.default_values()
    new = {"bond.weight": 0.9 * before["bond.weight"], "choice.rate": 0.4}
    folder = tmp_path / "calibration"
    folder.mkdir()
    row = {"median": 1.0, "interval": [0.0, 1.0], "informed": True}
    (folder / "summary.yaml").write_text(yaml.safe_dump({"parameters": {k: {"value": v, **row} for k, v in new.items()}}))
    draws = pd.DataFrame({"bond.weight": np.linspace(0.5, 1.5, 300), "distance": 1.0})
    draws.to_parquet(folder / "posterior.parquet")
    old = yaml.safe_load((conf / "thesis" / "deep_ties_beyond_cost_benefit.yaml").read_text())["parameters"]["bond"]["weight"]
    adoption.adopt(folder)
    after = yaml.safe_load((conf / "parameters" / "default.yaml").read_text())
    assert after["bond"]["weight"] == pytest.approx(new["bond.weight"], rel=1e-3)
    assert after["choice"]["rate"] == 0.4
    assert after["brand"]["weight"] == before["brand.weight"]
    thesis = yaml.safe_load((conf / "thesis" / "deep_ties_beyond_cost_benefit.yaml").read_text())["parameters"]["bond"]["weight"]
    assert thesis == pytest.approx(0.9 * old, rel=1e-3)
    assert (conf / "calibration" / "default.yaml").is_file()
    sample = pd.read_csv(conf / "calibration" / "posterior.csv")
    assert list(sample) == ["bond.weight"]
    assert len(sample) == adoption.SAMPLE_SIZE
    assert (sample["bond.weight"].iloc[0], sample["bond.weight"].iloc[-1]) == (0.5, 1.5)


def test_nothing_is_adopted_from_a_wrong_summary(tmp_path):
    (tmp_path / "summary.yaml").write_text("parameters: {bond.wait: {value: 1.0}}\n")
    with pytest.raises(InputError, match=r"bond\.weight"):
        adoption.adopt(tmp_path)
