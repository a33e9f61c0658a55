"""Who runs the tiles of a sweep: this process, Dask workers on this machine, or workers in a cluster's queue.

Every executor gives the same results bit for bit: a tile is a pure function. They yield results as tiles finish.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, unknown
from ..numbers import whole
from .batch import Sweep, Tile, TileResult, run_tile

EXECUTORS = ("threads", "dask", "slurm")
TILES_A_WORKER = 3  # tiles in flight: enough that nobody waits, few enough that results do not pile up
MOST_WORKERS = 100_000
LOSSES_ALLOWED = 20  # workers lost while they held a tile, before Dask gives it up


def run_in_threads(sweep: Sweep, tiles: Sequence[Tile], values: NDArray[np.float64], threads: int | None) -> Iterator[TileResult]:
    """Tiles one after another, each on every core of this machine."""
    for tile in tiles:
        yield run_tile(sweep, tile, values[tile.first : tile.last], threads)


def _need(module: str, extra: str) -> Any:
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise InputError(
            "executor", "", f"needs {module}, which is not installed", f"pip install 'alliances[{extra}]'"
        ) from error


def local_workers(conf: Mapping[str, Any]) -> int:
    """Worker processes of a local cluster: as asked, or one a core."""
    return int(conf.get("workers") or os.cpu_count() or 1)


def slurm_cluster(conf: Mapping[str, Any]) -> Any:
    """A cluster whose workers are jobs of a SLURM queue; nothing is submitted before it is scaled."""
    jobqueue = _need("dask_jobqueue", "cluster")
    return jobqueue.SLURMCluster(
        cores=int(conf["cores"]),
        processes=int(conf["cores"]),
        memory=str(conf["memory"]),
        walltime=str(conf["walltime"]),
        queue=conf.get("queue"),
        account=conf.get("account"),
        job_extra_directives=list(conf.get("directives") or []),
        job_script_prologue=["export NUMBA_NUM_THREADS=1"],
        job_name="alliances",
    )


def job_script(conf: Mapping[str, Any]) -> str:
    """The job script that `executor=slurm` would submit."""
    with slurm_cluster(conf) as cluster:
        return str(cluster.job_script())


@contextlib.contextmanager
def _connected(conf: Mapping[str, Any]) -> Iterator[Any]:
    """A client of the workers that the configuration names; those started here are stopped at the end."""
    # lost workers are part of the work, and the scheduler takes workers that stop for lost: what cannot be mended is raised
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    client = _client(conf)
    cluster = client.cluster
    try:
        yield client
    finally:
        client.close()
        if cluster is not None:
            cluster.close()


def _client(conf: Mapping[str, Any]) -> Any:
    distributed = _need("distributed", "cluster")
    if conf["name"] == "slurm":
        cluster = slurm_cluster(conf)
        cluster.scale(jobs=int(conf["jobs"]))
        return distributed.Client(cluster)
    address = conf.get("address")
    if address:
        try:
            return distributed.Client(str(address), timeout="10s")
        except (OSError, ValueError) as error:
            raise InputError("executor", "address", f"no scheduler answers at {address}", "tcp://host:8786") from error
    try:
        cluster = distributed.LocalCluster(
            n_workers=local_workers(conf),
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,  # of the workers too
        )
    except RuntimeError as error:  # workers import the main module: there must be one in a file
        raise InputError("executor", "", f"no worker could be started ({error})", "a script or the command alliances") from error
    return distributed.Client(cluster)


def run_on_dask(
    sweep: Sweep, tiles: Sequence[Tile], values: NDArray[np.float64], conf: Mapping[str, Any]
) -> Iterator[TileResult]:
    """Tiles on Dask workers, one thread each. A tile whose worker is lost is run again by another.

    A tile carries its part of the sweep: what workers share among themselves is lost with them.
    """
    distributed = _need("distributed", "cluster")
    dask = _need("dask", "cluster")
    with dask.config.set({"distributed.scheduler.allowed-failures": LOSSES_ALLOWED}), _connected(conf) as client:

        def submit(tile: Tile) -> Any:
            own = replace(sweep, configs=(sweep.configs[tile.group],))
            return client.submit(run_tile, own, replace(tile, group=0), values[tile.first : tile.last], 1, pure=False)

        def some(in_flight: int) -> list[Any]:
            """Tiles for the workers that there are now; a cluster's workers come and go."""
            workers = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
            return [submit(tile) for tile in islice(waiting, max(0, TILES_A_WORKER * workers - in_flight))]

        waiting = iter(tiles)
        try:
            finished = distributed.as_completed(some(0), with_results=True, raise_errors=True)
            for future, result in finished:
                if not isinstance(result, TileResult):  # Dask hands over the error of a tile that it has given up
                    raise result
                future.release()
                finished.update(some(finished.count()))
                yield result
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
    for key in ("workers", "jobs", "cores"):
        value = conf.get(key)
        if value is not None:
            whole("executor", key, value, 1, MOST_WORKERS)
    if name != "threads":
        _need("distributed", "cluster")
    if name == "slurm":
        _need("dask_jobqueue", "cluster")


def run_tiles(
    sweep: Sweep, tiles: Sequence[Tile], values: NDArray[np.float64], conf: Mapping[str, Any], threads: int | None
) -> Iterator[TileResult]:
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
