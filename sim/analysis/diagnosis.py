"""Whether a calibration can be believed, and what it tells: every test of a fit, over directions and single parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..world.tables import Floats
from .calibrated import Gain, RankTest, fresh_gain, held_out_gain, rank_test
from .directions import Directions, directions, halves, informed
from .two_rounds import Fit, Points

LEAST_LOADING = 0.25
"""Loadings that are named in words."""


@dataclass(frozen=True)
class Diagnosis:
    """What the tests say.

    Attributes
    ----------
    gain : Gain
        Of each parameter, and of all at once, over the prior.
    directions : Directions
    contrasts : (D, J) float
        The directions that are told, then each parameter.
    informed : DataFrame
        As of `directions.informed`, of the contrasts.
    ranks : RankTest
        Of the contrasts.
    """

    gain: Gain
    directions: Directions
    contrasts: Floats
    informed: pd.DataFrame
    ranks: RankTest

    @property
    def sbc_passed(self) -> bool:
        """Whether every contrast passed."""
        return self.ranks.sbc_passed


def tested(fit: Fit, fresh: Points, seed: int, names: Sequence[str], contrasts: Floats) -> pd.DataFrame:
    """All four tests of contrasts (D, J), as of `directions.informed`."""
    points = fit.points
    two = halves(points.unit, points.summaries, fit.posterior.observed, points.weights, seed)
    new = fresh_gain(fit.posterior, fresh.unit, fresh.summaries, fresh.weights, contrasts)
    return informed(fit.posterior, two, seed, names, contrasts, new)


def diagnosis(fit: Fit, fresh: Points, seed: int, paths: Sequence[str]) -> Diagnosis:
    """Test a fit.

    Parameters
    ----------
    fit : Fit
    fresh : Points
        That had no part in it.
    seed : int
    paths : sequence of D str
        Names of the parameters.
    """
    found = directions(fit.posterior)
    told = found.informed()
    contrasts = np.hstack([told, np.eye(len(paths))])
    names = [*direction_names(told.shape[1]), *paths]
    return Diagnosis(
        held_out_gain(fit.posterior), found, contrasts, tested(fit, fresh, seed, names, contrasts),
        rank_test(fit.posterior, seed, contrasts),
    )  # fmt: skip


def direction_names(count: int) -> list[str]:
    """Names of so many directions."""
    return [f"direction {n}" for n in range(1, count + 1)]


def in_words(contrast: Floats, paths: Sequence[str]) -> str:
    """A direction by its largest loadings: `+0.71 brand.weight −0.52 choice.rate`."""
    order = [n for n in np.argsort(-np.abs(contrast), kind="stable") if abs(contrast[n]) >= LEAST_LOADING][:6]
    order = order or [int(np.argmax(np.abs(contrast)))]
    return " ".join(f"{'+' if contrast[n] > 0 else '−'}{abs(contrast[n]):.2f} {paths[n]}" for n in order)


def loadings(found: Directions, paths: Sequence[str]) -> pd.DataFrame:
    """Directions, best told first: r2, informed by it, and the loading of each parameter."""
    told = found.informed().shape[1]
    names = pd.Index(direction_names(len(paths)), name="direction")
    table = pd.DataFrame(found.contrasts.T, index=names, columns=list(paths))
    table.insert(0, "told", np.arange(len(paths)) < told)
    table.insert(0, "r2", found.r2)
    return table
