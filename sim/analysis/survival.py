"""Survival of spells: Kaplan–Meier, cumulative incidence by kind of end, hazard by age, restricted mean.

Functions take a spells table (`sim.analysis.spells`) and keep its unit of time. Ends at one time come before censorings at
that time. Spells are taken as independent, and censoring as unrelated to the end that would have come.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from ..errors import InputError
from ..world.tables import Floats
from .intervals import Z, wilson
from .spells import CENSORED, ENDS


class Estimate(NamedTuple):
    """A number with its 95 % interval; inf where the curve does not come down to it."""

    value: float
    low: float
    high: float


def grouped_spells(spells: pd.DataFrame, by: str | None) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each group and its spells, by name; all spells under "all" without `by`."""
    if by is None:
        yield "all", spells
        return
    for name, part in spells.groupby(by, observed=True, sort=True):
        yield str(name), part


def censored_data(spells: pd.DataFrame) -> stats.CensoredData:
    """Durations as scipy takes them: ended, or censored at the right."""
    return stats.CensoredData.right_censored(spells["duration"].to_numpy(dtype=float), spells["end"].eq(CENSORED).to_numpy())


def life_table(spells: pd.DataFrame) -> pd.DataFrame:
    """Counts at each distinct duration.

    Returns
    -------
    pd.DataFrame
        time, at_risk (spells that last at least so long), events, censored, and a column per kind of end.
    """
    kinds = (*ENDS, CENSORED)
    counts = pd.crosstab(spells["duration"].astype(float), spells["end"].astype(str)).reindex(columns=kinds, fill_value=0)
    leaving = counts.sum(axis=1)
    table = counts.assign(at_risk=leaving[::-1].cumsum()[::-1], events=counts[list(ENDS)].sum(axis=1))
    return table.rename_axis("time").reset_index()[["time", "at_risk", "events", CENSORED, *ENDS]].rename_axis(columns=None)


def _greenwood(at_risk: Floats, events: Floats) -> Floats:
    """Sum of d / (n (n - d)); the term of a time at which all end is left out: what it multiplies is 0 there."""
    left = at_risk - events
    return np.cumsum(np.divide(events, at_risk * left, out=np.zeros_like(left), where=left > 0))


def kaplan_meier(spells: pd.DataFrame) -> pd.DataFrame:
    """Kaplan–Meier estimate of the share of spells that last longer than each time.

    The 95 % interval is that of scipy.stats.ecdf on the log-log scale. Where that has no width or is undefined: before the
    first end, the Wilson interval of 1 out of the spells still at risk; once all have ended, 0 up to the last bound.

    Returns
    -------
    pd.DataFrame
        time (0 first), at_risk, events, censored, survival, se (Greenwood 1926; 0 at survival 0 and 1), low, high.
    """
    table = life_table(spells)
    sf = stats.ecdf(censored_data(spells)).sf
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # undefined where the estimate is 0 or 1: filled below
        interval = sf.confidence_interval(method="log-log")
    survival = np.asarray(sf.probabilities, dtype=float)
    at_risk, events = table["at_risk"].to_numpy(dtype=float), table["events"].to_numpy(dtype=float)
    se = survival * np.sqrt(_greenwood(at_risk, events))
    low, high = np.array(interval.low.probabilities, dtype=float), np.array(interval.high.probabilities, dtype=float)
    whole, gone = np.cumsum(events) == 0, survival <= 0
    low[whole], high[whole] = at_risk[whole] / (at_risk[whole] + Z * Z), 1.0
    low[gone] = 0.0
    bounds = high[~gone]
    high[gone] = float(bounds[-1]) if len(bounds) else Z * Z / (len(spells) + Z * Z)
    curve = table[["time", "at_risk", "events", CENSORED]].assign(survival=survival, se=se, low=low, high=high)
    n = len(spells)
    first = {"time": 0.0, "at_risk": n, "events": 0, CENSORED: 0, "survival": 1.0, "se": 0.0, "low": n / (n + Z * Z), "high": 1.0}
    return pd.concat([pd.DataFrame([first]), curve], ignore_index=True)


def cumulative_incidence(spells: pd.DataFrame) -> pd.DataFrame:
    """Share of spells that have ended in each way by each time (Aalen & Johansen 1978).

    With one spell at risk of several ends, 1 - Kaplan–Meier of one kind would overstate it. At each time the incidences
    and the Kaplan–Meier estimate of all ends add up to 1.

    Returns
    -------
    pd.DataFrame
        end, time (0 first), events, incidence, se (delta method: Marubini & Valsecchi 1995, ch. 10), low, high (95 %, on
        the log-log scale); a block per kind of end in the order of ENDS.
    """
    table = life_table(spells)
    n, d = table["at_risk"].to_numpy(dtype=float), table["events"].to_numpy(dtype=float)
    before = np.concatenate(([1.0], np.cumprod(1 - d / n)[:-1]))  # survival just before each time
    left = n - d
    both = np.divide(d, n * left, out=np.zeros_like(d), where=left > 0)
    blocks = []
    for kind in ENDS:
        k = table[kind].to_numpy(dtype=float)
        incidence = np.cumsum(before * k / n)
        # sum over times up to t of (F(t) - F)^2 both + own - 2 (F(t) - F) cross, with the square multiplied out
        own, cross = before**2 * k * (n - k) / n**3, before * k / n**2
        variance = (
            incidence**2 * np.cumsum(both) - 2 * incidence * np.cumsum(incidence * both) + np.cumsum(incidence**2 * both)
            + np.cumsum(own) - 2 * (incidence * np.cumsum(cross) - np.cumsum(incidence * cross))
        )  # fmt: skip
        se = np.sqrt(np.clip(variance, 0.0, None))
        low, high = _log_log(incidence, se)
        block = pd.DataFrame({"end": kind, "time": table["time"], "events": table[kind]})
        block = block.assign(incidence=incidence, se=se, low=low, high=high)
        start = {"end": kind, "time": 0.0, "events": 0, "incidence": 0.0, "se": 0.0, "low": 0.0, "high": 0.0}
        blocks += [pd.DataFrame([start]), block]
    return pd.concat(blocks, ignore_index=True)


def _log_log(share: Floats, se: Floats) -> tuple[Floats, Floats]:
    """95 % interval share ** exp(± z se / (share log share)) (Pintilie 2006); no width at 0 and 1."""
    inside = (share > 0) & (share < 1) & (se > 0)
    scale = np.where(inside, share * np.log(np.where(inside, share, 0.5)), 1.0)
    power = np.exp(Z * np.abs(np.where(inside, se, 0.0) / scale))
    return share**power, share ** (1 / power)


def survival_at(curve: pd.DataFrame, times: Sequence[float]) -> pd.DataFrame:
    """Rows of a Kaplan–Meier curve in force at given times; NaN beyond the longest spell while some last on.

    Returns
    -------
    pd.DataFrame
        time, at_risk (spells that last at least so long), survival, se, low, high; a row per time.
    """
    wanted = np.asarray(times, dtype=float)
    seen = curve["time"].to_numpy(dtype=float)
    row = np.searchsorted(seen, wanted, side="right") - 1
    found = curve.iloc[row][["survival", "se", "low", "high"]].reset_index(drop=True).astype(float)
    beyond = (wanted > seen[-1]) & (found["survival"].to_numpy() > 0)
    found.loc[beyond] = math.nan
    after = np.searchsorted(seen, wanted, side="left")
    at_risk = np.append(curve["at_risk"].to_numpy(dtype=int), 0)[after]
    return pd.concat([pd.DataFrame({"time": wanted, "at_risk": at_risk}), found], axis=1)


def _first_at_or_below(curve: pd.DataFrame, column: str, share: float) -> float:
    reached = curve.loc[curve[column] <= share + 1e-12, "time"]
    return float(reached.iloc[0]) if len(reached) else math.inf


def quantile(curve: pd.DataFrame, share: float = 0.5) -> Estimate:
    """Time by which all but `share` of the spells have ended, with the 95 % interval of Brookmeyer & Crowley (1982).

    The limits are the times at which the band of the curve comes down to `share`; inf where it does not.
    """
    return Estimate(*(_first_at_or_below(curve, column, share) for column in ("survival", "low", "high")))


def restricted_mean(curve: pd.DataFrame, horizon: float) -> tuple[float, float]:
    """Mean duration up to a horizon, the area under the curve, with its standard error (Klein & Moeschberger 2003, 4.5).

    Raises
    ------
    InputError
        The horizon is not above 0, or lies beyond the longest spell while the curve is still above 0.
    """
    time, survival = curve["time"].to_numpy(dtype=float), curve["survival"].to_numpy(dtype=float)
    if not horizon > 0 or (horizon > time[-1] and survival[-1] > 0):
        raise InputError("restricted mean", "horizon", f"is {horizon:g}", f"above 0 and at most {time[-1]:g}, the longest spell")
    edges = np.minimum(np.append(time, max(horizon, time[-1])), horizon)
    areas = survival * np.diff(edges)
    beyond = np.append(areas[::-1].cumsum()[::-1], 0.0)  # area from each time on
    n, d = curve["at_risk"].to_numpy(dtype=float), curve["events"].to_numpy(dtype=float)
    left = n - d
    terms = np.divide(d, n * left, out=np.zeros_like(d), where=left > 0)
    return float(areas.sum()), float(np.sqrt(np.sum(beyond[:-1] ** 2 * terms)))


def hazard_by_age(spells: pd.DataFrame, width: float = 1.0) -> pd.DataFrame:
    """Share of the spells that reach an age and end before they are `width` older.

    An end at the upper edge belongs to the age below it: a spell of 12 months ends in its first year. Spells censored
    inside an age count as half at risk (actuarial estimate, Cutler & Ederer 1958).

    Returns
    -------
    pd.DataFrame
        age (lower edge), at_risk, events, hazard, low, high (95 %, Wilson); up to the age of the longest spell.
    """
    duration, over = spells["duration"].to_numpy(dtype=float), ~spells["end"].eq(CENSORED).to_numpy()
    age = np.maximum(np.ceil(duration / width - 1e-9).astype(int) - 1, 0)  # months over 12 may be a hair off a whole year
    bins = int(age.max()) + 1
    events = np.bincount(age[over], minlength=bins)
    reached = np.bincount(age, minlength=bins)[::-1].cumsum()[::-1]
    inside = ~over & (duration < (age + 1) * width - 1e-9 * width)
    at_risk = reached - np.bincount(age[inside], minlength=bins) / 2
    table = pd.DataFrame({"age": np.arange(bins) * width, "at_risk": at_risk, "events": events})
    share = events / at_risk
    low, high = wilson(share, at_risk)
    return table.assign(hazard=share, low=low, high=high)


def summary_table(spells: pd.DataFrame, by: str | None, times: Sequence[float]) -> pd.DataFrame:
    """A row per group: number of spells, ends by kind, median, survival at some times, restricted mean.

    Returns
    -------
    pd.DataFrame
        group, spells, break, fight, death_of_a_party, censored, median, median_low, median_high, then survival_T, se_T,
        low_T, high_T for each time T, restricted_mean, restricted_mean_se and its horizon, the same for all groups: the
        shortest of their longest spells.
    """
    curves = {name: kaplan_meier(part) for name, part in grouped_spells(spells, by)}
    horizon = min(float(curve["time"].iloc[-1]) for curve in curves.values())
    rows = []
    for name, part in grouped_spells(spells, by):
        curve = curves[name]
        kinds = part["end"].value_counts()
        row: dict[str, object] = {"group": name, "spells": len(part)}
        row |= {kind: int(kinds.get(kind, 0)) for kind in (*ENDS, CENSORED)}
        row |= dict(zip(("median", "median_low", "median_high"), quantile(curve), strict=True))
        for found in survival_at(curve, times).itertuples():
            at = f"{found.time:g}"
            row |= {f"survival_{at}": found.survival, f"se_{at}": found.se, f"low_{at}": found.low, f"high_{at}": found.high}
        row |= dict(zip(("restricted_mean", "restricted_mean_se"), restricted_mean(curve, horizon), strict=True))
        rows.append({**row, "horizon": horizon})
    return pd.DataFrame(rows)


def at_risk(spells: pd.DataFrame, times: ArrayLike) -> NDArray[np.int64]:
    """Number of spells that last at least as long as each time."""
    duration = np.sort(spells["duration"].to_numpy(dtype=float))
    return len(duration) - np.searchsorted(duration, np.asarray(times, dtype=float), side="left")
