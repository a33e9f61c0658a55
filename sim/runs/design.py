"""Designs: which points of the parameter space a sweep runs.

A point is one vector of parameters. Sampling designs are drawn in the unit cube, where SALib and scipy.stats.qmc agree,
and carried into the ranges by the inverse distribution function of each range; the unit coordinates are kept, because
elementary effects and slices are taken there.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal, get_args

import numpy as np

from ..errors import InputError, unknown
from ..evidence.ledger import Distribution, ledger
from ..numbers import MOST_SEED, whole
from ..plural import plural
from ..world.tables import Floats
from .axes import WHERE, Axis, axis_of, check_path, check_value, ledger_ranges, quantile
from .points import Points, made, unit_problem

Kind = Literal["grid", "list", "zip", "lhs", "sobol", "morris"]
KINDS: tuple[str, ...] = get_args(Kind)
SAMPLED = ("lhs", "sobol", "morris")
MOST_POINTS = 10_000_000
MORRIS_LEVELS = 4


@dataclass(frozen=True)
class Design:
    """What to vary, over which ranges, in what pattern.

    Parameters
    ----------
    kind : {"grid", "list", "zip", "lhs", "sobol", "morris"}
        Every combination; points as given; values of equal position; Latin hypercube (McKay et al. 1979);
        Saltelli's crossed Sobol' points (Saltelli et al. 2010); Morris trajectories (Morris 1991).
    n : int
        Steps of each range (grid), points (lhs), base points, a power of 2 (sobol), trajectories (morris).
        Not used where values are given.
    over : mapping, sequence of mappings, or str
        Dotted path -> range or values. A range is a tuple (low, high[, shape[, mode]]), a mapping with those keys or a
        `Distribution`; a list holds values. In a sampling design two numbers are a range however they are written, and
        a list of three or more stands for values of equal probability. `list` takes one mapping a point instead.
        `ledger` stands for every parameter in its range of the ledger, `ledger:bond,brand` for those whose dotted path
        begins so.
    seed : int
        The same seed gives the same points.
    second_order : bool
        Sobol' designs only.
    saltelli : bool
        False: a `sobol` design is the plain Sobol' sequence, n points, without the crossing that indices need.
    also : collection of str
        Dotted paths outside conf/parameters that may vary too (of a wedge, an actor, …).
    """

    kind: Kind
    n: int = 0
    over: Mapping[str, Any] | Sequence[Mapping[str, Any]] | str = "ledger"
    seed: int = 1
    second_order: bool = False
    saltelli: bool = True
    also: Collection[str] = ()

    def points(self) -> Points:
        """The points of this design.

        Raises
        ------
        InputError
            Unknown path (with the nearest), value outside the ledger's range, not a number, wrong n.
        """
        if self.kind not in KINDS:
            raise unknown(WHERE, "kind", self.kind, KINDS)
        whole(WHERE, "n", self.n, 0, MOST_POINTS)
        whole(WHERE, "seed", self.seed, 0, MOST_SEED)
        if self.kind == "list":
            return _listed(self)
        over = _axes(self)
        if self.kind == "zip":
            return _zipped(over)
        if self.kind == "grid":
            return _grid(over, self.n)
        return _sampled(self, over)


def _axes(design: Design) -> dict[str, Axis]:
    if isinstance(design.over, str):
        return dict(ledger_ranges(design.over))
    if not isinstance(design.over, Mapping):
        raise InputError(
            WHERE, "over", f"a {design.kind} takes paths with ranges or values", "or kind `list` for points as given"
        )
    if not design.over:
        raise InputError(WHERE, "over", "nothing varies", "at least one dotted path")
    axes = {}
    for name, given in design.over.items():
        path = str(name).removeprefix("parameters.")
        check_path(path, design.also, WHERE, "over")
        if path in axes:
            raise InputError(WHERE, "over", f"'{path}' stands twice", "each path once")
        axes[path] = axis_of(path, given, design.kind in SAMPLED)
    return axes


def _grid(over: Mapping[str, Axis], n: int) -> Points:
    levels = []
    for path, axis in over.items():
        if isinstance(axis, Distribution):
            if n < 2:
                raise InputError(WHERE, "n", f"{plural(n, 'step does', 'steps do')} not span the range of {path}", "2 or more")
            levels.append(quantile(axis, np.linspace(0.0, 1.0, n)))
        else:
            levels.append(np.asarray(axis))
    size = math.prod(len(level) for level in levels)
    if size > MOST_POINTS:
        raise InputError(WHERE, "n", f"the grid has {size:.3g} points", f"at most {MOST_POINTS}; lhs or sobol samples instead")
    return made("grid", list(over), list(product(*levels)), None)


def _zipped(over: Mapping[str, Axis]) -> Points:
    columns = {}
    for path, axis in over.items():
        if isinstance(axis, Distribution):
            raise InputError(WHERE, f"over.{path}", "a zip takes values, not a range", "a list of values")
        columns[path] = axis
    lengths = {path: len(values) for path, values in columns.items()}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{path} {length}" for path, length in lengths.items())
        raise InputError(WHERE, "over", f"the lists differ in length: {said}", "lists of one length")
    return made("zip", list(columns), list(zip(*columns.values(), strict=True)), None)


def _listed(design: Design) -> Points:
    rows = design.over
    if isinstance(rows, str | Mapping) or not rows:
        raise InputError(WHERE, "over", "a list takes one mapping a point", "or kind `zip` or `grid` for lists of values")
    names = [str(name).removeprefix("parameters.") for name in rows[0]]
    for name in names:
        check_path(name, design.also, WHERE, "over")
    book = ledger()
    values = []
    for number, row in enumerate(rows):
        given = {str(name).removeprefix("parameters."): value for name, value in row.items()}
        if set(given) != set(names):
            odd = sorted(set(given) ^ set(names))
            raise InputError(WHERE, f"point {number}", f"differs from the first point in {', '.join(odd)}", ", ".join(names))
        values.append([check_value(name, given[name], WHERE, f"point {number}, {name}", book) for name in names])
    return made("list", names, values, None)


def _sampled(design: Design, over: Mapping[str, Axis]) -> Points:
    names = list(over)
    kind, n, d = design.kind, design.n, len(over)
    if n < 1:
        raise InputError(WHERE, "n", f"{n} cannot be sampled", "1 or more")
    per = {"lhs": 1, "sobol": (2 * d + 2 if design.second_order else d + 2) if design.saltelli else 1, "morris": d + 1}[kind]
    if n * per > MOST_POINTS:
        raise InputError(WHERE, "n", f"the design has {n * per:.3g} points", f"at most {MOST_POINTS // per}")
    if kind == "sobol" and n & (n - 1):
        low = 1 << (n.bit_length() - 1)
        raise InputError(WHERE, "n", f"{n} base points unbalance a Sobol' sequence", f"a power of 2, such as {low} or {2 * low}")
    unit = _unit_sample(design, unit_problem(names))
    values = np.column_stack([quantile(axis, unit[:, j]) for j, axis in enumerate(over.values())])
    crossed = kind == "sobol" and design.saltelli
    return made(kind if crossed or kind != "sobol" else "sequence", names, values, unit, n, crossed and design.second_order)


def _unit_sample(design: Design, problem: dict[str, Any]) -> Floats:
    """Points in the unit cube, shape (P, D)."""
    rng = np.random.default_rng(design.seed)
    d = problem["num_vars"]
    if design.kind == "lhs" or (design.kind == "sobol" and not design.saltelli):
        from scipy.stats import qmc  # late: slow to import

        sampler = qmc.LatinHypercube(d, seed=rng) if design.kind == "lhs" else qmc.Sobol(d, seed=rng)
        drawn = sampler.random(design.n)
    elif design.kind == "sobol":
        from SALib.sample import sobol

        drawn = sobol.sample(problem, design.n, calc_second_order=design.second_order, seed=rng)
    else:
        from SALib.sample import morris

        drawn = morris.sample(problem, design.n, num_levels=MORRIS_LEVELS, seed=rng)
    return np.asarray(drawn, dtype=float)
