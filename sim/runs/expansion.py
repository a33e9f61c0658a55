"""From a sweep's command line to its points: choices are composed, numbers are a table.

A configuration is composed once for each combination of choices that are not numbers (a thesis, a scenario, a wedge); the
numbers that are swept (`parameters.*`, and the numbers of an instrument, `wedge.offer.size`) make a table that nobody
composes. A number that some interpolation refers to is composed, value by value, like a choice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from omegaconf import DictConfig, OmegaConf

from ..errors import InputError
from ..world.loading import options
from .config import composed, names_thesis
from .determining import check_settings, check_swept_keys, plain_config
from .fixed_numbers import ablated, refuse_both
from .number_table import check_numbers, numbers_of, plain_design
from .pairing import combinations, rows_of
from .points import Points
from .references import references, referred_to
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
    left_out, overruled : dict
        As in `Numbers`.
    """

    choices: dict[str, str]
    overrides: tuple[str, ...]
    config: DictConfig
    points: pd.DataFrame
    design: Points | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)
    overruled: Mapping[str, str] = field(default_factory=dict)


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
    check_swept_keys([s.key for s in found])
    choices = [s for s in found if not s.is_number]
    numbers = [s for s in found if s.is_number]
    first = _first(fixed, choices)
    texts = references(first)
    composed_numbers = [s for s in numbers if s.interval is None and referred_to(texts, s.key)]
    choices += composed_numbers
    numbers = [s for s in numbers if s not in composed_numbers]
    groups: list[Group] = []
    count = 0
    kind = str(plain_design(first).get("kind"))
    for combination, rows in combinations(choices, numbers, kind, crossed):
        line = [*fixed, *(as_override(s.key, value) for s, value in zip(choices, combination, strict=True))]
        config = composed(line)
        refuse_both([s.key for s in found], ablated(config), "override", "ablate")
        made = numbers_of(numbers, config, line)
        table = rows_of(made.table, rows, choices).copy()
        check_numbers(table, config)
        for s, value in zip(choices, combination, strict=True):
            if s in composed_numbers:
                table.insert(0, s.key, float(value))
        table.index = pd.RangeIndex(count, count + len(table), name="point")
        count += len(table)
        named = {s.key: _called(s.key, v, config) for s, v in zip(choices, combination, strict=True) if s not in composed_numbers}
        groups.append(Group(named, tuple(line), config, table, made.design, made.left_out, made.overruled))
    check_settings([g.config for g in groups], [g.choices for g in groups])
    _check_apart(groups)
    return groups


def _called(key: str, value: Any, config: DictConfig) -> str:
    """What a choice is called: its name or value; of a reference the value that it led to."""
    return str(OmegaConf.select(config, key) if "${" in str(value) else value)


def _check_apart(groups: Sequence[Group]) -> None:
    """Refuse groups that a swept key tells apart and no run does, such as by the title of a thesis."""
    seen: dict[tuple[str, bytes], Group] = {}
    for group in groups:
        runs = json.dumps(plain_config(group.config), sort_keys=True, default=str)
        other = seen.setdefault((runs, group.points.to_numpy(dtype=float).tobytes()), group)
        for key, value in group.choices.items():
            if "." in key and value != other.choices[key]:
                raise InputError("override", key, f"{other.choices[key]} and {value} give the same runs", "one of them")
