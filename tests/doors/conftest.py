"""Every door is tried in a folder of its own; what was pushed is counted."""

import pytest
from pushing import EXAMPLES, TALLY


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The working directory, empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pytest_terminal_summary(terminalreporter):
    """How much was pushed through each door."""
    if EXAMPLES:
        for door in sorted({door for door, _ in TALLY}):
            counts = ", ".join(f"{n} {outcome}" for (name, outcome), n in sorted(TALLY.items()) if name == door)
            terminalreporter.write_line(f"{door}: {counts}")
