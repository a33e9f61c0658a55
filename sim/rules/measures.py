"""Quantities that several rules read: each a short formula with a name."""

from __future__ import annotations

import math

from ..world.names import EXPLOSIVES, LOGISTICS, SANCTUARY, Actor, Leader, Level, Pledge, Stance
from .compiled import rule

PATRON = int(Actor.PATRON)
VACANT = int(Leader.VACANT)
DISTANCE = int(Stance.DISTANCE)
MATERIAL, ARMED_CONFLICT, JOINT = int(Level.MATERIAL), int(Level.ARMED_CONFLICT), int(Level.JOINT)
ACCEPTED, ACKNOWLEDGED = int(Pledge.ACCEPTED), int(Pledge.ACKNOWLEDGED)


@rule
def unit(x):
    """`x` held within 0..1."""
    return min(1.0, max(0.0, x))


@rule
def logistic(x):
    """1 / (1 + exp(-x)), safe for large |x|."""
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-min(x, 60.0)))
    e = math.exp(max(x, -60.0))
    return e / (1.0 + e)


@rule
def chance(hazard):
    """Probability of at least one event in a month at a monthly hazard >= 0."""
    return 1.0 - math.exp(-max(hazard, 0.0))


@rule
def happens(hazard, u):
    """Whether an event at a monthly hazard happens, by the uniform u: u < chance(hazard)."""
    return u < hazard and u < chance(hazard)  # chance(h) <= h spares most exponentials


@rule
def depth(level):
    """Depth of cooperation 0..1: level over joint operations, 0 for hostility."""
    return max(level, 0) / 4.0


@rule
def hostility(level):
    """Depth of hostility 0..1: 0 without, 1 in armed conflict."""
    return max(-level, 0) / 2.0


@rule
def distance(stance):
    """Distance of an official stance 0..1: 0 of an embrace, 1 of a renunciation."""
    return stance / 3.0


@rule
def affinity(s, i, j):
    """Likeness of ideology 0..1: one minus the distance in doctrine and scope, scaled to 1."""
    d = s.faction[i].doctrine - s.faction[j].doctrine
    e = s.faction[i].scope - s.faction[j].scope
    return 1.0 - math.sqrt(0.5 * (d * d + e * e))


@rule
def shared_enemy(s, w, t, i, j):
    """How strongly a state that both fight binds i and j, 0..1: the strongest such state this month."""
    strongest = 0.0
    for a in range(w.campaign.shape[1]):
        both = min(w.enmity[i, a], w.enmity[j, a]) * w.campaign[t, a]
        strongest = max(strongest, both)
    return strongest


@rule
def contest(s, i, j):
    """Whether the organisations of i and j stand with rival claimants to lead the faithful: 1 or 0."""
    a = s.organisation[s.faction[i].organisation].allegiance
    b = s.organisation[s.faction[j].organisation].allegiance
    return 1.0 if a >= 0 and b >= 0 and a != b else 0.0


@rule
def obeyed(s, o):
    """How far the emir of organisation o is obeyed, 0..1: his authority times the movement's cohesion."""
    return s.faction[s.organisation[o].emir].authority * s.organisation[o].cohesion


@rule
def bound(s, i):
    """How far the emir binds faction i, 0..1: himself wholly, others as far as he is obeyed."""
    o = s.faction[i].organisation
    return 1.0 if i == s.organisation[o].emir else obeyed(s, o)


@rule
def open_ground(s, w, t, i):
    """Share of faction i's ground that is neither governed nor denied to it, 0..1; 1 of a faction that is nowhere."""
    closed = 0.0
    for place in range(s.presence.shape[1]):
        closed += s.presence[i, place] * (1.0 - (1.0 - w.governance[t, place]) * (1.0 - w.denial[t, place]))
    return 1.0 - unit(closed)


@rule
def refuge(s, i):
    """The sanctuary that faction i can give, 0..1: what it is able to, as far as its ground is open."""
    return s.capability[i, SANCTUARY] * s.faction[i].open


@rule
def hosting(s, i, j):
    """How far i shelters j, 0..1: j's need of a sanctuary times how much better i's is."""
    return s.need[j, SANCTUARY] * max(0.0, refuge(s, i) - refuge(s, j))


@rule
def kinetic(s, w, p, t, i):
    """Kinetic pressure on i this month, 0..1: the schedule and what states add of their own."""
    added = 0.0
    for a in range(w.campaign.shape[1]):
        if w.actor[a] != PATRON and w.enmity[i, a] > 0.0:  # alarm needs enmity (processes/reaction.py)
            added += s.response[a, i] * w.campaign[t, a]
    return unit(p.pressure_kinetic * (w.monthly[t, i].kinetic + added))


@rule
def coercion(s, w, t, i):
    """How hard patrons squeeze i this month, 0..1: leverage times schedule, reaction and support withdrawn."""
    hardest = 0.0
    withdrawn = s.faction[i].supported - w.monthly[t, i].support
    for a in range(w.leverage.shape[0]):
        if w.actor[a] == PATRON:
            hardest = max(hardest, w.leverage[a, i] * unit(w.monthly[t, i].coercion + s.response[a, i] + withdrawn))
    return hardest


@rule
def might(s, i):
    """Fighting strength of i: fighters, more with expertise in explosives and logistics."""
    return s.faction[i].fighters * (0.5 + 0.25 * (s.capability[i, EXPLOSIVES] + s.capability[i, LOGISTICS]))


@rule
def share(x, y):
    """X / (x + y), and one half when both are zero."""
    total = x + y
    return x / total if total > 0.0 else 0.5


@rule
def level_with(s, w, c):
    """Level of the tie behind contact c; those who are not there have none."""
    return s.level[w.contact[c].dyad]


@rule
def level_of(s, w, i, j):
    """Level of the tie of i with j; none for two that cannot meet."""
    d = w.dyad_of[i, j]
    return s.level[d] if d >= 0 else 0


@rule
def pledge_public(s, w, r):
    """How public a pledge between the two organisations of relation r is: 1 accepted, 0.5 acknowledged, else 0."""
    best = max(s.relation[r].answer, s.relation[w.relation[r].back].answer)
    if best == ACCEPTED:
        return 1.0
    return 0.5 if best == ACKNOWLEDGED else 0.0


@rule
def led(s, i):
    """Whether outsiders believe that i has a leader (a concealed death still counts)."""
    return s.faction[i].leader != VACANT


@rule
def official_distance(s, w, r):
    """The more distant of two organisations' stances toward each other, 0..1, by their relation r."""
    return distance(max(s.relation[r].stance, s.relation[w.relation[r].back].stance))


@rule
def relation_with(s, w, d, i):
    """Relation of the organisation of i toward that of the other side of dyad d; the last row if there is none.

    A named faction stays in its organisation, so the dyad knows it (a look at a square table of thousands of
    organisations costs more than the rest of the term).
    """
    r = w.dyad[d].relation
    if r >= 0:
        return r if w.dyad[d].first == i else w.relation[r].back
    j = w.dyad[d].second if w.dyad[d].first == i else w.dyad[d].first
    return w.relation_of[s.faction[i].organisation, s.faction[j].organisation]


@rule
def candidates(w, o):
    """How many factions could belong to organisation o: those whose home it is, and those born in a run."""
    return w.member_start[o + 1] - w.member_start[o] + w.born.shape[0]


@rule
def candidate(w, o, n):
    """The n-th faction that could belong to organisation o, in the order of their keys."""
    named = w.member_start[o + 1] - w.member_start[o]
    return w.member[w.member_start[o] + n] if n < named else w.born[n - named]


@rule
def belongs(s, i, o):
    """Whether faction i exists and belongs to organisation o."""
    return s.faction[i].present == 1 and s.faction[i].organisation == o


@rule
def deepest(s, w, i, q):
    """Deepest level of i's ties with any faction of organisation q; 0 if there is none."""
    best = 0
    for c in range(w.contact_start[i], w.contact_start[i + 1]):
        level = s.level[w.contact[c].dyad]
        if level > best and belongs(s, w.contact[c].other, q):
            best = level
    return best


@rule
def line_of(s, w, t, r):
    """How far the emir's line keeps his factions from the other side of relation r, 0..1: his words, and orders to halt."""
    return min(1.0, distance(s.relation[r].stance) + 0.5 * w.policy[t, w.relation[r].policy].halt)


@rule
def resented(s, w, t, r):
    """How much of the line about the other side of relation r is resented, 0..1: words from `distance` on, and orders."""
    return line_of(s, w, t, r) if s.relation[r].stance >= DISTANCE else 0.5 * w.policy[t, w.relation[r].policy].halt


@rule
def detection(s, w, p, t, i, j, d):
    """Chance that a tie kept against a promise is seen, 0..1: verification on the ground, or plain visibility."""
    policy = w.relation[relation_with(s, w, d, i)].policy
    checked = p.talks_detection * w.policy[t, policy].verification * w.watch[t]
    return checked + (1.0 - checked) * s.tie[d].visibility
