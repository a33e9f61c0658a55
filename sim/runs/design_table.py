"""A design as a file: points from CSV or Parquet, each cell held to the ledger."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import InputError, nearest, told
from ..evidence.ledger import ledger
from ..numbers import number_in
from ..paths import read_text
from ..plural import plural
from ..world.parameters import default_values
from .axes import check_value
from .points import Points, made


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
            raise InputError(str(path), f"row {number}", f"has {plural(len(row), 'cell')}", f"{len(header)}, as in the header")
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
    found = number_in(value.strip()) if isinstance(value, str) else None
    return value if found is None else found


def _check_numbering(path: Path, given: Sequence[Any]) -> None:
    """Refuse numbers of points that the rows will not have."""
    for number, value in enumerate(given):
        if isinstance(value, bool) or value != number:
            allowed = "0, 1, 2 … from the first row on, or no such column"
            raise InputError(str(path), f"row {number + 1}, column point", f"{told(value)} would become {number}", allowed)


def read_design(path: str | Path, also: Collection[str] = ()) -> Points:
    """A table of points from CSV or Parquet: a column per dotted path, a row a point, numbers only.

    Rows are numbered from 0 in their order; a column `point` may say so, and nothing else.

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
    for j, name in enumerate(names):
        if names.count(name) > 1:
            raise InputError(str(path), f"column {header[j]}", "stands twice", "each column once")
    for j in kept:
        if names[j] not in default_values() and names[j] not in also:
            known = [*default_values(), *also]
            raise InputError(
                str(path), f"column {header[j] or j + 1}", f"unknown parameter '{names[j]}'", nearest(names[j], known)
            )
    if not kept or not rows:
        raise InputError(str(path), "", "holds no point", "a column per dotted path and a row a point")
    if "point" in names:
        _check_numbering(path, [_cell(row[names.index("point")]) for row in rows])
    book = ledger()
    values = [
        [check_value(names[j], _cell(row[j]), str(path), f"row {number}, column {header[j]}", book) for j in kept]
        for number, row in enumerate(rows, 1)
    ]
    return made("list", [names[j] for j in kept], values, None)
