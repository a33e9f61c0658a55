"""The mechanism `isolation`."""

from __future__ import annotations

from ...world.names import Talks
from ..compiled import rule
from ..measures import relation_with

AGREED = int(Talks.AGREED)


@rule
def isolation(s, w, p, t, i, j, d):
    """Diplomatic and financial isolation for the association, as far as i wants recognition and can be seen.

        isolation = isolation_oq * recognition wanted by i * visibility_ij, nothing once a deal is agreed

    Shape   cost with depth (COST). Range 0..1.
    Source  seeds/parameters.yaml: isolation
    """
    o = s.faction[i].organisation
    q = s.faction[j].organisation
    if s.organisation[o].talks == AGREED and s.organisation[o].counterpart == q:
        return 0.0
    policy = w.relation[relation_with(s, w, d, i)].policy
    return w.policy[t, policy].isolation * w.faction[i].recognition * s.tie[d].visibility
