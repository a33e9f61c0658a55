"""Hard constraints, run by run: as the scorecard counts them, and on runs made by hand."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from sim.analysis.calibration import Calibration
from sim.analysis.constraints import CONSTRAINTS, KEPT, violated
from sim.analysis.histories import keeps
from sim.analysis.named_patterns import NamedSeen, ever_dissolves, ever_fight, hostile_every_year, never_broken, sides_of
from sim.analysis.settings import read_settings
from sim.analysis.summaries import LONG
from sim.engine.ensemble import run_ensemble
from sim.engine.outcomes import NEVER, empty_outcomes
from sim.errors import InputError
from sim.world.loading import load_world
from sim.world.names import Event, Level
from sim.world.tables import EVENT

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")
COLUMN = {constraint.name: n for n, constraint in enumerate(CONSTRAINTS)}


@needs_compiler
def test_shares_are_those_of_the_scorecard():
    """Under values that break every constraint now and then, or it would be no test."""
    world = load_world(LONG)[0]
    values = {"restraint.weight": 0.3, "strategy_gap.weight": 3.0, "choice.sharpness": 4.0, "bond.weight": 0.2}
    out = run_ensemble(world, values, 60, 3, events=True)
    seen = NamedSeen(world, out.outcomes, out.events, out.run, sides_of(world))
    kept = (violated(seen) == KEPT).mean(axis=0)
    row, _ = seen.pair("al_qaeda", "taliban")
    assert (out.outcomes.pair["formed"][:, row] != NEVER).all()
    expected = [
        never_broken(seen, "al_qaeda", "taliban"),
        1.0 - ever_fight(seen, "al_qaeda", "taliban"),
        1.0 - ever_dissolves(seen, "aq_core"),
        hostile_every_year(seen, "islamic_state", "taliban", 2018, 2018),
    ]
    assert kept == pytest.approx(expected)
    assert 0.0 < kept[0] < 1.0


def test_months_of_runs_made_by_hand():
    world = load_world(LONG)[0]
    out = empty_outcomes(world, 3)
    events = np.zeros(3, EVENT).view(np.recarray)
    seen = NamedSeen(world, out, events, np.array([1, 1, 2]), sides_of(world))
    row, _ = seen.pair("al_qaeda", "taliban")
    out.pair["formed"][:, row] = [0, 0, NEVER]  # allied at the start, and the third no more at the end of the first month
    out.pair["broken"][:, row] = [NEVER, 40, NEVER]
    out.pair["deepest"][:, row] = Level.MATERIAL
    out.pair["fought"][:, row] = [NEVER, 41, NEVER]
    enemies, _ = seen.pair("islamic_state", "taliban")
    out.year["lowest"][:, -1, enemies] = [Level.RIVALRY, Level.NONE, Level.RIVALRY]
    out.year["level"][:, -1, enemies] = [Level.NONE, Level.NONE, Level.SANCTUARY]  # of the third, some are allied
    events["kind"], events["i"], events["month"] = Event.DISSOLUTION, world.faction("aq_core"), [50, 70, 9]
    events["i"][2] = world.faction("imu")
    found = violated(seen)
    last = world.calendar.index("2018-12")
    assert found[0].tolist()[1:] == [KEPT, KEPT, KEPT]
    assert found[:, COLUMN["never_fought"]].tolist() == [KEPT, 41, KEPT]
    assert found[:, COLUMN["core_survives"]].tolist() == [KEPT, 50, KEPT]
    assert found[:, COLUMN["enmity_held"]].tolist() == [KEPT, last, last]
    assert found[:, COLUMN["never_broken"]].tolist() == [KEPT, 40, 0]


def test_the_core_case_can_be_held_out(tmp_path):
    """Nothing that is said of al-Qaeda and the Taliban rejects or is fitted; the rest is as it was."""
    run, whole = (Calibration(read_settings(name), 1, tmp_path) for name in ("held_out", "wide"))
    assert [CONSTRAINTS[n].name for n in run.asked] == ["enmity_held"]
    fitted = {s.name for s, x in zip(run.summaries, run.observed, strict=True) if np.isfinite(x)}
    both = {s.name for s, x in zip(whole.summaries, whole.observed, strict=True) if np.isfinite(x)}
    assert both - fitted == {n for n in both if n.startswith(("T13", "TB-AQ.", "panel.AQ-TB.", "panel.HQN-AQ."))} | {"T16", "A3"}
    assert fitted < both
    months = np.array([[[4, KEPT, KEPT, KEPT]], [[KEPT, KEPT, KEPT, 9]]], dtype=np.int16)
    assert keeps(months).tolist() == [False, False]
    assert keeps(months, run.asked).tolist() == [True, False]


def test_a_name_that_is_nothing_cannot_be_held_out(tmp_path):
    settings = read_settings("short").model_copy(update={"held_out": ["T13*", "T61"]})
    with pytest.raises(InputError, match=r"held_out.*T61"):
        Calibration(settings, 1, tmp_path)
