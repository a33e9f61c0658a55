"""Survey: what holds for the whole month, found once: who is pressed, and how close organisations are on the ground."""

from __future__ import annotations

from ..compiled import rule
from ..measures import coercion, kinetic


@rule
def survey(s, w, p, t, scratch):
    """Pressure on each faction; the deepest level between any two of two organisations, and whether they are in touch.

    Reads   s.level, s.response, s.faction.organisation; the month's schedules
    Writes  s.faction: pressed, coerced; scratch: deepest (R + 1,), 0 without cooperation, and in_touch (R + 1,),
            1 with a tie of any sign
    """
    for i in range(s.faction.shape[0]):
        if s.faction[i].present == 1:
            s.faction[i].pressed = kinetic(s, w, p, t, i)
            s.faction[i].coerced = coercion(s, w, t, i)
    for r in range(scratch.deepest.shape[0]):
        scratch.deepest[r] = 0
        scratch.in_touch[r] = 0
    for d in range(w.dyad.shape[0]):
        level = s.level[d]
        if level != 0:
            r = w.relation_of[s.faction[w.dyad[d].first].organisation, s.faction[w.dyad[d].second].organisation]
            back = w.relation[r].back
            scratch.in_touch[r] = scratch.in_touch[back] = 1
            if level > scratch.deepest[r]:
                scratch.deepest[r] = scratch.deepest[back] = level
