"""A sweep: points times replicates, run by an executor into a store, resumed where it was left."""

from __future__ import annotations

import contextlib
import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..errors import InputError, notice
from ..paths import file_name
from ..plural import plural
from .batch import Sweep, base_values, base_world
from .determining import plain_config
from .draws import number_of_draws
from .executors import local_workers, run_tiles
from .lock import folder_lock
from .rectangles import missing, rectangle_of, without
from .shards import make_folder, read_tables
from .sweep_identity import identity_of, manifest_of, number_columns, table_of_points
from .sweep_settings import Settings
from .sweep_store import SweepStore

RUNS_A_TILE = 8192  # about ten seconds of one core: what a kill can lose, and what a shard holds
LEAST_RUNS_A_TILE = 256
FIRST_REPLICATES = 100  # of `replicates=auto`
GROWTH = 4  # a round of `replicates=auto` multiplies a point's replicates by at most this


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
    wanted : int
        Runs that the store holds when the sweep is complete.
    """

    folder: Path
    points: int
    runs: int = 0
    new_runs: int = 0
    seconds: float = 0.0
    failed: dict[int, str] = field(default_factory=dict)
    set_aside: list[str] = field(default_factory=list)
    rounds: list[str] = field(default_factory=list)
    wanted: int = 0


Progress = Callable[[int, int, int], None]
"""Called with runs done, runs in all, points failed."""


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
        if settings.replicates is None and number_of_draws(config):
            said = "auto reckons with the spread of runs alone, and draws of the posterior spread too"
            raise InputError("replicates", "", said, "a number, best a multiple of the number of draws")
        base_world(config)
        base_values(config)
    sweep = Sweep(configs, number_columns(points), settings.seed, settings.independent, settings.kept)
    identity = identity_of(sweep, points)
    scenarios = sorted({str(config["scenario"]["name"]) for config in configs})
    name = scenarios[0] if len(scenarios) == 1 else "scenarios"
    store = SweepStore(Path(settings.output) / f"{file_name(name)}-sweep-{identity}")
    report = Report(store.folder, len(points))
    make_folder(store.folder)
    with folder_lock(store.folder) as lock:
        if not lock.alone():
            if settings.shard is None:
                notice("another process is at work on this store, and each runs all that it finds missing; shard=i/n divides it")
        elif lock.certain:
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
        store.want(wanted, ["alliances", "run", *(word for word in asked if not word.startswith("shard="))])
        report.wanted = int(wanted.sum())
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
            f"round {len(report.rounds) + 1}: {plural(report.new_runs - spent, 'run')}; "
            f"{int((need > runs).sum())} of {plural(len(points), 'point')} above the target"
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
    others = settings.shard.of_others(wanted, group) if settings.shard else []
    total = int(wanted.sum()) - sum(rectangle.runs for rectangle in others)
    tiles = missing(wanted, held + others, group, size_of_tiles(total, settings))
    done = total - sum(tile.runs for tile in tiles)
    values = points[list(sweep.columns)].to_numpy(dtype=np.float64).reshape(len(points), len(sweep.columns))
    failed: set[int] = set()
    if progress is not None:
        progress(done, total, len(failed))
    with contextlib.closing(run_tiles(sweep, tiles, values, settings.executor, settings.threads)) as results:
        for result in results:
            store.write(result)
            done += result.tile.runs
            report.new_runs += result.tile.runs
            failed |= set(result.failed)
            if progress is not None:
                progress(done, total, len(failed))
    store.forget_failures([rectangle_of(tile) for tile in tiles], failed)
