"""`alliances validate targets=FILE`: the CSV of questions, and the words of the command."""

import csv
import io
import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pushing import BYTES, TEXTS, push, push_words, pushed

from sim.analysis.forecast import constant_hazard, no_change
from sim.analysis.questions import read_questions, read_timeline
from sim.errors import InputError
from sim.paths import SEEDS
from sim.views import validation
from sim.views.validation import KEYS

CELLS = [
    "", " ", "x", "0", "1", "2", "yes", "true", "nan", "-1", "1e400", "²", "9" * 5000, "a" * 200_000, "2012", "2012-00", "2012-13", "0000-01",
    "9999-12", "2012-6", "2012-06-31", "2012-06-99", "٢٠١٢-٠٦", "2012/06", "06-2012", "2012-06\n", "AQ", "TB", "AQ-TB", "TB-AQ", "AQ-AQ", "AQ-TB-IS",
    "-", "AQ-", "-TB", "haqqani", "taliban", "HQN-TB", "haqqani-taliban", "al_qaeda-haqqani", "material", "material+", "hostile+", "hostile", "none",
    "joint+", "split", "break", "pledge", "leader_death", "actual", "official", "synthetic", "talks_2018", "=1+1", "\x00", "\x1b[31m", "[/x]", '"', "'",
    ",", ";", "a,b", "\t", "\r\n", "\ufeff", "\u202e", "é", "splinter_1",
]  # fmt: skip


@cache
def rows():
    with (SEEDS / "data" / "rolling_2008_2013.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@st.composite
def questions(draw):
    """A file of a few real questions with cells, rows and columns that are wrong, as bytes."""
    n = draw(st.integers(1, len(rows()) - 2))
    table = [list(row) for row in (rows()[0], *rows()[n : n + 3])]
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 3]))):
        if not table:
            break
        k, c = draw(st.integers(0, len(table) - 1)), draw(st.integers(0, 9))
        what = draw(st.sampled_from(["cell"] * 8 + ["drop", "more", "row", "header", "column", "empty"]))
        if what == "cell" and c < len(table[k]):
            table[k][c] = draw(st.one_of(st.sampled_from(CELLS), st.sampled_from(CELLS), TEXTS))
        elif what == "drop":
            table[k] = table[k][:c]
        elif what == "more":
            table[k] = [*table[k], "more", "and more"]
        elif what == "row":
            table.append(list(table[k]))
        elif what == "empty":
            table.insert(k, [])
        elif what == "column":
            table = [row[:c] + row[c + 1 :] for row in table]
        elif what == "header" and table and table[0]:
            table[0][min(c, len(table[0]) - 1)] = draw(st.sampled_from(["name", " name ", "NAME", "x", "", "tie", "\ufeffname"]))
    how = draw(
        st.sampled_from(
            [{}] * 8 + [{"delimiter": ";"}, {"delimiter": "\t"}, {"quoting": csv.QUOTE_ALL}, {"lineterminator": "\r"}]
        )
    )
    text = io.StringIO()
    csv.writer(text, **how).writerows(table)
    coding = draw(st.sampled_from(["utf-8"] * 8 + ["utf-8-sig", "utf-16", "latin-1", "utf-32"]))
    content = text.getvalue().encode(coding, "replace")
    cut = draw(st.sampled_from(["whole"] * 8 + ["cut", "bytes", "many"]))
    at = draw(st.integers(0, len(content)))
    if cut == "cut":
        return content[:at]
    if cut == "bytes":
        return content[:at] + draw(BYTES) + content[at:]
    return content * 200 if cut == "many" else content


@given(bytes_=questions())
@pushed(250)
def test_a_file_of_questions(bytes_, folder):
    path = folder / "questions.csv"
    path.write_bytes(bytes_)

    def door():
        timeline = read_timeline()
        for question in read_questions(path):
            assert 0.0 <= no_change(question, timeline) <= 1.0
            if question.is_event and "ask" in question.name:
                constant_hazard(question, timeline)

    error = push("validation: file", door, folder)
    if error is not None:
        assert "questions.csv" in error.where
        assert error.allowed
        line = re.search(r"line (\d+)", error.where)
        assert line is None or int(line[1]) <= len(bytes_.splitlines()) + 1


@given(bytes_=st.binary(max_size=300))
@pushed(60)
def test_any_bytes(bytes_, folder):
    path = folder / "any.csv"
    path.write_bytes(bytes_)
    assert push("validation: any bytes", lambda: read_questions(path), folder)


@given(
    key=st.one_of(st.sampled_from(list(KEYS)), TEXTS),
    value=st.one_of(
        TEXTS, st.sampled_from(["²", "9" * 5000, "0", "-1", "1e3", "consensus", "consensus,x", ",", "/", ".", "/dev/null", "x/y"])
    ),
)
@pushed(60)
def test_the_command(key, value, folder):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validation, "announce", stop)
        targets = SEEDS / "data" / "rolling_2008_2013.csv"
        code, said = push_words("validation: command", ["validate", f"targets={targets}", f"{key}={value}"], folder)
    assert code == 2 or said.startswith("alliances validate")


def stop(*_):
    raise InputError("test", "", "would run now", "nothing")
