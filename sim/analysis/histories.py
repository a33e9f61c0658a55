"""Histories of candidates: whether runs of the long scenario keep the hard constraints, and the summaries of one history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ..engine.ensemble import Ensemble, run_chunk, runs_a_chunk
from ..engine.outcomes import Outcomes
from ..world.loading import load_world
from ..world.parameters import parameter_table
from ..world.tables import Floats, Table
from .constraints import KEPT, Asked, Months, asked_but, violated
from .named_patterns import NamedSeen, sides_of
from .panel import States, panel_dyads, simulated_states
from .patterns import GlobalSeen
from .settings import Settings
from .simulator import drawn_worlds
from .summaries import LONG, SYRIA, catalogue, simulated

Whole = NDArray[np.int64]


class Histories(NamedTuple):
    """What became of C candidates.

    Attributes
    ----------
    violated : (C, R, K) int16
        Month in which each run of the long scenario first violates each hard constraint; -1 where it keeps it.
    states : (C, D, Y) int8
        State of the dyads of the panel at each year's end, in the first run.
    summaries : (H, S) float
        Of the candidates all of whose runs keep what is asked of them, in their order, or of all candidates.
    """

    violated: Months
    states: States
    summaries: Floats


def keeps(months: Months, asked: Asked = None) -> NDArray[np.bool_]:
    """Candidates all of whose runs keep all constraints, or those asked of them. (C, R, K) -> (C,)."""
    found = months == KEPT
    return np.asarray((found if asked is None else found[:, :, asked]).all(axis=(1, 2)))


class Simulate(Protocol):
    """What simulates candidates."""

    def __call__(self, points: Sequence[Mapping[str, float]], numbers: Whole, every: bool = False) -> Histories:
        """C parameter vectors and their numbers, the names of their draws; `every`: summaries of all, kept or not."""
        ...


def _named(ensemble: Ensemble, world: str, sides: Whole) -> NamedSeen:
    assert ensemble.events is not None
    assert ensemble.run is not None
    return NamedSeen(load_world(world)[0], ensemble.outcomes, ensemble.events, ensemble.run, sides)


class HistorySimulator:
    """Histories by the model.

    Parameters
    ----------
    settings : Settings
    seed : int
        Master seed of the runs. Candidate k is run under keys of its own, whatever is run beside it.
    """

    def __init__(self, settings: Settings, seed: int) -> None:
        self.runs, self.seed, self.asked = settings.constraint_runs, seed, asked_but(settings.held_out)
        self.drawn = drawn_worlds(settings)
        self.sides = {name: sides_of(load_world(name)[0]) for name in (LONG, SYRIA)}
        self.dyads = panel_dyads()

    def __call__(self, points: Sequence[Mapping[str, float]], numbers: Whole, every: bool = False) -> Histories:
        """As `Simulate`."""
        table = parameter_table(list(points))
        months, states = self._long(table, numbers)
        rows = np.arange(len(table)) if every else np.flatnonzero(keeps(months, self.asked))
        return Histories(months, states, self._summaries(table, rows, numbers))

    def _long(self, table: Table, numbers: Whole) -> tuple[Months, States]:
        """Constraints in all runs of the long scenario, and the panel in the first of each candidate."""
        world = load_world(LONG)[0]
        step, months, states = max(1, runs_a_chunk(world) // self.runs), [], []
        for first in range(0, len(table), step):
            rows = np.arange(first, min(first + step, len(table)))
            replicate = (numbers[rows, None] * self.runs + np.arange(self.runs)).ravel()
            part = run_chunk(world, table, np.repeat(rows, self.runs), replicate, self.seed)
            whole = _named(part, LONG, self.sides[LONG])
            months.append(violated(whole).reshape(len(rows), self.runs, -1))
            outcomes = Outcomes(*(found[:: self.runs] for found in whole.outcomes))
            states.append(simulated_states(NamedSeen(world, outcomes, whole.events[:0], whole.run[:0], whole.sides), self.dyads))
        return np.concatenate(months), np.concatenate(states)

    def _summaries(self, table: Table, rows: Whole, numbers: Whole) -> Floats:
        """Summaries of one history of some candidates: their first run of the long scenario, one of the other worlds each."""
        step, found = runs_a_chunk(load_world(LONG)[0]), [np.zeros((0, len(catalogue())))]
        for first in range(0, len(rows), step):
            mine = rows[first : first + step]
            number = {LONG: numbers[mine] * self.runs, SYRIA: numbers[mine]}
            named = {
                name: _named(run_chunk(load_world(name)[0], table, mine, which, self.seed), name, self.sides[name])
                for name, which in number.items()
            }
            found.append(simulated(named, self._drawn(table, mine, numbers[mine])))
        return np.concatenate(found)

    def _drawn(self, table: Table, rows: Whole, numbers: Whole) -> list[GlobalSeen]:
        seen: dict[int, GlobalSeen] = {}
        for k, drawn in enumerate(self.drawn):
            mine = np.flatnonzero(numbers % len(self.drawn) == k)
            step = runs_a_chunk(drawn.world)
            for first in range(0, len(mine), step):
                chunk = mine[first : first + step]
                part = run_chunk(drawn.world, table, rows[chunk], numbers[chunk], self.seed)
                seen |= {int(n): drawn.seen(part, place, int(numbers[n])) for place, n in enumerate(chunk)}
        return [seen[n] for n in range(len(rows))]
