"""The store of a sweep: a folder of Parquet files that can be killed at any moment and picked up again.

    manifest.json            what was asked, and what is needed to make it again
    codebook.csv             what each column of each table means, with units and the labels of codes
    points.parquet           a row a point: its choices and its numbers
    designs/*.parquet        unit coordinates of a sampling design
    outcomes/*.parquet       a row a run; and pairs/, events/, trajectories/ where they were asked for
    failures/*.json          points that failed, with their errors

A shard holds a tile: consecutive points times consecutive replicates. Its name says which, and ends in the digest of its
bytes; it is written under another name and renamed when it is whole. So a name in the folder is a promise: two processes
that run the same tile write the same file, and a damaged file no longer fits its name. Two that cut their tiles otherwise
hold some runs twice for a while: every reader here counts a run once, and `tidy` leaves it once.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import InputError
from .batch import TileResult
from .codebook import FILE, SWEPT, codebook
from .points import Points
from .rectangles import Rectangle, common, covers, together
from .rows import refuse_other_format
from .shards import (
    COVERS,
    MERGED,
    SHARD,
    TILE,
    UNFINISHED,
    _writing,
    covered_by,
    digest_of,
    read_tables,
    rectangles_of,
    write_whole,
)

DESIGN = b"design"  # metadata of a kept design
MOST_SHARDS = 8  # more than this many are merged when a sweep is complete
ROWS_A_PART = 2_000_000


class SweepStore:
    """One sweep's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    # what was asked -----------------------------------------------------------------------------------

    def begin(self, manifest: dict[str, Any], points: pd.DataFrame, designs: Mapping[int, Points]) -> bool:
        """Write what was asked, the manifest last, or find it; whether it was there.

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
        self._keep_designs(designs)
        write_whole(self.folder / "manifest.json", (json.dumps(manifest, indent=1) + "\n").encode())
        return False

    def want(self, wanted: np.ndarray, command: Sequence[str]) -> None:
        """Record the most replicates that were ever asked for (a number, or one a point), and the command that did."""
        manifest = self.manifest()
        before = np.broadcast_to(manifest.get("replicates", 0), wanted.shape)
        if (wanted > before).any():
            most = np.maximum(wanted, before).tolist()
            manifest["replicates"] = most if len(set(most)) > 1 else most[0]
            manifest["command"] = list(command)
            write_whole(self.folder / "manifest.json", (json.dumps(manifest, indent=1) + "\n").encode())

    def manifest(self) -> dict[str, Any]:
        """What was asked; InputError where the folder is not a sweep's, of another format, or its manifest is damaged."""
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
        refuse_other_format(self.folder, found)
        return found

    def points(self) -> pd.DataFrame:
        """A row a point, by its number."""
        try:
            return pd.read_parquet(self.folder / "points.parquet").set_index("point")
        except (OSError, ValueError, pa.ArrowException) as error:
            raise InputError(str(self.folder / "points.parquet"), "", f"cannot be read ({error})", "the sweep's file") from error

    def _keep_designs(self, designs: Mapping[int, Points]) -> None:
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
        named = mine.rename(columns=lambda name: str(name).removeprefix("parameters."))
        unit = table.to_pandas().to_numpy(dtype=np.float64)
        kept = named[list(about["problem"]["names"])].reset_index(drop=True)
        return Points(about["kind"], kept, unit, about["problem"], int(about["base"]), bool(about["second_order"]))

    # what is there ------------------------------------------------------------------------------------

    def kinds(self) -> list[str]:
        """Kinds of tables that are there, outcomes first."""
        known = ("outcomes", "pairs", "events", "trajectories")
        return [name for name in known if any((self.folder / name).glob("*.parquet"))]

    def files(self, kind: str = "outcomes") -> list[Path]:
        """Merged parts and shards that count: one that a merged part covers does not."""
        folder = self.folder / kind
        if not folder.is_dir():
            return []
        names = sorted(path.name for path in folder.iterdir())
        covers = {name: set(covered_by(folder / name)) for name in names if MERGED.match(name)}
        covered = {shard for shards in covers.values() for shard in shards}
        parts: list[str] = []  # the largest first, so that a part made from parts stands for them
        for name in sorted(covers, key=lambda name: -len(covers[name])):
            if not covers[name] or not any(covers[name] <= covers[other] for other in parts):
                parts.append(name)
        return [folder / name for name in [*sorted(parts), *(n for n in names if SHARD.match(n) and n not in covered)]]

    def held(self, kind: str = "outcomes") -> list[Rectangle]:
        """What the files of a kind hold."""
        return [r for path in self.files(kind) for r in rectangles_of(path)]

    def held_by_all(self, kinds: Iterable[str]) -> list[Rectangle]:
        """What the files of every one of some kinds hold, outcomes among them."""
        found = self.held()
        for kind in kinds:
            found = common(found, self.held(kind))
        return found

    def sources(self, kind: str = "outcomes") -> list[list[Path]]:
        """The files that count, those that hold some runs twice in one group."""
        files = self.files(kind)
        return [[files[n] for n in group] for group in together([rectangles_of(path) for path in files])]

    def damaged(self) -> list[Path]:
        """Files whose bytes do not fit the digest in their name."""
        wrong = []
        for kind in self.kinds():
            for path in sorted((self.folder / kind).glob("*.parquet")):
                match = SHARD.match(path.name) or MERGED.match(path.name)
                try:
                    if match is None or digest_of(path.read_bytes()) != match.groups()[-1]:
                        wrong.append(path)
                except FileNotFoundError:  # merged by another process
                    continue
                except OSError:
                    wrong.append(path)
        return wrong

    def failures(self) -> dict[int, str]:
        """Points that failed, with their errors."""
        found: dict[int, str] = {}
        for path in sorted((self.folder / "failures").glob("*.json")):
            found |= {int(k): str(v) for k, v in json.loads(path.read_text(encoding="utf-8")).items()}
        return found

    def table(self, kind: str = "outcomes", columns: list[str] | None = None) -> pa.Table:
        """The rows of a kind, as `read_tables`. If another process merges files meanwhile, the new ones are read."""
        while True:
            files = self.files(kind)
            try:
                return read_tables(files, columns)
            except InputError:
                if self.files(kind) == files:
                    raise

    # writing ------------------------------------------------------------------------------------------

    def write(self, result: TileResult) -> None:
        """Write a tile's tables, the outcomes last: a tile whose outcomes are there is complete."""
        name = result.tile.name
        if result.files and not (self.folder / FILE).is_file():
            write_whole(self.folder / FILE, self._codebook(result.files).encode())
        if result.failed:
            content = json.dumps({str(k): v for k, v in result.failed.items()}, indent=1) + "\n"
            write_whole(self.folder / "failures" / f"{name}.json", content.encode())
        for kind in sorted(result.files, key=lambda k: k == "outcomes"):
            content_of_kind = result.files[kind]
            write_whole(self.folder / kind / f"{name}-{digest_of(content_of_kind)}.parquet", content_of_kind)

    def _codebook(self, files: Mapping[str, bytes]) -> str:
        schemas = {kind: pq.read_schema(io.BytesIO(content)).names for kind, content in files.items()}
        return codebook({"points": pq.read_schema(self.folder / "points.parquet").names, **schemas}, SWEPT)

    def set_aside(self, paths: Iterable[Path]) -> None:
        """Rename damaged files, so that their tiles are run again. Another process may have done so."""
        for path in paths:
            with _writing(path), contextlib.suppress(FileNotFoundError):
                path.rename(path.with_suffix(".damaged"))

    def forget_failures(self, tried: Sequence[Rectangle], failed: Collection[int]) -> None:
        """Forget failures of which every run was tried again, unless the point has failed again."""
        for path in (self.folder / "failures").glob("*.json"):
            said = TILE.fullmatch(path.stem)
            assert said is not None
            replicate, until = (int(number) for number in said.groups()[2:])
            recorded = json.loads(path.read_text(encoding="utf-8"))
            left = {k: v for k, v in recorded.items() if int(k) in failed or not covers(tried, int(k), replicate, until)}
            if not left:
                with _writing(path):
                    path.unlink(missing_ok=True)
            elif left != recorded:
                write_whole(path, (json.dumps(left, indent=1) + "\n").encode())

    # by one process alone -----------------------------------------------------------------------------

    def clear_unfinished(self) -> None:
        """Remove files that a killed process was writing."""
        for path in self.folder.rglob(f"{UNFINISHED}*"):
            with _writing(path):
                path.unlink(missing_ok=True)

    def tidy(self) -> None:
        """Merge many shards, and those that hold runs twice, into a few parts; remove what parts cover."""
        for kind in self.kinds():
            sources = self.sources(kind)
            if sum(map(len, sources)) > MOST_SHARDS or any(len(group) > 1 for group in sources):
                self._merge(kind, sources)
            there = [path for path in (self.folder / kind).iterdir() if SHARD.match(path.name) or MERGED.match(path.name)]
            for path in set(there) - set(self.files(kind)):
                with _writing(path):
                    path.unlink(missing_ok=True)

    def _merge(self, kind: str, sources: list[list[Path]]) -> None:
        parts = 0
        rows, batch = 0, []
        for n, group in enumerate(sources):
            batch += group
            rows += sum(int(pq.read_metadata(path).num_rows) for path in group)
            if rows >= ROWS_A_PART or n == len(sources) - 1:
                if len(batch) > 1 or not MERGED.match(batch[0].name):
                    self._merged(kind, batch, parts)
                parts += 1
                rows, batch = 0, []

    def _merged(self, kind: str, files: list[Path], number: int) -> None:
        names = [name for path in files for name in (covered_by(path) if MERGED.match(path.name) else [path.name])]
        table = read_tables(files)
        table = table.replace_schema_metadata({**(table.schema.metadata or {}), COVERS: json.dumps(names).encode()})
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression="zstd")
        content = sink.getvalue().to_pybytes()
        write_whole(self.folder / kind / f"part-{number:04d}-{digest_of(content)}.parquet", content)
