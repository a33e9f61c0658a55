"""Figures: made, checked against what is kept, and traced back."""

import itertools
import json

import numba
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.intervals import Z
from sim.cli import main
from sim.errors import InputError
from sim.papers.draw import _ends, drawn
from sim.papers.experiment import Panel, experiments, moved, read_experiment, rows_of, share_rows
from sim.papers.figures import ties
from sim.papers.making import COMPUTE
from sim.papers.provenance import read_origin, save_with_origin
from sim.runs.config import plan_of

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")


def test_every_figure_has_a_function_numbers_and_words():
    assert set(experiments()) == set(COMPUTE)
    for name in experiments():
        experiment = read_experiment(name)
        table = experiment.expected()
        assert set(table["panel"]) == {panel.name for panel in experiment.conf.panels}
        assert not table.duplicated(["panel", "series", "x"]).any()
        assert table["value"].notna().all()
        assert experiment.conf.question.endswith("?")
        assert len(experiment.conf.caption) > 60


@pytest.mark.parametrize("name", experiments())
def test_what_a_figure_runs_can_be_run_by_hand(name):
    experiment = read_experiment(name)
    plan = plan_of([f"experiment={name}"])
    assert plan.world.name == experiment.runs.scenarios[0]
    assert (plan.replicates, plan.seed) == (experiment.replicates("full"), experiment.seed)
    assert [reading.name for reading in plan.readings] == experiment.runs.theses
    assert experiment.runs.name == name
    assert plan_of([f"experiment={name}", "replicates=5", "thesis=consensus"]).replicates == 5


@pytest.mark.parametrize("name", experiments())
def test_what_is_kept_can_be_drawn(name):
    experiment = read_experiment(name)
    figure = drawn(experiment, experiment.expected())
    axes = [a for a in figure.axes if a.axison]
    assert len(axes) == len(experiment.conf.panels)
    assert all(a.get_xlabel() or a.get_xticklabels() for a in axes)


@given(st.floats(-5, 5), st.floats(0.01, 1), st.floats(0.01, 1))
def test_a_number_moves_when_it_is_out_of_its_error(value, one, two):
    kept, same = rows_of("p", "s", 0, value, one), rows_of("p", "s", 0, value, two)
    assert not len(moved(kept, same, 0.0))
    far = rows_of("p", "s", 0, value + 6 * np.hypot(one, two), two)
    assert len(moved(kept, far, 0.0)) == 1
    assert not len(moved(kept, far, 7.0))


def test_missing_and_new_rows_have_moved():
    one, two = rows_of("p", "a", [0, 1], 0.5, 0.1), rows_of("p", "b", [0, 1], 0.5, 0.1)
    assert len(moved(one, pd.concat([one, two]), 0.0)) == 2
    assert len(moved(pd.concat([one, two]), one, 0.0)) == 2


@pytest.mark.statistical
def test_the_check_raises_few_false_alarms():
    """Tables of 100 shares drawn twice from one model, 300 runs against 2,000: at most one table in a hundred alarms.

    The bar is one in 10,000 for normal numbers; shares of so few runs have heavier tails.
    """
    rng = np.random.default_rng(7)
    alarms = 0
    for _ in range(400):
        p = rng.uniform(0.05, 0.95, 100)
        kept, found = (share_rows("p", "s", np.arange(100), rng.binomial(n, p) / n, n) for n in (2000, 300))
        alarms += len(moved(kept, found, 0.0)) > 0
    assert alarms <= 4


@needs_compiler
def test_made_and_traced_back_from_every_format(tmp_path, capsys):
    assert main(["figures", "thesis_comparison", f"output={tmp_path}"]) == 0
    folder = tmp_path / "draft" / "thesis_comparison"
    assert {p.suffix for p in folder.iterdir()} == {".pdf", ".svg", ".png", ".csv", ".txt", ".json"}
    origins = [read_origin(folder / f"thesis_comparison.{ending}") for ending in ("pdf", "svg", "png")]
    assert all(o == json.loads((folder / "origin.json").read_text()) for o in origins)
    capsys.readouterr()
    assert main(["figures", "trace", str(folder / "thesis_comparison.pdf")]) == 0
    said = " ".join(capsys.readouterr().out.split())
    command = "alliances figures thesis_comparison quality=draft"
    for words in (
        command,
        "conf/experiment/thesis_comparison.yaml",
        "experiments/thesis_comparison",
        "bond.weight",
        "bacon_2018",
        "evidence",
        "Question",
    ):
        assert words in said


def test_a_figure_made_with_something_else_says_so(tmp_path, monkeypatch, capsys):
    from sim.papers import provenance

    experiment = read_experiment("thesis_comparison")
    monkeypatch.setattr(provenance, "source_digest", lambda: "0" * 16)
    save_with_origin(drawn(experiment, experiment.expected()), tmp_path, experiment, "draft")
    monkeypatch.undo()
    assert main(["figures", "trace", str(tmp_path / "thesis_comparison.png")]) == 1
    assert "another code" in capsys.readouterr().out


@needs_compiler
def test_a_change_of_the_model_that_changes_a_conclusion_fails_and_says_which(monkeypatch, capsys):
    assert main(["figures", "official_and_actual", "--check"]) == 0
    changed = {**ties.values_of("consensus"), "brand.weight": 0.0, "bond.weight": 0.0, "personal_ties.weight": 0.0}
    monkeypatch.setattr(ties, "values_of", lambda _: changed)
    capsys.readouterr()
    assert main(["figures", "official_and_actual", "--check"]) == 1
    said = capsys.readouterr().out
    assert "official_and_actual" in said
    assert "have moved" in said


@needs_compiler
@pytest.mark.slow
def test_all_figures_still_say_what_they_said():
    assert main(["figures", "--check"]) == 0


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["persistance"], "persistence"), (["quality=best"], "draft"), (["--chek"], "--check"), (["--update"], "quality=full"),
        (["qualty=full"], "quality"),
    ],
)  # fmt: skip
def test_bad_input(words, named, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["figures", *words]) == 2
    assert named in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_a_file_that_is_none_of_ours(ending, tmp_path):
    path = tmp_path / f"other.{ending}"
    path.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    with pytest.raises(InputError, match="nothing of where"):
        read_origin(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_origin(tmp_path / f"none.{ending}")


def test_names_are_apart():
    for a, b in itertools.combinations(experiments(), 2):
        assert read_experiment(a).conf.title != read_experiment(b).conf.title


def test_intervals_of_shares_stay_within_what_a_share_can_be():
    panel = Panel(name="a", kind="lines", title="a", y="%")
    rows = pd.concat(
        [rows_of("a", "high", [1, 2], [0.99, 1.0], 0.02), rows_of("a", "low", [1, 2], [0.0, 0.5], 0.02)], ignore_index=True
    )
    low, high = _ends(panel, rows)
    assert (low.min(), high.max()) == (0.0, 100.0)
    assert low.iloc[3] == pytest.approx(100 * (0.5 - Z * 0.02))
    low, high = _ends(panel, rows.assign(value=rows["value"] - 0.5))  # a difference may be anything
    assert low.min() < -50.0
