"""What verbs print with: tables lose nothing at any width, streams never end the work, shares have an interval."""

from __future__ import annotations

import ast
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from sim.analysis.intervals import of_runs, spanned, wilson_of_groups
from sim.paths import PACKAGE, file_name
from sim.plural import plural
from sim.views.results import show_rows
from sim.views.streams import Guarded, guarded, legible_in, written_to
from sim.views.terminal import Grid, new_console

CELLS = ("100 (93–100)", "+4.7 [+2.0, +7.3]", "15/1", "0.65 (0.43–0.82)", "1234567", "-0.5")


def printed(grid: Grid, width: int, encoding: str = "utf-8") -> str:
    """What a terminal of some width shows."""
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    Console(file=file, width=width, emoji=False).print(grid)
    file.flush()
    return file.buffer.getvalue().decode(encoding)


def wide(columns: int, rows: int = 2) -> Grid:
    grid = Grid("A table", ["wedge", *(f"column {n}" for n in range(columns))])
    for row in range(rows):
        grid.add_row(f"offer verified {row}", *(CELLS[(n + row) % len(CELLS)] for n in range(columns)))
    return grid


# tables --------------------------------------------------------------------------------------------------


@given(columns=st.integers(1, 30), width=st.integers(32, 200))
def test_no_column_is_dropped_and_no_number_cut(columns, width):
    said = printed(wide(columns), width)
    assert "…" not in said
    for n in range(columns):
        heading = re.compile(rf"column\s+{n}\b" if width < 200 else rf"column {n}\b")
        assert heading.search(" ".join(said.split())) or said.count("column") >= columns
    for cell in CELLS[: min(columns, len(CELLS))]:
        assert said.count(cell) >= 1
    whole = sum(said.count(cell) for cell in CELLS[:3])
    assert whole == sum(1 for row in range(2) for n in range(columns) if CELLS[(n + row) % 6] in CELLS[:3])
    assert all(len(line) <= width for line in said.splitlines())


def test_columns_that_do_not_fit_stand_in_a_second_table_under_the_same_names():
    said = printed(wide(6), 80)
    assert [line.split()[0] for line in said.splitlines() if line.startswith("wedge")] == ["wedge", "wedge"]
    assert said.count("offer verified 0") == 2


def test_a_terminal_too_narrow_for_a_table_gets_a_list():
    said = printed(wide(3), 22)
    assert " ".join(said.split()).startswith(
        "A table offer verified 0 column 0: 100 (93–100) column 1: +4.7 [+2.0, +7.3] column 2: 15/1"
    )


def test_rows_that_their_names_do_not_tell_apart_are_numbered_where_columns_are_folded():
    grid = Grid("", ["point", *(f"column {n}" for n in range(9))])
    for n in range(30):
        grid.add_row("0", *(f"{100000 + n}" for _ in range(9)))
    said = printed(grid, 60)
    rows = [line.split() for line in said.splitlines() if re.match(r"\d", line)]
    assert all(row[2:] == [str(100000 + int(row[0]) - 1)] * (len(row) - 2) for row in rows)
    assert sum(len(row) - 2 for row in rows) == 30 * 9
    assert [row[0] for row in rows[:24]] == [row[0] for row in rows[24:48]]  # all columns of a row before the next rows
    assert "row" not in printed(grid, 200)


def test_what_is_null_is_a_dash_and_no_number(capsys):
    found = pd.DataFrame({"pair": ["A", None], "month": pd.array([3, None], dtype="Int32"), "share": [0.5, np.nan]})
    show_rows(Console(width=60), found)
    assert [line.split() for line in capsys.readouterr().out.splitlines()[-2:]] == [["A", "3", "0.5"], ["–", "–", "–"]]


def test_a_cell_is_text_and_no_markup():
    grid = Grid("of [bold] things", ["wedge", "[red]effect"])
    grid.add_row("[dim]my.yaml[/dim]", "+0.0 [-1.0, +1.0]")
    said = printed(grid, 80)
    for words in ("of [bold] things", "[red]effect", "[dim]my.yaml[/dim]", "+0.0 [-1.0, +1.0]"):
        assert words in said


def test_a_table_in_ascii_keeps_signs_and_lines_up():
    grid = Grid("Δ – ±", ["wedge", "effect"])
    grid.add_row("a", "−0.5 ± 0.1")
    grid.add_row("b", "+0.25 (0–1)")
    lines = printed(grid, 80, "ascii").rstrip().splitlines()
    assert lines[-2].split() == ["a", "-0.5", "+/-", "0.1"]
    assert len({len(line) for line in lines[-2:]}) == 1


def test_a_pipe_has_no_width(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    file = io.StringIO()
    monkeypatch.setattr("sys.stdout", file)
    new_console().print(wide(30))
    table = [line for line in file.getvalue().splitlines() if line.startswith("offer")]
    assert len(table) == 2
    assert all(len(line) > 400 for line in table)


# one home ------------------------------------------------------------------------------------------------


def test_only_the_terminal_module_makes_tables_consoles_and_progress():
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.name == "terminal.py":
            continue
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith(("rich.table", "rich.box", "rich.markup", "rich.progress")), path
                assert not (node.module == "rich" and {"box", "print"} & {a.name for a in node.names}), path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("Console", "Table") or path.parts[-2] == "tests", path


def test_nothing_is_printed_while_a_folder_is_in_the_making():
    """Results first, then words: inside `with run_folder`, only the first line and progress are said."""
    allowed = {"heading", "announce", "on_screen"}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.With) and "run_folder" in ast.unparse(node.items[0]):
                for call in (n for n in ast.walk(node) if isinstance(n, ast.Call)):
                    words = ast.unparse(call.func)
                    said = words.startswith(("show", "print")) or words == "console.print"
                    inside = ast.unparse(call)
                    assert not said or any(name in inside for name in allowed), f"{path.name}: {inside}"


# streams -------------------------------------------------------------------------------------------------


class Failing(io.StringIO):
    """A stream that takes nothing."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error

    def write(self, text: str) -> int:
        raise self.error


def test_a_broken_pipe_is_quiet_and_a_full_device_is_said(monkeypatch):
    for error, failed, said in ((BrokenPipeError(32, "Broken pipe"), False, ""), (OSError(28, "No space left on device"), True,
        "alliances: standard output could not be written (No space left on device); results: runs/x\n")):  # fmt: skip
        err = io.StringIO()
        monkeypatch.setattr("sys.stdout", Failing(error))
        monkeypatch.setattr("sys.stderr", err)
        with guarded() as out:
            print("a word")
            written_to("runs/x")
            print("another")
        assert out.failed == failed
        assert err.getvalue() == said


def test_a_stream_that_is_closed_or_none_loses_words_and_nothing_else():
    closed = io.StringIO()
    closed.close()
    for stream in (closed, None):
        out = Guarded(stream)
        assert out.write("abc") == 3
        out.flush()
        assert out.failed


@given(text=st.text(max_size=40))
def test_any_text_can_be_written_in_any_encoding(text):
    for encoding in ("ascii", "latin-1", "utf-8", "cp1252"):
        legible_in(encoding, text).encode(encoding)


def test_a_lost_minus_stays_a_minus():
    assert legible_in("ascii", "−0.5 ± 0.1, 0–7 %, 3 × 2, “é” → …") == '-0.5 +/- 0.1, 0-7 %, 3 x 2, "e" -> ...'
    assert legible_in("utf-8", "−0.5 \ud800") == "−0.5 ?"


# shares and counts ---------------------------------------------------------------------------------------


def test_a_share_is_shown_with_wilsons_interval():
    # z² / (n + z²) is 7.1 % of 50, 0.38 % of 1,000
    assert of_runs(1.0, 50) == "100 (93–100)"
    assert of_runs(0.0, 50) == "0 (0–7)"
    assert of_runs(0.0, 1000) == "0.00 (0.00–0.38)"
    assert of_runs(0.5, 1000) == "50 (47–53)"
    assert of_runs(1.0, 200, times=1) == "1.000 (0.981–1.000)"
    assert of_runs(float("nan"), 50) == of_runs(0.5, 0) == "–"
    assert spanned(-0.03, -0.07, 0.02, times=1) == "-0.03 (-0.07 to 0.02)"


@given(count=st.integers(0, 10_000), more=st.integers(0, 10_000))
def test_no_share_is_shown_as_certain(count, more):
    if count + more:
        share, low, high = re.fullmatch(r"([\d.]+) \(([\d.]+)–([\d.]+)\)", of_runs(count / (count + more), count + more)).groups()
        assert float(low) <= float(share) <= float(high)
        assert low != high


def test_runs_in_groups_tell_less_than_as_many_runs_alone():
    alike, apart = wilson_of_groups(np.full(10, 0.5), 20), wilson_of_groups(np.repeat([0.0, 1.0], 5), 20)
    assert alike == pytest.approx((0.5 - 0.0686, 0.5 + 0.0686), abs=1e-3)  # 200 runs
    assert apart == pytest.approx((0.2366, 0.7634), abs=1e-3)  # 10 groups, each sure
    assert wilson_of_groups(np.ones(10), 20) == pytest.approx((10 / (10 + 3.8414588), 1.0))
    assert wilson_of_groups(np.array([1.0]), 20) == pytest.approx((20 / (20 + 3.8414588), 1.0))


def test_one_is_singular():
    assert [plural(n, "thesis", "theses") for n in (0, 1, 2)] == ["0 theses", "1 thesis", "2 theses"]


NOUNS = (
    "runs|theses|points|wedges|replicates|months|claims|articles|questions|targets|trials|generations|instruments|figures|numbers|"
    "settings|spells|breaks|alliances|assertions|problems|codings|columns|cells|scenarios|threads|parameters|orders|theories|"
    "groups|draws|files|rows|lines|entries|years"
)
COUNTED = re.compile(
    rf"\{{(?:[^{{}}:]|\{{[^{{}}]*\}})*(?::,|:\.0f)?\}} (?:(?:new|more|fresh|initial|paired) )?(?:{NOUNS})\b(?!/)"
)
NEVER_ONE = (
    "MOST_", "FIGHT_WITHIN", "FEWEST", "{groups} groups", "Under {many}", "Of {count}", "Over the {count}",
    "each of {len(s.readings)}", "{len(done.arms)} wedges", "trials, and", "cannot be", "at most {", "are no time",
    "{distinct} values", "Each point has", "of {len(years)} years", "{len(groups)} of", "{len(rows)} parameters, ",
    "threads over one", " points.", "points\" for", "scales in", "breaks away",
)  # fmt: skip
"""Lines with a constant of ours, a number that is over a limit, or one that is known to be more than one."""


def test_counted_nouns_go_through_one_function():
    for part in ("views", "papers", "analysis", "runs"):
        for path in sorted((PACKAGE / part).rglob("*.py")):
            for number, line in enumerate(path.read_text().splitlines(), start=1):
                if COUNTED.search(line) and not any(words in line for words in NEVER_ONE):
                    pytest.fail(f"{path.name}:{number}: {line.strip()}: take sim.plural.plural")


# names of files ------------------------------------------------------------------------------------------


@given(text=st.text(max_size=300))
def test_any_text_gives_a_name_that_a_file_system_takes(text):
    name = file_name(text)
    assert 1 <= len(name.encode()) <= 120
    assert Path(name).name == name
    assert name not in (".", "..")


def test_long_names_that_begin_alike_stay_two():
    assert file_name("ü" * 200 + "a") != file_name("ü" * 200 + "b")
    assert file_name("offer_verified+dialogue@2019-09:12*0.5") == "offer_verified+dialogue@2019-09:12*0.5"
