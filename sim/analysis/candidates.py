"""Candidates of a round of a calibration, batch by batch on disk: each is written whole before the next begins."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..runs.shards import write_whole
from ..world.tables import Floats
from .constraints import Asked, Months
from .histories import Histories, Whole, keeps
from .panel import States

Told = Callable[[str, int, int, dict[str, float]], None]
"""Called with the stage, points done, points wanted, and what to show."""
Draw = Callable[[int], Floats]
"""Number of a batch -> its candidates, (B, D) in the unit cube."""
Run = Callable[[Floats, Whole], Histories]
"""(C, D) candidates in the unit cube and their numbers -> their histories."""
FIELDS = ("unit", "violated", "states", "summaries")


@dataclass(frozen=True)
class Candidates:
    """Candidates and what became of them.

    Attributes
    ----------
    unit : (C, D) float
        In the unit cube.
    violated : (C, R, K) int16, states : (C, D, Y) int8
        As of `Histories`.
    summaries : (H, S) float
        Of those that keep all constraints asked of them, the points.
    asked : tuple of int, or None
        Which constraints are.
    """

    unit: Floats
    violated: Months
    states: States
    summaries: Floats
    asked: Asked = None

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Which keep the constraints. (C,)."""
        return keeps(self.violated, self.asked)

    @property
    def points(self) -> Floats:
        """Those that keep the constraints. (H, D)."""
        return self.unit[self.kept]


def _joined(parts: list[Candidates]) -> Candidates:
    whole = {name: np.concatenate([getattr(part, name) for part in parts]) for name in FIELDS}
    return Candidates(**whole, asked=parts[0].asked)


def _write(path: Path, part: Candidates) -> None:
    out = io.BytesIO()
    np.savez_compressed(out, **{name: getattr(part, name) for name in FIELDS})
    write_whole(path, out.getvalue())


def _read(path: Path, size: int, asked: Asked) -> Candidates:
    try:
        with path.open("rb") as file, np.load(file) as held:
            part = Candidates(**{name: held[name] for name in FIELDS}, asked=asked)
        sizes = {len(part.unit), len(part.violated), len(part.states)}
        whole = sizes == {size} and len(part.summaries) == int(part.kept.sum())
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(str(path), "", f"cannot be read ({error})", "delete it: the command makes it again") from error
    if not whole:
        raise InputError(str(path), "", f"does not hold {size} candidates", "delete it: the command makes it again")
    return part


def gathered(
    folder: Path, draw: Draw, run: Run, first: int, *, points: int, most: int, stage: str, asked: Asked = None,
    told: Told = lambda *_: None,
) -> Candidates:  # fmt: skip
    """Candidates until so many of them keep the constraints, or so many were tried; what is there is read.

    Parameters
    ----------
    folder : path
        Of the batches.
    draw, run : callable
    first : int
        Number of the first candidate.
    points, most : int
        The last batch is kept whole, so that both may be exceeded.
    stage : str
        As it is told.
    asked : tuple of int, or None
        Constraints that are asked of candidates; `run` asks the same.
    """
    parts: list[Candidates] = []
    tried = kept = 0
    while kept < points and tried < most:
        path, unit = folder / f"{len(parts):05d}.npz", draw(len(parts))
        if path.exists():
            parts.append(_read(path, len(unit), asked))
        else:
            parts.append(Candidates(unit, *run(unit, first + tried + np.arange(len(unit))), asked))
            _write(path, parts[-1])
        tried, kept = tried + len(unit), kept + len(parts[-1].summaries)
        told(stage, min(kept, points), points, {"tried": tried, "keep the constraints": kept / tried})
    return _joined(parts)
