"""The mechanism `retaliation`."""

from __future__ import annotations

from ...world.names import EXPLOSIVES
from ..compiled import rule


@rule
def retaliation(s, w, p, t, i, j, d):
    """An embedded partner can turn on the one who drops it: it knows him, and what it can do is what makes it dangerous.

        retaliation = embedded_ij * capability in explosives_j

    Shape   price of a step down (ABANDON). Range 0..1. 0 for a partner that is not embedded.
    Source  seeds/parameters.yaml: retaliation
    """
    return s.tie[d].embedded * s.capability[j, EXPLOSIVES]
