"""One strict reading of a number, whoever writes it: a command line, a file, a table, a Python caller.

A number is written in the digits 0 to 9 with a sign, a decimal point and an exponent if wanted: `3`, `-0.5`, `1e-3`. It is
finite. Neither true nor false is a number, nor is text in quotes; `0_1`, `010`, `0x10`, `1:30`, `inf` and digits of other
scripts are none either. A count is a whole number: it has no point and no exponent, so that 3.0 is refused.
"""

from __future__ import annotations

import math
import re
from numbers import Integral, Real
from typing import Any

from .errors import InputError, told

NUMBER = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
MOST_DIGITS = 40
"""Characters of a whole number as text: more than any that is asked for."""
MOST_SEED = 2**64 - 1
"""The largest master seed."""


def number_in(text: str) -> float | None:
    """The finite number that a text is; None if it is none.

    Examples
    --------
    >>> number_in("1e-3"), number_in("0_1"), number_in("nan")
    (0.001, None, None)
    """
    value = float(text) if NUMBER.fullmatch(text) else math.nan
    return value if math.isfinite(value) else None


def number(where: str, field: str, value: Any, allowed: str = "a finite number") -> float:
    """A number that is handed over as a value, of Python or NumPy.

    Raises
    ------
    InputError
        True or false, text, not finite, too large for a float.
    """
    if isinstance(value, Real) and not isinstance(value, bool):
        try:
            found = float(value)
        except OverflowError:
            found = math.inf
        if math.isfinite(found):
            return found
    raise InputError(where, field, f"{told(value)} is not a number", allowed)


def whole(where: str, field: str, value: Any, low: int, high: int) -> int:
    """A whole number that is handed over as a value, of Python or NumPy, low to high.

    Raises
    ------
    InputError
        True or false, text, a float (3.0 too), outside low to high.
    """
    if isinstance(value, Integral) and not isinstance(value, bool) and low <= int(value) <= high:
        return int(value)
    raise InputError(where, field, f"{told(value)} is not allowed", f"a whole number, {low} to {high}")


def whole_number(where: str, field: str, text: str, low: int, high: int) -> int:
    """A whole number as somebody writes it; InputError if it is none, or outside low to high."""
    if not (len(text) <= MOST_DIGITS and WHOLE.fullmatch(text) and low <= int(text) <= high):
        raise InputError(where, field, f"{told(text)} is not allowed", f"a whole number, {low} to {high}")
    return int(text)


def master_seed(value: Any) -> int:
    """A master seed; InputError for what is none."""
    try:
        return whole("seed", "", value, 0, MOST_SEED)
    except InputError:
        raise InputError("seed", "", f"{told(value)} is not a master seed", "a whole number, 0 to 2^64 - 1") from None
