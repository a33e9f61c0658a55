"""What became of alliances: the record of a run with the alliances of the start in it, and the fates."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.outcomes import ABSENT, BROKEN_OFF, NEVER, SIDE_ENDED, Outcomes, frame_of
from ..world.names import Level
from ..world.tables import Table
from ..world.world import World

FATES = ("persists", "breaks", "turns hostile", "loses a side", "never forms")
"""What becomes of the focal alliance by the end of a run: it is allied in the last month, whether or not it broke off and
formed again before; it broke off; it is over, and some of the two sides' factions are rivals or fight; it ended because a
side came to its end; or it was never formed."""
ENDS = ("", "broken off", "end of a side")
"""How an alliance first ended, by the engine's code; empty while it has not."""


def dyads_at_start(world: World) -> NDArray[np.bool_]:
    """Dyads at material level or above in the initial world, both sides there. (D,)."""
    there, dyad = world.initial.faction["present"] == 1, world.facts.dyad
    return np.asarray((world.initial.level >= Level.MATERIAL) & there[dyad["first"]] & there[dyad["second"]])


def _with_start(spells: Table, allied: NDArray[np.bool_]) -> Table:
    """Spells (N, K) in which an alliance of the start (K,) that ended within the first month is on record.

    The engine writes down what stands at the end of each month, and so never sees it.
    """
    found = spells.copy()
    early = allied & (spells["formed"] != 0)
    for name, value in (("formed", 0), ("broken", 0)):
        found[name] = np.where(early, value, spells[name])
    how = np.where(spells["deepest"] == ABSENT, SIDE_ENDED, BROKEN_OFF)
    found["ended"] = np.where(early, how, spells["ended"])
    return found


def pairs_at_start(world: World) -> NDArray[np.bool_]:
    """Pairs of organisations, in the order of the outcomes, allied in the initial world. (Q,)."""
    frame = frame_of(world)
    rows = frame.pair_of[world.facts.dyad["relation"][dyads_at_start(world)]]
    started = np.zeros(len(frame.pairs), dtype=bool)
    started[rows[rows >= 0]] = True
    return started


def pairs_of(world: World, outcomes: Outcomes) -> Table:
    """Alliances of organisations (N, Q), those of the start among them."""
    return _with_start(outcomes.pair, pairs_at_start(world))


def dyads_of(world: World, outcomes: Outcomes) -> Table:
    """Alliances of named factions (N, K), those of the start among them."""
    return _with_start(outcomes.dyad, dyads_at_start(world)[frame_of(world).dyads])


class Yearly(NamedTuple):
    """What the year ends of runs say of each alliance. (N, K) each.

    Attributes
    ----------
    fight_years : int16
        Year ends at which they are in armed conflict.
    fight_spells : int16
        Fights as yearly coders count them: such years one after another. Two or more: the fight came back after a year or
        more without. A fight that begins and ends between two year ends is in neither; the record of months has it.
    mean_depth : float32
        Mean level of their ties over year ends, 0..4: each tie from the first year end at which both of its sides are there.
        Hostility, and a side that has gone, count as no tie. NaN if no tie ever had both sides.
    """

    fight_years: NDArray[np.int16]
    fight_spells: NDArray[np.int16]
    mean_depth: NDArray[np.float32]

    def of(self, k: int) -> Yearly:
        """Of one alliance. (N,)."""
        return Yearly(self.fight_years[:, k], self.fight_spells[:, k], self.mean_depth[:, k])

    def flat(self) -> Yearly:
        """Of all alliances, run by run. (N x K,)."""
        return Yearly(self.fight_years.ravel(), self.fight_spells.ravel(), self.mean_depth.ravel())


def _yearly(lowest: NDArray[np.int8], level: NDArray[np.int8], of: NDArray[np.int64]) -> Yearly:
    """Of alliances from their lowest level (N, Y, K), and the level (N, Y, D) and alliance (D,) of each tie; -1 for none."""
    fighting = lowest == Level.ARMED_CONFLICT
    begins = fighting & ~np.pad(fighting, ((0, 0), (1, 0), (0, 0)))[:, :-1]
    level, of = level[:, :, of >= 0], of[of >= 0]
    met = np.logical_or.accumulate(level != ABSENT, axis=1)
    depth, years = np.zeros((2, lowest.shape[2], len(lowest)))
    np.add.at(depth, of, np.maximum(level, 0).sum(axis=1).T)
    np.add.at(years, of, met.sum(axis=1).T)
    mean = np.divide(depth, years, out=np.full_like(depth, np.nan), where=years > 0).T
    return Yearly(fighting.sum(axis=1, dtype=np.int16), begins.sum(axis=1, dtype=np.int16), mean.astype(np.float32))


def yearly_of_pairs(world: World, outcomes: Outcomes) -> Yearly:
    """Of pairs of organisations: they fight while some of their factions do; their ties are those of named factions."""
    frame = frame_of(world)
    of = frame.pair_of[world.facts.dyad["relation"][frame.dyads]]
    return _yearly(outcomes.year["lowest"], outcomes.dyad_year, of)


def yearly_of_dyads(outcomes: Outcomes) -> Yearly:
    """Of named factions."""
    return _yearly(outcomes.dyad_year, outcomes.dyad_year, np.arange(outcomes.dyad_year.shape[2]))


def fates(focal: Table) -> NDArray[np.int64]:
    """Number in FATES of what became of each focal alliance (N,), a column of `pairs_of`."""
    over = focal["now"] < Level.MATERIAL
    hostile = (focal["low"] < 0) & (focal["low"] != ABSENT)
    said = [~over, focal["formed"] == NEVER, hostile, focal["ended"] == SIDE_ENDED, focal["ended"] == BROKEN_OFF]
    return np.select(said, [FATES.index(f) for f in ("persists", "never forms", "turns hostile", "loses a side", "breaks")])
