"""The mechanism `compliance`."""

from __future__ import annotations

from ..compiled import rule
from ..measures import line_of, obeyed, relation_with


@rule
def compliance(s, w, p, t, i, j, d):
    """The emir's line presses on a faction by his authority and the movement's cohesion.

        compliance = authority of the emir * cohesion_o * line_oq

    Shape   cost with depth (COST). Range 0..1. 0 in a movement without cohesion, and while the stance is to embrace and
            no order to halt stands.
    Source  seeds/parameters.yaml: compliance
    """
    o = s.faction[i].organisation
    q = s.faction[j].organisation
    if o == q:
        return 0.0
    r = relation_with(s, w, d, i)
    return obeyed(s, o) * line_of(s, w, t, r)
