"""How a rule is compiled. The only module that knows the compiler, with `cache.py`, which knows its files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
from numba.core import config as numba_config

from .cache import CACHE, CheckedCacheFile
from .inlining import RuleCompiler

F = TypeVar("F", bound=Callable[..., Any])

numba_config.CACHE_DIR = str(CACHE)

_SAME_BITS = {"fastmath": False, "error_model": "numpy", "_nrt": False}
_INLINED = {"forceinline": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True, "pipeline_class": RuleCompiler}


def rule(f: F) -> F:
    """Compile a rule. Scalar arithmetic only: the same bits with and without the compiler.

    Rules are inlined into their callers and keep no reference counts (they allocate nothing and their caller
    owns the tables): without that, every call would count some thirty tables up and down (measured: a first
    compilation of 140 s instead of 40, and a quarter of the speed). They are called by rules and phases;
    Python calls them with the compiler switched off (NUMBA_DISABLE_JIT=1), or through a phase or verb. They are
    kept on disk as part of their callers only.
    """
    compiled: F = numba.njit(**_SAME_BITS, **_INLINED)(f)
    return compiled


def phase(f: F) -> F:
    """Compile a phase of a month: a function of a handle, for other compiled code and for Python.

    It lets other threads of Python run meanwhile, and is kept on disk.
    """
    compiled: Any = numba.njit(**_SAME_BITS, cache=True, nogil=True)(f)
    if not numba_config.DISABLE_JIT:
        compiled._cache._cache_file = CheckedCacheFile.around(compiled._cache._cache_file)
    result: F = compiled
    return result


verb = phase
"""Compile one actor's part of a phase."""
