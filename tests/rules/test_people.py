"""Leaders, the dissatisfied, and dated history: exact numbers, and draws at the address that the rule names."""

import math

import pytest

from sim.rules import draws
from sim.rules.processes import dissent, history, leadership
from sim.world.names import Event, Leader, LeaderNews, Level, Pledge, Stance
from sim.world.tables import DYAD_EVENT, PLEDGE_DUE, table

RED, PINK, BLUE, BLACK = range(4)
SLOTS = (5, 4)  # in their order
KEY = draws.master_key(1, 0)


def rows(b):
    return [row.tolist() for row in b.journal.rows[: b.journal.used[0]]]


def kinds(b):
    return [Event(row[2]) for row in rows(b)]


def draw(b, stream, i, index=0):
    return draws.uniforms(KEY, stream, b.t, int(b.s.faction[i].key), 0, index)


def hazard_at(u):
    """Monthly hazard at which an event happens for uniforms below u."""
    return -math.log(1 - u)


# leaders


def test_a_leader_shelters_with_the_best_host_or_at_home(bench):
    b = bench
    b.s.capability[BLUE, 2] = 0.3
    assert leadership.shelter(b.s, b.w, BLUE) == 0.8  # with red
    b.set_level(BLUE, RED, 2)
    assert leadership.shelter(b.s, b.w, BLUE) == 0.3  # pink has none
    b.s.capability[PINK, 2] = 0.5
    assert leadership.shelter(b.s, b.w, BLUE) == 0.5
    b.set_level(BLUE, RED, 4)
    b.s.capability[RED, 2] = 0.2
    assert leadership.shelter(b.s, b.w, BLUE) == 0.5
    b.s.faction[PINK].open = 0.5
    assert leadership.shelter(b.s, b.w, BLUE) == 0.3  # pink's ground is half closed
    b.s.faction[BLUE].open = 0.8
    assert leadership.shelter(b.s, b.w, BLUE) == pytest.approx(0.25)  # pink's 0.25 against 0.24 of its own


def test_strikes_add_to_the_hazard_less_the_shelter(bench):
    b = bench
    b.p.leadership_base_hazard, b.p.leadership_strike_hazard, b.p.leadership_protection = 0.01, 0.5, 0.7
    hazard = leadership.leader_hazard(b.s, b.w, b.p, b.t, BLUE)
    assert hazard == pytest.approx(0.01 + 0.5 * 0.5 * (1 - 0.7 * 0.8))
    assert leadership.leader_hazard(b.s, b.w, b.p, b.t, RED) == 0.01


def successor(bench, founder, penalty=0.2, **fixed):
    b = bench.again()
    p = b.p
    p.leadership_founder_weight, p.leadership_spread, p.leadership_successor_authority = 1.5, 0.25, 0.75
    p.leadership_redraw, p.leadership_personal_inherited = 0.1, 0.4
    b.s.faction[RED].founder, b.s.faction[RED].generation, b.s.faction[RED].hidden = founder, 3, 5
    b.s.faction[RED].leader = Leader.CONCEALED
    b.tie(RED, PINK).held_first, b.tie(RED, PINK).held_second = 0.8, 0.5
    b.tie(RED, BLUE).held_first, b.tie(RED, BLUE).held_second = 0.3, 0.6
    for name, x in fixed.items():
        b.w.monthly[b.t, RED][name] = x
    leadership.succeed(b.s, b.w, b.p, b.t, KEY, RED, penalty, b.journal)
    return b


@pytest.mark.parametrize(("founder", "weight"), [(1, 1.5), (0, 1.0)])
def test_a_successor_by_hand(bench, founder, weight):
    b = successor(bench, founder)
    u0, u1, u2, _ = draw(b, draws.SUCCESSOR, RED)
    v1, v2, _, _ = draw(b, draws.SUCCESSOR, RED, 1)
    red = b.s.faction[RED]
    assert red.authority == pytest.approx(0.8 * 0.75 * (1 + 0.25 * (2 * u0 - 1)) * 0.8 / weight)
    assert red.strategy == pytest.approx(0.4 + 0.1 * draws.normal(u1, v1))
    assert red.pragmatism == pytest.approx(0.6 + 0.1 * draws.normal(u2, v2))
    assert b.w.dyad[b.dyad(RED, PINK)].first == PINK
    assert b.w.dyad[b.dyad(RED, BLUE)].first == BLUE
    assert b.tie(RED, PINK).held_first == 0.8  # pink's own
    assert b.tie(RED, PINK).held_second == pytest.approx(0.5 * 0.4**weight)
    assert b.tie(RED, BLUE).held_first == 0.3
    assert b.tie(RED, BLUE).held_second == pytest.approx(0.6 * 0.4**weight)
    assert (red.founder, red.generation, red.leader, red.hidden) == (0, 4, Leader.ALIVE, 0)
    assert rows(b) == [(red.authority, 20, Event.SUCCESSION, RED, -1, 3, 4, -1, -1)]


def test_what_the_first_side_holds_falls_with_its_leader(bench):
    b = bench
    b.p.leadership_personal_inherited = 0.4
    b.tie(PINK, BLUE).held_first, b.tie(PINK, BLUE).held_second = 0.8, 0.5
    assert b.w.dyad[b.dyad(PINK, BLUE)].first == PINK
    leadership.succeed(b.s, b.w, b.p, b.t, KEY, PINK, 0.0, b.journal)
    assert b.tie(PINK, BLUE).held_first == pytest.approx(0.8 * 0.4)
    assert b.tie(PINK, BLUE).held_second == 0.5


def test_history_may_fix_a_successor_to_the_last_zero(bench):
    for x in (0.0, 0.35):
        b = successor(bench, 1, successor_authority=x, successor_strategy=x, successor_disposition=x)
        red = b.s.faction[RED]
        assert (red.authority, red.strategy, red.pragmatism) == (x, x, x)


def led(bench, news=LeaderNews.NOTHING, mortal=1, base=0.0, concealment=0.0, months=12.0, t=20, **red):
    b = bench.again()
    b.t = t
    p = b.p
    p.leadership_base_hazard, p.leadership_strike_hazard = base, 0.0
    p.leadership_concealment, p.leadership_concealment_months = concealment, months
    p.leadership_authority_growth, p.leadership_sway, p.leadership_disclosure_cost = 0.1, 0.5, 0.3
    b.w.monthly[b.t, RED].news, b.w.monthly[b.t, RED].mortal = int(news), mortal
    b.s.faction[RED].bulletin = 9
    for name, x in red.items():
        b.s.faction[RED][name] = x
    leadership.lead(b.s, b.w, b.p, b.t, KEY, RED, b.journal)
    return b


def test_a_quiet_month_adds_standing_and_sways_the_disposition(bench):
    b = led(bench, disposition=0.2)
    red = b.s.faction[RED]
    assert red.authority == pytest.approx(0.8 + 0.1 * 0.2)
    assert red.disposition == pytest.approx(0.2 + 0.5 * 0.4)
    assert (red.bulletin, red.leader, red.generation) == (LeaderNews.NOTHING, Leader.ALIVE, 1)
    assert rows(b) == []


def test_a_leader_dies_by_the_hazard_where_the_schedule_leaves_him_mortal(bench):
    h = hazard_at(draw(bench, draws.LEADER, RED)[0])
    assert kinds(led(bench, base=0.999 * h)) == []
    b = led(bench, base=1.001 * h)
    assert rows(b)[0] == (1.0, 20, Event.LEADER_DEATH, RED, -1, Leader.ALIVE, Leader.ALIVE, -1, -1)
    assert kinds(b) == [Event.LEADER_DEATH, Event.SUCCESSION]
    assert b.s.faction[RED].bulletin == LeaderNews.DEATH
    luck = 1 + b.p.leadership_spread * (2 * draw(b, draws.SUCCESSOR, RED)[0] - 1)
    expected = 0.8 * b.p.leadership_successor_authority * luck / b.p.leadership_founder_weight
    assert b.s.faction[RED].authority == pytest.approx(expected)  # an open death costs the successor nothing more
    assert kinds(led(bench, base=1e9, mortal=0)) == []
    assert kinds(led(bench, base=1e9, news=LeaderNews.DISCLOSURE)) == []  # nothing to disclose, and a month of its own


def test_a_drawn_death_is_concealed_by_chance(bench):
    v = draw(bench, draws.LEADER, RED)[1]
    b = led(bench, base=1e9, concealment=1.001 * v, generation=4)
    red = b.s.faction[RED]
    assert (red.leader, red.bulletin, red.generation, red.authority) == (Leader.CONCEALED, LeaderNews.CONCEALED_DEATH, 4, 0.8)
    assert rows(b) == [(4.0, 20, Event.LEADER_DEATH, RED, -1, Leader.ALIVE, Leader.CONCEALED, -1, -1)]
    assert led(bench, base=1e9, concealment=0.999 * v).s.faction[RED].leader == Leader.ALIVE


def test_a_dated_death_needs_no_hazard_and_is_open_or_concealed_as_dated(bench):
    b = led(bench, news=LeaderNews.DEATH, mortal=0, concealment=1.0)
    assert kinds(b) == [Event.LEADER_DEATH, Event.SUCCESSION]
    assert b.s.faction[RED].bulletin == LeaderNews.DEATH
    b = led(bench, news=LeaderNews.CONCEALED_DEATH, mortal=0)
    assert kinds(b) == [Event.LEADER_DEATH]
    assert b.s.faction[RED].bulletin == LeaderNews.CONCEALED_DEATH


def test_a_concealed_death_comes_out_by_date_or_by_chance(bench):
    hidden = {"leader": int(Leader.CONCEALED), "hidden": 6}
    x = draw(bench, draws.LEADER, RED)[2]
    b = led(bench, **hidden, months=1.001 / x)
    red = b.s.faction[RED]
    assert (red.leader, red.hidden, red.bulletin, red.authority) == (Leader.CONCEALED, 7, LeaderNews.NOTHING, 0.8)
    assert kinds(b) == []
    for b in (led(bench, **hidden, months=0.999 / x), led(bench, **hidden, months=1e9, mortal=0, news=LeaderNews.DISCLOSURE)):
        assert rows(b)[0] == (7.0, 20, Event.DISCLOSURE, RED, -1, Leader.CONCEALED, Leader.ALIVE, -1, -1)
        assert kinds(b) == [Event.DISCLOSURE, Event.SUCCESSION]
        assert b.s.faction[RED].bulletin == LeaderNews.DISCLOSURE
        u0 = draw(b, draws.SUCCESSOR, RED)[0]
        luck = 1 + b.p.leadership_spread * (2 * u0 - 1)
        expected = 0.8 * b.p.leadership_successor_authority * luck * 0.7 / b.p.leadership_founder_weight
        assert b.s.faction[RED].authority == pytest.approx(expected)  # the disclosure costs 0.3
    assert kinds(led(bench, **hidden, months=1.0, mortal=0)) == []
    assert kinds(led(bench, **hidden, months=0.1)) == [Event.DISCLOSURE, Event.SUCCESSION]  # within a month at most
    key = int(bench.s.faction[RED].key)
    late = next(t for t in range(20, 60) if draws.uniforms(KEY, draws.LEADER, t, key, 0, 0)[2] > 0.5)
    assert kinds(led(bench, **hidden, months=1.0, t=late)) == [Event.DISCLOSURE, Event.SUCCESSION]


def test_nothing_befalls_the_leader_of_a_faction_that_is_not_there_or_has_none(bench):
    b = led(bench, base=1e9, present=0)
    assert (rows(b), b.s.faction[RED].bulletin) == ([], 9)
    b = led(bench, base=1e9, leader=int(Leader.VACANT), disposition=0.2)
    assert (rows(b), b.s.faction[RED].bulletin, b.s.faction[RED].hidden) == ([], LeaderNews.NOTHING, 0)
    assert b.s.faction[RED].authority == 0.8
    assert b.s.faction[RED].disposition == pytest.approx(0.4)


# the dissatisfied


def test_a_line_is_resented_by_the_stance_the_tie_and_the_disposition(bench):
    b = bench
    b.s.faction[PINK].disposition = 0.25
    b.relation(0, 1).stance = Stance.DISTANCE
    assert dissent.resented_line(b.s, b.w, b.t, PINK) == pytest.approx(2 / 3 * 0.75 * 0.75)
    b.relation(0, 1).stance = Stance.AMBIGUOUS
    assert dissent.resented_line(b.s, b.w, b.t, PINK) == 0.0
    b.relation(0, 1).stance = Stance.RENOUNCE
    b.set_level(PINK, BLUE, 1)
    assert dissent.resented_line(b.s, b.w, b.t, PINK) == pytest.approx(0.25 * 0.75)
    b.set_level(PINK, BLACK, 3)
    b.relation(0, 2).stance = Stance.DISTANCE
    assert dissent.resented_line(b.s, b.w, b.t, PINK) == pytest.approx(2 / 3 * 0.75 * 0.75)  # the worst counts
    b.set_level(PINK, BLACK, -2)
    b.set_level(PINK, BLUE, 0)
    assert dissent.resented_line(b.s, b.w, b.t, PINK) == 0.0
    b.s.relation[-1].stance = Stance.RENOUNCE
    assert dissent.resented_line(b.s, b.w, b.t, PINK) == 0.0  # towards its own there is no line
    b.s.relation.stance = Stance.AMBIGUOUS
    b.relation(1, 0).stance = Stance.RENOUNCE  # toward red
    b.set_level(BLUE, RED, 2)
    assert dissent.resented_line(b.s, b.w, b.t, BLUE) == pytest.approx(0.5 * 0.8)


def test_orders_are_resented_as_words_are(bench):
    b = bench

    def resented(stance, halt):
        b.relation(0, 1).stance, b.policy(0, 1).halt = stance, halt
        return dissent.resented_line(b.s, b.w, b.t, PINK)

    tied = 0.75 * 0.9
    assert resented(Stance.EMBRACE, 1.0) == pytest.approx(0.5 * tied)
    assert resented(Stance.EMBRACE, 0.6) == pytest.approx(0.3 * tied)  # the smaller the order, the less
    assert resented(Stance.AMBIGUOUS, 0.2) == pytest.approx(0.1 * tied)  # an ambiguous word adds nothing
    assert resented(Stance.DISTANCE, 0.4) == pytest.approx((2 / 3 + 0.2) * tied)
    assert resented(Stance.RENOUNCE, 1.0) == pytest.approx(tied)
    assert resented(Stance.AMBIGUOUS, 0.0) == 0.0


def test_anger_by_hand(bench):
    b = bench
    p = b.p
    p.split_stance_gap, p.split_disclosure = 2.0, 3.0
    b.relation(0, 1).stance = Stance.DISTANCE
    b.w.dialogue[b.t, 0] = 0.25
    b.s.organisation[0].shock = 0.1
    line = 2 / 3 * 0.75 * 0.9
    expected = 2 * line * 0.75 + 0.4 + 3 * 0.1 - 0.8 * 0.7
    assert dissent.anger(b.s, b.w, b.p, b.t, PINK) == pytest.approx(expected)
    b.policy(0, 1).halt = 0.5  # an order comes on top of the words
    line = (2 / 3 + 0.25) * 0.75 * 0.9
    expected = 2 * line * 0.75 + 0.4 + 3 * 0.1 - 0.8 * 0.7
    assert dissent.anger(b.s, b.w, b.p, b.t, PINK) == pytest.approx(expected)


def test_the_strongest_pull_of_those_who_are_there(bench):
    b = bench
    b.tie(PINK, BLUE).overlap, b.tie(PINK, BLACK).overlap, b.tie(PINK, RED).overlap = 0.5, 0.8, 1.0
    blue, black = 0.5 * 0.4 * 0.6, 0.8 * 0.7 * 0.75
    assert dissent.attraction(b.s, PINK, BLUE, b.dyad(PINK, BLUE)) == pytest.approx(blue)
    assert dissent.attraction(b.s, PINK, BLACK, b.dyad(PINK, BLACK)) == pytest.approx(black)
    assert dissent.best_rival(b.s, b.w, PINK) == (BLUE, pytest.approx(blue))  # black is not there yet
    b.s.faction[BLACK].present = 1
    assert dissent.best_rival(b.s, b.w, PINK) == (BLACK, pytest.approx(black))
    b.s.faction[BLACK].reputation = 0.1
    assert dissent.best_rival(b.s, b.w, PINK) == (BLUE, pytest.approx(blue))
    b.s.tie.overlap = 0.0
    assert dissent.best_rival(b.s, b.w, PINK) == (-1, 0.0)


def test_nobody_goes_over_to_an_ally_of_the_movement(bench):
    b = bench
    b.tie(PINK, BLUE).overlap, b.tie(PINK, BLACK).overlap = 0.5, 0.2
    b.s.faction[BLACK].present = 1
    blue, black = pytest.approx(0.5 * 0.4 * 0.6), pytest.approx(0.2 * 0.7 * 0.75)
    for red, pink, found in (
        (0, 0, (BLUE, blue)), (1, 1, (BLUE, blue)),  # a contact is no ally
        (0, 2, (BLACK, black)), (4, 4, (BLACK, black)),
        (2, 0, (BLACK, black)), (3, -2, (BLACK, black)),  # the movement's tie counts, whichever faction keeps it
    ):  # fmt: skip
        b.set_level(RED, BLUE, red)
        b.set_level(PINK, BLUE, pink)
        b.surveyed()
        assert dissent.best_rival(b.s, b.w, PINK) == found
    b.set_level(RED, BLACK, 2)
    b.surveyed()
    assert dissent.best_rival(b.s, b.w, PINK) == (-1, 0.0)


def dissents(bench, split=0.0, defection=0.0, rival_pull=0.0, share=0.3, overlap=0.5, present=1):
    b = bench.again()
    p = b.p
    p.split_stance_gap = p.split_disclosure = b.s.faction[PINK].grievance = 0.0  # anger is minus the loyalty
    calm = math.exp(-0.8 * 0.7)
    p.split_rate, p.defection_rate = split / calm, defection / calm
    p.split_rival_pull, p.split_share, p.defection_share = rival_pull, 0.4, share
    b.tie(PINK, BLUE).overlap = overlap
    b.s.faction[PINK].present = present
    intent = b.scratch.intent[PINK]
    intent.dissent, intent.target, intent.share = 9, 9, 9.0
    dissent.dissent(b.s, b.w, b.p, b.t, KEY, PINK, b.scratch)
    return intent.dissent, intent.target, intent.share


def test_a_split_has_a_hazard_a_flag_and_a_share(bench):
    u, v, x, _ = draw(bench, draws.DISSENT, PINK)
    h, pull = hazard_at(u), 0.5 * 0.4 * 0.6
    assert dissents(bench, 0.999 * h) == (dissent.STAYS, 9, 9.0)
    assert dissents(bench, 1.001 * h) == (dissent.SPLITS, -1, pytest.approx(0.4 * (0.5 + v)))
    assert dissents(bench, 1e9, rival_pull=1.001 * x / pull)[1] == BLUE
    assert dissents(bench, 1e9, rival_pull=0.999 * x / pull)[1] == -1
    assert dissents(bench, 1e9, rival_pull=1e9, overlap=0.0)[1] == -1  # no rival pulls
    assert dissents(bench, 1e9, present=0)[0] == dissent.STAYS
    assert (dissent.STAYS, dissent.SPLITS, dissent.DEFECTS) == (0, 1, 2)


def test_a_defection_has_a_hazard_and_goes_to_the_rival(bench):
    y, pull = draw(bench, draws.DISSENT, PINK)[3], 0.5 * 0.4 * 0.6
    h = hazard_at(y)
    assert dissents(bench, defection=0.999 * h)[0] == dissent.STAYS
    assert dissents(bench, defection=1.001 * h) == (dissent.DEFECTS, BLUE, pytest.approx(0.3 * pull))
    assert dissents(bench, defection=1.001 * h, share=99.0) == (dissent.DEFECTS, BLUE, 1.0)  # all of them at most
    assert dissents(bench, defection=1e9, overlap=0.0) == (dissent.STAYS, 9, 9.0)
    assert dissents(bench, split=1e9, defection=1e9)[0] == dissent.SPLITS


def test_slots_are_used_once_and_in_order(bench):
    b = bench
    assert dissent.free_slot(b.s, b.w) == SLOTS[0]
    b.s.faction[SLOTS[0]].present = b.s.faction[SLOTS[0]].generation = 1
    assert dissent.free_slot(b.s, b.w) == SLOTS[1]
    b.s.faction[SLOTS[0]].present = 0  # ended: its slot is not free again
    assert dissent.free_slot(b.s, b.w) == SLOTS[1]
    b.s.faction[SLOTS[1]].generation = 1
    assert dissent.free_slot(b.s, b.w) == -1


@pytest.mark.parametrize("parent", [0, 1])
def test_a_new_organisation_is_distant_from_its_parent_only(bench, parent):
    b = bench
    b.s.organisation[3].defunct, b.s.organisation[3].shock = 1, 0.5
    b.s.organisation[parent].cohesion = 0.55
    b.s.faction[SLOTS[0]].generation = 1
    b.s.relation.stance = Stance.EMBRACE
    dissent.found_organisation(b.s, b.w, 3, parent, SLOTS[0], 44)
    new = b.s.organisation[3]
    assert (new.present, new.defunct, new.emir, new.seen, new.cohesion, new.shock) == (1, 0, SLOTS[0], 1, 0.55, 0.0)
    for o in range(5):
        for q in range(5):
            relation = b.relation(o, q)
            if o != q and 3 in (o, q):
                assert relation.stance == (Stance.DISTANCE if parent in (o, q) else Stance.AMBIGUOUS)
                assert relation.since == 44
            else:
                assert (relation.stance, relation.since) == (Stance.EMBRACE, -1)


BORN = {"trust": 0.0, "embedded": 0.0, "visibility": 0.0, "blood": 0.0, "rapport": 0.0, "overlap": 0.0}


def born(bench, flag, **parent):
    """Red splits; its ties before: joint with pink, sanctuary with blue, rivalry with black."""
    b = bench.again()
    b.s.faction[BLACK].present = 1
    b.set_level(RED, BLACK, -1)
    for j, trust in ((PINK, 0.8), (BLUE, 0.5), (BLACK, 0.2)):
        tie = b.tie(RED, j)
        tie.trust, tie.embedded, tie.visibility, tie.blood, tie.rapport, tie.overlap = trust, 0.6, 0.4, 0.3, -1.2, 0.7
    for j in (RED, PINK, BLUE, BLACK, SLOTS[1]):
        tie = b.tie(SLOTS[0], j)
        for name in tie.dtype.names:
            tie[name] = 9
        b.set_level(SLOTS[0], j, 9)
    red = b.s.faction[RED]
    red.setback, red.foreign, red.pressed, red.coerced, red.bulletin, red.hidden, red.reputation = 0.3, 0.2, 0.5, 0.5, 1, 4, 0.7
    for name, x in parent.items():
        red[name] = x
    b.s.response[:] = 0.5
    dissent.birth(b.s, b.w, b.t, KEY, RED, SLOTS[0], flag, 0.2, b.journal)
    return b


def ties_of_child(b, j):
    tie = b.tie(SLOTS[0], j)
    return b.level(SLOTS[0], j), {name: pytest.approx(float(tie[name])) for name in BORN}


def test_a_splinter_by_hand(bench):
    bench.s.faction[SLOTS[0]].supported = 0.9
    bench.s.faction[RED].open, bench.s.faction[SLOTS[0]].open = 0.35, 0.9
    b = born(bench, -1, generation=5, founder=0, leader=int(Leader.CONCEALED), supported=0.8)
    child, parent = b.s.faction[SLOTS[0]], b.s.faction[RED]
    assert (parent.fighters, child.fighters) == (4000, 1000)
    assert child.key == int(draws.words(KEY, draws.BIRTH, b.t, int(parent.key), 0, 0)[0])
    assert (child.present, child.parent, child.leader, child.founder, child.generation) == (1, RED, Leader.ALIVE, 1, 1)
    assert (child.hidden, child.bulletin, child.pressed, child.coerced, child.supported) == (0, 0, 0.0, 0.0, 0.0)
    halves = (child.disposition, child.pragmatism, child.grievance, child.reputation, child.authority)
    assert halves == pytest.approx((0.3, 0.3, 0.2, 0.35, 0.4))
    assert child.strategy == pytest.approx(0.7)  # half way to the fastest
    assert (child.setback, child.foreign, child.doctrine, child.scope) == (0.3, 0.2, 0.1, 0.2)
    assert child.open == 0.35  # on its parent's ground
    assert list(b.s.capability[SLOTS[0]]) == [0.0, 0.0, 0.4, 0.25, 0.0, 0.0, 0.45]
    assert list(b.s.need[SLOTS[0]]) == list(b.s.need[RED])
    assert list(b.s.presence[SLOTS[0]]) == [0.6, 0.4]
    assert list(b.s.response[:, SLOTS[0]]) == [0.0, 0.0]
    home = int(b.w.faction[SLOTS[0]].home)
    assert child.organisation == home
    assert (b.s.organisation[home].present, b.s.organisation[home].emir) == (1, SLOTS[0])
    assert b.relation(home, 0).stance == Stance.DISTANCE
    assert rows(b) == [(1000.0, 20, Event.SPLIT, RED, SLOTS[0], 0, home, -1, -1)]


def test_first_ties_of_a_splinter_under_its_own_flag(bench):
    b = born(bench, -1)
    inherited = {"embedded": 0.3, "visibility": 0.4, "blood": 0.3, "rapport": -1.2, "overlap": 0.7}
    assert ties_of_child(b, RED) == (Level.RIVALRY, BORN | {"overlap": 1.0})
    assert ties_of_child(b, PINK) == (Level.RIVALRY, inherited | {"trust": 0.4})
    assert ties_of_child(b, BLUE) == (Level.CONTACT, inherited | {"trust": 0.25})
    assert ties_of_child(b, BLACK) == (Level.RIVALRY, inherited | {"trust": 0.1})
    for j in (RED, PINK, BLUE, BLACK):
        tie = b.tie(SLOTS[0], j)
        assert (tie.age, tie.held_first, tie.held_second, tie.exposed) == (0.0, 0.0, 0.0, 0)
    assert b.level(SLOTS[0], SLOTS[1]) == 9  # the other slot is empty


def test_first_ties_of_a_splinter_under_a_rivals_flag(bench):
    b = born(bench, BLACK)
    assert b.s.faction[SLOTS[0]].organisation == 2
    assert b.s.organisation[3].present == 0
    assert (b.s.organisation[2].emir, b.relation(2, 0).stance) == (BLACK, Stance.AMBIGUOUS)  # the rival's is as it was
    level, tie = ties_of_child(b, BLACK)
    assert (level, tie["blood"]) == (Level.MATERIAL, 0.0)  # under one flag old blood is forgotten
    assert ties_of_child(b, BLUE)[0] == Level.CONTACT
    assert ties_of_child(b, PINK)[0] == ties_of_child(b, RED)[0] == Level.RIVALRY
    assert rows(b) == [(1000.0, 20, Event.SPLIT, RED, SLOTS[0], 0, 2, -1, -1)]


def test_one_flag_is_the_very_organisation(bench):
    b = born(bench, BLUE)
    assert ties_of_child(b, BLUE)[0] == Level.MATERIAL
    assert b.s.faction[BLACK].organisation > b.s.faction[SLOTS[0]].organisation
    assert ties_of_child(b, BLACK)[0] == Level.RIVALRY  # as the parent's


def test_a_splinter_inherits_nothing_where_the_parent_had_no_tie(bench):
    b = bench
    b.s.faction[BLACK].present = 1
    b.w.dyad_of[RED, BLUE] = b.w.dyad_of[BLUE, RED] = -1
    b.s.tie[-1].trust = b.s.tie[-1].overlap = 0.9
    b.s.level[-1] = -2
    b.set_level(RED, BLACK, -2)
    dissent.birth(b.s, b.w, b.t, KEY, RED, SLOTS[0], -1, 0.2, b.journal)
    assert ties_of_child(b, BLUE) == (Level.NONE, BORN)
    assert ties_of_child(b, BLACK)[0] == Level.ARMED_CONFLICT  # as it stands


def test_a_splinter_is_no_rival_of_others_than_its_parents_movement(bench):
    b = bench
    b.set_level(RED, BLUE, 3)
    b.tie(RED, BLUE).overlap = 0.7
    dissent.birth(b.s, b.w, b.t, KEY, BLUE, SLOTS[0], -1, 0.2, b.journal)
    assert (b.tie(SLOTS[0], RED).overlap, b.tie(SLOTS[0], BLUE).overlap) == (0.7, 1.0)
    assert b.s.faction[RED].organisation < b.s.faction[BLUE].organisation
    assert ties_of_child(b, RED)[0] == ties_of_child(b, PINK)[0] == Level.CONTACT
    assert ties_of_child(b, BLUE)[0] == Level.RIVALRY


def test_the_first_dyad_of_all_is_inherited_too(bench):
    b = bench
    assert b.dyad(PINK, BLACK) == 0
    b.s.faction[BLACK].present = 1
    b.set_level(PINK, BLACK, 3)
    b.tie(PINK, BLACK).trust = 0.6
    dissent.birth(b.s, b.w, b.t, KEY, PINK, SLOTS[0], -1, 0.2, b.journal)
    assert b.level(SLOTS[0], BLACK) == Level.CONTACT
    assert b.tie(SLOTS[0], BLACK).trust == pytest.approx(0.3)


def settle(bench, wish, target, share=0.25, taken=0):
    b = bench.again()
    for k in SLOTS[:taken]:
        b.s.faction[k].generation = 1
    for i in (RED, BLUE, BLACK):
        b.scratch.intent[i].dissent = dissent.STAYS
    b.scratch.intent[BLACK].dissent = dissent.SPLITS  # not there, and earlier in the order than some
    intent = b.scratch.intent[PINK]
    intent.dissent, intent.target, intent.share = wish, target, share
    dissent.settle_dissent(b.s, b.w, b.p, b.t, KEY, b.scratch, b.journal)
    return b


def test_defectors_go_over(bench):
    b = settle(bench, dissent.DEFECTS, BLUE)
    assert (b.s.faction[PINK].fighters, b.s.faction[BLUE].fighters) == (1500, 900)
    assert rows(b) == [(500.0, 20, Event.DEFECTION, PINK, BLUE, 0, 0, -1, -1)]


def test_a_split_without_a_slot_goes_over_or_home(bench):
    b = settle(bench, dissent.SPLITS, BLUE, taken=2)
    assert (b.s.faction[PINK].fighters, b.s.faction[BLUE].fighters) == (1500, 900)
    assert rows(b) == [(500.0, 20, Event.SPLIT, PINK, BLUE, 0, 0, -1, -1)]
    b = settle(bench, dissent.SPLITS, -1, taken=2)
    assert b.s.faction.fighters.sum() == bench.s.faction.fighters.sum() - 500
    assert rows(b)[0][3:5] == (PINK, -1)
    assert settle(bench, dissent.STAYS, BLUE).journal.used[0] == 0


def test_splits_and_defections_of_one_month_are_all_settled(bench):
    b = bench
    for i, wish in ((RED, dissent.DEFECTS), (PINK, dissent.SPLITS), (BLUE, dissent.SPLITS)):
        b.scratch.intent[i].dissent, b.scratch.intent[i].target, b.scratch.intent[i].share = wish, -1, 0.5
    dissent.settle_dissent(b.s, b.w, b.p, b.t, KEY, b.scratch, b.journal)
    assert list(b.s.faction.fighters) == [2500, 1000, 200, 1500, 200, 1000]
    assert [row[3] for row in rows(b)] == [PINK, BLUE, RED]  # in the order of the keys of factions


# dated history


def test_what_came_to_light_last_month_is_forgotten(bench):
    b = bench
    b.s.tie.exposed = 1
    b.s.faction[BLUE].unmasked = 1
    history.forget_exposures(b.s, b.w)
    assert b.s.faction[BLUE].unmasked == 0
    for d in range(len(b.w.dyad)):
        assert b.s.tie[d].exposed == (BLUE not in (b.w.dyad[d].first, b.w.dyad[d].second))


def test_an_entry_brings_its_ties_with_those_who_are_there(bench):
    b = bench
    b.w.dyad.entry_level = 2
    b.s.organisation[2].present = 0
    history.enter(b.s, b.w, b.t, BLACK, b.journal)
    assert [b.level(BLACK, j) for j in (RED, PINK, BLUE, *SLOTS)] == [2, 2, 2, 0, 0]
    assert b.s.faction[PINK].fighters == 2000 - 0.5 * 1500
    assert (b.s.faction[BLACK].present, b.s.organisation[2].present) == (1, 1)
    assert rows(b) == [(1500.0, 20, Event.ENTRY, BLACK, PINK, 0, 1, -1, -1)]


def test_an_entry_takes_no_more_than_the_parent_has(bench):
    b = bench
    b.s.faction[PINK].fighters = 300
    history.enter(b.s, b.w, b.t, BLACK, b.journal)
    assert b.s.faction[PINK].fighters == 0.0


@pytest.mark.parametrize(("parent", "present", "left"), [(RED, 1, 4250), (RED, 0, 5000), (-1, 1, 5000)])
def test_the_parent_of_an_entry_pays_if_there_is_one(bench, parent, present, left):
    b = bench
    b.s.faction[SLOTS[1]].present = 1
    b.w.faction[BLACK].parent, b.s.faction[RED].present = parent, present
    b.s.faction[-1].present = 1  # what an index of -1 would find
    b.s.faction[-1].fighters = 100
    history.enter(b.s, b.w, b.t, BLACK, b.journal)
    assert b.s.faction[RED].fighters == left
    assert b.s.faction[-1].fighters == 100


def test_entries_come_once_on_their_date(bench):
    b = bench
    b.t = 36
    b.w.faction.entry[list(SLOTS)] = 36  # a slot never enters by date
    b.w.faction[BLUE].entry = 36  # already there
    history.history(b.s, b.w, b.p, 35, KEY, b.journal)
    assert rows(b) == []
    history.history(b.s, b.w, b.p, 36, KEY, b.journal)
    assert [row[3] for row in rows(b)] == [BLACK]
    assert not b.s.faction[list(SLOTS)].present.any()


def test_dated_blows_add_up_toward_one(bench):
    b = bench
    b.s.faction.setback = 0.2
    b.w.monthly.setback[b.t] = 0.5, 0.0, 0.3, 0.0, 0.0, 0.0
    history.history(b.s, b.w, b.p, b.t, KEY, b.journal)
    assert list(b.s.faction.setback) == pytest.approx([0.6, 0.2, 0.44, 0.2, 0.2, 0.2])


def test_a_pledge_on_its_date_cancels_the_older_answer(bench):
    b = bench
    r = int(b.w.relation_of[0, 1])
    b.policy(0, 1).pledge = Pledge.RENOUNCED
    there, back = b.relation(0, 1), b.relation(1, 0)
    there.pledge, back.answer, back.reply = Pledge.OFFERED, Pledge.ACCEPTED, Pledge.ACCEPTED
    history.history(b.s, b.w, b.p, b.t, KEY, b.journal)
    assert there.pledge == Pledge.OFFERED  # nothing is due this month
    b.w.busy[b.t] |= PLEDGE_DUE
    b.s.organisation[1].present = 0
    history.history(b.s, b.w, b.p, b.t, KEY, b.journal)
    b.s.organisation[1].present, b.s.organisation[0].present = 1, 0
    history.history(b.s, b.w, b.p, b.t, KEY, b.journal)
    assert there.pledge == Pledge.OFFERED  # one of the two is not there
    b.s.organisation[0].present = 1
    history.history(b.s, b.w, b.p, b.t, KEY, b.journal)
    assert (there.pledge, there.pledged) == (Pledge.RENOUNCED, 20)
    assert (back.answer, back.reply) == (Pledge.NONE, Pledge.NONE)
    assert (there.answer, there.reply) == (Pledge.ACCEPTED, Pledge.ACCEPTED)  # what reds answered stands
    assert rows(b) == [(0.0, 20, Event.PLEDGE, 0, 1, Pledge.OFFERED, Pledge.RENOUNCED, -1, -1)]
    assert r == 0
    assert b.relation(0, 2).pledge == Pledge.NONE


def test_a_broken_oath_is_remembered_by_all_who_are_there_of_both_sides(bench):
    b = bench
    b.s.tie.grudge = 0.2
    b.s.faction[BLACK].present = 1
    b.s.faction[SLOTS[0]].present, b.s.faction[SLOTS[0]].organisation = 1, 1  # a splinter that went over to blues
    parted = {frozenset(pair) for pair in ((RED, BLUE), (PINK, BLUE), (RED, SLOTS[0]), (PINK, SLOTS[0]))}
    for o, q in ((0, 1), (1, 0)):  # whoever renounces
        c = b.again()
        history.break_oath(c.s, c.w, int(c.w.relation_of[o, q]))
        for d in range(len(c.w.dyad)):
            pair = frozenset((int(c.w.dyad[d].first), int(c.w.dyad[d].second)))
            assert c.s.tie[d].grudge == pytest.approx(0.6 if pair in parted else 0.2)
    b.s.faction[PINK].present = 0  # not yet, or no longer
    history.break_oath(b.s, b.w, int(b.w.relation_of[0, 1]))
    assert (b.tie(PINK, BLUE).grudge, b.tie(RED, BLUE).grudge) == pytest.approx((0.2, 0.6))


@pytest.mark.parametrize(("act", "grudge"), [(Pledge.OFFERED, 0.0), (Pledge.RENOUNCED, 0.5)])
def test_a_renounced_pledge_leaves_a_grudge_and_an_offered_one_none(bench, act, grudge):
    b = bench
    b.policy(0, 1).pledge = act
    r = int(b.w.relation_of[0, 1])
    history.pledge_on_date(b.s, b.w, b.t, r, b.journal)
    assert (b.tie(RED, BLUE).grudge, b.tie(RED, PINK).grudge) == (grudge, 0.0)
    assert (b.relation(0, 1).pledge, b.relation(0, 1).pledged) == (act, b.t)


def dated(bench, *events, level=3):
    """Events (dyad, trust, bond, exposure, quarrel if any) in month 20, one of another month before and after."""
    b = bench.again()
    b.set_level(RED, BLUE, level)
    rows_of_all = [(9, 1.0, 1.0, 1e9, 19), *((*event, 20) for event in events), (9, 1.0, 1.0, 1e9, 21)]
    e = table(len(rows_of_all), DYAD_EVENT)
    for n, (dyad, trust, bond, exposure, *quarrel, month) in enumerate(rows_of_all):
        e[n].dyad, e[n].trust, e[n].bond, e[n].exposure, e[n].month = dyad, trust, bond, exposure, month
        e[n].quarrel = sum(quarrel)
    start = b.w.dyad_start.copy()
    start[20:] = 1
    start[21:] = 1 + len(events)
    start[22:] = 2 + len(events)
    b.w = b.w._replace(dyad_event=e, dyad_start=start)
    return b


def test_a_dated_change_of_a_dyad_by_hand(bench):
    d = bench.dyad(RED, BLUE)
    b = dated(bench, (d, 0.2, -0.1, 0.0))
    history.history(b.s, b.w, b.p, b.t, KEY, b.journal)
    assert (b.tie(RED, BLUE).trust, b.tie(RED, BLUE).embedded) == pytest.approx((0.7, 0.2))
    assert b.tie(RED, BLUE).exposed == 0
    b = dated(bench, (d, 0.2, -0.1, 0.0), (bench.dyad(PINK, BLUE), -0.9, 0.9, 0.0))
    history.history(b.s, b.w, b.p, b.t, KEY, b.journal)
    assert (b.tie(RED, BLUE).trust, b.tie(PINK, BLUE).trust, b.tie(PINK, BLUE).embedded) == pytest.approx((0.7, 0.0, 1.0))


def test_a_dated_quarrel_is_remembered(bench):
    d = bench.dyad(RED, BLUE)
    bench.tie(RED, BLUE).grudge = 0.2
    for quarrel, grudge in ((0.0, 0.2), (0.3, 0.5), (0.9, 1.0)):
        b = dated(bench, (d, -0.3, 0.0, 0.0, quarrel))
        history.history(b.s, b.w, b.p, b.t, KEY, b.journal)
        assert b.tie(RED, BLUE).grudge == pytest.approx(grudge)
        assert b.tie(PINK, BLUE).grudge == 0.0


@pytest.mark.parametrize("absent", [RED, BLUE])
def test_a_dated_change_needs_both_sides(bench, absent):
    b = dated(bench, (bench.dyad(RED, BLUE), 0.2, 0.2, 1e9, 0.4))
    b.s.faction[absent].present = 0
    history.history(b.s, b.w, b.p, b.t, KEY, b.journal)
    assert (b.tie(RED, BLUE).trust, b.tie(RED, BLUE).embedded, b.tie(RED, BLUE).exposed) == (0.5, 0.3, 0)
    assert b.tie(RED, BLUE).grudge == 0.0


def test_an_instrument_exposes_by_its_own_hazard(bench):
    d = bench.dyad(RED, BLUE)
    one, other = int(bench.s.faction[RED].key), int(bench.s.faction[BLUE].key)
    h = [hazard_at(draws.pair_uniforms(KEY, draws.SECRET, 20, one, other, index)[0]) for index in (16, 17)]
    other_dyad = bench.dyad(PINK, BLUE)
    for before, expected in (
        ([], h[0]),
        ([(other_dyad, 0.0, 0.0, 0.0)], h[0]),
        ([(d, 0.0, 0.0, 0.0)], h[1]),
        ([(d, 0.0, 0.0, 0.0), (other_dyad, 0.0, 0.0, 0.0)], h[1]),
    ):
        for factor in (0.999, 1.001):
            b = dated(bench, *before, (d, 0.0, 0.0, factor * expected))
            history.history(b.s, b.w, b.p, b.t, KEY, b.journal)
            assert b.tie(RED, BLUE).exposed == (factor > 1)
            assert kinds(b) == ([Event.EXPOSURE] if factor > 1 else [])
    assert rows(b)[0][7] == -1  # an instrument, no mechanism
    for level, exposed in ((1, 0), (2, 1)):
        b = dated(bench, (d, 0.0, 0.0, 1e9), level=level)
        history.history(b.s, b.w, b.p, b.t, KEY, b.journal)
        assert b.tie(RED, BLUE).exposed == exposed
