"""Compositions in one process do not leak into each other."""

from sim.runs.config import composed, plan_of
from sim.world.loading import options, thesis_values
from sim.world.parameters import default_values


def test_every_thesis_keeps_its_own_parameters():
    readings = plan_of(["scenario=talks_2018"]).readings
    assert [r.name for r in readings] == options("thesis")
    for reading in readings:
        assert reading.parameters == {**default_values(), **thesis_values(reading.name)}, reading.name


def test_a_later_composition_changes_no_earlier_one():
    first = composed(["scenario=talks_2018", "thesis=consensus", "parameters.bond.weight=0.7"])
    composed(["scenario=sahel_2020", "thesis=cost_benefit_only", "wedge=offer", "parameters.bond.weight=0.2"])
    assert first.parameters.bond.weight == 0.7
    assert first.scenario.name == "talks_2018"
    assert composed(["thesis=consensus"]).parameters.bond.weight == default_values()["bond.weight"]
