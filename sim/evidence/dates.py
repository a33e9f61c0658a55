"""Whether dated events have a row: those that claims name, in the timeline or a scenario; those of scenarios, in the timeline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .claims import Article
from .settings import Dated, Problem, Settings
from .trace import by_id

_EVENT = re.compile(r"^\d{4}(-\d{2})? \S+$")
ROW = "a row in seeds/data/timeline.csv"
ELSEWHERE = {"aqap": "al_qaeda", "jtj": "islamic_state"}
"""Organisation of factions that claims name and conf/ does not have."""


def _organisations(tree: Mapping[str, Any]) -> dict[str, str]:
    """Faction -> its organisation, by the profiles."""
    return {name: profile["organisation"] for name, profile in tree.get("actors", {}).items()} | ELSEWHERE


def _states(tree: Mapping[str, Any]) -> set[str]:
    """State actors of the scenarios; a row of the timeline does not name them."""
    return {name for scenario in tree.get("scenario", {}).values() for name in scenario.get("states", {})}


def _months_apart(one: str, other: str) -> int:
    year, month = map(int, one.split("-"))
    there = list(map(int, other.split("-")))
    return abs(12 * (year - there[0]) + month - there[1])


def _concern(sides: Iterable[str], row: Dated, organisations: Mapping[str, str]) -> bool:
    """Whether a row tells of all these; a faction and its organisation count as one."""
    there = row.sides | {organisations.get(side, side) for side in row.sides}
    return all(side in there or organisations.get(side) in row.sides for side in sides)


def _claimed(articles: Sequence[Article], conf: Settings) -> Iterator[Problem]:
    organisations, states = _organisations(conf.tree), _states(conf.tree)
    rows = [*conf.timeline, *conf.history]
    for id_, (_, claim) in by_id(articles).items():
        for item in claim.informs:
            if item.kind != "event":
                continue
            if not _EVENT.match(item.ref):
                yield Problem(id_, f"informs event '{item.ref}'", "YYYY-MM actor")
                continue
            date, who = item.ref.split(" ")
            sides = set(who.split("-")) - states
            if not any(row.month.startswith(date) and _concern(sides, row, organisations) for row in rows):
                yield Problem(id_, f"informs event '{item.ref}', which has no row", ROW)


def _scheduled(conf: Settings) -> Iterator[Problem]:
    """A scenario may date an event to the month in which it is felt, hence one month either way."""
    organisations = _organisations(conf.tree)
    for event in conf.history:
        near = [row for row in conf.timeline if _months_apart(row.month, event.month) <= 1]
        if not any(_concern(event.sides, row, organisations) for row in near):
            who = "-".join(sorted(event.sides))
            yield Problem(event.where, f"dates an event of {who} to {event.month}, of which there is no row", ROW)


def dates(articles: Sequence[Article], conf: Settings) -> list[Problem]:
    """Events without a row."""
    return [*_claimed(articles, conf), *_scheduled(conf)]
