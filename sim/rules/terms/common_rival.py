"""The mechanism `common_rival`."""

from __future__ import annotations

from ..compiled import rule
from ..measures import hostility, share


@rule
def common_rival(s, w, p, t, i, j):
    """A third organisation that both fight, the stronger the more.

        x = sum_k min(hostility_ik, hostility_jk) * fighters_k / (fighters_k + fighters_i)
        common_rival = x / (1 + x)

    Shape   gain with depth (GAIN). Range 0..1. 0 without a common rival.
    Source  seeds/parameters.yaml: common_rival
    """
    x = 0.0
    for n in range(w.order.shape[0]):
        k = w.order[n]
        if s.faction[k].present == 1 and k != i and k != j:
            both = min(hostility(s.tie[i, k].level), hostility(s.tie[j, k].level))
            if both > 0.0:
                x += both * share(s.faction[k].fighters, s.faction[i].fighters)
    return x / (1.0 + x)
