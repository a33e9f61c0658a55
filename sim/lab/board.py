"""A class board without accounts: names that people choose, what they reached, in memory only."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from pydantic import Field

from .state import Exact
from .turns import Visitor

MOST = 200
"""Entries."""
EACH = 5
"""Entries of one visitor; of more the oldest go."""


class Score(Exact):
    """What somebody hands in.

    Attributes
    ----------
    name : str
        Chosen by the visitor.
    state : dict
        The state that reached it.
    broken, low, high : float
        Change in the share broken with its interval.
    civilian : float
        Change in attacks on civilians, relative.
    effort : float
        Of the budget.
    """

    name: Annotated[str, Field(min_length=1, max_length=40)]
    state: dict[str, Any]
    broken: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
    low: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
    high: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
    civilian: Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]
    effort: Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]


class Board:
    """The scores of a class; one a name, the last.

    A full board makes room where most entries come from: the oldest of that address goes. So one machine that hands in under
    many names pushes out its own.
    """

    def __init__(self) -> None:
        self._scores: dict[str, tuple[Score, Visitor]] = {}

    def add(self, score: Score, visitor: Visitor) -> None:
        """Take a score."""
        self._scores.pop(score.name, None)
        mine = [name for name, (_, by) in self._scores.items() if by == visitor]
        for name in mine[: max(0, len(mine) + 1 - EACH)]:
            del self._scores[name]
        self._scores[score.name] = score, visitor
        if len(self._scores) > MOST:
            crowd = Counter(by.address for _, by in self._scores.values())
            del self._scores[next(name for name, (_, by) in self._scores.items() if crowd[by.address] == max(crowd.values()))]

    def shown(self) -> list[dict[str, Any]]:
        """Scores, the surest break first."""
        return [s.model_dump() for s, _ in sorted(self._scores.values(), key=lambda entry: (-entry[0].low, entry[0].effort))]
