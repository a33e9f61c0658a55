"""Driving the compiled runs of a chunk from Python's own threads.

A kernel lets other threads run while it works, so the threads of Python keep all processors busy. The compiler's own
parallel loops would too, but a process that forks after one of them hangs for ever (their pool of threads does not
survive a fork), and they take the longest to compile.
"""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba
import numpy as np
from numba.core import config as numba_config
from numpy.typing import NDArray

from .handle import Run, handles_of
from .month import ensemble_kernel, one_run

PARTS_A_THREAD = 4  # so that no thread waits long for the last


def thread_count() -> int:
    """Threads that the compiled engine may use: the processors this process has, or NUMBA_NUM_THREADS if that is set."""
    return int(numba.config.NUMBA_NUM_THREADS)


def drive(batch: Run, own: Collection[str], months: int, counts: NDArray[np.int64], threads: int | None = None) -> None:
    """Run every replicate of a chunk from its first month to its last.

    Parameters
    ----------
    batch : Run
        Tables of N runs; those under a name in `own` have the runs as their first axis, the others are shared.
    months : int
        Months to run.
    counts : (N,) int64
        Takes the number of events of each run.
    threads : int, optional
        Threads; as many as there are by default. Results do not depend on it.
    """
    runs = len(counts)
    if numba_config.DISABLE_JIT:
        for n in range(runs):
            counts[n] = one_run(_one_of(batch, own, n), months)
        return
    handles = handles_of(batch, runs, own)
    threads = min(threads or thread_count(), runs)
    if threads == 1:
        ensemble_kernel(handles, 0, runs, months, counts)
        return
    edges = np.linspace(0, runs, min(runs, threads * PARTS_A_THREAD) + 1).astype(int).tolist()

    def part(first: int, last: int) -> None:
        ensemble_kernel(handles, first, last, months, counts)

    with ThreadPoolExecutor(threads) as pool:  # a pool of its own: one that is kept would not survive a fork
        list(pool.map(part, edges[:-1], edges[1:]))


def _one_of(batch: Run, own: Collection[str], n: int) -> Run:
    """The tables of one run of a chunk."""

    def cut(part: Any) -> Any:
        if isinstance(part, tuple):
            return type(part)(*(cut(inner) for inner in part))
        return part[n].view(np.recarray) if part.dtype.names else part[n]

    return Run(**{name: cut(part) if name in own else part for name, part in zip(Run._fields, batch, strict=True)})
