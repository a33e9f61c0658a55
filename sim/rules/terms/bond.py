"""The mechanism `bond`."""

from __future__ import annotations

import math

from ..compiled import rule


@rule
def bond(s, w, p, t, i, j, d):
    """What shared years are worth: trust and social interlocking, saturating with age.

        bond = (e * embedded_ij + (1 - e) * trust_ij) * (1 - exp(-age_ij / maturity))

    e: p.bond_embedded_share; maturity: p.bond_maturity, months.
    Shape   gain with depth (GAIN). Range 0..1. Symmetric. 0 for a new tie, or without trust and embeddedness.
    Source  seeds/parameters.yaml: bond
    """
    e = p.bond_embedded_share
    substance = e * s.tie[d].embedded + (1.0 - e) * s.tie[d].trust
    return substance * (1.0 - math.exp(-s.tie[d].age / p.bond_maturity))
