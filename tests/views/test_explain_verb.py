"""`alliances explain` end to end, and what it says to bad input."""

import json

import numba
import pandas as pd
import pytest

from sim.cli import main

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")


@needs_compiler
def test_one_run_with_a_wedge(tmp_path, capsys):
    line = ["explain", "scenario=talks_2018", "months=12", "pair=haqqani-al_qaeda", "replicate=3", "wedge=offer+dialogue",
            f"output={tmp_path}"]  # fmt: skip
    assert main(line) == 0
    said = capsys.readouterr().out
    assert "The same run without the wedge" in " ".join(said.split())
    (folder,) = tmp_path.iterdir()
    assert {p.name for p in folder.iterdir()} == {
        "account.csv",
        "events.csv",
        "explanation.json",
        "waterfall.png",
        "waterfall.svg",
    }
    told = json.loads((folder / "explanation.json").read_text())
    assert told["wedge"] == "offer+dialogue"
    assert told["sentences"][0]["text"].startswith("In ")
    account = pd.read_csv(folder / "account.csv")
    assert set(account["actor"]) == {"haqqani", "aq_core"} or set(account["actor"]) == {"haqqani", "aqis"}
    assert (account["now"] - account["then"] - account["change"]).abs().max() < 1e-5


@needs_compiler
def test_many_runs(tmp_path, capsys):
    line = ["explain", "scenario=talks_2018", "months=18", "pair=haqqani-al_qaeda", "replicates=60",
            "wedge=halt_joint_operations+dialogue",
            f"output={tmp_path}"]  # fmt: skip
    assert main(line) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "exact" in said
    assert "The run in the middle: replicate=" in said
    (folder,) = tmp_path.iterdir()
    shares = pd.read_csv(folder / "shapley.csv", index_col=0)
    assert list(shares.index) == ["wedge: halt order on taliban", "wedge: dialogue on taliban"]
    assert {"endings.csv", "orders.csv", "stories.csv", "stories.png", "shapley.svg", "manifest.json"} <= {
        p.name for p in folder.iterdir()
    }


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["scenario=talks_2019"], "talks_2018"),
        (["scenario=talks_2018", "pair=haqqani"], "dash"),
        (["scenario=talks_2018", "pair=haqani-al_qaeda"], "haqqani"),
        (["scenario=talks_2018", "pair=haqqani-taliban"], "share a faction"),
        (["scenario=talks_2018", "event=brake"], "break"),
        (["scenario=talks_2018", "replicate=-1"], "replicate"),
        (["scenario=talks_2018", "replicates=1"], "replicates"),
        (["scenario=talks_2018", "wedge=ofer"], "offer"),
        (["scenario=talks_2018", "thesis=consensu"], "consensus"),
        (["scenario=talks_2018", "attribution=maybe"], "true"),
        (["scenario=talks_2018", "factors=all"], "kind"),
        (["scenario=talks_2018", "sede=1"], "seed"),
        (["scenario=talks_2018", "loud"], "loud"),
    ],
)
def test_bad_input(words, named, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["explain", *words]) == 2
    assert named in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
