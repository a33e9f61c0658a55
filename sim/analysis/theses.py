"""Rival theses judged on the same targets: approximate Bayesian model choice, and where their predictions part.

Every thesis holds its own parameters fixed and has the others calibrated over the same ranges. Its evidence is the share of
that prior, runs and all, which comes within a tolerance of the targets (Grelaud et al. 2009). Two estimates of it: plain
counting in the first wave, at wide tolerances and for any choice of targets; and the product of the shares that survive
each generation of sequential Monte Carlo, at narrow ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..world.tables import Floats
from .intervals import wilson
from .targets import Target, distances


@dataclass(frozen=True)
class Fitted:
    """A thesis fitted to the targets.

    Attributes
    ----------
    name, title : str
    wave : (P, T) float
        Statistics of points of its prior.
    generations : DataFrame
        tolerance, log_mass, distinct of each generation.
    statistics : DataFrame (N, T)
        Of its last particles.
    check : DataFrame (points, T)
        Of fresh runs of some of them.
    posterior : DataFrame (N, D)
    """

    name: str
    title: str
    wave: Floats
    generations: pd.DataFrame
    statistics: pd.DataFrame
    check: pd.DataFrame
    posterior: pd.DataFrame


def _probabilities(log_evidence: Floats) -> Floats:
    """Posterior probabilities under equal prior ones. Last axis: theses."""
    top = np.max(log_evidence, axis=-1, keepdims=True)
    weight = np.exp(log_evidence - np.where(np.isfinite(top), top, 0.0))
    total = weight.sum(axis=-1, keepdims=True)
    return np.asarray(np.where(total > 0.0, weight / np.where(total > 0.0, total, 1.0), np.nan))


def counted(fitted: Sequence[Fitted], targets: Sequence[Target], share: float = 0.02) -> pd.DataFrame:
    """Model choice by counting in the first wave.

    Parameters
    ----------
    fitted : sequence of Fitted
    targets : sequence of Target
        Those to judge by, a subset of the columns of the waves by name.
    share : float
        The tolerance is what this share of all points comes within.

    Returns
    -------
    DataFrame
        Index: thesis. points, within, evidence, evidence_se, probability, probability_se (delta method on binomial
        counts), low, high (95 %, Wilson's on all points that come within the tolerance), and the tolerance.
    """
    off = [distances(targets, thesis.wave) for thesis in fitted]
    tolerance = float(np.quantile(np.concatenate(off), share))
    within = np.array([(d <= tolerance).sum() for d in off], dtype=float)
    points = np.array([len(d) for d in off], dtype=float)
    evidence = within / points
    error = np.sqrt((within + 1.0) / (points + 2.0) * (1.0 - (within + 1.0) / (points + 2.0)) / points)
    total = evidence.sum()
    probability = evidence / total
    spread = (error**2).sum()
    low, high = wilson(probability, within.sum(keepdims=True))
    own = (1.0 - probability) ** 2 * error**2 + probability**2 * (spread - error**2)
    return pd.DataFrame(
        {
            "points": points.astype(int), "within": within.astype(int), "evidence": evidence, "evidence_se": error,
            "probability": probability, "probability_se": np.sqrt(own) / total, "low": low, "high": high,
            "tolerance": tolerance,
        },
        index=pd.Index([thesis.name for thesis in fitted], name="thesis"),
    )  # fmt: skip


def columns_of(targets: Sequence[Target], wanted: Sequence[Target]) -> NDArray[np.int64]:
    """Columns of some targets among all."""
    names = [t.name for t in targets]
    return np.array([names.index(t.name) for t in wanted], dtype=np.int64)


def leave_one_out(fitted: Sequence[Fitted], targets: Sequence[Target], share: float = 0.02) -> pd.DataFrame:
    """Probabilities with each target left out in turn. Index: target left out (`none`: all); columns: theses."""
    rows = {"none": counted(fitted, targets, share)["probability"]}
    for left in targets:
        kept = [t for t in targets if t is not left]
        if not kept:  # nothing is left to judge by
            continue
        columns = columns_of(targets, kept)
        part = [Fitted(f.name, f.title, f.wave[:, columns], f.generations, f.statistics, f.check, f.posterior) for f in fitted]
        rows[left.name] = counted(part, kept, share)["probability"]
    return pd.DataFrame(rows).T.rename_axis("left_out")


def by_tolerance(fitted: Sequence[Fitted], count: int = 12) -> pd.DataFrame:
    """Probabilities over tolerances that every thesis reached, from the generations.

    Returns
    -------
    DataFrame
        A row a tolerance and thesis: log_evidence, se (surviving shares of distinct particles, as if independent),
        probability, low, high (95 %, 2,000 draws of the log evidences).
    """
    worst = max(float(f.generations["tolerance"].iloc[-1]) for f in fitted)
    widest = min(float(f.generations["tolerance"].iloc[0]) for f in fitted)
    rows = []
    draw = np.random.default_rng(1)
    for tolerance in np.linspace(max(widest, worst), worst, count if widest > worst else 1):
        mean, error = [], []
        for f in fitted:
            table = f.generations[::-1]
            mean.append(float(np.interp(tolerance, table["tolerance"], table["log_mass"])))
            passed = f.generations[f.generations["tolerance"] >= tolerance - 1e-12]
            kept = np.exp(np.diff(passed["log_mass"].to_numpy()))
            first = np.exp(passed["log_mass"].iloc[0]) if len(passed) else 1.0
            points = float(f.generations["simulated"].iloc[0])
            variance = (1.0 - first) / (first * points)
            variance += (
                float(((1.0 - kept) / (kept * passed["distinct"].to_numpy()[:-1].clip(1))).sum()) if len(passed) > 1 else 0.0
            )
            error.append(float(np.sqrt(variance)))
        drawn = _probabilities(np.array(mean) + np.array(error) * draw.standard_normal((2000, len(fitted))))
        low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
        for n, (f, p) in enumerate(zip(fitted, _probabilities(np.array(mean)), strict=True)):
            rows.append({"tolerance": tolerance, "thesis": f.name, "log_evidence": mean[n], "se": error[n],
                         "probability": p, "low": low[n], "high": high[n]})  # fmt: skip
    return pd.DataFrame(rows)


def bayes_factors(table: pd.DataFrame) -> pd.DataFrame:
    """Bayes factors of the row's thesis over the column's, at the narrowest tolerance of `by_tolerance`."""
    last = table[table["tolerance"] == table["tolerance"].min()].set_index("thesis")["log_evidence"]
    return pd.DataFrame(np.exp(last.to_numpy()[:, None] - last.to_numpy()[None, :]), index=last.index, columns=last.index)


def by_target(fitted: Sequence[Fitted], targets: Sequence[Target]) -> pd.DataFrame:
    """Mean discrepancy of each thesis's predictive check from each target, in scales. Index: target; columns: theses."""
    return pd.DataFrame(
        {f.name: [float(t.discrepancy(f.check[t.name]).mean()) for t in targets] for f in fitted},
        index=pd.Index([t.name for t in targets], name="target"),
    )


def scores(fitted: Sequence[Fitted], targets: Sequence[Target]) -> pd.Series:
    """Posterior predictive score of each thesis: mean over targets of the log of the share of points inside the band.

    Half a point is added on either side, so that none is never.
    """
    out = {}
    for f in fitted:
        shares = [(sum(t.met(v) for v in f.check[t.name]) + 0.5) / (len(f.check) + 1.0) for t in targets]
        out[f.name] = float(np.mean(np.log(shares)))
    return pd.Series(out, name="log_score").rename_axis("thesis")


# where predictions part


def information_gain(probability: Floats, prior: Floats) -> float:
    """Expected information about the thesis in seeing a yes-or-no outcome, in bits: mutual information.

    Parameters
    ----------
    probability : (K,) float
        Of the outcome under each thesis.
    prior : (K,) float
        Of the theses; sums to 1.
    """

    def entropy(p: Floats) -> Floats:
        q = np.clip(p, 1e-12, 1.0 - 1e-12)
        return np.asarray(-(q * np.log2(q) + (1.0 - q) * np.log2(1.0 - q)))

    return float(entropy(np.array([probability @ prior]))[0] - entropy(probability) @ prior)


def discriminating(predictions: pd.DataFrame, prior: Mapping[str, float]) -> pd.DataFrame:
    """How much each experiment would tell theses apart.

    Parameters
    ----------
    predictions : DataFrame
        experiment, outcome, thesis, probability.
    prior : mapping
        Thesis -> probability.

    Returns
    -------
    DataFrame
        A row an experiment and outcome, the most telling first: bits, and the two theses furthest apart with their
        probabilities.
    """
    rows = []
    for (experiment, outcome), part in predictions.groupby(["experiment", "outcome"], sort=False):
        p = part.set_index("thesis")["probability"]
        weights = np.array([prior[str(name)] for name in p.index])
        rows.append({
            "experiment": experiment, "outcome": outcome, "bits": information_gain(p.to_numpy(), weights / weights.sum()),
            "highest": p.idxmax(), "highest_p": p.max(), "lowest": p.idxmin(), "lowest_p": p.min(),
        })  # fmt: skip
    return pd.DataFrame(rows).sort_values("bits", ascending=False, kind="stable").reset_index(drop=True)
