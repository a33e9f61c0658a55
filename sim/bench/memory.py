"""Peak memory of a measurement."""

from __future__ import annotations

import threading
import time

import psutil


class PeakMemory:
    """Largest resident memory of this process while the block runs, sampled ten times a second."""

    def __enter__(self) -> PeakMemory:
        self.process, self.peak, self._on = psutil.Process(), 0, True
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def _watch(self) -> None:
        while self._on:
            self.peak = max(self.peak, self.process.memory_info().rss)
            time.sleep(0.1)

    def __exit__(self, *_: object) -> None:
        self._on = False
        self._thread.join()

    @property
    def megabytes(self) -> float:
        """Peak in MB."""
        return self.peak / 1e6
