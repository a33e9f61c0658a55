"""Rival theses judged on the same observation: marginal likelihoods, and where their predictions part.

Every thesis holds its own parameters fixed and has the others fitted on their own, over the same ranges. What is judged is how
likely the thesis made what was observed before it was fitted: the probability to keep the hard constraints, counted among
candidates of its prior, times the marginal likelihood of the summaries of those that keep them. Both are given what a
candidate is here, so many runs of the long scenario that all have to keep the constraints, and summaries compressed to a
few numbers that are the same for all theses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..world.tables import Floats
from .directions import directions
from .marginal_likelihood import Compression, Evidence, compression, marginal_likelihood
from .regression import regressed
from .targets import Target
from .two_rounds import Fit

FEW = 30
"""Effective number of points below which a marginal likelihood is not to be believed."""
LEAST_TOLD = 0.25
"""R² of the directions whose posterior means are among the compressed summaries."""
DRAWS, SEED = 4000, 1
"""Of the intervals of probabilities."""


@dataclass(frozen=True)
class Fitted:
    """A thesis fitted on its own.

    Attributes
    ----------
    name, title : str
    tried, kept : int
        Candidates of its prior, and those that keep the hard constraints.
    fit : Fit or None
        None where too few keep them.
    posterior : DataFrame (N, D)
        Draws of equal weight.
    check : DataFrame (points, T)
        Statistics of the targets in fresh runs of some of them.
    """

    name: str
    title: str
    tried: int
    kept: int
    fit: Fit | None
    posterior: pd.DataFrame
    check: pd.DataFrame


def shared_compression(reference: Fit, fitted: Sequence[Fitted], seed: int) -> Compression:
    """The compressed summaries by which theses are judged: what tells the parameters of a model that has all, and theses apart.

    The regression is over all points of the reference, weighted to its prior, and not only over those near the observed.
    Theses are told apart by the points of their priors.
    """
    points, kept = reference.points, np.concatenate([reference.first.kept, reference.second.kept])
    whole = regressed(points.unit, points.summaries, reference.posterior.observed, reference.importance()[kept], seed)
    models = [thesis.fit.first.summaries for thesis in fitted if thesis.fit is not None]
    return compression(whole, directions(whole).informed(LEAST_TOLD), models, seed)


def evidence_of(fit: Fit, shared: Compression, seed: int) -> Evidence:
    """Marginal likelihood of the observed summaries among histories that keep the hard constraints."""
    kept = np.concatenate([fit.first.kept, fit.second.kept])
    compressed, observed = shared(fit.points.summaries), shared(fit.posterior.observed[None, :])[0]
    return marginal_likelihood(fit.points.unit, compressed, observed, fit.importance()[kept], seed)


def _kept(thesis: Fitted) -> tuple[float, float]:
    """Logarithm of the probability to keep the constraints and its error; the upper end of 95 % where none does, without one."""
    if not thesis.kept:
        return float(np.log(-np.expm1(np.log(0.05) / thesis.tried))), 0.0
    share = thesis.kept / thesis.tried
    return float(np.log(share)), float(np.sqrt((1.0 - share) / thesis.kept))


def judged(fitted: Sequence[Fitted], evidences: Mapping[str, Evidence], against: str) -> pd.DataFrame:
    """Theses by evidence.

    Parameters
    ----------
    fitted : sequence of Fitted
    evidences : mapping
        Thesis -> marginal likelihood, of those with a fit. A thesis without one is given the greatest of the others, so
        that its evidence is an upper bound.
    against : str
        Thesis that the Bayes factors are over.

    Returns
    -------
    DataFrame
        Index: thesis. tried, kept; log_kept, log_kept_se; log_likelihood, log_likelihood_se, effective (points that it rests
        on); log_evidence, se (Monte Carlo); log_bayes_factor, log_bayes_factor_se (over `against`); probability under even
        odds, low, high (95 % of Monte Carlo); bound: an upper bound; believed: not a bound, and from `FEW` points or more.
    """
    best = max(evidences.values(), key=lambda found: found.log)
    rows = []
    for thesis in fitted:
        found, (log_kept, kept_se) = evidences.get(thesis.name), _kept(thesis)
        log, se, points = (best.log, best.se, 0.0) if found is None else (found.log, found.se, found.effective)
        rows.append({
            "thesis": thesis.name, "tried": thesis.tried, "kept": thesis.kept, "log_kept": log_kept, "log_kept_se": kept_se,
            "log_likelihood": log, "log_likelihood_se": se, "effective": points, "log_evidence": log_kept + log,
            "se": float(np.hypot(kept_se, se)), "bound": found is None, "believed": points >= FEW,
        })  # fmt: skip
    table = pd.DataFrame(rows).set_index("thesis")
    whole, error = table["log_evidence"].to_numpy(dtype=float), table["se"].to_numpy(dtype=float)
    one = list(table.index).index(against)
    table["log_bayes_factor"] = whole - whole[one]
    table["log_bayes_factor_se"] = np.where(np.arange(len(whole)) == one, 0.0, np.hypot(error, error[one]))
    drawn = _probabilities(whole + error * np.random.default_rng(SEED).standard_normal((DRAWS, len(whole))))
    table["probability"] = _probabilities(whole)
    table["low"], table["high"] = np.quantile(drawn, [0.025, 0.975], axis=0)
    return table


def _probabilities(log_evidence: Floats) -> Floats:
    """Posterior probabilities under equal prior ones. Last axis: theses."""
    weight = np.exp(log_evidence - log_evidence.max(axis=-1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=-1, keepdims=True))


def by_constraints(tried: Floats, kept: Floats) -> pd.DataFrame:
    """Probabilities of theses under even odds by how often their candidates keep the hard constraints, and by nothing else.

    Counts have no other error than that of counting, so this holds where a marginal likelihood rests on too few points.

    Parameters
    ----------
    tried, kept : (K,) float

    Returns
    -------
    DataFrame (K)
        probability, low, high (95 %, from draws of the shares given the counts).
    """
    rng = np.random.default_rng(SEED)
    drawn = rng.beta(kept + 0.5, tried - kept + 0.5, (DRAWS, len(kept)))
    drawn /= drawn.sum(axis=1, keepdims=True)
    share = (kept + 0.5) / (tried + 1.0)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    return pd.DataFrame({"probability": share / share.sum(), "low": low, "high": high})


def bayes_factors(table: pd.DataFrame) -> pd.DataFrame:
    """Logarithms of the Bayes factors of the row's thesis over the column's, of `judged`."""
    log = table["log_evidence"].to_numpy()
    return pd.DataFrame(log[:, None] - log[None, :], index=table.index, columns=list(table.index))


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
