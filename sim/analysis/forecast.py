"""Probabilities of what a question asks, from runs that know nothing after its cutoff; and two baselines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..engine.ensemble import Ensemble, run_ensemble
from ..engine.outcomes import ABSENT
from ..engine.traces import levels_of
from ..errors import InputError
from ..paths import SEEDS
from ..world.calendar import absolute_month
from ..world.loading import load_world
from ..world.names import Event, Level, Pledge, Stance
from ..world.tables import Table
from ..world.world import World
from .coder import ties_of_spells
from .foresight import known_until
from .intervals import share_of
from .named_patterns import PROFESSED
from .patterns import dissolution_rate
from .questions import DEATH, STATES, Entry, Question, state_at

FEWEST = 20
"""Runs that must agree with the state at the cutoff for a forecast to be conditional on it."""
FLOOR = -3  # below the ladder: a side is not there
EVENTS = {
    "leader_death": Event.LEADER_DEATH, "disclosure": Event.DISCLOSURE, "split": Event.SPLIT, "defection": Event.DEFECTION,
}  # fmt: skip
Levels = NDArray[np.int64]


@dataclass(frozen=True)
class Forecast:
    """What is forecast for a question.

    Attributes
    ----------
    probability, low, high : float
        Share of runs, and its 95 % Wilson interval.
    runs : int
        Runs it rests on.
    conditional : bool
        Whether they are those that agree with the state at the cutoff.
    """

    probability: float
    low: float
    high: float
    runs: int
    conditional: bool


class Runs:
    """Runs of a world as it was known at a cutoff."""

    def __init__(self, world: World, part: Ensemble) -> None:
        assert part.trajectories is not None
        assert part.events is not None
        assert part.run is not None
        self.world, self.kept = world, part.trajectories
        self.events, self.run, self.count = part.events, part.run, len(part.point)

    def _between(self, pair: Sequence[str]) -> list[int]:
        one, other = (self.world.members(name) for name in pair)
        dyads = [int(d) for i in one for j in other if (d := self.world.facts.dyad_of[i, j]) >= 0]
        if not dyads:
            raise InputError("questions", "-".join(pair), "are not a pair that can meet", "two actors of the scenario")
        return dyads

    def deepest(self, pair: Sequence[str]) -> tuple[Levels, Levels]:
        """Deepest and lowest level of a pair by run and month; `FLOOR` and 0 while a side is not there. (N, T) twice."""
        level = levels_of(self.world, self.kept, self._between(pair)).astype(np.int64)
        there = level != ABSENT
        return np.where(there, level, FLOOR).max(axis=2), np.where(there, level, 0).min(axis=2)

    def professed(self, pair: Sequence[str], actual: Levels) -> Levels:
        """The tie that both sides admit to: no deeper than the actual one, nor than the more distant stance. (N, T)."""
        homes = [self.world.facts.faction.home[self.world.members(name)[0]] for name in pair]
        facts = self.world.facts
        stances = [self.kept.stance[:, :, int(facts.relation_of[a, b])] for a, b in (homes, homes[::-1])]
        admitted = np.array([int(PROFESSED[Stance(k)]) for k in range(len(Stance))])
        return np.asarray(np.minimum(actual, np.minimum(admitted[stances[0]], admitted[stances[1]])))

    def state(self, pair: Sequence[str], official: bool) -> Levels:
        """State of a pair on the ladder of `STATES`: -1 hostile, 0 none .. 4 joint. (N, T)."""
        deepest, lowest = self.deepest(pair)
        shown = self.professed(pair, deepest) if official else deepest
        found = np.where((lowest < 0) & (shown < Level.MATERIAL), -1, np.maximum(shown, 0))
        return np.asarray(found)

    def of_actor(self, kind: Event, actor: str, start: int, end: int) -> NDArray[np.bool_]:
        """Runs with an event of a kind that happens to an actor in a window. (N,)."""
        events, home = np.asarray(self.events), self.world.facts.faction["home"]
        members = self.world.members(actor)
        whole = actor in self.world.organisations
        mine = np.isin(home[events["i"]], home[members]) if whole else np.isin(events["i"], members)
        hit = mine & (events["kind"] == kind) & (events["month"] >= start) & (events["month"] <= end)
        return np.isin(np.arange(self.count), self.run[hit])

    def of_pair(self, kind: Event, after: int, pair: Sequence[str], start: int, end: int) -> NDArray[np.bool_]:
        """Runs with a stance or pledge between the organisations of a pair in a window, either way. (N,)."""
        events, home = np.asarray(self.events), self.world.facts.faction["home"]
        o, q = (int(home[self.world.members(name)[0]]) for name in pair)
        both = ((events["i"] == o) & (events["j"] == q)) | ((events["i"] == q) & (events["j"] == o))
        hit = both & (events["kind"] == kind) & (events["after"] == after) & (events["month"] >= start) & (events["month"] <= end)
        return np.isin(np.arange(self.count), self.run[hit])


def holds(outcome: str, state: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether states are the one asked for; 'material+' is that or deeper."""
    wanted = STATES.index(outcome.removesuffix("+")) - 1
    return np.asarray(state >= wanted if outcome.endswith("+") else state == wanted)


def answers(runs: Runs, question: Question) -> NDArray[np.bool_]:
    """Whether each run does what is asked. (N,)."""
    calendar = runs.world.calendar
    start, end = calendar.index(question.start), calendar.index(question.end)
    if question.outcome in EVENTS:
        return runs.of_actor(EVENTS[question.outcome], question.subject[0], start, end)
    if question.outcome == "renounce":
        return runs.of_pair(Event.STANCE, int(Stance.RENOUNCE), question.subject, start, end)
    if question.outcome == "pledge":
        return runs.of_pair(Event.PLEDGE, int(Pledge.OFFERED), question.subject, start, end)
    deepest, lowest = runs.deepest(question.subject)
    if question.outcome == "fighting":
        return np.asarray((lowest[:, start : end + 1] == Level.ARMED_CONFLICT).any(axis=1))
    allied = deepest[:, start - 1 : end + 1] >= Level.MATERIAL
    if question.outcome == "break":
        return np.asarray((allied[:, :-1] & ~allied[:, 1:]).any(axis=1))
    if question.outcome == "formation":
        return np.asarray((~allied[:, :-1] & allied[:, 1:]).any(axis=1))
    state = runs.state(question.subject, question.official)[:, start : end + 1]
    return np.asarray(holds(question.outcome, state).all(axis=1))


def kind_of(state: NDArray[np.integer] | int) -> NDArray[np.int64]:
    """Hostile, neither or allied: how finely runs are asked to agree with the state at the cutoff."""
    return np.digitize(state, [0, int(Level.MATERIAL)])


def forecast(runs: Runs, question: Question, timeline: list[Entry]) -> Forecast:
    """Probability of what is asked among the runs in which the pair stands at the cutoff as it stood."""
    found = answers(runs, question)
    kept, conditional = np.ones(runs.count, dtype=bool), False
    known = state_at(timeline, question.code, question.cutoff) if len(question.subject) == 2 else ""
    if known:
        then = runs.state(question.subject, official=False)[:, runs.world.calendar.index(question.cutoff)]
        agree = kind_of(then) == kind_of(STATES.index(known) - 1)
        if agree.sum() >= FEWEST:
            kept, conditional = agree, True
    count = int(kept.sum())
    of = share_of(int(found[kept].sum()), count)
    return Forecast(of["share"], of["low"], of["high"], count, conditional)


def runs_known_until(scenario: str, cutoff: str, parameters: Table, replicates: int, seed: int, past_end: int = 0) -> Runs:
    """Runs of a scenario as it was known at a date, replicates of each parameter vector.

    Parameters
    ----------
    past_end : int
        Months to go on after the scenario's last one: nothing dated happens there, and what acts on the factions stays as it
        was. Months before are the same, bit for bit.
    """
    world = load_world(scenario)[0]
    if past_end:
        world = load_world(scenario, months=world.calendar.months + past_end)[0]
    world = known_until(world, cutoff)
    return Runs(world, run_ensemble(world, parameters, replicates, seed, events=True, trajectories=True))


# baselines


def no_change(question: Question, timeline: list[Entry]) -> float:
    """Probability if nothing changes after the cutoff: 0 for an event, 0 or 1 for a state.

    A half where the timeline gives no state.
    """
    if question.is_event:
        return 0.0
    known = state_at(timeline, question.code, question.cutoff)
    if not known:
        return 0.5
    return float(holds(question.outcome, np.array([STATES.index(known) - 1]))[0])


def _years(question: Question) -> float:
    return (absolute_month(question.end) - absolute_month(question.cutoff)) / 12.0


def _followed(timeline: list[Entry], cutoff: int, pairs: bool) -> float:
    """Years over which the subjects of the timeline were followed before a month."""
    first: dict[str, int] = {}
    for row in timeline:
        if row.month <= cutoff and ("-" in row.code) == pairs:
            first.setdefault(row.code, row.month)
    return sum(cutoff - month for month in first.values()) / 12.0


def constant_hazard(question: Question, timeline: list[Entry]) -> float:
    """Probability under constant hazards counted before the cutoff.

    Ties end as support spells did in the data up to the year of the cutoff (seeds/data/ucdp_support_spells.csv); ties
    form, fights break out, leaders die and groups split as often as in the timeline, a year of a subject followed. One
    half is added to every count. States deeper or official are left as they were at the cutoff until something ends.
    """
    cutoff, years = absolute_month(question.cutoff), _years(question)
    before = [row for row in timeline if row.month <= cutoff]

    def rate(count: int, pairs: bool) -> float:
        return (count + 0.5) / (_followed(timeline, cutoff, pairs) + 1.0)

    ends = dissolution_rate(ties_of_spells(SEEDS / "data" / "ucdp_support_spells.csv", min(2017, cutoff // 12)))
    deep = ("material", "sanctuary", "joint")
    forms = rate(sum(row.after in deep and row.before not in deep for row in before if "-" in row.code), True)
    fights = rate(sum(row.after == "hostile" != row.before for row in before if "-" in row.code), True)
    stays = float(np.exp(years * np.log(max(1e-9, 1.0 - ends))))
    once = {
        "break": 1.0 - stays,
        "formation": 1.0 - np.exp(-forms * years),
        "fighting": 1.0 - np.exp(-fights * years),
        "leader_death": 1.0 - np.exp(-rate(sum(bool(DEATH.match(row.kind)) for row in before), False) * years),
        "disclosure": 1.0 - np.exp(-rate(sum("admitted" in row.kind for row in before), False) * years),
        "split": 1.0 - np.exp(-rate(sum("split" in row.kind or "fragmentation" in row.kind for row in before), False) * years),
        "defection": 1.0 - np.exp(-rate(0, False) * years),
        "pledge": 1.0 - np.exp(-rate(sum("pledge" in row.kind for row in before), True) * years),
        "renounce": 1.0 - np.exp(-rate(sum("disowns" in row.kind for row in before), True) * years),
    }
    if question.is_event:
        return float(once[question.outcome])
    known = state_at(timeline, question.code, question.cutoff)
    if not known:
        return 0.5
    so = holds(question.outcome, np.array([STATES.index(known) - 1]))[0]
    change = 1.0 - stays if known in deep else float(1.0 - np.exp(-(forms + fights) * years))
    return float(1.0 - change if so else change / 2.0)
