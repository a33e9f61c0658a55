"""What a claim names in conf/: initial values by the names of things, not by their place in a list.

`scenario.talks_2018.ties.aq_core-haqqani.trust`, `….stances.taliban-al_qaeda.stance`, `….pledges.al_qaeda-taliban.answer`,
`….policy.taliban-al_qaeda.offer.2018-09` (the value in force in that month), `….factions.aq_core.need.finance` (of the
profile where the scenario says nothing), `actors.aq_core.need.finance`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

ENDS = (("between", None), ("of", "toward"), ("by", "to"))
"""Fields by which an item of a list is known: a pair either way round, or who and toward whom."""
OLD_NAMES = (
    (re.compile(r"^(scenario\.\w+)\.(fighters|presence)\.(\w+)"), r"\1.factions.\3.\2"),
    (re.compile(r"^(scenario\.\w+)\.stance\b"), r"\1.stances"),
    (re.compile(r"^(scenario\.\w+)\.pledge\b"), r"\1.pledges"),
    (re.compile(r"^(scenario\.\w+)\.actors\b"), r"\1.factions"),
    (re.compile(r"^(actors\.\w+)\.ideology\."), r"\1."),
    (re.compile(r"\.foreign_base\b"), ".foreign"),
)
"""Names of an older shape of conf/ that claims may still use."""
_DATE = re.compile(r"^\d{4}-\d{2}$")


def canonical(ref: str) -> str:
    """A path by today's names."""
    for pattern, today in OLD_NAMES:
        ref = pattern.sub(today, ref)
    return ref


def _name(item: Any) -> str:
    """Name of an item of a list in a scenario; empty if it has none."""
    if isinstance(item, Mapping):
        for first, second in ENDS:
            if first in item:
                return "-".join(sorted(item[first])) if second is None else f"{item[first]}-{item[second]}"
    return ""


def _in_force(steps: Sequence[Any], date: str) -> Any:
    """Value of a step function in a month; None before its first step."""
    values = [value for start, value in steps if start <= date]
    return values[-1] if values else None


def _step(node: Any, step: str) -> Any:
    if isinstance(node, Mapping):
        return node.get(step)
    if not isinstance(node, list):
        return None
    if step.isdigit():
        return node[int(step)] if int(step) < len(node) else None
    if _DATE.match(step) and node and isinstance(node[0], list):
        return _in_force(node, step)
    return next((item for item in node if _name(item) in (step, "-".join(sorted(step.split("-"))))), None)


def resolve(ref: str, tree: Mapping[str, Any]) -> Any:
    """What stands at a path of conf/: a number, a name, or everything below it; None if nothing does.

    Parameters
    ----------
    ref : str
        As claims write it, old names included.
    tree : mapping
        `actors` -> profiles, `scenario` -> scenarios by name.
    """
    steps = canonical(ref).split(".")
    node: Any = tree
    for step in steps:
        node = _step(node, step)
    if node is None and steps[:1] == ["scenario"] and steps[2:3] == ["factions"] and len(steps) > 4:
        in_scenario = resolve(".".join(steps[:4]), tree) is not None
        return resolve(".".join(["actors", *steps[3:]]), tree) if in_scenario else None
    return node
