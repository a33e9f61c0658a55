"""The state of a page as data: what is refused, what comes back from a file."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import InputError
from sim.lab.describe import describe
from sim.lab.state import MOST_YAML, State, checked_state, from_yaml, scenarios, to_yaml, world_under
from sim.world.instruments import INSTRUMENTS, with_wedge
from sim.world.loading import load_world
from sim.world.packages import read_wedge
from sim.world.tables import differing

EXPOSURE = {"instrument": "exposure", "target": "taliban", "about": "al_qaeda", "size": 0.15}


def test_the_wedge_of_the_page_is_the_wedge_of_the_file():
    state = checked_state({"scenario": "talks_2018", "wedge": [EXPOSURE]})
    expected = with_wedge(load_world("talks_2018")[0], read_wedge("expose_ties"))
    assert not differing(world_under(state).facts, expected.facts)


def test_the_order_in_which_instruments_were_added_does_not_matter():
    other = {"instrument": "dialogue", "target": "taliban", "size": 0.4, "start": "2019-01", "end": "2019-06"}
    one, two = (checked_state({"wedge": uses}) for uses in ([EXPOSURE, other], [other, EXPOSURE]))
    assert not differing(world_under(one).facts, world_under(two).facts)


@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.floats(0, 1, allow_nan=False),
    weight=st.floats(0, 3),
    start=st.sampled_from([None, "2018-09", "2020-01"]),
    draws=st.sampled_from(["", "posterior"]),
)
@settings(max_examples=25, deadline=None)
def test_a_file_brings_back_the_same_state(seed, size, weight, start, draws):
    use = {**EXPOSURE, "size": size} | ({"start": start} if start else {})
    rest = {"focus": "haqqani-al_qaeda", "draws": draws, "parameters": {"bond.weight": weight}}
    state = checked_state({"seed": seed, "wedge": [use], **rest})
    assert from_yaml(to_yaml(state, 1000)) == state


def test_the_file_says_how_to_run_it():
    text = to_yaml(checked_state({"wedge": [EXPOSURE]}), 1000)
    assert "alliances compare from=FILE" in text
    assert yaml.safe_load(text)["replicates"] == 1000
    assert "alliances compare from=FILE parameters=posterior" in to_yaml(State(draws="posterior"), 1000)


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ({"scenario": "talks_2019"}, "scenario"),
        ({"scenario": "synthetic"}, "scenario"),
        ({"scenario": "../../etc/passwd"}, "scenario"),
        ({"thesis": "consensu"}, "consensus"),
        ({"draws": "prior"}, "posterior"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**32}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"focus": "haqqani"}, "focus"),
        ({"focus": "x" * 200 + "-y"}, "focus"),
        ({"wedge": [{**EXPOSURE, "size": 1.2}]}, "size"),
        ({"wedge": [{**EXPOSURE, "size": float("nan")}]}, "size"),
        ({"wedge": [{**EXPOSURE, "size": float("inf")}]}, "size"),
        ({"wedge": [{**EXPOSURE, "instrument": "exposur"}]}, "exposure"),
        ({"wedge": [{**EXPOSURE, "target": "nobody"}]}, "nobody"),
        ({"wedge": [{**EXPOSURE, "start": "2019-13"}]}, "start"),
        ({"wedge": [{**EXPOSURE, "start": "1990-01"}]}, "outside"),
        ({"wedge": [{**EXPOSURE, "range": [0, 1]}]}, "range"),
        ({"wedge": [EXPOSURE] * 13}, "wedge"),
        ({"wedge": [EXPOSURE, {**EXPOSURE, "size": 0.4}]}, "contradicts"),
        ({"parameters": {"bond.wait": 1.0}}, "bond.weight"),
        ({"parameters": {"bond.weight": 99.0}}, "bond.weight"),
        ({"parameters": {"bond.weight": float("nan")}}, "bond.weight"),
        ({"parameters": {"__class__": 1.0}}, "__class__"),
        ({"colour": "red"}, "colour"),
        ([], "mapping"),
    ],
)
def test_what_is_refused_in_words(data, named):
    with pytest.raises(InputError) as caught:
        checked_state(data)
    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a: " + "x" * MOST_YAML, "bytes"),
        ("a: &a [1]\nb: [*a, *a]", "anchors"),
        ("!!python/object/apply:os.system ['true']", "YAML"),
        ("scenario: [", "YAML"),
        ("- 1", "mapping"),
        ("scenarioo: talks_2018", "scenario"),
        ("wedge: {exposure: {target: taliban, about: al_qaeda, size: .nan}}", "size"),
        ("wedge: {exposur: {target: taliban}}", "exposure"),
        ("[" * 5000, "YAML"),
    ],
)
def test_files_are_data_and_nothing_else(text, named):
    with pytest.raises(InputError) as caught:
        from_yaml(text)
    assert named in str(caught.value)


@pytest.mark.parametrize("name", scenarios())
def test_every_instrument_is_offered_in_every_scenario_and_only_where_it_fits(name):
    found = describe(name)
    assert {i["instrument"] for i in found["instruments"]} == set(INSTRUMENTS)
    assert set(found["places"]) == set(load_world(name)[0].places)
    for preset in found["presets"]:
        checked_state({"scenario": name, "wedge": preset["wedge"]})
    for i in found["instruments"]:
        terms = {k: i[k] for k in ("instrument", "size", "credibility", "verification")}
        offered = [(t["name"], p["name"] if p else None) for t in i["targets"] for p in t["partners"] or [None]]
        assert (i["target"], i["about"]) in offered  # what it begins with
        assert all(t["title"] for t in i["targets"])
        for target, about in offered:
            checked_state({"scenario": name, "wedge": [{**terms, "target": target, "about": about}]})


def test_nothing_is_parted_from_itself_to_begin_with():
    for name in scenarios():
        world = load_world(name)[0]
        for i in describe(name)["instruments"]:
            if i["about"]:
                target, homes = i["target"], world.facts.faction.home
                home = world.organisations[homes[world.factions.index(target)]] if target in world.factions else target
                assert home != i["about"]


def test_a_changed_state_is_another():
    state = State()
    assert state.under("cost_benefit_only").thesis == "cost_benefit_only"
    assert checked_state({"wedge": [EXPOSURE]}).without_wedge() == state
