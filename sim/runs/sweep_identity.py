"""What a sweep is: its points, its configurations, and the identity and manifest by which it is found again."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from typing import Any, Protocol

import pandas as pd

from ..evidence.digest import evidence_digest
from ..rules.compiled import source_digest
from .batch import Sweep
from .rows import FORMAT
from .store import PACKAGES

DETERMINING = ("scenario", "actors", "pressure", "shock", "wedge", "parameters", "ablate", "months", "thesis")
"""What of a configuration determines a run's numbers."""


class GroupOfPoints(Protocol):
    """Points that share every choice that is not a number; see `runs/expansion.py`."""

    @property
    def choices(self) -> dict[str, str]:
        """Choices by configuration group."""

    @property
    def overrides(self) -> tuple[str, ...]:
        """What was composed."""

    @property
    def points(self) -> pd.DataFrame:
        """A row a point, a column a swept number, the index `point` numbered through all groups."""


def plain_config(config: Any) -> dict[str, Any]:
    """What of a composed configuration determines a run's numbers, resolved."""
    from omegaconf import OmegaConf

    values = OmegaConf.to_container(config, resolve=True)
    assert isinstance(values, dict)
    found = {str(k): v for k, v in values.items() if k in DETERMINING}
    thesis = found.get("thesis") or {}
    return found | {"thesis": thesis.get("name")}


def table_of_points(groups: Sequence[GroupOfPoints]) -> pd.DataFrame:
    """Points of all groups: the group, its choices, the numbers. Index `point`."""
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
    return points


def number_columns(points: pd.DataFrame) -> tuple[str, ...]:
    """Columns that are numbers of the model."""
    return tuple(c for c in points.columns if c.startswith(("parameters.", "wedge.")))


def identity_of(sweep: Sweep, points: pd.DataFrame) -> str:
    """Digest of everything that determines the numbers of a sweep but how many replicates there are."""
    digest = hashlib.sha256()
    digest.update(json.dumps([*sweep.configs], sort_keys=True, default=str).encode())
    digest.update(json.dumps([sweep.columns, sweep.seed, sweep.independent, sweep.kept, FORMAT]).encode())
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
