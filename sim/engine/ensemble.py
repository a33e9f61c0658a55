"""The compiled ensemble: every replicate of every parameter point, on all processors, with no Python inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..numbers import master_seed, whole
from ..rules.weigh import N_TERMS
from ..world.parameters import parameter_table
from ..world.tables import EVENT, Journal, Scratch, State, Table, scratch_for
from ..world.world import World
from .arguments import MOST_REPLICATE, chosen_replicates
from .driving import drive, thread_count
from .handle import Run
from .outcomes import Outcomes, empty_outcomes, frame_of
from .quantiles import RunningQuantiles
from .traces import Trace, Trajectories, room_for_trace, room_for_trajectories

EVENTS_A_MONTH = 6  # room for events to begin with, and one more for every two factions above a dozen;
# a run that needs more is repeated with twice the room
OWN = ("s", "points", "key", "scratch", "journal", "outcomes", "kept", "trace")
RUNS_A_CHUNK = 128  # most runs whose tables are held at once: they should fit the processor's cache
_NEEDED: dict[tuple[str, int, int], int] = {}
"""Room for events that worlds turned out to need, so that the next chunk is not repeated; numbers do not depend on it."""
BYTES_A_CHUNK = 400_000_000  # and of large worlds, no more runs than this has room for


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
    quantiles : dict or None
        By month, on request: see `RunningQuantiles.quantiles`.
    """

    point: NDArray[np.int64]
    replicate: NDArray[np.int64]
    outcomes: Outcomes
    events: Table | None = None
    run: NDArray[np.int64] | None = None
    trajectories: Trajectories | None = None
    trace: Trace | None = None
    quantiles: dict[str, NDArray[np.float64]] | None = None


def room_for_events(world: World) -> int:
    """Events of a run for which there is room to begin with."""
    return (EVENTS_A_MONTH + max(0, len(world.factions) - 12) // 2) * world.calendar.months + 64


def bytes_of_run(world: World, *, trajectories: bool = False, trace: bool = False) -> int:
    """Memory that one run of a world takes while it runs: state, working room, events, outcomes, what is kept."""
    months = world.calendar.months
    parts = [
        *world.initial,
        *scratch_for(world.facts, N_TERMS),
        *empty_outcomes(world, 1),
        *room_for_trajectories(world, 1, 1 if trajectories else 0),
        *room_for_trace(world, 1, 1 if trace else 0),
    ]
    once = len(parts) - len(Trajectories._fields) - len(Trace._fields)
    monthly = sum(part.nbytes for part in parts[once:]) * months
    return int(sum(part.nbytes for part in parts[:once]) + monthly + room_for_events(world) * EVENT.itemsize)


def runs_a_chunk(world: World, *, trajectories: bool = False, trace: bool = False, most: int = RUNS_A_CHUNK) -> int:
    """Runs of a world to hold at once, 1 to `most`; results do not depend on it."""
    room = BYTES_A_CHUNK // bytes_of_run(world, trajectories=trajectories, trace=trace)
    return int(min(most, max(1, room)))


def _one_of_each(parts: Any, runs: int) -> list[np.ndarray]:
    """A copy of every table for every run, side by side."""
    return [np.repeat(part[None], runs, axis=0) for part in parts]


def _end_to_end(parts: Sequence[np.ndarray]) -> Any:
    """Arrays one after another. Rows of tables go as plain bytes: column by column takes seven times as long (measured)."""
    columns = parts[0].dtype
    if columns.names is None:
        return np.concatenate(parts)
    rows = np.concatenate([np.asarray(part).view(f"V{columns.itemsize}") for part in parts])
    return rows.view(columns).view(np.recarray)


def run_chunk(
    world: World,
    points: Table,
    point: NDArray[np.int64],
    replicate: NDArray[np.int64],
    seed: int | NDArray[np.uint64],
    *,
    threads: int | None = None,
    events: bool = True,
    trajectories: bool = False,
    trace: bool = False,
) -> Ensemble:
    """Run the given (point, replicate) pairs at once, under one seed or one each; else as `run_ensemble`."""
    row = point if points.ndim == 1 else point * points.shape[1] + replicate % points.shape[1]
    runs, months, size = len(point), world.calendar.months, (world.name, world.calendar.months, len(world.factions))
    key = np.empty((runs, 3), dtype=np.uint64)
    seeds = np.asarray(seed, dtype=np.uint64)
    key[:, 0], key[:, 1], key[:, 2] = seeds & np.uint64(0xFFFFFFFF), seeds >> np.uint64(32), replicate
    most_events, counts = max(room_for_events(world), _NEEDED.get(size, 0)), np.zeros(runs, dtype=np.int64)
    while True:
        batch = Run(
            s=State(*_one_of_each(world.initial, runs)),
            w=world.facts,
            points=np.ascontiguousarray(points.reshape(-1)[row]).reshape(runs, 1),
            key=key,
            scratch=Scratch(*_one_of_each(scratch_for(world.facts, N_TERMS), runs)),
            journal=Journal(np.zeros((runs, most_events), dtype=EVENT), np.zeros((runs, 1), dtype=np.int64)),
            frame=frame_of(world),
            outcomes=empty_outcomes(world, runs),
            kept=room_for_trajectories(world, runs, months if trajectories else 0),
            trace=room_for_trace(world, runs, months if trace else 0),
        )
        drive(batch, OWN, months, counts, threads)
        if counts.max(initial=0) <= most_events:
            break
        most_events = _NEEDED[size] = 2 * int(counts.max())
    listed = run = None
    if events:
        run = np.repeat(np.arange(runs, dtype=np.int64), counts)
        listed = _end_to_end([batch.journal.rows[n, : counts[n]] for n in range(runs)])
    kept, followed = batch.kept if trajectories else None, batch.trace if trace else None
    return Ensemble(point, replicate, batch.outcomes, listed, run, kept, followed)


def iterate_ensemble(
    world: World,
    parameters: Table,
    replicates: int | NDArray[np.int64],
    seed: int = 1,
    *,
    chunk: int | None = None,
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
    chosen, seed = chosen_replicates(replicates), master_seed(seed)
    if threads is not None:
        threads = whole("threads", "", threads, 1, thread_count())
    room = runs_a_chunk(world, trajectories=trajectories, trace=trace)
    chunk = room if chunk is None else whole("chunk", "", chunk, 1, MOST_REPLICATE)
    total = len(parameters) * len(chosen)
    for first in range(0, total, chunk):
        runs = np.arange(first, min(first + chunk, total), dtype=np.int64)
        yield run_chunk(
            world,
            parameters,
            runs // len(chosen),
            chosen[runs % len(chosen)],
            seed,
            threads=threads,
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
        return [_end_to_end(columns) for columns in zip(*parts, strict=True)]

    events = run = kept = followed = None
    if first.events is not None:
        events = _end_to_end([c.events for c in chunks if c.events is not None])
        run = np.concatenate([c.run + n for c, n in zip(chunks, offsets, strict=True) if c.run is not None])
    if first.trajectories is not None:
        kept = Trajectories(*together([c.trajectories for c in chunks if c.trajectories is not None]))
    if first.trace is not None:
        followed = Trace(*together([c.trace for c in chunks if c.trace is not None]))
    outcomes = Outcomes(*together([c.outcomes for c in chunks]))
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
    chunk: int | None = None,
    threads: int | None = None,
    events: bool = False,
    trajectories: bool = False,
    trace: bool = False,
    quantiles: Sequence[float] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Ensemble:
    """Run replicates of one or more parameter vectors of a world.

    Parameters
    ----------
    world : World
        From `build_world`, `sim.load_world` or an instrument.
    parameters : np.recarray (P,) or (P, D), mapping or None
        Parameter vectors (`parameter_table`), or dotted paths with values, or the central values. Of D draws a point,
        replicate r takes number r mod D.
    replicates : int or array of int
        How many replicates (0, 1, …), or which.
    seed : int
        Master seed, 0 to 2**64 - 1. Replicate r of a seed is the same run whatever else is run beside it.
    chunk : int, optional
        Runs held at once; as many as fit the memory by default, at most 128. Results do not depend on it, nor on `threads`.
    threads : int, optional
        Threads; all by default.
    events, trajectories, trace : bool
        Keep the events; monthly levels, stances and strengths; the whole state of every month.
    quantiles : sequence of float
        Shares (0 to 1) of which to give the quantiles of levels, cohesion and fighters by month, over all runs of
        all points; memory does not grow with the runs.
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
    replicates = chosen_replicates(replicates)
    total = len(points) * len(replicates)
    chunks, done, running = [], 0, RunningQuantiles(world) if quantiles else None
    for part in iterate_ensemble(
        world, points, replicates, seed,
        chunk=chunk, threads=threads, events=events, trajectories=trajectories or bool(quantiles), trace=trace,
    ):  # fmt: skip
        if running is not None and part.trajectories is not None:
            running.add(part.trajectories)
        chunks.append(part if trajectories else replace(part, trajectories=None))
        done += len(part.point)
        if progress is not None:
            progress(done, total)
    whole = joined(chunks)
    return replace(whole, quantiles=running.quantiles(quantiles)) if running is not None else whole
