"""What the model forecasts of questions by rule: runs that know nothing after a year's end, weighed by what was known by then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..engine.ensemble import run_ensemble
from ..errors import InputError
from ..world.calendar import absolute_month
from ..world.loading import load_world
from ..world.names import Event
from ..world.parameters import parameter_table
from ..world.tables import Floats
from .asked import ACTORS, LONG, Actor, dyads, fights, holds, seen, told
from .forecast import FEWEST, kind_of
from .foresight import known_until
from .named_patterns import NamedSeen, sides_of, years_fought
from .panel import FIRST, UNKNOWN, PanelDyad, States, simulated_states
from .questions import STATES
from .regression import effective

MISSED = 0.07
"""Share of codings that are wrong, as of the coders of support (conf/calibrate/full.yaml)."""
RECENCY, NEIGHBOUR = 0.5, 0.5
"""What a year counts that is a year older, and what another dyad counts that shares a side."""
LEAST_EFFECTIVE = 100.0
"""Effective runs below which the past and the neighbours count for less."""
PointsOf = Callable[[int], Sequence[Mapping[str, float]]]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Known:
    """Runs of the long scenario up to the end of the year after `year`, of which nothing dated after `year` is known.

    Attributes
    ----------
    year : int
    runs : NamedSeen
        Of N runs.
    states : (N, D, Y) int8
        Of `dyads()`, as their sources tell them.
    cells : (N, D) float
        Log-likelihood of what was coded of each dyad by `year`, newer years counting for more.
    """

    year: int
    runs: NamedSeen
    states: States
    cells: Floats


def runs_of_year(year: int, points: Sequence[Mapping[str, float]], replicates: int, seed: int) -> Known:
    """Runs as of a year's end, shared evenly among points; InputError where there are fewer runs than points."""
    if not 1 <= len(points) <= replicates:
        raise InputError(
            "rolling", "replicates", f"{replicates} cannot be shared by {len(points)} points", "a run a point, or more"
        )
    months = absolute_month(f"{year + 1}-12") + 1 - absolute_month(load_world(LONG)[0].calendar.start)
    world = known_until(load_world(LONG, months=months)[0], f"{year}-12")
    out = run_ensemble(world, parameter_table([dict(p) for p in points]), replicates // len(points), seed, events=True)
    assert out.events is not None
    assert out.run is not None
    runs = NamedSeen(world, out.outcomes, out.events, out.run, sides_of(world))
    found = simulated_states(runs, dyads())
    states = np.stack([seen(dyad, found[:, n]) for n, dyad in enumerate(dyads())], axis=1)
    return Known(year, runs, states, log_likelihoods(dyads(), told(year), states, year))


def log_likelihoods(of: Sequence[PanelDyad], observed: States, states: States, year: int) -> Floats:
    """Σ over coded years of log P(coded | state of the run), each counting half as much as the one after it. (N, D).

    A coding is right but for `MISSED`, and a wrong one is any other state alike. A side that is not there counts as wrong.
    """
    age = year - FIRST - np.arange(observed.shape[1])
    out = np.zeros(states.shape[:2])
    for n, dyad in enumerate(of):
        code = seen(dyad, observed[n])
        known = (code != UNKNOWN) & (age >= 0)
        kinds = 2 if dyad.coarse else len(STATES)
        wrong = np.where(states[:, n, known] == code[known], np.log1p(-MISSED), np.log(MISSED / (kinds - 1)))
        out[:, n] = wrong @ RECENCY ** age[known]
    return out


def tempered(logs: Floats, least: float) -> Floats:
    """Weights exp(t · logs), with the largest t up to 1 that leaves so many effective runs; even weights if none does. (N,)."""

    def at(t: float) -> Floats:
        return np.asarray(np.exp(t * (logs - logs.max())))

    if effective(at(1.0)) >= least:
        return at(1.0)
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if effective(at(middle)) >= least else (low, middle)
    return at(low)


def _near(subject: str) -> NDArray[np.int64]:
    """Dyads that have a side in common with a dyad or an actor, itself left out."""
    sides = set(subject.split("-"))
    names = [dyad.name for dyad in dyads()]
    return np.array([n for n, name in enumerate(names) if name != subject and sides & set(name.split("-"))], dtype=np.int64)


def _agreeing(known: Known, row: int, dyad: PanelDyad, fought: Flags | None) -> tuple[Flags, str]:
    """Runs in which a dyad stands at the year's end as it was known to stand, and how far that could be asked of them."""
    column = known.year - FIRST
    state = int(seen(dyad, told(known.year)[row])[column])
    then = known.states[:, row, column]
    same, kind = then == state, (kind_of(then) == kind_of(state)) & (then != UNKNOWN)
    for agree, how in ((same, "state"), (kind, "kind")):
        if agree.sum() < FEWEST:
            continue
        if fought is None:
            return agree, how
        both = agree & (fought[:, column] == (known.year in (fights(dyad.name) or ())))
        return (both if both.sum() >= FEWEST else agree), how
    return np.ones(len(then), dtype=bool), "all"


def weights_of(known: Known, subject: str, fought: Flags | None = None) -> tuple[Floats, str]:
    """Weights of the runs for what is asked of a dyad or an actor, and how its state was matched.

    A dyad's own state at the year's end is a condition: the runs in it, or else those as hostile, allied or neither, or else
    all. Its past, and the dyads that share a side, weigh by their likelihood as far as enough effective runs remain.
    """
    logs = NEIGHBOUR * known.cells[:, _near(subject)].sum(axis=1)
    names = [dyad.name for dyad in dyads()]
    if subject not in names:
        return tempered(logs, LEAST_EFFECTIVE), "actor"
    row = names.index(subject)
    agree, how = _agreeing(known, row, dyads()[row], fought)
    weights = np.zeros(len(logs))
    least = min(LEAST_EFFECTIVE, 0.5 * float(agree.sum()))
    weights[agree] = tempered((logs + known.cells[:, row])[agree], least)
    return weights, how


def _fought(known: Known, dyad: PanelDyad) -> Flags:
    """(N, Y): whether a dyad was in armed conflict at some time in each year."""
    pairs = [years_fought(known.runs, a, b, FIRST, known.year + 1) for a in dyad.of for b in dyad.with_]
    return np.asarray(np.any(pairs, axis=0))


def _happened(known: Known, actor: Actor, kind: str) -> Flags:
    """(N,): whether an actor lost its leader, or its organisation split, in the year after."""
    world, events = known.runs.world, known.runs.events
    later = events["month"] > world.calendar.index(f"{known.year}-12")
    if kind == "death":
        mine = (events["kind"] == Event.LEADER_DEATH) & (events["i"] == world.faction(actor.faction))
    else:
        home = np.asarray(world.facts.faction["home"])
        mine = (events["kind"] == Event.SPLIT) & (home[events["i"]] == world.organisation(actor.organisation))
    return np.isin(np.arange(known.runs.runs), known.runs.run[mine & later])


def forecasts_of_year(known: Known, questions: pd.DataFrame) -> pd.DataFrame:
    """Forecasts of the questions of one year, with half a run added to either answer.

    Returns
    -------
    DataFrame
        In the order of the questions: probability, effective (number of runs), matched (how the dyad's state was).
    """
    by_name, actors, rows = {d.name: n for n, d in enumerate(dyads())}, {a.code: a for a in ACTORS}, {}
    for subject, part in questions.groupby("subject"):
        dyad = dyads()[by_name[str(subject)]] if subject in by_name else None
        fought = _fought(known, dyad) if dyad is not None and (part["kind"] == "fight").any() else None
        weights, how = weights_of(known, str(subject), fought)
        count = effective(weights)
        for index, kind in part["kind"].items():
            if dyad is None:
                hit = _happened(known, actors[str(subject)], kind)
            elif kind == "fight":
                assert fought is not None
                hit = fought[:, -1]
            else:
                then, after = known.states[:, by_name[dyad.name], known.year - FIRST : known.year + 2 - FIRST].T
                hit = after != then if kind == "change" else holds(kind, after)
            share = float(weights[hit].sum() / weights.sum())
            rows[index] = {"probability": (share * count + 0.5) / (count + 1.0), "effective": count, "matched": how}
    return pd.DataFrame.from_dict(rows, orient="index").loc[questions.index]


def model_forecasts(
    questions: pd.DataFrame, points_of: PointsOf, replicates: int, seed: int, said: Callable[[int], None] = lambda _: None
) -> pd.DataFrame:
    """Forecasts of questions of any years, from runs of the parameters that `points_of` a year gives; as `forecasts_of_year`."""
    parts = []
    for year, part in questions.groupby("year"):
        said(int(str(year)))
        known = runs_of_year(int(str(year)), points_of(int(str(year))), replicates, seed)
        parts.append(forecasts_of_year(known, part))
    return pd.concat(parts).loc[questions.index]
