"""What several verbs ask for in one way: lists of names, and theses."""

from __future__ import annotations

from ..errors import InputError, unknown
from ..world.loading import options


def listed(text: str) -> list[str]:
    """Names of a list as it is written: `[a,b]`, `a,b` or empty."""
    return [part.strip() for part in text.strip().removeprefix("[").removesuffix("]").split(",") if part.strip()]


def theses_of(text: str, verb: str) -> list[str]:
    """Theses asked for with `thesis=all|a,b`, each once.

    Raises
    ------
    InputError
        There is none of that name, with the nearest; or no name at all.
    """
    names = options("thesis") if text == "all" else listed(text)
    for name in names:
        if name not in options("thesis"):
            raise unknown(verb, "thesis", name, options("thesis"))
    if not names:
        raise InputError(verb, "thesis", "is empty", "all, or names joined by commas")
    return list(dict.fromkeys(names))


def consensus_first(names: list[str]) -> list[str]:
    """Theses with consensus first if it is there: the main table is about the first."""
    return sorted(names, key=lambda name: name != "consensus")


def thesis_of(text: str, verb: str) -> str:
    """The one thesis asked for with `thesis=NAME`; InputError with the nearest names."""
    if text not in options("thesis"):
        raise unknown(verb, "thesis", text, options("thesis"))
    return text
