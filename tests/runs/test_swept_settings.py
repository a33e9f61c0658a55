"""A setting of the run is the same at every point: to sweep one is refused, and what a point is called is what it ran with."""

import json

import pytest

from sim.cli import run_verb
from sim.errors import InputError
from sim.runs.config import GROUPS
from sim.runs.determining import DETERMINING, EACH_ITS_OWN
from sim.runs.expansion import expand
from sim.runs.run_schema import RunConf

LINE = ["scenario=talks_2018", "thesis=consensus"]
SETTINGS = sorted({*GROUPS, *RunConf.__dataclass_fields__} - set(EACH_ITS_OWN))


def test_every_key_of_a_run_is_of_a_point_or_a_setting():
    assert set(DETERMINING) <= {*GROUPS, *RunConf.__dataclass_fields__}
    for key in ("seed", "replicates", "random_numbers", "keep", "executor", "output", "target_se", "max_replicates", "threads",
                "events", "figures", "debug"):  # fmt: skip
        assert key in SETTINGS


@pytest.mark.parametrize("key", [*SETTINGS, "executor.workers", "+something.new"])
def test_a_swept_setting_is_refused_with_the_way_to_get_it(key):
    with pytest.raises(InputError, match="setting of the whole sweep") as found:
        expand([*LINE, f"{key}=1,2"])
    assert found.value.field == key.lstrip("+")
    assert "hydra/sweeper=basic" in found.value.allowed


def test_a_swept_seed_is_told_of_replicates():
    with pytest.raises(InputError, match="replicates=N"):
        expand([*LINE, "seed=1,2,3"])


@pytest.mark.parametrize(
    ("line", "key"),
    [
        (["months=6,12", "seed=${months}"], "seed"),
        (["wedge=none,offer", "output=${wedge.name}"], "output"),
        (["experiment=persistence,phase_map"], "replicates"),
    ],
)
def test_a_setting_that_follows_a_point_is_refused(line, key):
    with pytest.raises(InputError, match="setting of the whole sweep") as found:
        expand([*LINE, *line])
    assert found.value.field == key


@pytest.mark.parametrize("key", ["thesis.title", "thesis.reading", "design.n", "experiment.draft"])
def test_what_makes_no_difference_is_refused(key):
    with pytest.raises(InputError, match="give the same runs"):
        expand([*LINE, "experiment=persistence", "design=grid", f"{key}=3,4", "parameters.pressure.kinetic=0.5,1"])


def test_each_point_has_what_it_is_called():
    groups = expand([*LINE, "months=6,12", "wedge=none,offer", "ablate=[],[bond]", "scenario.spare=1,2"])
    assert len(groups) == 16
    for group in groups:
        config = group.config
        assert group.choices == {
            "months": str(config.months), "wedge": config.wedge.name, "ablate": str(list(config.ablate)),
            "scenario.spare": str(config.scenario.spare),
        }  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        ["parameters.bond.weight=1,2", "parameters.bond.weight=3,4"],
        ["parameters.bond.weight=1", "parameters.bond.weight=3,4"],
        ["months=12", "months=6,24"],
        ["thesis=consensus,cost_benefit_only", "thesis=consensus"],
        ["actors.haqqani.leader={authority:0.1},{authority:0.2}", "actors.haqqani.leader.authority=0.3"],
        ["++parameters.bond={weight:0}", "parameters.bond.weight=1,2"],
    ],
)
def test_a_swept_key_stands_once_on_a_line(line):
    with pytest.raises(InputError, match="stands twice on the line"):
        expand(["scenario=talks_2018", *line])


def test_a_choice_and_a_value_of_it_go_together():
    groups = expand([*LINE, "wedge=offer,offer_verified", "wedge.offer.size=0.2,0.4"])
    assert [len(group.points) for group in groups] == [2, 2]


@pytest.mark.parametrize(
    "line",
    [
        ["hydra.run.dir=x"], ["hydra.sweep.dir=x"], ["hydra.output_subdir=x"], ["hydra.job.chdir=true"], ["+hydra.job.x=1"],
        ["hydra/launcher=basic"], ["-m", "hydra.run.dir=x"], ["-m", "hydra.sweep.dir=x"], ["-m", "hydra.sweep.subdir=x"],
        ["-m", "hydra.sweeper.max_batch_size=2"], ["-m", "hydra/sweeper=basic", "hydra.sweep.dir=x"],
        ["-m", "hydra/job_logging=none"],
    ],
)  # fmt: skip
def test_what_hydra_would_do_and_this_does_not_is_refused(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="for Hydra's own jobs"):
        run_verb(["run", *LINE, *line])
    assert not list(tmp_path.iterdir())


def test_hydras_sweeper_makes_a_sweep_of_each_value(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    line = [*LINE, "months=6", "replicates=2,3", "seed=1,2", "hydra/sweeper=basic"]
    assert run_verb(["run", "-m", *line]) == 0
    stores = [json.loads(path.read_text()) for path in tmp_path.glob("runs/*-sweep-*/manifest.json")]
    assert sorted((store["seed"], store["replicates"], store["points"]) for store in stores) == [(1, 3, 1), (2, 3, 1)]
