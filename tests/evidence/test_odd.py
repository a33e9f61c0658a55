"""The tables of the ODD page are made from the code, and the committed ones are what it makes."""

import re

import pytest

from sim.cli import main
from sim.errors import InputError
from sim.evidence.ledger import read_ledger
from sim.rules.switches import SWITCHES
from sim.views.odd import CODES, DOCS, GROUPS, PAGES, odd_tables
from sim.world import names, tables
from sim.world.parameters import default_values

ODD = DOCS / "odd.md"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_committed_tables_are_those_that_the_code_makes(name):
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "run `alliances evidence odd`"


def test_every_parameter_stands_once_with_value_range_and_basis():
    page = PAGES["odd_parameters.md"]()
    for path, value in default_values().items():
        entry = read_ledger().entry(path)
        row = [line for line in page.splitlines() if line.startswith(f"| `{path}` |")]
        assert len(row) == 1
        assert f"| {value:g} | {entry.range.low:g} to {entry.range.high:g}" in row[0]
        assert row[0].endswith((f"{len(entry.claims)} claims |", "1 claim |") if entry.claims else "assumption |")
    for path in set(read_ledger().entries) | {f"ablate {s}" for s in SWITCHES}:
        assert f"`{path.removeprefix('ablate ')}`" in page


def test_every_table_and_column_is_described():
    page = PAGES["odd_variables.md"]()
    assert {name for _, _, own in GROUPS for name in own} == set(tables.COLUMNS)
    for name, columns in tables.COLUMNS.items():
        assert tuple(c.name for c in columns) == getattr(tables, name).names
        for column in columns:
            assert column.meaning
            assert column.unit
            assert column.range
            assert f"| `{column.name}` | " in page
    for code in re.findall(r"names\.(\w+)", page):
        assert getattr(names, code) in CODES
    assert all(line.count(" | ") in (1, 2, 3) for line in page.splitlines() if line.startswith("| `"))


def test_an_array_without_a_comment_is_named(monkeypatch):
    monkeypatch.setattr("sim.views.odd._FIELD", re.compile(r"(nothing)(of)(this)"))
    with pytest.raises(InputError, match=r"State\.faction"):
        PAGES["odd_variables.md"]()


def test_the_verb_writes_checks_and_refuses(tmp_path, capsys):
    assert main(["evidence", "odd", "--check"]) == 0
    assert main(["evidence", "odd", "--out", str(tmp_path), "--check"]) == 1
    assert not list(tmp_path.iterdir())
    assert main(["evidence", "odd", "--out", str(tmp_path)]) == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(PAGES)
    assert odd_tables(tmp_path, check=True) == []
    assert main(["evidence", "odd", "--out", str(tmp_path / "nowhere")]) == 2
    assert "nowhere" in capsys.readouterr().err
