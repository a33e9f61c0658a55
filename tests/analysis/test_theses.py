"""Model choice against cases with known answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal

from sim.analysis.candidates import gathered
from sim.analysis.histories import Histories
from sim.analysis.marginal_likelihood import Evidence
from sim.analysis.normal_scores import latent
from sim.analysis.targets import Kernel, Target
from sim.analysis.theses import (
    Fitted,
    bayes_factors,
    by_constraints,
    by_target,
    discriminating,
    evidence_of,
    information_gain,
    judged,
    scores,
    shared_compression,
)
from sim.analysis.two_rounds import two_rounds
from sim.views.theses import with_basis

SLOPES = np.random.default_rng(8).standard_normal((4, 6)) * 0.8
LESS = np.where(np.arange(4)[:, None] < 1, 0.0, SLOPES)
"""The same model without its first parameter."""
NOTHING = pd.DataFrame()


def fit_of(folder, slopes, observed, kept, seed):
    """Two rounds of a linear normal model; a candidate keeps the constraints by chance alone, so often."""

    def run(unit, numbers):
        draws = [np.random.Generator(np.random.Philox(key=[seed, 9], counter=int(n))) for n in numbers]
        noise = np.stack([draw.standard_normal(slopes.shape[1]) for draw in draws])
        lucky = np.array([draw.random() for draw in draws]) < kept
        violated = np.where(lucky, -1, 3).astype(np.int16)[:, None, None]
        return Histories(violated, np.zeros((len(unit), 1, 1), dtype=np.int8), (latent(unit) @ slopes + noise)[lucky])

    def gather(number, draw):
        return gathered(folder / str(number), draw, run, number * 1_000_000, points=2500, most=50_000, stage="")

    return two_rounds(gather, len(slopes), 500, observed, 0.5, seed)


def exact(slopes, observed):
    return float(multivariate_normal(np.zeros(6), np.eye(6) + slopes.T @ slopes).logpdf(observed))


@pytest.mark.parametrize("seed", [1, 2])
def test_known_bayes_factor_with_a_constraint(tmp_path, seed):
    """Within four standard errors and a quarter of a nat, what compressing and correcting cost; seeds fixed.

    The lesser model keeps the constraints twice as seldom: that is ln 2 on top of the marginal likelihoods.
    """
    draw = np.random.default_rng(seed)
    observed = draw.standard_normal(4) @ SLOPES + draw.standard_normal(6)
    models = {"full": (SLOPES, 0.8), "less": (LESS, 0.4)}
    fits = {name: fit_of(tmp_path / name, slopes, observed, kept, seed) for name, (slopes, kept) in models.items()}
    fitted = [
        Fitted(name, name, len(f.first.unit), len(f.first.summaries), f, NOTHING, NOTHING) for name, f in fits.items()
    ]  # fmt: skip
    shared = shared_compression(fits["full"], fitted, seed)
    table = judged(fitted, {name: evidence_of(f, shared, seed) for name, f in fits.items()}, "full")
    row = table.loc["less"]
    wanted = exact(LESS, observed) - exact(SLOPES, observed) + np.log(0.5)
    assert abs(row["log_bayes_factor"] - wanted) < 4.0 * row["log_bayes_factor_se"] + 0.25
    assert row["log_kept"] == pytest.approx(np.log(0.4), abs=4.0 * row["log_kept_se"])
    assert table["believed"].all()
    assert not table["bound"].any()


def plain(name, tried, kept, check=NOTHING):
    return Fitted(name, name, tried, kept, None, NOTHING, check)


def test_probabilities_of_known_evidences():
    fitted = [plain("a", 1000, 1000), plain("b", 1000, 500), plain("c", 3000, 0)]
    table = judged(fitted, {"a": Evidence(-3.0, 0.0, 400.0), "b": Evidence(-3.0, 0.3, 12.0)}, "a")
    assert table["probability"].sum() == pytest.approx(1.0)
    assert table.loc["b", "log_bayes_factor"] == pytest.approx(np.log(0.5))
    assert table.loc["b", "log_bayes_factor_se"] == pytest.approx(np.hypot(0.3, np.sqrt(0.5 / 500)))
    assert table.loc["a", "low"] < table.loc["a", "probability"] < table.loc["a", "high"]
    assert table["believed"].tolist() == [True, False, False]
    # none of 3,000: at most what would show none with a probability of a twentieth
    assert table["bound"].tolist() == [False, False, True]
    assert (1.0 - np.exp(table.loc["c", "log_kept"])) ** 3000 == pytest.approx(0.05)
    assert bayes_factors(table).loc["b", "a"] == pytest.approx(np.log(0.5))
    assert (np.diag(bayes_factors(table)) == 0.0).all()


def target(name: str, observed: float) -> Target:
    return Target(
        name=name, title=name, definition=name, scenario="synthetic", statistic="dissolution", observed=observed,
        band=(observed - 1.0, observed + 1.0), kernel=Kernel(shape="gaussian", scale=1.0), known=2000, source="test",
    )  # fmt: skip


def test_what_a_thesis_fails():
    targets = [target("X0", 0.0), target("X1", 0.0)]
    near, far = (plain(n, 1, 1, pd.DataFrame({"X0": [0.0, 0.2], "X1": [v, v]})) for n, v in (("near", 0.5), ("far", 3.0)))
    table = by_target([near, far], targets)
    assert table.loc["X1"].tolist() == [0.5, 3.0]
    assert scores([near, far], targets)["near"] == pytest.approx(np.log(2.5 / 3.0))
    assert scores([near, far], targets)["far"] == pytest.approx(0.5 * (np.log(2.5 / 3.0) + np.log(0.5 / 3.0)))


def test_information():
    """A certain yes against a certain no under even odds is one bit; alike predictions are none."""
    even = np.array([0.5, 0.5])
    assert information_gain(np.array([1.0, 0.0]), even) == pytest.approx(1.0, abs=1e-6)
    assert information_gain(np.array([0.3, 0.3]), even) == pytest.approx(0.0, abs=1e-9)
    table = discriminating(
        pd.DataFrame([
            {"experiment": "dull", "outcome": "break", "thesis": "a", "probability": 0.5, "se": 0.1},
            {"experiment": "dull", "outcome": "break", "thesis": "b", "probability": 0.5, "se": 0.1},
            {"experiment": "telling", "outcome": "break", "thesis": "a", "probability": 0.9, "se": 0.1},
            {"experiment": "telling", "outcome": "break", "thesis": "b", "probability": 0.1, "se": 0.1},
        ]),
        {"a": 0.5, "b": 0.5},
    )  # fmt: skip
    assert list(table["experiment"]) == ["telling", "dull"]
    assert table.loc[0, "highest"] == "a"


def test_probabilities_by_constraints_alone():
    """Three quarters and a quarter by counts of 300 and 100 in 1,000; a thesis that never keeps them is left a little."""
    found = by_constraints(np.array([1000.0, 1000.0]), np.array([300.0, 100.0]))
    assert found["probability"].tolist() == pytest.approx([0.75, 0.25], abs=0.002)
    assert ((found["low"] < found["probability"]) & (found["probability"] < found["high"])).all()
    assert found["high"][0] - found["low"][0] == pytest.approx(2 * 1.96 * 0.75 * 0.25 * (0.7 / 300 + 0.9 / 100) ** 0.5, rel=0.1)
    assert 0.0 < by_constraints(np.array([1000.0, 1000.0]), np.array([300.0, 0.0]))["probability"][1] < 0.003


def test_what_rests_on_too_few_points_does_not_count():
    table = pd.DataFrame({"probability": [0.9, 0.1], "low": 0.0, "high": 1.0, "effective": [50.0, 50.0], "tried": 100,
                          "kept": [50, 25], "bound": False}, index=pd.Index(["a", "b"], name="thesis"))  # fmt: skip
    assert with_basis(table)["probability"].tolist() == [0.9, 0.1]
    few = with_basis(table.assign(effective_other=[50.0, 9.0]))
    assert set(few["basis"]) == {"constraints"}
    assert few["probability"].tolist() == pytest.approx([2 / 3, 1 / 3], abs=0.01)
