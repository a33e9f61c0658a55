"""Effects of a wedge as paired differences: wedge less baseline, run by run on the same keys."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...runs.clustered import effective_size
from ...world.tables import Floats
from ..intervals import Z
from .watched import Seen, measure_of


@dataclass(frozen=True)
class Effect:
    """A paired difference.

    Attributes
    ----------
    baseline, under, difference : float
        Means over runs: without the wedge, under it, and the second less the first.
    low, high, se : float
        95 % interval and standard error of the difference.
    reduction : float
        Variance of the difference of as many unpaired runs over that of the paired ones: by how much the shared keys cut
        the number of runs. NaN if nothing varies.
    up, down : int
        Runs in which the wedge gives more, and less, than the baseline.
    runs : int
        Pairs of runs with something to say.
    known_by : float
        Independent runs that would know the baseline's mean as well: `runs`, or fewer where runs share draws of the posterior.
    """

    baseline: float
    under: float
    difference: float
    low: float
    high: float
    se: float
    reduction: float
    up: int
    down: int
    runs: int
    known_by: float

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0.0 or self.high < 0.0


def paired(before: Floats, after: Floats, kind: Literal["share", "mean"], draw: NDArray[np.int64] | None = None) -> Effect:
    """The paired difference of two arms.

    Of shares the interval is that of Agresti and Min (2005): half a run is added to each of the four cells, so that it
    holds its level when few runs tip; it is cut at -1 and 1. Of means it is the normal one.

    Parameters
    ----------
    before, after : (N,) float
        One number a run on the same keys; NaN where a run has nothing to say.
    draw : (N,) int, optional
        Draw of the posterior of each run, the same in both arms: the interval is over runs and draws, that of as many runs
        without draws as the difference is known by (`runs.clustered`).
    """
    known = ~(np.isnan(before) | np.isnan(after))
    x, y = before[known], after[known]
    n = len(x)
    if n < 2:
        nan = float("nan")
        return Effect(nan, nan, nan, nan, nan, nan, nan, 0, 0, n, float(n))
    d = y - x
    up, down, mean, spread = int((d > 0).sum()), int((d < 0).sum()), float(d.mean()), float(d.var(ddof=1))
    apart = float(x.var(ddof=1) + y.var(ddof=1))
    draw = None if draw is None else draw[known]
    worth = effective_size(d, draw, share=kind == "share")
    if kind == "share":
        total, more, less = worth + 2.0, up * worth / n + 0.5, down * worth / n + 0.5
        centre = (more - less) / total
        se = float(np.sqrt((more + less) - (more - less) ** 2 / total) / total)
    else:
        centre, se = mean, float(np.sqrt(spread / worth))
    low, high = centre - Z * se, centre + Z * se
    if kind == "share":
        low, high = max(-1.0, low), min(1.0, high)
    reduction = apart / spread if spread > 0.0 else float("nan") if apart == 0.0 else float("inf")
    return Effect(
        float(x.mean()),
        float(y.mean()),
        mean,
        low,
        high,
        se,
        reduction,
        up,
        down,
        n,
        effective_size(x, draw, share=kind == "share"),
    )


def effects(baseline: Seen, wedge: Seen) -> pd.DataFrame:
    """Effects of a wedge on everything that is measured: a row a subject and measure, columns as in `Effect`, and `clear`."""
    rows = []
    for (subject, measure), before in baseline.values.items():
        found = paired(before, wedge.values[subject, measure], measure_of(subject, measure).spread, baseline.draw)
        rows.append({"subject": subject, "measure": measure, **asdict(found), "clear": found.clear})
    return pd.DataFrame(rows)


def course(baseline: Seen, wedge: Seen) -> pd.DataFrame:
    """The focal alliance by month: share alive in both arms, and the paired difference with its 95 % interval."""
    rows = []
    for month in range(baseline.alive.shape[1]):
        found = paired(baseline.alive[:, month].astype(float), wedge.alive[:, month].astype(float), "share", baseline.draw)
        rows.append({"month": month, **{k: getattr(found, k) for k in ("baseline", "under", "difference", "low", "high")}})
    return pd.DataFrame(rows)


def months_to_effect(monthly: pd.DataFrame, start: int) -> int | None:
    """Months from the start of a wedge to the first from which the difference stays clear of zero to the end; else None."""
    clear = (monthly["low"] > 0.0) | (monthly["high"] < 0.0)
    if not len(clear) or not clear.iloc[-1]:
        return None
    open_months = np.flatnonzero(~clear.to_numpy())
    first = int(open_months[-1]) + 1 if len(open_months) else 0
    return max(0, int(monthly["month"].iloc[first]) - start)


def months_to_break(baseline: Seen, wedge: Seen, start: int) -> float:
    """Median months from the start of a wedge to the end of an alliance that the baseline keeps; NaN if there is none.

    A run in which the wedge keeps the alliance from forming has no such month and is left out.
    """
    formed = wedge.alive.any(axis=1) | baseline.alive[:, 0]  # in place at the start, it may end within the first month
    tipped = baseline.alive[:, -1] & ~wedge.alive[:, -1] & formed
    if not tipped.any():
        return float("nan")
    last = wedge.alive.shape[1] - 1 - wedge.alive[tipped][:, ::-1].argmax(axis=1)  # last month allied
    last[~wedge.alive[tipped].any(axis=1)] = -1
    return float(np.median(np.maximum(0, last + 1 - start)))
