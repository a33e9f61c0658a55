"""The coded history as a panel: the state of a dozen dyads by year, in the data and in runs, and how likely runs make it.

A state is a level with the two steps of hostility taken as one: -1 hostile, 0 none, 1 rhetorical, 2 material, 3 sanctuary,
4 joint. `UNKNOWN` marks years without a coding, and years of a run in which a side is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ..engine.outcomes import ABSENT
from ..errors import InputError
from ..paths import SEEDS, read_yaml
from ..world.calendar import absolute_month
from ..world.names import Level
from ..world.schema import Strict, validated
from ..world.tables import Floats
from .coder import SEEN, UNSEEN, bridged
from .named_patterns import NamedSeen
from .questions import STATES, Entry, read_timeline, same_pair

SUMMARIES = SEEDS / "summaries.yaml"
EDGES = SEEDS / "data" / "ucdp_support_edges.csv"
FIRST, LAST = 1996, 2018
"""Years of the panel: those of the long scenario."""
HOSTILE, UNKNOWN = -1, ABSENT
PERIODS = ((1996, 2001), (2002, 2009), (2010, 2014), (2015, 2018))
SMOOTHING = 0.5
"""Runs added to each state, so that one which no run shows does not rule a point out."""

States = NDArray[np.int8]


class PanelDyad(Strict):
    """One dyad of the panel.

    Attributes
    ----------
    name : str
    of, with_ : list of str
        Actors of the long scenario on either side.
    first, last : int
        Years in which the source follows the dyad.
    codes : list of str
        Codes of the timeline whose rows give its state; or
    groups : list of str
        Two names of the table of support.
    coarse : bool
        Known to be at material level or not, and no more: what comes of a yearly coding of support.
    """

    name: str
    of: list[str]
    with_: list[str] = Field(alias="with")
    first: int = Field(ge=FIRST, le=LAST)
    last: int = Field(ge=FIRST, le=LAST)
    codes: list[str] = Field(default_factory=list)
    groups: list[str] = Field(default_factory=list)
    coarse: bool = False

    @model_validator(mode="after")
    def _fits(self) -> PanelDyad:
        if bool(self.codes) == bool(self.groups):
            raise ValueError("a dyad is coded by codes of the timeline or by two groups, not by both")
        if self.groups and not (len(self.groups) == 2 and self.coarse):
            raise ValueError("a dyad of the table of support has two groups and is coarse")
        if self.last < self.first:
            raise ValueError("the last year lies before the first")
        return self


def panel_dyads() -> list[PanelDyad]:
    """The dyads of seeds/summaries.yaml; InputError with the field that is wrong."""
    rows = read_yaml(SUMMARIES)["panel"]
    return [validated(PanelDyad, row, f"{SUMMARIES.name}, dyad {n + 1}") for n, row in enumerate(rows)]


# what was coded


def _of_timeline(dyad: PanelDyad, timeline: Sequence[Entry], until: int) -> list[int]:
    """State at the end of each year of the panel, by the last dated row; unknown in a year whose coding is not yet settled."""
    rows = [r for r in timeline if r.after and any(same_pair(r.code, code) for code in dyad.codes)]
    held: list[int] = []
    state = UNKNOWN
    for year in range(FIRST, LAST + 1):
        end, lasting = absolute_month(f"{year}-12"), state
        for row in (r for r in rows if end - 12 < r.month <= end or (year == FIRST and r.month <= end)):
            if "no AQ->" in row.kind:  # a gap of one year in a yearly coding, which the next year shows to be noise
                state = UNKNOWN if year == until else state
                continue
            state = STATES.index(row.after) - 1
            if "one year" not in row.kind:
                lasting = state
        held.append(state)
        state = lasting  # a coding of one year lapses with it
    return held


def _of_support(dyad: PanelDyad, edges: pd.DataFrame, until: int) -> list[int]:
    """Material level or none in each year of the panel, by the table of support; single years without are bridged.

    Whether the last year is such a gap is not known yet: without support after one with it, its state is unknown.
    """
    either = edges["recipient"].isin(dyad.groups) & edges["supporter"].isin(dyad.groups)
    supported = set(edges.loc[either, "year"])
    if not supported:
        raise InputError(SUMMARIES.name, dyad.name, f"{', '.join(dyad.groups)}: no support is coded", "two groups of the table")
    ties = [[SEEN if year in supported and year <= until else UNSEEN for year in range(FIRST, LAST + 1)]]
    held = [int(Level.MATERIAL if tie == SEEN else Level.NONE) for tie in bridged(np.array(ties, dtype=np.int8))[0]]
    if until < dyad.last and until not in supported and until - 1 in supported:
        held[until - FIRST] = UNKNOWN
    return held


def coded(dyads: Sequence[PanelDyad], until: int = LAST) -> States:
    """What the sources say of each dyad in each year. (D, Y); `UNKNOWN` where they say nothing.

    Parameters
    ----------
    until : int
        As it could be coded at the end of this year: later years are unknown, and so is a year of which the next one has to
        show whether support has ended or a year was missed.
    """
    timeline, edges = read_timeline(), pd.read_csv(EDGES)
    for column in ("recipient", "supporter"):
        edges[column] = edges[column].str.strip()  # one group ends in a blank
    out = np.full((len(dyads), LAST - FIRST + 1), UNKNOWN, dtype=np.int8)
    for row, dyad in zip(out, dyads, strict=True):
        span = slice(dyad.first - FIRST, min(dyad.last, until) - FIRST + 1)
        row[span] = (_of_support(dyad, edges, until) if dyad.groups else _of_timeline(dyad, timeline, until))[span]
    return out


# what runs do


def states_of(deepest: NDArray[Any], lowest: NDArray[Any]) -> States:
    """States from the deepest and lowest level among the dyads of two actors; hostile where none is at material level."""
    hostile = (lowest < 0) & (lowest != ABSENT) & (deepest < Level.MATERIAL)
    found = np.where(hostile, HOSTILE, np.maximum(deepest, Level.NONE))
    return np.where(deepest == ABSENT, UNKNOWN, found).astype(np.int8)


def coarse(states: States) -> States:
    """States as a yearly coder of support tells them: at material level, or not; a side that is not there gives none."""
    return np.where(states >= Level.MATERIAL, Level.MATERIAL, Level.NONE).astype(np.int8)


def simulated_states(seen: NamedSeen, dyads: Sequence[PanelDyad]) -> States:
    """State of each dyad at each year end of N runs. (N, D, Y)."""
    years, ahead = seen.years(FIRST, LAST), max(0, seen.world.calendar.year(0) - FIRST)
    out = np.full((seen.runs, len(dyads), LAST - FIRST + 1), UNKNOWN, dtype=np.int8)
    for n, dyad in enumerate(dyads):
        rows = np.unique(np.concatenate([seen.between(a, b) for a in dyad.of for b in dyad.with_]))
        level = seen.outcomes.dyad_year[:, years][:, :, rows]
        lowest = np.where(level == ABSENT, 0, level).min(axis=2)
        out[:, n, ahead : ahead + len(years)] = states_of(level.max(axis=2), lowest)
    return out


def panel_features(dyads: Sequence[PanelDyad], observed: States, states: States) -> tuple[list[str], Floats]:
    """Features of states in the years that are coded, by name; a constant of the coding, such as an empty period, is no feature.

    Parameters
    ----------
    observed : (D, Y)
        Which years count: those that are not `UNKNOWN`.
    states : (N, D, Y)
        Of runs, or `observed[None]`.

    Returns
    -------
    names, (N, S) float
        Per dyad the share of coded years at material level or deeper, at sanctuary or deeper, and hostile, over all years and by
        period; changes of state from one coded year to the next; and coded years before the first hostile one (all if none is).
    """
    years = np.arange(FIRST, LAST + 1)
    names: list[str] = []
    columns: list[Any] = []
    for n, dyad in enumerate(dyads):
        known = observed[n] != UNKNOWN
        state = coarse(states[:, n]) if dyad.coarse else states[:, n]
        flags = {"material": state >= Level.MATERIAL}
        if not dyad.coarse:
            flags |= {"sanctuary": state >= Level.SANCTUARY, "hostile": state == HOSTILE}
        spans = {f"{a}-{b}": known & (years >= a) & (years <= b) for a, b in PERIODS}
        spans = {name: span for name, span in spans.items() if span.any()}
        for name, flag in flags.items():
            for when, span in {"all": known, **(spans if len(spans) > 1 else {})}.items():
                names.append(f"panel.{dyad.name}.{name}.{when}")
                columns.append(flag[:, span].mean(axis=1))
        if known.sum() > 1:
            names.append(f"panel.{dyad.name}.changes")
            columns.append((np.diff(state[:, known], axis=1) != 0).sum(axis=1))
            if not dyad.coarse:
                names.append(f"panel.{dyad.name}.first_hostile")
                hostile = np.pad(flags["hostile"][:, known], ((0, 0), (0, 1)), constant_values=True)
                columns.append(hostile.argmax(axis=1))
    return names, np.stack(columns, axis=1).astype(np.float64)


# how likely runs make what was coded


def effective_terms(states: NDArray[Any]) -> float:
    """How many independent terms the columns of states are worth: T² over the sum of their squared correlations.

    A log density of correlated normal terms varies as the sum of squared correlations, so that T terms tell as much
    as this many. Squared correlations are freed of what R runs give by chance; a column that never varies stands alone.

    Parameters
    ----------
    states : (R, T)
        Of R runs, 4 or more.

    Returns
    -------
    float
        1..T.
    """
    runs, terms = states.shape
    if runs < 4:
        raise InputError("panel", "runs", f"are {runs}", "4 or more, or their correlations are chance")
    z = states - states.mean(axis=0)
    scale = np.sqrt((z**2).sum(axis=0))
    z = np.divide(z, scale, out=np.zeros_like(z, dtype=np.float64), where=scale > 0.0)
    square = np.minimum((z.T @ z) ** 2, 1.0)
    square -= (1.0 - square) / (runs - 2)
    np.fill_diagonal(square, 1.0)
    return float(np.round(np.clip(terms**2 / max(square.sum(), 1.0), 1.0, terms), 9))


def composite_log_likelihood(dyads: Sequence[PanelDyad], observed: States, states: States) -> float:
    """Log-likelihood of the coded history under a point, by its runs: Σ log P(state | dyad, year), corrected for dependence.

    P is the share of the runs in a state, with `SMOOTHING` runs added to each of the seven (six states and a side that is not
    there; two of a coarse dyad). The terms of one history are not independent: a state lasts, and dyads move together.
    The sum is therefore multiplied by `effective_terms` over the number of terms, both over years and over dyads.

    Parameters
    ----------
    observed : (D, Y)
    states : (R, D, Y)
        Of R runs, 4 or more.
    """
    total = 0.0
    columns = []
    for n, dyad in enumerate(dyads):
        known = observed[n] != UNKNOWN
        told = (coarse(states[:, n]) if dyad.coarse else states[:, n])[:, known]
        kinds = 2 if dyad.coarse else len(STATES) + 1
        hits = (told == observed[n, known]).sum(axis=0)
        total += float(np.log((hits + SMOOTHING) / (len(told) + SMOOTHING * kinds)).sum())
        columns.append(np.where(told == UNKNOWN, HOSTILE - 1, told))
    every = np.concatenate(columns, axis=1)
    return total * effective_terms(every) / int(every.shape[1])
