"""The mechanism `setback`."""

from __future__ import annotations

from ...world.names import KINDS
from ..compiled import rule


@rule
def setback(s, w, p, t, i, j, d):
    """Near-defeat makes a faction reconsider, most readily with those of like strategy.

        setback = setback_i * (mean capability of j) * (1 - |strategy gap|)

    Shape   gain with depth (GAIN). Range 0..1. 0 without a setback.
    Source  seeds/parameters.yaml: setback
    """
    able = 0.0
    for k in range(KINDS):
        able += s.capability[j, k]
    return s.faction[i].setback * (able / KINDS) * (1.0 - abs(s.faction[i].strategy - s.faction[j].strategy))
