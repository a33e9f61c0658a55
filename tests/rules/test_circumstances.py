"""What surrounds a tie: the initial draw of what no coder sees, its drift, and news. Exact numbers."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from sim.engine.model import AllianceModel
from sim.rules import draws, initial
from sim.rules.processes import circumstances, opportunity
from sim.world.instruments import WedgeConf, with_wedge
from sim.world.names import LeaderNews, Talks
from sim.world.tables import BID, DYAD_EVENT, table

RED, PINK, BLUE, BLACK = range(4)
SLOT = 5  # for a faction born in a run
REDS, BLUES, BLACKS = range(3)
KEY = draws.master_key(1, 0)


def pair_draw(b, d, stream, t, index=0):
    one, other = (int(b.s.faction[k].key) for k in (b.w.dyad[d].first, b.w.dyad[d].second))
    return draws.pair_uniforms(KEY, stream, t, one, other, index)


# the initial world


def test_those_chosen_are_the_upper_quarter_of_a_normal():
    upper = stats.truncnorm(stats.norm.ppf(0.75), np.inf)
    assert pytest.approx(upper.mean(), abs=5e-4) == initial.CHOSEN_MEAN
    assert pytest.approx(1 - upper.var(), abs=5e-4) == initial.CHOSEN_SPREAD


def rapport(bench, x, sociability, allied, hub=0.0, selection=0.0):
    bench.p.rapport_hub, bench.p.rapport_selection = hub, selection
    return initial.rapport_of(bench.p, x, sociability, allied)


def test_rapport_has_a_part_of_the_dyad_and_one_of_each_side(bench):
    assert rapport(bench, 0.8, 5.0, False) == 0.8
    assert rapport(bench, 0.8, 1.2, False, hub=1.0) == pytest.approx(1.2 * math.sqrt(0.5))
    assert rapport(bench, 0.8, 1.2, False, hub=0.36) == pytest.approx(0.8 * 0.8 + 1.2 * math.sqrt(0.18))
    for hub in (0.0, 0.3, 1.0):  # variance one whatever the share: x and two sociabilities are standard normal
        own, shared = rapport(bench, 1.0, 0.0, False, hub=hub), rapport(bench, 0.0, 1.0, False, hub=hub)
        assert own**2 + 2 * shared**2 == pytest.approx(1.0)
        assert rapport(bench, 1.0, 1.0, False, hub=hub, selection=1.0) == pytest.approx(own + shared)  # of strangers


def test_those_allied_at_entry_suit_each_other(bench):
    for selection in (0.0, 0.5, 1.0):
        spread = math.sqrt(1 - 0.758 * selection**2)
        for x in (-2.0, 0.0, 1.5):
            assert rapport(bench, x, 9.0, True, selection=selection) == pytest.approx(1.271 * selection + spread * x)
    assert rapport(bench, 0.8, 1.2, True, hub=0.36) == rapport(bench, 0.8, 1.2, False, hub=0.36)
    mixed = 0.8 * 0.8 + 1.2 * math.sqrt(0.18)
    assert rapport(bench, 0.8, 1.2, True, hub=0.36, selection=1.0) == pytest.approx(1.271 + math.sqrt(0.242) * mixed)


def test_the_initial_world_is_drawn_by_address(bench):
    b = bench
    b.p.rapport_hub, b.p.rapport_selection = 0.36, 0.5
    b.w.dyad.entry_level[b.dyad(PINK, BLACK)] = 2  # one of them enters later, allied
    b.w.dyad.entry_level[b.dyad(BLUE, BLACK)] = 1
    initial.draw_initial(b.s, b.w, b.p, KEY)
    sociable = [draws.normal(*draws.uniforms(KEY, draws.INITIAL, 0, int(f.key), 0, 1)[:2]) for f in b.s.faction]
    assert b.s.faction.sociable.tolist() == sociable
    allied = {b.dyad(i, j) for i, j in ((RED, PINK), (RED, BLUE), (PINK, BLUE), (PINK, BLACK))}
    for d in range(len(b.w.dyad)):
        u, v, x, y = pair_draw(b, d, draws.INITIAL, 0)
        both = sociable[b.w.dyad[d].first] + sociable[b.w.dyad[d].second]
        mixed = 0.8 * draws.normal(u, v) + math.sqrt(0.18) * both
        suited = 0.5 * 1.271 + math.sqrt(1 - 0.758 * 0.25) * mixed if d in allied else mixed
        assert b.s.tie[d].rapport == pytest.approx(suited)
        assert b.s.tie[d].circumstance == draws.normal(x, y)


# drift


def drifted(b, start, months=1, half_life=6.0):
    """Circumstances after some months from one start for all."""
    c = b.again()
    c.p.circumstance_half_life = half_life
    c.s.tie.circumstance = start
    for t in range(c.t, c.t + months):
        opportunity.draw_meetings(c.s, c.w, t, KEY, c.scratch)
        circumstances.drift(c.s, c.w, c.p, t, KEY, c.scratch)
    return c.s.tie.circumstance.copy()


@pytest.mark.parametrize("half_life", [1.0, 4.0, 60.0])
def test_drift_by_hand(bench, half_life):
    phi = 2 ** (-1 / half_life)
    found = drifted(bench, 0.7, half_life=half_life)
    for d in range(len(bench.w.dyad)):
        e = math.sqrt(3) * (sum(pair_draw(bench, d, draws.CIRCUMSTANCE, bench.t)) - 2)
        assert found[d] == pytest.approx(phi * 0.7 + math.sqrt(1 - phi**2) * e)


def test_a_start_is_half_forgotten_after_a_half_life_and_its_variance_made_up_for(bench):
    for months in (3, 6, 12):
        from_one, from_zero = drifted(bench, 1.0, months), drifted(bench, 0.0, months)
        assert from_one - from_zero == pytest.approx(0.5 ** (months / 6))
    kept = drifted(bench, 1.0) - drifted(bench, 0.0)
    e = [math.sqrt(3) * (sum(pair_draw(bench, d, draws.CIRCUMSTANCE, bench.t)) - 2) for d in range(len(kept))]
    fresh = drifted(bench, 0.0) / e
    assert kept**2 + fresh**2 == pytest.approx(1.0)  # so a variance of one stays one


@pytest.mark.statistical
def test_circumstances_stay_standard(bench):
    # 15 dyads for 400 months of half life 1: about 2,000 independent values (phi = 0.5), limits at five standard errors
    path = np.array(list(walk(bench, 400)))
    assert abs(path.mean()) < 5 * math.sqrt(1 / 2000)
    assert abs((path**2).mean() - 1.0) < 5 * math.sqrt(2 / 3600)
    assert abs((path[1:] * path[:-1]).mean() - 0.5) < 0.11


def walk(b, months):
    b.p.circumstance_half_life = 1.0
    initial.draw_initial(b.s, b.w, b.p, KEY)
    for t in range(months):
        opportunity.draw_meetings(b.s, b.w, t, KEY, b.scratch)
        circumstances.drift(b.s, b.w, b.p, t, KEY, b.scratch)
        yield b.s.tie.circumstance.copy()


def test_circumstances_take_the_same_path_whatever_else_happens(world):
    sanctions = {"target": "reds", "about": "blues", "size": 1.0}
    wedge = WedgeConf.model_validate({"name": "w", "title": "w", "isolation": sanctions, "distrust": sanctions})
    runs = [AllianceModel(world=w, seed=3) for w in (world, with_wedge(world, wedge))]
    named = world.facts.faction.spare == 0
    kept = named[world.facts.dyad.first] & named[world.facts.dyad.second]
    for _ in range(30):
        for model in runs:
            model.step()
        one, other = (model.state.tie for model in runs)
        assert one.circumstance[kept].tobytes() == other.circumstance[kept].tobytes()
        assert one.rapport[kept].tobytes() == other.rapport[kept].tobytes()
    assert one.trust[kept].tobytes() != other.trust[kept].tobytes()


# news


def test_a_quiet_month_is_no_news(bench):
    b = bench
    b.s.faction.pressed = b.s.faction.pressed_before = 0.6
    b.s.organisation.talks_age = 5
    assert [circumstances.news_of(b.s, b.w, b.t, i) for i in range(4)] == [0.0] * 4
    b.s.organisation.talks_age = 0  # of those who never talked with anybody
    assert [circumstances.news_of(b.s, b.w, b.t, i) for i in range(4)] == [0.0] * 4


@pytest.mark.parametrize(
    ("bulletin", "news"),
    [(LeaderNews.NOTHING, 0.0), (LeaderNews.DEATH, 1.0), (LeaderNews.CONCEALED_DEATH, 0.0), (LeaderNews.DISCLOSURE, 1.0)],
)
def test_a_death_is_news_once_it_is_known(bench, bulletin, news):
    bench.s.faction[RED].bulletin = bulletin
    assert circumstances.news_of(bench.s, bench.w, bench.t, RED) == news
    assert circumstances.news_of(bench.s, bench.w, bench.t, PINK) == 0.0


def test_a_new_emir_is_news_to_the_whole_movement_and_exposure_to_the_exposed(bench):
    b = bench
    b.s.organisation[REDS].accession = 1
    b.s.faction[BLUE].unmasked = 1
    assert [circumstances.news_of(b.s, b.w, b.t, i) for i in range(4)] == [1.0, 1.0, 1.0, 0.0]


@pytest.mark.parametrize(
    ("talks", "month_of_change"),
    [(Talks.NONE, 0), (Talks.OPEN, 0), (Talks.AGREED, 0), (Talks.FROZEN, 1), (Talks.SNAPPED_BACK, 1)],
)
def test_talks_are_news_in_the_first_month_in_which_ties_are_weighed(bench, talks, month_of_change):
    """A state freezes talks and takes deals back at the end of a month, when its ties have been weighed."""
    b = bench
    b.s.organisation[REDS].talks = talks
    for age in range(4):
        b.s.organisation[REDS].talks_age = age
        b.s.organisation[REDS].counterpart = BLUES
        assert circumstances.news_of(b.s, b.w, b.t, PINK) == (age == month_of_change)
        assert circumstances.news_of(b.s, b.w, b.t, BLUE) == 0.0
        b.s.organisation[REDS].counterpart = -1
        assert circumstances.news_of(b.s, b.w, b.t, PINK) == 0.0


def test_pressure_is_news_as_far_as_it_jumps_and_a_blow_by_its_size(bench):
    b = bench
    for before, now, jump in ((0.2, 0.7, 0.5), (0.7, 0.2, 0.5), (0.4, 0.4, 0.0)):
        b.s.faction[RED].pressed_before, b.s.faction[RED].pressed = before, now
        assert circumstances.news_of(b.s, b.w, b.t, RED) == pytest.approx(jump)
        b.w.monthly.setback[b.t, RED] = 0.3
        assert circumstances.news_of(b.s, b.w, b.t, RED) == pytest.approx(max(jump, 0.3))
        b.w.monthly.setback[b.t, RED] = 0.0
    b.s.faction[RED].pressed = 0.9
    assert circumstances.news_of(b.s, b.w, 0, RED) == 0.0  # the first month has none before it


def between(b, o, q, t=None):
    return circumstances.news_between(b.s, b.w, b.t if t is None else t, int(b.w.relation_of[o, q]))


def test_a_new_stance_or_pledge_is_news_between_two(bench):
    b = bench
    assert between(b, REDS, BLUES) == 0.0
    for column, t in itertools.product(("since", "pledged"), (0, 20)):
        c = b.again()
        c.relation(REDS, BLUES)[column] = t
        assert between(c, REDS, BLUES, t) == 1.0
        assert between(c, REDS, BLUES, t + 1) == 0.0
        assert between(c, BLUES, REDS, t) == 0.0  # of this relation alone; a tie looks at both
    assert between(b, REDS, REDS) == 0.0  # no relation


@pytest.mark.parametrize("column", ["offer", "isolation", "demand", "halt"])
def test_a_policy_is_news_as_far_as_it_changes(bench, column):
    b = bench
    k = b.w.relation[b.w.relation_of[REDS, BLUES]].policy
    for before, now in ((0.2, 0.9), (0.9, 0.2), (0.5, 0.5)):
        b.w.policy[b.t - 1, k][column], b.w.policy[b.t, k][column] = before, now
        assert between(b, REDS, BLUES) == pytest.approx(abs(now - before))
    b.w.policy[0, k][column] = 0.9
    assert between(b, REDS, BLUES, 0) == 0.0  # what holds at the start is not new
    b.w.policy[:, 0][column] = np.arange(len(b.w.watch)) % 2
    assert between(b, BLUES, REDS) == 0.0  # the first column is nobody's policy


def spread(b, memory=0.5):
    b.p.choice_memory = memory
    circumstances.spread_news(b.s, b.w, b.p, b.t)
    return b


def news(b):
    return {pair: b.tie(*pair).news for pair in ((RED, PINK), (RED, BLUE), (PINK, BLUE))}


def test_news_of_a_side_reaches_its_ties_and_fades(bench):
    b = bench
    b.s.faction.pressed = b.s.faction.pressed_before = 0.6
    b.s.faction[RED].pressed = 0.9
    spread(b)
    assert list(b.s.faction.news[:3]) == pytest.approx([0.3, 0.0, 0.0])
    assert list(b.s.faction.pressed_before[:3]) == [0.9, 0.6, 0.6]
    assert news(b) == pytest.approx({(RED, PINK): 0.3, (RED, BLUE): 0.3, (PINK, BLUE): 0.0})
    b.s.faction[BLUE].unmasked = 1
    spread(b)
    assert list(b.s.faction.news[:3]) == pytest.approx([0.15, 0.0, 1.0])
    assert news(b) == pytest.approx({(RED, PINK): 0.15, (RED, BLUE): 1.0, (PINK, BLUE): 1.0})
    b.s.faction[BLUE].unmasked = 0
    spread(b, memory=0.8)
    assert news(b) == pytest.approx({(RED, PINK): 0.12, (RED, BLUE): 0.8, (PINK, BLUE): 0.8})
    spread(b, memory=0.0)
    assert news(b) == {(RED, PINK): 0.0, (RED, BLUE): 0.0, (PINK, BLUE): 0.0}


def test_news_between_two_reaches_their_ties_whoever_made_it(bench):
    for o, q in ((REDS, BLUES), (BLUES, REDS)):
        b = bench.again()
        b.relation(o, q).since = b.t
        spread(b)
        assert news(b) == {(RED, PINK): 0.0, (RED, BLUE): 1.0, (PINK, BLUE): 1.0}
        assert not b.s.faction.news.any()
        b.t += 1
        spread(b)
        assert news(b) == {(RED, PINK): 0.0, (RED, BLUE): 0.5, (PINK, BLUE): 0.5}


def test_a_dated_event_of_a_dyad_is_news_to_it_alone(bench):
    b = bench
    event, start = table(3, DYAD_EVENT), b.w.dyad_start.copy()
    event.dyad = b.dyad(RED, PINK), b.dyad(RED, BLUE), b.dyad(PINK, BLUE)
    event.month = b.t - 1, b.t, b.t + 1
    start[b.t - 1], start[b.t], start[b.t + 1], start[b.t + 2 :] = 0, 1, 2, 3
    b.w = b.w._replace(dyad_event=event, dyad_start=start)
    assert news(spread(b)) == {(RED, PINK): 0.0, (RED, BLUE): 1.0, (PINK, BLUE): 0.0}


def test_an_offer_to_one_faction_is_news_to_its_ties_with_those_it_is_about(bench):
    b = bench
    b.w = b.w._replace(bid=table(1, BID), inducement=np.zeros((len(b.w.watch), 1)))
    b.w.bid.faction, b.w.bid.about = RED, BLUES
    b.w.inducement[b.t :] = 0.4
    assert news(spread(b.again())) == {(RED, PINK): 0.0, (RED, BLUE): 1.0, (PINK, BLUE): 0.0}
    b.t += 1
    assert not any(news(spread(b.again())).values())  # it stands as it stood
    b.w.inducement[:] = 0.4
    b.t = 0
    b.s.organisation.talks_age = 1
    assert not any(news(spread(b.again())).values())
    b.t = 5
    b.w.inducement[5:] = 0.0  # taken off the table
    b.s.faction[SLOT].organisation = BLUES
    c = spread(b)
    assert news(c) == {(RED, PINK): 0.0, (RED, BLUE): 1.0, (PINK, BLUE): 0.0}
    assert c.tie(RED, SLOT).news == 1.0
