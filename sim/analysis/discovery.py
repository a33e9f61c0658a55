"""Scenario discovery: under which conditions an event, such as the end of an alliance, is frequent.

Points in which the share of runs with the event exceeds a threshold are the cases of interest. PRIM peels the parameter
space down to boxes that hold many of them and little else (`prim.py`); a classification tree cuts the whole space into rules
(`tree_rules.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError
from .intervals import wilson
from .noise import checked_outcomes
from .prim import Box, boxes_of, telling
from .tree_rules import Rule, rules_of

MOST_COLUMNS = 10


@dataclass(frozen=True)
class Discovery:
    """Conditions under which cases of interest gather.

    Attributes
    ----------
    cases : ndarray of bool, shape (P,)
    threshold : float
        A point is a case of interest if its share of runs lies above.
    uncertain : float
        Share of points whose 95 % Wilson interval holds the threshold: replicates cannot tell on which side they lie.
    boxes : list of Box
        Each found among the points that the ones before left over.
    rules : list of Rule
        Leaves of the tree, densest first.
    held_out : tuple of float, or None
        Coverage and density of the first box when found on two thirds of the points and counted on the rest: what
        search among many parameters flatters. None if no box is found there.
    """

    cases: NDArray[np.bool_]
    threshold: float
    uncertain: float
    boxes: list[Box]
    rules: list[Rule]
    held_out: tuple[float, float] | None

    def table(self) -> pd.DataFrame:
        """One row per box: rule, coverage, density, mass, number of restrictions."""
        rows = [
            {"rule": b.rule(), "coverage": b.coverage, "density": b.density, "mass": b.mass, "restricted": len(b.limits)}
            for b in self.boxes
        ]
        columns = ["rule", "coverage", "density", "mass", "restricted"]
        return pd.DataFrame(rows, columns=columns, index=pd.RangeIndex(1, len(rows) + 1, name="box"))


def _held_out(
    points: pd.DataFrame, cases: NDArray[np.bool_], density: float, mass: float, columns: int
) -> tuple[float, float] | None:
    order = np.random.default_rng(0).permutation(len(points))
    cut = 2 * len(points) // 3
    seen, rest = np.sort(order[:cut]), np.sort(order[cut:])
    if not 0 < cases[seen].sum() < len(seen) or not cases[rest].any():
        return None
    boxes = boxes_of(telling(points.iloc[seen], cases[seen], columns), cases[seen], density, mass, 1)
    if not boxes:
        return None
    inside = boxes[0].holds(points.iloc[rest])
    hits = float((inside & cases[rest]).sum())
    return hits / float(cases[rest].sum()), hits / max(1.0, float(inside.sum()))


def discover(
    points: pd.DataFrame,
    outcomes: ArrayLike,
    threshold: float = 0.5,
    density: float = 0.8,
    mass: float = 0.05,
    most: int = 4,
    over: Sequence[str] | int = MOST_COLUMNS,
) -> Discovery:
    """Boxes and rules for the points where more than a share of runs shows an event.

    From PRIM's peeling trajectory the box of widest coverage with at least `density` is taken; limits whose quasi-p value
    exceeds 0.05 are dropped, the weakest first. If it is then no longer dense enough, the box of next widest coverage is
    tried, then PRIM again on the parameters whose limits told; the search ends where none is left.

    Parameters
    ----------
    points : pd.DataFrame, shape (P, D)
        A column per dotted path, independent points (lhs, a Sobol' sequence, a table).
    outcomes : array, shape (P, R)
        The event in each run, 0 or 1, such as no alliance at the end.
    threshold : float
        Share of a point's runs above which it is a case of interest.
    density, mass : float
        Least density and mass of a box; mass is the least share of points in a leaf too.
    most : int
        Most boxes.
    over : int or sequence of str
        Columns that PRIM looks at: the number of the most telling ones, or their names. The tree looks at all, or at those
        named.

    Raises
    ------
    InputError
        Outcomes do not fit the points or are no shares, or no point or every point is a case of interest.
    """
    for name, value in (("threshold", threshold), ("density", density), ("mass", mass)):
        if not 0 <= value < 1:
            raise InputError("discovery", name, f"{value:g} is no share", "0 to below 1")
    table, columns = (points[list(over)], len(over)) if not isinstance(over, int) else (points, over)
    values = checked_outcomes(outcomes, len(table))
    if values.min() < 0 or values.max() > 1:
        raise InputError("discovery", "outcomes", f"run from {values.min():g} to {values.max():g}", "0 to 1")
    share, replicates = values.mean(axis=1), values.shape[1]
    cases = share > threshold
    if not 0 < cases.sum() < len(cases):
        which = "no point" if not cases.any() else "every point"
        seen = f"{share.min():.2f} to {share.max():.2f}"
        raise InputError("discovery", "threshold", f"{which} lies above {threshold:g}", f"between the shares found, {seen}")
    low, high = wilson(share, replicates)
    uncertain = float(((low <= threshold) & (threshold <= high)).mean())
    return Discovery(
        cases, threshold, uncertain,
        boxes_of(telling(table, cases, columns), cases, density, mass, most), rules_of(table, cases, mass),
        _held_out(table, cases, density, mass, columns),
    )  # fmt: skip
