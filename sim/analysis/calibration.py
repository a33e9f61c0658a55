"""Calibration: history matching over the ledger's ranges, then sequential Monte Carlo; resumable, the same for a seed.

A folder holds a calibration. Every batch of the first wave and every generation is written whole before the next begins,
so the same command goes on where it was stopped.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import qmc

from ..errors import InputError
from ..evidence.digest import evidence_digest
from ..evidence.ledger import ledger
from ..plural import plural
from ..rules.cache import source_digest
from ..runs.shards import write_whole
from ..world.parameters import checked
from ..world.tables import Floats
from .abc import Population, first_population, generations
from .settings import Settings
from .simulator import Simulator
from .targets import Target, discrepancies, distances

BATCH = 250
"""Points of the first wave simulated and written at once."""
FRESH = 1_000_000
"""First number of evaluations that placed no particle."""
Told = Callable[[str, int, int, dict[str, float]], None]
"""Called with the stage, points done, points at most, and what to show."""
POPULATION = ("tolerance", "generation", "simulated", "acceptance", "scale", "log_mass")


@dataclass(frozen=True)
class Calibrated:
    """A finished calibration.

    Attributes
    ----------
    posterior : DataFrame (N, D)
        Parameter values of the particles, a column a dotted path.
    statistics : DataFrame (N, T)
        What the targets' statistics were in the runs that placed each particle.
    distance : (N,) float
    history : DataFrame
        The generations: tolerance, acceptance, distinct particles, points simulated, log_mass.
    left : dict
        Path -> (low, high) that the first wave left plausible; `share` of its points.
    """

    posterior: pd.DataFrame
    statistics: pd.DataFrame
    distance: Floats
    history: pd.DataFrame
    left: dict[str, tuple[float, float]]
    share_left: float


class Calibration:
    """A calibration in its folder.

    Parameters
    ----------
    settings : Settings
    targets : sequence of Target
        Those to fit; targets with `calibrated: false` are left out.
    seed : int
    root : path
        Where its folder is made.
    fixed : mapping, optional
        Parameters that are not calibrated and not central: a thesis.
    until : int, optional
        Year up to which the targets were known, for whoever forecasts with the result.
    """

    def __init__(
        self, settings: Settings, targets: Sequence[Target], seed: int, root: str | Path,
        fixed: Mapping[str, float] | None = None, until: int | None = None,
    ) -> None:  # fmt: skip
        self.settings, self.seed, self.until = settings, seed, until
        self.fixed = dict(fixed or {})
        checked(self.fixed)
        self.targets = [t for t in targets if t.calibrated]
        self.paths = [path for path in settings.paths() if path not in self.fixed]
        self.ranges = [ledger().entry(path).range.frozen() for path in self.paths]
        self.simulator = Simulator(settings, self.targets, seed)
        self.folder = Path(root) / f"calibration-{self.identity()}"

    def content(self) -> dict[str, Any]:
        """Everything that determines its numbers."""
        return {
            "settings": self.settings.model_dump(mode="json"),
            "targets": [t.model_dump(mode="json") for t in self.targets],
            "fixed": self.fixed,
            "seed": self.seed,
            "until": self.until,
            "evidence": evidence_digest(),
            "code": source_digest(),
            "statistics": statistics_digest(),
        }

    def identity(self) -> str:
        """Digest of `content`."""
        return hashlib.sha256(json.dumps(self.content(), sort_keys=True, default=str).encode()).hexdigest()[:12]

    def values(self, unit: Floats) -> list[dict[str, float]]:
        """Parameter vectors of points of the unit cube."""
        columns = [span.ppf(unit[:, d]) for d, span in enumerate(self.ranges)]
        return [{**self.fixed, **dict(zip(self.paths, row, strict=True))} for row in np.stack(columns, axis=1).tolist()]

    def simulate(self, unit: Floats, numbers: NDArray[np.int64]) -> Floats:
        """Statistics of points of the unit cube. (P, T)."""
        return self.simulator.statistics(self.values(unit), numbers)

    def distance(self, statistics: Floats) -> Floats:
        """Distances from the targets. (P,)."""
        return distances(self.targets, statistics)

    # the first wave

    def first_wave(self, told: Told) -> tuple[Floats, Floats]:
        """Points over the whole ranges with their statistics; what was simulated before is read."""
        count = self.settings.history.points
        unit = qmc.LatinHypercube(len(self.paths), rng=np.random.default_rng(self.seed)).random(count)
        found = []
        for first in range(0, count, BATCH):
            rows = np.arange(first, min(first + BATCH, count))
            path = self.folder / "wave" / f"{first:06d}.npy"
            if path.exists():
                found.append(_read(path))
            else:
                found.append(self.simulate(unit[rows], rows))
                write_whole(path, _bytes(found[-1]))
            told("history matching", int(rows[-1]) + 1, count, {})
        return unit, np.concatenate(found)

    def plausible(self, statistics: Floats) -> NDArray[np.bool_]:
        """Points of which at most `allowed` targets are off by more than `implausible` scales. (P,)."""
        rule = self.settings.history
        return np.asarray((discrepancies(self.targets, statistics) > rule.implausible).sum(axis=1) <= rule.allowed)

    # populations on disk

    def _path(self, generation: int) -> Path:
        return self.folder / "generations" / f"{generation:03d}.npz"

    def keep(self, population: Population) -> None:
        """Write a generation, whole."""
        out = io.BytesIO()
        about = np.array([getattr(population, name) for name in POPULATION])
        np.savez(out, unit=population.unit, statistics=population.statistics, distance=population.distance,
                 founder=population.founder, about=about)  # fmt: skip
        write_whole(self._path(population.generation), out.getvalue())

    def kept(self) -> list[Population]:
        """Generations that are there, in order, up to the first gap."""
        found: list[Population] = []
        while self._path(len(found)).exists():
            path = self._path(len(found))
            try:
                with np.load(path) as held:
                    about = dict(zip(POPULATION, held["about"].tolist(), strict=True))
                    whole = {name: int(about[name]) for name in ("generation", "simulated")}
                    arrays = (held[name] for name in ("unit", "statistics", "distance", "founder"))
                    found.append(Population(*arrays, **{**about, **whole}))
            except (OSError, ValueError, KeyError) as error:
                raise InputError(str(path), "", f"cannot be read ({error})", "delete it: the command makes it again") from error
        return found

    def run(self, told: Told = lambda *_: None) -> Calibrated:
        """Run it, or what is left of it.

        Raises
        ------
        InputError
            The folder cannot be written, a file in it is damaged, or nothing is plausible.
        """
        write_whole(self.folder / "calibration.json", json.dumps(self.content(), indent=1, default=str).encode())
        unit, statistics = self.first_wave(told)
        plausible = self.plausible(statistics)
        if plausible.sum() < 2:
            raise InputError(
                "history", "implausible", f"plausible: {plausible.sum()} of {plural(len(unit), 'point')}", "a wider rule"
            )
        steps, kept = self.settings.monte_carlo, self.kept()
        if not kept:
            off = self.distance(statistics)
            kept = [
                first_population(unit[plausible], statistics[plausible], off[plausible], steps.particles, len(unit), self.seed)
            ]
            self.keep(kept[0])
        for population in generations(
            kept[-1], self.simulate, self.distance, keep=steps.keep, moves=steps.moves, seed=self.seed,
            most=steps.generations, least_acceptance=steps.least_acceptance,
        ):  # fmt: skip
            self.keep(population)
            kept.append(population)
            told("sequential Monte Carlo", population.generation, steps.generations, {
                "tolerance": population.tolerance, "acceptance": population.acceptance, "distinct": population.distinct,
                "founders": population.founders,
            })  # fmt: skip
        return self._finished(kept, unit[plausible], float(plausible.mean()))

    def _finished(self, kept: list[Population], left: Floats, share: float) -> Calibrated:
        last = kept[-1]
        rows = [{name: getattr(p, name) for name in (*POPULATION, "distinct", "founders")} for p in kept]
        spans = {
            path: (float(span.ppf(left[:, d].min())), float(span.ppf(left[:, d].max())))
            for d, (path, span) in enumerate(zip(self.paths, self.ranges, strict=True))
        }
        values = pd.DataFrame([{path: row[path] for path in self.paths} for row in self.values(last.unit)])
        names = [t.name for t in self.targets]
        return Calibrated(values, pd.DataFrame(last.statistics, columns=names), last.distance, pd.DataFrame(rows), spans, share)

    def off(self, vector: Mapping[str, float], runs: int = 24) -> float:
        """Mean distance of a parameter vector from the targets, over fresh evaluations."""
        numbers = FRESH + np.arange(runs)
        return float(self.distance(self.simulator.statistics([{**self.fixed, **vector}] * runs, numbers)).mean())

    # the predictive check

    def check(self, posterior: pd.DataFrame, targets: Sequence[Target], told: Told = lambda *_: None) -> pd.DataFrame:
        """Statistics of fresh runs of some of the particles, for targets that were fitted and others.

        Returns
        -------
        DataFrame (points, T)
        """
        points = min(self.settings.check_points, len(posterior))
        rows = np.linspace(0, len(posterior) - 1, points).round().astype(int)
        named = self.settings.worlds.named.model_copy(update={"replicates": self.settings.check_replicates})
        settings = self.settings.model_copy(update={"worlds": self.settings.worlds.model_copy(update={"named": named})})
        simulator = Simulator(settings, targets, self.seed + 1)
        vectors = [{**self.fixed, **{str(k): float(v) for k, v in posterior.iloc[row].items()}} for row in rows]
        parts = []
        for first in range(0, points, 20):
            numbers = np.arange(first, min(first + 20, points))
            parts.append(simulator.statistics(vectors[first : first + 20], numbers))
            told("predictive check", int(numbers[-1]) + 1, points, {})
        return pd.DataFrame(np.concatenate(parts), columns=[t.name for t in targets])


def statistics_digest() -> str:
    """Digest of the code by which runs become distances: a calibration is never resumed under another."""
    from . import abc, coder, named_patterns, patterns, simulator, targets

    parts = [Path(str(module.__file__)).read_bytes() for module in (abc, coder, named_patterns, patterns, simulator, targets)]
    return hashlib.sha256(b"".join(parts)).hexdigest()[:12]


def _bytes(array: Floats) -> bytes:
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def _read(path: Path) -> Floats:
    try:
        return np.asarray(np.load(path))
    except (OSError, ValueError) as error:
        raise InputError(str(path), "", f"cannot be read ({error})", "delete it: the command makes it again") from error
