"""A sweep small enough for tests: two theses, three numbers, a short horizon."""

import pandas as pd
import pytest

from sim.runs.config import composed
from sim.runs.expansion import Group
from sim.runs.sweep import run_sweep
from sim.runs.sweep_settings import Settings

LINE = ["scenario=talks_2018", "months=12", "wedge=offer"]


@pytest.fixture(scope="session")
def groups():
    """Two groups of three points: a parameter and a number of the wedge."""
    found = []
    for n, thesis in enumerate(("consensus", "cost_benefit_only")):
        line = (*LINE, f"thesis={thesis}")
        rows = [[0.0, 0.2], [0.5, 0.2], [1.0, 0.9]]
        names = ["parameters.pressure.kinetic", "wedge.offer.size"]
        points = pd.DataFrame(rows, columns=names, index=pd.RangeIndex(3 * n, 3 * n + 3, name="point"))
        found.append(Group({"thesis": thesis}, line, composed(line), points))
    return found


@pytest.fixture
def sweep(groups, tmp_path):
    """Run the small sweep with some settings."""

    def run(replicates=20, **settings):
        settings.setdefault("output", str(tmp_path))
        return run_sweep(groups, Settings(replicates, **settings), ["-m", *LINE])

    return run
