"""The mechanism `feud`."""

from __future__ import annotations

from ..compiled import rule


@rule
def feud(s, w, p, t, i, j, d):
    """Former comrades who parted in anger and share the ground.

        feud = overlap_ij * grudge_ij

    Shape   reward of hostility (HOSTILE). Range 0..1. Symmetric. 0 apart, or without a grudge.
    Source  seeds/parameters.yaml: feud
    """
    return s.tie[d].overlap * s.tie[d].grudge
