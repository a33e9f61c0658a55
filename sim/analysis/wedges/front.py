"""The Pareto front: wedges that no other betters in every respect, run again on replicates the search has not seen.

The best of many noisy trials is overestimated: it is there because it is good and because it was lucky. So the numbers to
believe are those of fresh runs, and a wedge of the front may turn out to be dominated in them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...world.instruments import WedgeConf
from .objectives import Evaluate, Measured

Told = Callable[[str, int, int], None]
"""Called with the stage, what is done, and of how much."""
NOTHING = (0.0, 0.0, 0.0, 0.0)
"""What doing nothing gives: no change, at no cost."""


def non_dominated(aims: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Points that no other betters: as small in every respect and smaller in one. Equal points do not dominate each other.

    Parameters
    ----------
    aims : (N, M) float
        To be made small.

    Returns
    -------
    (N,) bool
    """
    kept = np.ones(len(aims), dtype=bool)
    for n, mine in enumerate(aims):
        kept[n] = not ((aims <= mine).all(axis=1) & (aims < mine).any(axis=1)).any()
    return kept


@dataclass(frozen=True)
class Trial:
    """One wedge that was tried.

    Attributes
    ----------
    number, generation : int
    wedge : WedgeConf
    measured : Measured
    """

    number: int
    generation: int
    wedge: WedgeConf
    measured: Measured


def _undominated(measured: Sequence[Measured], robust: str) -> NDArray[np.bool_]:
    """Which of these are on the front; doing nothing is a rival of them all."""
    return non_dominated(np.array([NOTHING, *(m.aims(robust) for m in measured)]))[1:]


def front_of(trials: Sequence[Trial], robust: str) -> list[Trial]:
    """Trials that no other betters, each wedge once, and doing nothing does not; in the order in which they were tried."""
    once: dict[tuple[object, ...], Trial] = {}
    for trial in trials:
        if trial.wedge.instruments():
            once.setdefault(tuple(trial.wedge.instruments()), trial)
    distinct = list(once.values())
    kept = _undominated([trial.measured for trial in distinct], robust)
    return [trial for trial, on in zip(distinct, kept, strict=True) if on]


@dataclass(frozen=True)
class FrontPoint:
    """A wedge of the front.

    Attributes
    ----------
    trial : Trial
        With the numbers of the search.
    fresh : Measured
        On replicates the search has not seen.
    holds : bool
        Whether no other of the front betters it in the fresh numbers, nor doing nothing.
    """

    trial: Trial
    fresh: Measured
    holds: bool


def run_again(front: Sequence[Trial], evaluate: Evaluate, robust: str, told: Told = lambda *_: None) -> list[FrontPoint]:
    """The front on fresh replicates, the greatest effect first."""
    fresh = []
    for done, trial in enumerate(front, start=1):
        fresh.append(evaluate(trial.wedge))
        told("the front on fresh runs", done, len(front))
    holds = _undominated(fresh, robust)
    points = [FrontPoint(*row) for row in zip(front, fresh, (bool(h) for h in holds), strict=True)]
    return sorted(points, key=lambda p: (p.fresh.aims(robust), p.trial.number))


def front_table(points: Sequence[FrontPoint], said: Callable[[WedgeConf], str]) -> pd.DataFrame:
    """A row a point: number, trial, wedge in words, whether it holds, fresh numbers, and the search's own as `searched_…`."""
    rows = []
    for number, point in enumerate(points, start=1):
        searched = {f"searched_{name}": value for name, value in asdict(point.trial.measured).items()}
        rows.append({
            "front": number, "trial": point.trial.number, "wedge": said(point.trial.wedge), "holds": point.holds,
            **asdict(point.fresh), **searched,
        })  # fmt: skip
    return pd.DataFrame(rows)
