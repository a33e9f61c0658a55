"""Keyed random numbers: every draw is a pure function of what it is for.

Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3") turns a key
(the master seed) and a counter into four 32-bit words. The counter is an address:

    word 0  replicate           word 1  month, stream, index          words 2, 3  entity, or unordered pair

so adding a wedge, a shock or a faction never shifts anybody else's draws. Stream 0 is the initial world,
the others are the dynamics.
"""

from __future__ import annotations

import math

import numpy as np

from .compiled import rule

_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_TO_UNIT = 1.0 / 4294967296.0
_MOST = 200
SQRT_3 = math.sqrt(3.0)
_INVERSE = np.array([0.0] + [1.0 / n for n in range(1, _MOST + 1)])  # a product is four times quicker than a quotient

# Streams. A number is an address: add at the end, never renumber. Months < 4096, index < 4096.
INITIAL, LEADER, SUCCESSOR, TALKS, RELATION, DISSENT, BIRTH, MEETING, SECRET, ATTACK, REACTION, MOVE, CIRCUMSTANCE = range(13)
STREAMS = 13


@rule
def philox(counter_0, counter_1, counter_2, counter_3, key_0, key_1):
    """Ten rounds of Philox4x32. All arguments and results are 32-bit words held in uint64."""
    for _ in range(10):
        product_0 = _MULTIPLIER_0 * counter_0
        product_1 = _MULTIPLIER_1 * counter_2
        counter_0 = (product_1 >> _HALF) ^ counter_1 ^ key_0
        counter_1 = product_1 & _LOW
        counter_2 = (product_0 >> _HALF) ^ counter_3 ^ key_1
        counter_3 = product_0 & _LOW
        key_0 = (key_0 + _WEYL_0) & _LOW
        key_1 = (key_1 + _WEYL_1) & _LOW
    return counter_0, counter_1, counter_2, counter_3


@rule
def words(key, stream, t, a, b, index):
    """Four random words for the draw at this address.

    key: (seed low word, seed high word, replicate) as uint64. a, b: entity keys, already in order.
    """
    address = (np.uint64(t) << np.uint64(20)) | (np.uint64(stream) << np.uint64(12)) | np.uint64(index)
    return philox(key[2], address, np.uint64(a), np.uint64(b), key[0], key[1])


@rule
def uniforms(key, stream, t, a, b, index):
    """Four independent uniforms in (0, 1) for the draw at this address, on a grid of 2**-32."""
    w0, w1, w2, w3 = words(key, stream, t, a, b, index)
    return (  # a signed word becomes a float in one instruction, an unsigned one in six
        (float(np.int64(w0)) + 0.5) * _TO_UNIT,
        (float(np.int64(w1)) + 0.5) * _TO_UNIT,
        (float(np.int64(w2)) + 0.5) * _TO_UNIT,
        (float(np.int64(w3)) + 0.5) * _TO_UNIT,
    )


@rule
def pair_uniforms(key, stream, t, a, b, index):
    """Four uniforms for an unordered pair: the same whichever side asks."""
    return uniforms(key, stream, t, min(a, b), max(a, b), index)


@rule
def normal(u, v):
    """A standard normal from two uniforms (Box & Muller 1958)."""
    return math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)


@rule
def nearly_normal(a, b, c, d):
    """Mean 0 and variance 1 from four uniforms: their sum, standardised (Irwin-Hall). A sum of many such is normal."""
    return SQRT_3 * (a + b + c + d - 2.0)


@rule
def poisson(mean, u):
    """A Poisson count by inversion from one uniform; `mean` below about 30. Zero mean gives zero."""
    count = 0
    mass = math.exp(-mean)
    total = mass
    while u > total and count < _MOST:
        count += 1
        mass *= mean * _INVERSE[count]
        total += mass
    return count


@rule
def rounded(x, u):
    """`x` rounded to a whole number so that the mean over `u` is `x`."""
    return int(math.floor(x + u))


def master_key(seed: int, replicate: int) -> np.ndarray:
    """Key of a replicate as the rules take it: uint64 array (seed low, seed high, replicate)."""
    return np.array([seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF, replicate], dtype=np.uint64)
