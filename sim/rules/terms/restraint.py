"""The mechanism `restraint`."""

from __future__ import annotations

from ..compiled import rule
from ..measures import shared_enemy


@rule
def restraint(s, w, p, t, i, j, d):
    """What holds fighting back: its cost, a common enemy, trust, and exhaustion.

        restraint = -(base + (1 - base) * (common enemy + trust_ij + setback_i) / 3)

    base: p.restraint_base, the cost of any fight.
    Shape   price of hostility (HOSTILE, negative). Range -1..0.
    Source  seeds/parameters.yaml: restraint
    """
    ties_that_hold = shared_enemy(s, w, t, i, j) + s.tie[d].trust + s.faction[i].setback
    return -(p.restraint_base + (1.0 - p.restraint_base) * ties_that_hold / 3.0)
