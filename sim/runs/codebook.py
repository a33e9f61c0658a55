"""The codebook of a folder's tables: what each column means, its unit, the labels of its codes; beside the tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from ..evidence.ledger import ledger
from ..measures.measure import LEVELS, STANCES, Declared
from ..measures.of_organisations import OF_ORGANISATIONS
from ..measures.of_pairs import OF_PAIRS
from ..measures.of_runs import OF_RUNS
from .batch import PARAMETER, WEDGE

FILE = "codebook.csv"
HEAD = ("table", "column", "meaning", "unit", "codes")
Said = tuple[str, str, Mapping[int, str]]
_STATE = "state of a tie (as level), stance, pledge or talks, by kind of event; null where the event has none"
COLUMNS: dict[str, Said] = {
    name: (said[0], said[1] if len(said) > 1 else "", {})
    for name, said in {
        "point": ("number of the point in points.parquet",),
        "group": ("number of the composition in manifest.json",),
        "thesis": ("thesis under which the run was made",),
        "replicate": ("number of the replicate; the same number is the same draws",),
        "draw": ("row of conf/calibration/posterior.csv that the parameters are of, from 0; null where they are of none",),
        "date": ("month", "YYYY-MM"),
        "month": ("month from the start", "months"),
        "between": ("whether a and b are organisations or factions",),
        "a": ("the first of the two; of an event, who it happens to",),
        "b": ("the second of the two; of an event, with whom, null with nobody",),
        "organisation": ("the organisation",),
        "present": ("both sides are there",),
        "alive": ("at material level or above",),
        "event": ("kind of event",),
        "i": ("who it happens to: number of the faction or organisation; null for nobody",),
        "j": ("with whom: number of the faction or organisation; null for nobody",),
        "before": (f"before it: {_STATE}",),
        "after": (f"after it: {_STATE}",),
        "lead": ("mechanism that spoke most for it; null where none did",),
        "second": ("mechanism that spoke most for it after the first; null where none did",),
        "value": ("a number by kind of event; null where the event has none", "utility, people, months or share"),
    }.items()
}
COLUMNS |= {
    "level": ("deepest level of the two at that time; null if a side is not there", "", LEVELS),
    "lowest": ("lowest level of the two at that time; null if a side is not there", "", LEVELS),
    "stance": ("more distant official stance of the focal pair at that time", "", STANCES),
    "stance_ab": ("official stance of a toward b", "", STANCES),
    "stance_ba": ("official stance of b toward a", "", STANCES),
}
"""What stands in a table beside measures."""
SWEPT: dict[str, Declared] = {"outcomes": {**OF_PAIRS, **OF_RUNS}, "pairs": OF_PAIRS}
"""Measures of the tables of a sweep."""
OF_FOLDER: dict[str, Declared] = {"spells": OF_PAIRS, "organisations": OF_ORGANISATIONS}
"""Measures of the tables of a run folder; those of `networks` stand in `measures.networks`."""


def said_of(column: str, measures: Declared) -> Said:
    """Meaning, unit and labels of a column; of a choice of a point, that it is one."""
    if column in measures:
        found = measures[column]
        return found.meaning, found.unit, {} if found.kind == "word" else found.labels
    if column in COLUMNS:
        return COLUMNS[column]
    if column.startswith(PARAMETER):
        entry = ledger().entry(column.removeprefix(PARAMETER))
        return entry.meaning, entry.unit, {}
    if column.startswith(WEDGE) and column.count(".") == 2:
        _, instrument, field = column.split(".")
        return f"{field} of the instrument {instrument.replace('_', ' ')}", "0..1", {}
    return f"choice of {column}", "", {}


def codebook(tables: Mapping[str, Iterable[str]], measures: Mapping[str, Declared]) -> str:
    """The codebook as CSV: a row a column of each table, in the order of the tables."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    for table, columns in tables.items():
        for column in columns:
            meaning, unit, labels = said_of(column, measures.get(table, {}))
            writer.writerow((table, column, meaning, unit, "; ".join(f"{code} {label}" for code, label in labels.items())))
    return out.getvalue()
