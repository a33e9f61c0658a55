"""What leaves the engine: rows of runs, pairs, events and months.

The engine's compact codes for what is missing (-1 never or nobody, -9 a side is not there) stay inside it. In a table that
leaves it a missing value is null, so that no mean, rank or figure takes the code for a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..engine.ensemble import Ensemble
from ..engine.outcomes import ABSENT
from ..engine.traces import levels_of
from ..errors import InputError
from ..measures.measure import Declared, Measure
from ..measures.of_pairs import OF_PAIRS, Alliances
from ..measures.of_runs import OF_RUNS, Runs
from ..rules.weigh import TERM_NAMES
from ..world.names import Event, label
from ..world.tables import Table
from ..world.world import World

FORMAT = 3  # of the tables; a change makes another store

KEPT = ("pairs", "events", "trajectories")


def refuse_other_format(folder: Path, manifest: Mapping[str, Any]) -> None:
    """InputError where the tables of a folder are of another format: their columns would be read as what they are not."""
    found = manifest.get("format", 1)
    if found != FORMAT:
        said = f"holds tables of format {found}, written by version {manifest.get('version', 'unknown')}; this one reads {FORMAT}"
        raise InputError(str(folder), "", said, "the version that wrote it, or the same run again, which makes a new folder")


def table_of(columns: dict[str, Any]) -> pa.Table:
    """Columns as a table; what is masked or NaN becomes null."""
    return pa.table({name: column_of(values) for name, values in columns.items()})


def column_of(values: Any) -> pa.Array:
    """Values as a column; what is masked or NaN becomes null."""
    if isinstance(values, pa.Array):
        return values
    if isinstance(values, np.ma.MaskedArray):
        return known(values.data.ravel(), ~np.ma.getmaskarray(values).ravel())
    return pa.array(np.ascontiguousarray(values).ravel(), from_pandas=True)


def measured(found: Measure, of: Any) -> pa.Array | None:
    """A measure of some runs as a column, words by their code; None if these runs cannot say it."""
    values = None if found.compute is None else found.compute(of)
    if values is None:
        return None
    if found.of == "run" and values.dtype == np.float64:
        values = values.astype(np.float32)  # of millions of runs, in half the room
    if found.kind != "word":
        return column_of(values)
    codes = np.ma.filled(np.ma.asarray(values).astype(np.int64), -1)
    names = {code: name for code, name in found.labels.items() if name}
    return words(np.where(codes < 0, -1, codes - min(names)), list(names.values()))


def measures_of(declared: Declared, of: Any) -> dict[str, pa.Array]:
    """Every measure that tables hold, a column each."""
    found = {name: measured(one, of) for name, one in declared.items()}
    return {name: column for name, column in found.items() if column is not None}


def with_draw(table: pa.Table, draws: int) -> pa.Table:
    """Rows with the draw of the posterior that each run took behind its replicate; null where there are no draws."""
    at, replicate = table.schema.get_field_index("replicate"), table["replicate"].to_numpy()
    column = known((replicate % max(draws, 1)).astype(np.int32), np.full(len(replicate), draws > 0))
    return table.add_column(at + 1, "draw", column)


def words(codes: Any, names: list[str]) -> pa.DictionaryArray:
    """A column of names by code; null for a code below 0."""
    codes = np.asarray(codes).astype(np.int16)
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(names))


def known(values: Any, there: Any) -> pa.Array:
    """A column that is null where there is nothing to say."""
    return pa.array(np.ascontiguousarray(values), mask=~np.asarray(there, dtype=bool))


def level_or_null(values: Any) -> pa.Array:
    """Levels; null where a side is not there."""
    return known(values, values != ABSENT)


def _ids(points: Any, part: Ensemble) -> dict[str, Any]:
    return {"point": points[part.point].astype(np.int32), "replicate": part.replicate.astype(np.int32)}


def run_rows(world: World, points: Any, part: Ensemble) -> pa.Table:
    """One row a run: its focal alliance, and what else is measured of it.

    Parameters
    ----------
    points : (P,) int64
        Number in the sweep of each parameter vector of the ensemble.
    """
    runs = Runs(world, part.outcomes)
    return table_of({**_ids(points, part), **measures_of(OF_PAIRS, Alliances.of_focal(runs)), **measures_of(OF_RUNS, runs)})


def pair_rows(world: World, points: Any, part: Ensemble) -> pa.Table:
    """One row a run and pair of organisations: its alliance."""
    names = [(world.organisations[o], world.organisations[q]) for o, q in world.organisation_pairs()]
    index = np.tile(np.arange(len(names)), len(part.replicate))
    ids = {name: np.repeat(column, len(names)) for name, column in _ids(points, part).items()}
    who = {"a": words(index, [a for a, _ in names]), "b": words(index, [b for _, b in names])}
    return table_of({**ids, **who, **measures_of(OF_PAIRS, Alliances.of_pairs(Runs(world, part.outcomes)))})


def event_columns(world: World, rows: Table, run: NDArray[np.int64]) -> dict[str, Any]:
    """What of an event means the same in every table: kind, from what to what, the mechanisms that spoke for it, a number.

    A defection goes from no state to another, and of a split only the organisation that a newborn faction belongs to is
    known; a pledge has no number: null.

    Parameters
    ----------
    rows : np.recarray (E,)
    run : (E,) int
        Run of each event.
    """
    kind = rows["kind"]
    splits = np.flatnonzero((kind == Event.SPLIT) & (rows["j"] >= 0))
    splits = splits[world.facts.faction["spare"][rows["j"][splits]] == 1]
    # a slot is born once: a later split that goes over to it is none of its own
    _, first = np.unique(run[splits] * len(world.factions) + rows["j"][splits], return_index=True)
    born = np.isin(np.arange(len(rows)), splits[first])
    stateless = np.isin(kind, [Event.SPLIT, Event.DEFECTION])
    return {
        "event": words(kind, [label(k) for k in Event]),
        "before": known(rows["before"].astype(np.int16), ~stateless),
        "after": known(rows["after"].astype(np.int16), ~stateless | born),
        "lead": words(rows["lead"], list(TERM_NAMES)),
        "second": words(rows["second"], list(TERM_NAMES)),
        "value": known(rows["value"].astype(np.float32), kind != Event.PLEDGE),
    }


def event_rows(world: World, points: Any, part: Ensemble) -> pa.Table:
    """One row an event; actors by number, as the world of the point numbers them."""
    assert part.events is not None
    assert part.run is not None
    rows = part.events
    ids = {name: column[part.run] for name, column in _ids(points, part).items()}
    columns = event_columns(world, rows, part.run)
    who = {name: known(rows[name], rows[name] >= 0) for name in ("i", "j")}
    return table_of({**ids, "month": rows["month"], "event": columns.pop("event"), **who, **columns})


def trajectory_rows(world: World, points: Any, part: Ensemble) -> pa.Table:
    """One row a run and month: deepest level of the focal pair's home factions, and its more distant stance."""
    assert part.trajectories is not None
    a, b = (set(world.members(name)) for name in world.focal)
    facts = world.facts
    between = [d for d, (i, j) in enumerate(zip(facts.dyad.first, facts.dyad.second, strict=True)) if _crosses(i, j, a, b)]
    o, q = (world.organisation(name) for name in world.focal)
    there, back = int(facts.relation_of[o, q]), int(facts.relation_of[q, o])
    kept = part.trajectories
    months = kept.level.shape[1]
    ids = {name: np.repeat(column, months) for name, column in _ids(points, part).items()}
    return table_of(
        {
            **ids,
            "month": np.tile(np.arange(months, dtype=np.int16), len(part.replicate)),
            "level": level_or_null(levels_of(world, kept, between).max(axis=2).ravel()),
            "stance": np.maximum(kept.stance[:, :, there], kept.stance[:, :, back]).ravel(),
        }
    )


def _crosses(i: int, j: int, a: set[int], b: set[int]) -> bool:
    return (i in a and j in b) or (i in b and j in a)
