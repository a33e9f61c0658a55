"""Whether points and replicates are enough for a ranking of parameters."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from ..plural import plural
from ..world.tables import Floats
from .noise import Noise

LEADING_SHARE, MOST_LEADING = 0.8, 5
AGREEMENT = 0.9
NOISE = 0.2


@dataclass(frozen=True)
class Verdict:
    """Whether the ranking can be relied on.

    Attributes
    ----------
    enough : bool
    need : {"nothing", "points", "replicates"}
    leading : list of str
        The parameters that the ranking is about.
    agreement : float
        Mean top-down correlation of the ranking with that of each resample, -1..1.
    sentence : str
        The verdict in words.
    """

    enough: bool
    need: str
    leading: list[str]
    agreement: float
    sentence: str


def top_down(estimate: Floats, resampled: Floats, leading: int) -> float:
    """Mean correlation of Savage scores between an estimate and its resamples (Iman & Conover 1987).

    Scores weigh the first ranks most, and ranks after the leading ones share one score: a shuffled tail of parameters
    without effect does not count. 1 for a single parameter.

    Parameters
    ----------
    estimate : ndarray, shape (D,)
    resampled : ndarray, shape (K, D)
    """
    d = len(estimate)
    if d < 2:
        return 1.0
    scores = np.cumsum((1 / np.arange(1, d + 1))[::-1])[::-1].copy()
    if leading < d:
        scores[leading:] = scores[leading:].mean()

    def scored(values: Floats) -> Floats:
        ranks = rankdata(-np.nan_to_num(values, nan=-np.inf), method="ordinal", axis=-1).astype(int)
        centred: Floats = scores[ranks - 1] - scores.mean()
        return centred

    own = scored(estimate)
    return float((scored(resampled) @ own / (own @ own)).mean())


def _leading(table: pd.DataFrame, index: str, floor: float) -> list[str]:
    """The first parameters that hold four fifths of all that rises above the floor, five at most."""
    excess = (table[index] - floor).clip(lower=0).sort_values(ascending=False, kind="stable")
    before = excess.cumsum() - excess
    return [str(name) for name in excess.index[(before < LEADING_SHARE * excess.sum()) & (excess > 0)][:MOST_LEADING]]


def _more_points(table: pd.DataFrame, index: str, floor: float, unclear: list[str], base: int) -> int:
    """Points that would lift the intervals off the floor, if widths fall with the root of the number: 2 to 64 times."""
    rows = table.loc[unclear] if unclear else table.iloc[:0]
    factor = 2.0
    for estimate, low in zip(rows[index], rows["low"], strict=True):
        factor = max(factor, ((estimate - low) / (estimate - floor)) ** 2 if estimate > floor else 4.0)
    return base * int(2 ** min(6, math.ceil(math.log2(factor))))


def judge(table: pd.DataFrame, index: str, floor: float, resampled: Floats, noise: Noise, base: int, what: str) -> Verdict:
    """Judge a ranking.

    The rule: of the leading parameters (the first that hold four fifths of all that rises above the floor, five at most)
    each interval lies above the floor; and their ranks agree with those in resamples, mean top-down correlation 0.9 or
    more. Where it fails, replicates are missing if noise makes up more than a fifth of the variance between points, else
    points. One replicate is never enough, since noise stays unknown.

    Parameters
    ----------
    table : pd.DataFrame
        Columns: the index, `low`; a row a parameter.
    resampled : ndarray, shape (K, D)
    base : int
        How many points, base points or trajectories, whichever `what` says.
    """
    size = f"{plural(base, what.removesuffix('s'), what)} and {plural(noise.replicates, 'replicate')}"
    if noise.observed <= 0:
        return Verdict(False, "points", [], float("nan"), f"Nothing to rank: with {size} the outcome is the same at every point.")
    leading = _leading(table, index, floor)
    agreement = top_down(table[index].to_numpy(dtype=float), resampled, max(1, len(leading)))
    low = table["low"]
    unclear = [name for name in leading if not low[name] > floor]
    stable = agreement >= AGREEMENT
    said = f"noise is {100 * noise.share:.0f} % of the variance between points"
    order = f"the order {'holds' if stable else 'does not hold'} in resamples (top-down correlation {agreement:.2f}, 0.90 needed)"
    names = ", ".join(leading)
    if noise.replicates < 2:
        text = f"Not enough: with {size} noise cannot be told from effects, and nothing is corrected: take 10 replicates or more."
        return Verdict(False, "replicates", leading, agreement, text)
    if leading and not unclear and stable:
        text = f"Enough: with {size}, {names} stand{'s' if len(leading) == 1 else ''} clear of the floor and {order}; {said}."
        return Verdict(True, "nothing", leading, agreement, text)
    if not leading:
        fault = "no parameter stands out"
    elif unclear:
        fault = f"{', '.join(unclear)} cannot be told from a parameter without effect, and {order}"
    else:
        fault = order
    if noise.share > NOISE:
        signal = max(noise.signal, 0.01 * noise.observed)
        wanted = math.ceil(noise.replicates * noise.noise / signal * (1 - NOISE) / NOISE)
        text = f"Not enough: with {size}, {fault}; {said}: take about {plural(wanted, 'replicate')}."
        return Verdict(False, "replicates", leading, agreement, text)
    wanted = _more_points(table, index, floor, unclear, base)
    text = f"Not enough: with {size}, {fault}; {said}: take about {plural(wanted, what.removesuffix('s'), what)}."
    return Verdict(False, "points", leading, agreement, text)
