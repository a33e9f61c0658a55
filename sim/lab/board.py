"""A class board without accounts: names that people choose, what they reached, in memory only."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from ..world.schema import Strict

MOST = 200
"""Entries; the oldest go."""


class Score(Strict):
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
    """The scores of a class; one a name, the last."""

    def __init__(self) -> None:
        self._scores: dict[str, Score] = {}

    def add(self, score: Score) -> None:
        """Take a score."""
        self._scores.pop(score.name, None)
        self._scores[score.name] = score
        while len(self._scores) > MOST:
            del self._scores[next(iter(self._scores))]

    def shown(self) -> list[dict[str, Any]]:
        """Scores, the surest break first."""
        return [s.model_dump() for s in sorted(self._scores.values(), key=lambda s: (-s.low, s.effort))]
