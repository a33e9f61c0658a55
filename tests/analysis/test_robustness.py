"""Robustness, sentences, interactions and responses: by hand, and in the world where every answer is known."""

from __future__ import annotations

import numba
import numpy as np
import pandas as pd
import pytest
from exact_world import DEAF, SURE, isolated, named, pressed, setting

from sim.analysis.wedges.answer import Questions, answered
from sim.analysis.wedges.comparison import arms_of, compare
from sim.analysis.wedges.response import broken, by_start, dose_response, interaction, interactions, joint_arms
from sim.analysis.wedges.robustness import by_world, condition, over_posterior, summary, worlds_of

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")


def table_of(effects, width=0.1, se=0.0):
    """Effects by wedge and world, each with an interval of this half width."""
    rows = [
        {"wedge": wedge, "world": world, "difference": x, "low": x - width, "high": x + width, "se": se}
        for wedge, by in effects.items()
        for world, x in by.items()
    ]
    return pd.DataFrame(rows)


HAND = {
    "strong": {"w1": 0.5, "w2": 0.3, "w3": -0.4, "w4": 0.0},
    "safe": {"w1": 0.2, "w2": 0.2, "w3": 0.2, "w4": 0.05},
}


# summary -----------------------------------------------------------------------------------------------


def test_summary_by_hand():
    found = summary(table_of(HAND))
    strong, safe, none = (found.loc[name] for name in ("strong", "safe", "none"))
    assert (strong["helps"], strong["harms"], strong["unclear"]) == (0.5, 0.25, 0.25)
    assert (safe["helps"], safe["harms"], safe["unclear"]) == (0.75, 0.0, 0.25)
    assert (none["helps"], none["harms"], none["unclear"]) == (0.0, 0.0, 1.0)
    assert strong["mean"] == pytest.approx(0.1)
    assert safe["mean"] == pytest.approx(0.1625)
    # best by world: strong .5, strong .3, safe .2, safe .05
    assert strong["regret"] == pytest.approx(0.6)
    assert safe["regret"] == pytest.approx(0.3)
    assert none["regret"] == pytest.approx(0.5)
    assert strong["regret_mean"] == pytest.approx((0 + 0 + 0.6 + 0.05) / 4)
    assert safe["regret_mean"] == pytest.approx((0.3 + 0.1 + 0 + 0) / 4)
    assert none["regret_mean"] == pytest.approx((0.5 + 0.3 + 0.2 + 0.05) / 4)
    # ranks: w1 strong safe none; w2 the same; w3 safe none strong; w4 safe, then strong and none share 2.5
    assert strong["rank"] == pytest.approx((1 + 1 + 3 + 2.5) / 4)
    assert safe["rank"] == pytest.approx((2 + 2 + 1 + 1) / 4)
    assert none["rank"] == pytest.approx((3 + 3 + 2 + 2.5) / 4)
    assert list(found.index) == ["safe", "none", "strong"]  # by least regret
    assert strong["spread"] == pytest.approx(np.std([0.5, 0.3, -0.4, 0.0]))
    assert none["spread"] == none["mean"] == 0.0


def test_doing_nothing_can_be_best():
    found = summary(table_of({"bad": {"a": -0.3, "b": -0.2}}))
    assert list(found.index) == ["none", "bad"]
    assert found.loc["none", "regret"] == 0.0
    assert found.loc["none", "rank"] == 1.0
    assert found.loc["bad", "regret"] == pytest.approx(0.3)
    assert found.loc["bad", "harms"] == 1.0


def test_equal_wedges_share_their_rank():
    found = summary(table_of({"a": {"x": 0.2, "y": 0.2}, "b": {"x": 0.2, "y": 0.2}}))
    assert found.loc["a", "rank"] == found.loc["b", "rank"] == 1.5
    assert found.loc["none", "rank"] == 3.0
    assert (found["rank_se"] == 0.0).all()


def test_weights_of_worlds():
    even, one = summary(table_of(HAND)), summary(table_of(HAND), {"w1": 0.0, "w2": 0.0, "w3": 7.0, "w4": 0.0})
    assert one.loc["strong", ["mean", "helps", "harms", "rank"]].tolist() == [-0.4, 0.0, 1.0, 3.0]
    assert one.loc["safe", ["mean", "helps", "harms", "rank"]].tolist() == [0.2, 1.0, 0.0, 1.0]
    assert one.loc["safe", "regret_mean"] == 0.0
    assert one.loc["strong", "regret"] == even.loc["strong", "regret"]  # the worst world, whatever its weight
    same = summary(table_of(HAND), dict.fromkeys(("w1", "w2", "w3", "w4"), 3.0))
    pd.testing.assert_frame_equal(same, even)
    mixed = summary(table_of(HAND), {"w1": 3.0, "w2": 1.0, "w3": 0.0, "w4": 0.0})
    assert mixed.loc["strong", "mean"] == pytest.approx(0.45)


def test_the_spread_leaves_the_noise_of_the_runs_out():
    effects = {"a": {f"w{k}": x for k, x in enumerate([0.1, 0.3, 0.2, 0.4])}}
    whole = np.var([0.1, 0.3, 0.2, 0.4])
    assert summary(table_of(effects)).loc["a", "spread"] == pytest.approx(np.sqrt(whole))
    assert summary(table_of(effects, se=0.05)).loc["a", "spread"] == pytest.approx(np.sqrt(whole - 0.05**2))
    assert summary(table_of(effects, se=0.5)).loc["a", "spread"] == 0.0


def test_rows_in_any_order_give_the_same():
    table = table_of(HAND)
    pd.testing.assert_frame_equal(summary(table), summary(table.sample(frac=1.0, random_state=1)))


def test_effects_by_world_are_paired_within_each():
    none = np.array([[0.0, 0, 0, 0], [1, 1, 0, 0]])
    mine = np.array([[1.0, 1, 0, 0], [1, 1, 1, 1]])
    table = by_world({"none": none, "a": mine, "b": none}, ["first", "second"])
    assert list(table["wedge"]) == ["a", "a", "b", "b"]
    assert list(table["world"]) == ["first", "second"] * 2
    assert list(table["difference"]) == [0.5, 0.5, 0.0, 0.0]


# the sentence ------------------------------------------------------------------------------------------

TITLES = {"t1": "Brand", "t2": "Offers", "t3": "Deep ties", "t4": "Patron", "t5": "Spoilers"}


@pytest.mark.parametrize(
    ("effects", "said"),
    [
        ([0, 0, 0, 0, 0], "No clear help under any theory."),
        ([1, 0, 0, 0, 0], "Works only if “Brand” is right."),
        ([0, 0, 1, 1, 0], "Works only if one of these is right: Deep ties; Patron."),
        ([1, 1, 1, 0, 0], "Helps unless one of these is right: Patron; Spoilers."),
        ([1, 1, 1, 1, 0], "Helps unless “Spoilers” is right."),
        ([1, 1, 1, 1, 1], "Helps under every theory."),
        ([0, 0, 0, 0, -1], "No clear help under any theory; backfires if “Spoilers” is right."),
        ([1, 0, 0, 0, -1], "Works only if “Brand” is right; backfires if “Spoilers” is right."),
        ([-1, -1, -1, -1, -1], "No clear help under any theory; backfires throughout."),
    ],
)
def test_the_sentence(effects, said):
    rows = table_of({"a": dict(zip(TITLES, [0.3 * x for x in effects], strict=True))})
    assert condition(rows, TITLES, TITLES) == said


@pytest.mark.parametrize(
    ("effects", "said"),
    [
        ([1], "Helps under “Brand”, the only theory tried."),
        ([0], "No clear effect under “Brand”, the only theory tried."),
        ([-1], "Backfires under “Brand”, the only theory tried."),
        ([1, 1], "Of 2 theories tried: helps under each."),
        ([0, 0], "Of 2 theories tried: no clear help under any."),
        ([1, 0], "Of 2 theories tried: works only if “Brand” is right."),
        ([1, 1, -1], "Of 3 theories tried: helps unless “Deep ties” is right; backfires if “Deep ties” is right."),
    ],
)
def test_the_sentence_says_nothing_of_theories_that_were_not_tried(effects, said):
    rows = table_of({"a": dict(zip(TITLES, [0.3 * x for x in effects], strict=False))})
    assert condition(rows, TITLES, TITLES) == said
    assert condition(rows, TITLES) == said  # and none of those in conf/thesis was


def test_a_theory_without_a_title_goes_by_its_name():
    assert (
        condition(table_of({"a": {"t1": 0.3, "odd": 0.0}}), {"t1": "Brand"}, ["t1", "odd"]) == "Works only if “Brand” is right."
    )
    assert condition(table_of({"a": {"t1": 0.0, "odd": 0.3}}), {"t1": "Brand"}, ["t1", "odd"]) == "Works only if “odd” is right."
    assert condition(table_of({"a": {"odd": 0.3}}), {}, ["odd"]) == "Helps under every theory."


# interactions ------------------------------------------------------------------------------------------


def runs(*values):
    return np.array(values, dtype=float)


NEITHER = np.zeros(100)
FIRST, SECOND = NEITHER.copy(), NEITHER.copy()
FIRST[:30] = 1
SECOND[30:50] = 1


@pytest.mark.parametrize(
    ("first", "second", "both", "together", "total", "extra"),
    [
        (FIRST, SECOND, FIRST + SECOND, 0.5, 0.5, 0.0),  # each breaks runs of its own
        (NEITHER + 1, NEITHER + 1, NEITHER + 1, 1.0, 2.0, -1.0),  # either is enough
        (NEITHER, NEITHER, NEITHER + 1, 1.0, 0.0, 1.0),  # only both
        (FIRST, NEITHER, FIRST, 0.3, 0.3, 0.0),
        (NEITHER, NEITHER, NEITHER, 0.0, 0.0, 0.0),
    ],
)
def test_interaction_by_hand(first, second, both, together, total, extra):
    found = interaction(NEITHER, first, second, both)
    assert (found["together"], found["sum"]) == (pytest.approx(together), pytest.approx(total))
    assert found["difference"] == pytest.approx(extra, abs=1e-12)
    assert found["low"] < found["difference"] < found["high"]  # nothing is known for certain
    assert found["se"] == 0.5 / 100
    assert (found["low"] > 0 or found["high"] < 0) == (extra != 0.0)


def test_interaction_over_a_baseline_that_breaks_too():
    found = interaction(runs(1, 0, 0, 0), runs(1, 1, 0, 0), runs(1, 0, 1, 0), runs(1, 1, 1, 1))
    assert (found["together"], found["sum"], found["difference"]) == (0.75, 0.5, 0.25)
    assert found["se"] == pytest.approx(np.std([0, 0, 0, 1], ddof=1) / 2)


# the exact world ---------------------------------------------------------------------------------------


@needs_compiler
def test_strength_has_a_threshold():
    """A cost of 829 takes the tie below material support: a size of 0.80 is too little, one of 0.85 enough."""
    s = setting()
    table = dose_response(s, [isolated(), pressed(0.5)], [0.0, 0.8, 0.85, 1.0, 1.7, 2.0, 9.0], broken(s, s.base))
    effect = table.set_index(["wedge", "factor"])["difference"]
    none = float("nan")  # a size would be larger than 1: not run, and no number
    np.testing.assert_array_equal(effect["isolated"], [0, 0, 1, 1, none, none, none])
    np.testing.assert_array_equal(effect["pressed"], [0, 0, 0, 0, 1, 1, none])  # half the size: twice the factor


@needs_compiler
def test_start_and_length():
    """Three months take the tie to contact; once it is over it climbs back a level a month. The last month is 2000-12."""
    s = setting()
    starts = ["2000-01", "2000-09", "2000-10", "2000-11", "2000-12"]
    told = []
    table = by_start(s, [isolated()], starts, [None, 2, 3, 4], broken(s, s.base), told.append)
    effect = {(r.start, None if np.isnan(r.months) else int(r.months)): r.difference for r in table.itertuples()}
    assert [effect[start, None] for start in starts] == [1, 1, 1, 0, 0]
    assert [effect[start, 2] for start in starts] == [0, 0, 0, 0, 0]
    assert [effect[start, 3] for start in starts] == [0, 0, 1, 0, 0]
    assert [effect[start, 4] for start in starts] == [0, 1, 1, 0, 0]
    assert told == list(range(1, 21))
    assert set(table["wedge"]) == {"isolated"}


@needs_compiler
def test_interactions_of_the_exact_world():
    s = setting()
    weak, also_weak, strong = isolated(0.5, "weak"), pressed(0.5, "also_weak"), pressed(0.9, "strong", end="2001-01")
    nothing, other = named("nothing", dialogue={"target": "reds"}), isolated(1.0, "other")
    base = broken(s, s.base)
    table, left_out = interactions(s, [weak, also_weak, nothing], base)
    assert left_out == []
    extra = table.set_index(["first", "second"])["difference"]
    assert extra["weak", "also_weak"] == 1.0  # neither is enough
    assert extra["weak", "nothing"] == extra["also_weak", "nothing"] == 0.0
    table, left_out = interactions(s, [other, strong, nothing], base)
    extra = table.set_index(["first", "second"])["difference"]
    assert extra["other", "strong"] == -1.0  # either is
    assert extra["other", "nothing"] == 0.0
    assert left_out == []


@needs_compiler
def test_wedges_that_contradict_each_other_are_left_out_by_name():
    s = setting()
    found, left_out = joint_arms(s.base, [isolated(0.5, "half"), isolated(1.0, "whole"), pressed()])
    assert [(a, b) for a, b, _ in found] == [("half", "pressed"), ("whole", "pressed")]
    assert [arm.name for _, _, arm in found] == ["half+pressed", "whole+pressed"]
    (words,) = left_out
    assert words.startswith("half + whole: contradicts itself: reds about blues")
    table, named_out = interactions(s, [isolated(0.5, "half"), isolated(1.0, "whole")], broken(s, s.base))
    assert len(table) == 0
    assert named_out == left_out


@needs_compiler
def test_theories_of_the_exact_world():
    s = setting(sure=SURE, deaf=DEAF)
    done = compare(s, arms_of(s.base, [isolated(), pressed()]))
    table = worlds_of(done).set_index(["wedge", "world"])["difference"]
    assert table.to_dict() == {
        ("isolated", "sure"): 1.0, ("isolated", "deaf"): 0.0, ("pressed", "sure"): 1.0, ("pressed", "deaf"): 1.0,
    }  # fmt: skip
    found = summary(worlds_of(done))
    assert found.loc["pressed", ["helps", "regret", "rank"]].tolist() == [1.0, 0.0, 1.25]
    assert found.loc["isolated", ["helps", "regret", "rank"]].tolist() == [0.5, 1.0, 2.0]


@needs_compiler
def test_everything_at_once():
    s = setting(sure=SURE, deaf=DEAF)
    asked = Questions(draws=[{}, {}], draw_replicates=4, strengths=[0.8, 1.0], starts=["2000-10"], lengths=[3], interactions=True)
    told = []
    wedges = [isolated(), isolated(0.5, "half"), pressed()]
    answer = answered(s, arms_of(s.base, wedges), asked, {"sure": "Sure", "deaf": "Deaf"}, lambda *x: told.append(x))
    assert answer.sentence("isolated") == "Of 2 theories tried: works only if “Sure” is right."
    assert answer.sentence("pressed") == "Of 2 theories tried: helps under each."
    assert answer.sentence("half") == "Of 2 theories tried: no clear help under any."
    assert answer.strengths.set_index(["wedge", "factor"])["difference"]["isolated"].tolist() == [0.0, 1.0]
    assert answer.starts.set_index("wedge")["difference"].to_dict() == {"isolated": 1.0, "half": 0.0, "pressed": 1.0}
    assert len(answer.not_together) == 1
    assert len(answer.pairs) == 2
    assert set(answer.posterior.effects["world"]) == {"draw_000", "draw_001"}
    assert "none" in answer.robust_posterior.index
    assert [x for x in told if x[1] > x[2]] == []
    for stage in ("wedges", "posterior", "strengths", "starts"):
        done = [x for x in told if x[0] == stage]
        assert done[-1][1] == done[-1][2], stage
    bare = answered(s, arms_of(s.base, wedges[:1]), Questions(), {})
    assert bare.posterior is bare.robust_posterior is bare.strengths is bare.starts is bare.pairs is None


@needs_compiler
def test_the_posterior_is_laid_over_the_headline():
    """A posterior of one parameter: the rest is the theory's, and the draws change what they name."""
    draws = [{"isolation.weight": x} for x in (0.0, 500.0, 1000.0)]
    s = setting(sure=SURE, other=DEAF)
    found = over_posterior(s, arms_of(s.base, [isolated(), pressed()]), draws, 5)
    effect = found.effects.set_index(["wedge", "world"])["difference"]
    assert effect["isolated"].tolist() == [0.0, 0.0, 1.0]
    assert effect["pressed"].tolist() == [1.0, 1.0, 1.0]
    assert (found.draws, found.replicates) == (3, 5)
