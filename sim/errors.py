"""The one kind of error a user sees: what is wrong, where, and what is allowed."""

from __future__ import annotations

import difflib
import reprlib
import sys
from collections.abc import Iterable

MOST_WORDS = 600
"""Characters of a part of a message."""
_short = reprlib.Repr()
_short.maxlevel, _short.maxstring, _short.maxother, _short.maxlong = 2, 120, 120, 60


def told(value: object) -> str:
    """A value as a message shows it: as Python writes it, but never at length.

    Examples
    --------
    >>> told("guess")
    "'guess'"
    """
    try:
        return _short.repr(value)
    except ValueError:  # a whole number of thousands of digits
        return "a number of very many digits"


def kind_of(value: object) -> str:
    """What a value is, for somebody who writes YAML or JSON.

    Examples
    --------
    >>> kind_of(None), kind_of([1])
    ('empty', 'a list')
    """
    if value is None:
        return "empty"
    kinds = {dict: "a mapping", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number"}
    return kinds.get(type(value), "something else")


def legible(text: str, most: int = MOST_WORDS) -> str:
    """Text that a terminal can show: what cannot be printed is spelt out, what is too long is cut."""
    cut = text if len(text) <= most else text[: most - 1] + "…"
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in cut)


class InputError(Exception):
    """Bad input at a boundary: configuration, evidence or a user's file.

    Parameters
    ----------
    where : str
        File or option in which the fault lies.
    field : str
        Dotted path of the offending field; may be empty.
    problem : str
        What was found, in words.
    allowed : str
        What would be accepted.
    """

    exit_code = 2

    def __init__(self, where: str, field: str, problem: str, allowed: str = "") -> None:
        where, field, problem, allowed = legible(where, 1000), legible(field, 200), legible(problem), legible(allowed)
        self.where, self.field, self.problem, self.allowed = where, field, problem, allowed
        place = f"{where}: {field}" if field else where
        hint = f"; {allowed}" if allowed.startswith("did you mean") else f" (allowed: {allowed})" if allowed else ""
        super().__init__(f"{place}: {problem}{hint}")


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known names are nearest to a misspelt one.

    Examples
    --------
    >>> nearest("haqani", ["haqqani", "let"])
    "did you mean 'haqqani'?"
    """
    options = sorted({str(k) for k in known})
    found = difflib.get_close_matches(str(name)[:200], options, n=3, cutoff=0.5)
    if found:
        return "did you mean " + " or ".join(f"'{f}'" for f in found) + "?"
    shown = ", ".join(options[:12]) + (", …" if len(options) > 12 else "")
    return f"one of {shown}" if options else "nothing is defined"


def unknown(where: str, field: str, name: str, known: Iterable[str]) -> InputError:
    """An error for a name that does not exist, with the nearest that do."""
    return InputError(where, field, f"unknown name '{name}'", nearest(name, known))


def notice(text: str) -> None:
    """Say on the error stream what somebody who waits wants to know; the work goes on."""
    print(f"alliances: {legible(text)}", file=sys.stderr, flush=True)
