"""Packages that only some executors need."""

from __future__ import annotations

import importlib
import signal
from typing import Any

from ..errors import InputError


def needed(module: str) -> Any:
    """A package of the extra `cluster`; InputError where it is not installed.

    One of them (dask_jobqueue) makes Ctrl-C a quiet exit with code 0 when it is imported; that is undone.
    """
    before = signal.getsignal(signal.SIGINT)
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise InputError("executor", "", f"needs {module}, which is not installed", "pip install 'alliances[cluster]'") from error
    finally:
        if signal.getsignal(signal.SIGINT) is not before:
            signal.signal(signal.SIGINT, before)
