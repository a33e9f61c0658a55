"""Keys that are swept on a command line: their values, or the interval to sample from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hydra.core.override_parser.types import (
    ChoiceSweep,
    Glob,
    IntervalSweep,
    Override,
    QuotedString,
    RangeSweep,
)

from ..errors import InputError, unknown
from ..world.loading import options
from ..world.parameters import default_values
from ..world.schema import InstrumentConf
from .batch import PARAMETER
from .config import GROUPS
from .refused import read_override

NUMBERS_OF_INSTRUMENTS = ("size", "credibility", "verification")
MOST_POINTS = 10_000_000


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
        An override that Hydra cannot read, or a swept key that stands twice.
    """
    fixed, found, keys = [], [], []
    for text in overrides:
        override = read_override(text)
        keys.append(override.key_or_group)
        if override.get_key_element() == "design.over" and override.is_sweep_override():
            fixed.append("design.over='" + text.split("=", 1)[1] + "'")  # ledger:bond,brand is one value, not two
        elif override.is_sweep_override():
            found.append(swept(override))
        else:
            fixed.append(text)
    _check_once([sweep.key for sweep in found], keys)
    return fixed, found


def _check_once(found: Sequence[str], keys: Sequence[str]) -> None:
    """Refuse a swept key that stands on the line again, itself or as a part of another: one would hide the other."""
    for key in found:
        inside = [other for other in keys if key not in GROUPS and other.startswith(key + ".")]
        around = [other for other in keys if other not in GROUPS and key.startswith(other + ".")]
        if keys.count(key) > 1 or inside or around:
            twice = ", ".join(dict.fromkeys([key, *inside, *around]))
            raise InputError("override", twice, "stands twice on the line", "a swept key once, with all its values")


def as_override(key: str, value: Any) -> str:
    """An override that sets one value."""
    if value is None:
        return f"{key}=null"
    if isinstance(value, bool):
        return f"{key}={str(value).lower()}"
    return f"{key}={value!r}" if _is_number(value) else f"{key}={value}"


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
