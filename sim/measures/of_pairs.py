"""Measures of an alliance: each takes the record of K pairs over N runs, `Alliances`, and gives a number a run and pair.

Of a pair that a comparison follows by month, the function that `monthly` declares takes `Watched` and gives a number a run.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.outcomes import ABSENT, NEVER, Outcomes
from ..engine.traces import Trajectories
from ..world.names import Level, Stance
from ..world.tables import Table
from ..world.world import World
from .alliances import ENDS, FATES, Yearly, dyads_of, fates, yearly_of_dyads
from .measure import CATALOGUE, LEVELS, STANCES, Declared, measure
from .of_runs import Runs
from .pairs import Pair, allied_at_start


@dataclass(frozen=True)
class Alliances:
    """What is recorded of M alliances, of one pair or of many.

    Attributes
    ----------
    spell : (M,) outcomes.SPELL
        With the alliances of the start, as `alliances.pairs_of` gives them.
    yearly : Yearly
        (M,) each.
    stance : (M,) int8, masked
        The more distant official stance of the two at the end; what was last said, also by a side that is gone.
    """

    spell: Table
    yearly: Yearly
    stance: Any

    @classmethod
    def of_focal(cls, runs: Runs) -> Alliances:
        """The focal alliance of each run. (N,)."""
        return cls(runs.pairs[:, 0], runs.yearly.of(0), stances(runs.outcomes)[:, 0])

    @classmethod
    def of_pairs(cls, runs: Runs) -> Alliances:
        """Every pair of organisations of each run. (N x Q,)."""
        return cls(runs.pairs.reshape(-1), runs.yearly.flat(), stances(runs.outcomes).reshape(-1))

    @classmethod
    def of_dyads(cls, world: World, outcomes: Outcomes) -> Alliances:
        """Every dyad of named factions, which have no stance of their own. (N x K,)."""
        spell = dyads_of(world, outcomes)
        spell["now"] = spell["low"] = outcomes.dyad_year[:, -1]  # the engine writes these of organisations alone
        spell = spell.reshape(-1)
        return cls(spell, yearly_of_dyads(outcomes).flat(), np.ma.masked_all(len(spell), dtype=np.int8))

    @property
    def formed(self) -> NDArray[np.bool_]:
        """Whether it ever was an alliance."""
        return np.asarray(self.spell["formed"] != NEVER)


def stances(outcomes: Outcomes) -> NDArray[np.int8]:
    """The more distant official stance of each pair of organisations at the end. (N, Q)."""
    year = outcomes.year[:, -1]
    return np.asarray(np.maximum(year["stance_ab"], year["stance_ba"]))


@dataclass(frozen=True)
class Watched:
    """N runs of one pair, month by month.

    Attributes
    ----------
    pair : Pair
    started : bool
        Whether it is an alliance in the initial world.
    kept : Trajectories
    """

    pair: Pair
    started: bool
    kept: Trajectories

    @classmethod
    def of(cls, runs: Runs, pair: Pair) -> Watched:
        """The months of a pair; the runs must have kept them."""
        assert runs.trajectories is not None
        return cls(pair, allied_at_start(runs.world, pair), runs.trajectories)

    @cached_property
    def level(self) -> NDArray[np.int8]:
        """Level of each of its dyads. (N, T, K)."""
        return self.kept.level[:, :, self.pair.dyads]

    @cached_property
    def allied(self) -> NDArray[np.bool_]:
        """Material level or above. (N, T)."""
        return np.asarray(self.level.max(axis=2) >= Level.MATERIAL)

    @cached_property
    def ever(self) -> NDArray[np.bool_]:
        """Whether it ever was an alliance; one of the start may end within the first month. (N,)."""
        return np.asarray(self.allied.any(axis=1) | self.started)

    @cached_property
    def broken(self) -> NDArray[np.bool_]:
        """It was an alliance, is none in the last month, and both sides are there. (N,)."""
        there = [(self.kept.fighters[:, -1, side] > 0).any(axis=1) for side in self.pair.sides]
        return np.asarray(self.ever & ~self.allied[:, -1] & np.all(there, axis=0))

    def distant(self, least: Stance) -> NDArray[np.bool_]:
        """A side keeps at least so much official distance, by month. (N, T)."""
        return np.asarray(self.kept.stance[:, :, list(self.pair.relations)].max(axis=2) >= least)


def _level(levels: Any) -> Any:
    return np.ma.masked_equal(levels, ABSENT)


def _month(months: Any) -> Any:
    return np.ma.masked_equal(months, NEVER)


@measure("pair", "word", "what became of it", labels=dict(enumerate(FATES)))
def fate(a: Alliances) -> Any:
    """What became of the alliance by the end of the run."""
    return fates(a.spell)


@measure("pair", "flag", "alive", unit="true or false", digits=1, headline=True)
def alive(a: Alliances) -> Any:
    """At material level or above at the end."""
    return a.spell["now"] >= Level.MATERIAL


@measure("pair", "flag", "broken at the horizon", by_month=True, short="broken", digits=1, headline=True, forest=True)
def broken(w: Watched) -> Any:
    """It was an alliance (material level or above), is none in the last month, and both sides are there."""
    return w.broken


@measure("pair", "code", "level", labels=LEVELS)
def level(a: Alliances) -> Any:
    """Deepest level of the two at the end; null if a side is not there."""
    return _level(a.spell["now"])


@measure("pair", "code", "lowest level", labels=LEVELS)
def lowest(a: Alliances) -> Any:
    """Lowest level of the two at the end; null if a side is not there."""
    return _level(a.spell["low"])


@measure("pair", "code", "official stance", labels=STANCES)
def stance(a: Alliances) -> Any:
    """More distant official stance at the end: what was last said, also by a side that is gone; null for factions."""
    return a.stance


@measure("pair", "code", "deepest level", labels=LEVELS)
def deepest(a: Alliances) -> Any:
    """Deepest level in the run; null if a side was never there."""
    return _level(a.spell["deepest"])


@measure("pair", "amount", "months allied", short="months allied", unit="months", forest=True)
def months_allied(a: Alliances) -> Any:
    """Months at material level or above."""
    return a.spell["allied"]


@months_allied.monthly
def _(w: Watched) -> Any:
    return w.allied.sum(axis=1)


@measure("pair", "amount", "months allied at a distance", unit="months")
def months_gap(a: Alliances) -> Any:
    """Months allied while a side keeps official distance."""
    return a.spell["gap"]


@measure("pair", "amount", "months hostile", unit="months")
def months_hostile(a: Alliances) -> Any:
    """Months in which factions of the two stand below level 0."""
    return a.spell["hostile"]


@measure("pair", "flag", "ever allied", unit="true or false", digits=1)
def ever_allied(a: Alliances) -> Any:
    """An alliance in some month, or in place before the first."""
    return a.formed


@measure("pair", "month", "first allied", unit="month from the start", asks="ever_allied")
def first_allied(a: Alliances) -> Any:
    """First month allied, 0 also if in place before; null if never."""
    return _month(a.spell["formed"])


@measure("pair", "month", "first broken", unit="month from the start", asks="never_broken")
def first_broken(a: Alliances) -> Any:
    """First month no longer allied, though it may form again; null if never; `ended` says how."""
    return _month(a.spell["broken"])


@measure("pair", "flag", "never broken", short="never broken", unit="true or false", digits=1, headline=True)
def never_broken(a: Alliances) -> Any:
    """Allied in every month from the first so (the start, if in place before) to the last; null if never allied."""
    return np.ma.array(a.spell["broken"] == NEVER, mask=~a.formed)


@never_broken.monthly
def _(w: Watched) -> Any:
    formed = 0 if w.started else w.allied.argmax(axis=1)
    return np.where(w.ever, w.allied.sum(axis=1) == w.allied.shape[1] - formed, np.nan)


@measure("pair", "month", "first fought", unit="month from the start", asks="ever_fought")
def first_fought(a: Alliances) -> Any:
    """Month of the first armed conflict; null if never."""
    return _month(a.spell["fought"])


@measure("pair", "flag", "ever fought", short="ever fought", unit="true or false", digits=1, headline=True)
def ever_fought(a: Alliances) -> Any:
    """Some of their factions in armed conflict in some month."""
    return a.spell["fought"] != NEVER


@ever_fought.monthly
def _(w: Watched) -> Any:
    return (w.level == Level.ARMED_CONFLICT).any(axis=(1, 2))


@measure("pair", "amount", "years of fighting", unit="years")
def fight_years(a: Alliances) -> Any:
    """Year ends in armed conflict; a fight between two year ends is in none."""
    return a.yearly.fight_years


@measure("pair", "amount", "fights", unit="count")
def fight_spells(a: Alliances) -> Any:
    """Fights of one or more such years on end; 2 or more: it came back."""
    return a.yearly.fight_spells


@measure("pair", "amount", "mean depth", unit="level", headline=True)
def mean_depth(a: Alliances) -> Any:
    """Mean level over year ends of the ties of their factions, 0..4, hostility as 0; null if none had both sides."""
    return a.yearly.mean_depth


@measure("pair", "word", "how it first ended", labels=dict(enumerate(ENDS)))
def ended(a: Alliances) -> Any:
    """How it first ended; null if it has not."""
    return np.ma.masked_equal(a.spell["ended"], 0)


@measure("pair", "flag", "turned hostile", by_month=True, short="hostile", digits=1)
def hostile(w: Watched) -> Any:
    """Broken, and some of their factions are rivals or fight in the last month."""
    return w.broken & (w.level[:, -1].min(axis=1) < 0)


@measure("pair", "flag", "renounced only in words", by_month=True, short="words only", digits=1, forest=True)
def official_end(w: Watched) -> Any:
    """An alliance in the last month that a side has renounced."""
    if max(w.pair.relations) >= w.kept.stance.shape[2]:  # of one organisation
        return np.zeros(len(w.allied), dtype=bool)
    return w.allied[:, -1] & (w.kept.stance[:, -1, list(w.pair.relations)].max(axis=1) >= Stance.RENOUNCE)


OF_PAIRS: Declared = CATALOGUE["pair"]
