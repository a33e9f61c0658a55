"""The mechanism `blood`."""

from __future__ import annotations

from ..compiled import rule


@rule
def blood(s, w, p, t, i, j, d):
    """Past blood calls for more.

        blood = memory of fighting between i and j

    Shape   reward of hostility (HOSTILE). Range 0..1. Symmetric. 0 for those who never fought.
    Source  seeds/parameters.yaml: blood
    """
    return s.tie[d].blood
