"""Whether groups of spells end alike: the log-rank test.

Takes a spells table as `survival.py` does, with its assumptions.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from ..errors import InputError
from .spells import CENSORED
from .survival import censored_data, grouped_spells


class LogRank(NamedTuple):
    """A log-rank test: chi-square, degrees of freedom, p-value; NaN if no end tells the groups apart."""

    chi_square: float
    degrees: int
    p: float


def logrank_pair(first: pd.DataFrame, second: pd.DataFrame) -> LogRank:
    """Log-rank test that two groups of spells end alike (scipy.stats.logrank; Mantel 1966)."""
    if not pd.concat([first["end"], second["end"]]).ne(CENSORED).any():
        return LogRank(math.nan, 1, math.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = stats.logrank(censored_data(first), censored_data(second))
    return LogRank(float(found.statistic) ** 2, 1, float(found.pvalue))


def _k_sample(groups: Sequence[pd.DataFrame]) -> LogRank:
    """Log-rank test over several groups: chi-square of observed minus expected ends (Peto & Peto 1972)."""
    duration = [g["duration"].to_numpy(dtype=float) for g in groups]
    over = [~g["end"].eq(CENSORED).to_numpy() for g in groups]
    times = np.unique(np.concatenate([x[o] for x, o in zip(duration, over, strict=True)]))
    n = np.array([len(x) - np.searchsorted(np.sort(x), times, side="left") for x in duration], dtype=float)
    at = [np.searchsorted(times, x[o]) for x, o in zip(duration, over, strict=True)]
    d = np.array([np.bincount(place, minlength=len(times)) for place in at], dtype=float)
    total, ends = n.sum(axis=0), d.sum(axis=0)
    excess = (d - n * ends / total).sum(axis=1)
    spread = np.divide(ends * (total - ends), total - 1, out=np.zeros_like(total), where=total > 1)
    share = n / total
    variance = np.diag((share * spread).sum(axis=1)) - (share * spread) @ share.T
    last = len(groups) - 1  # the groups' excesses add up to 0: one is redundant
    degrees = int(np.linalg.matrix_rank(variance[:last, :last]))
    if degrees == 0:
        return LogRank(math.nan, last, math.nan)
    statistic = float(excess[:last] @ np.linalg.pinv(variance[:last, :last]) @ excess[:last])
    return LogRank(statistic, degrees, float(stats.chi2.sf(statistic, degrees)))


def logrank(spells: pd.DataFrame, by: str) -> tuple[LogRank, pd.DataFrame]:
    """Log-rank test over all groups, and each two of them.

    Returns
    -------
    LogRank, pd.DataFrame
        The test over all; a, b, chi_square, p, p_holm (adjusted for the number of pairs, Holm 1979) for each two.

    Raises
    ------
    InputError
        Fewer than two groups.
    """
    groups = dict(grouped_spells(spells, by))
    if len(groups) < 2:
        raise InputError("log-rank", by, f"has {len(groups)} group", "two groups or more")
    rows = [(a, b, *logrank_pair(groups[a], groups[b])) for a, b in itertools.combinations(groups, 2)]
    pairs = pd.DataFrame(rows, columns=["a", "b", "chi_square", "degrees", "p"]).drop(columns="degrees")
    p = pairs["p"].to_numpy(dtype=float)
    order = np.argsort(p, kind="stable")  # NaN last
    raised = np.maximum.accumulate(p[order] * (np.isfinite(p).sum() - np.arange(len(p))))
    adjusted = np.empty_like(p)
    adjusted[order] = np.where(np.isfinite(p[order]), np.minimum(raised, 1.0), math.nan)
    overall = LogRank(float(pairs["chi_square"][0]), 1, float(p[0])) if len(pairs) == 1 else _k_sample(list(groups.values()))
    return overall, pairs.assign(p_holm=adjusted)
