"""Dissent: covert disobedience turns into splits, and fighters drift to rivals."""

from __future__ import annotations

import math

import numpy as np

from ...world.names import KINDS, Dissent, Event, Leader, Level, Stance
from ..compiled import rule
from ..draws import BIRTH, DISSENT, uniforms, words
from ..measures import depth, happens, level_with, obeyed, relation_with, resented, unit
from ..record import NOBODY, record

SPLIT, DEFECTION = int(Event.SPLIT), int(Event.DEFECTION)
DISTANCE, AMBIGUOUS = int(Stance.DISTANCE), int(Stance.AMBIGUOUS)
NONE, CONTACT, MATERIAL, RIVALRY = int(Level.NONE), int(Level.CONTACT), int(Level.MATERIAL), int(Level.RIVALRY)
ALIVE = int(Leader.ALIVE)
STAYS, SPLITS, DEFECTS = int(Dissent.STAYS), int(Dissent.SPLITS), int(Dissent.DEFECTS)


@rule
def resented_line(s, w, t, i):
    """How much the official line hurts faction i: distance from an organisation it is close to, 0..1.

    max over q of resented_oq * depth(deepest tie of i with q) * (1 - disposition_i)
    """
    o = s.faction[i].organisation
    worst = 0.0
    for c in range(w.contact_start[i], w.contact_start[i + 1]):
        level = level_with(s, w, c)
        if level > 0:
            q = s.faction[w.contact[c].other].organisation
            if q != o:
                worst = max(worst, resented(s, w, t, relation_with(s, w, w.contact[c].dyad, i)) * depth(level))
    return worst * (1.0 - s.faction[i].disposition)


@rule
def anger(s, w, p, t, i):
    """Dissatisfaction of faction i with its movement; loyalty to a respected emir counts against it.

    stance_gap * resented line * (1 - dialogue) + grievance_i + disclosure * shock_o
        - authority of the emir * cohesion_o
    """
    o = s.faction[i].organisation
    return (
        p.split_stance_gap * resented_line(s, w, t, i) * (1.0 - w.dialogue[t, o])
        + s.faction[i].grievance
        + p.split_disclosure * s.organisation[o].shock
        - obeyed(s, o)
    )


@rule
def attraction(s, i, k, d):
    """Pull of rival faction k on the dissatisfied of i, 0..1: co-presence, reputation, likeness of strategy."""
    near = 1.0 - abs(s.faction[i].strategy - s.faction[k].strategy)
    return s.tie[d].overlap * s.faction[k].reputation * near


@rule
def best_rival(s, w, i):
    """Faction, of an organisation not allied with theirs, that pulls most at the dissatisfied of i, and the pull; -1 for none."""
    best, most = NOBODY, 0.0
    for c in range(w.contact_start[i], w.contact_start[i + 1]):
        k = w.contact[c].other
        d = w.contact[c].dyad
        elsewhere = s.faction[k].organisation != s.faction[i].organisation
        if s.faction[k].present == 1 and elsewhere and s.relation[relation_with(s, w, d, i)].deepest < MATERIAL:
            pull = attraction(s, i, k, d)
            if pull > most:
                best, most = k, pull
    return best, most


@rule
def dissent(s, w, p, t, key, i, scratch):
    """Faction i's dissatisfied may split off (their own flag, or a rival's), or drift to a rival.

        hazard of a split = rate * exp(anger)       share who leave = share * U(0.5, 1.5)
        under a rival's flag with probability min(1, rival_pull * attraction)

    Writes  scratch.intent[i]: dissent, target, share
    Draws   DISSENT, one block: split, share, flag, defection
    Source  seeds/parameters.yaml: split, defection
    """
    scratch.intent[i].dissent = STAYS
    if s.faction[i].present == 0:
        return
    u, v, x, y = uniforms(key, DISSENT, t, s.faction[i].key, 0, 0)
    heat = math.exp(anger(s, w, p, t, i))
    if happens(p.split_rate * heat, u):
        rival, pull = best_rival(s, w, i)
        joins = rival != NOBODY and x < p.split_rival_pull * pull
        scratch.intent[i].dissent = SPLITS
        scratch.intent[i].target = rival if joins else NOBODY
        scratch.intent[i].share = unit(p.split_share * (0.5 + v))
    elif happens(p.defection_rate * heat, y):
        rival, pull = best_rival(s, w, i)
        if rival != NOBODY:
            scratch.intent[i].dissent = DEFECTS
            scratch.intent[i].target = rival
            scratch.intent[i].share = unit(p.defection_share * pull)


@rule
def free_slot(s, w):
    """A slot kept for a faction born in a run that nobody has used; -1 if none is left."""
    for n in range(w.born.shape[0]):
        k = w.born[n]
        if s.faction[k].present == 0 and s.faction[k].generation == 0:
            return k
    return NOBODY


@rule
def found_organisation(s, w, o, parent, founder, t):
    """A splinter's own organisation: its founder leads it; stances are ambiguous, toward the parent distant."""
    s.organisation[o].present = 1
    s.organisation[o].defunct = 0
    s.organisation[o].emir = founder
    s.organisation[o].seen = 1
    s.organisation[o].cohesion = s.organisation[parent].cohesion
    s.organisation[o].shock = 0.0
    for r in range(w.relation_start[o], w.relation_start[o + 1]):
        back = w.relation[r].back
        stance = DISTANCE if w.relation[r].toward == parent else AMBIGUOUS
        s.relation[r].stance = s.relation[back].stance = stance
        s.relation[r].since = s.relation[back].since = t


@rule
def tie_of_splinter(s, w, parent, child, j, d):
    """First tie of a splinter, dyad d with j: allied under a rival's flag, a rival of its parent's movement.

    A contact of the parent's stays a contact, hostility is inherited as it stands, trust by half; with the parent
    itself the splinter begins anew, in the same places.
    """
    tie = s.tie[d]
    shared = w.dyad_of[parent, j]  # the parent's own tie with j; none with itself, or with whom it cannot meet
    inherits = j != parent and shared >= 0
    level = min(s.level[shared], CONTACT) if inherits else 0
    same_flag = s.faction[j].organisation == s.faction[child].organisation
    if same_flag:
        level = MATERIAL
    elif s.faction[j].organisation == s.faction[parent].organisation:
        level = RIVALRY
    if s.faction[j].present == 1:
        s.level[d] = level
    tie.trust = 0.5 * s.tie[shared].trust if inherits else 0.0
    tie.embedded = 0.5 * s.tie[shared].embedded if inherits else 0.0
    tie.visibility = s.tie[shared].visibility if inherits else 0.0
    tie.blood = s.tie[shared].blood if inherits and not same_flag else 0.0
    tie.rapport = s.tie[shared].rapport if inherits else 0.0
    tie.overlap = s.tie[shared].overlap if inherits else 0.0
    if j == parent:
        tie.overlap = 1.0
    tie.age = tie.held_first = tie.held_second = 0.0
    tie.exposed = 0


@rule
def birth(s, w, t, key, parent, child, flag, share, journal):
    """A splinter of `parent` is born in slot `child`, under its own flag or that of faction `flag`.

    Its name in the keyed draws comes from its parent's name and the month, so it is the same in every run
    in which the same faction splits in the same month.

    Draws   BIRTH, one block: key
    """
    name, _, _, _ = words(key, BIRTH, t, s.faction[parent].key, 0, 0)
    leaving = share * s.faction[parent].fighters
    s.faction[child] = s.faction[parent]
    s.faction[parent].fighters -= leaving
    s.faction[child].fighters = leaving
    s.faction[child].key = np.int64(name)
    s.faction[child].parent = parent
    s.faction[child].disposition *= 0.5
    s.faction[child].pragmatism *= 0.5
    s.faction[child].strategy = 0.5 * (1.0 + s.faction[parent].strategy)
    s.faction[child].grievance *= 0.5
    s.faction[child].reputation *= 0.5
    s.faction[child].authority = 0.5 * s.faction[parent].authority
    s.faction[child].leader = ALIVE
    s.faction[child].founder = 1
    s.faction[child].generation = 1
    s.faction[child].hidden = 0
    s.faction[child].bulletin = 0
    s.faction[child].pressed = 0.0
    s.faction[child].coerced = 0.0
    s.faction[child].supported = 0.0
    o = w.faction[child].home if flag == NOBODY else s.faction[flag].organisation
    for k in range(KINDS):
        s.capability[child, k] = 0.5 * s.capability[parent, k]
        s.need[child, k] = s.need[parent, k]
    for place in range(s.presence.shape[1]):
        s.presence[child, place] = s.presence[parent, place]
    for a in range(s.response.shape[0]):
        s.response[a, child] = 0.0
    s.faction[child].organisation = o
    if flag == NOBODY:
        found_organisation(s, w, o, s.faction[parent].organisation, child, t)
    for c in range(w.contact_start[child], w.contact_start[child + 1]):
        tie_of_splinter(s, w, parent, child, w.contact[c].other, w.contact[c].dyad)
    record(journal, t, SPLIT, parent, child, 0, o, NOBODY, NOBODY, leaving)


@rule
def settle_dissent(s, w, p, t, key, scratch, journal):
    """Carry splits and defections out, in the order of the factions' keys.

    A split without a free slot goes over to the rival, or its fighters go home.

    Reads   scratch.intent
    Writes  s.faction, s.tie, s.organisation, s.relation
    """
    for x in range(w.order.shape[0]):
        i = w.order[x]
        wish = scratch.intent[i].dissent
        if wish == STAYS or s.faction[i].present == 0:
            continue
        target, portion = scratch.intent[i].target, scratch.intent[i].share
        if wish == SPLITS:
            child = free_slot(s, w)
            if child != NOBODY:
                birth(s, w, t, key, i, child, target, portion, journal)
                continue
        leaving = portion * s.faction[i].fighters
        s.faction[i].fighters -= leaving
        if target != NOBODY:
            s.faction[target].fighters += leaving
        kind = SPLIT if wish == SPLITS else DEFECTION
        record(journal, t, kind, i, target, 0, 0, NOBODY, NOBODY, leaving)
