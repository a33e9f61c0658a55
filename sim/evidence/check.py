"""Whether claims, ledger and configuration hold together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..errors import nearest
from .apart import apart
from .bearing import CARRIES, bearing
from .claims import Article
from .dates import dates
from .informed import astray, exist, patterns_are_seen, uncited
from .ledger import Ledger
from .settings import Problem, Settings
from .trace import by_id


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


def _links(articles: Sequence[Article]) -> Iterator[Problem]:
    known = by_id(articles)
    for id_, (_, claim) in known.items():
        for field in ("agrees", "contradicts"):
            for other in getattr(claim, field):
                if other not in known:
                    yield Problem(id_, f"{field} with {other}, which does not exist", nearest(other, known))
                elif id_ not in getattr(known[other][1], field):
                    yield Problem(id_, f"{field} with {other}, but {other} does not say so", "links both ways")


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
        for id_ in item.cited:
            if id_ not in known:
                yield Problem(f"ledger: {path}", f"cites {id_}, which does not exist", nearest(id_, known))


def _signs(articles: Sequence[Article], ledger: Ledger, conf: Settings) -> Iterator[Problem]:
    """Claims that a parameter rests on without their carrying its sign, and the other way round."""
    known = by_id(articles)
    for path, entry in ledger.entries.items():
        for id_ in entry.cited if path in conf.parameters else ():
            if id_ not in known:
                continue
            why = bearing(path, known[id_][1], conf.signs)
            if why != CARRIES and id_ in entry.claims:
                yield Problem(f"ledger: {path}", f"rests on {id_}, which does not carry it: {why}", f"{id_} under topic")
            if why == CARRIES and id_ in entry.topic:
                yield Problem(f"ledger: {path}", f"cites {id_} by topic alone, but it carries the sign", f"{id_} under claims")


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
        *exist(articles, conf),
        *patterns_are_seen(conf),
        *dates(articles, conf),
        *_ledger(articles, ledger, conf),
        *_signs(articles, ledger, conf),
        *uncited(articles, ledger, conf),
        *astray(articles, ledger, conf),
        *_cited(articles, conf),
        *apart(articles, conf),
    ]
