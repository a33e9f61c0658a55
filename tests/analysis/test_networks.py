"""Network measures on graphs whose answers are known."""

from dataclasses import astuple

import networkx as nx
import numpy as np
import pytest

from sim.measures.clustering import clustering_ratio, graph_of_pairs, swapped
from sim.measures.networks import (
    OF_NETWORKS,
    assortativity,
    far_over_near,
    gini,
    initial_network,
    network_outcomes,
)
from sim.world.loading import read_option
from sim.world.scenario import build_world


def test_gini_of_known_values():
    assert gini([1, 1, 1, 1]) == pytest.approx(0.0)
    assert gini([0, 0, 0, 1]) == pytest.approx(0.75)
    assert gini([1, 3]) == pytest.approx(0.25)
    assert np.isnan(gini([0, 0]))


def test_the_karate_club():
    # Zachary (1977): 34 members, 78 ties, transitivity 0.2557, mean degree 4.59, greatest degree 17
    club = nx.karate_club_graph()
    pairs = np.array(list(club.edges))
    side = np.array([club.nodes[i]["club"] == "Officer" for i in club], dtype=float)
    ideology = np.stack([side, np.zeros(34)], axis=1)
    found = network_outcomes(pairs, np.full(78, 2, dtype=np.int8), np.ones(34, dtype=bool), ideology, nulls=20)
    assert found.factions == 34
    assert found.allies == pytest.approx(2 * 78 / 34)
    assert found.most_allies == 17
    assert found.isolates == found.foes == 0.0
    assert found.clustering == pytest.approx(nx.transitivity(club))
    assert found.clustering == pytest.approx(0.2557, abs=1e-4)
    nx.set_node_attributes(club, dict(enumerate(side)), "side")
    assert found.ideology_allies == pytest.approx(nx.numeric_assortativity_coefficient(club, "side"))
    # its degrees alone leave it about as clustered: hubs are in most triangles (Newman & Park 2003 for such networks)
    assert 0.7 < found.clustering_ratio < 1.3


def test_cliques_cluster_beyond_their_degrees():
    cliques = nx.disjoint_union_all([nx.complete_graph(4) for _ in range(12)])
    assert clustering_ratio(cliques) > 5.0
    assert clustering_ratio(cliques, seed=3) == clustering_ratio(cliques, seed=3)
    assert np.isnan(clustering_ratio(nx.star_graph(5)))  # a star is the only network of its degrees
    assert np.isnan(clustering_ratio(nx.path_graph(2)))


def test_rewiring_keeps_degrees_and_stays_within_reach():
    cliques = nx.disjoint_union_all([nx.complete_graph(4) for _ in range(12)])
    everybody = {(j, i) for i in range(48) for j in range(i)}
    null = swapped(cliques, everybody, 300, 1)
    assert dict(null.degree) == dict(cliques.degree)
    assert set(null.edges) != set(cliques.edges)
    assert clustering_ratio(cliques, allowed=everybody) > 5.0
    halves = {(j, i) for i in range(48) for j in range(i) if (i < 24) == (j < 24)}
    assert all((min(edge), max(edge)) in halves for edge in swapped(cliques, halves, 300, 1).edges)
    assert np.isnan(clustering_ratio(cliques, allowed={(min(edge), max(edge)) for edge in cliques.edges}))


def test_a_network_by_hand():
    # 0-1 and 1-2 allied, 2-3 fight, 4 alone, 5 not there
    pairs = np.array([[0, 1], [1, 2], [2, 3], [0, 3], [3, 5]])
    level = np.array([2, 4, -2, 1, 3], dtype=np.int8)
    ideology = np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 0.0], [1.0, 1.0], [0.5, 0.5], [0.0, 0.0]])
    present = np.array([True, True, True, True, True, False])
    found = network_outcomes(pairs, level, present, ideology)
    assert (found.factions, found.most_allies, found.clustering) == (5, 2, 0.0)
    assert found.allies == pytest.approx(4 / 5)
    assert found.foes == pytest.approx(2 / 5)
    assert found.isolates == pytest.approx(2 / 5)
    assert found.gini == pytest.approx(gini([1, 2, 1, 0, 0]))
    assert np.isnan(found.ideology_allies)  # all of one kind


def test_likeness_and_distance():
    values = np.array([0.0, 0.0, 1.0, 1.0])
    assert assortativity(values, np.array([[0, 1], [2, 3]])) == pytest.approx(1.0)
    assert assortativity(values, np.array([[0, 2], [1, 3]])) == pytest.approx(-1.0)
    tied = np.array([True, False, True, True])
    assert far_over_near(np.array([0.1, 0.2, 0.8, 0.9]), tied) == pytest.approx(2.0)
    assert np.isnan(far_over_near(np.array([0.1, 0.2, 0.8, 0.9]), np.array([False, False, True, True])))


def test_nobody_there():
    found = network_outcomes(np.array([[0, 1]]), np.array([2], dtype=np.int8), np.zeros(2, dtype=bool), np.zeros((2, 2)))
    assert found.factions == 0
    assert np.isnan(found.gini)
    assert [measure.compute([found])[0] for measure in OF_NETWORKS.values()] == pytest.approx(list(astuple(found)), nan_ok=True)
    assert graph_of_pairs([0, 1], []).number_of_nodes() == 2


def test_a_synthetic_world_begins_as_the_data_have_it():
    # BAAD1: mean degree 1.38, isolates .46, Gini .69 (T6: .40-.55; .60-.78); bands for one world of 1,000
    found = initial_network(build_world({**read_option("scenario", "synthetic"), "n": 1000}, {}), nulls=0)
    assert 1.1 <= found.allies <= 1.6
    assert 0.40 <= found.isolates <= 0.55
    assert 0.60 <= found.gini <= 0.78
    assert found.foes_far_over_near > 1.5  # T9: who fights whom is a matter of ideology
    assert 0.7 <= found.allies_far_over_near <= 1.6  # who cooperates is not
