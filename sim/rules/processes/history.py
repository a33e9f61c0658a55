"""Dated history: what happens in a month because the scenario (or a wedge inside its schedules) says so."""

from __future__ import annotations

from ...world.names import Event, Pledge
from ...world.tables import PLEDGE_DUE
from ..compiled import rule
from ..draws import SECRET, pair_uniforms
from ..measures import MATERIAL, happens, relation_with, unit
from ..record import NOBODY, record
from ..ties import offend, set_embedded, set_trust
from .bonding import expose

ENTRY, PLEDGE = int(Event.ENTRY), int(Event.PLEDGE)
NO_PLEDGE, RENOUNCED = int(Pledge.NONE), int(Pledge.RENOUNCED)
AFTER_EXPOSURE_DRAWS = 16  # index of the draws of instruments, clear of those of covert ties


@rule
def forget_exposures(s, w):
    """What came to light last month is no longer news."""
    for i in range(s.faction.shape[0]):
        if s.faction[i].unmasked == 1:
            s.faction[i].unmasked = 0
            for c in range(w.contact_start[i], w.contact_start[i + 1]):
                s.tie[w.contact[c].dyad].exposed = 0


@rule
def enter(s, w, t, i, journal):
    """Faction i appears with the ties the scenario gives it; part of its strength comes out of its parent's ranks."""
    s.faction[i].present = 1
    for c in range(w.contact_start[i], w.contact_start[i + 1]):
        if s.faction[w.contact[c].other].present == 1:
            s.level[w.contact[c].dyad] = w.dyad[w.contact[c].dyad].entry_level
    s.organisation[s.faction[i].organisation].present = 1
    s.organisation[s.faction[i].organisation].defunct = 0
    parent = w.faction[i].parent
    if parent >= 0 and s.faction[parent].present == 1:
        left = s.faction[parent].fighters - w.faction[i].entry_share * s.faction[i].fighters
        s.faction[parent].fighters = max(0.0, left)
    record(journal, t, ENTRY, i, parent, 0, 1, NOBODY, NOBODY, s.faction[i].fighters)


@rule
def act_on_dyad(s, w, p, t, key, e, journal):
    """A dated or instrumented change of one dyad: trust, a quarrel that is remembered, shared experience, exposure."""
    d = w.dyad_event[e].dyad
    i = w.dyad[d].first
    j = w.dyad[d].second
    if s.faction[i].present == 0 or s.faction[j].present == 0:
        return
    set_trust(s, d, s.tie[d].trust + w.dyad_event[e].trust)
    s.tie[d].grudge = unit(s.tie[d].grudge + w.dyad_event[e].quarrel)
    set_embedded(s, d, s.tie[d].embedded + w.dyad_event[e].bond)
    hazard = w.dyad_event[e].exposure
    if hazard > 0.0 and s.level[d] >= MATERIAL:
        index = AFTER_EXPOSURE_DRAWS
        for earlier in range(w.dyad_start[t], e):
            if w.dyad_event[earlier].dyad == d:
                index += 1
        u, _, _, _ = pair_uniforms(key, SECRET, t, s.faction[i].key, s.faction[j].key, index)
        if happens(hazard, u):
            expose(s, w, p, t, d, NOBODY, journal)


@rule
def break_oath(s, w, r):
    """A renounced pledge is remembered by everyone who is there of both organisations of relation r. Writes s.tie.grudge."""
    back = w.relation[r].back
    for d in range(w.dyad.shape[0]):
        i = w.dyad[d].first
        if s.faction[i].present == 1 and s.faction[w.dyad[d].second].present == 1:
            with_other = relation_with(s, w, d, i)
            if with_other == r or with_other == back:
                offend(s, d)


@rule
def pledge_on_date(s, w, t, r, journal):
    """A dated pledge, or its renunciation; an older answer lapses with a new pledge."""
    act = w.policy[t, w.relation[r].policy].pledge
    o = w.relation[r].of
    q = w.relation[r].toward
    if act != NO_PLEDGE and s.organisation[o].present == 1 and s.organisation[q].present == 1:
        before = s.relation[r].pledge
        s.relation[r].pledge = act
        s.relation[r].pledged = t
        back = w.relation[r].back
        s.relation[back].answer = s.relation[back].reply = NO_PLEDGE
        if act == RENOUNCED:
            break_oath(s, w, r)
        record(journal, t, PLEDGE, o, q, before, act, NOBODY, NOBODY, 0.0)


@rule
def history(s, w, p, t, key, journal):
    """The month's entries, pledges, blows and dyadic events.

    Reads   w.faction, w.policy, w.monthly, w.dyad_event
    Writes  s.faction: present, fighters, setback, unmasked, news; s.level; s.organisation.present;
            s.relation: pledge, pledged, answer; s.tie
    Draws   SECRET, one block per instrumented exposure
    """
    forget_exposures(s, w)
    for x in range(w.order.shape[0]):
        i = w.order[x]
        if w.faction[i].entry == t and w.faction[i].spare == 0 and s.faction[i].present == 0:
            enter(s, w, t, i, journal)
        blow = w.monthly[t, i].setback
        if blow > 0.0:
            s.faction[i].setback = unit(s.faction[i].setback + blow * (1.0 - s.faction[i].setback))
    if w.busy[t] & PLEDGE_DUE:
        for r in range(w.relation_start[s.organisation.shape[0]]):
            pledge_on_date(s, w, t, r, journal)
    for e in range(w.dyad_start[t], w.dyad_start[t + 1]):
        act_on_dyad(s, w, p, t, key, e, journal)
