"""Boxes of the parameter space that hold many cases of interest and little else.

The patient rule induction method (PRIM: Friedman & Fisher 1999; Bryant & Lempert 2010), and the columns it looks at.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

QUASI_P = 0.05
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


def telling(points: pd.DataFrame, cases: NDArray[np.bool_], most: int) -> pd.DataFrame:
    """The columns that tell cases apart best, by importance in a forest of extremely randomised trees (Geurts et al. 2006).

    Among a hundred columns greedy peeling takes a little off each, and no box is left once chance restrictions go.
    """
    if points.shape[1] <= most:
        return points
    from sklearn.ensemble import ExtraTreesClassifier

    forest = ExtraTreesClassifier(300, min_samples_leaf=5, max_features=None, random_state=0)
    score = forest.fit(points.to_numpy(dtype=float), cases).feature_importances_
    return points[[points.columns[j] for j in sorted(np.argsort(-score, kind="stable")[:most])]]


def boxes_of(points: pd.DataFrame, cases: NDArray[np.bool_], density: float, mass: float, most: int) -> list[Box]:
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
