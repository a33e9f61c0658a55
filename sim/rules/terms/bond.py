"""The mechanism `bond`."""

from __future__ import annotations

import math

from ..compiled import rule


@rule
def bond(s, w, p, t, i, j, d):
    """What shared years are worth: trust and social interlocking, saturating with age.

        bond = (embedded_ij + trust_ij) / 2 * (1 - exp(-age_ij / maturity))

    maturity: p.bond_maturity, months.
    Shape   gain with depth (GAIN). Range 0..1. Symmetric. 0 for a new tie, or without trust and embeddedness.
    Source  seeds/parameters.yaml: bond
    """
    return 0.5 * (s.tie[d].embedded + s.tie[d].trust) * (1.0 - math.exp(-s.tie[d].age / p.bond_maturity))
