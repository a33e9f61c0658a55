"""What becomes of the wishes of a dyad's two sides: both must want a step up, either can step down."""

from __future__ import annotations

from .compiled import rule


@rule
def step_taken(first, second):
    """Step that a tie takes (-1, 0, 1) when its sides want `first` and `second`."""
    if first == 1 and second == 1:
        return 1
    return -1 if first == -1 or second == -1 else 0


@rule
def mover(step, first):
    """Side that is named first in what happens: the one that steps down, and the dyad's first if both want the same."""
    return 1 if step == -1 and first != -1 else 0
