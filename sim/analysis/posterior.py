"""What a calibration says: which parameters the data inform, which targets its runs meet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..evidence.ledger import ledger
from .targets import Target


def informed(posterior: pd.DataFrame, independent: int) -> pd.DataFrame:
    """What the data say about each parameter.

    Parameters
    ----------
    posterior : DataFrame (N, D)
    independent : int
        How many of the particles are surely independent: the founders that have descendants.

    Returns
    -------
    DataFrame
        Index: path. prior_low, prior_high; median, low, high (central 90 %); shrinkage: 1 - variance over the prior's;
        distance: greatest distance of the two distribution functions (Kolmogorov and Smirnov); informed: whether that is
        more than so many independent particles of the prior would show in 99 of 100 such tables.
    """
    rows = []
    for path in posterior.columns:
        span = ledger().entry(str(path)).range.frozen()
        x = posterior[path].to_numpy()
        u = np.sort(span.cdf(x))
        steps = np.arange(1, len(u) + 1) / len(u)
        off = float(np.maximum(np.abs(steps - u), np.abs(steps - 1.0 / len(u) - u)).max())
        low, median, high = np.quantile(x, [0.05, 0.5, 0.95])
        bar = np.sqrt(-0.5 * np.log(0.005 / posterior.shape[1])) / np.sqrt(max(independent, 1))
        rows.append({
            "parameter": path, "prior_low": span.ppf(0.0), "prior_high": span.ppf(1.0),
            "median": median, "low": low, "high": high,
            "shrinkage": 1.0 - float(x.var() / span.var()), "distance": off, "informed": bool(off > bar),
        })  # fmt: skip
    return pd.DataFrame(rows).set_index("parameter")


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
        low, high = np.quantile(x, [0.05, 0.95]) if len(x) else (np.nan, np.nan)
        error = float(x.std(ddof=1) / np.sqrt(len(x))) if len(x) > 1 else np.nan
        inside = float(np.mean([target.met(v) for v in x])) if len(x) else 0.0
        rows.append({
            "target": target.name, "title": target.title, "observed": target.observed, "band_low": target.band[0],
            "band_high": target.band[1], "simulated": mean, "se": error,
            "low": low, "high": high, "met": target.met(mean), "inside": inside,
            "counted": len(x),
        })  # fmt: skip
    return pd.DataFrame(rows).set_index("target")
