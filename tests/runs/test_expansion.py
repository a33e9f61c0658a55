"""From a command line to points: what is composed, what is a table, in which order, and what is refused."""

import itertools
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from omegaconf import OmegaConf

from sim.errors import InputError
from sim.runs import expansion
from sim.runs.design_table import read_design
from sim.runs.expansion import expand
from sim.runs.references import references, referred_to
from sim.world.loading import options


def lines_of(groups):
    return [(*group.choices.values(), *row) for group in groups for row in group.points.itertuples(index=False, name=None)]


def test_numbers_are_a_table_and_choices_are_composed_once(monkeypatch):
    calls = []
    real = expansion.composed
    monkeypatch.setattr(expansion, "composed", lambda line: calls.append(line) or real(line))
    groups = expand(
        ["scenario=talks_2018", "wedge=offer", "thesis=consensus,cost_benefit_only",
         "parameters.pressure.kinetic=range(0,1.05,0.05)", "wedge.offer.size=range(0,1.05,0.05)"]
    )  # fmt: skip
    assert [len(g.points) for g in groups] == [441, 441]
    assert len(calls) == 3  # one to look for interpolations, one a thesis
    assert [g.config.thesis.name for g in groups] == ["consensus", "cost_benefit_only"]
    assert list(pd.concat([g.points for g in groups]).index) == list(range(882))


def test_the_order_is_hydras_with_the_last_key_fastest():
    groups = expand(
        ["scenario=talks_2018", "thesis=consensus", "parameters.bond.weight=0.5,1.5,1.0", "parameters.brand.weight=2,1"]
    )
    assert lines_of(groups) == list(itertools.product([0.5, 1.5, 1.0], [2.0, 1.0]))


def test_without_a_thesis_every_one_is_run():
    groups = expand(["scenario=talks_2018", "parameters.bond.weight=0.5,1.5"])
    assert [g.choices["thesis"] for g in groups] == options("thesis")


def test_patterns_choose_options():
    groups = expand(["scenario=talks_2018", "thesis=glob(co*)", "wedge=glob(*,exclude=[n*,*package])", "months=6"])
    assert {g.choices["thesis"] for g in groups} == {n for n in options("thesis") if n.startswith("co")}
    wedges = {n for n in options("wedge") if not n.startswith("n") and not n.endswith("package")}
    assert {g.choices["wedge"] for g in groups} == wedges
    with pytest.raises(InputError, match="no option fits"):
        expand(["thesis=glob(zzz*)"])


def test_a_number_that_an_interpolation_refers_to_is_composed(monkeypatch):
    real = expansion.composed

    def with_reference(line):
        config = real(line)
        OmegaConf.set_struct(config, False)
        config.parameters.brand.weight = "${parameters.bond.weight}"
        return config

    monkeypatch.setattr(expansion, "composed", with_reference)
    groups = expand(
        ["scenario=talks_2018", "thesis=consensus", "parameters.bond.weight=0.5,1.5", "parameters.choice.rate=0.1,0.2"]
    )
    assert len(groups) == 2
    assert [g.config.parameters.brand.weight for g in groups] == [0.5, 1.5]
    assert [list(g.points["parameters.choice.rate"]) for g in groups] == [[0.1, 0.2]] * 2
    assert [set(g.points["parameters.bond.weight"]) for g in groups] == [{0.5}, {1.5}]


@pytest.mark.parametrize(
    ("reference", "key", "expected"),
    [
        ("${a.b}", "a.b", True), ("${a}", "a.b", True), ("${a.b.c}", "a.b", True), ("${a.c}", "a.b", False),
        ("${.b}", "x.b", True), ("${..a.b}", "a.b", True), ("${.c}", "x.b", False), ("${oc.env:b}", "a.b", False),
        ("${oc.select:a.b}", "a.b", True),
    ],
)  # fmt: skip
def test_references_absolute_relative_and_in_calls(reference, key, expected):
    config = OmegaConf.create({"a": {"b": 1, "c": 2}, "x": {"here": reference, "b": 1, "c": 3}})
    assert referred_to(references(config), key) is expected


def test_designs_sample_the_ledgers_ranges_or_given_ones():
    groups = expand(["scenario=talks_2018", "thesis=consensus", "design=lhs", "design.n=16", "design.over=ledger:bond,brand"])
    table = groups[0].points
    assert len(table) == 16
    assert all(c.startswith(("parameters.bond.", "parameters.brand.")) for c in table.columns)
    again = expand(["scenario=talks_2018", "thesis=consensus", "design=lhs", "design.n=16", "design.over=ledger:bond,brand"])
    assert table.equals(again[0].points)
    given = expand(["scenario=talks_2018", "thesis=consensus", "wedge=offer", "design=sobol", "design.n=8", "design.over={}",
                    "wedge.offer.size=interval(0.1,0.9)", "parameters.bond.weight=interval(0.5,2)"])  # fmt: skip
    table = given[0].points
    assert table["wedge.offer.size"].between(0.1, 0.9).all()
    assert table["parameters.bond.weight"].between(0.5, 2.0).all()


def test_values_go_together_in_a_zip():
    groups = expand(
        ["scenario=talks_2018", "thesis=consensus", "design=zip", "parameters.bond.weight=1,2", "parameters.brand.weight=2,1"]
    )
    assert lines_of(groups) == [(1.0, 2.0), (2.0, 1.0)]
    with pytest.raises(InputError, match="equal number"):
        expand(["thesis=consensus", "design=zip", "parameters.bond.weight=1,2", "parameters.brand.weight=2,1,3"])


def test_points_from_a_table(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("bond.weight,brand.weight\n1.0,0.5\n0.2,0.7\n")
    groups = expand(["scenario=talks_2018", "thesis=consensus", "design=list", f"design.file={path}"])
    assert lines_of(groups) == [(1.0, 0.5), (0.2, 0.7)]
    assert list(groups[0].points.columns) == ["parameters.bond.weight", "parameters.brand.weight"]


@pytest.mark.parametrize("heading", ["point,bond.weight", "bond.weight,point"])
@pytest.mark.parametrize("numbers", [(0, 1), (1, 2), (7, 3), (1, 0), (0, 0), ("a", "b"), ("", "")])
def test_the_numbers_of_a_table_of_points_are_its_own_or_refused(heading, numbers, tmp_path):
    path = tmp_path / "points.csv"
    rows = [f"{n},{w}" if heading.startswith("point") else f"{w},{n}" for n, w in zip(numbers, (1.0, 0.2), strict=True)]
    path.write_text("\n".join([heading, *rows]))
    if numbers == (0, 1):
        assert list(read_design(path).table["bond.weight"]) == [1.0, 0.2]
        assert list(read_design(path).table.index) == [0, 1]
        return
    with pytest.raises(InputError, match="would become"):
        read_design(path)


def test_the_numbers_of_a_parquet_table_too(tmp_path):
    table = pd.DataFrame({"bond.weight": [1.0, 0.2, 0.5]}, index=pd.Index([5, 6, 7], name="point"))
    table.to_parquet(tmp_path / "points.parquet")
    with pytest.raises(InputError, match="5 would become 0"):
        read_design(tmp_path / "points.parquet")
    table.reset_index(drop=True).rename_axis("point").to_parquet(tmp_path / "points.parquet")
    assert list(read_design(tmp_path / "points.parquet").table["bond.weight"]) == [1.0, 0.2, 0.5]


def test_a_column_stands_once(tmp_path):
    (tmp_path / "points.csv").write_text("point,point,bond.weight\n0,0,1.0\n")
    with pytest.raises(InputError, match="stands twice"):
        read_design(tmp_path / "points.csv")


@pytest.mark.parametrize("text", ["range(0,1,0.5)", "choice(1,2)", "interval(0,1)", "{a: 1}"])
def test_what_hydra_cannot_read_without_its_checks_is_refused_in_words(text):
    code = (
        "from sim.errors import InputError\nfrom sim.runs.refused import read_override\nimport sys\n"
        "try:\n    read_override(sys.argv[1])\nexcept InputError as error:\n    print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-O", "-c", code, f"parameters.bond.weight={text}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "PYTHONOPTIMIZE" in done.stdout


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["parameters.bond.wieght=1,2"], r"bond\.weight"),
        (["wedge=offer", "wedge.offer.sise=0.1,0.2"], "size"),
        (["wedge=offer", "wedge.offer.size=0.1,1.2"], "1.2"),
        (["wedge=dialogue", "wedge.offer.size=0.1,0.2"], "offer"),
        (["parameters.bond.weight=1,900"], "900"),
        (["parameters.bond.weight=interval(0,1)"], "design"),
        (["thesis=consensuss,cost_benefit_only"], "consensus"),
        (["design=lhs", "design.over=ledger:bnod"], "bond"),
        (["parameters.bond.weight=1,two"], "two"),
    ],
)
def test_bad_sweeps_are_refused(line, words):
    with pytest.raises(InputError, match=words):
        expand(["scenario=talks_2018", *(["thesis=consensus"] if "thesis" not in line[0] else []), *line])


def test_ten_thousand_points_are_one_composition(monkeypatch):
    calls = []
    real = expansion.composed
    monkeypatch.setattr(expansion, "composed", lambda line: calls.append(line) or real(line))
    groups = expand(["scenario=talks_2018", "thesis=consensus", "parameters.bond.weight=range(0,2,0.02)",
                     "parameters.brand.weight=range(0,2,0.02)"])  # fmt: skip
    assert len(groups[0].points) == 10_000
    assert len(calls) == 2
    assert np.isclose(groups[0].points.iloc[-1], [1.98, 1.98]).all()
