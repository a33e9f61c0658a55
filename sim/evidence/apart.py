"""Where conf/ lies apart from what claims code: to look at and not to refuse, since claims may differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .claims import Article, Claim
from .refs import canonical, resolve
from .settings import Problem, Settings
from .trace import by_id

EARLY = 12
"""Months before the scenario that a number was counted for, from which on its use elsewhere is told."""


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _sized(claim: Claim) -> list[str]:
    """What the number of a claim is a number of."""
    if claim.coding is None:
        return []
    everything = [item.ref for item in claim.informs if item.kind in ("parameter", "initial")]
    return everything if claim.coding.of is None else claim.coding.of


def _old_names(claim: Claim) -> Iterator[Problem]:
    for item in claim.informs:
        if item.kind == "initial" and canonical(item.ref) != item.ref:
            yield Problem(claim.id, f"uses the old name {item.ref}", canonical(item.ref), fatal=False)


def _outside(claim: Claim, conf: Settings) -> Iterator[Problem]:
    """Values outside a claim's range, or of another kind than it says."""
    for ref in _sized(claim):
        assert claim.coding is not None
        value, span, said = conf.parameters.get(ref, resolve(ref, conf.tree)), claim.coding.range, claim.coding.value
        if _is_number(value) and span and not span[0] <= value <= span[1]:
            yield Problem(claim.id, f"codes {span[0]:g} to {span[1]:g} for {ref}, conf/ has {value:g}", fatal=False)
        if isinstance(value, str) and isinstance(said, str) and value != said:
            yield Problem(claim.id, f"codes {said} for {ref}, conf/ has {value}", fatal=False)


def _month(scenario: Mapping[str, Any]) -> int:
    """Month in which a scenario starts, counted from year 0; a synthetic one has no date."""
    year, _, month = str(scenario.get("start", "")).partition("-")
    return 12 * int(year) + int(month) if year.isdigit() and month.isdigit() else -1


def _too_early(claim: Claim, conf: Settings) -> Iterator[Problem]:
    """A number that a claim counted for one scenario, standing in one that starts a year or more before it."""
    scenarios = conf.tree.get("scenario", {})
    for ref in _sized(claim) if claim.type == "quantitative" else ():
        _, name, *rest = [*canonical(ref).split("."), ""]
        number = resolve(ref, conf.tree)
        counted = claim.coding is not None and claim.coding.value == number
        if name not in scenarios or not _is_number(number) or not counted:
            continue
        for other, scenario in scenarios.items():
            there = ".".join(["scenario", other, *filter(None, rest)])
            early = _month(scenarios[name]) - _month(scenario)
            if _month(scenario) >= 0 and early >= EARLY and resolve(there, conf.tree) == number:
                yield Problem(
                    claim.id, f"counts {number:g} for {ref}, conf/ has it {early} months earlier too, at {there}", fatal=False
                )


def _unnamed_patrons(claim: Claim, conf: Settings) -> Iterator[Problem]:
    """Supporters that a claim on a faction's patrons names and conf/ does not have."""
    factions = conf.tree.get("actors", {})
    known = set(factions) | {profile["organisation"] for profile in factions.values()}
    for item in claim.informs:
        patrons = resolve(item.ref, conf.tree) if item.ref.endswith(".patrons") else None
        if not isinstance(patrons, Mapping):
            continue
        for name in claim.actors:
            if name not in known and name not in patrons:
                yield Problem(claim.id, f"names {name} for {item.ref}, conf/ has no such patron", fatal=False)


def apart(articles: Sequence[Article], conf: Settings) -> Iterator[Problem]:
    """Everything in which conf/ differs from a claim's coding, claim by claim."""
    for _, claim in by_id(articles).values():
        yield from _old_names(claim)
        yield from _outside(claim, conf)
        yield from _too_early(claim, conf)
        yield from _unnamed_patrons(claim, conf)
