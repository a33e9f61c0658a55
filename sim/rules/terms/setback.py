"""The mechanism `setback`."""

from __future__ import annotations

from ...world.names import KINDS
from ..compiled import rule


@rule
def setback(s, w, p, t, i, j, d):
    """Near-defeat makes a faction reconsider whom it works with, not least those unlike itself.

        setback = setback_i * (mean capability of j)

    Shape   gain with depth (GAIN). Range 0..1. 0 without a setback.
    Source  seeds/parameters.yaml: setback
    """
    able = 0.0
    for k in range(KINDS):
        able += s.capability[j, k]
    return s.faction[i].setback * (able / KINDS)
