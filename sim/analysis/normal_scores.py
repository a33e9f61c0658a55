"""Parameters and summaries on the scales on which a regression is at its best: normal scores.

The uniform prior of a parameter becomes standard normal. A summary becomes the normal score of its rank among simulated ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from ..errors import InputError
from ..world.tables import Floats

Whole = NDArray[np.int64]
EDGE = 1e-9
"""Points of the unit cube stay this far from its faces, where the normal scale has no end."""
KNOTS = 1000
"""Points at most by which the distribution of a summary is remembered."""


def latent(unit: Floats) -> Floats:
    """Points of the unit cube on the scale on which their prior is standard normal."""
    return np.asarray(ndtri(np.clip(unit, EDGE, 1.0 - EDGE)))


def unit_of(z: Floats) -> Floats:
    """Back from `latent` into the open unit cube."""
    return np.asarray(np.clip(ndtr(z), EDGE, 1.0 - EDGE))


@dataclass(frozen=True)
class Scores:
    """What a regression sees of summaries: normal scores by rank, standardised, and what is missing.

    Ranks keep one odd run from deciding a coefficient, and an observed value beyond all simulated ones counts as the
    outermost of these: a regression must not be carried beyond the points that it was fitted to.

    Attributes
    ----------
    columns : (C,) int
        Summaries that are observed and that vary between runs.
    knots : list of (values, scores)
        For each of them.
    missing : (M,) int
        Places among `columns` of summaries that some runs lack: an indicator each.
    mean, sd : (C + M,) float
    """

    columns: Whole
    knots: list[tuple[Floats, Floats]]
    missing: Whole
    mean: Floats
    sd: Floats

    @classmethod
    def of(cls, summaries: Floats, observed: Floats) -> Scores:
        """Scores of simulated summaries (N, S), for an observation (S,) with NaN for what nobody observed."""
        columns, knots = [], []
        for c in np.flatnonzero(np.isfinite(observed)):
            found = summaries[np.isfinite(summaries[:, c]), c]
            values, counts = np.unique(found, return_counts=True)
            if len(values) < 2:
                continue
            middle = ndtri((np.cumsum(counts) - 0.5 * counts) / len(found))
            kept = np.unique(np.linspace(0, len(values) - 1, KNOTS).astype(int))
            columns.append(c)
            knots.append((values[kept], middle[kept]))
        if not columns:
            raise InputError("regression", "summaries", "none is observed and varies between runs", "at least one")
        which = np.array(columns, dtype=np.int64)
        missing = np.flatnonzero(np.isnan(summaries[:, which]).any(axis=0))
        whole = len(which) + len(missing)
        raw = cls(which, knots, missing, np.zeros(whole), np.ones(whole))._raw(summaries)
        mean, sd = np.nanmean(raw, axis=0), np.nanstd(raw, axis=0)
        return cls(which, knots, missing, mean, np.where(sd > 0.0, sd, 1.0))

    def _raw(self, summaries: Floats) -> Floats:
        held = summaries[:, self.columns]
        scores = [np.interp(held[:, c], *knots) for c, knots in enumerate(self.knots)]
        return np.column_stack([*scores, *np.isnan(held[:, self.missing]).T.astype(float)])

    def __call__(self, summaries: Floats) -> Floats:
        """(M, S) summaries -> (M, F) features; a summary that is missing has its mean, 0."""
        return np.nan_to_num((self._raw(summaries) - self.mean) / self.sd)
