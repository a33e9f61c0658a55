"""The mechanism `common_enemy`."""

from __future__ import annotations

from ..compiled import rule
from ..measures import shared_enemy


@rule
def common_enemy(s, w, p, t, i, j, d):
    """A state that both fight.

        common_enemy = max_a min(enmity_ia, enmity_ja) * campaign_a

    Shape   gain with depth (GAIN). Range 0..1. Symmetric.
    Limits  0 when no state fights, or no state is an enemy of both.
    Source  seeds/parameters.yaml: common_enemy
    """
    return shared_enemy(s, w, t, i, j)
