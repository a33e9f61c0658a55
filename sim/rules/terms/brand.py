"""The mechanism `brand`."""

from __future__ import annotations

import math

from ..compiled import rule
from ..measures import pledge_public, relation_with


@rule
def brand(s, w, p, t, i, j, d):
    """Audience cost: the price of being seen to abandon a brother in arms.

        brand = brand_i * (1 - a + a * public pledge) * (1 - exp(-age_ij / maturity))

    a: p.brand_pledge_share; maturity: p.brand_maturity, months.
    Shape   price of a step down (weigh.py: ABANDON). Range 0..1. 0 for a new tie or a faction without such an image.
    Source  seeds/parameters.yaml: brand
    """
    o = s.faction[i].organisation
    q = s.faction[j].organisation
    if o == q:
        return 0.0
    a = p.brand_pledge_share
    seen = 1.0 - a + a * pledge_public(s, w, relation_with(s, w, d, i))
    return w.faction[i].brand * seen * (1.0 - math.exp(-s.tie[d].age / p.brand_maturity))
