"""The Mesa model as Mesa's users expect it."""

import inspect
import warnings

import mesa
import numpy as np
import pandas as pd
import pytest

from sim.engine.agents import Faction, Organisation
from sim.engine.ensemble import run_ensemble
from sim.engine.model import AllianceModel
from sim.errors import InputError
from sim.world.loading import load_world


class Stubborn(Faction):
    """Never steps down: the tutorial's example."""

    def weigh_ties(self):
        super().weigh_ties()
        for other, step in self.wishes().items():
            if step < 0:
                self.wish(other, 0)


def test_a_subclass_changes_one_behaviour(world):
    before = run_ensemble(world, replicates=1, seed=8, events=True)
    assert ((before.events.kind == 1) & (before.events.i == 0)).any()
    model = AllianceModel(world=world, seed=8, faction_classes={"red": Stubborn})
    model.run()
    assert not ((model.events.kind == 1) & (model.events.i == 0)).any()
    with pytest.raises(InputError, match="'red'"):
        AllianceModel(world=world, faction_classes={"redd": Stubborn})


def test_agents_are_views_on_the_tables(world):
    model = AllianceModel(world=world)
    red, blue = model.faction("red"), model.faction("blue")
    assert red.fighters == 5000
    assert red.level(blue) == 3
    red.row.fighters = 10
    assert model.state.faction[0].fighters == 10
    assert red.organisation.name == "reds"
    assert [f.name for f in red.organisation.members()] == ["red", "pink"]
    assert model.organisations[0].stance(model.organisations[1]) == "embrace"
    assert model.organisations[0].talks == "none"
    assert isinstance(model.organisations[0], Organisation)


def test_data_are_collected_and_the_network_follows(world):
    model = AllianceModel(world=world, collect_every=6)
    model.run()
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame["month"]) == list(range(0, 97, 6))
    assert frame["focal_level"].between(-2, 4).all()
    edges = {(i, j): d["level"] for i, j, d in model.network.edges(data=True)}
    for (i, j), level in edges.items():
        assert model.factions[i].level(model.factions[j]) == level != 0


def test_who_is_not_there_has_no_number(world):
    model = AllianceModel(world=world)
    frame = model.datacollector.get_agenttype_vars_dataframe(Faction).reset_index()
    there = [f.unique_id for f in model.factions if f.present]
    assert set(frame.loc[frame["fighters"].notna(), "AgentID"]) == set(there) < {f.unique_id for f in model.factions}
    assert (frame["leader"].notna() == frame["fighters"].notna()).all()
    for faction in model.organisations[1].members():
        faction.row.present = 0
    assert model.focal_level() is None
    model.collect()
    assert model.datacollector.get_model_vars_dataframe()["alive"].tolist() == [True, False]


def test_stepping_beyond_the_horizon_does_nothing(world):
    model = AllianceModel(world=world)
    model.run()
    before = model.state.tie.tobytes()
    model.step()
    assert model.state.tie.tobytes() == before


def batch_run(parameters, **how):
    """Last row of every run under Mesa's own batch_run, in the order of its runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = mesa.batch_run(
            AllianceModel, parameters={"scenario": "talks_2018", "months": 12, **parameters},
            max_steps=12, display_progress=False, **{"number_processes": 1, **how},
        )  # fmt: skip
    return pd.DataFrame(rows).groupby("RunId").last()


def events_of(replicates, seed):
    """Events of runs of the ensemble before the month that Mesa collects last (3.3 collects one too early)."""
    world, _ = load_world("talks_2018", months=12)
    runs = run_ensemble(world, replicates=np.array(replicates), seed=seed, events=True)
    last = int(batch_run({}, iterations=1)["month"].iloc[0])
    assert last in (11, 12)
    return np.bincount(runs.run[runs.events["month"] < last], minlength=len(replicates)).tolist()


def test_works_under_mesas_batch_run():
    frame = batch_run({"replicate": [0, 1, 2]}, iterations=1)
    assert list(frame["replicate"]) == [0, 1, 2]
    assert list(frame["events"]) == events_of([0, 1, 2], 1)
    assert frame["focal_level"].between(-2, 4).all()


@pytest.mark.parametrize("processes", [1, 2])
def test_iterations_of_batch_run_are_replicates(processes):
    expected = events_of(range(5), 1)
    assert len(set(expected)) > 2
    assert list(batch_run({}, iterations=5, number_processes=processes)["events"]) == expected


def test_seeds_of_batch_run_are_master_seeds():
    seeds = [4, 5, 6]
    if "rng" in inspect.signature(mesa.batch_run).parameters:
        frame = batch_run({}, rng=seeds)
    else:
        frame = batch_run({"seed": seeds}, iterations=1)
    expected = [events_of([0], seed)[0] for seed in seeds]
    assert len(set(expected)) > 1
    assert list(frame["events"]) == expected


def test_a_replicate_is_not_iterated():
    with pytest.raises(InputError, match="would repeat replicate 3"):
        batch_run({"replicate": 3}, iterations=2)


def test_rng_is_another_word_for_seed(world):
    def run(**which):
        return AllianceModel(world=world, **which).run().year.tobytes()

    assert run(rng=6) == run(seed=6)
    assert run(rng=6) != run(rng=7)
    assert run() == run(seed=1, replicate=0)
    with pytest.raises(InputError, match="one of seed and rng"):
        AllianceModel(world=world, seed=1, rng=2)


def test_the_snippet_of_the_readme():
    import sim

    world, parameters = sim.load_world("talks_2018", thesis="consensus")
    runs = sim.run_ensemble(world, parameters, replicates=10, seed=1)
    model = sim.AllianceModel("talks_2018", thesis="consensus", seed=1, replicate=3)
    while model.running:
        model.step()
    assert model.outcomes.year.tobytes() == runs.outcomes.year[3:4].tobytes()
    assert np.isfinite(model.faction("haqqani").fighters)
