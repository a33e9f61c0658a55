"""Synthetic worlds run by both engines alike, in bounded memory."""

import numpy as np
import pytest
from test_identity import assert_same_run

from sim.engine.ensemble import BYTES_A_CHUNK, RUNS_A_CHUNK, bytes_of_run, run_ensemble, runs_a_chunk
from sim.engine.outcomes import ABSENT
from sim.measures.networks import final_networks
from sim.world.loading import load_world, read_option
from sim.world.names import Event, Level
from sim.world.scenario import build_world


def synthetic(n, months):
    return build_world({**read_option("scenario", "synthetic"), "n": n}, {}, months)


@pytest.fixture(scope="module")
def sixty():
    return synthetic(60, 24)


@pytest.mark.parametrize("seed", [3, 2**40 + 7])
def test_sixty_factions_are_the_same_in_both_engines(sixty, seed):
    chunk = run_ensemble(sixty, replicates=2, seed=seed, events=True, trace=True)
    for replicate in range(2):
        assert_same_run(sixty, {}, seed, replicate, chunk)


def test_splinters_are_the_same_in_both_engines_and_keep_to_their_neighbourhood(sixty):
    values = {"split.rate": 0.02}
    chunk = run_ensemble(sixty, values, 2, seed=5, events=True, trace=True)
    assert (chunk.events["kind"] == Event.SPLIT).sum() >= 4
    for replicate in range(2):
        assert_same_run(sixty, values, 5, replicate, chunk)
    changes = chunk.events[np.isin(chunk.events["kind"], (Event.TIE_UP, Event.TIE_DOWN))]
    runs = chunk.run[np.isin(chunk.events["kind"], (Event.TIE_UP, Event.TIE_DOWN))]
    seen = 0
    for event, run in zip(changes, runs, strict=True):
        parent = chunk.trace.faction["parent"][run, event["month"]]

        def origin(i, parent=parent):
            while sixty.facts.faction.spare[i] == 1:
                i = int(parent[i])
            return i

        a, b = origin(int(event["i"])), origin(int(event["j"]))
        assert a == b or sixty.facts.dyad_of[a, b] >= 0
        seen += (a, b) != (int(event["i"]), int(event["j"]))
    assert seen > 0


def test_the_whole_network_is_recorded(sixty):
    runs = run_ensemble(sixty, replicates=3, seed=2, trajectories=True)
    last, there = runs.outcomes.last, runs.outcomes.there
    dyad = sixty.facts.dyad
    both = (there[:, dyad.first] == 1) & (there[:, dyad.second] == 1)
    assert (last == np.where(both, runs.trajectories.level[:, -1], ABSENT)).all()
    final = runs.outcomes.network[:, -1]
    assert (final["present"] == there.sum(axis=1)).all()
    assert (final["allied"] == (last >= Level.MATERIAL).sum(axis=1)).all()
    assert (final["fighting"] == (last == Level.ARMED_CONFLICT).sum(axis=1)).all()
    assert (final["rivals"] == (last == Level.RIVALRY).sum(axis=1)).all()
    described = final_networks(sixty, runs, nulls=0)
    assert [d.factions for d in described] == there[:, sixty.named].sum(axis=1).tolist()


def test_outcomes_and_chunks_are_bounded():
    world = synthetic(600, 12)
    assert len(world.dyads()) == 300
    assert len(world.organisation_pairs()) <= 300
    runs = run_ensemble(world, replicates=1, seed=2)
    assert runs.outcomes.dyad.shape == (1, 300)
    assert runs.outcomes.pair.shape[1] == len(world.organisation_pairs())
    taken = bytes_of_run(world, trace=True)
    assert runs_a_chunk(world, trace=True) * taken <= max(BYTES_A_CHUNK, taken)
    assert runs_a_chunk(load_world("talks_2018")[0]) == RUNS_A_CHUNK
    assert runs_a_chunk(world) < RUNS_A_CHUNK or bytes_of_run(world) * RUNS_A_CHUNK <= BYTES_A_CHUNK
