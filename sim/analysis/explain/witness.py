"""One run watched: before the month's decisions take effect, what every tie of a pair is worth to either side, term by term."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...engine import verbs
from ...engine.model import AllianceModel
from ...engine.outcomes import ABSENT
from ...measures.pairs import Pair
from ...rules.weigh import N_TERMS
from ...world.names import Level
from ...world.tables import Table
from ...world.world import World


class Witness(AllianceModel):
    """A run that writes down what the ties of a pair are worth in every month.

    Parameters
    ----------
    pair : Pair
    others as of `AllianceModel`
    """

    def __init__(self, pair: Pair, **given: Any) -> None:
        world: World = given["world"]
        months, ties = world.calendar.months, len(pair.dyads)
        self.dyads = pair.dyads
        self.terms = np.full((months, ties, 2, N_TERMS), np.nan)
        self.before = np.full((months, ties), ABSENT, dtype=np.int64)
        self.after = np.full((months, ties), ABSENT, dtype=np.int64)
        self.wish = np.zeros((months, ties, 2), dtype=np.int64)
        super().__init__(**given)

    def _present(self, d: int) -> bool:
        row = self.world.facts.dyad[d]
        return bool(self.state.faction["present"][[row.first, row.second]].all())

    def settle_ties(self) -> None:
        """Write down levels, wishes and terms, then let the decisions take effect."""
        t, out = self.month, np.zeros(N_TERMS)
        met = set(self.meetings)
        for k, d in enumerate(self.dyads.tolist()):
            if not self._present(d):
                continue
            row = self.world.facts.dyad[d]
            self.before[t, k] = self.state.level[d]
            for side, (i, j) in enumerate(((row.first, row.second), (row.second, row.first))):
                verbs.reckon_tie(self.handle, t, int(i), int(j), d, out)
                self.terms[t, k, side] = out
                if d in met:
                    self.wish[t, k, side] = self.scratch.desire[side, d]
        super().settle_ties()
        for k, d in enumerate(self.dyads.tolist()):
            if self._present(d):
                self.after[t, k] = self.state.level[d]


@dataclass(frozen=True)
class Course:
    """What was witnessed.

    Attributes
    ----------
    terms : (T, K, 2, M) float
        Weighted content of every term, by month, tie of the pair, side (first and second of the dyad); NaN while a side is
        not there.
    before, after : (T, K) int
        Level before and after the month's decisions; `ABSENT` while a side is not there.
    wish : (T, K, 2) int
        Step that either side wanted; 0 also when the two did not get to decide.
    events : np.recarray
        Events of the whole run.
    vector : np.recarray, shape (1,)
        Parameters of the run.
    """

    world: World
    pair: Pair
    terms: NDArray[np.float64]
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    wish: NDArray[np.int64]
    events: Table
    vector: Table

    @property
    def alive(self) -> NDArray[np.bool_]:
        """Whether some tie of the pair stands at material level or above after each month. (T,)."""
        return np.asarray((self.after >= Level.MATERIAL).any(axis=1))

    def sides(self, k: int) -> tuple[int, int]:
        """The two factions of a tie."""
        row = self.world.facts.dyad[self.pair.dyads[k]]
        return int(row.first), int(row.second)


def witnessed(world: World, pair: Pair, vector: Table, seed: int, replicate: int) -> Course:
    """Run one replicate in the Mesa engine and keep what its ties were worth. The run is the ensemble's, bit for bit."""
    model = Witness(pair, world=world, vector=vector, seed=seed, replicate=replicate, collect_every=world.calendar.months)
    model.run()
    return Course(world, pair, model.terms, model.before, model.after, model.wish, model.events.copy(), vector)
