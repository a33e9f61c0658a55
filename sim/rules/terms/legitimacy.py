"""The mechanism `legitimacy`."""

from __future__ import annotations

from ..compiled import rule
from ..measures import contest


@rule
def legitimacy(s, w, p, t, i, j, d):
    """Who claims to lead the faithful is the rival of every other claimant and of those sworn to one.

        legitimacy = 1 if the organisations of i and j stand with different claimants, else 0

    Shape   cost with depth (COST). 0 or 1. Symmetric. 0 in a world without two claimants.
    Source  seeds/parameters.yaml: legitimacy
    """
    return contest(s, i, j)
