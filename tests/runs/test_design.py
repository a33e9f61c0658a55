"""Designs stay inside their ranges, repeat with their seed, and say what is wrong with a table."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import InputError
from sim.evidence.ledger import Distribution, ledger
from sim.runs.axes import ledger_ranges
from sim.runs.design import Design
from sim.runs.design_table import read_design
from sim.world.parameters import default_values

BOND = {"bond.weight": (0.5, 2.0), "bond.maturity": (12, 120, "loguniform"), "brand.weight": (0.0, 3.0, "triangular", 1.0)}


@st.composite
def ranges(draw):
    paths = draw(st.lists(st.sampled_from(sorted(default_values())), min_size=1, max_size=4, unique=True))
    over = {}
    for path in paths:
        span = ledger().entry(path).range
        low, high = sorted(draw(st.tuples(*[st.floats(0.01, 0.99)] * 2)))
        width = span.high - span.low
        low, high = span.low + low * width, span.low + min(high + 0.01, 1.0) * width
        shape = draw(st.sampled_from(["uniform", "triangular"] + (["loguniform"] if low > 0 else [])))
        over[path] = Distribution(shape=shape, low=low, high=high, mode=(low + high) / 2 if shape == "triangular" else None)
    return over


@settings(max_examples=40, deadline=None)
@given(over=ranges(), kind=st.sampled_from(["lhs", "sobol", "morris", "grid"]), seed=st.integers(0, 2**64 - 1))
def test_points_stay_inside_and_repeat(over, kind, seed):
    n = 3 if kind == "grid" else 4
    points = Design(kind, n, over, seed).points()
    for path, span in over.items():
        assert points.table[path].between(span.low, span.high).all()
    assert list(points.table.columns) == list(over)
    assert points.table.index.name == "point"
    pd.testing.assert_frame_equal(points.table, Design(kind, n, over, seed).points().table, check_exact=True)


@pytest.mark.parametrize("kind", ["lhs", "sobol", "morris"])
def test_another_seed_gives_other_points(kind):
    assert not Design(kind, 8, BOND, 1).points().table.equals(Design(kind, 8, BOND, 2).points().table)


@pytest.mark.parametrize(
    ("kind", "options", "size"),
    [("lhs", {}, 8), ("sobol", {}, 8 * 5), ("sobol", {"second_order": True}, 8 * 8), ("sobol", {"saltelli": False}, 8),
     ("morris", {}, 8 * 4), ("grid", {}, 8**3)],
)  # fmt: skip
def test_number_of_points(kind, options, size):
    assert Design(kind, 8, BOND, **options).points().table.shape == (size, 3)


def test_latin_hypercube_has_one_point_in_each_slice_of_equal_probability():
    points = Design("lhs", 50, BOND).points()
    for path, share in {"bond.weight": lambda x: (x - 0.5) / 1.5, "bond.maturity": lambda x: np.log(x / 12) / np.log(10)}.items():
        assert sorted((share(points.table[path].to_numpy()) * 50).astype(int)) == list(range(50))


def test_triangular_range_has_its_mean():
    # mean (0 + 1 + 3) / 3, and a Latin hypercube of 500 comes within 0.01
    assert Design("lhs", 500, BOND).points().table["brand.weight"].mean() == pytest.approx(4 / 3, abs=0.01)


def test_ledger_stands_for_every_parameter_in_its_range():
    points = Design("lhs", 10, "ledger").points()
    assert list(points.table.columns) == list(default_values())
    for path in default_values():
        ledger().check(path, points.table[path].min(), "test")
        ledger().check(path, points.table[path].max(), "test")


def test_prefixes_take_whole_steps_of_the_path():
    assert set(ledger_ranges("ledger:bond, brand.weight")) == {"bond.weight", "bond.maturity", "brand.weight"}


def test_grid_zip_and_list():
    grid = Design("grid", 3, {"bond.weight": (0, 2), "brand.weight": [0.5, 1.5]}).points().table
    assert grid["bond.weight"].tolist() == [0, 0, 1, 1, 2, 2]
    assert grid["brand.weight"].tolist() == [0.5, 1.5] * 3
    zipped = Design("zip", over={"bond.weight": [1, 2], "parameters.brand.weight": [0.5, 1.5]}).points().table
    assert zipped.to_numpy().tolist() == [[1, 0.5], [2, 1.5]]
    listed = Design("list", over=[{"bond.weight": 1}, {"bond.weight": 2.5}]).points().table
    assert listed["bond.weight"].tolist() == [1, 2.5]


def test_values_of_equal_probability_in_a_sample():
    table = Design("lhs", 30, {"bond.weight": [0, 1, 2], "brand.weight": [0, 2]}).points().table
    assert table["bond.weight"].value_counts().to_dict() == {0.0: 10, 1.0: 10, 2.0: 10}
    assert table["brand.weight"].nunique() == 30  # two numbers are a range in a sampling design


def test_a_path_outside_the_parameters_may_vary_when_named():
    assert Design("lhs", 4, {"wedge.offer.size": (0, 1)}, also=["wedge.offer.size"]).points().names == ["wedge.offer.size"]


@pytest.mark.parametrize(
    ("design", "said"),
    [
        (Design("lhs", 4, {"bond.wieght": (0, 1)}), r"over: unknown name 'bond.wieght'; did you mean 'bond.weight'"),
        (Design("lhs", 4, "ledger:bnod"), r"unknown name 'bnod'; did you mean 'bond'"),
        (Design("lhs", 4, "evidence"), r"'evidence' is not understood \(allowed: ledger"),
        (Design("lhs", 4, {"bond.weight": (0, 5)}), r"over.bond.weight: 5 lies outside the ledger's range \(allowed: 0 to 3\)"),
        (Design("lhs", 4, {"bond.weight": (2, 1)}), r"low must lie below high"),
        (Design("lhs", 4, {"bond.weight": (1, 2, "normal")}), r"over.bond.weight: .*'normal'.* is no range"),
        (Design("lhs", 4, {"bond.weight": {"low": 1, "hihg": 2}}), r"unknown name 'hihg'; did you mean 'high'"),
        (Design("grid", 4, {"bond.weight": [1, "two"]}), r"'two' is not a number \(allowed: 0 to 3\)"),
        (Design("lhs", 0, BOND), r"n: 0 cannot be sampled"),
        (Design("sobol", 100, BOND), r"n: 100 base points .* \(allowed: a power of 2, such as 64 or 128\)"),
        (Design("grid", 400, BOND), r"the grid has 6.4e\+07 points"),
        (Design("grid", 1, BOND), r"1 step does not span the range"),
        (Design("zip", over={"bond.weight": [1, 2], "brand.weight": [1]}), r"differ in length: bond.weight 2, brand.weight 1"),
        (Design("zip", over=BOND), r"a zip takes values, not a range"),
        (Design("list", over={"bond.weight": [1]}), r"a list takes one mapping a point"),
        (Design("list", over=[{"bond.weight": 1}, {"brand.weight": 1}]), r"point 1: differs from the first point"),
        (Design("latin", 4, BOND), r"kind: unknown name 'latin'"),
        (Design("lhs", 4, {}), r"nothing varies"),
    ],
)
def test_what_is_wrong_with_a_design(design, said):
    with pytest.raises(InputError, match=said):
        design.points()


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_table_comes_back_as_it_was_written(tmp_path, suffix):
    table = Design("lhs", 20, BOND).points().table
    path = tmp_path / f"points.{suffix}"
    if suffix == "csv":
        table.to_csv(path)
    else:
        table.to_parquet(path)
    pd.testing.assert_frame_equal(read_design(path).table, table, check_exact=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "bond.weight,bond.maturty\n1,30\n",
            r"column bond.maturty: unknown parameter 'bond.maturty'; did you mean 'bond.maturity'",
        ),
        ("bond.weight\n1\n4\n", r"row 2, column bond.weight: 4 lies outside the ledger's range \(allowed: 0 to 3\)"),
        ("bond.weight\n1\nmuch\n", r"row 2, column bond.weight: 'much' is not a number \(allowed: 0 to 3\)"),
        ("bond.weight\nnan\n", r"row 1, column bond.weight: 'nan' is not a number"),
        ("bond.weight,brand.weight\n1,\n", r"row 1, column brand.weight: '' is not a number"),
        ("bond.weight,brand.weight\n1\n", r"row 1: has 1 cell \(allowed: 2"),
        ("bond.weight,bond.weight\n1,1\n", r"column bond.weight: stands twice"),
        ("bond.weight;brand.weight\n1;1\n", r"separated by semicolons \(allowed: commas\)"),
        ("bond.weight\n", r"holds no point"),
        ("", r"is empty"),
    ],
)
def test_what_is_wrong_with_a_table(tmp_path, text, said):
    path = tmp_path / "points.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=said) as caught:
        read_design(path)
    assert str(path) in str(caught.value)


def test_what_is_wrong_with_a_file(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_design(tmp_path / "none.csv")
    with pytest.raises(InputError, match=r"'.xlsx' is not read \(allowed: .csv or .parquet\)"):
        read_design(tmp_path / "points.xlsx")
    broken = tmp_path / "points.parquet"
    broken.write_text("no table")
    with pytest.raises(InputError, match="is not Parquet"):
        read_design(broken)
    pd.DataFrame({"bond.weight": ["1", "much"]}).to_parquet(broken)
    with pytest.raises(InputError, match=r"row 2, column bond.weight: 'much' is not a number"):
        read_design(broken)
