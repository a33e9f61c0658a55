"""No dead state: what a run writes down is read by somebody."""

import ast
from pathlib import Path

import pytest

import sim
from sim.engine.ensemble import run_ensemble
from sim.world.names import PARTIES, Event, Party
from sim.world.tables import COLUMNS, Facts, Scratch, State

PACKAGE = Path(sim.__file__).parent
HELD = {"FACTION": "faction", "TIE": "tie", "ORGANISATION": "organisation", "RELATION": "relation", "INTENT": "intent",
        "CHOICE": "choice", "FACTION_FACTS": "faction", "FACTION_MONTH": "monthly", "POLICY": "policy", "DYAD": "dyad",
        "CONTACT": "contact", "RELATION_FACTS": "relation", "BID": "bid", "DYAD_EVENT": "dyad_event"}  # fmt: skip
"""Field of `State`, `Scratch` or `Facts` under which a table lies."""
FACTS = {"FACTION_FACTS", "FACTION_MONTH", "POLICY", "DYAD", "CONTACT", "RELATION_FACTS", "BID", "DYAD_EVENT"}


def place_of(node):
    """Table of a row, `s.tie` of `s.tie[d].trust`; None where the row has a name of its own."""
    if not isinstance(node.value, ast.Subscript) or not isinstance(node.value.value, ast.Attribute):
        return None
    table = node.value.value
    return (table.value.id if isinstance(table.value, ast.Name) else None), table.attr


def reads_in(tree):
    """(Table, name) of every attribute or column that is read, a column by its name as text under "". An assignment to itself
    does not read."""
    own = {
        id(node)
        for statement in ast.walk(tree)
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        for node in ast.walk(statement.value)
        if isinstance(node, ast.Attribute) and ast.unparse(node) == ast.unparse(target)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and id(node) not in own:
            yield place_of(node), node.attr
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and isinstance(node.slice, ast.Constant):
            yield "", node.slice.value


@pytest.fixture(scope="module")
def reads():
    """What is read: of a table's row or by a column's name, anywhere; of rows with a name of their own, in the engine."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        engine = path.is_relative_to(PACKAGE / "rules") or path.is_relative_to(PACKAGE / "engine")
        found |= {read for read in reads_in(ast.parse(path.read_text(encoding="utf-8"))) if engine or read[0] is not None}
    return found


def is_read(reads, table, column):
    bases = ("w", "facts", None) if table in FACTS else ("s", "scratch", "state", None)
    return any(not place or (place[0] in bases and place[1] == HELD[table]) for place, name in reads if name == column)


@pytest.mark.parametrize("table", HELD)
def test_every_column_is_read(reads, table):
    assert [c.name for c in COLUMNS[table] if not is_read(reads, table, c.name)] == []


@pytest.mark.parametrize("tables", [State, Facts, Scratch])
def test_every_table_is_read(reads, tables):
    assert set(tables._fields) <= {name for _, name in reads}


def test_what_only_carries_itself_on_is_not_read():
    found = set(reads_in(ast.parse("s.tie[d].age = s.tie[d].age + 1\ns.tie[d].trust += 1\nx = s.tie[d].blood\nr['news']")))
    assert (("s", "tie"), "age") not in found
    assert (("s", "tie"), "trust") not in found
    assert {(("s", "tie"), "blood"), ("", "news")} <= found


def test_who_is_party_to_an_event_is_what_its_kind_says(world):
    """Every event of some runs, decoded: indices that exist, nobody where nobody is meant, and the tie that moved."""
    found = run_ensemble(world, replicates=20, seed=3, events=True).events
    assert set(PARTIES) == set(Event)
    assert {Event(int(kind)) for kind in found["kind"]} >= {Event.TIE_UP, Event.STANCE, Event.SUCCESSION, Event.EMIRATE}
    for event in found:
        kind, parties = Event(int(event["kind"])), world.parties(event)
        assert Party.NOBODY not in {party for party, _ in parties}, kind
        assert parties[0][0] == PARTIES[kind][0]
        assert all(world.party(*party) for party in parties)
        if kind in (Event.TIE_UP, Event.TIE_DOWN, Event.EXPOSURE):
            assert world.facts.dyad_of[event["i"], event["j"]] >= 0
