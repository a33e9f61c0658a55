"""Who can meet whom: dyads, contacts and relations, in an order that does not depend on how actors are listed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from .tables import CONTACT, DYAD, RELATION_FACTS, Table, table


def order_of(keys: np.ndarray, spare: np.ndarray) -> np.ndarray:
    """Factions by key, slots for those born in a run last. (F,)."""
    return np.argsort(np.where(spare == 1, 2**33, 0) + keys, kind="stable").astype(np.uint32)


def all_pairs(count: int) -> np.ndarray:
    """Every unordered pair of `count` things. (count (count - 1) / 2, 2)."""
    return np.stack(np.triu_indices(count, 1), axis=1)


def _starts(owners: np.ndarray, count: int) -> np.ndarray:
    return np.searchsorted(owners, np.arange(count + 1)).astype(np.int64)


def dyads_of(pairs: np.ndarray, order: np.ndarray) -> Table:
    """Dyads out of unordered pairs of factions: the first side comes first in `order`, and rows follow it too."""
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    swap = place[pairs[:, 0]] > place[pairs[:, 1]]
    first, second = np.where(swap, pairs[:, 1], pairs[:, 0]), np.where(swap, pairs[:, 0], pairs[:, 1])
    rows = np.lexsort((place[second], place[first]))
    out = table(len(pairs), DYAD)
    out["first"], out["second"] = first[rows], second[rows]
    return out


def contacts_of(dyad: Table, order: np.ndarray) -> dict[str, Any]:
    """The tables by which a faction finds its dyads: `contact`, `contact_start`, `dyad_of`."""
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    number = np.arange(len(dyad))
    mine, other = np.concatenate([dyad.first, dyad.second]), np.concatenate([dyad.second, dyad.first])
    rows = np.lexsort((place[other], mine))
    out = table(2 * len(dyad), CONTACT)
    out["other"] = other[rows]
    out["dyad"] = np.concatenate([number, number])[rows]
    out["side"] = np.repeat([0, 1], len(dyad))[rows]
    dyad_of = np.full((len(order), len(order)), -1, dtype=np.int32)
    dyad_of[dyad.first, dyad.second] = dyad_of[dyad.second, dyad.first] = number
    return {"contact": out, "contact_start": _starts(mine[rows], len(order)).astype(np.uint64), "dyad_of": dyad_of}


def relations_of(pairs: np.ndarray, organisations: int) -> dict[str, Any]:
    """Relations out of unordered pairs of organisations, both ways: `relation`, `relation_start`, `relation_of`."""
    both = np.concatenate([pairs, pairs[:, ::-1]])
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    relation_of = np.full((organisations, organisations), len(both), dtype=np.uint32)
    relation_of[both[:, 0], both[:, 1]] = np.arange(len(both))
    out = table(len(both) + 1, RELATION_FACTS)
    out["of"][:-1], out["toward"][:-1] = both[:, 0], both[:, 1]
    out["back"][:-1] = relation_of[both[:, 1], both[:, 0]]
    out["back"][-1] = len(both)
    return {"relation": out, "relation_start": _starts(both[:, 0], organisations).astype(np.uint64), "relation_of": relation_of}


def members_of(homes: np.ndarray, spare: np.ndarray, order: np.ndarray, organisations: int) -> dict[str, Any]:
    """The tables by which an organisation finds its factions: `member`, `member_start`, `born`."""
    named = order[spare[order] == 0]
    member = named[np.argsort(homes[named], kind="stable")]
    return {
        "member": member.astype(np.uint32),
        "member_start": _starts(homes[member], organisations),
        "born": order[spare[order] == 1].astype(np.uint32),
    }


def graph_of(faction: Table, pairs: np.ndarray, organisations: int) -> dict[str, Any]:
    """Every table of `Facts` that says who can meet whom.

    Parameters
    ----------
    faction : (F,) FACTION_FACTS
    pairs : (D, 2) unordered pairs of factions that can meet
    organisations : int
        Two organisations have a relation if factions of theirs can meet.
    """
    order = order_of(faction.key, faction.spare)
    dyad = dyads_of(pairs, order)
    homes = np.stack([faction.home[dyad.first], faction.home[dyad.second]], axis=1)
    between: Iterable[np.ndarray] = np.unique(np.sort(homes[homes[:, 0] != homes[:, 1]], axis=1), axis=0)
    relations = relations_of(np.asarray(between).reshape(-1, 2), organisations)
    slot = (faction.spare[dyad.first] == 1) | (faction.spare[dyad.second] == 1)
    dyad["relation"] = np.where(slot, -1, relations["relation_of"][homes[:, 0], homes[:, 1]].astype(np.int64))
    return {
        "order": order,
        "dyad": dyad,
        **contacts_of(dyad, order),
        **relations,
        **members_of(faction.home, faction.spare, order, organisations),
    }
