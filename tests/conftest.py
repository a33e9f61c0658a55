"""Worlds small enough to reason about, shared by the tests."""

import copy

import pytest
from hypothesis import settings

from sim.world.scenario import build_world

settings.register_profile("suite", deadline=None, derandomize=True)  # no timing in tests; the same cases every time
settings.load_profile("suite")

ACTORS = {
    "red": {
        "title": "Red", "organisation": "reds", "fighters": 5000, "doctrine": 0.1, "scope": 0.2, "strategy": 0.4,
        "disposition": 0.6, "brand": 0.8, "recognition": 0.7, "presence": {"north": 0.6, "south": 0.4},
        "capability": {"sanctuary": 0.8, "manpower": 0.9, "logistics": 0.5}, "need": {"explosives": 0.8, "finance": 0.5},
        "enmity": {"state": 1.0}, "patrons": {"pat": 0.7}, "leader": {"authority": 0.8, "founder": True},
    },
    "pink": {
        "title": "Pink", "organisation": "reds", "fighters": 2000, "doctrine": 0.2, "scope": 0.3, "strategy": 0.7,
        "disposition": 0.1, "capability": {"explosives": 0.7}, "need": {"finance": 0.8}, "enmity": {"state": 1.0},
        "presence": {"north": 1.0}, "recognition": 0.5,
    },
    "blue": {
        "title": "Blue", "organisation": "blues", "fighters": 400, "doctrine": 0.9, "scope": 1.0, "strategy": 0.3,
        "disposition": 0.2, "foreign": 0.8, "presence": {"north": 0.5, "south": 0.5}, "enmity": {"state": 1.0},
        "capability": {"explosives": 0.9, "finance": 0.7, "propaganda": 0.8, "administration": 0.8},
        "need": {"sanctuary": 1, "manpower": 0.5},
    },
    "black": {
        "title": "Black", "organisation": "blacks", "fighters": 1500, "doctrine": 1.0, "scope": 0.9, "strategy": 0.95,
        "disposition": 0.0, "recognition": 0.0, "reputation": 0.7, "capability": {"propaganda": 0.9},
        "need": {"explosives": 0.8}, "enmity": {"state": 1.0}, "presence": {"north": 1.0},
    },
}  # fmt: skip

SCENARIO = {
    "name": "mini", "title": "Mini", "description": "A small world.", "start": "2000-01", "months": 96,
    "focal": ["reds", "blues"],
    "organisations": {"reds": {"emir": "red"}, "blues": {"emir": "blue"}, "blacks": {"emir": "black"}},
    "factions": {
        "red": {}, "pink": {}, "blue": {},
        "black": {"entry": "2003-01", "drawn_from": "pink", "drawn_share": 0.5},
    },
    "states": {"state": {"kind": "coalition", "campaign": [["2001-01", 0.8]]}, "pat": {"kind": "patron"}},
    "ties": [
        {"between": ["red", "pink"], "level": "joint", "trust": 0.7, "embedded": 0.6, "age": 60},
        {"between": ["red", "blue"], "level": "sanctuary", "trust": 0.5, "embedded": 0.3, "personal": 0.6, "age": 12},
        {"between": ["pink", "blue"], "level": "sanctuary", "trust": 0.6, "embedded": 0.5, "age": 60},
        {"between": ["red", "black"], "level": "rivalry"},
    ],
    "stances": [{"of": "reds", "toward": "blues", "stance": "embrace"}],
    "pledges": [{"by": "blues", "to": "reds", "answer": "accepted"}],
    "history": [
        {"date": "2004-05", "event": "concealed_death", "actor": "red"},
        {"date": "2005-05", "event": "disclosure", "actor": "red", "successor": {"authority": 0.5}},
        {"date": "2002-02", "event": "setback", "actor": "reds", "size": 0.5},
    ],
    "pressure": {
        "kinetic": {"reds": [["2001-01", 0.5]], "blues": [["2001-01", 0.6]]},
        "targeting": {"blues": [["2001-01", 0.5]]},
        "coercion": {"reds": [["2001-06", 0.5]]},
        "denial": {"south": [["2005-01", 0.5]]},
    },
    "policy": [
        {
            "of": "reds", "toward": "blues", "isolation": [["2000-01", 0.5]], "offer": [["2004-01", 0.7]],
            "credibility": [["2004-01", 0.6]], "verification": [["2004-01", 0.6]],
        }
    ],
    "watch": [["2001-01", 0.8]],
}  # fmt: skip


@pytest.fixture
def scenario():
    """A scenario that a test may change."""
    return copy.deepcopy(SCENARIO)


@pytest.fixture
def actors():
    """Actor profiles that a test may change."""
    return copy.deepcopy(ACTORS)


@pytest.fixture(scope="session")
def world():
    """The small world: three organisations, a state and a patron, eight years."""
    return build_world(SCENARIO, ACTORS)
