"""Wedges against their baseline on the same keys: arms, the proof of the ground, effects under every reading."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...engine.ensemble import run_ensemble
from ...errors import InputError
from ...measures.pairs import Pair
from ...runs.draws import draw_numbers, over_draws, said_of_draws, stacked
from ...world.instruments import WedgeConf, with_wedge
from ...world.packages import first_month, package, put_off
from ...world.tables import Table, differing
from ...world.world import World
from .effects import course, effects, months_to_break, months_to_effect
from .watched import Seen, run_seen

PROVEN_ON = 32
"""Replicates whose whole state is compared, month by month, before anything is reported."""
Told = Callable[[int], None]


@dataclass(frozen=True)
class Arm:
    """A wedge and the world under it. start: month in which its first instrument acts."""

    wedge: WedgeConf
    world: World
    start: int

    @property
    def name(self) -> str:
        """Name of the wedge."""
        return self.wedge.name


def arm_of(base: World, wedge: WedgeConf) -> Arm:
    """The world under a wedge.

    Raises
    ------
    InputError
        The wedge does not fit the scenario.
    """
    return Arm(wedge, with_wedge(base, wedge), first_month(wedge, base.calendar))


def arms_of(base: World, wedges: Sequence[WedgeConf]) -> list[Arm]:
    """An arm a wedge.

    Raises
    ------
    InputError
        A wedge does not fit, two have one name, one is called none, or none does anything.
    """
    arms = [arm_of(base, wedge) for wedge in wedges if wedge.instruments()]
    names = [arm.name for arm in arms]
    for name in names:
        if name == "none":
            raise InputError("wedge", "name", "'none' is the baseline", "another name for a wedge with instruments")
        if names.count(name) > 1:
            raise InputError("wedge", name, "is there twice", "each wedge once")
    if not arms:
        raise InputError("wedge", "", "there is nothing to compare with the baseline", "at least one wedge besides none")
    return arms


@dataclass(frozen=True)
class Ground:
    """What holds before anything is compared.

    Attributes
    ----------
    null_identical : bool
        The null wedge gives the baseline, bit for bit, in every month.
    months : dict
        Wedge -> months before its start that were compared and are the same, bit for bit; of a wedge that starts in the
        first month, the months before one put off to the middle of the run.
    put_off : set
        Wedges that were put off for the proof.
    differing : dict
        Wedge -> share of runs that differ from the baseline in any bit once it acts.
    broken : list of str
        What does not hold. Nothing may be reported then.
    """

    null_identical: bool
    months: dict[str, int] = field(default_factory=dict)
    put_off: set[str] = field(default_factory=set)
    differing: dict[str, float] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)


def within(wedge: WedgeConf, base: World) -> WedgeConf:
    """The wedge without the parts that start after the horizon."""
    calendar = base.calendar
    kept = [use for use in wedge.instruments() if use[1].start is None or calendar.index(use[1].start) < calendar.months]
    return package(wedge, kept)


def proven(base: World, arms: Sequence[Arm], vector: Table, seed: int, replicates: int = PROVEN_ON) -> Ground:
    """Run some replicates with their whole state and compare them bit for bit: null wedge, and months before the start."""
    before = run_ensemble(base, vector, replicates, seed, trace=True)
    null = run_ensemble(with_wedge(base, WedgeConf(name="none", title="No wedge")), vector, replicates, seed, trace=True)
    assert before.trace is not None
    assert null.trace is not None
    wrong = differing(before.trace, null.trace) + differing(before.outcomes, null.outcomes)
    ground = Ground(not wrong, broken=[f"null wedge: {name}" for name in wrong])
    for arm in arms:
        tried, middle = arm, base.calendar.months // 2
        if arm.start == 0 and middle > 0:
            tried = arm_of(base, within(put_off(arm.wedge, base.calendar, base.calendar.date(middle)), base))
            ground.put_off.add(arm.name)
        under = run_ensemble(tried.world, vector, replicates, seed, trace=True)
        assert under.trace is not None
        cut = [[np.ascontiguousarray(part[:, : tried.start]) for part in trace] for trace in (before.trace, under.trace)]
        wrong = differing(*cut)
        ground.broken.extend(f"{arm.name}, months before its start: table {name}" for name in wrong)
        ground.months[arm.name] = tried.start
        apart = np.zeros(replicates, dtype=bool)
        for left, right in zip(before.trace, under.trace, strict=True):
            apart |= [a.tobytes() != b.tobytes() for a, b in zip(left, right, strict=True)]
        ground.differing[arm.name] = float(apart.mean())
    return ground


@dataclass(frozen=True)
class Setting:
    """What all arms of a comparison share.

    Attributes
    ----------
    base : World
        Without a wedge.
    readings : dict
        Thesis -> all parameters, by dotted path; the headline first.
    pairs : list of Pair
        Watched, the focal one first.
    draws : dict
        Thesis -> what draws of the posterior say of the parameters that it leaves to them (N, D); a thesis without has its
        one vector. Every arm meets the same draws under the same keys.
    """

    base: World
    readings: Mapping[str, Mapping[str, float]]
    pairs: Sequence[Pair]
    replicates: int
    seed: int
    threads: int | None = None
    draws: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def headline(self) -> str:
        """The thesis that the main table is about."""
        return next(iter(self.readings))

    @property
    def focus(self) -> Pair:
        """The pair whose alliance is asked about."""
        return self.pairs[0]

    @property
    def others(self) -> Sequence[Pair]:
        """The pairs that are watched beside it."""
        return self.pairs[1:]

    def table(self) -> Table:
        """Parameter vectors of the readings. (theses,), or (theses, N) of N draws."""
        return stacked([self.table_of(thesis) for thesis in self.readings])

    def table_of(self, thesis: str) -> Table:
        """Parameter vectors of one reading. (1,), or (1, N) of N draws."""
        return over_draws(self.readings[thesis], self.draws.get(thesis))

    @property
    def draw(self) -> NDArray[np.int64] | None:
        """Draw of each replicate. (R,); None without draws."""
        return draw_numbers(np.arange(self.replicates, dtype=np.int64), max(map(len, self.draws.values()), default=0))

    @property
    def over(self) -> str:
        """Words for a heading: over how many draws of the posterior; empty without."""
        return said_of_draws(max(map(len, self.draws.values()), default=0), self.replicates)

    def runs(self, world: World) -> Seen:
        """Runs of a world under every reading, in their order."""
        return run_seen(world, self.table(), self.replicates, self.seed, self.pairs, self.threads)

    def of(self, seen: Seen, thesis: str) -> Seen:
        """The runs under one reading."""
        k = list(self.readings).index(thesis)
        return seen.part(k * self.replicates, (k + 1) * self.replicates)


@dataclass(frozen=True)
class Compared:
    """A finished comparison.

    Attributes
    ----------
    effects : DataFrame
        A row a wedge, thesis, subject and measure: `effects.Effect`.
    course : DataFrame
        A row a wedge, thesis and month: `effects.course`.
    timing : DataFrame
        A row a wedge and thesis: start, months_to_effect (NaN: none that stays), months_to_break (median).
    focal : dict
        Wedge, or none for the baseline -> (theses, R) whether the focal alliance is broken at the horizon.
    seconds : float
        Spent in runs and their reduction.
    """

    setting: Setting
    arms: list[Arm]
    ground: Ground
    effects: pd.DataFrame
    course: pd.DataFrame
    timing: pd.DataFrame
    focal: dict[str, np.ndarray]
    seconds: float

    def of(self, thesis: str) -> pd.DataFrame:
        """Effects under a thesis."""
        return self.effects[self.effects["thesis"] == thesis]

    def focus(self, measure: str = "broken") -> pd.DataFrame:
        """Effects on the pair in focus under the headline thesis; index: wedge."""
        table = self.of(self.setting.headline)
        mine = (table["subject"] == self.setting.focus.name) & (table["measure"] == measure)
        return table[mine].set_index("wedge")

    def order(self) -> list[str]:
        """Wedges by their effect on the pair in focus under the headline thesis, the greatest first."""
        return [str(n) for n in self.focus()["difference"].sort_values(ascending=False, kind="stable").index]


def compare(setting: Setting, arms: Sequence[Arm], told: Told = lambda _: None) -> Compared:
    """Run the baseline and every arm under every reading on the same keys.

    Raises
    ------
    InputError
        The ground does not hold: a bit differs where none may. Nothing is reported then.
    """
    vector = setting.table()[:1]
    ground = proven(setting.base, arms, vector, setting.seed)
    if ground.broken:
        raise InputError("comparison", "ground", "; ".join(ground.broken), "identical bits: this is a fault of the program")
    shape = (len(setting.readings), setting.replicates)
    started = time.perf_counter()
    baseline = setting.runs(setting.base)
    told(1)
    focal = {"none": baseline.focal("broken").reshape(shape)}
    rows, courses, timing = [], [], []
    for n, arm in enumerate(arms, start=2):
        under = setting.runs(arm.world)
        focal[arm.name] = under.focal("broken").reshape(shape)
        for thesis in setting.readings:
            x, y = setting.of(baseline, thesis), setting.of(under, thesis)
            about = {"wedge": arm.name, "thesis": thesis}
            rows.append(effects(x, y).assign(**about))
            monthly = course(x, y)
            courses.append(monthly.assign(**about))
            months = months_to_effect(monthly, arm.start)
            timing.append({
                **about, "start": arm.start, "months_to_effect": float("nan") if months is None else float(months),
                "months_to_break": months_to_break(x, y, arm.start),
            })  # fmt: skip
        told(n)
    return Compared(
        setting, list(arms), ground, _first(pd.concat(rows, ignore_index=True)), _first(pd.concat(courses, ignore_index=True)),
        pd.DataFrame(timing), focal, time.perf_counter() - started,
    )  # fmt: skip


def _first(table: pd.DataFrame) -> pd.DataFrame:
    """The table with wedge and thesis in front."""
    return table[["wedge", "thesis", *(c for c in table.columns if c not in ("wedge", "thesis"))]]
