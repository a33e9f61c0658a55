"""Files of a sweep's store: written whole or not at all, named by their bytes, read with each run once."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import InputError
from .rectangles import Rectangle

SHARD = re.compile(r"^p(\d+)-(\d+)-r(\d+)-(\d+)-([0-9a-f]{16})\.parquet$")
TILE = re.compile(r"p(\d+)-(\d+)-r(\d+)-(\d+)")
MERGED = re.compile(r"^part-(\d+)-([0-9a-f]{16})\.parquet$")
UNFINISHED = ".writing-"  # how the name of a file begins before it is whole
COVERS = b"covers"  # metadata of a merged part: the shards it was made from


def digest_of(content: bytes) -> str:
    """Digest that a shard carries in its name."""
    return hashlib.sha256(content).hexdigest()[:16]


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(
            "output", str(path), f"could not be written ({error.strerror or error})",
            "room and permission; what is complete is kept, and the same command goes on from there",
        ) from error  # fmt: skip


def make_folder(path: Path) -> None:
    """Make a folder, or find it; InputError if that cannot be."""
    with _writing(path):
        path.mkdir(parents=True, exist_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that appears under its name only when it is whole.

    Raises
    ------
    InputError
        No room, no permission; what was there before is still there.
    """
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=UNFINISHED, dir=path.parent)
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


def read_tables(files: list[Path], columns: list[str] | None = None) -> pa.Table:
    """The rows of files in the order of point and replicate, each run once.

    Parameters
    ----------
    columns : list of str, optional
        Point and replicate among them; all by default.

    Raises
    ------
    InputError
        A file cannot be read.
    """
    tables = []
    for path in files:
        try:
            tables.append(pq.read_table(path, columns=columns))
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


def covered_by(path: Path) -> list[str]:
    """Shards that a merged part was made from; none if it cannot be read."""
    try:
        metadata = pq.read_schema(path).metadata or {}
        return [str(name) for name in json.loads(metadata.get(COVERS, b"[]"))]
    except (OSError, pa.ArrowException, ValueError):
        return []


def rectangles_of(path: Path) -> list[Rectangle]:
    """What a shard or a merged part holds."""
    names = covered_by(path) if MERGED.match(path.name) else [path.name]
    return [Rectangle(*(int(x) for x in match.groups()[:4])) for match in map(SHARD.match, names) if match is not None]
