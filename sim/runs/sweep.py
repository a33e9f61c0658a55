"""A sweep: points times replicates, run by an executor into a store, resumed where it was left."""

from __future__ import annotations

import hashlib
import json
import math
import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd

from ..errors import InputError, unknown
from ..evidence.digest import evidence_digest
from ..rules.compiled import source_digest
from .batch import Sweep, base_values, base_world
from .executors import check_executor, local_workers, run_tiles
from .lock import folder_lock
from .rectangles import missing, without
from .rows import FORMAT, KEPT
from .store import PACKAGES
from .sweep_store import SweepStore, make_folder, read_tables

RUNS_A_TILE = 8192  # about ten seconds of one core: what a kill can lose, and what a shard holds
LEAST_RUNS_A_TILE = 256
FIRST_REPLICATES = 100  # of `replicates=auto`
GROWTH = 4  # a round of `replicates=auto` multiplies a point's replicates by at most this
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


@dataclass(frozen=True)
class Settings:
    """How a sweep is run, none of which changes a single run but `seed` and `independent`.

    Attributes
    ----------
    replicates : int or None
        Runs a point; None for as many as `target_se` needs.
    target_se : float
        Monte Carlo standard error wanted of the share of runs in which the focal alliance is alive at the end.
    max_replicates : int
        Upper bound of an automatic number.
    seed : int
    independent : bool
        Points draw their own numbers instead of common ones.
    kept : tuple of str
        What is kept besides a row a run: pairs, events, trajectories.
    executor : mapping
        One of conf/executor.
    threads : int or None
    output : str
    """

    replicates: int | None
    target_se: float = 0.01
    max_replicates: int = 10_000
    seed: int = 1
    independent: bool = False
    kept: tuple[str, ...] = ()
    executor: Mapping[str, Any] = field(default_factory=lambda: {"name": "threads"})
    threads: int | None = None
    output: str = "runs"

    def check(self) -> None:
        """Refuse what cannot be run.

        Raises
        ------
        InputError
        """
        if self.replicates is not None and self.replicates < 1:
            raise InputError("replicates", "", f"{self.replicates} replicates cannot be run", "1 or more, or auto")
        if not 0.0 < self.target_se < 0.5:
            raise InputError("target_se", "", f"{self.target_se} is not a standard error of a share", "above 0, below 0.5")
        if self.max_replicates < 1:
            raise InputError("max_replicates", "", f"{self.max_replicates} replicates cannot be run", "1 or more")
        if not 0 <= self.seed < 2**64:
            raise InputError("seed", "", f"{self.seed} is not a master seed", "0 to 2^64 - 1")
        for name in self.kept:
            if name not in KEPT:
                raise unknown("keep", "", name, KEPT)
        check_executor(self.executor)


@dataclass
class Report:
    """What a sweep did.

    Attributes
    ----------
    folder : Path
    points, runs : int
        Points of the design, and runs that the store holds.
    new_runs : int
        Runs of this call; the rest was there.
    seconds : float
    failed : dict
        Point -> error.
    set_aside : list of str
        Damaged files that were run again.
    rounds : list of str
        What an automatic number of replicates spent, round by round.
    """

    folder: Path
    points: int
    runs: int = 0
    new_runs: int = 0
    seconds: float = 0.0
    failed: dict[int, str] = field(default_factory=dict)
    set_aside: list[str] = field(default_factory=list)
    rounds: list[str] = field(default_factory=list)


Progress = Callable[[int, int, int], None]
"""Called with runs done, runs in all, points failed."""


def plain_config(config: Any) -> dict[str, Any]:
    """What of a composed configuration determines a run's numbers, resolved."""
    from omegaconf import OmegaConf

    values = OmegaConf.to_container(config, resolve=True)
    assert isinstance(values, dict)
    found = {str(k): v for k, v in values.items() if k in DETERMINING}
    thesis = found.get("thesis") or {}
    return found | {"thesis": thesis.get("name")}


def settings_of(config: Any) -> Settings:
    """How a composed configuration wants its sweep run.

    Raises
    ------
    InputError
    """
    from .config import replicates_of

    if config.random_numbers not in ("common", "independent"):
        raise unknown("random_numbers", "", config.random_numbers, ("common", "independent"))
    return Settings(
        replicates=replicates_of(config),
        target_se=float(config.target_se),
        max_replicates=int(config.max_replicates),
        seed=int(config.seed),
        independent=config.random_numbers == "independent",
        kept=tuple(str(name) for name in config.keep),
        executor={str(k): v for k, v in dict(config.executor).items()},
        threads=config.threads,
        output=str(config.output),
    )


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


def alive_by_point(store: SweepStore, points: int) -> tuple[np.ndarray, np.ndarray]:
    """Runs of each point in the store, and in how many the focal alliance is alive at the end. (P,), (P,)."""
    runs, alive = np.zeros(points, dtype=np.int64), np.zeros(points, dtype=np.int64)
    for files in store.sources():
        table = read_tables(files, ["point", "replicate", "alive"])
        point = table["point"].to_numpy()
        runs += np.bincount(point, minlength=points)
        alive += np.bincount(point, weights=table["alive"].to_numpy(), minlength=points).astype(np.int64)
    return runs, alive


def replicates_needed(runs: np.ndarray, alive: np.ndarray, target_se: float) -> np.ndarray:
    """Replicates for the wanted standard error of a share, by what is known so far.

    The share is drawn toward one half by two successes and two failures (Agresti & Coull 1998): a point without a
    single success is not taken for certain.
    """
    share = (alive + 2.0) / (runs + 4.0)
    return np.ceil(share * (1.0 - share) / target_se**2).astype(np.int64)


def size_of_tiles(runs: int, settings: Settings) -> int:
    """Runs a tile: so many that a shard is worth its file, so few that every worker has some."""
    dask = settings.executor.get("name", "threads") != "threads"
    workers = local_workers(settings.executor) if dask else os.cpu_count() or 1
    return int(min(RUNS_A_TILE, max(LEAST_RUNS_A_TILE, math.ceil(runs / (4 * workers)))))


def run_sweep(groups: Sequence[Any], settings: Settings, asked: Sequence[str] = (), progress: Progress | None = None) -> Report:
    """Run what a sweep's store does not hold yet.

    Parameters
    ----------
    groups : sequence of expansion.Group
    settings : Settings
    asked : sequence of str
        The command line, for the manifest.
    progress : callable, optional

    Raises
    ------
    InputError
        A configuration cannot be built (nothing has been written), or the store cannot be written.
    """
    settings.check()
    points = table_of_points(groups)
    configs = tuple(plain_config(group.config) for group in groups)
    for config in configs:
        base_world(config)
        base_values(config)
    sweep = Sweep(configs, number_columns(points), settings.seed, settings.independent, settings.kept)
    identity = identity_of(sweep, points)
    scenarios = sorted({str(config["scenario"]["name"]) for config in configs})
    name = scenarios[0] if len(scenarios) == 1 else "scenarios"
    store = SweepStore(Path(settings.output) / f"{name}-sweep-{identity}")
    report = Report(store.folder, len(points))
    make_folder(store.folder)
    with folder_lock(store.folder) as lock:
        if lock.alone() and lock.certain:
            store.clear_unfinished()
        lock.work()
        designs = {n: g.design for n, g in enumerate(groups) if getattr(g, "design", None) is not None}
        if store.begin(manifest_of(sweep, groups, identity, points, asked), points, designs):
            wrong = store.damaged()
            store.set_aside(wrong)
            report.set_aside = [path.name for path in wrong]
        started = time.perf_counter()
        _run_rounds(store, sweep, points, settings, report, asked, progress)
        if lock.alone():  # otherwise another is at work here, and tidies up when it is done
            store.tidy()
            if lock.certain:
                store.clear_unfinished()
        lock.work()
        report.seconds = time.perf_counter() - started
        report.runs = int(alive_by_point(store, len(points))[0].sum())
        report.failed = store.failures()
    return report


def _run_rounds(
    store: SweepStore,
    sweep: Sweep,
    points: pd.DataFrame,
    settings: Settings,
    report: Report,
    asked: Sequence[str],
    progress: Progress | None,
) -> None:
    """One round for a fixed number of replicates; as many as it takes for an automatic one."""

    def run(wanted: np.ndarray) -> None:
        store.want(wanted, ["alliances", "run", *asked])
        _run_missing(store, sweep, points, wanted, settings, report, progress)

    if settings.replicates is not None:
        run(np.full(len(points), settings.replicates))
        return
    wanted = np.full(len(points), min(FIRST_REPLICATES, settings.max_replicates), dtype=np.int64)
    while True:
        spent = report.new_runs
        run(wanted)
        runs, alive = alive_by_point(store, len(points))
        need = replicates_needed(runs, alive, settings.target_se)
        report.rounds.append(
            f"round {len(report.rounds) + 1}: {report.new_runs - spent} runs; "
            f"{int((need > runs).sum())} of {len(points)} points above the target"
        )
        following = np.minimum(np.maximum(need, wanted), np.minimum(GROWTH * wanted, settings.max_replicates))
        if (following <= wanted).all():
            return
        wanted = np.maximum(following, wanted)


def _run_missing(
    store: SweepStore,
    sweep: Sweep,
    points: pd.DataFrame,
    wanted: np.ndarray,
    settings: Settings,
    report: Report,
    progress: Progress | None,
) -> None:
    """Run the tiles that are missing for the wanted replicates of each point. What failed before is tried again."""
    group = points["group"].to_numpy()
    failed_before = set(store.failures())
    held = without(store.held_by_all(sweep.kept), failed_before)
    tiles = missing(wanted, held, group, size_of_tiles(int(wanted.sum()), settings))
    total = int(wanted.sum())
    done = total - sum(tile.runs for tile in tiles)
    values = points[list(sweep.columns)].to_numpy(dtype=np.float64).reshape(len(points), len(sweep.columns))
    failed: set[int] = set()
    if progress is not None:
        progress(done, total, len(failed))
    for result in run_tiles(sweep, tiles, values, settings.executor, settings.threads):
        store.write(result)
        done += result.tile.runs
        report.new_runs += result.tile.runs
        failed |= set(result.failed)
        if progress is not None:
            progress(done, total, len(failed))
    store.forget_failures(failed_before - failed)
