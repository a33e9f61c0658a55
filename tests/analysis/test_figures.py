"""Figures of the analyses hold what they should, fit their frame and repeat."""

import itertools

import numpy as np
import pytest

from sim.analysis.claim_shares import grouped
from sim.analysis.discovery import discover
from sim.analysis.morris import morris
from sim.analysis.pawn import pawn
from sim.analysis.sensitivity import swings
from sim.analysis.sobol import sobol
from sim.runs.design import Design
from sim.views.discovery_figure import discovery_figure
from sim.views.figures import end_labels, save
from sim.views.sensitivity_figures import indices_figure, shares_figure, tornado_figure

OVER = "ledger:bond,brand,choice"
METHODS = {"sobol": (sobol, 64), "morris": (morris, 10), "lhs": (pawn, 200)}


def outcomes(points, replicates=10):
    share = 0.1 + 0.8 * (points.unit[:, 0] * points.unit[:, 4])
    return np.random.default_rng(0).random((len(share), replicates)) < share[:, None]


@pytest.fixture(scope="module", params=METHODS)
def result(request):
    method, n = METHODS[request.param]
    points = Design(request.param, n, OVER).points()
    return method(points, outcomes(points), resamples=50)


def inside(figure):
    """Whether every text lies inside the figure."""
    figure.canvas.draw()
    frame = figure.bbox.padded(2)
    texts = list(figure.texts)
    for axes in figure.axes:
        low, high = sorted(axes.get_ylim())
        texts += [t for t in axes.get_yticklabels() if low <= t.get_position()[1] <= high]  # ticks out of view are not drawn
        texts += [axes.xaxis.label, axes.yaxis.label, axes.title]
    shown = [t for t in texts if t.get_text() and t.get_visible()]
    return all(frame.fully_contains(*corner) for t in shown for corner in t.get_window_extent().corners())


def test_indices_show_every_parameter_the_floor_and_the_verdict(result):
    figure = indices_figure(result, "the survival of the alliance")
    axes = figure.axes[0]
    assert {t.get_text() for t in axes.get_yticklabels()} == set(result.table.index)
    assert any(np.allclose(line.get_xdata(), result.floor) for line in axes.get_lines())
    said = " ".join(text.get_text().replace("\n", " ") for text in figure.texts)
    assert result.verdict.sentence in said
    assert inside(figure)


def test_few_of_many_say_so(result):
    figure = indices_figure(result, "survival", most=3)
    assert len(figure.axes[0].get_yticklabels()) == 3
    assert len(result.table) > 3
    assert f"; {len(result.table) - 3} smaller ones not shown" in figure.get_suptitle()


@pytest.mark.parametrize("by", ["mechanism", "article", "claim"])
def test_shares_fit_their_frame(result, by):
    assert inside(shares_figure(grouped(result, by), "the survival of the alliance"))


@pytest.mark.parametrize("kind", METHODS)
def test_an_outcome_that_moves_nowhere_is_drawn_too(kind):
    method, n = METHODS[kind]
    points = Design(kind, n, OVER).points()
    values = np.ones((len(points.table), 4))
    flat = method(points, values, resamples=20)
    assert inside(indices_figure(flat, "survival"))
    assert inside(shares_figure(grouped(flat, "mechanism"), "survival"))
    assert inside(tornado_figure(swings(points, values), "survival"))


def test_tornado_and_box(tmp_path):
    points = Design("lhs", 400, OVER).points()
    values = outcomes(points, 20)
    tornado = tornado_figure(swings(points, values), "Share of runs with the alliance alive")
    assert inside(tornado)
    found = discover(points.table, values, threshold=0.45, density=0.7)
    box = discovery_figure(found, "the alliance lives")
    assert inside(box)
    assert {t.get_text().split("\n")[0] for t in box.axes[1].get_yticklabels()} == set(found.boxes[0].limits.index)
    first, second = (
        [path.read_bytes() for path in save(discovery_figure(found, "the alliance lives"), tmp_path, name, "a test")]
        for name in ("one", "two")
    )
    assert first == second


@pytest.mark.parametrize("shares", [[0.98, 0.9, 0.89, 0.89, 0.79, 0.77, 0.745], [1.0] * 7, [0.0] * 5, [0.3], [0.5, 0.1, 0.12]])
def test_labels_at_the_ends_of_lines_never_overlap(shares):
    heights = end_labels(shares)
    ranked = sorted(heights)
    assert all(above - below >= 0.05 - 1e-9 for below, above in itertools.pairwise(ranked))
    assert max(heights) <= 1.02 + 1e-9
    assert all((heights[i] <= heights[j]) for i in range(len(shares)) for j in range(len(shares)) if shares[i] < shares[j])
