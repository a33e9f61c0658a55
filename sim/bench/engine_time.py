"""How much of the time a command spends in the compiled engine."""

from __future__ import annotations

import time
from typing import Any

from ..engine import ensemble as ensemble_module

ensemble: Any = ensemble_module


class EngineTime:
    """Seconds spent inside the compiled kernel while the block runs, and how many runs it made."""

    def __enter__(self) -> EngineTime:
        self.seconds, self.runs, self._kernel = 0.0, 0, ensemble.ensemble_kernel
        ensemble.ensemble_kernel = self._timed
        return self

    def _timed(self, *arguments: Any) -> None:
        started = time.perf_counter()
        self._kernel(*arguments)
        self.seconds += time.perf_counter() - started
        self.runs += len(arguments[2])

    def __exit__(self, *_: object) -> None:
        ensemble.ensemble_kernel = self._kernel
