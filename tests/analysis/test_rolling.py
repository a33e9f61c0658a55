"""The rolling test: baselines, weights and forecasts on numbers small enough to work out by hand, and one small run."""

from __future__ import annotations

import math

import numba
import numpy as np
import pandas as pd
import pytest

from sim.analysis import conditioned
from sim.analysis.asked import asked, dyads, scored
from sim.analysis.baselines import base_rate, baselines, best_share, constant_hazard, no_change, rolling_mixture
from sim.analysis.conditioned import Known, forecasts_of_year, log_likelihoods, runs_of_year, tempered, weights_of
from sim.analysis.panel import FIRST, LAST, UNKNOWN, PanelDyad
from sim.analysis.regression import effective
from sim.analysis.rolling import AGAINST, ALL, MIXTURE, MODEL, ROLLING_ROWS, Rolling, rolling, score_rows
from sim.analysis.scoring import difference, surprise
from sim.cli import main
from sim.errors import InputError

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")


def table(*rows):
    return pd.DataFrame(rows, columns=["year", "kind", "subject", "now", "level", "age", "answer"])


PAST = table(
    (2001, "material", "A", True, 2, 1, True), (2002, "material", "A", True, 2, 2, True),
    (2001, "material", "B", False, 0, 1, False), (2001, "death", "C", False, 0, 1, True),
)  # fmt: skip
ASKED = table((2003, "material", "A", True, 2, 3, True), (2003, "death", "C", False, 0, 2, False))


def test_baselines_by_hand():
    assert base_rate(PAST, ASKED) == pytest.approx([2.5 / 4, 1.5 / 2])
    assert constant_hazard(PAST, ASKED) == pytest.approx([2.5 / 3, 1.5 / 2])
    asked_of_all = table(*[(2003, kind, "A", True, 2, 1, True) for kind in ("material", "fight", "change", "death", "split")])
    assert no_change(asked_of_all).tolist() == [1.0, 1.0, 0.0, 0.0, 0.0]


def test_the_best_share_of_a_mixture():
    assert best_share([1, 0], [1.0, 0.0], [0.5, 0.5]) == 1.0
    assert best_share([1, 0], [0.5, 0.5], [1.0, 0.0]) == 0.0
    assert best_share([1, 0, 0, 0], [1.0, 0.0, 1.0, 0.0], [0.25] * 4) == pytest.approx(
        0.4
    )  # (.5625 + .0625 - .1875 + .0625) / 1.25
    assert best_share([], [], []) == 0.5


def test_a_mixture_learns_from_the_years_before_alone():
    found = scored(asked(), range(2001, 2006))
    right = found["answer"].to_numpy(dtype=float)
    mixed, shares = rolling_mixture(found, right, 1.0 - right)
    assert shares[2001] == 0.5
    assert all(share == pytest.approx(1.0) for year, share in shares.items() if year > 2001)
    assert mixed[(found["year"] == 2001).to_numpy()] == pytest.approx(0.5)


def test_every_baseline_of_every_question():
    found = scored(asked(), [2001, 2014])
    given = baselines(found)
    assert list(given) == ["no change", "base rate", "constant hazard", "logistic regression"]
    assert ((given >= 0.0) & (given <= 1.0)).all(axis=None)
    # deaths by the end of 2001 (IMU, 2001), of those asked about at the ends of 1996 to 2000
    past = asked(2001)
    n, k = (past["kind"] == "death").sum(), past.loc[past["kind"] == "death", "answer"].sum()
    assert k == 1
    assert given.loc[(found["year"] == 2001) & (found["kind"] == "death"), "base rate"].iloc[0] == pytest.approx(1.5 / (n + 1))


def test_the_difference_of_logarithmic_scores():
    found = difference([1, 0], np.array([0.5, 0.5]), np.array([0.25, 0.5]), ["a", "a"], loss=surprise)
    assert found == pytest.approx((-0.5 * math.log(2.0),) * 3)


# weights


def dyad(*, coarse):
    return PanelDyad.model_validate(
        {"name": "X", "of": ["a"], "with": ["b"], "first": FIRST, "last": LAST, "codes": ["X-Y"], "coarse": coarse}
    )


def test_the_likelihood_of_what_was_coded():
    years = LAST - FIRST + 1
    observed = np.full((1, years), UNKNOWN, dtype=np.int8)
    observed[0, 1:4] = 2, 3, -1  # the year of the question is the third; the last is not known yet
    states = np.full((3, 1, years), UNKNOWN, dtype=np.int8)
    states[0, 0, 1:3] = 2, 3
    states[1, 0, 1:3] = 3, 3
    right, wrong = math.log(0.93), math.log(0.07 / 5)
    expected = [1.5 * right, right + 0.5 * wrong, 1.5 * wrong]
    assert log_likelihoods([dyad(coarse=False)], observed, states, FIRST + 2)[:, 0] == pytest.approx(expected)
    allied = log_likelihoods([dyad(coarse=True)], observed, np.where(states == 3, 2, states), FIRST + 2)[:, 0]
    assert allied[:2] == pytest.approx([1.5 * right] * 2)


def test_weights_are_tempered_until_enough_runs_remain():
    assert effective(np.array([1.0, 1.0, 0.0, 0.0])) == 2.0
    logs = np.array([0.0, 0.0, -50.0, -50.0])
    assert tempered(logs, 2.0) == pytest.approx([1.0, 1.0, 0.0, 0.0])
    softer = tempered(logs, 3.0)
    assert effective(softer) == pytest.approx(3.0)
    assert (softer[:2] == 1.0).all()
    assert tempered(logs, 5.0) == pytest.approx([1.0] * 4, abs=1e-6)


def known(then, after, year=2010, name="HQN-AQ"):
    """Runs of which nothing is known but the states of one dyad at two year-ends."""
    row = [d.name for d in dyads()].index(name)
    states = np.full((len(then), len(dyads()), LAST - FIRST + 1), UNKNOWN, dtype=np.int8)
    states[:, row, year - FIRST], states[:, row, year + 1 - FIRST] = then, after
    return Known(year, None, states, np.zeros((len(then), len(dyads()))))


def test_a_forecast_starts_from_the_state_that_was_observed():
    # at the end of 2010 the Haqqanis give al-Qaeda sanctuary: 40 runs do too, of which 10 are joint a year later
    then, after = [3] * 40 + [0] * 60, [3] * 30 + [4] * 10 + [-1] * 60
    found = scored(asked(), [2010])
    mine = found[(found["subject"] == "HQN-AQ")]
    given = forecasts_of_year(known(then, after), mine).set_index(mine["kind"])
    assert set(given["matched"]) == {"state"}
    assert given["effective"].tolist() == [40.0] * len(mine)
    expected = {"material": 40.5 / 41, "hostile": 0.5 / 41, "joint": 10.5 / 41, "change": 10.5 / 41}
    assert given["probability"].to_dict() == pytest.approx(expected)


def test_where_no_run_stands_there():
    # sanctuary was observed: 30 runs are allied in another way
    weights, how = weights_of(known([2] * 30 + [0] * 70, [2] * 100), "HQN-AQ")
    assert (how, weights.tolist()) == ("kind", [1.0] * 30 + [0.0] * 70)
    weights, how = weights_of(known([2] * 10 + [0] * 90, [2] * 100), "HQN-AQ")
    assert (how, weights.tolist()) == ("all", [1.0] * 100)
    # what changes is then asked of each run's own state
    given = known([0] * 100, [0] * 75 + [1] * 25)
    mine = scored(asked(), [2010])
    mine = mine[(mine["subject"] == "HQN-AQ") & (mine["kind"] == "change")]
    assert forecasts_of_year(given, mine)["probability"].iloc[0] == pytest.approx(25.5 / 101)


def test_neighbours_weigh_too():
    one = known([3] * 200, [3] * 200)
    one.cells[:100, [d.name for d in dyads()].index("AQ-TB")] = math.log(4.0)
    weights, _ = weights_of(one, "HQN-AQ")
    assert weights[0] / weights[-1] == pytest.approx(2.0)  # half of the logarithm
    one = known([3] * 200, [3] * 200)
    one.cells[:100, [d.name for d in dyads()].index("LeT-TB")] = math.log(4.0)
    assert weights_of(one, "HQN-AQ")[0] == pytest.approx([1.0] * 200)  # no side in common


def test_scores_by_hand():
    questions = table((2001, "death", "A", False, 0, 1, True), (2001, "split", "B", False, 0, 1, False))
    names = {MODEL: [0.5, 0.5], MIXTURE: [0.9, 0.1], **{name: [0.0, 0.0] for name in AGAINST}}
    found = Rolling(questions, pd.DataFrame(names), pd.DataFrame(), {})
    scores = score_rows(found).set_index(["kind", "forecast"])
    assert scores.loc[(ALL, MODEL), "brier"] == 0.25
    assert scores.loc[(ALL, "no change"), "brier"] == 0.5
    assert scores.loc[(ALL, "no change"), "model_less"] == pytest.approx(-0.25)
    assert scores.loc[(ALL, "no change"), "log"] == pytest.approx(-0.5 * (math.log(0.01) + math.log(0.99)))
    assert scores.loc[("death", MIXTURE), "brier"] == pytest.approx(0.01)
    assert ("fight", MODEL) not in scores.index
    rows = {name: row(found) for name, row in ROLLING_ROWS.items()}
    assert rows["rolling_questions"][0] == 2.0
    assert rows["rolling_brier"][0] == 0.25
    assert rows["brier_no_change"][0] == rows["brier_base_rate"][0] == rows["brier_constant_hazard"][0] == 0.5
    # one subject gains .75 and the other loses .25: drawn twice, either may be the whole
    assert rows["rolling_less_no_change"] == pytest.approx((-0.25, (0.25 + 0.75) / 2 / 1.959964), rel=1e-4)
    assert rows["rolling_upper_no_change"][0] == pytest.approx(0.25)


# runs


@needs_compiler
def test_a_year_does_not_depend_on_the_others():
    asked_for = []

    def points_of(year):
        asked_for.append(year)
        return [{}, {"choice.sharpness": 5.0}]

    both = rolling(points_of, 60, 1, [2014, 2015])
    alone = rolling(points_of, 60, 1, [2015])
    assert asked_for == [2014, 2015, 2015]
    later = both.questions["year"] == 2015
    assert both.forecasts.loc[later, MODEL].tolist() == alone.forecasts[MODEL].tolist()
    assert ((both.forecasts >= 0.0) & (both.forecasts <= 1.0)).all(axis=None)
    assert both.forecasts[MODEL].between(0.0, 1.0, inclusive="neither").all()
    assert both.less(MODEL, MODEL) == (0.0, 0.0, 0.0)
    with pytest.raises(InputError, match="shared by 2 points"):
        rolling(points_of, 1, 1, [2015])


@needs_compiler
def test_runs_of_a_year_know_nothing_later():
    found = runs_of_year(2012, [{}], 40, 1)
    calendar = found.runs.world.calendar
    assert calendar.date(calendar.months - 1) == "2013-12"
    assert len(found.states) == 40
    assert found.cells.shape == (40, len(dyads()))
    assert (found.cells < 0.0).any()
    # Omar's death of April 2013 is history: as known at the end of 2012 a leader may die, and need not
    actor = next(a for a in conditioned.ACTORS if a.code == "TB")
    assert 0 < conditioned._happened(found, actor, "death").sum() < 20


@needs_compiler
def test_the_command(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["validate", "rolling", "replicates=20"]) == 0
    said = capsys.readouterr().out
    assert "Scores of 724 questions" in said
    assert "Brier score by kind of question" in said
    made = tmp_path / "runs" / "rolling"
    assert {"forecasts.csv", "scores.csv", "reliability.csv", "reliability.png", "manifest.json"} <= {
        p.name for p in made.iterdir()
    }
    assert len(pd.read_csv(made / "forecasts.csv")) == 724


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["target=x"], "thesis"),
        (["replicates=0"], "1 to"),
        (["thesis=consensu"], "consensus"),
        (["thesis=consensus", "posterior=x"], "one of the two"),
        (["posterior=nowhere"], "calibration.json"),
        (["fast"], "key=value"),
    ],
)
def test_bad_input(arguments, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["validate", "rolling", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
