"""Wedges: files of one's own, and packages written as text. Read, checked, laid over a world."""

from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pushing import TEXTS, mutated, push, push_words, pushed

from sim.cli import read_line
from sim.errors import InputError
from sim.paths import CONF
from sim.views import compare, compare_line
from sim.views.compare_line import asked_of, prepared, with_file
from sim.world.instruments import INSTRUMENTS, with_wedge
from sim.world.loading import load_world, options, read_option
from sim.world.packages import as_yaml, put_off, read_wedge, scaled

NAMES = options("wedge")
NUMBERS = [
    "0",
    "1",
    "0.5",
    "2",
    "1e3",
    ".5",
    "0.",
    "-1",
    "nan",
    "inf",
    "..",
    "1.2.3",
    "",
    "²",
    "٣",
    "9" * 400,
    "1" * 5000,
    "0" * 300 + "1",
    "1e400",
    "010",
    "0_1",
    "٢.٥",
]
MONTHS = [
    "2019-09", "2018-09", "2019-13", "2019-00", "0000-01", "9999-12", "1900-01", "2019-9", "2019", "2019-09-01", "2019-02-31", "٢٠١٩-٠٩", "x", "", "2019-09\n",
]  # fmt: skip


@cache
def world():
    return load_world("talks_2018")[0]


@cache
def contents():
    found = [read_option("wedge", name) for name in NAMES]
    every = {name: {"target": "taliban", "about": "al_qaeda", "size": 0.5, "credibility": 0.5} for name in list(INSTRUMENTS)[:5]}
    return [*found, {"offer": [every.get("offer", {"target": "taliban"}), {"target": "haqqani"}]}, every]


def laid_over(wedge):
    """Everything a command does with a wedge before it runs anything."""
    as_yaml(wedge)
    scaled(wedge, 0.5)
    with_wedge(world(), wedge)
    if wedge.instruments():
        put_off(wedge, world().calendar, "2019-01", 3)


@st.composite
def packages(draw):
    """Text of a package: names, joins, months, factors, in order or not."""
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        part = draw(st.one_of(st.sampled_from(NAMES), st.sampled_from(NAMES), TEXTS))
        tails = draw(st.lists(st.sampled_from(["*", "@", ":", "@m", "*f", "@m:n"]), max_size=3))
        for tail in tails:
            part += tail[0]
            if tail == "*f":
                part += draw(st.sampled_from(NUMBERS))
            if tail in ("@m", "@m:n"):
                part += draw(st.sampled_from(MONTHS))
            if tail == "@m:n":
                part += ":" + draw(st.sampled_from(NUMBERS))
        parts.append(part)
    return draw(st.sampled_from(["+", "+", "+", " + ", "++", ","])).join(parts)


@given(text=st.one_of(packages(), packages(), TEXTS))
@example(text="a" * 300 + ".yaml")
@example(text="offer@2019-09:" + "9" * 30)
@example(text="offer@2019-09:99999999")
@pushed(300)
def test_a_package(text, folder):
    error = push("wedges: package", lambda: laid_over(read_wedge(text)), folder)
    assert error is None or "wedge" in error.where or text.strip()[:20] in error.where or ".y" in error.where


@given(bytes_=st.sampled_from(range(len(NAMES) + 2)).flatmap(lambda n: mutated(contents()[n])))
@pushed(150)
def test_a_file(bytes_, folder):
    path = folder / "my.yaml"
    path.write_bytes(bytes_)
    push("wedges: file", lambda: laid_over(read_wedge(str(path))), folder)


@given(bytes_=st.sampled_from(range(len(NAMES) + 2)).flatmap(lambda n: mutated(contents()[n])))
@pushed(40)
def test_a_file_in_a_package(bytes_, folder):
    path = folder / "my.yaml"
    path.write_bytes(bytes_)
    push("wedges: file in a package", lambda: laid_over(read_wedge(f"{path}*0.5+offer@2019-09:3")), folder)


LAB = {
    "scenario": "talks_2018", "thesis": "consensus", "seed": 1, "replicates": 100, "focus": "haqqani-al_qaeda", "parameters": {"bond.weight": 0.7},
    "wedge": {"exposure": {"target": "taliban", "about": "al_qaeda", "size": 0.15}},
}  # fmt: skip


@given(bytes_=mutated(LAB))
@pushed(60)
def test_a_file_of_the_lab(bytes_, folder, monkeypatch):
    """`alliances compare from=FILE`: everything before the first run."""
    path = folder / "wedge.yaml"
    path.write_bytes(bytes_)
    if b"scenario: talks_2018" not in bytes_ or b"bond.weight: 0.7" not in bytes_ or b"thesis: consensus" not in bytes_:
        push("wedges: from=", lambda: with_file(asked_of(read_line(["compare", f"from={path}"]))), folder)
        return
    monkeypatch.setattr(compare_line, "base_of", lambda *_: (world(), {"consensus": {}}, {"consensus": "Consensus"}))
    push("wedges: from=", lambda: prepared(asked_of(read_line(["compare", f"from={path}", "draws=0"]))), folder)


@given(text=packages())
@pushed(6)
def test_the_command(text, folder, monkeypatch):
    monkeypatch.setattr(compare_line, "base_of", lambda *_: (world(), {"consensus": {}}, {"consensus": "Consensus"}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compare, "answered", stop)
        push_words("wedges: command", ["compare", "scenario=talks_2018", f"wedge={text}", "draws=0", "replicates=2"], folder)


def stop(*_):
    raise InputError("test", "", "would run now", "nothing")


@pytest.mark.parametrize("name", NAMES)
def test_what_is_there_is_taken(name):
    wedge = read_wedge(name)
    assert as_yaml(wedge)
    assert read_wedge(str(CONF / "wedge" / f"{name}.yaml")) == wedge
