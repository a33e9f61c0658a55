"""What the tables of UCDP say of groups: who fought whom in which years, and how deep support went.

Kinds of support become rungs of the ladder by a coding of ours: access to territory (`l`) is sanctuary, and support of any
other kind is material. Access to infrastructure or joint operations (`y`), which the table codes of nearly every armed
supporter, is not taken for the model's joint level, as the timeline does not take it so either: al-Qaeda and the Taliban have
it in every year in which the timeline says material. Were it taken so, nearly every tie would stand on the highest rung.
Whether there is support does not hang on this; how deep it goes does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..engine.outcomes import ABSENT
from ..paths import SEEDS
from ..world.names import Level
from ..world.tables import Floats
from .coder import SEEN, UNSEEN, Ties
from .patterns import NAN, Flags

FIGHTS = SEEDS / "data" / "ucdp_nonstate_conflict.csv"
SUPPORT = SEEDS / "data" / "ucdp_support_actor_years.csv"
ORGANISED = 1
"""Level of organisation of formally organised groups, neither communities nor loose supporters."""
REGIME = ("Government of Afghanistan", 1996, 2001)
"""The Taliban as the source names them while they rule, from their fight with the United Front on."""
LADDER = ("none", "material", "sanctuary")
UNKNOWN = ABSENT


def fights_of_groups(path: Path = FIGHTS) -> Ties:
    """Years in which organised groups fought: a row a dyad, a column a year. (D, Y) of SEEN and UNSEEN."""
    table = pd.read_csv(path)
    rows = table[table["org"] == ORGANISED]
    first, last = int(rows["year"].min()), int(rows["year"].max())
    dyad = rows.groupby("dyad_id").ngroup().to_numpy()
    out = np.full((dyad.max() + 1, last - first + 1), UNSEEN, dtype=np.int8)
    out[dyad, rows["year"].to_numpy() - first] = SEEN
    return out


def groups_fought(one: Collection[str], other: Collection[str], first: int, last: int, path: Path = FIGHTS) -> Flags:
    """(Y,): whether one of some groups fought one of others, alone or in a coalition, in each of these years."""
    table = pd.read_csv(path)
    sides = [table[f"side_{side}_name"].str.split(", ") for side in "ab"]
    fought = set()
    for year, a, b in zip(table["year"], *sides, strict=True):
        if (set(a) & set(one) and set(b) & set(other)) or (set(b) & set(one) and set(a) & set(other)):
            fought.add(year)
    return np.array([year in fought for year in range(first, last + 1)])


def _rung(supporters: int, with_territory: int) -> int:
    """Rung of each of some supporters: unknown where territory came from some and not all of them."""
    if with_territory == 0:
        return Level.MATERIAL
    return Level.SANCTUARY if with_territory == supporters else UNKNOWN


def ladder_of_groups(path: Path = SUPPORT) -> NDArray[np.int8]:
    """Support between armed groups by dyad and year, whichever way it went.

    A recipient is observed in every year that the table has a row of it. Where several supported it and only some gave
    territory, the table does not say which: their rung is unknown in that year.

    Returns
    -------
    (D, Y) int8
        `Level.NONE`, MATERIAL or SANCTUARY; `UNKNOWN`.
    """
    table = pd.read_csv(path)
    actor = table["actor_name"].to_numpy(dtype=object, copy=True)
    regime = (table["actor_name"] == REGIME[0]) & table["year"].between(*REGIME[1:])
    actor[regime & ~table["ext_name"].fillna("").str.contains("Government of United States")] = "Taleban"
    followed: dict[str, set[int]] = defaultdict(set)
    found: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    columns = [table[name].tolist() for name in ("year", "ext_name", "ext_sup_ns", "ext_l_count_ns")]
    for who, year, names, supported, territory in zip(actor, *columns, strict=True):
        if who.startswith("Government of"):
            continue
        followed[who].add(year)
        named = [name.strip() for name in names.split(",")] if supported == 1 else []
        supporters = [name for name in named if not name.startswith("Government of")]
        for supporter in supporters:
            pair = (min(who, supporter), max(who, supporter))
            found[pair][year] = max(found[pair].get(year, UNKNOWN), _rung(len(supporters), territory))
    first, last = int(table["year"].min()), int(table["year"].max())
    out = np.full((len(found), last - first + 1), UNKNOWN, dtype=np.int8)
    for levels, (pair, rungs) in zip(out, sorted(found.items()), strict=True):
        for year in set().union(*(followed[side] for side in pair if side in followed)):
            levels[year - first] = Level.NONE
        for year, rung in rungs.items():
            levels[year - first] = rung
    return out


def _followed(levels: NDArray[np.int8]) -> NDArray[np.int8]:
    """Rungs as a coder of support sees them: from a dyad's first support on, single years without bridged by the lesser."""
    seen = np.where(levels == UNKNOWN, UNKNOWN, np.clip(levels, Level.NONE, Level.SANCTUARY))
    seen[(seen != UNKNOWN) & (seen < Level.MATERIAL)] = Level.NONE
    before, here, after = seen[..., :-2], seen[..., 1:-1], seen[..., 2:]
    gap = (here == Level.NONE) & (before >= Level.MATERIAL) & (after >= Level.MATERIAL)
    seen[..., 1:-1] = np.where(gap, np.minimum(before, after), here)
    begun = np.logical_or.accumulate(seen >= Level.MATERIAL, axis=-1)
    return np.where(begun, seen, UNKNOWN).astype(np.int8)


def ladder_transitions(levels: NDArray[np.int8]) -> Floats:
    """Yearly moves on the ladder of none, material, sanctuary or deeper, of dyads from their first support on.

    Parameters
    ----------
    levels : (N, D, Y) int8
        Levels at year ends, in N histories; `UNKNOWN`.

    Returns
    -------
    (N, 3, 3) int
        Years that began on the rung of the row and ended on that of the column.
    """
    seen = _followed(levels).astype(np.int64)
    rung = np.where(seen == UNKNOWN, -1, np.maximum(seen - Level.MATERIAL + 1, 0))
    before, after = rung[..., :-1], rung[..., 1:]
    out = np.zeros((len(levels), 3, 3))
    for a in range(3):
        for b in range(3):
            out[:, a, b] = ((before == a) & (after == b)).sum(axis=(1, 2))
    return out


def ladder_shares(levels: NDArray[np.int8]) -> tuple[list[str], Floats]:
    """Shares of the yearly moves, by name; NaN for a rung on which nobody stood. names, (N, 9).

    Whether support begins and ends, whatever its depth; the six free shares of the transition matrix; and the share of
    years of support that include sanctuary.
    """
    moves = ladder_transitions(levels)
    off = [(a, b) for a in range(3) for b in range(3) if a != b]
    begun, ended, stood = moves[:, 0, 1:].sum(axis=1), moves[:, 1:, 0].sum(axis=1), moves.sum(axis=2)
    tied, deep = ((levels >= rung).sum(axis=(1, 2)) for rung in (Level.MATERIAL, Level.SANCTUARY))
    names = ["ladder.none.support", "ladder.support.none"]
    names += [f"ladder.{LADDER[a]}.{LADDER[b]}" for a, b in off] + ["ladder.share_sanctuary"]
    above = [begun, ended, *(moves[:, a, b] for a, b in off), deep]
    below = [stood[:, 0], stood[:, 1:].sum(axis=1), *(stood[:, a] for a, _ in off), tied]
    counts, totals = np.stack(above, axis=1).astype(np.float64), np.stack(below, axis=1)
    return names, np.divide(counts, totals, out=np.full_like(counts, NAN), where=totals > 0)
