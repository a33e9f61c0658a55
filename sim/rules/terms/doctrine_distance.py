"""The mechanism `doctrine_distance`."""

from __future__ import annotations

from ..compiled import rule
from ..measures import affinity


@rule
def doctrine_distance(s, w, p, t, i, j, d):
    """Ideological distance where both are present: it separates who fights whom.

        doctrine_distance = overlap_ij * (1 - affinity_ij)

    Shape   reward of hostility (HOSTILE). Range 0..1. Symmetric. 0 for equals, or apart.
    Source  seeds/parameters.yaml: doctrine_distance
    """
    return s.tie[d].overlap * (1.0 - affinity(s, i, j))
