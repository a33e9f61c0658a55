"""Sensitivity and discovery of a sweep from the command line."""

import re

import pandas as pd
import pytest

from sim.cli import main
from sim.errors import InputError
from sim.runs.expansion import expand
from sim.runs.results import read_results, store_at
from sim.runs.sweep import run_sweep
from sim.runs.sweep_settings import Settings
from sim.views.analyses import samples_of


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small sobol sweep in which pressure and bond decide."""
    line = ["scenario=insurgency_2001", "thesis=cost_benefit_only", "months=36", "design=sobol", "design.n=16",
            "design.over={pressure.weight: [0.0, 2.5]}", "parameters.bond.weight=interval(0.0,2.0)"]  # fmt: skip
    out = tmp_path_factory.mktemp("sobol")
    return run_sweep(expand(line), Settings(20, output=str(out)), line).folder


def test_the_design_is_kept_with_what_its_analysis_needs(folder):
    design = store_at(folder).design(0)
    assert design.kind == "sobol"
    assert design.base == 16
    assert design.names == ["pressure.weight", "bond.weight"]
    assert len(design.table) == len(design.unit) == 16 * 4
    (sample,) = samples_of(str(folder), "alive")
    assert sample.outcomes.shape == (64, 20)
    assert "cost benefit only" in sample.name


def test_sensitivity_writes_tables_and_figures(folder, tmp_path, capsys):
    assert main(["sensitivity", str(folder), "by=claim", f"output={tmp_path}"]) == 0
    said = capsys.readouterr().out
    assert "bond.weight" in said
    assert "without effect" in said
    assert {p.suffix for p in tmp_path.iterdir()} == {".csv", ".png", ".svg"}


def test_discovery_says_how_much_of_the_sample_breaks(folder, tmp_path, capsys):
    assert main(["discover", str(folder), "threshold=0.4", f"output={tmp_path}"]) == 0
    said = capsys.readouterr().out.replace("\n", " ")
    assert "64 points" in said
    shares = [float(x) for x in re.findall(r"in ([\d.]+)%", said.split("over all points")[1].split("of the runs")[0])]
    assert sum(shares) == pytest.approx(100.0, abs=0.2)  # every run has one fate


@pytest.mark.parametrize(
    ("argument", "word"),
    [("outcome=alve", "alive"), ("by=clam", "claim"), ("threshold=2", "share"), ("--by", "by=mechanism")],
)
def test_bad_questions_are_refused(folder, argument, word, capsys):
    verb = "discover" if "threshold" in argument else "sensitivity"
    assert main([verb, str(folder), argument]) == 2
    assert word in capsys.readouterr().err


def test_a_sweep_in_which_nothing_varies_is_refused(tmp_path):
    line = ["scenario=talks_2018", "thesis=consensus", "months=6"]
    store = run_sweep(expand(line), Settings(3, output=str(tmp_path)), line).folder
    with pytest.raises(InputError, match="no number varies"):
        list(samples_of(str(store), "alive"))


def test_a_map_over_two_numbers(folder, tmp_path, capsys):
    assert main(["discover", "map", str(folder), "bins=3", "x=bond.weight", f"output={tmp_path}"]) == 0
    assert "cells" in capsys.readouterr().out
    assert {p.suffix for p in tmp_path.iterdir()} == {".csv", ".png", ".svg"}
    for of, words in (("never_broken", {"never_broken", "ever_broken", "never_forms"}), ("ever_fought", {"ever_fought"})):
        line = ["discover", "map", str(folder), "bins=3", "x=bond.weight", f"outcome={of}", f"output={tmp_path}"]
        assert main(line) == 0
        (table,) = tmp_path.glob(f"map_{of}_*.csv")
        cells = pd.read_csv(table)
        assert words <= set(cells.columns)
        column = read_results(folder, with_points=False)[of]
        assert (cells[of] * cells["runs"]).sum() == pytest.approx(column.sum())
    assert main(["discover", "map", str(folder), "outcome=never_broke"]) == 2
    assert "never_broken" in capsys.readouterr().err
    assert main(["discover", "map", str(folder), "x=bond.wieght"]) == 2
    assert "bond.weight" in capsys.readouterr().err
