"""Never broken, ever fought, fights by years and mean depth: by hand, and against the months and events of runs."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from sim.analysis.coder import SEEN, UNOBSERVED, UNSEEN, spells_of
from sim.analysis.intervals import wilson
from sim.analysis.named_patterns import NamedSeen, named_statistic, sides_of
from sim.analysis.summary import Summary
from sim.engine.ensemble import Ensemble, run_ensemble
from sim.engine.outcomes import ABSENT, NEVER, empty_outcomes
from sim.engine.traces import levels_of
from sim.measures.alliances import pairs_of, yearly_of_dyads, yearly_of_pairs
from sim.runs.results import flags_as_numbers
from sim.runs.rows import pair_rows, run_rows
from sim.views.figures import survival_figure
from sim.views.results import with_interval
from sim.world.loading import load_world
from sim.world.names import Event, Level
from sim.world.parameters import parameter_table

FIGHT, GONE = int(Level.ARMED_CONFLICT), ABSENT
POINTS = np.array([0])


@pytest.fixture(scope="module")
def made():
    """Three years of four runs of talks_2018 by hand: all ties of the focal pair alike, but for what is said below."""
    world, _ = load_world("talks_2018", months=36)
    years = len(world.calendar.year_ends())
    assert years == 4  # it begins in the middle of a year
    out = empty_outcomes(world, 4)
    a, b = (set(world.members(name)) for name in world.focal)
    ties = [k for k, d in enumerate(world.dyads()) if len(set(world.dyad(d)) & a) == len(set(world.dyad(d)) & b) == 1]
    level = np.full((4, years, len(ties)), 2, dtype=np.int8)
    level[1] = np.array([FIGHT, 0, FIGHT, FIGHT])[:, None]  # two fights, one of a year and one of two
    level[2, :2, 0] = GONE  # a side of one tie comes late
    level[2, 2:, 0] = 4
    level[3, 2:] = GONE  # a side goes
    out.dyad_year[:, :, ties] = level
    out.year["lowest"][:, :, 0] = level.min(axis=2)
    out.year["lowest"][2, :, 0] = 2
    return world, out, ties


def test_years_of_fights_and_depth_by_hand(made):
    world, out, ties = made
    found = yearly_of_pairs(world, out).of(0)
    assert found.fight_years.tolist() == [0, 3, 0, 0]
    assert found.fight_spells.tolist() == [0, 2, 0, 0]
    k = len(ties)
    late = (2 * 4 * (k - 1) + 4 * 2) / (4 * (k - 1) + 2)  # four years of the others, two of the one
    assert found.mean_depth.tolist() == pytest.approx([2.0, 0.0, late, 1.0])  # hostility is no depth; nor is one who is gone
    of_ties = yearly_of_dyads(out)
    assert of_ties.mean_depth[:, ties[0]].tolist() == [2.0, 0.0, 4.0, 1.0]
    assert of_ties.fight_spells[:, ties[0]].tolist() == [0, 2, 0, 0]


def test_a_tie_that_never_had_both_sides_has_no_depth(made):
    world, out, ties = made
    others = np.delete(np.arange(out.dyad_year.shape[2]), ties)
    assert np.isnan(yearly_of_dyads(out).mean_depth[:, others]).all()
    rows = pair_rows(world, POINTS, Ensemble(np.zeros(4, dtype=np.int64), np.arange(4), out))
    depth = rows["mean_depth"].to_pandas().to_numpy().reshape(4, -1)
    assert not np.isnan(depth[:, 0]).any()
    assert rows["mean_depth"].null_count == np.isnan(depth).sum() == 4 * (depth.shape[1] - 1)


def test_a_flag_that_some_runs_lack_has_a_mean_over_the_others():
    table = pa.table({"never_broken": pa.array([True, None, False, True]), "alive": [True, False, False, True]})
    rows = flags_as_numbers(table)
    assert rows["never_broken"].mean() == pytest.approx(2 / 3)
    assert rows["alive"].dtype == bool


@pytest.fixture(scope="module")
def ran():
    """Runs in which the focal pair allies, breaks and fights: months, events, and the table of runs."""
    world, weak = load_world("insurgency_2001", thesis="cost_benefit_only")
    strong = load_world("insurgency_2001", thesis="consensus")[1]
    out = run_ensemble(world, parameter_table([weak, strong]), 80, 11, events=True, trajectories=True)
    return world, out, run_rows(world, np.array([0, 1]), out).to_pandas()


def focal_levels(world, out):
    """(N, T, K): of the ties between the factions of the focal organisations."""
    a, b = (world.members(name) for name in world.focal)
    dyads = [world.facts.dyad_of[i, j] for i in a for j in b if world.facts.dyad_of[i, j] >= 0]
    return levels_of(world, out.trajectories, np.array(dyads))


def test_the_table_of_runs_says_what_the_months_say(ran):
    """A splinter counts for the organisation that it joins, and is not followed here: runs without a split."""
    world, out, rows = ran
    whole = out.outcomes.organisation["splits"].sum(axis=1) == 0
    level = focal_levels(world, out)
    allied = (level >= Level.MATERIAL).any(axis=2)
    first = np.where(allied.any(axis=1), allied.argmax(axis=1), -1)
    started = pairs_of(world, out.outcomes)["formed"][:, 0] == 0
    first[started] = 0
    expected = [None if f < 0 else bool(allied[n, f:].all()) for n, f in enumerate(first)]
    told = [None if pd.isna(x) else bool(x) for x in rows["never_broken"]]
    assert [e for e, w in zip(expected, whole, strict=True) if w] == [t for t, w in zip(told, whole, strict=True) if w]
    assert (rows["ever_fought"] == (level == FIGHT).any(axis=(1, 2)))[whole].all()
    assert (rows["ever_fought"] == rows["first_fought"].notna()).all()
    ends = world.calendar.year_ends()
    fighting = (level[:, ends] == FIGHT).any(axis=2)
    assert (rows["fight_years"] == fighting.sum(axis=1))[whole].all()
    assert (rows["fight_years"] <= len(ends) * rows["ever_fought"]).all()
    for some in (rows["ever_fought"][whole], rows["never_broken"][whole].astype(bool)):
        assert 5 < some.sum() < len(some) - 5


def test_the_first_fight_is_the_first_event_of_one(ran):
    world, out, rows = ran
    whole = out.outcomes.organisation["splits"].sum(axis=1) == 0
    a, b = (world.members(name) for name in world.focal)
    events = out.events
    between = (np.isin(events["i"], a) & np.isin(events["j"], b)) | (np.isin(events["i"], b) & np.isin(events["j"], a))
    begins = between & (events["kind"] == Event.TIE_DOWN) & (events["after"] == FIGHT)
    first = pd.Series(events["month"][begins]).groupby(out.run[begins]).min().reindex(range(len(rows)))
    assert not (focal_levels(world, out)[:, 0] == FIGHT).all()
    assert rows["first_fought"][whole].equals(first[whole].astype(float).rename("first_fought"))


def test_fights_are_counted_as_yearly_coders_count_them(ran):
    out = ran[1]
    level = out.outcomes.dyad_year.transpose(0, 2, 1).reshape(-1, out.outcomes.dyad_year.shape[1])
    ties = np.where(level == ABSENT, UNOBSERVED, np.where(level == FIGHT, SEEN, UNSEEN)).astype(np.int8)
    spells = spells_of(ties)
    found = yearly_of_dyads(out.outcomes)
    assert found.fight_spells.ravel().tolist() == np.bincount(spells.row, minlength=len(ties)).tolist()
    years = np.bincount(spells.row, weights=spells.duration, minlength=len(ties))
    assert found.fight_years.ravel().tolist() == years.tolist()
    assert found.fight_spells.max() >= 1


def test_the_scorecard_has_the_mean_of_the_column(ran):
    world, out, rows = ran
    seen = NamedSeen(world, out.outcomes, out.events, out.run, sides_of(world))
    pair = dict(zip("ab", world.focal, strict=True))
    assert named_statistic("ever_fight", seen, pair) == pytest.approx(rows["ever_fought"].mean())
    known = rows["never_broken"].dropna().astype(float)
    assert named_statistic("never_broken", seen, pair) == pytest.approx(known.mean(), nan_ok=True)


def test_mean_depth_follows_the_ties_of_the_months(ran):
    world, out, rows = ran
    level = focal_levels(world, out)[:, world.calendar.year_ends()].astype(float)
    met = np.logical_or.accumulate(level != ABSENT, axis=1)
    mean = np.where(met, np.maximum(level, 0.0), 0.0).sum(axis=(1, 2)) / met.sum(axis=(1, 2))
    assert rows["mean_depth"].tolist() == pytest.approx(mean.tolist(), rel=1e-6)
    assert rows["mean_depth"].nunique() > 10


def test_what_the_engine_never_saw_is_a_break(ran):
    """An alliance of the start that ends within the first month: formed in month 0, broken in month 0."""
    world = replace(ran[0], initial=ran[0].initial._replace(level=np.full_like(ran[0].initial.level, 2)))
    out = empty_outcomes(world, 1)
    assert out.pair["formed"][0, 0] == NEVER
    rows = run_rows(world, POINTS, Ensemble(np.zeros(1, dtype=np.int64), np.arange(1), out)).to_pandas()
    assert rows["never_broken"].tolist() == [False]


def test_the_interval_of_never_broken_is_over_the_runs_in_which_it_forms():
    point = {"runs": 100, "alive": 0.5, "alive_se": 0.05, "ever_fought": 0.0}
    summary = pd.DataFrame([{**point, "formed": 10, "never_broken": 0.5}, {**point, "formed": 0, "never_broken": np.nan}])
    worth = summary[["runs", "formed", "runs"]].set_axis(["alive", "never_broken", "ever_fought"], axis=1)
    found = with_interval(summary, worth)
    low, high = (float(end) for end in wilson(np.array(0.5), 10))
    assert found.loc[0, ["never_broken_low", "never_broken_high"]].tolist() == pytest.approx([low, high])
    assert found.loc[1, ["never_broken_low", "never_broken_high"]].isna().all()
    assert found.loc[0, "ever_fought_high"] == pytest.approx(float(wilson(np.array(0.0), 100)[1]))
    assert list(found)[:5] == ["runs", "alive", "alive_se", "alive_low", "alive_high"]


@pytest.mark.filterwarnings("error")
def test_an_alliance_that_never_forms_has_a_figure_without_a_line(made):
    world, out, _ = made
    nothing = replace(world, initial=world.initial._replace(level=np.zeros_like(world.initial.level)))
    summary = Summary(nothing)
    summary.add(Ensemble(np.zeros(4, dtype=np.int64), np.arange(4), out))
    assert np.isnan(summary.unbroken_share).all()
    figure = survival_figure({"consensus": summary}, {})
    figure.canvas.draw()
    assert np.isnan(figure.axes[0].lines[0].get_ydata()).all()
    assert "those in which it has formed" in figure.axes[0].get_xlabel()
