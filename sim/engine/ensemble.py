"""The compiled ensemble: every replicate of every parameter point, in parallel, with no Python inside."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..rules.weigh import N_TERMS
from ..world.parameters import parameter_table
from ..world.tables import EVENT, Facts, Floats, Table, scratch_for, table
from ..world.world import World
from .kernel import ensemble_kernel
from .outcomes import Outcomes, empty_outcomes, frame_of

EVENTS_A_MONTH = 6  # room for events to begin with; a run that needs more is repeated with twice the room
RUNS_A_CHUNK = 128  # runs whose outcomes and events are held at once: they should fit the processor's cache


class Trajectories(NamedTuple):
    """Monthly series of N runs, kept on request."""

    level: NDArray[np.int8]  # (N, T, F, F)
    stance: NDArray[np.int8]  # (N, T, O, O)
    fighters: NDArray[np.float32]  # (N, T, F); 0 for a faction that is not there
    cohesion: NDArray[np.float32]  # (N, T, O)


class Trace(NamedTuple):
    """The whole state after every month of N runs: for proofs of identity and explanations."""

    faction: Table  # (N, T, F)
    tie: Table  # (N, T, F, F)
    organisation: Table  # (N, T, O)
    relation: Table  # (N, T, O, O)
    capability: Floats  # (N, T, F, C)
    presence: Floats  # (N, T, F, L)
    response: Floats  # (N, T, A, F)


@dataclass(frozen=True)
class Ensemble:
    """Result of a chunk or of a whole ensemble.

    Attributes
    ----------
    point, replicate : (N,) int64
        Which parameter vector and which replicate each run is.
    outcomes : Outcomes
        Rows in the order of `point`, `replicate`.
    events : np.recarray, shape (E,), or None
        Events of all runs; `run` gives the row.
    run : (E,) int64 or None
        Row of the run an event belongs to.
    trajectories, trace :
        Kept on request.
    """

    point: NDArray[np.int64]
    replicate: NDArray[np.int64]
    outcomes: Outcomes
    events: Table | None = None
    run: NDArray[np.int64] | None = None
    trajectories: Trajectories | None = None
    trace: Trace | None = None


def _trajectories(world: World, runs: int) -> Trajectories:
    t, f, o = world.calendar.months, len(world.factions), len(world.organisations)
    return Trajectories(
        np.zeros((runs, t, f, f), dtype=np.int8),
        np.zeros((runs, t, o, o), dtype=np.int8),
        np.zeros((runs, t, f), dtype=np.float32),
        np.zeros((runs, t, o), dtype=np.float32),
    )


def _trace(world: World, runs: int) -> Trace:
    t, s = world.calendar.months, world.initial
    kept = (s.faction, s.tie, s.organisation, s.relation, s.capability, s.presence, s.response)
    return Trace(*(np.zeros((runs, t, *part.shape), dtype=part.dtype) for part in kept))


def writeable(facts: Facts) -> Facts:
    """The facts with every array flagged writeable: the compiled engine has one signature. Nothing writes them."""
    parts: list[Any] = [part if part.flags.writeable else part.copy() for part in facts]
    return Facts(*parts)


def run_chunk(
    world: World,
    points: Table,
    point: NDArray[np.int64],
    replicate: NDArray[np.int64],
    seed: int,
    *,
    events: bool = True,
    trajectories: bool = False,
    trace: bool = False,
) -> Ensemble:
    """Run the given (point, replicate) pairs at once; see `run_ensemble` for the meaning of the arguments."""
    runs = len(point)
    frame = frame_of(world)
    seed_words = np.array([seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF], dtype=np.uint64)
    most_events = EVENTS_A_MONTH * world.calendar.months + 64
    facts, room = writeable(world.facts), scratch_for(len(world.factions), N_TERMS)
    while True:
        outcomes = empty_outcomes(world, runs)
        rows, counts = table((runs, most_events), EVENT), np.zeros(runs, dtype=np.int64)
        kept, followed = _trajectories(world, runs if trajectories else 0), _trace(world, runs if trace else 0)
        ensemble_kernel(
            world.initial,
            facts,
            points,
            point,
            replicate,
            seed_words,
            frame,
            room,
            outcomes,
            rows,
            counts,
            kept,
            followed,
        )
        if counts.max(initial=0) <= most_events:
            break
        most_events = 2 * int(counts.max())
    listed = run = None
    if events:
        run = np.repeat(np.arange(runs, dtype=np.int64), counts)
        listed = np.concatenate([rows[n, : counts[n]] for n in range(runs)]).view(np.recarray)
    return Ensemble(point, replicate, outcomes, listed, run, kept if trajectories else None, followed if trace else None)


def iterate_ensemble(
    world: World,
    parameters: Table,
    replicates: int | NDArray[np.int64],
    seed: int = 1,
    *,
    chunk: int = RUNS_A_CHUNK,
    threads: int | None = None,
    events: bool = True,
    trajectories: bool = False,
    trace: bool = False,
) -> Iterator[Ensemble]:
    """Run an ensemble chunk by chunk, so that memory does not grow with the number of runs.

    Yields
    ------
    Ensemble
        Chunks in the order of point, then replicate. Arguments as in `run_ensemble`.
    """
    chosen = np.arange(replicates, dtype=np.int64) if isinstance(replicates, int) else np.asarray(replicates, np.int64)
    if len(chosen) < 1:
        raise InputError("replicates", "", f"{replicates} replicates cannot be run", "1 or more")
    if not 0 <= seed < 2**64:
        raise InputError("seed", "", f"{seed} is not a master seed", "0 to 2^64 - 1")
    if threads is not None:
        available = int(numba.config.NUMBA_NUM_THREADS)
        if not 1 <= threads <= available:
            raise InputError("threads", "", f"{threads} threads cannot be used", f"1 to {available}")
        numba.set_num_threads(threads)
    total = len(parameters) * len(chosen)
    for first in range(0, total, chunk):
        runs = np.arange(first, min(first + chunk, total), dtype=np.int64)
        yield run_chunk(
            world,
            parameters,
            runs // len(chosen),
            chosen[runs % len(chosen)],
            seed,
            events=events,
            trajectories=trajectories,
            trace=trace,
        )


def joined(chunks: list[Ensemble]) -> Ensemble:
    """One ensemble out of consecutive chunks."""
    if len(chunks) == 1:
        return chunks[0]
    offsets = np.cumsum([0] + [len(c.point) for c in chunks[:-1]])
    first = chunks[0]

    def together(parts: list[NamedTuple]) -> list[np.ndarray]:
        return [np.concatenate(columns) for columns in zip(*parts, strict=True)]

    events = run = kept = followed = None
    if first.events is not None:
        events = np.concatenate([c.events for c in chunks if c.events is not None]).view(np.recarray)
        run = np.concatenate([c.run + n for c, n in zip(chunks, offsets, strict=True) if c.run is not None])
    if first.trajectories is not None:
        kept = Trajectories(*together([c.trajectories for c in chunks if c.trajectories is not None]))
    if first.trace is not None:
        followed = Trace(*together([c.trace for c in chunks if c.trace is not None]))
    parts = together([c.outcomes for c in chunks])
    outcomes = Outcomes(*(part.view(np.recarray) if part.dtype.names else part for part in parts))
    return Ensemble(
        np.concatenate([c.point for c in chunks]),
        np.concatenate([c.replicate for c in chunks]),
        outcomes,
        events,
        run,
        kept,
        followed,
    )


def run_ensemble(
    world: World,
    parameters: Table | dict[str, float] | None = None,
    replicates: int | NDArray[np.int64] = 100,
    seed: int = 1,
    *,
    chunk: int = RUNS_A_CHUNK,
    threads: int | None = None,
    events: bool = False,
    trajectories: bool = False,
    trace: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Ensemble:
    """Run replicates of one or more parameter vectors of a world.

    Parameters
    ----------
    world : World
        From `build_world`, `sim.load_world` or an instrument.
    parameters : np.recarray (P,), mapping or None
        Parameter vectors (`parameter_table`), or dotted paths with values, or the central values.
    replicates : int or array of int
        How many replicates (0, 1, …), or which.
    seed : int
        Master seed, 0 to 2**64 - 1. Replicate r of a seed is the same run whatever else is run beside it.
    chunk : int
        Runs held at once. Results do not depend on it, nor on `threads`.
    threads : int, optional
        Threads; all by default.
    events, trajectories, trace : bool
        Keep the events; monthly levels, stances and strengths; the whole state of every month.
    progress : callable, optional
        Called with runs done and runs in all.

    Returns
    -------
    Ensemble
        N = P * R runs in the order of point, then replicate.

    Raises
    ------
    InputError
        No replicates, a seed out of range, an unknown parameter.
    """
    points = parameters if isinstance(parameters, np.ndarray) else parameter_table([parameters or {}])
    total = len(points) * (replicates if isinstance(replicates, int) else len(replicates))
    chunks, done = [], 0
    for part in iterate_ensemble(
        world, points, replicates, seed,
        chunk=chunk, threads=threads, events=events, trajectories=trajectories, trace=trace,
    ):  # fmt: skip
        chunks.append(part)
        done += len(part.point)
        if progress is not None:
            progress(done, total)
    return joined(chunks)


def thread_count() -> int:
    """Threads the compiled engine would use."""
    return min(int(numba.config.NUMBA_NUM_THREADS), os.cpu_count() or 1)
