"""The mechanism `pressure`."""

from __future__ import annotations

from ..compiled import rule


@rule
def pressure(s, w, p, t, i, j, d):
    """Counterterrorism pressure on the partner spills over on whoever is seen beside it.

        pressure = kinetic_j * visibility_ij

    Shape   cost with depth (weigh.py: COST). Range 0..1. 0 for an invisible tie.
    Source  seeds/parameters.yaml: pressure
    """
    return s.faction[j].pressed * s.tie[d].visibility
