"""The mechanism `fellowship`."""

from __future__ import annotations

from ..compiled import rule


@rule
def fellowship(s, w, p, t, i, j, d):
    """Factions of one organisation hold together by its cohesion.

        fellowship = cohesion_o if both belong to organisation o, else 0

    Shape   gain with depth (GAIN). Range 0..1. Symmetric.
    Source  seeds/parameters.yaml: fellowship
    """
    o = s.faction[i].organisation
    return s.organisation[o].cohesion if o == s.faction[j].organisation else 0.0
