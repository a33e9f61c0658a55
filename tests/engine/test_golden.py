"""A few runs whose numbers are kept: a change of the model that moves them must be declared.

Whole numbers only (levels, stances, counts, months of events): the last bit of a float may differ between processors, what
happened may not. To declare a change: say in CHANGELOG.md under "Numbers that moved" what moved and why, give the new digest
there as `golden DIGEST`, and write the file anew with

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
from sim.engine.outcomes import FOCAL
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


def numbers(scenario, thesis, wedge):
    """Whole numbers of a few runs, as one digest, and some that a person can read."""
    world, values = load_world(scenario, thesis=thesis, wedge=wedge)
    out = run_ensemble(world, values, REPLICATES, SEED, events=True)
    digest = hashlib.sha256()
    for part in (out.outcomes.year, out.outcomes.pair, out.outcomes.dyad, out.outcomes.organisation):
        for name in part.dtype.names:
            if part.dtype[name].kind == "i":
                digest.update(np.ascontiguousarray(part[name]).astype(np.int64).tobytes())
    for name in ("month", "kind", "i", "j", "before", "after"):
        digest.update(out.events[name].astype(np.int64).tobytes())
    return {
        "scenario": scenario, "thesis": thesis, "wedge": wedge or "none", "events": len(out.events),
        "months_allied": int(out.outcomes.pair["allied"][:, FOCAL].sum()), "digest": digest.hexdigest()[:16],
    }  # fmt: skip


def kept():
    with GOLDEN.open(newline="") as file:
        return [{**row, "events": int(row["events"]), "months_allied": int(row["months_allied"])} for row in csv.DictReader(file)]


def whole(rows):
    return hashlib.sha256("".join(row["digest"] for row in rows).encode()).hexdigest()[:12]


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")
@pytest.mark.parametrize("case", range(len(CASES)), ids=[f"{s}-{w or 'none'}" for s, _, w in CASES])
def test_the_numbers_are_those_that_were_kept(case):
    assert numbers(*CASES[case]) == kept()[case], f"numbers moved: see {Path(__file__).name} for how to declare it"


def test_what_moved_is_declared():
    assert f"golden {whole(kept())}" in CHANGELOG.read_text(encoding="utf-8"), "CHANGELOG.md does not declare these numbers"


if __name__ == "__main__":
    found = [numbers(*case) for case in CASES]
    with GOLDEN.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)
    sys.stdout.write(f"golden {whole(found)}\n")
