"""Politics of an organisation: exact numbers, and draws at the address that the rule names."""

import math

import numpy as np
import pytest

from sim.rules import draws
from sim.rules.processes import politics
from sim.world.names import Event, LeaderNews, Pledge, Stance, Talks

RED, PINK, BLUE, BLACK = range(4)
SLOT = 5  # for a faction born in a run
REDS, BLUES, BLACKS = range(3)
KEY = draws.master_key(1, 0)


def rows(b):
    return [row.tolist() for row in b.journal.rows[: b.journal.used[0]]]


def number(b, o, q):
    return int(b.w.relation_of[o, q])


def hazard_at(u):
    """Monthly hazard at which an event happens for uniforms below u."""
    return -math.log(1 - u)


def either_side(threshold):
    return 0.999 * threshold, 1.001 * threshold


# hard-liners and the strongest


def test_hardliners_by_hand(bench):
    b = bench
    b.w.monthly.influence[b.t] = 0.6, 0.2, 0.5, 0.5, 0.5, 0.5
    b.set_level(PINK, BLUE, 2)
    r = number(b, REDS, BLUES)
    expected = (0.6 * 0.4 * 0.75 + 0.2 * 0.9 * 0.5) / 0.8
    assert politics.hardliners(b.s, b.w, b.t, r, b.surveyed()) == pytest.approx(expected)
    b.s.faction[SLOT].present, b.s.faction[SLOT].organisation, b.s.faction[SLOT].disposition = 1, REDS, 0.5
    b.set_level(SLOT, BLUE, 4)
    expected = (0.6 * 0.4 * 0.75 + 0.2 * 0.9 * 0.5 + 0.5 * 0.5) / 1.3  # a splinter counts where it belongs
    assert politics.hardliners(b.s, b.w, b.t, r, b.scratch) == pytest.approx(expected)
    b.w.monthly.influence[b.t] = 0.0
    assert politics.hardliners(b.s, b.w, b.t, r, b.scratch) == 0.0


def test_without_a_tie_there_are_no_hardliners(bench):
    b = bench
    b.surveyed()
    assert politics.hardliners(b.s, b.w, b.t, number(b, REDS, BLACKS), b.scratch) == 0.0
    b.scratch.deepest[number(b, REDS, BLUES)] = 0  # what the survey found counts
    assert politics.hardliners(b.s, b.w, b.t, number(b, REDS, BLUES), b.scratch) == 0.0


def test_the_strongest_has_most_influence_times_authority(bench):
    b = bench

    def strongest(other_than=-1):
        return politics.strongest_member(b.s, b.w, b.t, REDS, other_than)

    assert (strongest(), strongest(RED), strongest(PINK)) == (RED, PINK, RED)
    b.w.monthly.influence[b.t] = 0.3, 0.5, 1.0, 1.0, 1.0, 1.0  # 0.24 and 0.3
    assert strongest() == PINK
    b.w.monthly.influence[b.t, :2], b.s.faction.authority[:2] = (0.1, 0.5), (0.95, 0.4)  # 0.095 and 0.2, though more in sum
    assert strongest() == PINK
    b.w.monthly.influence[b.t, :2] = 0.3, 0.5
    b.s.faction.authority[:2] = 0.5, 0.3  # 0.15 each: the first in the order of keys
    assert strongest() == PINK
    assert b.w.member[0] == PINK
    b.s.faction.authority = 0.0
    assert strongest() == PINK
    b.s.faction[PINK].present = 0
    assert strongest() == RED
    assert strongest(RED) == -1


# emirate


def contested(bench, authority=0.6, usurpation=0.0, **organisation):
    b = bench.again()
    b.p.cohesion_contest, b.p.cohesion_usurpation = 0.5, usurpation
    b.s.faction[RED].generation, b.s.faction[RED].authority = 2, authority
    for name, x in organisation.items():
        b.s.organisation[REDS][name] = x
    politics.emirate(b.s, b.w, b.p, b.t, KEY, REDS, b.journal)
    return b


def test_a_new_leader_of_the_emirs_faction_is_contested(bench):
    b = contested(bench)
    reds = b.s.organisation[REDS]
    assert (reds.cohesion, reds.shock) == pytest.approx((0.7 - 0.5 * 0.4, 0.4))
    assert (reds.emir, reds.seen, reds.defunct) == (RED, 2, 0)
    assert rows(b) == []
    assert contested(bench, shock=0.9).s.organisation[REDS].shock == 0.9
    assert contested(bench, cohesion=0.1).s.organisation[REDS].cohesion == 0.0
    bench.s.faction[RED].bulletin = LeaderNews.DEATH
    assert contested(bench).s.organisation[REDS].shock == pytest.approx(0.4)
    bench.s.faction[RED].bulletin = LeaderNews.DISCLOSURE
    b = contested(bench)
    assert b.s.organisation[REDS].shock == 1.0
    assert b.s.organisation[REDS].cohesion == pytest.approx(0.5)


def test_the_leader_already_seen_is_not_contested(bench):
    b = contested(bench, seen=2, usurpation=1e9)
    reds = b.s.organisation[REDS]
    assert (reds.cohesion, reds.shock, reds.emir, reds.seen) == (0.7, 0.0, RED, 2)
    assert rows(b) == []


def test_whoever_takes_over_is_a_new_emir_for_a_month(bench):
    kept, taken, gone = contested(bench, usurpation=0.0), contested(bench, usurpation=1e9, authority=0.3), bench.again()
    assert (kept.s.organisation[REDS].emir, kept.s.organisation[REDS].accession) == (RED, 1)
    assert (taken.s.organisation[REDS].emir, taken.s.organisation[REDS].accession) == (PINK, 1)
    gone.s.faction[RED].present = 0
    politics.emirate(gone.s, gone.w, gone.p, gone.t, KEY, REDS, gone.journal)
    assert (gone.s.organisation[REDS].emir, gone.s.organisation[REDS].accession) == (PINK, 1)
    for b in (kept, taken, gone):
        politics.emirate(b.s, b.w, b.p, b.t + 1, KEY, REDS, b.journal)
        assert b.s.organisation[REDS].accession == 0


def test_a_contest_can_be_won_by_the_strongest_other(bench):
    b = bench
    b.s.faction[PINK].generation = 7
    u = draws.uniforms(KEY, draws.TALKS, b.t, int(b.w.organisation_key[REDS]), 0, 1)[0]
    held, lost = either_side(u / 0.4)
    assert contested(b, usurpation=held).s.organisation[REDS].emir == RED
    after = contested(b, usurpation=lost)
    assert (after.s.organisation[REDS].emir, after.s.organisation[REDS].seen) == (PINK, 7)
    assert rows(after) == [(0.6, 20, Event.EMIRATE, REDS, PINK, RED, PINK, -1, -1)]
    assert contested(b, authority=1.0, usurpation=1e9).s.organisation[REDS].emir == RED  # nothing to contest
    b.s.faction[PINK].present = 0
    assert contested(b, usurpation=1e9).s.organisation[REDS].emir == RED  # nobody to contest it


@pytest.mark.parametrize(("column", "value"), [("present", 0), ("organisation", BLACKS)])
def test_an_emirs_faction_that_has_gone_is_replaced(bench, column, value):
    b = bench
    b.s.faction[RED][column] = value
    b.s.faction[PINK].generation = 4
    b = contested(b, usurpation=1e9)
    reds = b.s.organisation[REDS]
    assert (reds.emir, reds.seen, reds.cohesion, reds.shock) == (PINK, 4, 0.7, 0.0)  # no contest
    assert rows(b) == [(0.6, 20, Event.EMIRATE, REDS, PINK, RED, PINK, -1, -1)]
    b.s.faction[PINK].present = 0
    politics.emirate(b.s, b.w, b.p, b.t, KEY, REDS, b.journal)
    assert (b.s.organisation[REDS].defunct, b.s.organisation[REDS].emir) == (1, PINK)
    assert len(rows(b)) == 1


# cohesion


def held_together(bench, stance=Stance.EMBRACE, dialogue=0.0, recovery=0.1, halt=0.0, **organisation):
    b = bench.again()
    b.p.cohesion_recovery, b.p.choice_memory = recovery, 0.75
    b.relation(REDS, BLUES).stance, b.w.dialogue[b.t, REDS], b.policy(REDS, BLUES).halt = stance, dialogue, halt
    b.s.organisation[REDS].shock = 0.4
    for name, x in organisation.items():
        b.s.organisation[REDS][name] = x
    politics.cohesion(b.s, b.w, b.p, b.t, REDS, b.surveyed())
    return b.s.organisation[REDS]


HARD = 0.5 * (0.4 + 0.9) * 0.75  # toward blues: both tied at sanctuary level, of one influence


def test_cohesion_by_hand(bench):
    quiet = 0.7 + 0.1 * (0.9 - 0.7)
    assert held_together(bench).cohesion == pytest.approx(quiet)
    assert held_together(bench).shock == pytest.approx(0.4 * 0.75)
    assert held_together(bench, Stance.AMBIGUOUS).cohesion == pytest.approx(quiet)
    assert held_together(bench, Stance.DISTANCE).cohesion == pytest.approx(quiet - 0.1 * 2 / 3 * HARD)
    assert held_together(bench, Stance.RENOUNCE).cohesion == pytest.approx(quiet - 0.1 * HARD)
    assert held_together(bench, emir=PINK).cohesion == pytest.approx(0.7 + 0.1 * (0.8 - 0.7))
    assert held_together(bench, Stance.RENOUNCE, recovery=9.0).cohesion == 0.0
    assert held_together(bench, recovery=9.0).cohesion == 1.0


def test_dialogue_gains_and_soothes(bench):
    gain = 0.1 * (0.9 - 0.7 + 0.25 * 0.3)
    assert held_together(bench, dialogue=0.25).cohesion == pytest.approx(0.7 + gain)
    assert held_together(bench, Stance.RENOUNCE, 0.25).cohesion == pytest.approx(0.7 + gain - 0.1 * HARD * 0.75)


def test_orders_to_halt_wear_a_movement_as_words_do(bench):
    quiet = 0.7 + 0.1 * (0.9 - 0.7)
    for stance, halt, line in (
        (Stance.EMBRACE, 1.0, 0.5), (Stance.AMBIGUOUS, 0.2, 0.1), (Stance.DISTANCE, 0.4, 2 / 3 + 0.2),
        (Stance.RENOUNCE, 1.0, 1.0), (Stance.EMBRACE, 0.6, 0.3), (Stance.AMBIGUOUS, 0.0, 0.0),
    ):  # fmt: skip
        assert held_together(bench, stance, halt=halt).cohesion == pytest.approx(quiet - 0.1 * line * HARD)


def test_the_line_resented_most_strains(bench):
    b = bench
    b.set_level(PINK, BLACK, 4)
    b.s.faction[BLACK].present = b.s.organisation[BLACKS].present = 1
    b.relation(REDS, BLACKS).stance = Stance.DISTANCE
    toward_blacks = 2 / 3 * 0.5 * 0.9
    quiet = 0.7 + 0.1 * (0.9 - 0.7)
    assert held_together(b).cohesion == pytest.approx(quiet - 0.1 * toward_blacks)
    assert held_together(b, Stance.RENOUNCE).cohesion == pytest.approx(quiet - 0.1 * HARD)  # the larger
    assert held_together(b, Stance.DISTANCE).cohesion == pytest.approx(quiet - 0.1 * max(2 / 3 * HARD, toward_blacks))
    c = b.again()
    c.set_level(RED, BLUE, 0)
    c.set_level(PINK, BLUE, 0)
    assert held_together(c).cohesion == pytest.approx(quiet - 0.1 * toward_blacks)  # the first is untied, the next counts
    c.set_level(RED, BLUE, 1)
    c.relation(REDS, BLACKS).stance = Stance.EMBRACE
    assert held_together(c, Stance.RENOUNCE).cohesion == pytest.approx(quiet - 0.1 * 0.5 * 0.4 * 0.25)  # for a mere contact
    b.s.organisation[BLACKS].present = 0
    assert held_together(b).cohesion == pytest.approx(quiet)
    b.s.relation.stance = int(Stance.RENOUNCE)
    b.relation(REDS, BLUES).stance = b.relation(REDS, BLACKS).stance = Stance.EMBRACE
    assert held_together(b).cohesion == pytest.approx(quiet)  # lines of others


# stance


def priced(b):
    """Known prices of everything that moves a stance."""
    p = b.p
    p.stance_offer_pull, p.stance_isolation_pull = 2.0, 0.6
    p.stance_brand_pull, p.stance_hardliner_pull, p.stance_sharpness = 0.7, 0.4, 1.5
    policy = b.policy(REDS, BLUES)
    policy.offer, policy.credibility, policy.isolation, policy.demand = 0.7, 0.6, 0.5, 0.3
    return b


def test_what_draws_to_distance_by_hand(bench):
    b = priced(bench)
    r = number(b, REDS, BLUES)
    asked = 0.6 * 0.5 * 0.7 + 0.3 * 0.7
    offered = 2.0 * 0.7 * 0.6 * 0.6
    for talks, expected in (
        (Talks.NONE, asked), (Talks.OPEN, asked + offered), (Talks.AGREED, asked + offered),
        (Talks.FROZEN, asked), (Talks.SNAPPED_BACK, asked),
    ):  # fmt: skip
        b.s.organisation[REDS].talks = talks
        assert politics.distance_pull(b.s, b.w, b.p, b.t, r) == pytest.approx(expected)
    b.s.organisation[REDS].talks, b.s.organisation[REDS].emir = Talks.OPEN, PINK
    expected = 2.0 * 0.7 * 0.6 * 0.1 + (0.6 * 0.5 + 0.3) * 0.5  # pink's disposition and wish for recognition
    assert politics.distance_pull(b.s, b.w, b.p, b.t, r) == pytest.approx(expected)


def test_what_holds_to_the_other_by_hand(bench):
    b = priced(bench)
    r = number(b, REDS, BLUES)
    b.surveyed()
    for answer, public in ((Pledge.ACCEPTED, 1.0), (Pledge.ACKNOWLEDGED, 0.5), (Pledge.NONE, 0.0)):
        b.relation(REDS, BLUES).answer = answer
        for cohesion in (0.0, 0.7, 1.0):  # a brittle movement's emir fears them up to twice as much
            b.s.organisation[REDS].cohesion = cohesion
            expected = 0.7 * 0.8 * (0.5 + 0.5 * public) + 0.4 * (2 - cohesion) * HARD
            assert politics.embrace_pull(b.s, b.w, b.p, b.t, r, b.scratch) == pytest.approx(expected)


def test_value_of_a_stance_by_hand():
    assert politics.stance_value(3.0, 2.0, 0) == 0.0
    assert politics.stance_value(3.0, 2.0, 1) == pytest.approx(3 * math.sqrt(1 / 3) - 2 / 9)
    assert politics.stance_value(3.0, 2.0, 2) == pytest.approx(3 * math.sqrt(2 / 3) - 2 * 4 / 9)
    assert politics.stance_value(3.0, 2.0, 3) == pytest.approx(1.0)


GAIN = 0.6 * 0.5 * 0.7 + 0.3 * 0.7  # talks are not open
HOLD = 0.7 * 0.8 + 0.4 * 1.3 * HARD


def value(stance):
    return GAIN * math.sqrt(stance / 3) - HOLD * (stance / 3) ** 2


def spoken(bench, before, v, u=0.0, rate=1.0, o=REDS, q=BLUES):
    b = bench.again()
    b.p.stance_rate = rate
    b.relation(o, q).stance = before
    politics.take_stance(b.s, b.w, b.p, b.t, number(b, o, q), u, v, b.surveyed(), b.journal)
    return b


@pytest.mark.parametrize("before", Stance)
def test_a_stance_is_a_logit_among_the_neighbours(bench, before):
    priced(bench)
    weights = {x: math.exp(1.5 * (value(x) - value(before))) for x in (before - 1, before, before + 1) if 0 <= x <= 3}
    edge = 0.0
    for after, weight in weights.items():
        for v in (edge + 1e-9, edge + weight / sum(weights.values()) - 1e-9):
            b = spoken(bench, before, v)
            line = b.relation(REDS, BLUES)
            assert line.stance == after
            assert line.since == (20 if after != before else -1)
            if after == before:
                assert rows(b) == []
            else:
                assert rows(b) == [(pytest.approx(GAIN - HOLD), 20, Event.STANCE, REDS, BLUES, before, after, -1, -1)]
        edge += weight / sum(weights.values())


def test_a_line_is_reconsidered_by_chance_and_always_by_a_new_emir(bench):
    priced(bench)
    low, high = either_side(hazard_at(0.3))
    assert spoken(bench, Stance.AMBIGUOUS, 0.999, u=0.3, rate=low).relation(REDS, BLUES).stance == Stance.AMBIGUOUS
    assert spoken(bench, Stance.AMBIGUOUS, 0.999, u=0.3, rate=high).relation(REDS, BLUES).stance == Stance.DISTANCE
    bench.s.organisation[REDS].accession = 1
    assert spoken(bench, Stance.AMBIGUOUS, 0.999, u=0.3, rate=0.0).relation(REDS, BLUES).stance == Stance.DISTANCE


def test_nothing_is_said_about_strangers_over_whom_nobody_asks(bench):
    b = priced(bench)
    assert spoken(b, Stance.AMBIGUOUS, 0.999, o=BLACKS).relation(BLACKS, BLUES).stance == Stance.AMBIGUOUS
    b.relation(REDS, BLUES).stance = Stance.AMBIGUOUS
    b.s.level[:] = 0  # strangers, but over these somebody asks
    assert spoken(b, Stance.AMBIGUOUS, 0.999).relation(REDS, BLUES).stance == Stance.DISTANCE
    b.set_level(RED, BLUE, -1)  # in touch, and nobody asks
    assert spoken(b, Stance.AMBIGUOUS, 0.999, o=BLUES, q=REDS).relation(BLUES, REDS).stance == Stance.DISTANCE


# pledges


def answered(bench, u, pledge=Pledge.OFFERED, pledged=15, last=-1):
    """The answer of reds to blues."""
    b = bench.again()
    b.relation(REDS, BLUES).stance = Stance.AMBIGUOUS
    b.relation(REDS, BLUES).reply, b.relation(REDS, BLUES).answered = Pledge.NONE, last
    b.relation(BLUES, REDS).pledge, b.relation(BLUES, REDS).pledged = pledge, pledged
    politics.answer_pledge(b.s, b.w, b.p, b.t, number(b, REDS, BLUES), u, b.journal)
    return b


def test_an_answer_by_hand(bench):
    bench.s.faction[RED].authority = 0.6
    bold, shy = 0.8 + 2 * 0.6 - 1.0, 0.5 + 1 / 3 + 0.7
    accept = 1 / (1 + math.exp(shy - bold))
    half = accept + 0.5 * (1 - accept)
    assert accept < 0.5
    for u, answer in (
        (0.999 * accept, Pledge.ACCEPTED), (1.001 * accept, Pledge.ACKNOWLEDGED),
        (0.999 * half, Pledge.ACKNOWLEDGED), (1.001 * half, Pledge.UNANSWERED),
    ):  # fmt: skip
        b = answered(bench, u)
        assert (b.relation(REDS, BLUES).reply, b.relation(REDS, BLUES).answered) == (answer, 20)
        assert b.relation(REDS, BLUES).answer == Pledge.ACCEPTED  # what is public is not yet touched
        assert rows(b) == [(pytest.approx(accept), 20, Event.ANSWER, REDS, BLUES, Pledge.OFFERED, answer, -1, -1)]


def test_a_pledge_is_answered_once_and_not_in_its_own_month(bench):
    assert rows(answered(bench, 0.5, pledged=20)) == []
    assert rows(answered(bench, 0.5, pledged=15, last=15)) == []
    assert rows(answered(bench, 0.5, pledged=15, last=17)) == []
    assert len(rows(answered(bench, 0.5, pledged=15, last=14))) == 1
    for pledge in (Pledge.NONE, Pledge.RENOUNCED):
        assert rows(answered(bench, 0.5, pledge=pledge)) == []


def renewed(bench, u=0.3, renewal=1e9, pledge=Pledge.OFFERED, pledged=5, answer=Pledge.NONE, last=19):
    """Whether blues offer reds again."""
    b = bench.again()
    b.p.stance_rate = renewal
    b.relation(BLUES, REDS).pledge, b.relation(BLUES, REDS).pledged = pledge, pledged
    b.relation(REDS, BLUES).answer, b.relation(REDS, BLUES).answered = answer, last
    politics.renew_pledge(b.s, b.w, b.p, b.t, number(b, BLUES, REDS), u, b.journal)
    if rows(b):
        assert b.relation(BLUES, REDS).pledged == 20
        assert rows(b) == [(0.0, 20, Event.PLEDGE, BLUES, REDS, Pledge.NONE, Pledge.OFFERED, -1, -1)]
        return True
    assert b.relation(BLUES, REDS).pledged == pledged
    return False


def test_an_offer_is_renewed_once_its_answer_has_lapsed(bench):
    assert [renewed(bench, renewal=h) for h in either_side(hazard_at(0.3))] == [False, True]
    assert renewed(bench, last=5)
    assert not renewed(bench, last=4)  # the last offer has had no answer yet
    assert not renewed(bench, last=20)
    assert not renewed(bench, answer=Pledge.UNANSWERED)
    assert not renewed(bench, pledge=Pledge.NONE)
    assert not renewed(bench, pledge=Pledge.RENOUNCED)


# talks


def test_talks_move_by_hand(bench):
    b = bench
    b.s.organisation[REDS].talks, b.s.organisation[REDS].talks_age = Talks.OPEN, 9
    politics.set_talks(b.s, b.t, REDS, BLACKS, Talks.FROZEN, 0.6, b.journal)
    reds = b.s.organisation[REDS]
    assert (reds.talks, reds.talks_age, reds.counterpart) == (Talks.FROZEN, 0, BLACKS)
    assert rows(b) == [(0.6, 20, Event.TALKS, REDS, BLACKS, Talks.OPEN, Talks.FROZEN, -1, -1)]


def offers(b, o, **sizes):
    """Offers to o, each in a column of its own behind those that are there."""
    first = b.w.policy.shape[1]
    extra = np.zeros((len(b.w.policy), len(sizes)), b.w.policy.dtype).view(np.recarray)
    b.w = b.w._replace(policy=np.concatenate([b.w.policy, extra], axis=1).view(np.recarray))
    for n, (q, size) in enumerate(sizes.items(), first):
        r = number(b, o, ("reds", "blues", "blacks").index(q))
        b.w.relation[r].policy = n
        b.w.policy[b.t, n].offer = size
        b.scratch.matters[r] = 1


def test_the_largest_offer_counts(bench):
    b = bench
    b.surveyed()
    assert politics.best_offer(b.w, b.t, REDS, b.scratch) == -1
    offers(b, BLUES, reds=0.9)
    assert politics.best_offer(b.w, b.t, REDS, b.scratch) == -1
    offers(b, BLUES, reds=0.0)
    offers(b, REDS, blues=0.3, blacks=0.2)
    assert politics.best_offer(b.w, b.t, REDS, b.scratch) == BLUES
    assert politics.best_offer(b.w, b.t, BLUES, b.scratch) == -1
    offers(b, REDS, blues=0.3, blacks=0.4)
    assert politics.best_offer(b.w, b.t, REDS, b.scratch) == BLACKS
    offers(b, REDS, blues=0.4, blacks=0.4)
    assert politics.best_offer(b.w, b.t, REDS, b.scratch) == BLUES  # the first of equals
    offers(b, BLUES, reds=0.1)
    assert politics.best_offer(b.w, b.t, BLUES, b.scratch) == REDS
    b.scratch.matters[:] = 0
    assert politics.best_offer(b.w, b.t, REDS, b.scratch) == -1


def talked(bench, talks, age=3, offer=0.5, opening=0.0, agreement=0.0, stance=Stance.DISTANCE):
    b = bench.again()
    b.p.talks_opening, b.p.talks_agreement, b.p.talks_snapback = opening, agreement, 12.0
    b.policy(REDS, BLUES).offer = offer
    b.relation(REDS, BLUES).stance = stance
    reds = b.s.organisation[REDS]
    reds.talks, reds.talks_age, reds.counterpart = talks, age, BLACKS
    politics.negotiate(b.s, b.w, b.p, b.t, KEY, REDS, b.surveyed(), b.journal)
    if not rows(b):
        assert (reds.talks, reds.talks_age, reds.counterpart) == (talks, age + 1, BLACKS)
        return None
    value, month, kind, o, q, before, after, lead, second = rows(b)[0]
    assert (month, kind, o, before, lead, second) == (20, Event.TALKS, REDS, talks, -1, -1)
    assert (reds.talks, reds.talks_age, reds.counterpart) == (after, 0, q)
    assert len(rows(b)) == 1
    return after, q, value


def test_talks_open_and_agree_by_hazard(bench):
    u, v, _, _ = draws.uniforms(KEY, draws.TALKS, bench.t, int(bench.w.organisation_key[REDS]), 0, 0)
    low, high = either_side(hazard_at(u) / 0.6)
    assert talked(bench, Talks.NONE, opening=low, agreement=1e9) is None
    assert talked(bench, Talks.NONE, opening=high) == (Talks.OPEN, BLUES, 0.6)
    low, high = either_side(hazard_at(v) / 0.6)
    assert talked(bench, Talks.OPEN, agreement=low, opening=1e9) is None
    assert talked(bench, Talks.OPEN, agreement=high) == (Talks.AGREED, BLUES, 0.6)
    assert talked(bench, Talks.OPEN, agreement=1e9, stance=Stance.RENOUNCE) == (Talks.AGREED, BLUES, 0.6)
    assert talked(bench, Talks.OPEN, agreement=1e9, stance=Stance.AMBIGUOUS) is None
    assert talked(bench, Talks.AGREED, age=99, opening=1e9, agreement=1e9) is None


@pytest.mark.parametrize("talks", [Talks.FROZEN, Talks.SNAPPED_BACK])
def test_talks_that_failed_are_taken_up_again_after_a_while(bench, talks):
    assert talked(bench, talks, age=10, opening=1e9, agreement=1e9) is None
    assert talked(bench, talks, age=11) == (Talks.NONE, BLUES, 0.0)
    assert talked(bench, talks, age=30) == (Talks.NONE, BLUES, 0.0)


def test_without_an_offer_there_are_no_talks(bench):
    assert talked(bench, Talks.NONE, offer=0.0, opening=1e9) is None
    for talks in Talks:
        if talks != Talks.NONE:
            assert talked(bench, talks, offer=0.0, agreement=1e9) == (Talks.NONE, BLACKS, 0.0)  # those it was about


# the month, and what becomes public


def at(uniform):
    """A logit of this chance."""
    return math.log(uniform / (1 - uniform))


def month(b):
    b.surveyed()
    politics.politics(b.s, b.w, b.p, b.t, KEY, REDS, b.scratch, b.journal)
    return b


def test_a_month_draws_each_decision_at_its_own_address(bench):
    b = priced(bench)
    u0, u1, u2, u3 = draws.uniforms(
        KEY, draws.RELATION, b.t, int(b.w.organisation_key[REDS]), int(b.w.organisation_key[BLUES]), 0
    )
    line = b.relation(REDS, BLUES)
    for rate, moves in zip(either_side(hazard_at(u0)), (False, True), strict=True):
        c = b.again()
        c.p.stance_rate = rate
        c.p.stance_sharpness = 0.0  # staying and one step up, half each
        month(c)
        assert (c.relation(REDS, BLUES).stance == Stance.AMBIGUOUS) == (moves and u1 > 0.5)
    assert u1 > 0.5
    b.p.stance_rate = 0.0
    back = b.relation(BLUES, REDS)
    back.pledge, back.pledged, line.answered = Pledge.OFFERED, 10, 9
    shy = 0.5 + 0.7
    for chance, accepts in zip(either_side(u2), (False, True), strict=True):
        c = b.again()
        c.w.faction[RED].brand = at(chance) + shy - (2 * 0.8 - 1.0)  # the chance that the emir accepts
        month(c)
        assert (c.relation(REDS, BLUES).reply == Pledge.ACCEPTED) == accepts
    line.answered = 20
    line.pledge, line.pledged, back.answer, back.answered = Pledge.OFFERED, 10, Pledge.NONE, 12
    for renewal, again in zip(either_side(hazard_at(u3)), (False, True), strict=True):
        c = b.again()
        c.p.stance_rate = renewal
        month(c)
        assert (c.relation(REDS, BLUES).pledged == 20) == again


def test_a_month_looks_at_present_organisations_that_matter(bench):
    b = priced(bench)
    b.p.stance_rate, b.p.stance_sharpness = 1e9, -300.0  # takes the worst of the steps for sure
    b.set_level(RED, BLACK, -2)
    b.s.organisation[REDS].cohesion = 0.3

    def stances(b):
        month(b)
        return [int(b.relation(REDS, q).stance) for q in (BLUES, BLACKS)]

    before = [int(b.relation(REDS, q).stance) for q in (BLUES, BLACKS)]
    assert stances(b.again())[1] == before[1]  # blacks are not there yet
    b.s.organisation[BLACKS].present = 1
    assert stances(b.again())[1] != before[1]
    b.surveyed()
    c = b.again()
    stances(c)
    others = [r for r in range(len(b.s.relation)) if b.w.relation[r].of != REDS]
    assert (c.s.relation[others] == b.s.relation[others]).all()
    c = b.again()
    c.surveyed()
    c.scratch.matters[number(c, REDS, BLUES)] = 0
    politics.politics(c.s, c.w, c.p, c.t, KEY, REDS, c.scratch, c.journal)
    assert c.relation(REDS, BLUES).stance == before[0]
    assert c.relation(REDS, BLACKS).stance != before[1]
    c = b.again()
    c.surveyed()
    c.scratch.matters[:] = 0
    politics.politics(c.s, c.w, c.p, c.t, KEY, REDS, c.scratch, c.journal)
    assert [int(c.relation(REDS, q).stance) for q in (BLUES, BLACKS)] == before
    assert c.s.organisation[REDS].cohesion != 0.3
    b.s.organisation[REDS].present = 0
    assert stances(b) == before
    assert b.s.organisation[REDS].cohesion == 0.3


def test_an_organisation_without_a_faction_has_no_politics(bench):
    b = bench
    b.s.faction.present[[RED, PINK]] = 0
    b.s.organisation[REDS].shock = 0.5
    month(b)
    assert (b.s.organisation[REDS].defunct, b.s.organisation[REDS].shock, rows(b)) == (1, 0.5, [])
    politics.settle_politics(b.s, b.w)
    assert list(b.s.organisation.present) == [0, 1, 0, 0, 0]


def test_answers_become_public_and_lapse_with_either_leader(bench):
    b = bench

    def published(reply, answer, o=BLUES, q=REDS):
        c = b.again()
        c.relation(o, q).reply, c.relation(o, q).answer = reply, answer
        politics.settle_politics(c.s, c.w)
        return c.relation(o, q).reply, c.relation(o, q).answer

    none, seen, taken = Pledge.NONE, Pledge.ACKNOWLEDGED, Pledge.ACCEPTED
    assert published(seen, none) == (seen, seen)
    assert published(taken, seen) == (taken, taken)
    assert published(none, seen) == (none, none)
    assert published(seen, none, BLUES, BLACKS) == (seen, none)  # who is not there hears nothing
    assert published(seen, none, BLACKS, BLUES) == (seen, none)
    for o in (REDS, BLUES):
        b.s.organisation.accession = 0
        b.s.organisation[o].accession = 1
        assert published(taken, seen) == (none, none)
    b.s.organisation.accession = 0
    b.s.organisation[4].present = 1
    assert published(seen, none, 4, 1) == (seen, seen)  # to the last organisation of all
    last = b.s.relation[-1]
    last.reply = taken
    politics.settle_politics(b.s, b.w)
    assert (last.reply, last.answer) == (taken, none)  # no relation, so nobody's
