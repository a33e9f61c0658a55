"""Setters of what belongs to a dyad: they write both sides, so that ties stay symmetric."""

from __future__ import annotations

from .compiled import rule
from .measures import unit


@rule
def set_level(s, t, i, j, level):
    """Set the level of a dyad and the month of the change."""
    s.tie[i, j].level = level
    s.tie[j, i].level = level
    s.tie[i, j].changed = t
    s.tie[j, i].changed = t


@rule
def set_trust(s, i, j, x):
    """Set trust, held within 0..1."""
    s.tie[i, j].trust = s.tie[j, i].trust = unit(x)


@rule
def set_embedded(s, i, j, x):
    """Set embeddedness, held within 0..1."""
    s.tie[i, j].embedded = s.tie[j, i].embedded = unit(x)


@rule
def set_visibility(s, i, j, x):
    """Set visibility, held within 0..1."""
    s.tie[i, j].visibility = s.tie[j, i].visibility = unit(x)


@rule
def set_blood(s, i, j, x):
    """Set past blood, held within 0..1."""
    s.tie[i, j].blood = s.tie[j, i].blood = unit(x)


@rule
def set_age(s, i, j, months):
    """Set the age of a tie in months."""
    s.tie[i, j].age = months
    s.tie[j, i].age = months


@rule
def set_exposed(s, i, j, flag):
    """Mark whether a covert tie came to light this month."""
    s.tie[i, j].exposed = flag
    s.tie[j, i].exposed = flag


@rule
def set_rapport(s, i, j, x):
    """Set the unobserved affinity of a dyad (standard normal)."""
    s.tie[i, j].rapport = x
    s.tie[j, i].rapport = x
