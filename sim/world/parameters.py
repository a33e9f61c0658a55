"""Parameters: a tree of dotted paths in conf/, a record with one float per path in the rules.

`bond.weight` in configuration is `p.bond_weight` in a rule. The list of parameters is the list of leaves of
conf/parameters/default.yaml; nothing else names them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from ..errors import unknown
from ..numbers import number
from ..paths import CONF, read_yaml
from .tables import Table

DEFAULTS = CONF / "parameters" / "default.yaml"


def leaves(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted path and value of every leaf of a nested mapping."""
    for key, value in tree.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from leaves(value, path + ".")
        else:
            yield path, value


@cache
def default_values() -> dict[str, float]:
    """Central value of every parameter by dotted path, in the order of the file."""
    return {path: number("parameters/default.yaml", path, value) for path, value in leaves(read_yaml(DEFAULTS))}


def field(path: str) -> str:
    """Name of a parameter in the rules: `bond.weight` -> `bond_weight`."""
    return path.replace(".", "_")


@cache
def record_type() -> np.dtype[np.void]:
    """Structured type of one parameter vector: a float64 field per dotted path, by name, whatever the order of the file."""
    return np.dtype([(field(path), "f8") for path in sorted(default_values())])


def checked(values: Mapping[str, Any], where: str = "parameters") -> dict[str, float]:
    """The default values with some replaced, by dotted path.

    Raises
    ------
    InputError
        A path does not exist (nearest names are offered), or a value is not a finite number.
    """
    known = default_values()
    full = dict(known)
    for path, value in values.items():
        if path not in known:
            raise unknown(where, path, path, known)
        full[path] = number(where, path, value)
    return full


def parameter_table(points: Sequence[Mapping[str, Any]]) -> Table:
    """Parameter vectors as the engines take them.

    Parameters
    ----------
    points : sequence of mappings
        Dotted path -> value; what is left out keeps its central value.

    Returns
    -------
    np.recarray, shape (P,)
    """
    table = np.zeros(len(points), dtype=record_type()).view(np.recarray)
    for n, point in enumerate(points):
        for path, value in checked(point).items():
            table[field(path)][n] = value
    return table
