"""What a run keeps of its months on request: series for figures, or the whole state for proofs and explanations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..rules.compiled import rule
from ..world.tables import FACTION, ORGANISATION, RELATION, TIE, Floats, Table
from ..world.world import World
from .outcomes import ABSENT


class Trajectories(NamedTuple):
    """Monthly series of a run; of N runs with N in front."""

    level: Annotated[NDArray[np.int8], "i1", 2]  # (T, D) by dyad
    stance: Annotated[NDArray[np.int8], "i1", 2]  # (T, R) by relation
    fighters: Annotated[NDArray[np.float32], "f4", 2]  # (T, F); 0 for a faction that is not there
    cohesion: Annotated[NDArray[np.float32], "f4", 2]  # (T, O)


class Trace(NamedTuple):
    """The whole state of a run after every month; of N runs with N in front."""

    faction: Annotated[Table, FACTION, 2]  # (T, F)
    level: Annotated[NDArray[np.int8], "i1", 2]  # (T, D)
    tie: Annotated[Table, TIE, 2]  # (T, D)
    organisation: Annotated[Table, ORGANISATION, 2]  # (T, O)
    relation: Annotated[Table, RELATION, 2]  # (T, R + 1)
    capability: Annotated[Floats, "f8", 3]  # (T, F, C)
    presence: Annotated[Floats, "f8", 3]  # (T, F, L)
    response: Annotated[Floats, "f8", 3]  # (T, A, F)


def levels_of(world: World, kept: Trajectories, dyads: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int8]:
    """Levels of some dyads by month; `outcomes.ABSENT` while a side is not there, which the series themselves do not say.

    Returns
    -------
    (N, T, K) int8
    """
    rows = world.facts.dyad[np.asarray(dyads, dtype=np.int64)]
    there = (kept.fighters[:, :, rows["first"]] > 0.0) & (kept.fighters[:, :, rows["second"]] > 0.0)
    return np.where(there, kept.level[:, :, dyads], np.int8(ABSENT))


def room_for_trajectories(world: World, runs: int, months: int) -> Trajectories:
    """Trajectories of N runs, to be filled; no months if they are not wanted."""
    facts = world.facts
    return Trajectories(
        np.zeros((runs, months, len(facts.dyad)), dtype=np.int8),
        np.zeros((runs, months, len(facts.relation) - 1), dtype=np.int8),
        np.zeros((runs, months, len(world.factions)), dtype=np.float32),
        np.zeros((runs, months, len(world.organisations)), dtype=np.float32),
    )


def room_for_trace(world: World, runs: int, months: int) -> Trace:
    """Trace of N runs, to be filled; no months if it is not wanted."""
    s = world.initial
    kept = (s.faction, s.level, s.tie, s.organisation, s.relation, s.capability, s.presence, s.response)
    return Trace(*(np.zeros((runs, months, *part.shape), dtype=part.dtype) for part in kept))


@rule
def keep_trajectory(s, t, kept):
    """Write the month's series, if there is room for them."""
    if kept.level.shape[0] == 0:
        return
    for i in range(s.faction.shape[0]):
        kept.fighters[t, i] = s.faction[i].fighters if s.faction[i].present == 1 else 0.0
    for o in range(s.organisation.shape[0]):
        kept.cohesion[t, o] = s.organisation[o].cohesion
    for d in range(s.level.shape[0]):
        kept.level[t, d] = s.level[d]
    for r in range(kept.stance.shape[1]):
        kept.stance[t, r] = s.relation[r].stance


@rule
def copy_rows(values, room):
    """Copy a square of numbers, cell by cell: a slice would need memory of its own."""
    for n in range(values.shape[0]):
        for k in range(values.shape[1]):
            room[n, k] = values[n, k]


@rule
def keep_trace(s, t, trace):
    """Write the whole state, if there is room for it."""
    if trace.faction.shape[0] == 0:
        return
    for i in range(s.faction.shape[0]):
        trace.faction[t, i] = s.faction[i]
    for d in range(s.level.shape[0]):
        trace.level[t, d] = s.level[d]
        trace.tie[t, d] = s.tie[d]
    for o in range(s.organisation.shape[0]):
        trace.organisation[t, o] = s.organisation[o]
    for r in range(s.relation.shape[0]):
        trace.relation[t, r] = s.relation[r]
    copy_rows(s.capability, trace.capability[t])
    copy_rows(s.presence, trace.presence[t])
    copy_rows(s.response, trace.response[t])
