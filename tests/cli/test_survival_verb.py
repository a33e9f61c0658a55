"""The verb survival: what it prints and writes from a run folder and a CSV, and how it refuses."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from sim.analysis.logrank import LogRank
from sim.cli import main
from sim.views.figures import save
from sim.views.survival import logrank_sentence, median_words
from sim.views.survival_figure import survival_figure

FILES = {"survival.csv", "curves.csv", "incidence.csv", "hazard.csv", "survival.png", "survival.svg"}
SMALL = ["scenario=talks_2018", "replicates=8", "threads=1", "months=24", "figures=false"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("runs")
    assert main(["run", *SMALL, f"output={root}"]) == 0
    (made,) = root.iterdir()
    return made


def test_a_run_folder(folder, tmp_path, capsys):
    assert main(["survival", str(folder), f"output={tmp_path}"]) == 0
    said = capsys.readouterr().out
    made = Path(said.strip().splitlines()[-1].split("Survival folder: ")[1])
    assert made == tmp_path / f"survival-{folder.name}"
    assert {p.name for p in made.iterdir()} == FILES | {"logrank.csv"}
    rows = pd.read_csv(made / "survival.csv")
    assert len(rows) == 7
    assert (rows["spells"] == rows[["break", "fight", "death_of_a_party", "censored"]].sum(axis=1)).all()
    assert rows["survival_5"].isna().all()  # two years of runs say nothing on five
    recorded = pd.read_parquet(folder / "spells.parquet").query("between == 'organisations' and first_broken > first_allied")
    assert rows[["break", "fight", "death_of_a_party"]].to_numpy().sum() == len(recorded)
    assert len(pd.read_csv(made / "logrank.csv")) == 21
    for words in ("Log-rank test that the 7 groups end alike", "were in place when the run began", "pair=A-B"):
        assert words in said


def test_one_pair_by_thesis(folder, tmp_path, capsys):
    command = ["survival", str(folder), "pair=al_qaeda-taliban", "by=thesis", f"output={tmp_path}"]
    assert main(command) == 0
    rows = pd.read_csv(tmp_path / f"survival-{folder.name}-al_qaeda-taliban" / "survival.csv")
    assert (rows["spells"] <= 8).all()
    assert "intervals are too narrow" not in capsys.readouterr().out
    assert main(command) == 0  # what is there stays; the next folder gets a number
    assert (tmp_path / f"survival-{folder.name}-al_qaeda-taliban-2").is_dir()


@pytest.fixture
def spells(tmp_path):
    random = np.random.default_rng(6)
    life, watched = random.exponential(40, 80), random.uniform(6, 144, 80)
    ends = np.where(life < watched, random.choice(["break", "fight", "death_of_a_party"], 80), "censored")
    table = pd.DataFrame({"id": np.arange(80), "start": 0, "duration": np.minimum(life, watched), "end": ends})
    path = tmp_path / "spells.csv"
    table.assign(group=np.where(np.arange(80) % 2, "islamist", "other"), region="any").to_csv(path, index=False)
    return path


def test_a_csv_in_months(spells, tmp_path, capsys):
    assert main(["survival", str(spells), "unit=months", f"output={tmp_path}/out"]) == 0
    said = capsys.readouterr().out
    assert "on 1 df" in said
    rows = pd.read_csv(tmp_path / "out" / "survival-spells" / "survival.csv")
    assert rows["group"].tolist() == ["islamist", "other"]
    assert rows["horizon"].max() <= 12
    assert rows["survival_10"].notna().any()
    curves = pd.read_csv(tmp_path / "out" / "survival-spells" / "curves.csv")
    incidence = pd.read_csv(tmp_path / "out" / "survival-spells" / "incidence.csv")
    total = incidence.groupby(["group", "time"])["incidence"].sum().to_numpy()
    np.testing.assert_allclose(total + curves["survival"], 1, atol=1e-5)


def test_one_group(spells, tmp_path, capsys):
    assert main(["survival", str(spells), "by=region", f"output={tmp_path}/out"]) == 0
    assert "Log-rank" not in capsys.readouterr().out
    assert {p.name for p in (tmp_path / "out" / "survival-spells").iterdir()} == FILES


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["by=grupo"], ["by", "grupo", "did you mean 'group'"]),
        (["by=id"], ["by", "unknown name 'id'"]),
        (["pair=al_qaeda-taliban"], ["pair", "belongs to a run folder"]),
        (["--between", "al_qaeda-taliban"], ["--between", "is asked for as pair=A-B"]),
        (["unit=weeks"], ["unit", "months"]),
    ],
)
def test_bad_words_with_a_csv(spells, tmp_path, capsys, arguments, words):
    refused(capsys, tmp_path / "out", [str(spells), *arguments], words)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["pair=alqaeda-taliban"], ["alqaeda", "did you mean 'al_qaeda'"]),
        (["pair=taliban"], ["'taliban' is no pair"]),
        (["pair=al_qaeda-haqqani"], ["no such pair", "two organisations, or two factions"]),
        (["by=theses"], ["did you mean 'thesis'"]),
        (["by=replicate"], []),
        (["unit=years"], ["unit", "belongs to a CSV"]),
    ],
)
def test_bad_words_with_a_run_folder(folder, tmp_path, capsys, arguments, words):
    if arguments == ["by=replicate"]:  # eight groups are few enough
        assert main(["survival", str(folder), *arguments, f"output={tmp_path}/out"]) == 0
        return
    refused(capsys, tmp_path / "out", [str(folder), *arguments], words)


def refused(capsys, target, arguments, words):
    assert main(["survival", *arguments, f"output={target}"]) == 2
    said = capsys.readouterr()
    assert all(word in said.err for word in words)
    assert "Traceback" not in said.err
    assert said.out == ""
    assert not target.exists()


def test_paths_that_hold_no_spells(tmp_path, capsys):
    target = tmp_path / "out"
    refused(capsys, target, [str(tmp_path / "nowhere")], ["nowhere", "cannot be read"])
    refused(capsys, target, [str(tmp_path)], ["holds no spells.parquet"])
    bad = tmp_path / "bad.csv"
    bad.write_text("id,start,duration,end\na,0,1,brake\n")
    refused(capsys, target, [str(bad)], ["bad.csv", "line 2", "brake", "did you mean 'break'"])


def test_many_groups_are_refused(tmp_path, capsys):
    path = tmp_path / "many.csv"
    path.write_text("id,start,duration,end,group\n" + "".join(f"{n},0,1,break,g{n}\n" for n in range(31)))
    refused(capsys, tmp_path / "out", [str(path)], ["31 groups", "at most 30"])


def test_an_output_that_cannot_be_written(spells, tmp_path, capsys):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert main(["survival", str(spells), f"output={blocked}"]) == 2
    said = capsys.readouterr()
    assert "cannot be written" in said.err
    assert said.out == ""


def test_help(capsys):
    assert main(["survival", "--help"]) == 0
    assert "death_of_a_party" in capsys.readouterr().out


def test_words():
    assert median_words(1.94, 1.6, 2.31) == "1.9 (1.6–2.3)"
    assert median_words(2.7, 2.2, np.inf) == "2.7 (from 2.2)"
    assert median_words(np.inf, 2.2, np.inf) == "– (from 2.2)"
    assert median_words(np.inf, np.inf, np.inf) == "–"
    assert "p < 0.001" in logrank_sentence(LogRank(16.793, 1, 4e-5), 2)
    assert "no end tells" in logrank_sentence(LogRank(np.nan, 1, np.nan), 2)


def without_ids(content):
    # matplotlib names a clip path in an SVG after where it lies in memory
    return re.sub(rb"\bp[0-9a-f]{10}\b", b"clip", content)


@pytest.mark.parametrize("groups", [1, 2, 7, 11])
def test_the_figure_fits_its_frame_and_repeats(tmp_path, groups):
    random = np.random.default_rng(7)
    n = 60 * groups
    life, watched = random.exponential(3, n), random.uniform(1, 8, n)
    ends = np.where(life < watched, random.choice(["break", "fight", "death_of_a_party"], n), "censored")
    table = pd.DataFrame({"id": np.arange(n), "start": 0.0, "duration": np.minimum(life, watched), "end": ends})
    table["group"] = [f"deep_ties_beyond_cost_benefit_{i % groups}" for i in range(n)]
    figure = survival_figure(table, "group", "How long alliances last: a test")
    figure.canvas.draw()
    frame = figure.bbox.padded(3)
    texts = [*figure.texts, *(t for axes in figure.axes for t in (*axes.texts, axes.title, axes.xaxis.label, axes.yaxis.label))]
    for text in texts:
        if text.get_text():
            assert all(frame.fully_contains(*corner) for corner in text.get_window_extent().corners()), text.get_text()
    labels = [axes.xaxis.label.get_window_extent() for axes in figure.axes if axes.axison]
    assert not any(a.overlaps(b) for i, a in enumerate(labels) for b in labels[i + 1 :])
    assert len(figure.axes) == 6  # curves, numbers at risk, three kinds of end, hazards
    assert ("(8 of 11 groups" in figure.get_suptitle()) == (groups == 11)
    for axes in figure.axes:
        boxes = [Text.get_window_extent(t) for t in axes.texts if t.get_text()]  # without the lines that lead to them
        assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    first, second = (
        [without_ids(path.read_bytes()) for path in save(survival_figure(table, "group", "A test"), tmp_path, name, "a test")]
        for name in ("one", "two")
    )
    assert first == second


def test_a_figure_without_ends(tmp_path):
    table = pd.DataFrame({"id": ["a", "b"], "start": 0.0, "duration": [1.0, 2.0], "end": "censored"})
    figure = survival_figure(table, None, "Nothing ends")
    assert len(figure.axes) == 3
    save(figure, tmp_path, "none", "a test")
