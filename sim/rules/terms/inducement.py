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
    """An offer conditional on a break: the tie is a chip, held for its price and given up for a concession that is believed.

        offered    = offer_oq * disposition_i while talks are open or agreed + selective offer to i
        inducement = min(1, offered) * (credibility_oq * detection_ij - c) / (1 - c), c: p.inducement_chip

    Below c the offer makes the tie worth holding, since it will have a price later.
    Shape   cost with depth (COST): what is lost by keeping the tie. Range -c / (1 - c)..1. 0 without an offer.
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
    sure = policy.credibility * detection(s, w, p, t, i, j, d)
    return min(1.0, offered) * (sure - p.inducement_chip) / (1.0 - p.inducement_chip)
