"""Configuration at the door: what is accepted, and what is refused with which words."""

import numpy as np
import pytest

from sim.errors import InputError
from sim.world.calendar import Calendar
from sim.world.changes import with_pressure, with_shock
from sim.world.instruments import WedgeConf, with_wedge
from sim.world.loading import load_world, options, read_option
from sim.world.parameters import checked, default_values, field
from sim.world.scenario import build_world
from sim.world.schema import PressureChoice, ShockConf, validated
from sim.world.tables import PLACE_DENIED, differing, fresh


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


def test_months_of_denial_are_flagged_and_those_of_governance_are_not(world):
    denied = np.arange(96) >= world.calendar.index("2005-01")
    assert ((world.facts.busy & PLACE_DENIED > 0) == denied).all()
    wedge = WedgeConf.model_validate({"name": "w", "title": "w", "governance": {"target": "all", "size": 0.4}})
    governed = with_wedge(world, wedge)
    assert (governed.facts.governance == 0.4).all()
    assert (governed.facts.busy == world.facts.busy).all()


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


def test_claims_hold_from_their_date(scenario, actors):
    scenario["claims"] = {"reds": "1996-04", "blacks": "2001-03"}  # reds claimed before the start
    claim = build_world(scenario, actors).facts.claim
    assert claim.shape == (96, 5)  # three organisations and two slots
    assert (claim[:, 0] == 1.0).all()
    assert claim[:14, 2].tolist() == [0.0] * 14
    assert claim[14:, 2].tolist() == [1.0] * 82
    assert not claim[:, [1, 3, 4]].any()
    short = build_world(scenario, actors, months=10).facts.claim
    assert short.tolist() == claim[:10].tolist()
    assert not build_world({**scenario, "claims": {}}, actors).facts.claim.any()


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"redds": "2001-01"}, ["claims.redds", "unknown name 'redds'", "did you mean 'reds'"]),
        ({"red": "2001-01"}, ["claims.red", "unknown name 'red'"]),  # a faction is no organisation
        ({"reds": "2001-13"}, ["claims.reds", "2001-13"]),
        ({"reds": "soon"}, ["claims.reds", "soon"]),
        ({"reds": "2030-01"}, ["claims.reds", "beyond the horizon", "2007-12"]),
    ],
)
def test_a_claim_that_does_not_fit_is_refused(scenario, actors, claims, words):
    scenario["claims"] = claims
    refused(scenario, actors, "mini", *words)


def test_the_audience_of_an_actor_is_that_of_the_faith_unless_it_says_otherwise(scenario, actors):
    assert build_world(scenario, actors).facts.faction.islamist.tolist() == [1.0] * 6
    actors["blue"]["islamist"] = 0.25
    assert build_world(scenario, actors).facts.faction.islamist.tolist() == [1.0, 1.0, 0.25, 1.0, 1.0, 1.0]
    actors["blue"]["islamist"] = 1.5
    refused(scenario, actors, "actors.blue", "islamist", "1.5", "less than or equal to 1")


def test_trust_lost_by_a_dated_event_leaves_a_quarrel_and_by_an_instrument_none(scenario, actors):
    date = {"date": "2001-02", "actor": "reds", "toward": "blues"}
    scenario["history"] = [
        {**date, "event": "trust", "size": -0.4},
        {**date, "event": "trust", "size": 0.3, "actor": "blue", "toward": "black"},
        {**date, "event": "bond", "size": -0.2, "actor": "red", "toward": "black"},
    ]
    world = build_world(scenario, actors)

    def events(world):
        names = [tuple(sorted(world.factions[k] for k in (d.first, d.second))) for d in world.facts.dyad]
        return {(names[e.dyad], int(e.month)): (e.trust, e.bond, e.exposure, e.quarrel) for e in world.facts.dyad_event}

    dated = {
        (("blue", "red"), 13): (-0.4, 0.0, 0.0, 0.4),
        (("blue", "pink"), 13): (-0.4, 0.0, 0.0, 0.4),
        (("black", "blue"), 13): (0.3, 0.0, 0.0, 0.0),
        (("black", "red"), 13): (0.0, -0.2, 0.0, 0.0),
    }
    assert events(world) == dated
    sown = {"target": "red", "about": "blues", "size": 0.1, "start": "2001-05", "end": "2001-06"}
    wedge = WedgeConf.model_validate({"name": "w", "title": "w", "distrust": sown})
    sown_too = {(("blue", "red"), t): (-0.1, 0.0, 0.0, 0.0) for t in (16, 17)}
    assert events(with_wedge(world, wedge)) == dated | sown_too


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


def test_support_withdrawn_from_the_first_month_is_missed():
    base, pressed = load_world("talks_2018")[0], load_world("talks_2018", wedge="press_patron")[0]
    i = base.faction("haqqani")
    known = base.facts.monthly["support"][0, i]
    assert pressed.initial.faction["supported"][i] == known == base.initial.faction["supported"][i]
    assert pressed.facts.monthly["support"][0, i] == pytest.approx(0.6 * known)
