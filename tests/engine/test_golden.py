"""A few runs whose numbers are kept: a change of the model that moves them must be declared.

Whole numbers only (levels, stances, counts, months of events): the last bit of a float may differ between processors, what
happened may not. Each column has a digest of its own, so that a column that is added moves none; it is kept from the next
time on that the file is written. To declare a change: say in CHANGELOG.md under "Numbers that moved" what moved and why, give
the new digest there as `golden DIGEST`, and write the file anew with

    .venv/bin/python tests/engine/test_golden.py
"""

import csv
import hashlib
import sys
from pathlib import Path

import numba
import numpy as np
import pytest

from sim.engine.ensemble import run_ensemble
from sim.world.loading import load_world

HERE = Path(__file__).resolve().parent
GOLDEN, CHANGELOG = HERE / "golden.csv", HERE.parents[1] / "CHANGELOG.md"
CASES = [
    ("talks_2018", "consensus", None),
    ("talks_2018", "consensus", "ahmad_2019_package"),
    ("triangle_2020", "transactional_triangle", None),
    ("sahel_2020", "reconciliation_over_strategy", None),
    ("haqqani_ascent_2015", "cost_benefit_only", None),
    ("syria_2012", "local_politics_brand_and_patron", None),
]
REPLICATES, SEED = 6, 2018
EVENT = ("month", "kind", "i", "j", "before", "after")


def name_of(scenario, _thesis, wedge):
    return f"{scenario}-{wedge or 'none'}"


def digest_of(values):
    return hashlib.sha256(np.ascontiguousarray(values).astype(np.int64).tobytes()).hexdigest()[:12]


def numbers(scenario, thesis, wedge):
    """Of each column of whole numbers of a few runs, by table and column: how many, their sum for a person to read, digest."""
    world, values = load_world(scenario, thesis=thesis, wedge=wedge)
    out = run_ensemble(world, values, REPLICATES, SEED, events=True)
    tables = {name: getattr(out.outcomes, name) for name in ("year", "pair", "dyad", "organisation")} | {"event": out.events}
    return {
        (name, column): (str(rows[column].size), str(int(rows[column].astype(np.int64).sum())), digest_of(rows[column]))
        for name, rows in tables.items()
        for column in (EVENT if name == "event" else rows.dtype.names)
        if rows.dtype[column].kind == "i"
    }


def kept():
    """What is kept of each case, by table and column."""
    found = {}
    with GOLDEN.open(newline="") as file:
        for case, table, column, *rest in list(csv.reader(file))[1:]:
            found.setdefault(case, {})[table, column] = tuple(rest)
    return found


def whole():
    """Digest of everything that is kept."""
    return hashlib.sha256(GOLDEN.read_bytes()).hexdigest()[:12]


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")
@pytest.mark.parametrize("case", CASES, ids=lambda case: name_of(*case))
def test_the_numbers_are_those_that_were_kept(case):
    found = numbers(*case)
    moved = {key: (was, found.get(key)) for key, was in kept()[name_of(*case)].items() if found.get(key) != was}
    assert not moved, f"numbers moved: see {Path(__file__).name} for how to declare it"


def test_every_case_is_kept():
    assert list(kept()) == [name_of(*case) for case in CASES]


def test_what_moved_is_declared():
    assert f"golden {whole()}" in CHANGELOG.read_text(encoding="utf-8"), "CHANGELOG.md does not declare these numbers"


if __name__ == "__main__":
    with GOLDEN.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["case", "table", "column", "values", "sum", "digest"])
        writer.writerows([name_of(*case), *key, *said] for case in CASES for key, said in numbers(*case).items())
    sys.stdout.write(f"golden {whole()}\n")
