"""Opportunity: which dyads meet this month, and the draws of their decisions."""

from __future__ import annotations

from ..compiled import rule
from ..draws import MEETING, pair_uniforms
from ..measures import MATERIAL, chance, depth, happens, hostility


@rule
def common_friend(s, i, j):
    """1 if some third faction stands at material level or above with both, else 0."""
    for k in range(s.faction.shape[0]):
        if k != i and k != j and s.faction[k].present == 1:
            if s.tie[i, k].level >= MATERIAL and s.tie[j, k].level >= MATERIAL:
                return 1.0
    return 0.0


@rule
def contact(s, w, p, t, i, j):
    """How easily i and j meet, 0..1: the tie they have, co-presence less government reach, a common friend.

        contact = reach + (1 - reach) * max(tie, co-presence + closeness * common friend)

    p.choice_reach: contact without any of these.
    """
    standing = max(depth(s.tie[i, j].level), hostility(s.tie[i, j].level))
    near = max(standing, s.overlap[i, j])
    if s.faction[i].organisation == s.faction[j].organisation:
        near = 1.0
    if near < 1.0 and p.choice_closeness > 0.0:
        near = min(1.0, near + p.choice_closeness * common_friend(s, i, j))
    return p.choice_reach + (1.0 - p.choice_reach) * near


@rule
def meetings(s, w, p, t, key, scratch):
    """Draw which dyads get to decide this month: a rate times contact.

    Reads   s.tie, s.overlap, s.faction
    Writes  scratch.choice: meets, draw; desire cleared
    Draws   MEETING, one block a dyad: meeting, decision of the lower key, decision of the higher key
    """
    n = s.faction.shape[0]
    ceiling = chance(p.choice_rate)
    for i in range(n):
        for j in range(i + 1, n):
            scratch.choice[i, j].desire = 0
            scratch.choice[j, i].desire = 0
            scratch.choice[i, j].meets = 0
            scratch.choice[j, i].meets = 0
            if s.faction[i].present == 0 or s.faction[j].present == 0:
                continue
            a = s.faction[i].key
            b = s.faction[j].key
            u, low, high, _ = pair_uniforms(key, MEETING, t, a, b, 0)
            if u >= ceiling or not happens(p.choice_rate * contact(s, w, p, t, i, j), u):
                continue
            scratch.choice[i, j].meets = 1
            scratch.choice[j, i].meets = 1
            scratch.choice[i, j].draw = low if a < b else high
            scratch.choice[j, i].draw = high if a < b else low
