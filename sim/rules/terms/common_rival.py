"""The mechanism `common_rival`."""

from __future__ import annotations

from ..compiled import rule
from ..measures import hostility, level_of, level_with, share


@rule
def common_rival(s, w, p, t, i, j, d):
    """A third faction that both fight, the more the stronger it is beside the weaker of the two.

        x = sum_k min(hostility_ik, hostility_jk) * fighters_k / (fighters_k + min(fighters_i, fighters_j))
        common_rival = x / (1 + x)

    Shape   gain with depth (GAIN). Range 0..1. Symmetric. 0 without a common rival.
    Source  seeds/parameters.yaml: common_rival
    """
    weaker = min(s.faction[i].fighters, s.faction[j].fighters)
    x = 0.0
    for c in range(w.contact_start[i], w.contact_start[i + 1]):
        level = level_with(s, w, c)
        if level < 0:
            k = w.contact[c].other
            both = min(hostility(level), hostility(level_of(s, w, j, k)))
            if both > 0.0:
                x += both * share(s.faction[k].fighters, weaker)
    return x / (1.0 + x)
