"""Strength, skills, grievance and the sense of defeat; territory. Exact numbers."""

import math

import pytest

from sim.rules import draws
from sim.rules.processes import resources, territory
from sim.world.names import CAPABILITIES, Event
from sim.world.tables import PLACE_DENIED, PLEDGE_DUE

RED, PINK, BLUE, BLACK = range(4)
SLOTS = (5, 4)
FINANCE, SANCTUARY = CAPABILITIES.index("finance"), CAPABILITIES.index("sanctuary")
KEY = draws.master_key(1, 0)


def rows(b):
    return [row.tolist() for row in b.journal.rows[: b.journal.used[0]]]


def hazard_at(u):
    """Monthly hazard at which an event happens for uniforms below u."""
    return -math.log(1 - u)


# recruits and losses

RED_MIGHT, BLUE_MIGHT, BLACK_MIGHT = 5000 * (0.5 + 0.5 / 4), 400 * (0.5 + 0.9 / 4), 1500 * 0.5


def test_fights_weigh_by_the_strength_of_the_enemy(bench):
    b = bench
    assert resources.clash(b.s, b.w, RED) == 0.0
    b.set_level(RED, BLACK, -2)
    against_black = BLACK_MIGHT / (BLACK_MIGHT + RED_MIGHT)
    assert resources.clash(b.s, b.w, RED) == pytest.approx(against_black)
    assert resources.clash(b.s, b.w, BLACK) == pytest.approx(1 - against_black)
    b.set_level(RED, BLUE, -2)
    assert resources.clash(b.s, b.w, RED) == pytest.approx(against_black + BLUE_MIGHT / (BLUE_MIGHT + RED_MIGHT))
    b.set_level(RED, BLUE, -1)
    assert resources.clash(b.s, b.w, RED) == pytest.approx(against_black)


def test_backing_is_the_deepest_tie_with_anybody(bench):
    b = bench
    assert resources.backing(b.s, b.w, RED) == 1.0  # with pink, of its own organisation
    assert resources.backing(b.s, b.w, BLUE) == 0.75
    b.set_level(PINK, BLUE, 1)
    b.set_level(RED, BLUE, -2)
    assert resources.backing(b.s, b.w, BLUE) == 0.25
    b.set_level(PINK, BLUE, 0)
    assert resources.backing(b.s, b.w, BLUE) == 0.0


def recruiting(bench, fighters=400, capacity=1000, support=0.0, interdiction=0.3, left=0.6):
    b = bench.again()
    p = b.p
    p.recruitment_rate, p.recruitment_capacity = 0.05, 1.25
    b.s.faction[BLUE].fighters, b.w.faction[BLUE].capacity = fighters, capacity
    b.w.monthly[b.t, BLUE].support, b.w.monthly[b.t, BLUE].interdiction = support, interdiction
    b.s.faction[BLUE].open = left
    return resources.recruits(b.s, b.w, p, b.t, BLUE)


PULL = 1 + 0.4 + 0.8 * 0.4
MONEY = 0.7 * (1 - 0.3)


def test_recruits_by_hand(bench):
    room, free = 1 - 400 / 1250, 0.6
    assert recruiting(bench) == pytest.approx(0.05 * PULL * (0.5 + 0.5 * MONEY) * room * free)
    assert recruiting(bench, support=0.9) == pytest.approx(0.05 * PULL * 0.95 * room * free)
    assert recruiting(bench, support=0.4) == pytest.approx(0.05 * PULL * (0.5 + 0.5 * MONEY) * room * free)
    assert recruiting(bench, interdiction=9.0) == pytest.approx(0.05 * PULL * 0.5 * room * free)
    assert recruiting(bench, left=0.0) == 0.0
    assert recruiting(bench, fighters=1250) == 0.0
    assert recruiting(bench, fighters=2500) == pytest.approx(-0.05 * PULL * (0.5 + 0.5 * MONEY) * free)
    assert recruiting(bench, capacity=0, fighters=3) == pytest.approx(-0.05 * PULL * (0.5 + 0.5 * MONEY) * 2 * free)
    assert recruiting(bench, left=1.0) == pytest.approx(0.05 * PULL * (0.5 + 0.5 * MONEY) * room)


def losing(bench, rate=0.1, denial=0.0, hidden=0.0):
    b = bench.again()
    b.p.losses_rate, b.p.losses_resilience, b.p.losses_hidden = rate, 0.4, hidden
    b.s.faction[BLUE].pressed = 0.6
    b.w.busy[b.t] |= PLACE_DENIED
    b.w.denial[b.t] = 0.0, denial
    return resources.losses(b.s, b.w, b.p, b.t, BLUE)


def test_losses_by_hand(bench):
    hit = 0.6 * (1 - 0.4 * 0.75)
    assert losing(bench) == pytest.approx(0.1 * hit)
    assert losing(bench, denial=0.7) == pytest.approx(0.1 * (hit + 0.5 * 0.7))
    bench.set_level(BLUE, BLACK, -2)
    fight = BLACK_MIGHT / (BLACK_MIGHT + BLUE_MIGHT)
    assert losing(bench, denial=0.7) == pytest.approx(0.1 * (hit + 0.5 * 0.7 + fight))
    assert losing(bench, rate=9.0) == 1.0


def test_small_bodies_hide(bench):
    bench.set_level(BLUE, BLACK, -2)
    open_field = 0.1 * (0.6 * (1 - 0.4 * 0.75) + 0.5 * 0.7 + BLACK_MIGHT / (BLACK_MIGHT + BLUE_MIGHT))
    assert losing(bench, denial=0.7, hidden=600) == pytest.approx(0.4 * open_field)  # 400 of 1000
    assert losing(bench, denial=0.7, hidden=400) == pytest.approx(0.5 * open_field)
    assert losing(bench, rate=1e9, hidden=400) == 1.0
    bench.s.faction[BLUE].fighters = 0.0
    assert losing(bench, denial=0.7, hidden=400) == 0.0


# skills


def learnt(b, i, lost=0.0, learning=0.2):
    b.p.transfer_learning, b.p.transfer_forgetting = learning, 0.5
    b.scratch.capability[:] = 9.0
    resources.learn(b.s, b.w, b.p, i, lost, b.scratch)
    return list(b.scratch.capability[i])


def test_skills_are_learnt_by_depth_and_lost_with_people(bench):
    b = bench
    b.set_level(RED, PINK, 2)
    b.s.capability[RED] = 0.1, 0.2, 0.8, 0.5, 0.0, 0.0, 0.9
    gaps = [max(0.5 * 0.6, 0.75 * 0.8), 0.75 * 0.5, 0.0, 0.0, 0.75 * 0.8, 0.75 * 0.8, 0.0]  # pink 2, blue 3
    own = b.s.capability[RED].tolist()
    assert learnt(b, RED) == pytest.approx([x + 0.2 * gap for x, gap in zip(own, gaps, strict=True)])
    expected = [x + 0.2 * gap - 0.5 * 0.1 * x for x, gap in zip(own, gaps, strict=True)]
    assert learnt(b, RED, lost=0.1) == pytest.approx(expected)
    b.set_level(RED, BLUE, 1)  # contact teaches nothing
    assert learnt(b, RED)[0] == pytest.approx(0.1 + 0.2 * 0.5 * 0.6)  # material support does
    b.set_level(RED, BLUE, 3)
    b.set_level(RED, PINK, 4)
    gaps[0] = 0.75 * 0.8
    assert learnt(b, RED)[0] == pytest.approx(0.1 + 0.2 * 0.6)
    b.set_level(RED, BLUE, 1)  # contact teaches nothing
    assert learnt(b, RED) == pytest.approx([0.1 + 0.2 * 0.6, *own[1:]])
    assert learnt(b, RED, learning=9.0)[0] == 1.0
    assert list(b.scratch.capability[BLUE]) == [9.0] * 7


# the month of a faction


def gathered(bench, lost=0.0, gained=0.0, pressed=0.0, setback=0.0, **values):
    """A month of red with losses and recruits of this size."""
    b = bench.again()
    p = b.p
    p.grievance_rally, p.grievance_decay, p.setback_memory, p.setback_sensitivity = 0.2, 0.05, 0.9, 4.0
    p.losses_resilience = p.losses_hidden = 0.0
    p.losses_rate = lost / pressed if pressed else 0.0
    b.s.capability[RED] = 0.0
    b.s.faction[RED].pressed, b.s.faction[RED].setback = pressed, setback
    for name, x in values.items():
        b.s.faction[RED][name] = x
    pull = 1.0 + b.s.faction[RED].grievance
    p.recruitment_rate, p.recruitment_capacity = 4.0 * gained / pull, 2.0  # half a purse, half the room
    b.scratch.intent[RED].fighters = -1.0
    resources.gather(b.s, b.w, p, b.t, RED, b.scratch)
    return b.scratch.intent[RED].fighters, b.s.faction[RED].grievance, b.s.faction[RED].setback


def test_a_month_of_strength_by_hand(bench):
    assert gathered(bench, 0.1, 0.04, 0.5)[0] == pytest.approx(5000 * 0.94)
    assert gathered(bench, 0.1, 0.04, 0.5, fighters=2000)[0] == pytest.approx(2000 * (1 + 0.04 * 1.6 - 0.1))
    assert gathered(bench, 0.9, -0.2, 0.5)[0] == 0.0
    assert gathered(bench, 0.1, 0.04, 0.5, present=0) == (-1.0, 0.4, 0.0)


def test_a_month_of_grievance_by_hand(bench):
    assert gathered(bench)[1] == pytest.approx(0.4 - 0.05 * 0.4)
    assert gathered(bench, pressed=0.5)[1] == pytest.approx(0.4 + 0.2 * 0.5 * 0.6 - 0.05 * 0.4)
    assert gathered(bench, pressed=0.5, grievance=0.9)[1] == pytest.approx(0.9 + 0.2 * 0.5 * 0.1 - 0.05 * 0.9)


def test_a_month_of_defeat_by_hand(bench):
    assert gathered(bench, setback=0.5)[2] == pytest.approx(0.45)
    assert gathered(bench, 0.1, 0.04, 0.5, setback=0.5)[2] == pytest.approx(0.45 + 4 * 0.06 * 0.55)
    assert gathered(bench, 0.02, 0.04, 0.5, setback=0.5)[2] == pytest.approx(0.45)  # it grew
    assert gathered(bench, 0.6, 0.04, 0.5, setback=0.5)[2] == 1.0


def test_skills_of_the_next_month_follow_losses(bench):
    b = bench
    b.p.losses_rate, b.p.losses_resilience, b.p.losses_hidden = 0.2, 0.0, 0.0
    b.p.transfer_learning, b.p.transfer_forgetting = 0.0, 0.5
    b.s.faction[RED].pressed = 0.5
    resources.gather(b.s, b.w, b.p, b.t, RED, b.scratch)
    assert b.scratch.capability[RED, SANCTUARY] == pytest.approx(0.8 * (1 - 0.5 * 0.1))
    assert b.s.capability[RED, SANCTUARY] == 0.8  # not yet


def test_strength_takes_effect_and_the_smallest_end(bench):
    b = bench
    b.p.survival_minimum = 30.0
    b.s.faction[BLACK].present = 1
    b.set_level(BLUE, BLACK, 1)
    b.set_level(RED, BLACK, -1)
    b.scratch.intent.fighters = 4000.0, 30.0, 29.5, 1200.0, 7.0, 7.0
    b.scratch.capability[:] = 0.25
    old = b.s.capability[list(SLOTS)].tolist()
    resources.settle_resources(b.s, b.w, b.p, b.t, b.scratch, b.journal)
    assert list(b.s.faction.fighters) == [4000, 30, 29.5, 1200, 0, 0]
    assert list(b.s.faction.present) == [1, 1, 0, 1, 0, 0]
    assert (b.s.capability[:4] == 0.25).all()
    assert b.s.capability[list(SLOTS)].tolist() == old
    assert [b.level(BLUE, j) for j in (RED, PINK, BLACK)] == [0, 0, 0]
    assert (b.level(RED, PINK), b.level(RED, BLACK)) == (4, -1)
    assert rows(b) == [(29.5, 20, Event.DISSOLUTION, BLUE, -1, 1, 0, -1, -1)]


# territory


def denying(b, *denial, flagged=True):
    b.w.denial[b.t] = denial
    b.w.busy[b.t] = PLACE_DENIED if flagged else 0


def test_denied_presence_by_hand(bench):
    b = bench
    denying(b, 0.5, 0.25)
    assert territory.denied(b.s, b.w, b.t, RED) == pytest.approx(0.6 * 0.5 + 0.4 * 0.25)
    denying(b, 2.0, 2.0)
    assert territory.denied(b.s, b.w, b.t, RED) == 1.0
    denying(b, 0.5, 0.25, flagged=False)  # the flag of the month is what says whether to look
    assert territory.denied(b.s, b.w, b.t, RED) == 0.0
    denying(b, 0.5, 0.25)
    b.w.busy[b.t] |= PLEDGE_DUE
    assert territory.denied(b.s, b.w, b.t, RED) == pytest.approx(0.4)


def displaced(bench, presence, denial, factor=1.001, burden=None):
    """Where red is after a month in which it moves if the hazard is above the draw's."""
    b = bench.again()
    b.s.presence[RED] = presence
    denying(b, *denial)
    h = hazard_at(draws.uniforms(KEY, draws.MOVE, b.t, int(b.s.faction[RED].key), 0, 0)[0])
    share = sum(x * y for x, y in zip(presence, denial, strict=True)) if burden is None else burden
    b.p.displacement_rate = factor * h / share
    went = territory.displace(b.s, b.w, b.p, b.t, KEY, RED, b.journal)
    assert went == (len(rows(b)) == 1)
    return b.s.presence[RED].tolist(), rows(b)


def test_displacement_by_hand(bench):
    where, record = displaced(bench, (0.6, 0.4), (0.2, 0.5))
    assert where == pytest.approx((0.8, 0.2))  # a half of what was in the south
    assert record == [(pytest.approx(0.2), 20, Event.DISPLACEMENT, RED, -1, 1, 0, -1, -1)]
    where, record = displaced(bench, (0.6, 0.4), (0.4, 0.5))
    assert where == pytest.approx((0.3, 0.7))  # 0.24 of it in the north is denied, 0.2 in the south
    assert record == [(pytest.approx(0.3), 20, Event.DISPLACEMENT, RED, -1, 0, 1, -1, -1)]
    assert displaced(bench, (0.6, 0.4), (0.5, 0.74))[1][0][5:7] == (0, 1)  # 0.3 and 0.296
    assert displaced(bench, (0.6, 0.4), (0.2, 0.5), factor=0.999) == ([0.6, 0.4], [])
    assert displaced(bench, (0.6, 0.4), (0.0, 0.0), burden=1e-9) == ([0.6, 0.4], [])
    assert displaced(bench, (0.6, 0.4), (1.0, 1.0)) == ([0.6, 0.4], [])  # nowhere to go
    assert displaced(bench, (0.5, 0.5), (0.5, 0.5))[1][0][5:7] == (0, 1)  # of equals the first is left


def places(b, n):
    """The small world with n places."""
    b.s = b.s._replace(presence=b.s.presence[:, [0] * n] * 0.0)
    b.w = b.w._replace(denial=b.w.denial[:, [0] * n] * 0.0, governance=b.w.governance[:, [0] * n] * 0.0)
    return b


def test_the_best_of_the_other_places(bench):
    b = places(bench, 4)
    for presence, denial, best in (
        ((0.4, 0.3, 0.2, 0.1), (0.9, 0.0, 0.0, 0.0), 1),  # where most of it is
        ((0.4, 0.3, 0.2, 0.1), (0.9, 0.5, 0.2, 0.0), 3),  # 0.65, 0.96, 1.1
        ((0.4, 0.3, 0.2, 0.1), (0.9, 0.5, 0.0, 0.0), 2),  # 1.2 and 1.1
        ((0.4, 0.2, 0.2, 0.2), (0.9, 0.1, 0.1, 0.1), 1),  # the first of equals
        ((0.6, 0.4, 0.0, 0.0), (0.9, 0.2, 0.0, 0.5), 1),  # 1.12 and 1
        ((0.7, 0.3, 0.0, 0.0), (0.9, 0.4, 0.2, 0.3), 2),  # a place where it never was
    ):
        where, record = displaced(b, presence, denial)
        assert record[0][5:7] == (0, best)
        assert where[best] == pytest.approx(presence[best] + presence[0] / 2)


def test_co_presence_by_hand(bench):
    b = bench
    b.w.governance[:], b.w.denial[:] = 0.5, 0.5  # who lives side by side does so wherever the ground is governed or denied
    d = b.dyad(RED, BLUE)
    territory.find_overlap(b.s, b.w, d)
    assert b.s.tie[d].overlap == pytest.approx(0.5 + 0.4)
    b.s.presence[BLUE] = 0.25, 0.75
    territory.find_overlap(b.s, b.w, d)
    assert b.s.tie[d].overlap == pytest.approx(0.25 + 0.4)
    b.s.presence[[RED, BLUE]] = 1.0
    territory.find_overlap(b.s, b.w, d)
    assert b.s.tie[d].overlap == 1.0


def test_co_presence_is_found_at_the_start_and_where_anybody_moved(bench):
    b = bench
    h = {i: hazard_at(draws.uniforms(KEY, draws.MOVE, b.t, int(b.s.faction[i].key), 0, 0)[0]) for i in (RED, BLUE)}

    def overlap(busy, rate, absent=(), t=b.t):
        c = b.again()
        c.t = t
        c.w.governance[t] = 0.3  # of no matter, although it changes in this month
        denying(c, 0.0, 0.5)
        c.w.busy[c.t] = busy
        c.p.displacement_rate = rate
        c.s.tie.overlap = 0.2
        c.s.faction.present[list(absent)] = 0
        territory.territory(c.s, c.w, c.p, c.t, KEY, c.journal)
        return c.tie(RED, BLUE).overlap, c.tie(PINK, BLACK).overlap, [row[3] for row in rows(c)]

    assert overlap(0, 1e9) == (0.2, 0.2, [])
    assert overlap(0, 1e9, t=0) == (pytest.approx(0.9), 1.0, [])
    assert overlap(0, 1e9, t=1) == (0.2, 0.2, [])
    assert overlap(PLACE_DENIED, 0.0) == (0.2, 0.2, [])
    assert overlap(PLACE_DENIED, 1e9) == (pytest.approx(0.95), 1.0, [BLUE, RED])  # in the order of keys; pink is north
    assert overlap(PLACE_DENIED, 1e9, absent=(RED, BLUE)) == (0.2, 0.2, [])
    assert overlap(PLACE_DENIED, 1e9, absent=(BLUE,)) == (pytest.approx(0.7), 1.0, [RED])
    first = min((RED, BLUE), key=lambda i: h[i] / b.s.presence[i, 1])
    between = sum(h[i] / (0.5 * b.s.presence[i, 1]) for i in (RED, BLUE)) / 2
    assert overlap(PLACE_DENIED, between)[2] == [first]
