"""Sums over an ensemble, chunk by chunk: shares with their standard errors."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..engine.ensemble import Ensemble
from ..engine.outcomes import ABSENT, NEVER
from ..runs.alliances import pairs_of
from ..world.names import Level, Stance
from ..world.tables import Floats
from ..world.world import World


@dataclass
class Summary:
    """What one thesis says about the focal alliance and the world around it.

    Counts grow with `add`; the properties are shares or means per run. Arrays by year have shape (Y,).
    """

    world: World
    runs: int = 0
    alive: Floats = field(default_factory=lambda: np.zeros(0))
    formed: Floats = field(default_factory=lambda: np.zeros(0))
    unbroken: Floats = field(default_factory=lambda: np.zeros(0))
    gap: Floats = field(default_factory=lambda: np.zeros(0))
    hostile: Floats = field(default_factory=lambda: np.zeros(0))
    level_sum: Floats = field(default_factory=lambda: np.zeros(0))  # (Y, D)
    level_seen: Floats = field(default_factory=lambda: np.zeros(0))  # (Y, D)
    fights: float = 0.0
    splits: float = 0.0
    defections: float = 0.0
    attacks: float = 0.0
    civilian: float = 0.0
    fought: float = 0.0

    def add(self, part: Ensemble) -> None:
        """Count the runs of a chunk."""
        year = part.outcomes.year[:, :, 0]
        if self.runs == 0:
            years = year.shape[1]
            self.alive, self.formed, self.unbroken, self.gap, self.hostile = (np.zeros(years) for _ in range(5))
            self.level_sum = np.zeros(part.outcomes.dyad_year.shape[1:])
            self.level_seen = np.zeros(part.outcomes.dyad_year.shape[1:])
        self.runs += len(part.point)
        alive = year["level"] >= Level.MATERIAL
        distant = np.maximum(year["stance_ab"], year["stance_ba"]) >= Stance.DISTANCE
        self.alive += alive.sum(axis=0)
        focal = pairs_of(self.world, part.outcomes)[:, 0]
        ends = np.array(self.world.calendar.year_ends())
        formed, broken = ((focal[name] != NEVER)[:, None] & (focal[name][:, None] <= ends) for name in ("formed", "broken"))
        self.formed += formed.sum(axis=0)
        self.unbroken += (formed & ~broken).sum(axis=0)
        self.gap += (alive & distant).sum(axis=0)
        self.hostile += ((year["lowest"] < 0) & (year["lowest"] != ABSENT)).sum(axis=0)
        seen = part.outcomes.dyad_year != ABSENT
        self.level_sum += np.where(seen, part.outcomes.dyad_year, 0).sum(axis=0)
        self.level_seen += seen.sum(axis=0)
        self.fought += float((focal["fought"] != NEVER).sum())
        rows = part.outcomes.organisation
        self.splits += float(rows["splits"].sum())
        self.defections += float(rows["defections"].sum())
        self.attacks += float(rows["attacks"].sum())
        self.civilian += float(rows["civilian"].sum())
        self.fights += float((part.outcomes.dyad["fought"] >= 0).sum())

    @property
    def alive_share(self) -> Floats:
        """Share of runs in which the focal alliance is alive, by year."""
        return self.alive / self.runs

    @property
    def unbroken_share(self) -> Floats:
        """Of the runs in which the focal alliance has formed, the share in which it was never broken so far, by year.

        NaN before it forms in any.
        """
        return np.divide(self.unbroken, self.formed, out=np.full_like(self.unbroken, np.nan), where=self.formed > 0)

    @property
    def gap_share(self) -> Floats:
        """Share of runs in which it is alive while a side keeps official distance, by year."""
        return self.gap / self.runs

    @property
    def hostile_share(self) -> Floats:
        """Share of runs in which some dyad of the two stands below 0, by year."""
        return self.hostile / self.runs

    @property
    def mean_level(self) -> Floats:
        """Mean level of each dyad over the runs in which both sides are there, by year; NaN if in none. (Y, D)."""
        with np.errstate(invalid="ignore"):
            return np.where(self.level_seen > 0, self.level_sum / np.maximum(self.level_seen, 1), np.nan)

    def per_run(self, count: float) -> float:
        """A count as a mean per run."""
        return count / self.runs
