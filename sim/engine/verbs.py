"""The verbs of one actor as the Mesa model calls them; see `month.py` for the same phases over all actors."""

from __future__ import annotations

from ..rules.compiled import verb
from ..rules.initial import draw_initial
from ..rules.processes.attacks import attack, settle_attacks
from ..rules.processes.dissent import dissent, settle_dissent
from ..rules.processes.leadership import lead
from ..rules.processes.opportunity import meetings
from ..rules.processes.politics import politics, settle_politics
from ..rules.processes.reaction import react
from ..rules.processes.resources import gather, settle_resources
from ..rules.weigh import N_TERMS, SHAPES, profile, weigh_terms, weigh_ties
from .handle import run_of


@verb
def begin(h):
    """Draw the initial world of the replicate."""
    r = run_of(h)
    draw_initial(r.s, r.w, r.key)


@verb
def faction_leads(h, t, i):
    """One faction's leadership."""
    r = run_of(h)
    lead(r.s, r.w, r.points[0], t, r.key, i, r.journal)


@verb
def organisation_decides(h, t, o):
    """One organisation's politics."""
    r = run_of(h)
    politics(r.s, r.w, r.points[0], t, r.key, o, r.scratch, r.journal)


@verb
def close_politics(h, t):
    """Answers become public."""
    r = run_of(h)
    settle_politics(r.s, r.w)


@verb
def faction_dissents(h, t, i):
    """One faction's dissatisfied decide."""
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
    """One faction weighs its ties."""
    r = run_of(h)
    weigh_ties(r.s, r.w, r.points[0], t, i, r.scratch)


@verb
def faction_gathers(h, t, i):
    """One faction's strength and skills."""
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
    """One state actor observes and reacts."""
    r = run_of(h)
    react(r.s, r.w, r.points[0], t, r.key, a, r.journal)


@verb
def reckon_tie(h, t, i, j, d, out):
    """Weighted content of every term of the tie of i with j as it stands; writes out (M,). Changes nothing."""
    r = run_of(h)
    weigh_terms(r.s, r.w, r.points[0], t, i, j, d, out)


@verb
def push_of_step(terms, current, step, out):
    """What each term brings for a step of -1 or 1 over staying at `current`; writes out (M,)."""
    for m in range(N_TERMS):
        out[m] = terms[m] * (profile(SHAPES[m], current + step, current) - profile(SHAPES[m], current, current))
