"""Rules that tell cases of interest apart: the leaves of a classification tree (Breiman et al. 1984)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MOST_LEAVES = 8


@dataclass(frozen=True)
class Rule:
    """A leaf of the tree.

    Attributes
    ----------
    conditions : list of str
    typical : bool
        Whether most points of the leaf are cases of interest.
    coverage, density, mass : float
        As of a box.
    """

    conditions: list[str]
    typical: bool
    coverage: float
    density: float
    mass: float


def rules_of(points: pd.DataFrame, cases: NDArray[np.bool_], mass: float) -> list[Rule]:
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
