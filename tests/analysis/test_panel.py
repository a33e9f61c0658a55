"""The coded history by year, and how likely runs make it, on tables small enough to count by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.named_patterns import NamedSeen, sides_of, slice_of, years_fought
from sim.analysis.panel import (
    FIRST,
    LAST,
    UNKNOWN,
    PanelDyad,
    coded,
    composite_log_likelihood,
    effective_terms,
    panel_dyads,
    panel_features,
    simulated_states,
    states_of,
)
from sim.engine.outcomes import ABSENT, empty_outcomes
from sim.errors import InputError
from sim.world.loading import load_world
from sim.world.names import Event, Level
from sim.world.tables import EVENT

_ = UNKNOWN
YEARS = LAST - FIRST + 1


def dyad(name="X", *, coarse=False):
    return PanelDyad.model_validate(
        {"name": name, "of": ["a"], "with": ["b"], "first": FIRST, "last": LAST, "codes": ["X-Y"], "coarse": coarse}
    )


def row(*values):
    """The first years of the panel; the others are unknown."""
    return np.array([*values, *[UNKNOWN] * (YEARS - len(values))], dtype=np.int8)


def test_the_coded_history():
    # 1996 to 2018, a column a year: -1 hostile, 0 none, 1 rhetorical, 2 material, 3 sanctuary, 4 joint
    expected = {
        "AQ-TB": [3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 2, 2],
        "HQN-AQ": [3] * 23,
        "IMU-TB": [_, _, _, *[3] * 16, -1, _, _, _],
        "AQ-IS": [*[_] * 8, 4, 4, 2, 2, 2, 2, 1, 1, 1, 1, -1, -1, -1, -1, -1],
        "Nusra-IS": [*[_] * 17, *[-1] * 6],
        "TB-ISK": [*[_] * 19, *[-1] * 4],
        "TTP-ISK": [*[_] * 19, *[-1] * 4],
        "AQ-TTP": [*[_] * 11, *[2] * 11, _],
        "LeT-TB": [*[_] * 9, 2, 2, 2, 2, 0, 0, 0, 2, 0, 0, 0, 2, 0, _],
        "LeT-HQN": [*[_] * 12, 4, *[_] * 10],
        "IMU-TTP(attack)": [*[_] * 18, 4, *[_] * 4],
        "TTP-TB": [*[_] * 12, 0, *[2] * 9, _],
        "IMU-TTP": [*[_] * 11, *[2] * 7, *[_] * 5],
        "AQ-IMU": [*[_] * 6, 2, *[0] * 8, 2, 0, 0, 0, 2, _, _, _],
        "AQ-LeT": [*[_] * 5, 2, 2, 2, 2, 2, 0, 0, 2, *[0] * 9, _],
    }
    dyads = panel_dyads()
    assert {d.name: states.tolist() for d, states in zip(dyads, coded(dyads), strict=True)} == expected


def test_a_wrong_dyad_is_refused():
    with pytest.raises(ValueError, match="not by both"):
        PanelDyad.model_validate({"name": "X", "of": ["a"], "with": ["b"], "first": 2000, "last": 2001})
    with pytest.raises(ValueError, match="before the first"):
        PanelDyad.model_validate({"name": "X", "of": ["a"], "with": ["b"], "first": 2001, "last": 2000, "codes": ["X-Y"]})


def test_states():
    deepest = np.array([Level.CONTACT, Level.MATERIAL, Level.ARMED_CONFLICT, Level.JOINT, ABSENT])
    lowest = np.array([Level.RIVALRY, Level.RIVALRY, Level.ARMED_CONFLICT, Level.JOINT, ABSENT])
    assert states_of(deepest, lowest).tolist() == [-1, Level.MATERIAL, -1, Level.JOINT, UNKNOWN]
    assert states_of(np.array([1]), np.array([0])).tolist() == [1]


def test_features_by_hand():
    # six years of the first period and two of the second
    observed = row(3, 3, 2, 2, 0, -1, -1, 2)[None]
    names, values = panel_features([dyad()], observed, observed[None])
    found = dict(zip(names, values[0].tolist(), strict=True))
    assert found == pytest.approx(
        {
            "panel.X.material.all": 5 / 8, "panel.X.material.1996-2001": 4 / 6, "panel.X.material.2002-2009": 1 / 2,
            "panel.X.sanctuary.all": 2 / 8, "panel.X.sanctuary.1996-2001": 2 / 6, "panel.X.sanctuary.2002-2009": 0.0,
            "panel.X.hostile.all": 2 / 8, "panel.X.hostile.1996-2001": 1 / 6, "panel.X.hostile.2002-2009": 1 / 2,
            "panel.X.changes": 4.0, "panel.X.first_hostile": 5.0,
        }
    )  # fmt: skip


def test_features_count_coded_years_alone():
    observed = row(UNKNOWN, 2, 2)[None]
    runs = np.stack([row(-1, 0, 2)[None], row(2, UNKNOWN, UNKNOWN)[None]])
    names, values = panel_features([dyad()], observed, runs)
    assert names == [f"panel.X.{n}" for n in ("material.all", "sanctuary.all", "hostile.all", "changes", "first_hostile")]
    assert values.tolist() == [[0.5, 0.0, 0.0, 1.0, 2.0], [0.0, 0.0, 0.0, 0.0, 2.0]]


def test_a_coarse_dyad_knows_support_and_no_more():
    observed = row(2, 0, 2)[None]
    names, values = panel_features([dyad(coarse=True)], observed, np.stack([row(4, -1, UNKNOWN)[None]]))
    assert names == ["panel.X.material.all", "panel.X.changes"]
    assert values.tolist() == [[1 / 3, 1.0]]


def test_terms_that_move_together_count_once():
    states = np.random.default_rng(1).integers(0, 2, size=(4000, 4)).astype(float)
    assert effective_terms(states[:, [0, 0, 0]]) == pytest.approx(1.0)
    assert effective_terms(states) == pytest.approx(4.0, abs=0.01)
    assert effective_terms(states[:, [0, 0, 1, 1]]) == pytest.approx(2.0, abs=0.01)
    assert effective_terms(np.column_stack([states[:, 0], np.ones(4000)])) == pytest.approx(2.0)
    with pytest.raises(InputError, match="4 or more"):
        effective_terms(states[:3])


def test_composite_likelihood_by_hand():
    observed = row(3, 3)[None]
    runs = np.stack([row(3, 3)[None], row(3, 3)[None], row(2, 2)[None], row(UNKNOWN, UNKNOWN)[None]])
    # two of four runs are in the state in either year, half a run is added to each of seven states, and the years are one
    one = np.log((2 + 0.5) / (4 + 3.5))
    assert composite_log_likelihood([dyad()], observed, runs) == pytest.approx(one)
    coarse = np.log((3 + 0.5) / (4 + 1.0))
    assert composite_log_likelihood([dyad(coarse=True)], row(2, 2)[None], runs) == pytest.approx(coarse)


def test_a_state_that_no_run_shows_is_unlikely_and_not_impossible():
    runs = np.stack([row(0, 0)[None]] * 10)
    found = composite_log_likelihood([dyad()], row(-1, -1)[None], runs)
    assert found == pytest.approx(2 * np.log(0.5 / 13.5))


# runs of the long scenario, made by hand


@pytest.fixture(scope="module")
def world():
    return load_world("taliban_rule_1996")[0]


def hand_made(world, runs):
    sides = sides_of(world)
    return NamedSeen(world, empty_outcomes(world, runs), np.zeros(0, EVENT), np.zeros(0, dtype=np.int64), sides)


def test_states_of_runs(world):
    seen = hand_made(world, 2)
    level = seen.outcomes.dyad_year
    level[0, :, seen.between("aq_core", "taliban_political")] = Level.CONTACT
    level[0, :, seen.between("aq_core", "taliban_military")] = Level.RIVALRY
    level[0, 5:, seen.between("aq_core", "taliban_military")[0]] = Level.SANCTUARY
    level[1, :, seen.between("aq_core", "haqqani")] = Level.JOINT
    dyads = panel_dyads()
    found = simulated_states(seen, dyads)
    assert found.shape == (2, len(dyads), YEARS)
    assert found[0, 0].tolist() == [-1] * 5 + [3] * (YEARS - 5)
    assert found[0, 1].tolist() == [UNKNOWN] * YEARS
    assert found[1, 1].tolist() == [4] * YEARS
    assert slice_of(seen, 1, 1).runs == 1


def test_years_fought(world):
    seen = hand_made(world, 2)
    seen.outcomes.dyad_year[0, seen.years(2016, 2016), seen.between("taliban_military", "isis_k")] = Level.ARMED_CONFLICT
    events = np.zeros(1, EVENT).view(np.recarray)
    events.month, events.kind, events.after = world.calendar.index("2018-03"), Event.TIE_DOWN, Level.ARMED_CONFLICT
    events.i, events.j = world.faction("haqqani"), world.faction("isis_k")
    seen = NamedSeen(world, seen.outcomes, events, np.array([1]), seen.sides)
    # what stands at the end of 2016 was fought in it and goes on into 2017; what begins in 2018 counts in that year
    assert years_fought(seen, "taliban", "isis_k", 2015, 2018).tolist() == [
        [False, True, True, False],
        [False, False, False, True],
    ]
