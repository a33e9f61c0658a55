"""The mechanism `turf`."""

from __future__ import annotations

from ..compiled import rule
from ..measures import affinity, share


@rule
def turf(s, w, p, t, i, j, d):
    """Two organisations in one place: the more of it they share, the more even and the less alike, the sharper.

        turf = overlap_ij * 4 * f * (1 - f) * (1 - affinity_ij), f = fighters_i / (fighters_i + fighters_j)

    Shape   reward of hostility (weigh.py: HOSTILE). Range 0..1. Symmetric. 0 within an organisation, or apart.
    Source  seeds/parameters.yaml: turf
    """
    if s.faction[i].organisation == s.faction[j].organisation:
        return 0.0
    x = s.faction[i].fighters
    y = s.faction[j].fighters
    even = 4.0 * share(x, y) * share(y, x)
    return s.tie[d].overlap * even * (1.0 - affinity(s, i, j))
