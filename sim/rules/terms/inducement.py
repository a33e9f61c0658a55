"""The mechanism `inducement`."""

from __future__ import annotations

from ...world.names import Talks
from ..compiled import rule
from ..measures import detection, relation_with

OPEN, AGREED = int(Talks.OPEN), int(Talks.AGREED)


@rule
def selective_offer(w, t, i, q):
    """Offer to faction i alone for its break with organisation q, 0..1."""
    offered = 0.0
    for n in range(w.bid.shape[0]):
        if w.bid[n].faction == i and w.bid[n].about == q:
            offered += w.inducement[t, n]
    return offered


@rule
def inducement(s, w, p, t, i, j, d):
    """An offer conditional on a break, discounted by its credibility and by the chance of cheating unseen.

        offered    = offer_oq * disposition_i while talks are open or agreed + selective offer to i
        inducement = min(1, offered) * credibility_oq * detection_ij

    Shape   cost with depth (COST): what is lost by keeping the tie. Range 0..1. 0 without an offer or credibility.
    Source  seeds/parameters.yaml: inducement
    """
    o = s.faction[i].organisation
    q = s.faction[j].organisation
    if o == q:
        return 0.0
    policy = w.policy[t, w.relation[relation_with(s, w, d, i)].policy]
    offered = selective_offer(w, t, i, q)
    talks = s.organisation[o].talks
    if talks == OPEN or talks == AGREED:
        offered += policy.offer * s.faction[i].disposition
    return min(1.0, offered) * policy.credibility * detection(s, w, p, t, i, j, d)
