"""Signals that end a process: the work is called off in order, as it is for Ctrl-C."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any

ENDING = ("SIGTERM", "SIGHUP")  # of a queue or a supervisor, and of a terminal that is closed


class Stopped(KeyboardInterrupt):
    """A signal has asked this process to end.

    Attributes
    ----------
    exit_code : int
        What a shell gives for a process that the signal ended.
    """

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


@contextlib.contextmanager
def stopped_in_order() -> Iterator[None]:
    """Raise `Stopped` where SIGTERM or SIGHUP would end the process on the spot.

    Signals that are ignored (`nohup`) or handled already stay as they are; and so does everything outside the main thread.
    """

    def stop(number: int, frame: Any) -> None:
        signal.signal(number, signal.SIG_IGN)  # a second one must not interrupt the calling off
        raise Stopped(number)

    mine: list[int] = []
    if threading.current_thread() is threading.main_thread():
        numbers = (int(getattr(signal, name)) for name in ENDING if hasattr(signal, name))
        mine = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    for number in mine:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in mine:
            signal.signal(number, signal.SIG_DFL)
