"""Where compiled rules lie on this machine, and whether they can still be trusted.

The compiler's disk cache looks at one function's file and at the types of its arguments. It does not see that a rule
called from another file has changed, that a table or the record of parameters is laid out otherwise, or that a file was
damaged. So compiled code lies in a folder whose name is a digest of everything that fixes a compiled type or constant,
and each file carries a checksum.
"""

from __future__ import annotations

import hashlib
import logging
import os
import pickle
import platform
import sys
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite
import llvmlite.binding as llvm
import numba
import numpy as np
from numba.core.caching import IndexDataCacheFile

from ..world.parameters import record_type

_SIM = Path(__file__).resolve().parent.parent
_COMPILED_FOLDERS = ("world", "rules", "engine")
_NO_MATTER = {"NUMBA_CACHE_DIR", "NUMBA_NUM_THREADS", "NUMBA_DISABLE_JIT"}
_CHECKSUM_BYTES = hashlib.sha256().digest_size
_log = logging.getLogger(__name__)


@cache
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


def cache_address() -> str:
    """Digest of everything that fixes a compiled type or constant.

    Sources (and with them the columns of the tables), the names of the parameters, the versions and flags of Python,
    compiler and NumPy, the processor, and whatever the environment tells the compiler.
    """
    compiler = {k: v for k, v in os.environ.items() if k.startswith("NUMBA_") and k not in _NO_MATTER}
    fixed = (
        source_digest(), record_type().descr, numba.__version__, llvmlite.__version__, np.__version__, sys.version,
        sys.flags.optimize, platform.machine(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten(),
        sorted(compiler.items()),
    )  # fmt: skip
    return hashlib.sha256(repr(fixed).encode()).hexdigest()[:16]


CACHE = cache_root() / cache_address()


def is_warm() -> bool:
    """Whether this rule book has been compiled on this machine before."""
    return CACHE.is_dir() and any(CACHE.rglob("*ensemble_kernel*.nbc"))


class CheckedCacheFile(IndexDataCacheFile):  # type: ignore[misc]
    """The compiler's files of one function, each with a checksum: what is damaged is made again, with one line said."""

    @classmethod
    def around(cls, file: Any) -> CheckedCacheFile:
        """The same files, checked."""
        checked = cls.__new__(cls)
        checked.__dict__.update(file.__dict__)
        return checked

    def save(self, key: Any, data: Any) -> None:
        """Keep a compiled function; on a full or locked disk it serves this process only."""
        try:
            super().save(key, data)
        except OSError as error:
            _say_once(f"compiled code could not be kept in {self._cache_path} ({error.strerror}): it is compiled again next time")

    def _load_index(self) -> Any:
        try:
            return super()._load_index()
        except OSError:
            return {}
        except Exception:  # whatever unpickling damaged bytes comes to
            _say_once(f"the compiled code in {CACHE} was damaged: it is compiled again")
            return {}

    def _load_data(self, name: str) -> Any:
        content = Path(self._data_path(name)).read_bytes()
        checksum, data = content[:_CHECKSUM_BYTES], content[_CHECKSUM_BYTES:]
        if hashlib.sha256(data).digest() != checksum:
            _say_once(f"the compiled code in {CACHE} was damaged: it is compiled again")
            raise OSError("damaged")  # the compiler takes it for a missing file
        return pickle.loads(data)

    def _save_data(self, name: str, data: Any) -> None:
        content = self._dump(data)
        with self._open_for_write(self._data_path(name)) as file:
            file.write(hashlib.sha256(content).digest() + content)


@cache
def _say_once(text: str) -> None:
    _log.warning(text)
