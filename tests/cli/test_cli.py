"""The command: what it writes, and how it refuses."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

from sim.cli import main

SMALL = ["scenario=sahel_2020", "replicates=6", "threads=1"]


def run(capsys, *arguments):
    code = main(["run", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_run_writes_a_folder(tmp_path, capsys):
    code, out, _ = run(capsys, *SMALL, f"output={tmp_path}")
    assert code == 0
    folder = Path(out.strip().splitlines()[-1].split("Run folder: ")[1])
    names = {p.name for p in folder.iterdir()}
    assert {
        "outcomes.parquet", "spells.parquet", "organisations.parquet", "events.parquet", "config.yaml", "manifest.json",
        "survival.png", "survival.svg", "network.png", "network.svg", "codebook.csv",
    } == names  # fmt: skip
    outcomes = pd.read_parquet(folder / "outcomes.parquet")
    assert outcomes.groupby("thesis", observed=True)["replicate"].nunique().eq(6).all()
    assert outcomes["thesis"].nunique() == 7
    assert (outcomes["alive"] == (outcomes["level"] >= 2)).all()
    events = pd.read_parquet(folder / "events.parquet")
    assert set(events.loc[events["event"] == "stance", "a"]) <= {"al_qaeda", "islamic_state", "splinter_1", "splinter_2"}
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["seed"] == 1
    assert set(yaml.safe_load((folder / "config.yaml").read_text())) == set(manifest["theses"])
    assert [p.name for p in tmp_path.iterdir()] == [folder.name]  # nothing half-made is left


def test_the_same_command_gives_the_same_numbers(tmp_path, capsys):
    folders = []
    for n in (1, 2):
        _, out, _ = run(capsys, *SMALL, "thesis=consensus", "figures=false", f"output={tmp_path / str(n)}")
        folders.append(Path(out.strip().splitlines()[-1].split("Run folder: ")[1]))
    for name in ("outcomes", "spells", "organisations", "events"):
        pd.testing.assert_frame_equal(*(pd.read_parquet(f / f"{name}.parquet") for f in folders))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["scenario=talks_2019"], ["talks_2019", "talks_2018"]),
        (["thesis=concensus"], ["concensus", "consensus"]),
        (["parameters.bnd.weight=1"], ["bnd.weight", "bond.weight"]),
        (["parameters.bond.weight=heavy"], ["heavy"]),
        (["parameters.bond.weight=99"], ["bond.weight", "99", "0 to 3"]),
        (["wedgee=none"], ["wedgee", "wedge"]),
        (["ablate=[bonds]"], ["bonds", "bond"]),
        (["replicates=0"], ["replicates", "1 or more"]),
        (["replicates=-5"], ["replicates", "1 or more"]),
        (["seed=-1"], ["seed"]),
        (["months=0"], ["months", "1 to 1200"]),
        (["scenario.factions.haqqany.fighters=5"], ["haqqany"]),
        (["scenario.factions.haqqani.fighters=-5"], ["fighters", "-5"]),
        (["scenario.start=1996-13"], ["start"]),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(tmp_path, capsys, arguments, words):
    target = tmp_path / "runs"
    code, _, err = run(capsys, f"output={target}", *arguments)
    assert code == 2
    for word in words:
        assert word in err
    assert "Traceback" not in err
    assert not target.exists()


def test_an_output_that_cannot_be_written(tmp_path, capsys):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    code, _, err = run(capsys, *SMALL, f"output={blocked}")
    assert code == 2
    assert "cannot be written" in err


def test_unknown_verb(capsys):
    assert main(["rum"]) == 2
    assert "did you mean 'run'" in capsys.readouterr().err


def test_help_and_version(capsys):
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(f"\n  {verb} " in said for verb in ("run", "compare", "calibrate"))
    assert main(["--version"]) == 0


def command(*arguments, cwd):
    return subprocess.run([sys.executable, "-m", "sim.cli", *arguments], capture_output=True, text=True, cwd=cwd, check=False)


def test_hydras_own_flags(tmp_path):
    shown = command("run", "--cfg", "job", "scenario=talks_2018", cwd=tmp_path)
    assert shown.returncode == 0
    assert yaml.safe_load(shown.stdout)["scenario"]["name"] == "talks_2018"
    told = command("run", "--help", cwd=tmp_path)
    assert "taliban_rule_1996" in told.stdout
    assert list(tmp_path.iterdir()) == []


def test_evidence_verbs(capsys):
    assert main(["evidence", "check"]) == 0
    assert "holds together" in capsys.readouterr().out
    assert main(["evidence", "show", "bond.weight"]) == 0
    out = capsys.readouterr().out
    assert "paragraph" in out
    assert "range 0 to 3" in out
    assert "bacon_2018.12" in out
    assert main(["evidence", "show", "bacon_2018.12"]) == 0  # and back
    out = capsys.readouterr().out
    assert "paragraph 7" in out
    assert "cited by bond.weight" in out
    assert main(["evidence", "claims", "type=mechanism", "actor=haqqani"]) == 0
    assert " of " in capsys.readouterr().out
    assert main(["evidence", "show", "bond.wait"]) == 2
    assert main(["evidence", "claims", "actor=haqani"]) == 2
    assert "haqqani" in capsys.readouterr().err
