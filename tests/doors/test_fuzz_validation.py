"""`alliances validate targets=FILE`: the CSV of questions, and the words of the command."""

import csv
import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pushing import TEXTS, push, push_words, pushed, tables

from sim.analysis.forecast import constant_hazard, no_change
from sim.analysis.questions import read_questions, read_timeline
from sim.errors import InputError
from sim.paths import SEEDS
from sim.verbs import VERBS
from sim.views import validation

CELLS = [
    "", " ", "x", "0", "1", "2", "yes", "true", "nan", "-1", "1e400", "²", "9" * 5000, "a" * 200_000, "2012", "2012-00", "2012-13", "0000-01",
    "9999-12", "2012-6", "2012-06-31", "2012-02-30", "010", "0_1", "2012-06-99", "٢٠١٢-٠٦", "2012/06", "06-2012", "2012-06\n", "AQ", "TB", "AQ-TB", "TB-AQ", "AQ-AQ", "AQ-TB-IS",
    "-", "AQ-", "-TB", "haqqani", "taliban", "HQN-TB", "haqqani-taliban", "al_qaeda-haqqani", "material", "material+", "hostile+", "hostile", "none",
    "joint+", "split", "break", "pledge", "leader_death", "actual", "official", "synthetic", "talks_2018", "=1+1", "\x00", "\x1b[31m", "[/x]", '"', "'",
    ",", ";", "a,b", "\t", "\r\n", "\ufeff", "\u202e", "é", "splinter_1",
]  # fmt: skip


@cache
def rows():
    with (SEEDS / "data" / "rolling_2008_2013.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@given(bytes_=tables(rows, CELLS))
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
    key=st.one_of(st.sampled_from([key.name for key in VERBS["validate"].keys]), TEXTS),
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
