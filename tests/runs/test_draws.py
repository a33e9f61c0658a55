"""Draws of the posterior: reading, laying, which run takes which; and what a share over draws is known by."""

from __future__ import annotations

import json

import numba
import numpy as np
import pandas as pd
import pytest

from sim.analysis.intervals import wilson
from sim.engine.ensemble import run_ensemble
from sim.errors import InputError
from sim.runs import draws as module
from sim.runs.clustered import effective_runs, effective_size
from sim.runs.config import composed, plan_of, reading_of
from sim.runs.determining import plain_config
from sim.runs.draws import draw_numbers, draws_of, evenly, over_draws, read_draws, said_of_draws, stacked
from sim.runs.expansion import expand
from sim.runs.replay import replay
from sim.runs.results import read_results, store_at, summary_and_worth
from sim.runs.sweep import run_sweep
from sim.runs.sweep_settings import settings_of
from sim.views.job import execute
from sim.world.loading import thesis_values
from sim.world.parameters import default_values, parameter_table

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")
SHORT = ["scenario=talks_2018", "months=6", "threads=1"]
THREE = "bond.weight,benefit.weight,brand.weight\n1.5,3,0.5\n2.0,4,1.0\n2.5,5,2.0\n"


@pytest.fixture
def three(tmp_path, monkeypatch):
    """A posterior of three draws of three parameters."""
    path = tmp_path / "posterior.csv"
    path.write_text(THREE)
    monkeypatch.setattr(module, "POSTERIOR", path)
    return path


# reading -----------------------------------------------------------------------------------------------


def test_the_shipped_draws_are_whole_and_differ():
    draws = read_draws()
    assert len(draws) >= 2
    assert set(draws.columns) <= set(default_values())
    assert len(draws.drop_duplicates()) > 0.8 * len(draws)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("bond.wieght\n0.5\n", r"unknown name 'bond\.wieght'; did you mean 'bond\.weight'"),
        ("bond.weight\n999\n", r"draw 0: bond\.weight: 999 lies outside its range \(allowed: "),
        ("bond.weight\n1\nnan\n", r"draw 1: bond\.weight"),
        ("bond.weight\n1\nmuch\n", r"draw 1: bond\.weight: 'much'"),
        ("bond.weight\n1\n0_1\n", r"draw 1: bond\.weight: '0_1'"),
        ("bond.weight,brand.weight\n1,\n", r"draw 0: brand\.weight"),
        ("bond.weight,bond.weight\n1,1\n", r"bond\.weight: is there twice"),
        ("bond.weight\n", "holds no draw"),
        ("", "cannot be read"),
        ("bond.weight\n1,2,3\n", "cannot be read|unknown name|draw 0"),
        (None, "cannot be read"),
    ],
)
def test_a_broken_posterior_is_refused_before_anything_is_written(three, tmp_path, content, words):
    if content is None:
        three.unlink()
    else:
        three.write_text(content)
    with pytest.raises(InputError, match=words) as refused:
        plan_of([*SHORT, "parameters=posterior", "thesis=consensus"])
    assert "posterior.csv" in str(refused.value)
    assert plan_of([*SHORT, "thesis=consensus"]).readings[0].draws == 0  # who asks for no draws needs none


def test_draws_at_even_steps(three):
    assert [row["bond.weight"] for row in evenly(read_draws(), 2)] == [1.5, 2.5]
    assert len(evenly(read_draws(), 99)) == 3


# laying ------------------------------------------------------------------------------------------------


def vectors(*line):
    """The vectors of a line, with the parameters that vary."""
    return reading_of(composed([*SHORT, *line])).table()


def test_draws_take_the_place_of_the_defaults(three):
    table = vectors("parameters=posterior", "thesis=consensus")
    assert table.shape == (1, 3)
    assert table["bond_weight"].tolist() == [[1.5, 2.0, 2.5]]
    assert table["isolation_weight"].tolist() == [[default_values()["isolation.weight"]] * 3]


def test_a_thesis_stands_in_every_draw(three):
    set_by = thesis_values("deep_ties_beyond_cost_benefit")
    table = vectors("parameters=posterior", "thesis=deep_ties_beyond_cost_benefit")
    assert {"bond.weight", "brand.weight", "benefit.weight"} <= set(set_by)
    for path, value in set_by.items():
        assert set(table[path.replace(".", "_")].ravel()) == {value}, path


def test_the_line_and_what_is_ablated_stand_in_every_draw(three):
    table = vectors("parameters=posterior", "thesis=consensus", "parameters.bond.weight=2.2", "ablate=[brand]")
    assert set(table["bond_weight"].ravel()) == {2.2}  # also where it is the default value
    assert set(table["brand_weight"].ravel()) == {0.0}
    assert table["benefit_weight"].tolist() == [[3.0, 4.0, 5.0]]


def test_a_value_that_refers_to_a_drawn_one_is_refused(three):
    line = [*SHORT, "parameters=posterior", "thesis=consensus", "parameters.isolation.weight=${parameters.bond.weight}"]
    with pytest.raises(InputError, match=r"bond\.weight: differs from draw to draw"):
        composed(line)
    assert composed([*line, "parameters.bond.weight=1"]).parameters.isolation.weight == 1


def test_nobody_takes_one_vector_for_many(three):
    reading = reading_of(composed([*SHORT, "parameters=posterior", "thesis=consensus"]))
    with pytest.raises(InputError, match="posterior is many parameter vectors"):
        reading.parameters  # noqa: B018


@pytest.mark.parametrize("word", ["parameters=calibrated", "draws=posterior", "++draws=other", "parameters=left_open"])
def test_words_that_are_none(word):
    with pytest.raises(InputError):
        composed([*SHORT, "thesis=consensus", word])


def test_other_draws_than_those_asked_for_are_refused(three):
    config = plain_config(composed([*SHORT, "parameters=posterior", "thesis=consensus"]))
    assert draws_of(config) is not None
    three.write_text(THREE.replace("2.5", "2.6"))
    with pytest.raises(InputError, match="holds other draws"):
        draws_of(config)


def test_theses_with_and_without_draws_stack():
    one, many = over_draws({}, None), over_draws({}, pd.DataFrame({"bond.weight": [1.0, 2.0]}))
    table = stacked([one, many])
    assert table["bond_weight"].tolist() == [[default_values()["bond.weight"]] * 2, [1.0, 2.0]]
    assert stacked([one, one]).shape == (2,)


# which run takes which ---------------------------------------------------------------------------------


@needs_compiler
@pytest.mark.parametrize(("chunk", "threads"), [(None, 1), (1, 2), (5, None)])
def test_replicate_r_takes_draw_r_mod_n_whatever_runs_beside_it(chunk, threads):
    world = plan_of([*SHORT, "thesis=consensus"]).world
    rows = [{"bond.weight": 0.0, "brand.weight": 0.0}, {}, {"choice.sharpness": 5.0}]
    drawn = run_ensemble(world, parameter_table(rows).reshape(1, 3), 8, seed=3, chunk=chunk, threads=threads)
    each = run_ensemble(world, parameter_table(rows), 8, seed=3)
    wanted = [(r % 3) * 8 + r for r in range(8)]
    assert drawn.outcomes.year.tobytes() == each.outcomes.year[wanted].tobytes()
    assert drawn.outcomes.dyad_year.tobytes() != each.outcomes.dyad_year[:8].tobytes()
    assert (drawn.point.tolist(), drawn.replicate.tolist()) == ([0] * 8, list(range(8)))
    late = run_ensemble(world, parameter_table(rows).reshape(1, 3), np.array([7]), seed=3)
    assert late.outcomes.year.tobytes() == drawn.outcomes.year[7:].tobytes()


@needs_compiler
def test_a_run_says_its_draws(three, tmp_path, capsys):
    plan = plan_of([*SHORT, "parameters=posterior", "thesis=consensus", "replicates=8", f"output={tmp_path}", "figures=false"])
    folder = execute(plan)
    told = " ".join(capsys.readouterr().out.split())
    assert "8 replicates over 3 draws of the posterior" in told
    assert "over runs and draws of the posterior" in told
    for name in ("outcomes", "spells", "organisations", "events"):
        rows = pd.read_parquet(folder / f"{name}.parquet")
        assert (rows["draw"] == rows["replicate"] % 3).all(), name
    said = json.loads((folder / "manifest.json").read_text())["draws"]
    assert (said["rows"], said["rule"]) == (3, "replicate r takes row r mod N, counted from 0")
    plain = execute(plan_of([*SHORT, "thesis=consensus", "replicates=2", f"output={tmp_path}", "figures=false"]))
    assert "draw" not in pd.read_parquet(plain / "outcomes.parquet")
    assert json.loads((plain / "manifest.json").read_text())["draws"] is None


def swept(tmp_path, *line):
    groups = expand([*SHORT, f"output={tmp_path}", *line])
    return run_sweep(groups, settings_of(groups[0].config))


@needs_compiler
def test_a_sweep_over_draws_is_stored_replayed_and_the_single_runs(three, tmp_path):
    line = ["thesis=cost_benefit_only", "parameters=default,posterior", "parameters.isolation.weight=0.5,1.5", "replicates=7"]
    folder = swept(tmp_path, *line).folder
    rows = read_results(folder)
    drawn = rows[rows["parameters"] == "posterior"]
    assert (drawn["draw"] == drawn["replicate"] % 3).all()
    assert rows.loc[rows["parameters"] == "default", "draw"].isna().all()
    points = store_at(folder).points()
    assert points["parameters.isolation.weight"].tolist() == [0.5, 1.5, 0.5, 1.5]
    for point, replicate in ((0, 4), (2, 4), (3, 5)):
        assert replay(folder, point, replicate).differences == []
    alone = plan_of([*SHORT, "thesis=cost_benefit_only", "parameters=posterior", "parameters.isolation.weight=1.5"])
    out = run_ensemble(alone.world, alone.readings[0].table(), 7, 1)
    assert drawn[drawn["point"] == 3]["attacks"].tolist() == out.outcomes.organisation["attacks"].sum(axis=1).tolist()
    again = swept(tmp_path, *line)
    assert (again.folder, again.new_runs) == (folder, 0)
    three.write_text(THREE.replace("2.5", "2.6"))
    assert swept(tmp_path, *line).folder != folder


def test_an_automatic_number_is_refused(three, tmp_path):
    with pytest.raises(InputError, match="auto reckons with the spread of runs alone"):
        swept(tmp_path, "thesis=consensus", "parameters=posterior", "replicates=auto")
    assert [path.name for path in tmp_path.iterdir()] == ["posterior.csv"]


@needs_compiler
def test_what_counts_runs_as_independent_refuses_draws(three, tmp_path, capsys):
    from sim.analysis.samples import samples_of
    from sim.analysis.spells import spells_of_sweep

    folder = swept(
        tmp_path, "thesis=consensus", "parameters=posterior", "parameters.isolation.weight=0.5,1.5", "replicates=2"
    ).folder
    for reads in (lambda: next(samples_of(str(folder), "alive")), lambda: spells_of_sweep(folder)):
        with pytest.raises(InputError, match="runs of one draw of the posterior are alike"):
            reads()
    summary, worth = summary_and_worth(folder)
    assert (summary["runs"] == 2).all()
    assert (worth["alive"] <= 2).all()


# intervals ---------------------------------------------------------------------------------------------


def covered(seed, apart, tries=2000, draws=16, each=64, mean=0.3):
    """Shares of intervals that hold the true share, over runs and draws, and over runs as if they were independent."""
    rng = np.random.default_rng(seed)
    p = np.full((tries, draws), mean)
    if apart:
        p = rng.beta(mean * apart, (1 - mean) * apart, size=(tries, draws))
    hits = rng.binomial(each, p).astype(float)
    share, n = hits.sum(axis=1) / (draws * each), effective_runs(hits.T, np.full((draws, tries), float(each)))
    found = []
    for runs in (n, np.full(tries, float(draws * each))):
        low, high = wilson(share, runs)
        found.append(float(((low <= mean) & (mean <= high)).mean()))
    return found, n


def test_sixteen_draws_of_64_runs_whose_shares_differ():
    """Nominal 95 %. Beyond .93 and .985 lie less than 1 in 10,000 seeds at a true .95 to .97 (2,000 tries, s.e. .005)."""
    (over_draws_too, naive), n = covered(1, apart=3.0)
    assert 0.93 < over_draws_too < 0.985
    assert naive < 0.5
    assert 16 <= n.min() <= n.max() < 200


def test_draws_that_do_not_differ_cost_little():
    (over_draws_too, naive), n = covered(2, apart=None)
    assert 0.93 < over_draws_too < 0.99
    assert 0.93 < naive < 0.97
    assert np.median(n) > 600


def test_effective_runs_by_hand():
    all_alike = effective_runs(np.array([10.0, 0.0, 10.0, 0.0]), np.full(4, 10.0))
    assert float(all_alike) == 4.0  # a draw's runs all end alike: as many as draws
    assert float(effective_runs(np.zeros(4), np.full(4, 10.0))) == 4.0  # nothing seen to vary
    assert float(effective_runs(np.array([3.0]), np.array([10.0]))) == 10.0  # one draw, or none: every run
    assert float(effective_runs(np.zeros(3), np.zeros(3))) == 0.0
    one_each = effective_runs(np.array([1.0, 0.0, 1.0, 1.0]), np.ones(4))
    assert float(one_each) == 4.0
    rng = np.random.default_rng(3)
    x, draw = rng.normal(size=60) + np.repeat([0.0, 5.0, -5.0], 20), np.repeat([0, 1, 2], 20)
    assert effective_size(x, draw, share=True) == 3.0
    assert effective_size(x, None, share=False) == 60.0
    assert effective_size(x + 1e6, draw, share=False) == pytest.approx(effective_size(x, draw, share=False))
    assert effective_size(np.full(60, 0.1), draw, share=False) == 3.0


def test_the_words_say_how_many_draws_were_taken():
    assert said_of_draws(128, 1000) == " over 128 draws of the posterior"
    assert said_of_draws(128, 16) == " over 16 draws of the posterior"
    assert said_of_draws(0, 16) == ""
    assert draw_numbers(np.arange(4), 0) is None
