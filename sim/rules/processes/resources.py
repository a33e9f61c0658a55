"""Resources: recruitment, losses, capability learned and lost, grievance, the end of a faction."""

from __future__ import annotations

from ...world.names import FINANCE, KINDS, Event
from ..compiled import rule
from ..measures import ARMED_CONFLICT, MATERIAL, depth, level_with, might, share, unit
from ..record import NOBODY, record
from .territory import denied

DISSOLUTION = int(Event.DISSOLUTION)


@rule
def clash(s, w, i):
    """Weight of the fights faction i is in: sum over enemies of their share of the joint strength."""
    x = 0.0
    for c in range(w.contact_start[i], w.contact_start[i + 1]):
        if level_with(s, w, c) == ARMED_CONFLICT:
            x += share(might(s, w.contact[c].other), might(s, i))
    return x


@rule
def backing(s, w, i):
    """Resilience from allies: depth of the deepest tie of i with anyone, 0..1."""
    best = 0
    for c in range(w.contact_start[i], w.contact_start[i + 1]):
        best = max(best, level_with(s, w, c))
    return depth(best)


@rule
def recruits(s, w, p, t, i):
    """Recruits of the month as a share of strength, below 0 above capacity.

    They are rate * (1 + pull) * purse * (1 - fighters / capacity) * open ground, with

    pull = grievance + foreign * reputation,

    purse = (1 + max(finance * (1 - interdiction), a patron's support)) / 2.
    """
    pull = s.faction[i].grievance + s.faction[i].foreign * s.faction[i].reputation
    money = s.capability[i, FINANCE] * (1.0 - w.monthly[t, i].interdiction)
    purse = 0.5 + 0.5 * max(money, w.monthly[t, i].support)
    room = 1.0 - s.faction[i].fighters / max(1.0, p.recruitment_capacity * w.faction[i].capacity)
    return p.recruitment_rate * (1.0 + pull) * purse * room * s.faction[i].open


@rule
def losses(s, w, p, t, i):
    """Losses of the month as a share of strength: pressure (less what allies absorb) and fights with rivals.

    Small bodies hide: blows find a share fighters / (fighters + p.losses_hidden) of what they would hit.
    """
    found = share(s.faction[i].fighters, p.losses_hidden)
    hit = s.faction[i].pressed * (1.0 - p.losses_resilience * backing(s, w, i))
    return unit(found * p.losses_rate * (hit + denied(s, w, t, i) + clash(s, w, i)))


@rule
def learn(s, w, p, i, lost, scratch):
    """Capability of the next month: learned from partners in proportion to depth, lost with people.

    learned_k = learning * max_j depth_ij * (capability_jk - capability_ik)      lost_k = forgetting * losses
    """
    best = scratch.capability[i]
    for k in range(KINDS):
        best[k] = 0.0
    for c in range(w.contact_start[i], w.contact_start[i + 1]):
        level = level_with(s, w, c)
        if level >= MATERIAL:
            g = depth(level)
            j = w.contact[c].other
            for k in range(KINDS):
                best[k] = max(best[k], g * (s.capability[j, k] - s.capability[i, k]))
    for k in range(KINDS):
        own = s.capability[i, k]
        best[k] = unit(own + p.transfer_learning * best[k] - p.transfer_forgetting * lost * own)


@rule
def gather(s, w, p, t, i, scratch):
    """One month of faction i's strength, skills, grievance and sense of defeat.

    Writes  scratch.intent[i].fighters, scratch.capability[i, :]; s.faction[i]: grievance, setback
    Source  seeds/parameters.yaml: recruitment, losses, transfer, grievance, setback.memory
    """
    if s.faction[i].present == 0:
        return
    lost = losses(s, w, p, t, i)
    gained = recruits(s, w, p, t, i)
    scratch.intent[i].fighters = max(0.0, s.faction[i].fighters * (1.0 + gained - lost))
    learn(s, w, p, i, lost, scratch)
    x = s.faction[i].grievance
    rallied = p.grievance_rally * s.faction[i].pressed * (1.0 - x)
    s.faction[i].grievance = unit(x + rallied - p.grievance_decay * x)
    shrunk = max(0.0, lost - gained)
    defeat = s.faction[i].setback * p.setback_memory
    s.faction[i].setback = unit(defeat + p.setback_sensitivity * shrunk * (1.0 - defeat))


@rule
def dissolve(s, w, t, i, journal):
    """Faction i ends: its ties go with it."""
    record(journal, t, DISSOLUTION, i, NOBODY, 1, 0, NOBODY, NOBODY, s.faction[i].fighters)
    s.faction[i].present = 0
    for c in range(w.contact_start[i], w.contact_start[i + 1]):
        s.level[w.contact[c].dyad] = 0


@rule
def settle_resources(s, w, p, t, scratch, journal):
    """Next month's strength and capability take effect; factions below the least size end.

    Writes  s.faction: fighters, present; s.capability; s.level of those that end
    Source  seeds/parameters.yaml: survival.minimum
    """
    for x in range(w.order.shape[0]):
        i = w.order[x]
        if s.faction[i].present == 0:
            continue
        s.faction[i].fighters = scratch.intent[i].fighters
        for k in range(KINDS):
            s.capability[i, k] = scratch.capability[i, k]
        if s.faction[i].fighters < p.survival_minimum:
            dissolve(s, w, t, i, journal)
