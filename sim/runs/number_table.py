"""The table of points of one group: numbers that nobody composes, in the pattern of a design."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from omegaconf import DictConfig, OmegaConf

from ..errors import InputError
from ..evidence.ledger import ledger
from ..numbers import whole
from .axes import ledger_ranges
from .batch import PARAMETER, WEDGE, wedge_with
from .design import SAMPLED, Design
from .design_table import read_design
from .points import Points
from .sweep_identity import plain_config
from .swept_keys import MOST_POINTS, NUMBERS_OF_INSTRUMENTS, Swept


def table_of(numbers: Sequence[Swept], config: DictConfig) -> tuple[pd.DataFrame, Points | None]:
    """The table of points of one group: the numbers swept on the command line, in the pattern of the design.

    Without a design it is the outer product in the order of the keys, the last one fastest. The second is the sampling
    design, where there is one.

    Raises
    ------
    InputError
    """
    design = plain_design(config)
    kind: Any = design.get("kind") or "grid"
    intervals = [n.key for n in numbers if n.interval is not None]
    if intervals and kind not in (*SAMPLED, "grid"):
        raise InputError("override", intervals[0], f"an interval says nothing to a {kind}", "design=lhs, sobol, morris or grid")
    if intervals and kind == "grid" and not design.get("n"):
        raise InputError("override", intervals[0], "an interval needs a design", "design=lhs design.n=100, or range(…)")
    over = design.get("over")
    if design.get("file"):
        _one_source(numbers, over)
        return _named(read_design(str(design["file"]), instrument_numbers(config)).table), None
    if not over and not intervals and kind in ("grid", "zip", "list"):
        return _own_table(numbers, kind), None
    ranges: dict[str, Any] = dict(ledger_ranges(over)) if isinstance(over, str) else dict(over or {})
    for number in numbers:
        ranges[number.key.removeprefix(PARAMETER)] = number.interval or list(number.values)
    if kind == "list":
        raise InputError("design", "over", "a list of points comes from a file or from swept keys", "design.file=points.csv")
    n, seed = _whole(design, "n", 0, 0, MOST_POINTS), _whole(design, "seed", 1, 1, 2**32 - 1)
    made = Design(kind, n, ranges, seed, also=instrument_numbers(config))
    points = made.points()
    return _named(points.table), points if kind in SAMPLED else None


def _whole(design: Mapping[str, Any], key: str, absent: int, low: int, high: int) -> int:
    """A whole number of a design."""
    value = design.get(key)
    return absent if value is None else whole("design", key, value, low, high)


def plain_design(config: DictConfig) -> dict[str, Any]:
    """The design of a configuration; empty without one."""
    found = OmegaConf.to_container(config.design, resolve=True) if "design" in config else {}
    return {str(k): v for k, v in found.items()} if isinstance(found, dict) else {}


def _one_source(numbers: Sequence[Swept], over: Any) -> None:
    if numbers or over:
        raise InputError("design", "file", "a table and swept keys do not go together", "one of them")


def instrument_numbers(config: DictConfig) -> list[str]:
    """Dotted paths of the numbers of a configuration's wedge."""
    wedge = config.get("wedge") or {}
    instruments = [str(k) for k, v in wedge.items() if isinstance(v, DictConfig) and "target" in v]
    return [f"wedge.{name}.{number}" for name in instruments for number in NUMBERS_OF_INSTRUMENTS]


def _own_table(numbers: Sequence[Swept], kind: str) -> pd.DataFrame:
    names = [n.key for n in numbers]
    lengths = [len(n.values) for n in numbers]
    if kind == "grid":
        if np.prod(lengths, dtype=float) > MOST_POINTS:
            raise InputError("override", names[0], f"{np.prod(lengths, dtype=float):.0f} points", f"at most {MOST_POINTS}")
        axes = np.meshgrid(*[np.array(n.values, dtype=np.float64) for n in numbers], indexing="ij")
        rows = np.stack([axis.ravel() for axis in axes], axis=1) if axes else np.zeros((1, 0))
        return pd.DataFrame(rows, columns=names)
    if len(set(lengths)) > 1:
        told = ", ".join(f"{n} has {length}" for n, length in zip(names, lengths, strict=True))
        raise InputError("design", kind, f"takes values of equal number, {told}", "as many values for every key")
    rows = np.array([n.values for n in numbers], dtype=np.float64).T if numbers else np.zeros((1, 0))
    return pd.DataFrame(rows, columns=names)


def _named(table: pd.DataFrame) -> pd.DataFrame:
    full = {name: name if str(name).startswith(WEDGE) else PARAMETER + str(name) for name in table.columns}
    return table.rename(columns=full).reset_index(drop=True)


def check_numbers(table: pd.DataFrame, config: DictConfig) -> None:
    """Check the numbers of a table as if each point had been composed.

    Raises
    ------
    InputError
        Outside the ledger's range, or not what the instrument takes.
    """
    wedge_with(plain_config(config), {})
    for name in table.columns:
        values = table[name].to_numpy(dtype=np.float64)
        ends = [float(values.min()), float(values.max())] if len(values) else []
        for value in ends:
            if name.startswith(PARAMETER):
                ledger().check(name.removeprefix(PARAMETER), value, "override")
            else:
                wedge_with(plain_config(config), {name: value})
