"""Slow variables of a tie: trust, embeddedness, age, visibility, blood; exposure of covert ties."""

from __future__ import annotations

from ...world.names import Event, Stance
from ..compiled import rule
from ..draws import SECRET, pair_uniforms
from ..measures import ARMED_CONFLICT, MATERIAL, depth, happens, pledge_public
from ..record import record
from ..ties import set_age, set_blood, set_embedded, set_exposed, set_trust, set_visibility

EXPOSURE = int(Event.EXPOSURE)
DENIED = int(Stance.DISTANCE) / 3.0


@rule
def official_distance(s, i, j):
    """The more distant of the two organisations' stances toward each other, 0..1; 0 within one."""
    o = s.faction[i].organisation
    q = s.faction[j].organisation
    return 0.0 if o == q else max(s.relation[o, q].stance, s.relation[q, o].stance) / 3.0


@rule
def grow(s, p, i, j, distance):
    """One month of trust, embeddedness, age, visibility and blood.

    trust    += growth * g * (1 - trust) - decay * (1 - g) * trust             g: depth of the tie
    visible  -> openness * max(g, public pledge) * (1 - covert * official distance), at rate `adjustment`
    age      counts months at material level or above, and fades below
    """
    level = s.tie[i, j].level
    g = depth(level)
    trust = s.tie[i, j].trust
    set_trust(s, i, j, trust + p.trust_growth * g * (1.0 - trust) - p.trust_decay * (1.0 - g) * trust)
    x = s.tie[i, j].embedded
    set_embedded(s, i, j, x + p.embeddedness_growth * g * (1.0 - x) - p.embeddedness_decay * (1.0 - g) * x)
    set_age(s, i, j, s.tie[i, j].age + 1.0 if level >= MATERIAL else s.tie[i, j].age * (1.0 - p.trust_decay))
    public = 0.0
    if level >= MATERIAL:
        public = pledge_public(s, s.faction[i].organisation, s.faction[j].organisation)
    goal = p.visibility_openness * max(g, public) * (1.0 - p.visibility_covert * distance)
    seen = s.tie[i, j].visibility
    set_visibility(s, i, j, seen + p.visibility_adjustment * (goal - seen))
    past = s.tie[i, j].blood
    if level == ARMED_CONFLICT:
        set_blood(s, i, j, past + p.blood_growth * (1.0 - past))
    elif past > 0.0:
        set_blood(s, i, j, past * (1.0 - p.blood_decay))


@rule
def expose(s, p, t, i, j, lead, journal):
    """A covert tie comes to light: visibility jumps, and states and rivals can see it this month."""
    before = s.tie[i, j].visibility
    set_visibility(s, i, j, before + p.exposure_jump * (1.0 - before))
    set_exposed(s, i, j, 1)
    s.faction[i].unmasked = 1
    s.faction[j].unmasked = 1
    if s.faction[j].key < s.faction[i].key:
        i, j = j, i
    record(journal, t, EXPOSURE, i, j, s.tie[i, j].level, s.tie[i, j].level, lead, -1, s.tie[i, j].visibility)


@rule
def bonds(s, w, p, t, key, journal):
    """Months pass over every tie.

    Reads   s.relation, s.faction
    Writes  s.tie: trust, embedded, age, visibility, blood, exposed (both sides); s.faction.unmasked
    Draws   SECRET, one block a covert tie
    Source  seeds/parameters.yaml: trust, embeddedness, visibility, blood, exposure
    """
    n = s.faction.shape[0]
    for x in range(n):
        for y in range(x + 1, n):
            i = w.order[x]
            j = w.order[y]
            if s.faction[i].present == 0 or s.faction[j].present == 0:
                continue
            distance = official_distance(s, i, j)
            grow(s, p, i, j, distance)
            if s.tie[i, j].level >= MATERIAL and distance >= DENIED:  # a tie that a side denies
                u, _, _, _ = pair_uniforms(key, SECRET, t, s.faction[i].key, s.faction[j].key, 0)
                if happens(p.exposure_hazard * (0.5 + 0.5 * w.watch[t]), u):
                    expose(s, p, t, i, j, -1, journal)
