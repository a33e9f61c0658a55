"""What a calibration says: its parameters, which targets its runs meet, where the observed lies among its histories."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .cloud import Cloud
from .constraints import CONSTRAINTS, KEPT, Months
from .summaries import Summary
from .targets import Target

WITHIN = (0.05, 0.95)
"""Ends of the central 90 %."""


def predictive_table(targets: Sequence[Target], found: pd.DataFrame) -> pd.DataFrame:
    """Observed and simulated, target by target.

    Returns
    -------
    DataFrame
        Index: name. title, observed, band_low, band_high, simulated (mean over posterior points), se, low, high (central
        90 % of single points), met: mean inside the band; inside: share of points inside.
    """
    rows = []
    for target in targets:
        x = found[target.name].dropna().to_numpy()
        mean = target.mean(x)
        low, high = np.quantile(x, WITHIN) if len(x) else (np.nan, np.nan)
        error = float(x.std(ddof=1) / np.sqrt(len(x))) if len(x) > 1 else np.nan
        inside = float(np.mean([target.met(v) for v in x])) if len(x) else 0.0
        rows.append({
            "target": target.name, "title": target.title, "observed": target.observed, "band_low": target.band[0],
            "band_high": target.band[1], "simulated": mean, "se": error,
            "low": low, "high": high, "met": target.met(mean), "inside": inside,
            "counted": len(x),
        })  # fmt: skip
    return pd.DataFrame(rows).set_index("target")


def parameter_rows(posterior: pd.DataFrame, tests: pd.DataFrame) -> pd.DataFrame:
    """Each parameter: median, low, high (central 90 %), r2 and informed.

    Parameters
    ----------
    posterior : DataFrame (N, D)
        Draws of equal weight.
    tests : DataFrame
        As of `directions.informed`, parameters among its rows.
    """
    low, median, high = (posterior.quantile(q) for q in (WITHIN[0], 0.5, WITHIN[1]))
    mine = tests.loc[list(posterior.columns)]
    rows = pd.DataFrame({"median": median, "low": low, "high": high, "r2": mine["r2"], "informed": mine["informed"]})
    return rows.rename_axis("parameter")


def summaries_table(summaries: Sequence[Summary], found: np.ndarray, cloud: Cloud) -> pd.DataFrame:
    """Observed and simulated, summary by summary.

    Parameters
    ----------
    summaries : sequence of Summary
    found : (N, S) float
        Of one history of each draw.
    cloud : Cloud
        Of the same.

    Returns
    -------
    DataFrame
        Index: summary, of those that were observed. title, world, fitted, observed, mean, low, high (central 90 % of
        histories), tail, deviation (see `Cloud`), inside: the observed is within the central 95 %; counted: histories that
        have it.
    """
    rows = []
    for n, summary in enumerate(summaries):
        x = found[~np.isnan(found[:, n]), n]
        if summary.observed is None or not len(x):
            continue
        low, high = np.quantile(x, WITHIN)
        rows.append({
            "summary": summary.name, "title": summary.title, "world": summary.world, "fitted": summary.fitted,
            "observed": summary.observed, "mean": x.mean(), "low": low, "high": high, "tail": cloud.tail[n],
            "deviation": cloud.deviation[n], "inside": summary.name not in cloud.outside, "counted": len(x),
        })  # fmt: skip
    return pd.DataFrame(rows).set_index("summary")


def constraints_table(posterior: Months, prior: Months) -> pd.DataFrame:
    """Shares of runs of the long scenario that keep each hard constraint, and all of them.

    Parameters
    ----------
    posterior, prior : (C, R, K) int16
        Violations of fresh runs of draws of the posterior, and of candidates of the prior.

    Returns
    -------
    DataFrame
        Index: constraint. title, kept, se (over draws), prior (share of its runs).
    """
    names = [(c.name, c.title) for c in CONSTRAINTS] + [("all", "all of them")]
    flags = [
        np.concatenate([months == KEPT, (months == KEPT).all(axis=2, keepdims=True)], axis=2) for months in (posterior, prior)
    ]
    by_draw = flags[0].mean(axis=1)
    error = by_draw.std(axis=0, ddof=1) / np.sqrt(len(by_draw))
    rows = [
        {"constraint": name, "title": title, "kept": by_draw[:, k].mean(), "se": error[k], "prior": flags[1][:, :, k].mean()}
        for k, (name, title) in enumerate(names)
    ]
    return pd.DataFrame(rows).set_index("constraint")
