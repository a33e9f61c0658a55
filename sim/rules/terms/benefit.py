"""The mechanism `benefit`."""

from __future__ import annotations

from ...world.names import KINDS
from ..compiled import rule


@rule
def benefit(s, w, p, t, i, j, d):
    """What j can do that i cannot, weighted by what i needs.

        benefit = mean over kinds k of need_ik * max(0, capability_jk - capability_ik)

    Needs are not measured against i's own: who needs little gains little.
    Shape   gain with depth (weigh.py: GAIN). Range 0..1. Not symmetric.
    Limits  0 when i needs nothing or j is better at nothing.
    Source  seeds/parameters.yaml: benefit
    """
    gained = 0.0
    for k in range(KINDS):
        gained += s.need[i, k] * max(0.0, s.capability[j, k] - s.capability[i, k])
    return gained / KINDS
