"""Archives: made, verified, made again elsewhere."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli import main
from sim.papers.archive import pinned

SMALL = ["predictive"]


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("journal") / "archive"
    assert main(["figures", "export", str(folder), *SMALL]) == 0
    return folder


def test_it_holds_what_makes_it_again(archive):
    there = {path.relative_to(archive).as_posix() for path in archive.rglob("*") if path.is_file()}
    for name in ("README.md", "run.sh", "requirements.lock", "manifest.json", "SHA256SUMS", "code/sim/cli.py",
                 "code/conf/config.yaml", "code/LICENSE", "code/seeds/data/ucdp_support_spells.csv",
                 "figures/predictive/predictive.pdf", "figures/predictive/numbers.csv"):  # fmt: skip
        assert name in there
    assert not [name for name in there if "__pycache__" in name]


def test_the_lock_names_versions_and_no_host():
    lines = pinned()
    assert all(line.count("==") == 1 and "/" not in line for line in lines)
    names = {line.split("==")[0] for line in lines}
    assert {"numpy", "numba", "mesa", "hydra-core"} <= names
    assert not {"pytest", "ruff", "alliances"} & names


def test_it_makes_itself_again_elsewhere(archive, tmp_path):
    """From its own code, in another folder, knowing nothing of this checkout."""
    surroundings = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"PYTHON": sys.executable, "HOME": str(tmp_path)}
    done = subprocess.run(
        ["sh", str(archive / "run.sh")], capture_output=True, text=True, env=surroundings, cwd=tmp_path, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("the same to the last digit") == len(SMALL)
    assert main(["figures", "export", str(archive), "--check"]) == 0


@pytest.mark.slow
def test_it_makes_itself_again_in_an_environment_of_its_own(archive, tmp_path):
    surroundings = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHON")} | {"HOME": str(tmp_path)}
    done = subprocess.run(["sh", str(archive / "run.sh")], capture_output=True, text=True, env=surroundings, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("harm", ["changed", "missing", "not listed"])
def test_damage_is_named(harm, tmp_path, capsys):
    folder = tmp_path / "archive"
    assert main(["figures", "export", str(folder), "predictive"]) == 0
    capsys.readouterr()
    path = folder / "figures" / "predictive" / "numbers.csv"
    if harm == "changed":
        path.write_text(path.read_text().replace("0.", "9.", 1))
    elif harm == "missing":
        path.unlink()
    else:
        path = folder / "figures" / "more.csv"
        path.write_text("more")
    for flag in ("--check", "--again"):
        assert main(["figures", "export", str(folder), flag]) == 1
        said = capsys.readouterr().out
        assert harm in said
        assert path.name in said


def test_numbers_that_moved_fail(tmp_path, capsys):
    """An archive whose sums hold and whose numbers this model does not give."""
    folder = tmp_path / "archive"
    assert main(["figures", "export", str(folder), "predictive"]) == 0
    path = folder / "figures" / "predictive" / "numbers.csv"
    head, row, *rest = path.read_text().splitlines()
    panel, series, x, _, error = row.split(",")
    path.write_text("\n".join([head, f"{panel},{series},{x},99,{error}", *rest]) + "\n")
    sums = folder / "SHA256SUMS"
    lines = [line for line in sums.read_text().splitlines() if not line.endswith("predictive/numbers.csv")]
    digest = subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True).stdout.split()[0]
    sums.write_text("\n".join([*lines, f"{digest}  figures/predictive/numbers.csv"]) + "\n")
    capsys.readouterr()
    assert main(["figures", "export", str(folder), "--again"]) == 1
    assert "1 beyond Monte Carlo error" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ([], "DIR"), (["quality=full"], "DIR"), (["new", "persistance"], "persistence"),
        (["new", "quality=best"], "draft"), (["new", "--agian"], "--again"), (["here"], "exists already"),
        (["nothing", "--check"], "manifest.json"),
    ],
)  # fmt: skip
def test_bad_input(words, named, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("here").mkdir()
    assert main(["figures", "export", *words]) == 2
    said = capsys.readouterr()
    assert named in said.err + said.out
    assert [path.name for path in tmp_path.iterdir()] == ["here"]
