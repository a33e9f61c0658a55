"""Networks of cooperation and of fighting: degrees, isolates, inequality, clustering over a null, likeness of allies.

A network is a list of levels by dyad at one moment. Cooperation is material level and above, fighting is below 0
(rivalry and armed conflict). Factions that are not there are not nodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from ..engine.ensemble import Ensemble
from ..world.names import Level
from ..world.tables import Floats
from ..world.world import World
from .clustering import clustering_ratio, graph_of_pairs
from .measure import CATALOGUE, Declared, Kind, Measure

SMALLEST = 50
"""Factions from which on a world is worth describing as a network (target T6)."""


def _said(kind: Kind, label: str, meaning: str, **said: Any) -> Any:
    """A field that is a measure of a network."""
    return field(metadata={"kind": kind, "label": label, "meaning": meaning, **said})


@dataclass(frozen=True)
class NetworkOutcomes:
    """One network in numbers, each a measure; NaN where a quantity has no value (no ties, no pairs of neighbours)."""

    factions: int = _said("count", "factions left", "Factions that are there", short="n", unit="factions", digits=0)
    allies: float = _said("amount", "allies", "Mean degree of cooperation", short="allies", unit="allies a faction")
    foes: float = _said("amount", "foes", "Mean degree of fighting", short="foes", unit="foes a faction")
    isolates: float = _said("amount", "alone", "Factions without an ally", short="alone", unit="share")
    gini: float = _said(
        "amount", "inequality", "Gini coefficient of the degree of cooperation over all factions, isolates included: 0 even .. 1",
        short="Gini", unit="0..1",
    )  # fmt: skip
    most_allies: int = _said("count", "most allies", "Greatest degree of cooperation", unit="allies")
    clustering: float = _said(
        "amount", "clustering", "Transitivity of cooperation: share of pairs of allies of one faction that are allied themselves",
        unit="share",
    )  # fmt: skip
    clustering_ratio: float = _said(
        "amount", "clustering over chance",
        "Transitivity over the mean of rewired networks in which every faction keeps its degree (target T8)", short="C",
        unit="ratio",
    )  # fmt: skip
    clustering_in_reach: float = _said(
        "amount", "clustering over chance in reach",
        "The same, rewired only between factions that can meet: what is left once theatres and places are accounted for",
        short="C*", unit="ratio",
    )  # fmt: skip
    ideology_allies: float = _said(
        "amount", "likeness of allies",
        "Assortativity by ideology: correlation of the first principal axis of doctrine and scope over the two ends of a tie of "
        "cooperation; positive where likes are tied", short="r+", unit="-1..1",
    )  # fmt: skip
    ideology_foes: float = _said("amount", "likeness of foes", "The same of fighting", short="r−", unit="-1..1")
    foes_far_over_near: float = _said(
        "amount", "fighting, far over near",
        "Share of pairs that fight among those far apart in ideology, over that among near ones (target T9): pairs that can "
        "meet, split at their median distance", unit="ratio",
    )  # fmt: skip
    allies_far_over_near: float = _said("amount", "cooperation, far over near", "The same of cooperation", unit="ratio")


def _values(name: str, networks: Sequence[NetworkOutcomes]) -> NDArray[Any]:
    return np.array([getattr(network, name) for network in networks])


CATALOGUE["network"].update(
    {f.name: Measure(f.name, "network", **f.metadata, compute=partial(_values, f.name)) for f in fields(NetworkOutcomes)}
)
OF_NETWORKS: Declared = CATALOGUE["network"]
"""Each takes networks and gives a number a network, (N,)."""


def gini(values: Any) -> float:
    """Gini coefficient of values of 0 or more: 0 if all are equal, near 1 if one has all; NaN if their sum is 0."""
    x = np.sort(np.asarray(values, dtype=float))
    n, total = len(x), float(x.sum())
    if total <= 0.0:
        return float("nan")
    return float(((2.0 * np.arange(1, n + 1) - n - 1.0) * x).sum() / (n * total))


def assortativity(values: Floats, pairs: NDArray[np.int64]) -> float:
    """Correlation of a value over the two ends of ties, each tie both ways (Newman 2003); NaN without variance."""
    ends = np.concatenate([values[pairs], values[pairs[:, ::-1]]])
    if len(ends) < 4 or np.ptp(ends) == 0.0:
        return float("nan")
    return float(np.corrcoef(ends[:, 0], ends[:, 1])[0, 1])


def far_over_near(distance: Floats, tied: NDArray[np.bool_]) -> float:
    """Share tied among pairs above the median distance, over that among the others; NaN if none of these is tied."""
    far = distance > np.median(distance)
    if not far.any() or not tied[~far].any():
        return float("nan")
    return float(tied[far].mean() / tied[~far].mean())


def main_axis(doctrine: Floats, scope: Floats) -> Floats:
    """Position of factions on the first principal axis of doctrine and scope."""
    x = np.stack([doctrine, scope], axis=1)
    x = x - x.mean(axis=0)
    _, _, axes = np.linalg.svd(x, full_matrices=False)
    return np.asarray(x @ axes[0])


def network_outcomes(
    pairs: NDArray[np.int64],
    level: NDArray[np.int8],
    present: NDArray[np.bool_],
    ideology: Floats,
    *,
    nulls: int = 10,
    seed: int = 1,
) -> NetworkOutcomes:
    """Describe one network.

    Parameters
    ----------
    pairs : (D, 2) int
        The two factions of each dyad that can meet.
    level : (D,) int8
        Level of each; of a faction that is not there, anything.
    present : (F,) bool
        Which factions are there.
    ideology : (F, 2) float
        Doctrine and scope, 0..1.
    nulls : int
        Rewired networks for the clustering; 0 leaves the ratio NaN.
    seed : int
        Of the rewiring.
    """
    pairs = np.asarray(pairs, dtype=np.int64)
    here = present[pairs].all(axis=1)
    pairs, level = pairs[here], np.asarray(level)[here]
    nodes = np.flatnonzero(present)
    allied, hostile = level >= Level.MATERIAL, level < Level.NONE
    degree = np.bincount(pairs[allied].ravel(), minlength=len(present))[nodes]
    graph = graph_of_pairs(nodes, pairs[allied])
    reach = {(min(pair), max(pair)) for pair in pairs.tolist()} if nulls else set()
    distance = np.sqrt(0.5 * ((ideology[pairs[:, 0]] - ideology[pairs[:, 1]]) ** 2).sum(axis=1))
    axis = np.zeros(len(present))
    if len(nodes) > 1:
        axis[nodes] = main_axis(ideology[nodes, 0], ideology[nodes, 1])
    count = len(nodes)
    return NetworkOutcomes(
        factions=count,
        allies=float(degree.mean()) if count else float("nan"),
        foes=2.0 * float(hostile.sum()) / count if count else float("nan"),
        isolates=float((degree == 0).mean()) if count else float("nan"),
        gini=gini(degree),
        most_allies=int(degree.max(initial=0)),
        clustering=float(nx.transitivity(graph)),
        clustering_ratio=clustering_ratio(graph, nulls, seed=seed) if nulls else float("nan"),
        clustering_in_reach=clustering_ratio(graph, nulls, seed=seed, allowed=reach) if nulls else float("nan"),
        ideology_allies=assortativity(axis, pairs[allied]),
        ideology_foes=assortativity(axis, pairs[hostile]),
        foes_far_over_near=far_over_near(distance, hostile) if len(pairs) else float("nan"),
        allies_far_over_near=far_over_near(distance, allied) if len(pairs) else float("nan"),
    )


def world_pairs(world: World) -> NDArray[np.int64]:
    """The two factions of every dyad of a world. (D, 2)."""
    dyad = world.facts.dyad
    return np.stack([dyad["first"], dyad["second"]], axis=1)


def initial_network(world: World, *, nulls: int = 10) -> NetworkOutcomes:
    """The network of a world before the first month."""
    faction = world.initial.faction
    ideology = np.stack([faction["doctrine"], faction["scope"]], axis=1)
    return network_outcomes(world_pairs(world), world.initial.level, faction["present"] == 1, ideology, nulls=nulls)


def final_networks(world: World, part: Ensemble, *, nulls: int = 10) -> list[NetworkOutcomes]:
    """The network of named factions in the last month of each run.

    A faction born in a run is left out: its ideology is its parent's and known to that run alone.
    """
    faction, pairs = world.initial.faction, world_pairs(world)
    ideology = np.stack([faction["doctrine"], faction["scope"]], axis=1)
    named = world.facts.faction["spare"] == 0
    return [
        network_outcomes(pairs, last, (there == 1) & named, ideology, nulls=nulls)
        for last, there in zip(part.outcomes.last, part.outcomes.there, strict=True)
    ]
