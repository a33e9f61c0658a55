"""Executors: the same bytes whoever runs a tile, also when workers are killed on the way."""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import types
import warnings

import psutil
import pytest

from sim.errors import InputError
from sim.runs import executors, slurm
from sim.runs.executors import check_executor
from sim.runs.results import check_store, read_results
from sim.runs.slurm import SlurmJobs, job_script
from sim.stopping import Stopped, exit_code, signals_interrupt
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

    class Future:
        def result(self, timeout):
            raise lost

    class Client:
        def scheduler_info(self, n_workers):
            return {"workers": {}}

        def submit(self, *arguments, **options):
            return Future()

    def wait(futures, **options):
        assert len(futures) == 3  # some tiles wait for workers that may come
        if not handed_over:
            raise lost
        return futures, set()  # Dask does both

    monkeypatch.setattr(executors, "_connected", lambda conf: contextlib.nullcontext((Client(), str)))
    monkeypatch.setattr(distributed, "wait", wait)
    with pytest.raises(InputError, match="connection-lost"):
        sweep(600, executor={"name": "dask", "workers": 2})


def test_having_no_worker_is_said_after_a_while_and_again_after_twice_as_long(monkeypatch, capsys):
    workers, now = {}, [0.0]
    monkeypatch.setattr(executors.time, "monotonic", lambda: now[0])

    class Client:
        def scheduler_info(self, n_workers):
            return {"workers": workers}

    patience = executors.Patience(Client(), 60, lambda seconds: f"none for {seconds:.0f} s")

    def said_until(end):
        while now[0] < end:
            now[0] += 10.0
            patience.look()
        return capsys.readouterr().err.splitlines()

    assert said_until(250) == [f"alliances: none for {n} s" for n in (60, 120, 240)]
    workers["one"] = {}
    assert said_until(1000) == []
    workers.clear()
    assert said_until(1060) == ["alliances: none for 60 s"]


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_ends_a_sweep_in_order(name):
    number, called_off = getattr(signal, name), []
    signal.signal(number, signal.SIG_DFL)  # under nohup it is ignored

    def work():
        with signals_interrupt():
            try:
                os.kill(os.getpid(), number)
            finally:
                os.kill(os.getpid(), number)  # a second one does not interrupt this
                called_off.append(True)

    with pytest.raises(Stopped) as ended:
        work()
    assert called_off == [True]
    assert exit_code(ended.value) == 128 + number
    assert signal.getsignal(number) is signal.SIG_DFL


def test_a_signal_that_is_ignored_stays_so():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # nohup
    try:
        with signals_interrupt():
            os.kill(os.getpid(), signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.filterwarnings("ignore")
def test_ctrl_c_stays_what_it_was():
    """dask_jobqueue makes it a silent exit with code 0 when it is imported."""
    words = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from sim.runs.optional import needed
needed("dask_jobqueue")
assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
"""
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


class Queue(SlurmJobs):
    """Jobs 1 to 3 of a queue that says what a test wants."""

    def __init__(self, **states):
        self.conf, self.jobs, self.found = read_option("executor", "slurm"), 3, states
        self.cluster = types.SimpleNamespace(scheduler_address="tcp://here:1")

    def ids(self):
        return ["1", "2", "3"]

    def states(self):
        return {job: tuple(said.split()) for job, said in self.found.items()}


def test_a_queue_says_why_no_job_starts(monkeypatch):
    monkeypatch.setattr(slurm, "_asked", lambda command: [["small*", "4", "8000", "1:00:00"]] if command[0] == "sinfo" else [])
    for reason in ("PartitionConfig", "BadConstraints", "QOSMaxCpuPerJobLimit", "InvalidAccount"):
        with pytest.raises(InputError, match=rf"0 of 3 jobs started \({reason}\), and after 60 s none ever will") as hopeless:
            Queue(a=f"PENDING {reason}", b=f"PENDING {reason}").without_work(60)
        for word in ("16 cores", "16GB", "partition small* has nodes of 4 cores and 8000 MB", "executor.cores", "executor.queue"):
            assert word in str(hopeless.value)
    for reason in ("Priority", "Resources", "QOSMaxJobsPerUserLimit", "ReqNodeNotAvail", "JobHeldUser", "AssocGrpCpuLimit"):
        said = Queue(a=f"PENDING {reason}", b="PENDING PartitionConfig").without_work(60)
        assert said.startswith("0 of 3 jobs started (")
        assert reason in said
        assert "waiting" in said
    assert "1 of 3 jobs started (Priority), but none of their workers has reached tcp://here:1" in Queue(
        a="RUNNING None", b="PENDING Priority"
    ).without_work(60)
    with pytest.raises(InputError, match=r"none of the 3 jobs is left \(FAILED, TIMEOUT\)"):
        Queue(a="TIMEOUT TimeLimit", b="FAILED NonZeroExitCode").without_work(60)
    assert "1, 2, 3" in Queue().without_work(60)  # squeue fails: it may answer again
