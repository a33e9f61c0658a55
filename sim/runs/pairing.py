"""Which values of the swept choices go together: every one with every other, or in a zip those of equal position."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import product
from typing import Any

import pandas as pd

from ..errors import InputError
from ..plural import plural
from .swept_keys import Swept


def combinations(
    choices: Sequence[Swept], numbers: Sequence[Swept], kind: str, crossed: Collection[str] = ()
) -> Iterator[tuple[tuple[Any, ...], slice]]:
    """Values of the choices, one for each, and which rows of the table of numbers belong to them.

    Parameters
    ----------
    choices : sequence of Swept
        Keys that are composed.
    numbers : sequence of Swept
        Keys that make the table.
    kind : str
        Of the design; all but `zip` cross every value with every other, and every row belongs to each.
    crossed : collection of str
        Keys that are crossed in a zip too, because nobody named them on the line.

    Raises
    ------
    InputError
        Paired keys have different numbers of values.
    """
    paired = [s for s in choices if s.key not in crossed] if kind == "zip" else []
    if not paired:
        yield from ((values, slice(None)) for values in product(*[s.values for s in choices]))
        return
    listed = [s for s in (*paired, *numbers) if s.interval is None]
    if len({len(s.values) for s in listed}) > 1:
        told = ", ".join(f"{s.key} has {len(s.values)}" for s in listed)
        raise InputError("design", "zip", f"takes values of equal number, {told}", "as many values for every key")
    for values in product(*[s.values if s.key in crossed else (None,) for s in choices]):
        for first, last in _runs(paired, together=bool(numbers)):
            here = [v if s.key in crossed else s.values[first] for s, v in zip(choices, values, strict=True)]
            yield tuple(here), slice(first, last)


def _runs(paired: Sequence[Swept], *, together: bool) -> Iterator[tuple[int, int]]:
    """First and one past the last position of each run of equal values; of each position, where nothing is held together."""
    rows = list(zip(*[s.values for s in paired], strict=True))
    first = 0
    for n in range(1, len(rows) + 1):
        if n == len(rows) or not together or repr(rows[n]) != repr(rows[first]):
            yield first, n
            first = n


def rows_of(table: pd.DataFrame, rows: slice, choices: Sequence[Swept]) -> pd.DataFrame:
    """The rows of a table of numbers that belong to a combination; all of a table without columns.

    Raises
    ------
    InputError
        In a zip the table has another number of rows than the choices have values.
    """
    if rows == slice(None) or table.columns.empty:
        return table
    length = len(choices[-1].values)
    if len(table) != length:
        told = f"{choices[-1].key} has {length}, the numbers have {plural(len(table), 'row')}"
        raise InputError("design", "zip", f"takes values of equal number: {told}", "as many values for every key")
    return table.iloc[rows].reset_index(drop=True)
