"""A month of a tie: the survey, meetings, the settlement of decisions, slow variables. Exact numbers."""

import math

import pytest

from sim.rules import draws
from sim.rules.processes import bonding, opportunity, settlement
from sim.world.names import Event, Pledge, Stance

RED, PINK, BLUE, BLACK = range(4)
FIRST_SLOT, SECOND_SLOT = 5, 4
KEY = draws.master_key(1, 0)


def rows(b):
    return [row.tolist() for row in b.journal.rows[: b.journal.used[0]]]


def pair_draw(b, stream, i, j, index=0):
    return draws.pair_uniforms(KEY, stream, b.t, int(b.s.faction[i].key), int(b.s.faction[j].key), index)


def hazard_at(u):
    """Monthly hazard at which an event happens for uniforms below u."""
    return -math.log(1 - u)


# survey


def test_the_survey_presses_those_who_are_there(bench):
    b = bench
    b.s.faction.pressed = b.s.faction.coerced = 0.9
    b.w.monthly.kinetic[b.t] = 0.2, 0.3, 0.4, 0.5, 0.0, 0.0
    b.surveyed()
    assert list(b.s.faction.pressed[:4]) == [0.2, 0.3, 0.4, 0.9]
    assert b.s.faction.coerced[RED] == pytest.approx(0.35)
    assert list(b.s.faction.coerced[1:4]) == [0.0, 0.0, 0.9]


def test_the_survey_remembers_the_most_support_and_feels_what_is_missing(bench):
    b = bench
    b.w.monthly.coercion[:, RED] = 0.0
    b.w.leverage[:, RED] = 0.0, 1.0
    known = 0.3
    b.s.faction.supported = known
    for t, support in ((20, 0.2), (21, 0.8), (22, 0.6), (23, 0.8)):
        b.t = t
        b.w.monthly.support[t] = support
        b.surveyed()
        known = max(known, support)
        assert list(b.s.faction.supported) == [known] * 3 + [0.3] * 3  # who is not there is given nothing
        assert b.s.faction.coerced[RED] == pytest.approx(known - support)
    assert known == 0.8


def test_the_survey_keeps_the_deepest_and_forgets_last_month(bench):
    b = bench
    there, back, blacks = (int(b.w.relation_of[o, q]) for o, q in ((0, 1), (1, 0), (0, 2)))
    b.scratch.deepest[:] = b.scratch.in_touch[:] = b.scratch.matters[:] = 9
    b.set_level(PINK, BLUE, 1)
    b.set_level(PINK, BLACK, -1)
    scratch = b.surveyed()
    black_back = int(b.w.relation[blacks].back)
    own = len(b.s.relation) - 1
    deepest, touch, matters = [0] * (own + 1), [0] * (own + 1), [0] * (own + 1)
    deepest[there] = deepest[back] = 3
    deepest[own] = 4
    for r in (there, back, blacks, black_back, own):
        touch[r] = matters[r] = 1
    assert list(scratch.deepest) == deepest
    assert list(scratch.in_touch) == touch
    assert list(scratch.matters) == matters
    assert list(b.s.relation.deepest) == [*deepest[:-1], 0]  # the last row is nobody's: nothing writes it
    b.set_level(PINK, BLUE, 4)
    assert b.surveyed().deepest[there] == 4
    assert b.s.relation[there].deepest == b.s.relation[back].deepest == 4
    b.s.level[:] = 0
    b.surveyed()
    assert not b.s.relation.deepest.any()


def test_a_policy_or_a_pledge_matters_without_a_tie(bench):
    b = bench
    b.s.level[:] = 0
    there, back, blacks = (int(b.w.relation_of[o, q]) for o, q in ((0, 1), (1, 0), (2, 1)))
    b.s.relation.pledge = Pledge.NONE
    assert [r for r, x in enumerate(b.surveyed().matters) if x] == [there]  # isolation for reds over blues
    assert b.scratch.matters[there] == 1
    b.w.relation.policy[there] = 0
    assert not b.surveyed().matters.any()
    for pledge in (Pledge.OFFERED, Pledge.RENOUNCED):
        b.relation(2, 1).pledge = pledge
        assert [r for r, x in enumerate(b.surveyed().matters) if x] == sorted((blacks, int(b.w.relation[blacks].back)))
    b.relation(2, 1).pledge = Pledge.NONE
    b.relation(1, 0).pledge = Pledge.OFFERED
    assert [r for r, x in enumerate(b.surveyed().matters) if x] == sorted((there, back))
    assert set(b.scratch.matters) == {0, 1}
    assert not b.scratch.in_touch.any()


# opportunity


def test_nearness_is_the_strongest_of_tie_hostility_and_place(bench):
    b = bench
    b.p.choice_familiarity = 0.4
    assert opportunity.nearness(b.s, b.w, b.p, b.dyad(RED, PINK)) == 1.0
    d = b.dyad(RED, BLACK)
    for level, overlap, near in (
        (3, 0.2, 0.3), (4, 0.0, 0.4), (3, 0.5, 0.5),  # allies apart reconsider seldom, and as neighbours when they meet
        (-1, 0.2, 0.5), (-2, 0.2, 1.0), (1, 0.4, 0.4), (0, 0.0, 0.0),
    ):  # fmt: skip
        b.s.level[d], b.s.tie[d].overlap = level, overlap
        assert opportunity.nearness(b.s, b.w, b.p, d) == pytest.approx(near)
    b.p.choice_familiarity = 1.0
    b.s.level[d] = 3
    assert opportunity.nearness(b.s, b.w, b.p, d) == 0.75


def test_neighbours_are_near_as_far_as_their_ground_is_open(bench):
    b = bench
    b.p.choice_familiarity = 0.4
    d = b.dyad(RED, BLACK)
    b.s.tie[d].overlap = 0.8
    for red, black, near in ((1.0, 1.0, 0.8), (0.5, 0.2, 0.28), (0.2, 0.5, 0.28), (1.0, 0.0, 0.4), (0.0, 0.0, 0.0)):
        b.s.faction[RED].open, b.s.faction[BLACK].open, b.s.level[d] = red, black, 0
        assert opportunity.nearness(b.s, b.w, b.p, d) == pytest.approx(near)
        b.s.level[d] = 3  # a tie is no nearer or farther for it
        assert opportunity.nearness(b.s, b.w, b.p, d) == pytest.approx(max(0.3, near))
        b.s.level[d] = -2
        assert opportunity.nearness(b.s, b.w, b.p, d) == 1.0
    b.s.faction[RED].open = b.s.faction[PINK].open = 0.0
    assert opportunity.nearness(b.s, b.w, b.p, b.dyad(RED, PINK)) == 1.0  # of one organisation


@pytest.mark.parametrize(("news", "stir"), [(0.0, 0.25), (0.4, 0.55), (1.0, 1.0)])
@pytest.mark.parametrize(("overlap", "contact"), [(0.0, 0.2), (0.5, 0.6), (1.0, 1.0)])
def test_a_tie_is_reconsidered_at_a_rate_by_news_and_contact(bench, news, stir, overlap, contact):
    b = bench
    b.p.choice_rate, b.p.choice_quiet, b.p.choice_reach = 0.6, 0.25, 0.2
    d = b.dyad(RED, BLACK)
    b.s.level[d], b.s.tie[d].overlap, b.s.tie[d].news = 0, overlap, news
    threshold = 1 - math.exp(-0.6 * stir * contact)
    assert opportunity.meet(b.s, b.w, b.p, d, 0.999 * threshold)
    assert not opportunity.meet(b.s, b.w, b.p, d, 1.001 * threshold)
    b.p.choice_quiet = 1.0  # then news does not matter
    assert opportunity.meet(b.s, b.w, b.p, d, 0.999 * (1 - math.exp(-0.6 * contact)))
    b.p.choice_rate = 0.0
    assert not opportunity.meet(b.s, b.w, b.p, d, 1e-9)


def test_a_splinter_knows_whom_its_origin_can_meet(bench):
    b = bench
    b.s.faction[FIRST_SLOT].parent, b.s.faction[SECOND_SLOT].parent = PINK, FIRST_SLOT
    b.s.faction[RED].parent = BLUE  # a named faction has no origin but itself
    assert [opportunity.origin(b.s, b.w, i) for i in (RED, PINK, FIRST_SLOT, SECOND_SLOT)] == [RED, PINK, PINK, PINK]
    assert opportunity.acquainted(b.s, b.w, SECOND_SLOT, BLUE)
    b.w.dyad_of[PINK, BLUE] = b.w.dyad_of[BLUE, PINK] = -1
    for slot in (FIRST_SLOT, SECOND_SLOT):
        assert not opportunity.acquainted(b.s, b.w, slot, BLUE)
        assert not opportunity.acquainted(b.s, b.w, BLUE, slot)
        assert opportunity.acquainted(b.s, b.w, slot, RED)
        assert opportunity.acquainted(b.s, b.w, slot, BLACK)  # the first dyad of all
        assert opportunity.acquainted(b.s, b.w, slot, PINK)
    assert b.dyad(PINK, BLACK) == 0
    assert opportunity.acquainted(b.s, b.w, PINK, BLUE)  # named, so they have a dyad or never come up
    b.s.faction[FIRST_SLOT].parent = -1
    assert opportunity.origin(b.s, b.w, FIRST_SLOT) == FIRST_SLOT
    b.s.faction[FIRST_SLOT].parent = RED
    assert opportunity.origin(b.s, b.w, FIRST_SLOT) == RED  # faction 0 is a parent too


def test_meetings_are_drawn_at_a_rate_times_contact(bench):
    b = bench
    b.p.choice_reach, b.p.choice_familiarity, b.p.choice_quiet, b.p.choice_memory = 0.1, 0.8, 0.4, 0.5
    b.s.faction[BLACK].present = 1
    near = {(RED, PINK): 1.0, (RED, BLUE): 0.6, (PINK, BLUE): 0.6, (RED, BLACK): 0.0, (PINK, BLACK): 0.0, (BLUE, BLACK): 0.0}
    for rate in (0.2, 0.6, 1.5, 5.0):
        b.p.choice_rate = rate
        b.scratch.desire[:] = 9
        b.s.tie.news = 0.8  # of last month; nothing has happened since
        opportunity.meetings(b.s, b.w, b.p, b.t, KEY, b.scratch)
        for (i, j), x in near.items():
            assert b.tie(i, j).news == 0.4
            u, low, high, _ = pair_draw(b, draws.MEETING, i, j)
            d = b.dyad(i, j)
            met = u < 1 - math.exp(-rate * (0.4 + 0.6 * 0.4) * (0.1 + 0.9 * x))
            assert (d in b.meetings()) == met
            assert list(b.scratch.desire[:, d]) == ([0, 0] if met else [9, 9])
            if met:
                one, other = b.s.faction[b.w.dyad[d].first].key, b.s.faction[b.w.dyad[d].second].key
                assert list(b.scratch.draw[:, d]) == ([low, high] if one < other else [high, low])
        for d in range(len(b.w.dyad)):
            if {int(b.w.dyad[d].first), int(b.w.dyad[d].second)} & {FIRST_SLOT, SECOND_SLOT}:
                assert d not in b.meetings()  # not born
        assert b.meetings() == sorted(b.meetings())
    assert len(b.meetings()) > 3
    b.s.faction[BLACK].present, b.p.choice_rate = 0, 100.0
    opportunity.meetings(b.s, b.w, b.p, b.t, KEY, b.scratch)
    assert not {b.dyad(BLACK, j) for j in (RED, PINK, BLUE)} & set(b.meetings())


def test_a_splinter_meets_nobody_its_origin_cannot(bench):
    b = bench
    b.p.choice_rate, b.p.choice_reach = 100.0, 1.0
    b.s.faction[FIRST_SLOT].present, b.s.faction[FIRST_SLOT].parent = 1, PINK
    b.s.faction[FIRST_SLOT].organisation = 3
    b.w.dyad_of[PINK, BLUE] = b.w.dyad_of[BLUE, PINK] = -1
    opportunity.meetings(b.s, b.w, b.p, b.t, KEY, b.scratch)
    assert b.dyad(FIRST_SLOT, BLUE) not in b.meetings()
    assert b.dyad(FIRST_SLOT, RED) in b.meetings()


def test_the_lower_key_decides_by_its_own_draw_wherever_it_stands(bench):
    b = bench
    b.p.choice_rate = 100.0
    slot = b.s.faction[FIRST_SLOT]
    slot.present, slot.parent, slot.organisation, slot.key = 1, RED, int(b.s.faction[RED].organisation), 1
    opportunity.meetings(b.s, b.w, b.p, b.t, KEY, b.scratch)
    d = b.dyad(RED, FIRST_SLOT)
    assert b.w.dyad[d].first == RED
    _, low, high, _ = pair_draw(b, draws.MEETING, RED, FIRST_SLOT)
    assert list(b.scratch.draw[:, d]) == [high, low]


# settlement


def settled(bench, level, red, blue):
    b = bench.again()
    b.set_level(RED, BLUE, level)
    b.tie(RED, BLUE).trust, b.tie(RED, BLUE).blood, b.tie(RED, BLUE).grudge = 0.9, 0.2, 0.1
    b.p.trust_betrayal, b.p.blood_growth = 0.3, 0.15
    b.wish(RED, BLUE, red)
    b.wish(BLUE, RED, blue)
    choice = b.scratch.choice[:, b.dyad(RED, BLUE)]
    for n in range(2):
        choice[n].lead, choice[n].second, choice[n].push = 10 + n, 20 + n, 0.5 + n
    settlement.settle_ties(b.s, b.w, b.p, b.t, b.scratch, b.journal)
    return b


def test_neither_one_wish_alone_nor_none_raises_a_tie(bench):
    for wishes in ((0, 0), (1, 0), (0, 1)):
        b = settled(bench, 2, *wishes)
        assert b.level(RED, BLUE) == 2
        assert rows(b) == []


def test_a_step_up_by_hand(bench):
    b = settled(bench, 2, 1, 1)
    tie = b.tie(RED, BLUE)
    assert (b.level(RED, BLUE), tie.trust, tie.blood) == (3, 0.9, 0.2)
    assert b.w.dyad[b.dyad(RED, BLUE)].first == BLUE
    assert rows(b) == [(0.5, 20, Event.TIE_UP, BLUE, RED, 2, 3, 10, 20)]


@pytest.mark.parametrize(
    ("level", "red", "blue", "cost"),
    [
        (3, -1, 0, 0.3), (3, -1, 1, 0.3), (2, 0, -1, 0.3), (2, 1, -1, 0.3),  # betrayal
        (3, -1, -1, 0.1), (1, -1, 0, 0.1), (1, 0, -1, 0.1), (-1, -1, -1, 0.1),  # both wanted it, or it was no alliance
    ],
)  # fmt: skip
def test_a_step_down_by_hand(bench, level, red, blue, cost):
    b = settled(bench, level, red, blue)
    tie = b.tie(RED, BLUE)
    assert tie.trust == pytest.approx(0.9 - cost)
    assert tie.blood == pytest.approx(0.35 if level == -1 else 0.2)
    side = 0 if blue == -1 else 1
    i, j = (BLUE, RED) if blue == -1 else (RED, BLUE)
    assert rows(b) == [(0.5 + side, 20, Event.TIE_DOWN, i, j, level, level - 1, 10 + side, 20 + side)]


@pytest.mark.parametrize(
    ("level", "red", "blue", "grudge"),
    [
        (2, -1, 0, 0.55), (2, 1, -1, 0.55),  # one walks out of the alliance
        (2, -1, -1, 0.1), (3, -1, 0, 0.1), (1, -1, 0, 0.1), (-1, -1, 0, 0.1), (2, 1, 1, 0.1),
    ],
)  # fmt: skip
def test_being_left_alone_leaves_a_grudge(bench, level, red, blue, grudge):
    assert settled(bench, level, red, blue).tie(RED, BLUE).grudge == pytest.approx(grudge)


def test_every_dyad_that_met_is_settled(bench):
    b = bench
    b.wish(PINK, BLUE, 1)  # earlier in the list: wants up alone
    b.wish(RED, BLUE, -1)
    b.scratch.desire[:, b.dyad(RED, PINK)] = -1  # of last month
    settlement.settle_ties(b.s, b.w, b.p, b.t, b.scratch, b.journal)
    assert [b.level(RED, PINK), b.level(PINK, BLUE), b.level(RED, BLUE)] == [4, 3, 2]


# slow variables


def grown(bench, level, distance=0.0, i=RED, j=BLUE, **values):
    b = bench.again()
    p = b.p
    p.trust_growth, p.trust_decay, p.embeddedness_growth, p.embeddedness_decay = 0.2, 0.1, 0.3, 0.05
    p.visibility_covert, p.visibility_adjustment = 0.7, 0.25
    p.blood_growth, p.blood_decay = 0.15, 0.02
    p.personal_ties_growth, p.grudge_decay, p.weariness_growth, p.weariness_decay = 0.1, 0.02, 0.25, 0.01
    b.set_level(i, j, level)
    tie = b.tie(i, j)
    tie.trust, tie.embedded, tie.visibility, tie.blood, tie.age = 0.5, 0.3, 0.4, 0.2, 12.0
    for name, x in values.items():
        tie[name] = x
    d = b.dyad(i, j)
    r = b.w.relation_of[b.s.faction[i].organisation, b.s.faction[j].organisation]
    bonding.grow(b.s, b.w, b.p, d, distance, r)
    return tie


def test_a_month_at_a_level_by_hand(bench):
    tie = grown(bench, 3)
    assert tie.trust == pytest.approx(0.5 + 0.2 * 0.75 * 0.5 - 0.1 * 0.25 * 0.5)
    assert tie.embedded == pytest.approx(0.3 + 0.3 * 0.75 * 0.7 - 0.05 * 0.25 * 0.3)
    assert grown(bench, 3, trust=0.6).trust == pytest.approx(0.6 + 0.2 * 0.75 * 0.4 - 0.1 * 0.25 * 0.6)
    assert tie.age == 13.0
    assert tie.visibility == pytest.approx(0.4 + 0.25 * (1.0 - 0.4))  # an accepted pledge is seen whole
    assert tie.blood == pytest.approx(0.2 * 0.98)
    assert grown(bench, 2).age == 13.0


def test_a_month_below_material_level_by_hand(bench):
    tie = grown(bench, 1)
    assert tie.trust == pytest.approx(0.5 + 0.2 * 0.25 * 0.5 - 0.1 * 0.75 * 0.5)
    assert tie.embedded == pytest.approx(0.3 + 0.3 * 0.25 * 0.7 - 0.05 * 0.75 * 0.3)
    assert tie.age == pytest.approx(12 * 0.9)
    assert tie.visibility == pytest.approx(0.4 + 0.25 * (0.25 - 0.4))  # the pledge shows an alliance only


def test_a_denied_tie_is_seen_less(bench):
    assert grown(bench, 3, distance=0.5).visibility == pytest.approx(0.4 + 0.25 * (0.65 - 0.4))
    assert grown(bench, 3, i=RED, j=BLACK).visibility == pytest.approx(0.4 + 0.25 * (0.75 - 0.4))  # by depth


def test_blood_rises_in_armed_conflict_and_dries(bench):
    assert grown(bench, -2).blood == pytest.approx(0.2 + 0.15 * 0.8)
    assert grown(bench, -1).blood == pytest.approx(0.2 * 0.98)
    assert grown(bench, 0, blood=0.0).blood == 0.0
    tie = grown(bench, -2)
    assert tie.trust == pytest.approx(0.5 - 0.1 * 0.5)


def test_what_leaders_hold_grows_with_joint_months(bench):
    for level, g in ((4, 1.0), (2, 0.5), (0, 0.0), (-2, 0.0)):
        tie = grown(bench, level, held_first=0.6, held_second=0.2)
        assert tie.held_first == pytest.approx(0.6 + 0.1 * g * 0.4 - 0.05 * (1 - g) * 0.6)
        assert tie.held_second == pytest.approx(0.2 + 0.1 * g * 0.8 - 0.05 * (1 - g) * 0.2)
    assert grown(bench, 4, held_first=1.0, held_second=0.0).held_first == 1.0
    assert grown(bench, 0, held_first=1.0, held_second=0.0).held_second == 0.0


def test_a_fight_wearies_and_the_memory_of_it_fades(bench):
    assert grown(bench, -2, weary=0.2).weary == pytest.approx(0.2 + 0.25 * 0.8)
    assert grown(bench, -2, weary=1.0).weary == 1.0
    for level in (-1, 0, 4):
        assert grown(bench, level, weary=0.2).weary == pytest.approx(0.2 * 0.99)
        assert grown(bench, level, weary=0.0).weary == 0.0


def test_a_grudge_fades_at_any_level(bench):
    for level in (-2, 0, 3):
        assert grown(bench, level, grudge=0.5).grudge == pytest.approx(0.5 * 0.98)


def test_a_tie_comes_to_light(bench):
    b = bench
    bonding.expose(b.s, b.w, b.p, b.t, b.dyad(RED, BLUE), 7, b.journal)
    tie = b.tie(RED, BLUE)
    assert (tie.visibility, tie.exposed) == (1.0, 1)
    assert list(b.s.faction.unmasked) == [1, 0, 1, 0, 0, 0]
    assert list(b.s.faction.news) == [1, 0, 1, 0, 0, 0]  # if it is known after this month's meetings, it stirs the next ones
    assert rows(b) == [(1.0, 20, Event.EXPOSURE, BLUE, RED, 3, 3, 7, -1)]  # blue has the lower key
    b.s.faction[RED].key = 1
    bonding.expose(b.s, b.w, b.p, b.t, b.dyad(RED, BLUE), 7, b.journal)
    assert rows(b)[1][3:5] == (RED, BLUE)


def exposed(bench, hazard, watch, stance=Stance.DISTANCE, level=3):
    b = bench.again()
    b.p.exposure_hazard, b.w.watch[b.t] = hazard, watch
    b.s.level[:] = 0
    b.set_level(RED, BLUE, level)
    b.relation(1, 0).stance = stance
    bonding.bonds(b.s, b.w, b.p, b.t, KEY, b.journal)
    assert [row[7] for row in rows(b)] == [-1] * len(rows(b))  # no mechanism
    return bool(b.tie(RED, BLUE).exposed)


def test_exposure_has_a_hazard_that_rises_with_watch(bench):
    u = pair_draw(bench, draws.SECRET, RED, BLUE)[0]
    h = hazard_at(u)
    for watch, share in ((0.0, 0.5), (0.6, 0.8), (1.0, 1.0)):
        assert exposed(bench, 1.001 * h / share, watch)
        assert not exposed(bench, 0.999 * h / share, watch)
    assert exposed(bench, 1e9, 0.0, level=2)
    assert not exposed(bench, 1e9, 0.0, level=1)
    assert exposed(bench, 1e9, 0.0, stance=Stance.RENOUNCE)
    assert not exposed(bench, 1e9, 0.0, stance=Stance.AMBIGUOUS)


def test_bonds_grow_for_every_dyad_whose_sides_are_there(bench):
    b = bench
    b.p.trust_decay = 0.1
    b.p.trust_growth = 0.0
    b.s.tie.trust = 0.5
    b.s.level[:] = 0
    bonding.bonds(b.s, b.w, b.p, b.t, KEY, b.journal)
    for d in range(len(b.w.dyad)):
        there = {int(b.w.dyad[d].first), int(b.w.dyad[d].second)} <= {RED, PINK, BLUE}
        assert b.s.tie[d].trust == pytest.approx(0.45 if there else 0.5)


def test_within_an_organisation_nothing_is_denied(bench):
    b = bench
    b.points.exposure_hazard = 1e9
    b.s.relation.stance = int(Stance.RENOUNCE)
    b.p.visibility_adjustment, b.tie(RED, PINK).visibility = 0.25, 0.4
    bonding.bonds(b.s, b.w, b.p, b.t, KEY, b.journal)
    assert b.tie(RED, PINK).visibility == pytest.approx(0.4 + 0.25 * (1.0 - 0.4))
    assert b.tie(RED, PINK).exposed == 0
    assert b.tie(RED, BLUE).exposed == b.tie(PINK, BLUE).exposed == 1
