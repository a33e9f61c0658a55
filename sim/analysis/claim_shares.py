"""From parameters to mechanisms, articles and claims: which of them an outcome hangs on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ..errors import unknown
from ..evidence.claims import Article, articles
from ..evidence.ledger import Ledger, ledger
from ..evidence.trace import by_id
from .sensitivity import Sensitivity, shares

GROUPS = ("parameter", "mechanism", "article", "claim")
ASSUMPTION, OUTSIDE = "assumption only", "not in the ledger"


def claims_of(path: str, book: Ledger) -> list[str] | str:
    """Claims that a parameter rests on, or `ASSUMPTION` or `OUTSIDE`."""
    covered = book.covering(path)
    if covered is None:
        return OUTSIDE
    return book.entries[covered].claims or ASSUMPTION


def _parts(path: str, by: str, book: Ledger, known: Mapping[str, str]) -> dict[str, float]:
    """The groups a parameter belongs to, with the part of it that each takes; parts add up to 1."""
    if by == "parameter":
        return {path: 1.0}
    if by == "mechanism":
        return {path.partition(".")[0]: 1.0}
    claims = claims_of(path, book)
    if isinstance(claims, str):
        return {claims: 1.0}
    parts: dict[str, float] = {}
    for claim in claims:
        group = claim if by == "claim" else known.get(claim, claim.rsplit(".", 1)[0])
        parts[group] = parts.get(group, 0.0) + 1 / len(claims)
    return parts


def grouped(result: Sensitivity, by: str, book: Ledger | None = None, sources: Sequence[Article] | None = None) -> pd.DataFrame:
    """Shares of an outcome's sensitivity by parameter, mechanism, article or claim.

    The rule: a mechanism (first part of the dotted path) has the sum of its parameters' shares. A claim has, for every
    parameter that the ledger cites it for, the parameter's share divided by the number of claims cited there; an article has
    the sum of its claims; a claim cited by topic alone, without a sign, has none. A parameter that rests on an assumption
    alone counts under `assumption only`, one without an entry under `not in the ledger`. An equal split says how far the
    result leans on a claim as the ledger cites it, not how right the claim is: many claims behind one parameter have a small
    share each.

    Parameters
    ----------
    result : Sensitivity
    by : {"parameter", "mechanism", "article", "claim"}
    book, sources : Ledger, sequence of Article
        The project's own by default.

    Returns
    -------
    pd.DataFrame
        A row a group, largest first: `share` with its 95 % interval over resamples (`low`, `high`), the number and names of
        the `parameters` behind it, and for claims the `article` and the `paraphrase`. Shares add up to 1.
    """
    if by not in GROUPS:
        raise unknown("sensitivity", "by", by, GROUPS)
    book = ledger() if book is None else book
    found = by_id(articles() if sources is None else sources)
    homes = {id_: article.article.key for id_, (article, _) in found.items()}
    paths = [str(path) for path in result.table.index]
    parts = [_parts(path, by, book, homes) for path in paths]
    names = list(dict.fromkeys(name for part in parts for name in part))
    matrix = np.array([[part.get(name, 0.0) for name in names] for part in parts])
    level = result.table["level"].to_numpy(dtype=float)
    resampled = shares(result.resamples, level) @ matrix
    low, high = np.quantile(resampled, [0.025, 0.975], axis=0)
    behind = [[path for path, part in zip(paths, parts, strict=True) if name in part] for name in names]
    table = pd.DataFrame(
        {
            "share": result.table["share"].to_numpy(dtype=float) @ matrix, "low": low, "high": high,
            "count": [len(some) for some in behind], "parameters": [", ".join(some) for some in behind],
        },
        index=pd.Index(names, name=by),
    )  # fmt: skip
    if by == "claim":
        table["article"] = [homes.get(name, "") for name in names]
        table["paraphrase"] = [found[name][1].paraphrase if name in found else "" for name in names]
    return table.sort_values("share", ascending=False, kind="stable")
