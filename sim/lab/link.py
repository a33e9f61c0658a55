"""A link to the lab: what a visitor has set, as the text after `#` in an address, with a checksum that tells whether it is whole.

    check=93.1a2b3c4d&page=wedge&seed=7&w=exposure,taliban,al_qaeda,0.15,,,,&p=bond.weight:0.7

`check` is the number of letters of what follows and its CRC-32, both of the names and values as they are meant
(`name=value` in lines), so that an address that was only written otherwise (`%2C` for a comma) is still whole. The page
writes links (state.js); the server alone reads them.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from ..errors import InputError, legible, told, unknown
from ..numbers import whole_number
from ..world.loading import options
from ..world.schema import Strict
from .state import State, Use, base_world, checked_state

PAGES = ("scenario", "wedge", "why", "theories", "assumptions", "challenge", "about")
MOST_LINK = 20_000
"""Bytes of a link."""
WHOLE = "the whole link, as “Keep and share” gives it"
NAMES, LOOKS, SEVERAL = ("scenario", "thesis", "focus", "draws"), ("run", "month", "mix"), ("w", "p")
FIELDS = tuple(Use.model_fields)
SIZES = ("size", "credibility", "verification")
_MARK = re.compile(r"check=([0-9]{1,5})\.([0-9a-f]{8})(?:&(.*))?", re.S)
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?(e[+-]?[0-9]{1,3})?")
Pairs = Sequence[tuple[str, str]]


class Link(Strict):
    """What a link holds.

    Attributes
    ----------
    page : str
        One of `PAGES`.
    look : dict
        What is looked at and changes no answer: `run`, `month`, `mix`.
    checked : bool
        Whether it has a checksum. Without one nobody can tell whether it is whole.
    """

    state: State
    page: str
    look: dict[str, str | int]
    checked: bool


def seal(pairs: Pairs) -> str:
    """The checksum of names and values: number of letters and CRC-32."""
    text = "\n".join(f"{name}={value}" for name, value in pairs)
    return f"{len(text)}.{zlib.crc32(text.encode('utf-8', 'replace')):08x}"


def read_link(text: str) -> Link:
    """What a link holds, if it is whole.

    Parameters
    ----------
    text : str
        All that stands after `#`.

    Raises
    ------
    InputError
        It was cut or changed on its way, or some part of it is wrong; a link without a checksum is read as strictly.
    """
    mark = _MARK.fullmatch(text)
    if mark is None and text[:5] == "check"[: len(text)]:
        raise InputError("link", "", "cut or changed on its way: its checksum has not arrived whole", WHOLE)
    rest = (mark[3] or "") if mark else text
    try:
        pairs = parse_qsl(rest, keep_blank_values=True, strict_parsing=mark is None, errors="strict", max_num_fields=100)
    except ValueError:
        raise InputError("link", "", f"cannot be read: {told(rest)}", WHOLE) from None
    if mark and f"{int(mark[1])}.{mark[2]}" != seal(pairs):
        raise InputError("link", "", _damage(pairs, int(mark[1])), WHOLE)
    return _held(pairs, checked=mark is not None)


def _damage(pairs: Pairs, letters: int) -> str:
    """What has happened to a link on its way."""
    arrived = int(seal(pairs).partition(".")[0])
    if any(name.startswith("amp;") for name, _ in pairs):
        return "changed on its way: “&amp;” stands where “&” was"
    if arrived < letters:
        return f"cut on its way: {arrived} of its {letters} letters have arrived"
    return "changed on its way: it does not agree with its checksum"


def _held(pairs: Pairs, checked: bool) -> Link:
    """State, page and look of names and values, each read strictly."""
    data: dict[str, Any] = {"wedge": [], "parameters": {}}
    page, looks = "scenario", dict[str, str]()
    seen = set[str]()
    for name, value in pairs:
        if name in seen and name not in SEVERAL:
            raise InputError("link", name, "stands twice", WHOLE)
        seen.add(name)
        if not value:
            raise InputError("link", legible(name, 60), "is empty", WHOLE)
        if name == "page":
            if value not in PAGES:
                raise unknown("link", "page", value, PAGES)
            page = value
        elif name in NAMES:
            data[name] = value
        elif name == "seed":
            data["seed"] = whole_number("link", "seed", value, 0, 2**32 - 1)
        elif name == "w":
            data["wedge"].append(_use(value))
        elif name == "p":
            path, _, number = value.rpartition(":")
            if path in data["parameters"]:
                raise InputError("link", path, "stands twice", WHOLE)
            data["parameters"][path] = _decimal(path, number)
        elif name in LOOKS:
            looks[name] = value
        else:
            raise unknown("link", "", legible(name, 60), ("page", "seed", *NAMES, *SEVERAL, *LOOKS))
    state = checked_state(data)
    return Link(state=state, page=page, look={name: _look(name, value, state) for name, value in looks.items()}, checked=checked)


def _decimal(field: str, text: str) -> float:
    """A decimal number as the page writes it."""
    if not _DECIMAL.fullmatch(text):
        raise InputError("link", field, f"{told(text)} is not a number", "a decimal number, such as 0.5")
    return float(text)


def _use(text: str) -> dict[str, Any]:
    """One instrument: its fields in their order, with nothing between the commas where one is not set."""
    parts = text.split(",")
    if len(parts) != len(FIELDS):
        raise InputError("link", "wedge", f"{told(text)} has {len(parts)} fields", f"{len(FIELDS)}: {', '.join(FIELDS)}")
    given = {name: part for name, part in zip(FIELDS, parts, strict=True) if part}
    return {name: _decimal(name, part) if name in SIZES else part for name, part in given.items()}


def _look(name: str, text: str, state: State) -> str | int:
    """The run or month that is looked at, or the weights of a mixture."""
    if name == "run":
        return whole_number("link", "run", text, 0, 10**9)
    if name == "month":
        calendar = base_world(state.scenario).calendar
        dates = [calendar.date(t) for t in range(calendar.months)]
        if text not in dates:
            raise InputError("link", "month", f"{told(text)} is not a month of the scenario", f"{dates[0]} to {dates[-1]}")
        return text
    theses = set[str]()
    for part in text.split(","):
        thesis, _, weight = part.partition(":")
        if thesis not in options("thesis"):
            raise unknown("link", "mix", thesis, options("thesis"))
        if thesis in theses:
            raise InputError("link", "mix", f"{thesis} stands twice", WHOLE)
        theses.add(thesis)
        whole_number("link", f"mix.{thesis}", weight, 0, 100)
    return text
