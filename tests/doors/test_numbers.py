"""One reading of a number, a truth value and a date, at every door: the same text is the same number, or is refused."""

import importlib
import math
import pkgutil
import re
import shutil

import numpy as np
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from omegaconf import OmegaConf
from pushing import push, pushed
from pydantic import BaseModel

import sim
from sim.analysis.questions import read_questions, read_timeline
from sim.engine.arguments import check_model, chosen_replicates
from sim.errors import InputError
from sim.numbers import number_in
from sim.paths import CONF, SEEDS, parsed_yaml
from sim.runs import composing
from sim.runs.config import plan_of
from sim.runs.design import Design
from sim.runs.design_table import read_design
from sim.runs.expansion import expand
from sim.views.compare_line import factors_of
from sim.world.calendar import absolute_month
from sim.world.loading import load_world, read_option
from sim.world.packages import read_wedge
from sim.world.parameters import parameter_table
from sim.world.scenario import build_world

LINE = ["scenario=talks_2018", "thesis=consensus"]
NO_NUMBERS = [
    "yes", "no", "on", "off", "true", "True", "0_1", "1_0", "0_5.0", "010", "007.5", "0x10", "0b11", "0o7", "1:30", "٢", "٠.٥", "²", "½", "inf",
    "-inf", "nan", "Infinity", ".inf", ".nan", "1e400", "'0.5'", "0.5f", "1e", "e5", ".", "+", "--1", "1.2.3", "5 %",
]  # fmt: skip
NUMBERS = {"1": 1.0, "0.5": 0.5, "+1": 1.0, "5e-1": 0.5, "1.": 1.0, "0.25e1": 2.5, "0": 0.0}
TEXTS = st.one_of(
    st.sampled_from([*NO_NUMBERS, *NUMBERS]), st.text(alphabet="0123456789._-+eE:xbonftaryis٢²", min_size=1, max_size=7)
)


def on_the_line(text, _):
    return plan_of([*LINE, f"parameters.bond.weight={text}"]).readings[0].parameters["bond.weight"]


def in_a_file(text, folder):
    (folder / "w.yaml").write_text(f"dialogue: {{target: taliban, size: {text}}}\n", encoding="utf-8")
    return read_wedge(str(folder / "w.yaml")).instruments()[0][1].size


def as_a_factor(text, _):
    return read_wedge(f"halt_joint_operations*{text}").instruments()[0][1].size / halted()


def halted():
    return read_wedge("halt_joint_operations").instruments()[0][1].size


def in_a_table(text, folder):
    (folder / "points.csv").write_text(f'bond.weight\n"{text}"\n', encoding="utf-8")
    return read_design(folder / "points.csv").table["bond.weight"].iloc[0]


def as_a_strength(text, _):
    (found,) = factors_of(text)
    return found


DOORS = [on_the_line, in_a_file, as_a_factor, in_a_table, as_a_strength]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_is_refused(door, text, folder):
    with pytest.raises(InputError):
        door(text, folder)


@pytest.mark.parametrize("door", DOORS)
def test_a_number_is_the_same_at_every_door(door, folder):
    for text, value in NUMBERS.items():
        if (door in (in_a_file, as_a_factor) and value > 1.0) or (door is as_a_factor and re.search(r"[+e]", text)):
            continue  # a share, and a factor of which the package holds what is left at 1
        assert door(text, folder) == pytest.approx(value, abs=1e-15), text


@given(text=TEXTS)
@example(text="1_0")
@pushed(150)
def test_files_and_tables_read_numbers_alike(text, folder):
    """Each takes a text for the number that it is, or refuses it."""
    for door in (in_a_file, in_a_table, as_a_strength):
        found = []
        error = push("numbers", lambda door=door, found=found: found.append(door(text, folder)), folder.parent / "nothing")
        assert error is not None or found == [number_in(text.strip())], (door.__name__, text)


@given(text=TEXTS)
@example(text="0_1")
@example(text="1_0")
@pushed(25)
def test_the_command_line_reads_numbers_alike(text, folder):
    found = []
    error = push("numbers: command line", lambda: found.append(on_the_line(text, folder)), folder)
    assert error is not None or found == [number_in(text)]


# files: two readers of YAML, one meaning


@given(text=TEXTS)
@example(text="-.5")
@example(text=".5e3")
@example(text="08")
@example(text="190:20:30")
@pushed(600)
def test_what_our_reader_lets_through_means_the_same_to_hydra(text):
    try:
        ours = parsed_yaml(f"x: {text}", "file")
    except InputError:
        return
    assert repr(ours) == repr(OmegaConf.to_container(OmegaConf.create(f"x: {text}")))


@pytest.mark.parametrize(
    "text", ["yes", "Off", "010", "0b11", "0x1F", "0o7", "1_000", "1:30", ".inf", ".nan", "=", "-.5", "!!int 010"]
)
def test_what_readers_of_yaml_disagree_about_is_refused(text):
    with pytest.raises(InputError, match=r"line 2, column 7"):
        parsed_yaml(f"a: 1\nseed: {text}", "my.yaml")
    assert text.startswith("!!") or parsed_yaml(f"seed: '{text}'", "my.yaml") == {"seed": text}


def test_numbers_dates_and_truth_values_of_a_file():
    text = "{a: 1e-05, b: 10, c: true, d: 2019-02-28, e: ~, f: 'no', g: -0.5, h: y, i: 1E3, j: !!timestamp 2019-02-28}"
    want = {
        "a": 1e-5,
        "b": 10,
        "c": True,
        "d": "2019-02-28",
        "e": None,
        "f": "no",
        "g": -0.5,
        "h": "y",
        "i": 1000.0,
        "j": "2019-02-28",
    }
    found = parsed_yaml(text, "my.yaml")
    assert found == want
    assert [type(value) for value in found.values()] == [type(value) for value in want.values()]


def test_every_file_of_the_project_means_the_same_to_every_reader():
    for path in [*CONF.rglob("*.yaml"), *SEEDS.rglob("*.yaml")]:
        text = path.read_text(encoding="utf-8")
        found = OmegaConf.to_container(OmegaConf.create(text))
        assert parsed_yaml(text, str(path)) == (found if isinstance(found, list) else dict(found)), path


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("seed: 010", "'010'.*not read in one way"), ("seed: 1_000", "'1_000'"), ("months: 1:30", "'1:30'"), ("seed: 1.9", "1.9 is not allowed"),
        ("seed: true", "True is not allowed .*whole number"), ('seed: "7"', "'7' is not allowed"), ("events: yes", "'yes'"),
        ("events: 1", "1 is not allowed .*true or false"), ("parameters: {bond: {weight: true}}", "bond.weight: True is not a number"),
        ('parameters: {bond: {weight: "0.5"}}', "'0.5' is not a number"), ("target_se: .nan", "'.nan'"),
    ],
)  # fmt: skip
def test_the_files_that_hydra_reads_are_held_to_it(content, said, folder, monkeypatch):
    conf = folder / "conf"
    shutil.copytree(CONF, conf)
    (conf / "debug" / "quick.yaml").write_text(f"# @package _global_\n{content}\n")
    monkeypatch.setattr(composing, "CONF", conf)
    monkeypatch.setattr(composing, "_remembered", [])
    with pytest.raises(InputError, match=said):
        plan_of([*LINE, "debug=quick"])


def test_no_model_of_a_file_turns_a_value_into_another_kind():
    """Every pydantic model of the package is strict: a field that is added later is too."""
    for module in pkgutil.walk_packages(sim.__path__, "sim."):
        if not module.name.startswith(("sim.views.stepper", "sim.papers.draw")):
            importlib.import_module(module.name)
    found, waiting = [], [BaseModel]
    while waiting:
        waiting += (below := waiting.pop().__subclasses__())
        found += [model for model in below if model.__module__.startswith("sim.")]
    assert len(found) > 30
    for model in found:
        assert model.model_config.get("strict") is True, model
        assert model.model_config.get("allow_inf_nan") is False, model


@pytest.mark.parametrize(
    "change",
    [
        {"months": 12.0}, {"months": True}, {"spare": "2"}, {"focal": ["al_qaeda", 1]}, {"watch": [["2018-09", True]]}, {"watch": [["2018-09", "0.5"]]},
        {"watch": [["2018-09", math.nan]]}, {"title": 5}, {"start": 2018},
    ],
)  # fmt: skip
def test_a_scenario_takes_no_value_of_another_kind(change):
    scenario = {**read_option("scenario", "talks_2018"), **change}
    with pytest.raises(InputError, match=rf"scenario talks_2018: {next(iter(change))}"):
        build_world(scenario, read_option("actors", "default"))


# counts


@pytest.mark.parametrize(
    "value", ["1.9", "1.0", "1e3", "true", "0_1", "010", "0x10", "nan", "'7'", "null", "-1", "18446744073709551616"]
)
def test_a_seed_is_a_whole_number_on_the_command_line(value):
    with pytest.raises(InputError, match="seed"):
        plan_of([*LINE, f"seed={value}"])


def test_an_environment_variable_is_read_as_a_file_would_be(monkeypatch):
    line = [*LINE, "seed=${oc.env:MINE}", "parameters.bond.weight=${oc.env:MINE}"]
    monkeypatch.setenv("MINE", "2")
    plan = plan_of(line)
    assert (plan.seed, plan.readings[0].parameters["bond.weight"]) == (2, 2.0)
    for text in ("010", "1_0", "2.5", "true", "x", "'2'", "٢"):
        monkeypatch.setenv("MINE", text)
        with pytest.raises(InputError):
            plan_of(line)


def test_the_largest_seed_is_itself():
    assert plan_of([*LINE, f"seed={2**64 - 1}"]).seed == 2**64 - 1


@pytest.mark.parametrize("value", [True, np.True_, 1.9, 3.0, np.float64(3.0), "3", None, -1, math.nan])
def test_counts_in_python_are_whole_numbers(value):
    for ask in (
        lambda: chosen_replicates(value),
        lambda: chosen_replicates([value]),
        lambda: check_model(value, 0, 1, months=None, world=None, vector=None, thesis=None, parameters=None),
        lambda: check_model(1, value, 1, months=None, world=None, vector=None, thesis=None, parameters=None),
        lambda: Design("lhs", value, "ledger:bond").points(),
        lambda: Design("lhs", 2, "ledger:bond", seed=value).points(),
        *([lambda: load_world("talks_2018", months=value)] if value is not None else []),
    ):
        with pytest.raises(InputError):
            ask()


@pytest.mark.parametrize("value", [True, np.True_, "0.5", None, math.inf, math.nan, 10**400])
def test_parameters_in_python_are_finite_numbers(value):
    with pytest.raises(InputError, match=r"bond\.weight"):
        parameter_table([{"bond.weight": value}])


def test_numbers_of_numpy_are_numbers():
    table = parameter_table([{"bond.weight": np.int64(1), "brand.weight": np.float32(0.5)}])
    assert (table["bond_weight"][0], table["brand_weight"][0]) == (1.0, 0.5)
    assert load_world("talks_2018", months=np.int32(5))[0].calendar.months == 5


@pytest.mark.parametrize(
    "replicates", [[-1], [1.9], [True, False], np.array([True, False]), np.array([1.0]), [0, True], [], np.array([], int), [[1], [2]], [2**32], "3"]
)  # fmt: skip
def test_replicates_are_listed_by_their_numbers(replicates):
    with pytest.raises(InputError, match="replicates"):
        chosen_replicates(replicates)


def test_replicates_that_are_listed_are_those():
    for given_, want in (
        (3, [0, 1, 2]),
        (np.int64(2), [0, 1]),
        ([5, 2], [5, 2]),
        (range(2, 4), [2, 3]),
        (np.array([7], np.uint8), [7]),
    ):
        found = chosen_replicates(given_)
        assert found.dtype == np.int64
        assert found.tolist() == want


def test_arguments_that_would_be_ignored_are_refused():
    world = load_world("talks_2018", months=3)[0]
    with pytest.raises(InputError, match="months: 5 stands beside a world"):
        sim.AllianceModel(world=world, months=5)
    for beside in ({"thesis": "consensus"}, {"parameters": {"bond.weight": 1.0}}):
        with pytest.raises(InputError, match="vector"):
            sim.AllianceModel(world=world, vector=parameter_table([{}]), **beside)


# dates

NO_DATES = [
    "2019-02-31",
    "2019-02-29",
    "2019-04-31",
    "2019-02-00",
    "2019-13-01",
    "2019-2",
    "2019-02-1",
    "2019-02-01 10:00",
    "٢٠١٩-٠٢",
    "2019-02x",
]


@pytest.mark.parametrize("date", NO_DATES)
def test_a_day_that_does_not_exist_is_no_date(date, folder):
    with pytest.raises(InputError, match="YYYY-MM"):
        absolute_month(date)
    (folder / "w.yaml").write_text(f"dialogue: {{target: taliban, start: '{date}'}}", encoding="utf-8")
    with pytest.raises(InputError, match=r"dialogue.start: .* \(allowed: YYYY-MM"):
        read_wedge(str(folder / "w.yaml"))
    with pytest.raises(InputError):
        read_wedge(f"offer@{date}")
    for field in ("start", "history.0.date"):
        with pytest.raises(InputError, match=field):
            plan_of(["scenario=taliban_rule_1996", "thesis=consensus", f"scenario.{field}='{date}'"])


@pytest.mark.parametrize("column", ["cutoff", "from", "to"])
def test_questions_have_dates_that_exist(column, folder):
    columns, row = (SEEDS / "data" / "rolling_2008_2013.csv").read_text(encoding="utf-8").splitlines()[:2]
    cells = dict(zip(columns.split(","), row.split(","), strict=False))
    cells[column] += "-31" if not cells[column].endswith(("01", "03", "05", "07", "08", "10", "12")) else "-32"
    (folder / "q.csv").write_text(f"{','.join(cells)}\n{','.join(cells.values())}\n")
    with pytest.raises(InputError, match=rf"{column}: .*is not a date \(allowed: YYYY-MM"):
        read_questions(folder / "q.csv")


def test_days_that_exist_mean_their_month():
    assert absolute_month("2020-02-29") == absolute_month("2020-02") == 2020 * 12 + 1
    assert read_wedge("offer@2019-09-15:3") == read_wedge("offer@2019-09:3")
    assert read_timeline()


# a zip pairs keys of every kind


def zipped(*words):
    groups = expand(["scenario=talks_2018", "design=zip", *words])
    return [({**g.choices}, dict(row), n) for g in groups for n, row in g.points.iterrows()]


def test_a_zip_pairs_choices_with_numbers():
    assert zipped("thesis=consensus,cost_benefit_only", "parameters.bond.weight=0.5,1") == [
        ({"thesis": "consensus"}, {"parameters.bond.weight": 0.5}, 0),
        ({"thesis": "cost_benefit_only"}, {"parameters.bond.weight": 1.0}, 1),
    ]
    found = zipped("thesis=consensus,cost_benefit_only,consensus", "wedge=offer,offer,none", "parameters.bond.weight=0.5,1,2")
    assert [(c["thesis"], c["wedge"], row["parameters.bond.weight"], n) for c, row, n in found] == [
        ("consensus", "offer", 0.5, 0), ("cost_benefit_only", "offer", 1.0, 1), ("consensus", "none", 2.0, 2),
    ]  # fmt: skip
    again = zipped("thesis=consensus,consensus,cost_benefit_only", "parameters.bond.weight=0.5,1,2")
    assert [(c["thesis"], row["parameters.bond.weight"], n) for c, row, n in again] == [
        ("consensus", 0.5, 0), ("consensus", 1.0, 1), ("cost_benefit_only", 2.0, 2),
    ]  # fmt: skip


def test_a_zip_pairs_choices_with_values_of_the_design():
    found = zipped("thesis=consensus,cost_benefit_only", "design.over={pressure.weight:[0.5,1],burden.weight:[2,1]}")
    assert [(c["thesis"], *row.values()) for c, row, _ in found] == [("consensus", 0.5, 2.0), ("cost_benefit_only", 1.0, 1.0)]
    with pytest.raises(InputError, match="thesis has 2, the numbers have 3 rows"):
        zipped("thesis=consensus,cost_benefit_only", "design.over={pressure.weight:[0.5,1,2]}")


def test_a_zip_pairs_choices_alone():
    found = zipped("thesis=consensus,cost_benefit_only", "wedge=offer,dialogue")
    assert [(c["thesis"], c["wedge"]) for c, _, _ in found] == [("consensus", "offer"), ("cost_benefit_only", "dialogue")]


def test_theses_that_nobody_names_are_crossed_in_a_zip_too():
    theses = [c["thesis"] for c, _, _ in zipped("parameters.bond.weight=0.5,1", "parameters.brand.weight=1,2")]
    assert sorted(theses) == sorted(2 * sim_theses())
    found = zipped("wedge=offer,dialogue", "parameters.bond.weight=0.5,1")
    assert [(c["wedge"], row["parameters.bond.weight"]) for c, row, _ in found[:2]] == [("offer", 0.5), ("dialogue", 1.0)]
    assert len(found) == 2 * len(sim_theses())


def sim_theses():
    return [path.stem for path in (CONF / "thesis").glob("*.yaml")]


@pytest.mark.parametrize(
    "words",
    [
        ("thesis=consensus,cost_benefit_only", "parameters.bond.weight=0.5,1,2"),
        ("thesis=consensus,cost_benefit_only", "wedge=offer,none,dialogue"),
    ],
)
def test_a_zip_refuses_keys_of_unequal_length(words):
    with pytest.raises(InputError, match=r"values of equal number, .*thesis has 2, .* has 3|values of equal number, .* has 3"):
        zipped(*words)


def test_what_is_written_is_read_again():
    """PyYAML's writer leaves nothing bare that our reader takes for something else."""
    content = {
        "a": 1e-7,
        "b": 1e300,
        "c": -0.5,
        "d": True,
        "e": None,
        "f": "yes",
        "g": "010",
        "h": "2019-02-28",
        "i": "1:30",
        "j": 10**18,
    }
    assert parsed_yaml(yaml.safe_dump(content), "file") == content
