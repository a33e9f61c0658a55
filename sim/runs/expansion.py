"""From a sweep's command line to its points: choices are composed, numbers are a table.

A configuration is composed once for each combination of choices that are not numbers (a thesis, a scenario, a wedge); the
numbers that are swept (`parameters.*`, and the numbers of an instrument, `wedge.offer.size`) make a table that nobody
composes. A number that some interpolation refers to is composed, value by value, like a choice.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from hydra.core.override_parser.types import (
    ChoiceSweep,
    Glob,
    IntervalSweep,
    Override,
    QuotedString,
    RangeSweep,
)
from omegaconf import DictConfig, ListConfig, OmegaConf

from ..errors import InputError, told, unknown
from ..evidence.ledger import ledger
from ..world.loading import options
from ..world.parameters import default_values
from ..world.schema import InstrumentConf
from .axes import ledger_ranges
from .batch import PARAMETER, WEDGE, wedge_with
from .config import GROUPS, composed, names_thesis
from .design import SAMPLED, Design
from .design_table import read_design
from .points import Points
from .refused import read_override
from .sweep import plain_config

NUMBERS_OF_INSTRUMENTS = ("size", "credibility", "verification")
MOST_POINTS = 10_000_000


@dataclass(frozen=True)
class Group:
    """Points that share every choice that is not a number.

    Attributes
    ----------
    choices : dict
        What this combination chooses, by configuration group or key.
    overrides : tuple of str
        What was composed.
    config : DictConfig
        The composition.
    points : DataFrame
        A row a point, a column a number (`parameters.…`, `wedge.…`); the index `point` counts through all groups.
    design : Points or None
        The sampling design the points come from, with what its analysis needs.
    """

    choices: dict[str, str]
    overrides: tuple[str, ...]
    config: DictConfig
    points: pd.DataFrame
    design: Points | None = None


@dataclass(frozen=True)
class Swept:
    """A key that is swept: its values, or a range to sample from."""

    key: str
    values: tuple[Any, ...] = ()
    interval: tuple[float, float] | None = None

    @property
    def is_number(self) -> bool:
        """Whether it can stand in the table."""
        if self.interval is not None:
            return is_numeric_key(self.key)
        return is_numeric_key(self.key) and all(_is_number(value) for value in self.values)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_numeric_key(key: str) -> bool:
    """Whether a key is a number of the model that needs no composition."""
    if key.startswith(PARAMETER):
        return key.removeprefix(PARAMETER) in default_values()
    parts = key.split(".")
    return len(parts) == 3 and parts[0] == "wedge" and parts[2] in NUMBERS_OF_INSTRUMENTS


def _plain(value: Any) -> Any:
    return value.text if isinstance(value, QuotedString) else value


def swept(override: Override) -> Swept:
    """The values of a sweep override.

    Raises
    ------
    InputError
        A pattern that matches nothing, a range without an end.
    """
    key, value = override.get_key_element().lstrip("+~"), override.value()
    if isinstance(value, IntervalSweep):
        assert value.start is not None
        assert value.end is not None
        return Swept(key, interval=(float(value.start), float(value.end)))
    if isinstance(value, Glob):
        if key not in GROUPS:
            raise InputError("override", key, "takes no pattern", f"one of the groups {', '.join(GROUPS)}")
        found = tuple(value.filter(options(key)))
        if not found:
            raise InputError("override", key, "no option fits the pattern", ", ".join(options(key)))
        return Swept(key, found)
    assert isinstance(value, ChoiceSweep | RangeSweep)
    if isinstance(value, RangeSweep):
        _check_range(key, value)
    return Swept(key, tuple(_plain(v) for v in override.sweep_iterator()))


def _check_range(key: str, given: RangeSweep) -> None:
    """Refuse a range without end before it is counted out."""
    start, stop, step = (float(x if x is not None else math.nan) for x in (given.start, given.stop, given.step))
    steps = (stop - start) / step if step else math.nan
    if not math.isfinite(steps) or not 0.0 < steps <= MOST_POINTS:
        raise InputError("override", key, f"range({start:g},{stop:g},{step:g}) is no range", f"1 to {MOST_POINTS} finite steps")


def read_line(overrides: Sequence[str]) -> tuple[list[str], list[Swept]]:
    """The overrides that hold for every point, and the keys that are swept.

    Raises
    ------
    InputError
        An override that Hydra cannot read.
    """
    fixed, found = [], []
    for text in overrides:
        override = read_override(text)
        if override.get_key_element() == "design.over" and override.is_sweep_override():
            fixed.append("design.over='" + text.split("=", 1)[1] + "'")  # ledger:bond,brand is one value, not two
        elif override.is_sweep_override():
            found.append(swept(override))
        else:
            fixed.append(text)
    return fixed, found


def as_override(key: str, value: Any) -> str:
    """An override that sets one value."""
    if value is None:
        return f"{key}=null"
    if isinstance(value, bool):
        return f"{key}={str(value).lower()}"
    return f"{key}={value!r}" if _is_number(value) else f"{key}={value}"


REFERENCE = re.compile(r"\$\{([^{}]*)\}")


def referred_to(config: DictConfig, key: str) -> bool:
    """Whether some interpolation of a composed configuration may depend on a key.

    A reference that names the key, something above it or something below it counts; so does one that cannot be read.
    """
    texts: list[tuple[str, str]] = []

    def walk(node: Any, path: str) -> None:
        if isinstance(node, DictConfig) and not node._is_none() and not node._is_interpolation() and not node._is_missing():
            for name in node:
                walk(node._get_node(name), ".".join([*filter(None, [path]), str(name)]))
        elif isinstance(node, ListConfig) and not node._is_none() and not node._is_interpolation() and not node._is_missing():
            for n in range(len(node)):
                walk(node._get_node(n), f"{path}.{n}")
        elif node is not None and OmegaConf.is_interpolation(node._get_parent(), node._key()):
            texts.append((path, str(node._value())))

    walk(config, "")
    return any(_may_mean(text, path, key) for path, text in texts)


def _may_mean(text: str, where: str, key: str) -> bool:
    for inner in REFERENCE.findall(text) or [""]:
        name = inner.strip()
        if ":" in name or not name:  # a resolver's call may read anything that its words name
            if not name or key.rsplit(".", 1)[-1] in name or "." in name.split(":", 1)[0]:
                return True
            continue
        dots = len(name) - len(name.lstrip("."))
        above = where.split(".")[:-dots] if dots else []
        full = ".".join([*above, name.lstrip(".")]) if dots else name
        if full == key or full.startswith(key + ".") or key.startswith(full + "."):
            return True
    return text.count("${") != len(REFERENCE.findall(text))


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
    if value is None:
        return absent
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise InputError("design", key, f"{told(value)} is not allowed", f"a whole number, {low} to {high}")
    return value


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
    for name in table.columns:
        values = table[name].to_numpy(dtype=np.float64)
        ends = [float(values.min()), float(values.max())] if len(values) else []
        for value in ends:
            if name.startswith(PARAMETER):
                ledger().check(name.removeprefix(PARAMETER), value, "override")
            else:
                wedge_with(plain_config(config), {name: value})


def check_keys(found: Sequence[Swept]) -> None:
    """Refuse swept keys that do not exist, with the nearest that do."""
    for sweep in found:
        if sweep.key.startswith(PARAMETER) and sweep.key.removeprefix(PARAMETER) not in default_values():
            raise unknown("override", sweep.key, sweep.key.removeprefix(PARAMETER), default_values())
        parts = sweep.key.split(".")
        if parts[0] == "wedge" and len(parts) == 3 and parts[2] not in InstrumentConf.model_fields:
            raise unknown("override", sweep.key, parts[2], InstrumentConf.model_fields)
        if sweep.interval is not None and not is_numeric_key(sweep.key):
            raise InputError("override", sweep.key, "takes no interval", "an interval over parameters.… or a wedge's number")


def _first(fixed: Sequence[str], choices: Sequence[Swept]) -> DictConfig:
    return composed([*fixed, *(as_override(s.key, s.values[0]) for s in choices)])


def first_of(overrides: Sequence[str]) -> DictConfig:
    """The configuration of a sweep's first combination of choices.

    Raises
    ------
    InputError
        An override that cannot be read, or what cannot be composed.
    """
    fixed, found = read_line(overrides)
    check_keys(found)
    return _first(fixed, [s for s in found if not s.is_number])


def expand(overrides: Sequence[str]) -> list[Group]:
    """Groups of points of a sweep's command line.

    Raises
    ------
    InputError
        Anything that is wrong, before anything runs.
    """
    fixed, found = read_line(overrides)
    if not names_thesis(overrides):
        found.insert(0, Swept("thesis", tuple(options("thesis"))))
    check_keys(found)
    choices = [s for s in found if not s.is_number]
    numbers = [s for s in found if s.is_number]
    first = _first(fixed, choices)
    composed_numbers = [s for s in numbers if s.interval is None and referred_to(first, s.key)]
    choices += composed_numbers
    numbers = [s for s in numbers if s not in composed_numbers]
    groups: list[Group] = []
    count = 0
    for combination in product(*[s.values for s in choices]):
        line = [*fixed, *(as_override(s.key, value) for s, value in zip(choices, combination, strict=True))]
        config = composed(line)
        table, design = table_of(numbers, config)
        check_numbers(table, config)
        for s, value in zip(choices, combination, strict=True):
            if s in composed_numbers:
                table.insert(0, s.key, float(value))
        table.index = pd.RangeIndex(count, count + len(table), name="point")
        count += len(table)
        named = {s.key: str(v) for s, v in zip(choices, combination, strict=True) if s not in composed_numbers}
        groups.append(Group(named, tuple(line), config, table, design))
    return groups
