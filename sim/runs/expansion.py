"""From a sweep's command line to its points: choices are composed, numbers are a table.

A configuration is composed once for each combination of choices that are not numbers (a thesis, a scenario, a wedge); the
numbers that are swept (`parameters.*`, and the numbers of an instrument, `wedge.offer.size`) make a table that nobody
composes. A number that some interpolation refers to is composed, value by value, like a choice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from omegaconf import DictConfig, ListConfig, OmegaConf

from ..world.loading import options
from .config import composed, names_thesis
from .number_table import check_numbers, plain_design, table_of
from .pairing import combinations, rows_of
from .points import Points
from .swept_keys import Swept, as_override, check_keys, read_line


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
    crossed = [] if names_thesis(overrides) else ["thesis"]
    found = [*(Swept(key, tuple(options(key))) for key in crossed), *found]
    check_keys(found)
    choices = [s for s in found if not s.is_number]
    numbers = [s for s in found if s.is_number]
    first = _first(fixed, choices)
    composed_numbers = [s for s in numbers if s.interval is None and referred_to(first, s.key)]
    choices += composed_numbers
    numbers = [s for s in numbers if s not in composed_numbers]
    groups: list[Group] = []
    count = 0
    kind = str(plain_design(first).get("kind"))
    for combination, rows in combinations(choices, numbers, kind, crossed):
        line = [*fixed, *(as_override(s.key, value) for s, value in zip(choices, combination, strict=True))]
        config = composed(line)
        table, design = table_of(numbers, config)
        table = rows_of(table, rows, choices)
        check_numbers(table, config)
        for s, value in zip(choices, combination, strict=True):
            if s in composed_numbers:
                table.insert(0, s.key, float(value))
        table.index = pd.RangeIndex(count, count + len(table), name="point")
        count += len(table)
        named = {s.key: str(v) for s, v in zip(choices, combination, strict=True) if s not in composed_numbers}
        groups.append(Group(named, tuple(line), config, table, design))
    return groups
