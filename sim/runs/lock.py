"""Several processes on one folder: any number of them work in it at a time, one alone may tidy it up.

The lock is on the folder itself. The system drops it with the process, however that ends. Where folders cannot be locked
(some network disks, Windows), everybody works as if alone, and only `certain` says that it is not known.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


class FolderLock:
    """This process's part in a folder.

    Attributes
    ----------
    certain : bool
        The folder can be locked.
    """

    def __init__(self, handle: int | None) -> None:
        self.handle = handle
        self.certain = handle is not None

    def work(self) -> None:
        """Work beside others; waits while one of them tidies up."""
        self._lock(alone=False)

    def alone(self) -> bool:
        """Stop working, and take the folder alone; False if others are at work."""
        return self._lock(alone=True)

    def _lock(self, *, alone: bool) -> bool:
        if self.handle is None:
            return True
        try:
            if alone:
                fcntl.flock(self.handle, fcntl.LOCK_UN)  # two that finish together must not wait for each other
            fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB if alone else fcntl.LOCK_SH)
        except BlockingIOError:
            return False
        except OSError:
            self.certain = False
        return True


@contextlib.contextmanager
def folder_lock(folder: Path) -> Iterator[FolderLock]:
    """A lock on a folder that exists, dropped at the end; held for work beside others."""
    handle = os.open(folder, os.O_RDONLY) if fcntl is not None else None
    try:
        lock = FolderLock(handle)
        lock.work()
        yield lock
    finally:
        if handle is not None:
            os.close(handle)
