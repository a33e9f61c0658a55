"""Rules are called from Python here, so the compiler must be off: run with NUMBA_DISABLE_JIT=1 (make test does)."""

import copy

import numpy as np
import pytest
from numba.core import config

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
        self.scratch = scratch_for(len(world.factions), N_TERMS)
        self.journal = journal_for(1000)
        self.t = 20

    def again(self):
        other = copy.deepcopy(self)
        other.p = other.points[0]  # a view again
        return other


@pytest.fixture
def bench(world):
    """Everything a rule needs, free to be changed."""
    return Bench(world)
