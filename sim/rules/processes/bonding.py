"""Slow variables of a tie: trust, embeddedness, personal ties, age, visibility, blood, weariness, grudge; exposure."""

from __future__ import annotations

from ...world.names import Event, Stance
from ..compiled import rule
from ..draws import SECRET, pair_uniforms
from ..measures import ARMED_CONFLICT, MATERIAL, depth, distance, happens, official_distance, pledge_public, relation_with, unit
from ..record import record

EXPOSURE = int(Event.EXPOSURE)
DISTANCE = int(Stance.DISTANCE)


@rule
def grow(s, w, p, d, apart, r):
    """One month of the slow variables of dyad d.

    trust    += growth * g * (1 - trust) - decay * (1 - g) * trust             g: depth of the tie
    visible  -> max(g, public pledge) * (1 - covert * official distance), at rate `adjustment`
    held     += growth * g * (1 - held) - embeddedness.decay * (1 - g) * held     what each leader holds to the other's side
    weary    += growth * (1 - weary) in armed conflict, and fades at rate `decay` without; a grudge fades
    age      counts months at material level or above, and fades below
    """
    tie = s.tie[d]
    level = s.level[d]
    g = depth(level)
    x = tie.trust
    tie.trust = unit(x + p.trust_growth * g * (1.0 - x) - p.trust_decay * (1.0 - g) * x)
    x = tie.embedded
    tie.embedded = unit(x + p.embeddedness_growth * g * (1.0 - x) - p.embeddedness_decay * (1.0 - g) * x)
    x = tie.held_first
    tie.held_first = unit(x + p.personal_ties_growth * g * (1.0 - x) - p.embeddedness_decay * (1.0 - g) * x)
    x = tie.held_second
    tie.held_second = unit(x + p.personal_ties_growth * g * (1.0 - x) - p.embeddedness_decay * (1.0 - g) * x)
    tie.grudge *= 1.0 - p.grudge_decay
    if level == ARMED_CONFLICT:
        tie.weary = unit(tie.weary + p.weariness_growth * (1.0 - tie.weary))
    else:
        tie.weary *= 1.0 - p.weariness_decay
    public = 0.0
    if level >= MATERIAL:
        tie.age += 1.0
        public = pledge_public(s, w, r)
    else:
        tie.age *= 1.0 - p.trust_decay
    goal = max(g, public) * (1.0 - p.visibility_covert * apart)
    tie.visibility = unit(tie.visibility + p.visibility_adjustment * (goal - tie.visibility))
    if level == ARMED_CONFLICT:
        tie.blood = unit(tie.blood + p.blood_growth * (1.0 - tie.blood))
    elif tie.blood > 0.0:
        tie.blood *= 1.0 - p.blood_decay


@rule
def expose(s, w, p, t, d, lead, journal):
    """A covert tie comes to light: plain for all to see, states and rivals see it this month, and it is news to both sides."""
    i = w.dyad[d].first
    j = w.dyad[d].second
    s.tie[d].visibility = 1.0
    s.tie[d].exposed = 1
    s.faction[i].unmasked = 1
    s.faction[j].unmasked = 1
    s.faction[i].news = s.faction[j].news = 1.0
    if s.faction[j].key < s.faction[i].key:
        i, j = j, i
    record(journal, t, EXPOSURE, i, j, s.level[d], s.level[d], lead, -1, s.tie[d].visibility)


@rule
def bonds(s, w, p, t, key, journal):
    """Months pass over every tie.

    Reads   s.relation, s.faction
    Writes  s.tie: trust, embedded, held_first, held_second, age, visibility, blood, weary, grudge, exposed;
            s.faction: unmasked, news
    Draws   SECRET, one block a covert tie
    Source  seeds/parameters.yaml: trust, embeddedness, personal_ties, visibility, blood, weariness, grudge, exposure
    """
    for d in range(w.dyad.shape[0]):
        i = w.dyad[d].first
        j = w.dyad[d].second
        if s.faction[i].present == 0 or s.faction[j].present == 0:
            continue
        o = s.faction[i].organisation
        q = s.faction[j].organisation
        r = relation_with(s, w, d, i)
        apart = 0.0 if o == q else official_distance(s, w, r)
        grow(s, w, p, d, apart, r)
        if s.level[d] >= MATERIAL and apart >= distance(DISTANCE):  # a tie that a side denies
            u, _, _, _ = pair_uniforms(key, SECRET, t, s.faction[i].key, s.faction[j].key, 0)
            if happens(p.exposure_hazard * (0.5 + 0.5 * w.watch[t]), u):
                expose(s, w, p, t, d, -1, journal)
