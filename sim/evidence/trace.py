"""The trail from a number to a claim, and the checks that keep it whole."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import nearest, unknown
from .claims import PROCESS_NAMES, Article, Claim
from .ledger import Entry, Ledger

TARGETS = tuple(f"T{n}" for n in range(1, 17))
_EVENT = re.compile(r"^\d{4}(-\d{2})? \S+$")
_PATTERN = re.compile(r"^pattern\.[a-z0-9_]+$")


@dataclass(frozen=True)
class Problem:
    """Something that does not hold together.

    Attributes
    ----------
    where, problem, allowed : str
        File or claim; what is wrong; what would be right.
    fatal : bool
        False for what only deserves a look.
    """

    where: str
    problem: str
    allowed: str = ""
    fatal: bool = True

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}" + (f" (allowed: {self.allowed})" if self.allowed else "")


@dataclass(frozen=True)
class Settings:
    """What configuration says, for the check against the evidence.

    Attributes
    ----------
    parameters, initial : dict
        Dotted path -> value of every parameter, and of every numeric initial value (`actors.…`, `scenario.…`).
    cited : dict
        File -> claim ids it cites.
    mechanisms, instruments : collection of str
        Names a claim may inform.
    """

    parameters: Mapping[str, float]
    initial: Mapping[str, float]
    cited: Mapping[str, Sequence[str]]
    mechanisms: Collection[str]
    instruments: Collection[str]


def by_id(articles: Sequence[Article]) -> dict[str, tuple[Article, Claim]]:
    """Every claim by id, with its article."""
    return {claim.id: (article, claim) for article in articles for claim in article.claims}


def _ids(articles: Sequence[Article]) -> Iterator[Problem]:
    seen: set[str] = set()
    for article in articles:
        key = article.article.key
        last = 0
        for claim in article.claims:
            number = claim.id.removeprefix(f"{key}.")
            if not claim.id.startswith(f"{key}.") or not number.isdigit():
                yield Problem(claim.id, f"does not belong to {key}", f"{key}.NN")
                continue
            if int(number) <= last:
                yield Problem(claim.id, "ids do not rise", "one after the other")
            last = int(number)
            if claim.id in seen:
                yield Problem(claim.id, "id stands twice", "one claim an id")
            seen.add(claim.id)


def _dyads(articles: Sequence[Article]) -> list[Problem]:
    """The two sides of a dyad stand among the actors of its claim."""
    return [
        Problem(claim.id, f"dyad {dyad} names '{side}', which is not among the actors", f"add {side} to actors")
        for article in articles
        for claim in article.claims
        for dyad in claim.dyads
        for side in dyad.split("-")
        if side not in claim.actors
    ]


def _apart(articles: Sequence[Article], conf: Settings) -> list[Problem]:
    """Values of conf/ outside the range that a claim's coding suggests: to look at, not to refuse. Claims may differ."""
    values = {**conf.parameters, **conf.initial}
    return [
        Problem(claim.id, f"codes {low:g} to {high:g} for {told.ref}, conf/ has {values[told.ref]:g}", "", fatal=False)
        for article in articles
        for claim in article.claims
        if claim.coding is not None and claim.coding.range is not None
        for low, high in [claim.coding.range]
        for told in claim.informs
        if told.kind in ("parameter", "initial") and told.ref in values and not low <= values[told.ref] <= high
    ]


def _links(articles: Sequence[Article]) -> Iterator[Problem]:
    known = by_id(articles)
    for id_, (_, claim) in known.items():
        for field in ("agrees", "contradicts"):
            for other in getattr(claim, field):
                if other not in known:
                    yield Problem(id_, f"{field} with {other}, which does not exist", nearest(other, known))
                elif id_ not in getattr(known[other][1], field):
                    yield Problem(id_, f"{field} with {other}, but {other} does not say so", "links both ways")


def _refs(articles: Sequence[Article], ledger: Ledger, conf: Settings) -> Iterator[Problem]:
    mechanisms = [*conf.mechanisms, *PROCESS_NAMES]
    for id_, (_, claim) in by_id(articles).items():
        for item in claim.informs:
            known: Collection[str] = ()
            if item.kind == "parameter":
                known = conf.parameters
            elif item.kind == "mechanism":
                known = mechanisms
            elif item.kind == "instrument":
                known = conf.instruments
            if known and item.ref not in known:
                yield Problem(id_, f"informs {item.kind} '{item.ref}', which does not exist", nearest(item.ref, known))
            if item.kind == "initial" and ledger.covering(item.ref) is None and not item.ref.startswith(("actors.", "scenario.")):
                yield Problem(id_, f"informs initial value '{item.ref}'", "actors.… or scenario.…")
            if item.kind == "event" and not _EVENT.match(item.ref):
                yield Problem(id_, f"informs event '{item.ref}'", "YYYY-MM actor")
            if item.kind == "target" and item.ref not in TARGETS and not _PATTERN.match(item.ref):
                yield Problem(id_, f"informs target '{item.ref}'", "T1 to T16, or pattern.name")


def _ledger(articles: Sequence[Article], ledger: Ledger, conf: Settings) -> Iterator[Problem]:
    known = by_id(articles)
    leaves = {**conf.parameters, **conf.initial}
    used = set()
    for path, value in leaves.items():
        entry = ledger.covering(path)
        if entry is None:
            yield Problem(f"conf: {path}", "has no entry in the ledger", "an entry in seeds/parameters.yaml")
            continue
        used.add(entry)
        span = ledger.entries[entry].range
        if not span.low <= value <= span.high:
            yield Problem(f"conf: {path}", f"{value:g} lies outside its range", f"{span.low:g} to {span.high:g} ({entry})")
    for path, item in ledger.entries.items():
        if path not in used:
            yield Problem(f"ledger: {path}", "covers nothing in conf/", nearest(path, leaves))
        for id_ in item.claims:
            if id_ not in known:
                yield Problem(f"ledger: {path}", f"cites {id_}, which does not exist", nearest(id_, known))


def _unused(articles: Sequence[Article], ledger: Ledger, conf: Settings) -> Iterator[Problem]:
    for id_, (_, claim) in by_id(articles).items():
        for item in claim.informs:
            if item.kind != "parameter" or item.ref not in conf.parameters:
                continue
            entry = ledger.covering(item.ref)
            if entry is not None and id_ not in ledger.entries[entry].claims:
                yield Problem(id_, f"informs {item.ref}, but the ledger does not cite it", f"add it to {entry}")


def _cited(articles: Sequence[Article], conf: Settings) -> Iterator[Problem]:
    known = by_id(articles)
    for where, ids in conf.cited.items():
        for id_ in ids:
            if id_ not in known:
                yield Problem(where, f"cites {id_}, which does not exist", nearest(id_, known))


def check(articles: Sequence[Article], ledger: Ledger, conf: Settings) -> list[Problem]:
    """Everything that does not hold together among claims, ledger and configuration."""
    return [
        *_ids(articles),
        *_dyads(articles),
        *_links(articles),
        *_refs(articles, ledger, conf),
        *_ledger(articles, ledger, conf),
        *_unused(articles, ledger, conf),
        *_cited(articles, conf),
        *_apart(articles, conf),
    ]


@dataclass(frozen=True)
class Trace:
    """A number's trail: entry of the ledger, value in conf/, claims with their articles."""

    path: str
    covered_by: str
    value: float
    entry: Entry
    claims: list[tuple[Article, Claim]]


def trace(path: str, articles: Sequence[Article], ledger: Ledger, values: Mapping[str, float]) -> list[Trace]:
    """The trail of a parameter or initial value, or of each one below a group.

    Raises
    ------
    InputError
        No such path; the nearest ones are offered.
    """
    known = by_id(articles)
    chosen = [p for p in values if p == path or p.startswith(path + ".")]
    if not chosen:
        groups = {p.split(".")[0] for p in values if not p.startswith(("actors.", "scenario."))}
        raise unknown("evidence", "", path, [*values, *groups])
    found = []
    for leaf in chosen:
        entry = ledger.entry(leaf)
        cited = [known[id_] for id_ in entry.claims if id_ in known]
        found.append(Trace(leaf, str(ledger.covering(leaf)), values[leaf], entry, cited))
    return found


def numeric_leaves(tree: Any, prefix: str) -> Iterator[tuple[str, float]]:
    """Dotted path and value of every number in a nested tree; items of lists count from 0.

    Dates in step functions and months are not values of the world: only what stands second in a step counts.
    """
    if isinstance(tree, bool) or tree is None or isinstance(tree, str):
        return
    if isinstance(tree, int | float):
        yield prefix, float(tree)
    elif isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from numeric_leaves(value, f"{prefix}.{key}")
    elif isinstance(tree, Sequence):
        for n, value in enumerate(tree):
            yield from numeric_leaves(value, f"{prefix}.{n}")
