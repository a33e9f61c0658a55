"""Whose alliances are watched: pairs of organisations or factions, by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..world.world import World
from .alliances import dyads_at_start


@dataclass(frozen=True)
class Pair:
    """Two actors whose tie is watched: factions or organisations.

    Attributes
    ----------
    a, b : str
    dyads : (K,) int
        Between the factions of one and those of the other.
    relations : tuple of int
        Rows of `Facts.relation`, both ways; the last row if they are of one organisation.
    sides : tuple of list of int
        Factions of either side.
    """

    a: str
    b: str
    dyads: NDArray[np.int64]
    relations: tuple[int, int]
    sides: tuple[list[int], list[int]]

    @property
    def name(self) -> str:
        """Both names with a dash, as in `pair=A-B`."""
        return f"{self.a}-{self.b}"

    def title(self, world: World) -> str:
        """Both titles."""
        return f"{world.titles.get(self.a, self.a)} – {world.titles.get(self.b, self.b)}"


def pair_of(world: World, a: str, b: str, where: str = "watch") -> Pair:
    """The pair of two actors.

    Raises
    ------
    InputError
        An actor is unknown, both are one, or they cannot meet.
    """
    left, right = world.members(a, where), world.members(b, where)
    if set(left) & set(right):
        raise InputError(where, f"{a}-{b}", "share a faction", "two actors apart from each other")
    of = world.facts.dyad_of
    dyads = np.array([of[i, j] for i in left for j in right if of[i, j] >= 0], dtype=np.int64)
    if not len(dyads):
        raise InputError(where, f"{a}-{b}", "cannot meet in this scenario", "actors with a tie or a place in common")
    o, q = (int(world.facts.faction.home[side[0]]) for side in (left, right))
    relations = int(world.facts.relation_of[o, q]), int(world.facts.relation_of[q, o])
    return Pair(a, b, dyads, relations, (left, right))


def named_pair(world: World, text: str, where: str = "watch") -> Pair:
    """The pair of two actors joined by a dash; InputError as `pair_of`, or if it is not a pair."""
    a, _, b = text.partition("-")
    if not a or not b:
        raise InputError(where, text, "is not a pair", "two actors joined by a dash, for example haqqani-al_qaeda")
    return pair_of(world, a, b, where)


def allied_at_start(world: World, pair: Pair) -> bool:
    """Whether some dyad of the pair stands at material level or above in the initial world."""
    return bool(dyads_at_start(world)[pair.dyads].any())


def watched_pairs(world: World, asked: Sequence[str] = ()) -> list[Pair]:
    """Pairs to watch, the focal one first.

    Without `asked`: the focal pair, the ties of its factions one by one where an organisation has several, and every other
    pair of organisations allied at the start.

    Parameters
    ----------
    asked : sequence of str
        `haqqani-al_qaeda`: actors joined by a dash, added after the focal pair instead of the usual ones.
    """
    focal = pair_of(world, *world.focal)
    if asked:
        found = [focal]
        for text in asked:
            pair = named_pair(world, text)
            if pair.name not in [p.name for p in found]:
                found.append(pair)
        return found
    wings = [
        pair_of(world, world.factions[i], other)
        for name, other in (world.focal, world.focal[::-1])
        if len(world.members(name)) > 1
        for i in world.members(name)
        if any(world.facts.dyad_of[i, j] >= 0 for j in world.members(other))
    ]
    others = [pair_of(world, world.organisations[o], world.organisations[q]) for o, q in world.organisation_pairs()[1:]]
    return [focal, *(pair for pair in (*wings, *others) if allied_at_start(world, pair))]
