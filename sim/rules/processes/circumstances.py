"""What surrounds a tie: circumstances that nobody coded, and news that gives reason to reconsider it."""

from __future__ import annotations

import math

from ...world.names import LeaderNews, Talks
from ..compiled import rule
from ..draws import CIRCUMSTANCE, nearly_normal, pair_uniforms
from ..measures import relation_with

DEATH, DISCLOSED = int(LeaderNews.DEATH), int(LeaderNews.DISCLOSURE)
FROZEN, SNAPPED_BACK = int(Talks.FROZEN), int(Talks.SNAPPED_BACK)


@rule
def drift(s, w, p, t, key, scratch):
    """Circumstances of every dyad move on, whatever happens: a stationary autoregressive process.

        x' = phi * x + sqrt(1 - phi^2) * e,   phi = 2^(-1 / half life),   e of mean 0 and variance 1

    Reads   scratch.pair
    Writes  s.tie.circumstance
    Draws   CIRCUMSTANCE, one block a dyad: the same path under a policy and without
    Source  seeds/parameters.yaml: circumstance
    """
    phi = math.pow(0.5, 1.0 / p.circumstance_half_life)
    fresh = math.sqrt(1.0 - phi * phi)
    for d in range(w.dyad.shape[0]):
        a, b, c, e = pair_uniforms(key, CIRCUMSTANCE, t, scratch.pair[0, d], scratch.pair[1, d], 0)
        s.tie[d].circumstance = phi * s.tie[d].circumstance + fresh * nearly_normal(a, b, c, e)


@rule
def news_of(s, w, t, i):
    """What happened to faction i since its ties were weighed, 0..1.

    Succession, a blow, a jump of pressure, a new emir, talks, exposure. Talks that the coalition froze or took back at the
    end of last month (processes/reaction.py) are a month old by now.
    """
    o = s.faction[i].organisation
    succession = s.faction[i].bulletin == DEATH or s.faction[i].bulletin == DISCLOSED
    state = s.organisation[o].talks
    fresh = 1 if state == FROZEN or state == SNAPPED_BACK else 0
    talks = s.organisation[o].talks_age == fresh and s.organisation[o].counterpart >= 0
    if succession or talks or s.organisation[o].accession == 1 or s.faction[i].unmasked == 1:
        return 1.0
    jump = abs(s.faction[i].pressed - s.faction[i].pressed_before) if t > 0 else 0.0  # nothing is known of the time before
    return max(jump, w.monthly[t, i].setback)


@rule
def news_between(s, w, t, r):
    """What changed between two organisations this month, 0..1, by their relation r: a stance, a pledge, a policy."""
    if s.relation[r].since == t or s.relation[r].pledged == t:
        return 1.0
    k = w.relation[r].policy
    if k == 0 or t == 0:
        return 0.0
    now = w.policy[t, k]
    old = w.policy[t - 1, k]
    offers = max(abs(now.offer - old.offer), abs(now.isolation - old.isolation))
    return max(offers, abs(now.demand - old.demand), abs(now.halt - old.halt))


@rule
def spread_news(s, w, p, t):
    """How recently there was a reason to reconsider each tie: news of a side or between the two, which fades by month.

        news' = max(memory * news, what happened this month)

    Writes  s.faction: news, pressed_before; s.tie.news
    Source  seeds/parameters.yaml: choice.memory, choice.quiet
    """
    for i in range(s.faction.shape[0]):
        s.faction[i].news = max(p.choice_memory * s.faction[i].news, news_of(s, w, t, i))
        s.faction[i].pressed_before = s.faction[i].pressed
    for d in range(w.dyad.shape[0]):
        i = w.dyad[d].first
        j = w.dyad[d].second
        r = relation_with(s, w, d, i)
        between = max(news_between(s, w, t, r), news_between(s, w, t, w.relation[r].back))
        s.tie[d].news = min(1.0, max(p.choice_memory * s.tie[d].news, s.faction[i].news, s.faction[j].news, between))
    for e in range(w.dyad_start[t], w.dyad_start[t + 1]):
        s.tie[w.dyad_event[e].dyad].news = 1.0
    for n in range(w.bid.shape[0]):
        if t > 0 and w.inducement[t, n] != w.inducement[t - 1, n]:
            i = w.bid[n].faction
            for c in range(w.contact_start[i], w.contact_start[i + 1]):
                if s.faction[w.contact[c].other].organisation == w.bid[n].about:
                    s.tie[w.contact[c].dyad].news = 1.0
