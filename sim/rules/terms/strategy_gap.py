"""The mechanism `strategy_gap`."""

from __future__ import annotations

from ..compiled import rule


@rule
def strategy_gap(s, w, p, t, i, j, d):
    """Distance in strategy, felt where two share the ground; unlike ideology it can close: near-defeat makes both think again.

        strategy_gap = overlap_ij * |strategy_i - strategy_j| * (1 - (setback_i + setback_j) / 2)

    Shape   cost with depth (COST). Range 0..1. Symmetric. 0 for equals, or apart.
    Source  seeds/parameters.yaml: strategy_gap
    """
    firm = 1.0 - 0.5 * (s.faction[i].setback + s.faction[j].setback)
    return s.tie[d].overlap * abs(s.faction[i].strategy - s.faction[j].strategy) * firm
