"""The mechanism `ideology`."""

from __future__ import annotations

from ..compiled import rule
from ..measures import affinity


@rule
def ideology(s, w, p, t, i, j, d):
    """Likeness of doctrine and scope as a reason to cooperate (fixed over a run).

        ideology = 1 - sqrt((doctrine gap^2 + scope gap^2) / 2)

    Shape   gain with depth (GAIN). Range 0..1. Symmetric; 1 for equals, 0 for opposites.
    Source  seeds/parameters.yaml: ideology
    """
    return affinity(s, i, j)
