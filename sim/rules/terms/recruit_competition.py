"""The mechanism `recruit_competition`."""

from __future__ import annotations

from ..compiled import rule


@rule
def recruit_competition(s, w, p, t, i, j, d):
    """Competition for the same recruits and the same audience.

        competition = overlap_ij * (1 - |scope gap|) * reputation_j

    Shape   reward of hostility (HOSTILE). Range 0..1. 0 within an organisation, or apart.
    Source  seeds/parameters.yaml: recruit_competition
    """
    if s.faction[i].organisation == s.faction[j].organisation:
        return 0.0
    audience = 1.0 - abs(s.faction[i].scope - s.faction[j].scope)
    return s.tie[d].overlap * audience * s.faction[j].reputation
