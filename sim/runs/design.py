"""Designs: which points of the parameter space a sweep runs.

A point is one vector of parameters. Sampling designs are drawn in the unit cube, where SALib and scipy.stats.qmc agree,
and carried into the ranges by the inverse distribution function of each range; the unit coordinates are kept, because
elementary effects and slices are taken there.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import ValidationError

from ..errors import InputError, nearest, unknown
from ..evidence.ledger import Distribution, Ledger, ledger
from ..paths import read_text
from ..world.parameters import default_values

Floats = NDArray[np.float64]
Kind = Literal["grid", "list", "zip", "lhs", "sobol", "morris"]
KINDS: tuple[str, ...] = get_args(Kind)
SAMPLED = ("lhs", "sobol", "morris")
MOST_POINTS = 10_000_000
MORRIS_LEVELS = 4
WHERE = "design"


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
        if self.kind == "list":
            return _listed(self)
        over = _axes(self)
        if self.kind == "zip":
            return _zipped(over)
        if self.kind == "grid":
            return _grid(over, self.n)
        return _sampled(self, over)


Axis = Distribution | tuple[float, ...]


def _number(value: Any) -> float | None:
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.integer | np.floating):
        return None
    return float(value) if math.isfinite(value) else None


def _check_path(path: str, also: Collection[str], where: str, field: str) -> None:
    known = [*default_values(), *also]
    if path not in known:
        raise unknown(where, field, path, known)


def _check_value(path: str, value: Any, where: str, field: str, book: Ledger) -> float:
    """A finite number inside the ledger's range, where the ledger has one."""
    covered = book.covering(path)
    span = book.entries[covered].range if covered else None
    allowed = f"{span.low:g} to {span.high:g}" if span else "a finite number"
    number = _number(value)
    if number is None:
        raise InputError(where, field, f"'{value}' is not a number", allowed)
    if span and not span.low <= number <= span.high:
        raise InputError(where, field, f"{number:g} lies outside the ledger's range", allowed)
    return number


def _distribution(path: str, given: Mapping[str, Any]) -> Distribution:
    try:
        return Distribution.model_validate(dict(given))
    except ValidationError as error:
        faults = error.errors()
        odd = [str(fault["loc"][-1]) for fault in faults if fault["type"] == "extra_forbidden"]
        if odd:
            raise unknown(WHERE, f"over.{path}", odd[0], Distribution.model_fields) from None
        fault = faults[0]
        raise InputError(WHERE, f"over.{path}", f"{dict(given)} is no range: {fault['msg']}", "low, high, shape, mode") from None


def _axis(path: str, given: Any, sampled: bool) -> Axis:
    """A range or values, checked against the ledger."""
    book = ledger()
    field = f"over.{path}"
    if isinstance(given, Distribution):
        axis: Axis = given
    elif isinstance(given, Mapping):
        axis = _distribution(path, given)
    elif isinstance(given, str) or not isinstance(given, Sequence | np.ndarray):
        axis = (_check_value(path, given, WHERE, field, book),)
    elif len(given) == 0:
        raise InputError(WHERE, field, "no value is given", "a range or values")
    elif len(given) >= 2 and (isinstance(given, tuple) or (sampled and (len(given) == 2 or isinstance(given[2], str)))):
        names = ("low", "high", "shape", "mode")
        if len(given) > len(names) or (len(given) > 2 and not isinstance(given[2], str)):
            raise InputError(WHERE, field, f"{given} is no range", "(low, high), (low, high, shape[, mode]), or a list of values")
        axis = _distribution(path, dict(zip(names, given, strict=False)))
    else:
        axis = tuple(_check_value(path, value, WHERE, field, book) for value in given)
    if isinstance(axis, Distribution):
        for end in (axis.low, axis.high):
            _check_value(path, end, WHERE, field, book)
    return axis


def ledger_ranges(choice: str) -> dict[str, Distribution]:
    """Ranges of the ledger by dotted path, for `ledger` or `ledger:prefix,prefix`.

    Raises
    ------
    InputError
        No parameter begins with a prefix; the nearest paths and groups are offered.
    """
    head, _, rest = choice.partition(":")
    if head != "ledger" or (":" in choice and not rest.strip(" ,")):
        raise InputError(WHERE, "over", f"'{choice}' is not understood", "ledger, ledger:bond,brand, or paths with ranges")
    known = default_values()
    prefixes = [part.strip() for part in rest.split(",") if part.strip()]
    for prefix in prefixes:
        if not any(path == prefix or path.startswith(prefix + ".") for path in known):
            raise unknown(WHERE, "over", prefix, [*known, *(path.split(".")[0] for path in known)])
    chosen = [p for p in known if not prefixes or any(p == x or p.startswith(x + ".") for x in prefixes)]
    return {path: ledger().entry(path).range for path in chosen}


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
        _check_path(path, design.also, WHERE, "over")
        if path in axes:
            raise InputError(WHERE, "over", f"'{path}' stands twice", "each path once")
        axes[path] = _axis(path, given, design.kind in SAMPLED)
    return axes


def _problem(names: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0] for _ in names]}


def _made(kind: str, names: Sequence[str], values: Any, unit: Floats | None, base: int = 0, second: bool = False) -> Points:
    index = pd.RangeIndex(len(values), name="point")
    table = pd.DataFrame(np.asarray(values, dtype=float).reshape(len(values), len(names)), index=index, columns=list(names))
    return Points(kind, table, unit, _problem(names), base or len(values), second)


def quantile(axis: Axis, share: Floats) -> Floats:
    """The inverse distribution function of a range, or of values of equal probability."""
    if isinstance(axis, Distribution):
        # rounding may carry the ends of a log-uniform range a hair outside
        inside: Floats = np.clip(np.asarray(axis.frozen().ppf(share), dtype=float), axis.low, axis.high)
        return inside
    values: Floats = np.asarray(axis, dtype=float)
    chosen: Floats = values[np.minimum((share * len(values)).astype(int), len(values) - 1)]
    return chosen


def _grid(over: Mapping[str, Axis], n: int) -> Points:
    levels = []
    for path, axis in over.items():
        if isinstance(axis, Distribution):
            if n < 2:
                raise InputError(WHERE, "n", f"{n} steps do not span the range of {path}", "2 or more")
            levels.append(quantile(axis, np.linspace(0.0, 1.0, n)))
        else:
            levels.append(np.asarray(axis))
    size = math.prod(len(level) for level in levels)
    if size > MOST_POINTS:
        raise InputError(WHERE, "n", f"the grid has {size:.3g} points", f"at most {MOST_POINTS}; lhs or sobol samples instead")
    return _made("grid", list(over), list(product(*levels)), None)


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
    return _made("zip", list(columns), list(zip(*columns.values(), strict=True)), None)


def _listed(design: Design) -> Points:
    rows = design.over
    if isinstance(rows, str | Mapping) or not rows:
        raise InputError(WHERE, "over", "a list takes one mapping a point", "or kind `zip` or `grid` for lists of values")
    names = [str(name).removeprefix("parameters.") for name in rows[0]]
    for name in names:
        _check_path(name, design.also, WHERE, "over")
    book = ledger()
    values = []
    for number, row in enumerate(rows):
        given = {str(name).removeprefix("parameters."): value for name, value in row.items()}
        if set(given) != set(names):
            odd = sorted(set(given) ^ set(names))
            raise InputError(WHERE, f"point {number}", f"differs from the first point in {', '.join(odd)}", ", ".join(names))
        values.append([_check_value(name, given[name], WHERE, f"point {number}, {name}", book) for name in names])
    return _made("list", names, values, None)


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
    unit = _unit_sample(design, _problem(names))
    values = np.column_stack([quantile(axis, unit[:, j]) for j, axis in enumerate(over.values())])
    crossed = kind == "sobol" and design.saltelli
    return _made(kind if crossed or kind != "sobol" else "sequence", names, values, unit, n, crossed and design.second_order)


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


def _csv_rows(path: Path) -> tuple[list[str], list[list[str]]]:
    reader = csv.reader(io.StringIO(read_text(path, "CSV or Parquet file"), newline=""))
    try:
        rows = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InputError(str(path), f"line {reader.line_num}", f"is not CSV text ({error})", "commas between cells") from None
    if not rows:
        raise InputError(str(path), "", "is empty", "a header of dotted paths and a row a point")
    header = [name.strip() for name in rows[0]]
    if len(header) == 1 and ";" in header[0]:
        raise InputError(str(path), "", "cells are separated by semicolons", "commas")
    for number, row in enumerate(rows[1:], 1):
        if len(row) != len(header):
            raise InputError(str(path), f"row {number}", f"has {len(row)} cells", f"{len(header)}, as in the header")
    return header, rows[1:]


def _parquet_rows(path: Path) -> tuple[list[str], list[list[Any]]]:
    try:
        frame = pd.read_parquet(path)
    except OSError as error:
        raise InputError(str(path), "", f"cannot be read ({error.strerror or error})", "a readable Parquet file") from None
    except ValueError as error:  # pyarrow's errors are ValueErrors
        raise InputError(str(path), "", f"is not Parquet ({error})", "a Parquet file") from None
    if frame.index.name == "point":
        frame = frame.reset_index()
    return [str(name) for name in frame.columns], frame.astype(object).to_numpy().tolist()


def _cell(value: Any) -> Any:
    """A cell of text as a number, where it is one."""
    if not isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError:
        return value.strip()


def read_design(path: str | Path, also: Collection[str] = ()) -> Points:
    """A table of points from CSV or Parquet: a column per dotted path, a row a point, numbers only.

    A column `point` is taken as the row's number and left out; rows keep their order.

    Parameters
    ----------
    path : str or Path
    also : collection of str
        Dotted paths outside conf/parameters that may vary too.

    Raises
    ------
    InputError
        Names the file, the row (1 is the first below the header), the column, the value and what is allowed.
    """
    path = Path(path)
    if path.suffix not in {".csv", ".parquet"}:
        raise InputError(str(path), "", f"'{path.suffix}' is not read", ".csv or .parquet")
    header, rows = _csv_rows(path) if path.suffix == ".csv" else _parquet_rows(path)
    names = [name.removeprefix("parameters.") for name in header]
    kept = [j for j, name in enumerate(names) if name != "point"]
    for j in kept:
        if names[j] not in default_values() and names[j] not in also:
            known = [*default_values(), *also]
            raise InputError(
                str(path), f"column {header[j] or j + 1}", f"unknown parameter '{names[j]}'", nearest(names[j], known)
            )
        if names.count(names[j]) > 1:
            raise InputError(str(path), f"column {header[j]}", "stands twice", "each parameter once")
    if not kept or not rows:
        raise InputError(str(path), "", "holds no point", "a column per dotted path and a row a point")
    book = ledger()
    values = [
        [_check_value(names[j], _cell(row[j]), str(path), f"row {number}, column {header[j]}", book) for j in kept]
        for number, row in enumerate(rows, 1)
    ]
    return _made("list", [names[j] for j in kept], values, None)
