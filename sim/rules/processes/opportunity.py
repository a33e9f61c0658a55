"""Opportunity: which dyads meet this month, and the draws of their decisions."""

from __future__ import annotations

import numpy as np

from ..compiled import rule
from ..draws import MEETING, pair_uniforms
from ..measures import chance, depth, happens, hostility
from .circumstances import drift, spread_news


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
def nearness(s, w, p, d):
    """How near the two of dyad d are, 0..1: by a tie, by co-presence, in one organisation.

    Allies who share no ground reconsider their tie more seldom (p.choice_familiarity) than foes or neighbours, and
    neighbours more seldom where governments reach.
    """
    i = w.dyad[d].first
    j = w.dyad[d].second
    if s.faction[i].organisation == s.faction[j].organisation:
        return 1.0
    neighbours = s.tie[d].overlap * 0.5 * (s.faction[i].open + s.faction[j].open)
    return max(p.choice_familiarity * depth(s.level[d]), hostility(s.level[d]), neighbours)


@rule
def meet(s, w, p, d, u):
    """Whether the two of dyad d get to decide, by the uniform u.

        hazard = rate * (quiet + (1 - quiet) * news) * (reach + (1 - reach) * nearness)

    p.choice_quiet: how often a tie is reconsidered when nothing has happened; p.choice_reach: contact of the distant.
    """
    rate = p.choice_rate * (p.choice_quiet + (1.0 - p.choice_quiet) * s.tie[d].news)
    return happens(rate * (p.choice_reach + (1.0 - p.choice_reach) * nearness(s, w, p, d)), u)


@rule
def draw_meetings(s, w, t, key, scratch):
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
    """Draw which dyads get to decide this month: a rate times contact, oftener after news; circumstances drift.

    Reads   s.level, s.tie.overlap, s.faction, s.organisation, s.relation; the month's schedules
    Writes  s.tie: circumstance, news; s.faction: news, pressed_before; scratch: meeting, met; desire cleared
    Draws   MEETING, one block a dyad: meeting, decision of the lower key, decision of the higher key; CIRCUMSTANCE, one
    """
    draw_meetings(s, w, t, key, scratch)
    drift(s, w, p, t, key, scratch)
    spread_news(s, w, p, t)
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
        scratch.desire[0, d] = 0
        scratch.desire[1, d] = 0
    scratch.met[0] = met
