"""Errors and intervals of shares."""

from __future__ import annotations

import numpy as np

from ..world.tables import Floats

Z = 1.959963984540054
"""Standard errors to either side of an estimate: two-sided 95 %."""


def standard_error(share: Floats, n: int | Floats) -> Floats:
    """Standard error of a share out of n independent runs: sqrt(share (1 - share) / n)."""
    return np.sqrt(share * (1.0 - share) / n)


def wilson(share: Floats, n: int | Floats, z: float = Z) -> tuple[Floats, Floats]:
    """Wilson (1927) score interval of a share: sound at 0 and 1, where the normal one has no width."""
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # rounding may leave an end a hair inside the share itself at 0 and 1
    return np.minimum(share, centre - half), np.maximum(share, centre + half)
