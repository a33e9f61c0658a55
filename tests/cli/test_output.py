"""Results first, then words: what a verb writes is whole whatever becomes of its standard output."""

import io
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from sim.cli import main
from sim.runs.results import rerun_command
from sim.runs.sweep_store import SweepStore

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")

SMALL, TALKS = ["scenario=sahel_2020", "months=12"], ["scenario=talks_2018", "months=12"]
LINES = {
    "run": ["run", *SMALL, "replicates=4", "thesis=consensus", "figures=false"],
    "compare": ["compare", *TALKS, "wedge=[expose_ties]", "thesis=consensus", "replicates=4", "draws=0"],
    "explain one": ["explain", *SMALL, "replicate=1"],
    "explain many": ["explain", *SMALL, "replicates=12", "attribution=false"],
    "validate": ["validate", "targets=questions.csv", "thesis=consensus", "replicates=4"],
    "assertions": ["evidence", "assertions", "replicates=4", "coordination_in_the_sahel_lasts"],
    "search": ["search", *TALKS, "thesis=consensus", "population=4", "generations=1", "replicates=4", "fresh=4"],
    "run -m": ["run", "-m", *SMALL, "replicates=4", "thesis=consensus,cost_benefit_only"],
}  # fmt: skip
WHOLE = {
    "run": "manifest.json", "compare": "manifest.json", "explain one": "explanation.json", "explain many": "manifest.json",
    "validate": "manifest.json", "assertions": "manifest.json", "search": "manifest.json", "run -m": "points.parquet",
}  # fmt: skip
"""A file that is written last, or near to it."""
QUESTIONS = """name,scenario,cutoff,subject,outcome,tie,from,to,observed,note
they break,taliban_rule_1996,2008-12,AQ-TB,break,,2009-01,2009-12,0,at least once
"""


class Unread(io.StringIO):
    """A stream whose reader has gone after one line; or a device that is full."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error

    def write(self, text: str) -> int:
        if "\n" in self.getvalue():
            raise self.error
        return super().write(text)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "questions.csv").write_text(QUESTIONS)
    return tmp_path


def only_folder(root: Path, file: str) -> Path:
    """The one folder of results, under its own name, with what is written last in it."""
    (folder,) = (root / "runs").iterdir()
    assert not folder.name.startswith(".")
    assert (folder / file).is_file()
    return folder


@pytest.mark.parametrize("verb", LINES)
def test_a_broken_pipe_is_quiet_and_the_folder_whole(here, monkeypatch, verb):
    err = io.StringIO()
    monkeypatch.setattr("sys.stdout", Unread(BrokenPipeError(32, "Broken pipe")))
    monkeypatch.setattr("sys.stderr", err)
    assert main(LINES[verb]) == 0
    only_folder(here, WHOLE[verb])
    assert "alliances" not in err.getvalue()


@pytest.mark.parametrize("verb", ["run", "run -m"])
def test_a_full_device_is_said_with_the_folder(here, monkeypatch, verb):
    err = io.StringIO()
    monkeypatch.setattr("sys.stdout", Unread(OSError(28, "No space left on device")))
    monkeypatch.setattr("sys.stderr", err)
    assert main(LINES[verb]) == 1
    folder = only_folder(here, WHOLE[verb])
    (said,) = [line for line in err.getvalue().splitlines() if line.startswith("alliances")]
    assert said == f"alliances: standard output could not be written (No space left on device); results: runs/{folder.name}"


def command(*arguments, **options):
    return subprocess.run([sys.executable, "-m", "sim.cli", *arguments], check=False, **options)


def test_of_a_process_too_at_its_very_end(here):
    """Python's own last flush says nothing either: a pipe closed at once, a full device, no output at all, ASCII."""
    where = {"cwd": Path(__file__).resolve().parents[2]}
    reading, writing = os.pipe()
    os.close(reading)
    done = command("evidence", "claims", stdout=writing, stderr=subprocess.PIPE, text=True, **where)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
    with Path("/dev/full").open("w") as full:
        for words, code in ((["evidence", "claims"], 1), (["results", "--help"], 1), (["--help"], 1), (["rum"], 2)):
            done = command(*words, stdout=full, stderr=subprocess.PIPE, text=True, **where)
            assert done.returncode == code
            assert "Traceback" not in done.stderr
        assert command("evidence", "claims", stdout=full, stderr=full, **where).returncode == 1
    line = f"{sys.executable} -m sim.cli evidence show bond.weight >&-"
    closed = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False, **where)
    assert closed.returncode == 1
    assert "Traceback" not in closed.stderr


def test_what_an_encoding_lacks_is_replaced(here):
    root = {"cwd": Path(__file__).resolve().parents[2], "env": {**os.environ, "PYTHONIOENCODING": "ascii"}}
    done = command(*LINES["run"], f"output={here}/runs", capture_output=True, **root)
    assert (done.returncode, done.stderr) == (0, b"")
    said = done.stdout.decode("ascii")
    assert "1 thesis x 4 replicates" in said
    assert re.search(r"\d+ \(\d+-\d+\)", said)
    only_folder(here, "manifest.json")


def in_a_terminal(width, *arguments):
    """What a command shows in a terminal of some width, without colours."""
    master, slave = pty.openpty()
    words = [sys.executable, "-m", "sim.cli", *arguments]
    env = {**os.environ, "COLUMNS": str(width), "TERM": "xterm"}
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(words, stdin=slave, stdout=slave, stderr=slave, cwd=root, env=env, close_fds=True) as process:
        os.close(slave)
        said = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            said += part
    os.close(master)
    assert process.returncode == 0, said.decode()
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said.decode()).replace("\r", "")


@pytest.mark.parametrize("width", [80, 40])
def test_every_column_of_a_run_and_a_comparison_is_there_in_a_narrow_terminal(here, width):
    said = " ".join(in_a_terminal(width, *LINES["run"], f"output={here}/runs").split())
    for words in (
        "never broken",
        "ever fought",
        "gap*",
        "hostile*",
        "fights",
        "splits",
        "defect.",
        "attacks",
        "civ.",
    ):
        assert f" {words} " in said
    said = " ".join(in_a_terminal(width, *LINES["compare"], f"output={here}/runs").split())
    assert re.search(r" \d+/\d+ ", said)
    for words in ("breaks", "tips", "× fewer", "talks", "cohesion"):
        assert words in said
    assert "…" not in said.replace("engine …", "").replace("minute) …", "")


def test_a_sweep_of_many_numbers_shows_each_point(here, capsys):
    line = [
        "run",
        *SMALL,
        "design=lhs",
        "design.n=4",
        "design.over=ledger:bond,brand,pressure",
        "replicates=4",
        "thesis=consensus",
    ]
    assert main([*line, "output=runs"]) == 0
    said = capsys.readouterr().out
    (store,) = (here / "runs").iterdir()
    for value in SweepStore(store).points().filter(like="parameters.").to_numpy().ravel():
        assert f"{value:.4g}" in said
    assert "…" not in said


# commands that are printed, names that are long -----------------------------------------------------------


def test_the_command_that_completes_a_store_survives_a_shell(here, capsys):
    odd = [
        "run",
        "-m",
        *SMALL,
        "replicates=4",
        "thesis=consensus",
        "parameters.bond.weight=range(0.5,1.6,0.5)",
        "output='my $HOME; runs'",
    ]
    assert main(odd) == 0
    (store,) = (here / "my $HOME; runs").iterdir()
    words = subprocess.run(
        ["bash", "-c", f"printf '%s\\n' {rerun_command(store)}"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert words == ["alliances", *odd]


def test_long_names_end_in_a_folder_that_can_be_made(here, capsys):
    parts = [f"expose_ties*0.{n + 11}@{2019 + n // 12}-{n % 12 + 1:02d}:1" for n in range(24)]
    wedge = "+".join(["expose_ties@2018-09:3", *parts])
    line = ["compare", "scenario=talks_2018", f"wedge={wedge}", "thesis=consensus", "replicates=2", "draws=0", "--report"]
    assert main(line) == 0
    assert len(list((here / "runs").glob("*/wedges/*.yaml"))) == 1
    assert main(["run", *SMALL, "replicates=2", f"scenario.name={'a' * 300}", "thesis=consensus", "figures=false"]) == 0
    assert len(list((here / "runs").iterdir())) == 2
    capsys.readouterr()
    assert main(["results", "x" * 5000]) == 2
    assert "Traceback" not in capsys.readouterr().err
