"""What a sweep keeps of a run: one row, and on request its pairs, its events and the monthly course of the focal pair."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from ..engine.ensemble import Ensemble
from ..engine.outcomes import ABSENT, NEVER
from ..rules.weigh import TERM_NAMES
from ..world.names import Event, Level, label
from ..world.world import World

FORMAT = 1  # of the rows; a change makes another store

FATES = ("persists", "breaks", "turns hostile")
"""What became of the focal alliance at the end: alive, not alive, or some of its factions are rivals or fight."""

KEPT = ("pairs", "events", "trajectories")
UNITS = {
    "point": "number of the point in points.parquet",
    "replicate": "number of the replicate; the same number is the same draws",
    "fate": "focal alliance at the end of the run",
    "alive": "focal alliance at material level or above at the end",
    "level": "deepest level of the focal pair at the end, -2 armed conflict .. 4 joint operations; -9 a side is gone",
    "lowest": "lowest level of the focal pair at the end, as level",
    "deepest": "deepest level of the focal pair in the run, as level",
    "stance": "more distant official stance at the end, 0 embrace .. 3 renounce",
    "months_allied": "months",
    "months_gap": "months allied while a side keeps official distance",
    "months_hostile": "months in which factions of the two stand below 0",
    "first_allied": "month from the start; -1 never",
    "first_broken": "month from the start; -1 never",
    "first_fought": "month of the first armed conflict of the focal pair; -1 never",
    "ended": "0 not, 1 broken off, 2 a side came to its end",
    "talks": "talks of the focal organisations (the further) at the end: 0 none, 1 open, 2 agreed, 3 frozen, 4 snapped back",
    "alliances": "pairs of organisations allied at the end, of those recorded",
    "fights": "pairs of factions that ever fought, of those recorded",
    "splits": "count",
    "defections": "count",
    "successions": "count",
    "attacks": "count over the run",
    "civilian": "count over the run",
    "outsourced": "count over the run",
    "fighters": "people, all organisations at the end",
}


def _table(columns: dict[str, Any]) -> pa.Table:
    table = pa.table({k: v if isinstance(v, pa.DictionaryArray) else pa.array(v) for k, v in columns.items()})
    fields = [f.with_metadata({"unit": UNITS[f.name]}) if f.name in UNITS else f for f in table.schema]
    return table.cast(pa.schema(fields))


def words(codes: Any, names: list[str]) -> pa.DictionaryArray:
    """A column of names by code."""
    return pa.DictionaryArray.from_arrays(pa.array(np.asarray(codes).astype(np.int16)), pa.array(names))


def _ids(points: Any, part: Ensemble) -> dict[str, Any]:
    return {"point": points[part.point].astype(np.int32), "replicate": part.replicate.astype(np.int32)}


def run_rows(world: World, points: Any, part: Ensemble) -> pa.Table:
    """One row a run.

    Parameters
    ----------
    points : (P,) int64
        Number in the sweep of each parameter vector of the ensemble.
    """
    focal, year = part.outcomes.pair[:, 0], part.outcomes.year[:, -1]
    rows = part.outcomes.organisation
    alive = focal["now"] >= Level.MATERIAL
    hostile = ~alive & (focal["low"] < 0) & (focal["low"] != ABSENT)
    focal_organisations = [world.organisation(name) for name in world.focal]
    return _table(
        {
            **_ids(points, part),
            "fate": words(np.where(alive, 0, np.where(hostile, 2, 1)), list(FATES)),
            "alive": alive,
            "level": focal["now"],
            "lowest": focal["low"],
            "deepest": focal["deepest"],
            "stance": np.maximum(year[:, 0]["stance_ab"], year[:, 0]["stance_ba"]),
            "months_allied": focal["allied"],
            "months_gap": focal["gap"],
            "months_hostile": focal["hostile"],
            "first_allied": focal["formed"],
            "first_broken": focal["broken"],
            "first_fought": focal["fought"],
            "ended": focal["ended"],
            "talks": rows["talks"][:, focal_organisations].max(axis=1),
            "alliances": (year["level"] >= Level.MATERIAL).sum(axis=1).astype(np.int16),
            "fights": (part.outcomes.dyad["fought"] != NEVER).sum(axis=1).astype(np.int16),
            "splits": rows["splits"].sum(axis=1).astype(np.int16),
            "defections": rows["defections"].sum(axis=1).astype(np.int16),
            "successions": rows["successions"].sum(axis=1).astype(np.int16),
            "attacks": rows["attacks"].sum(axis=1).astype(np.int32),
            "civilian": rows["civilian"].sum(axis=1).astype(np.int32),
            "outsourced": rows["outsourced"].sum(axis=1).astype(np.int32),
            "fighters": rows["fighters"].sum(axis=1).astype(np.float32),
        }
    )


def pair_rows(world: World, points: Any, part: Ensemble) -> pa.Table:
    """One row a run and pair of organisations: its spell."""
    names = [(world.organisations[o], world.organisations[q]) for o, q in world.organisation_pairs()]
    flat = part.outcomes.pair.reshape(-1)
    index = np.tile(np.arange(len(names)), len(part.replicate))
    ids = {name: np.repeat(column, len(names)) for name, column in _ids(points, part).items()}
    return _table(
        {
            **ids,
            "a": words(index, [a for a, _ in names]),
            "b": words(index, [b for _, b in names]),
            "level": flat["now"],
            "lowest": flat["low"],
            "deepest": flat["deepest"],
            "months_allied": flat["allied"],
            "months_gap": flat["gap"],
            "months_hostile": flat["hostile"],
            "first_allied": flat["formed"],
            "first_broken": flat["broken"],
            "first_fought": flat["fought"],
            "ended": flat["ended"],
        }
    )


def event_rows(world: World, points: Any, part: Ensemble) -> pa.Table:
    """One row an event; actors and mechanisms by number, as `points` and the manifest name them."""
    assert part.events is not None
    assert part.run is not None
    rows = part.events
    ids = {name: column[part.run] for name, column in _ids(points, part).items()}
    terms = [*TERM_NAMES, ""]
    return _table(
        {
            **ids,
            "month": rows["month"],
            "event": words(rows["kind"], [label(k) for k in Event]),
            "i": rows["i"],
            "j": rows["j"],
            "before": rows["before"],
            "after": rows["after"],
            "lead": words(np.where(rows["lead"] < 0, len(terms) - 1, rows["lead"]), terms),
            "second": words(np.where(rows["second"] < 0, len(terms) - 1, rows["second"]), terms),
            "value": rows["value"].astype(np.float32),
        }
    )


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
    return _table(
        {
            **ids,
            "month": np.tile(np.arange(months, dtype=np.int16), len(part.replicate)),
            "level": kept.level[:, :, between].max(axis=2).ravel(),
            "stance": np.maximum(kept.stance[:, :, there], kept.stance[:, :, back]).ravel(),
        }
    )


def _crosses(i: int, j: int, a: set[int], b: set[int]) -> bool:
    return (i in a and j in b) or (i in b and j in a)
