"""Posteriors that know no more than a year's end, all from the candidates of one calibration.

Of every candidate the calibration keeps the states of the panel's dyads year by year, and when its runs violate a hard
constraint. So the posterior of any year is a regression on what was coded, and on what a run did, up to that year; candidates
that violate a constraint by then are rejected, and those that do so later are not. Where candidates were tried depends on
the whole history, but their weights undo that. What does know the whole history are the form of the model and the ledger's
ranges, which were made by people who knew it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..world.calendar import Calendar
from ..world.tables import Floats
from .constraints import KEPT, Months
from .panel import FIRST, LAST, UNKNOWN, PanelDyad, States, coded, panel_dyads, panel_features
from .regression import Posterior, regressed
from .rounds import nearness
from .two_rounds import Fit


def keeps_until(months: Months, last: int) -> NDArray[np.bool_]:
    """Candidates none of whose runs violates a constraint up to a month. (C, R, K) -> (C,)."""
    return np.asarray(((months == KEPT) | (months > last)).all(axis=(1, 2)))


def known_features(dyads: list[PanelDyad], states: States, year: int) -> tuple[Floats, Floats]:
    """Features of the panel as it could be coded at the end of a year.

    Parameters
    ----------
    dyads : list of D PanelDyad
    states : (C, D, Y)
        Of runs; later years are not looked at.
    year : int

    Returns
    -------
    (C, S), (S,)
        Of the runs, and of what was coded.

    Raises
    ------
    InputError
        A year before the panel.
    """
    if year < FIRST:
        raise InputError("validate", "posterior", f"nothing is coded by the end of {year}", f"{FIRST} or later")
    known = coded(dyads, year)
    rows = np.flatnonzero((known != UNKNOWN).any(axis=1))
    mine = [dyads[n] for n in rows]
    return panel_features(mine, known[rows], states[:, rows])[1], panel_features(mine, known[rows], known[None, rows])[1][0]


def posterior_of_year(fit: Fit, calendar: Calendar, year: int, near: float, seed: int) -> Posterior:
    """The posterior given what was coded up to a year's end.

    Parameters
    ----------
    fit : Fit
        Only its candidates are used, kept or not, and where they were drawn from.
    calendar : Calendar
        Of the long scenario.
    year : int
    near : float
        Share of the candidates, the nearest to what was coded, that the fit rests on.
    seed : int
    """
    unit, states, months = (
        np.concatenate([getattr(part, name) for part in (fit.first, fit.second)]) for name in ("unit", "states", "violated")
    )
    features, observed = known_features(panel_dyads(), states, min(year, LAST))
    weights = fit.importance() * keeps_until(months, calendar.index(f"{min(year, LAST)}-12"))
    start = regressed(unit, features, observed, weights, seed)
    told = weights > 0.0
    kernel = nearness(start, features[told], near)
    return regressed(unit[told], features[told], observed, weights[told] * kernel(features[told]), seed)
