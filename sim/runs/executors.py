"""Who runs the tiles of a sweep: this process, Dask workers on this machine, or workers in a cluster's queue.

Every executor gives the same results bit for bit: a tile is a pure function. They yield results as tiles finish.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, notice, unknown
from ..numbers import whole
from ..stopping import signals_interrupt
from .batch import Sweep, Tile, TileResult, run_tile
from .optional import needed
from .slurm import SlurmJobs

EXECUTORS = ("threads", "dask", "slurm")
TILES_A_WORKER = 3  # tiles in flight: enough that nobody waits, few enough that results do not pile up
MOST_WORKERS = 100_000
Results = Generator[TileResult, None, None]
WAIT = 60  # seconds without a worker before that is said, unless the configuration says another number
LOOK_EVERY = 2.0  # seconds between two looks at whether there are workers
LOSSES_ALLOWED = 20  # workers lost while they held a tile, before Dask gives it up


def run_in_threads(sweep: Sweep, tiles: Sequence[Tile], values: NDArray[np.float64], threads: int | None) -> Results:
    """Tiles one after another, each on every core of this machine."""
    for tile in tiles:
        yield run_tile(sweep, tile, values[tile.first : tile.last], threads)


def local_workers(conf: Mapping[str, Any]) -> int:
    """Worker processes of a local cluster: as asked, or one a core."""
    return int(conf.get("workers") or os.cpu_count() or 1)


@contextlib.contextmanager
def _connected(conf: Mapping[str, Any]) -> Iterator[tuple[Any, Callable[[float], str]]]:
    """A client of the workers that the configuration names, and who says why there are none.

    Workers started here are stopped at the end, jobs cancelled.
    """
    # lost workers are part of the work, and the scheduler takes workers that stop for lost: what cannot be mended is raised
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    distributed = needed("distributed")
    with contextlib.ExitStack() as at_end:
        if conf["name"] == "slurm":
            jobs = SlurmJobs(conf)
            at_end.callback(jobs.cancel)
            jobs.submit()
            yield at_end.enter_context(distributed.Client(jobs.cluster)), jobs.without_work
            return
        if conf.get("address"):
            client = at_end.enter_context(_client_at(str(conf["address"])))
        else:
            client = at_end.enter_context(distributed.Client(at_end.enter_context(_workers_here(conf))))
        place = client.scheduler.address
        yield client, lambda seconds: f"no worker has been at {place} for {seconds:.0f} s; waiting for one"


def _client_at(address: str) -> Any:
    """A client of a scheduler that runs already."""
    try:
        return needed("distributed").Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise InputError("executor", "address", f"no scheduler answers at {address}", "tcp://host:8786") from error


def _workers_here(conf: Mapping[str, Any]) -> Any:
    """Worker processes on this machine."""
    try:
        return needed("distributed").LocalCluster(
            n_workers=local_workers(conf),
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,  # of the workers too
        )
    except RuntimeError as error:  # workers import the main module: there must be one in a file
        raise InputError("executor", "", f"no worker could be started ({error})", "a script or the command alliances") from error


class Patience:
    """Says why there are no workers once that has lasted, and again after twice as long.

    Parameters
    ----------
    client : distributed.Client
    seconds : float
        How long there may be none before that is said.
    why : callable
        Seconds without a worker -> a sentence; InputError where waiting is of no use.
    """

    def __init__(self, client: Any, seconds: float, why: Callable[[float], str]) -> None:
        self.client, self.first, self.why = client, seconds, why
        self.since, self.following = time.monotonic(), seconds

    def look(self) -> None:
        """See whether there are workers."""
        now = time.monotonic()
        if self.client.scheduler_info(n_workers=1)["workers"]:
            self.since, self.following = now, self.first
        elif now - self.since >= self.following:
            self.following *= 2
            notice(self.why(now - self.since))


def run_on_dask(sweep: Sweep, tiles: Sequence[Tile], values: NDArray[np.float64], conf: Mapping[str, Any]) -> Results:
    """Tiles on Dask workers, one thread each. A tile whose worker is lost is run again by another.

    A tile carries its part of the sweep: what workers share among themselves is lost with them.
    """
    distributed, dask = needed("distributed"), needed("dask")
    allowed = {"distributed.scheduler.allowed-failures": LOSSES_ALLOWED}
    with signals_interrupt(), dask.config.set(allowed), _connected(conf) as (client, why):
        patience = Patience(client, float(conf.get("wait") or WAIT), why)
        waiting = iter(tiles)
        running: set[Any] = set()

        def submit(tile: Tile) -> Any:
            own = replace(sweep, configs=(sweep.configs[tile.group],))
            return client.submit(run_tile, own, replace(tile, group=0), values[tile.first : tile.last], 1, pure=False)

        def more() -> set[Any]:
            """Tiles for the workers that there are now; a cluster's workers come and go."""
            workers = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
            return {submit(tile) for tile in islice(waiting, max(0, TILES_A_WORKER * workers - len(running)))}

        try:
            while running := running | more():
                try:
                    finished, running = distributed.wait(running, timeout=LOOK_EVERY, return_when="FIRST_COMPLETED")
                except TimeoutError:
                    patience.look()
                    continue
                results = []
                while finished:  # workers forget a result that nobody holds
                    future = finished.pop()
                    try:
                        results.append(future.result(timeout=WAIT))
                    except TimeoutError:  # the worker that had it is gone, and another has to run it again
                        running.add(future)
                        patience.look()
                del future
                running |= more()
                yield from results
        except (OSError, distributed.KilledWorker, distributed.CancelledError) as error:
            raise InputError(
                "executor", "", f"the workers or their scheduler were lost ({(str(error) or repr(error)).splitlines()[0]})",
                "workers that stay; what is complete is kept, and the same command goes on from there",
            ) from error  # fmt: skip


def check_executor(conf: Mapping[str, Any]) -> None:
    """Refuse an executor that does not exist, or whose packages are missing, before anything runs."""
    name = str(conf.get("name", "threads"))
    if name not in EXECUTORS:
        raise unknown("executor", "", name, EXECUTORS)
    for key in ("workers", "jobs", "cores", "wait"):
        value = conf.get(key)
        if value is not None:
            whole("executor", key, value, 1, MOST_WORKERS)
    if name != "threads":
        needed("distributed")
    if name == "slurm":
        needed("dask_jobqueue")


def run_tiles(
    sweep: Sweep, tiles: Sequence[Tile], values: NDArray[np.float64], conf: Mapping[str, Any], threads: int | None
) -> Results:
    """Results of the tiles as they finish, in any order.

    Parameters
    ----------
    values : (P, C) float
        Numbers of every point, a column per `sweep.columns`.
    conf : mapping
        One of conf/executor.
    threads : int, optional
        Threads of this process; all by default.
    """
    if str(conf.get("name", "threads")) == "threads":
        return run_in_threads(sweep, tiles, values, threads)
    return run_on_dask(sweep, tiles, values, conf)
