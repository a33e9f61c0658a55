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
    "point": ("Number of the point in points.parquet", "", {}),
    "group": ("Number of the composition in manifest.json", "", {}),
    "thesis": ("Thesis under which the run was made", "", {}),
    "replicate": ("Number of the replicate; the same number is the same draws", "", {}),
    "draw": ("Row of conf/calibration/posterior.csv that the parameters are of, from 0; null where they are of none", "", {}),
    "date": ("Month", "YYYY-MM", {}),
    "month": ("Month from the start", "months", {}),
    "between": ("Whether a and b are organisations or factions", "", {}),
    "a": ("One of the two", "", {}),
    "b": ("The other", "", {}),
    "organisation": ("The organisation", "", {}),
    "present": ("Both sides are there", "true or false", {}),
    "alive": ("At material level or above", "true or false", {}),
    "level": ("Deepest level of the two at that time; null if a side is not there", "", LEVELS),
    "lowest": ("Lowest level of the two at that time; null if a side is not there", "", LEVELS),
    "stance": ("More distant official stance of the focal pair at that time", "", STANCES),
    "stance_ab": ("Official stance of a toward b", "", STANCES),
    "stance_ba": ("Official stance of b toward a", "", STANCES),
    "event": ("Kind of event", "", {}),
    "events.a": ("Who it happens to; null for nobody", "", {}),
    "events.b": ("With whom; null for nobody", "", {}),
    "i": ("Number of the faction or organisation that it happens to; null for nobody", "", {}),
    "j": ("Number of the faction or organisation with whom; null for nobody", "", {}),
    "before": (f"Before it: {_STATE}", "", {}),
    "after": (f"After it: {_STATE}", "", {}),
    "lead": ("Mechanism that spoke most for it; null where none did", "", {}),
    "second": ("Mechanism that spoke most for it after the first; null where none did", "", {}),
    "value": ("A number by kind of event; null where the event has none", "utility, people, months or share", {}),
}
"""What stands in a table beside measures, by column, or by table and column."""
SWEPT: dict[str, Declared] = {"outcomes": {**OF_PAIRS, **OF_RUNS}, "pairs": OF_PAIRS}
"""Measures of the tables of a sweep."""
OF_FOLDER: dict[str, Declared] = {"spells": OF_PAIRS, "organisations": OF_ORGANISATIONS}
"""Measures of the tables of a run folder; those of `networks` stand in `measures.networks`."""


def said_of(table: str, column: str, measures: Declared) -> Said:
    """Meaning, unit and labels of a column; of a choice of a point, that it is one."""
    if column in measures:
        found = measures[column]
        return found.meaning, found.unit, found.labels
    if column in COLUMNS:
        return COLUMNS.get(f"{table}.{column}", COLUMNS[column])
    if column.startswith(PARAMETER):
        entry = ledger().entry(column.removeprefix(PARAMETER))
        return entry.meaning, entry.unit, {}
    if column.startswith(WEDGE) and column.count(".") == 2:
        _, instrument, field = column.split(".")
        return f"{field.capitalize()} of the instrument {instrument.replace('_', ' ')}", "0..1", {}
    return f"Choice of {column}", "", {}


def codebook(tables: Mapping[str, Iterable[str]], measures: Mapping[str, Declared]) -> str:
    """The codebook as CSV: a row a column of each table, in the order of the tables."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    for table, columns in tables.items():
        for column in columns:
            declared = measures.get(table, {})
            meaning, unit, labels = said_of(table, column, declared)
            spelled = column in declared and declared[column].kind == "word"
            codes = [label if spelled else f"{code} {label}" for code, label in labels.items() if label]
            writer.writerow((table, column, meaning, unit, "; ".join(codes)))
    return out.getvalue()
