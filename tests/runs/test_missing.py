"""What is missing leaves the engine as null, never as a number; and a fate says what became of the alliance."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.analysis.samples import outcome_of, samples_of
from sim.analysis.summary import Summary
from sim.cli import main
from sim.engine.ensemble import Ensemble
from sim.engine.outcomes import ABSENT, BROKEN_OFF, NEVER, SIDE_ENDED, empty_outcomes
from sim.engine.traces import room_for_trajectories
from sim.errors import InputError
from sim.measures.alliances import FATES
from sim.measures.networks import network_outcomes
from sim.runs.results import check_store, query, read_results, summary_by_point
from sim.runs.rows import event_rows, pair_rows, run_rows, trajectory_rows
from sim.runs.store import Tables
from sim.world.loading import load_world
from sim.world.names import Event
from sim.world.tables import EVENT

MAY_BE_NEGATIVE = {"level": -2, "lowest": -2, "deepest": -2, "before": -2, "after": -2, "value": None}
"""The least a column may hold: levels reach down to armed conflict, values of events are gains and losses."""


def codes_in(table):
    """Columns of a table that hold a code for a missing value: a negative number, NaN, infinity or an empty name."""
    wrong = {}
    for name in table.column_names:
        column = table[name].combine_chunks()
        values = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
        found = values.drop_null().to_numpy(zero_copy_only=False)
        if found.dtype.kind in "OU":
            bad = found == ""
        elif found.dtype.kind == "f":
            bad = ~np.isfinite(found)
        else:
            bad = np.zeros(len(found), dtype=bool)
        if found.dtype.kind in "if" and "ideology" not in name:
            least = MAY_BE_NEGATIVE.get(name, 0)
            bad |= found < least if least is not None else False
        if bad.any():
            wrong[name] = found[bad][0]
    return wrong


@pytest.fixture(scope="module")
def allied_world():
    """Its focal pair is allied before the first month."""
    return load_world("talks_2018", months=3)[0]


@pytest.fixture(scope="module")
def world(allied_world):
    """The same world with no tie at all at the start."""
    nothing = allied_world.initial._replace(level=np.zeros_like(allied_world.initial.level))
    return replace(allied_world, initial=nothing)


@pytest.fixture
def made(world):
    """Six runs by hand: persists; forms again; breaks; turns hostile; loses a side; never forms, and is hostile."""
    out = empty_outcomes(world, 6)
    spell = out.pair[:, 0]
    spell["formed"] = [0, 0, 0, 0, 1, NEVER]
    spell["broken"] = [NEVER, 1, 1, 2, 2, NEVER]
    spell["ended"] = [0, BROKEN_OFF, BROKEN_OFF, BROKEN_OFF, SIDE_ENDED, 0]
    spell["fought"] = [NEVER, NEVER, NEVER, 2, NEVER, 0]
    spell["deepest"] = [3, 3, 2, 2, 2, 0]
    spell["now"] = [3, 2, 1, 0, ABSENT, 0]
    spell["low"] = [3, 2, 0, -2, ABSENT, -2]
    out.pair[:, 0] = spell
    out.pair[:, 1:]["now"] = ABSENT
    out.pair[:, 1:]["low"] = ABSENT
    out.year["level"] = out.year["lowest"] = ABSENT
    out.organisation["present"] = 1
    out.organisation["cohesion"] = 0.5
    o, q = (world.organisation(name) for name in world.focal)
    out.organisation["talks"][:, [o, q]] = [[1, 4]] * 6
    gone = out.organisation["present"]
    gone[4, q] = gone[5, o] = gone[5, q] = 0
    out.organisation["present"] = gone
    return out


def part_of(world, out, **more):
    runs = len(out.pair)
    return Ensemble(np.zeros(runs, dtype=np.int64), np.arange(runs), out, **more)


POINTS = np.array([0])


def test_fates_are_true_of_their_runs(world, made):
    rows = run_rows(world, POINTS, part_of(world, made)).to_pandas()
    assert rows["fate"].tolist() == ["persists", "persists", "breaks", "turns hostile", "loses a side", "never forms"]
    assert rows["alive"].tolist() == [True, True, False, False, False, False]
    summary = Summary(world)
    summary.add(part_of(world, made))
    assert rows["never_broken"].tolist() == [True, False, False, False, False, None]  # what never was cannot break
    assert rows["ever_fought"].tolist() == [False, False, False, True, False, True]
    assert (summary.count("formed")[-1], summary.unbroken_share[-1], summary.count("fought")) == (5, 0.2, 2)


def test_an_alliance_of_the_start_that_ends_in_the_first_month_was_one(allied_world, made):
    """No month ends with it, so the engine writes nothing of it: neither a null nor *never forms* would be true."""
    part = part_of(allied_world, made)
    rows = run_rows(allied_world, POINTS, part).to_pandas()
    assert rows["fate"].tolist()[4:] == ["breaks", "turns hostile"]
    assert rows["first_allied"].tolist() == [0] * 6
    assert rows["first_broken"].tolist()[4:] == [0, 0]
    assert rows["ended"].tolist()[4:] == ["broken off", "broken off"]
    assert made.pair["formed"][:, 0].tolist() == [0, 0, 0, 0, 1, NEVER]  # the engine's own record is as it was


def test_means_are_over_the_runs_that_have_a_value(world, made):
    rows = run_rows(world, POINTS, part_of(world, made)).to_pandas()
    assert rows["first_broken"].mean() == 1.5
    assert rows["first_allied"].mean() == 0.2
    assert rows["first_fought"].mean() == 1.0
    assert rows["level"].mean() == 1.2
    assert rows["lowest"].min() == -2
    assert rows["ended"].astype(object).where(rows["ended"].notna(), None).tolist() == [
        None, "broken off", "broken off", "broken off", "end of a side", None,
    ]  # fmt: skip
    assert rows["talks"].tolist()[:5] == [4, 4, 4, 4, 1]  # the further of those that are there
    assert np.isnan(rows["talks"][5])


def test_no_table_made_of_outcomes_holds_a_code(world, made, tmp_path):
    part = part_of(world, made)
    for table in (run_rows(world, POINTS, part), pair_rows(world, POINTS, part)):
        assert codes_in(table) == {}
    tables = Tables(tmp_path, world)
    tables.outcomes("consensus", part)
    tables.spells("consensus", part)
    tables.organisations("consensus", part)
    nobody = np.zeros(len(world.factions), dtype=bool)
    empty = network_outcomes(np.zeros((0, 2)), np.zeros(0), nobody, np.zeros((len(nobody), 2)), nulls=0)
    tables.networks("consensus", part, [empty] * 6)
    tables.close()
    for path in sorted(tmp_path.glob("*.parquet")):
        assert codes_in(pq.read_table(path)) == {}, path.name
    organisations = pd.read_parquet(tmp_path / "organisations.parquet")
    assert (organisations["cohesion"].isna() == (organisations["present"] == 0)).all()
    assert organisations["cohesion"].mean() == 0.5
    assert pq.read_table(tmp_path / "networks.parquet")["isolates"].null_count == 6


def test_events_have_what_they_have(world, made, tmp_path):
    slot = int(np.flatnonzero(world.facts.faction["spare"] == 1)[0])
    rows = np.zeros(5, dtype=EVENT).view(np.recarray)
    rows["kind"] = [Event.SPLIT, Event.SPLIT, Event.DEFECTION, Event.PLEDGE, Event.LEADER_DEATH]
    rows["j"] = [slot, slot, 1, 1, -1]
    rows["after"] = [6, 0, 0, 1, 2]
    rows["value"] = [10.0, 20.0, 30.0, 0.0, 3.0]
    rows["lead"] = rows["second"] = -1
    part = part_of(world, made, events=rows, run=np.zeros(5, dtype=np.int64))
    table = event_rows(world, POINTS, part)
    assert codes_in(table) == {}
    assert table["after"].to_pylist() == [6, None, None, 1, 2]  # only of a birth is the new organisation known
    assert table["before"].to_pylist() == [None, None, None, 0, 0]
    assert table["value"].to_pylist() == [10.0, 20.0, 30.0, None, 3.0]
    assert table["j"].to_pylist() == [slot, slot, 1, 1, None]
    assert table["lead"].null_count == 5
    tables = Tables(tmp_path, world)
    tables.events("consensus", part)
    tables.close()
    written = pq.read_table(tmp_path / "events.parquet")
    assert codes_in(written) == {}
    assert written["b"].to_pylist()[-2:] == [world.organisations[1], None]


def test_a_month_without_a_side_has_no_level(world, made):
    kept = room_for_trajectories(world, 6, 3)
    kept.level[:] = 2
    kept.fighters[:] = 100.0
    kept.fighters[0, 1:, list(world.members(world.focal[0]))] = 0.0
    level = trajectory_rows(world, POINTS, part_of(world, made, trajectories=kept))["level"].to_pylist()
    assert level == [2, None, None, *[2] * 15]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A run and a sweep of worlds in which alliances never form, sides are not there and nobody fights."""
    root = tmp_path_factory.mktemp("missing")
    line = ["thesis=consensus", "replicates=40", "months=24"]
    assert main(["run", "scenario=taliban_rule_1996", *line, "figures=false", f"output={root}/run"]) == 0
    numbers = ["parameters.pressure.weight=0,0.5,1", "keep=[pairs,events,trajectories]"]
    assert main(["run", "-m", "scenario=sahel_2020,taliban_rule_1996", *line, *numbers, f"output={root}/sweep"]) == 0
    return next((root / "run").iterdir()), next((root / "sweep").iterdir())


def test_no_table_of_a_run_or_a_sweep_holds_a_code(folders):
    nulls = set()
    for folder in folders:
        for path in sorted(folder.rglob("*.parquet")):
            table = pq.read_table(path)
            assert codes_in(table) == {}, path
            where = path.stem if folder == folders[0] else path.parent.name
            nulls |= {(where, name) for name in table.column_names if table[name].null_count}
    expected = {"spells": ["first_allied", "deepest"], "outcomes": ["level", "first_broken"], "pairs": ["level", "first_allied"],
                "organisations": ["cohesion"], "events": ["j", "b", "lead"]}  # fmt: skip
    assert {(table, name) for table, names in expected.items() for name in names} <= nulls


def test_shares_and_sql_of_a_store(folders):
    folder = folders[1]
    rows = read_results(folder, with_points=False)
    summary = summary_by_point(folder)
    assert np.allclose(summary[list(FATES)].sum(axis=1), 1.0)
    assert rows.loc[rows["months_allied"] == 0, "fate"].isin(["breaks", "turns hostile"]).sum() > 0
    assert summary["never forms"].sum() == rows["first_allied"].isna().sum() == 0  # both pairs are allied before the start
    found = query(folder, "SELECT avg(first_broken) AS month, count(first_broken) AS runs FROM outcomes").iloc[0]
    ended = rows.loc[rows["ended"].notna(), "first_broken"]
    assert (found["month"], found["runs"]) == (pytest.approx(ended.mean()), len(ended))


def test_an_outcome_that_some_runs_lack_is_refused_and_the_share_offered(folders):
    folder = str(folders[1])
    rows = read_results(folder, with_points=False)
    lacking = int(rows["first_broken"].isna().sum())
    with pytest.raises(
        InputError, match=rf"first_broken: has no value in {lacking} of 240 runs.*never_broken.*alliances survival"
    ):
        list(samples_of(folder, "first_broken"))
    with pytest.raises(InputError, match="ever_allied"):
        list(samples_of(folder, "ever_alied"))
    samples = list(samples_of(folder, "never_broken"))
    assert [sample.outcomes.shape for sample in samples] == [(3, 40)] * 2
    assert sum(sample.outcomes.sum() for sample in samples) == lacking
    assert all(sample.fates.sum() == pytest.approx(1.0) for sample in samples)


def test_never_broken_is_no_outcome_where_some_never_form_and_is_not_offered_there():
    rows = pd.DataFrame(
        {"ever_allied": [True, False], "first_broken": np.nan, "never_broken": [1.0, np.nan], "alive": [True, False]}
    )
    with pytest.raises(InputError, match=r"never_broken: has no value in 1 of 2 runs.*every run has: ever_allied, alive"):
        outcome_of(rows, "never_broken")
    with pytest.raises(InputError, match=r"first_broken: has no value in 2 of 2 runs.*every run has: ever_allied, alive"):
        outcome_of(rows, "first_broken")
    assert outcome_of(rows, "ever_allied").tolist() == [True, False]


def test_no_replicate_is_dropped_because_it_lacks_a_value():
    rows = pd.DataFrame({"point": 0, "replicate": [0, 1], "level": [1.0, np.nan], "alive": [True, False]})
    with pytest.raises(InputError, match=r"level: has no value in 1 of 2 runs.*every run has: alive"):
        outcome_of(rows, "level")


def test_a_store_of_another_format_is_refused_in_words(folders, capsys):
    path = folders[1] / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({k: v for k, v in manifest.items() if k != "format"}))
    try:
        for verb in (
            ["results"],
            ["discover"],
            ["discover", "map"],
            ["sensitivity"],
            ["survival"],
            ["results", "replay", "point=0", "replicate=0"],
        ):
            assert main([*verb, str(folders[1])]) == 2
            said = " ".join(capsys.readouterr().err.split())
            assert "holds tables of format 1" in said
            assert "the same run again, which makes a new folder" in said
    finally:
        path.write_text(json.dumps(manifest))
    assert check_store(folders[1]) == []
