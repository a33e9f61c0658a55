"""Writing a run folder: tidy Parquet tables, the resolved configuration, a manifest; whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import platform
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from ..engine.ensemble import Ensemble
from ..engine.outcomes import ABSENT
from ..errors import InputError
from ..evidence.digest import evidence_digest
from ..paths import file_name
from ..rules.compiled import source_digest
from ..rules.weigh import TERM_NAMES
from ..world.names import ORGANISATION_EVENTS, Event, label
from ..world.world import World
from .config import Plan

PACKAGES = ("numpy", "numba", "llvmlite", "scipy", "mesa", "hydra-core", "pandas", "pyarrow", "matplotlib")
UNITS = {
    "level": "ladder -2 armed conflict .. 4 joint operations", "fighters": "people", "months_allied": "months",
    "cohesion": "0..1", "allies": "mean degree", "foes": "mean degree", "isolates": "share",
    "value": "by kind of event: utility, people, months or share",
}  # fmt: skip


def config_digest(plan: Plan) -> str:
    """Digest of everything that determines a run's numbers but code and evidence."""
    content = json.dumps([r.config for r in plan.readings], sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()[:12]


class Folder:
    """A folder in the making.

    Attributes
    ----------
    partial : Path
        Where to write.
    final : Path
        Its name once everything is written.
    """

    def __init__(self, partial: Path) -> None:
        self.partial = self.final = partial


@contextlib.contextmanager
def run_folder(root: str, name: str) -> Iterator[Folder]:
    """A folder that appears under its name only when everything in it has been written.

    A folder of that name stays as it is, and the new one gets a number.

    Raises
    ------
    InputError
        The folder cannot be made or written to.
    """
    base = Path(root)
    try:
        base.mkdir(parents=True, exist_ok=True)
        folder = Folder(Path(tempfile.mkdtemp(prefix=f".{file_name(name)}-", dir=base)))
    except OSError as error:
        raise InputError("output", str(base), f"cannot be written ({error.strerror})", "a writeable folder") from error
    try:
        yield folder
        target, number = base / name, 2
        while target.exists():
            target, number = base / f"{name}-{number}", number + 1
        folder.partial.chmod(0o755)
        folder.partial.rename(target)
        folder.final = target
    except OSError as error:
        shutil.rmtree(folder.partial, ignore_errors=True)
        raise InputError("output", str(base), f"could not be written ({error.strerror})", "room on the disk") from error
    except BaseException:
        shutil.rmtree(folder.partial, ignore_errors=True)
        raise


class Tables:
    """Writers of a run folder's Parquet tables, fed chunk by chunk."""

    def __init__(self, folder: Path, world: World) -> None:
        self.folder, self.world = folder, world
        self.writers: dict[str, pq.ParquetWriter] = {}
        ends = world.calendar.year_ends()
        self.dates = [world.calendar.date(t) for t in ends]
        self.pairs = [(world.organisations[o], world.organisations[q]) for o, q in world.organisation_pairs()]
        self.dyads = [tuple(world.factions[i] for i in world.dyad(d)) for d in world.dyads()]

    def write(self, name: str, columns: dict[str, Any]) -> None:
        """Append rows to a table."""
        table = pa.table({k: v if isinstance(v, pa.Array | pa.DictionaryArray) else pa.array(v) for k, v in columns.items()})
        if name not in self.writers:
            fields = [f.with_metadata({"unit": UNITS[f.name]}) if f.name in UNITS else f for f in table.schema]
            schema = pa.schema(fields)
            self.writers[name] = pq.ParquetWriter(self.folder / f"{name}.parquet", schema, compression="zstd")
        self.writers[name].write_table(table.cast(self.writers[name].schema))

    def close(self) -> None:
        """Close every table."""
        for writer in self.writers.values():
            writer.close()

    @staticmethod
    def words(codes: np.ndarray, names: list[str]) -> pa.DictionaryArray:
        """A column of names by code."""
        return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int16)), pa.array(names))

    def outcomes(self, thesis: str, part: Ensemble) -> None:
        """One row per run, year end and pair of organisations."""
        _runs, years, pairs = part.outcomes.year.shape
        replicate, year, pair = (x.ravel() for x in np.meshgrid(part.replicate, range(years), range(pairs), indexing="ij"))
        rows = part.outcomes.year.reshape(-1)
        self.write(
            "outcomes",
            {
                "thesis": self.words(np.zeros(len(rows)), [thesis]),
                "replicate": replicate.astype(np.int32),
                "date": self.words(year, self.dates),
                "a": self.words(pair, [a for a, _ in self.pairs]),
                "b": self.words(pair, [b for _, b in self.pairs]),
                "level": rows["level"],
                "lowest": rows["lowest"],
                "stance_ab": rows["stance_ab"],
                "stance_ba": rows["stance_ba"],
                "present": rows["level"] != ABSENT,
                "alive": rows["level"] >= 2,
            },
        )

    def spells(self, thesis: str, part: Ensemble) -> None:
        """One row per run and pair: pairs of organisations, then dyads of factions."""
        for scope, names, rows in (
            ("organisations", self.pairs, part.outcomes.pair),
            ("factions", self.dyads, part.outcomes.dyad),
        ):
            runs = len(part.replicate)
            index = np.tile(np.arange(len(names)), runs)
            flat = rows.reshape(-1)
            self.write(
                "spells",
                {
                    "thesis": self.words(np.zeros(len(flat)), [thesis]),
                    "replicate": np.repeat(part.replicate, len(names)).astype(np.int32),
                    "between": self.words(np.zeros(len(flat)), [scope]),
                    "a": self.words(index, [a for a, _ in names]),
                    "b": self.words(index, [b for _, b in names]),
                    "months_allied": flat["allied"],
                    "first_allied": flat["formed"],
                    "first_broken": flat["broken"],
                    "months_hostile": flat["hostile"],
                    "first_fought": flat["fought"],
                    "months_gap": flat["gap"],
                    "deepest": flat["deepest"],
                    "ended": flat["ended"],
                },
            )

    def organisations(self, thesis: str, part: Ensemble) -> None:
        """One row per run and organisation."""
        names = list(self.world.organisations)
        flat = part.outcomes.organisation.reshape(-1)
        columns: dict[str, Any] = {
            "thesis": self.words(np.zeros(len(flat)), [thesis]),
            "replicate": np.repeat(part.replicate, len(names)).astype(np.int32),
            "organisation": self.words(np.tile(np.arange(len(names)), len(part.replicate)), names),
        }
        columns |= {name: flat[name] for name in flat.dtype.names}
        self.write("organisations", columns)

    def networks(self, thesis: str, part: Ensemble, columns: dict[str, Any]) -> None:
        """One row per run: its network in the last month (`analysis.networks.NetworkOutcomes`)."""
        ids = {"thesis": self.words(np.zeros(len(part.replicate)), [thesis]), "replicate": part.replicate.astype(np.int32)}
        self.write("networks", {**ids, **columns})

    def events(self, thesis: str, part: Ensemble) -> None:
        """One row per event: who, what, from what to what, and the mechanisms that spoke most for it."""
        assert part.events is not None
        assert part.run is not None
        rows = part.events
        names = [*self.world.factions, *self.world.organisations, ""]
        of_organisations = np.isin(rows["kind"], [int(k) for k in ORGANISATION_EVENTS])
        shift = np.where(of_organisations, len(self.world.factions), 0)
        months = np.arange(self.world.calendar.months)
        terms = [*TERM_NAMES, ""]
        self.write(
            "events",
            {
                "thesis": self.words(np.zeros(len(rows)), [thesis]),
                "replicate": part.replicate[part.run].astype(np.int32),
                "date": self.words(rows["month"], [self.world.calendar.date(int(t)) for t in months]),
                "event": self.words(rows["kind"], [label(k) for k in Event]),
                "a": self.words(np.where(rows["i"] < 0, len(names) - 1, rows["i"] + self._shift_a(rows, shift)), names),
                "b": self.words(np.where(rows["j"] < 0, len(names) - 1, rows["j"] + shift), names),
                "before": rows["before"].astype(np.int16),
                "after": rows["after"].astype(np.int16),
                "lead": self.words(np.where(rows["lead"] < 0, len(terms) - 1, rows["lead"]), terms),
                "second": self.words(np.where(rows["second"] < 0, len(terms) - 1, rows["second"]), terms),
                "value": rows["value"].astype(np.float32),
            },
        )

    def _shift_a(self, rows: Any, shift: np.ndarray) -> np.ndarray:
        """An emirate event names an organisation first and a faction second."""
        return np.where(rows["kind"] == int(Event.EMIRATE), len(self.world.factions), shift)


def write_manifest(folder: Path, plan: Plan, spent: dict[str, float]) -> None:
    """Write the resolved configuration and what is needed to make the numbers again."""
    config = {r.name: r.config for r in plan.readings}
    (folder / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False, allow_unicode=True), encoding="utf-8")
    manifest = {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "scenario": plan.world.name,
        "theses": [r.name for r in plan.readings],
        "replicates": plan.replicates,
        "seed": plan.seed,
        "config_hash": config_digest(plan),
        "evidence_hash": evidence_digest(),
        "code_hash": source_digest(),
        "version": metadata.version("alliances"),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "seconds": {k: round(v, 3) for k, v in spent.items()},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
