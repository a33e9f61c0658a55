"""State actors observe and react: alarm, patrons' coercion, verification of promises, snapback, frozen talks."""

from __future__ import annotations

from ...world.names import Actor, Talks
from ..compiled import rule
from ..draws import REACTION, uniforms
from ..measures import MATERIAL, PATRON, belongs, candidate, candidates, depth, detection, happens, level_with, unit
from .politics import set_talks

COALITION = int(Actor.COALITION)
YEAR = 12.0  # months
OPEN, AGREED, FROZEN, SNAPPED_BACK = int(Talks.OPEN), int(Talks.AGREED), int(Talks.FROZEN), int(Talks.SNAPPED_BACK)


@rule
def alarm(s, w, p, i, a):
    """What a state adds to its pressure on i, 0..1: blame for attacks and exposed ties raise it, time lowers it."""
    blamed = s.faction[i].blamed / (s.faction[i].blamed + p.claims_saturation)
    news = w.enmity[i, a] * (blamed + s.faction[i].unmasked)
    x = s.response[a, i]
    return unit(x + p.reaction_rate * news * (1.0 - x) - p.reaction_decay * x)


@rule
def displeasure(s, w, p, i, a):
    """What a patron adds to its coercion of a client, 0..1: ties with the patron's enemies, talks without it."""
    offence = 0.0
    for c in range(w.contact_start[i], w.contact_start[i + 1]):
        level = level_with(s, w, c)
        if level >= MATERIAL:
            offence = max(offence, w.enmity[w.contact[c].other, a] * depth(level))
    if s.organisation[s.faction[i].organisation].talks == OPEN:
        offence = max(offence, 0.5)
    x = s.response[a, i]
    return unit(x + p.reaction_rate * offence * (1.0 - x) - p.reaction_decay * x)


@rule
def spoiled(s, w, o):
    """Attacks of the month by the factions of organisation o, each weighted by what it lacks of a dealmaker's disposition."""
    x = 0.0
    for n in range(candidates(w, o)):
        i = candidate(w, o, n)
        if belongs(s, i, o):
            x += s.faction[i].attacks * (1.0 - s.faction[i].disposition)
    return x


@rule
def seen_cheating(s, w, p, t, o, q):
    """Chance that a tie of o with q at material level or above is detected this month, 0..1: the most visible one."""
    most = 0.0
    for n in range(candidates(w, o)):
        i = candidate(w, o, n)
        if not belongs(s, i, o):
            continue
        for c in range(w.contact_start[i], w.contact_start[i + 1]):
            d = w.contact[c].dyad
            j = w.contact[c].other
            if s.level[d] >= MATERIAL and belongs(s, j, q):
                most = max(most, detection(s, w, p, t, i, j, d))
                if s.tie[d].exposed == 1:
                    most = 1.0
    return most


@rule
def hold_to_promise(s, w, p, t, key, o, journal):
    """The coalition freezes talks that attacks spoil, and snaps a deal back when it sees it broken.

        P(freeze) = 1 - exp(-spoil * excess)      P(snapback) = catch * detection, per month

    Ordinary war does not spoil talks: what counts is how far spoilers' attacks exceed those of an ordinary month without
    talks, as a share of these (`customary`, a mean that forgets within a year or two).

    Draws   REACTION, one block per organisation in talks
    """
    state = s.organisation[o].talks
    usual = s.organisation[o].customary
    if state != OPEN:
        x = spoiled(s, w, o)
        s.organisation[o].customary = x if usual == 0.0 else usual + (x - usual) / YEAR
    if state != OPEN and state != AGREED:
        return
    q = s.organisation[o].counterpart
    u, v, _, _ = uniforms(key, REACTION, t, w.organisation_key[o], 0, 0)
    if state == OPEN:
        x = max(0.0, spoiled(s, w, o) / usual - 1.0) if usual > 0.0 else 0.0
        if happens(p.talks_spoil * x, u):
            set_talks(s, t, o, q, FROZEN, x, journal)
    else:
        x = seen_cheating(s, w, p, t, o, q)
        if v < p.talks_catch * x:
            set_talks(s, t, o, q, SNAPPED_BACK, x, journal)


@rule
def react(s, w, p, t, key, a, journal):
    """One month of state actor a: it looks at every faction, and the coalition at every deal.

    Reads   s.faction: blamed; s.tie
    Writes  s.response[a, :]; by the coalition s.organisation: talks, customary
    Draws   REACTION (coalition)
    Source  seeds/parameters.yaml: reaction, talks
    """
    for i in range(s.faction.shape[0]):
        if s.faction[i].present == 1:
            if w.actor[a] == PATRON:
                s.response[a, i] = displeasure(s, w, p, i, a)
            else:
                s.response[a, i] = alarm(s, w, p, i, a)
    if w.actor[a] == COALITION:
        for o in range(s.organisation.shape[0]):
            if s.organisation[o].present == 1:
                hold_to_promise(s, w, p, t, key, o, journal)
