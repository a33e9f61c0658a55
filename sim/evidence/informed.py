"""Whether what claims inform exists, and is cited for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ..errors import nearest
from .claims import PROCESS_NAMES, Article, Claim
from .ledger import Ledger
from .refs import canonical, resolve
from .settings import Problem, Settings
from .trace import by_id


def _target_exists(ref: str, conf: Settings) -> bool:
    """A pattern, an assertion, or a target; `T13` stands for all of T13a, and so on."""
    name = ref.removeprefix("pattern.")
    return name in conf.patterns if name != ref else any(t == ref or (t[:-1] == ref and t[-1].isalpha()) for t in conf.targets)


def exist(articles: Sequence[Article], conf: Settings) -> Iterator[Problem]:
    """Names of parameters, mechanisms, instruments, initial values and targets that are no such thing."""
    mechanisms = [*conf.mechanisms, *PROCESS_NAMES]
    known: dict[str, Collection[str]] = {
        "parameter": conf.parameters, "mechanism": mechanisms, "instrument": conf.instruments,
    }  # fmt: skip
    for id_, (_, claim) in by_id(articles).items():
        for item in claim.informs:
            names = known.get(item.kind)
            if names is not None and item.ref not in names:
                yield Problem(id_, f"informs {item.kind} '{item.ref}', which does not exist", nearest(item.ref, names))
            if item.kind == "initial" and resolve(item.ref, conf.tree) is None:
                close = nearest(canonical(item.ref), conf.initial)
                yield Problem(id_, f"informs initial value '{item.ref}', and nothing in conf/ stands there", close)
            if item.kind == "target" and not _target_exists(item.ref, conf):
                near = nearest(item.ref, [*conf.targets, *(f"pattern.{name}" for name in conf.patterns)])
                yield Problem(id_, f"informs target '{item.ref}', which does not exist", near)


def patterns_are_seen(conf: Settings) -> Iterator[Problem]:
    """Patterns that name a target or an assertion that does not exist."""
    for name, pattern in conf.patterns.items():
        for where in pattern.seen_by:
            if where not in conf.targets:
                yield Problem(f"pattern.{name}", f"is seen by '{where}', which does not exist", nearest(where, conf.targets))


def uncited(articles: Sequence[Article], ledger: Ledger, conf: Settings) -> Iterator[Problem]:
    """Claims that inform a number which the ledger does not cite them for."""
    anywhere = {id_ for entry in ledger.entries.values() for id_ in entry.cited}
    for id_, (_, claim) in by_id(articles).items():
        for item in claim.informs:
            if item.kind not in ("parameter", "initial"):
                continue
            path = canonical(item.ref) if item.kind == "initial" else item.ref
            entry = ledger.covering(path)
            if entry is not None and id_ not in ledger.entries[entry].cited:
                yield Problem(id_, f"informs {path}, but the ledger does not cite it", f"add it to {entry}")
            if entry is None and item.kind == "initial" and id_ not in anywhere:
                yield Problem(id_, f"informs {path}, but nothing cites it", "an entry in seeds/parameters.yaml that it fits")


def _covered(claim: Claim, ledger: Ledger) -> set[str]:
    """Entries of initial values that a claim informs; events, stances and pledges, which are no numbers, count as history."""
    covers = {ledger.covering(canonical(item.ref)) for item in claim.informs if item.kind == "initial"}
    dated = any(item.kind == "event" for item in claim.informs)
    return {entry for entry in covers if entry} | ({"scenario.*.history"} if dated or None in covers else set())


def astray(articles: Sequence[Article], ledger: Ledger, conf: Settings) -> Iterator[Problem]:
    """Claims that an initial value is said to rest on, which inform no number of that kind."""
    known = by_id(articles)
    for path, entry in ledger.entries.items():
        for id_ in entry.cited if path not in conf.parameters else ():
            if id_ in known and path not in _covered(known[id_][1], ledger):
                yield Problem(
                    f"ledger: {path}", f"cites {id_}, which informs nothing that it covers", "only claims that inform it"
                )
