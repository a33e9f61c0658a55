"""The keyed draws for worlds that are drawn before anything is compiled: the same Philox as `rules/draws.py`, by arrays.

The counter is an address as there: word 0 is the draw's number, word 1 month 0 with a stream of its own, words 2 and 3
an entity or an unordered pair. The key is the seed of the world.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

STREAM = 4095  # of synthetic worlds: clear of those of the rules, which count from 0

_MULTIPLIER_0, _MULTIPLIER_1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL_0, _WEYL_1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)

Words = NDArray[np.uint64]


def philox(counter: tuple[ArrayLike, ...], key: tuple[ArrayLike, ...]) -> tuple[Words, Words, Words, Words]:
    """Ten rounds of Philox4x32 on arrays of four counter words and two key words, 32 bits each."""
    c0, c1, c2, c3, k0, k1 = np.broadcast_arrays(*(np.asarray(x, dtype=np.uint64) for x in (*counter, *key)))
    for _ in range(10):
        product_0, product_1 = _MULTIPLIER_0 * c0, _MULTIPLIER_1 * c2
        c0, c1, c2, c3 = (product_1 >> _HALF) ^ c1 ^ k0, product_1 & _LOW, (product_0 >> _HALF) ^ c3 ^ k1, product_0 & _LOW
        k0, k1 = (k0 + _WEYL_0) & _LOW, (k1 + _WEYL_1) & _LOW
    return c0, c1, c2, c3


def uniforms(seed: int, number: int, first: ArrayLike, second: ArrayLike = 0) -> NDArray[np.float64]:
    """Four uniforms in (0, 1) for draw `number` of each entity, or of each unordered pair. (4, …)."""
    a, b = np.minimum(first, second), np.maximum(first, second)
    address = np.uint64(STREAM << 12)
    words = philox((number, address, a, b), (seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF))
    return (np.stack(words).astype(np.float64) + 0.5) / 4294967296.0
