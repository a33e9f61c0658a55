"""What had moved most against the tie when it broke: broken runs looked into one by one, term by term."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...measures.pairs import Pair
from ...world.tables import Table
from ...world.world import World
from ..intervals import share_of
from .account import accounts, chosen_turn
from .sentences import LEAST
from .witness import witnessed

MOST = 100
"""Broken runs that are looked into."""
NOTHING = "nothing: chance"


def movers(world: World, pair: Pair, vector: Table, seed: int, broken: Sequence[int]) -> pd.DataFrame:
    """The term that had moved most against the tie since its best month, in the eyes of the side that let go.

    Parameters
    ----------
    broken : sequence of int
        Replicates in which the pair is broken at the horizon; the first `MOST` are looked into.

    Returns
    -------
    DataFrame
        term (`NOTHING` where no term had moved against it), runs, share, low, high (95 %); change: its mean, in utility.
    """
    counts: Counter[str] = Counter()
    change: dict[str, list[float]] = {}
    looked = list(broken)[:MOST]
    for replicate in looked:
        course = witnessed(world, pair, vector, seed, int(replicate))
        found = accounts(course, chosen_turn(course))
        if not found:
            continue
        moved = found[0].table["change"]
        name = str(moved.idxmin()) if moved.min() < -LEAST else NOTHING
        counts[name] += 1
        change.setdefault(name, []).append(float(moved.min()))
    total = max(1, sum(counts.values()))
    rows = [
        {"term": name, "runs": n, **share_of(n, total), "change": float(np.mean(change[name])) if name != NOTHING else 0.0}
        for name, n in counts.most_common()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["term", "runs", "share", "low", "high", "change"])
