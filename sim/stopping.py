"""SIGTERM and SIGHUP end a command as Ctrl-C does: what is half made is cleared away, what is whole is kept."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

SIGNALS = ("SIGTERM", "SIGHUP")
"""Of a queue or `timeout`, and of a terminal that closes. Windows has no SIGHUP."""


class Stopped(KeyboardInterrupt):
    """Somebody asked this process to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def exit_code(error: KeyboardInterrupt) -> int:
    """What a shell is told: 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP."""
    return 128 + (error.number if isinstance(error, Stopped) else int(signal.SIGINT))


@contextlib.contextmanager
def signals_interrupt() -> Iterator[None]:
    """Inside, the first of these signals raises `Stopped`, and later ones do not disturb what clears away.

    A signal that is ignored (`nohup`) or that somebody else handles stays as it is; so does everything in another thread
    than the main one, where Python takes no handlers.
    """
    owner, before = os.getpid(), dict[int, Any]()

    def stop(number: int, _: FrameType | None) -> None:
        if os.getpid() != owner:  # a fork of this process ends as it would have without us
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            return
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(number)

    try:
        if threading.current_thread() is threading.main_thread():
            for number in (getattr(signal, name) for name in SIGNALS if hasattr(signal, name)):
                if signal.getsignal(number) == signal.SIG_DFL:
                    before[number] = signal.SIG_DFL
                    signal.signal(number, stop)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
