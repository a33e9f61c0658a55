"""Calibration: two rounds of histories and a regression on their summaries; resumable, the same for a seed.

A folder holds a calibration. Every batch of candidates is written whole before the next begins, so the same command goes on
where it was stopped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..errors import InputError, unknown
from ..evidence.digest import evidence_digest
from ..evidence.ledger import ledger
from ..paths import read_yaml
from ..rules.cache import source_digest
from ..runs.draws import evenly
from ..runs.shards import write_whole
from ..world.parameters import checked, default_values
from ..world.schema import validated
from ..world.tables import Floats
from .candidates import Candidates, Draw, Told, gathered
from .constraints import CONSTRAINTS, asked_but
from .histories import Histories, HistorySimulator, Simulate, Whole
from .normal_scores import latent, unit_of
from .settings import Settings
from .simulator import Simulator
from .summaries import Summary, catalogue
from .targets import Target
from .two_rounds import FRESH, PRIOR, SECOND, Fit, Points, fresh_draw, prior_draw, two_rounds

ROUND = 10_000_000
"""Numbers of candidates from one round to the next."""
STAGES = {PRIOR: "first round", SECOND: "second round", FRESH: "fresh points"}
CHECKED_AT_ONCE = 20
CENTRE_EDGE = 0.01
"""Central values at the edge of a range count as this far inside it, where the normal scale has an end."""
CONTENT = "calibration.json"


@dataclass(frozen=True)
class Calibrated:
    """A finished calibration.

    Attributes
    ----------
    posterior : DataFrame (N, D)
        Draws of equal weight, a column a dotted path.
    fit : Fit
    fresh : Points
        That had no part in the fit.
    """

    posterior: pd.DataFrame
    fit: Fit
    fresh: Points


class Calibration:
    """A calibration in its folder.

    Parameters
    ----------
    settings : Settings
    seed : int
    root : path
        Where its folder is made.
    fixed : mapping, optional
        Parameters that are not calibrated and not central: a thesis.
    """

    def __init__(self, settings: Settings, seed: int, root: str | Path, fixed: Mapping[str, float] | None = None) -> None:
        self.settings, self.seed = settings, seed
        self.fixed = dict(fixed or {})
        checked(self.fixed)
        self.summaries: tuple[Summary, ...] = catalogue()
        self.asked, self.held_out = asked_but(settings.held_out), _held_out(settings.held_out, self.summaries)
        self.paths = [path for path in settings.paths() if path not in self.fixed]
        self.ranges = [ledger().entry(path).range.frozen() for path in self.paths]
        middle = default_values()
        centre = np.array([span.cdf(middle[path]) for path, span in zip(self.paths, self.ranges, strict=True)])
        self.centre = latent(np.clip(centre, CENTRE_EDGE, 1.0 - CENTRE_EDGE))
        self.folder = Path(root) / f"calibration-{self.identity()}"

    @classmethod
    def of(cls, folder: str | Path) -> Calibration:
        """The calibration that is in a folder.

        Raises
        ------
        InputError
            It is none, or one of other summaries than those of today.
        """
        path, allowed = Path(folder) / CONTENT, "the folder of a finished alliances calibrate"
        if not path.is_file():
            raise InputError(str(folder), "", f"holds no {CONTENT}", allowed)
        about = read_yaml(path)
        if not isinstance(about, Mapping) or not {"settings", "seed", "fixed", "summaries"} <= set(about):
            raise InputError(str(path), "", "does not say settings, seed, fixed and summaries", allowed)
        settings = validated(Settings, about["settings"], str(path))
        found = cls(settings, int(about["seed"]), Path(folder).parent, about["fixed"])
        if about["summaries"] != found.content()["summaries"]:
            raise InputError(str(path), "summaries", "are others than those of this version", "a calibration by this version")
        found.folder = Path(folder)
        return found

    @cached_property
    def simulate(self) -> Simulate:
        """What simulates candidates."""
        return HistorySimulator(self.settings, self.seed)

    @property
    def observed(self) -> Floats:
        """What is fitted to, in the order of the summaries; NaN for what is held out, reported or observed by nobody. (S,)."""
        left = [s.observed is None or not s.fitted or s.name in self.held_out for s in self.summaries]
        return np.array([np.nan if out else s.observed for s, out in zip(self.summaries, left, strict=True)])

    def content(self) -> dict[str, Any]:
        """Everything that determines its numbers."""
        return {
            "settings": self.settings.model_dump(mode="json"),
            "summaries": [asdict(summary) for summary in self.summaries],
            "fixed": self.fixed,
            "seed": self.seed,
            "evidence": evidence_digest(),
            "code": source_digest(),
            "statistics": statistics_digest(),
        }

    def identity(self) -> str:
        """Digest of `content`."""
        return hashlib.sha256(json.dumps(self.content(), sort_keys=True, default=str).encode()).hexdigest()[:12]

    def values(self, unit: Floats) -> list[dict[str, float]]:
        """Parameter vectors of points of the unit cube.

        A narrower prior is normal about √(1 - width²) times the central values, on the scale on which the ledger's is standard
        normal: were these a draw of the ledger's prior, a point of the narrower one would be so too.
        """
        width = self.settings.width
        if width < 1.0:
            unit = unit_of(np.sqrt(1.0 - width**2) * self.centre + width * latent(unit))
        columns = [span.ppf(unit[:, d]) for d, span in enumerate(self.ranges)]
        return [{**self.fixed, **dict(zip(self.paths, row, strict=True))} for row in np.stack(columns, axis=1).tolist()]

    def table(self, unit: Floats) -> pd.DataFrame:
        """Calibrated parameters of points of the unit cube. (N, D)."""
        return pd.DataFrame([{path: row[path] for path in self.paths} for row in self.values(unit)], columns=self.paths)

    def round(self, number: int, draw: Draw, points: int, told: Told) -> Candidates:
        """Candidates of a round; what was simulated before is read."""

        def run(unit: Floats, numbers: Whole) -> Histories:
            return self.simulate(self.values(unit), numbers)

        folder, first = self.folder / f"round{number}", (number - 1) * ROUND
        return gathered(
            folder, draw, run, first, points=points, most=self.settings.most, stage=STAGES[number], asked=self.asked, told=told
        )  # fmt: skip

    def first(self, told: Told = lambda *_: None) -> Candidates:
        """Candidates of the prior."""
        draw = prior_draw(len(self.paths), self.settings.batch, self.seed)
        return self.round(PRIOR, draw, self.settings.points, told)

    def fit(self, told: Told = lambda *_: None) -> Fit:
        """Both rounds, or what is left of them, and the fit.

        Raises
        ------
        InputError
            The folder cannot be written, a file in it is damaged, or too few candidates keep the hard constraints.
        """
        if not (self.folder / CONTENT).is_file():  # of an older version, what is there says what it was made by
            write_whole(self.folder / CONTENT, json.dumps(self.content(), indent=1, default=str).encode())

        def gather(number: int, draw: Draw) -> Candidates:
            return self.round(number, draw, self.settings.points, told)

        return two_rounds(gather, len(self.paths), self.settings.batch, self.observed, self.settings.near, self.seed)

    def fresh(self, fit: Fit, told: Told = lambda *_: None) -> Points:
        """Points that had no part in the fit."""
        found = self.round(FRESH, fresh_draw(fit, self.settings.batch, self.seed), self.settings.fresh, told)
        return fit.fresh(found)

    def draws(self, fit: Fit) -> pd.DataFrame:
        """Draws of the posterior, of equal weight. (N, D)."""
        return self.table(fit.posterior.draws(self.settings.draws, self.seed))

    def run(self, told: Told = lambda *_: None) -> Calibrated:
        """Run it, or what is left of it; InputError as of `fit`."""
        fit = self.fit(told)
        return Calibrated(self.draws(fit), fit, self.fresh(fit, told))

    # the predictive check

    def _checked(self, posterior: pd.DataFrame) -> list[dict[str, float]]:
        return [{**self.fixed, **row} for row in evenly(posterior, self.settings.check_points)]

    def histories(self, posterior: pd.DataFrame, told: Told = lambda *_: None) -> Histories:
        """Fresh histories of some draws, whether or not they keep the constraints: one of each draw."""
        simulate, vectors = HistorySimulator(self.settings, self.seed + 1), self._checked(posterior)
        parts = []
        for numbers in _portions(len(vectors)):
            parts.append(simulate([vectors[n] for n in numbers], numbers, every=True))
            told("fresh histories", int(numbers[-1]) + 1, len(vectors), {})
        return Histories(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def check(self, posterior: pd.DataFrame, targets: Sequence[Target], told: Told = lambda *_: None) -> pd.DataFrame:
        """Statistics of targets in fresh runs of some draws. (points, T)."""
        simulator, vectors = Simulator(self.settings, targets, self.seed + 1), self._checked(posterior)
        parts = []
        for numbers in _portions(len(vectors)):
            parts.append(simulator.statistics([vectors[n] for n in numbers], numbers))
            told("targets", int(numbers[-1]) + 1, len(vectors), {})
        return pd.DataFrame(np.concatenate(parts), columns=[t.name for t in targets])


def _held_out(names: Sequence[str], summaries: Sequence[Summary]) -> set[str]:
    """Summaries that are held out; InputError for a name that is neither theirs nor a constraint's."""
    known, found = [s.name for s in summaries], set()
    for name in names:
        mine = [one for one in known if one == name or (name.endswith("*") and one.startswith(name[:-1]))]
        if not mine and name not in (c.name for c in CONSTRAINTS):
            raise unknown("calibrate", "held_out", name, [*(c.name for c in CONSTRAINTS), *known])
        found |= set(mine)
    return found


def _portions(count: int) -> list[Whole]:
    return [np.arange(first, min(first + CHECKED_AT_ONCE, count)) for first in range(0, count, CHECKED_AT_ONCE)]


def statistics_digest() -> str:
    """Digest of the code by which runs become points and points a proposal: a calibration is never resumed under another."""
    from . import (
        candidates,
        coder,
        constraints,
        histories,
        keys,
        named_patterns,
        normal_scores,
        panel,
        patterns,
        questions,
        regression,
        rounds,
        simulator,
        summaries,
        targets,
        two_rounds,
        ucdp,
    )

    modules = (
        candidates, coder, constraints, histories, keys, named_patterns, normal_scores, panel, patterns, questions, regression,
        rounds, simulator, summaries, targets, two_rounds, ucdp,
    )  # fmt: skip
    return hashlib.sha256(b"".join(Path(str(module.__file__)).read_bytes() for module in modules)).hexdigest()[:12]
