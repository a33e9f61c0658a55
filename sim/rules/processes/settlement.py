"""Settlement of tie decisions."""

from __future__ import annotations

from ...world.names import Event
from ..compiled import rule
from ..measures import ARMED_CONFLICT, MATERIAL
from ..record import record
from ..ties import offend, set_blood, set_trust
from ..wishes import mover, step_taken

TIE_UP, TIE_DOWN = int(Event.TIE_UP), int(Event.TIE_DOWN)


@rule
def settle_ties(s, w, p, t, scratch, journal):
    """Carry the month's tie decisions out.

    A step down costs trust, three times as much when the partner did not want it and the tie was an alliance
    (betrayal); one that ends the alliance leaves a grudge then. A step into armed conflict leaves blood.

    Reads   scratch: meeting, met, desire, choice
    Writes  s.level, s.tie: trust, grudge, blood
    Source  seeds/parameters.yaml: trust.betrayal, grudge, blood.growth
    """
    for n in range(scratch.met[0]):
        d = scratch.meeting[n]
        wish_first = scratch.desire[0, d]
        wish_second = scratch.desire[1, d]
        step = step_taken(wish_first, wish_second)
        if step == 0:
            continue
        side = mover(step, wish_first)
        i = w.dyad[d].second if side == 1 else w.dyad[d].first
        j = w.dyad[d].first if side == 1 else w.dyad[d].second
        before = s.level[d]
        s.level[d] = before + step
        if step == -1:
            betrayed = before >= MATERIAL and wish_first != wish_second
            set_trust(s, d, s.tie[d].trust - p.trust_betrayal * (1.0 if betrayed else 1.0 / 3.0))
            if betrayed and before == MATERIAL:
                offend(s, d)
            if before + step == ARMED_CONFLICT:
                set_blood(s, d, s.tie[d].blood + p.blood_growth)
        c = scratch.choice[side, d]
        kind = TIE_UP if step == 1 else TIE_DOWN
        record(journal, t, kind, i, j, before, before + step, c.lead, c.second, c.push)
