"""Attacks, claims and blame, and how states react: exact numbers, and draws at the address that the rule names."""

import math

import pytest

from sim.rules import draws
from sim.rules.processes import attacks, reaction
from sim.world.names import Actor, Event, Talks

RED, PINK, BLUE, BLACK = range(4)
SLOT = 5  # for a faction born in a run
REDS, BLUES, BLACKS = range(3)
STATE, PATRON = range(2)
KEY = draws.master_key(1, 0)


def rows(b):
    return [row.tolist() for row in b.journal.rows[: b.journal.used[0]]]


def hazard_at(u):
    """Monthly hazard at which an event happens for uniforms below u."""
    return -math.log(1 - u)


def either_side(threshold):
    return 0.999 * threshold, 1.001 * threshold


# attacks


def expected(bench, i=PINK, fighters=2500, talks=Talks.NONE, rate=0.8):
    b = bench.again()
    b.p.attacks_rate, b.p.attacks_joint_bonus, b.p.attacks_spoiling = rate, 0.3, 0.6
    b.s.faction[i].fighters, b.s.organisation[REDS].talks = fighters, talks
    return attacks.expected_attacks(b.s, b.w, b.p, i)


def test_joint_operations_are_at_the_top_of_the_ladder_alone(bench):
    b = bench
    assert [attacks.joint_partners(b.s, b.w, i) for i in (RED, PINK, BLUE, BLACK)] == [1.0, 1.0, 0.0, 0.0]
    b.set_level(BLUE, RED, 4)
    assert attacks.joint_partners(b.s, b.w, BLUE) == 1.0


def test_expected_attacks_by_hand(bench):
    skilled = 0.8 * math.sqrt(2.5) * (0.5 + 0.7)
    assert expected(bench) == pytest.approx(skilled * 1.3)
    for talks in Talks:
        assert expected(bench, talks=talks) == pytest.approx(skilled * 1.3 * (1 + 0.6 * 0.9 * (talks == Talks.OPEN)))
    assert expected(bench, fighters=0) == 0.0
    assert expected(bench, rate=99.0) == 25.0
    bench.set_level(RED, PINK, 3)
    assert expected(bench) == pytest.approx(skilled)
    assert expected(bench, talks=Talks.OPEN) == pytest.approx(skilled * 1.54)


def test_civilian_share_by_hand(bench):
    b = bench
    b.p.attacks_civilian_slope = 0.5
    assert attacks.civilian_share(b.s, b.p, PINK) == pytest.approx(0.5 * 0.7)
    b.p.attacks_civilian_slope = 9.0
    assert attacks.civilian_share(b.s, b.p, PINK) == 1.0


def test_the_scapegoat_is_the_most_willing_ally_of_another_organisation(bench):
    b = bench
    assert attacks.scapegoat(b.s, b.w, RED) == BLUE  # 0.3 * 0.7
    assert attacks.scapegoat(b.s, b.w, BLUE) == PINK  # 0.4 * 0.3 and 0.7 * 0.5
    b.w.faction[PINK].recognition = 0.9
    assert attacks.scapegoat(b.s, b.w, BLUE) == RED
    b.w.faction[PINK].recognition = 0.5
    b.s.faction[RED].strategy, b.w.faction[RED].recognition = 0.7, 0.5
    assert attacks.scapegoat(b.s, b.w, BLUE) == PINK  # the first of equals
    b.set_level(RED, BLACK, 2)
    assert attacks.scapegoat(b.s, b.w, RED) == BLACK
    b.set_level(RED, BLACK, 1)
    assert attacks.scapegoat(b.s, b.w, RED) == BLUE
    b.w.faction[BLUE].recognition = 1.0
    assert attacks.scapegoat(b.s, b.w, RED) == -1  # nobody would


def attacked(bench, rate, present=1, i=PINK, civilian=0.3, outsourcing=0.5):
    b = bench.again()
    p = b.p
    row = b.s.faction[i]
    p.attacks_rate, p.attacks_joint_bonus, p.attacks_civilian_slope = rate, 0.0, civilian / row.strategy
    p.claims_outsourcing = outsourcing
    row.present = present
    row.attacks = row.civilian = row.outsourced = row.claimant = 9
    attacks.attack(b.s, b.w, p, b.t, KEY, i)
    return int(row.attacks), int(row.civilian), int(row.outsourced), int(row.claimant)


UNIT = math.sqrt(2) * 1.2  # of pink, at a rate of one


def mean_with(bench, count, i=PINK):
    """The mean at which a count of this size is drawn."""
    u = draws.uniforms(KEY, draws.ATTACK, bench.t, int(bench.s.faction[i].key), 0, 0)[0]
    means = [n / 20 for n in range(1, 500)]
    total = [sum(math.exp(-m) * m**k / math.factorial(k) for k in range(count)) for m in means]
    return next(m for m, below in zip(means, total, strict=True) if u > below + 0.02)


def test_attacks_of_a_month_by_hand(bench):
    b = bench
    _, v, x, _ = draws.uniforms(KEY, draws.ATTACK, b.t, int(b.s.faction[PINK].key), 0, 0)
    seen = set()
    for count in (1, 3, 6, 10):
        rate = mean_with(b, count) / UNIT
        for share in (0.1, 0.3, 0.5, 0.9):
            civilian = math.floor(count * share + v)
            handed = math.floor(civilian * 0.5 * 0.5 + x)
            claimant = BLUE if handed > 0 else -1
            assert attacked(b, rate, civilian=share) == (count, civilian, handed, claimant)
            seen.add((civilian > 0, handed > 0))
    assert seen == {(False, False), (True, False), (True, True)}
    assert attacked(b, 0.0) == (0, 0, 0, -1)
    assert attacked(b, 99.0, present=0) == (0, 0, 0, -1)
    count = attacked(b, 2.0, civilian=1.0)[0]
    assert attacked(b, 2.0, civilian=1.0, outsourcing=99.0) == (count, count, count, BLUE)  # all of them at most
    assert attacked(b, mean_with(b, 1) / UNIT, civilian=1.0, outsourcing=99.0) == (1, 1, 1, BLUE)  # a single one too
    b.set_level(PINK, BLUE, 1)
    assert attacked(b, 2.0, civilian=1.0, outsourcing=99.0) == (count, count, 0, -1)


def test_claims_and_blame_by_hand(bench):
    b = bench
    p = b.p
    p.claims_tracing, p.claims_reputation_rate, p.claims_saturation = 0.3, 0.25, 4.0
    f = b.s.faction
    f.present[BLACK] = 1
    f.attacks, f.civilian = (10, 6, 3, 0, 0, 0), (4, 3, 0, 0, 0, 0)
    f.outsourced, f.claimant = (4, 2, 0, 0, 0, 0), (BLACK, BLACK, -1, -1, -1, -1)
    f.claimed = f.blamed = 99.0
    attacks.settle_attacks(b.s, b.w, p)
    assert list(f.claimed) == [6, 4, 3, 6, 0, 0]
    assert list(f.blamed) == pytest.approx([6 + 0.3 * 4, 4 + 0.3 * 2, 3, 0.7 * 6, 0, 0])
    assert list(f.reputation[:4]) == pytest.approx(
        [0.4 + 0.25 * (0.6 - 0.4), 0.4 + 0.25 * (0.5 - 0.4), 0.4 + 0.25 * (3 / 7 - 0.4), 0.7 + 0.25 * (0.6 - 0.7)]
    )
    p.claims_reputation_rate = 9.0
    attacks.settle_attacks(b.s, b.w, p)
    assert f.reputation[RED] == 1.0


def test_who_is_not_there_gains_no_name(bench):
    b = bench
    b.s.faction[BLACK].attacks = 5
    attacks.settle_attacks(b.s, b.w, b.p)
    assert b.s.faction[BLACK].reputation == 0.7
    assert b.s.faction[BLACK].blamed == 5.0  # though it is blamed


# reactions of states


def test_alarm_by_hand(bench):
    b = bench
    b.p.claims_saturation, b.p.reaction_rate, b.p.reaction_decay = 4.0, 0.5, 0.1
    b.w.enmity[BLUE, STATE], b.s.response[STATE, BLUE], b.s.faction[BLUE].blamed = 0.8, 0.3, 6.0
    expected = 0.3 + 0.5 * 0.8 * 0.6 * 0.7 - 0.03
    assert reaction.alarm(b.s, b.w, b.p, BLUE, STATE) == pytest.approx(expected)
    b.s.faction[BLUE].unmasked = 1
    expected = 0.3 + 0.5 * 0.8 * 1.6 * 0.7 - 0.03
    assert reaction.alarm(b.s, b.w, b.p, BLUE, STATE) == pytest.approx(expected)
    b.p.reaction_rate = 9.0
    assert reaction.alarm(b.s, b.w, b.p, BLUE, STATE) == 1.0


def test_a_patron_resents_friends_of_its_enemies_and_talks_without_it(bench):
    b = bench
    b.p.reaction_rate, b.p.reaction_decay = 0.5, 0.1
    b.s.response[PATRON, RED] = 0.2
    b.w.enmity[:4, PATRON] = 0.9, 0.3, 0.6, 0.8

    def offence():
        return (reaction.displeasure(b.s, b.w, b.p, RED, PATRON) - 0.2 + 0.02) / (0.5 * 0.8)

    assert offence() == pytest.approx(max(0.3 * 1.0, 0.6 * 0.75))
    b.set_level(RED, BLUE, 2)
    assert offence() == pytest.approx(0.3)
    b.w.enmity[BLUE, PATRON] = 0.7
    assert offence() == pytest.approx(0.35)
    b.set_level(RED, BLUE, 1)  # contact is no offence
    b.w.enmity[PINK, PATRON] = 0.1
    assert offence() == pytest.approx(0.1)
    b.w.enmity[PINK, PATRON] = 0.0
    assert offence() == pytest.approx(0.0)
    b.w.enmity[PINK, PATRON] = 0.1
    for talks in Talks:
        b.s.organisation[REDS].talks = talks
        assert offence() == pytest.approx(0.5 if talks == Talks.OPEN else 0.1)
    b.s.organisation[REDS].talks = Talks.OPEN
    b.w.enmity[PINK, PATRON] = 0.8
    assert offence() == pytest.approx(0.8)
    b.s.level[:] = 0
    b.s.organisation[REDS].talks = Talks.NONE
    assert offence() == pytest.approx(0.0)
    b.s.organisation[REDS].talks = Talks.OPEN
    b.p.reaction_rate = 9.0
    assert reaction.displeasure(b.s, b.w, b.p, RED, PATRON) == 1.0


def test_what_spoils_talks_is_the_movements_attacks_of_spoilers(bench):
    b = bench
    b.s.faction.attacks = 3, 5, 7, 9, 9, 9
    assert reaction.spoiled(b.s, b.w, REDS) == pytest.approx(3 * 0.4 + 5 * 0.9)
    assert reaction.spoiled(b.s, b.w, BLUES) == pytest.approx(7 * 0.8)
    b.s.faction[RED].present = 0
    assert reaction.spoiled(b.s, b.w, REDS) == pytest.approx(5 * 0.9)


def watched(b):
    """A deal of reds about blues, verified at a known rate."""
    b.p.talks_detection, b.w.watch[b.t], b.policy(REDS, BLUES).verification = 0.5, 0.8, 0.6
    b.tie(RED, BLUE).visibility, b.tie(PINK, BLUE).visibility = 0.3, 0.6
    return b


CHECKED = 0.5 * 0.6 * 0.8


def seen(visibility):
    return CHECKED + (1 - CHECKED) * visibility


def test_the_most_visible_tie_shows_the_cheating(bench):
    b = watched(bench)

    def cheating():
        return reaction.seen_cheating(b.s, b.w, b.p, b.t, REDS, BLUES)

    assert cheating() == pytest.approx(seen(0.6))
    b.s.faction[SLOT].present, b.s.faction[SLOT].organisation = 1, BLUES
    b.set_level(SLOT, BLUE, 4)
    b.tie(SLOT, BLUE).exposed = 1
    assert cheating() == pytest.approx(seen(0.6))  # what blues have among themselves is no matter
    b.s.faction[PINK].present = 0
    assert cheating() == pytest.approx(seen(0.3))
    b.s.faction[PINK].present = 1
    b.set_level(PINK, BLUE, 1)
    assert cheating() == pytest.approx(seen(0.3))
    b.set_level(RED, BLUE, 2)
    assert cheating() == pytest.approx(seen(0.3))
    b.tie(PINK, BLUE).exposed = 1
    assert cheating() == pytest.approx(seen(0.3))  # came to light, but is no alliance
    b.tie(RED, BLUE).exposed = 1
    assert cheating() == 1.0
    b.set_level(RED, BLUE, 1)
    assert cheating() == 0.0
    b.set_level(PINK, BLUE, 3)
    b.tie(PINK, BLUE).exposed = 0
    assert cheating() == pytest.approx(seen(0.6))
    b.s.faction[PINK].organisation = BLACKS
    assert cheating() == 0.0
    b.s.faction[PINK].organisation = REDS
    b.s.faction[BLUE].present = 0
    assert cheating() == 0.0


SPOILED = 3 * 0.4 + 5 * 0.9


def promised(bench, talks, spoil=0.0, catch=0.0, usual=SPOILED / 3):
    """What becomes of talks in a month in which spoilers attack as much as this, against what is usual."""
    b = watched(bench.again())
    b.p.talks_spoil, b.p.talks_catch = spoil, catch
    b.s.faction.attacks = 3, 5, 0, 0, 0, 0
    reds = b.s.organisation[REDS]
    reds.talks, reds.counterpart, reds.talks_age, reds.customary = talks, BLUES, 9, usual
    reaction.hold_to_promise(b.s, b.w, b.p, b.t, KEY, REDS, b.journal)
    if talks == Talks.OPEN:
        assert reds.customary == usual  # months of talks are not ordinary ones
    if reds.talks == talks:
        assert (rows(b), reds.talks_age) == ([], 9)
        return None
    ((value, month, kind, o, q, before, after, lead, second),) = rows(b)
    assert (month, kind, o, q, before, after, lead, second) == (20, Event.TALKS, REDS, BLUES, talks, reds.talks, -1, -1)
    return Talks(reds.talks), value


def test_talks_are_frozen_and_deals_snapped_back(bench):
    u, v, _, _ = draws.uniforms(KEY, draws.REACTION, bench.t, int(bench.w.organisation_key[REDS]), 0, 0)
    low, high = either_side(hazard_at(u) / 2)  # three times the usual is an excess of two
    assert promised(bench, Talks.OPEN, spoil=low, catch=1e9) is None
    assert promised(bench, Talks.OPEN, spoil=high) == (Talks.FROZEN, pytest.approx(2.0))
    low, high = either_side(v / seen(0.6))
    assert promised(bench, Talks.AGREED, spoil=1e9, catch=low) is None
    assert promised(bench, Talks.AGREED, catch=high) == (Talks.SNAPPED_BACK, pytest.approx(seen(0.6)))
    for talks in (Talks.NONE, Talks.FROZEN, Talks.SNAPPED_BACK):
        assert promised(bench, talks, spoil=1e9, catch=1e9) is None


def test_ordinary_war_does_not_spoil_talks(bench):
    for usual in (SPOILED, 2 * SPOILED, 1e9):
        assert promised(bench, Talks.OPEN, spoil=1e9, usual=usual) is None
    assert promised(bench, Talks.OPEN, spoil=1e9, usual=SPOILED / 1.1) == (Talks.FROZEN, pytest.approx(0.1))
    assert promised(bench, Talks.OPEN, spoil=1e9, usual=0.0) is None  # nothing to compare with


def test_what_is_customary_is_a_mean_that_forgets(bench):
    b = bench
    b.p.talks_catch = 0.0
    reds = b.s.organisation[REDS]

    def after(*attacks):
        for red in attacks:
            b.s.faction.attacks = red, 0, 0, 0, 0, 0  # of which 0.4 count
            reaction.hold_to_promise(b.s, b.w, b.p, b.t, KEY, REDS, b.journal)
        return reds.customary

    assert after(0) == 0.0
    assert after(10) == pytest.approx(4.0)  # the first month in which anything happens
    assert after(20) == pytest.approx(4 + (8 - 4) / 12)  # by a month of a year
    assert after(0) == pytest.approx((1 - 1 / 12) * (4 + 4 / 12))
    for talks in (Talks.AGREED, Talks.FROZEN, Talks.SNAPPED_BACK):
        reds.talks, reds.counterpart, reds.customary = talks, BLUES, 1.0
        assert after(10) == pytest.approx(1 + 3 / 12)
    reds.talks, reds.customary = Talks.OPEN, 1.0
    assert after(0) == 1.0


def reacted(bench, a, kind):
    b = bench.again()
    b.p.reaction_rate, b.p.claims_saturation, b.p.reaction_decay, b.p.talks_spoil = 0.5, 1.0, 0.25, 1e9
    b.w.actor[a] = kind
    b.w.enmity[:] = 1.0
    b.s.faction.blamed = 1.0
    b.s.faction.attacks = 5
    b.s.response[:] = 0.4
    b.s.organisation.talks[[REDS, BLUES, BLACKS]] = Talks.OPEN
    b.s.organisation.customary = 0.1
    reaction.react(b.s, b.w, b.p, b.t, KEY, a, b.journal)
    assert list(b.s.response[1 - a]) == [0.4] * 6
    return pytest.approx(b.s.response[a].tolist()), [row[3] for row in rows(b)]


def test_each_state_looks_at_every_faction_and_the_coalition_at_every_deal(bench):
    alarmed = 0.3 + 0.5 * 0.5 * 0.6
    seen = [alarmed] * 3 + [0.4] * 3  # who is not there is not looked at
    assert reacted(bench, STATE, Actor.COALITION) == (seen, [REDS, BLUES])
    assert reacted(bench, STATE, Actor.HOST) == (seen, [])
    displeased = [0.3 + 0.5 * offence * 0.6 for offence in (1.0, 1.0, 0.75)]
    assert reacted(bench, PATRON, Actor.PATRON) == (displeased + [0.4] * 3, [])
    assert reacted(bench, STATE, Actor.PATRON) == (displeased + [0.4] * 3, [])
