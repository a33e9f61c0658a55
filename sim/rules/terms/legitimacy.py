"""The mechanism `legitimacy`."""

from __future__ import annotations

from ..compiled import rule
from ..measures import bound, contest


@rule
def legitimacy(s, w, p, t, i, j, d):
    """Who claims to lead the faithful is the rival of every other claimant and of those sworn to one.

        legitimacy = contest_ij * max(bound_i, bound_j)

    It weighs as far as the emir binds a faction: the branches of enemies can come to terms where neither core does.
    Shape   cost with depth (COST). Range 0..1. Symmetric. 0 in a world without two claimants.
    Source  seeds/parameters.yaml: legitimacy
    """
    return contest(s, i, j) * max(bound(s, i), bound(s, j))
