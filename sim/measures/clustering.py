"""Clustering of a network over that of rewired networks, in which every faction keeps its degree."""

from __future__ import annotations

import random
from collections.abc import Collection
from typing import Any

import networkx as nx
import numpy as np

TRIES_A_SWAP = 100


def graph_of_pairs(nodes: Any, pairs: Any) -> nx.Graph:
    """A graph of nodes and unordered pairs."""
    graph = nx.Graph()
    graph.add_nodes_from(int(x) for x in nodes)
    graph.add_edges_from((int(i), int(j)) for i, j in pairs)
    return graph


def _rewired(graph: nx.Graph, swaps: int, seed: int) -> nx.Graph | None:
    """A copy after double edge swaps; None if the degrees leave no other network."""
    out = graph.copy()
    try:
        nx.double_edge_swap(out, nswap=swaps, max_tries=TRIES_A_SWAP * swaps, seed=seed)
    except nx.NetworkXException:
        return None
    return out


def swapped(graph: nx.Graph, allowed: Collection[tuple[int, int]], swaps: int, seed: int) -> nx.Graph | None:
    """A copy after double edge swaps that create only allowed ties (lower, higher); None if none could be made.

    Tries a hundred times as often as it wants to swap; where few ties are allowed it makes fewer swaps than wanted.
    """
    draw = random.Random(seed).random
    edges = [tuple(edge) for edge in graph.edges]
    ties = {(min(edge), max(edge)) for edge in edges}
    count, done = len(edges), 0
    for _ in range(TRIES_A_SWAP * swaps):
        x, y = int(draw() * count), int(draw() * count)
        (a, b), (c, d) = edges[x], edges[y]
        if draw() < 0.5:
            c, d = d, c
        one, other = (a, d) if a < d else (d, a), (b, c) if b < c else (c, b)
        if one not in allowed or other not in allowed or one in ties or other in ties or len({a, b, c, d}) < 4:
            continue
        ties -= {(min(a, b), max(a, b)), (min(c, d), max(c, d))}
        ties |= {one, other}
        edges[x], edges[y] = (a, d), (c, b)
        done += 1
        if done == swaps:
            break
    return graph_of_pairs(graph.nodes, edges) if done else None


def clustering_ratio(
    graph: nx.Graph,
    nulls: int = 10,
    swaps: float = 5.0,
    seed: int = 1,
    allowed: Collection[tuple[int, int]] | None = None,
) -> float:
    """Transitivity over that of networks with the same degrees.

    Parameters
    ----------
    graph : nx.Graph
    nulls : int
        Rewired networks; their mean transitivity is the yardstick.
    swaps : float
        Double edge swaps an edge in each (Maslov & Sneppen 2002).
    seed : int
        Of the swaps.
    allowed : collection of (lower, higher), optional
        Pairs between which a rewired network may have a tie; all by default.

    Returns
    -------
    float
        NaN with fewer than two edges, or if the rewired networks have no triangle.
    """
    edges = graph.number_of_edges()
    if edges < 2 or graph.number_of_nodes() < 4:
        return float("nan")
    wanted, found = round(swaps * edges), []
    for number in range(nulls):
        if allowed is None:
            null = _rewired(graph, wanted, 1000003 * seed + number)
        else:
            null = swapped(graph, allowed, wanted, 1000003 * seed + number)
        if null is None:
            return float("nan")
        found.append(nx.transitivity(null))
    mean = float(np.mean(found))
    return float(nx.transitivity(graph)) / mean if mean > 0.0 else float("nan")
