"""Survey: how close any two organisations are on the ground, and what their leaders have to decide this month."""

from __future__ import annotations

from ...world.names import Pledge
from ..compiled import rule
from ..measures import relation_with

NO_PLEDGE = int(Pledge.NONE)


@rule
def survey(s, w, scratch):
    """The deepest level between any two factions of two organisations, and whether they have to do with each other.

    Reads   s.level, s.faction.organisation, s.relation.pledge, w.relation.policy
    Writes  scratch.deepest (R + 1,), 0 without cooperation; scratch.in_touch (R + 1,), 1 with a tie of any sign;
            scratch.matters (R + 1,), 1 with a tie, a policy, or a pledge either way
    """
    for r in range(scratch.deepest.shape[0]):
        scratch.deepest[r] = 0
        scratch.in_touch[r] = 0
        scratch.matters[r] = 1 if w.relation[r].policy != 0 else 0
    for r in range(scratch.deepest.shape[0]):
        if s.relation[r].pledge != NO_PLEDGE:
            scratch.matters[r] = scratch.matters[w.relation[r].back] = 1
    for d in range(w.dyad.shape[0]):
        level = s.level[d]
        if level != 0:
            r = relation_with(s, w, d, w.dyad[d].first)
            back = w.relation[r].back
            scratch.in_touch[r] = scratch.in_touch[back] = 1
            scratch.matters[r] = scratch.matters[back] = 1
            if level > scratch.deepest[r]:
                scratch.deepest[r] = scratch.deepest[back] = level
