"""Switching a mechanism off."""

import pytest

from sim.errors import InputError
from sim.rules.switches import PROCESSES, SWITCHES, switched_off
from sim.rules.weigh import TERM_NAMES
from sim.world.parameters import parameter_table


def test_every_switch_sets_parameters_of_the_model_to_zero():
    assert set(SWITCHES) == set(TERM_NAMES) | set(PROCESSES)
    assert not set(TERM_NAMES) & set(PROCESSES)  # a process of the same name would hide the term
    for name in TERM_NAMES:
        assert SWITCHES[name] == {f"{name}.weight": 0.0}
    for name, values in SWITCHES.items():
        assert values
        assert all(x == 0.0 for x in values.values()), name
        parameter_table([values])  # all of them exist


def test_several_mechanisms_are_switched_off_at_once():
    assert switched_off(["bond", "spoiling"]) == {"bond.weight": 0.0, "talks.spoil": 0.0, "attacks.spoiling": 0.0}
    assert switched_off([]) == {}


def test_an_unknown_mechanism_is_refused_with_the_nearest_name():
    with pytest.raises(InputError, match="defections"):
        switched_off(["defection"])
