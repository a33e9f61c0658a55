"""Whether a claim carries the number that the ledger cites it for, or only speaks of its subject."""

from __future__ import annotations

from collections.abc import Mapping

from .claims import Claim

CARRIES = ""
WISH, ELSEWHERE, SILENT, OPPOSITE = (
    "a wish, which says what should be done and not what happens", "it informs something else", "it has no direction",
    "it speaks the other way",
)  # fmt: skip
"""Why a claim carries no sign."""


def bearing(path: str, claim: Claim, signs: Mapping[str, str]) -> str:
    """Why a claim carries no sign for a parameter; empty if it does carry it.

    A claim carries a parameter if it informs the parameter or the mechanism of that name (first part of the path), is no
    mere wish, and, for the weight of a term of a tie, has the direction in which the term pulls.

    Parameters
    ----------
    path : str
        Dotted path of a parameter.
    signs : mapping
        Term of a tie -> "strengthens" or "weakens".
    """
    mechanism, _, rest = path.partition(".")
    informed = {(item.kind, item.ref) for item in claim.informs}
    if claim.type == "policy":
        return WISH
    if not informed & {("parameter", path), ("mechanism", mechanism)}:
        return ELSEWHERE
    if rest == "weight" and mechanism in signs and claim.direction not in (signs[mechanism], "mixed"):
        return SILENT if claim.direction == "none" else OPPOSITE
    return CARRIES
