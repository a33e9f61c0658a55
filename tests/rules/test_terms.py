"""Each mechanism: its sign, its limits, and what happens at zero."""

import importlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import sim.rules.terms
from sim.rules.weigh import (
    ABANDON,
    COST,
    GAIN,
    HOSTILE,
    SHAPES,
    TERM_NAMES,
    choose,
    leading,
    profile,
    sums_by_shape,
    utility,
    weigh_terms,
)
from sim.world.names import Pledge, Talks
from sim.world.tables import BID, table

RED, PINK, BLUE, BLACK = range(4)


def term(name, b, i, j):
    rule = getattr(importlib.import_module(f"sim.rules.terms.{name}"), name)
    b.surveyed()
    return float(rule(b.s, b.w, b.p, b.t, i, j, b.dyad(i, j)))


def test_every_file_of_a_term_is_in_the_list_and_back():
    files = {p.stem for p in Path(sim.rules.terms.__path__[0]).glob("*.py")} - {"__init__"}
    assert files == set(TERM_NAMES)


def test_weigh_terms_writes_each_term_in_its_place(bench):
    b = bench
    b.t = 60
    b.s.faction[RED].setback, b.relation(0, 1).stance, b.s.organisation[0].talks = 0.5, 2, int(Talks.OPEN)
    b.w.faction[BLUE].recognition = 0.2
    tie = b.tie(RED, BLUE)
    tie.blood, tie.rapport, tie.circumstance, tie.overlap, tie.grudge, tie.weary = 0.5, 0.7, -0.4, 0.6, 0.3, 0.2
    for i in (RED, BLUE):
        b.set_level(i, BLACK, -2)
    b.w.claim[b.t, 1:3] = b.s.organisation.present[2] = 1
    b.relation(0, 2).pledge = Pledge.OFFERED  # reds stand with blacks, blues for themselves
    b.p.discipline_weight, b.p.weariness_weight = 1.1, 1.2
    out = np.full(len(TERM_NAMES), np.nan)
    b.surveyed()
    weigh_terms(b.s, b.w, b.p, b.t, RED, BLUE, b.dyad(RED, BLUE), out)
    for n, name in enumerate(TERM_NAMES):
        assert out[n] == b.p[f"{name}_weight"] * term(name, b, RED, BLUE), name
    silent = {name for name, x in zip(TERM_NAMES, out, strict=True) if x == 0.0}
    assert silent == {"fellowship", "weariness"}  # not within an organisation, and not between rival claimants


RANGES = dict.fromkeys(("restraint", "discipline", "weariness"), (-1.0, 0.0)) | {"burden": (0.0, 2.0), "inducement": (-0.25, 1.0)}


@pytest.mark.parametrize("name", [n for n in TERM_NAMES if n not in ("rapport", "circumstance")])
def test_content_lies_in_its_range(bench, name):
    b = bench
    low, high = RANGES.get(name, (0.0, 1.0))
    b.p.inducement_chip, b.p.burden_side = 0.2, 1.0
    rng = np.random.default_rng(5)
    b.s.organisation.talks[0] = int(Talks.OPEN)
    b.w.claim[60:, :2] = 1.0
    for t in (0, 20, 60, 95):
        b.t = t
        for column in ("trust", "embedded", "visibility", "blood", "grudge", "weary", "overlap"):
            b.s.tie[column] = rng.integers(0, 2, len(b.s.tie))  # the corners
        b.s.faction.setback = rng.integers(0, 2, len(b.s.faction))
        b.s.need[:], b.s.capability[:] = rng.integers(0, 2, (2, *b.s.need.shape))
        for i in range(4):
            for j in range(4):
                if i != j:
                    assert low <= term(name, b, i, j) <= high


def test_benefit_grows_with_what_the_partner_can_do(bench):
    # needs explosives 0.8 and finance 0.5; the partner leads by 0.9 and 0.7
    assert term("benefit", bench, RED, BLUE) == pytest.approx((0.8 * 0.9 + 0.5 * 0.7) / 7)
    bench.s.capability[RED] = 1.0
    assert term("benefit", bench, RED, BLUE) == 0.0
    bench.s.need[RED] = 0.0
    assert term("benefit", bench, RED, BLUE) == 0.0


def test_who_needs_a_tenth_gains_a_tenth_and_nobody_more_than_all(bench):
    bench.s.need[RED] *= 0.1
    assert term("benefit", bench, RED, BLUE) == pytest.approx(0.1 * 1.07 / 7)
    bench.s.need[RED], bench.s.capability[RED], bench.s.capability[BLUE] = 1.0, 0.0, 1.0
    assert term("benefit", bench, RED, BLUE) == 1.0


def test_common_enemy_is_the_weaker_enmity_times_the_campaign(bench):
    assert term("common_enemy", bench, RED, BLUE) == pytest.approx(0.8)
    bench.w.enmity[RED, 0] = 0.5
    assert term("common_enemy", bench, RED, BLUE) == pytest.approx(0.4)
    bench.w.campaign[bench.t] = 0.0
    assert term("common_enemy", bench, RED, BLUE) == 0.0


def test_common_rival_needs_a_third_party_that_both_fight(bench):
    assert term("common_rival", bench, RED, BLUE) == 0.0
    bench.s.faction[BLACK].present = 1
    for i in (RED, BLUE):
        bench.set_level(i, BLACK, -2)
    x = 1500 / (1500 + 400)  # beside the weaker of the two
    assert term("common_rival", bench, RED, BLUE) == term("common_rival", bench, BLUE, RED) == pytest.approx(x / (1 + x))
    bench.s.faction[RED].fighters = 300
    x = 1500 / (1500 + 300)
    assert term("common_rival", bench, RED, BLUE) == term("common_rival", bench, BLUE, RED) == pytest.approx(x / (1 + x))


def test_doctrine_divides_those_who_differ_and_meet(bench):
    bench.tie(RED, PINK).overlap = 1.0
    assert term("doctrine_distance", bench, RED, PINK) == pytest.approx(0.1)
    bench.s.faction[PINK].doctrine, bench.s.faction[PINK].scope = bench.s.faction[RED].doctrine, bench.s.faction[RED].scope
    assert term("doctrine_distance", bench, RED, PINK) == 0.0
    assert term("doctrine_distance", bench, RED, BLUE) == 0.0  # co-presence is found in the first month
    bench.tie(RED, BLUE).overlap = 0.5
    assert term("doctrine_distance", bench, RED, BLUE) == pytest.approx(0.5 * 0.8)


def test_bond_saturates_with_age_and_needs_substance(bench):
    bench.p.bond_maturity = 36.0
    tie = bench.tie(RED, BLUE)
    tie.age = 36
    young = term("bond", bench, RED, BLUE)
    assert young == pytest.approx((0.3 + 0.5) / 2 * (1 - np.exp(-1)))
    tie.age = 10_000
    assert term("bond", bench, RED, BLUE) == pytest.approx(0.4)
    tie.embedded = 0.9
    assert term("bond", bench, RED, BLUE) == pytest.approx(0.7)
    tie.age = 0
    assert term("bond", bench, RED, BLUE) == 0.0
    tie.age, tie.trust, tie.embedded = 100, 0.0, 0.0
    assert term("bond", bench, RED, BLUE) == 0.0


def test_personal_ties_die_with_the_leader_but_not_while_it_is_concealed(bench):
    assert term("personal_ties", bench, RED, BLUE) == pytest.approx(0.6 * (0.8 + 0.6) / 2)
    bench.s.faction[RED].leader = 2
    assert term("personal_ties", bench, RED, BLUE) > 0.0
    bench.s.faction[RED].leader = 0
    assert term("personal_ties", bench, RED, BLUE) == 0.0


def test_patron_hedge_needs_a_patron_that_coerces(bench):
    bench.t = 5
    assert term("patron_hedge", bench, RED, BLUE) == 0.0
    bench.t = 30
    assert term("patron_hedge", bench, RED, BLUE) == pytest.approx(0.7 * 0.5 * (0.7 + 0.0 + 0.8) / 3)
    assert term("patron_hedge", bench, BLUE, RED) == 0.0


def test_blame_outsourcing_pairs_one_who_hides_with_one_who_claims(bench):
    value = term("blame_outsourcing", bench, PINK, BLACK)
    assert value == pytest.approx(0.5 * 0.7 * 0.95 * 1.0)
    assert term("blame_outsourcing", bench, BLACK, PINK) == pytest.approx(value)
    assert term("blame_outsourcing", bench, PINK, RED) == 0.0


def test_setback_opens_a_faction_to_the_able_whatever_their_strategy(bench):
    assert term("setback", bench, RED, BLUE) == 0.0
    bench.s.faction[RED].setback = 1.0
    able = (0.9 + 0.7 + 0.8 + 0.8) / 7
    for red, blue in ((0.4, 0.4), (0.4, 0.3), (0.0, 1.0)):
        bench.s.faction[RED].strategy, bench.s.faction[BLUE].strategy = red, blue
        assert term("setback", bench, RED, BLUE) == pytest.approx(able)
    assert term("setback", bench, BLUE, RED) == 0.0  # blue has no setback


def test_fellowship_is_cohesion_within_and_nothing_without(bench):
    assert term("fellowship", bench, RED, PINK) == pytest.approx(0.7)
    assert term("fellowship", bench, RED, BLUE) == 0.0


def test_a_public_oath_counts_for_the_brand_at_once_and_years_slowly(bench):
    bench.p.bond_maturity = 48.0
    years = 1 - np.exp(-1)
    for age, lasting in ((0, 0.0), (48, years)):
        bench.tie(RED, BLUE).age = age
        bench.relation(0, 1).answer = int(Pledge.ACCEPTED)
        assert term("brand", bench, RED, BLUE) == pytest.approx(0.8 * (lasting + 1) / 2)
        bench.relation(0, 1).answer = int(Pledge.UNANSWERED)
        assert term("brand", bench, RED, BLUE) == pytest.approx(0.8 * lasting / 2)
    assert term("brand", bench, RED, PINK) == 0.0


def test_the_brand_counts_before_an_audience_of_one_faith(bench):
    whole = term("brand", bench, RED, BLUE)
    assert whole > 0.0
    for red, blue, share in ((1.0, 0.5, 0.5), (0.5, 0.5, 0.25), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)):
        bench.w.faction[RED].islamist, bench.w.faction[BLUE].islamist = red, blue
        assert term("brand", bench, RED, BLUE) == pytest.approx(share * whole)


def test_retaliation_needs_an_embedded_partner(bench):
    assert term("retaliation", bench, RED, BLUE) > 0.0
    bench.tie(RED, BLUE).embedded = 0.0
    assert term("retaliation", bench, RED, BLUE) == 0.0


def test_pressure_spills_over_a_visible_tie_only(bench):
    assert term("pressure", bench, RED, BLUE) == pytest.approx(0.6 * 0.4)
    bench.tie(RED, BLUE).visibility = 0.0
    assert term("pressure", bench, RED, BLUE) == 0.0


def test_isolation_ends_with_a_deal(bench):
    assert term("isolation", bench, RED, BLUE) == pytest.approx(0.5 * 0.7 * 0.4)
    bench.s.organisation[0].talks, bench.s.organisation[0].counterpart = int(Talks.AGREED), 1
    assert term("isolation", bench, RED, BLUE) == 0.0


def test_inducement_counts_only_in_talks_and_as_far_as_cheating_is_seen(bench):
    bench.t = 60
    bench.p.inducement_chip = 0.25
    assert term("inducement", bench, RED, BLUE) == 0.0
    bench.s.organisation[0].talks = int(Talks.OPEN)
    offered = term("inducement", bench, RED, BLUE)
    checked = bench.p.talks_detection * 0.6 * 0.8
    assert offered == pytest.approx(0.7 * 0.6 * (0.6 * (checked + (1 - checked) * 0.4) - 0.25) / 0.75)
    bench.policy(0, 1).verification = 1.0
    assert term("inducement", bench, RED, BLUE) > offered


def test_a_tie_is_held_for_its_price_until_the_offer_is_believed_and_verified(bench):
    b = bench
    b.t = 60
    b.p.inducement_chip = 0.25
    b.s.organisation[0].talks = int(Talks.OPEN)
    offered = 0.7 * 0.6
    b.policy(0, 1).verification, b.tie(RED, BLUE).visibility = 0.0, 0.5  # detection
    for credibility, x in ((0.0, -1 / 3), (0.2, (0.1 - 0.25) / 0.75), (0.5, 0.0), (0.8, 0.2)):
        b.policy(0, 1).credibility = credibility
        assert term("inducement", b, RED, BLUE) == pytest.approx(offered * x)
    b.policy(0, 1).credibility = b.tie(RED, BLUE).visibility = 1.0
    assert term("inducement", b, RED, BLUE) == pytest.approx(offered)  # as much as there is
    b.p.inducement_chip = 0.0
    b.policy(0, 1).credibility = 0.0
    assert term("inducement", b, RED, BLUE) == 0.0


def test_compliance_presses_with_authority_and_cohesion(bench):
    assert term("compliance", bench, PINK, BLUE) == 0.0  # the line is to embrace
    bench.relation(0, 1).stance = 3
    assert term("compliance", bench, PINK, BLUE) == pytest.approx(0.8 * 0.7)
    bench.s.organisation[0].cohesion = 0.0
    assert term("compliance", bench, PINK, BLUE) == 0.0


def test_a_tie_burdens_neighbours_more_and_the_host_more_than_the_guest(bench):
    b = bench
    b.p.burden_distance, b.p.burden_side = 0.7, 0.4
    for overlap, near in ((0.0, 0.7), (0.5, 0.85), (1.0, 1.0)):
        b.tie(RED, BLUE).overlap = overlap
        assert term("burden", b, RED, BLUE) == pytest.approx(near * (1 + 0.4 * 0.8))  # red shelters blue: 1 * 0.8
        assert term("burden", b, BLUE, RED) == pytest.approx(near * (1 - 0.4 * 0.8))
    assert term("burden", b, RED, PINK) == term("burden", b, PINK, RED) == 1.0  # within an organisation
    assert term("burden", b, PINK, BLUE) == term("burden", b, BLUE, PINK) == pytest.approx(0.7)  # nobody shelters anybody
    b.s.need[BLUE] = 0.0
    assert term("burden", b, RED, BLUE) == term("burden", b, BLUE, RED) == 1.0
    b.s.need[PINK, 2] = 0.5
    assert term("burden", b, RED, PINK) == pytest.approx(1 + 0.4 * 0.4)  # upkeep has a side within an organisation too
    b.p.burden_side = 0.0
    assert term("burden", b, RED, PINK) == 1.0


def test_hostile_terms_need_common_ground(bench):
    b = bench
    b.s.tie.grudge = 0.5
    b.w.claim[b.t, [0, 2]] = b.s.organisation.present[2] = 1
    for name in ("turf", "feud", "schism", "doctrine_distance"):
        assert term(name, b, RED, BLACK) == 0.0
        b.tie(RED, BLACK).overlap = 0.8
        assert term(name, b, RED, BLACK) > 0.0
        b.s.tie["overlap"] = 0.0
    b.tie(RED, PINK).overlap = 0.8
    assert term("turf", b, RED, PINK) == term("schism", b, RED, PINK) == 0.0  # within an organisation
    assert term("blood", b, RED, BLACK) == 0.0


def test_restraint_is_never_a_reason_to_fight(bench):
    low = term("restraint", bench, RED, BLACK)
    assert -1.0 <= low < 0.0
    bench.tie(RED, BLACK).trust = 1.0
    assert term("restraint", bench, RED, BLACK) < low


def test_benefit_counts_where_the_partner_leads_only(bench):
    bench.s.need[RED] = 0.0
    bench.s.need[RED, :4] = 0.2, 0.1, 0.05, 0.4  # leads of blue: 0.9, 0.7, -0.8, -0.5
    assert term("benefit", bench, RED, BLUE) == pytest.approx((0.2 * 0.9 + 0.1 * 0.7) / 7)


def test_a_sanctuary_is_worth_what_its_ground_leaves_open(bench):
    b = bench
    b.s.capability[BLUE, 2] = 0.2
    assert term("benefit", b, BLUE, RED) == pytest.approx((1.0 * (0.8 - 0.2) + 0.5 * 0.9) / 7)  # sanctuary and people
    b.w.governance[b.t] = 0.25, 0.5  # open are 0.65 of red's ground and 0.625 of blue's
    assert term("benefit", b, BLUE, RED) == pytest.approx((0.8 * 0.65 - 0.2 * 0.625 + 0.5 * 0.9) / 7)
    b.w.denial[b.t] = 0.2, 0.0  # 0.56 and 0.55
    assert term("benefit", b, BLUE, RED) == pytest.approx((0.8 * 0.56 - 0.2 * 0.55 + 0.5 * 0.9) / 7)
    b.w.denial[b.t] = 1.0
    assert term("benefit", b, BLUE, RED) == pytest.approx(0.5 * 0.9 / 7)  # what is no sanctuary is worth what it was
    assert term("benefit", b, RED, BLUE) == pytest.approx((0.8 * 0.9 + 0.5 * 0.7) / 7)


def test_common_rivals_add_up_by_the_weaker_hostility(bench):
    b = bench
    b.set_level(RED, PINK, -1)
    b.set_level(BLUE, PINK, -2)
    b.set_level(RED, BLACK, -2)
    b.set_level(BLUE, BLACK, -1)
    x = 0.5 * 2000 / 2400 + 0.5 * 1500 / 1900
    for i, j in ((RED, BLUE), (BLUE, RED)):
        assert term("common_rival", b, i, j) == pytest.approx(x / (1 + x))
    b.set_level(BLUE, PINK, 1)
    x = 0.5 * 1500 / 1900
    assert term("common_rival", b, RED, BLUE) == pytest.approx(x / (1 + x))


def test_personal_ties_are_as_strong_as_the_weaker_side(bench):
    tie = bench.tie(RED, BLUE)
    tie.held_first, tie.held_second = 0.5, 0.3
    bench.s.faction[BLUE].authority = 0.2
    assert term("personal_ties", bench, RED, BLUE) == pytest.approx(0.3 * 0.5)
    tie.held_first, tie.held_second = 0.1, 0.3
    assert term("personal_ties", bench, BLUE, RED) == pytest.approx(0.1 * 0.5)
    bench.s.faction[BLUE].leader = 0
    assert term("personal_ties", bench, RED, BLUE) == 0.0


def test_patron_hedge_counts_money_goods_and_administration(bench):
    bench.s.capability[BLUE] = 1.0, 0.7, 1.0, 0.3, 0.8, 1.0, 1.0
    assert term("patron_hedge", bench, RED, BLUE) == pytest.approx(0.35 * 1.8 / 3)


def test_support_withdrawn_is_a_reason_to_hedge(bench):
    b = bench
    b.s.faction[RED].supported = 0.6
    for support, squeezed in ((0.6, 0.5), (0.4, 0.7), (0.0, 1.0)):  # ordered to break, and support lost, at most all
        b.w.monthly[b.t, RED].support = support
        assert term("patron_hedge", b, RED, BLUE) == pytest.approx(0.7 * squeezed * 1.5 / 3)


def test_blame_outsourcing_by_hand(bench):
    b = bench
    b.w.faction[RED].recognition, b.s.faction[RED].strategy = 0.7, 0.4
    b.w.faction[BLACK].recognition, b.s.faction[BLACK].strategy = 0.2, 0.95
    hides, claims = 0.7 * 0.4, 0.95 * 0.8
    assert term("blame_outsourcing", b, RED, BLACK) == pytest.approx(hides * claims)
    assert term("blame_outsourcing", b, BLACK, RED) == pytest.approx(hides * claims)  # the other way round: 0.19 * 0.12
    assert term("blame_outsourcing", b, RED, PINK) == 0.0  # within an organisation


def test_setback_by_hand(bench):
    bench.s.faction[RED].setback = 0.5
    assert term("setback", bench, RED, BLUE) == pytest.approx(0.5 * (0.9 + 0.7 + 0.8 + 0.8) / 7)


def test_no_fellowship_whichever_side_asks(bench):
    assert term("fellowship", bench, BLUE, RED) == term("fellowship", bench, RED, BLUE) == 0.0


def test_a_gap_in_strategy_is_felt_on_common_ground(bench):
    assert term("strategy_gap", bench, RED, PINK) == 0.0
    bench.tie(RED, PINK).overlap = 0.6
    assert term("strategy_gap", bench, RED, PINK) == pytest.approx(0.6 * 0.3)
    assert term("strategy_gap", bench, PINK, RED) == pytest.approx(0.6 * 0.3)
    for red, pink in ((0.5, 0.3), (0.3, 0.5), (0.8, 0.0)):  # near-defeat of either makes it matter less
        bench.s.faction[RED].setback, bench.s.faction[PINK].setback = red, pink
        for i, j in ((RED, PINK), (PINK, RED)):
            assert term("strategy_gap", bench, i, j) == pytest.approx(0.6 * 0.3 * 0.6)
    bench.s.faction[RED].setback = bench.s.faction[PINK].setback = 1.0
    assert term("strategy_gap", bench, RED, PINK) == 0.0
    bench.s.faction[RED].setback = bench.s.faction[PINK].setback = 0.0
    bench.s.faction[PINK].strategy = 0.4
    assert term("strategy_gap", bench, RED, PINK) == 0.0


def test_brand_under_an_acknowledged_pledge(bench):
    bench.p.bond_maturity = 24.0
    bench.relation(0, 1).answer = int(Pledge.ACKNOWLEDGED)
    assert term("brand", bench, RED, BLUE) == pytest.approx(0.8 * (1 - np.exp(-0.5) + 0.5) / 2)
    assert term("brand", bench, BLUE, RED) == pytest.approx(0.5 * (1 - np.exp(-0.5) + 0.5) / 2)
    assert term("brand", bench, PINK, RED) == 0.0


def test_retaliation_is_feared_from_those_who_can_do_harm(bench):
    assert term("retaliation", bench, RED, BLUE) == pytest.approx(0.3 * 0.9)
    assert term("retaliation", bench, BLUE, RED) == 0.0  # embedded, but red has no explosives
    assert term("retaliation", bench, BLUE, PINK) == pytest.approx(0.5 * 0.7)
    bench.s.faction[BLUE].fighters = 4.0  # head-counts do not matter
    assert term("retaliation", bench, RED, BLUE) == pytest.approx(0.3 * 0.9)


def test_isolation_goes_on_unless_the_deal_is_about_the_partner(bench):
    isolated = 0.5 * 0.7 * 0.4
    for talks, counterpart in ((Talks.AGREED, 2), (Talks.AGREED, 0), (Talks.OPEN, 1), (Talks.FROZEN, 1)):
        bench.s.organisation[0].talks, bench.s.organisation[0].counterpart = int(talks), counterpart
        assert term("isolation", bench, RED, BLUE) == pytest.approx(isolated)
    assert term("isolation", bench, BLUE, RED) == 0.0  # nobody asks blue


def test_an_offer_stands_while_talks_are_open_or_agreed(bench):
    bench.t = 60
    checked = 0.5 * 0.6 * 0.8
    bench.p.talks_detection, bench.p.inducement_chip = 0.5, 0.2
    whole = 0.7 * 0.6 * (0.6 * (checked + (1 - checked) * 0.4) - 0.2) / 0.8
    offered = {}
    for talks in Talks:
        bench.s.organisation[0].talks = int(talks)
        offered[talks] = term("inducement", bench, RED, BLUE)
    assert offered.pop(Talks.OPEN) == offered.pop(Talks.AGREED) == pytest.approx(whole)
    assert set(offered.values()) == {0.0}
    bench.s.organisation[0].talks = int(Talks.OPEN)
    assert term("inducement", bench, RED, PINK) == term("inducement", bench, PINK, RED) == 0.0


def test_offers_to_one_faction_come_on_top_and_stop_at_one(bench):
    b = bench
    b.t = 60
    b.p.talks_detection, b.p.inducement_chip = 0.5, 0.2
    b.w = b.w._replace(bid=table(6, BID), inducement=np.zeros((len(b.w.watch), 6)))
    b.w.bid.faction = RED, RED, RED, RED, PINK, BLUE
    b.w.bid.about = 1, 1, 0, 2, 1, 0
    b.w.inducement[b.t] = 0.3, 0.2, 0.9, 0.9, 0.8, 0.9
    seen = (0.6 * (0.24 + 0.76 * 0.4) - 0.2) / 0.8  # credibility, detection, what the chip is held for
    assert term("inducement", b, RED, BLUE) == pytest.approx(0.5 * seen)
    b.tie(PINK, BLUE).visibility = 0.4
    assert term("inducement", b, PINK, BLUE) == pytest.approx(0.8 * seen)
    b.w.relation[b.w.relation_of[1, 0]].policy = b.w.relation[b.w.relation_of[0, 1]].policy
    assert term("inducement", b, BLUE, RED) == pytest.approx(0.9 * seen)
    b.s.organisation[0].talks = int(Talks.OPEN)
    assert term("inducement", b, RED, BLUE) == pytest.approx((0.5 + 0.7 * 0.6) * seen)
    b.w.inducement[b.t] = 1.0
    assert term("inducement", b, RED, BLUE) == pytest.approx(seen)


def test_compliance_counts_the_line_and_orders_to_halt(bench):
    bench.relation(0, 1).stance = 1
    bench.policy(0, 1).halt = 0.4
    assert term("compliance", bench, PINK, BLUE) == pytest.approx(0.8 * 0.7 * (1 / 3 + 0.2))
    bench.relation(0, 1).stance = 3
    assert term("compliance", bench, PINK, BLUE) == pytest.approx(0.8 * 0.7)
    assert term("compliance", bench, PINK, RED) == 0.0
    assert term("compliance", bench, BLUE, RED) == pytest.approx(0.6 * 0.7 / 3)  # blues are ambiguous, and nobody orders them


def test_hostile_terms_by_hand(bench):
    b = bench
    b.tie(RED, BLACK).overlap = 0.8
    f, apart = 5000 / 6500, np.sqrt((0.81 + 0.49) / 2)
    b.tie(RED, BLACK).blood, b.tie(RED, BLACK).grudge = 0.3, 0.4
    for i, j in ((RED, BLACK), (BLACK, RED)):
        assert term("turf", b, i, j) == pytest.approx(0.8 * 4 * f * (1 - f) * apart)
        assert term("doctrine_distance", b, i, j) == pytest.approx(0.8 * apart)
        assert term("blood", b, i, j) == pytest.approx(0.3)
        assert term("feud", b, i, j) == pytest.approx(0.8 * 0.4)
    b.s.faction[BLACK].fighters = 5000
    assert term("turf", b, RED, BLACK) == pytest.approx(0.8 * apart)  # the sharpest between equals
    b.s.faction[BLACK].doctrine, b.s.faction[BLACK].scope = 0.1, 0.2
    assert term("turf", b, RED, BLACK) == term("doctrine_distance", b, RED, BLACK) == 0.0  # of one mind
    b.tie(RED, BLACK).grudge = 0.0
    assert term("feud", b, RED, BLACK) == 0.0


def test_a_grudge_stands_in_the_way_wherever_the_two_are(bench):
    bench.tie(RED, BLACK).grudge = 0.4
    assert term("grudge", bench, RED, BLACK) == term("grudge", bench, BLACK, RED) == 0.4
    assert term("grudge", bench, RED, BLUE) == 0.0


def test_circumstances_are_those_of_the_dyad(bench):
    bench.tie(RED, BLUE).circumstance = -1.3
    assert term("circumstance", bench, RED, BLUE) == term("circumstance", bench, BLUE, RED) == -1.3
    assert term("circumstance", bench, RED, PINK) == 0.0


def test_strikes_on_a_guest_rally_the_host_and_nobody_else(bench):
    b = bench
    b.s.faction[RED].grievance = 0.5
    assert term("rally", b, RED, BLUE) == pytest.approx(0.8 * 0.6 * 0.5)  # hosting, pressure on blue, grievance
    assert term("rally", b, BLUE, RED) == 0.0  # the guest shelters nobody
    assert term("rally", b, PINK, BLUE) == 0.0
    b.w.monthly.kinetic[b.t, BLUE] = 0.0
    assert term("rally", b, RED, BLUE) == 0.0
    b.w.monthly.kinetic[b.t, BLUE] = 1.0
    b.s.faction[RED].grievance = 0.0
    assert term("rally", b, RED, BLUE) == 0.0
    b.s.faction[RED].grievance, b.s.capability[RED, 2] = 1.0, 1.0
    assert term("rally", b, RED, BLUE) == 1.0


def test_the_emirs_ally_is_not_to_be_fought(bench):
    b = bench
    assert term("discipline", b, PINK, BLUE) == pytest.approx(-0.8 * 0.7 * 0.75)  # red is the emir of pink
    assert term("discipline", b, BLUE, PINK) == pytest.approx(-0.6 * 0.7 * 0.75)
    b.set_level(PINK, BLUE, -2)  # the two fight, and their organisations are allied
    assert term("discipline", b, PINK, BLUE) == pytest.approx(-0.8 * 0.7 * 0.75)
    b.set_level(RED, BLUE, 1)
    assert term("discipline", b, PINK, BLUE) == pytest.approx(-0.8 * 0.7 * 0.25)
    b.set_level(RED, BLUE, -1)
    assert term("discipline", b, PINK, BLUE) == 0.0
    b.set_level(RED, BLUE, 4)
    b.s.organisation[0].cohesion = 0.0
    assert term("discipline", b, PINK, BLUE) == 0.0
    assert term("discipline", b, RED, PINK) == 0.0  # within an organisation
    assert term("discipline", b, RED, BLACK) == 0.0  # of strangers


def test_a_long_fight_exhausts_all_but_rival_claimants(bench):
    b = bench
    b.tie(RED, BLACK).weary = 0.7
    assert term("weariness", b, RED, BLACK) == term("weariness", b, BLACK, RED) == -0.7
    b.w.claim[b.t, 0] = 1.0
    assert term("weariness", b, RED, BLACK) == -0.7  # one claimant alone is nobody's rival
    b.w.claim[b.t, 2] = b.s.organisation[2].present = 1
    assert term("weariness", b, RED, BLACK) == 0.0
    assert term("weariness", b, RED, BLUE) == 0.0


def test_rival_claimants_are_a_cost_anywhere_and_fight_where_they_meet(bench):
    b = bench
    b.s.organisation[2].present = 1
    for i, j in ((RED, BLACK), (BLACK, RED)):
        b.w.claim[b.t] = 0.0
        b.tie(i, j).embedded = b.tie(i, j).overlap = 0.0
        assert term("legitimacy", b, i, j) == 0.0
        b.w.claim[b.t, [0, 2]] = 1.0
        assert term("legitimacy", b, i, j) == 1.0
        assert term("schism", b, i, j) == 0.0
        b.tie(i, j).overlap = 0.25
        assert term("legitimacy", b, i, j) == 1.0
        assert term("schism", b, i, j) == pytest.approx(0.5)
        b.tie(i, j).overlap = 1.0
        assert term("schism", b, i, j) == 1.0
        b.tie(i, j).embedded, b.tie(i, j).overlap = 0.6, 0.25
        assert term("schism", b, i, j) == pytest.approx(0.4 * 0.5)  # old comrades are loath to it
        assert term("legitimacy", b, i, j) == 1.0
        b.tie(i, j).embedded = 1.0
        assert term("schism", b, i, j) == 0.0
        b.tie(i, j).embedded = b.tie(i, j).overlap = 0.0
    assert term("legitimacy", b, PINK, RED) == 0.0  # within an organisation


def test_a_claim_binds_branches_as_far_as_their_emirs_do(bench):
    b = bench
    b.s.organisation[2].present = 1
    b.w.claim[b.t, [0, 2]] = 1.0
    branch = 5
    b.s.faction[branch].organisation = 2
    b.s.faction[BLACK].authority, b.s.organisation[2].cohesion = 0.5, 0.4
    bound = 0.8 * 0.7  # of pink by red
    for i, j, x in ((PINK, BLACK, 1.0), (RED, branch, 1.0), (PINK, branch, bound)):  # a core is bound wholly
        assert term("legitimacy", b, i, j) == term("legitimacy", b, j, i) == pytest.approx(x)
    b.s.organisation[2].cohesion = 1.0
    b.s.faction[BLACK].authority = 0.9
    assert term("legitimacy", b, PINK, branch) == term("legitimacy", b, branch, PINK) == pytest.approx(0.9)  # the more bound
    b.s.faction.authority[[RED, BLACK]] = 0.0
    assert term("legitimacy", b, PINK, branch) == 0.0


def test_restraint_by_hand(bench):
    b = bench
    b.p.restraint_base = 0.4
    b.s.faction[RED].setback, b.tie(RED, BLUE).trust = 0.3, 0.5
    assert term("restraint", b, RED, BLUE) == pytest.approx(-(0.4 + 0.6 * (0.8 + 0.5 + 0.3) / 3))


def test_profiles_are_zero_where_nothing_is_realised():
    assert profile(GAIN, 0, 0, 0.2) == profile(COST, -1, 0, 0.2) == profile(HOSTILE, 3, 3, 0.2) == 0.0
    assert profile(ABANDON, 3, 2, 0.2) == 0.0
    assert profile(ABANDON, 1, 3, 0.2) == -0.7
    assert profile(GAIN, 4, 4, 0.2) == profile(HOSTILE, -2, 0, 0.2) == 1.0


def chosen(terms, current, sharpness, u):
    return choose(
        sums_by_shape(terms), current, SimpleNamespace(choice_sharpness=sharpness, choice_inertia=0.0, choice_cliff=0.0), u
    )


def test_choice_follows_utility_and_stays_on_the_ladder():
    terms = np.zeros(len(TERM_NAMES))
    terms[TERM_NAMES.index("bond")] = 3.0
    assert utility(sums_by_shape(terms), 3, 2, 0.0) > utility(sums_by_shape(terms), 2, 2, 0.0)
    assert chosen(terms, 4, 6.0, 0.999999) == 0
    terms[:] = 0.0
    terms[TERM_NAMES.index("blood")] = 5.0
    assert chosen(terms, 0, 50.0, 0.5) == -1
    assert chosen(terms, -2, 50.0, 0.001) == 0
    assert [chosen(terms * 0, 1, 6.0, u) for u in (0.1, 0.5, 0.9)] == [-1, 0, 1]  # indifferent: a third each


def test_the_leading_term_is_the_one_that_moved_the_choice():
    terms = np.zeros(len(TERM_NAMES))
    terms[TERM_NAMES.index("bond")], terms[TERM_NAMES.index("pressure")] = 0.5, 3.0
    lead, _, push = leading(terms, 3, -1, 0.2)
    assert TERM_NAMES[lead] == "pressure"
    assert push == pytest.approx(utility(sums_by_shape(terms), 2, 3, 0.2) - utility(sums_by_shape(terms), 3, 3, 0.2))
    assert SHAPES[lead] == COST
