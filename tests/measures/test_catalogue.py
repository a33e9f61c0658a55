"""A measure is declared once: whatever tells of runs finds it there."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from sim.cli import main
from sim.measures import networks, of_organisations, of_pairs, of_runs
from sim.measures.measure import CATALOGUE, measure
from sim.world.loading import load_world

SMALL = ["scenario=talks_2018", "months=6", "replicates=4", "thesis=consensus"]
MEASURES = [(of, name) for of, declared in CATALOGUE.items() for name in declared]
THROWN_AWAY = '''
import json, sys
from sim.measures.measure import measure
import sim.measures.of_runs

@measure("run", "count", "twice the splits", short="twice", unit="count", better=-1)
def thrown_away(runs):
    """Splits, counted twice."""
    return 2 * runs.outcomes.organisation["splits"].sum(axis=1)

from sim.cli import main
small, out = sys.argv[2:], f"output={sys.argv[1]}"
main(["run", *small, "figures=false", out])
main(["run", "-m", *small, "parameters.bond.weight=0.9,1.0", out])
main(["compare", *small, "wedge=kinetic_pressure", "draws=0", out])

from sim.lab.answers import answer_data
from sim.lab.blocks import Blocks
from sim.lab.state import State
state = State(scenario="talks_2018")
block = Blocks().made(state, 0)
print(json.dumps(next(m for m in answer_data(state, block, block)["side"] if m["measure"] == "thrown_away")))
'''


def test_every_kind_of_thing_has_measures():
    found = (of_runs.OF_RUNS, of_pairs.OF_PAIRS, of_organisations.OF_ORGANISATIONS, networks.OF_NETWORKS)
    assert all(found)
    assert list(CATALOGUE.values()) == [found[0], found[1], found[2], found[3]]


@pytest.mark.parametrize(("of", "name"), MEASURES, ids=[f"{of}-{name}" for of, name in MEASURES])
def test_a_measure_says_what_it_is(of, name):
    found = CATALOGUE[of][name]
    assert (found.name, found.of) == (name, of)
    assert len(found.label) > 2
    assert len(found.meaning) > 4
    assert not found.meaning.endswith(".")
    assert found.unit or found.labels or found.compute is None
    assert bool(found.labels) == (found.kind in ("code", "word"))
    assert found.compute or found.compute_monthly
    assert not found.asks or CATALOGUE[of][found.asks].kind == "flag"


def test_a_name_is_given_once():
    with pytest.raises(ValueError, match="splits"):
        measure("run", "count", "again")(of_runs.splits.compute)


def test_the_rival_is_called_by_its_title():
    rival = of_runs.OF_RUNS["rival_fighters"]
    assert rival.named(load_world("talks_2018")[0]).label == "fighters of Islamic State Khorasan"
    assert load_world("sahel_2020")[0].rival is None


def codebook(folder):
    with (folder / "codebook.csv").open(newline="", encoding="utf-8") as file:
        return {(row["table"], row["column"]): row for row in csv.DictReader(file)}


@pytest.mark.slow
def test_every_column_of_a_run_and_of_a_sweep_stands_in_its_codebook(tmp_path, capsys):
    assert main(["run", *SMALL, "figures=false", f"output={tmp_path}/run"]) == 0
    large = ["scenario=synthetic", "scenario.n=60", "months=3", "replicates=2", "thesis=consensus", "figures=false"]
    assert main(["run", *large, f"output={tmp_path}/large"]) == 0
    sweep = ["run", "-m", *SMALL, "wedge=offer", "wedge.offer.size=0.2,0.8", "keep=[pairs,events,trajectories]"]
    assert main([*sweep, "parameters=posterior", f"output={tmp_path}/sweep"]) == 0
    capsys.readouterr()
    for folder in (path for kind in ("run", "large", "sweep") for path in (tmp_path / kind).iterdir()):
        files = {path.stem: path for path in folder.glob("*.parquet")}
        files |= {path.name: next(path.glob("*.parquet")) for path in folder.iterdir() if list(path.glob("p*.parquet"))}
        found = codebook(folder)
        assert list(found) == [(t, c) for t in dict.fromkeys(t for t, _ in found) for c in pq.read_schema(files[t]).names]
        assert {table for table, _ in found} == set(files)
        assert all(row["meaning"] for row in found.values())
    assert found["outcomes", "talks"]["codes"] == "0 none; 1 open; 2 agreed; 3 frozen; 4 snapped back"
    assert found["outcomes", "fate"]["codes"].startswith("persists; breaks")
    assert found["points", "wedge.offer.size"]["meaning"] == "Size of the instrument offer"


def test_a_measure_that_is_added_is_found_everywhere(tmp_path):
    """Declared in one place, here by a script: run, sweep, codebook, comparison and lab have it."""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", THROWN_AWAY, str(tmp_path), *SMALL], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.count("twice: twice the splits") == 2  # under the tables of the run and of the comparison
    (sweep,) = tmp_path.glob("*-sweep-*")
    assert "thrown_away" in pq.read_schema(next((sweep / "outcomes").glob("*.parquet"))).names
    assert codebook(sweep)["outcomes", "thrown_away"]["meaning"] == "Splits, counted twice"
    (effects,) = tmp_path.glob("compare-*/effects.csv")
    with effects.open(newline="") as file:
        rows = {row["measure"]: row for row in csv.DictReader(file)}
    assert float(rows["thrown_away"]["baseline"]) == 2 * float(rows["splits"]["baseline"])
    told = json.loads(done.stdout.strip().splitlines()[-1])
    assert (told["label"], told["meaning"], told["better"]) == ("twice the splits", "Splits, counted twice", -1)
