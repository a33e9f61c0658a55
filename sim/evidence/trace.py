"""The trail from a number to a claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import unknown
from .claims import Article, Claim
from .ledger import Entry, Ledger


def by_id(articles: Sequence[Article]) -> dict[str, tuple[Article, Claim]]:
    """Every claim by id, with its article."""
    return {claim.id: (article, claim) for article in articles for claim in article.claims}


@dataclass(frozen=True)
class Trace:
    """A number's trail: entry of the ledger, value in conf/, claims with their articles, and those cited by topic alone."""

    path: str
    covered_by: str
    value: float
    entry: Entry
    claims: list[tuple[Article, Claim]]
    topic: list[tuple[Article, Claim]]


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
        carried, topic = ([known[id_] for id_ in ids if id_ in known] for ids in (entry.claims, entry.topic))
        found.append(Trace(leaf, str(ledger.covering(leaf)), values[leaf], entry, carried, topic))
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
