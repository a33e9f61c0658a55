"""The mechanism `inducement`."""

from __future__ import annotations

from ...world.names import Talks
from ..compiled import rule
from ..measures import detection

OPEN, AGREED = int(Talks.OPEN), int(Talks.AGREED)


@rule
def inducement(s, w, p, t, i, j):
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
    offered = w.inducement[t, i, q]
    talks = s.organisation[o].talks
    if talks == OPEN or talks == AGREED:
        offered += w.policy[t, o, q].offer * s.faction[i].disposition
    return min(1.0, offered) * w.policy[t, o, q].credibility * detection(s, w, p, t, i, j)
