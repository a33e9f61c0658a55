"""The mechanism `benefit`."""

from __future__ import annotations

from ...world.names import KINDS
from ..compiled import rule
from ..measures import SANCTUARY, hosting


@rule
def benefit(s, w, p, t, i, j, d):
    """What j can do that i cannot, weighted by what i needs.

        benefit = mean over kinds k of need_ik * max(0, capability_jk - capability_ik)

    A sanctuary counts as far as its ground is open (measures.py: refuge). Needs are not measured against i's own: who
    needs little gains little.
    Shape   gain with depth (weigh.py: GAIN). Range 0..1. Not symmetric.
    Limits  0 when i needs nothing or j is better at nothing.
    Source  seeds/parameters.yaml: benefit
    """
    gained = hosting(s, j, i)
    for k in range(KINDS):
        if k != SANCTUARY:
            gained += s.need[i, k] * max(0.0, s.capability[j, k] - s.capability[i, k])
    return gained / KINDS
