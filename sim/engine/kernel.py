"""The compiled loop over months and runs."""

from __future__ import annotations

import numba

from ..rules.compiled import parallel_driver, phase
from .handle import run_of
from .month import month
from .verbs import begin


@phase
def events_so_far(h):
    """Number of events of a run."""
    return run_of(h).journal.used[0]


@phase
def one_run(h, months):
    """One replicate from the first month to the last; returns how many events it had."""
    begin(h)
    for t in range(months):
        month(h, t, events_so_far(h))
    return events_so_far(h)


@parallel_driver
def ensemble_kernel(handles, months, counts):
    """Run every replicate of a chunk; counts (N,) takes the number of events of each."""
    for n in numba.prange(counts.shape[0]):
        counts[n] = one_run(handles[n], months)
