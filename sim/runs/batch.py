"""One tile of a sweep as one compiled batch: some points of a group times some replicates.

A tile is a pure function of its arguments, whoever runs it: this process, a worker on this machine or another.
"""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ..engine.ensemble import Ensemble, run_chunk, runs_a_chunk
from ..errors import InputError
from ..rules.switches import switched_off
from ..world.changes import with_pressure, with_shock
from ..world.instruments import WedgeConf, with_wedge
from ..world.parameters import checked, leaves
from ..world.parameters import field as field_of
from ..world.scenario import build_world
from ..world.schema import PressureChoice, ShockConf, validated
from ..world.tables import Table
from ..world.world import World
from .draws import draws_of, number_of_draws, over_draws
from .rows import event_rows, pair_rows, run_rows, trajectory_rows, with_draw

PARAMETER, WEDGE = "parameters.", "wedge."


@dataclass(frozen=True)
class Sweep:
    """What every tile of a sweep has in common.

    Attributes
    ----------
    configs : tuple of dict
        The resolved configuration of each group.
    columns : tuple of str
        Dotted paths of the numeric values that differ from point to point.
    seed : int
    independent : bool
        Each point draws its own numbers instead of sharing them with the others.
    kept : tuple of str
        What is kept besides a row a run (`rows.KEPT`).
    """

    configs: tuple[Mapping[str, Any], ...]
    columns: tuple[str, ...]
    seed: int
    independent: bool
    kept: tuple[str, ...]

    @property
    def drawn(self) -> bool:
        """Whether some of its points are over draws of the posterior."""
        return any(map(number_of_draws, self.configs))


@dataclass(frozen=True)
class Tile:
    """Consecutive points of one group times consecutive replicates."""

    group: int
    first: int
    last: int  # exclusive
    replicate: int
    until: int  # exclusive

    @property
    def runs(self) -> int:
        """Number of runs."""
        return (self.last - self.first) * (self.until - self.replicate)

    @property
    def name(self) -> str:
        """Name of its files."""
        return f"p{self.first:07d}-{self.last:07d}-r{self.replicate:06d}-{self.until:06d}"


@dataclass
class TileResult:
    """Tables of a tile as Parquet files, and the points that failed with their errors."""

    tile: Tile
    files: dict[str, bytes] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)


def base_world(config: Mapping[str, Any]) -> World:
    """The world of a resolved configuration before its wedge."""
    world = build_world(config["scenario"], config["actors"], config["months"])
    world = with_pressure(world, validated(PressureChoice, config["pressure"] or {}, "pressure"))
    return with_shock(world, validated(ShockConf, config["shock"] or {}, "shock"))


def wedge_with(config: Mapping[str, Any], values: Mapping[str, float]) -> WedgeConf:
    """The wedge of a configuration with some of its numbers replaced, by dotted path `wedge.instrument.field`."""
    conf = {k: dict(v) if isinstance(v, Mapping) else v for k, v in (config["wedge"] or {}).items()}
    for path, value in values.items():
        _, instrument, name = path.split(".")
        if instrument not in conf:
            raise InputError("wedge", instrument, "is not part of this wedge", ", ".join(conf))
        conf[instrument][name] = value
    return validated(WedgeConf, conf, "wedge")


def wedge_numbers(columns: Sequence[str], row: NDArray[np.float64]) -> dict[str, float]:
    """The numbers of a wedge among a point's, by dotted path; NaN stands for one that its wedge does not have."""
    return {
        path: float(value) for path, value in zip(columns, row, strict=True) if path.startswith(WEDGE) and not np.isnan(value)
    }


def base_values(config: Mapping[str, Any]) -> dict[str, float]:
    """Every parameter of a configuration, with what is ablated switched off."""
    values = checked(dict(leaves(config["parameters"])))
    values.update(switched_off(list(config["ablate"])))
    return values


def vectors_of(config: Mapping[str, Any]) -> Table:
    """The parameter vector of a configuration, (1,), or the vectors of its N draws, (1, N)."""
    return over_draws(base_values(config), draws_of(config))


def point_table(
    config: Mapping[str, Any], columns: Collection[str], values: NDArray[np.float64], vectors: Table | None = None
) -> Table:
    """Parameter vectors of points: the configuration's, with the columns that are parameters replaced.

    (P,), or (P, N) of N draws. A column replaces what the draws say; NaN leaves it to them. vectors: `vectors_of`, if known.
    """
    table = np.repeat(vectors_of(config) if vectors is None else vectors, len(values), axis=0).view(np.recarray)
    for k, path in enumerate(columns):
        given = ~np.isnan(values[:, k])
        if path.startswith(PARAMETER):
            part = table[field_of(path.removeprefix(PARAMETER))]
            part[given] = values[given, k].reshape(-1, *[1] * (table.ndim - 1))
    off = {field_of(path): value for path, value in switched_off(list(config["ablate"])).items()}
    for name, value in off.items():
        table[name] = value
    return table


def own_seed(seed: int, point: int) -> int:
    """Master seed of one point, when points draw independent numbers (splitmix64 of seed and point)."""
    mask = 2**64 - 1
    z = (seed + (point + 1) * 0x9E3779B97F4A7C15) & mask
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    return z ^ (z >> 31)


def as_file(table: pa.Table) -> bytes:
    """A table as the bytes of a Parquet file."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


class Collected:
    """Tables of a tile in the making."""

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep
        self.tables: dict[str, list[pa.Table]] = {"outcomes": []} | {name: [] for name in sweep.kept}

    def add(self, world: World, points: NDArray[np.int64], part: Ensemble, draws: int) -> None:
        """Add the rows of a chunk of a group with so many draws of the posterior."""
        makers = {"outcomes": run_rows, "pairs": pair_rows, "events": event_rows, "trajectories": trajectory_rows}
        for name, parts in self.tables.items():
            rows = makers[name](world, points, part)
            parts.append(with_draw(rows, draws) if self.sweep.drawn else rows)

    def take(self, other: Collected) -> None:
        """Add what another has collected."""
        for name, parts in self.tables.items():
            parts.extend(other.tables[name])

    def files(self) -> dict[str, bytes]:
        """Each table as a file; none if every point failed."""
        return {name: as_file(pa.concat_tables(parts)) for name, parts in self.tables.items() if parts}


@lru_cache(maxsize=8)
def _base_world(config: str) -> World:
    """The base world of a configuration written as JSON; a worker meets the same few again and again."""
    return base_world(json.loads(config))


def run_points(
    sweep: Sweep, tile: Tile, points: NDArray[np.int64], values: NDArray[np.float64], threads: int | None
) -> Collected:
    """Run points that share a wedge: one world, one batch after another."""
    collected = Collected(sweep)
    config = sweep.configs[tile.group]
    wedge = wedge_numbers(sweep.columns, values[0])
    world = with_wedge(_base_world(json.dumps(config, sort_keys=True, default=str)), wedge_with(config, wedge))
    vectors = vectors_of(config)
    replicates = np.arange(tile.replicate, tile.until, dtype=np.int64)
    chunk = runs_a_chunk(world, trajectories="trajectories" in sweep.kept)
    for first in range(0, len(points) * len(replicates), chunk):
        runs = np.arange(first, min(first + chunk, len(points) * len(replicates)), dtype=np.int64)
        point, replicate = runs // len(replicates), replicates[runs % len(replicates)]
        seed: Any = sweep.seed
        if sweep.independent:
            seed = np.array([own_seed(sweep.seed, int(p)) for p in points[point]], dtype=np.uint64)
        some = slice(int(point[0]), int(point[-1]) + 1)  # the draws of all points at once may be more than the memory holds
        table = point_table(config, sweep.columns, values[some], vectors)
        part = run_chunk(
            world, table, point - point[0], replicate, seed, threads=threads,
            events="events" in sweep.kept, trajectories="trajectories" in sweep.kept,
        )  # fmt: skip
        collected.add(world, points[some], part, number_of_draws(config))
    return collected


def _by_wedge(sweep: Sweep, values: NDArray[np.float64]) -> list[NDArray[np.int64]]:
    """Positions of the points that share the numbers of a wedge, in the order of their first."""
    columns = [k for k, path in enumerate(sweep.columns) if path.startswith(WEDGE) and not np.isnan(values[:, k]).all()]
    if not columns:
        return [np.arange(len(values), dtype=np.int64)]
    _, first, inverse = np.unique(values[:, columns], axis=0, return_index=True, return_inverse=True)
    return [np.flatnonzero(inverse.ravel() == k).astype(np.int64) for k in np.argsort(first)]


def run_tile(sweep: Sweep, tile: Tile, values: NDArray[np.float64], threads: int | None = None) -> TileResult:
    """Run a tile.

    Parameters
    ----------
    values : (last - first, C) float
        Numbers of its points, a column per `sweep.columns`; NaN where a group does not have the column.
    threads : int, optional
        Threads of the compiled engine.

    Returns
    -------
    TileResult
        A point whose world cannot be built, or that fails while running, is left out and named with its error.
    """
    result, collected = TileResult(tile), Collected(sweep)
    numbers = np.arange(tile.first, tile.last, dtype=np.int64)
    for group in _by_wedge(sweep, values):
        try:
            collected.take(run_points(sweep, tile, numbers[group], values[group], threads))
        except (InputError, ValueError, ArithmeticError, LookupError, TypeError, RuntimeError) as error:
            for position in group:
                result.failed[int(numbers[position])] = f"{type(error).__name__}: {error}"
    result.files = collected.files()
    return result
