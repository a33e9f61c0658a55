"""What Mesa's data collector reads off the model and its agents: functions of a module, so that a model can be pickled."""

from __future__ import annotations

from functools import partial
from typing import Any

from ..world.names import Level
from .agents import Faction, Organisation, if_present


def date(model: Any) -> str:
    """Date of the month just over; of the first month before it."""
    return str(model.world.calendar.date(max(model.month - 1, 0)))


def focal_level(model: Any) -> int | None:
    """Deepest level between the two focal organisations; None if a side is not there."""
    level: int | None = model.focal_level()
    return level


def alive(model: Any) -> bool:
    """Whether the focal alliance stands at material level or above."""
    return bool((model.focal_level() or 0) >= Level.MATERIAL)


def fights(model: Any) -> int:
    """Number of dyads in armed conflict."""
    return int(model.fights())


def events(model: Any) -> int:
    """Number of events so far."""
    return int(model.journal.used[0])


MODEL_REPORTERS = {
    "month": "month", "date": date, "focal_level": focal_level, "alive": alive, "fights": fights, "events": events,
}  # fmt: skip
AGENT_REPORTERS = {
    Faction: {name: partial(if_present, name) for name in ("fighters", "leader")},
    Organisation: {"cohesion": partial(if_present, "cohesion")},
}
