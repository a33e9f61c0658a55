"""Survey: how close any two organisations are on the ground, for what their leaders decide this month."""

from __future__ import annotations

from ..compiled import rule
from ..measures import relation_with


@rule
def survey(s, w, scratch):
    """The deepest level between any two factions of two organisations, and whether they have to do with each other.

    Reads   s.level, s.faction.organisation
    Writes  scratch.deepest (R + 1,), 0 without cooperation; scratch.in_touch (R + 1,), 1 with a tie of any sign
    """
    for r in range(scratch.deepest.shape[0]):
        scratch.deepest[r] = 0
        scratch.in_touch[r] = 0
    for d in range(w.dyad.shape[0]):
        level = s.level[d]
        if level != 0:
            r = relation_with(s, w, d, w.dyad[d].first)
            back = w.relation[r].back
            scratch.in_touch[r] = scratch.in_touch[back] = 1
            if level > scratch.deepest[r]:
                scratch.deepest[r] = scratch.deepest[back] = level
