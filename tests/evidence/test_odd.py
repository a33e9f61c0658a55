"""The tables of the ODD page are made from the code, and the committed ones are what it makes."""

import re

import pytest

from sim.cli import main
from sim.errors import InputError
from sim.evidence.ledger import read_ledger
from sim.paths import PACKAGE
from sim.rules.switches import SWITCHES
from sim.rules.weigh import TERM_NAMES
from sim.views.odd import CODES, DOCS, GROUPS, PAGES, odd_tables
from sim.world import names, tables
from sim.world.parameters import default_values

ODD = DOCS / "odd.md"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_committed_tables_are_those_that_the_code_makes(name):
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "run `alliances evidence odd`"


def test_every_parameter_stands_once_with_value_range_and_basis():
    page, entries = PAGES["odd_parameters.md"](), read_ledger().entries
    for path, value in default_values().items():
        entry = entries[path]
        row = [line for line in page.splitlines() if line.startswith(f"| `{path}` |")]
        assert len(row) == 1
        assert f"| {value:g} | {entry.range.low:g} to {entry.range.high:g}" in row[0]
        assert row[0].endswith((f"{len(entry.claims)} claims |", "1 claim |") if entry.claims else "assumption |")
    for path in set(entries) | {f"ablate {s}" for s in SWITCHES}:
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
    assert main(["evidence", "odd", f"output={tmp_path}", "--check"]) == 1
    assert not list(tmp_path.iterdir())
    assert main(["evidence", "odd", f"output={tmp_path}"]) == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(PAGES)
    assert odd_tables(tmp_path, check=True) == []
    assert main(["evidence", "odd", f"output={tmp_path}/nowhere"]) == 2
    assert "nowhere" in capsys.readouterr().err


def sections():
    """The submodels of the ODD page: heading -> text."""
    found = re.split(r"(?m)^### (.+)\n", ODD.read_text(encoding="utf-8"))
    return dict(zip(found[1::2], found[2::2], strict=True))


def told(text, what):
    """Names in backticks after *what*: up to the next such word."""
    return re.findall(r"`([a-z_.]+)`", "".join(re.findall(rf"(?s)\*{what}\*:(.*?)(?=\*[A-Z]|\Z)", text)))


def test_every_submodel_stands_with_its_file_and_switch():
    found = sections()
    for folder, known in (("processes", None), ("terms", set(TERM_NAMES))):
        files = {p.stem: p for p in (PACKAGE / "rules" / folder).glob("*.py") if p.stem != "__init__"}
        assert known in (None, set(files))
        for name in files:
            assert f"`sim/rules/{folder}/{name}.py`" in found[name]
            if folder == "terms":
                assert told(found[name], "Switch") == [name]
                assert f"{name}.weight" in told(found[name], "Parameters")
    assert {name for text in found.values() for name in told(text, "Switch")} == set(SWITCHES)


def test_every_parameter_belongs_to_a_submodel_and_its_claims_stand_there():
    entries, seen = read_ledger().entries, set()
    for name, text in sections().items():
        paths = told(text, "Parameters")
        seen |= set(paths)
        cited = re.findall(r"([a-z]+_\d{4})\s\(([\d,\s]+)\)", "".join(re.findall(r"(?s)\*Claims\*:(.*?)\n\n", text)))
        claims = {f"{key}.{number}" for key, numbers in cited for number in re.findall(r"\d+", numbers)}
        due = {claim for path in paths for claim in entries[path].claims} if "*Claims*" in text else set()
        assert claims == due, name
    assert seen == set(default_values())
