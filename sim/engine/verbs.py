"""The verbs of the actors as Python calls them: one call per actor and phase.

Handing a replicate's tables to the compiler costs ten microseconds a call; through a handle (a compiled list
with one entry, made once) it costs one. Each verb takes the run out of its handle and calls the rule.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba.typed import List

from ..rules.compiled import driver
from ..rules.initial import draw_initial
from ..rules.processes.attacks import attack, settle_attacks
from ..rules.processes.bonding import bonds
from ..rules.processes.dissent import dissent, settle_dissent
from ..rules.processes.history import history
from ..rules.processes.leadership import lead
from ..rules.processes.opportunity import meetings
from ..rules.processes.politics import politics, settle_politics
from ..rules.processes.reaction import react
from ..rules.processes.resources import gather, settle_resources
from ..rules.processes.settlement import settle_ties
from ..rules.processes.territory import territory
from ..rules.weigh import weigh_ties
from ..world.tables import Facts, Journal, Scratch, State
from .outcomes import Frame, Outcomes, note_events, note_month


class Run(NamedTuple):
    """Everything one replicate needs."""

    s: State
    w: Facts
    points: Any  # (1,) parameter table
    key: np.ndarray
    scratch: Scratch
    journal: Journal
    frame: Frame
    outcomes: Outcomes  # of one run


def handle_of(run: Run) -> Any:
    """A handle through which the verbs reach a replicate's tables."""
    handle = List()
    handle.append(run)
    return handle


@driver
def begin(h):
    """Draw the initial world of the replicate."""
    r = h[0]
    draw_initial(r.s, r.key)


@driver
def open_month(h, t):
    """Phase 1: the schedule's events, displacement, co-presence."""
    r = h[0]
    history(r.s, r.w, r.points[0], t, r.key, r.journal)
    territory(r.s, r.w, r.points[0], t, r.key, r.journal)


@driver
def faction_leads(h, t, i):
    """Phase 2: one faction's leadership."""
    r = h[0]
    lead(r.s, r.w, r.points[0], t, r.key, i, r.journal)


@driver
def organisation_decides(h, t, o):
    """Phase 3: one organisation's politics."""
    r = h[0]
    politics(r.s, r.w, r.points[0], t, r.key, o, r.journal)


@driver
def close_politics(h, t):
    """Phase 3: answers become public."""
    settle_politics(h[0].s)


@driver
def faction_dissents(h, t, i):
    """Phase 3: one faction's dissatisfied decide."""
    r = h[0]
    dissent(r.s, r.w, r.points[0], t, r.key, i, r.scratch)


@driver
def close_dissent(h, t):
    """Phase 3: splits and defections happen. Phase 4: who meets whom."""
    r = h[0]
    settle_dissent(r.s, r.w, r.points[0], t, r.key, r.scratch, r.journal)
    meetings(r.s, r.w, r.points[0], t, r.key, r.scratch)


@driver
def faction_weighs(h, t, i):
    """Phase 4: one faction weighs its ties."""
    r = h[0]
    weigh_ties(r.s, r.w, r.points[0], t, i, r.scratch)


@driver
def close_ties(h, t):
    """Phase 4: ties change. Phase 5: months pass over every tie."""
    r = h[0]
    settle_ties(r.s, r.w, r.points[0], t, r.scratch, r.journal)
    bonds(r.s, r.w, r.points[0], t, r.key, r.journal)


@driver
def faction_gathers(h, t, i):
    """Phase 5: one faction's strength and skills."""
    r = h[0]
    gather(r.s, r.w, r.points[0], t, i, r.scratch)


@driver
def close_resources(h, t):
    """Phase 5: next month's strength takes effect."""
    r = h[0]
    settle_resources(r.s, r.w, r.points[0], t, r.scratch, r.journal)


@driver
def faction_attacks(h, t, i):
    """Phase 6: one faction's attacks and claims, as counts."""
    r = h[0]
    attack(r.s, r.w, r.points[0], t, r.key, i)


@driver
def close_attacks(h, t):
    """Phase 6: claims build reputations, observers lay blame."""
    r = h[0]
    settle_attacks(r.s, r.w, r.points[0])


@driver
def state_reacts(h, t, a):
    """Phase 7: one state actor observes and reacts."""
    r = h[0]
    react(r.s, r.w, r.points[0], t, r.key, a, r.journal)


@driver
def close_month(h, t, start):
    """Phase 8: outcomes are recorded; `start` is the number of events before the month."""
    r = h[0]
    out = r.outcomes
    note_month(r.s, t, r.frame, out.year[0], out.pair[0], out.dyad[0], out.organisation[0], out.dyad_year[0])
    note_events(r.s, r.journal, start, out.organisation[0])
