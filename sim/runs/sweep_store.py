"""The store of a sweep: a folder of Parquet files that can be killed at any moment and picked up again.

    manifest.json            what was asked, and what is needed to make it again
    points.parquet           a row a point: its choices and its numbers
    designs/*.parquet        unit coordinates of a sampling design
    outcomes/*.parquet       a row a run; and pairs/, events/, trajectories/ where they were asked for
    failures/*.json          points that failed, with their errors

A shard holds a tile: consecutive points times consecutive replicates. Its name says which, and ends in the digest of its
bytes; it is written under another name and renamed when it is whole. So a name in the folder is a promise: two processes
that run the same tile write the same file, and a damaged file no longer fits its name.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import InputError
from .batch import Tile, TileResult
from .design import Points

SHARD = re.compile(r"^p(\d+)-(\d+)-r(\d+)-(\d+)-([0-9a-f]{16})\.parquet$")
MERGED = re.compile(r"^part-(\d+)-([0-9a-f]{16})\.parquet$")
DESIGN = b"design"  # metadata of a kept design
COVERS = b"covers"  # metadata of a merged part: the shards it was made from
MOST_SHARDS = 8  # more than this many are merged when a sweep is complete
ROWS_A_PART = 2_000_000


def digest_of(content: bytes) -> str:
    """Digest that a shard carries in its name."""
    return hashlib.sha256(content).hexdigest()[:16]


@dataclass(frozen=True)
class Rectangle:
    """Points first..last times replicates replicate..until (exclusive ends) that a file holds."""

    first: int
    last: int
    replicate: int
    until: int


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(
            "output", str(path), f"could not be written ({error.strerror or error})",
            "room and permission; what is complete is kept, and the same command goes on from there",
        ) from error  # fmt: skip


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that appears under its name only when it is whole.

    Raises
    ------
    InputError
        No room, no permission; what was there before is still there.
    """
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise


class SweepStore:
    """One sweep's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    # what was asked -----------------------------------------------------------------------------------

    def begin(self, manifest: dict[str, Any], points: pd.DataFrame) -> bool:
        """Make the folder, or find it; whether it was there.

        Raises
        ------
        InputError
            The folder cannot be written, or belongs to another sweep.
        """
        if (self.folder / "manifest.json").is_file():
            old = self.manifest()
            if old["identity"] != manifest["identity"]:
                raise InputError("output", str(self.folder), f"belongs to another sweep ({old['identity']})", "another folder")
            return True
        table = pa.Table.from_pandas(points.reset_index(), preserve_index=False)
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression="zstd")
        write_whole(self.folder / "points.parquet", sink.getvalue().to_pybytes())
        write_whole(self.folder / "manifest.json", (json.dumps(manifest, indent=1) + "\n").encode())
        return False

    def manifest(self) -> dict[str, Any]:
        """What was asked; InputError where the folder is not a sweep's, or its manifest is damaged."""
        path = self.folder / "manifest.json"
        try:
            found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            found["identity"], found["groups"]
        except OSError as error:
            raise InputError(
                str(self.folder), "", "is not the folder of a sweep (no manifest.json)", "a sweep's folder"
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            said = f"holds no {error}" if isinstance(error, KeyError) else error
            raise InputError(str(path), "", f"is damaged ({said})", "the file that the sweep wrote") from error
        return found

    def points(self) -> pd.DataFrame:
        """A row a point, by its number."""
        try:
            return pd.read_parquet(self.folder / "points.parquet").set_index("point")
        except (OSError, ValueError, pa.ArrowException) as error:
            raise InputError(str(self.folder / "points.parquet"), "", f"cannot be read ({error})", "the sweep's file") from error

    def keep_designs(self, designs: Mapping[int, Points]) -> None:
        """Keep the sampling design of each group: its unit coordinates, and what its analysis needs."""
        for group, design in designs.items():
            unit = pd.DataFrame(design.unit, columns=design.names) if design.unit is not None else pd.DataFrame()
            about = {"kind": design.kind, "problem": design.problem, "base": design.base, "second_order": design.second_order}
            table = pa.Table.from_pandas(unit, preserve_index=False)
            table = table.replace_schema_metadata({**(table.schema.metadata or {}), DESIGN: json.dumps(about).encode()})
            sink = pa.BufferOutputStream()
            pq.write_table(table, sink, compression="zstd")
            write_whole(self.folder / "designs" / f"g{group:04d}.parquet", sink.getvalue().to_pybytes())

    def design(self, group: int) -> Points | None:
        """The sampling design of a group, its table in the names of the store; None without one."""
        path = self.folder / "designs" / f"g{group:04d}.parquet"
        if not path.is_file():
            return None
        table = pq.read_table(path)
        about = json.loads((table.schema.metadata or {})[DESIGN])
        points = self.points()
        mine = points[points["group"] == group]
        numbers = [c for c in mine.columns if c.startswith(("parameters.", "wedge.")) and mine[c].notna().all()]
        named = mine[numbers].rename(columns=lambda name: str(name).removeprefix("parameters."))
        unit = table.to_pandas().to_numpy(dtype=np.float64)
        kept = named[list(about["problem"]["names"])].reset_index(drop=True)
        return Points(about["kind"], kept, unit, about["problem"], int(about["base"]), bool(about["second_order"]))

    # what is there ------------------------------------------------------------------------------------

    def kinds(self) -> list[str]:
        """Kinds of tables that are there, outcomes first."""
        known = ("outcomes", "pairs", "events", "trajectories")
        return [name for name in known if (self.folder / name).is_dir()]

    def files(self, kind: str = "outcomes") -> list[Path]:
        """Shards and merged parts that count: a shard that a merged part covers does not."""
        folder = self.folder / kind
        if not folder.is_dir():
            return []
        names = sorted(path.name for path in folder.iterdir())
        merged = [name for name in names if MERGED.match(name)]
        covered = {shard for name in merged for shard in _covers(folder / name)}
        shards = [name for name in names if SHARD.match(name) and name not in covered]
        return [folder / name for name in [*merged, *shards]]

    def held(self, kind: str = "outcomes") -> list[Rectangle]:
        """What the files of a kind hold."""
        found = []
        for path in self.files(kind):
            names = _covers(path) if MERGED.match(path.name) else [path.name]
            for name in names:
                match = SHARD.match(name)
                if match is not None:
                    found.append(Rectangle(*(int(x) for x in match.groups()[:4])))
        return found

    def damaged(self) -> list[Path]:
        """Files whose bytes do not fit the digest in their name."""
        wrong = []
        for kind in self.kinds():
            for path in sorted((self.folder / kind).glob("*.parquet")):
                match = SHARD.match(path.name) or MERGED.match(path.name)
                try:
                    if match is None or digest_of(path.read_bytes()) != match.groups()[-1]:
                        wrong.append(path)
                except OSError:
                    wrong.append(path)
        return wrong

    def failures(self) -> dict[int, str]:
        """Points that failed, with their errors."""
        found: dict[int, str] = {}
        for path in sorted((self.folder / "failures").glob("*.json")):
            found |= {int(k): str(v) for k, v in json.loads(path.read_text(encoding="utf-8")).items()}
        return found

    # writing ------------------------------------------------------------------------------------------

    def write(self, result: TileResult) -> None:
        """Write a tile's tables, the outcomes last: a tile whose outcomes are there is complete."""
        name = result.tile.name
        if result.failed:
            content = json.dumps({str(k): v for k, v in result.failed.items()}, indent=1) + "\n"
            write_whole(self.folder / "failures" / f"{name}.json", content.encode())
        for kind in sorted(result.files, key=lambda k: k == "outcomes"):
            content_of_kind = result.files[kind]
            write_whole(self.folder / kind / f"{name}-{digest_of(content_of_kind)}.parquet", content_of_kind)

    def set_aside(self, paths: Iterable[Path]) -> None:
        """Rename damaged files, so that their tiles are run again."""
        for path in paths:
            with _writing(path):
                path.rename(path.with_suffix(".damaged"))

    def clear_failures(self) -> None:
        """Forget the failures, before their points are tried again."""
        for path in (self.folder / "failures").glob("*.json"):
            with _writing(path):
                path.unlink(missing_ok=True)

    def merge(self) -> None:
        """Merge many shards into a few parts, in the order of point and replicate. Rows that two files hold are kept once."""
        for kind in self.kinds():
            files = self.files(kind)
            if len(files) <= MOST_SHARDS:
                continue
            parts: list[Path] = []
            rows, batch = 0, []
            for path in files:
                batch.append(path)
                rows += int(pq.read_metadata(path).num_rows)
                if rows >= ROWS_A_PART:
                    parts.append(self._merged(kind, batch, len(parts)))
                    rows, batch = 0, []
            if batch:
                parts.append(self._merged(kind, batch, len(parts)))
            for path in files:
                if path not in parts:
                    with _writing(path):
                        path.unlink(missing_ok=True)

    def _merged(self, kind: str, files: list[Path], number: int) -> Path:
        names = [name for path in files for name in (_covers(path) if MERGED.match(path.name) else [path.name])]
        table = read_tables(files)
        table = table.replace_schema_metadata({**(table.schema.metadata or {}), COVERS: json.dumps(names).encode()})
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression="zstd")
        content = sink.getvalue().to_pybytes()
        path = self.folder / kind / f"part-{number:04d}-{digest_of(content)}.parquet"
        write_whole(path, content)
        return path


def read_tables(files: list[Path]) -> pa.Table:
    """The rows of files in the order of point and replicate, each run once.

    Raises
    ------
    InputError
        A file cannot be read.
    """
    tables = []
    for path in files:
        try:
            tables.append(pq.read_table(path))
        except (OSError, pa.ArrowException) as error:
            raise InputError(
                str(path), "", f"cannot be read ({str(error).splitlines()[0]})", "alliances results DIR --check says what to do"
            ) from error
    table = pa.concat_tables(tables).unify_dictionaries()
    point, replicate = (table[name].to_numpy() for name in ("point", "replicate"))
    run = point.astype(np.int64) * (int(replicate.max(initial=0)) + 1) + replicate
    source = np.repeat(np.arange(len(tables)), [len(t) for t in tables])
    order = np.argsort(run, kind="stable")
    run, source = run[order], source[order]
    starts = np.flatnonzero(np.concatenate([[True], run[1:] != run[:-1]])) if len(run) else np.zeros(0, dtype=np.int64)
    lengths = np.diff(np.append(starts, len(run)))
    return table.take(pa.array(order[source == np.repeat(source[starts], lengths)]))


def _covers(path: Path) -> list[str]:
    """Shards that a merged part was made from; none if it cannot be read."""
    try:
        metadata = pq.read_schema(path).metadata or {}
        return [str(name) for name in json.loads(metadata.get(COVERS, b"[]"))]
    except (OSError, pa.ArrowException, ValueError):
        return []


def missing(wanted: np.ndarray, held: list[Rectangle], group_of: np.ndarray, runs_a_tile: int) -> list[Tile]:
    """Tiles that are still to be run.

    Parameters
    ----------
    wanted : (P,) int
        Replicates 0 .. wanted - 1 of each point.
    held : list of Rectangle
        What is there already.
    group_of : (P,) int
        Group of each point; a tile never spans two.
    runs_a_tile : int
        Upper bound of a tile's runs (a tile has at least one run).
    """
    by_point: dict[int, list[tuple[int, int]]] = {}
    for r in held:
        for point in range(r.first, r.last):
            by_point.setdefault(point, []).append((r.replicate, r.until))
    tiles: list[Tile] = []
    open_tiles: dict[tuple[int, int, int], int] = {}  # (group, replicate, until) -> first point of a run of neighbours
    last_gaps: set[tuple[int, int, int]] = set()
    for point in range(len(wanted) + 1):
        gaps = set()
        if point < len(wanted):
            gaps = {(int(group_of[point]), a, b) for a, b in _gaps(int(wanted[point]), by_point.get(point, []))}
        for gap in last_gaps - gaps:
            tiles += _cut(gap, open_tiles.pop(gap), point, runs_a_tile)
        for gap in gaps - last_gaps:
            open_tiles[gap] = point
        last_gaps = gaps
    return sorted(tiles, key=lambda t: (t.group, t.first, t.replicate))


def _gaps(wanted: int, held: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Replicates 0 .. wanted - 1 that no interval holds."""
    gaps, reached = [], 0
    for start, end in sorted(held):
        if start > reached and reached < wanted:
            gaps.append((reached, min(start, wanted)))
        reached = max(reached, end)
    if reached < wanted:
        gaps.append((reached, wanted))
    return gaps


def _cut(gap: tuple[int, int, int], first: int, last: int, runs: int) -> list[Tile]:
    """A rectangle of points and replicates in tiles of at most so many runs."""
    group, start, end = gap
    tiles = []
    for a in range(start, end, runs):
        b = min(a + runs, end)
        points = max(1, runs // (b - a))
        tiles += [Tile(group, p, min(p + points, last), a, b) for p in range(first, last, points)]
    return tiles
