"""The figure of scaling: measured while it is made, as ratios within one run."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...bench.rates import LARGE_MONTHS, contacts, mesa_rate, rate, synthetic, twelve
from ...engine.driving import thread_count
from ..experiment import Experiment, rows_of

FACTIONS = (100, 300, 1000, 3000)


def _mean(values: NDArray[np.float64]) -> tuple[float, float]:
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))


def scaling(_: Experiment, times: int) -> pd.DataFrame:
    """Cost a contact and month against the smallest world; compiled over Mesa, all threads over one."""
    worlds = [synthetic(n, LARGE_MONTHS) for n in FACTIONS]
    cost = np.array([
        [1.0 / (rate(world, max(1, 1000 // n), 1) * contacts(world)) for world, n in zip(worlds, FACTIONS, strict=True)]
        for _ in range(times + 1)
    ])[1:]  # fmt: skip
    relative = [_mean(cost[:, k] / cost[:, 0]) for k in range(len(FACTIONS))]
    world = twelve()
    brought = {
        "compiled, one core, over Mesa": [rate(world, 100, 1) / mesa_rate(world, 3) for _ in range(times)],
        f"{thread_count()} threads over one": [rate(world, 200, thread_count()) / rate(world, 200, 1) for _ in range(times)],
    }
    parts = [rows_of("contacts", "drawn worlds", FACTIONS, *np.array(relative).T)]
    parts += [rows_of("ratios", name, 0, *_mean(np.log10(np.array(ratios)))) for name, ratios in brought.items()]
    return pd.concat(parts, ignore_index=True)
