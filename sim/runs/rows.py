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
from ..engine.outcomes import ABSENT, NEVER
from ..engine.traces import levels_of
from ..errors import InputError
from ..rules.weigh import TERM_NAMES
from ..world.names import Event, Level, label
from ..world.tables import Table
from ..world.world import World
from .alliances import ENDS, FATES, Yearly, fates, pairs_of, yearly_of_pairs

FORMAT = 3  # of the tables; a change makes another store

KEPT = ("pairs", "events", "trajectories")
ALLIANCE_UNITS = {
    "deepest": "deepest level in the run, -2 armed conflict .. 4 joint operations; null if a side was never there",
    "months_allied": "months",
    "months_gap": "months allied while a side keeps official distance",
    "months_hostile": "months in which factions of the two stand below 0",
    "first_allied": "month from the start, 0 also if in place before; null if never",
    "first_broken": "first month no longer allied, from the start, though it may form again; null if never; `ended` says how",
    "never_broken": "allied in every month from the first so (the start, if in place before) to the last; null if never allied",
    "first_fought": "month of the first armed conflict, from the start; null if never",
    "ever_fought": "armed conflict in some month",
    "fight_years": "year ends in armed conflict; a fight between two year ends is in none",
    "fight_spells": "fights of one or more such years on end; 2 or more: it came back",
    "mean_depth": "mean level over year ends of the ties of their factions, 0..4, hostility as 0; null if none had both sides",
    "ended": "how it first ended: broken off, or end of a side; null if it has not",
}
"""Of the columns that tell of one alliance, in every table."""
UNITS = ALLIANCE_UNITS | {
    "point": "number of the point in points.parquet",
    "replicate": "number of the replicate; the same number is the same draws",
    "draw": "row of conf/calibration/posterior.csv that the parameters are of, from 0; null where they are of none",
    "fate": "focal alliance by the end of the run",
    "alive": "focal alliance at material level or above at the end",
    "level": "deepest level of the pair at the end, -2 armed conflict .. 4 joint operations; null if a side is not there",
    "lowest": "lowest level of the pair at the end, as level",
    "stance": "more distant official stance at the end, 0 embrace .. 3 renounce; what was last said, also by a side that is gone",
    "talks": "talks of the focal organisations (the further) at the end: 0 none, 1 open, 2 agreed, 3 frozen, 4 snapped back; "
    "null if neither is there",
    "alliances": "pairs of organisations allied at the end, of those recorded",
    "fights": "pairs of factions that ever fought, of those recorded",
    "splits": "count",
    "defections": "count",
    "successions": "count",
    "attacks": "count over the run",
    "civilian": "count over the run",
    "outsourced": "count over the run",
    "fighters": "people, all organisations at the end",
    "value": "by kind of event: utility, people, months or share; null where the event has none",
}


def refuse_other_format(folder: Path, manifest: Mapping[str, Any]) -> None:
    """InputError where the tables of a folder are of another format: their columns would be read as what they are not."""
    found = manifest.get("format", 1)
    if found != FORMAT:
        said = f"holds tables of format {found}, written by version {manifest.get('version', 'unknown')}; this one reads {FORMAT}"
        raise InputError(str(folder), "", said, "the version that wrote it, or the same run again, which makes a new folder")


def table_of(columns: dict[str, Any], units: dict[str, str]) -> pa.Table:
    """Columns as a table with their units; NaN becomes null."""
    table = pa.table({k: v if isinstance(v, pa.Array) else pa.array(v, from_pandas=True) for k, v in columns.items()})
    return table.cast(pa.schema([f.with_metadata({"unit": units[f.name]}) if f.name in units else f for f in table.schema]))


def with_draw(table: pa.Table, draws: int) -> pa.Table:
    """Rows with the draw of the posterior that each run took behind its replicate; null where there are no draws."""
    at, replicate = table.schema.get_field_index("replicate"), table["replicate"].to_numpy()
    column = known((replicate % max(draws, 1)).astype(np.int32), np.full(len(replicate), draws > 0))
    field = pa.field("draw", pa.int32(), metadata={"unit": UNITS["draw"]})
    return table.add_column(at + 1, field, column)


def words(codes: Any, names: list[str]) -> pa.DictionaryArray:
    """A column of names by code; null for a code below 0."""
    codes = np.asarray(codes).astype(np.int16)
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(names))


def known(values: Any, there: Any) -> pa.Array:
    """A column that is null where there is nothing to say."""
    return pa.array(np.ascontiguousarray(values), mask=~np.asarray(there, dtype=bool))


def month_or_null(values: Any) -> pa.Array:
    """Months; null for never."""
    return known(values, values != NEVER)


def level_or_null(values: Any) -> pa.Array:
    """Levels; null where a side is not there."""
    return known(values, values != ABSENT)


def alliance_columns(spell: Table, yearly: Yearly) -> dict[str, Any]:
    """What is told of alliances, as `alliances.py` gives it: rows of `outcomes.SPELL`, and what year ends say."""
    spell, formed = spell.reshape(-1), spell.reshape(-1)["formed"] != NEVER
    return {
        "deepest": level_or_null(spell["deepest"]),
        "months_allied": spell["allied"],
        "months_gap": spell["gap"],
        "months_hostile": spell["hostile"],
        "first_allied": month_or_null(spell["formed"]),
        "first_broken": month_or_null(spell["broken"]),
        "never_broken": known(spell["broken"] == NEVER, formed),
        "first_fought": month_or_null(spell["fought"]),
        "ever_fought": spell["fought"] != NEVER,
        "fight_years": yearly.fight_years.ravel(),
        "fight_spells": yearly.fight_spells.ravel(),
        "mean_depth": yearly.mean_depth.ravel(),
        "ended": words(spell["ended"] - 1, list(ENDS[1:])),
    }


def _ids(points: Any, part: Ensemble) -> dict[str, Any]:
    return {"point": points[part.point].astype(np.int32), "replicate": part.replicate.astype(np.int32)}


def run_rows(world: World, points: Any, part: Ensemble) -> pa.Table:
    """One row a run.

    Parameters
    ----------
    points : (P,) int64
        Number in the sweep of each parameter vector of the ensemble.
    """
    focal, year = pairs_of(world, part.outcomes)[:, 0], part.outcomes.year[:, -1]
    rows = part.outcomes.organisation
    sides = rows[:, [world.organisation(name) for name in world.focal]]
    there = sides["present"] == 1
    return table_of(
        {
            **_ids(points, part),
            "fate": words(fates(focal), list(FATES)),
            "alive": focal["now"] >= Level.MATERIAL,
            "level": level_or_null(focal["now"]),
            "lowest": level_or_null(focal["low"]),
            "stance": np.maximum(year[:, 0]["stance_ab"], year[:, 0]["stance_ba"]),
            **alliance_columns(focal, yearly_of_pairs(world, part.outcomes).of(0)),
            "talks": known(np.where(there, sides["talks"], 0).max(axis=1), there.any(axis=1)),
            "alliances": (year["level"] >= Level.MATERIAL).sum(axis=1).astype(np.int16),
            "fights": (part.outcomes.dyad["fought"] != NEVER).sum(axis=1).astype(np.int16),
            "splits": rows["splits"].sum(axis=1).astype(np.int16),
            "defections": rows["defections"].sum(axis=1).astype(np.int16),
            "successions": rows["successions"].sum(axis=1).astype(np.int16),
            "attacks": rows["attacks"].sum(axis=1).astype(np.int32),
            "civilian": rows["civilian"].sum(axis=1).astype(np.int32),
            "outsourced": rows["outsourced"].sum(axis=1).astype(np.int32),
            "fighters": rows["fighters"].sum(axis=1).astype(np.float32),
        },
        UNITS,
    )


def pair_rows(world: World, points: Any, part: Ensemble) -> pa.Table:
    """One row a run and pair of organisations: its alliance."""
    names = [(world.organisations[o], world.organisations[q]) for o, q in world.organisation_pairs()]
    flat = pairs_of(world, part.outcomes).reshape(-1)
    index = np.tile(np.arange(len(names)), len(part.replicate))
    ids = {name: np.repeat(column, len(names)) for name, column in _ids(points, part).items()}
    return table_of(
        {
            **ids,
            "a": words(index, [a for a, _ in names]),
            "b": words(index, [b for _, b in names]),
            "level": level_or_null(flat["now"]),
            "lowest": level_or_null(flat["low"]),
            **alliance_columns(flat, yearly_of_pairs(world, part.outcomes)),
        },
        UNITS,
    )


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
    return table_of({**ids, "month": rows["month"], "event": columns.pop("event"), **who, **columns}, UNITS)


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
        },
        UNITS | {"level": "deepest level of the focal pair in that month; null if a side is not there"},
    )


def _crosses(i: int, j: int, a: set[int], b: set[int]) -> bool:
    return (i in a and j in b) or (i in b and j in a)
