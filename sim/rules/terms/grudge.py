"""The mechanism `grudge`."""

from __future__ import annotations

from ..compiled import rule


@rule
def grudge(s, w, p, t, i, j, d):
    """The memory of having been abandoned, or of a quarrel, stands in the way of a new beginning.

        grudge = grudge_ij

    Shape   cost with depth (COST). Range 0..1. Symmetric. 0 between those who never wronged each other.
    Source  seeds/parameters.yaml: grudge
    """
    return s.tie[d].grudge
