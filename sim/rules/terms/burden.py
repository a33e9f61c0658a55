"""The mechanism `burden`."""

from __future__ import annotations

from ..compiled import rule
from ..measures import hosting


@rule
def burden(s, w, p, t, i, j, d):
    """Upkeep of a tie: more of it among neighbours, and more of it on the host than on the guest.

        burden = (a + (1 - a) * overlap_ij) * (1 + side * (hosting_ij - hosting_ji)), a: p.burden_distance

    Within an organisation the first factor is 1. side: p.burden_side.
    Shape   cost with depth (COST). Range 0..2. Not symmetric where one shelters the other.
    Source  seeds/parameters.yaml: burden
    """
    near = p.burden_distance + (1.0 - p.burden_distance) * s.tie[d].overlap
    if s.faction[i].organisation == s.faction[j].organisation:
        near = 1.0
    return near * (1.0 + p.burden_side * (hosting(s, i, j) - hosting(s, j, i)))
