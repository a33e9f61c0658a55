"""Estimators of survival against published examples, identities and simulated truth."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis.logrank import _k_sample, logrank, logrank_pair
from sim.analysis.spells import CENSORED, ENDS
from sim.analysis.survival import (
    cumulative_incidence,
    hazard_by_age,
    kaplan_meier,
    quantile,
    restricted_mean,
    summary_table,
    survival_at,
)
from sim.errors import InputError
from sim.paths import SEEDS

# Weeks of remission in acute leukaemia, + censored: Freireich et al. (1963), Blood 21:699-716
MP = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def table(durations, ends, group="all"):
    return pd.DataFrame(
        {"id": [str(n) for n in range(len(durations))], "start": 0.0, "duration": durations, "end": ends, "group": group}
    ).astype({"duration": float})


def remission(text, group):
    words = text.split()
    return table([float(w.strip("+")) for w in words], [CENSORED if "+" in w else "break" for w in words], group)


def coded(durations, codes):
    return table(durations, [(CENSORED, *ENDS)[code] for code in codes])


@pytest.fixture
def mp():
    return remission(MP, "6-MP")


@pytest.fixture
def placebo():
    return remission(PLACEBO, "placebo")


def test_kaplan_meier_of_the_leukaemia_remissions(mp):
    """Klein & Moeschberger (2003), Survival Analysis, 2nd ed., table 4.1."""
    curve = kaplan_meier(mp)
    ends = curve[curve["events"] > 0]
    assert ends["time"].tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert ends["at_risk"].tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert ends["survival"].round(3).tolist() == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    np.testing.assert_allclose(ends["se"], [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346], atol=6e-5)


def test_medians_and_restricted_mean_of_the_leukaemia_remissions(mp, placebo):
    """Klein & Moeschberger (2003), section 4.5: median 23 weeks, mean of 35 weeks 23.29 with standard error 2.83."""
    assert quantile(kaplan_meier(mp))[:2] == (23, 13)
    assert quantile(kaplan_meier(mp)).high == np.inf
    assert quantile(kaplan_meier(placebo)) == (8, 4, 11)
    assert restricted_mean(kaplan_meier(mp), 35) == pytest.approx((23.29, 2.83), abs=0.005)
    assert restricted_mean(kaplan_meier(placebo), 23)[0] == pytest.approx(8.667, abs=5e-4)


def test_log_rank_of_the_leukaemia_remissions(mp, placebo):
    """Kleinbaum & Klein (2012), Survival Analysis, 3rd ed., chapter 2: chi-square 16.793 on 1 df."""
    test, pairs = logrank(pd.concat([mp, placebo]), "group")
    assert test.chi_square == pytest.approx(16.793, abs=5e-4)
    assert test.p == pytest.approx(4.17e-5, abs=5e-8)
    assert pairs[["a", "b"]].to_numpy().tolist() == [["6-MP", "placebo"]]
    assert pairs["p_holm"][0] == test.p
    assert _k_sample([mp, placebo]) == pytest.approx(test)


def test_cumulative_incidence_of_the_breast_cancer_example():
    """Satagopan et al. (2004), Br J Cancer 91:1229-1235, table 2: 305 patients, 9 of them listed, rounded to 0.1 %.

    The paper adds rounded increments (0.3 four times): its last incidence is 1.2 %, of which 1.3 % is the unrounded sum.
    """
    listed = [(7, 0), (10, 1), (14, 0), (16, 1), (18, 2), (23, 1), (24, 0), (26, 2), (27, 1)]
    durations, codes = zip(*listed, *[(100, 0)] * 296, strict=True)
    spells = coded(durations, codes)
    curve = kaplan_meier(spells)
    rows = curve[curve["events"] > 0]
    assert rows["at_risk"].tolist() == [304, 302, 301, 300, 298, 297]
    np.testing.assert_allclose(100 * rows["survival"], [99.7, 99.3, 99.0, 98.7, 98.3, 98.0], atol=0.05)
    incidence = cumulative_incidence(spells).query("end == 'break' and events > 0")["incidence"]
    np.testing.assert_allclose(100 * np.diff(incidence, prepend=0), [0.3] * 4, atol=0.05)


def test_cumulative_incidence_and_its_error_against_other_programs():
    """Estimates of cmprsk (R), standard errors of Stata, as in statsmodels' test_survfunc.py, test_incidence."""
    spells = coded([1, 1, 2, 4, 4, 4, 6, 6, 7, 8, 9, 9, 9, 1, 2, 2, 4, 4], [1, 1, 1, 2, 2, 2, 3, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    found = cumulative_incidence(spells).set_index(["end", "time"])
    for end, values, errors in (
        ("break", [0.11111111, 0.17037037, 0.17037037], [0.07407407, 0.08976251, 0.08976251]),
        ("fight", [0, 0, 0.20740741], [0, 0, 0.10610391]),
        ("death_of_a_party", [0, 0, 0], [0, 0, 0]),
    ):
        np.testing.assert_allclose(found.loc[end].loc[[1, 2, 4], "incidence"], values, atol=1e-8)
        np.testing.assert_allclose(found.loc[end].loc[[1, 2, 4], "se"], errors, atol=1e-8)
    last = found.loc["death_of_a_party"].loc[[6, 7, 9]]
    np.testing.assert_allclose(last["incidence"], [0.17777778, 0.26666667, 0.26666667], atol=1e-8)
    np.testing.assert_allclose(last["se"], [0.11196147, 0.12787781, 0.12787781], atol=1e-8)


def bridged_support():
    """Spells of support among armed groups with one-year gaps in the coding bridged (UCDP External Support 18.1)."""
    rows = pd.read_csv(SEEDS / "data" / "ucdp_support_spells.csv").sort_values(["recipient", "supporter", "start"])
    spells = []
    for _, dyad in rows.groupby(["recipient", "supporter"]):
        for row in dyad.itertuples():
            if spells and spells[-1]["dyad"] == (row.recipient, row.supporter) and row.start - spells[-1]["last"] <= 2:
                spells[-1] |= {"last": row.end, "ended": row.ended}
            else:
                spells.append({"dyad": (row.recipient, row.supporter), "first": row.start, "last": row.end, "ended": row.ended})
    return pd.DataFrame(spells)


def test_support_among_armed_groups():
    """Survival of a tie to 1, 5, 10 years .66, .26, .13; annual dissolution .29 where the next year is observed."""
    support = bridged_support()
    assert support["dyad"].nunique() == 301
    ends = np.where(support["ended"] == 1, "break", CENSORED)
    years = support["last"] - support["first"] + 1
    curve = kaplan_meier(table(years, ends))
    assert survival_at(curve, [1, 5, 10])["survival"].round(2).tolist() == [0.66, 0.26, 0.13]
    known = table(np.where(ends == CENSORED, years - 1, years), ends)  # the year after the last is not known
    ages = hazard_by_age(known[known["duration"] > 0])
    assert ages["events"].sum() / ages["at_risk"].sum() == pytest.approx(0.29, abs=0.005)
    assert ages["hazard"][0] > ages["hazard"][1:5].max()


SPELLS = st.lists(
    st.tuples(st.integers(1, 12).map(lambda n: n / 4), st.sampled_from((CENSORED, *ENDS))), min_size=1, max_size=40
).map(lambda rows: table(*zip(*rows, strict=True)))


@settings(deadline=None)
@given(SPELLS)
def test_curves_are_shares_that_add_up(spells):
    curve = kaplan_meier(spells)
    survival = curve["survival"].to_numpy()
    assert ((survival >= 0) & (survival <= 1)).all()
    assert (np.diff(survival) <= 1e-12).all()
    assert (curve["low"] <= survival + 1e-12).all()
    assert (curve["high"] >= survival - 1e-12).all()
    assert curve[["low", "high", "se"]].notna().all().all()
    incidence = cumulative_incidence(spells)
    assert (incidence["se"] >= 0).all()
    assert (incidence["low"] <= incidence["incidence"] + 1e-12).all()
    assert (incidence["high"] >= incidence["incidence"] - 1e-12).all()
    total = incidence.groupby("time")["incidence"].sum().to_numpy()
    np.testing.assert_allclose(total, 1 - survival, atol=1e-12)
    for _, block in incidence.groupby("end"):
        assert (np.diff(block["incidence"]) >= 0).all()


@settings(deadline=None)
@given(SPELLS)
def test_ages_and_means_agree_with_the_curve(spells):
    curve = kaplan_meier(spells)
    ages = hazard_by_age(spells, 0.25)  # as fine as the durations: no spell is censored inside an age
    np.testing.assert_allclose(np.cumprod(1 - ages["hazard"]).iloc[-1], curve["survival"].iloc[-1], atol=1e-12)
    assert ages["events"].sum() == (spells["end"] != CENSORED).sum()
    longest = spells["duration"].max()
    mean, se = restricted_mean(curve, longest)
    assert 0 < mean <= longest + 1e-12
    assert se >= 0
    if not (spells["end"] == CENSORED).any():
        assert mean == pytest.approx(spells["duration"].mean())
        assert se == pytest.approx(spells["duration"].std(ddof=0) / np.sqrt(len(spells)))


@given(SPELLS)
@settings(deadline=None)
def test_without_censoring_an_incidence_is_a_share(spells):
    spells = spells[spells["end"] != CENSORED]
    if spells.empty:
        return
    found = cumulative_incidence(spells)
    for kind, block in found.groupby("end"):
        share = np.array([((spells["duration"] <= t) & (spells["end"] == kind)).mean() for t in block["time"]])
        np.testing.assert_allclose(block["incidence"], share, atol=1e-12)
        np.testing.assert_allclose(block["se"], np.sqrt(share * (1 - share) / len(spells)), atol=1e-7)


def test_hazard_by_age_counts():
    spells = table([1, 1, 0.5, 2, 1.5, 2], ["break", CENSORED, CENSORED, "fight", "break", CENSORED])
    ages = hazard_by_age(spells)
    assert ages["at_risk"].tolist() == [5.5, 3]  # the one censored inside the first year is half at risk
    assert ages["events"].tolist() == [1, 2]
    months = table([12 / 12, 13 / 12, 36 / 12], ["break"] * 3)
    assert hazard_by_age(months)["events"].tolist() == [1, 1, 1]


def test_beyond_the_longest_spell_nothing_is_known(mp, placebo):
    found = survival_at(kaplan_meier(mp), [0, 35, 36])
    assert found["at_risk"].tolist() == [21, 1, 0]
    assert found["survival"].isna().tolist() == [False, False, True]
    assert survival_at(kaplan_meier(placebo), [40])["survival"].tolist() == [0.0]
    with pytest.raises(InputError, match=r"at most 35"):
        restricted_mean(kaplan_meier(mp), 36)


def test_groups_without_ends_and_alone(mp):
    lasting = table([3, 4, 5], [CENSORED] * 3, "b")
    assert np.isnan(logrank_pair(lasting, lasting).p)
    both, pairs = logrank(pd.concat([lasting, lasting.assign(group="c")]), "group")
    assert np.isnan(both.p)
    assert pairs["p_holm"].isna().all()
    assert np.isnan(_k_sample([lasting, lasting, lasting]).p)
    with pytest.raises(InputError, match="two groups"):
        logrank(mp, "group")
    rows = summary_table(pd.concat([mp, lasting]), "group", [1, 2])
    assert rows["horizon"].tolist() == [5, 5]
    assert rows.set_index("group").loc["b", "restricted_mean"] == 5


def exponential(random, rate, n, group, until=3.0):
    life, watched = random.exponential(1 / rate, n), random.uniform(0.5, until, n)
    return table(np.minimum(life, watched), np.where(life <= watched, "break", CENSORED), group)


@pytest.mark.statistical
def test_log_rank_of_three_like_groups_keeps_its_level():
    """400 draws of three groups alike: chi-square on 2 df has mean 2; its mean over draws lies within 4 standard errors."""
    random = np.random.default_rng(1)
    tests = [_k_sample([exponential(random, 1.0, 40, g) for g in "abc"]) for _ in range(400)]
    assert all(test.degrees == 2 for test in tests)
    assert np.mean([test.chi_square for test in tests]) == pytest.approx(2, abs=4 * 2 / np.sqrt(400))
    assert np.mean([test.p < 0.05 for test in tests]) == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 400))


@pytest.mark.statistical
def test_intervals_cover_the_truth():
    """400 draws of 60 spells of rate 1: intervals at age 1 and of the median hold the truth in 95 %, within 4 errors."""
    random = np.random.default_rng(2)
    at_one, medians = [], []
    for _ in range(400):
        curve = kaplan_meier(exponential(random, 1.0, 60, "a"))
        row = survival_at(curve, [1.0]).iloc[0]
        at_one.append(row["low"] <= np.exp(-1) <= row["high"])
        median = quantile(curve)
        medians.append(median.low <= np.log(2) <= median.high)
    for held in (at_one, medians):
        assert np.mean(held) == pytest.approx(0.95, abs=4 * np.sqrt(0.05 * 0.95 / 400))


def test_pairs_are_adjusted_after_holm():
    random = np.random.default_rng(3)
    spells = pd.concat([exponential(random, rate, 60, name) for rate, name in ((1, "a"), (1.1, "b"), (4, "c"))])
    test, pairs = logrank(spells, "group")
    assert test.degrees == 2
    assert test.p < 1e-6
    assert list(itertools.combinations("abc", 2)) == list(pairs[["a", "b"]].itertuples(index=False, name=None))
    smallest = pairs["p"].idxmin()
    assert pairs["p_holm"][smallest] == pytest.approx(3 * pairs["p"][smallest])
    assert (pairs["p_holm"] >= pairs["p"]).all()
    assert (pairs["p_holm"] <= 1).all()
