"""The scorecard: what the model must show, measured on fresh seeds, row by row (seeds/scorecard.yaml)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import pairwise
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ..engine.ensemble import Ensemble, run_chunk, run_ensemble
from ..errors import InputError, unknown
from ..paths import SEEDS, read_yaml
from ..plural import plural
from ..strict import FROM_LIST
from ..world.loading import load_world
from ..world.parameters import parameter_table
from ..world.schema import Strict, validated
from ..world.world import World
from .assertions import Finding, Laboratory, Verdict, checked, read_assertions
from .conditioned import PointsOf
from .intervals import Z
from .named_patterns import NAMED, NamedSeen, named_statistic, sides_of, slice_of
from .patterns import GLOBAL
from .rolling import ROLLING_ROWS, Rolling, rolling
from .settings import read_settings
from .simulator import drawn_worlds
from .targets import DRAWN, Target, read_targets

SCORECARD = SEEDS / "scorecard.yaml"
BATCHES = 10
"""Parts of the runs of a named world between which a statistic varies: its standard error."""
TALKS = "talks_2018"
PARTIES = ("taliban", "al_qaeda")
CLEAR, LARGE = 0.02, 0.1
"""Rungs from which on a change of mean depth is told, and is large."""
WEDGES = (
    "kinetic_pressure", "target_leaders", "interdict_finance", "deny_sanctuary", "isolate", "offer_verified",
    "public_repudiation", "halt_joint_operations", "dialogue", "induce_haqqani", "press_patron", "expose_ties", "sow_distrust",
    "reduce_ungoverned_space", "withdraw",
)  # fmt: skip
"""One wedge an instrument."""

Band = Annotated[tuple[float | None, float | None], FROM_LIST]


class Row(Strict):
    """One row: a target of `targets.yaml`, a statistic of a scenario's runs, or one of `Measured`."""

    name: str
    title: str
    target: str | None = None
    scenario: str | None = None
    statistic: str | None = None
    arguments: dict[str, Any] = Field(default_factory=dict)
    observed: str = ""
    must: Band = (None, None)
    ambition: Band = (None, None)
    fitted: bool

    @model_validator(mode="after")
    def _fits(self) -> Row:
        if (self.target is None) == (self.statistic is None):
            raise ValueError("a row has a target or a statistic")
        return self


@dataclass(frozen=True)
class Score:
    """A row, its value, the standard error (NaN for a count), and whether it lies in the band; None without one."""

    row: Row
    value: float
    se: float

    @property
    def met(self) -> bool | None:
        """Whether the value lies within what it must."""
        return None if self.row.must == (None, None) else within(self.row.must, self.value)

    @property
    def better(self) -> bool | None:
        """Whether it lies within the ambition."""
        return None if self.row.ambition == (None, None) else within(self.row.ambition, self.value)


def within(band: Band, value: float) -> bool:
    """Whether a value lies in a band with open ends; NaN lies in none."""
    low, high = band
    return bool(not math.isnan(value) and (low is None or value >= low) and (high is None or value <= high))


def read_scorecard() -> list[Row]:
    """The rows.

    Raises
    ------
    InputError
        Names the row, the field, the value and what is allowed.
    """
    rows = [validated(Row, row, f"{SCORECARD.name}, row {n}") for n, row in enumerate(read_yaml(SCORECARD), start=1)]
    targets = {t.name for t in read_targets()}
    for row in rows:
        if row.target is not None and row.target not in targets:
            raise unknown(SCORECARD.name, f"{row.name}.target", row.target, targets)
        known: Mapping[str, Any] = COUNTS if row.scenario is None else GLOBAL if row.scenario == DRAWN else NAMED
        if row.statistic is not None and row.statistic not in known:
            raise unknown(SCORECARD.name, f"{row.name}.statistic", row.statistic, known)
    return rows


def _finite(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(x[np.isfinite(x)])


def _standard_error(x: NDArray[np.float64]) -> float:
    """Standard error of a mean; NaN of fewer than two values."""
    return float(x.std(ddof=1) / math.sqrt(len(x))) if len(x) > 1 else math.nan


class Measured:
    """Everything the rows are read off, each run once.

    Parameters
    ----------
    values : mapping
        Dotted path -> value of the parameters that differ from the defaults.
    replicates : int
        Runs of each named world; a tenth of it, but at least eight, of drawn worlds.
    seed : int
        Master seed; one that nobody has looked at while choosing values.
    told : callable
        Called with what is being done.
    """

    def __init__(
        self, values: Mapping[str, float], replicates: int, seed: int, told: Callable[[str], None] = lambda _: None
    ) -> None:
        if replicates < BATCHES:
            raise InputError("replicates", "", f"{replicates} are too few for a standard error", f"{BATCHES} or more")
        self.values, self.replicates, self.seed, self.told = dict(values), replicates, seed, told
        self.targets = {t.name: t for t in read_targets() if t.calibrated}
        self.points_of: PointsOf = lambda _: [self.values]
        self._named: dict[str, NamedSeen] = {}

    def runs(self, scenario: str) -> NamedSeen:
        """Runs of a scenario, and their events."""
        if scenario not in self._named:
            self.told(f"{scenario}, {plural(self.replicates, 'run')}")
            self._named[scenario] = self.under(load_world(scenario)[0])
        return self._named[scenario]

    def under(self, world: World) -> NamedSeen:
        """Runs of a world on the same keys."""
        return self.seen(world, run_ensemble(world, self.values, self.replicates, self.seed, events=True))

    @staticmethod
    def seen(world: World, out: Ensemble) -> NamedSeen:
        """Runs of a world as statistics read them."""
        assert out.events is not None
        assert out.run is not None
        return NamedSeen(world, out.outcomes, out.events, out.run, sides_of(world))

    @cached_property
    def drawn(self) -> dict[str, NDArray[np.float64]]:
        """Every statistic of drawn worlds, run by run."""
        worlds = drawn_worlds(read_settings("full"))
        runs = max(8, self.replicates // 10)
        table = parameter_table([self.values])
        found: dict[str, list[float]] = {name: [] for name in GLOBAL if name != "clustering_ratio"}
        for k, world in enumerate(worlds):
            self.told(f"drawn world {k + 1} of {len(worlds)}")
            numbers = np.arange(k, runs, len(worlds))
            part = run_chunk(world.world, table, np.zeros(len(numbers), dtype=np.int64), numbers, self.seed)
            for n, number in enumerate(numbers):
                seen = world.seen(part, n, int(number))
                for name, values in found.items():
                    values.append(GLOBAL[name](seen))
        return {name: np.array(values) for name, values in found.items()}

    def named(self, scenario: str, statistic: str, arguments: Mapping[str, Any]) -> tuple[float, float]:
        """A statistic of a scenario's runs, and its standard error over batches of them."""
        seen = self.runs(scenario)
        edges = np.linspace(0, seen.runs, BATCHES + 1).astype(int)
        parts = [named_statistic(statistic, slice_of(seen, a, b - a), dict(arguments)) for a, b in pairwise(edges.tolist())]
        return named_statistic(statistic, seen, dict(arguments)), _standard_error(_finite(np.array(parts)))

    def target(self, target: Target) -> tuple[float, float]:
        """The statistic of a target, and its standard error."""
        if target.scenario != DRAWN:
            return self.named(target.scenario, target.statistic, target.arguments)
        x = _finite(self.drawn[target.statistic])
        return target.mean(x), _standard_error(x)

    @cached_property
    def met(self) -> list[str]:
        """Targets whose statistic lies in their band."""
        return [name for name, target in self.targets.items() if target.met(self.target(target)[0])]

    def depth(self, seen: NamedSeen, parties: tuple[str, str] = PARTIES) -> NDArray[np.float64]:
        """Mean level of the ties between two parties in the last month, run by run; hostility counts as none. (N,)."""
        level = seen.outcomes.dyad_year[:, -1, seen.between(*parties)].astype(np.float64)
        return np.asarray(np.maximum(level, 0.0).mean(axis=1))

    def change(self, world: World) -> tuple[float, float]:
        """Change of mean depth in another world than `talks_2018`, run by run on the same keys, and its standard error."""
        off = self.depth(self.under(world)) - self.depth(self.runs(TALKS))
        return float(off.mean()), _standard_error(off)

    @cached_property
    def effects(self) -> dict[str, tuple[float, float]]:
        """Change of mean depth under one wedge of each instrument."""
        found = {}
        for name in WEDGES:
            self.told(f"{TALKS} under {name}")
            found[name] = self.change(load_world(TALKS, wedge=name)[0])
        return found

    @cached_property
    def findings(self) -> list[Finding]:
        """What came of each assertion."""
        wanted = read_assertions()
        laboratory = Laboratory(
            max(100, self.replicates * 2 // 5), self.seed, [f"parameters.{k}={v}" for k, v in self.values.items()]
        )
        return checked(wanted, laboratory, lambda n, title: self.told(f"assertion {n} of {len(wanted)}"))

    @cached_property
    def rolling(self) -> Rolling:
        """Questions by rule, forecast from `points_of` each year (the values alone by default) and by baselines."""
        return rolling(self.points_of, self.replicates, self.seed, said=lambda year: self.told(f"questions at the end of {year}"))

    def verdicts(self, verdict: Verdict) -> list[Finding]:
        """Assertions with this verdict."""
        return [f for f in self.findings if f.verdict == verdict]


def clear_wedges(effects: Mapping[str, tuple[float, float]], least: float = CLEAR) -> list[str]:
    """Wedges that move the mean depth by so many rungs, and beyond their error."""
    return [name for name, (mean, se) in effects.items() if abs(mean) >= least and abs(mean) > Z * se]


def _needs_tenth(m: Measured) -> tuple[float, float]:
    world = load_world(TALKS)[0]
    need = world.initial.need.copy()
    need[world.members(PARTIES[0])] *= 0.1
    return m.change(replace(world, initial=world.initial._replace(need=need)))


def _of_rolling(name: str, m: Measured) -> tuple[float, float]:
    return ROLLING_ROWS[name](m.rolling)


COUNTS: dict[str, Callable[[Measured], tuple[float, float]]] = {
    "needs_tenth": _needs_tenth,
    "instruments_clear": lambda m: (float(len(clear_wedges(m.effects))), math.nan),
    "instruments_large": lambda m: (float(len(clear_wedges(m.effects, LARGE))), math.nan),
    "targets_met": lambda m: (float(len(m.met)), math.nan),
    "assertions_reproduced": lambda m: (float(len(m.verdicts("reproduced"))), math.nan),
    "assertions_contradicted": lambda m: (float(len(m.verdicts("contradicted"))), math.nan),
    "assertions_unexplained": lambda m: (float(sum(not f.assertion.disagrees for f in m.verdicts("contradicted"))), math.nan),
    **{name: partial(_of_rolling, name) for name in ROLLING_ROWS},
}
"""Rows that are no statistic of one scenario's runs."""


def score(row: Row, measured: Measured) -> Score:
    """The value of a row."""
    if row.target is not None:
        return Score(row, *measured.target(measured.targets[row.target]))
    assert row.statistic is not None
    if row.scenario is None:
        return Score(row, *COUNTS[row.statistic](measured))
    if row.scenario == DRAWN:
        x = _finite(measured.drawn[row.statistic])
        return Score(row, float(x.mean()), _standard_error(x))
    return Score(row, *measured.named(row.scenario, row.statistic, row.arguments))
