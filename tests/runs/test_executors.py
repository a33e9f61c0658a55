"""Executors: the same bytes whoever runs a tile, also when workers are killed on the way."""

import contextlib
import logging
import os
import signal
import threading
import time
import warnings

import psutil
import pytest

from sim.errors import InputError
from sim.runs import executors
from sim.runs.executors import check_executor, job_script
from sim.runs.results import check_store, read_results
from sim.world.loading import read_option


def rows_of(folder):
    return read_results(folder, with_points=False).to_csv(index=False)


def workers_of_this_process():
    mine = psutil.Process().children(recursive=True)
    found = []
    for child in mine:
        try:
            if "spawn_main" in " ".join(child.cmdline()):
                found.append(child)
        except psutil.Error:
            continue
    return found


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("number", [1, 2])
def test_dask_gives_the_same_rows_even_when_workers_are_killed(sweep, tmp_path, number):
    here = sweep(600, output=str(tmp_path / "threads"))
    killed = []

    def kill_one():
        deadline = time.monotonic() + 60
        while not killed and time.monotonic() < deadline:
            workers = workers_of_this_process()
            if len(workers) >= 2 and list((tmp_path / "dask").rglob("outcomes/*.parquet")):
                for worker in workers[:number]:  # the second takes with it whatever only the two had
                    os.kill(worker.pid, signal.SIGKILL)
                    killed.append(worker.pid)
            time.sleep(0.01)

    watcher = threading.Thread(target=kill_one)
    watcher.start()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        there = sweep(600, output=str(tmp_path / "dask"), executor={"name": "dask", "workers": 2})
    watcher.join()
    assert killed
    assert rows_of(there.folder) == rows_of(here.folder)
    assert check_store(there.folder) == []


@pytest.mark.filterwarnings("ignore")
def test_the_job_script_of_slurm():
    conf = read_option("executor", "slurm") | {"queue": "short", "account": "proj", "cores": 8, "memory": "8GB",
                                               "walltime": "00:30:00", "directives": ["--constraint=x"]}  # fmt: skip
    script = job_script(conf)
    for line in ("#SBATCH -J alliances", "#SBATCH -p short", "#SBATCH -A proj", "#SBATCH --cpus-per-task=8",
                 "#SBATCH -t 00:30:00", "#SBATCH --constraint=x", "NUMBA_NUM_THREADS=1", "dask_worker"):  # fmt: skip
        assert line in script, line


def test_executors_are_checked(sweep):
    with pytest.raises(InputError, match="dask"):
        check_executor({"name": "desk"})
    with pytest.raises(InputError, match="no scheduler answers"):
        sweep(5, executor={"name": "dask", "address": "tcp://127.0.0.1:9"})


def test_a_cluster_that_does_not_come_up_is_told_and_workers_are_kept_quiet(sweep, monkeypatch):
    import distributed

    def none(**asked):
        assert asked["silence_logs"] == logging.CRITICAL  # a worker that stops late logs a traceback
        raise RuntimeError("Nanny failed to start.")

    monkeypatch.setattr(distributed, "LocalCluster", none)
    with pytest.raises(InputError, match="no worker could be started"):
        sweep(5, executor={"name": "dask", "workers": 2})


@pytest.mark.parametrize("handed_over", [True, False])
def test_a_cluster_that_is_lost_is_told(sweep, monkeypatch, handed_over):
    import distributed

    lost = distributed.CancelledError("scheduler-connection-lost")

    class Client:
        def scheduler_info(self, n_workers):
            return {"workers": {}}

        def submit(self, *arguments, **options):
            return arguments

    def finished(futures, **options):
        assert len(futures) == 3  # some tiles wait for workers that may come
        if not handed_over:
            raise lost
        yield futures[0], lost  # Dask does both

    monkeypatch.setattr(executors, "_connected", lambda conf: contextlib.nullcontext(Client()))
    monkeypatch.setattr(distributed, "as_completed", finished)
    with pytest.raises(InputError, match="connection-lost"):
        sweep(600, executor={"name": "dask", "workers": 2})
