"""Assertions: the rule of the verdict, the statistics against direct computation, the files, the command."""

from __future__ import annotations

import numba
import numpy as np
import pytest
import yaml

from sim.analysis.assertions import SIGNS, Arm, Assertion, Laboratory, checked, interval, read_assertions, verdict
from sim.analysis.named_patterns import NamedSeen, named_statistic, sides_of
from sim.analysis.run_statistics import STATISTICS, run_statistic
from sim.cli import main
from sim.engine.ensemble import run_ensemble
from sim.errors import InputError
from sim.evidence.claims import articles
from sim.evidence.ledger import ledger
from sim.views.assertions import article_of
from sim.world.loading import load_world
from sim.world.parameters import default_values

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")


@pytest.mark.parametrize(
    ("estimate", "half", "asserted", "than", "paired", "expected"),
    [
        (0.8, 0.05, "above", 0.5, False, "reproduced"),
        (0.55, 0.10, "above", 0.5, False, "not reproduced"),
        (0.3, 0.05, "above", 0.5, False, "contradicted"),
        (0.3, 0.05, "below", 0.5, False, "reproduced"),
        (0.8, 0.05, "below", 0.5, False, "contradicted"),
        (0.10, 0.01, "above", 0.02, True, "reproduced"),
        (0.03, 0.01, "above", 0.02, True, "not reproduced"),  # an effect, and not surely one that matters
        (0.00, 0.01, "above", 0.02, True, "not reproduced"),
        (-0.05, 0.01, "above", 0.02, True, "contradicted"),
        (-0.10, 0.01, "below", 0.02, True, "reproduced"),
        (0.05, 0.01, "below", 0.02, True, "contradicted"),
        (float("nan"), 0.01, "above", 0.02, False, "not reproduced"),
    ],
)
def test_the_rule(estimate, half, asserted, than, paired, expected):
    assert verdict(estimate, estimate - half, estimate + half, asserted, than, paired=paired) == expected


def test_the_interval_of_a_share_is_wilsons_and_of_a_mean_the_normal_one():
    # 50 of 50: z² / (n + z²) is left out below; a mean has 1.96 standard errors to either side
    assert interval(np.ones(50), paired=False) == pytest.approx((1.0, 50 / (50 + 3.8414588), 1.0))
    half = 1.959964 * 2 / 3**0.5
    assert interval(np.array([0.0, 2.0, 4.0]), paired=False) == pytest.approx((2.0, 2 - half, 2 + half))
    assert interval(np.zeros(4), paired=True) == pytest.approx((0.0, -1.959964 / 8, 1.959964 / 8))


def test_the_files():
    found = read_assertions()
    assert len(found) >= 25
    assert {article_of(a) for a in found} == {article.claims[0].id.split(".")[0] for article in articles()}
    assert all(len(a.why) > 20 for a in found)


def test_at_least_three_signs_an_article_each_of_a_claim_of_its_own():
    signs = read_assertions(SIGNS)
    assert all(a.raised and a.than == 0.0 and {c.split(".")[0] for c in a.claims} == {article_of(a)} for a in signs)
    for article in articles():
        own = [a for a in signs if article_of(a) == article.claims[0].id.split(".")[0]]
        assert len({a.raised for a in own}) >= 3, article
    assert not {a.name for a in signs} & {a.name for a in read_assertions()}


def test_a_raised_parameter_is_compared_with_the_same_lowered_within_its_range():
    def sizes(raised):
        given = Assertion.model_validate(row(raised=raised, than=0.0))
        assert given.paired
        assert all(arm.run[0] == "scenario=talks_2018" for arm in given.compared)
        return [float(arm.run[1].partition("=")[2]) for arm in given.compared]

    default, high = default_values(), ledger().entry("personal_ties.weight").range.high
    assert sizes("bond.maturity") == [min(1.5 * default["bond.maturity"], 120.0), 0.5 * default["bond.maturity"]]
    assert sizes("personal_ties.weight") == [
        min(1.5 * default["personal_ties.weight"], high),
        0.5 * default["personal_ties.weight"],
    ]
    assert sizes("choice.memory")[0] == 0.95  # not 1.2: beyond its range


@needs_compiler
@pytest.mark.slow
@pytest.mark.statistical
def test_raising_a_mechanism_moves_the_outcome_as_its_article_says():
    """400 runs, one seed: deterministic, so no false alarm while nothing changes.

    An effect of nought passes as one of the asserted sign in 1 of 40 seeds, one of the other sign in fewer; over 29 signs that
    is not nothing, and a fault shows in several of them at once. After a change that leaves the true effects as they are it
    fails in fewer than 1 of 12 seeds: the weakest sign (near defeat) lies 3.5 standard errors from nought, the next 4.5.
    """
    findings = checked(read_assertions(SIGNS), Laboratory(400, 1))
    wrong = {f.assertion.name: (f.estimate, f.low, f.high) for f in findings if f.verdict != "reproduced"}
    assert not wrong


@needs_compiler
@pytest.mark.statistical
def test_a_sign_that_is_asserted_the_wrong_way_is_contradicted():
    """100 runs; at eight standard errors from nought the verdict is another in fewer than 1 of a million seeds."""
    bond = next(a for a in read_assertions(SIGNS) if a.name == "elias_2021_bond")
    laboratory = Laboratory(100, 1)
    assert laboratory.check(bond).verdict == "reproduced"
    assert laboratory.check(bond.model_copy(update={"asserted": "below"})).verdict == "contradicted"


@needs_compiler
@pytest.mark.slow
@pytest.mark.statistical
def test_every_contradiction_says_which_of_the_two_is_wrong():
    """200 runs, one seed: deterministic. An assertion on its bar, in truth, is contradicted in 1 of 40 seeds."""
    findings = checked(read_assertions(), Laboratory(200, 1))
    assert not [f.assertion.name for f in findings if f.verdict == "contradicted" and not f.assertion.disagrees]


@pytest.fixture(scope="module")
def seen() -> NamedSeen:
    world = load_world("taliban_rule_1996")[0]
    out = run_ensemble(world, None, 12, 1, events=True, trajectories=True)
    seen = NamedSeen(world, out.outcomes, out.events, out.run, sides_of(world))
    object.__setattr__(seen, "levels", out.trajectories.level)
    object.__setattr__(seen, "fighters", out.trajectories.fighters)
    return seen


@needs_compiler
def test_levels_against_trajectories(seen):
    """Year ends against the monthly series of the same runs."""
    world, ends = seen.world, seen.world.calendar.year_ends()
    i, j = world.faction("haqqani"), world.faction("aq_core")
    series = seen.levels[:, :, int(world.facts.dyad_of[i, j])]
    assert np.array_equal(run_statistic("allied", seen, {"a": "haqqani", "b": "aq_core"}), (series[:, -1] >= 2).astype(float))
    assert np.array_equal(run_statistic("sheltered", seen, {"a": "haqqani", "b": "aq_core"}), (series[:, -1] >= 3).astype(float))
    mean = run_statistic("mean_level", seen, {"a": "haqqani", "b": "aq_core"})
    there = (seen.fighters[:, ends][:, :, [i, j]] > 0.0).all(axis=2)
    assert mean == pytest.approx([x[t].mean() for x, t in zip(series[:, ends], there, strict=True)])
    hosts = [world.faction(a) for a in ("taliban_political", "taliban_military", "haqqani")]
    every = seen.levels[:, ends][:, :, [int(world.facts.dyad_of[h, j]) for h in hosts]]
    both = (seen.fighters[:, ends][:, :, hosts] > 0.0) & (seen.fighters[:, ends][:, :, [j]] > 0.0)
    expected = [np.maximum(x, 0)[t].mean() for x, t in zip(every, both, strict=True)]
    assert run_statistic("mean_depth", seen, {"a": "taliban", "b": "aq_core"}) == pytest.approx(expected)
    k = world.faction("taliban_political")
    other = seen.levels[:, :, int(world.facts.dyad_of[k, j])][:, ends]
    counted = np.maximum(series[:, ends], other) >= 2
    expected = [(c & (a >= b)).sum() / c.sum() for a, b, c in zip(series[:, ends], other, counted, strict=True)]
    given = {"a": "haqqani", "b": "aq_core", "than_a": "taliban_political", "than_b": "aq_core"}
    assert run_statistic("deeper", seen, given) == pytest.approx(expected)
    assert np.array_equal(
        run_statistic("fought", seen, {"a": "haqqani", "b": "isis_k"}),
        (seen.levels[:, :, int(world.facts.dyad_of[i, world.faction("isis_k")])] == -2).any(axis=1).astype(float),
    )


@needs_compiler
def test_organisations_and_events(seen):
    o = seen.world.organisation("taliban")
    row = seen.outcomes.organisation[:, o]
    assert np.array_equal(run_statistic("splits", seen, {"actor": "taliban"}), (row["splits"] > 0).astype(float))
    assert run_statistic("civilian_share", seen, {"actor": "taliban"}) == pytest.approx(row["civilian"] / row["attacks"])
    kept = row["civilian"] - row["outsourced"]
    given_to = row["claimed"] - (row["attacks"] - row["outsourced"])
    expected = (kept + given_to) / row["claimed"]
    assert run_statistic("civilian_share_of_claims", seen, {"actor": "taliban"}) == pytest.approx(expected)
    home = seen.world.facts.faction["home"]
    q = seen.world.organisation("islamic_state")
    by_hand = [
        sum(e["kind"] == 10 and home[e["i"]] == o and home[e["j"]] == q for e in seen.events[seen.run == n]) for n in range(12)
    ]
    assert run_statistic("defections_to", seen, {"actor": "taliban", "rival": "islamic_state"}).tolist() == by_hand


@needs_compiler
def test_named_patterns_agree_with_statistics_of_runs(seen):
    """Two ways to the same number: the share of run-years, and the mean over runs."""
    pair = {"a": "al_qaeda", "b": "taliban"}
    at_end = named_statistic("alive_share", seen, {**pair, "first": 2018, "last": 2018})
    assert at_end == pytest.approx(run_statistic("allied", seen, {**pair, "year": 2018}).mean())
    gap = {"of": "taliban", "toward": "al_qaeda"}
    assert named_statistic("official_gap", seen, {**gap, "first": 2018, "last": 2018}) == pytest.approx(
        run_statistic("official_gap", seen, {**gap, "year": 2018}).mean()
    )
    kept = run_statistic("never_broken", seen, pair)
    assert named_statistic("never_broken", seen, pair) == pytest.approx(np.nanmean(kept))
    splits = seen.outcomes.organisation["splits"][:, seen.world.organisation("taliban")]
    assert named_statistic("mean_splits", seen, {"organisation": "taliban"}) == pytest.approx(splits.mean())
    assert named_statistic("alive_lowest", seen, pair) <= named_statistic("alive_share", seen, pair)
    assert named_statistic("not_alive_share", seen, pair) == pytest.approx(1.0 - named_statistic("alive_share", seen, pair))


@needs_compiler
@pytest.mark.parametrize("name", STATISTICS)
def test_every_statistic_is_used_or_can_be(name, seen):
    given = {
        "triangle": {"a": "haqqani", "b": "isis_k", "c": "let"},
        "deeper": {"a": "haqqani", "b": "aq_core", "than_a": "taliban_political", "than_b": "aq_core"},
        "official_gap": {"of": "taliban", "toward": "al_qaeda"}, "distant_and_allied": {"of": "taliban", "toward": "al_qaeda"},
        "defections_to": {"actor": "taliban", "rival": "islamic_state"},
    }  # fmt: skip
    of_actor = ("splits", "cohesion", "fighters", "civilian_share", "civilian_share_of_claims", "outsourced_share", "attacks")
    default = {"actor": "taliban"} if name in of_actor else {"a": "al_qaeda", "b": "taliban"}
    assert run_statistic(name, seen, given.get(name, default)).shape == (12,)


@needs_compiler
def test_an_arm_against_itself_is_nothing_and_shared_arms_run_once():
    arm = Arm(label="same", run=["scenario=talks_2018"])
    same = Assertion(
        name="x", title="x", claims=["bacon_2018.04"], why="x", arms=[arm, arm], statistic="allied",
        arguments={"a": "al_qaeda", "b": "taliban"}, asserted="above", than=0.0,
    )  # fmt: skip
    laboratory = Laboratory(8, 1)
    finding = laboratory.check(same)
    assert finding.estimate == 0.0
    assert finding.verdict == "not reproduced"
    assert laboratory.runs(arm) is laboratory.runs(Arm(label="other words", run=["scenario=talks_2018"]))


def row(**changes):
    base = {
        "name": "x", "title": "x", "claims": ["bacon_2018.04"], "why": "because", "statistic": "allied", "asserted": "above",
        "than": 0.5, "arms": [{"label": "a", "run": ["scenario=talks_2018"]}],
    }  # fmt: skip
    return {**base, **changes}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"claims": ["bacon_2018.4"]}, "bacon_2018.4"),
        ({"statistic": "alied"}, "allied"),
        ({"asserted": "over"}, "above"),
        ({"arms": []}, "arms"),
        ({"thann": 1}, "thann"),
        ({"raised": "bond.wieght"}, "bond.wieght"),
        ({"raised": "bond.weight", "arms": [{"label": "a", "run": ["x"]}] * 2}, "one arm"),
        ({"raised": "bond.weight", "than": -0.1}, "0 or more"),
        ({"arms": [{"label": "a", "run": ["x"]}] * 2, "than": -0.1}, "0 or more"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path, changes, said):
    (tmp_path / "a.yaml").write_text(yaml.safe_dump([row(**changes)]))
    with pytest.raises(InputError, match=said):
        read_assertions(tmp_path)


def test_a_name_twice_and_an_empty_folder(tmp_path):
    with pytest.raises(InputError, match="no assertions"):
        read_assertions(tmp_path)
    (tmp_path / "a.yaml").write_text(yaml.safe_dump([row(), row()]))
    with pytest.raises(InputError, match="twice"):
        read_assertions(tmp_path)


@needs_compiler
def test_the_command(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["evidence", "assertions", "they_fought_in_syria", "coordination_in_the_sahel_lasts", "replicates=10"]) == 0
    assert "2 assertions" in capsys.readouterr().out
    assert {p.name for p in (tmp_path / "runs" / "assertions").iterdir()} == {"assertions.csv", "manifest.json"}


@needs_compiler
def test_signs_are_asked_for_by_name_and_a_contradiction_is_explained(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["evidence", "assertions", "elias_2021_pressure", "coordination_in_the_sahel_lasts", "replicates=40"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "2 assertions" in out
    assert "< 0" in out
    assert "The arrangement in the Sahel can last: The model is wrong in its rule" in out or "0 contradicted" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["they_fought_in_siria"], "they_fought_in_syria"), (["replicates=1"], "2 to"), (["replicate=9"], "replicates")],
)
def test_bad_input(arguments, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["evidence", "assertions", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
