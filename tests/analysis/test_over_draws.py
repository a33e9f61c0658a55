"""Comparisons and assertions over draws of the posterior: differences stay paired, intervals are over runs and draws."""

from __future__ import annotations

from dataclasses import replace

import numba
import numpy as np
import pandas as pd
import pytest
from exact_world import isolated, setting
from scipy import stats

from sim.analysis.assertions import Laboratory, interval, read_assertions
from sim.analysis.wedges.comparison import arms_of, compare
from sim.analysis.wedges.effects import paired
from sim.analysis.wedges.response import interaction
from sim.analysis.wedges.robustness import worlds_of
from sim.cli import main, read_line
from sim.runs import draws as module
from sim.views.compare_line import asked_of, draws_under, prepared
from sim.world.loading import thesis_values

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")
TALKS = ["scenario=talks_2018", "months=6"]


@pytest.fixture
def three(tmp_path, monkeypatch):
    """A posterior of three draws of three parameters."""
    path = tmp_path / "posterior.csv"
    path.write_text("bond.weight,benefit.weight,isolation.weight\n1.5,3,0.5\n2.0,4,1.0\n2.5,5,2.0\n")
    monkeypatch.setattr(module, "POSTERIOR", path)
    return path


# the interval of a paired difference -------------------------------------------------------------------


def test_a_difference_over_draws_holds_its_level():
    """16 draws of 64 pairs; the effect differs by draw. Nominal 95 %; 1,000 tries, s.e. .007: .92 is 4 below."""
    rng, held, naive = np.random.default_rng(5), 0, 0
    draw = np.tile(np.arange(16), 64)
    for _ in range(1000):
        effect = np.clip(rng.normal(0.2, 0.15, 16), 0.0, 1.0)
        truth = 0.2 + 0.0064  # the mean of the clipped normal: 0.15 * phi(4/3) - 0.2 * Phi(-4/3) + 0.2
        before, after = np.zeros(1024), (rng.random(1024) < effect[draw]).astype(float)
        for found, over in ((paired(before, after, "share", draw), True), (paired(before, after, "share"), False)):
            holds = found.low <= truth <= found.high
            held, naive = held + (over and holds), naive + (not over and holds)
    assert 920 < held < 985
    assert naive < 600


def test_draws_of_one_run_each_change_nothing():
    rng = np.random.default_rng(6)
    x, y = rng.integers(0, 2, (2, 50)).astype(float)
    assert paired(x, y, "share", np.arange(50)) == paired(x, y, "share")
    assert paired(x, y, "mean", np.arange(50)) == paired(x, y, "mean")


def test_what_no_run_showed_is_known_by_the_draws():
    none = np.zeros(1000)
    over, naive = paired(none, none, "share", np.arange(1000) % 10), paired(none, none, "share")
    assert over.high > 10 * naive.high
    assert (over.difference, over.known_by, naive.known_by) == (0.0, 10.0, 1000.0)


def test_runs_without_an_answer_take_their_draws_with_them():
    x, y, draw = np.array([np.nan, 0.0, 1.0, 0.0, 1.0]), np.array([1.0, 1.0, 1.0, np.nan, 0.0]), np.array([9, 0, 0, 9, 1])
    assert paired(x, y, "share", draw) == paired(x[[1, 2, 4]], y[[1, 2, 4]], "share", draw[[1, 2, 4]])


def test_an_interaction_is_over_draws_too():
    draw = np.repeat(np.arange(4), 25)
    both = np.isin(draw, [0, 1]).astype(float)
    none = np.zeros(100)
    assert interaction(none, none, none, both, draw)["se"] > 2.0 * interaction(none, none, none, both)["se"]


def test_an_assertion_is_judged_over_draws():
    x, draw = np.repeat([1.0, 0.0, 1.0, 1.0], 25), np.repeat(np.arange(4), 25)
    mean, low, high = interval(x, draw, paired=False)
    assert (mean, low, high) == pytest.approx((0.75, 0.3006, 0.9544), abs=1e-4)  # Wilson's of 3 of 4
    assert interval(x, paired=False)[1] == pytest.approx(0.6569, abs=1e-3)  # of 75 of 100
    mean, low, high = interval(2.0 * x - 1.0, draw, paired=True)
    of_four = stats.t.interval(0.95, 3, 0.5, stats.sem([1.0, -1.0, 1.0, 1.0]))
    assert (mean, low, high) == pytest.approx((0.5, *of_four), rel=0.02)  # Student's over the means of four draws


# runs --------------------------------------------------------------------------------------------------


@needs_compiler
def test_both_arms_of_a_pair_share_draw_and_keys():
    """Under the second draw isolation is nothing to anybody: the wedge breaks the alliance in the runs of the first alone."""
    draws = pd.DataFrame({"isolation.weight": [1000.0, 0.0]})
    s = setting(replicates=7)
    s = replace(s, draws={s.headline: draws})
    done = compare(s, arms_of(s.base, [isolated()]))
    assert done.focal["none"].tolist() == [[0.0] * 7]
    assert done.focal["isolated"].tolist() == [[1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]]
    focus = done.focus().loc["isolated"]
    assert (focus["difference"], focus["up"], focus["down"]) == (pytest.approx(4 / 7), 4, 0)
    assert focus["known_by"] == 2.0
    assert not worlds_of(done)["low"].gt(0.0).any()  # two draws, one of which says no: nothing is clear
    assert s.over == " over 2 draws of the posterior"


@needs_compiler
def test_the_block_over_the_posterior_keeps_what_the_thesis_and_the_line_set(three):
    set_by = thesis_values("transactional_triangle")
    line = ["compare", *TALKS, "wedge=[offer]", "thesis=transactional_triangle", "parameters.isolation.weight=0.7"]
    asked = asked_of(read_line(line))
    asked.given["draws"] = "3"
    setting, _, questions, _ = prepared(asked)
    assert {"bond.weight", "benefit.weight"} <= set(set_by)
    assert questions.draws == [{}, {}, {}]  # nothing is left to the draws
    assert setting.readings["transactional_triangle"]["isolation.weight"] == 0.7
    assert [row["isolation.weight"] for row in draws_under(TALKS, "transactional_triangle", 3)] == [0.5, 1.0, 2.0]
    assert [set(row) for row in draws_under(TALKS, "consensus", 2)] == [{"bond.weight", "benefit.weight", "isolation.weight"}] * 2


@needs_compiler
def test_compare_over_the_posterior_says_so(three, tmp_path, capsys):
    line = ["compare", *TALKS, "wedge=[isolate]", "thesis=consensus", "replicates=8", "draws=0", f"output={tmp_path}"]
    assert main([*line, "parameters=posterior"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "8 replicates over 3 draws of the posterior, seed 1" in told
    assert "95 % interval over 3 draws of the posterior" in told
    assert main([*line, "parameters=posterior", "--report"]) == 2
    assert "--report" in capsys.readouterr().err
    three.write_text("bond.weight\n-5\n")
    assert main([*line, "parameters=posterior"]) == 2
    assert "draw 0: bond.weight: -5 lies outside its range" in capsys.readouterr().err
    assert main(line) == 0


@pytest.mark.parametrize("verb", ["search", "explain"])
def test_what_takes_one_vector_refuses_the_posterior(verb, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main([verb, *TALKS, "parameters=posterior"]) == 2
    assert "posterior is many parameter vectors" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@needs_compiler
def test_assertions_are_checked_over_the_posterior(three, tmp_path, capsys):
    wanted = next(a for a in read_assertions() if not a.paired)
    over, at = (Laboratory(6, 1, extra) for extra in (["parameters=posterior"], []))
    assert over.draw(wanted).tolist() == [0, 1, 2, 0, 1, 2]
    assert at.draw(wanted) is None
    found = over.check(wanted)
    x = over.values(wanted)
    assert (found.low, found.high) == interval(x, over.draw(wanted), paired=False)[1:]
    assert main(["evidence", "assertions", wanted.name, "parameters=posterior", "replicates=6", f"output={tmp_path}"]) == 0
    assert "over 3 draws of the posterior" in capsys.readouterr().out
