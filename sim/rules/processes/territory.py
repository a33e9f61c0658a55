"""Territory: who is where, displacement from places that are denied, and co-presence."""

from __future__ import annotations

from ...world.names import Event
from ...world.tables import PLACE_DENIED
from ..compiled import rule
from ..draws import MOVE, uniforms
from ..measures import happens, unit
from ..record import NOBODY, record

DISPLACEMENT = int(Event.DISPLACEMENT)


@rule
def denied(s, w, t, i):
    """Share of faction i's presence that lies in denied places, weighted by the denial, 0..1."""
    if (w.busy[t] & PLACE_DENIED) == 0:
        return 0.0
    x = 0.0
    for place in range(s.presence.shape[1]):
        x += s.presence[i, place] * w.denial[t, place]
    return unit(x)


@rule
def displace(s, w, p, t, key, i, journal):
    """Faction i may leave its most denied place, by half, for the best of the others. True if it moved.

    The best is the least denied; where i already is counts for up to twice as much.

    Draws   MOVE, one block when any presence is denied
    """
    burden = denied(s, w, t, i)
    if burden <= 0.0:
        return False
    u, _, _, _ = uniforms(key, MOVE, t, s.faction[i].key, 0, 0)
    if not happens(p.displacement_rate * burden, u):
        return False
    worst, heaviest = 0, -1.0
    for place in range(s.presence.shape[1]):
        x = s.presence[i, place] * w.denial[t, place]
        if x > heaviest:
            worst, heaviest = place, x
    best, most = -1, 0.0
    for place in range(s.presence.shape[1]):
        x = (1.0 + s.presence[i, place]) * (1.0 - w.denial[t, place])
        if place != worst and x > most:
            best, most = place, x
    if best < 0:
        return False
    moved = 0.5 * s.presence[i, worst]
    s.presence[i, worst] -= moved
    s.presence[i, best] += moved
    record(journal, t, DISPLACEMENT, i, NOBODY, worst, best, NOBODY, NOBODY, moved)
    return True


@rule
def find_overlap(s, w, d):
    """Co-presence of the two of dyad d: sum over places of the smaller share."""
    i = w.dyad[d].first
    j = w.dyad[d].second
    x = 0.0
    for place in range(s.presence.shape[1]):
        x += min(s.presence[i, place], s.presence[j, place])
    s.tie[d].overlap = unit(x)


@rule
def territory(s, w, p, t, key, journal):
    """Displacement under denial of sanctuary; co-presence at the start and where anybody moved.

    Reads   w.denial
    Writes  s.presence, s.tie.overlap
    Source  seeds/parameters.yaml: displacement
    """
    changed = t == 0
    if w.busy[t] & PLACE_DENIED:
        for x in range(w.order.shape[0]):
            i = w.order[x]
            if s.faction[i].present == 1 and displace(s, w, p, t, key, i, journal):
                changed = True
    if changed:
        for d in range(w.dyad.shape[0]):
            find_overlap(s, w, d)
