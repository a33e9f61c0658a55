"""Forecasts of questions by rule that need no model, each from what was known at the question's year-end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ..world.loading import load_world
from ..world.tables import Floats
from .asked import ACTORS, KINDS, LONG, asked, dyads

PRESSURE = ("kinetic", "targeting", "interdiction", "coercion", "support")
"""Columns of a faction's month that the model knows too."""
Learnt = Callable[[pd.DataFrame, pd.DataFrame], Floats]


def rate(answers: Any) -> float:
    """Share of answers that were yes, with half a one added to either."""
    x = np.asarray(answers, dtype=float)
    return float((x.sum() + 0.5) / (len(x) + 1.0))


def base_rate(past: pd.DataFrame, questions: pd.DataFrame) -> Floats:
    """By kind: the share that came true so far."""
    known = {kind: rate(past["answer"][past["kind"] == kind]) for kind in KINDS}
    return np.array([known[kind] for kind in questions["kind"]])


def constant_hazard(past: pd.DataFrame, questions: pd.DataFrame) -> Floats:
    """By kind and by whether it is so now: the share that came true so far."""
    out = []
    for kind, now in zip(questions["kind"], questions["now"], strict=True):
        out.append(rate(past["answer"][(past["kind"] == kind) & (past["now"] == now)]))
    return np.array(out)


def no_change(questions: pd.DataFrame) -> Floats:
    """What is so stays so, and who fought fights on; nothing else happens."""
    stays = ~questions["kind"].isin(("change", "death", "split"))
    return np.asarray(questions["now"] & stays, dtype=np.float64)


@cache
def _sides() -> dict[str, list[tuple[str, ...]]]:
    """The factions on either side of a dyad, or of an actor."""
    found: dict[str, list[tuple[str, ...]]] = {dyad.name: [tuple(dyad.of), tuple(dyad.with_)] for dyad in dyads()}
    return found | {actor.code: [(actor.faction,)] for actor in ACTORS}


@cache
def _pressed(subject: str, year: int) -> tuple[float, ...]:
    """Sum and difference of the pressure on the two sides of a subject at a year's end; an actor has one side."""
    world = load_world(LONG)[0]
    month = min(world.calendar.months - 1, world.calendar.index(f"{year}-12"))
    members = [[world.faction(name) for name in side] for side in _sides()[subject]]
    monthly = world.facts.monthly[month]
    each = np.array([[float(monthly[name][side].mean()) for name in PRESSURE] for side in members])
    return *each.sum(axis=0).tolist(), *(each[0] - each[-1]).tolist()


def covariates(questions: pd.DataFrame) -> Floats:
    """What the model knows of each question too. (Q, C).

    Kind; whether it is so now, by kind; state of the dyad and years since it changed; of the two sides at the year's end the
    sum and the difference of pressure and support.
    """
    kinds = np.array([[kind == one for one in KINDS] for kind in questions["kind"]], dtype=float)
    now = questions["now"].to_numpy(dtype=float)[:, None]
    levels = np.array([[level == one for one in range(-1, 5)] for level in questions["level"]], dtype=float)
    pressed = [_pressed(subject, int(year)) for subject, year in zip(questions["subject"], questions["year"], strict=True)]
    age = np.log(questions["age"].to_numpy(dtype=float)[:, None] + 1.0)
    return np.hstack([kinds, kinds * now, kinds * age, levels, np.array(pressed)])


def logistic(past: pd.DataFrame, questions: pd.DataFrame) -> Floats:
    """A logistic regression on `covariates`, fitted to past answers; base rates while these are all alike."""
    answers = past["answer"].to_numpy(dtype=int)
    if len(np.unique(answers)) < 2:
        return base_rate(past, questions)
    fit = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000)).fit(covariates(past), answers)
    return np.asarray(fit.predict_proba(covariates(questions))[:, 1])


LEARNT: Mapping[str, Learnt] = {"base rate": base_rate, "constant hazard": constant_hazard, "logistic regression": logistic}


def baselines(questions: pd.DataFrame) -> pd.DataFrame:
    """Every baseline of every question, each from answers that were told by the end of its year."""
    out = pd.DataFrame(index=questions.index, columns=["no change", *LEARNT], dtype=float)
    out["no change"] = no_change(questions)
    for year, part in questions.groupby("year"):
        past = asked(int(str(year)))
        for name, learnt in LEARNT.items():
            out.loc[part.index, name] = learnt(past, part)
    return out


def best_share(observed: Any, one: Any, other: Any) -> float:
    """Weight of one forecast in a mixture with another that makes the Brier score least, 0..1; a half where nothing decides."""
    x, a, b = (np.asarray(values, dtype=float) for values in (observed, one, other))
    spread = float(((a - b) ** 2).sum())
    return float(np.clip(((a - b) * (x - b)).sum() / spread, 0.0, 1.0)) if spread > 0.0 else 0.5


def rolling_mixture(questions: pd.DataFrame, one: Any, other: Any) -> tuple[Floats, dict[int, float]]:
    """A mixture whose weight is the best of the years before, by the answers told until then; and the weight by year."""
    a, b = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    out, shares = np.empty(len(questions)), {}
    keys = ["year", "kind", "subject"]
    place = pd.Series(np.arange(len(questions)), index=pd.MultiIndex.from_frame(questions[keys]))
    for year in np.unique(questions["year"]):
        known = asked(int(year)).set_index(keys)["answer"]
        known = known[known.index.isin(place.index)]
        rows = place[known.index].to_numpy()
        share = best_share(known, a[rows], b[rows])
        mine = (questions["year"] == year).to_numpy()
        out[mine], shares[int(year)] = share * a[mine] + (1.0 - share) * b[mine], share
    return out, shares
