"""Measures of a whole run: each takes `Runs` and gives a number a run, (N,)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.ensemble import Ensemble
from ..engine.outcomes import NEVER, Outcomes
from ..engine.traces import Trajectories
from ..world.names import Level, Talks
from ..world.tables import Table
from ..world.world import World
from .alliances import Yearly, pairs_at_start, pairs_of, yearly_of_pairs
from .measure import CATALOGUE, TALKS, Declared, measure, ratio


@dataclass(frozen=True)
class Runs:
    """N runs of a world as measures read them; trajectories where the months were kept."""

    world: World
    outcomes: Outcomes
    trajectories: Trajectories | None = None

    @classmethod
    def of(cls, world: World, part: Ensemble) -> Runs:
        """The runs of an ensemble."""
        return cls(world, part.outcomes, part.trajectories)

    @cached_property
    def pairs(self) -> Table:
        """Alliances of organisations, those of the start among them. (N, Q)."""
        return pairs_of(self.world, self.outcomes)

    @cached_property
    def yearly(self) -> Yearly:
        """What year ends say of them."""
        return yearly_of_pairs(self.world, self.outcomes)

    @property
    def focal(self) -> Table:
        """The two focal organisations. (N, 2)."""
        return self.outcomes.organisation[:, [self.world.organisation(name) for name in self.world.focal]]

    @property
    def courted(self) -> Table:
        """The focal organisation that policies address. (N,)."""
        return self.outcomes.organisation[:, courted_organisation(self.world)]


def courted_organisation(world: World) -> int:
    """The focal organisation that policies address: the one with most factions, the second on a tie."""
    a, b = world.focal
    return world.organisation(a if len(world.members(a)) > len(world.members(b)) else b)


def _total(runs: Runs, column: str, kind: Any) -> NDArray[Any]:
    found: NDArray[Any] = runs.outcomes.organisation[column].sum(axis=1).astype(kind)
    return found


@measure("run", "code", "talks", labels=TALKS)
def talks(runs: Runs) -> Any:
    """Talks of the focal organisations, the further of the two, at the end; null if neither is there."""
    there = runs.focal["present"] == 1
    return np.ma.array(np.where(there, runs.focal["talks"], 0).max(axis=1), mask=~there.any(axis=1))


@measure("run", "count", "alliances of organisations", unit="pairs")
def alliances(runs: Runs) -> Any:
    """Pairs of organisations allied at the end, of those recorded."""
    return (runs.outcomes.year[:, -1]["level"] >= Level.MATERIAL).sum(axis=1).astype(np.int16)


@measure("run", "count", "new alliances of organisations", short="new allies", unit="pairs", forest=True)
def new_alliances(runs: Runs) -> Any:
    """Pairs of organisations allied in the last month that were not in the first, of those recorded."""
    allied = runs.outcomes.pair["now"] >= Level.MATERIAL
    return (allied & ~pairs_at_start(runs.world)).sum(axis=1).astype(np.int16)


@measure("run", "count", "dyads that fought", short="fights", unit="dyads", digits=1)
def fights(runs: Runs) -> Any:
    """Pairs of factions that ever came to armed conflict, of those recorded."""
    return (runs.outcomes.dyad["fought"] != NEVER).sum(axis=1).astype(np.int16)


@measure("run", "count", "splits", short="splits", unit="count", forest=True)
def splits(runs: Runs) -> Any:
    """Factions that split off their organisation."""
    return _total(runs, "splits", np.int16)


@measure("run", "count", "defections", short="defect.", unit="count")
def defections(runs: Runs) -> Any:
    """Times that fighters of a faction went over to another."""
    return _total(runs, "defections", np.int16)


@measure("run", "count", "successions", unit="count")
def successions(runs: Runs) -> Any:
    """Leaders that followed another."""
    return _total(runs, "successions", np.int16)


@measure("run", "count", "attacks", short="attacks", unit="count", digits=0, better=-1, relative=True)
def attacks(runs: Runs) -> Any:
    """Attacks over the run."""
    return _total(runs, "attacks", np.int32)


@measure("run", "count", "attacks on civilians", unit="count", better=-1)
def civilian(runs: Runs) -> Any:
    """Attacks on civilians over the run."""
    return _total(runs, "civilian", np.int32)


ratio(
    "run", "civilian_share", ("civilian", "attacks"), "civilian share of attacks",
    "Attacks on civilians as a share of attacks; null without attacks", short="civ.", better=-1, forest=True,
)  # fmt: skip


@measure("run", "count", "attacks that an ally claims", unit="count")
def outsourced(runs: Runs) -> Any:
    """Attacks on civilians that an ally claims in place of who carried them out, over the run."""
    return _total(runs, "outsourced", np.int32)


@measure("run", "amount", "fighters", unit="people", digits=1)
def fighters(runs: Runs) -> Any:
    """Fighters of all organisations at the end."""
    return _total(runs, "fighters", np.float32)


@measure("run", "amount", "fighters of {rival}", by_month=True, short="rival", unit="people", digits=1, better=-1, forest=True)
def rival_fighters(runs: Runs) -> Any:
    """Fighters of the scenario's rival at the end; none where the scenario names no rival."""
    assert runs.trajectories is not None
    if runs.world.rival is None:
        return None
    return runs.trajectories.fighters[:, -1, runs.world.faction(runs.world.rival)]


@measure("run", "flag", "talks open or agreed", short="talks", unit="true or false", digits=1, better=1)
def talks_alive(runs: Runs) -> Any:
    """Talks of the partner courted are open or agreed at the end."""
    return np.isin(runs.courted["talks"], (int(Talks.OPEN), int(Talks.AGREED)))


@measure("run", "flag", "talks frozen or snapped back", unit="true or false", digits=1)
def talks_dead(runs: Runs) -> Any:
    """Talks of the partner courted are frozen or snapped back at the end."""
    return np.isin(runs.courted["talks"], (int(Talks.FROZEN), int(Talks.SNAPPED_BACK)))


@measure("run", "amount", "cohesion of the partner courted", short="cohesion", unit="0..1")
def cohesion(runs: Runs) -> Any:
    """Cohesion at the end of the focal organisation that policies address; null if it is not there."""
    return np.where(runs.courted["present"] == 1, runs.courted["cohesion"], np.nan)


OF_RUNS: Declared = CATALOGUE["run"]
