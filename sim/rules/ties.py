"""Setters of what belongs to a dyad d."""

from __future__ import annotations

from .compiled import rule
from .measures import unit


@rule
def set_trust(s, d, x):
    """Set trust, held within 0..1."""
    s.tie[d].trust = unit(x)


@rule
def set_embedded(s, d, x):
    """Set embeddedness, held within 0..1."""
    s.tie[d].embedded = unit(x)


@rule
def offend(s, d):
    """A side of dyad d has been wronged: the grudge between the two grows by half of what it lacks to 1."""
    s.tie[d].grudge += 0.5 * (1.0 - s.tie[d].grudge)


@rule
def set_blood(s, d, x):
    """Set past blood, held within 0..1."""
    s.tie[d].blood = unit(x)
