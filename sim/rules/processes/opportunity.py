"""Opportunity: which dyads meet this month, and the draws of their decisions."""

from __future__ import annotations

import numpy as np

from ..compiled import rule
from ..draws import MEETING, pair_uniforms
from ..measures import MATERIAL, chance, depth, happens, hostility, level_of, level_with


@rule
def common_friend(s, w, i, j):
    """Whether some third faction stands at material level or above with both."""
    for c in range(w.contact_start[i], w.contact_start[i + 1]):
        if level_with(s, w, c) >= MATERIAL and level_of(s, w, j, w.contact[c].other) >= MATERIAL:
            return True
    return False


@rule
def origin(s, w, i):
    """The named faction that i descends from by splits; i itself unless it was born in the run."""
    while w.faction[i].spare == 1 and s.faction[i].parent >= 0:
        i = s.faction[i].parent
    return i


@rule
def acquainted(s, w, i, j):
    """Whether the two can know each other: a splinter knows whom the faction it descends from can meet.

    Always so where everybody can meet everybody. In a large world it keeps a splinter, which has a dyad with everybody,
    within the neighbourhood it comes from.
    """
    if w.faction[i].spare == 0 and w.faction[j].spare == 0:
        return True
    a = origin(s, w, i)
    b = origin(s, w, j)
    return a == b or w.dyad_of[a, b] >= 0


@rule
def nearness(s, w, d):
    """How near the two of dyad d are without help, 0..1: by the tie they have, by co-presence, in one organisation."""
    i = w.dyad[d].first
    j = w.dyad[d].second
    if s.faction[i].organisation == s.faction[j].organisation:
        return 1.0
    return max(depth(s.level[d]), hostility(s.level[d]), s.tie[d].overlap)


@rule
def contact(p, near, friend):
    """How easily two meet, 0..1.

        contact = reach + (1 - reach) * min(1, nearness + closeness * common friend)

    p.choice_reach: contact without any of these.
    """
    return p.choice_reach + (1.0 - p.choice_reach) * min(1.0, near + p.choice_closeness * friend)


@rule
def meet(s, w, p, d, u):
    """Whether the two of dyad d meet, by the uniform u. A common friend is looked for only where one would matter."""
    near = nearness(s, w, d)
    if happens(p.choice_rate * contact(p, near, 0.0), u):
        return True
    if not happens(p.choice_rate * contact(p, near, 1.0), u):
        return False
    return common_friend(s, w, w.dyad[d].first, w.dyad[d].second)


@rule
def deal(s, w, t, key, scratch):
    """Draw for every dyad whether it meets, and for its decisions: one block each, of all dyads at once.

    In two loops without a branch the processor makes eight draws at a time (measured: a fifth of the time, those of
    dyads that are not there included).

    Writes  scratch: pair, lot, draw
    """
    for d in range(w.dyad.shape[0]):
        scratch.pair[0, d] = np.uint64(s.faction[w.dyad[d].first].key)
        scratch.pair[1, d] = np.uint64(s.faction[w.dyad[d].second].key)
    for d in range(w.dyad.shape[0]):
        a = scratch.pair[0, d]
        b = scratch.pair[1, d]
        u, low, high, _ = pair_uniforms(key, MEETING, t, a, b, 0)
        scratch.lot[d] = u
        scratch.draw[0, d] = low if a < b else high
        scratch.draw[1, d] = high if a < b else low


@rule
def meetings(s, w, p, t, key, scratch):
    """Draw which dyads get to decide this month: a rate times contact.

    Reads   s.level, s.tie.overlap, s.faction, w.dyad_of
    Writes  scratch: meeting, met; desire cleared
    Draws   MEETING, one block a dyad: meeting, decision of the lower key, decision of the higher key
    """
    deal(s, w, t, key, scratch)
    ceiling = chance(p.choice_rate)
    lucky = 0
    for d in range(w.dyad.shape[0]):  # without a branch, which would be guessed wrong half the time
        scratch.meeting[lucky] = d
        lucky += int(scratch.lot[d] < ceiling)
    met = 0
    for n in range(lucky):
        d = scratch.meeting[n]
        i = w.dyad[d].first
        j = w.dyad[d].second
        if s.faction[i].present == 0 or s.faction[j].present == 0:
            continue
        if not meet(s, w, p, d, scratch.lot[d]) or not acquainted(s, w, i, j):
            continue
        scratch.meeting[met] = d
        met += 1
        scratch.desire[d, 0] = 0
        scratch.desire[d, 1] = 0
    scratch.met[0] = met
