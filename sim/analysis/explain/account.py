"""One step of a tie accounted for: what each term said for it and against it, and how that had moved since the best month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...engine.outcomes import ABSENT
from ...engine.verbs import push_of_step
from ...errors import InputError
from ...evidence.ledger import ledger
from ...rules.weigh import N_TERMS, SHAPE_NAMES, SHAPES, TERM_NAMES
from ...world.names import Level
from ...world.tables import Table
from .witness import Course

KINDS = ("break", "formation", "fight", "hold")


@dataclass(frozen=True)
class Turn:
    """What is to be explained.

    Attributes
    ----------
    kind : str
        break: no tie of the pair stands at material level or above any more; formation: one does again; fight: one comes to
        armed conflict; hold: the last month of a pair that is allied; end: a side is gone.
    month : int
    tie : int
        Row of the tie that turned, in the pair's.
    """

    kind: str
    month: int
    tie: int


def turns(course: Course) -> list[Turn]:
    """Every turn of a pair in the order of months."""
    found: list[Turn] = []
    alive, after = course.alive, course.after
    for t in range(1, len(alive)):
        if alive[t - 1] and not alive[t]:
            fell = [k for k in range(after.shape[1]) if after[t - 1, k] >= Level.MATERIAL]
            gone = [k for k in fell if after[t, k] == ABSENT]
            stepped = [k for k in fell if k not in gone]
            found.append(Turn("break", t, stepped[-1]) if stepped else Turn("end", t, gone[-1]))
        if alive[t] and not alive[t - 1]:
            found.append(Turn("formation", t, int(np.argmax(after[t]))))
        for k in range(after.shape[1]):
            if after[t, k] == Level.ARMED_CONFLICT != after[t - 1, k] != ABSENT:
                found.append(Turn("fight", t, k))
    return found


def chosen_turn(course: Course, kind: str | None = None) -> Turn:
    """The turn to explain: the last of a kind; by default the last break or end, or how the pair stands at the horizon.

    Raises
    ------
    InputError
        The run has no such turn.
    """
    found = turns(course)
    if kind is None:
        if course.alive[-1]:
            return Turn("hold", len(course.alive) - 1, int(np.argmax(course.after[-1])))
        ended = [turn for turn in found if turn.kind in ("break", "end")]
        if ended:
            return ended[-1]
        return found[-1] if found else Turn("hold", len(course.alive) - 1, int(np.argmax(course.after[-1])))
    if kind == "hold":
        return Turn("hold", len(course.alive) - 1, int(np.argmax(course.after[-1])))
    mine = [turn for turn in found if turn.kind == kind or (kind == "break" and turn.kind == "end")]
    if not mine:
        there = ", ".join(dict.fromkeys(turn.kind for turn in found)) or "hold"
        raise InputError("explain", "event", f"there is no {kind} of {course.pair.name} in this run", f"{there}, or another run")
    return mine[-1]


def best_month(course: Course, turn: Turn) -> int:
    """The month with which a turn is compared: when the tie was last stable in the spell before it.

    Before a break or a fight: the last month in which both sides had more reasons to keep the tie than to step down from
    where it then stood; where there was none, the last at the deepest level. Before a rise: the first at the lowest.
    """
    level = course.after[: turn.month, turn.tie]
    rising = turn.kind == "formation"
    first = 0
    for t in range(turn.month - 1, -1, -1):
        if level[t] == ABSENT or (not rising and turn.kind != "fight" and level[t] < Level.MATERIAL):
            first = t + 1
            break
    span = level[first:]
    if not len(span):
        return max(0, turn.month - 1)
    if rising:
        return first + int(np.flatnonzero(span == span.min())[0])
    for t in range(turn.month - 1, first - 1, -1):
        sides, stood = course.terms[t, turn.tie], int(course.before[t, turn.tie])
        if stood <= Level.ARMED_CONFLICT or np.isnan(sides).any():
            continue
        if all(_push(side, stood, -1, course.vector).sum() < 0.0 for side in sides):
            return t
    return first + int(np.flatnonzero(span == span.max())[-1])


@dataclass(frozen=True)
class Account:
    """One side's reckoning of the step.

    Attributes
    ----------
    turn : Turn
    actor, partner : int
        Factions.
    wanted : int
        Step it wanted in that month.
    level, step : int
        Level before the step, and the step that is accounted for.
    best : int
        Month it is compared with.
    table : DataFrame
        Index: term. shape; then, now: what the term said for keeping the tie as it was (for a rise: for the step) in the
        best month and in this one, in utility; change: the difference; claims: that the term's weight rests on.
    chance : float
        Probability of the step for this side in this month, had the two met.
    """

    turn: Turn
    actor: int
    partner: int
    wanted: int
    level: int
    step: int
    best: int
    table: pd.DataFrame
    chance: float

    @property
    def then(self) -> float:
        """What all terms together said in the best month."""
        return float(self.table["then"].sum())

    @property
    def now(self) -> float:
        """What they said in the month of the turn."""
        return float(self.table["now"].sum())


def _push(terms: NDArray[np.float64], level: int, step: int, vector: Table) -> NDArray[np.float64]:
    out = np.zeros(N_TERMS)
    push_of_step(np.ascontiguousarray(terms), level, step, float(vector["choice_cliff"][0]), out)
    return out


def step_chance(terms: NDArray[np.float64], level: int, step: int, vector: Table) -> float:
    """Probability that a side that gets to decide takes the step (the logit of `rules/weigh.choose`).

    Parameters
    ----------
    terms : (M,) float
        Weighted content of every term.
    vector : np.recarray, shape (1,)
        Parameters of the run.
    """
    sharpness, inertia = float(vector["choice_sharpness"][0]), float(vector["choice_inertia"][0])
    odds = {0: 1.0}
    for way in (-1, 1):
        if Level.ARMED_CONFLICT <= level + way <= Level.JOINT:
            gain = _push(terms, level, way, vector).sum() - inertia
            odds[way] = float(np.exp(np.clip(sharpness * gain, -50.0, 50.0)))
    return odds.get(step, 0.0) / sum(odds.values())


def accounts(course: Course, turn: Turn) -> list[Account]:
    """Both sides' reckoning of a turn, those who wanted the step first.

    A hold is reckoned as the step down that was not taken. Of the end of a side there is nothing to reckon.
    """
    if turn.kind == "end":
        return []
    t, k = turn.month, turn.tie
    step, level, best = 1 if turn.kind == "formation" else -1, int(course.before[t, k]), best_month(course, turn)
    if level == ABSENT or not Level.ARMED_CONFLICT <= level + step <= Level.JOINT:
        return []
    found = []
    for side, (actor, partner) in enumerate((course.sides(k), course.sides(k)[::-1])):
        sign = -1.0 if step < 0 else 1.0  # a step down is told as what spoke for keeping the tie
        now = sign * _push(course.terms[t, k, side], level, step, course.vector)
        earlier = course.terms[best, k, side]
        then = sign * _push(np.where(np.isnan(earlier), 0.0, earlier), level, step, course.vector)
        table = pd.DataFrame({
            "term": TERM_NAMES, "shape": [SHAPE_NAMES[s] for s in SHAPES], "then": then, "now": now, "change": now - then,
            "claims": [" ".join(ledger().entry(f"{name}.weight").claims) for name in TERM_NAMES],
        }).set_index("term")  # fmt: skip
        chance = step_chance(course.terms[t, k, side], level, step, course.vector)
        found.append(Account(turn, actor, partner, int(course.wish[t, k, side]), level, step, best, table, chance))
    return sorted(found, key=lambda a: a.wanted != step)
