"""Indices against known answers, with and without replicate noise."""

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import pawn as salib_pawn
from SALib.analyze import sobol as salib_sobol

from sim.analysis.claim_shares import grouped
from sim.analysis.morris import morris
from sim.analysis.noise import replicate_noise
from sim.analysis.pawn import _kolmogorov, pawn
from sim.analysis.sensitivity import swings
from sim.analysis.sobol import sobol
from sim.analysis.verdict import top_down
from sim.errors import InputError
from sim.evidence.claims import Article
from sim.evidence.ledger import Entry, Ledger
from sim.runs.design import Design

NAMES = ["x1", "x2", "x3", "x4"]
OVER = dict.fromkeys(NAMES, (-np.pi, np.pi))
# Ishigami & Homma (1990), a = 7, b = 0.1; x4 stands in no equation
TOTAL = 7**2 / 8 + 0.1 * np.pi**4 / 5 + 0.01 * np.pi**8 / 18 + 0.5
S1 = np.array([0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, 7**2 / 8, 0, 0]) / TOTAL
ST = S1 + np.array([1, 0, 1, 0]) * 0.01 * np.pi**8 * (1 / 18 - 1 / 50) / TOTAL


def ishigami(x):
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def design(kind, n, seed=3, over=OVER):
    return Design(kind, n, over, seed, also=list(over)).points()


def noisy(points, replicates, noise, seed=0, common=False):
    x = points.table.to_numpy()
    rng = np.random.default_rng(seed)
    drawn = rng.normal(size=(1 if common else len(x), replicates)) * noise
    return ishigami(x)[:, None] + drawn


def test_sobol_finds_the_indices_of_ishigami():
    # 2,048 base points: standard error over designs 0.014 for ST of x1, less for the others; 0.05 is over three of it
    points = design("sobol", 2048)
    found = sobol(points, noisy(points, 2, 0.0), resamples=200)
    np.testing.assert_allclose(found.table["S1"], S1, atol=0.05)
    np.testing.assert_allclose(found.table["ST"], ST, atol=0.05)
    assert found.table.loc["x4", "ST"] == 0
    assert found.noise.share == 0
    assert found.verdict.enough
    assert (found.table["low"] <= ST + 1e-12).all()
    assert (found.table["high"] + 1e-12 >= ST).all()


def test_without_noise_the_indices_are_those_of_salib():
    points = design("sobol", 128)
    values = noisy(points, 3, 0.0)
    theirs = salib_sobol.analyze(points.problem, values[:, 0], calc_second_order=False, seed=1)
    ours = sobol(points, values, resamples=10)
    np.testing.assert_allclose(ours.table["S1"], theirs["S1"], atol=1e-12)
    np.testing.assert_allclose(ours.table["ST"], theirs["ST"], atol=1e-12)


def test_second_order_designs_are_read_too():
    points = Design("sobol", 512, OVER, 3, second_order=True, also=NAMES).points()
    np.testing.assert_allclose(sobol(points, noisy(points, 2, 0.0), resamples=10).table["ST"], ST, atol=0.08)


@pytest.mark.statistical
def test_noise_is_taken_out_of_sobol_indices():
    # noise of variance 100 over 20 replicates adds 5 to a variance of 13.8: raw ST of a dummy is 5 / 18.8 = 0.27.
    # Mean over 40 designs and draws, all fixed; one has a standard error near 0.08, their mean near 0.013: 0.05 is over three
    designs = [design("sobol", 512, seed) for seed in range(40)]
    found = [sobol(points, noisy(points, 20, 10.0, seed), resamples=2) for seed, points in enumerate(designs)]
    mean = sum(result.table for result in found) / len(found)
    raw = 5 / (TOTAL + 5)
    assert mean.loc["x4", "ST_raw"] == pytest.approx(raw, abs=0.03)
    np.testing.assert_allclose(mean["ST"], ST, atol=0.05)
    np.testing.assert_allclose(mean["S1"], S1, atol=0.05)
    assert np.mean([result.noise.share for result in found]) == pytest.approx(raw, abs=0.02)


@pytest.mark.statistical
def test_intervals_hold_the_truth_and_the_dummy_stays_under_the_floor():
    # 60 fixed seeds x 4 indices: 95 % nominal; below 0.88 only with probability < 1e-4 if nominal. 95 % floor: 60 draws
    # with 8 or more above have probability 0.02 (the seeds are fixed: no false alarm from run to run)
    points = [design("sobol", 256, seed) for seed in range(60)]
    found = [sobol(p, noisy(p, 20, 5.0, seed), resamples=100) for seed, p in enumerate(points)]
    held = np.mean([(r.table["low"] <= ST) & (r.table["high"] >= ST) for r in found])
    assert held >= 0.88
    assert sum(r.table.loc["x4", "ST"] > r.floor for r in found) <= 8


def test_common_random_numbers_add_no_noise_between_points():
    # what a replicate adds to every point alike cancels between points
    points = design("sobol", 256)
    found = sobol(points, noisy(points, 10, 20.0, common=True), resamples=20)
    without = sobol(points, noisy(points, 10, 0.0), resamples=20)
    assert found.noise.share == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(found.table["ST"], without.table["ST"], atol=1e-8)
    np.testing.assert_allclose(found.table["S1"], without.table["S1"], atol=1e-8)


def test_noise_splits_variance_without_bias():
    # variance of points 4, noise 9 / 5 = 1.8; mean over 400 fixed draws of 40 points, standard error about 0.05
    rng = np.random.default_rng(1)
    parts = [replicate_noise(rng.normal(0, 2, (40, 1)) + rng.normal(0, 3, (40, 5))) for _ in range(400)]
    assert np.mean([part.noise for part in parts]) == pytest.approx(1.8, abs=0.06)
    assert np.mean([part.signal for part in parts]) == pytest.approx(4.0, abs=0.2)


def linear(points, noise=0.0, replicates=4):
    x = points.table.to_numpy()
    effect = x @ [1.0, 2.0, -3.0, 0.0]
    return effect[:, None] + noise * np.random.default_rng(0).normal(size=(len(x), replicates))


def test_morris_finds_the_slopes_of_a_linear_model():
    # slopes per whole range: 2 pi wide
    points = design("morris", 10)
    found = morris(points, linear(points))
    np.testing.assert_allclose(found.table["mu_star"], 2 * np.pi * np.array([1, 2, 3, 0]), atol=1e-9)
    np.testing.assert_allclose(found.table["mu"], 2 * np.pi * np.array([1, 2, -3, 0]), atol=1e-9)
    np.testing.assert_allclose(found.table["sigma"], 0, atol=1e-9)
    assert found.table["rank"].tolist() == [3, 2, 1, 4]
    assert found.verdict.enough


def test_morris_noise_shows_in_level_and_leaves_sigma():
    over = dict.fromkeys(NAMES, (0.0, 1.0))
    points = design("morris", 200, over=over)
    found = morris(points, linear(points, 2.0, 50))
    # a step is 2/3 of the range: standard deviation of an effect 2 sqrt(2 / 50) / (2/3) = 0.6, folded mean 0.479
    np.testing.assert_allclose(found.table["level"], 0.6 * np.sqrt(2 / np.pi), rtol=0.05)
    assert found.table.loc["x4", "mu_star"] == pytest.approx(0.6 * np.sqrt(2 / np.pi), abs=0.06)
    assert found.table.loc["x4", "low"] < found.floor
    assert found.table.loc["x4", "share"] < 0.02
    assert (found.table["sigma"] < 0.3).all()
    assert (found.table["sigma_raw"] > 0.5).all()


def test_pawn_ranks_ishigami_and_tells_the_dummy():
    points = design("lhs", 2000)
    found = pawn(points, noisy(points, 5, 2.0), resamples=50)
    assert found.table["rank"].loc[["x2", "x1", "x3"]].tolist() == [1, 2, 3]
    assert found.table.loc["x4", "low"] < found.floor < found.table.loc["x2", "low"]


@pytest.mark.parametrize("decimals", [0, 6])
def test_fast_distances_are_those_of_salib(decimals):
    points = design("lhs", 300)
    y = np.round(ishigami(points.table.to_numpy()), decimals)
    theirs = salib_pawn.analyze(points.problem, points.table.to_numpy(), y, S=10)["median"]
    np.testing.assert_allclose(_kolmogorov(points.table.to_numpy(), y, 10), theirs, atol=1e-12)


def test_the_same_seed_gives_the_same_result():
    points = design("lhs", 100)
    values = noisy(points, 3, 1.0)
    first, second = pawn(points, values, resamples=20, seed=5), pawn(points, values, resamples=20, seed=5)
    pd.testing.assert_frame_equal(first.table, second.table, check_exact=True)


def test_verdict_asks_for_replicates_when_noise_hides_the_parameters():
    points = design("sobol", 64)
    found = sobol(points, noisy(points, 5, 15.0), resamples=100)
    assert found.verdict.need == "replicates"
    assert found.noise.share > 0.5
    assert "Not enough: with 64 base points and 5 replicates" in found.verdict.sentence


def test_verdict_asks_for_points_when_noise_is_small():
    points = design("sobol", 8)
    found = sobol(points, noisy(points, 50, 0.5), resamples=100)
    assert found.verdict.need == "points"


def test_one_replicate_is_not_enough_and_nothing_varying_is_said():
    points = design("sobol", 64)
    assert sobol(points, noisy(points, 1, 0.0), resamples=10).verdict.need == "replicates"
    flat = sobol(points, np.ones((len(points.table), 3)), resamples=10)
    assert flat.verdict.sentence.startswith("Nothing to rank")
    assert flat.table["ST"].isna().all()


def test_top_down_correlation_by_hand():
    # Savage scores of 3: 11/6, 5/6, 1/3; mean 1. Swapping the last two: (25/36 + 2 x (-1/6)(-2/3)) / (25/36 + 1/36 + 16/36)
    assert top_down(np.array([3.0, 2, 1]), np.array([[3.0, 1, 2]]), 3) == pytest.approx((25 + 8) / 42)
    assert top_down(np.array([3.0, 2, 1]), np.array([[30.0, 20, 10]]), 3) == pytest.approx(1)
    # with one leading parameter the others share a score
    assert top_down(np.array([3.0, 2, 1]), np.array([[3.0, 1, 2]]), 1) == pytest.approx(1)


def test_one_parameter_among_many_is_enough():
    points = Design("morris", 40, "ledger").points()
    effect = 0.3 + 0.4 * points.unit[:, [0]]
    found = morris(points, np.random.default_rng(0).random((len(effect), 100)) < effect, resamples=100)
    assert found.verdict.enough
    assert found.verdict.leading == ["choice.sharpness"]


def test_swings_show_both_ends_of_a_parameter():
    points = design("lhs", 400, over=dict.fromkeys(NAMES, (0.0, 1.0)))
    table = swings(points, linear(points))
    assert list(table.index)[:2] == ["x3", "x2"]
    # the lowest and highest fifth of a uniform lie 0.8 apart; other parameters blur the ends by their standard errors
    width = table.loc["x3", "high"] - table.loc["x3", "low"]
    assert width == pytest.approx(-3 * 0.8, abs=3 * np.hypot(table.loc["x3", "low_error"], table.loc["x3", "high_error"]))


def book(**entries):
    span = {"low": 0.0, "high": 1.0}
    made = {}
    for path, claims in entries.items():
        made[path.replace("_", ".")] = Entry.model_validate(
            {
                "meaning": "a parameter",
                "unit": "share",
                "range": span,
                "claims": claims,
                "assumption": "" if claims else "a guess",
            }
        )
    return Ledger(made, "ledger")


def article(key, *numbers):
    stated = {"value": "somebody"}
    source = {"key": key, "title": key, "author": stated, "outlet": stated, "date": stated, "text": "t", "reading": "r"}
    claims = [
        {"id": f"{key}.{n}", "paragraph": 1, "paraphrase": "a claim about ties", "type": "mechanism", "confidence": "asserted",
         "informs": [{"kind": "parameter", "ref": "bond.weight"}]}
        for n in numbers
    ]  # fmt: skip
    return Article.model_validate({"article": source, "claims": claims})


@pytest.fixture
def attributed():
    over = {"bond.weight": (0.0, 1.0), "bond.base": (0.0, 1.0), "brand.weight": (0.0, 1.0), "other.size": (0.0, 1.0)}
    points = design("morris", 10, over=over)
    found = morris(points, linear(points))  # shares 1/6, 2/6, 3/6, 0
    entries = book(bond_weight=["smith_2001.01", "smith_2001.02", "jones_2002.01"], bond_base=["jones_2002.01"], brand_weight=[])
    return found, entries, [article("smith_2001", "01", "02"), article("jones_2002", "01")]


def test_a_parameter_is_split_equally_among_its_claims(attributed):
    found, entries, sources = attributed
    claims = grouped(found, "claim", entries, sources)["share"]
    assert claims["smith_2001.01"] == pytest.approx(1 / 18)
    assert claims["jones_2002.01"] == pytest.approx(1 / 18 + 2 / 6)
    assert claims["assumption only"] == pytest.approx(3 / 6)
    assert claims["not in the ledger"] == pytest.approx(0)
    by_article = grouped(found, "article", entries, sources)["share"]
    assert by_article["smith_2001"] == pytest.approx(2 / 18)
    mechanisms = grouped(found, "mechanism", entries, sources)["share"]
    assert mechanisms.to_dict() == pytest.approx({"brand": 3 / 6, "bond": 3 / 6, "other": 0})
    for by in ("parameter", "mechanism", "article", "claim"):
        table = grouped(found, by, entries, sources)
        assert table["share"].sum() == pytest.approx(1)
        assert (table["low"] <= table["share"] + 1e-9).all()
        assert (table["share"] <= table["high"] + 1e-9).all()
    assert grouped(found, "claim", entries, sources)["parameters"]["assumption only"] == "brand.weight"


def test_the_project_s_own_ledger_attributes_everything():
    points = Design("morris", 4, "ledger:bond,choice").points()
    x = points.unit
    found = morris(points, (x @ np.arange(x.shape[1]))[:, None] + np.zeros((1, 3)))
    claims = grouped(found, "claim")
    assert claims["share"].sum() == pytest.approx(1)
    assert claims.drop("assumption only")["paraphrase"].str.len().min() > 10
    assert "choice.sharpness" in claims["parameters"]["assumption only"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (sobol, r"sobol: a lhs design cannot give Sobol' indices \(allowed: design=sobol\)"),
        (morris, r"a lhs design has no elementary effects"),
        (lambda p, y: pawn(p, y[:5]), r"outcomes: have shape \(5, 2\) \(allowed: \(20, replicates\)"),
        (pawn, r"20 points are too few for 10 slices \(allowed: 50 or more\)"),
        (lambda p, y: pawn(p, np.where(y > y.max() - 1e-9, np.nan, y)), r"outcomes: point \d+, replicate \d: nan of 1"),
        (lambda p, y: grouped(None, "claims"), r"by: unknown name 'claims'; did you mean 'claim'"),
    ],
)
def test_what_is_wrong(call, said):
    points = design("lhs", 20)
    with pytest.raises(InputError, match=said):
        call(points, noisy(points, 2, 1.0))


@pytest.mark.parametrize("kind", ["sobol", "morris"])
def test_pawn_takes_the_base_samples_of_a_sobol_design_only(kind):
    points = design(kind, 64)
    values = noisy(points, 2, 0.0)
    if kind == "morris":
        with pytest.raises(InputError, match="trajectories are not independent"):
            pawn(points, values)
    else:
        assert pawn(points, values, resamples=5).table["rank"].min() == 1


def test_effects_follow_every_order_of_steps():
    # mu of an additive model does not depend on the order in which a trajectory moves the parameters
    for seed in range(3):
        points = design("morris", 6, seed, dict.fromkeys(NAMES, (0.0, 1.0)))
        np.testing.assert_allclose(morris(points, linear(points), resamples=5).resamples, [[1, 2, 3, 0]] * 5, atol=1e-9)
