"""Points times replicates as rectangles: what files hold, what is missing, which files hold the same runs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from .batch import Tile


@dataclass(frozen=True)
class Rectangle:
    """Points first..last times replicates replicate..until (exclusive ends) that a file holds."""

    first: int
    last: int
    replicate: int
    until: int

    @property
    def runs(self) -> int:
        """Number of runs."""
        return (self.last - self.first) * (self.until - self.replicate)


def rectangle_of(tile: Tile) -> Rectangle:
    """What the files of a tile hold."""
    return Rectangle(tile.first, tile.last, tile.replicate, tile.until)


def common(a: Sequence[Rectangle], b: Sequence[Rectangle]) -> list[Rectangle]:
    """What lies in a rectangle of both."""
    both = set(a) & set(b)
    found = [r for r in a if r in both]
    for r in a:
        if r in both:
            continue
        for s in b:
            first, last = max(r.first, s.first), min(r.last, s.last)
            replicate, until = max(r.replicate, s.replicate), min(r.until, s.until)
            if first < last and replicate < until:
                found.append(Rectangle(first, last, replicate, until))
    return found


def without(rectangles: Sequence[Rectangle], points: Collection[int]) -> list[Rectangle]:
    """Rectangles less some points."""
    found = []
    for r in rectangles:
        start = r.first
        for point in sorted(p for p in points if r.first <= p < r.last):
            found.append(Rectangle(start, point, r.replicate, r.until))
            start = point + 1
        found.append(Rectangle(start, r.last, r.replicate, r.until))
    return [r for r in found if r.first < r.last]


def together(files: Sequence[Sequence[Rectangle]]) -> list[list[int]]:
    """Positions of the files, those that hold the same runs in one group; in the order of each group's first."""
    group = np.arange(len(files))
    owner = np.repeat(group, [len(file) for file in files])
    sides = np.array([(r.first, r.last, r.replicate, r.until) for file in files for r in file], dtype=np.int64).reshape(-1, 4)
    first, last, replicate, until = sides.T
    for k, (a, b, c, d) in enumerate(sides):
        for other in np.unique(owner[(first < b) & (last > a) & (replicate < d) & (until > c)]):
            mine, its = group[owner[k]], group[other]
            group[group == max(mine, its)] = min(mine, its)
    return [np.flatnonzero(group == g).tolist() for g in np.unique(group)]


def covers(rectangles: Sequence[Rectangle], point: int, replicate: int, until: int) -> bool:
    """Whether the rectangles hold all of some replicates of a point."""
    held = [(r.replicate, r.until) for r in rectangles if r.first <= point < r.last]
    return not _gaps(until, [(0, replicate), *held])


def missing(wanted: np.ndarray, held: list[Rectangle], group_of: np.ndarray, runs_a_tile: int) -> list[Tile]:
    """Tiles that are still to be run.

    Parameters
    ----------
    wanted : (P,) int
        Replicates 0 .. wanted - 1 of each point.
    held : list of Rectangle
        What is there already.
    group_of : (P,) int
        Group of each point; a tile never spans two.
    runs_a_tile : int
        Upper bound of a tile's runs (a tile has at least one run).
    """
    by_point: dict[int, list[tuple[int, int]]] = {}
    for r in held:
        for point in range(r.first, r.last):
            by_point.setdefault(point, []).append((r.replicate, r.until))
    tiles: list[Tile] = []
    open_tiles: dict[tuple[int, int, int], int] = {}  # (group, replicate, until) -> first point of a run of neighbours
    last_gaps: set[tuple[int, int, int]] = set()
    for point in range(len(wanted) + 1):
        gaps = set()
        if point < len(wanted):
            gaps = {(int(group_of[point]), a, b) for a, b in _gaps(int(wanted[point]), by_point.get(point, []))}
        for gap in last_gaps - gaps:
            tiles += _cut(gap, open_tiles.pop(gap), point, runs_a_tile)
        for gap in gaps - last_gaps:
            open_tiles[gap] = point
        last_gaps = gaps
    return sorted(tiles, key=lambda t: (t.group, t.first, t.replicate))


def _gaps(wanted: int, held: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Replicates 0 .. wanted - 1 that no interval holds."""
    gaps, reached = [], 0
    for start, end in sorted(held):
        if start > reached and reached < wanted:
            gaps.append((reached, min(start, wanted)))
        reached = max(reached, end)
    if reached < wanted:
        gaps.append((reached, wanted))
    return gaps


def _cut(gap: tuple[int, int, int], first: int, last: int, runs: int) -> list[Tile]:
    """A rectangle of points and replicates in tiles of at most so many runs."""
    group, start, end = gap
    tiles = []
    for a in range(start, end, runs):
        b = min(a + runs, end)
        points = max(1, runs // (b - a))
        tiles += [Tile(group, p, min(p + points, last), a, b) for p in range(first, last, points)]
    return tiles
