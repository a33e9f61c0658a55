"""A design overrules nothing: what stands on the line, what a thesis fixes and what is ablated runs as it was said."""

import numpy as np
import pytest

from sim.errors import InputError
from sim.rules.switches import switched_off
from sim.runs.batch import PARAMETER, point_table
from sim.runs.determining import plain_config
from sim.runs.expansion import Group, expand
from sim.runs.fixed_numbers import sentence
from sim.runs.number_table import check_numbers
from sim.runs.sweep_identity import number_columns, table_of_points
from sim.world.loading import options, thesis_values
from sim.world.parameters import default_values, field

B = ["scenario=talks_2018", "design.n=3"]


def vectors(groups):
    """What each group's points run with, as the engine takes it; and the same from the table of points."""
    table = table_of_points(groups)
    columns = number_columns(table)
    for number, group in enumerate(groups):
        mine = table[table["group"] == number]
        yield group, mine, point_table(plain_config(group.config), columns, mine[list(columns)].to_numpy(dtype=float))


def held(groups):
    """The table of points says what the engine takes."""
    for _, mine, vector in vectors(groups):
        for column in number_columns(mine):
            assert (vector[field(column.removeprefix(PARAMETER))] == mine[column].to_numpy()).all(), column


@pytest.mark.parametrize("kind", ["lhs", "sobol", "morris", "grid"])
def test_theses_stay_what_they_are_under_a_design(kind):
    theses = ["consensus", "cost_benefit_only", "deep_ties_beyond_cost_benefit"]
    n = {"sobol": 4}.get(kind, 3)
    over = "ledger:bond,brand" if kind != "grid" else "ledger:bond"
    line = ["scenario=talks_2018", f"thesis={','.join(theses)}", f"design={kind}", f"design.n={n}", f"design.over={over}"]
    groups = expand(line)
    held(groups)
    for group, _, vector in vectors(groups):
        values = thesis_values(group.choices["thesis"])
        for path, value in values.items():
            assert (vector[field(path)] == value).all()
        assert len(set(vector["bond_maturity"])) > 1
        assert not set(group.points.columns) & {PARAMETER + path for path in values}
        if group.design is not None:
            assert group.design.unit.shape == (len(group.points), len(group.points.columns))
            assert group.design.problem["num_vars"] == len(group.points.columns)
    assert set(groups[1].left_out) & set(groups[2].left_out) >= {"parameters.bond.weight"}
    assert not groups[0].left_out


def test_every_thesis_under_the_whole_ledger():
    groups = expand([*B, "design=lhs"])
    held(groups)
    assert [group.choices["thesis"] for group in groups] == options("thesis")
    for group, _, vector in vectors(groups):
        values = thesis_values(group.choices["thesis"])
        assert all((vector[field(path)] == value).all() for path, value in values.items())
        assert len(group.points.columns) == len(default_values()) - len(values)


def test_theses_are_compared_at_the_same_points_of_a_latin_hypercube():
    first, second = expand([*B, "thesis=consensus,cost_benefit_only", "design=lhs", "design.over=ledger:bond,brand"])
    common = list(second.points.columns)
    assert np.array_equal(first.points[common].to_numpy(), second.points.to_numpy())


def test_what_stands_on_the_line_stays():
    (group,) = expand([*B, "thesis=consensus", "design=lhs", "design.over=ledger:bond", "parameters.bond.weight=0"])
    assert "parameters.bond.weight" not in group.points
    assert group.left_out == {"parameters.bond.weight": "on the line"}
    ((_, _, vector),) = vectors([group])
    assert (vector["bond_weight"] == 0.0).all()


def test_what_is_ablated_stays_and_the_table_says_so():
    groups = expand([*B, "thesis=consensus", "design=lhs", "design.over=ledger:bond,brand", "ablate=[bond],[brand]"])
    held(groups)
    table = table_of_points(groups)
    assert (table.loc[table["group"] == 0, "parameters.bond.weight"] == 0.0).all()
    assert (table.loc[table["group"] == 1, "parameters.brand.weight"] == 0.0).all()
    assert (table.loc[table["group"] == 1, "parameters.bond.weight"] > 0.0).all()


@pytest.mark.parametrize("name", ["bond", "opportunity", "spoiling"])
def test_a_table_of_points_made_by_hand_says_what_is_ablated(name):
    paths = switched_off([name])
    (group,) = expand(["scenario=talks_2018", "thesis=consensus", f"ablate=[{name}]"])
    points = group.points.assign(**{PARAMETER + path: 0.7 for path in paths})
    held([Group(group.choices, group.overrides, group.config, points)])
    assert (
        table_of_points([Group(group.choices, group.overrides, group.config, points)])[list(map(PARAMETER.__add__, paths))] == 0
    ).all(axis=None)


def test_groups_that_vary_other_numbers_run_with_their_own():
    groups = expand(["scenario=talks_2018", "thesis=cost_benefit_only", "design=lhs,grid", "design.n=2",
                     "design.over=ledger:bond,choice.rate", "months=6"])  # fmt: skip
    held(groups)
    assert not table_of_points(groups).isna().any(axis=None)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["design=grid", "parameters.bond.weight=1,2", "ablate=[bond]", "target_se=${parameters.bond.weight}"], "ablate"),
        (["design=lhs", "design.over={bond.weight: [0.5, 2.0]}", "parameters.bond.weight=1"], "on the line"),
        (["design=lhs", "design.over={bond.weight: [0.5, 2.0]}", "++parameters.bond={weight: 1}"], "on the line"),
        (["design=lhs", "design.over={parameters.bond.weight: [0.5, 2.0]}", "parameters.bond.weight=1"], "on the line"),
        (["design=lhs", "design.over={bond.weight: [0.5, 2.0]}", "parameters.bond.weight=interval(0,1)"], "on the line"),
        (["design=grid", "design.over={bond.weight: [0.5, 2.0]}", "parameters.bond.weight=1"], "on the line"),
        (["design=zip", "design.over={bond.weight: [0.5, 2.0]}", "parameters.bond.weight=1"], "on the line"),
        (["design=lhs", "design.over=ledger:bond.weight", "parameters.bond.weight=1"], "on the line"),
        (["design=lhs", "design.over=ledger:bond.weight,brand", "ablate=[bond]"], "ablate"),
        (["design=lhs", "design.over={bond.weight: [0.5, 2.0]}", "ablate=[bond]"], "ablate"),
        (["design=lhs", "design.over={}", "parameters.bond.weight=interval(0,1)", "ablate=[bond]"], "ablate"),
        (["design=grid", "parameters.bond.weight=0.5,1", "ablate=[bond]"], "ablate"),
        (["design=grid", "parameters.bond.weight=0.5,1", "ablate=[],[bond]"], "ablate"),
        (["design=lhs", "design.over={bond.weight: [0.5, 2.0]}", "thesis=cost_benefit_only"], "cost_benefit_only"),
        (["design=lhs", "design.over={bond.weight: [0.5, 2.0]}", "thesis=consensus,cost_benefit_only"], "cost_benefit_only"),
        (["design=lhs", "design.over=ledger:bond.weight", "thesis=cost_benefit_only"], "cost_benefit_only"),
        (["design=lhs", "design.over=ledger:legitimacy", "thesis=cost_benefit_only"], "left to vary"),
        (["design=list", "design.file=points.csv", "thesis=cost_benefit_only"], "cost_benefit_only"),
        (["design=list", "design.file=points.csv", "parameters.bond.weight=1"], "on the line"),
        (["design=list", "design.file=points.csv", "ablate=[bond]"], "ablate"),
        (["design=lhs", "design.file=points.csv"], "says nothing to a lhs"),
        (["wedge=offer", "wedge.offer.size=0.3", "design=lhs", "design.over={wedge.offer.size: [0.1, 0.9]}"], "on the line"),
        (["design=lhs", "design.over=ledger:bond", "parameters.brand.weight=${parameters.bond.weight}"], "refers to it"),
        (["design=lhs", "design.over=[bond]"], "over"),
    ],
)  # fmt: skip
def test_both_by_name_are_refused(line, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "points.csv").write_text("bond.weight\n1.0\n0.2\n")
    with pytest.raises(InputError, match=words):
        expand([*B, *([] if any(w.startswith("thesis=") for w in line) else ["thesis=consensus"]), *line])


def test_the_line_overrules_a_thesis_and_says_so():
    """As in a single run: what is typed wins over the file of the thesis."""
    groups = expand(["scenario=talks_2018", "thesis=consensus,cost_benefit_only", "parameters.bond.weight=0.5,1.0"])
    held(groups)
    assert [list(group.points["parameters.bond.weight"]) for group in groups] == [[0.5, 1.0]] * 2
    assert [group.overruled for group in groups] == [{}, {"parameters.bond.weight": "by thesis cost_benefit_only"}]


def test_one_sentence_says_what_is_fixed():
    assert sentence("Fixed", [{}, {}]) == ""
    said = sentence("Fixed", [{"parameters.b": "on the line", "parameters.a": "on the line"}, {"parameters.b": "by thesis x"}])
    assert said == "Fixed: b (by thesis x); a, b (on the line)."


def test_a_reference_elsewhere_does_not_stop_a_design():
    (group,) = expand([*B, "thesis=consensus", "design=lhs", "design.over=ledger:bond", "output=${oc.env:HOME}"])
    check_numbers(group.points, group.config)
    assert len(group.points) == 3
