"""Runs in blocks: a hundred replicates of one arm at a time, kept, so that answers grow and can be stopped in between."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..analysis.wedges.watched import Seen, joined_seen, seen
from ..engine.ensemble import run_ensemble
from ..engine.outcomes import ABSENT
from ..engine.traces import levels_of
from ..measures.pairs import Pair, named_pair, watched_pairs
from ..runs.draws import draw_numbers
from ..world.world import World
from .state import State, base_world, vector_of, world_under

BLOCK = 100
KEPT = 1500
"""Blocks that are kept; some 60 kB each."""


@dataclass(frozen=True)
class Block:
    """A hundred runs of an arm, and of every dyad in the last month (D,) the sum of its levels and the runs that they are of.

    A run in which a side is not there has no level. `depth` (N,) is of each run the mean level of the ties of the pair in focus
    over all months, hostility and a side that is gone counted as none.
    """

    seen: Seen
    levels: NDArray[np.int64]
    there: NDArray[np.int64]
    depth: NDArray[np.float64]

    @property
    def level(self) -> NDArray[np.float64]:
        """Mean level of every dyad over the runs in which both sides are there; NaN if in none. (D,)."""
        return np.where(self.there > 0, self.levels / np.maximum(self.there, 1), np.nan)


def pairs_of(state: State) -> list[Pair]:
    """Pairs that are watched, the one in focus first."""
    world = base_world(state.scenario)
    pairs = watched_pairs(world)
    if state.focus:
        focus = named_pair(world, state.focus, "focus")
        pairs = [focus, *(pair for pair in pairs if pair.name != focus.name)]
    return pairs


def key_of(state: State, number: int) -> str:
    """Name of a block: everything that determines it."""
    return hashlib.sha256(f"{state.model_dump_json()}#{number}".encode()).hexdigest()


class Blocks:
    """Blocks by name, the least used given up first. One thread computes; any may look."""

    def __init__(self, kept: int = KEPT) -> None:
        self.kept, self._held, self._lock = kept, OrderedDict[str, Block](), threading.Lock()

    def get(self, state: State, number: int) -> Block | None:
        """A block that is there."""
        with self._lock:
            name = key_of(state, number)
            if name in self._held:
                self._held.move_to_end(name)
            return self._held.get(name)

    def made(self, state: State, number: int) -> Block:
        """A block, run if need be."""
        found = self.get(state, number)
        if found is None:
            found = run_block(state, number)
            with self._lock:
                self._held[key_of(state, number)] = found
                while len(self._held) > self.kept:
                    self._held.popitem(last=False)
        return found


def run_block(state: State, number: int) -> Block:
    """Replicates 100 n to 100 n + 99 of a state."""
    world: World = world_under(state)
    vectors, replicates = vector_of(state), np.arange(number * BLOCK, (number + 1) * BLOCK, dtype=np.int64)
    part = run_ensemble(world, vectors, replicates, state.seed, trajectories=True)
    assert part.trajectories is not None
    pairs = pairs_of(state)
    found = seen(world, part, pairs)
    found = replace(found, draw=draw_numbers(replicates, vectors.size if state.draws else 0))
    last = part.outcomes.last.astype(np.int64)
    there = last != ABSENT
    depth = np.maximum(levels_of(world, part.trajectories, pairs[0].dyads), 0).mean(axis=(1, 2))
    return Block(found, np.where(there, last, 0).sum(axis=0), there.sum(axis=0), depth)


def together(blocks: list[Block]) -> Block:
    """Several blocks as one."""
    levels, there = (np.sum([getattr(b, name) for b in blocks], axis=0) for name in ("levels", "there"))
    return Block(joined_seen([b.seen for b in blocks]), levels, there, np.concatenate([b.depth for b in blocks]))
