"""The mechanism `burden`."""

from __future__ import annotations

from ..compiled import rule


@rule
def burden(s, w, p, t, i, j, d):
    """Upkeep of a tie and the autonomy it costs partners whose goals differ in scope.

        burden = 1 - a + a * |scope_i - scope_j|, a: p.burden_autonomy

    Shape   cost with depth (COST). Range 0..1. Symmetric.
    Source  seeds/parameters.yaml: burden
    """
    return 1.0 - p.burden_autonomy * (1.0 - abs(s.faction[i].scope - s.faction[j].scope))
