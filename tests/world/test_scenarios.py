"""Configuration at the door: what is accepted, and what is refused with which words."""

import numpy as np
import pytest

from sim.errors import InputError
from sim.world.calendar import Calendar
from sim.world.changes import with_pressure, with_shock
from sim.world.instruments import with_wedge
from sim.world.loading import load_world, options, read_option
from sim.world.parameters import checked, default_values, field
from sim.world.scenario import build_world
from sim.world.schema import PressureChoice, ShockConf, WedgeConf, validated
from sim.world.tables import differing, fresh


@pytest.mark.parametrize("name", options("scenario"))
def test_every_scenario_builds(name):
    world, _ = load_world(name)
    assert world.name == name
    presence = world.initial.presence[world.named]
    assert np.allclose(presence.sum(axis=1), 1.0)
    dyad, there = world.facts.dyad, world.initial.faction.present == 1
    assert (world.initial.level[~(there[dyad.first] & there[dyad.second])] == 0).all()
    if name != "synthetic":  # there contacts are bounded: test_synthetic.py
        assert len(dyad) == len(world.factions) * (len(world.factions) - 1) // 2


@pytest.mark.parametrize("name", options("thesis"))
def test_every_thesis_has_a_reading_and_known_parameters(name):
    conf = read_option("thesis", name)["thesis"]
    assert conf["name"] == name
    assert len(conf["reading"]) > 80
    load_world("talks_2018", thesis=name)


@pytest.mark.parametrize("name", options("wedge"))
def test_every_wedge_fits_the_talks(name):
    world, _ = load_world("talks_2018", wedge=name)
    base, _ = load_world("talks_2018")
    assert (world is base) == (name == "none")


@pytest.mark.parametrize("name", options("shock"))
def test_every_shock_fits_the_talks(name):
    world, _ = load_world("talks_2018")
    shocked = with_shock(world, validated(ShockConf, read_option("shock", name), name))
    assert bool(differing(world.facts, shocked.facts)) == (name != "none")


@pytest.mark.parametrize("name", options("pressure"))
def test_every_pressure_choice_is_valid(name):
    world, _ = load_world("talks_2018")
    scaled = with_pressure(world, validated(PressureChoice, read_option("pressure", name), name))
    assert bool(differing(world.facts, scaled.facts)) == (name != "history")


def refused(scenario, actors, *words):
    with pytest.raises(InputError) as caught:
        build_world(scenario, actors)
    for word in words:
        assert word in str(caught.value)


def test_unknown_faction_offers_the_nearest(scenario, actors):
    scenario["ties"][0]["between"] = ["redd", "pink"]
    refused(scenario, actors, "mini", "ties[0]", "redd", "'red'")


def test_value_out_of_range_says_what_is_allowed(scenario, actors):
    actors["red"]["strategy"] = 1.5
    refused(scenario, actors, "actors.red", "strategy", "1.5", "less than or equal to 1")


def test_unknown_field_offers_the_nearest(scenario, actors):
    actors["red"]["strateggy"] = 0.5
    refused(scenario, actors, "strateggy", "strategy")


@pytest.mark.parametrize("date", ["2000-13", "yesterday", "2000"])
def test_impossible_dates(scenario, actors, date):
    scenario["history"][0]["date"] = date
    refused(scenario, actors, "date")


def test_dates_outside_the_run(scenario, actors):
    scenario["history"][0]["date"] = "1999-01"
    refused(scenario, actors, "history[0]", "before the start")
    scenario["history"][0]["date"] = "2001-01"
    scenario["watch"] = [["2030-01", 0.5]]
    refused(scenario, actors, "watch", "beyond the horizon")
    scenario["watch"] = [["2003-01", 0.5], ["2002-01", 0.6]]
    refused(scenario, actors, "watch", "rising")


def test_no_months(scenario, actors):
    with pytest.raises(InputError, match="a whole number, 1 to 1200"):
        build_world(scenario, actors, months=0)


def test_unknown_names_of_options():
    with pytest.raises(InputError, match="talks_2018"):
        load_world("talks_2019")
    with pytest.raises(InputError, match="consensus"):
        load_world("talks_2018", thesis="concensus")


def test_unknown_or_infinite_parameters():
    with pytest.raises(InputError, match=r"bond\.weight"):
        checked({"bond.wieght": 1.0})
    with pytest.raises(InputError, match="finite"):
        checked({"bond.weight": float("nan")})
    assert field("bond.weight") == "bond_weight"
    assert len({field(p) for p in default_values()}) == len(default_values())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"target": "purple", "about": "blues"}, "purple"),
        ({"target": "reds"}, "about"),
        ({"target": "reds", "about": "blues", "start": "1990-01"}, "outside the run"),
        ({"target": "reds", "about": "blues", "start": "2002-01", "end": "2001-01"}, "before the start"),
        ({"target": "reds", "about": "reds"}, "target itself"),
    ],
)
def test_a_wedge_that_does_not_fit(world, change, words):
    wedge = WedgeConf.model_validate({"name": "w", "title": "w", "isolation": change})
    with pytest.raises(InputError, match=words):
        with_wedge(world, wedge)


def test_a_shortened_world_keeps_its_first_months(scenario, actors):
    long, short = build_world(scenario, actors), build_world(scenario, actors, months=30)
    assert short.calendar.months == 30
    assert long.facts.monthly[:30].tobytes() == short.facts.monthly.tobytes()
    longer = build_world(scenario, actors, months=120)
    assert longer.facts.monthly[:96].tobytes() == long.facts.monthly.tobytes()


def test_facts_cannot_be_written(world):
    with pytest.raises(ValueError, match="read-only"):
        world.facts.watch[0] = 1.0


def test_a_fresh_state_shares_no_memory(world):
    copy = fresh(world.initial)
    for a, b in zip(copy, world.initial, strict=True):
        assert not np.shares_memory(a, b)


def test_calendar():
    calendar = Calendar("1996-09", 265)
    assert calendar.date(264) == "2018-09"
    assert calendar.index("2001-10") == 61
    assert calendar.date(calendar.year_ends()[0]) == "1996-12"
    assert calendar.year_ends()[-1] == 264
