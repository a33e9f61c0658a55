"""Sweeps on a real SLURM of one node, which the test starts: jobs, their absence, their end, arrays and submitit."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from one_node_slurm import lacking, one_node

from sim.runs.results import check_store, read_results

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(lacking()), reason=f"SLURM is not installed: no {', '.join(lacking())} (make slurm, as root)"),
]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "sweeps.md"
LINE = ("run", "-m", "scenario=talks_2018", "months=12", "thesis=consensus", "parameters.bond.weight=0,1", "replicates=600")
ON_NODE = ("executor=slurm", "executor.cores=1", "executor.memory=1GB", "executor.jobs=2", "executor.wait=5")
AS_IN_A_TERMINAL = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from sim.cli import main
sys.exit(main())
"""  # what runs the tests may have told its children to ignore Ctrl-C
SIGNALS = ("SIGTERM", "SIGHUP", "SIGINT")
LONG = "replicates=2000000"  # nobody waits for these


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    with one_node(tmp_path_factory.mktemp("slurm")) as running:
        yield running


@pytest.fixture
def alliances(slurm, tmp_path):
    """Start the command in an empty folder, beside an empty queue."""
    assert slurm.queue() == []

    def start(*words):
        both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        command = [sys.executable, "-c", AS_IN_A_TERMINAL, *words]
        return subprocess.Popen(command, cwd=tmp_path, env=slurm.env, **both)

    yield start
    slurm.wait_for(lambda: slurm.queue() == [], "an empty queue")


def rows_of(store):
    return read_results(store, with_points=False).to_csv(index=False)


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """What one process gives."""
    folder = tmp_path_factory.mktemp("here")
    subprocess.run([sys.executable, "-m", "sim.cli", *LINE, f"output={folder}"], check=True, stdout=subprocess.DEVNULL)
    (store,) = folder.iterdir()
    return rows_of(store)


def test_jobs_of_a_queue_give_the_same_rows(alliances, tmp_path, here):
    process = alliances(*LINE, *ON_NODE)
    said, _ = process.communicate()
    assert process.returncode == 0, said
    (store,) = (tmp_path / "runs").iterdir()
    assert rows_of(store) == here


def test_jobs_that_no_node_can_take_are_told_and_cancelled(alliances):
    process = alliances(*LINE, "executor=slurm", "executor.wait=5")  # 16 cores, of the 4 there are
    said, _ = process.communicate()
    assert process.returncode == 2, said
    assert "0 of 4 jobs started (PartitionConfig)" in said
    assert "partition small* has nodes of 4 cores and 6000 MB" in said
    assert "executor.cores" in said


def test_jobs_that_the_queue_refuses_are_told(alliances):
    process = alliances(*LINE, *ON_NODE, "executor.queue=nowhere")
    said, _ = process.communicate()
    assert process.returncode == 2, said
    assert "sbatch refuses 2 of 2 jobs" in said
    assert "(invalid partition specified: nowhere)" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_takes_the_jobs_out_of_the_queue(slurm, alliances, name):
    process = alliances(*LINE, *ON_NODE, "executor.jobs=6", LONG)  # more than the node takes: some run, some wait
    slurm.wait_for(lambda: {"RUNNING", "PENDING"} <= set(slurm.queue()) and len(slurm.queue()) == 6, "six jobs")
    number = getattr(signal, name)
    process.send_signal(number)
    said, _ = process.communicate()
    assert process.returncode == 128 + number, said
    assert "what is complete is kept" in said
    slurm.wait_for(lambda: slurm.queue() == [], "jobs cancelled", seconds=30)


def test_a_sweep_whose_jobs_are_gone_says_so(slurm, alliances):
    process = alliances(*LINE, *ON_NODE, LONG)
    slurm.wait_for(lambda: slurm.queue() == ["RUNNING", "RUNNING"], "two jobs")
    slurm.says("scancel", "--name=alliances")
    said, _ = process.communicate()
    assert process.returncode == 2, said
    assert "none of the 2 jobs is left (CANCELLED)" in said


def test_the_job_array_of_the_page_runs_every_run_once(slurm, alliances, tmp_path, here):
    (script,) = re.findall(r"```bash\n(#!/bin/bash\n#SBATCH .*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    changes = {
        "--array=1-16": "--array=1-3",
        "/16": "/3",
        "--cpus-per-task=16 --mem=8G": "--cpus-per-task=1 --mem=1G",
        "$HOME/venv/bin/activate": str(tmp_path / "activate"),
        re.search(r"run -m .*?(?= \\\n)", script, re.DOTALL)[0]: " ".join(LINE),
    }
    for asked, changed in changes.items():
        assert script.count(asked) == 1, asked
        script = script.replace(asked, changed)
    (tmp_path / "activate").write_text(f'alliances() {{ "{sys.executable}" -m sim.cli "$@"; }}\n')
    (tmp_path / "array.sh").write_text(script)
    slurm.says("sbatch", "--wait", f"--chdir={tmp_path}", str(tmp_path / "array.sh"))
    (store,) = (tmp_path / "runs").iterdir()
    said = [path.read_text() for path in tmp_path.glob("slurm-*.out")]
    assert len(said) == 3
    assert sum(int(re.search(r"(\d+) new runs", text)[1]) for text in said) == 1200
    assert rows_of(store) == here
    assert check_store(store) == []


def test_the_submitit_launcher_of_hydra_makes_a_job_of_every_point(alliances, tmp_path):
    line = ("run", "-m", "scenario=talks_2018", "months=12", "thesis=consensus,cost_benefit_only")
    line += ("replicates=20", "figures=false")
    asks = ("cpus_per_task=1", "mem_gb=1", "timeout_min=20")
    theirs = ("hydra/launcher=submitit_slurm", *(f"hydra.launcher.{ask}" for ask in asks))
    process = alliances(*line, *theirs, "output=theirs")
    said, _ = process.communicate()
    assert process.returncode == 0, said
    basic = alliances(*line, "hydra/launcher=basic", "output=basic")
    said, _ = basic.communicate()
    assert basic.returncode == 0, said
    found, expected = (
        [pd.read_parquet(path) for path in (tmp_path / name).glob("*/outcomes.parquet")] for name in ("theirs", "basic")
    )
    assert len(found) == 2
    for one, other in zip(*(sorted(tables, key=lambda t: t["thesis"][0]) for tables in (found, expected)), strict=True):
        pd.testing.assert_frame_equal(one, other)
