"""Scenario discovery: under which conditions the alliance breaks.

Points in which the share of runs with the event exceeds a threshold are the cases of interest. PRIM (Friedman & Fisher
1999; Bryant & Lempert 2010) peels the parameter space down to boxes that hold many of them and little else; a
classification tree (Breiman et al. 1984) cuts the whole space into rules.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError
from .noise import checked_outcomes
from .summary import wilson

Floats = NDArray[np.float64]
QUASI_P = 0.05
MOST_LEAVES = 8
MOST_COLUMNS = 10
ANY = 1e-9  # the workbench gives up on boxes below its threshold; which one is dense enough is decided here


@dataclass(frozen=True)
class Box:
    """A box of the parameter space.

    Attributes
    ----------
    limits : pd.DataFrame
        A row per restricted parameter: `low`, `high` (its own units), `minimum`, `maximum` (of the design), and `quasi_p`,
        the chance of a box as dense without that limit (Bryant & Lempert 2010), the larger of two sides; most telling first.
    coverage : float
        Share of all cases of interest that lie in the box.
    density : float
        Share of the box's points that are cases of interest.
    mass : float
        Share of all points that lie in the box.
    trajectory : pd.DataFrame
        Coverage, density, mass and number of restrictions (`restricted`) of every box on the way.
    """

    limits: pd.DataFrame
    coverage: float
    density: float
    mass: float
    trajectory: pd.DataFrame

    def holds(self, points: pd.DataFrame) -> NDArray[np.bool_]:
        """Which points lie in the box, limits included, shape (P,)."""
        inside = np.ones(len(points), dtype=bool)
        for path, row in self.limits.iterrows():
            values = points[path].to_numpy(dtype=float)
            inside &= (values >= row["low"]) & (values <= row["high"])
        return inside

    def rule(self) -> str:
        """The box in words."""
        return " and ".join(_condition(str(path), row) for path, row in self.limits.iterrows())


@dataclass(frozen=True)
class Rule:
    """A leaf of the tree.

    Attributes
    ----------
    conditions : list of str
    breaks : bool
        Whether most points of the leaf are cases of interest.
    coverage, density, mass : float
        As of a box.
    """

    conditions: list[str]
    breaks: bool
    coverage: float
    density: float
    mass: float


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


def _condition(path: str, row: pd.Series[Any]) -> str:
    below, above = row["low"] > row["minimum"], row["high"] < row["maximum"]
    if below and above:
        return f"{path} within {row['low']:.3g} and {row['high']:.3g}"
    return f"{path} ≥ {row['low']:.3g}" if below else f"{path} ≤ {row['high']:.3g}"


def _dense(trajectory: pd.DataFrame, density: float) -> list[int]:
    """Restricted boxes that are dense enough, widest coverage first; fewest restrictions break ties."""
    kept = trajectory[(trajectory["density"] >= density) & (trajectory["res_dim"] > 0)]
    order = kept.sort_values(["coverage", "res_dim", "density"], ascending=[False, True, False], kind="stable")
    return [int(place) for place in order.index]


def _quasi_p(box: Any, at: int) -> dict[tuple[str, int], float]:
    """Quasi-p value of each limit, by parameter and side (0 low, 1 high); what is not restricted has none (-1)."""
    sides = {(str(path), side): float(value) for path, values in box.qp[at].items() for side, value in enumerate(values)}
    return {limit: value for limit, value in sides.items() if value >= 0}


def _widen(box: Any, at: int, path: str, side: int) -> int:
    """Drop one limit of a box; the place of the new box on the trajectory."""
    frame = box.box_lims[at].copy()
    frame.loc[frame.index[side], path] = box.box_lims[0][path].iloc[side]
    rest = box.prim.yi_remaining
    x = box.prim.x.loc[rest]
    box.update(frame, rest[((x >= frame.iloc[0]) & (x <= frame.iloc[1])).all(axis=1).to_numpy()])
    return len(box.box_lims) - 1


def _told(box: Any, at: int) -> int:
    """Drop the limits that tell nothing, weakest first; the place of the box that is left."""
    while weak := {limit: p for limit, p in _quasi_p(box, at).items() if p > QUASI_P}:
        at = _widen(box, at, *max(weak, key=lambda limit: weak[limit]))
    return at


def _box_of(box: Any, at: int, trajectory: pd.DataFrame) -> Box:
    """A box of the workbench as ours; shares are still those of the points it was found on."""
    row, frame, start = box.peeling_trajectory.loc[at], box.box_lims[at], box.box_lims[0]
    quasi = _quasi_p(box, at)
    paths = list(dict.fromkeys(path for path, _ in quasi))
    limits = pd.DataFrame(
        {
            "low": [frame[k].iloc[0] for k in paths], "high": [frame[k].iloc[1] for k in paths],
            "minimum": [start[k].iloc[0] for k in paths], "maximum": [start[k].iloc[1] for k in paths],
            "quasi_p": [max(p for (path, _), p in quasi.items() if path == k) for k in paths],
        },
        index=pd.Index(paths, name="parameter"), dtype=float,
    )  # fmt: skip
    limits = limits.sort_values("quasi_p", kind="stable")
    return Box(limits, float(row["coverage"]), float(row["density"]), float(row["mass"]), trajectory)


def _one_box(points: pd.DataFrame, cases: NDArray[np.bool_], density: float, mass: float) -> Box | None:
    """A box dense enough whose limits all tell; None if there is none.

    Chance limits on many parameters dilute a box once they are dropped: PRIM then peels again, on the parameters left.
    """
    from ema_workbench.analysis.prim import Prim

    names = list(points.columns)
    while names:
        # integers as floats: the workbench cannot put a limit between two integers (its issue 448)
        x = points[names].astype(float).reset_index(drop=True)
        found = Prim(x, cases.astype(int), threshold=ANY, mass_min=mass).find_box()
        kept = found.peeling_trajectory[["coverage", "density", "mass", "res_dim"]].rename(columns={"res_dim": "restricted"})
        last = len(kept) - 1
        for candidate in _dense(found.peeling_trajectory, density):
            at = _told(found, candidate)
            if found.qp[at] and found.peeling_trajectory.loc[at, "density"] >= density:
                return _box_of(found, at, kept.astype({"restricted": int}))
        left = {path for path, _ in _quasi_p(found, _told(found, last))}
        if len(left) == len(names):
            return None
        names = [name for name in names if name in left]
    return None


def _telling(points: pd.DataFrame, cases: NDArray[np.bool_], most: int) -> pd.DataFrame:
    """The columns that tell cases apart best, by importance in a forest of extremely randomised trees (Geurts et al. 2006).

    Among a hundred columns greedy peeling takes a little off each, and no box is left once chance restrictions go.
    """
    if points.shape[1] <= most:
        return points
    from sklearn.ensemble import ExtraTreesClassifier

    forest = ExtraTreesClassifier(300, min_samples_leaf=5, max_features=None, random_state=0)
    score = forest.fit(points.to_numpy(dtype=float), cases).feature_importances_
    return points[[points.columns[j] for j in sorted(np.argsort(-score, kind="stable")[:most])]]


def _boxes(points: pd.DataFrame, cases: NDArray[np.bool_], density: float, mass: float, most: int) -> list[Box]:
    """Boxes one after the other, each on the points that the ones before left over; shares are of all points."""
    boxes: list[Box] = []
    rest = np.ones(len(points), dtype=bool)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # optional parts the workbench misses, and pandas calls it has yet to update
        while len(boxes) < most and 0 < (left := cases[rest].sum()) < rest.sum() and rest.mean() > mass:
            box = _one_box(points[rest], cases[rest], density, mass / float(rest.mean()))
            if box is None:
                break
            cover, size = float(left / cases.sum()), float(rest.mean())
            trajectory = box.trajectory.assign(coverage=box.trajectory["coverage"] * cover, mass=box.trajectory["mass"] * size)
            boxes.append(replace(box, coverage=box.coverage * cover, mass=box.mass * size, trajectory=trajectory))
            rest &= ~box.holds(points)
    return boxes


def _rules(points: pd.DataFrame, cases: NDArray[np.bool_], mass: float) -> list[Rule]:
    """Leaves of a classification tree as rules; a rule names each parameter once."""
    from sklearn.tree import DecisionTreeClassifier

    x = points.to_numpy(dtype=float)
    # the workbench's tree is this one with an open seed: ties would fall differently each time
    tree = DecisionTreeClassifier(
        min_samples_leaf=max(1, int(mass * len(x))), max_leaf_nodes=MOST_LEAVES, min_impurity_decrease=0.005, random_state=0
    ).fit(x, cases)
    inner, leaf_of = tree.tree_, tree.apply(x)
    names = [str(name) for name in points.columns]
    rules = []
    stack: list[tuple[int, dict[str, tuple[float, float]]]] = [(0, {})]
    while stack:
        node, spans = stack.pop()
        if inner.children_left[node] < 0:
            inside = leaf_of == node
            hits = float(cases[inside].sum())
            said = [_span(path, *span) for path, span in spans.items()]
            size = float(inside.sum())
            rules.append(Rule(said or ["everywhere"], 2 * hits > size, hits / float(cases.sum()), hits / size, size / len(x)))
            continue
        path, cut = names[inner.feature[node]], float(inner.threshold[node])
        low, high = spans.get(path, (-np.inf, np.inf))
        stack.append((int(inner.children_right[node]), {**spans, path: (max(low, cut), high)}))
        stack.append((int(inner.children_left[node]), {**spans, path: (low, min(high, cut))}))
    return sorted(rules, key=lambda rule: -rule.density)


def _span(path: str, low: float, high: float) -> str:
    if np.isfinite(low) and np.isfinite(high):
        return f"{low:.3g} < {path} ≤ {high:.3g}"
    return f"{path} > {low:.3g}" if np.isfinite(low) else f"{path} ≤ {high:.3g}"


def _held_out(
    points: pd.DataFrame, cases: NDArray[np.bool_], density: float, mass: float, columns: int
) -> tuple[float, float] | None:
    order = np.random.default_rng(0).permutation(len(points))
    cut = 2 * len(points) // 3
    seen, rest = np.sort(order[:cut]), np.sort(order[cut:])
    if not 0 < cases[seen].sum() < len(seen) or not cases[rest].any():
        return None
    boxes = _boxes(_telling(points.iloc[seen], cases[seen], columns), cases[seen], density, mass, 1)
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
        The event in each run, 0 or 1, such as the alliance broken.
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
        _boxes(_telling(table, cases, columns), cases, density, mass, most), _rules(table, cases, mass),
        _held_out(table, cases, density, mass, columns),
    )  # fmt: skip
