"""The order of a month in the ensemble, and a run from its first month to its last.

Calls of verbs only: what happens is in `rules/processes`, what a tie is worth in `rules/weigh.py`. The Mesa model calls
the same verbs through its agents, in the same order (`model.step`).
"""

from __future__ import annotations

from ..rules.compiled import phase, rule
from .handle import run_of
from .verbs import (
    all_weigh,
    begin,
    close_attacks,
    close_dissent,
    close_politics,
    close_resources,
    close_ties,
    faction_attacks,
    faction_dissents,
    faction_gathers,
    faction_leads,
    open_month,
    organisation_decides,
    record_month,
    state_reacts,
)


@rule
def month(h, t, factions, organisations, states, start):
    """One month of one replicate; `start` is the number of events before it."""
    open_month(h, t)
    for i in range(factions):
        faction_leads(h, t, i)
    for o in range(organisations):
        organisation_decides(h, t, o)
    close_politics(h, t)
    for i in range(factions):
        faction_dissents(h, t, i)
    close_dissent(h, t)
    all_weigh(h, t)
    close_ties(h, t)
    for i in range(factions):
        faction_gathers(h, t, i)
    close_resources(h, t)
    for i in range(factions):
        faction_attacks(h, t, i)
    close_attacks(h, t)
    for a in range(states):
        state_reacts(h, t, a)
    record_month(h, t, start)


@rule
def one_run(h, months):
    """One replicate from the first month to the last; returns how many events it had."""
    r = run_of(h)
    begin(h)
    for t in range(months):
        month(h, t, r.s.faction.shape[0], r.s.organisation.shape[0], r.s.response.shape[0], r.journal.used[0])
    return r.journal.used[0]


@phase
def ensemble_kernel(handles, first, last, months, counts):
    """Run replicates first to last (exclusive) of a chunk; counts (N,) takes the number of events of each."""
    for n in range(first, last):
        counts[n] = one_run(handles[n], months)
