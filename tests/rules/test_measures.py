"""The short formulas that several rules read, and the setters and the journal: exact numbers."""

import math

import pytest

from sim.rules import measures, ties
from sim.rules.processes import attacks, dissent, leadership, reaction, resources
from sim.rules.record import record
from sim.rules.terms.common_rival import common_rival
from sim.world.names import Actor, Leader, Pledge, Stance
from sim.world.tables import journal_for

RED, PINK, BLUE, BLACK = range(4)
SLOT = 5  # a slot for a faction born in a run


def test_unit_holds_a_number_between_zero_and_one():
    assert [measures.unit(x) for x in (-0.1, 0.0, 0.4, 1.0, 1.5)] == [0.0, 0.0, 0.4, 1.0, 1.0]


def test_logistic_is_symmetric_and_safe_far_out():
    assert measures.logistic(0.0) == 0.5
    assert measures.logistic(2.0) == pytest.approx(1 / (1 + math.exp(-2)))
    assert measures.logistic(-2.0) == pytest.approx(1 / (1 + math.exp(2)))
    assert measures.logistic(1000.0) == 1.0
    assert measures.logistic(-1000.0) == pytest.approx(math.exp(-60), rel=1e-9, abs=0.0)


def test_a_hazard_is_a_chance_below_it():
    assert measures.chance(0.5) == pytest.approx(1 - math.exp(-0.5))
    assert measures.chance(-1.0) == 0.0
    assert measures.happens(0.5, 0.393)  # the chance is 0.3935
    assert not measures.happens(0.5, 0.394)
    assert not measures.happens(0.5, 0.6)
    assert not measures.happens(2.0, 0.9)  # 0.8647
    assert measures.happens(2.0, 0.86)


def test_depth_and_hostility_divide_the_ladder():
    assert [measures.depth(level) for level in (-2, -1, 0, 1, 2, 4)] == [0.0, 0.0, 0.0, 0.25, 0.5, 1.0]
    assert [measures.hostility(level) for level in (-2, -1, 0, 1, 4)] == [1.0, 0.5, 0.0, 0.0, 0.0]


def test_affinity_is_one_minus_the_distance(bench):
    s = bench.s
    s.faction[BLUE].doctrine, s.faction[BLUE].scope = 0.4, 0.6  # gaps to red: 0.3 and 0.4
    assert measures.affinity(s, RED, BLUE) == pytest.approx(1 - math.sqrt((0.09 + 0.16) / 2))
    s.faction[BLUE].doctrine, s.faction[BLUE].scope = 1.1, 1.2
    assert measures.affinity(s, RED, BLUE) == pytest.approx(0.0)


def test_the_strongest_shared_enemy_counts(bench):
    b = bench
    b.w.enmity[RED] = 0.5, 1.0
    b.w.enmity[BLUE] = 0.7, 0.4
    b.w.campaign[b.t] = 0.8, 0.9
    assert measures.shared_enemy(b.s, b.w, b.t, RED, BLUE) == pytest.approx(0.5 * 0.8)
    b.w.campaign[b.t] = 0.6, 0.9
    assert measures.shared_enemy(b.s, b.w, b.t, RED, BLUE) == pytest.approx(0.4 * 0.9)
    b.w.enmity[BLUE] = 0.0
    assert measures.shared_enemy(b.s, b.w, b.t, RED, BLUE) == 0.0
    stateless = b.w._replace(campaign=b.w.campaign[:, :0])
    assert measures.shared_enemy(b.s, stateless, b.t, RED, BLUE) == 0.0


def test_only_two_different_claimants_contest(bench):
    s = bench.s
    for reds, blues, rivals in ((-1, -1, 0.0), (0, -1, 0.0), (-1, 0, 0.0), (0, 0, 0.0), (2, 2, 0.0), (0, 1, 1.0), (2, 0, 1.0)):
        s.organisation.allegiance[:2] = reds, blues
        assert measures.contest(s, RED, BLUE) == measures.contest(s, BLUE, RED) == measures.contest(s, PINK, BLUE) == rivals
        assert measures.contest(s, RED, PINK) == 0.0  # of one organisation, so of one side


def test_an_emir_binds_himself_wholly_and_others_by_authority_and_cohesion(bench):
    s = bench.s
    assert [measures.bound(s, i) for i in (RED, BLUE, BLACK)] == [1.0, 1.0, 1.0]
    assert measures.bound(s, PINK) == pytest.approx(0.8 * 0.7)
    s.faction[PINK].authority = 0.1  # its own leader's is no matter
    assert measures.bound(s, PINK) == pytest.approx(0.8 * 0.7)
    s.organisation[0].emir = PINK
    assert measures.bound(s, PINK) == 1.0
    assert measures.bound(s, RED) == pytest.approx(0.1 * 0.7)
    s.organisation[0].cohesion = 0.0
    assert (measures.bound(s, RED), measures.bound(s, PINK)) == (0.0, 1.0)


def test_a_line_is_made_of_words_and_of_orders(bench):
    b = bench
    r = b.w.relation_of[0, 1]
    for halt in (0.0, 0.4, 1.0):
        b.policy(0, 1).halt = halt
        for stance in Stance:
            b.relation(0, 1).stance = stance
            assert measures.line_of(b.s, b.w, b.t, r) == pytest.approx(min(1.0, stance / 3 + halt / 2))
    assert measures.line_of(b.s, b.w, b.t - 1, r) == 1.0  # renounced, and no order then
    b.relation(0, 1).stance = Stance.EMBRACE
    assert measures.line_of(b.s, b.w, b.t - 1, r) == 0.0
    assert measures.line_of(b.s, b.w, b.t, b.w.relation_of[1, 0]) == pytest.approx(1 / 3)  # blues are ambiguous and free


def test_words_of_distance_and_orders_are_resented_and_milder_words_are_not(bench):
    b = bench
    r = b.w.relation_of[0, 1]
    for stance, words in ((Stance.EMBRACE, 0.0), (Stance.AMBIGUOUS, 0.0), (Stance.DISTANCE, 2 / 3), (Stance.RENOUNCE, 1.0)):
        b.relation(0, 1).stance = stance
        for halt in (0.0, 0.01, 0.4, 0.6, 1.0):  # the smallest order is resented a little: there is no threshold
            b.policy(0, 1).halt = halt
            assert measures.resented(b.s, b.w, b.t, r) == pytest.approx(min(1.0, words + halt / 2))
        assert measures.resented(b.s, b.w, b.t - 1, r) == pytest.approx(words)  # no order then


def test_ground_is_open_where_nobody_governs_and_nobody_denies(bench):
    b = bench
    b.w.governance[b.t], b.w.denial[b.t] = (0.25, 0.5), (0.2, 0.4)
    # red, at 0.6 and 0.4: open are 0.75 * 0.8 of the north and 0.5 * 0.6 of the south
    assert measures.open_ground(b.s, b.w, b.t, RED) == pytest.approx(0.6 * 0.6 + 0.4 * 0.3)
    assert measures.open_ground(b.s, b.w, b.t, PINK) == pytest.approx(0.6)  # in the north alone
    assert measures.open_ground(b.s, b.w, b.t - 1, RED) == 1.0  # nothing stood then
    b.w.governance[b.t], b.w.denial[b.t] = (1.0, 0.0), (0.0, 1.0)
    assert measures.open_ground(b.s, b.w, b.t, RED) == pytest.approx(0.0)  # either closes a place whole
    b.s.presence[RED] = 0.0
    assert measures.open_ground(b.s, b.w, b.t, RED) == 1.0  # it is nowhere
    b.s.presence[RED] = 1.0
    assert measures.open_ground(b.s, b.w, b.t, RED) == 0.0


def test_a_refuge_is_the_sanctuary_that_open_ground_leaves(bench):
    s = bench.s
    s.capability[RED, 2] = 0.8
    for left in (1.0, 0.25, 0.0):
        s.faction[RED].open = left
        assert measures.refuge(s, RED) == pytest.approx(0.8 * left)


def test_a_host_has_the_refuge_that_its_guest_needs(bench):
    s = bench.s
    s.capability[[RED, BLUE], 2] = 0.8, 0.3
    s.need[[RED, BLUE], 2] = 0.5, 0.6
    assert measures.hosting(s, RED, BLUE) == pytest.approx(0.6 * 0.5)
    assert measures.hosting(s, BLUE, RED) == 0.0  # it needs, and the other has no more than itself
    s.capability[BLUE, 2] = 0.8
    assert measures.hosting(s, RED, BLUE) == 0.0
    s.capability[BLUE, 2], s.need[BLUE, 2] = 0.0, 0.0
    assert measures.hosting(s, RED, BLUE) == 0.0  # who needs none is nobody's guest
    s.capability[RED, 2], s.need[BLUE, 2] = 1.0, 1.0
    assert measures.hosting(s, RED, BLUE) == 1.0
    s.capability[BLUE, 2], s.need[BLUE, 2] = 0.4, 0.6
    s.faction[RED].open, s.faction[BLUE].open = 0.7, 0.5
    assert measures.hosting(s, RED, BLUE) == pytest.approx(0.6 * (0.7 - 0.2))
    s.faction[RED].open = 0.1
    assert measures.hosting(s, RED, BLUE) == 0.0  # able, but its ground is closed
    assert measures.hosting(s, BLUE, RED) == pytest.approx(0.5 * (0.2 - 0.1))


def test_kinetic_pressure_is_the_schedule_and_what_hostile_states_add(bench):
    b = bench
    b.p.pressure_kinetic = 0.5
    b.s.response[:, RED] = 0.2, 0.9
    b.w.enmity[RED] = 1.0, 1.0
    b.w.campaign[b.t] = 0.8, 1.0
    assert measures.kinetic(b.s, b.w, b.p, b.t, RED) == pytest.approx(0.5 * (0.5 + 0.2 * 0.8))  # a patron adds nothing
    b.w.actor[1] = Actor.HOST
    assert measures.kinetic(b.s, b.w, b.p, b.t, RED) == pytest.approx(0.5 * (0.5 + 0.2 * 0.8 + 0.9))
    b.w.enmity[RED] = 0.0
    assert measures.kinetic(b.s, b.w, b.p, b.t, RED) == pytest.approx(0.25)
    b.p.pressure_kinetic = 10.0
    assert measures.kinetic(b.s, b.w, b.p, b.t, RED) == 1.0


def test_the_patron_that_squeezes_hardest_counts(bench):
    b = bench
    b.w.leverage[:, RED] = 1.0, 0.7
    b.s.response[:, RED] = 1.0, 0.3
    assert measures.coercion(b.s, b.w, b.t, RED) == pytest.approx(0.7 * (0.5 + 0.3))  # the other is no patron
    b.w.actor[0] = Actor.PATRON
    assert measures.coercion(b.s, b.w, b.t, RED) == 1.0
    b.w.leverage[:, RED] = 0.2, 0.7
    assert measures.coercion(b.s, b.w, b.t, RED) == pytest.approx(0.56)
    b.w.leverage[:, RED] = 0.0
    assert measures.coercion(b.s, b.w, b.t, RED) == 0.0
    b.w.actor[:] = Actor.HOST
    assert measures.coercion(b.s, b.w, b.t, RED) == 0.0  # no patron in the world


def test_support_withdrawn_squeezes_as_coercion_does(bench):
    b = bench
    b.w.leverage[:, RED] = 0.0, 0.8
    b.w.monthly[b.t, RED].coercion, b.s.response[1, RED] = 0.1, 0.2
    b.s.faction[RED].supported = 0.7
    for support, withdrawn in ((0.7, 0.0), (0.5, 0.2), (0.0, 0.7)):
        b.w.monthly[b.t, RED].support = support
        assert measures.coercion(b.s, b.w, b.t, RED) == pytest.approx(0.8 * (0.1 + 0.2 + withdrawn))
    b.s.faction[RED].supported = 1.0
    assert measures.coercion(b.s, b.w, b.t, RED) == pytest.approx(0.8)  # nobody is squeezed by more than the leverage


def test_might_is_fighters_with_explosives_and_logistics(bench):
    bench.s.capability[RED] = 0.4, 1.0, 1.0, 0.2, 1.0, 1.0, 1.0
    assert measures.might(bench.s, RED) == pytest.approx(5000 * (0.5 + 0.25 * 0.6))


def test_a_share_of_nothing_is_one_half():
    assert measures.share(0.2, 0.6) == pytest.approx(0.25)
    assert measures.share(0.0, 0.6) == 0.0
    assert measures.share(0.0, 0.0) == 0.5


def test_level_of_two_that_cannot_meet_is_none(bench):
    b = bench
    b.s.level[-1] = 2
    assert measures.level_of(b.s, b.w, RED, BLUE) == 3
    assert measures.level_of(b.s, b.w, RED, RED) == 0
    assert b.dyad(PINK, BLACK) == 0
    b.set_level(PINK, BLACK, -2)
    assert measures.level_of(b.s, b.w, PINK, BLACK) == -2


def test_a_pledge_is_public_by_the_better_of_both_answers(bench):
    b = bench
    r = b.w.relation_of[0, 1]
    there, back = b.relation(0, 1), b.relation(1, 0)
    expected = {
        Pledge.NONE: 0.0, Pledge.OFFERED: 0.0, Pledge.UNANSWERED: 0.0, Pledge.ACKNOWLEDGED: 0.5, Pledge.ACCEPTED: 1.0,
        Pledge.RENOUNCED: 0.0,
    }  # fmt: skip
    for answer, public in expected.items():
        there.answer, back.answer = answer, Pledge.NONE
        assert measures.pledge_public(b.s, b.w, r) == public
        there.answer, back.answer = Pledge.NONE, answer
        assert measures.pledge_public(b.s, b.w, r) == public


def test_only_a_vacancy_leaves_a_faction_unled(bench):
    led = []
    for state in (Leader.VACANT, Leader.ALIVE, Leader.CONCEALED):
        bench.s.faction[RED].leader = state
        led.append(bool(measures.led(bench.s, RED)))
    assert led == [False, True, True]


def test_official_distance_is_that_of_the_more_distant_side(bench):
    b = bench
    r = b.w.relation_of[0, 1]
    b.relation(0, 1).stance, b.relation(1, 0).stance = 2, 1
    assert measures.official_distance(b.s, b.w, r) == pytest.approx(2 / 3)
    b.relation(0, 1).stance, b.relation(1, 0).stance = 0, 3
    assert measures.official_distance(b.s, b.w, r) == 1.0


@pytest.mark.parametrize(("i", "j"), [(RED, BLUE), (BLUE, RED), (PINK, BLACK), (BLACK, PINK), (PINK, BLUE), (BLUE, PINK)])
def test_a_dyad_knows_the_relation_of_its_organisations(bench, i, j):
    b = bench
    o, q = b.s.faction[i].organisation, b.s.faction[j].organisation
    assert measures.relation_with(b.s, b.w, b.dyad(i, j), i) == b.w.relation_of[o, q]


def test_the_organisation_of_a_splinter_is_looked_up(bench):
    b = bench
    b.s.faction[SLOT].organisation = 2
    d = b.dyad(PINK, SLOT)
    assert b.w.dyad[d].relation == -1
    assert measures.relation_with(b.s, b.w, d, PINK) == b.w.relation_of[0, 2]
    assert measures.relation_with(b.s, b.w, d, SLOT) == b.w.relation_of[2, 0]
    d = b.dyad(SLOT, 4)
    assert b.w.dyad[d].first == SLOT
    assert measures.relation_with(b.s, b.w, d, SLOT) == b.w.relation_of[2, 3]
    assert measures.relation_with(b.s, b.w, d, 4) == b.w.relation_of[3, 2]


def test_who_could_belong_to_an_organisation(bench):
    b = bench
    for o, expected in enumerate(([PINK, RED, 5, 4], [BLUE, 5, 4], [BLACK, 5, 4], [5, 4], [5, 4])):
        found = [measures.candidate(b.w, o, n) for n in range(measures.candidates(b.w, o))]
        assert found == expected
    assert measures.belongs(b.s, RED, 0)
    assert not measures.belongs(b.s, RED, 1)
    assert not measures.belongs(b.s, BLACK, 2)  # not yet there
    b.s.faction[SLOT].present, b.s.faction[SLOT].organisation = 1, 2
    assert [measures.belongs(b.s, SLOT, o) for o in range(4)] == [False, False, True, False]


def test_deepest_tie_with_an_organisation(bench):
    b = bench
    assert measures.deepest(b.s, b.w, BLUE, 0) == 3
    b.set_level(BLUE, RED, 1)
    assert measures.deepest(b.s, b.w, BLUE, 0) == 3
    b.set_level(BLUE, PINK, 0)
    assert measures.deepest(b.s, b.w, BLUE, 0) == 1
    b.set_level(BLUE, BLACK, 4)
    assert measures.deepest(b.s, b.w, BLUE, 2) == 0  # not there
    b.s.faction[BLACK].present = 1
    assert measures.deepest(b.s, b.w, BLUE, 2) == 4
    assert measures.deepest(b.s, b.w, BLUE, 0) == 1  # blacks are not reds
    b.set_level(BLUE, BLACK, -2)
    assert measures.deepest(b.s, b.w, BLUE, 2) == 0


def test_each_looks_at_its_own_contacts(bench):
    """Contacts lie in one list, faction after faction: whatever the next one has is no matter."""
    b = bench
    b.s.faction[BLACK].present = b.s.organisation[2].present = 1
    b.set_level(BLUE, BLACK, 1)
    b.set_level(BLUE, RED, 2)
    b.set_level(BLUE, PINK, 0)
    b.p.transfer_learning, b.p.reaction_rate = 0.5, 1.0
    b.w.enmity[:] = 0.7
    b.s.relation.stance = Stance.RENOUNCE
    b.s.tie.overlap = 0.2
    b.s.capability[[RED, PINK], 2] = 1.0

    def seen():
        resources.learn(b.s, b.w, b.p, BLUE, 0.0, b.scratch)
        return [
            attacks.joint_partners(b.s, b.w, BLUE),
            attacks.scapegoat(b.s, b.w, BLUE),
            dissent.best_rival(b.s, b.w, BLUE),
            dissent.resented_line(b.s, b.w, b.t, BLUE),
            leadership.shelter(b.s, b.w, BLUE),
            measures.deepest(b.s, b.w, BLUE, 0),
            reaction.displeasure(b.s, b.w, b.p, BLUE, 1),
            resources.backing(b.s, b.w, BLUE),
            resources.clash(b.s, b.w, BLUE),
            common_rival(b.s, b.w, b.p, b.t, BLUE, PINK, b.dyad(BLUE, PINK)),
            b.scratch.capability[BLUE].tolist(),
        ]

    before = seen()
    b.tie(BLACK, RED).overlap = b.tie(BLACK, PINK).overlap = 1.0
    for level in (4, -2):
        b.set_level(BLACK, RED, level)
        b.set_level(BLACK, PINK, level)
        b.set_level(RED, PINK, level)
        assert seen() == before


def test_detection_is_verification_or_visibility(bench):
    b = bench
    b.p.talks_detection, b.policy(0, 1).verification, b.w.watch[b.t] = 0.5, 0.6, 0.8
    found = measures.detection(b.s, b.w, b.p, b.t, RED, BLUE, b.dyad(RED, BLUE))
    assert found == pytest.approx(0.24 + 0.76 * 0.4)
    found = measures.detection(b.s, b.w, b.p, b.t, BLUE, RED, b.dyad(RED, BLUE))
    assert found == pytest.approx(0.4)  # nobody has promised anything for the other side


def test_setters_keep_to_their_bounds(bench):
    b = bench
    d = b.dyad(RED, BLUE)
    tie = b.tie(RED, BLUE)
    for setter, column in ((ties.set_trust, "trust"), (ties.set_embedded, "embedded"), (ties.set_blood, "blood")):
        for x, kept in ((0.3, 0.3), (-0.1, 0.0), (1.1, 1.0)):
            setter(b.s, d, x)
            assert tie[column] == kept


def test_a_grudge_grows_by_half_of_what_it_lacks(bench):
    b = bench
    tie = b.tie(RED, BLUE)
    for before, after in ((0.0, 0.5), (0.4, 0.7), (0.7, 0.85), (1.0, 1.0)):
        tie.grudge = before
        ties.offend(b.s, b.dyad(RED, BLUE))
        assert tie.grudge == pytest.approx(after)
    assert b.tie(RED, PINK).grudge == 0.0


def test_a_full_journal_counts_what_it_cannot_keep():
    journal = journal_for(2)
    record(journal, 1, 2, 3, 4, 5, 6, 7, 8, 0.9)
    assert journal.used[0] == 1
    assert journal.rows[0].tolist() == (0.9, 1, 2, 3, 4, 5, 6, 7, 8)
    assert not any(journal.rows[1].tolist())
    record(journal, 11, 12, 13, 14, 15, 16, 17, 18, 1.9)
    record(journal, 21, 22, 23, 24, 25, 26, 27, 28, 2.9)
    assert journal.used[0] == 3
    assert journal.rows[1].tolist() == (1.9, 11, 12, 13, 14, 15, 16, 17, 18)
