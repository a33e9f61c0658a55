"""The mechanism `schism`."""

from __future__ import annotations

import math

from ..compiled import rule
from ..measures import contest


@rule
def schism(s, w, p, t, i, j, d):
    """Rival claimants to lead the faithful fight where they meet.

        schism = contest_ij * (1 - embedded_ij) * sqrt(overlap_ij)

    The root, since a war for one province is fought by a part of each side. Old comrades are loath to it.
    Shape   reward of hostility (HOSTILE). Range 0..1. Symmetric. 0 apart, or without two claimants.
    Source  seeds/parameters.yaml: schism
    """
    return contest(s, i, j) * (1.0 - s.tie[d].embedded) * math.sqrt(s.tie[d].overlap)
