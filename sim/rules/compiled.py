"""How a rule is compiled. The only module that knows the compiler.

The compiler's disk cache does not notice that a rule called from another file has changed, so the cache
lives in a folder named by a digest of every source file that can be compiled: an edited rule is always a
new compilation, an unchanged rule book starts warm.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core import config as numba_config

F = TypeVar("F", bound=Callable[..., Any])

_SIM = Path(__file__).resolve().parent.parent
_COMPILED_FOLDERS = ("world", "rules", "engine")


def source_digest() -> str:
    """Digest of every source file that can be compiled, and of the compiler's version."""
    digest = hashlib.sha256(numba.__version__.encode())
    for folder in _COMPILED_FOLDERS:
        for path in sorted((_SIM / folder).rglob("*.py")):
            digest.update(path.relative_to(_SIM).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_root() -> Path:
    """Folder of the compiled rules: ALLIANCES_CACHE, or the user's cache folder."""
    named = os.environ.get("ALLIANCES_CACHE")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(named) if named else base / "alliances"


CACHE = cache_root() / source_digest()
numba_config.CACHE_DIR = str(CACHE)


def is_warm() -> bool:
    """Whether this rule book has been compiled on this machine before."""
    return CACHE.is_dir() and any(CACHE.rglob("*ensemble_kernel*.nbc"))


_SAME_BITS = {"cache": True, "fastmath": False, "error_model": "numpy"}
_INNER = _SAME_BITS | {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def rule(f: F) -> F:
    """Compile a rule. Scalar arithmetic only: the same bits with and without the compiler.

    Rules are inlined into their callers and keep no reference counts (they allocate nothing and their caller
    owns the tables): without that, every call would count some thirty tables up and down (measured: a first
    compilation of 140 s instead of 40, and a quarter of the speed). They are called by rules and phases;
    Python calls them with the compiler switched off (NUMBA_DISABLE_JIT=1), or through a phase or verb.
    """
    compiled: F = numba.njit(**_INNER, forceinline=True, _nrt=False)(f)
    return compiled


def phase(f: F) -> F:
    """Compile a phase of a month: a function of a handle, for other compiled code and for Python."""
    compiled: F = numba.njit(**_SAME_BITS, _nrt=False)(f)
    return compiled


verb = phase
"""Compile one actor's part of a phase."""


def parallel_driver(f: F) -> F:
    """Compile an entry point whose outer loop runs over threads."""
    compiled: F = numba.njit(**_SAME_BITS, parallel=True)(f)
    return compiled
