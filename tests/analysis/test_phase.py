"""Phase maps: shares, leads and contours, and their figure."""

import numpy as np
import pandas as pd
import pytest

from sim.analysis.intervals import wilson
from sim.analysis.phase import BROKEN, MAPS, OUTCOMES, contour, outcome_words, phase_map
from sim.errors import InputError
from sim.views.figures import save
from sim.views.phase_figure import edges, phase_figure


def runs(*cells):
    """A row a run, from (x, y, persists, breaks, turns_hostile and, where they occur, loses_a_side, never_forms)."""
    rows = [(x, y, name) for x, y, *counts in cells for name, n in zip(OUTCOMES, counts, strict=False) for _ in range(n)]
    return pd.DataFrame(rows, columns=["kinetic", "offer", "outcome"])


def test_shares_leads_and_certainty():
    phases = phase_map(runs((0, 0, 90, 10, 0), (1, 0, 10, 50, 40), (0, 1, 5, 15, 80), (1, 1, 34, 33, 33)), "kinetic", "offer")
    cells = phases.cells.set_index(["kinetic", "offer"])
    assert cells["leading"].to_dict() == {
        (0, 0): "persists", (1, 0): "breaks", (0, 1): "turns_hostile", (1, 1): "persists",
    }  # fmt: skip
    assert cells["certain"].to_dict() == {(0, 0): True, (1, 0): False, (0, 1): True, (1, 1): False}
    assert cells.loc[(1, 0), "breaks"] == 0.5
    # Wilson's: 50 of 100, and the upper end of 0 of 100, z² / (n + z²)
    assert cells.loc[(1, 0), ["breaks_low", "breaks_high"]].tolist() == pytest.approx([0.4038315, 0.5961685])
    assert cells.loc[(0, 0), ["turns_hostile_low", "turns_hostile_high"]].tolist() == pytest.approx([0.0, 3.841459 / 103.841459])
    np.testing.assert_allclose(cells[list(OUTCOMES)].sum(axis=1), 1)
    np.testing.assert_allclose(phases.grid(("breaks", "turns_hostile")), [[0.1, 0.9], [0.95, 0.66]])


def test_certain_means_that_the_interval_among_the_two_leading_clears_one_half():
    for first in range(51, 80):
        cells = phase_map(runs((0, 0, first, 100 - first, 40)), "kinetic", "offer").cells
        low, _ = wilson(np.array(first / 100), 100)
        assert cells["certain"][0] == (low > 0.5)


@pytest.mark.statistical
def test_equal_outcomes_are_seldom_called_certain():
    """2,000 cells with two equally frequent outcomes: 5 % are called certain, within 4 standard errors."""
    counts = np.random.default_rng(4).multinomial(400, [0.45, 0.45, 0.1], size=2000)
    table = pd.DataFrame(counts, columns=list(OUTCOMES[:3])).assign(kinetic=np.arange(2000) % 50, offer=np.arange(2000) // 50)
    table = table.assign(loses_a_side=0, never_forms=0)
    assert phase_map(table, "kinetic", "offer").cells["certain"].mean() == pytest.approx(
        0.05, abs=4 * np.sqrt(0.05 * 0.95 / 2000)
    )


def test_maps_of_first_passages():
    """A run that never forms is neither broken nor never broken; it may have fought all the same."""
    rows = pd.DataFrame({"fate": ["never forms"] * 4, "never_broken": [1.0, 0.0, 0.0, np.nan], "ever_fought": [0, 1, 1, 1]})
    rows["ever_fought"] = rows["ever_fought"].astype(bool)
    assert outcome_words(rows, "never_broken").tolist() == ["never_broken", "ever_broken", "ever_broken", "never_forms"]
    assert outcome_words(rows.assign(never_broken=[True, False, False, True]), "never_broken").tolist()[2:] == [
        "ever_broken", "never_broken",
    ]  # fmt: skip
    assert outcome_words(rows, "ever_fought").tolist() == ["never_fought", *["ever_fought"] * 3]
    grid = pd.DataFrame({"kinetic": [0, 0, 1, 1], "offer": [0, 1, 0, 1]})
    for of, share in (("never_broken", "ever_broken"), ("ever_fought", "ever_fought")):
        parts = [grid.assign(outcome=MAPS[of][0])] * 2
        parts += [grid.assign(outcome=np.where(grid["kinetic"] == 1, share, MAPS[of][0]))] * 2
        phases = phase_map(pd.concat(parts), "kinetic", "offer", of=of)
        assert phases.grid(share).tolist() == [[0.0, 0.5], [0.0, 0.5]]
        assert phases.outcomes == MAPS[of]
        assert phase_figure(phases, ("k", "o"), "a pair").axes


def test_counts_and_spelling_of_the_store_give_the_same():
    table = runs((0, 0, 3, 2, 1), (1, 0, 1, 1, 4))
    wide = pd.crosstab([table["kinetic"], table["offer"]], table["outcome"])
    wide = wide.reindex(columns=OUTCOMES, fill_value=0).reset_index()
    spaced = table.assign(outcome=table["outcome"].str.replace("_", " "))
    expected = phase_map(table, "kinetic", "offer").cells
    for other in (wide, wide.rename(columns={"turns_hostile": "turns hostile"}), spaced):
        pd.testing.assert_frame_equal(phase_map(other, "kinetic", "offer").cells, expected)


def plane(n=11, missing=False):
    """Share broken = (x + y) / 2 on a grid: the contour of one half is the line x + y = 1."""
    values = np.linspace(0, 1, n)
    cells = []
    for x in values:
        for y in values:
            broken = round(1000 * (x + y) / 2)
            if not (missing and x < 0.35 and y < 0.35):
                cells.append({"kinetic": x, "offer": y, "persists": 1000 - broken, "breaks": broken, "turns_hostile": 0})
    return pd.DataFrame(cells).assign(loses_a_side=0, never_forms=0)


def test_what_never_formed_or_lost_a_side_is_not_broken():
    cells = phase_map(runs((0, 0, 10, 10, 0, 20, 60)), "kinetic", "offer").cells.iloc[0]
    assert (cells["leading"], cells["certain"]) == ("never_forms", True)
    assert cells[["breaks", "loses_a_side", "never_forms"]].tolist() == [0.1, 0.2, 0.6]
    phases = phase_map(
        runs((0, 0, 0, 9, 0, 0, 91), (1, 0, 0, 9, 0, 0, 91), (0, 1, 0, 9, 0, 91, 0), (1, 1, 5, 5)), "kinetic", "offer"
    )
    np.testing.assert_allclose(phases.grid(BROKEN), [[0.09, 0.09], [0.09, 0.5]])


@pytest.mark.parametrize("missing", [False, True])
def test_contour_of_a_plane(missing):
    (line,) = contour(phase_map(plane(missing=missing), "kinetic", "offer"))
    np.testing.assert_allclose(line.sum(axis=1), 1, atol=1e-9)
    assert line[:, 0].min() == pytest.approx(0)
    assert line[:, 0].max() == pytest.approx(1)


def test_contour_where_there_is_none():
    assert contour(phase_map(runs((0, 0, 5, 5, 0), (1, 0, 0, 5, 0)), "kinetic", "offer")) == []
    assert contour(phase_map(plane(), "kinetic", "offer"), of=("turns_hostile",)) == []


def test_bins_for_designs_that_are_no_grid():
    random = np.random.default_rng(5)
    table = pd.DataFrame({"kinetic": random.random(500), "offer": 2.0, "outcome": "breaks"})
    with pytest.raises(InputError, match="500 values"):
        phase_map(table, "kinetic", "offer")
    phases = phase_map(table, "kinetic", "offer", bins=4)
    assert phases.cells["runs"].sum() == 500
    assert len(phases.xs) == 4
    assert len(phases.ys) == 1


@pytest.mark.parametrize(
    ("change", "x", "words"),
    [
        ({}, "kinetik", ["kinetik", "did you mean 'kinetic'"]),
        ({}, "offer", ["both axes"]),
        ({"outcome": "brakes"}, "kinetic", ["brakes", "breaks"]),
        ({"kinetic": "high"}, "kinetic", ["kinetic", "row 0", "high"]),
    ],
)
def test_bad_tables(change, x, words):
    with pytest.raises(InputError) as fault:
        phase_map(runs((0, 0, 1, 1, 1)).assign(**change), x, "offer")
    assert all(word in str(fault.value) for word in words)


def test_bad_counts():
    table = plane(2)
    with pytest.raises(InputError, match="breaks: row 1 has '-1'"):
        phase_map(table.assign(breaks=[0, -1, 2, 3]), "kinetic", "offer")
    with pytest.raises(InputError, match="turns_hostile: column is missing"):
        phase_map(table.drop(columns="turns_hostile"), "kinetic", "offer")
    with pytest.raises(InputError, match="no runs"):
        phase_map(table.assign(persists=0, breaks=0), "kinetic", "offer")
    with pytest.raises(InputError, match="bins"):
        phase_map(table, "kinetic", "offer", bins=0)


def test_edges_lie_between_values():
    np.testing.assert_allclose(edges(np.array([0.0, 1.0, 3.0])), [-0.5, 0.5, 2.0, 4.0])
    assert edges(np.array([0.0])).tolist() == [-0.5, 0.5]
    assert edges(np.array([4.0])).tolist() == [2, 6]


@pytest.mark.parametrize("n", [5, 21])
def test_figure_says_what_it_shows(tmp_path, n):
    phases = phase_map(plane(n, missing=True), "kinetic", "offer")
    figure = phase_figure(phases, ("Pressure, 0..1", "Offer, 0..1"), "Reds and blues")
    figure.canvas.draw()
    axes, (legend,) = figure.axes[0], figure.legends
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Pressure, 0..1", "Offer, 0..1")
    said = [text.get_text().replace("\n", " ") for text in legend.get_texts()]
    assert {"persists", "breaks", "no runs", "broken in half of the runs, hostile or not"} <= set(said)
    assert any(text.startswith("uncertain") for text in said)
    assert bool(axes.texts) == (n <= 10)
    boxes = [axes.get_window_extent(), axes.title.get_window_extent(), legend.get_window_extent()]
    assert not boxes[0].overlaps(boxes[2])
    assert not boxes[1].overlaps(boxes[2])
    assert all(figure.bbox.padded(2).fully_contains(*corner) for box in boxes for corner in box.corners())
    assert sorted(path.suffix for path in save(figure, tmp_path, "phase", "a test")) == [".png", ".svg"]
