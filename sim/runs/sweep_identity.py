"""What a sweep is: its points, its configurations, and the identity and manifest by which it is found again."""

from __future__ import annotations

import hashlib
import json
import math
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from typing import Any, Protocol

import pandas as pd

from ..evidence.digest import evidence_digest
from ..rules.cache import source_digest
from ..rules.switches import switched_off
from ..world.parameters import leaves
from .batch import PARAMETER, WEDGE, Sweep, base_values
from .codebook import SWEPT
from .determining import plain_config
from .draws import told_of_draws
from .rows import FORMAT
from .store import PACKAGES


class GroupOfPoints(Protocol):
    """Points that share every choice that is not a number; see `runs/expansion.py`."""

    @property
    def choices(self) -> dict[str, str]:
        """Choices by configuration group."""

    @property
    def config(self) -> Any:
        """The composition."""

    @property
    def overrides(self) -> tuple[str, ...]:
        """What was composed."""

    @property
    def points(self) -> pd.DataFrame:
        """A row a point, a column a swept number, the index `point` numbered through all groups."""


def table_of_points(groups: Sequence[GroupOfPoints]) -> pd.DataFrame:
    """Points of all groups: the group, its choices, the numbers with which it runs. Index `point`."""
    parts = []
    for number, group in enumerate(groups):
        part = group.points.copy()
        for key, value in reversed(group.choices.items()):
            part.insert(0, key, value)
        part.insert(0, "group", number)
        parts.append(part)
    points = pd.concat(parts)
    points.index.name = "point"
    if list(points.index) != list(range(len(points))):
        raise ValueError("points must be numbered through all groups")
    for number, group in enumerate(groups):
        for column, number_run in _as_run(group, number_columns(points)).items():
            points.loc[points["group"] == number, column] = number_run
    return points


def _as_run(group: GroupOfPoints, columns: Sequence[str]) -> dict[str, float]:
    """Numbers that a group has from its configuration, whatever other groups vary; NaN for one of a wedge it has not.

    NaN, too, for a parameter that differs from draw to draw.
    """
    config = plain_config(group.config)
    values = {PARAMETER + path: value for path, value in base_values(config).items()}
    values |= {PARAMETER + path: math.nan for path in (config.get("draws") or {}).get("paths", ())}
    off = {PARAMETER + path for path in switched_off(list(config["ablate"]))}
    wedge = {f"wedge.{path}": value for path, value in leaves(config["wedge"] or {}) if isinstance(value, int | float)}
    return {c: {**wedge, **values}.get(c, math.nan) for c in columns if c not in group.points.columns or c in off}


def number_columns(points: pd.DataFrame) -> tuple[str, ...]:
    """Columns that are numbers of the model; a choice, such as the target of an instrument, is text."""
    numeric = points.select_dtypes("number").columns
    return tuple(str(c) for c in numeric if str(c).startswith((PARAMETER, WEDGE)))


def identity_of(sweep: Sweep, points: pd.DataFrame) -> str:
    """Digest of everything that determines the numbers of a sweep but how many replicates there are."""
    digest = hashlib.sha256()
    digest.update(json.dumps([*sweep.configs], sort_keys=True, default=str).encode())
    digest.update(json.dumps([sweep.columns, sweep.seed, sweep.independent, sweep.kept, FORMAT]).encode())
    measured = {table: [name for name, m in measures.items() if m.compute] for table, measures in SWEPT.items()}
    digest.update(json.dumps(measured).encode())
    digest.update(points.to_csv(float_format="%.17g").encode())
    digest.update(f"{evidence_digest()} {source_digest()} {metadata.version('alliances')}".encode())
    return digest.hexdigest()[:12]


def manifest_of(
    sweep: Sweep, groups: Sequence[GroupOfPoints], identity: str, points: pd.DataFrame, asked: Sequence[str]
) -> dict[str, Any]:
    """What was asked, and what is needed to make it again."""
    return {
        "format": FORMAT,
        "identity": identity,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": ["alliances", "run", *asked],
        "points": len(points),
        "columns": list(sweep.columns),
        "seed": sweep.seed,
        "random_numbers": "independent" if sweep.independent else "common",
        "draws": next((told for config in sweep.configs if (told := told_of_draws(config))), None),
        "kept": list(sweep.kept),
        "evidence_hash": evidence_digest(),
        "code_hash": source_digest(),
        "version": metadata.version("alliances"),
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "groups": [
            {"choices": group.choices, "overrides": list(group.overrides), "config": config}
            for group, config in zip(groups, sweep.configs, strict=True)
        ],
    }


def sweep_of(manifest: Mapping[str, Any]) -> Sweep:
    """The sweep that a manifest describes."""
    return Sweep(
        configs=tuple(group["config"] for group in manifest["groups"]),
        columns=tuple(manifest["columns"]),
        seed=int(manifest["seed"]),
        independent=manifest["random_numbers"] == "independent",
        kept=tuple(manifest["kept"]),
    )
