"""Writing a run folder: tidy Parquet tables, the resolved configuration, a manifest; whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import platform
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import yaml

from ..engine.ensemble import Ensemble
from ..engine.outcomes import ABSENT
from ..errors import InputError
from ..evidence.digest import evidence_digest
from ..measures.measure import Declared
from ..measures.of_organisations import OF_ORGANISATIONS
from ..measures.of_pairs import OF_PAIRS, Alliances
from ..measures.of_runs import Runs
from ..paths import file_name
from ..rules.cache import source_digest
from ..rules.record import NOBODY
from ..world.names import ORGANISATION_EVENTS, Event
from ..world.world import World
from .codebook import FILE, OF_FOLDER, codebook
from .config import Plan
from .determining import determining
from .draws import told_of_draws
from .rows import FORMAT, event_columns, level_or_null, measures_of, table_of, with_draw, words

PACKAGES = ("numpy", "numba", "llvmlite", "scipy", "mesa", "hydra-core", "pandas", "pyarrow", "matplotlib")


def _of_networks() -> Declared:
    from ..measures.networks import OF_NETWORKS  # late: networkx is slow to import, and large worlds alone are networks

    return OF_NETWORKS


def config_digest(plan: Plan) -> str:
    """Digest of everything that determines a run's numbers but code and evidence; not of where and how it is run."""
    theses = [determining(reading.config) for reading in plan.readings]
    content = json.dumps([theses, plan.seed, plan.replicates], sort_keys=True, default=str)
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
    base, name = Path(root), file_name(name)
    try:
        base.mkdir(parents=True, exist_ok=True)
        folder = Folder(Path(tempfile.mkdtemp(prefix=f".{name}-", dir=base)))
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

    def __init__(self, folder: Path, world: World, draws: Mapping[str, int] | None = None) -> None:
        """draws: of a thesis so many of the posterior; where some thesis has any, every table has a column `draw`."""
        self.folder, self.world, self.draws = folder, world, draws or {}
        self.writers: dict[str, pq.ParquetWriter] = {}
        ends = world.calendar.year_ends()
        self.dates = [world.calendar.date(t) for t in ends]
        self.pairs = [(world.organisations[o], world.organisations[q]) for o, q in world.organisation_pairs()]
        self.dyads = [tuple(world.factions[i] for i in world.dyad(d)) for d in world.dyads()]

    def write(self, name: str, columns: dict[str, Any]) -> None:
        """Append rows to a table."""
        table = table_of(columns)
        if any(self.draws.values()):
            table = with_draw(table, self.draws.get(columns["thesis"].dictionary[0].as_py(), 0))
        if name not in self.writers:
            self.writers[name] = pq.ParquetWriter(self.folder / f"{name}.parquet", table.schema, compression="zstd")
        self.writers[name].write_table(table.cast(self.writers[name].schema))

    def close(self) -> None:
        """Close every table, and write the codebook of all."""
        for writer in self.writers.values():
            writer.close()
        measures = dict(OF_FOLDER)
        if "networks" in self.writers:
            measures["networks"] = _of_networks()
        columns = {name: writer.schema.names for name, writer in self.writers.items()}
        (self.folder / FILE).write_text(codebook(columns, measures), encoding="utf-8")

    def outcomes(self, thesis: str, part: Ensemble) -> None:
        """One row per run, year end and pair of organisations."""
        _runs, years, pairs = part.outcomes.year.shape
        replicate, year, pair = (x.ravel() for x in np.meshgrid(part.replicate, range(years), range(pairs), indexing="ij"))
        rows = part.outcomes.year.reshape(-1)
        self.write(
            "outcomes",
            {
                "thesis": words(np.zeros(len(rows)), [thesis]),
                "replicate": replicate.astype(np.int32),
                "date": words(year, self.dates),
                "a": words(pair, [a for a, _ in self.pairs]),
                "b": words(pair, [b for _, b in self.pairs]),
                "level": level_or_null(rows["level"]),
                "lowest": level_or_null(rows["lowest"]),
                "stance_ab": rows["stance_ab"],
                "stance_ba": rows["stance_ba"],
                "present": rows["level"] != ABSENT,
                "alive": rows["level"] >= 2,
            },
        )

    def spells(self, thesis: str, part: Ensemble) -> None:
        """One row per run and pair: pairs of organisations, then dyads of factions."""
        runs = len(part.replicate)
        for scope, names, alliances in (
            ("organisations", self.pairs, Alliances.of_pairs(Runs(self.world, part.outcomes))),
            ("factions", self.dyads, Alliances.of_dyads(self.world, part.outcomes)),
        ):
            index = np.tile(np.arange(len(names)), runs)
            self.write(
                "spells",
                {
                    "thesis": words(np.zeros(len(index)), [thesis]),
                    "replicate": np.repeat(part.replicate, len(names)).astype(np.int32),
                    "between": words(np.zeros(len(index)), [scope]),
                    "a": words(index, [a for a, _ in names]),
                    "b": words(index, [b for _, b in names]),
                    **measures_of(OF_PAIRS, alliances),
                },
            )

    def organisations(self, thesis: str, part: Ensemble) -> None:
        """One row per run and organisation."""
        names, runs = list(self.world.organisations), len(part.replicate)
        self.write(
            "organisations",
            {
                "thesis": words(np.zeros(runs * len(names)), [thesis]),
                "replicate": np.repeat(part.replicate, len(names)).astype(np.int32),
                "organisation": words(np.tile(np.arange(len(names)), runs), names),
                **measures_of(OF_ORGANISATIONS, Runs(self.world, part.outcomes)),
            },
        )

    def networks(self, thesis: str, part: Ensemble, found: Sequence[Any]) -> None:
        """One row per run: its network in the last month (`measures.networks.NetworkOutcomes`)."""
        ids = {"thesis": words(np.zeros(len(part.replicate)), [thesis]), "replicate": part.replicate.astype(np.int32)}
        self.write("networks", {**ids, **measures_of(_of_networks(), found)})

    def events(self, thesis: str, part: Ensemble) -> None:
        """One row per event: who, what, from what to what, and the mechanisms that spoke most for it."""
        assert part.events is not None
        assert part.run is not None
        rows = part.events
        names = [*self.world.factions, *self.world.organisations]
        of_organisations = np.isin(rows["kind"], [int(k) for k in ORGANISATION_EVENTS])
        shift = np.where(of_organisations, len(self.world.factions), 0)
        months = np.arange(self.world.calendar.months)
        columns = event_columns(self.world, rows, part.run)
        self.write(
            "events",
            {
                "thesis": words(np.zeros(len(rows)), [thesis]),
                "replicate": part.replicate[part.run].astype(np.int32),
                "date": words(rows["month"], [self.world.calendar.date(int(t)) for t in months]),
                "event": columns.pop("event"),
                "a": words(np.where(rows["i"] < 0, NOBODY, rows["i"] + self._shift_a(rows, shift)), names),
                "b": words(np.where(rows["j"] < 0, NOBODY, rows["j"] + shift), names),
                **columns,
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
        "format": FORMAT,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "scenario": plan.world.name,
        "theses": [r.name for r in plan.readings],
        "replicates": plan.replicates,
        "seed": plan.seed,
        "draws": next((told for reading in plan.readings if (told := told_of_draws(reading.config))), None),
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
