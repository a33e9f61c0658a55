"""The table of points of one group: numbers that nobody composes, in the pattern of a design."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from omegaconf import DictConfig, OmegaConf

from ..errors import InputError, told
from ..evidence.ledger import ledger
from ..numbers import whole
from .axes import ledger_ranges
from .batch import PARAMETER, WEDGE, wedge_with
from .design import SAMPLED, Design
from .design_table import read_design
from .determining import plain_config
from .fixed_numbers import ON_THE_LINE, fixed_by_thesis, fixed_numbers, refuse_both, sentence
from .points import Points, without
from .references import references, referred_to
from .swept_keys import MOST_POINTS, NUMBERS_OF_INSTRUMENTS, Swept


@dataclass(frozen=True)
class Numbers:
    """The numbers of a group of points.

    Attributes
    ----------
    table : DataFrame
        A row a point, a column a number by its full dotted path.
    design : Points or None
        The sampling design, where there is one.
    left_out : dict
        What the design was to vary and does not, with who fixes it.
    overruled : dict
        What the line varies though the thesis fixes it.
    """

    table: pd.DataFrame
    design: Points | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)
    overruled: Mapping[str, str] = field(default_factory=dict)


def numbers_of(swept: Sequence[Swept], config: DictConfig, line: Sequence[str]) -> Numbers:
    """The numbers of one group: those swept on the command line, in the pattern of the design.

    Without a design it is the outer product in the order of the keys, the last one fastest. A design varies nothing that
    stands on the line, that the thesis fixes, or that is ablated.

    Parameters
    ----------
    swept : sequence of Swept
        Numbers that are swept on the command line.
    config : DictConfig
        The group's composition.
    line : sequence of str
        What was composed.

    Raises
    ------
    InputError
        Also where what is fixed is to vary by its name.
    """
    design = plain_design(config)
    kind: Any = design.get("kind") or "grid"
    keys = [number.key for number in swept]
    by_thesis = fixed_by_thesis(line, config)
    overruled = {key: by_thesis[key] for key in keys if key in by_thesis}
    _check_intervals(swept, kind, design)
    over = design.get("over")
    fixed = fixed_numbers(line, config)
    if design.get("file"):
        _one_source(swept, over, kind)
        table = _named(read_design(str(design["file"]), instrument_numbers(config)).table)
        refuse_both(table.columns, fixed, str(design["file"]), "")
        return Numbers(table)
    if not over and not any(number.interval for number in swept) and kind in ("grid", "zip", "list"):
        return Numbers(_own_table(swept, kind), overruled=overruled)
    if kind == "list":
        raise InputError("design", "over", "a list of points comes from a file or from swept keys", "design.file=points.csv")
    ranges, left_out = _ranges(over, keys, fixed)
    for number in swept:
        ranges[number.key.removeprefix(PARAMETER)] = number.interval or list(number.values)
    fixed_ranges = {path.removeprefix(PARAMETER) for path in left_out}
    if kind != "lhs":  # of a Latin hypercube columns are left out later: theses are compared at the same points
        ranges = {path: span for path, span in ranges.items() if path not in fixed_ranges}
    n, seed = _whole(design, "n", 0, 0, MOST_POINTS), _whole(design, "seed", 1, 1, 2**32 - 1)
    points = without(Design(kind, n, ranges, seed, also=instrument_numbers(config)).points(), fixed_ranges)
    return Numbers(_named(points.table), points if kind in SAMPLED else None, left_out, overruled)


def _check_intervals(swept: Sequence[Swept], kind: str, design: Mapping[str, Any]) -> None:
    intervals = [n.key for n in swept if n.interval is not None]
    if intervals and kind not in (*SAMPLED, "grid"):
        raise InputError("override", intervals[0], f"an interval says nothing to a {kind}", "design=lhs, sobol, morris or grid")
    if intervals and kind == "grid" and not design.get("n"):
        raise InputError("override", intervals[0], "an interval needs a design", "design=lhs design.n=100, or range(…)")


def _ranges(over: Any, keys: Sequence[str], fixed: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Ranges of a design by its own paths, the swept keys apart; and those of the ledger that are fixed, with who fixes them.

    What is fixed and varies by its own name is refused.
    """
    if not isinstance(over, str):
        given = over or {}
        if not isinstance(given, Mapping):
            raise InputError(
                "design", "over", f"{told(given)} is not understood", "ledger, ledger:bond,brand, or paths with ranges"
            )
        refuse_both(map(_full, map(str, given)), {**fixed, **dict.fromkeys(keys, ON_THE_LINE)}, "design", "over")
        return dict(given), {}
    ranges = {PARAMETER + path for path in ledger_ranges(over)}
    named = [_full(part.strip()) for part in over.partition(":")[2].split(",")]
    refuse_both(named, fixed, "design", "over")
    left_out = {path: who for path, who in fixed.items() if path in ranges and path not in keys}
    if ranges and len(left_out) == len(ranges) and not keys:
        said = sentence(f"nothing of {over} is left to vary", [left_out]).rstrip(".")
        raise InputError("design", "over", said, "other parameters")
    return dict(ledger_ranges(over)), left_out


def _full(path: str) -> str:
    """The full dotted path of a number of a design."""
    return path if path.startswith((PARAMETER, WEDGE)) else PARAMETER + path


def _whole(design: Mapping[str, Any], key: str, absent: int, low: int, high: int) -> int:
    """A whole number of a design."""
    value = design.get(key)
    return absent if value is None else whole("design", key, value, low, high)


def plain_design(config: DictConfig) -> dict[str, Any]:
    """The design of a configuration; empty without one."""
    found = OmegaConf.to_container(config.design, resolve=True) if "design" in config else {}
    return {str(k): v for k, v in found.items()} if isinstance(found, dict) else {}


def _one_source(numbers: Sequence[Swept], over: Any, kind: str) -> None:
    if kind != "list":
        raise InputError("design", "file", f"says nothing to a {kind}", "design=list")
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
    return table.rename(columns=lambda name: _full(str(name))).reset_index(drop=True)


def check_numbers(table: pd.DataFrame, config: DictConfig) -> None:
    """Check the numbers of a table as if each point had been composed.

    Raises
    ------
    InputError
        Outside the ledger's range, not what the instrument takes, or a value that others of this composition refer to.
    """
    texts = references(config)
    wedge_with(plain_config(config), {})
    for name in table.columns:
        if referred_to(texts, name):
            allowed = "single values on the line, as key=a,b; with one thesis, scenario and wedge at a time"
            raise InputError("design", name, "varies, and another value refers to it, which would stay as it is", allowed)
        values = table[name].to_numpy(dtype=np.float64)
        ends = [float(values.min()), float(values.max())] if len(values) else []
        for value in ends:
            if name.startswith(PARAMETER):
                ledger().check(name.removeprefix(PARAMETER), value, "override")
            else:
                wedge_with(plain_config(config), {name: value})
