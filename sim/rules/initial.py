"""What chance settles before the first month: the initial world of a replicate."""

from __future__ import annotations

import math

from .compiled import rule
from .draws import INITIAL, normal, pair_uniforms, uniforms
from .measures import MATERIAL

CHOSEN_MEAN, CHOSEN_SPREAD = 1.271, 0.758
"""Mean of the upper quarter of a standard normal, and one minus its variance: who is allied is chosen, not drawn."""


@rule
def rapport_of(p, x, sociability, allied):
    """Rapport of a dyad: its own part, the sociability of both sides, and that those allied at entry suit each other.

        x' = sqrt(1 - hub) * x + sqrt(hub / 2) * (sociable_i + sociable_j)         standard normal
        x  = selection * 1.27 + sqrt(1 - 0.76 * selection^2) * x'                  of a dyad allied at entry

    p.rapport_hub: share of the variance that is an actor's. p.rapport_selection: 0, a dyad allied at entry is drawn like
    any other; 1, out of the quarter that suits each other best (Wooldridge 2005 on initial conditions).
    """
    mixed = math.sqrt(1.0 - p.rapport_hub) * x + math.sqrt(0.5 * p.rapport_hub) * sociability
    if not allied:
        return mixed
    k = p.rapport_selection
    return k * CHOSEN_MEAN + math.sqrt(1.0 - CHOSEN_SPREAD * k * k) * mixed


@rule
def draw_initial(s, w, p, key):
    """Draw what no coder sees: each faction's sociability; each dyad's rapport (fixed) and first circumstance (drifts).

    Writes  s.faction.sociable; s.tie: rapport, circumstance
    Draws   INITIAL, one block a faction and one a dyad; the stream has no other use, so dynamics never shift it
    Source  seeds/parameters.yaml: rapport, circumstance
    """
    for i in range(s.faction.shape[0]):
        u, v, _, _ = uniforms(key, INITIAL, 0, s.faction[i].key, 0, 1)
        s.faction[i].sociable = normal(u, v)
    for d in range(w.dyad.shape[0]):
        i = w.dyad[d].first
        j = w.dyad[d].second
        u, v, a, b = pair_uniforms(key, INITIAL, 0, s.faction[i].key, s.faction[j].key, 0)
        sociability = s.faction[i].sociable + s.faction[j].sociable
        s.tie[d].rapport = rapport_of(p, normal(u, v), sociability, w.dyad[d].entry_level >= MATERIAL)
        s.tie[d].circumstance = normal(a, b)
