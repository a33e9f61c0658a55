"""One run of a sweep again, in the Mesa engine, month by month: proof that the store says what happened, and a trace."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..engine.ensemble import Ensemble
from ..engine.model import AllianceModel
from ..errors import InputError
from ..world.instruments import with_wedge
from ..world.world import World
from .batch import base_world, own_seed, point_table, wedge_numbers, wedge_with
from .draws import number_of_draws
from .results import store_at
from .rows import run_rows, with_draw
from .sweep_identity import sweep_of


@dataclass(frozen=True)
class Replay:
    """A run and its row in the store.

    Attributes
    ----------
    world : World
    model : AllianceModel
        At its last month; `model.events` are the run's.
    row, stored : dict
        What the Mesa engine gives, and what the store holds.
    """

    world: World
    model: AllianceModel
    row: dict[str, Any]
    stored: dict[str, Any]

    @property
    def differences(self) -> list[str]:
        """Columns in which the two differ."""
        here, there = (pd.Series(row, dtype=object) for row in (self.row, self.stored))
        same = (here[there.index] == there) | (here[there.index].isna() & there.isna())
        return [str(name) for name in there.index[~same.astype(bool)]]


def stored_row(folder: str | Path, point: int, replicate: int) -> dict[str, Any]:
    """The row of one run; InputError if the store does not hold it."""
    store = store_at(folder)
    points = store.points()
    if point not in points.index:
        raise InputError("point", "", f"{point} is not a point of this sweep", f"0 to {len(points) - 1}")
    failed = store.failures()
    if point in failed:
        raise InputError("point", "", f"{point} failed in the sweep ({failed[point]})", "a point that was run")
    rows = store.table().to_pandas()
    mine = rows[rows["point"] == point]
    if replicate not in set(mine["replicate"]):
        last = int(mine["replicate"].max()) if len(mine) else -1
        allowed = f"0 to {last}" if last >= 0 else "nothing has been run yet"
        raise InputError("replicate", "", f"{replicate} of point {point} is not in the store", allowed)
    row: dict[str, Any] = mine[mine["replicate"] == replicate].iloc[0].to_dict()
    return row


def replay(folder: str | Path, point: int, replicate: int) -> Replay:
    """Run one run of a sweep again in the Mesa engine.

    Raises
    ------
    InputError
        No such sweep, point or replicate; or the code or evidence has changed since.
    """
    from ..evidence.digest import evidence_digest
    from ..rules.cache import source_digest

    store = store_at(folder)
    manifest = store.manifest()
    for name, now in (("code_hash", source_digest()), ("evidence_hash", evidence_digest())):
        if manifest[name] != now:
            what = name.removesuffix("_hash")
            raise InputError(
                str(folder), "", f"was made with other {what} ({manifest[name]}, now {now})", f"the {what} it was made with"
            )
    stored = stored_row(folder, point, replicate)
    sweep, points = sweep_of(manifest), store.points()
    config = sweep.configs[int(points["group"].to_numpy()[point])]
    values = points.loc[[point], list(sweep.columns)].to_numpy(dtype=np.float64).reshape(1, len(sweep.columns))
    world = with_wedge(base_world(config), wedge_with(config, wedge_numbers(sweep.columns, values[0])))
    vectors = point_table(config, sweep.columns, values).reshape(-1)
    seed = own_seed(sweep.seed, point) if sweep.independent else sweep.seed
    model = AllianceModel(world=world, seed=seed, replicate=replicate, vector=vectors[[replicate % len(vectors)]])
    model.run()
    one = Ensemble(np.array([0]), np.array([replicate]), model.outcomes)
    table = run_rows(world, np.array([point]), one)
    row = (with_draw(table, number_of_draws(config)) if sweep.drawn else table).to_pandas().iloc[0].to_dict()
    return Replay(world, model, row, stored)
