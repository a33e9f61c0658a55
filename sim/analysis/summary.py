"""Sums over an ensemble, chunk by chunk: shares with their standard errors."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..engine.ensemble import Ensemble
from ..engine.outcomes import ABSENT, NEVER
from ..measures.measure import Measure, as_numbers
from ..measures.of_runs import OF_RUNS, Runs
from ..runs.clustered import effective_runs
from ..world.names import Level, Stance
from ..world.tables import Floats
from ..world.world import World


@dataclass
class Summary:
    """What one thesis says about the focal alliance and the world around it.

    Counts grow with `add`; the properties are shares or means per run. Arrays by year have shape (Y,).

    Attributes
    ----------
    draws : int
        Draws of the posterior, of which replicate r takes number r mod draws; 0 without.
    by_draw : dict
        Counts of runs, (max(draws, 1), Y): runs, alive, formed, unbroken, gap, hostile; and fought, (max(draws, 1),).
    totals, told : dict
        Of each measure of a run that has a mean: its sum, and the runs that have a value.
    """

    world: World
    draws: int = 0
    runs: int = 0
    by_draw: dict[str, Floats] = field(default_factory=dict)
    level_sum: Floats = field(default_factory=lambda: np.zeros(0))  # (Y, D)
    level_seen: Floats = field(default_factory=lambda: np.zeros(0))  # (Y, D)
    totals: dict[str, float] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)

    def add(self, part: Ensemble) -> None:
        """Count the runs of a chunk."""
        year = part.outcomes.year[:, :, 0]
        if self.runs == 0:
            self.level_sum = np.zeros(part.outcomes.dyad_year.shape[1:])
            self.level_seen = np.zeros(part.outcomes.dyad_year.shape[1:])
        self.runs += len(part.point)
        alive = year["level"] >= Level.MATERIAL
        distant = np.maximum(year["stance_ab"], year["stance_ba"]) >= Stance.DISTANCE
        runs = Runs(self.world, part.outcomes)
        focal = runs.pairs[:, 0]
        ends = np.array(self.world.calendar.year_ends())
        formed, broken = ((focal[name] != NEVER)[:, None] & (focal[name][:, None] <= ends) for name in ("formed", "broken"))
        for name, flags in {
            "runs": np.ones_like(alive), "alive": alive, "formed": formed, "unbroken": formed & ~broken, "gap": alive & distant,
            "hostile": (year["lowest"] < 0) & (year["lowest"] != ABSENT), "fought": focal["fought"] != NEVER,
        }.items():  # fmt: skip
            counts = self.by_draw.setdefault(name, np.zeros((max(self.draws, 1), *flags.shape[1:])))
            np.add.at(counts, part.replicate % max(self.draws, 1), flags)
        seen = part.outcomes.dyad_year != ABSENT
        self.level_sum += np.where(seen, part.outcomes.dyad_year, 0).sum(axis=0)
        self.level_seen += seen.sum(axis=0)
        for name, measure in OF_RUNS.items():
            if measure.compute is not None and measure.averaged:
                values = as_numbers(measure.compute(runs))
                self.totals[name] = self.totals.get(name, 0.0) + float(np.nansum(values))
                self.told[name] = self.told.get(name, 0) + int((~np.isnan(values)).sum())

    def count(self, name: str) -> Floats:
        """Runs of a count of `by_draw`. (Y,), or () of fought."""
        found: Floats = self.by_draw[name].sum(axis=0)
        return found

    def share(self, name: str, of: str = "runs") -> Floats:
        """A count as a share of the runs, or of those of another count; NaN of none. (Y,), or () of fought."""
        found, among = self.count(name), self._among(name, of).sum(axis=0)
        share: Floats = np.divide(found, among, out=np.full_like(found, np.nan), where=among > 0)
        return share

    def worth(self, name: str, of: str = "runs") -> Floats:
        """How many independent runs would know that share as well, over runs and draws. (Y,), or () of fought."""
        return effective_runs(self.by_draw[name], self._among(name, of))

    def _among(self, name: str, of: str) -> Floats:
        return self.by_draw[of] if self.by_draw[of].ndim == self.by_draw[name].ndim else self.by_draw[of][:, 0]

    @property
    def unbroken_share(self) -> Floats:
        """Of the runs in which the focal alliance has formed, the share in which it was never broken so far, by year.

        NaN before it forms in any.
        """
        return self.share("unbroken", "formed")

    @property
    def mean_level(self) -> Floats:
        """Mean level of each dyad over the runs in which both sides are there, by year; NaN if in none. (Y, D)."""
        with np.errstate(invalid="ignore"):
            return np.where(self.level_seen > 0, self.level_sum / np.maximum(self.level_seen, 1), np.nan)

    def mean(self, measure: Measure) -> float:
        """Mean of a measure over the runs that have a value; of a share of two counts, that of their sums. NaN without any."""
        if measure.parts is not None:
            part, whole = (self.totals[name] for name in measure.parts)
            return part / whole if whole else float("nan")
        runs = self.told[measure.name]
        return self.totals[measure.name] / runs if runs else float("nan")
