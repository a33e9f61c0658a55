"""The mechanism `discipline`."""

from __future__ import annotations

from ..compiled import rule
from ..measures import depth, obeyed, relation_with


@rule
def discipline(s, w, p, t, i, j, d):
    """The emir's ally is not to be fought.

        discipline = -authority of the emir * cohesion_o * depth of the deepest tie of the two organisations

    Shape   price of hostility (HOSTILE, negative). Range -1..0. 0 within an organisation, or toward strangers.
    Source  seeds/parameters.yaml: discipline
    """
    o = s.faction[i].organisation
    if o == s.faction[j].organisation:
        return 0.0
    closest = depth(s.relation[relation_with(s, w, d, i)].deepest)
    return -obeyed(s, o) * closest
