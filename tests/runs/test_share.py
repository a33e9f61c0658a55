"""Parts of a sweep: together they are the whole, no run is in two, and whoever comes when changes nothing."""

import fcntl
import json
import os
import random

import numpy as np
import pytest

from sim.cli import main
from sim.errors import InputError
from sim.runs import batch
from sim.runs.rectangles import Rectangle, covers, missing
from sim.runs.results import check_store, read_results
from sim.runs.share import Share, read_share
from sim.runs.sweep_settings import Settings

LINE = ["scenario=talks_2018", "months=6", "thesis=consensus", "parameters.bond.weight=0,1", "replicates=10"]


def cells(rectangles):
    return [(p, r) for h in rectangles for p in range(h.first, h.last) for r in range(h.replicate, h.until)]


def rows_of(folder):
    return read_results(folder, with_points=False).to_csv(index=False)


def test_parts_are_the_whole_and_no_run_is_in_two():
    rng = random.Random(8)
    for _ in range(100):
        points, of = rng.randint(1, 12), rng.randint(1, 6)
        wanted = np.array([rng.randint(0, 40) for _ in range(points)])
        group = np.sort(np.array([rng.randint(0, 2) for _ in range(points)]))
        found = []
        for number in range(1, of + 1):
            others = Share(number, of).of_others(wanted, group)
            found += cells(missing(wanted, others, group, rng.randint(1, 50)))
        assert sorted(found) == [(p, r) for p in range(points) for r in range(wanted[p])]


def test_parts_are_about_as_long():
    wanted, group = np.full(441, 200), np.repeat(np.arange(7), 63)
    runs = [441 * 200 - len(cells(Share(n, 8).of_others(wanted, group))) for n in range(1, 9)]
    assert max(runs) / min(runs) < 1.2


def test_parts_in_any_order_give_what_one_process_gives(sweep, tmp_path):
    whole = sweep(40, output=str(tmp_path / "whole"))
    done = {}
    for number in (3, 1, 1, 2):  # one after another, each finding what the others left; one of them twice
        report = sweep(40, output=str(tmp_path / "parts"), shard=Share(number, 3))
        done.setdefault(number, []).append(report.new_runs)
    assert done[1][1] == 0
    assert sum(first for first, *_ in done.values()) == whole.runs == report.runs == report.wanted
    assert min(first for first, *_ in done.values()) > 0
    assert rows_of(report.folder) == rows_of(whole.folder)
    assert check_store(report.folder) == []


def test_parts_top_up_what_is_there(sweep, tmp_path):
    sweep(15)
    new = [sweep(40, shard=Share(number, 2)).new_runs for number in (1, 2)]
    assert sum(new) == 6 * 25
    assert rows_of(sweep(40).folder) == rows_of(sweep(40, output=str(tmp_path / "whole")).folder)


def test_a_failure_in_one_part_is_not_forgotten_by_another(sweep, monkeypatch):
    def fails(sweep, tile, points, values):
        raise ValueError("no room")

    with monkeypatch.context() as broken:
        broken.setattr(batch, "run_points", fails)
        for number in (1, 2):
            sweep(40, shard=Share(number, 2))
    first = sweep(40, shard=Share(1, 2))
    assert set(first.failed) == set(range(6))  # the other part's runs are still to come
    assert any("failed" in problem for problem in check_store(first.folder))
    second = sweep(40, shard=Share(2, 2))
    assert (second.failed, second.runs) == ({}, 240)
    assert check_store(second.folder) == []


def test_replicates_are_covered_by_what_was_tried():
    tried = [Rectangle(0, 4, 0, 10), Rectangle(2, 3, 10, 20)]
    assert covers(tried, 2, 5, 20)
    assert not covers(tried, 3, 5, 20)
    assert not covers(tried, 4, 0, 1)


@pytest.mark.parametrize("given", ["0/4", "5/4", "1", 2, 0.25, "1/0", "-1/4", "1/4/2", "a/b", "01/4", "٢/4", True, "1/1000000"])
def test_what_is_no_part_is_refused(given):
    with pytest.raises(InputError, match="i from 1 to n"):
        read_share(given)


def test_a_part_needs_a_number_of_replicates():
    with pytest.raises(InputError, match="auto looks at the runs of all parts"):
        Settings(None, shard=Share(1, 2)).check()


def test_two_processes_without_parts_are_told(sweep, capsys):
    folder = sweep(5).folder
    other = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(other, fcntl.LOCK_SH)
        sweep(5, shard=Share(1, 2))
        assert capsys.readouterr().err == ""
        sweep(5)
        assert "another process is at work on this store" in capsys.readouterr().err
    finally:
        os.close(other)


def test_the_command_line_runs_a_part_and_says_what_is_left(tmp_path, capsys):
    assert main(["run", "-m", *LINE, "shard=1/2", f"output={tmp_path}"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "2 points × 10 replicates, part 1/2" in said
    assert "The store holds 10 of 20 runs so far." in said
    (store,) = tmp_path.iterdir()
    assert not any("shard" in word for word in json.loads((store / "manifest.json").read_text())["command"])
    assert main(["run", "-m", *LINE, "shard=2/2", f"output={tmp_path}"]) == 0
    assert "so far" not in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == [store]
    assert check_store(store) == []


def test_one_run_has_no_parts(tmp_path, capsys):
    assert main(["run", "thesis=consensus", "shard=1/2", f"output={tmp_path / 'none'}"]) == 2
    assert "divides sweeps" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
