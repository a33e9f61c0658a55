"""Comparisons in a world where every effect is known, the proof of the ground, and what is read off a run."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numba
import numpy as np
import pytest
from exact_world import DEAF, MONTHS, START, SURE, isolated, named, pressed, setting

from sim.analysis.wedges import comparison
from sim.analysis.wedges.comparison import Arm, Setting, arm_of, arms_of, compare, proven
from sim.analysis.wedges.watched import OF_A_PAIR, OF_A_RUN, RUN, run_seen
from sim.engine.ensemble import run_ensemble
from sim.engine.outcomes import NEVER
from sim.errors import InputError
from sim.measures.alliances import pairs_of
from sim.measures.measure import as_numbers
from sim.measures.of_pairs import Watched
from sim.measures.of_runs import courted_organisation
from sim.measures.pairs import Pair, allied_at_start, named_pair, pair_of, watched_pairs
from sim.world.instruments import with_wedge
from sim.world.loading import load_world, options
from sim.world.names import Level, Stance
from sim.world.packages import read_wedge, scaled
from sim.world.parameters import parameter_table
from sim.world.tables import differing

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")
pytestmark = needs_compiler


@pytest.fixture(scope="module")
def sure():
    """Two theories; a wedge that breaks for sure, one that cannot, one of no size, and two that are too weak."""
    s = setting(sure=SURE, deaf=DEAF)
    wedges = [isolated(start=START), isolated(0.0, "empty", start=START), isolated(0.5, "weak"), pressed(start=START),
              named("talk", dialogue={"target": "reds", "start": START})]  # fmt: skip
    return compare(s, arms_of(s.base, wedges))


def effect(compared, wedge, measure, thesis="sure", subject="reds-blues"):
    table = compared.of(thesis)
    (row,) = table[(table["wedge"] == wedge) & (table["subject"] == subject) & (table["measure"] == measure)].to_dict("records")
    return row


# a world whose answers are known -----------------------------------------------------------------------


def test_without_a_wedge_the_tie_stays(sure):
    assert not sure.focal["none"].any()
    assert (sure.course["baseline"] == 1.0).all()
    assert effect(sure, "isolated", "months_allied")["baseline"] == MONTHS


@pytest.mark.parametrize("wedge", ["isolated", "pressed"])
def test_a_sure_wedge_breaks_every_run(sure, wedge):
    broken = effect(sure, wedge, "broken")
    assert (broken["baseline"], broken["under"], broken["difference"]) == (0.0, 1.0, 1.0)
    assert (broken["up"], broken["down"], broken["runs"]) == (16, 0, 16)
    assert broken["clear"]
    assert sure.focal[wedge][0].all()
    allied = effect(sure, wedge, "months_allied")
    assert (allied["under"], allied["difference"], allied["se"], allied["low"]) == (6.0, -6.0, 0.0, -6.0)


def test_each_month_is_known(sure):
    table = sure.course[(sure.course["wedge"] == "isolated") & (sure.course["thesis"] == "sure")]
    assert table["month"].tolist() == list(range(MONTHS))
    assert table["difference"].tolist() == [0.0] * 6 + [-1.0] * 6
    row = sure.timing[(sure.timing["wedge"] == "isolated") & (sure.timing["thesis"] == "sure")].iloc[0]
    assert (row["start"], row["months_to_effect"], row["months_to_break"]) == (4, 2.0, 2.0)


@pytest.mark.parametrize("wedge", ["empty", "weak", "talk"])
def test_a_wedge_that_moves_nobody_has_no_effect_at_all(sure, wedge):
    for measure in OF_A_PAIR:
        row = effect(sure, wedge, measure)
        assert (row["difference"], row["up"], row["down"]) == (0.0, 0, 0)
        assert not row["clear"]
    table = sure.course[sure.course["wedge"] == wedge]
    assert (table["difference"] == 0.0).all()
    assert sure.timing[sure.timing["wedge"] == wedge][["months_to_effect", "months_to_break"]].isna().to_numpy().all()


def test_nothing_differs_before_the_start(sure):
    first = sure.arms[0].start
    assert first == 4
    early = sure.course[sure.course["month"] < first]
    assert (early["difference"] == 0.0).all()
    assert (early["under"] == early["baseline"]).all()
    assert (sure.course[sure.course["month"] >= first]["difference"] != 0.0).any()


def test_a_theory_under_which_the_wedge_is_nothing(sure):
    assert effect(sure, "isolated", "broken", "deaf")["difference"] == 0.0
    assert effect(sure, "pressed", "broken", "deaf")["difference"] == 1.0
    assert sure.focal["isolated"].tolist() == [[1.0] * 16, [0.0] * 16]


def test_a_wedge_that_saves_counts_downwards():
    """The same world pressed to breaking from the start; withdrawing the pressure is the wedge."""
    s = setting()
    base = with_wedge(s.base, pressed())
    released = base.with_facts(monthly=s.base.facts.monthly)
    a = run_seen(base, s.table(), 8, 1, s.pairs).focal("broken")
    b = run_seen(released, s.table(), 8, 1, s.pairs).focal("broken")
    assert (a.tolist(), b.tolist()) == ([1.0] * 8, [0.0] * 8)


def test_side_effects_of_the_exact_world_are_nothing(sure):
    for measure in ("splits", "defections", "fights", "attacks", "new_alliances", "cohesion", "talks_alive", "talks_dead"):
        assert effect(sure, "isolated", measure, subject=RUN)["difference"] == 0.0
    assert np.isnan(effect(sure, "isolated", "civilian_share", subject=RUN)["difference"])  # nobody attacks
    assert set(sure.effects[sure.effects["subject"] == RUN]["measure"]) == set(OF_A_RUN) - {"rival_fighters"}


def test_order_and_focus(sure):
    assert set(sure.order()[:2]) == {"isolated", "pressed"}
    assert sure.order()[2:] == ["empty", "weak", "talk"]  # ties as they were given
    assert sure.focus().loc["isolated", "difference"] == 1.0
    assert sure.focus("months_allied").loc["isolated", "difference"] == -6.0
    assert list(sure.effects.columns[:2]) == ["wedge", "thesis"]


# the ground --------------------------------------------------------------------------------------------


def test_the_ground_is_reported(sure):
    ground = sure.ground
    assert ground.null_identical
    assert ground.broken == []
    assert ground.put_off == {"weak"}  # acts from the first month, so its proof is put off to the middle
    assert ground.months == {"isolated": 4, "empty": 4, "weak": MONTHS // 2, "pressed": 4, "talk": 4}
    assert ground.differing["isolated"] == ground.differing["pressed"] == 1.0
    assert ground.differing["empty"] == 0.0


def test_a_world_that_differs_before_its_start_is_found_out():
    s = setting()
    wedge = isolated(start=START)
    broken = Arm(wedge, with_wedge(s.base, isolated()), 4)  # acts from the first month, and says the fifth
    ground = proven(s.base, [broken, arm_of(s.base, pressed(start=START))], s.table(), 1, 4)
    assert ground.null_identical
    assert ground.broken
    assert all(text.startswith("isolated, months before its start: table ") for text in ground.broken)
    with pytest.raises(InputError, match=r"isolated, months before its start.*fault of the program"):
        compare(s, [broken])


def test_one_bit_is_enough():
    s = setting()
    initial = s.base.initial
    tie = initial.tie.copy()
    tie.rapport[0] = np.nextafter(tie.rapport[0], 1.0)
    tie.trust[0] = np.nextafter(tie.trust[0], 1.0)
    off = Arm(pressed(start=START), replace(arm_of(s.base, pressed(start=START)).world, initial=initial._replace(tie=tie)), 4)
    ground = proven(s.base, [off], s.table(), 1, 4)
    assert [text for text in ground.broken if "trust" in text]


def test_a_null_wedge_that_does_something_is_found_out(monkeypatch):
    s = setting()
    arms = [arm_of(s.base, pressed(start=START))]
    under = with_wedge(s.base, pressed())
    monkeypatch.setattr(comparison, "with_wedge", lambda *_: under)
    ground = proven(s.base, arms, s.table(), 1, 4)
    assert not ground.null_identical
    assert ground.broken[0].startswith("null wedge: ")
    with pytest.raises(InputError, match="null wedge"):
        compare(s, arms)


@pytest.mark.parametrize("name", [n for n in options("wedge") if n != "none"])
def test_every_wedge_leaves_the_months_before_it(name):
    world, values = load_world("talks_2018", thesis="consensus")
    arms = arms_of(world, [read_wedge(name), read_wedge(f"{name}@2019-03:6")])
    ground = proven(world, arms, parameter_table([values]), 1, 4)
    assert ground.broken == []
    assert ground.months == {name: 18, f"{name}@2019-03:6": 6}


@pytest.mark.parametrize("name", [n for n in options("wedge") if n != "none"])
def test_a_wedge_of_no_size_is_inert_unless_it_holds_an_offer(name):
    """A known limit: an offer's credibility and verification stay, and lend themselves to the offer that stands."""
    wedge = scaled(read_wedge(name), 0.0)
    offers = any(instrument in ("offer", "selective_inducement") for instrument, _ in wedge.instruments())
    world, values = load_world("talks_2018", thesis="consensus")
    a, b = (run_ensemble(w, parameter_table([values]), 8, 1, trace=True) for w in (world, with_wedge(world, wedge)))
    if not offers:
        assert differing(a.trace, b.trace) == []
    elif name == "offer_verified":
        assert differing(a.trace, b.trace) != []


# arms --------------------------------------------------------------------------------------------------


def test_arms_leave_the_null_wedge_out():
    s = setting()
    (arm,) = arms_of(s.base, [read_wedge("none"), isolated(start=START)])
    assert (arm.name, arm.start) == ("isolated", 4)


@pytest.mark.parametrize(
    ("wedges", "said"),
    [
        ([isolated(), pressed(), isolated()], "isolated: is there twice"),
        ([], "nothing to compare"),
        ([read_wedge("none")], "nothing to compare"),
        ([pressed(name="none")], "'none' is the baseline"),
        ([named("x", kinetic_pressure={"target": "blus"})], "did you mean 'blues'"),
        ([isolated(start="2001-01")], "2001-01 lies outside the run"),
    ],
)
def test_arms_that_cannot_be(wedges, said):
    with pytest.raises(InputError, match=said):
        arms_of(setting().base, wedges)


# settings ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def talks():
    world = load_world("talks_2018", months=12)[0]
    readings = {t: load_world("talks_2018", thesis=t)[1] for t in ("consensus", "cost_benefit_only", "transactional_triangle")}
    return Setting(world, readings, watched_pairs(world), 20, 3)


def same(a, b):
    assert a.values.keys() == b.values.keys()
    for key, value in a.values.items():
        assert value.tobytes() == b.values[key].tobytes(), key
    assert a.alive.tobytes() == b.alive.tobytes()
    assert a.distant.tobytes() == b.distant.tobytes()


def test_a_theory_is_cut_out_as_if_it_had_run_alone(talks):
    seen = talks.runs(talks.base)
    assert seen.runs == 60
    assert talks.headline == "consensus"
    for thesis, values in talks.readings.items():
        alone = run_seen(talks.base, parameter_table([values]), 20, 3, talks.pairs)
        same(talks.of(seen, thesis), alone)
    first, second = (talks.of(seen, t).values["", "attacks"] for t in ("consensus", "cost_benefit_only"))
    assert first.tobytes() != second.tobytes()


def test_results_do_not_depend_on_threads(talks):
    world = with_wedge(talks.base, read_wedge("offer_verified+dialogue"))
    same(replace(talks, threads=1).runs(world), replace(talks, threads=2).runs(world))


def test_effects_do_not_depend_on_threads():
    a, b = (compare(s, arms_of(s.base, [isolated(start=START)])) for s in (setting(threads=1), setting(threads=2)))
    assert a.effects.equals(b.effects)
    assert a.course.equals(b.course)


def test_another_seed_gives_other_runs(talks):
    a, b = (replace(talks, seed=seed).runs(talks.base).values["", "attacks"] for seed in (3, 4))
    assert a.tobytes() != b.tobytes()


# what is watched ---------------------------------------------------------------------------------------


def test_pairs_watched_by_default(talks):
    names = [pair.name for pair in watched_pairs(talks.base)]
    assert names[0] == "al_qaeda-taliban"
    assert len(names) == len(set(names))
    wings = {"taliban_political-al_qaeda", "taliban_military-al_qaeda", "haqqani-al_qaeda", "aq_core-taliban", "aqis-taliban"}
    assert set(names[1:6]) == wings
    assert set(names[6:]) == {"taliban-let", "taliban-ttp", "al_qaeda-ttp"}
    assert all(allied_at_start(talks.base, pair) for pair in watched_pairs(talks.base))
    assert not allied_at_start(talks.base, pair_of(talks.base, "taliban", "islamic_state"))


def test_pairs_asked_for_stand_after_the_focal_pair_once(talks):
    asked = ["haqqani-aq_core", "al_qaeda-taliban", "taliban-islamic_state", "haqqani-aq_core"]
    names = [pair.name for pair in watched_pairs(talks.base, asked)]
    assert names == ["al_qaeda-taliban", "haqqani-aq_core", "taliban-islamic_state"]


def test_the_dyads_of_a_pair(talks):
    world = talks.base
    pair = pair_of(world, "al_qaeda", "taliban")
    assert len(pair.dyads) == 2 * 3
    rows = world.facts.dyad[pair.dyads]
    home = world.facts.faction["home"]
    ends = {frozenset((world.organisations[home[r.first]], world.organisations[home[r.second]])) for r in rows}
    assert ends == {frozenset(("al_qaeda", "taliban"))}
    assert pair.title(world) == "al-Qaeda – Taliban"
    of, toward = (world.facts.relation[r] for r in pair.relations)
    assert (world.organisations[of.of], world.organisations[of.toward]) == ("al_qaeda", "taliban")
    assert (world.organisations[toward.of], world.organisations[toward.toward]) == ("taliban", "al_qaeda")


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ("haqani", "al_qaeda", "unknown name 'haqani'; did you mean 'haqqani'"),
        ("taliban", "al_qaida", "did you mean 'al_qaeda'"),
        ("taliban", "haqqani", "taliban-haqqani: share a faction"),
        ("aqis", "aqis", "share a faction"),
    ],
)
def test_pairs_that_cannot_be(talks, a, b, said):
    with pytest.raises(InputError, match=said) as found:
        pair_of(talks.base, a, b, "focus")
    assert found.value.where == "focus"


@pytest.mark.parametrize("text", ["haqqani", "haqqani-", "-haqqani", ""])
def test_text_that_is_no_pair(talks, text):
    with pytest.raises(InputError, match="is not a pair"):
        named_pair(talks.base, text)


def test_who_is_courted(talks):
    assert talks.base.organisations[courted_organisation(talks.base)] == "taliban"


def test_the_end_agrees_with_the_outcomes(talks):
    """Two ways to the state of the last month: levels month by month, and what the engine itself keeps of each pair.

    A known difference: a splinter that joins another organisation counts for it in the outcomes, and is not among the
    factions that are watched. Without a split the two are one.
    """
    world = load_world("talks_2018")[0]
    pairs = watched_pairs(world, ["taliban-ttp", "al_qaeda-ttp", "taliban-let", "taliban-islamic_state", "al_qaeda-let"])
    table = parameter_table([talks.readings["consensus"], talks.readings["cost_benefit_only"]])
    seen = run_seen(world, table, 100, 3, pairs)
    out = run_ensemble(world, table, 100, 3, trajectories=True)
    now, whole = out.outcomes.pair["now"], out.outcomes.organisation["splits"].sum(axis=1) == 0
    assert 20 < whole.sum() < 200
    record = pairs_of(world, out.outcomes)
    formed = record["formed"] != NEVER
    order = [frozenset((world.organisations[o], world.organisations[q])) for o, q in world.organisation_pairs()]
    assert (seen.alive[whole, -1] == (now[whole, 0] >= Level.MATERIAL)).all()
    ended = allied_ends = 0
    for pair in pairs:
        row = order.index(frozenset((pair.a, pair.b)))
        mine = now[:, row]
        allied = out.trajectories.level[:, :, pair.dyads].max(axis=2) >= Level.MATERIAL
        there = np.all([(out.trajectories.fighters[:, -1, side] > 0).any(axis=1) for side in pair.sides], axis=0)
        broken = seen.values[pair.name, "broken"] == 1.0
        ever = allied.any(axis=1) | allied_at_start(world, pair)  # some end within the first month
        assert (ever == formed[:, row])[whole].all(), pair.name
        expected = ever & (mine < Level.MATERIAL) & there
        assert (broken == expected)[whole].all(), pair.name
        assert (broken >= expected).all()  # a splinter can only add a tie
        unbroken = np.where(formed[:, row], record["broken"][:, row] == NEVER, np.nan)
        assert np.array_equal(seen.values[pair.name, "never_broken"][whole], unbroken[whole], equal_nan=True), pair.name
        fought = record["fought"][:, row] != NEVER
        assert (seen.values[pair.name, "ever_fought"] == fought)[whole].all(), pair.name
        assert (seen.values[pair.name, "months_allied"] == allied.sum(axis=1)).all()
        assert (seen.values[pair.name, "official_end"] <= (mine >= Level.MATERIAL)).all()
        assert (seen.values[pair.name, "hostile"] <= broken).all()
        ended += int(broken[whole].sum())
        allied_ends += int((mine[whole] >= Level.MATERIAL).sum())
    assert ended > 10
    assert allied_ends > 10


def of_pair(watched):
    return {name: as_numbers(measure.compute_monthly(watched)) for name, measure in OF_A_PAIR.items()}


def test_what_becomes_of_a_pair_by_hand():
    """Two dyads of one pair over three months; a run a line."""
    level = [
        [[2, 0], [2, 0], [3, 0]],  # kept
        [[2, 0], [1, 0], [1, 0]],  # broken
        [[2, 0], [1, -1], [1, -1]],  # broken, and one dyad hostile
        [[2, 0], [-1, 0], [1, 0]],  # broken, hostile only on the way
        [[1, 1], [1, 0], [0, 0]],  # never an alliance
        [[2, 0], [1, 0], [0, 0]],  # a side came to its end
        [[2, 0], [2, 0], [2, -2]],  # one dyad kept and the other at war: kept
        [[2, 0], [0, 2], [0, 0]],  # handed from one to the other, then broken
    ]
    runs = len(level)
    fighters = np.ones((runs, 3, 3))
    fighters[1, -1, 0] = 0.0  # one faction of a side of two is gone: the side is still there
    fighters[5, -1, 2] = 0.0
    stance = np.zeros((runs, 3, 2))
    stance[0, -1, 1] = stance[1, -1, 0] = stance[6, 0, 0] = Stance.RENOUNCE
    pair = Pair("a", "b", np.array([0, 1]), (0, 1), ([0, 1], [2]))
    kept = SimpleNamespace(level=np.array(level, dtype=np.int8), fighters=fighters, stance=stance)
    found = of_pair(Watched(pair, False, kept))
    assert found["broken"].tolist() == [0, 1, 1, 1, 0, 0, 0, 1]
    from_the_start = of_pair(Watched(pair, True, kept))
    assert from_the_start["broken"].tolist() == [0, 1, 1, 1, 1, 0, 0, 1]  # over within the first month, and not never one
    assert np.array_equal(found["never_broken"], [1, 0, 0, 0, np.nan, 0, 1, 0], equal_nan=True)  # run 4 never forms
    assert from_the_start["never_broken"].tolist() == [1, 0, 0, 0, 0, 0, 1, 0]
    assert found["ever_fought"].tolist() == [0, 0, 0, 0, 0, 0, 1, 0]
    assert found["hostile"].tolist() == [0, 0, 1, 0, 0, 0, 0, 0]
    assert found["official_end"].tolist() == [1, 0, 0, 0, 0, 0, 0, 0]  # renounced and kept; run 1 broke, run 6 took it back
    assert found["months_allied"].tolist() == [3, 1, 1, 1, 0, 1, 3, 2]
    without = of_pair(Watched(replace(pair, relations=(2, 2)), False, kept))  # of one organisation
    assert without["official_end"].tolist() == [0] * runs


def test_what_is_counted_over_a_run_agrees_with_the_outcomes(talks):
    seen = talks.runs(talks.base)
    rows = run_ensemble(talks.base, talks.table(), 20, 3).outcomes.organisation
    for measure in ("splits", "defections", "attacks", "civilian"):
        assert (seen.values[RUN, measure] == rows[measure].sum(axis=1)).all()
    assert seen.values[RUN, "attacks"].sum() > 0
    share = seen.values[RUN, "civilian"] / seen.values[RUN, "attacks"]
    assert seen.values[RUN, "civilian_share"] == pytest.approx(share)
