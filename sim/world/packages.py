"""Wedges by name, from a file, joined into packages, put off, made stronger or weaker.

    offer_verified                    an option of conf/wedge
    path/my.yaml                      a file of one's own
    offer_verified+dialogue           both as one package
    offer_verified@2019-09            from that month on (2019-09-15 means the same)
    offer_verified@2019-09:12         for twelve months from then
    offer_verified*0.5                at half the size

The same can be said of each part of a package: `dialogue@2018-09:12+offer_verified@2019-09`.
"""

from __future__ import annotations

import itertools
import math
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import InputError, nearest
from ..numbers import number_in, whole_number
from ..paths import read_yaml
from ..plural import plural
from .calendar import Calendar, absolute_month, date_of
from .instruments import ABOUT_A_WEDGE, WedgeConf
from .loading import options, read_option
from .schema import MOST_MONTHS, InstrumentConf, validated

_PART = re.compile(
    r"^(?P<base>.+?)(?:\*(?P<factor>[0-9.]+))?(?:@(?P<start>[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)(?::(?P<months>[0-9]{1,6}))?)?$"
)
ALWAYS = ("0000-01", "9999-12")
MOST_WRITTEN = 999_999  # months that the text may count; how many can be run is checked after it is read


def read_wedge(text: str) -> WedgeConf:
    """A wedge as it is written on the command line; see the head of this module.

    Raises
    ------
    InputError
        An unknown name, an unreadable or wrong file, a part that cannot be read, a package that contradicts itself.
    """
    if Path(text).suffix in (".yaml", ".yml") and os.path.isfile(text):  # a file may have any name
        return _read_file(Path(text))
    return composed_wedge([_read_part(part.strip()) for part in text.split("+")])


def _read_part(text: str) -> WedgeConf:
    found = _PART.match(text)
    if found is None:
        raise InputError("wedge", text, "cannot be read", "a name or a file, with *factor and @start:months if wanted")
    base = found["base"]
    wedge = _read_file(Path(base)) if Path(base).suffix in (".yaml", ".yml") else _read_named(base)
    if found["factor"] is not None:
        wedge = scaled(wedge, _number(found["factor"], text))
    if found["start"] is not None:
        months = whole_number("wedge", text, found["months"], 0, MOST_WRITTEN) if found["months"] else None
        wedge = timed(wedge, found["start"], months)
        checked_package(wedge, f"wedge {wedge.name}")  # uses in different months of a file now fall together
    return wedge


def _number(text: str, where: str) -> float:
    value = number_in(text)
    if value is None:
        raise InputError("wedge", where, f"'{text}' is not a number", "a factor, for example *0.5")
    return value


def _read_named(name: str) -> WedgeConf:
    if name not in options("wedge"):
        raise InputError("wedge", "", f"unknown name '{name}'", nearest(name, options("wedge")) + " Or a file: path/my.yaml")
    return checked_package(validated(WedgeConf, read_option("wedge", name), f"wedge/{name}.yaml"), f"wedge/{name}.yaml")


def _read_file(path: Path) -> WedgeConf:
    content: Any = read_yaml(path)
    if isinstance(content, dict):
        content = {"name": path.stem, "title": path.stem.replace("_", " "), **content}
    return checked_package(validated(WedgeConf, content, str(path)), str(path))


def package(about: WedgeConf, parts: Sequence[tuple[str, InstrumentConf]]) -> WedgeConf:
    """A wedge with these instruments, and everything said about it taken from `about`."""
    uses: dict[str, list[InstrumentConf]] = {}
    for name, conf in parts:
        uses.setdefault(name, []).append(conf)
    return WedgeConf(**{name: getattr(about, name) for name in ABOUT_A_WEDGE}, uses=uses)


def _meet(a: InstrumentConf, b: InstrumentConf) -> bool:
    """Whether two uses of an instrument fall on the same target, about the same partner, in some month."""
    return (a.target, a.about) == (b.target, b.about) and max(a.start or ALWAYS[0], b.start or ALWAYS[0]) <= min(
        a.end or ALWAYS[1], b.end or ALWAYS[1]
    )


def checked_package(wedge: WedgeConf, where: str) -> WedgeConf:
    """The wedge itself.

    Raises
    ------
    InputError
        It contradicts itself: one instrument, one target, the same months, and two strengths; a size outside the range
        that it names; an end before a start.
    """
    for name, conf in wedge.instruments():
        low, high = conf.range or (0.0, 1.0)
        if not low <= conf.size <= high:
            raise InputError(where, f"{name}.size", f"{conf.size:g} lies outside its own range", f"{low:g} to {high:g}")
        if conf.start and conf.end and conf.end < conf.start:
            raise InputError(where, f"{name}.end", f"{conf.end} lies before the start", f"{conf.start} or later")
    for (name, a), (other, b) in itertools.combinations(wedge.instruments(), 2):
        if name == other and _meet(a, b):
            on = f"{a.target} about {a.about}" if a.about else a.target
            raise InputError(
                where,
                name,
                f"contradicts itself: {on} twice in the same months (sizes {a.size:g} and {b.size:g})",
                "one use, other months, or another target",
            )
    return wedge


def composed_wedge(parts: Sequence[WedgeConf]) -> WedgeConf:
    """Several wedges as one package. What two of them say alike counts once; the null wedge adds nothing.

    Raises
    ------
    InputError
        They contradict each other.
    """
    told = [part for part in parts if part.instruments()] or list(parts[:1])
    if len(told) == 1:
        return told[0]
    found: list[tuple[str, InstrumentConf]] = []
    for name, conf in (use for part in told for use in part.instruments()):
        if (name, conf.model_copy(update={"range": None})) not in [(n, c.model_copy(update={"range": None})) for n, c in found]:
            found.append((name, conf))
    found.sort(key=lambda use: (use[0], use[1].model_dump_json()))  # so that the order of the parts does not matter
    about = WedgeConf(
        name="+".join(part.name for part in told),
        title="; ".join(part.title for part in told),
        by="; ".join(dict.fromkeys(part.by for part in told if part.by)),
        reading=" ".join(part.reading.strip() for part in told),
        claims=list(dict.fromkeys(claim for part in told for claim in part.claims)),
    )
    return checked_package(package(about, found), f"wedge {about.name}")


def _check_length(wedge: WedgeConf, months: int | None) -> None:
    if months is not None and not 1 <= months <= MOST_MONTHS:
        raise InputError(f"wedge {wedge.name}", "months", f"{months} months are no time to act", f"1 to {MOST_MONTHS}")


def timed(wedge: WedgeConf, start: str, months: int | None = None) -> WedgeConf:
    """The wedge from a month on, to the horizon or for a number of months.

    Raises
    ------
    InputError
        No months at all, or a start that is no month.
    """
    start = date_of(absolute_month(start, f"wedge {wedge.name}", "start"))
    _check_length(wedge, months)
    end = None if months is None else Calendar(start, months).date(months - 1)
    name = f"{wedge.name}@{start}" + ("" if months is None else f":{months}")
    title = f"{wedge.title}, from {start}" + ("" if months is None else f" for {plural(months, 'month')}")
    about = wedge.model_copy(update={"name": name, "title": title})
    return package(about, [(n, c.model_copy(update={"start": start, "end": end})) for n, c in wedge.instruments()])


def put_off(wedge: WedgeConf, calendar: Calendar, start: str, months: int | None = None) -> WedgeConf:
    """The wedge moved as a whole so that its first instrument starts in a month; the others keep their distance to it.

    Parameters
    ----------
    months : int, optional
        How long each instrument lasts instead of as long as it did.

    Raises
    ------
    InputError
        No months at all, or uses in different months that now fall together.
    """
    _check_length(wedge, months)
    by = calendar.index(start, f"wedge {wedge.name}", "start") - first_month(wedge, calendar)
    moved = []
    for name, conf in wedge.instruments():
        first = by + (0 if conf.start is None else calendar.index(conf.start))
        end = None if conf.end is None else calendar.date(calendar.index(conf.end) + by)
        if months is not None:
            end = calendar.date(first + months - 1)
        moved.append((name, conf.model_copy(update={"start": calendar.date(first), "end": end})))
    name = f"{wedge.name}@{start}" + ("" if months is None else f":{months}")
    about = wedge.model_copy(update={"name": name, "title": f"{wedge.title}, from {start}"})
    return checked_package(package(about, moved), f"wedge {name}")


def greatest_factor(wedge: WedgeConf) -> float:
    """The factor at which the largest of its sizes is all there is, 1; infinite where no size is above 0."""
    largest = max((conf.size for _, conf in wedge.instruments()), default=0.0)
    return 1.0 / largest if largest > 0.0 else math.inf


def scaled(wedge: WedgeConf, factor: float) -> WedgeConf:
    """The wedge with the size of every instrument times a factor; credibility and verification stay.

    Raises
    ------
    InputError
        The factor is negative, or makes a size larger than 1: what runs would not be what the name says.
    """
    most = greatest_factor(wedge)
    if not 0.0 <= factor <= most * (1.0 + 1e-9):  # a size of 0.8 may be given as 1 / 1.25
        allowed = "0 or more" if math.isinf(most) else f"0 to {math.floor(1000 * most) / 1000:g}"
        problem = "is negative" if factor < 0.0 else "makes a size larger than 1, and 1 is all there is"
        raise InputError(f"wedge {wedge.name}", "factor", f"{factor:g} {problem}", allowed)
    about = wedge.model_copy(update={"name": f"{wedge.name}*{factor:g}", "title": f"{wedge.title}, × {factor:g}"})
    changed = [(n, c.model_copy(update={"size": min(1.0, c.size * factor), "range": None})) for n, c in wedge.instruments()]
    return package(about, changed)


def as_yaml(wedge: WedgeConf) -> dict[str, Any]:
    """The wedge as the content of a file that `read_wedge` takes."""
    content: dict[str, Any] = {name: getattr(wedge, name) for name in ABOUT_A_WEDGE if getattr(wedge, name)}
    for name, conf in wedge.instruments():
        plain = {k: list(v) if isinstance(v, tuple) else v for k, v in conf.model_dump(exclude_none=True).items()}
        content.setdefault(name, []).append(plain)
    return {name: value[0] if name in wedge.uses and len(value) == 1 else value for name, value in content.items()}


def first_month(wedge: WedgeConf, calendar: Calendar) -> int:
    """Month number in which the first of its instruments starts; the number of months for the null wedge."""
    starts = [0 if conf.start is None else calendar.index(conf.start) for _, conf in wedge.instruments()]
    return min(starts, default=calendar.months)
