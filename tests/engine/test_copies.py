"""A copy of a model is a model of its own, however it was made, and goes on with the same bits."""

import copy
import gc
import multiprocessing
import pickle

import numpy as np
import pytest

from sim.engine.ensemble import run_ensemble
from sim.engine.model import AllianceModel
from sim.errors import InputError
from sim.world.instruments import WedgeConf, with_wedge
from sim.world.loading import load_world

MONTH = 40
WAYS = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda model: pickle.loads(pickle.dumps(model)),
    "copy of a copy": lambda model: copy.copy(pickle.loads(pickle.dumps(model))),
}


def bits(model):
    parts = (*model.state, *model.outcomes, model.events, model.scratch.desire)
    return [np.asarray(part).tobytes() for part in parts]


@pytest.fixture
def half_way(world):
    model = AllianceModel(world=world, seed=4, replicate=2)
    for _ in range(MONTH):
        model.step()
    return model


@pytest.mark.parametrize("way", WAYS)
def test_a_copy_goes_on_alone_with_the_same_bits(world, half_way, way):
    other = WAYS[way](half_way)
    before, agents = bits(half_way), [id(a) for a in half_way.agents]
    assert bits(other) == before
    other.run()
    assert bits(half_way) == before
    assert half_way.month == MONTH
    assert [id(a) for a in half_way.agents] == agents
    assert not set(agents) & {id(a) for a in other.agents}
    assert all(f.model is other for f in other.factions)
    expected = run_ensemble(world, replicates=np.array([2]), seed=4, events=True)
    assert other.events.tobytes() == expected.events.tobytes()
    assert [p.tobytes() for p in other.outcomes] == [p.tobytes() for p in expected.outcomes]
    half_way.run()
    assert bits(half_way) == bits(other)
    frames = [m.datacollector.get_model_vars_dataframe() for m in (half_way, other)]
    assert frames[0].equals(frames[1])


def test_a_copy_outlives_its_original(world, half_way):
    other = copy.deepcopy(half_way)
    half_way.run()
    expected = bits(half_way)
    del half_way
    gc.collect()
    rubbish = [np.full(100_000, 7.7) for _ in range(50)]  # memory of the original, used for something else
    other.run()
    assert bits(other) == expected
    assert len(rubbish) == 50


def test_what_is_changed_in_a_copy_stays_there(half_way):
    other = copy.copy(half_way)
    other.faction("red").row.fighters = 1.0
    other.parameters["bond_weight"] = 0.0
    assert half_way.faction("red").fighters > 1.0
    assert half_way.parameters["bond_weight"][0] > 0.0
    other.run()
    half_way.run()
    assert bits(other) != bits(half_way)


def test_a_branch_under_a_wedge_is_the_run_under_the_wedge(world, half_way):
    conf = {"name": "w", "title": "w", "isolation": {"target": "reds", "about": "blues", "start": world.calendar.date(MONTH)}}
    wedged = with_wedge(world, WedgeConf.model_validate(conf))
    branch = copy.deepcopy(half_way)
    branch.enter(wedged)
    branch.run()
    under = run_ensemble(wedged, replicates=np.array([2]), seed=4, events=True)
    assert branch.events.tobytes() == under.events.tobytes()
    half_way.run()
    assert bits(branch) != bits(half_way)


def test_a_branch_enters_no_world_of_others(half_way):
    with pytest.raises(InputError, match="factions"):
        half_way.enter(load_world("talks_2018")[0])


def finished(model):
    model.run()
    return bits(model)


def test_a_model_travels_to_another_process(half_way):
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        there = pool.apply(finished, (half_way,))
    assert there == finished(half_way)


def test_the_world_of_a_pickle_cannot_be_changed(world):
    again = pickle.loads(pickle.dumps(world))
    assert copy.deepcopy(world) is world
    assert not any(part.flags.writeable for part in (*again.facts, *again.initial))
