"""Who can meet whom in a synthetic world.

That depends on who is there: a faction ranks those of its theatres by a keyed preference, and pairs are joined in that
order until either side has as many contacts as it can keep.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .graph import all_pairs
from .philox import uniforms
from .synthetic_factions import BOND, Factions
from .synthetic_schema import SyntheticConf


def _bits(there: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Rows of up to 64 flags as one word each."""
    return np.asarray((there.astype(np.uint64) << np.arange(there.shape[1], dtype=np.uint64)).sum(axis=1), dtype=np.uint64)


def _joined(pairs: np.ndarray, n: int, most: int) -> np.ndarray:
    """Positions of the pairs that are joined, in their order, while neither side has `most` contacts."""
    room, kept = [most] * n, []
    for position, (i, j) in enumerate(pairs.tolist()):
        if room[i] and room[j]:
            room[i] -= 1
            room[j] -= 1
            kept.append(position)
    return np.array(kept, dtype=np.int64)


def contacts(conf: SyntheticConf, drawn: Factions) -> np.ndarray:
    """Pairs of factions that can meet: of one theatre, those of one place by preference. (D, 2)."""
    n, places = len(drawn.key), conf.territory.places
    there = np.asarray(drawn.presence > 0.0)
    in_theatre: NDArray[np.bool_] = np.asarray(np.any(there.reshape(n, -1, places), axis=2))
    found = []
    for theatre in range(in_theatre.shape[1]):
        members = np.flatnonzero(in_theatre[:, theatre])
        found.append(members[all_pairs(len(members))])
    codes = np.unique(np.concatenate([pairs[:, 0] * n + pairs[:, 1] for pairs in found]))
    if len(codes) == 0:
        codes = np.array([1], dtype=np.int64)  # the first two, so that there is a pair to ask about
    pairs = np.stack([codes // n, codes % n], axis=1)
    words = _bits(there)
    near = (words[pairs[:, 0]] & words[pairs[:, 1]]) != 0
    u = uniforms(conf.seed, BOND, drawn.key[pairs[:, 0]], drawn.key[pairs[:, 1]])[0]
    pairs = pairs[np.argsort(-np.log(u) / np.where(near, conf.contacts.same_place, 1.0), kind="stable")]
    return np.asarray(pairs[_joined(pairs, n, conf.contacts.most)])
