"""The mechanism `weariness`."""

from __future__ import annotations

from ..compiled import rule
from ..measures import contest


@rule
def weariness(s, w, p, t, i, j, d):
    """A long fight exhausts, and its memory makes truces hold; not between rival claimants to lead the faithful.

        weariness = -weary_ij * (1 - contest_ij)

    Shape   price of hostility (HOSTILE, negative). Range -1..0. Symmetric. 0 between those who never fought.
    Source  seeds/parameters.yaml: weariness
    """
    return -s.tie[d].weary * (1.0 - contest(s, i, j))
