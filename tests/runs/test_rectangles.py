"""Rectangles of points and replicates: what is missing, what two have in common, who holds the same runs."""

import random

import numpy as np

from sim.runs.rectangles import Rectangle, common, missing, together, without


def drawn(rng, most):
    found = []
    for _ in range(rng.randint(0, most)):
        a, r = rng.randint(0, 9), rng.randint(0, 8)
        found.append(Rectangle(a, rng.randint(a + 1, 10), r, rng.randint(r + 1, 9)))
    return found


def cells(rectangles):
    return {(p, r) for h in rectangles for p in range(h.first, h.last) for r in range(h.replicate, h.until)}


def test_missing_tiles_cover_what_is_not_held_exactly_once():
    rng = random.Random(5)
    for _ in range(200):
        points = rng.randint(1, 12)
        wanted = np.array([rng.randint(0, 9) for _ in range(points)])
        group = np.sort(np.array([rng.randint(0, 2) for _ in range(points)]))
        held = []
        for _ in range(rng.randint(0, 4)):
            a, r = rng.randint(0, points), rng.randint(0, 8)
            held.append(Rectangle(a, rng.randint(a, points), r, rng.randint(r, 9)))
        seen = cells(held)
        for tile in missing(wanted, held, group, rng.randint(1, 20)):
            assert len(set(group[tile.first : tile.last])) == 1
            for p in range(tile.first, tile.last):
                for r in range(tile.replicate, tile.until):
                    assert (p, r) not in seen
                    seen.add((p, r))
        assert all((p, r) in seen for p in range(points) for r in range(wanted[p]))


def test_common_and_without_are_those_of_sets():
    rng = random.Random(6)
    for _ in range(300):
        a, b = drawn(rng, 4), drawn(rng, 4)
        b += rng.sample(a, rng.randint(0, len(a)))
        assert cells(common(a, b)) == cells(a) & cells(b)
        gone = set(rng.sample(range(10), rng.randint(0, 4)))
        assert cells(without(a, gone)) == {(p, r) for p, r in cells(a) if p not in gone}


def test_files_that_hold_the_same_runs_are_in_one_group():
    rng = random.Random(7)
    for _ in range(300):
        files = [drawn(rng, 2) for _ in range(rng.randint(0, 6))]
        groups = together(files)
        assert sorted(n for group in groups for n in group) == list(range(len(files)))
        assert [group[0] for group in groups] == sorted(group[0] for group in groups)
        of = {n: g for g, group in enumerate(groups) for n in group}
        for a in range(len(files)):
            for b in range(a):
                assert of[a] == of[b] or not cells(files[a]) & cells(files[b])
        for group in groups:  # no larger than it must be: each file shares runs with another of its group
            for n in group:
                assert len(group) == 1 or any(cells(files[n]) & cells(files[m]) for m in group if m != n)
