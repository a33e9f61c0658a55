"""What a run's folder is called, and what is left when somebody ends the run."""

import os
import signal
import subprocess
import sys
import time

import pytest

from sim.cli import main
from sim.runs.config import plan_of
from sim.runs.store import config_digest
from sim.stopping import SIGNALS, Stopped, exit_code, signals_interrupt

LINE = ["scenario=talks_2018", "thesis=consensus", "months=6", "replicates=2"]


@pytest.mark.parametrize(
    "word", ["output=elsewhere", "threads=1", "figures=false", "events=false", "executor=dask", "keep=[pairs]"]
)
def test_where_and_how_a_run_is_run_is_not_in_its_hash(word):
    assert config_digest(plan_of([*LINE, word])) == config_digest(plan_of(LINE))


@pytest.mark.parametrize(
    "word", ["seed=2", "replicates=3", "months=7", "ablate=[bond]", "parameters.bond.weight=0.5", "wedge=offer", "pressure=light"]
)
def test_what_makes_the_numbers_is_in_the_hash(word):
    line = [w for w in LINE if w.split("=")[0] != word.split("=")[0]]
    assert config_digest(plan_of([*line, word])) != config_digest(plan_of(LINE))


CODE = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # under nohup, or in the background, signals are ignored
for name in ("SIGTERM", "SIGHUP"):
    signal.signal(getattr(signal, name), signal.SIG_DFL)
from sim.cli import main
from sim.views import app
from sim.runs.store import run_folder

def slowly(_):
    with run_folder("runs", "slow") as made:
        (made.partial / "half.csv").write_text("half")
        print("begun", flush=True)
        time.sleep(60)

app.run_command = slowly
sys.exit(main(["run"]))
"""


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129), ("SIGINT", 130)])
@pytest.mark.skipif(os.name == "nt", reason="Windows ends processes otherwise")
def test_a_signal_clears_away_what_is_half_made(name, code, tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", CODE], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert process.stdout.readline() == "begun\n"
    for _ in range(2):  # `timeout` and terminals signal twice
        process.send_signal(getattr(signal, name))
    _, said = process.communicate(timeout=60)
    assert process.returncode == code
    assert said == "alliances: interrupted; only what was finished is kept\n"
    assert list((tmp_path / "runs").iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows ends processes otherwise")
def test_a_sweep_that_was_ended_goes_on(tmp_path):
    from sim.runs.results import check_store, read_results

    line = ["run", "-m", *LINE[:3], "replicates=40000", "threads=1", "parameters.pressure.kinetic=0.5,1"]
    code = "import sys; from sim.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, *line]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
    while process.poll() is None and not list(tmp_path.glob("runs/*/outcomes/*.parquet")):
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 143, said
    assert "the same command goes on from there" in said
    assert not list(tmp_path.rglob(".*"))
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    assert "were there" in done.stdout
    (folder,) = (tmp_path / "runs").iterdir()
    assert check_store(folder) == []
    assert len(read_results(folder)) == 80_000


def test_signals_that_are_ignored_stay_so():
    """`nohup` ignores SIGHUP: a run goes on when its terminal closes."""
    hangup = getattr(signal, "SIGHUP", signal.SIGTERM)
    before = signal.signal(hangup, signal.SIG_IGN)
    try:
        with signals_interrupt():
            assert signal.getsignal(hangup) == signal.SIG_IGN
        assert signal.getsignal(hangup) == signal.SIG_IGN
    finally:
        signal.signal(hangup, before)


def test_handlers_are_put_back():
    before = [signal.getsignal(getattr(signal, name)) for name in SIGNALS if hasattr(signal, name)]
    assert main(["--version"]) == 0
    with signals_interrupt():
        pass
    assert [signal.getsignal(getattr(signal, name)) for name in SIGNALS if hasattr(signal, name)] == before
    assert (exit_code(KeyboardInterrupt()), exit_code(Stopped(15))) == (130, 143)
