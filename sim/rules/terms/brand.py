"""The mechanism `brand`."""

from __future__ import annotations

import math

from ..compiled import rule
from ..measures import pledge_public, relation_with


@rule
def brand(s, w, p, t, i, j, d):
    """Audience cost: the price of being seen to abandon a brother in arms.

        brand = brand_i * islamist_i * islamist_j * (1 - exp(-age_ij / maturity) + public pledge) / 2

    A public oath counts at once, private years slowly, and only before an audience of one faith.
    maturity: p.bond_maturity, months.
    Shape   price of a step down (weigh.py: ABANDON). Range 0..1. 0 for a faction without such an image.
    Source  seeds/parameters.yaml: brand
    """
    o = s.faction[i].organisation
    q = s.faction[j].organisation
    if o == q:
        return 0.0
    faith = w.faction[i].islamist * w.faction[j].islamist
    years = 1.0 - math.exp(-s.tie[d].age / p.bond_maturity)
    return w.faction[i].brand * faith * 0.5 * (years + pledge_public(s, w, relation_with(s, w, d, i)))
