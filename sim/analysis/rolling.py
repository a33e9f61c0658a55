"""The rolling test: questions by rule at every year's end, what the model and the baselines forecast, and their scores."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from .asked import FIRST_ASKED, KINDS, LAST_ASKED, asked, scored
from .baselines import baselines, rolling_mixture
from .conditioned import PointsOf, model_forecasts
from .intervals import Z
from .scoring import brier, clipped, difference, logarithmic, surprise

LEAST = 0.01
"""Probabilities are held so far from 0 and 1 for the logarithmic score, whoever gives them."""
MODEL, MIXTURE = "model", "mixture"
ALL = "all"
AGAINST = ("no change", "constant hazard", "base rate", "logistic regression")


@dataclass(frozen=True)
class Rolling:
    """A rolling test.

    Attributes
    ----------
    questions : DataFrame
        As of `asked`; (Q,) rows.
    forecasts : DataFrame
        (Q, F) probabilities, a column a forecast.
    runs : DataFrame
        Of each question: effective (number of runs behind the model's forecast), matched (how the state was).
    shares : dict
        Weight of the model in the mixture, by year.
    """

    questions: pd.DataFrame
    forecasts: pd.DataFrame
    runs: pd.DataFrame
    shares: dict[int, float]

    def brier(self, forecast: str) -> float:
        """Brier score of a forecast over all questions."""
        return brier(self.questions["answer"], self.forecasts[forecast])

    def less(self, forecast: str, baseline: str) -> tuple[float, float, float]:
        """Brier score of a forecast less a baseline's, with the 95 % interval over subjects."""
        pair = self.forecasts[forecast], self.forecasts[baseline]
        return difference(self.questions["answer"], *pair, self.questions["subject"])


def rolling(
    points_of: PointsOf,
    replicates: int,
    seed: int,
    years: Sequence[int] = range(FIRST_ASKED, LAST_ASKED + 1),
    said: Callable[[int], None] = lambda _: None,
) -> Rolling:
    """Forecast every question of some years.

    Parameters
    ----------
    points_of : callable
        Year -> parameter vectors, dotted path -> value, that know no more than that year.
    replicates : int
        Runs of each year's end, shared evenly among its points.
    said : callable
        Called with each year before it is run.
    """
    questions = scored(asked(), years)
    runs = model_forecasts(questions, points_of, replicates, seed, said)
    found = baselines(questions)
    model = runs["probability"]
    mixed, shares = rolling_mixture(questions, model, found["constant hazard"])
    with_rate, _ = rolling_mixture(questions, model, found["base rate"])
    found.insert(0, MODEL, model)
    found["model and base rate, half each"] = 0.5 * (model + found["base rate"])
    found["mixture with base rate"] = with_rate
    found[MIXTURE] = mixed
    return Rolling(questions, found, runs[["effective", "matched"]], shares)


def score_rows(found: Rolling) -> pd.DataFrame:
    """Scores of every forecast, over all questions and by kind.

    Returns
    -------
    DataFrame
        kind, forecast, questions, brier, log; and of the model and of the mixture their Brier score (less, low, high) and their
        logarithmic score (log_less, log_low, log_high) less that of the forecast, with 95 % intervals over subjects.
    """
    rows = []
    for kind in (ALL, *KINDS):
        mine = found.questions["kind"].eq(kind) if kind != ALL else pd.Series(True, index=found.questions.index)
        x, subjects = found.questions.loc[mine, "answer"], found.questions.loc[mine, "subject"]
        given = found.forecasts[mine]
        if x.empty:
            continue
        for name in given:
            row = {"kind": kind, "forecast": name, "questions": len(x), "brier": brier(x, given[name])}
            row["log"] = logarithmic(x, given[name], LEAST)
            for one in (MODEL, MIXTURE):
                ends = ("less", "low", "high")
                row |= {f"{one}_{end}": v for end, v in zip(ends, difference(x, given[one], given[name], subjects), strict=True)}
                pair = clipped(given[one], LEAST), clipped(given[name], LEAST)
                logs = difference(x, *pair, subjects, loss=surprise)
                row |= {f"{one}_log_{end}": v for end, v in zip(ends, logs, strict=True)}
            rows.append(row)
    return pd.DataFrame(rows)


def _brier(forecast: str, found: Rolling) -> tuple[float, float]:
    return found.brier(forecast), math.nan


def _less(baseline: str, found: Rolling) -> tuple[float, float]:
    mean, low, high = found.less(MODEL, baseline)
    return mean, (high - low) / (2.0 * Z)


def _upper(baseline: str, found: Rolling) -> tuple[float, float]:
    return found.less(MODEL, baseline)[2], math.nan


ROLLING_ROWS: dict[str, Callable[[Rolling], tuple[float, float]]] = {
    "rolling_questions": lambda found: (float(len(found.questions)), math.nan),
    "rolling_brier": partial(_brier, MODEL),
    "rolling_mixture": partial(_brier, MIXTURE),
    **{f"brier_{name.replace(' ', '_')}": partial(_brier, name) for name in AGAINST},
    **{f"rolling_less_{name.replace(' ', '_')}": partial(_less, name) for name in AGAINST},
    **{f"rolling_upper_{name.replace(' ', '_')}": partial(_upper, name) for name in AGAINST},
}
"""Rows of the scorecard: a value, and its standard error where there is one."""
