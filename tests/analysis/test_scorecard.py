"""The scorecard: rows that are read in words, statistics by hand, and a coarse version of it that no change may lose."""

import json
from types import SimpleNamespace

import numba
import numpy as np
import pytest

from sim.analysis import scorecard as sc
from sim.analysis.ablation import ablations
from sim.analysis.intervals import band_in_words
from sim.analysis.patterns import GLOBAL, fights_of_levels
from sim.cli import read_line
from sim.engine.outcomes import ABSENT
from sim.errors import InputError
from sim.rules.switches import SWITCHES
from sim.views.scorecard import as_json, shown, verdict_in_words

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")
KEYS = {
    "never_broken", "ever_fight", "worst_year", "core_dissolves", "against_utility", "targets_met", "fight_years",
    "fight_recurrence", "leader_loss_ratio", "talks_agreed", "instruments_clear", "enmity_held",
    "al_qaeda_islamic_state_allied", "assertions_reproduced", "assertions_contradicted", "assertions_unexplained",
    "rolling_brier", "rolling_questions", "brier_no_change", "brier_base_rate", "brier_constant_hazard",
}  # fmt: skip


def test_every_row_can_be_measured():
    rows = sc.read_scorecard()
    assert {row.name for row in rows} >= KEYS
    assert len({row.name for row in rows}) == len(rows)
    for row in rows:
        assert row.must != (None, None) or not row.fitted, row.name
        low, high = row.ambition
        must_low, must_high = row.must
        assert low is None or must_low is None or low >= must_low
        assert high is None or must_high is None or high <= must_high


def test_a_band_has_open_ends():
    assert sc.within((0.8, None), 0.8)
    assert not sc.within((0.8, None), 0.79)
    assert sc.within((None, 0.0), -0.1)
    assert not sc.within((None, None), float("nan"))
    row = sc.Row(name="a", title="a", statistic="targets_met", must=(1.0, 2.0), ambition=(1.5, 2.0), fitted=False)
    assert [verdict_in_words(sc.Score(row, x, 0.1)) for x in (0.5, 1.2, 1.7)] == ["missed", "met", "ambition"]
    assert [band_in_words(b) for b in ((None, 0.03), (0.8, None), (0.15, 0.5), (None, None))] == [
        "≤ 0.03",
        "≥ 0.8",
        "0.15 to 0.5",
        "",
    ]
    assert (shown(25.0), shown(0.5, 0.01)) == ("25", "0.500 ± 0.010")
    with pytest.raises(ValueError, match="a target or a statistic"):
        sc.Row(name="a", title="a", fitted=False)


def test_fights_by_hand():
    fight, peace = -2, 0
    level = np.array([
        [fight, fight, peace, fight, peace],  # two fights, of two years and of one
        [peace, fight, peace, peace, peace],
        [ABSENT, ABSENT, peace, peace, peace],
    ])  # fmt: skip
    there = level != ABSENT
    far = np.array([True, False, False])
    seen = SimpleNamespace(level=level, far=far, together=lambda: there, fights=fights_of_levels(level, there))
    assert GLOBAL["fight_years"](seen) == pytest.approx(4 / 3)
    assert GLOBAL["fight_single_year"](seen) == pytest.approx(2 / 3)
    assert GLOBAL["fight_recurrence"](seen) == 0.5
    assert GLOBAL["fighting_far"](seen) == pytest.approx(3 / 5)
    assert GLOBAL["fighting_near"](seen) == pytest.approx(1 / 8)


def test_a_wedge_is_clear_beyond_its_error_and_a_least_size():
    effects = {"a": (-0.03, 0.01), "b": (0.03, 0.02), "c": (0.015, 0.001), "d": (0.12, 0.01)}
    assert sc.clear_wedges(effects) == ["a", "d"]
    assert sc.clear_wedges(effects, sc.LARGE) == ["d"]


def test_what_is_taken_away_is_there():
    found = ablations()
    assert {name.replace("_", " ") for name in SWITCHES} <= set(found)
    assert "inertia" in found


def test_a_line_is_read_strictly(tmp_path):
    line = read_line(["scorecard", "parameters=posterior", "replicates=50", f"json={tmp_path}/numbers.json"])
    assert (line["parameters"], line.whole("replicates"), line.whole("seed")) == ("posterior", 50, 2063)
    short = read_line(["scorecard", "posterior", "--json", f"{tmp_path}/numbers.json", "--ablate"])
    assert (short.words, short["json"], short.switches) == (("posterior",), line["json"], {"--ablate"})
    for word, message in (
        ("replicates=5", "10 to"),
        ("posterio", "'posterior'"),
        ("--json", "names no value"),
        ("seed=1.5", "whole"),
    ):
        with pytest.raises(InputError, match=message):
            read_line(["scorecard", word])
    with pytest.raises(InputError, match="too few"):
        sc.Measured({}, 5, 1)


@needs_compiler
@pytest.mark.statistical
def test_the_core_case_holds():
    """200 runs, one seed: deterministic, so no false alarm while nothing changes.

    After a change that leaves the model's true values as they are (never broken .95, ever fight .02, enmity .88, against own
    utility .11 at 1,000 runs) it fails in fewer than 1 of 1,000 seeds: the bounds lie four standard errors or more away.
    """
    measured = sc.Measured({}, 200, 77)
    bounds = {"never_broken": (0.86, 1.0), "ever_fight": (0.0, 0.07), "enmity_held": (0.78, 1.0), "against_utility": (0.0, 0.15),
              "core_dissolves": (0.0, 0.02), "branches_fought": (0.68, 1.0)}  # fmt: skip
    scores = {row.name: sc.score(row, measured) for row in sc.read_scorecard() if row.name in bounds}
    for name, (low, high) in bounds.items():
        assert low <= scores[name].value <= high, (name, scores[name].value)
    told = json.loads(as_json(list(scores.values()), {"seed": 77, "targets_total": 27}, None))
    assert told["never_broken"] == scores["never_broken"].value
    assert told["rows"]["ever_fight"]["must"] == [None, 0.03]


@needs_compiler
def test_luck_alone_loses_it():
    """The first version's fault: without inertia and with a blunt choice, ties end against their movers' own utility."""
    blunt = sc.Measured({"choice.sharpness": 4.8, "choice.inertia": 0.0}, 100, 77)
    rows = {row.name: row for row in sc.read_scorecard()}
    assert sc.score(rows["against_utility"], blunt).value > 0.4
    assert sc.score(rows["never_broken"], blunt).value < 0.5
