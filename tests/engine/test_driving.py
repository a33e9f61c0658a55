"""How the compiled runs of a chunk are driven: from threads that survive a fork, and without the compiler."""

import os
import subprocess
import sys

import numpy as np
import pytest

from sim.engine import verbs
from sim.engine.driving import thread_count
from sim.engine.ensemble import run_ensemble
from sim.engine.handle import OTHER_LAYOUT, RUN
from sim.engine.model import AllianceModel
from sim.errors import InputError

DIGEST = """
import hashlib, sys
sys.path.insert(0, {tests!r})
from conftest import ACTORS, SCENARIO
from sim.engine.ensemble import run_ensemble
from sim.world.scenario import build_world
def digest(months=24):
    runs = run_ensemble(build_world(SCENARIO, ACTORS, months), replicates=3, seed=11, events=True, trace=True)
    parts = [*runs.outcomes, *runs.trace, runs.events]
    return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()
"""
TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def said(code, **environment):
    command = [sys.executable, "-c", DIGEST.format(tests=TESTS) + code]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_without_the_compiler_the_ensemble_gives_the_same_bits():
    compiled = said("print(digest())", NUMBA_DISABLE_JIT="0")
    assert said("print(digest())", NUMBA_DISABLE_JIT="1") == compiled


FORK = """
import multiprocessing
here = digest()
with multiprocessing.get_context("fork").Pool(2) as pool:
    there = pool.map(digest, [24, 24, 24])
print(here, *there, digest())
"""


def test_a_process_that_forks_after_a_run_goes_on():
    digests = said(FORK, NUMBA_DISABLE_JIT="0", NUMBA_NUM_THREADS="2")
    assert len(digests) == 5
    assert len(set(digests)) == 1


def test_threads_are_counted(world):
    for threads in (0, thread_count() + 1):
        with pytest.raises(InputError, match=f"threads: {threads} is not allowed"):
            run_ensemble(world, replicates=1, threads=threads)


def test_compiled_code_refuses_tables_of_another_layout(world):
    model = AllianceModel(world=world)
    before = model.state.tie.tobytes()
    model.handle[RUN.end, 0] += 1
    with pytest.raises(RuntimeError, match=OTHER_LAYOUT[:30]):
        verbs.open_month(model.handle, 0)
    assert model.state.tie.tobytes() == before
    model.handle[RUN.end, 0] -= 1
    verbs.open_month(model.handle, 0)
    assert np.isfinite(model.state.tie["trust"]).all()
