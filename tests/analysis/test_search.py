"""The search: a front that is known exactly, the same for a seed, resumed as if undisturbed, and files that can be compared."""

import itertools

import numba
import numpy as np
import pandas as pd
import pytest
from exact_world import SURE, setting
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.wedges.candidates import Candidate, Space, candidates_of, in_words
from sim.analysis.wedges.front import Trial, front_of, non_dominated, run_again
from sim.analysis.wedges.objectives import Evaluator, Measured, cost_of, mean_over_theses
from sim.analysis.wedges.search import Search, read_trials
from sim.analysis.wedges.search_settings import read_search
from sim.cli import main
from sim.errors import InputError
from sim.world.instruments import WedgeConf, with_wedge
from sim.world.loading import load_world
from sim.world.packages import package, read_wedge
from sim.world.schema import InstrumentConf

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")


# the front


@given(st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=1, max_size=30))
def test_the_front_is_that_of_the_definition(rows):
    aims = np.array(rows, dtype=float)
    better = [any(all(a <= b for a, b in zip(other, mine, strict=True)) and other != mine for other in rows) for mine in rows]
    assert non_dominated(aims).tolist() == [not b for b in better]


def measured(broken, violence=0.0, fragmentation=0.0, cost=0.0):
    return Measured(broken, broken, broken, broken, broken, broken, "sure", violence, fragmentation, cost)


def using(size):
    conf = InstrumentConf(target="reds", about="blues", size=size)
    return package(WedgeConf(name="w", title="w"), [("isolation", conf)])


def test_doing_nothing_is_a_rival_and_a_wedge_counts_once():
    trials = [
        Trial(0, 0, using(0.2), measured(0.0, cost=0.1)),  # costs and does nothing
        Trial(1, 0, using(0.4), measured(0.5, cost=0.4)),
        Trial(2, 0, using(0.4), measured(0.5, cost=0.4)),  # the same wedge again
        Trial(3, 0, using(0.6), measured(0.5, cost=0.6)),  # dominated
        Trial(4, 0, using(0.8), measured(0.9, cost=0.8)),
        Trial(5, 0, WedgeConf(name="n", title="n"), measured(0.0)),
    ]
    assert [t.number for t in front_of(trials, "mean")] == [1, 4]
    again = run_again([trials[1], trials[4]], lambda w: measured(0.1 if w == trials[4].wedge else 0.5, cost=0.5), "mean")
    assert [(p.trial.number, p.holds) for p in again] == [(1, True), (4, False)]


def test_mean_over_theses_treats_replicates_as_the_units():
    before, after = np.zeros((3, 50)), np.zeros((3, 50))
    after[:, :10] = 1.0  # the same ten replicates tip under every thesis
    mean, low, high = mean_over_theses(before, after)
    d = after.mean(axis=0)
    assert mean == pytest.approx(0.2)
    assert high - low == pytest.approx(2 * 1.959964 * d.std(ddof=1) / np.sqrt(50))


# a search whose front is known


COSTS = {"isolation": 0.3, "kinetic_pressure": 1.0, "verification": 0.0}


def space(world, sizes=3):
    parts = [
        Candidate("a", "isolation", InstrumentConf(target="reds", about="blues", size=0.5, range=(0.4, 1.0)), ()),
        Candidate("b", "kinetic_pressure", InstrumentConf(target="blues", size=0.5, range=(0.4, 1.0)), ()),
    ]
    return Space(parts, world.calendar, most=2, sizes=sizes, starts=1, short=world.calendar.months)


def settings(**changed):
    return read_search("default", {"population": 8, "generations": 6, "replicates": 4, **changed}, {})


def every_wedge(of):
    """Every wedge that a space can reach, built by hand."""
    for used in itertools.product((0, 1), repeat=2):
        for sizes in itertools.product(range(of.sizes), repeat=2):
            genes = {}
            for on, step, place in zip(used, sizes, of.choices(), strict=True):
                genes |= {f"{place} key": 0.9 if on else 0.0, f"{place} size": step}
            yield of.decoded(genes)


@needs_compiler
@pytest.mark.parametrize(("cheap", "dear"), [("isolation", "kinetic_pressure"), ("kinetic_pressure", "isolation")])
def test_the_front_of_the_exact_world_is_found(cheap, dear, tmp_path):
    s = setting(sure=SURE)
    of, evaluate = space(s.base), Evaluator(s, {cheap: 0.3, dear: 1.0, "verification": 0.0}, np.arange(4))
    found = front_of(Search(of, settings(), evaluate, 1, tmp_path / "trials.csv").run(), "mean")
    known = front_of([Trial(n, 0, w, evaluate(w)) for n, w in enumerate(every_wedge(of))], "mean")
    assert {tuple(t.wedge.instruments()) for t in found} == {tuple(t.wedge.instruments()) for t in known}
    (best,) = known  # whatever breaks breaks for sure: the cheapest that does
    assert best.measured.broken == 1.0
    assert [(name, conf.size) for name, conf in best.wedge.instruments()] == [(cheap, 1.0)]
    assert best.measured.cost == pytest.approx(0.3)


@needs_compiler
def test_same_seed_same_trials_whatever_the_threads_and_another_seed_others(tmp_path):
    trials = {}
    for name, seed, threads in (("a", 1, 1), ("b", 1, 2), ("c", 2, 2)):
        s = setting(4, threads, sure=SURE)
        search = Search(space(s.base), settings(generations=2), Evaluator(s, COSTS, np.arange(4)), seed, tmp_path / name)
        trials[name] = [(t.wedge, t.measured) for t in search.run()]
    assert trials["a"] == trials["b"]
    assert trials["a"] != trials["c"]


@pytest.mark.parametrize("after", [1, 5, 8, 10])
def test_a_search_that_was_stopped_goes_on_as_if_it_had_not_been(after, tmp_path):
    world = setting().base
    calls = []

    def evaluate(wedge):
        calls.append(wedge)
        return measured(len(wedge.instruments()) / 2, cost=cost_of(wedge, COSTS, world))

    def stopping(wedge):
        if len(calls) == after:
            raise KeyboardInterrupt
        return evaluate(wedge)

    whole = Search(space(world, 60), settings(generations=3), evaluate, 3, tmp_path / "whole.csv").run()
    full = len(calls)
    calls.clear()
    with pytest.raises(KeyboardInterrupt):
        Search(space(world, 60), settings(generations=3), stopping, 3, tmp_path / "part.csv").run()
    calls.clear()
    resumed = Search(space(world, 60), settings(generations=3), evaluate, 3, tmp_path / "part.csv").run()
    assert [(t.number, t.wedge, t.measured) for t in resumed] == [(t.number, t.wedge, t.measured) for t in whole]
    assert len(calls) == full - after
    assert (tmp_path / "part.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


@pytest.mark.parametrize(
    "damage", [lambda t: t[:-20], lambda t: t.replace("trial,", "trail,", 1), lambda t: t.replace("\n1,", "\n7,", 1)]
)
def test_a_damaged_file_is_named_and_left_as_it_is(damage, tmp_path):
    world, path = setting().base, tmp_path / "trials.csv"
    search = Search(space(world), settings(generations=1), lambda w: measured(0.0), 1, path)
    search.run()
    path.write_text(damage(path.read_text()))
    before = path.read_bytes()
    with pytest.raises(InputError, match="damaged"):
        search.run()
    assert path.read_bytes() == before


def test_no_file_is_no_trials(tmp_path):
    assert read_trials(tmp_path / "none.csv", space(setting().base)) == []


# wedges out of genes


def test_every_draw_is_a_wedge_that_fits_and_is_within_its_ranges():
    base = load_world("talks_2018")[0]
    of = Space.of(base, settings())
    rng = np.random.default_rng(5)
    counts = []
    for _ in range(60):
        genes = {}
        for name, drawn in of.distributions().items():
            if hasattr(drawn, "choices"):
                genes[name] = drawn.choices[int(rng.integers(len(drawn.choices)))]
            else:
                whole = isinstance(drawn.low, int)
                genes[name] = int(rng.integers(drawn.low, drawn.high + 1)) if whole else float(rng.random())
        wedge = of.decoded(genes)
        counts.append(len(wedge.instruments()))
        with_wedge(base, wedge)
        for _, conf in wedge.instruments():
            low, high = conf.range or (0.1, 1.0)
            assert low <= conf.size <= high
    assert max(counts) == of.most
    assert min(counts) < of.most


def test_cost_counts_size_time_and_checking():
    base = setting().base  # twelve months from 2000-01
    half = package(WedgeConf(name="w", title="w"), [
        ("isolation", InstrumentConf(target="reds", about="blues", size=0.5, start="2000-07")),
        ("offer", InstrumentConf(target="reds", about="blues", size=1.0, credibility=0.5, verification=0.4, end="2000-03")),
    ])  # fmt: skip
    costs = {"isolation": 0.4, "offer": 0.8, "verification": 0.3}
    assert cost_of(half, costs, base) == pytest.approx(0.4 * 0.5 * 0.5 + (0.8 + 0.3 * 0.4) * 0.25)
    assert "isolation on reds–blues (0.5, from 2000-07)" in in_words(half)


def test_candidates_that_say_the_same_are_one():
    base = load_world("talks_2018")[0]
    assert len(candidates_of(base, ["isolate", "isolate"])) == 1
    with pytest.raises(InputError):
        candidates_of(base, ["isolate", "nothing_such"])


# the command


@needs_compiler
def test_search_end_to_end_and_its_wedges_can_be_compared(tmp_path, capsys):
    line = ["search", "scenario=talks_2018", "months=6", "thesis=consensus,cost_benefit_only", "population=6", "generations=2",
            "replicates=8", "fresh=8", "instruments=halt_joint_operations,isolate,withdraw", f"output={tmp_path}"]  # fmt: skip
    assert main(line) == 0
    (folder,) = tmp_path.iterdir()
    trials = pd.read_csv(folder / "trials.csv")
    assert len(trials) == 12
    assert {"front.png", "front.svg", "manifest.json", "front.csv"} <= {p.name for p in folder.iterdir()}
    base = load_world("talks_2018", months=6)[0]
    for path in sorted((folder / "wedges").glob("*.yaml")):
        wedge = read_wedge(str(path))
        assert wedge.instruments()
        assert "alliances search" in wedge.reading
        with_wedge(base, wedge)
    before = (folder / "trials.csv").read_bytes()
    assert main(line) == 0
    assert list(tmp_path.iterdir()) == [folder]
    assert (folder / "trials.csv").read_bytes() == before
    capsys.readouterr()


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["population=3"], "population"),
        (["algorithm=nsga4"], "nsga"),
        (["robust=best"], "mean"),
        (["instruments=ofer"], "offer"),
        (["cost.ofer=1"], "offer"),
        (["cost.offer=-1"], "offer"),
        (["preset=defautl"], "default"),
        (["generation=4"], "generations"),
        (["pair=haqqani"], "pair"),
        (["focus=haqqani-al_qaeda"], "pair=A-B"),
        (["scenario=talks_2019"], "talks_2018"),
    ],
)
def test_bad_input(words, named, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["search", "scenario=talks_2018", *words]) == 2
    assert named in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
