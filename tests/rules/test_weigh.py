"""The value of a level, the choice of a step and what led to it: exact numbers."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from sim.rules import weigh, wishes
from sim.rules.weigh import ABANDON, COST, GAIN, HOSTILE, N_TERMS, SHAPES, TERM_NAMES

RED, PINK, BLUE, BLACK = range(4)
SUMS = (2.0, 3.0, 5.0, 7.0)  # gain, abandon, cost, hostile


def terms_of(**named):
    terms = np.zeros(N_TERMS)
    for name, x in named.items():
        terms[TERM_NAMES.index(name)] = x
    return terms


def test_each_shape_has_its_terms():
    hostile = {"turf", "doctrine_distance", "blood", "restraint", "feud", "weariness", "discipline", "schism"}
    cost = {"pressure", "isolation", "inducement", "compliance", "burden", "strategy_gap", "grudge", "legitimacy"}
    for name, shape in zip(TERM_NAMES, SHAPES, strict=True):
        if name in hostile:
            assert shape == HOSTILE
        elif name in cost:
            assert shape == COST
        else:
            assert shape == (ABANDON if name in ("brand", "retaliation") else GAIN)
    assert (GAIN, ABANDON, COST, HOSTILE) == (0, 1, 2, 3)
    assert weigh.AT._fields == TERM_NAMES
    assert list(weigh.AT) == list(range(N_TERMS))


def test_profiles_by_hand():
    assert [weigh.profile(GAIN, level, 0, 9.0) for level in (-1, 1, 4)] == [0.0, 0.5, 1.0]
    assert [weigh.profile(COST, level, 0, 9.0) for level in (-2, 1, 4)] == [0.0, -0.25, -1.0]
    assert [weigh.profile(HOSTILE, level, 0, 9.0) for level in (-2, -1, 1)] == [1.0, 0.5, 0.0]
    assert [weigh.profile(ABANDON, level, 2, 0.0) for level in (0, 1, 2, 3)] == [-0.5, -0.25, 0.0, 0.0]


@pytest.mark.parametrize(
    ("current", "level", "price"),
    [
        (2, 1, 0.25 + 0.3), (3, 1, 0.5 + 0.3), (2, -1, 0.5 + 0.3),  # out of the alliance: the lump
        (4, 3, 0.25), (3, 2, 0.25), (1, 0, 0.25), (1, -1, 0.25),  # within it, or below it
        (2, 2, 0.0), (1, 2, 0.0), (0, -1, 0.0), (-1, -2, 0.0),  # staying, and steps to no less depth
    ],
)  # fmt: skip
def test_a_lump_of_the_price_of_leaving_is_paid_at_the_edge_of_the_alliance(current, level, price):
    assert weigh.profile(ABANDON, level, current, 0.3) == pytest.approx(-price)


def test_terms_add_up_by_shape():
    terms = 2.0 ** np.arange(N_TERMS)
    sums = weigh.sums_by_shape(terms)
    for shape in (GAIN, ABANDON, COST, HOSTILE):
        assert sums[shape] == sum(x for x, of in zip(terms, SHAPES, strict=True) if of == shape)


def test_utility_by_hand():
    assert weigh.utility(SUMS, 1, 3, 0.2) == pytest.approx(2 * 0.5 - 3 * (0.5 + 0.2) - 5 * 0.25)
    assert weigh.utility(SUMS, 2, 3, 0.2) == pytest.approx(2 * math.sqrt(0.5) - 3 * 0.25 - 5 * 0.5)
    assert weigh.utility(SUMS, 4, 3, 0.2) == pytest.approx(2 - 5)
    assert weigh.utility(SUMS, -1, 0, 0.2) == pytest.approx(7 * 0.5)
    assert weigh.utility(SUMS, -2, 1, 0.2) == pytest.approx(7 - 3 * 0.25)
    assert weigh.utility(SUMS, 3, 3, 0.2) == weigh.utility(SUMS, 3, 3, 0.0)  # who stays pays nothing


def steps(sums, current, sharpness, *uniforms, inertia=0.0, cliff=0.0):
    p = SimpleNamespace(choice_sharpness=sharpness, choice_inertia=inertia, choice_cliff=cliff)
    return [weigh.choose(sums, current, p, u) for u in uniforms]


def value(level, current):
    """Of SUMS with a lump of 0.1, by hand."""
    left = max(0, max(current, 0) - max(level, 0)) / 4 + (0.1 if level < 2 <= current else 0.0)
    return 2 * math.sqrt(max(level, 0) / 4) - 3 * left - 5 * max(level, 0) / 4 + 7 * max(-level, 0) / 2


@pytest.mark.parametrize("inertia", [0.0, 0.4])
@pytest.mark.parametrize("current", range(-2, 5))
def test_a_step_is_a_logit_among_the_neighbours(current, inertia):
    values = {
        step: math.exp(1.3 * (value(current + step, current) - value(current, current) - inertia * abs(step)))
        for step in (-1, 0, 1)
        if -2 <= current + step <= 4
    }
    total = sum(values.values())
    edge = 0.0
    for step in sorted(values):
        within = edge + 1e-9, edge + values[step] / total - 1e-9
        assert steps(SUMS, current, 1.3, *within, inertia=inertia, cliff=0.1) == [step, step]
        edge += values[step] / total


def test_odds_by_hand():
    p = SimpleNamespace(choice_sharpness=6.0, choice_inertia=0.05)
    assert weigh.odds(0.25, p) == pytest.approx(math.exp(6 * 0.2))
    assert weigh.odds(0.05, p) == 1.0  # what a step brings just pays for it
    assert weigh.odds(-0.15, p) == pytest.approx(math.exp(-6 * 0.2))
    p.choice_inertia = 0.0
    assert weigh.odds(0.0, p) == 1.0
    assert weigh.odds(1000.0, p) == math.exp(50.0)
    assert weigh.odds(-1000.0, p) == math.exp(-50.0)


def test_who_is_indifferent_stays_the_more_the_heavier_a_step_is():
    zero = (0.0, 0.0, 0.0, 0.0)
    weight = math.exp(-2.0 * 0.25)  # of each step; staying has 1
    low, high = weight / (1 + 2 * weight), (1 + weight) / (1 + 2 * weight)
    edges = low - 1e-9, low + 1e-9, high - 1e-9, high + 1e-9
    assert steps(zero, 1, 2.0, *edges, inertia=0.25) == [-1, 0, 0, 1]
    assert steps(zero, 1, 2.0, 0.333, 0.334, 0.666, 0.667) == [-1, 0, 0, 1]  # a third each


def test_on_an_edge_the_faction_stays():
    zero = (0.0, 0.0, 0.0, 0.0)
    assert steps(zero, 4, 1.0, 0.5) == [0]  # one step down or stay: half each
    assert steps(zero, -2, 1.0, 0.5) == [0]


def gap(down, up):
    """Sums whose values one level below and above `none` are these, relative to staying."""
    return (0.0, 0.0, -4.0 * up, 2.0 * down)


def test_a_choice_can_be_fifty_units_sharp_and_no_more():
    # exp of 49.5 against 50 at most: exp(0.5) to 1, that is 0.622 to 0.378
    assert steps(gap(60.0, 49.5), 0, 1.0, 0.61, 0.63) == [-1, 1]
    assert steps(gap(49.5, 60.0), 0, 1.0, 0.37, 0.39) == [-1, 1]
    assert steps(gap(60.0, 60.0), 0, 1.0, 0.49, 0.51) == [-1, 1]
    smallest = math.exp(-50.0)
    assert steps(gap(-60.0, -60.0), 0, 1.0, 0.99 * smallest, 1.01 * smallest, 0.9999) == [-1, 0, 0]


def test_the_two_terms_that_spoke_most():
    lead, second, push = weigh.leading(terms_of(bond=0.5, brand=1.0, pressure=3.0, strategy_gap=2.0), 3, -1, 9.0)
    assert (TERM_NAMES[lead], TERM_NAMES[second]) == ("pressure", "strategy_gap")
    assert push == pytest.approx(0.5 * (math.sqrt(0.5) - math.sqrt(0.75)) - 0.25 + 0.75 + 0.5)
    lead, second, _ = weigh.leading(terms_of(pressure=2.0, burden=1.0, strategy_gap=3.0), 3, -1, 0.0)
    assert (TERM_NAMES[lead], TERM_NAMES[second]) == ("strategy_gap", "pressure")
    lead, second, push = weigh.leading(terms_of(benefit=1.0, bond=2.0, fellowship=1.5, rapport=-1.0), 0, 1, 0.0)
    assert (TERM_NAMES[lead], TERM_NAMES[second]) == ("bond", "fellowship")
    assert push == pytest.approx(3.5 * 0.5)


def test_the_lump_at_the_edge_speaks_against_leaving():
    terms = terms_of(brand=-1.0, pressure=2.0)  # a negative price: the lump is what leads
    lead, second, push = weigh.leading(terms, 2, -1, 0.4)
    assert (TERM_NAMES[lead], TERM_NAMES[second]) == ("brand", "pressure")
    assert push == pytest.approx(0.65 + 0.5)
    assert weigh.leading(terms, 3, -1, 0.4)[2] == pytest.approx(0.25 + 0.5)
    assert TERM_NAMES[weigh.leading(terms, 3, -1, 0.4)[0]] == "pressure"


def test_the_first_of_equal_terms_leads():
    lead, second, _ = weigh.leading(terms_of(benefit=1.0, bond=1.0, rapport=1.0), 0, 1, 0.0)
    assert (TERM_NAMES[lead], TERM_NAMES[second]) == ("benefit", "bond")


def test_a_faction_weighs_whom_it_meets(bench):
    b = bench
    b.p.choice_sharpness, b.p.choice_inertia, b.p.choice_cliff = 0.5, 0.1, 0.2
    b.surveyed()
    d = b.dyad(RED, BLUE)  # not the first of red's contacts
    side = int(b.w.dyad[d].second == RED)
    expected = np.zeros(N_TERMS)
    weigh.weigh_terms(b.s, b.w, b.p, b.t, RED, BLUE, d, expected)
    sums = weigh.sums_by_shape(expected)
    b.scratch.desire[:] = 7
    b.meet(d, b.dyad(PINK, BLUE))
    seen = set()
    for u in np.linspace(0.005, 0.995, 100):
        b.scratch.draw[:, d] = 0.5
        b.scratch.draw[side, d] = u
        b.scratch.choice.lead = b.scratch.choice.second = 99
        weigh.weigh_ties(b.s, b.w, b.p, b.t, RED, b.scratch)
        step = weigh.choose(sums, 3, b.p, u)
        seen.add(step)
        assert b.scratch.desire[side, d] == step
        choice = b.scratch.choice[side, d]
        if step == 0:
            assert choice.lead == 99
        else:
            assert (choice.lead, choice.second, choice.push) == weigh.leading(expected, 3, step, 0.2)
    assert seen == {-1, 0, 1}
    b.scratch.desire[side, d] = 7
    assert set(b.scratch.desire.ravel()) == {7}  # the other side and those it does not meet


def test_who_meets_nobody_weighs_nothing(bench):
    b = bench
    b.meet(b.dyad(RED, BLUE), b.dyad(PINK, BLUE))
    b.scratch.desire[:] = 7
    weigh.weigh_ties(b.s, b.w, b.p, b.t, BLACK, b.scratch)
    assert set(b.scratch.desire.ravel()) == {7}


def test_meetings_are_weighed_as_their_two_sides_weigh_them(bench):
    b = bench
    b.p.choice_sharpness = 0.5
    b.tie(RED, BLUE).circumstance = 30.0  # so good that both want up, for which one draw and its mirror image must do
    b.surveyed()
    dyads = [b.dyad(RED, PINK), b.dyad(RED, BLUE), b.dyad(PINK, BLUE)]
    b.meet(*dyads)
    steps = set()
    for u in np.linspace(0.005, 0.995, 40):
        b.scratch.draw[0], b.scratch.draw[1] = u, 1.0 - u
        each, both = b.again(), b.again()
        for i in (RED, PINK, BLUE):
            weigh.weigh_ties(each.s, each.w, each.p, each.t, i, each.scratch)
        both.scratch.choice.lead = 99
        weigh.weigh_meetings(both.s, both.w, both.p, both.t, both.scratch)
        assert (both.scratch.desire == each.scratch.desire).all()
        for d in dyads:
            first, second = (int(x) for x in both.scratch.desire[:, d])
            step = wishes.step_taken(first, second)
            steps.add(step)
            for side in range(2):
                given = both.scratch.choice[side, d]
                if step != 0 and side == wishes.mover(step, first):
                    assert given == each.scratch.choice[side, d]
                else:
                    assert given.lead == 99
    assert steps == {-1, 0, 1}


def test_what_both_sides_weigh_alike_is_the_same_to_the_last_bit(bench):
    b = bench
    b.surveyed()
    rng = np.random.default_rng(3)
    for _ in range(50):
        for name in ("trust", "embedded", "visibility", "blood", "held_first", "held_second", "overlap", "grudge", "weary"):
            b.s.tie[name] = rng.random(len(b.s.tie))
        b.s.tie.age = rng.integers(0, 200, len(b.s.tie))
        b.s.tie.rapport, b.s.tie.circumstance = rng.normal(size=(2, len(b.s.tie)))
        b.s.organisation.allegiance[:3] = rng.integers(-1, 2, 3)
        for name in ("strategy", "doctrine", "scope", "authority", "fighters"):
            b.s.faction[name] = rng.random(len(b.s.faction)) * (5000 if name == "fighters" else 1)
        for i, j in ((RED, PINK), (RED, BLUE), (PINK, BLUE), (BLACK, BLUE)):
            one, other = np.full(N_TERMS, np.nan), np.full(N_TERMS, np.nan)
            weigh.weigh_alike(b.s, b.w, b.p, b.t, i, j, b.dyad(i, j), one)
            weigh.weigh_alike(b.s, b.w, b.p, b.t, j, i, b.dyad(i, j), other)
            assert one.tobytes() == other.tobytes()
            assert np.isfinite(one).sum() == 15
            weigh.weigh_apart(b.s, b.w, b.p, b.t, i, j, b.dyad(i, j), other)
            assert np.isfinite(other).all()


@pytest.mark.parametrize(
    ("first", "second", "step", "side"),
    [(1, 1, 1, 0), (1, 0, 0, None), (0, 1, 0, None), (0, 0, 0, None),
     (-1, 1, -1, 0), (-1, 0, -1, 0), (-1, -1, -1, 0), (1, -1, -1, 1), (0, -1, -1, 1)],
)  # fmt: skip
def test_both_must_want_a_step_up_and_either_can_step_down(first, second, step, side):
    assert wishes.step_taken(first, second) == step
    assert side is None or wishes.mover(step, first) == side
