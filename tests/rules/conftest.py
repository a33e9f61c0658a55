"""Rules are called from Python here, so the compiler must be off: run with NUMBA_DISABLE_JIT=1 (make test does)."""

import copy

import numpy as np
import pytest
from numba.core import config

from sim.rules.processes.survey import survey
from sim.rules.weigh import N_TERMS
from sim.world.parameters import parameter_table
from sim.world.tables import fresh, journal_for, scratch_for

RED, PINK, BLUE, BLACK = range(4)


def pytest_collection_modifyitems(items):
    if not config.DISABLE_JIT:
        for item in items:
            if "rules" in item.path.parts:
                item.add_marker(pytest.mark.skip(reason="needs NUMBA_DISABLE_JIT=1, as make test sets"))


class Bench:
    """A writeable copy of the small world's tables, for one rule at a time."""

    def __init__(self, world):
        self.world = world
        self.s = fresh(world.initial)
        self.w = type(world.facts)(*(np.copy(x).view(type(x)) for x in world.facts))
        self.points = parameter_table([{}])
        self.p = self.points[0]
        self.scratch = scratch_for(world.facts, N_TERMS)
        self.journal = journal_for(1000)
        self.t = 20

    def dyad(self, i, j):
        return int(self.w.dyad_of[i, j])

    def tie(self, i, j):
        return self.s.tie[self.dyad(i, j)]

    def level(self, i, j):
        return int(self.s.level[self.dyad(i, j)])

    def set_level(self, i, j, level):
        self.s.level[self.dyad(i, j)] = level

    def meetings(self):
        """Dyads that meet this month."""
        return [int(d) for d in self.scratch.meeting[: self.scratch.met[0]]]

    def meet(self, *dyads):
        """Let these dyads meet this month, and no others."""
        found = sorted(set(dyads))
        self.scratch.meeting[: len(found)], self.scratch.met[0] = found, len(found)

    def wish(self, i, j, step):
        d = self.dyad(i, j)
        self.meet(*self.meetings(), d)
        self.scratch.desire[int(self.w.dyad[d].second == i), d] = step

    def relation(self, o, q):
        return self.s.relation[self.w.relation_of[o, q]]

    def policy(self, o, q):
        return self.w.policy[self.t, self.w.relation[self.w.relation_of[o, q]].policy]

    def surveyed(self):
        survey(self.s, self.w, self.p, self.t, self.scratch)
        return self.scratch

    def again(self):
        other = copy.deepcopy(self)
        other.p = other.points[0]  # a view again
        return other


@pytest.fixture
def bench(world):
    """Everything a rule needs, free to be changed."""
    return Bench(world)
