"""What happens in a month, one actor or one step at a time: the verbs that both engines call.

The Mesa model calls them actor by actor (`model.step`), the ensemble in loops (`month.py`). Each takes the handle of a
run and the month, and where one actor acts its index.
"""

from __future__ import annotations

from ..rules.compiled import verb
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
from ..rules.processes.survey import survey
from ..rules.processes.territory import territory
from ..rules.weigh import N_TERMS, SHAPES, profile, weigh_meetings, weigh_terms, weigh_ties
from .handle import run_of
from .outcomes import note_events, note_month, note_network
from .traces import keep_trace, keep_trajectory


@verb
def begin(h):
    """Draw the initial world of the replicate."""
    r = run_of(h)
    draw_initial(r.s, r.w, r.points[0], r.key)


@verb
def open_month(h, t):
    """The schedule's entries, pledges, blows and dyadic events; displacement and co-presence; who is close to whom."""
    r = run_of(h)
    history(r.s, r.w, r.points[0], t, r.key, r.journal)
    territory(r.s, r.w, r.points[0], t, r.key, r.journal)
    survey(r.s, r.w, r.points[0], t, r.scratch)


@verb
def faction_leads(h, t, i):
    """One faction's leadership: death, concealment, disclosure, succession."""
    r = run_of(h)
    lead(r.s, r.w, r.points[0], t, r.key, i, r.journal)


@verb
def organisation_decides(h, t, o):
    """One organisation's politics: emirate, cohesion, talks, stance, pledges."""
    r = run_of(h)
    politics(r.s, r.w, r.points[0], t, r.key, o, r.scratch, r.journal)


@verb
def close_politics(h, t):
    """Answers become public."""
    r = run_of(h)
    settle_politics(r.s, r.w)


@verb
def faction_dissents(h, t, i):
    """One faction's dissatisfied decide: covert disobedience, splits, defections."""
    r = run_of(h)
    dissent(r.s, r.w, r.points[0], t, r.key, i, r.scratch)


@verb
def close_dissent(h, t):
    """Splits and defections happen; who meets whom."""
    r = run_of(h)
    settle_dissent(r.s, r.w, r.points[0], t, r.key, r.scratch, r.journal)
    meetings(r.s, r.w, r.points[0], t, r.key, r.scratch)


@verb
def faction_weighs(h, t, i):
    """One faction weighs its side of each tie that gets to decide: one step up, stay, one step down."""
    r = run_of(h)
    weigh_ties(r.s, r.w, r.points[0], t, i, r.scratch)


@verb
def all_weigh(h, t):
    """Every faction weighs: `faction_weighs` of each in turn, to the last bit, but what both sides share is found once."""
    r = run_of(h)
    weigh_meetings(r.s, r.w, r.points[0], t, r.scratch)


@verb
def close_ties(h, t):
    """Decisions are settled; trust, embeddedness, visibility, age, exposure."""
    r = run_of(h)
    settle_ties(r.s, r.w, r.points[0], t, r.scratch, r.journal)
    bonds(r.s, r.w, r.points[0], t, r.key, r.journal)


@verb
def faction_gathers(h, t, i):
    """One faction's recruits, losses, skills, grievance."""
    r = run_of(h)
    gather(r.s, r.w, r.points[0], t, i, r.scratch)


@verb
def close_resources(h, t):
    """Next month's strength takes effect."""
    r = run_of(h)
    settle_resources(r.s, r.w, r.points[0], t, r.scratch, r.journal)


@verb
def faction_attacks(h, t, i):
    """One faction's attacks and claims, as counts."""
    r = run_of(h)
    attack(r.s, r.w, r.points[0], t, r.key, i)


@verb
def close_attacks(h, t):
    """Claims build reputations, observers lay blame."""
    r = run_of(h)
    settle_attacks(r.s, r.w, r.points[0])


@verb
def state_reacts(h, t, a):
    """One state actor observes and reacts: alarm, coercion, verification, snapback."""
    r = run_of(h)
    react(r.s, r.w, r.points[0], t, r.key, a, r.journal)


@verb
def record_month(h, t, start):
    """Outcomes of the month; `start` is the number of events before it."""
    r = run_of(h)
    out = r.outcomes
    note_month(r.s, r.w, t, r.frame, out.year, out.pair, out.dyad, out.organisation, out.dyad_year)
    note_network(r.s, r.w, t, r.frame, out.network, out.last, out.there)
    note_events(r.s, r.journal, start, out.organisation)
    keep_trajectory(r.s, t, r.kept)
    keep_trace(r.s, t, r.trace)


@verb
def reckon_tie(h, t, i, j, d, out):
    """Weighted content of every term of the tie of i with j as it stands; writes out (M,). Changes nothing."""
    r = run_of(h)
    weigh_terms(r.s, r.w, r.points[0], t, i, j, d, out)


@verb
def push_of_step(terms, current, step, cliff, out):
    """What each term brings for a step of -1 or 1 over staying at `current`; cliff: p.choice_cliff. Writes out (M,)."""
    for m in range(N_TERMS):
        there, here = profile(SHAPES[m], current + step, current, cliff), profile(SHAPES[m], current, current, cliff)
        out[m] = terms[m] * (there - here)
