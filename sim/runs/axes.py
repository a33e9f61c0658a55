"""Axes of a design: what varies along one parameter, a range or values, held to the ledger."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from pydantic import ValidationError

from ..errors import InputError, unknown
from ..evidence.ledger import Distribution, Ledger, ledger
from ..numbers import number
from ..world.parameters import default_values
from ..world.tables import Floats

WHERE = "design"
Axis = Distribution | tuple[float, ...]


def check_path(path: str, also: Collection[str], where: str, field: str) -> None:
    """Refuse a dotted path that nothing has, with the nearest."""
    known = [*default_values(), *also]
    if path not in known:
        raise unknown(where, field, path, known)


def check_value(path: str, value: Any, where: str, field: str, book: Ledger) -> float:
    """A finite number inside the ledger's range, where the ledger has one."""
    covered = book.covering(path)
    span = book.entries[covered].range if covered else None
    allowed = f"{span.low:g} to {span.high:g}" if span else "a finite number"
    found = number(where, field, value, allowed)
    if span and not span.low <= found <= span.high:
        raise InputError(where, field, f"{found:g} lies outside the ledger's range", allowed)
    return found


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


def axis_of(path: str, given: Any, sampled: bool) -> Axis:
    """A range or values, checked against the ledger."""
    book = ledger()
    field = f"over.{path}"
    if isinstance(given, Distribution):
        axis: Axis = given
    elif isinstance(given, Mapping):
        axis = _distribution(path, given)
    elif isinstance(given, str) or not isinstance(given, Sequence | np.ndarray):
        axis = (check_value(path, given, WHERE, field, book),)
    elif len(given) == 0:
        raise InputError(WHERE, field, "no value is given", "a range or values")
    elif len(given) >= 2 and (isinstance(given, tuple) or (sampled and (len(given) == 2 or isinstance(given[2], str)))):
        names = ("low", "high", "shape", "mode")
        if len(given) > len(names) or (len(given) > 2 and not isinstance(given[2], str)):
            raise InputError(WHERE, field, f"{given} is no range", "(low, high), (low, high, shape[, mode]), or a list of values")
        axis = _distribution(path, dict(zip(names, given, strict=False)))
    else:
        axis = tuple(check_value(path, value, WHERE, field, book) for value in given)
    if isinstance(axis, Distribution):
        for end in (axis.low, axis.high):
            check_value(path, end, WHERE, field, book)
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


def quantile(axis: Axis, share: Floats) -> Floats:
    """The inverse distribution function of a range, or of values of equal probability."""
    if isinstance(axis, Distribution):
        # rounding may carry the ends of a log-uniform range a hair outside
        inside: Floats = np.clip(np.asarray(axis.frozen().ppf(share), dtype=float), axis.low, axis.high)
        return inside
    values: Floats = np.asarray(axis, dtype=float)
    chosen: Floats = values[np.minimum((share * len(values)).astype(int), len(values) - 1)]
    return chosen
