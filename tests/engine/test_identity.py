"""One rule book, two drivers: the same bits, whatever the driver, the threads, the chunks, the order."""

import numpy as np
import pytest

from sim.engine.driving import thread_count
from sim.engine.ensemble import run_ensemble
from sim.engine.model import AllianceModel
from sim.world.instruments import INSTRUMENTS, WedgeConf, with_wedge
from sim.world.loading import load_world, options
from sim.world.parameters import parameter_table

TRACED = ("faction", "level", "tie", "organisation", "relation", "capability", "presence", "response")


def assert_same_run(world, values, seed, replicate, chunk):
    row = int(np.flatnonzero(chunk.replicate == replicate)[0])
    model = AllianceModel(world=world, parameters=values, seed=seed, replicate=replicate)
    while model.running:
        t = model.month
        model.step()
        for name in TRACED:
            got, expected = getattr(model.state, name), getattr(chunk.trace, name)[row, t]
            assert got.tobytes() == expected.tobytes(), (name, t)
    assert model.events.tobytes() == chunk.events[chunk.run == row].tobytes()
    for got, expected in zip(model.outcomes, chunk.outcomes, strict=True):
        assert got.tobytes() == expected[row : row + 1].tobytes()


def test_small_world_is_the_same_in_both_engines(world):
    chunk = run_ensemble(world, replicates=5, seed=11, events=True, trace=True)
    for replicate in range(5):
        assert_same_run(world, {}, 11, replicate, chunk)


@pytest.mark.parametrize("thesis", options("thesis"))
@pytest.mark.parametrize("scenario", [name for name in options("scenario") if name != "synthetic"])  # test_synthetic.py
def test_every_scenario_and_thesis_is_the_same_in_both_engines(scenario, thesis):
    world, values = load_world(scenario, thesis=thesis)
    chunk = run_ensemble(world, values, 5, seed=3, events=True, trace=True)
    for replicate in range(5):
        assert_same_run(world, values, 3, replicate, chunk)


def as_bytes(ensemble):
    return [part.tobytes() for part in ensemble.outcomes] + [ensemble.events.tobytes()]


def test_results_do_not_depend_on_chunks_threads_or_company(world):
    whole = run_ensemble(world, replicates=20, seed=5, events=True)
    assert as_bytes(run_ensemble(world, replicates=20, seed=5, events=True, chunk=7)) == as_bytes(whole)
    assert as_bytes(run_ensemble(world, replicates=20, seed=5, events=True, threads=1)) == as_bytes(whole)
    run_ensemble(world, replicates=1, seed=5, threads=thread_count())
    alone = run_ensemble(world, replicates=np.array([13]), seed=5, events=True)
    assert alone.outcomes.pair.tobytes() == whole.outcomes.pair[13:14].tobytes()
    points = parameter_table([{}, {"bond.weight": 0.0}])
    both = run_ensemble(world, points, 20, seed=5, events=True)
    assert both.outcomes.year[:20].tobytes() == whole.outcomes.year.tobytes()
    assert both.outcomes.year[20:].tobytes() != whole.outcomes.year.tobytes()


def sorted_events(ensemble, names):
    rows = ensemble.events
    keys = [
        (
            int(r),
            int(e.month),
            int(e.kind),
            names[e.i] if e.i >= 0 else "",
            names[e.j] if e.j >= 0 else "",
            float(e.value),
        )
        for r, e in zip(ensemble.run, rows, strict=True)
        if e.kind not in (5, 6, 7, 8, 14)
    ]
    return sorted(keys)


def test_relabelling_factions_relabels_the_results(world):
    other = world.relabelled([2, 0, 3, 1])
    a = run_ensemble(world, replicates=10, seed=2, events=True, trajectories=True)
    b = run_ensemble(other, replicates=10, seed=2, events=True, trajectories=True)
    take = [world.factions.index(n) for n in other.factions]
    assert (a.trajectories.level == b.trajectories.level).all()  # dyads stand in the order of the factions' keys
    assert (a.trajectories.fighters[:, :, take] == b.trajectories.fighters).all()
    assert (a.trajectories.stance == b.trajectories.stance).all()
    assert sorted_events(a, world.factions) == sorted_events(b, other.factions)


TARGETS = {"actor": "reds", "organisation": "reds", "place": "all", "state": "state"}


def use_of(name):
    """An instrument at its strongest, as it is declared."""
    declared = INSTRUMENTS[name]
    partner = {"about": "blues"} if declared.partner else {}
    promise = {"credibility": 0.9, "verification": 0.9} if declared.promise else {}
    return {"target": TARGETS[declared.target], "size": 1.0, **partner, **promise}


def test_a_null_wedge_is_the_very_same_world(world):
    assert with_wedge(world, WedgeConf(name="none", title="none")) is world


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_a_wedge_leaves_the_months_before_it_bit_for_bit(world, name):
    start = 40
    conf = {"name": name, "title": name, name: {**use_of(name), "start": world.calendar.date(start)}}
    wedged = with_wedge(world, WedgeConf.model_validate(conf))
    base = run_ensemble(world, replicates=12, seed=4, trace=True)
    under = run_ensemble(wedged, replicates=12, seed=4, trace=True)
    for before, after in zip(base.trace, under.trace, strict=True):
        assert before[:, :start].tobytes() == after[:, :start].tobytes()
    changed = any(a[:, start:].tobytes() != b[:, start:].tobytes() for a, b in zip(base.trace, under.trace, strict=True))
    assert changed
