"""The compiled loop over months and runs."""

from __future__ import annotations

import numba
import numpy as np

from ..rules.compiled import allocating, parallel_driver, rule
from ..rules.initial import draw_initial
from ..rules.month import month
from ..world.tables import Journal, Scratch, State
from .outcomes import note_events, note_month


@allocating
def own_copy(initial):
    """A state that belongs to one replicate."""
    return State(
        initial.faction.copy(),
        initial.tie.copy(),
        initial.organisation.copy(),
        initial.relation.copy(),
        initial.capability.copy(),
        initial.need.copy(),
        initial.presence.copy(),
        initial.overlap.copy(),
        initial.response.copy(),
    )


@rule
def keep_trajectory(s, n, t, kept):
    """Write the month's series of run n."""
    for i in range(s.faction.shape[0]):
        kept.fighters[n, t, i] = s.faction[i].fighters if s.faction[i].present == 1 else 0.0
        for j in range(s.faction.shape[0]):
            kept.level[n, t, i, j] = s.tie[i, j].level
    for o in range(s.organisation.shape[0]):
        kept.cohesion[n, t, o] = s.organisation[o].cohesion
        for q in range(s.organisation.shape[0]):
            kept.stance[n, t, o, q] = s.relation[o, q].stance


@allocating
def keep_trace(s, n, t, trace):
    """Write the whole state of run n after month t."""
    trace.faction[n, t] = s.faction
    trace.tie[n, t] = s.tie
    trace.organisation[n, t] = s.organisation
    trace.relation[n, t] = s.relation
    trace.capability[n, t] = s.capability
    trace.presence[n, t] = s.presence
    trace.response[n, t] = s.response


@allocating
def own_scratch(room):
    """Working room that belongs to one replicate."""
    return Scratch(room.choice.copy(), room.intent.copy(), room.capability.copy(), room.terms.copy())


@allocating
def one_run(n, initial, w, p, key, frame, room, outcomes, rows, kept, trace):
    """One replicate from the first month to the last; returns how many events it had."""
    s = own_copy(initial)
    scratch = own_scratch(room)
    journal = Journal(rows[n], np.zeros(1, dtype=np.int64))
    keep = kept.level.shape[0] > 0
    follow = trace.faction.shape[0] > 0
    draw_initial(s, key)
    for t in range(frame.year_of.shape[0]):
        start = journal.used[0]
        month(s, w, p, t, key, scratch, journal)
        note_month(
            s, t, frame, outcomes.year[n], outcomes.pair[n], outcomes.dyad[n], outcomes.organisation[n],
            outcomes.dyad_year[n],
        )  # fmt: skip
        note_events(s, journal, start, outcomes.organisation[n])
        if keep:
            keep_trajectory(s, n, t, kept)
        if follow:
            keep_trace(s, n, t, trace)
    return journal.used[0]


@allocating
def key_of_run(seed, replicate):
    """Key of a replicate: (seed low word, seed high word, replicate)."""
    key = np.empty(3, dtype=np.uint64)
    key[0] = seed[0]
    key[1] = seed[1]
    key[2] = np.uint64(replicate)
    return key


@parallel_driver
def ensemble_kernel(initial, w, points, point, replicate, seed, frame, room, outcomes, rows, counts, kept, trace):
    """Run every (point, replicate) of a chunk.

    rows (N, E) and counts (N,) take the events; `kept` and `trace` are written when they have room for N runs.
    """
    for n in numba.prange(point.shape[0]):
        key = key_of_run(seed, replicate[n])
        counts[n] = one_run(n, initial, w, points[point[n]], key, frame, room, outcomes, rows, kept, trace)
