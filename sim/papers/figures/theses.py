"""A thesis as figures run and name it."""

from __future__ import annotations

from ...world.loading import read_option, thesis_values
from ...world.parameters import default_values


def values_of(thesis: str) -> dict[str, float]:
    """Every parameter under a thesis."""
    return {**default_values(), **thesis_values(thesis)}


def title_of(thesis: str) -> str:
    """Title of a thesis."""
    return str(read_option("thesis", thesis)["thesis"]["title"])
