"""Settlement of tie decisions: both must want a step up, either can step down."""

from __future__ import annotations

from ...world.names import Event
from ..compiled import rule
from ..measures import ARMED_CONFLICT, MATERIAL
from ..record import record
from ..ties import set_blood, set_level, set_trust

TIE_UP, TIE_DOWN = int(Event.TIE_UP), int(Event.TIE_DOWN)


@rule
def settle_ties(s, w, p, t, scratch, journal):
    """Carry the month's tie decisions out.

    A step down costs trust, three times as much when the partner did not want it and the tie was an alliance
    (betrayal). A step into armed conflict leaves blood.

    Reads   scratch.choice (F, F)
    Writes  s.tie: level, changed, trust, blood (both sides)
    Source  seeds/parameters.yaml: trust.betrayal, blood.growth
    """
    n = s.faction.shape[0]
    for x in range(n):
        for y in range(x + 1, n):
            i = w.order[x]
            j = w.order[y]
            wish_i = scratch.choice[i, j].desire
            wish_j = scratch.choice[j, i].desire
            if wish_i == 1 and wish_j == 1:
                step = 1
            elif wish_i == -1 or wish_j == -1:
                step = -1
            else:
                continue
            if step == -1 and wish_i != -1:  # the one who steps down is named first
                i, j = j, i
            before = s.tie[i, j].level
            mutual = wish_i == wish_j
            set_level(s, t, i, j, before + step)
            if step == -1:
                betrayed = before >= MATERIAL and not mutual
                set_trust(s, i, j, s.tie[i, j].trust - p.trust_betrayal * (1.0 if betrayed else 1.0 / 3.0))
                if before + step == ARMED_CONFLICT:
                    set_blood(s, i, j, s.tie[i, j].blood + p.blood_growth)
            c = scratch.choice[i, j]
            kind = TIE_UP if step == 1 else TIE_DOWN
            record(journal, t, kind, i, j, before, before + step, c.lead, c.second, c.push)
