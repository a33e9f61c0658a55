"""The mechanism `personal_ties`."""

from __future__ import annotations

from ..compiled import rule
from ..measures import led


@rule
def personal_ties(s, w, p, t, i, j, d):
    """The part of the bond that leaders hold in person, and that dies with them.

        personal = min(held_ij, held_ji) * (authority_i + authority_j) / 2

    Shape   gain with depth (GAIN). Range 0..1. Symmetric. 0 when either side is without a leader;
            a concealed death still counts, because the partner does not know.
    Source  seeds/parameters.yaml: personal_ties
    """
    if not led(s, i) or not led(s, j):
        return 0.0
    held = min(s.tie[d].held_first, s.tie[d].held_second)
    return held * 0.5 * (s.faction[i].authority + s.faction[j].authority)
