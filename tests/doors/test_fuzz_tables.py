"""Other tables of one's own: spells for `alliances survival`, points for `design.file`."""

import contextlib
from types import SimpleNamespace

from hypothesis import example, given
from hypothesis import strategies as st
from pushing import damaged, push, push_words, pushed, tables

from sim.runs.design_table import read_design
from sim.views import figures, survival, survival_figure

CELLS = [
    "", " ", "x", "0", "1", "-1", "0.5", "1e-300", "1e300", "1e6", "1e-6", "1e400", "nan", "inf", "-inf", "²", "1_0", "0_1", "010", "0x10", "٢", "yes", "true", "9" * 5000, "a" * 200_000, "1,5", "broken",
    "break", "fight", "death_of_a_party", "censored", "id", "start", "bond.weight", "parameters.bond.weight", "bond.wieght", "wedge.offer.size", "point",
    "=1+1", "\x00", "\x1b[31m", "[/x]", "[red]", '"', ";", "\t", "\r\n", "\ufeff", "\u202e", "é",
]  # fmt: skip
SPELLS = [["id", "start", "duration", "end", "group"], *([f"s{n}", str(1990 + n), str(1 + n % 4), ["break", "censored", "fight", "death_of_a_party"][n % 4], "ab"[n % 2]]
                                                         for n in range(8))]  # fmt: skip
POINTS = [["point", "bond.weight", "brand.weight"], *([str(n), str(0.1 * n), "0.5"] for n in range(6))]


@given(bytes_=tables(lambda: SPELLS, CELLS), words=st.sampled_from([[], [], ["by=group"], ["by=x"], ["unit=months"]]))
@example(bytes_=b"id,start,duration,end\na,1e300,1e300,break\nb,0,1e-300,censored\n", words=[])
@pushed(60)
def test_spells(bytes_, words, folder, monkeypatch, tmp_path_factory):
    @contextlib.contextmanager
    def elsewhere(*_):
        place = tmp_path_factory.mktemp("out")
        yield SimpleNamespace(partial=place, final=place)

    monkeypatch.setattr(survival, "run_folder", elsewhere)
    monkeypatch.setattr(figures, "save", lambda *_: None)
    monkeypatch.setattr(survival_figure, "survival_figure", lambda *_: None)
    (folder / "spells.csv").write_bytes(bytes_)
    code, said = push_words("tables: spells", ["survival", "spells.csv", *words], folder)
    assert not code or said.startswith("alliances: ")


@given(
    bytes_=st.one_of(
        tables(lambda: POINTS, CELLS), tables(lambda: POINTS, CELLS), damaged(b"bond.weight\n0.5\n"), st.binary(max_size=100)
    )
)
@pushed(60)
def test_points(bytes_, folder):
    path = folder / "points.csv"
    path.write_bytes(bytes_)
    error = push("tables: points", lambda: read_design(path), folder)
    assert error is None or "points.csv" in error.where


@given(bytes_=st.one_of(st.binary(max_size=200), damaged(b"PAR1" + bytes(40) + b"PAR1")))
@pushed(30)
def test_any_parquet(bytes_, folder):
    path = folder / "points.parquet"
    path.write_bytes(bytes_)
    assert push("tables: points", lambda: read_design(path), folder)
