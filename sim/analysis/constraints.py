"""Hard constraints: what happened so plainly that a history in which it did not is rejected, and not merely far off.

A calibration asks of the runs of a candidate that all of them keep all constraints. That the alliance would always have held
is an assumption that is stated here, and no datum: the one history that there is cannot show it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..engine.outcomes import NEVER
from ..measures.alliances import pairs_of
from ..world.names import Event
from .named_patterns import NamedSeen, hostile

Months = NDArray[np.int16]
KEPT = np.int16(NEVER)
"""Month of the first violation of a constraint that is kept."""
ALLIES, HOST, GUEST_CORE, RIVALS = ("al_qaeda", "taliban"), "taliban", "aq_core", "islamic_state"
ENMITY_YEAR = 2018


@dataclass(frozen=True)
class Constraint:
    """One constraint of the long scenario.

    Attributes
    ----------
    name, title : str
    violated : callable
        Runs (N) -> month in which each first violates it, `KEPT` where none does. (N,) int16.
    """

    name: str
    title: str
    violated: Callable[[NamedSeen], Months]


def _broken(seen: NamedSeen) -> Months:
    """An alliance that never forms is violated from the start."""
    row, _ = seen.pair(*ALLIES)
    spell = pairs_of(seen.world, seen.outcomes)[:, row]
    return np.where(spell["formed"] == NEVER, 0, spell["broken"]).astype(np.int16)


def _fought(seen: NamedSeen) -> Months:
    row, _ = seen.pair(*ALLIES)
    return np.asarray(seen.outcomes.pair["fought"][:, row], dtype=np.int16)


def _dissolved(seen: NamedSeen) -> Months:
    ends = (seen.events["kind"] == Event.DISSOLUTION) & (seen.events["i"] == seen.world.faction(GUEST_CORE))
    out = np.full(seen.runs, KEPT, dtype=np.int16)
    out[seen.run[ends][::-1]] = seen.events["month"][ends][::-1]  # the first of a run is written last
    return out


def _no_enmity(seen: NamedSeen) -> Months:
    kept = hostile(seen, RIVALS, HOST, ENMITY_YEAR, ENMITY_YEAR).all(axis=1)
    return np.where(kept, KEPT, seen.world.calendar.index(f"{ENMITY_YEAR}-12")).astype(np.int16)


CONSTRAINTS = (
    Constraint("never_broken", "al-Qaeda and the Taliban are allied and never break", _broken),
    Constraint("never_fought", "they never fight", _fought),
    Constraint("core_survives", "al-Qaeda's core does not dissolve", _dissolved),
    Constraint("enmity_held", f"the Islamic State and the Taliban are enemies at the end of {ENMITY_YEAR}", _no_enmity),
)


Asked = tuple[int, ...] | None
"""Places of constraints among `CONSTRAINTS`; None for all of them."""


def asked_but(held_out: Sequence[str]) -> Asked:
    """The constraints that are asked of a candidate where some, by name, are held out."""
    return tuple(n for n, constraint in enumerate(CONSTRAINTS) if constraint.name not in held_out)


def violated(seen: NamedSeen) -> Months:
    """Month in which each of N runs of the long scenario first violates each constraint; `KEPT` where it keeps it. (N, K)."""
    return np.stack([constraint.violated(seen) for constraint in CONSTRAINTS], axis=1)
