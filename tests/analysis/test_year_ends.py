"""Posteriors of a year's end: what came later changes nothing, and what came before does."""

from __future__ import annotations

import dataclasses

import numba
import numpy as np
import pytest

from sim.analysis.calibration import Calibration
from sim.analysis.candidates import Candidates
from sim.analysis.normal_scores import latent
from sim.analysis.panel import FIRST, LAST, panel_dyads
from sim.analysis.settings import read_settings
from sim.analysis.summaries import LONG
from sim.analysis.two_rounds import two_rounds
from sim.analysis.year_ends import keeps_until, known_features, posterior_of_year
from sim.cli import main
from sim.errors import InputError
from sim.views.fitted import POINTS, fitted
from sim.views.validation import last_year_end
from sim.world.loading import load_world
from sim.world.names import Level

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")
CALENDAR = load_world(LONG)[0].calendar
DYADS = panel_dyads()


def candidates(unit, seed):
    """Runs whose ties stand at sanctuary in a year by chance, the first parameter; one in five breaks, in any month."""
    draw = np.random.default_rng(seed)
    deep = draw.random((len(unit), len(DYADS), LAST - FIRST + 1)) < unit[:, 0, None, None]
    states = np.where(deep, Level.SANCTUARY, Level.NONE).astype(np.int8)
    months = np.where(draw.random(len(unit)) < 0.2, draw.integers(0, CALENDAR.months, len(unit)), -1)
    violated = months.astype(np.int16)[:, None, None]
    kept = months == -1
    return Candidates(unit, violated, states, (latent(unit) + draw.standard_normal(unit.shape))[kept])


@pytest.fixture(scope="module")
def fit():
    def gather(number, draw):
        return candidates(np.concatenate([draw(n) for n in range(3)]), number)

    return two_rounds(gather, 3, 400, np.zeros(3), 0.5, 1)


def draws(fit, year):
    return posterior_of_year(fit, CALENDAR, year, 0.5, 1).draws(400, 1)


def changed(fit, change):
    """The fit with its candidates' states and violations changed."""
    parts = []
    for part in (fit.first, fit.second):
        states, violated = part.states.copy(), part.violated.copy()
        change(states, violated)
        parts.append(dataclasses.replace(part, states=states, violated=violated))
    return dataclasses.replace(fit, first=parts[0], second=parts[1])


@pytest.mark.parametrize("year", [2001, 2008, 2017])
def test_no_year_looks_ahead(fit, year):
    """Other states after a year, other violations, and other summaries leave its posterior as it is, to the bit."""

    def later(states, violated):
        states[:, :, year - FIRST + 1 :] = np.random.default_rng(5).integers(-1, 5, states[:, :, year - FIRST + 1 :].shape)
        violated[violated > CALENDAR.index(f"{year}-12")] = -1

    other = changed(fit, later)
    assert draws(other, year).tobytes() == draws(fit, year).tobytes()

    def before(states, violated):
        states[:, :, year - FIRST] = Level.JOINT

    assert draws(changed(fit, before), year).tobytes() != draws(fit, year).tobytes()


def test_what_was_coded_tells(fit):
    """A parameter that makes ties deep is known the better the more years are coded."""
    early, late = draws(fit, 1998), draws(fit, 2017)
    assert late[:, 0].std() < early[:, 0].std() < 0.29
    assert abs(late[:, 1].std() - 12**-0.5) < 0.03  # nothing speaks to the second


def test_candidates_that_break_later_are_not_rejected():
    months = np.array([-1, 10, 40])[:, None, None].astype(np.int16)
    assert keeps_until(months, 9).tolist() == [True, True, True]
    assert keeps_until(months, 10).tolist() == [True, False, True]
    assert keeps_until(months, 40).tolist() == [True, False, False]


def test_features_grow_with_the_years(fit):
    counts = [known_features(DYADS, fit.first.states, year)[0].shape[1] for year in (1996, 2004, 2017)]
    assert counts[0] < counts[1] < counts[2]
    with pytest.raises(InputError, match="nothing is coded"):
        known_features(DYADS, fit.first.states, 1990)


def test_the_last_year_that_is_over():
    assert last_year_end("2013-12") == 2013
    assert last_year_end("2013-04") == 2012


@needs_compiler
def test_forecasts_of_a_calibration(tmp_path, monkeypatch, capsys):
    full = read_settings("short")
    scenario = {**full.worlds.synthetic.scenario, "n": 24, "months": 60}
    synthetic = full.worlds.synthetic.model_copy(update={"drawn": 1, "first_year": 1, "scenario": scenario})
    settings = full.model_copy(update={
        "over": ["choice.rate", "strategy_gap.weight"], "worlds": full.worlds.model_copy(update={"synthetic": synthetic}),
        "points": 80, "most": 1000, "batch": 80, "near": 1.0, "fresh": 40, "constraint_runs": 1, "width": 1.0,
    })  # fmt: skip
    monkeypatch.chdir(tmp_path)
    run = Calibration(settings, 1, tmp_path / "runs", {"choice.sharpness": 12.0})
    run.run()
    with pytest.raises(InputError, match=r"summary\.yaml"):
        fitted(str(run.folder))
    (run.folder / "summary.yaml").write_text("seed: 1\n")
    narrow = Calibration(settings.model_copy(update={"width": 0.5}), 1, tmp_path / "runs")
    narrow.run()
    (narrow.folder / "summary.yaml").write_text("seed: 1\n")
    with pytest.raises(InputError, match="look at the whole history"):
        fitted(str(narrow.folder))
    of_year = fitted(str(run.folder))
    points = of_year(2010)
    assert len(points) == POINTS
    assert {point["choice.sharpness"] for point in points} == {12.0}
    assert of_year(2005) != points
    assert main(["validate", "rolling", "replicates=40", f"posterior={run.folder}"]) == 0
    assert "Scores of 724 questions" in capsys.readouterr().out
