"""Settings of a search over wedges: how much work, which instruments, what they cost. Files in conf/search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from ...errors import InputError, unknown
from ...world.instruments import INSTRUMENTS
from ...world.loading import read_option
from ...world.schema import Strict, validated

ALGORITHMS = ("nsga2", "nsga3")
ROBUST = ("mean", "worst")
VERIFICATION = "verification"
"""Beside the instruments, what has a price: checking whether an offer's terms are kept."""
Count = Annotated[int, Field(ge=1, le=100_000)]
Effort = Annotated[float, Field(ge=0.0, le=1e6)]


class SearchSettings(Strict):
    """A search; the units stand in conf/search/default.yaml."""

    population: Annotated[int, Field(ge=4, le=10_000)]
    generations: Count
    replicates: Annotated[int, Field(ge=2, le=1_000_000)]
    fresh: Annotated[int, Field(ge=2, le=1_000_000)]
    algorithm: Literal["nsga2", "nsga3"]
    robust: Literal["mean", "worst"]
    most_instruments: Count
    sizes: Annotated[int, Field(ge=2, le=1000)]
    starts: Count
    short: Count
    instruments: Literal["all"] | list[str]
    cost: dict[str, Effort]


def read_search(name: str, changed: Mapping[str, Any], costs: Mapping[str, Any]) -> SearchSettings:
    """Settings by name, with some fields and some costs replaced.

    Raises
    ------
    InputError
        A name, a field or a value is wrong; the nearest names are offered.
    """
    where = f"search/{name}.yaml"
    content = {**read_option("search", name), **changed}
    if isinstance(content.get("cost"), Mapping):
        content["cost"] = {**content["cost"], **costs}
    for field, known in (("algorithm", ALGORITHMS), ("robust", ROBUST)):
        if field in content and content[field] not in known:
            raise unknown(where, field, str(content[field]), known)
    settings = validated(SearchSettings, content, where)
    priced = [*INSTRUMENTS, VERIFICATION]
    for instrument in settings.cost:
        if instrument not in priced:
            raise unknown(where, "cost", instrument, priced)
    for instrument in priced:
        if instrument not in settings.cost:
            raise InputError(where, f"cost.{instrument}", "is missing", "effort at size 1 over the whole horizon, 0 or more")
    return settings
