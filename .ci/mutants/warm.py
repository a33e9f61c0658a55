"""Tests of many mutants in little time: libraries are loaded once, each mutant is tested in a fork.

    python warm.py serve [pytest options]     waits beside the tree to be mutated
    python warm.py ask                        tests the tree as it is now; the exit code is pytest's

A fork loads `sim.rules` anew, so it sees the mutant; nothing of `sim.rules` may be loaded before. Files of tests that
name the changed module come first; who survives them meets all tests.
"""

import contextlib
import gc
import os
import resource
import socket
import sys
from pathlib import Path

RULES, TESTS = Path("sim/rules"), Path("tests/rules")
ADDRESS = "warm.sock"
# Seconds of processor time for the tests of one mutant, which take one: a mutant that loops for ever counts as killed.
# Time by the clock would count a mutant as killed when the machine is busy.
LIMIT = 20


def ask() -> int:
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(ADDRESS)
        return int(s.recv(16) or b"1")


def naming(modules: list[str]) -> list[str]:
    return [str(path) for path in sorted(TESTS.glob("test_*.py")) if any(name in path.read_text() for name in modules)]


def serve(options: list[str]) -> None:
    import hydra  # noqa: F401
    import mesa  # noqa: F401
    import numba.np.arrayobj  # noqa: F401
    import pytest
    import scipy.stats  # noqa: F401

    import sim.world.parameters
    import sim.world.scenario  # noqa: F401

    assert not any(name.startswith("sim.rules") for name in sys.modules)
    unchanged = {path: path.read_bytes() for path in RULES.rglob("*.py")}
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(ADDRESS)
        s.listen()
        while True:
            caller, _ = s.accept()
            child = os.fork()
            if child == 0:
                null = os.open(os.devnull, os.O_WRONLY)
                os.dup2(null, 1)
                os.dup2(null, 2)
                resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))
                likely = naming([path.stem for path, text in unchanged.items() if path.read_bytes() != text])
                failed = likely and pytest.main([*options, *likely])
                os._exit(int(failed or pytest.main([*options, str(TESTS)])))
            _, status = os.waitpid(child, 0)
            with caller, contextlib.suppress(OSError):  # who asked may have given up
                caller.send(str(os.waitstatus_to_exitcode(status) % 256).encode())


if __name__ == "__main__":
    if sys.argv[1] == "ask":
        sys.exit(ask())
    serve(sys.argv[2:])
