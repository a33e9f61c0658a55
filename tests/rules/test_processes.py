"""The processes of a month: what they do, what they leave alone, which draws they use."""

import ast
import math
from pathlib import Path

import pytest

import sim.rules
from sim.engine.model import AllianceModel
from sim.rules import draws
from sim.rules.processes import (
    attacks,
    bonding,
    dissent,
    history,
    leadership,
    opportunity,
    politics,
    reaction,
    resources,
    settlement,
    territory,
)
from sim.world.names import Event, Leader, Pledge, Stance, Talks

RED, PINK, BLUE, BLACK = range(4)
KEY = draws.master_key(1, 0)


def kinds(b):
    return [int(k) for k in b.journal.rows[: b.journal.used[0]].kind]


def test_a_step_up_needs_both_and_a_step_down_one(bench):
    b = bench
    b.wish(RED, BLUE, 1)
    settlement.settle_ties(b.s, b.w, b.p, b.t, b.scratch, b.journal)
    assert b.level(RED, BLUE) == 3
    b.wish(BLUE, RED, 1)
    settlement.settle_ties(b.s, b.w, b.p, b.t, b.scratch, b.journal)
    assert b.level(RED, BLUE) == 4
    b.wish(RED, BLUE, -1)
    b.p.trust_betrayal = 0.3
    trust = b.tie(RED, BLUE).trust
    settlement.settle_ties(b.s, b.w, b.p, b.t, b.scratch, b.journal)
    assert b.level(RED, BLUE) == 3
    assert b.tie(RED, BLUE).trust == pytest.approx(trust - b.p.trust_betrayal)
    assert b.journal.rows[1].i == RED


def grow(b, i, j, distance):
    o, q = b.s.faction[i].organisation, b.s.faction[j].organisation
    bonding.grow(b.s, b.w, b.p, b.dyad(i, j), distance, b.w.relation_of[o, q])


def test_trust_grows_in_cooperation_and_decays_without(bench):
    b = bench
    b.p.trust_growth, b.p.trust_decay = 0.05, 0.02
    up, down = b.tie(RED, BLUE).trust, 0.4
    b.tie(RED, BLACK).trust = down
    grow(b, RED, BLUE, 0.0)
    grow(b, RED, BLACK, 0.0)
    assert b.tie(RED, BLUE).trust > up
    assert b.tie(RED, BLACK).trust < down
    assert b.tie(RED, BLUE).age == 13


def test_a_denied_tie_hides(bench):
    b = bench
    open_tie, covert = b.again(), b.again()
    for _ in range(60):
        grow(open_tie, RED, BLUE, 0.0)
        grow(covert, RED, BLUE, 1.0)
    assert covert.tie(RED, BLUE).visibility < open_tie.tie(RED, BLUE).visibility


def test_exposure_needs_a_denied_tie_and_a_hazard(bench):
    b = bench
    b.points.exposure_hazard = 1e9
    bonding.bonds(b.s, b.w, b.p, b.t, KEY, b.journal)
    assert Event.EXPOSURE not in kinds(b)
    b.relation(0, 1).stance = int(Stance.RENOUNCE)
    bonding.bonds(b.s, b.w, b.p, b.t, KEY, b.journal)
    assert Event.EXPOSURE in kinds(b)
    assert b.s.faction[RED].unmasked == 1


def test_a_concealed_death_keeps_the_leader_in_public_until_disclosure(bench):
    b = bench
    month_of_death = b.world.calendar.index("2004-05")
    authority = b.s.faction[RED].authority
    leadership.lead(b.s, b.w, b.p, month_of_death, KEY, RED, b.journal)
    assert b.s.faction[RED].leader == Leader.CONCEALED
    assert b.s.faction[RED].authority == authority
    leadership.lead(b.s, b.w, b.p, b.world.calendar.index("2005-05"), KEY, RED, b.journal)
    assert b.s.faction[RED].leader == Leader.ALIVE
    assert b.s.faction[RED].authority == 0.5  # fixed by the dated history
    assert b.s.faction[RED].founder == 0
    assert [Event(k) for k in kinds(b)] == [Event.LEADER_DEATH, Event.DISCLOSURE, Event.SUCCESSION]


def held(b, i, j):
    tie = b.tie(i, j)
    return tie.held_first if b.w.dyad[b.dyad(i, j)].first == i else tie.held_second


def test_succession_costs_authority_and_personal_ties_and_founders_more(bench):
    founder, other = bench.again(), bench.again()
    other.s.faction[RED].founder = 0
    for b in (founder, other):
        leadership.succeed(b.s, b.w, b.p, b.t, KEY, RED, 0.0, b.journal)
    assert founder.s.faction[RED].authority < other.s.faction[RED].authority < 0.8
    assert held(founder, RED, BLUE) < held(other, RED, BLUE) < 0.6
    assert held(founder, BLUE, RED) == 0.6  # what the partner's leader holds stays his


def test_shelter_protects_leaders(bench):
    b = bench
    b.points.leadership_strike_hazard = 0.5
    exposed = leadership.leader_hazard(b.s, b.w, b.p, b.t, BLUE)
    for host in (RED, PINK):
        b.set_level(BLUE, host, 0)
    assert leadership.leader_hazard(b.s, b.w, b.p, b.t, BLUE) > exposed


def test_stance_moves_with_offers_and_is_held_by_hardliners(bench):
    b = bench
    b.t = 60
    calm = politics.distance_pull(b.s, b.w, b.p, b.t, b.w.relation_of[0, 1])
    b.s.organisation[0].talks = int(Talks.OPEN)
    assert politics.distance_pull(b.s, b.w, b.p, b.t, b.w.relation_of[0, 1]) > calm
    held = politics.embrace_pull(b.s, b.w, b.p, b.t, b.w.relation_of[0, 1], b.surveyed())
    b.s.faction[RED].disposition = b.s.faction[PINK].disposition = 1.0
    assert politics.embrace_pull(b.s, b.w, b.p, b.t, b.w.relation_of[0, 1], b.surveyed()) < held
    assert politics.stance_value(0.0, 0.0, 3) == 0.0
    assert politics.stance_value(1.0, 0.0, 3) > politics.stance_value(1.0, 0.0, 1) > 0.0


def test_pledges_lapse_with_a_new_emir(bench):
    b = bench
    assert b.relation(0, 1).answer == Pledge.ACCEPTED
    b.s.organisation[0].accession = 1
    politics.settle_politics(b.s, b.w)
    assert b.relation(0, 1).answer == Pledge.NONE


@pytest.mark.parametrize("usurped", [False, True])
def test_a_succession_ends_a_pledge_whichever_faction_takes_the_emirate(bench, usurped):
    b = bench
    b.p.cohesion_usurpation = 1e9 if usurped else 0.0
    b.s.faction[RED].generation, b.s.faction[RED].authority = 2, 0.3
    politics.politics(b.s, b.w, b.p, b.t, draws.master_key(1, 0), 0, b.surveyed(), b.journal)
    politics.settle_politics(b.s, b.w)
    assert b.s.organisation[0].emir == (PINK if usurped else RED)
    assert b.relation(0, 1).answer == Pledge.NONE


def test_an_answer_of_this_month_is_no_reason_to_offer_again(bench):
    """Whoever pledged may be looked at before or after whoever answers: neither may tell."""
    b = bench
    given, answered = b.w.relation_of[1, 0], b.relation(0, 1)
    b.s.relation[given].pledge, b.s.relation[given].pledged = int(Pledge.OFFERED), 5
    answered.answer, answered.answered = int(Pledge.NONE), b.t
    politics.renew_pledge(b.s, b.w, b.p, b.t, given, 0.0, b.journal)
    assert b.s.relation[given].pledged == 5
    answered.answered = b.t - 1
    politics.renew_pledge(b.s, b.w, b.p, b.t, given, 0.0, b.journal)
    assert b.s.relation[given].pledged == b.t


def test_a_split_conserves_fighters_and_gives_a_new_flag(bench):
    b = bench
    total = b.s.faction.fighters.sum()
    b.scratch.intent[PINK].dissent, b.scratch.intent[PINK].share, b.scratch.intent[PINK].target = 1, 0.25, -1
    dissent.settle_dissent(b.s, b.w, b.p, b.t, KEY, b.scratch, b.journal)
    child = int(b.journal.rows[0].j)
    assert b.s.faction[child].present == 1
    assert b.s.faction[child].fighters == pytest.approx(500)
    assert b.s.faction.fighters.sum() == pytest.approx(total)
    assert b.s.organisation[b.s.faction[child].organisation].emir == child
    assert b.level(child, PINK) == -1


def test_a_resented_line_and_a_disclosure_raise_anger(bench):
    b = bench
    calm = dissent.anger(b.s, b.w, b.p, b.t, PINK)
    b.relation(0, 1).stance = int(Stance.RENOUNCE)
    resented = dissent.anger(b.s, b.w, b.p, b.t, PINK)
    assert resented > calm
    b.w.dialogue[b.t, 0] = 1.0
    assert dissent.anger(b.s, b.w, b.p, b.t, PINK) == pytest.approx(calm)
    b.s.organisation[0].shock = 1.0
    assert dissent.anger(b.s, b.w, b.p, b.t, PINK) > calm


def test_pressure_costs_fighters_and_stirs_grievance(bench):
    calm, pressed = bench.again(), bench.again()
    calm.points.pressure_kinetic = 0.0
    for b in (calm, pressed):
        b.surveyed()
        resources.gather(b.s, b.w, b.p, b.t, RED, b.scratch)
    assert pressed.scratch.intent[RED].fighters < calm.scratch.intent[RED].fighters
    assert pressed.s.faction[RED].grievance > calm.s.faction[RED].grievance


def test_skills_are_learnt_from_partners(bench):
    b = bench
    resources.gather(b.s, b.w, b.p, b.t, RED, b.scratch)
    assert b.scratch.capability[RED, 0] > b.s.capability[RED, 0]
    for partner in (BLUE, PINK):
        b.set_level(RED, partner, 0)
    resources.gather(b.s, b.w, b.p, b.t, RED, b.scratch)
    assert b.scratch.capability[RED, 0] <= b.s.capability[RED, 0]


def test_a_faction_too_small_ends_and_its_ties_with_it(bench):
    b = bench
    for i in range(4):
        b.scratch.intent[i].fighters = b.s.faction[i].fighters
    b.scratch.intent[BLUE].fighters = 1.0
    resources.settle_resources(b.s, b.w, b.p, b.t, b.scratch, b.journal)
    assert b.s.faction[BLUE].present == 0
    assert b.level(RED, BLUE) == 0


def test_blame_moves_to_the_ally_who_claims(bench):
    b = bench
    b.s.faction[BLACK].present = 1
    b.s.faction[PINK].attacks, b.s.faction[PINK].civilian = 10, 6
    b.s.faction[PINK].outsourced, b.s.faction[PINK].claimant = 5, BLACK
    for i in (RED, BLUE, BLACK):
        b.s.faction[i].claimant = -1
    attacks.settle_attacks(b.s, b.w, b.p)
    assert b.s.faction[BLACK].blamed == pytest.approx(5 * (1 - b.p.claims_tracing))
    assert b.s.faction[PINK].blamed == pytest.approx(5 + 5 * b.p.claims_tracing)


def test_spoilers_attack_more_while_talks_are_open(bench):
    b = bench
    before = attacks.expected_attacks(b.s, b.w, b.p, PINK)
    b.s.organisation[0].talks = int(Talks.OPEN)
    assert attacks.expected_attacks(b.s, b.w, b.p, PINK) > before
    assert attacks.civilian_share(b.s, b.p, PINK) > attacks.civilian_share(b.s, b.p, BLUE)


def test_a_deal_snaps_back_when_cheating_is_seen(bench):
    b = bench
    b.points.talks_catch = 1.0
    b.s.organisation[0].talks, b.s.organisation[0].counterpart = int(Talks.AGREED), 1
    b.tie(RED, BLUE).exposed = 1
    reaction.hold_to_promise(b.s, b.w, b.p, b.t, KEY, 0, b.journal)
    assert b.s.organisation[0].talks == Talks.SNAPPED_BACK
    unseen = b.again()
    unseen.s.organisation[0].talks = int(Talks.AGREED)
    for i in (RED, PINK):
        unseen.set_level(i, BLUE, 0)
    reaction.hold_to_promise(unseen.s, unseen.w, unseen.p, unseen.t, KEY, 0, unseen.journal)
    assert unseen.s.organisation[0].talks == Talks.AGREED


def test_denial_displaces(bench):
    b = bench
    b.points.displacement_rate = 1e9
    t = b.world.calendar.index("2005-01")
    south = b.world.places.index("south")
    before = b.s.presence[RED, south]
    territory.territory(b.s, b.w, b.p, t, KEY, b.journal)
    assert b.s.presence[RED, south] < before
    assert b.s.presence[RED].sum() == pytest.approx(1.0)


def test_entry_takes_people_from_the_parent(bench):
    b = bench
    history.history(b.s, b.w, b.p, b.world.calendar.index("2003-01"), KEY, b.journal)
    assert b.s.faction[BLACK].present == 1
    assert b.s.faction[PINK].fighters == pytest.approx(2000 - 750)


def test_strangers_apart_hardly_meet(bench):
    b = bench
    near, far = b.dyad(RED, BLUE), b.dyad(BLUE, BLACK)
    assert opportunity.nearness(b.s, b.w, b.p, near) > opportunity.nearness(b.s, b.w, b.p, far) == 0.0
    u = (1 - math.exp(-b.p.choice_rate * b.p.choice_reach)) * 1.001
    assert opportunity.meet(b.s, b.w, b.p, near, u)
    assert not opportunity.meet(b.s, b.w, b.p, far, u)


def test_the_survey_finds_the_open_ground_of_those_who_are_there(bench):
    b = bench
    b.w.governance[b.t], b.w.denial[b.t] = (0.25, 0.5), (0.0, 0.4)
    assert list(b.s.faction.open[[RED, PINK, BLUE, BLACK]]) == [1.0] * 4  # as a run begins
    b.surveyed()
    assert list(b.s.faction.open[[RED, PINK, BLUE]]) == pytest.approx([0.6 * 0.75 + 0.4 * 0.3, 0.75, 0.5 * 0.75 + 0.5 * 0.3])
    assert b.s.faction[BLACK].open == 1.0  # it has not entered


def test_the_survey_finds_the_deepest_tie_of_two_organisations(bench):
    scratch = bench.surveyed()
    relation = bench.w.relation_of
    assert scratch.deepest[relation[0, 1]] == scratch.deepest[relation[1, 0]] == 3
    assert scratch.deepest[relation[0, 2]] == scratch.in_touch[relation[0, 2]] == 0  # one of them enters later


def run_months(b, months, monkeypatch):
    addresses = []
    real = draws.philox

    def noted(c0, c1, c2, c3, k0, k1):
        addresses.append((int(c0), int(c1), int(c2), int(c3)))
        return real(c0, c1, c2, c3, k0, k1)

    monkeypatch.setattr(draws, "philox", noted)
    model = AllianceModel(world=b.world, seed=1)
    for _ in range(months):
        model.step()
    return addresses


def test_no_draw_is_used_twice(bench, monkeypatch):
    addresses = run_months(bench, 50, monkeypatch)
    assert len(addresses) > 800
    assert len(set(addresses)) == len(addresses)


MATHEMATICAL = {("initial.py", "CHOSEN_MEAN"), ("initial.py", "CHOSEN_SPREAD"), ("reaction.py", "YEAR")}
"""Constants of a distribution, each held against it by a test (test_circumstances.py), and the months of a year."""
ALLOWED = {0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 0.25, -1.0, 60.0, -60.0, 50.0, -50.0, 25.0, 1000.0, 1e-30, -1e30, 1e30}


def names_of(node):
    """Names that an assignment binds."""
    return [x.id for target in node.targets for x in ast.walk(target) if isinstance(x, ast.Name)]


def test_no_number_of_the_model_stands_in_a_rule():
    for path in Path(sim.rules.__path__[0]).rglob("*.py"):
        if path.name in ("draws.py", "switches.py"):
            continue
        tree = ast.parse(path.read_text())
        named = [n for n in tree.body if isinstance(n, ast.Assign) and {(path.name, name) for name in names_of(n)} & MATHEMATICAL]
        for node in named:
            assert {(path.name, name) for name in names_of(node)} <= MATHEMATICAL
            tree.body.remove(node)
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, float):
                assert node.value in ALLOWED, f"{path.name}:{node.lineno}: {node.value} belongs in conf/parameters"
