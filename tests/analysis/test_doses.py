"""Dose and response: by hand, as configured, and measured for every instrument; and packages that end the core alliance."""

import numba
import numpy as np
import pytest

from sim.analysis.scorecard import Measured
from sim.analysis.wedges.doses import Dose, Response, candidates, response
from sim.analysis.wedges.effects import paired
from sim.engine.outcomes import NEVER
from sim.errors import InputError
from sim.measures.alliances import pairs_of
from sim.papers.experiment import read_experiment
from sim.world.instruments import INSTRUMENTS
from sim.world.loading import load_world
from sim.world.names import Event
from sim.world.schema import validated

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")

LOOSENS = {
    "isolation", "offer", "selective_inducement", "repudiation_demand", "halt_order", "exposure", "distrust", "governance",
    "sanctuary_denial", "financial_interdiction",
}  # fmt: skip
"""Instruments that an article recommends, or says, to loosen a tie (the claims in conf/wedge); the others may do either."""
ACTS_NOWHERE = {
    "financial_interdiction": "bacon_2018.81: the host no longer needs the guest's money. Interdicted money recruits fewer men "
    "(rules/processes/resources.py, recruits), and no term of a tie reads it",
}
TURNED = {
    "governance": "a host whose ground is governed can shelter less, which frees it of the host's larger burden "
    "(terms/burden.py); the loss is the guest's, and the host decides. It loosens other ties (insurgency_2001, Taliban and IMU)",
    "sanctuary_denial": "as government reach: what is denied to the guest's host frees it of the burden of hosting",
}
"""Instruments of which the model shows the opposite of the claim, and why. Whoever mends that takes the name out."""


def doses():
    return {dose.instrument: dose for dose in read_experiment("dose_response").runs.doses}


def test_a_response_by_hand():
    base = np.array([2.0, 3.0, 1.0, 2.0])
    falling = Response(np.array([0.0, 0.5, 1.0]), np.stack([base, base - 0.5, base - [1.0, 1.5, 1.0, 0.5]]))
    assert falling.effects[0] == (0.0, 0.0)
    assert falling.effects[1] == (-0.5, 0.5 / 4)  # every run says the same: half a run's worth of a rung
    assert falling.effects[2] == (-1.0, pytest.approx(np.std([1.0, 1.5, 1.0, 0.5], ddof=1) / 2))
    assert falling.clear(3.0)
    assert falling.monotone(3.0)
    turning = Response(falling.sizes, falling.depth[[0, 2, 1]])
    assert turning.clear(3.0)
    assert not turning.monotone(1.0)
    assert turning.monotone(4.0)  # half a rung back, with an error of 0.2
    flat = Response(falling.sizes, falling.depth[[0, 0, 0]])
    assert not flat.clear(0.0)
    assert not flat.monotone(3.0)


def test_every_instrument_has_a_dose_that_fits_its_scenario():
    found = read_experiment("dose_response").runs.doses
    assert sorted(dose.instrument for dose in found) == sorted(INSTRUMENTS)
    for dose in found:
        world, base = dose.world(1.0), load_world(dose.scenario)[0]
        assert world is not base
        assert world.name == base.name
        assert len(world.members(dose.parties[0])) * len(world.members(dose.parties[1])) > 0


def test_the_screen_tries_every_instrument_both_ways():
    tried = [(d.instrument, d.use.target, d.use.about) for d in candidates("talks_2018") if d.between == "al_qaeda-taliban"]
    assert {name for name, _, _ in tried} == set(INSTRUMENTS)
    assert len(tried) == len(set(tried))
    assert {("halt_order", "taliban", "al_qaeda"), ("halt_order", "al_qaeda", "taliban")} <= set(tried)
    assert ("governance", "all", None) in tried
    assert ("withdrawal", "coalition", None) in tried


@pytest.mark.parametrize(
    ("wrong", "said"), [({"instrument": "bribe"}, "kinetic_pressure"), ({"between": "taliban"}, "two actors joined by a dash")]
)
def test_a_dose_that_cannot_be_read(wrong, said):
    right = {"instrument": "isolation", "scenario": "talks_2018", "between": "taliban-al_qaeda", "use": {"target": "taliban"}}
    assert validated(Dose, right, "here").parties == ("taliban", "al_qaeda")
    with pytest.raises(InputError, match=said):
        validated(Dose, right | wrong, "here")


@needs_compiler
@pytest.mark.statistical
def test_every_instrument_acts_the_more_the_more_of_it_there_is():
    """No dose, half and all of it, 300 runs on seed 15.

    A step may go the wrong way by four standard errors, and an effect must be two clear of zero and of a size that is told:
    a model in which all of this holds fails in fewer than two of a hundred seeds.
    """
    measured = Measured({}, 300, 15)
    wrong = []
    for name, dose in doses().items():
        found = response(measured, dose, (0.0, 0.5, 1.0))
        change = found.effects[-1][0]
        acts = found.clear(2.0) and found.monotone(4.0)
        if acts == (name in ACTS_NOWHERE):
            wrong.append(f"{name}: {found.effects}")
        if acts and name in LOOSENS and (change > 0.0) != (name in TURNED):
            wrong.append(f"{name} goes the other way: {found.effects}")
    assert not wrong, wrong


@needs_compiler
def test_what_a_dose_does_to_a_tie_is_not_the_end_of_a_side():
    """A faction that is gone has no tie: that would count as a change of depth, and no tie was loosened."""
    measured = Measured({}, 50, 15)
    for dose in doses().values():
        seen = measured.under(dose.world(1.0))
        ours = {i for party in dose.parties for i in seen.world.members(party)}
        gone = seen.events["i"][seen.events["kind"] == Event.DISSOLUTION]
        assert not ours & set(gone.tolist()), dose


@needs_compiler
@pytest.mark.statistical
def test_packages_change_the_risk_that_the_core_alliance_ever_ends():
    """Two of them, 1,000 runs on seed 15: the interval leaves out zero. Fails in fewer than one of a hundred seeds."""
    measured, scenario = Measured({}, 1000, 15), "taliban_rule_1996"

    def ended(seen):
        row, _ = seen.pair("al_qaeda", "taliban")
        return (pairs_of(seen.world, seen.outcomes)[:, row]["broken"] != NEVER).astype(float)

    before = ended(measured.runs(scenario))
    for package in ("ahmad_2019_package", "elias_package"):
        change = paired(before, ended(measured.under(load_world(scenario, wedge=package)[0])), "share")
        assert change.low > 0.0, (package, change)
