"""Many runs of one pair: what ended the alliance, in which order its ties fell, and the typical stories.

A story is the order in which things first happened: deaths of leaders, turns of stance and talks, splits, exposures, ties let
go and taken up. Runs are alike when the same things happened, in the same order: Jaccard distance of what happened and of
what came before what, complete linkage, and of the partitions without a rare cluster the one with the best silhouette.
"""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist, squareform
from sklearn.metrics import silhouette_score

from ...engine.ensemble import run_ensemble
from ...measures.alliances import dyads_at_start
from ...measures.pairs import Pair
from ...rules.weigh import TERM_NAMES
from ...world.names import Event, Level, Party, Stance, Talks
from ...world.tables import Table
from ...world.world import World
from ..intervals import share_of
from .sentences import faction_words, name_words

MOST_RUNS = 600
MOST_CLUSTERS = 6
FEWEST = 0.05
"""A cluster of a smaller share of runs is no typical story."""


@dataclass(frozen=True)
class Endings:
    """What became of a pair in N runs.

    Attributes
    ----------
    broken : (N,) bool
        An alliance once, and none in the last month.
    month : (N,) int
        Month of the last break; -1 where the pair is allied at the end, or never was.
    causes : DataFrame
        Of the runs in which it is over: who stepped down (or whose end it was), leading term, runs, share of these, low,
        high (95 %).
    orders : DataFrame
        Of the broken: the order in which the ties of the pair last fell, runs, share.
    """

    broken: NDArray[np.bool_]
    month: NDArray[np.int64]
    causes: pd.DataFrame
    orders: pd.DataFrame


@dataclass(frozen=True)
class Story:
    """A cluster of runs.

    Attributes
    ----------
    share, broken : float
        Of the runs that are in it; of those, in how many the alliance is over at the horizon.
    steps : list of (float, str, float)
        What happened in at least half of them: median month, words, share.
    replicate : int
        The run in the middle: `alliances explain … replicate=N` tells it.
    runs : int
    """

    share: float
    broken: float
    steps: list[tuple[float, str, float]]
    replicate: int
    runs: int


@dataclass(frozen=True)
class Ensemble:
    """Runs of a pair. level: (N, T, K) of its ties; events and the run of each."""

    world: World
    pair: Pair
    level: NDArray[np.int8]
    events: Table
    run: NDArray[np.int64]

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.level)


def run_pair(world: World, pair: Pair, vector: Table, replicates: int, seed: int, threads: int | None = None) -> Ensemble:
    """Run replicates and keep what stories are told from."""
    out = run_ensemble(world, vector, replicates, seed, threads=threads, events=True, trajectories=True)
    assert out.events is not None
    assert out.run is not None
    assert out.trajectories is not None
    return Ensemble(world, pair, out.trajectories.level[:, :, pair.dyads], out.events, out.run)


def endings(seen: Ensemble) -> Endings:
    """What ended the alliance, in what share of runs, and in which order its ties fell."""
    world, events = seen.world, seen.events
    # the ties of the start come first: some end within the first month
    before = np.broadcast_to(dyads_at_start(world)[seen.pair.dyads], (seen.runs, 1, len(seen.pair.dyads)))
    allied = np.concatenate([before, seen.level >= int(Level.MATERIAL)], axis=1)
    alive = np.asarray(allied.any(axis=2))
    broken = alive.any(axis=1) & ~alive[:, -1]
    last = alive.shape[1] - 1 - alive[:, ::-1].argmax(axis=1)
    month = np.where(broken, last, -1)
    names = [f"{faction_words(world, i)} – {faction_words(world, j)}" for i, j in map(world.dyad, seen.pair.dyads.tolist())]
    fell = {(int(r), int(t)) for r, t in enumerate(month) if t >= 0}
    causes: Counter[tuple[str, str]] = Counter()
    told: set[int] = set()
    ties = set(seen.pair.dyads.tolist())
    for row, run in zip(events, seen.run, strict=True):
        n, t = int(run), int(row["month"])
        if n in told or (n, t) not in fell:
            continue
        down = row["kind"] == Event.TIE_DOWN and row["before"] >= Level.MATERIAL > row["after"]
        if down and int(world.facts.dyad_of[row["i"], row["j"]]) in ties:
            lead = TERM_NAMES[int(row["lead"])] if row["lead"] >= 0 else ""
            causes[faction_words(world, int(row["i"])) + " steps down", lead] += 1
            told.add(n)
    for n, _ in fell:
        if n not in told:
            causes["a side came to its end", ""] += 1
    orders: Counter[str] = Counter()
    for n in np.flatnonzero(broken).tolist():
        ever = [k for k in range(allied.shape[2]) if allied[n, :, k].any()]
        end = {k: allied.shape[1] - int(allied[n, ::-1, k].argmax()) for k in ever}
        orders[" → ".join(names[k] for k in sorted(ever, key=lambda k: end[k]))] += 1
    total = max(1, int(broken.sum()))
    rows = [{"who": who, "term": term, "runs": n, **share_of(n, total)} for (who, term), n in causes.most_common()]
    lines = [{"order": text, "runs": n, "share": n / total} for text, n in orders.most_common()]
    return Endings(
        broken, month.astype(np.int64), pd.DataFrame(rows, columns=["who", "term", "runs", "share", "low", "high"]),
        pd.DataFrame(lines, columns=["order", "runs", "share"]),
    )  # fmt: skip


def token(world: World, row: Table, ties: set[int], sides: set[int], homes: set[int]) -> str:
    """What an event adds to a story of a pair, in words; empty if nothing."""
    kind, parties = Event(int(row["kind"])), world.parties(row)
    who, other = [*(name_words(world, world.party(*party)) for party in parties), ""][:2]
    organisations = {o for party, o in parties if party == Party.ORGANISATION}
    if organisations:
        if not organisations <= homes:
            return ""
        if kind == Event.STANCE:
            stance = Stance(int(row["after"]))
            words = {Stance.RENOUNCE: "renounces", Stance.DISTANCE: "keeps official distance from", Stance.EMBRACE: "embraces"}
            return f"{who} {words[stance]} {other}" if stance in words else ""
        if kind == Event.TALKS:
            words_of = {Talks.OPEN: "talks open", Talks.AGREED: "talks agreed", Talks.FROZEN: "talks frozen",
                        Talks.SNAPPED_BACK: "the offer snaps back"}  # fmt: skip
            return words_of.get(Talks(int(row["after"])), "")
        return ""
    if kind in (Event.TIE_UP, Event.TIE_DOWN):
        d = int(world.facts.dyad_of[row["i"], row["j"]])
        if d not in ties:
            return ""
        first, second = (faction_words(world, k) for k in world.dyad(d))
        if row["before"] >= Level.MATERIAL > row["after"]:
            return f"{first} – {second}: let go"
        if row["before"] < Level.MATERIAL <= row["after"]:
            return f"{first} – {second}: allied again"
        return f"{first} – {second}: fight" if row["after"] == Level.ARMED_CONFLICT else ""
    if int(row["i"]) not in sides:
        return ""
    return {
        Event.LEADER_DEATH: f"{who} loses its leader", Event.SPLIT: f"{who} splits", Event.DISSOLUTION: f"{who} comes to an end",
        Event.DISCLOSURE: f"{who}: a concealed death comes out",
    }.get(kind, "")  # fmt: skip


def first_times(seen: Ensemble, runs: int) -> tuple[list[str], NDArray[np.float64]]:
    """When each thing first happened. (runs, W), infinite if it did not; things of fewer than 1 % of runs left out."""
    sides = {i for side in seen.pair.sides for i in side}
    homes = {int(seen.world.facts.faction.home[i]) for i in sides}
    ties = set(seen.pair.dyads.tolist())
    first: dict[tuple[int, str], int] = {}
    for row, run in zip(seen.events, seen.run, strict=True):
        if run >= runs:
            break
        words = token(seen.world, row, ties, sides, homes)
        if words:
            first.setdefault((int(run), words), int(row["month"]))
    counts = Counter(words for _, words in first)
    names = sorted(w for w, n in counts.items() if n >= max(2, 0.01 * runs))
    times = np.full((runs, len(names)), np.inf)
    for (run, words), month in first.items():
        if words in names:
            times[run, names.index(words)] = month
    return names, times


def features(times: NDArray[np.float64]) -> NDArray[np.bool_]:
    """What happened, and what came before what. (N, W + W * W)."""
    happened = np.isfinite(times)
    before = times[:, :, None] < times[:, None, :]
    before &= happened[:, :, None] & happened[:, None, :]
    return np.concatenate([happened, before.reshape(len(times), -1)], axis=1)


def clusters(marks: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.float64], float]:
    """Cluster of each run, numbered from 1, the distances, and the silhouette (0 of a single cluster). (N,), (N, N)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two runs in which nothing happened: 0 of 0
        flat = np.nan_to_num(pdist(marks, "jaccard"), nan=0.0)
    square, best, chosen = squareform(flat), 0.0, np.ones(len(marks), dtype=np.int64)
    if len(marks) < 4 or not flat.any():
        return chosen, square, best
    tree = linkage(flat, "complete")
    for count in range(2, MOST_CLUSTERS + 1):
        labels = fcluster(tree, count, "maxclust")
        sizes = np.bincount(labels)[1:]
        if len(sizes) > 1 and sizes.min() >= FEWEST * len(marks):
            score = float(silhouette_score(square, labels, metric="precomputed"))
            if score > best:
                best, chosen = score, labels
    return np.asarray(chosen, dtype=np.int64), square, best


def stories(seen: Ensemble, found: Endings) -> tuple[list[Story], float]:
    """Typical stories, the commonest first, each with the run in its middle; and the silhouette of the clusters."""
    runs = min(seen.runs, MOST_RUNS)
    names, times = first_times(seen, runs)
    if not names:
        return [], 0.0
    label, apart, score = clusters(features(times))
    told = []
    for cluster in sorted(set(label.tolist())):
        mine = np.flatnonzero(label == cluster)
        middle = int(mine[apart[np.ix_(mine, mine)].sum(axis=1).argmin()])
        happened = np.isfinite(times[mine])
        steps = [
            (float(np.median(times[mine, k][happened[:, k]])), names[k], float(happened[:, k].mean()))
            for k in range(len(names))
            if happened[:, k].mean() >= 0.5
        ]
        told.append(Story(len(mine) / runs, float(found.broken[mine].mean()), sorted(steps), middle, len(mine)))
    return sorted(told, key=lambda s: -s.share), score
