"""Shapley values against games whose values are known, and the switching off of dated events and instruments."""

import itertools

import numba
import numpy as np
import pytest
from exact_world import ACTORS, SCENARIO, SURE, isolated, named, pressed, setting
from omegaconf import OmegaConf

from sim.analysis.explain.attribution import factors_of, shapley, world_with
from sim.analysis.wedges.watched import run_seen
from sim.runs.config import composed
from sim.world.instruments import with_wedge
from sim.world.loading import load_world
from sim.world.packages import composed_wedge, read_wedge
from sim.world.parameters import parameter_table
from sim.world.tables import differing


def runs(x):
    return np.full(4, float(x))


def test_either_of_two_suffices():
    found = shapley(["a", "b"], lambda s: runs(bool(s)))
    assert found.table["value"].tolist() == pytest.approx([0.5, 0.5])
    assert found.table["first"].tolist() == [1.0, 1.0]
    assert found.table["last"].tolist() == [0.0, 0.0]
    assert (found.nothing, found.everything, found.orders) == (0.0, 1.0, 0)


def test_both_are_needed_and_a_third_does_nothing():
    found = shapley(["a", "b", "idle"], lambda s: runs({0, 1} <= s))
    assert found.table["value"].tolist() == pytest.approx([0.5, 0.5, 0.0])


def test_gloves():
    """One left glove, two right ones: 2/3 and 1/6 each (the textbook game)."""
    found = shapley(["left", "right 1", "right 2"], lambda s: runs(0 in s and bool({1, 2} & s)))
    assert found.table["value"].tolist() == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_values_are_those_of_the_definition_and_sum_to_the_whole_effect():
    rng = np.random.default_rng(3)
    worth = {frozenset(s): rng.random(6) for k in range(5) for s in itertools.combinations(range(4), k)}
    found = shapley(list("abcd"), lambda s: worth[s])
    by_orders = np.zeros((4, 6))
    for order in itertools.permutations(range(4)):
        for n, k in enumerate(order):
            by_orders[k] += (worth[frozenset(order[: n + 1])] - worth[frozenset(order[:n])]) / 24
    assert found.table["value"].to_numpy() == pytest.approx(by_orders.mean(axis=1))
    assert found.table["se"].to_numpy() == pytest.approx(by_orders.std(axis=1, ddof=1) / np.sqrt(6))
    assert found.table["value"].sum() == pytest.approx(found.everything - found.nothing)


def test_beyond_eight_factors_orders_are_sampled_and_still_sum():
    weights = np.arange(1.0, 11.0)

    def value(s):
        both = 10.0 * (0 in s and 9 in s)  # one interaction: half of it to either
        return runs(weights[list(s)].sum() + both)

    found = shapley([str(k) for k in range(10)], value, orders=40, seed=2)
    assert found.orders == 40
    expected = weights + np.where(np.isin(np.arange(10), [0, 9]), 5.0, 0.0)
    assert found.table["value"].sum() == pytest.approx(found.everything - found.nothing)
    assert found.table["value"].to_numpy() == pytest.approx(expected)  # an order and its reverse share the interaction evenly
    assert found.table["se"].max() == pytest.approx(0.0, abs=1e-9)
    other = shapley([str(k) for k in range(10)], lambda s: runs(len(s) ** 2 * (3 in s)), orders=40, seed=2)
    assert other.table["se"].iloc[3] > 0.0
    assert other.table["value"].sum() == pytest.approx(100.0)


def test_the_same_seed_samples_the_same_orders():
    def value(s):
        return runs(len(s) ** 2 * (3 in s))

    names = [str(k) for k in range(10)]
    a, b, c = (shapley(names, value, orders=8, seed=k).table["value"].tolist() for k in (1, 1, 2))
    assert a == b
    assert a != c


def configuration(*words):
    plain = OmegaConf.to_container(composed(["thesis=consensus", *words]), resolve=True)
    return {str(k): v for k, v in plain.items()}


def test_all_factors_on_is_the_world_itself_and_all_off_has_no_dated_event():
    config, wedge = configuration("scenario=taliban_rule_1996"), read_wedge("offer+dialogue")
    base = load_world("taliban_rule_1996")[0]
    factors = factors_of(base, config, wedge)
    everyone = frozenset(range(len(factors)))
    whole = world_with(config, wedge, factors, everyone)
    assert not differing(whole.facts, with_wedge(base, wedge).facts)
    bare = world_with(config, wedge, factors, frozenset())
    assert (bare.facts.monthly["news"] == 0).all()
    assert (bare.facts.monthly["setback"] == 0.0).all()
    assert not bare.facts.dialogue.any()


def test_each_factor_switches_off_its_own_events_only():
    config, none = configuration("scenario=taliban_rule_1996", "shock=emir_killed"), read_wedge("none")
    base = load_world("taliban_rule_1996")[0]
    single = factors_of(base, config, none, single=True)
    assert len(single) == len(config["scenario"]["history"]) + len(config["shock"]["events"])
    assert len({f.name for f in single}) == len(single)
    everyone = frozenset(range(len(single)))
    whole = world_with(config, none, single, everyone)
    k = next(n for n, f in enumerate(single) if f.name.startswith("2011-05"))
    without = world_with(config, none, single, everyone - {k})
    months = np.flatnonzero((whole.facts.monthly["news"] != without.facts.monthly["news"]).any(axis=1))
    assert [base.calendar.date(int(t)) for t in months] == ["2011-05"]


# the exact world: a break that both of two instruments cause together, or either alone


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")
@pytest.mark.parametrize(
    ("size", "value", "alone", "on_top"),
    [(0.5, 0.5, 0.0, 1.0), (1.0, 0.5, 1.0, 0.0), (0.2, 0.0, 0.0, 0.0)],
    ids=["both are needed", "either suffices", "too weak together"],
)
def test_shapley_values_of_instruments_are_exact_where_every_choice_is_sure(size, value, alone, on_top):
    pressure = {"name": "history", "title": "as it was"}
    config = {"scenario": SCENARIO, "actors": ACTORS, "months": None, "pressure": pressure, "shock": {}}
    wedge = composed_wedge([isolated(size), pressed(size), named("idle", dialogue={"target": "reds"})])
    s = setting()
    factors = factors_of(s.base, config, wedge)
    table = parameter_table([SURE])

    def broken(kept):
        return run_seen(world_with(config, wedge, factors, kept), table, 8, 1, s.pairs).focal("broken")

    found = shapley([f.name for f in factors], broken)
    of = {name.split(" on ")[0].removeprefix("wedge: "): row for name, row in found.table.iterrows()}
    for name in ("isolation", "kinetic pressure"):
        assert (of[name]["value"], of[name]["se"], of[name]["first"], of[name]["last"]) == (value, 0.0, alone, on_top)
    assert of["dialogue"]["value"] == 0.0
    assert found.everything == 2 * value
