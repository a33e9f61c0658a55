"""One run told: the witness is the ensemble's run, accounts add up, sentences say what the tables hold."""

import dataclasses
import re

import numba
import numpy as np
import pytest

from sim.analysis.explain.account import accounts, best_month, chosen_turn, step_chance, turns
from sim.analysis.explain.movers import NOTHING, movers
from sim.analysis.explain.sentences import TERM_WORDS, told, told_events
from sim.analysis.explain.stories import clusters, endings, features, first_times, run_pair, stories
from sim.analysis.explain.witness import witnessed
from sim.engine.ensemble import run_ensemble
from sim.engine.outcomes import ABSENT
from sim.errors import InputError
from sim.measures.pairs import pair_of
from sim.rules.weigh import TERM_NAMES
from sim.world.instruments import with_wedge
from sim.world.loading import load_world
from sim.world.names import Event, Level
from sim.world.packages import read_wedge
from sim.world.parameters import parameter_table

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")
REPLICATES = 12
LOOSE = {"bond.weight": 0.0, "brand.weight": 0.0, "personal_ties.weight": 0.0, "common_enemy.weight": 0.0}
"""Without what holds the alliance: at the default values hardly a run breaks, and there is nothing to explain."""


@pytest.fixture(scope="module")
def base():
    return load_world("talks_2018")[0]


@pytest.fixture(scope="module")
def pair(base):
    return pair_of(base, "haqqani", "al_qaeda")


@pytest.fixture(scope="module")
def courses(base, pair):
    return [witnessed(base, pair, parameter_table([LOOSE]), 1, r) for r in range(REPLICATES)]


def test_the_run_that_is_watched_is_the_ensembles(base, pair, courses):
    out = run_ensemble(base, LOOSE, REPLICATES, seed=1, events=True, trajectories=True)
    for r, course in enumerate(courses):
        level = out.trajectories.level[r][:, pair.dyads]
        there = course.after != ABSENT
        assert (course.after[there] == level[there]).all()
        mine = out.events[out.run == r]
        assert mine.tobytes() == course.events.tobytes()


def test_a_step_down_was_wished_by_the_side_that_the_event_names(courses):
    checked = 0
    for course in courses:
        for row in course.events[course.events["kind"] == Event.TIE_DOWN]:
            d = int(course.world.facts.dyad_of[row["i"], row["j"]])
            if d in course.pair.dyads:
                k = course.pair.dyads.tolist().index(d)
                side = course.sides(k).index(int(row["i"]))
                assert course.wish[row["month"], k, side] == -1
                checked += 1
    assert checked > 10


def test_accounts_add_up_and_agree_with_the_event(courses):
    """What the terms say of a step taken is the push that the event recorded."""
    checked = 0
    for course in courses:
        for turn in (t for t in turns(course) if t.kind == "break"):
            first = accounts(course, turn)[0]
            assert first.wanted == -1
            assert first.table["change"].to_numpy() == pytest.approx((first.table["now"] - first.table["then"]).to_numpy())
            mine = course.events[(course.events["month"] == turn.month) & (course.events["kind"] == Event.TIE_DOWN)]
            row = next(r for r in mine if {int(r["i"]), int(r["j"])} == set(course.sides(turn.tie)))
            assert -first.now == pytest.approx(float(row["value"]), abs=1e-12)
            lead = first.table["now"].idxmin()
            assert TERM_NAMES[int(row["lead"])] == lead
            checked += 1
    assert checked > 3


def deciding(sharpness, inertia):
    """Parameters under which a choice is made."""
    vector = parameter_table([LOOSE]).copy()
    vector["choice_sharpness"], vector["choice_inertia"] = sharpness, inertia
    return vector


def test_the_best_month_is_the_last_in_which_both_sides_would_keep_the_tie(courses):
    """Or, where there was none in the spell, the last at its deepest level."""
    fair, kept, checked = deciding(1.0, 0.0), 0, 0
    for course in courses:

        def steady(t, k, course=course):
            sides, stood = course.terms[t, k], int(course.before[t, k])
            if np.isnan(sides).any():
                return False
            return all(step_chance(side, stood, -1, fair) < step_chance(side, stood, 0, fair) for side in sides)

        for turn in (t for t in turns(course) if t.kind == "break"):
            best, level = best_month(course, turn), course.after[:, turn.tie]
            assert best < turn.month
            span = level[best : turn.month]
            assert (span >= Level.MATERIAL).all()
            assert not any(steady(t, turn.tie) for t in range(best + 1, turn.month))
            if steady(best, turn.tie):
                kept += 1
            else:
                assert level[best] == span.max()
                assert (level[best + 1 : turn.month] < level[best]).all()
            checked += 1
    assert checked > 3
    assert kept > 0


def test_chances_of_the_three_steps_sum_to_one(courses):
    terms = courses[0].terms[5, 0, 0]
    for level in range(-2, 5):
        chances = [step_chance(terms, level, step, deciding(3.0, 0.1)) for step in (-1, 0, 1)]
        assert sum(chances) == pytest.approx(1.0)
    assert step_chance(terms, 4, 1, deciding(3.0, 0.1)) == 0.0
    assert step_chance(terms, -2, -1, deciding(3.0, 0.1)) == 0.0
    assert step_chance(terms, 2, 0, deciding(0.0, 0.1)) == pytest.approx(1 / 3)


def test_inertia_costs_a_step_either_way_the_same(courses):
    terms = courses[0].terms[5, 0, 0]
    free, slow = ([step_chance(terms, 2, step, deciding(3.0, inertia)) for step in (-1, 0, 1)] for inertia in (0.0, 0.2))
    assert slow[1] > free[1]
    for step in (0, 2):
        assert (slow[step] / slow[1]) / (free[step] / free[1]) == pytest.approx(np.exp(-3.0 * 0.2))


def test_every_number_and_name_in_the_sentences_stands_in_the_tables(courses):
    for course in courses:
        for kind in (None, "hold"):
            turn = chosen_turn(course, kind)
            found = accounts(course, turn)
            sentences = told(course, turn, found)
            text = " ".join(s.text for s in sentences)
            if not found:
                continue
            table = found[0].table
            held = {f"{x:+.2f}" for x in [*table[["then", "now", "change"]].to_numpy().ravel(), found[0].then, found[0].now]}
            assert set(re.findall(r"[+-]\d\.\d\d", text)) <= held
            assert str(round(100 * found[0].chance)) + " %" in text
            for sentence in sentences:
                named = [name for name, words in TERM_WORDS.items() if words in sentence.text]
                if named and sentence.claims:
                    of_terms = {c for name in named for c in str(table.loc[name, "claims"]).split()}
                    assert set(sentence.claims) <= of_terms


def test_the_sentence_names_who_let_go_and_when(courses):
    course = next(c for c in courses if any(t.kind == "break" for t in turns(c)))
    turn = next(t for t in turns(course) if t.kind == "break")
    first = told(course, turn, accounts(course, turn))[0].text
    year = course.world.calendar.date(turn.month)[:4]
    assert year in first
    assert "fall from material support to contact" in first


def test_events_told_are_about_the_pair(courses):
    for course in courses[:3]:
        months = [m for m, _ in told_events(course, 5, 20)]
        assert months == sorted(months)
        assert all(5 <= m <= 20 for m in months)
        assert not any("Lashkar" in words for _, words in told_events(course, 0, 35) if "steps down" in words)


def test_a_turn_that_is_not_there_is_refused(courses):
    course = next(c for c in courses if not any(t.kind == "fight" for t in turns(c)))
    with pytest.raises(InputError, match="no fight"):
        chosen_turn(course, "fight")


# many runs


@pytest.fixture(scope="module")
def seen(base, pair):
    return run_pair(with_wedge(base, read_wedge("ahmad_2019_package")), pair, parameter_table([LOOSE]), 120, 1)


def test_endings_count_every_broken_run_once(seen):
    found = endings(seen)
    assert found.causes["runs"].sum() == found.orders["runs"].sum() == found.broken.sum() > 10
    assert found.causes["share"].sum() == pytest.approx(1.0)
    allied = (seen.level >= Level.MATERIAL).any(axis=2)
    assert (found.broken == (allied.any(axis=1) & ~allied[:, -1])).all()
    for n in np.flatnonzero(found.broken):
        assert allied[n, found.month[n] - 1]
        assert not allied[n, found.month[n] :].any()


def test_stories_cover_all_runs_and_their_middle_is_one_of_them(seen):
    found, apart = stories(seen, endings(seen))
    assert sum(s.share for s in found) == pytest.approx(1.0)
    assert sum(s.runs for s in found) == seen.runs
    assert -1.0 <= apart <= 1.0
    assert len({s.replicate for s in found}) == len(found)
    for story in found:
        assert [m for m, _, _ in story.steps] == sorted(m for m, _, _ in story.steps)
        assert all(share >= 0.5 for _, _, share in story.steps)


def test_first_times_are_those_of_the_events(seen):
    names, times = first_times(seen, 5)
    k = names.index("talks open")
    for run in range(5):
        opened = [int(e["month"]) for e in seen.events[seen.run == run] if e["kind"] == Event.TALKS and e["after"] == 1]
        assert times[run, k] == (min(opened) if opened else np.inf)


def test_clusters_find_two_orders_of_the_same_things():
    early, late = np.array([1.0, 2.0, 3.0, np.inf]), np.array([3.0, 2.0, 1.0, np.inf])
    times = np.array([early] * 10 + [late] * 6)
    label, apart, score = clusters(features(times))
    assert len(set(label.tolist())) == 2
    assert len(set(label[:10].tolist())) == len(set(label[10:].tolist())) == 1
    assert score == pytest.approx(1.0)
    assert apart[0, 1] == 0.0 < apart[0, 15]


def test_nothing_happened_is_one_cluster():
    label, _, score = clusters(features(np.full((6, 3), np.inf)))
    assert set(label.tolist()) == {1}
    assert score == 0.0


def test_a_side_that_comes_to_its_end_is_told_as_such(base, pair, courses):
    course = courses[0]
    after = course.after.copy()
    after[:10], after[10:] = 2, ABSENT
    gone = dataclasses.replace(course, after=after)
    turn = chosen_turn(gone)
    assert turn.kind == "end"
    assert accounts(gone, turn) == []
    assert "ended because" in told(gone, turn, [])[0].text


def test_movers_look_into_the_broken_runs(seen):
    world = seen.world
    broken = np.flatnonzero(endings(seen).broken)[:6].tolist()
    found = movers(world, seen.pair, parameter_table([LOOSE]), 1, broken)
    assert found["runs"].sum() == 6
    assert found["share"].sum() == pytest.approx(1.0)
    assert (found.loc[found["term"] != NOTHING, "change"] < 0.0).all()
    by_hand = []
    for replicate in broken:
        course = witnessed(world, seen.pair, parameter_table([LOOSE]), 1, replicate)
        change = accounts(course, chosen_turn(course))[0].table["change"]
        by_hand.append(change.idxmin() if change.min() < -0.005 else NOTHING)
    assert sorted(by_hand) == sorted(np.repeat(found["term"], found["runs"]).tolist())
