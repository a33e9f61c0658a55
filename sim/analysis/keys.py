"""Generators of random numbers by seed and stage: what is drawn is a function of these alone, whatever else is drawn."""

from __future__ import annotations

import numpy as np


def generator(seed: int, stage: int, batch: int = 0) -> np.random.Generator:
    """The generator of a batch of a stage; different seeds, stages and batches have unrelated ones.

    Parameters
    ----------
    seed : int
        0 to 2**64 - 1.
    stage, batch : int
        0 to 2**32 - 1.
    """
    return np.random.Generator(np.random.Philox(key=np.array([seed, batch << 32 | stage], dtype=np.uint64)))
