"""Points of a design: vectors of parameters, and where they lie in the unit cube."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ..world.tables import Floats


@dataclass(frozen=True)
class Points:
    """Points of a design.

    Attributes
    ----------
    kind : str
        As in `Design`; `sequence` for a plain Sobol' sequence.
    table : pd.DataFrame, shape (P, D)
        A column per dotted path, in its own units; the index `point` counts from 0.
    unit : ndarray of float, shape (P, D), or None
        The same points as quantiles of their ranges, 0..1; None where a design has values and no ranges.
    problem : dict
        The definition SALib's analyses take: names, and bounds of the unit cube.
    base : int
        Base points of a Sobol' design, trajectories of a Morris design, else the number of points.
    second_order : bool
        Whether a Sobol' design also crosses for second order: 2D + 2 points a base point instead of D + 2.
    """

    kind: str
    table: pd.DataFrame
    unit: Floats | None
    problem: dict[str, Any]
    base: int
    second_order: bool = False

    @property
    def names(self) -> list[str]:
        """Dotted paths that vary, in the order of the columns."""
        return [str(name) for name in self.table.columns]


def unit_problem(names: Sequence[str]) -> dict[str, Any]:
    """The definition that SALib takes, over the unit cube."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0] for _ in names]}


def made(kind: str, names: Sequence[str], values: Any, unit: Floats | None, base: int = 0, second: bool = False) -> Points:
    """Points from their values, shape (P, D)."""
    index = pd.RangeIndex(len(values), name="point")
    table = pd.DataFrame(np.asarray(values, dtype=float).reshape(len(values), len(names)), index=index, columns=list(names))
    return Points(kind, table, unit, unit_problem(names), base or len(values), second)


def without(points: Points, names: Collection[str]) -> Points:
    """The points with some columns left out: those of a Latin hypercube are one still."""
    kept = [n for n, name in enumerate(points.names) if name not in names]
    left = [points.names[n] for n in kept]
    unit = None if points.unit is None else points.unit[:, kept]
    return replace(points, table=points.table[left], unit=unit, problem=unit_problem(left))
