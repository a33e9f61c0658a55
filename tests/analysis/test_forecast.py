"""Questions at the door, worlds that know nothing of what comes, and forecasts of them."""

from __future__ import annotations

import csv
from dataclasses import replace

import numba
import numpy as np
import pandas as pd
import pytest

from sim.analysis.forecast import Runs, answers, constant_hazard, forecast, holds, no_change, runs_known_until
from sim.analysis.foresight import known_until
from sim.analysis.questions import STATES, Question, read_questions, read_timeline, state_at
from sim.cli import main
from sim.engine.ensemble import run_ensemble
from sim.errors import InputError
from sim.paths import SEEDS
from sim.world.loading import load_world, options
from sim.world.names import LeaderNews, Pledge
from sim.world.parameters import parameter_table

ROLLING = SEEDS / "data" / "rolling_2008_2013.csv"
needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")
ROW = {
    "name": "one", "scenario": "taliban_rule_1996", "cutoff": "2013-12", "subject": "AQ-TB", "outcome": "material+",
    "tie": "actual", "from": "2014-01", "to": "2018-09", "observed": "1",
}  # fmt: skip


def written(tmp_path, *rows, columns=tuple(ROW)):
    path = tmp_path / "questions.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def question(**changes) -> Question:
    base = {
        "name": "x", "scenario": "taliban_rule_1996", "cutoff": "2013-12", "subject": ("al_qaeda", "taliban"), "code": "AQ-TB",
        "outcome": "material+", "official": False, "start": "2014-01", "end": "2018-09", "observed": True,
    }  # fmt: skip
    return Question(**{**base, **changes})


def test_the_shipped_file_is_sound():
    found = read_questions(ROLLING)
    assert len(found) >= 20
    assert {q.cutoff for q in found} == {"2008-12", "2013-12"}
    assert {q.observed for q in found} == {True, False}
    assert {q.official for q in found} == {True, False}
    assert max(q.end for q in found) < "2020"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"subject": "AQ-TBB"}, "TB"),
        ({"subject": "AQ"}, "two actors"),
        ({"subject": "HQN-TB"}, "contains the other"),
        ({"outcome": "materiel+"}, r"material\+"),
        ({"outcome": "leader_death"}, "one actor"),
        ({"scenario": "taliban_rule"}, "taliban_rule_1996"),
        ({"cutoff": "2013-13"}, "not a month"),
        ({"cutoff": "1990-01"}, "1996-09"),
        ({"from": "2013-12"}, "after the cutoff"),
        ({"to": "2013-06"}, "before"),
        ({"to": "2096-09"}, "up to 2096-08"),
        ({"cutoff": "2019-01", "from": "2019-02", "to": "2019-12"}, "cutoff"),
        ({"observed": "yes"}, "0 or 1"),
        ({"tie": "offical"}, "official"),
        ({"tie": "official", "outcome": "fighting"}, "event"),
        ({"name": ""}, "name"),
    ],
)
def test_a_wrong_row_is_refused(tmp_path, changes, said):
    with pytest.raises(InputError, match=said) as caught:
        read_questions(written(tmp_path, ROW, {**ROW, "name": "two", **changes}))
    assert "line 3" in str(caught.value)


def test_a_wrong_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="observed"):
        read_questions(written(tmp_path, ROW, columns=[c for c in ROW if c != "observed"]))
    with pytest.raises(InputError, match="twice"):
        read_questions(written(tmp_path, ROW, ROW))
    with pytest.raises(InputError, match="no questions"):
        read_questions(written(tmp_path))
    with pytest.raises(InputError, match="cannot be read"):
        read_questions(tmp_path / "nowhere.csv")


def test_states_of_the_timeline():
    timeline = read_timeline()
    assert state_at(timeline, "AQ-TB", "2000-01") == "sanctuary"
    assert state_at(timeline, "TB-AQ", "2008-06") == "material"  # the gap of one year in the coding is passed over
    assert state_at(timeline, "AQ-IS", "2012-01") == "joint"  # in 2010 the timeline speaks of an actor and not of the pair
    assert state_at(timeline, "AQ-IS", "2014-12") == "hostile"
    assert state_at(timeline, "AQ-LeT", "2014-12") == ""


def test_baselines():
    timeline = read_timeline()
    assert no_change(question(), timeline) == 1.0
    assert no_change(question(outcome="hostile"), timeline) == 0.0
    assert no_change(question(outcome="break"), timeline) == 0.0
    assert no_change(question(code="AQ-LeT", subject=("al_qaeda", "let")), timeline) == 0.5
    short, long = question(outcome="break", end="2014-12"), question(outcome="break")
    assert 0.0 < constant_hazard(short, timeline) < constant_hazard(long, timeline) < 1.0
    assert constant_hazard(question(), timeline) == pytest.approx(1.0 - constant_hazard(long, timeline))


def test_holds():
    ladder = np.arange(-1, 5)
    assert holds("material+", ladder).tolist() == [False, False, False, True, True, True]
    assert holds("hostile", ladder).tolist() == [True] + [False] * 5
    assert [STATES[int(np.flatnonzero(holds(s, ladder))[0])] for s in STATES] == list(STATES)


def test_nothing_dated_remains_after_the_cutoff():
    world = load_world("taliban_rule_1996")[0]
    month = world.calendar.index("2008-12")
    later = known_until(world, "2008-12").facts
    assert (later.monthly["news"][month + 1 :] == int(LeaderNews.NOTHING)).all()
    assert (later.monthly["mortal"][month + 1 :] == 1).all()
    assert (later.monthly["setback"][month + 1 :] == 0.0).all()
    assert (later.policy["pledge"][month + 1 :] == 0).all()
    assert not (later.faction["entry"] > month).any()
    assert (later.dyad_event["month"] <= month).all()
    for name in ("kinetic", "targeting", "support"):
        assert (later.monthly[name][month:] == later.monthly[name][month]).all()
    for table in (later.campaign, later.watch, later.governance):
        assert (table[month:] == table[month]).all()
    with pytest.raises(InputError, match="2030-01"):
        known_until(world, "2030-01")


def test_a_death_still_concealed_was_not_known():
    world = load_world("taliban_rule_1996")[0]
    i, month = world.faction("taliban_political"), world.calendar.index("2013-04")
    assert world.facts.monthly["news"][month, i] == int(LeaderNews.CONCEALED_DEATH)
    assert known_until(world, "2013-12").facts.monthly["news"][month, i] == int(LeaderNews.NOTHING)
    assert known_until(world, "2015-07").facts.monthly["news"][month, i] == int(LeaderNews.CONCEALED_DEATH)


@needs_compiler
@pytest.mark.parametrize("scenario", [name for name in options("scenario") if name != "synthetic"])
def test_months_up_to_the_cutoff_are_the_same_bit_for_bit(scenario):
    world = load_world(scenario)[0]
    half = world.calendar.months // 2
    blind = known_until(world, world.calendar.date(half))
    one, other = (run_ensemble(w, None, 3, 1, trajectories=True).trajectories for w in (world, blind))
    for x, y in zip(one, other, strict=True):
        assert np.array_equal(x[:, : half + 1], y[:, : half + 1])
    if scenario == "taliban_rule_1996":  # there is dated history in the second half
        assert not all(np.array_equal(x, y) for x, y in zip(one, other, strict=True))


@pytest.fixture(scope="module")
def runs() -> Runs:
    return runs_known_until("taliban_rule_1996", "2013-12", parameter_table([{}]), 60, 1)


@needs_compiler
def test_answers_agree_with_each_other(runs):
    stays, breaks = answers(runs, question()), answers(runs, question(outcome="break"))
    assert not (stays & breaks).any()
    assert stays.any()
    whole = answers(runs, question(start="2018-09"))
    assert (whole | ~stays).all()  # allied throughout is allied at the end
    at_end = sum(answers(runs, question(outcome=s, start="2018-09")).astype(int) for s in STATES)
    assert (at_end == 1).all()  # one state at a time
    official = answers(runs, question(official=True, start="2018-09"))
    assert (whole | ~official).all()  # nobody professes more than there is
    both_ways = answers(runs, question(subject=("taliban", "al_qaeda"), code="TB-AQ"))
    assert np.array_equal(both_ways, stays)


@needs_compiler
def test_deaths_by_hand(runs):
    asked = question(outcome="leader_death", subject=("aq_core",), code="aq_core")
    world, start = runs.world, runs.world.calendar.index("2014-01")
    i = world.faction("aq_core")
    expected = [
        any(e["i"] == i and e["kind"] == 2 and e["month"] >= start for e in runs.events[runs.run == n]) for n in range(runs.count)
    ]
    assert answers(runs, asked).tolist() == expected


@needs_compiler
def test_forecasts_are_conditional_on_the_state_at_the_cutoff(runs):
    found = forecast(runs, question(), read_timeline())
    assert found.conditional
    assert found.runs <= runs.count
    unknown = forecast(runs, question(subject=("al_qaeda", "let"), code="AQ-LeT"), read_timeline())
    assert not unknown.conditional
    assert unknown.runs == runs.count


def held_for(world, cutoff, months):
    """The world as it was known at a month, its last month repeated and nothing dated: written out."""
    known = known_until(world, cutoff)
    facts, long = known.facts, replace(known.calendar, months=known.calendar.months + months)
    series = ("monthly", "policy", "dialogue", "inducement", "denial", "governance", "campaign", "claim", "watch")
    held = {}
    for name in series:
        table = getattr(facts, name)
        held[name] = np.concatenate([table, np.repeat(table[-1:], months, axis=0)])
    held["dyad_start"] = np.concatenate([facts.dyad_start, np.repeat(facts.dyad_start[-1:], months)])
    for name in ("monthly", "policy"):
        held[name] = held[name].view(np.recarray)
    after = held["monthly"][-months:]  # nothing dated
    after["setback"], after["news"], after["mortal"] = 0.0, int(LeaderNews.NOTHING), 1
    for name in ("successor_authority", "successor_strategy", "successor_disposition"):
        after[name] = -1.0
    held["policy"]["pledge"][-months:] = int(Pledge.NONE)
    return replace(known, calendar=long).with_facts(**held)


@needs_compiler
@pytest.mark.parametrize("cutoff", ["2013-12", "2018-09"])
def test_past_the_end_of_its_scenario_the_world_goes_on_as_it_was(cutoff):
    world = load_world("taliban_rule_1996")[0]
    assert world.calendar.date(world.calendar.months - 1) == "2018-09"
    expected = Runs(held := held_for(world, cutoff, 12), run_ensemble(held, None, 60, 1, events=True, trajectories=True))
    found = runs_known_until("taliban_rule_1996", cutoff, parameter_table([{}]), 60, 1, past_end=12)
    assert found.world.calendar.date(found.world.calendar.months - 1) == "2019-09"
    for name, table in found.world.facts._asdict().items():
        assert np.array_equal(table, getattr(held.facts, name)), name
    year = question(cutoff=cutoff, start="2018-10", end="2019-09", outcome="sanctuary+")
    asked = [year, question(cutoff=cutoff, start="2019-09", end="2019-09", outcome="none")]
    for one in asked:
        assert answers(found, one).tolist() == answers(expected, one).tolist()
        assert forecast(found, one, []) == forecast(expected, one, [])
    assert 0 < answers(found, asked[0]).sum() < 60


@needs_compiler
@pytest.mark.parametrize("scenario", [name for name in options("scenario") if name != "synthetic"])
def test_months_before_the_end_do_not_depend_on_how_far_a_question_reaches(scenario):
    calendar = load_world(scenario)[0].calendar
    cutoff = calendar.date(calendar.months // 2)
    short, long = (runs_known_until(scenario, cutoff, parameter_table([{}]), 3, 1, past_end=months) for months in (0, 18))
    for name in ("level", "stance", "fighters"):
        one, other = getattr(short.kept, name), getattr(long.kept, name)
        assert np.array_equal(one, other[:, : one.shape[1]])


def test_how_far_a_question_reaches_past_the_end(tmp_path):
    rows = [ROW, {**ROW, "name": "two", "to": "2018-08"}, {**ROW, "name": "three", "to": "2018-10"},
            {**ROW, "name": "four", "from": "2024-01", "to": "2025-12"}]  # fmt: skip
    assert [one.past_end for one in read_questions(written(tmp_path, *rows))] == [0, 0, 1, 87]


@needs_compiler
def test_the_table_says_what_is_asked_past_the_end(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "150")
    path = written(tmp_path, ROW, {**ROW, "name": "late", "to": "2019-09"})
    assert main(["validate", f"targets={path}", "replicates=20", "thesis=consensus"]) == 0
    said = capsys.readouterr().out
    assert "late †" in said
    assert "one †" not in said
    assert "taliban_rule_1996 ends in 2018-09" in said
    table = pd.read_csv(tmp_path / "runs" / "validation" / "forecasts.csv")
    assert dict(zip(table["name"], table["past_end"], strict=True)) == {"one": 0, "late": 12}


@needs_compiler
def test_the_command(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    path = written(tmp_path, ROW, {**ROW, "name": "two", "outcome": "fighting", "tie": "", "observed": "0"})
    assert main(["validate", f"targets={path}", "replicates=20", "thesis=consensus,cost_benefit_only"]) == 0
    said = capsys.readouterr().out
    assert "constant hazard" in said
    made = tmp_path / "runs" / "validation"
    assert {"forecasts.csv", "scores.csv", "reliability.png", "reliability.svg", "manifest.json"} <= {
        p.name for p in made.iterdir()
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "targets"),
        (["target=x"], "targets"),
        (["targets=nowhere.csv"], "nowhere.csv"),
        ([f"targets={ROLLING}", "replicates=0"], "1 to"),
        ([f"targets={ROLLING}", "thesis=consensu"], "consensus"),
        ([f"targets={ROLLING}", "posterior=nowhere"], "calibration.json"),
    ],
)
def test_bad_input(arguments, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["validate", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
