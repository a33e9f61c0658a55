"""The mechanism `rally`."""

from __future__ import annotations

from ..compiled import rule
from ..measures import hosting


@rule
def rally(s, w, p, t, i, j, d):
    """Foreign strikes on a guest raise the solidarity of the host.

        rally = hosting_ij * kinetic pressure on j * grievance_i

    Shape   gain with depth (GAIN). Range 0..1. Of the host alone. 0 without pressure on the guest.
    Source  seeds/parameters.yaml: rally
    """
    return hosting(s, i, j) * s.faction[j].pressed * s.faction[i].grievance
