"""Intervals of shares, and how they are written."""

from __future__ import annotations

import numpy as np

from ..runs.clustered import effective_runs
from ..world.tables import Floats

Z = 1.959963984540054
"""Standard errors to either side of an estimate: two-sided 95 %."""


def wilson(share: Floats, n: int | Floats, z: float = Z) -> tuple[Floats, Floats]:
    """Wilson (1927) score interval of a share: sound at 0 and 1, where the normal one has no width."""
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # rounding may leave an end a hair inside the share itself at 0 and 1
    return np.minimum(share, centre - half), np.maximum(share, centre + half)


def spanned(share: float, low: float, high: float, times: float = 100.0) -> str:
    """A number with its interval, in as many digits as the interval allows: "100 (93–100)"; a dash where it is none.

    Parameters
    ----------
    times : float
        What the number is shown in: 100 for per cent, 1 as it is.

    Examples
    --------
    >>> spanned(0.0, 0.0, 0.0038), spanned(0.5, 0.469, 0.531), spanned(1.0, 0.929, 1.0, times=1)
    ('0.00 (0.00–0.38)', '50 (47–53)', '1.00 (0.93–1.00)')
    """
    if not np.isfinite(share):
        return "–"
    width = times * (high - low)
    digits = max(0, int(np.ceil(-np.log10(width / 5.0)))) if 0.0 < width < np.inf else 2
    to = "–" if low >= 0.0 else " to "  # a dash before or after a minus is hard to read
    return f"{times * share:.{digits}f} ({times * low:.{digits}f}{to}{times * high:.{digits}f})"


def of_runs(share: float, n: float, times: float = 100.0) -> str:
    """A share out of n independent runs with its 95 % Wilson interval: "100 (93–100)" for 50 of 50; a dash of none."""
    if not n > 0:
        return "–"
    return spanned(share, *_ends(share, n), times)


def _ends(share: float, n: float) -> tuple[float, float]:
    low, high = wilson(np.array(share), np.array(n))
    return float(low), float(high)


def share_of(count: int, n: int) -> dict[str, float]:
    """share, low, high: a count out of n with its 95 % Wilson interval."""
    return dict(zip(("share", "low", "high"), (count / n, *_ends(count / n, n)), strict=True))


def wilson_of_groups(shares: Floats, each: int) -> tuple[float, float]:
    """95 % interval of the mean of shares of several groups of runs, whose true shares differ.

    Wilson's with as many independent runs as the spread of the shares leaves (`runs.clustered`): between the number of groups,
    where all runs of a group end alike, and all runs, where groups do not differ. At 0 and 1, where no spread is seen, the
    first.

    Parameters
    ----------
    shares : (K,) float
    each : int
        Runs of a group.
    """
    of = np.full(len(shares), float(each))
    return _ends(float(np.mean(shares)), float(effective_runs(shares * of, of)))


def band_in_words(band: tuple[float | None, float | None]) -> str:
    """A band as it is read: at least, at most, between."""
    low, high = band
    if low is None and high is None:
        return ""
    if low is None or high is None:
        return f"{'≤' if low is None else '≥'} {high if low is None else low:g}"
    return f"{low:g} to {high:g}"
