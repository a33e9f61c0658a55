"""The order of a month, phase by phase.

Calls only: what happens is in `rules/processes`, what a tie is worth in `rules/weigh.py`.

Each phase compiles apart. The Mesa model goes through the same phases, one actor at a time (`model.step`).
"""

from __future__ import annotations

from ..rules.compiled import phase
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
from ..rules.processes.survey import survey
from ..rules.processes.territory import territory
from ..rules.weigh import weigh_meetings
from .handle import run_of
from .outcomes import note_events, note_month, note_network
from .traces import keep_trace, keep_trajectory


@phase
def open_month(h, t):
    """The schedule's entries, pledges, blows and dyadic events; displacement and co-presence; who is close to whom."""
    r = run_of(h)
    history(r.s, r.w, r.points[0], t, r.key, r.journal)
    territory(r.s, r.w, r.points[0], t, r.key, r.journal)
    survey(r.s, r.w, r.points[0], t, r.scratch)


@phase
def leadership(h, t):
    """Death, concealment, disclosure, succession."""
    r = run_of(h)
    for i in range(r.s.faction.shape[0]):
        lead(r.s, r.w, r.points[0], t, r.key, i, r.journal)


@phase
def organisations(h, t):
    """Emirate, cohesion, talks, stance, pledges."""
    r = run_of(h)
    for o in range(r.s.organisation.shape[0]):
        politics(r.s, r.w, r.points[0], t, r.key, o, r.scratch, r.journal)
    settle_politics(r.s, r.w)


@phase
def discontent(h, t):
    """Covert disobedience, splits, defections."""
    r = run_of(h)
    for i in range(r.s.faction.shape[0]):
        dissent(r.s, r.w, r.points[0], t, r.key, i, r.scratch)
    settle_dissent(r.s, r.w, r.points[0], t, r.key, r.scratch, r.journal)


@phase
def opportunity(h, t):
    """Who gets to decide."""
    r = run_of(h)
    meetings(r.s, r.w, r.points[0], t, r.key, r.scratch)


@phase
def decisions(h, t):
    """One step up, stay, one step down."""
    r = run_of(h)
    weigh_meetings(r.s, r.w, r.points[0], t, r.scratch)


@phase
def ties(h, t):
    """Decisions are settled; trust, embeddedness, visibility, age, exposure."""
    r = run_of(h)
    settle_ties(r.s, r.w, r.points[0], t, r.scratch, r.journal)
    bonds(r.s, r.w, r.points[0], t, r.key, r.journal)


@phase
def resources(h, t):
    """Recruits, losses, skills, grievance."""
    r = run_of(h)
    for i in range(r.s.faction.shape[0]):
        gather(r.s, r.w, r.points[0], t, i, r.scratch)
    settle_resources(r.s, r.w, r.points[0], t, r.scratch, r.journal)


@phase
def attacks(h, t):
    """Counts, civilian share, whose claim."""
    r = run_of(h)
    for i in range(r.s.faction.shape[0]):
        attack(r.s, r.w, r.points[0], t, r.key, i)
    settle_attacks(r.s, r.w, r.points[0])


@phase
def reactions(h, t):
    """Alarm, coercion, verification, snapback."""
    r = run_of(h)
    for a in range(r.s.response.shape[0]):
        react(r.s, r.w, r.points[0], t, r.key, a, r.journal)


@phase
def record_month(h, t, start):
    """Outcomes; `start` is the number of events before the month."""
    r = run_of(h)
    out = r.outcomes
    note_month(r.s, r.w, t, r.frame, out.year, out.pair, out.dyad, out.organisation, out.dyad_year)
    note_network(r.s, r.w, t, r.frame, out.network, out.last, out.there)
    note_events(r.s, r.journal, start, out.organisation)
    keep_trajectory(r.s, t, r.kept)
    keep_trace(r.s, t, r.trace)


@phase
def month(h, t, start):
    """One month of one replicate."""
    open_month(h, t)
    leadership(h, t)
    organisations(h, t)
    discontent(h, t)
    opportunity(h, t)
    decisions(h, t)
    ties(h, t)
    resources(h, t)
    attacks(h, t)
    reactions(h, t)
    record_month(h, t, start)
