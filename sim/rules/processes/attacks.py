"""Attacks as counts, who claims them, and what observers infer. Organisation level only."""

from __future__ import annotations

import math

from ...world.names import EXPLOSIVES, Talks
from ..compiled import rule
from ..draws import ATTACK, poisson, rounded, uniforms
from ..measures import JOINT, MATERIAL, level_with, unit
from ..record import NOBODY

OPEN = int(Talks.OPEN)
THOUSAND = 1000.0
MOST = 25.0  # mean of a Poisson count that inversion still draws exactly


@rule
def joint_partners(s, w, i):
    """Whether faction i has a partner in joint operations outside itself: 1 or 0."""
    for c in range(w.contact_start[i], w.contact_start[i + 1]):
        if level_with(s, w, c) == JOINT:
            return 1.0
    return 0.0


@rule
def expected_attacks(s, w, p, i):
    """Mean attacks a month: with the root of strength and with skill, more in joint operations, more to spoil talks.

    rate * sqrt(fighters / 1000) * (1/2 + explosives) * (1 + joint bonus) * (1 + spoil * (1 - disposition))
    """
    spoiling = 0.0
    if s.organisation[s.faction[i].organisation].talks == OPEN:
        spoiling = p.attacks_spoiling * (1.0 - s.faction[i].disposition)
    size = math.sqrt(s.faction[i].fighters / THOUSAND)
    skill = 0.5 + s.capability[i, EXPLOSIVES]
    mean = p.attacks_rate * size * skill * (1.0 + p.attacks_joint_bonus * joint_partners(s, w, i)) * (1.0 + spoiling)
    return min(MOST, mean)


@rule
def civilian_share(s, p, i):
    """Share of attacks that hit civilians, 0..1: rises with an indiscriminate strategy."""
    return unit(p.attacks_civilian_slope * s.faction[i].strategy)


@rule
def scapegoat(s, w, i):
    """Allied faction of another organisation most willing to claim what i would hide; -1 without one."""
    best, most = NOBODY, 0.0
    for c in range(w.contact_start[i], w.contact_start[i + 1]):
        if level_with(s, w, c) < MATERIAL:
            continue
        j = w.contact[c].other
        if s.faction[j].organisation != s.faction[i].organisation:
            willing = s.faction[j].strategy * (1.0 - w.faction[j].recognition)
            if willing > most:
                best, most = j, willing
    return best


@rule
def attack(s, w, p, t, key, i):
    """Faction i's attacks of the month, how many hit civilians, and whose claim covers those.

        outsourced = civilian attacks * claims.outsourcing * recognition wanted by i, if an ally will claim them

    Writes  s.faction[i]: attacks, civilian, outsourced, claimant
    Draws   ATTACK, one block: count, civilian, outsourced
    Source  seeds/parameters.yaml: attacks, claims.outsourcing
    """
    s.faction[i].attacks = 0
    s.faction[i].civilian = 0
    s.faction[i].outsourced = 0
    s.faction[i].claimant = NOBODY
    if s.faction[i].present == 0:
        return
    u, v, x, _ = uniforms(key, ATTACK, t, s.faction[i].key, 0, 0)
    count = poisson(expected_attacks(s, w, p, i), u)
    if count == 0:
        return
    civilian = rounded(count * civilian_share(s, p, i), v)
    s.faction[i].attacks = count
    s.faction[i].civilian = min(count, civilian)
    if civilian > 0:
        ally = scapegoat(s, w, i)
        if ally != NOBODY:
            handed = rounded(min(count, civilian) * unit(p.claims_outsourcing * w.faction[i].recognition), x)
            s.faction[i].outsourced = handed
            s.faction[i].claimant = ally if handed > 0 else NOBODY


@rule
def settle_attacks(s, w, p):
    """Claims build reputations, and observers lay blame.

    A faction claims what it did and did not hand over, and what was handed to it. Observers trace a share
    `tracing` of the outsourced attacks to the perpetrator, and blame the claimant for the rest.

    Writes  s.faction: claimed, blamed (attacks of this month), reputation
    Source  seeds/parameters.yaml: claims
    """
    for i in range(s.faction.shape[0]):
        own = s.faction[i].attacks - s.faction[i].outsourced
        s.faction[i].claimed = float(own)
        s.faction[i].blamed = own + p.claims_tracing * s.faction[i].outsourced
    for x in range(w.order.shape[0]):
        i = w.order[x]
        j = s.faction[i].claimant
        if j != NOBODY:
            s.faction[j].claimed += float(s.faction[i].outsourced)
            s.faction[j].blamed += (1.0 - p.claims_tracing) * s.faction[i].outsourced
    for i in range(s.faction.shape[0]):
        if s.faction[i].present == 1:
            noise = s.faction[i].claimed / (s.faction[i].claimed + p.claims_saturation)
            fame = s.faction[i].reputation
            s.faction[i].reputation = unit(fame + p.claims_reputation_rate * (noise - fame))
