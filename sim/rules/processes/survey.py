"""Survey: what holds for the whole month, found once: who is pressed, who is close to whom, what is to be decided."""

from __future__ import annotations

from ...world.names import Pledge
from ..compiled import rule
from ..measures import coercion, kinetic, open_ground, relation_with

NO_PLEDGE, OFFERED = int(Pledge.NONE), int(Pledge.OFFERED)


@rule
def take_sides(s, w, t):
    """With which claimant to lead the faithful each organisation stands: itself, or the one it is sworn to, by its last oath.

    Writes  s.organisation.allegiance; -1 for none
    """
    claimants = 0
    for o in range(s.organisation.shape[0]):
        claims = s.organisation[o].present == 1 and w.claim[t, o] > 0.0
        s.organisation[o].allegiance = o if claims else -1
        claimants += int(claims)
    if claimants == 0:
        return
    for r in range(w.relation_start[s.organisation.shape[0]]):
        o = w.relation[r].of
        q = w.relation[r].toward
        if s.relation[r].pledge == OFFERED and w.claim[t, o] == 0.0 and s.organisation[q].allegiance == q:
            sworn = s.organisation[o].allegiance
            if sworn < 0 or s.relation[r].pledged > s.relation[w.relation_of[o, sworn]].pledged:
                s.organisation[o].allegiance = q


@rule
def survey(s, w, p, t, scratch):
    """Pressure on each faction; the deepest level between any two of two organisations, and whether they are in touch.

    Reads   s.level, s.response, s.faction.organisation, s.relation.pledge, w.relation.policy; the month's schedules
    Writes  s.faction: open, pressed, supported, coerced; scratch: deepest (R + 1,), 0 without cooperation, in_touch
            (R + 1,), 1 with a tie of any sign, and matters (R + 1,), 1 with a tie, a policy, or a pledge either way;
            s.relation.deepest; s.organisation.allegiance
    """
    for i in range(s.faction.shape[0]):
        if s.faction[i].present == 1:
            s.faction[i].open = open_ground(s, w, t, i)
            s.faction[i].pressed = kinetic(s, w, p, t, i)
            s.faction[i].supported = max(s.faction[i].supported, w.monthly[t, i].support)
            s.faction[i].coerced = coercion(s, w, t, i)
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
    for r in range(w.relation_start[s.organisation.shape[0]]):  # the last row is nobody's: nothing writes it
        s.relation[r].deepest = scratch.deepest[r]
    take_sides(s, w, t)
