"""Overrides on the command line of `alliances run`: read, composed, checked; nothing is computed."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from omegaconf import OmegaConf
from pushing import TEXTS, push, push_words, pushed

from sim.errors import InputError
from sim.rules.switches import switched_off
from sim.runs.batch import point_table
from sim.runs.config import GROUPS, plan_of
from sim.runs.determining import plain_config
from sim.runs.expansion import expand
from sim.runs.run_schema import RunConf
from sim.runs.sweep_identity import number_columns, table_of_points
from sim.runs.sweep_settings import settings_of
from sim.views import app, job
from sim.world.loading import options, thesis_values
from sim.world.parameters import default_values, field

KEYS = [*GROUPS, *RunConf.__dataclass_fields__]
PATHS = [
    *(f"parameters.{path}" for path in list(default_values())[:20]), "scenario.months", "scenario.start", "scenario.factions.haqqani.fighters",
    "scenario.factions.haqqani", "scenario.focal", "scenario.focal.0", "scenario.ties", "scenario.ties.0.level", "scenario.history.0.date",
    "scenario.name", "scenario.pressure.kinetic", "scenario.states", "scenario.spare", "actors.haqqani.scope", "actors.haqqani.leader.authority",
    "actors.haqqani.organisation", "actors.new.title", "pressure.kinetic", "pressure.name", "shock.events", "wedge.offer.size", "wedge.offer.target",
    "wedge.name", "thesis.name", "thesis.title", "thesis.parameters", "executor.name", "executor.workers", "design.kind", "design.n", "design.over",
    "design.file", "hydra.run.dir", "hydra.job.name", "hydra/launcher", "hydra/sweeper", "parameters.bond", "parameters", "x", "",
]  # fmt: skip
VALUES = [
    "1", "0", "-1", "0.5", "1e3", "1e400", "nan", "inf", "-inf", "null", "true", "[]", "[a]", "{}", "{a: 1}", "{a:{b:[1,2,{c:null}]}}", "''", '""',
    "'a b'", "a,b", "1,2,3", "range(0,2,0.5)", "range(0,2,0)", "range(2,0)", "range(0,1e400)", "interval(0,1)", "interval(1,0)", "interval(nan,1)",
    "choice(a,b)", "choice()", "glob(*)", "glob(co*)", "glob(*,exclude=c*)", "sort(3,1,2)", "shuffle(1,2)", "tag(a,1)", "int(1.9)", "float(x)", "str(1)",
    "bool(2)", "json_str('{}')", "${seed}", "${parameters.bond.weight}", "${oc.env:HOME}", "${oc.env:NO_SUCH}", "${oc.decode:x}", "${oc.create:{a:1}}",
    "${hydra:job.name}", "${nothing}", "${now:%Y}", "${..}", "${.}", "${", "$", "${a:${b}}", "${oc.select:seed}", "${oc.dict.keys:parameters}", "???",
    "999999999999999999999", "1" + "0" * 400, "1" * 5000, "0x10", "1_0", "0_1", "010", "true,1", "yes", "1.9", "3.0", "'0.5'", "2019-09", "talks_2018", "consensus", "brand", "[brand]", "[brand,brand]",
    "ledger:bond,brand", "ledger:x", "ledger:", "x.csv", "/dev/null", ".", "/", "a/b", "a@b", "[[[[[[[[[]]]]]]]]]", "é", "²", "\x00", "\x1b[31m", "\ud800",
    "a" * 300, "a" * 5000, "\\", "\\'", "a:b", "a=b", "%x", "*", "haqqani", "month", "[1,2", "{a", "auto", "common", "[pairs]", "[x]", "1.5",
    "x.yaml", "offer+dialogue", "offer@2019-09:3*0.5", "offer*0.5@2019-09", "a" * 300 + ".yaml",
]  # fmt: skip


LIKELY = [
    "months=12", "seed=3", "replicates=5", "ablate=[brand]", "wedge=offer", "wedge=offer@2019-09:3", "shock=emir_killed", "pressure=light",
    "parameters.bond.weight=0.5", "parameters=posterior", "scenario.factions.haqqani.fighters=100", "threads=1", "wedge.offer.size=0.3",
    "keep=[pairs]", "output=x", "debug=quick", "design=lhs", "design.n=8", "design.over=ledger:bond", "events=false", "scenario=triangle_2020",
]  # fmt: skip


@st.composite
def overrides(draw):
    """A line of overrides of which one or two are odd; the scenario is small."""
    line = ["scenario=talks_2018", "thesis=consensus", *draw(st.lists(st.sampled_from(LIKELY), max_size=2))]
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2]))):
        key = draw(st.one_of(*[st.sampled_from(keys) for keys in (KEYS, PATHS, PATHS)], TEXTS))
        before = draw(st.sampled_from([""] * 16 + ["+", "++", "~", "@"]))
        at = draw(st.sampled_from([""] * 18 + ["@_global_", "@a:b", ".x"]))
        how = draw(st.sampled_from(["="] * 18 + ["", "==", " = "]))
        real = (
            st.sampled_from(options(key) or [""]) if key in GROUPS else st.sampled_from(["0.5", "1", "12", "[brand]", "0.1,0.2"])
        )
        line.append(before + key + at + how + draw(st.one_of(real, st.sampled_from(VALUES), st.sampled_from(VALUES), TEXTS)))
    return line


@given(line=overrides())
@example(line=["parameters.bond.weight=${parameters.bond.weight}"])
@example(line=["thesis=consensus", "scenario=null"])
@example(line=["thesis=consensus", "+debug=null"])
@example(line=["thesis=consensus", "parameters.bond.weight=null"])
@example(line=["thesis=consensus", "ablate={a:1}"])
@example(line=["thesis=consensus", "scenario.factions.haqqani.fihgters=1"])
@pushed(25)
def test_a_run(line, folder):
    def door():
        plan = plan_of(line)
        json.dumps([reading.config for reading in plan.readings], default=str)

    push("overrides: run", door, folder)


@given(line=overrides())
@example(line=["thesis=consensus", "design=lhs", "design.n=nan", "design.over=ledger:bond"])
@example(line=["thesis=consensus", "design=lhs", "design.n=1e400", "design.over=ledger:bond"])
@example(line=["thesis=consensus", "design=lhs", "design.seed=x", "design.over=ledger:bond"])
@example(line=["thesis=consensus", "executor=dask", "executor.workers=nan"])
@example(line=["thesis=consensus", "scenario=" + "1" * 5000])
@example(line=["thesis=consensus", "+=[brand]"])
@example(line=["thesis=consensus", "replicates=99999999999999999999999"])
@pushed(10)
def test_a_sweep(line, folder):
    def door():
        groups = expand(line)
        settings_of(groups[0].config).check()

    push("overrides: sweep", door, folder)


SWEPT = [
    *KEYS,
    *PATHS,
    "executor.workers",
    "design.seed",
    "scenario.title",
    "shock.title",
    "wedge.offer.credibility",
    "+thesis.more",
    "+more",
]
PAIRS = [
    "1,2", "0.2,0.4", "6,12", "12,12", "true,false", "a,b", "consensus,cost_benefit_only", "none,offer", "none,emir_killed", "light,heavy", "lhs,grid",
    "[bond],[brand]", "[],[bond]", "[pairs],[events]", "common,independent", "threads,dask", "default,posterior", "range(1,3)", "interval(0.2,0.4)",
    "persistence,phase_map", "null,12", "${seed},${months}", "2019-09,2019-10", "ledger:bond,brand", "taliban,al_qaeda", "{a:1},{a:2}",
]  # fmt: skip
LIKELY_SWEPT = [
    "thesis=consensus,deep_ties_beyond_cost_benefit", "wedge=none,offer", "wedge=offer,offer_verified", "shock=none,emir_killed", "pressure=none,heavy",
    "parameters=default,posterior", "months=6,12", "ablate=[],[bond]", "ablate=[bond],[brand]", "parameters.bond.weight=0.5,1", "parameters.bond.weight=1,2,2",
    "parameters.brand.weight=interval(0.5,1)", "parameters.choice.rate=0.1,0.2", "wedge.offer.size=0.2,0.4", "design=lhs,grid", "design=lhs", "design=morris",
    "design.seed=1,2", "design.n=2,4", "design.over=ledger:bond,choice", "scenario.spare=1,2", "actors.haqqani.scope=0.1,0.2", "scenario.name=a,b",
]  # fmt: skip
FIXED = [
    "ablate=[bond]", "ablate=[brand,opportunity]", "parameters.bond.weight=0", "parameters.choice.rate=0.1", "design=lhs", "design=grid", "design=zip",
    "design.n=2", "design.over=ledger:bond", "design.over={bond.weight: [0.5, 2.0]}", "thesis=cost_benefit_only", "wedge=offer", "wedge.offer.size=0.3",
    "months=12", "seed=${months}", "parameters.brand.weight=${parameters.bond.weight}", "replicates=5",
]  # fmt: skip


@st.composite
def sweeps(draw):
    """A line of keys that are swept, likely or not, beside words that fix something."""
    line = ["scenario=talks_2018", *draw(st.lists(st.sampled_from(FIXED), max_size=3))]
    if not any(word.startswith("thesis=") for word in line):
        line.append("thesis=consensus")
    odd = st.builds("{}={}".format, st.sampled_from(SWEPT), st.sampled_from(PAIRS))
    return [
        *line,
        *draw(st.lists(st.one_of(st.sampled_from(LIKELY_SWEPT), st.sampled_from(LIKELY_SWEPT), odd), min_size=1, max_size=3)),
    ]


@given(line=sweeps())
@example(line=["scenario=talks_2018", "thesis=consensus", "seed=1,2,3"])
@example(line=["scenario=talks_2018", "thesis=consensus", "months=6,12", "seed=${months}"])
@example(
    line=["scenario=talks_2018", "thesis=consensus,cost_benefit_only", "design=lhs", "design.n=2", "design.over=ledger:bond"]
)
@example(
    line=["scenario=talks_2018", "thesis=consensus", "design=lhs", "design.n=2", "design.over=ledger:bond", "ablate=[bond],[]"]
)
@example(line=["scenario=talks_2018", "thesis=consensus", "design=lhs,grid", "design.n=2", "design.over=ledger:bond", "months=6"])
@example(
    line=[
        "scenario=talks_2018",
        "thesis=consensus",
        "wedge=offer",
        "wedge.offer.target=taliban,al_qaeda",
        "wedge.offer.size=0.2,0.4",
    ]
)
@example(line=["scenario=talks_2018", "thesis=consensus", "thesis.name=${seed},${months}"])
@pushed(25)
def test_what_is_swept(line, folder):
    """Every point ran with what it is called: its choices, its numbers, and the settings of all."""

    def door():
        groups = expand(line)
        points = table_of_points(groups)
        columns = number_columns(points)
        for number, group in enumerate(groups):
            config = plain_config(group.config)
            for key, value in group.choices.items():
                found = OmegaConf.select(group.config, f"{key}.name" if key in GROUPS else key)
                assert key in ("design", "parameters", "actors", "experiment") or str(found) == value, (key, value, found)
            assert settings_of(group.config) == settings_of(groups[0].config)
            mine = points[points["group"] == number]
            vectors = point_table(config, columns, mine[list(columns)].to_numpy(dtype=float))
            fixed = {} if any("parameters" in word for word in line) else thesis_values(config["thesis"])
            for column in columns:
                if column.startswith("parameters."):
                    ran = vectors[field(column.removeprefix("parameters."))]
                    assert (ran == mine[column].to_numpy()).all(), column
            for path, value in (fixed | switched_off(config["ablate"])).items():
                assert (vectors[field(path)] == (0.0 if path in switched_off(config["ablate"]) else value)).all(), path

    push("overrides: swept", door, folder)


@given(line=overrides(), flags=st.sampled_from([[], ["-m"], ["--cfg", "job"]]))
@example(line=["thesis=consensus", "keep=[pairs]"], flags=["-m"])
@example(line=["thesis=consensus", "scenariotalks_2018"], flags=["-m"])
@example(line=["thesis=consensus", "+=0x10"], flags=[])
@example(line=["thesis=consensus", "executor=threads", "executor.workers=0"], flags=["-m"])
@example(line=["thesis=consensus", "scenario.focal.x=y", "design=lhs"], flags=[])
@example(line=["thesis=consensus", "parameters.bond.weight=x"], flags=["--cfg", "job"])
@example(line=["thesis=consensus", "hydra.run.dir0.5"], flags=["-m"])
@example(line=["thesis=consensus", "hydra.job.name=a,b"], flags=["-m"])
@example(line=["thesis=consensus", "hydra.run.dir=${nothing}"], flags=["-m"])
@example(line=["thesis=consensus", "hydra.nothing.at.all=1"], flags=["-m"])
@pushed(6)
def test_the_command(line, flags, folder, monkeypatch):
    """Through `alliances`, in words on the terminal; what passes is not run."""
    monkeypatch.setattr(job, "execute", lambda _: None)
    monkeypatch.setattr(app, "run_groups", lambda *_: 0)
    line = [word for word in line if not word.startswith("-")]
    code, said = push_words("overrides: command", ["run", *line, *flags], folder)
    assert code == 0 or said.startswith("alliances: ")


@pytest.mark.parametrize("line", [["months=1201"], ["months=0"]])
def test_the_horizon_is_bounded(line):
    with pytest.raises(InputError, match="months"):
        plan_of(["scenario=talks_2018", "thesis=consensus", *line])
