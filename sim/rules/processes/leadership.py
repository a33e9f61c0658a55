"""Leadership: death, concealment, disclosure, succession."""

from __future__ import annotations

import math

from ...world.names import Event, Leader, LeaderNews, Level
from ..compiled import rule
from ..draws import LEADER, SUCCESSOR, normal, uniforms
from ..measures import happens, level_with, refuge, unit
from ..record import NOBODY, record

ALIVE, CONCEALED = int(Leader.ALIVE), int(Leader.CONCEALED)
NOTHING, DEATH, CONCEALED_DEATH, DISCLOSED = (int(x) for x in LeaderNews)
LEADER_DEATH, DISCLOSURE, SUCCESSION = int(Event.LEADER_DEATH), int(Event.DISCLOSURE), int(Event.SUCCESSION)
SANCTUARY = int(Level.SANCTUARY)


@rule
def shelter(s, w, i):
    """Protection that faction i's leader enjoys, 0..1: its own sanctuary or the best host's."""
    best = refuge(s, i)
    for c in range(w.contact_start[i], w.contact_start[i + 1]):
        if level_with(s, w, c) >= SANCTUARY:
            best = max(best, refuge(s, w.contact[c].other))
    return best


@rule
def leader_hazard(s, w, p, t, i):
    """Monthly hazard of losing the leader: base, and strikes less the protection of a host."""
    strikes = p.leadership_strike_hazard * w.monthly[t, i].targeting
    if strikes <= 0.0:
        return p.leadership_base_hazard
    return p.leadership_base_hazard + strikes * (1.0 - p.leadership_protection * shelter(s, w, i))


@rule
def succeed(s, w, p, t, key, i, penalty, journal):
    """A successor takes over: lower authority, own strategy and pragmatism, few of the personal ties.

        authority' = authority * successor_authority * U(1 - spread, 1 + spread) * (1 - penalty) / founder weight

    The dated history may fix authority, strategy or disposition instead.

    Writes  s.faction[i], s.tie: what i's leader held
    Draws   SUCCESSOR, two blocks
    """
    u0, u1, u2, _ = uniforms(key, SUCCESSOR, t, s.faction[i].key, 0, 0)
    v1, v2, _, _ = uniforms(key, SUCCESSOR, t, s.faction[i].key, 0, 1)
    weight = p.leadership_founder_weight if s.faction[i].founder == 1 else 1.0
    fixed = w.monthly[t, i]
    luck = 1.0 + p.leadership_spread * (2.0 * u0 - 1.0)
    drawn = s.faction[i].authority * p.leadership_successor_authority * luck * (1.0 - penalty) / weight
    s.faction[i].authority = fixed.successor_authority if fixed.successor_authority >= 0.0 else unit(drawn)
    strategy = unit(s.faction[i].strategy + p.leadership_redraw * normal(u1, v1))
    s.faction[i].strategy = fixed.successor_strategy if fixed.successor_strategy >= 0.0 else strategy
    leaning = unit(s.faction[i].pragmatism + p.leadership_redraw * normal(u2, v2))
    s.faction[i].pragmatism = fixed.successor_disposition if fixed.successor_disposition >= 0.0 else leaning
    kept = math.pow(p.leadership_personal_inherited, weight)
    for c in range(w.contact_start[i], w.contact_start[i + 1]):
        if w.contact[c].side == 0:
            s.tie[w.contact[c].dyad].held_first *= kept
        else:
            s.tie[w.contact[c].dyad].held_second *= kept
    s.faction[i].founder = 0
    s.faction[i].generation += 1
    s.faction[i].leader = ALIVE
    s.faction[i].hidden = 0
    record(
        journal, t, SUCCESSION, i, NOBODY, s.faction[i].generation - 1, s.faction[i].generation,
        NOBODY, NOBODY, s.faction[i].authority,
    )  # fmt: skip


@rule
def lead(s, w, p, t, key, i, journal):
    """One month of faction i's leadership.

    A death is open (the successor takes over at once) or concealed (standing and personal ties go on in
    public until disclosure, which costs authority of its own). Dated deaths and disclosures come from the
    schedule; between them the hazard runs only where the schedule leaves the leader mortal.

    Reads   w.monthly[t, i], s.level, s.capability
    Writes  s.faction[i], s.tie: what i's leader held
    Draws   LEADER, one block: death, concealment, disclosure
    Source  seeds/parameters.yaml: leadership
    """
    if s.faction[i].present == 0:
        return
    u, v, x, _ = uniforms(key, LEADER, t, s.faction[i].key, 0, 0)
    news = w.monthly[t, i].news
    mortal = w.monthly[t, i].mortal == 1
    s.faction[i].bulletin = NOTHING
    if s.faction[i].leader == ALIVE:
        dies = mortal and news == NOTHING and happens(leader_hazard(s, w, p, t, i), u)
        if dies or news == DEATH or news == CONCEALED_DEATH:
            hidden = news == CONCEALED_DEATH or (dies and v < p.leadership_concealment)
            status = CONCEALED if hidden else ALIVE
            generation = s.faction[i].generation
            record(journal, t, LEADER_DEATH, i, NOBODY, ALIVE, status, NOBODY, NOBODY, float(generation))
            if hidden:
                s.faction[i].leader = CONCEALED
                s.faction[i].bulletin = CONCEALED_DEATH
            else:
                s.faction[i].bulletin = DEATH
                succeed(s, w, p, t, key, i, 0.0, journal)
        else:
            s.faction[i].authority += p.leadership_authority_growth * (1.0 - s.faction[i].authority)
    elif s.faction[i].leader == CONCEALED:
        s.faction[i].hidden += 1
        if news == DISCLOSED or (mortal and x < 1.0 / max(1.0, p.leadership_concealment_months)):
            months = s.faction[i].hidden
            record(journal, t, DISCLOSURE, i, NOBODY, CONCEALED, ALIVE, NOBODY, NOBODY, float(months))
            s.faction[i].bulletin = DISCLOSED
            succeed(s, w, p, t, key, i, p.leadership_disclosure_cost, journal)
    sway = p.leadership_sway * (s.faction[i].pragmatism - s.faction[i].disposition)
    s.faction[i].disposition = unit(s.faction[i].disposition + sway)
