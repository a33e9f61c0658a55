"""The wide summaries: what was observed, computed from the tables, and what hand-made runs give."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.named_patterns import NamedSeen, sides_of, slice_of
from sim.analysis.patterns import GlobalSeen
from sim.analysis.simulator import GlobalWorld
from sim.analysis.summaries import ANOTHER_UNIT, LEFT_OUT, LONG, SYRIA, catalogue, observed, simulated
from sim.analysis.targets import DRAWN, read_targets
from sim.engine.ensemble import run_chunk
from sim.engine.outcomes import NEVER, empty_outcomes
from sim.errors import InputError
from sim.paths import SEEDS
from sim.world.loading import load_world, read_option
from sim.world.names import Event, Level, Stance
from sim.world.parameters import parameter_table
from sim.world.tables import EVENT


def by_name():
    return {s.name: s for s in catalogue()}


def test_what_was_observed():
    expected = {
        "T1": 0.296, "T14": 1.0, "T9a": 13.4, "A4": 1.0,
        "panel.AQ-TB.material.all": 1.0, "panel.AQ-TB.sanctuary.all": 6 / 23, "panel.AQ-TB.changes": 3.0,
        "panel.AQ-TB.first_hostile": 23.0, "panel.AQ-IS.first_hostile": 10.0, "panel.IMU-TB.sanctuary.2015-2018": 0.0,
        "panel.LeT-TB.material.all": 6 / 13, "panel.AQ-IS.hostile.2010-2014": 1 / 5, "panel.TB-ISK.hostile.all": 1.0,
        "ladder.none.support": 4 / 51, "ladder.support.none": 18 / 91, "ladder.material.sanctuary": 1 / 78,
        f"fights.TB-IS.{LONG}": 1.0, f"fights.Nusra-IS.{LONG}": 1.0, f"fights.Nusra-IS.{SYRIA}": 1.0,
        "support_hazard_0": 0.416, "support_hazard_1": 0.280, "support_hazard_2": 0.212, "support_hazard_3": 0.286,
        "support_hazard_4": 0.160, "fight_years": 1.489, "fight_single_year": 0.740, "fight_recurrence": 0.094,
        "fight_hazard_0": 0.735, "fight_hazard_1": 0.566, "fought_near": 0.0085, "fought_far": 0.1393,
        "mean_degree": 1.383, "degree_size_correlation": 0.295, "cooperation_by_place": 0.932, "founders_share": 0.461,
    }  # fmt: skip
    found = by_name()
    assert {name: found[name].observed for name in expected} == pytest.approx(expected, abs=5e-4)
    assert len(observed()) == len(catalogue())


def test_names_are_unique_and_files_are_there():
    names = [s.name for s in catalogue()]
    assert len(set(names)) == len(names)
    for summary in catalogue():
        assert summary.source, summary.name
        assert not summary.data or (SEEDS / "data" / summary.data).is_file(), summary.name


def test_every_target_is_a_summary_or_left_out_with_a_reason():
    targets = {t.name for t in read_targets()}
    assert {s.name for s in catalogue() if s.target} == targets - set(LEFT_OUT)
    assert set(LEFT_OUT) <= targets
    assert set(ANOTHER_UNIT) == {s.name for s in catalogue() if not s.fitted}


@pytest.fixture(scope="module")
def worlds():
    return {name: load_world(name)[0] for name in (LONG, SYRIA)}


def runs_of(world, runs):
    out = empty_outcomes(world, runs)
    out.dyad_year[:] = Level.NONE
    out.year["level"] = out.year["lowest"] = Level.NONE
    return NamedSeen(world, out, np.zeros(0, EVENT).view(np.recarray), np.zeros(0, dtype=np.int64), sides_of(world))


def drawn_run(fighting):
    """Three groups and two dyads over four years: the first allied throughout, the second in armed conflict where told."""
    level = np.array([[2, 2, 2, 2], [0, 0, 0, 0]], dtype=np.int8)
    level[1, fighting] = Level.ARMED_CONFLICT
    return GlobalSeen(
        ties=(level >= Level.MATERIAL).astype(np.int8),
        level=level,
        pairs=np.array([[0, 1], [0, 2]]),
        present=np.ones(3, dtype=bool),
        islamist=np.array([True, False]),
        far=np.array([False, True]),
        lost=np.zeros((2, 4), dtype=bool),
        lost_founder=np.zeros((2, 4), dtype=bool),
        fought=np.array([[False] * 4, [False, True, True, True]]),
        same_place=np.array([True, False]),
        fighters=np.array([50000.0, 500.0, 50.0]),
        leaders=(4, 1),
    )


def test_hand_made_points(worlds):
    named = {name: runs_of(world, 2) for name, world in worlds.items()}
    long, syria = named[LONG], named[SYRIA]
    # in the first point al-Qaeda's core shelters with the Taliban throughout, and the Syrian branch fights from 2014 on
    long.outcomes.dyad_year[0, :, long.between("aq_core", "taliban_political")] = Level.SANCTUARY
    row, turned = long.pair("al_qaeda", "taliban")
    long.outcomes.year["level"][0, :, row] = Level.SANCTUARY
    long.outcomes.year["stance_ab" if turned else "stance_ba"][0, :, row] = Stance.AMBIGUOUS
    fought = syria.between("nusra", "is_core")
    syria.outcomes.dyad_year[0, syria.years(2014, 2018), fought] = Level.ARMED_CONFLICT
    syria.outcomes.dyad["fought"][:] = NEVER
    syria.outcomes.dyad["fought"][0, fought] = syria.world.calendar.index("2014-04")
    values = simulated(named, [drawn_run([1]), drawn_run([1, 3])])
    assert values.shape == (2, len(catalogue()))
    found = {s.name: values[:, n].tolist() for n, s in enumerate(catalogue())}
    expected = {
        "panel.AQ-TB.material.all": [1.0, 0.0], "panel.AQ-TB.sanctuary.all": [1.0, 0.0], "panel.AQ-TB.changes": [0.0, 0.0],
        "panel.AQ-TB.first_hostile": [23.0, 23.0], "panel.HQN-AQ.material.all": [0.0, 0.0], "T13a": [1.0, 0.0], "T16": [1.0, 0.0],
        "TB-AQ.not_embracing": [1.0, 0.0], "ladder.support.none": [0.0, np.nan], "ladder.share_sanctuary": [1.0, np.nan],
        f"fights.Nusra-IS.{SYRIA}": [1.0, 0.0], f"fights.Nusra-IS.{LONG}": [0.0, 0.0], "T11a": [1.0, 0.0], "T11b": [1.0, np.nan],
        "fight_years": [1.0, 1.0], "fight_recurrence": [0.0, 1.0], "fought_far": [0.75, 0.75], "fought_near": [0.0, 0.0],
        "mean_degree": [2 / 3, 2 / 3], "founders_share": [0.25, 0.25], "cooperation_by_place": [1.0, 1.0],
        "degree_size_correlation": [np.sqrt(0.75)] * 2, "T6a": [1 / 3, 1 / 3],
    }  # fmt: skip
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, nan_ok=True), name


def test_a_point_is_the_same_alone_and_among_others(worlds):
    named = {name: runs_of(world, 3) for name, world in worlds.items()}
    for seen in named.values():
        seen.outcomes.dyad_year[:] = np.random.default_rng(5).integers(-2, 5, size=seen.outcomes.dyad_year.shape)
    drawn = [drawn_run([k]) for k in range(3)]
    whole = simulated(named, drawn)
    alone = simulated({name: slice_of(named[name], 1, 1) for name in named}, drawn[1:2])
    np.testing.assert_array_equal(whole[1:2], alone)


def test_worlds_must_go_together(worlds):
    named = {name: runs_of(world, 2) for name, world in worlds.items()}
    with pytest.raises(InputError, match="one for each drawn world"):
        simulated(named, [drawn_run([1])])
    with pytest.raises(InputError, match="not among the runs"):
        simulated({LONG: named[LONG]}, [drawn_run([1])] * 2)


def test_worlds_of_summaries():
    assert {s.world for s in catalogue()} == {LONG, SYRIA, DRAWN}


def test_what_coders_see_of_a_drawn_run():
    scenario = {**read_option("scenario", "synthetic"), "n": 14, "months": 24, "spare": 0, "theatres": {"syria": 14}}
    scenario["arrivals"] = {"share": 0.5, "months": 20}
    drawn = GlobalWorld(scenario, 0, 0.0)
    part = run_chunk(drawn.world, parameter_table([{}]), np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64), 3)
    seen = drawn.seen(part, 0, 0)
    presence, first = drawn.world.initial.presence, drawn.world.initial.faction
    for n, (i, j) in enumerate(seen.pairs):
        assert seen.same_place[n] == bool(np.minimum(presence[i], presence[j]).sum() > 0.0)
    fighters = part.outcomes.organisation["fighters"][0]  # one faction an organisation
    np.testing.assert_array_equal(seen.fighters, fighters)
    assert (seen.fighters[seen.present] > 0.0).all()
    kinds = part.events["kind"]
    entered = int((first["present"] == 1).sum()) + int((kinds == Event.ENTRY).sum())
    assert entered == 14
    assert seen.leaders[0] == 14 + int((kinds == Event.SUCCESSION).sum())
    # a dyad fought in a year if any event or year end says so, whatever stands at its end
    assert (seen.fought | (seen.level != Level.ARMED_CONFLICT)).all()
    began = part.events[(kinds == Event.TIE_DOWN) & (part.events["after"] == Level.ARMED_CONFLICT)]
    assert len(began) > 0
    for event in began:
        row = [sorted(pair) for pair in seen.pairs.tolist()].index(sorted((int(event["i"]), int(event["j"]))))
        assert seen.fought[row, drawn.world.calendar.year(int(event["month"])) - 2000]
    assert seen.leaders[1] == int((first["founder"] == 1).sum())
