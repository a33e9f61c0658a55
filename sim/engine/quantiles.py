"""Quantiles of monthly series over an ensemble, in memory that does not grow with the number of runs.

Values fall into bins and the bins are counted: levels and cohesion on fixed grids, fighters on a logarithmic one. A
quantile of levels is exact; the others are exact to the width of a bin (cohesion 0.005, fighters 2 per cent).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..world.names import Level
from ..world.world import World
from .outcomes import ABSENT
from .traces import Trajectories, levels_of

LOWEST, HIGHEST = min(Level), max(Level)
COHESION_BINS = 200
STEP = math.log(1.02)
FIGHTER_BINS = math.ceil(math.log(1e6) / STEP) + 1  # 1 to a million; bin 0 is for those who are not there


@dataclass
class RunningQuantiles:
    """Counts of levels, cohesion and fighters by month, fed chunk by chunk.

    Attributes
    ----------
    level : (T, D, 7) int64
        Runs in which both sides are there, by level, armed conflict first.
    cohesion : (T, O, 200) int64
    fighters : (T, F, B) int64
        Bin 0: not there.
    runs : int
    """

    world: World
    runs: int = 0
    level: NDArray[np.int64] = field(init=False)
    cohesion: NDArray[np.int64] = field(init=False)
    fighters: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        months = self.world.calendar.months
        self.level = np.zeros((months, len(self.world.facts.dyad), HIGHEST - LOWEST + 1), dtype=np.int64)
        self.cohesion = np.zeros((months, len(self.world.organisations), COHESION_BINS), dtype=np.int64)
        self.fighters = np.zeros((months, len(self.world.factions), FIGHTER_BINS + 1), dtype=np.int64)

    def add(self, kept: Trajectories) -> None:
        """Count the runs of a chunk."""
        self.runs += len(kept.level)
        level = levels_of(self.world, kept, np.arange(kept.level.shape[2]))
        _count(self.level, level.astype(np.int64) - LOWEST, level != ABSENT)
        _count(self.cohesion, np.minimum((kept.cohesion * COHESION_BINS).astype(np.int64), COHESION_BINS - 1))
        there = kept.fighters >= 1.0
        size = np.log(np.where(there, kept.fighters, 1.0)) / STEP
        _count(self.fighters, np.where(there, np.minimum(size.astype(np.int64) + 1, FIGHTER_BINS), 0))

    def quantiles(self, shares: Sequence[float]) -> dict[str, NDArray[np.float64]]:
        """Quantiles of each series by month.

        Parameters
        ----------
        shares : sequence of float
            0 to 1, e.g. (0.05, 0.5, 0.95).

        Returns
        -------
        dict
            `level` (S, T, D), `cohesion` (S, T, O), `fighters` (S, T, F): the least value that at least that share of
            the runs does not exceed (the middle of its bin). Of levels: of the runs in which both sides are there, NaN
            if in none. 0 fighters for a faction that is not there.

        Raises
        ------
        InputError
            A share outside 0 to 1, or no runs yet.
        """
        for share in shares:
            if not 0.0 <= share <= 1.0:
                raise InputError("quantiles", "", f"{share} is not a share", "0 to 1")
        if self.runs == 0:
            raise InputError("quantiles", "", "no run has been counted", "add a chunk first")
        middle = np.concatenate([[0.0], np.exp((np.arange(FIGHTER_BINS) + 0.5) * STEP)])
        level = np.stack([_bin_at(self.level, q) for q in shares]) + float(LOWEST)
        return {
            "level": np.where(self.level.any(axis=-1), level, np.nan),
            "cohesion": (np.stack([_bin_at(self.cohesion, q) for q in shares]) + 0.5) / COHESION_BINS,
            "fighters": middle[np.stack([_bin_at(self.fighters, q) for q in shares])],
        }


def _count(counts: NDArray[np.int64], bins: NDArray[np.int64], known: NDArray[np.bool_] | None = None) -> None:
    """Add one for each run (first axis) to the bin of each series, where it is known."""
    series = np.arange(counts[..., 0].size).reshape(counts.shape[:-1])
    flat = (series * counts.shape[-1])[None] + bins
    counted = flat.ravel() if known is None else flat[known]
    counts += np.bincount(counted, minlength=counts.size).reshape(counts.shape)


def _bin_at(counts: NDArray[np.int64], share: float) -> NDArray[np.int64]:
    """First bin at which the cumulated share of runs reaches `share`."""
    total = np.cumsum(counts, axis=-1)
    wanted = np.maximum(1, np.ceil(share * total[..., -1:]))
    return np.asarray((total >= wanted).argmax(axis=-1), dtype=np.int64)
