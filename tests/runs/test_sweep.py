"""A sweep's store: complete, resumed, topped up, damaged, shared; and every run of it can be replayed."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq
import pytest

from sim.engine.ensemble import run_ensemble
from sim.errors import InputError
from sim.measures.alliances import FATES
from sim.runs import sweep_identity, sweep_store
from sim.runs.batch import Tile, TileResult, as_file, base_world, own_seed, point_table, wedge_with
from sim.runs.determining import plain_config
from sim.runs.lock import folder_lock
from sim.runs.points import Points
from sim.runs.replay import replay
from sim.runs.results import check_store, query, read_results, rerun_command, summary_by_point
from sim.runs.shards import digest_of, write_whole
from sim.runs.sweep import alive_by_point, replicates_needed, run_sweep
from sim.runs.sweep_identity import table_of_points
from sim.runs.sweep_settings import Settings
from sim.runs.sweep_store import SweepStore
from sim.world.instruments import with_wedge


def rows_of(folder, kind="outcomes"):
    return read_results(folder, kind, with_points=False)


def same(a, b):
    return a.to_csv(index=False) == b.to_csv(index=False)


def test_a_sweep_holds_each_run_once_and_says_the_same_as_the_ensemble(groups, sweep):
    report = sweep(20)
    rows = rows_of(report.folder)
    assert len(rows) == report.runs == report.new_runs == 6 * 20
    assert not rows.duplicated(["point", "replicate"]).any()
    config = plain_config(groups[1].config)
    values = groups[1].points.to_numpy()[2:3]
    world = with_wedge(base_world(config), wedge_with(config, {"wedge.offer.size": 0.9}))
    columns = list(groups[1].points.columns)
    runs = run_ensemble(world, point_table(config, columns, values), 20, seed=1)
    mine = rows[rows["point"] == 5]
    assert (mine["level"].to_numpy() == runs.outcomes.pair["now"][:, 0]).all()
    assert (mine["attacks"].to_numpy() == runs.outcomes.organisation["attacks"].sum(axis=1)).all()
    assert check_store(report.folder) == []


def test_the_same_command_runs_nothing_and_more_replicates_reuse_what_is_there(sweep):
    first = sweep(20)
    before = rows_of(first.folder)
    assert sweep(20).new_runs == 0
    more = sweep(50)
    assert more.folder == first.folder
    assert more.new_runs == 6 * 30
    after = rows_of(more.folder)
    assert same(before, after[after["replicate"] < 20].reset_index(drop=True))
    assert len(after) == 300
    assert sweep(30).new_runs == 0


def test_points_share_their_draws_or_draw_their_own(sweep, tmp_path):
    common = rows_of(sweep(20).folder)
    independent = rows_of(sweep(20, independent=True, output=str(tmp_path / "own")).folder)
    assert not same(common, independent)
    assert len({own_seed(1, p) for p in range(1000)}) == 1000


def test_other_code_evidence_or_seed_is_another_store(sweep, monkeypatch):
    folder = sweep(5).folder
    assert sweep(5, seed=2).folder != folder
    monkeypatch.setattr(sweep_identity, "source_digest", lambda: "other")
    assert sweep(5).folder != folder
    monkeypatch.undo()
    monkeypatch.setattr(sweep_identity, "evidence_digest", lambda: "other")
    assert sweep(5).folder != folder


def test_what_is_kept(sweep):
    folder = sweep(4, kept=("pairs", "events", "trajectories")).folder
    assert SweepStore(folder).kinds() == ["outcomes", "pairs", "events", "trajectories"]
    months = rows_of(folder, "trajectories")
    assert len(months) == 6 * 4 * 12
    outcomes = rows_of(folder)
    last = months[months["month"] == 11].reset_index(drop=True)
    assert (last["level"].to_numpy() == outcomes["level"].to_numpy()).all()
    assert (rows_of(folder, "pairs").groupby(["point", "replicate"]).size() == 10).all()
    assert set(rows_of(folder, "events")["event"]) >= {"tie up", "tie down"} or len(rows_of(folder, "events"))


def test_damage_is_found_set_aside_and_run_again(sweep):
    folder = sweep(20).folder
    before = rows_of(folder)
    victim = SweepStore(folder).files()[0]
    victim.write_bytes(victim.read_bytes()[:-20] + b"x" * 20)
    assert "damaged" in check_store(folder)[0]
    again = sweep(20)
    assert again.set_aside == [victim.name]
    assert again.new_runs > 0
    assert same(before, rows_of(folder))
    assert check_store(folder) == []


def test_a_failing_point_is_recorded_and_does_not_stop_the_rest(groups, tmp_path):
    broken = groups[0].points.copy()
    broken.loc[1, "wedge.offer.size"] = 7.0  # no instrument takes it
    group = type(groups[0])(groups[0].choices, groups[0].overrides, groups[0].config, broken)
    report = run_sweep([group], Settings(10, output=str(tmp_path)), [])
    assert list(report.failed) == [1]
    assert "size" in report.failed[1]
    assert sorted(rows_of(report.folder)["point"].unique()) == [0, 2]
    assert "point 1: failed" in check_store(report.folder)[0]
    again = run_sweep([group], Settings(10, output=str(tmp_path)), [])
    assert (again.new_runs, list(again.failed)) == (10, [1])  # tried again, and not forgotten
    with pytest.raises(InputError, match="failed in the sweep"):
        replay(report.folder, 1, 0)


def test_every_stored_run_can_be_replayed_in_the_mesa_engine(sweep, tmp_path):
    for independent in (False, True):
        folder = sweep(6, independent=independent, output=str(tmp_path / str(independent))).folder
        for point, replicate in ((0, 0), (2, 5), (4, 3)):
            assert replay(folder, point, replicate).differences == []
    with pytest.raises(InputError, match="0 to 5"):
        replay(folder, 9, 0)
    with pytest.raises(InputError, match="0 to 5"):
        replay(folder, 0, 6)


def test_results_by_sql_and_by_point(sweep):
    folder = sweep(10).folder
    found = query(folder, "SELECT thesis, count(*) AS n FROM outcomes JOIN points USING (point) GROUP BY thesis ORDER BY thesis")
    assert list(found["n"]) == [30, 30]
    with pytest.raises(InputError, match="outcomes"):
        query(folder, "SELECT * FROM nothing")
    summary = summary_by_point(folder)
    assert list(summary["runs"]) == [10] * 6
    assert np.allclose(summary[list(FATES)].sum(axis=1), 1.0)
    with pytest.raises(InputError, match="manifest"):
        read_results(folder.parent)


def test_automatic_replicates_reach_the_target_and_stop(sweep):
    report = sweep(None, target_se=0.04, max_replicates=400)
    summary = summary_by_point(report.folder)
    share = (summary["alive"] * summary["runs"] + 2) / (summary["runs"] + 4)
    reached = np.sqrt(share * (1 - share) / summary["runs"]) <= 0.04 + 1e-12
    assert (reached | (summary["runs"] == 400)).all()
    assert len(report.rounds) >= 1
    assert list(replicates_needed(np.array([100, 100]), np.array([50, 100]), 0.01)) == [2500, 189]


def test_settings_are_checked():
    for bad, word in [
        ({"replicates": 0}, "1 or more"), ({"replicates": 1, "target_se": 0.0}, "standard error"),
        ({"replicates": 1, "kept": ("pears",)}, "pairs"), ({"replicates": 1, "executor": {"name": "desk"}}, "dask"),
    ]:  # fmt: skip
        with pytest.raises(InputError, match=word):
            Settings(**bad).check()


def test_a_full_disk_or_a_read_only_folder_is_told_and_nothing_is_lost(sweep, monkeypatch, tmp_path):
    folder = sweep(5).folder
    before = rows_of(folder)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left"):
        sweep(20)
    monkeypatch.undo()
    assert same(before, rows_of(folder))
    assert not list(folder.rglob(".*"))
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(InputError, match="could not be written"):
        write_whole(blocked / "x.parquet", b"")


def test_two_writers_of_one_tile_write_one_file(groups, sweep):
    folder = sweep(5).folder
    store = SweepStore(folder)
    content = store.files()[0].read_bytes()
    tile = Tile(0, 0, 3, 0, 5)
    count = len(store.files())
    for _ in range(2):
        store.write(TileResult(tile, {"outcomes": content}))
    assert len(store.files()) <= count + 1
    assert not read_results(folder, with_points=False).duplicated(["point", "replicate"]).any()


COMMAND = ["run", "-m", "scenario=talks_2018", "thesis=consensus,cost_benefit_only", "replicates=1500", "threads=1",
           "parameters.pressure.kinetic=0,0.5,1"]  # fmt: skip


def start(output):
    code = "import sys; from sim.cli import main; sys.exit(main(sys.argv[1:]))"
    return subprocess.Popen(
        [sys.executable, "-c", code, *COMMAND, f"output={output}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def sweep_folder(output):
    return next(Path(output).glob("*-sweep-*"))


def test_a_sweep_killed_three_times_ends_as_an_undisturbed_one(tmp_path):
    whole = tmp_path / "whole"
    assert start(whole).wait() == 0
    killed = tmp_path / "killed"
    rng = random.Random(11)
    for _ in range(3):
        process = start(killed)
        deadline = time.monotonic() + 60
        shards = len(list(killed.rglob("*.parquet")))
        while process.poll() is None and len(list(killed.rglob("*.parquet"))) <= shards and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(rng.uniform(0.0, 0.4))
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert start(killed).wait() == 0
    a, b = rows_of(sweep_folder(whole)), rows_of(sweep_folder(killed))
    assert same(a, b)
    assert check_store(sweep_folder(killed)) == []
    assert len(a) == 6 * 1500


def test_a_damaged_manifest_is_told(sweep):
    folder = sweep(3).folder
    (folder / "manifest.json").write_text(json.dumps({"identity": 1}))
    with pytest.raises(InputError, match="damaged"):
        read_results(folder)


def test_points_are_numbered_through_all_groups(groups):
    wrong = [groups[0], groups[0]]
    with pytest.raises(ValueError, match="numbered"):
        table_of_points(wrong)
    assert isinstance(table_of_points(groups), pd.DataFrame)


def test_spells_of_a_sweep_are_those_of_its_runs(sweep, capsys, tmp_path):
    from sim.analysis.spells import spells_of_sweep
    from sim.cli import main

    folder = sweep(15, kept=("pairs",)).folder
    rows = read_results(folder, with_points=False)
    spells = spells_of_sweep(folder)
    allied = rows[rows["first_allied"].notna()]
    assert len(spells) <= len(allied)
    assert set(spells["group"]) == {"consensus", "cost_benefit_only"}
    assert (spells["months"] == 12).all()
    broken = spells[spells["end"] != "censored"]
    assert len(broken) == int(((allied["first_broken"] - allied["first_allied"]) > 0).sum())
    other = spells_of_sweep(folder, ("taliban", "let"))
    assert set(other["replicate"]) <= set(range(15))
    with pytest.raises(InputError, match="al_qaeda"):
        spells_of_sweep(folder, ("al_qaida", "taliban"))
    assert main(["survival", str(folder), f"output={tmp_path}/out"]) == 0
    assert "share their draws" in capsys.readouterr().out.replace("\n", " ")


def test_two_processes_on_one_store_do_not_harm_it(tmp_path):
    alone, shared = tmp_path / "alone", tmp_path / "shared"
    assert start(alone).wait() == 0
    both = [start(shared) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert same(rows_of(sweep_folder(alone)), rows_of(sweep_folder(shared)))
    assert check_store(sweep_folder(shared)) == []


# What the soak found (make soak): each was a way to lose runs, to count them twice or to leave something behind.


def names_of(folder, kind="outcomes"):
    return sorted(path.name for path in (folder / kind).iterdir())


def test_a_kill_while_shards_are_merged_leaves_no_run_twice(sweep, monkeypatch):
    folder = sweep(20, kept=("pairs",)).folder
    before = {kind: rows_of(folder, kind) for kind in ("outcomes", "pairs")}
    monkeypatch.setattr(sweep_store, "MOST_SHARDS", 1)
    monkeypatch.setattr(Path, "unlink", stop)
    with pytest.raises(KeyboardInterrupt):
        sweep(20, kept=("pairs",))
    monkeypatch.undo()
    assert len(names_of(folder)) == 3  # the part, and both shards that it covers
    assert sweep(20, kept=("pairs",)).runs == 120
    assert len(names_of(folder)) == 1
    assert all(same(rows_of(folder, kind), rows) for kind, rows in before.items())


def stop(*_, **__):
    raise KeyboardInterrupt


def test_a_part_that_was_merged_again_does_not_count_beside_the_new_one(sweep, monkeypatch):
    monkeypatch.setattr(sweep_store, "MOST_SHARDS", 1)
    folder = sweep(10).folder
    old = SweepStore(folder).files()
    content = old[0].read_bytes()
    sweep(20)
    old[0].write_bytes(content)  # as if killed before it was removed
    assert old[0] not in SweepStore(folder).files()
    assert list(query(folder, "SELECT count(*) AS n FROM outcomes")["n"]) == [120]
    sweep(20)
    assert not old[0].exists()


def test_tiles_cut_otherwise_count_once_and_are_merged(sweep):
    folder = sweep(20, kept=("pairs",)).folder
    before = rows_of(folder)
    shard = next(path for path in SweepStore(folder).files() if path.name.startswith("p0000000"))
    table = pq.read_table(shard)
    content = as_file(table.filter(pa.compute.less(table["replicate"], 15)))
    (folder / "outcomes" / f"p0000000-0000003-r000000-000015-{digest_of(content)}.parquet").write_bytes(content)
    store = SweepStore(folder)
    assert sorted(map(len, store.sources())) == [1, 2]
    assert list(query(folder, "SELECT count(*) AS n FROM outcomes")["n"]) == [120]
    assert list(alive_by_point(store, 6)[0]) == [20] * 6
    assert sweep(20, kept=("pairs",)).runs == 120
    assert sum(len(pq.read_table(folder / "outcomes" / name)) for name in names_of(folder)) == 120
    assert same(before, rows_of(folder))


def test_leftovers_of_a_kill_are_removed_but_not_those_of_a_process_at_work(sweep):
    folder = sweep(5).folder
    left = folder / "outcomes" / f"{sweep_store.UNFINISHED}x"
    left.write_bytes(b"half")
    with folder_lock(folder):
        assert sweep(5).new_runs == 0
        assert left.exists()
    sweep(5)
    assert not left.exists()


def test_lost_or_damaged_pairs_are_noticed_and_made_again(sweep):
    folder = sweep(10, kept=("pairs",)).folder
    before = rows_of(folder, "pairs")
    for damage in (lambda path: path.unlink(), lambda path: path.write_bytes(b"")):
        damage(SweepStore(folder).files("pairs")[0])
        assert "pairs" in check_store(folder)[0]
        assert sweep(10, kept=("pairs",)).new_runs == 30
        assert check_store(folder) == []
        assert same(before, rows_of(folder, "pairs"))


def test_the_last_replicates_are_missed_and_the_command_that_asked_for_them_is_told(groups, tmp_path, capsys):
    from sim.cli import main

    for n in (10, 25, 15):
        folder = run_sweep(groups, Settings(n, output=str(tmp_path)), ["-m", "keep=[]", f"replicates={n}"]).folder
    for path in SweepStore(folder).files():
        if "r000010-000025" in path.name:
            path.unlink()
    assert check_store(folder) == [
        f"outcomes: points {first} to {first + 2}: replicates 10 to 24 are missing" for first in (0, 3)
    ]
    assert rerun_command(folder) == "alliances run -m 'keep=[]' replicates=25"
    assert main(["results", str(folder), "--check"]) == 1
    assert "alliances run -m 'keep=[]' replicates=25\n" in capsys.readouterr().out


def test_a_sweep_killed_before_its_first_shard_can_be_looked_at(sweep):
    folder = sweep(5).folder
    for path in SweepStore(folder).files():
        path.unlink()
    with pytest.raises(InputError, match="nothing has been run yet"):
        read_results(folder)
    assert "replicates 0 to 4 are missing" in check_store(folder)[0]
    assert sweep(5).new_runs == 30


def test_two_that_work_in_a_folder_and_one_that_tidies_up(tmp_path):
    with folder_lock(tmp_path) as one:
        with folder_lock(tmp_path) as other:
            assert not one.alone()
            one.work()
            assert not other.alone()
        assert one.alone()
        assert one.certain


def test_ctrl_c_in_a_sweep_says_what_is_kept(groups, tmp_path, monkeypatch, capsys):
    from sim.views import sweep as view

    monkeypatch.setattr(view, "run_sweep", stop)
    assert view.execute_sweep(groups, Settings(5, output=str(tmp_path)), []) == 130
    assert "the same command goes on from there" in capsys.readouterr().err


def test_the_design_is_there_when_the_manifest_is(groups, tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr(sweep_store, "write_whole", lambda path, content: written.append(path.name))
    design = Points("lhs", pd.DataFrame({"x": [0.5]}), np.array([[0.5]]), {"names": ["x"]}, 1, False)
    SweepStore(tmp_path).begin({"identity": "x"}, pd.DataFrame(index=pd.RangeIndex(1, name="point")), {0: design})
    assert written == ["points.parquet", "g0000.parquet", "manifest.json"]
