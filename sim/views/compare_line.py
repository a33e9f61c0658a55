"""What a line of `alliances compare` asks for: wedges, theories, runs, strengths, starts, and the world they meet."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from ..analysis.wedges.answer import Questions
from ..analysis.wedges.comparison import Arm, Setting, arm_of, arms_of
from ..errors import InputError, unknown
from ..evidence.claims import articles
from ..evidence.trace import by_id
from ..measures.pairs import named_pair, watched_pairs
from ..numbers import number_in, whole_number
from ..paths import read_yaml
from ..runs.config import Reading, composed, reading_of, world_of
from ..runs.draws import draws_of, evenly, read_draws
from ..world.calendar import absolute_month
from ..world.instruments import WedgeConf
from ..world.loading import options
from ..world.packages import checked_package, put_off, read_wedge
from ..world.schema import MOST_MONTHS, Strict, validated
from ..world.world import World

KEYS = {
    "from": "", "wedge": "all", "thesis": "all", "replicates": "1000", "seed": "1", "pairs": "", "focus": "", "posterior": "32",
    "posterior_replicates": "200", "strength": "", "start": "", "length": "", "interactions": "false", "threads": "",
    "output": "runs",
}  # fmt: skip


class LabFile(Strict):
    """A file that the lab has saved."""

    scenario: str = ""
    thesis: str = ""
    seed: Annotated[int, Field(ge=0, lt=2**64)] = 1
    replicates: Annotated[int, Field(ge=2, le=10_000_000)] = 2
    focus: str = ""
    draws: Literal["", "posterior"] = ""
    parameters: dict[str, float] = Field(default_factory=dict)
    wedge: dict[str, Any] = Field(default_factory=dict)


@dataclass
class Asked:
    """What a command line asks for."""

    given: dict[str, str]
    overrides: list[str]
    report: bool
    wedges: list[WedgeConf] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def listed(text: str) -> list[str]:
    """Names of a list as it is written: `[a,b]`, `a,b` or empty."""
    return [part.strip() for part in text.strip().removeprefix("[").removesuffix("]").split(",") if part.strip()]


def read_line(arguments: Sequence[str], keys: Mapping[str, str], command: str, flags: Sequence[str] = ()) -> Asked:
    """Own keys, overrides for the scenario, flags; InputError with the nearest names."""
    given, overrides, raised = dict(keys), [], set()
    for text in arguments:
        key, found, value = text.partition("=")
        if text in flags:
            raised.add(text)
        elif not found:
            raised_by = f"; flags: {', '.join(flags)}" if flags else ""
            raise InputError(command, text, "is not key=value", f"{', '.join(keys)}, scenario, …{raised_by}")
        elif key in keys:
            given[key] = value
        elif key in ("scenario", "months", "shock", "pressure") or key.startswith(("parameters", "scenario.", "actors.")):
            overrides.append(text)
        else:
            raise unknown(command, "", key, [*keys, "scenario", "months", "shock", "pressure", "parameters"])
    return Asked(given, overrides, "--report" in raised)


def with_file(asked: Asked) -> Asked:
    """What is asked, with everything that a file of the lab says; keys on the command line go before it.

    Raises
    ------
    InputError
        The file cannot be read, or holds what is not known.
    """
    path = asked.given["from"]
    if not path:
        return asked
    content = read_yaml(Path(path))
    if isinstance(content, Mapping):
        content = {key: value for key, value in content.items() if value is not None}
    kept = validated(LabFile, content, path)
    for key in ("thesis", "seed", "replicates", "focus"):
        if key in content and asked.given[key] == KEYS[key]:
            asked.given[key] = str(getattr(kept, key))
    if asked.given["posterior"] == KEYS["posterior"]:
        asked.given["posterior"] = "0"
    said = {text.partition("=")[0] for text in asked.overrides}
    words = [f"scenario={kept.scenario}"] if kept.scenario else []
    words += [f"parameters={kept.draws}"] if kept.draws else []
    words += [f"parameters.{name}={value!r}" for name, value in kept.parameters.items()]
    asked.overrides = [*(w for w in words if w.partition("=")[0] not in said), *asked.overrides]
    if asked.given["wedge"] == KEYS["wedge"]:
        wedge = validated(WedgeConf, {"name": "lab", "title": "From the lab", **kept.wedge}, path)
        asked.wedges = [checked_package(wedge, path)]
    return asked


def number(given: Mapping[str, str], key: str, low: int, high: int, command: str = "compare") -> int:
    """A whole number of the command line; InputError outside low to high."""
    return whole_number(command, key, given[key], low, high)


def readings_of(overrides: Sequence[str], theses: Sequence[str]) -> tuple[World, dict[str, Reading]]:
    """The world without a wedge, and what each thesis says of the parameters."""
    readings, world = {}, None
    for thesis in theses:
        config = composed([*overrides, f"thesis={thesis}"])
        world = world or world_of(config)
        readings[thesis] = reading_of(config)
    assert world is not None
    return world, readings


def base_of(overrides: Sequence[str], theses: Sequence[str]) -> tuple[World, dict[str, dict[str, float]], dict[str, str]]:
    """The world without a wedge, and the one parameter vector and the title of each thesis.

    Raises
    ------
    InputError
        Also where a thesis has as many vectors as the posterior has draws.
    """
    world, readings = readings_of(overrides, theses)
    return world, {name: r.parameters for name, r in readings.items()}, {name: r.title for name, r in readings.items()}


def draws_under(overrides: Sequence[str], thesis: str, count: int) -> list[dict[str, float]]:
    """Draws of the posterior at even steps, in what the thesis and the line leave to them."""
    line = [text for text in overrides if text.partition("=")[0] != "parameters"]
    draws = draws_of(reading_of(composed([*line, "parameters=posterior", f"thesis={thesis}"])).config)
    assert draws is not None
    return evenly(draws, count)


def theses_of(text: str, command: str = "compare") -> list[str]:
    """Theses asked for, consensus first if it is there."""
    names = options("thesis") if text == "all" else listed(text)
    for name in names:
        if name not in options("thesis"):
            raise unknown(command, "thesis", name, options("thesis"))
    if not names:
        raise InputError(command, "thesis", "is empty", "all, or names joined by commas")
    return sorted(dict.fromkeys(names), key=lambda name: name != "consensus")


def with_known_claims(wedge: WedgeConf) -> WedgeConf:
    """The wedge itself; InputError if it cites a claim that is not in the evidence."""
    known = by_id(articles())
    for claim in wedge.claims:
        if claim not in known:
            raise unknown(f"wedge {wedge.name}", "claims", claim, known)
    return wedge


def wedges_of(base: World, text: str) -> tuple[list[WedgeConf], list[str]]:
    """Wedges asked for; with `all` those that fit, and the names of the others."""
    if text != "all":
        found = [with_known_claims(read_wedge(name)) for name in listed(text)]
        for wedge in found:
            if not wedge.instruments() and wedge.name != "none":
                raise InputError(f"wedge {wedge.name}", "", "holds no instruments", "at least one, or none for the baseline")
        return found, []
    fit, left_out = [], []
    for name in options("wedge"):
        wedge = read_wedge(name)
        try:
            if wedge.instruments():
                arms_of(base, [wedge])
                fit.append(wedge)
        except InputError as error:
            left_out.append(f"{name} ({error.field}: {error.problem})")
    return fit, left_out


def factors_of(text: str) -> list[float]:
    """Strengths asked for."""
    found = [number_in(part) for part in listed(text)]
    if any(factor is None or not 0.0 <= factor <= 10.0 for factor in found):
        raise InputError("compare", "strength", f"'{text}' is not allowed", "factors of the sizes, 0 to 10, joined by commas")
    return [factor for factor in found if factor is not None]


def times_of(given: Mapping[str, str], base: World) -> tuple[list[str], list[int | None]]:
    """Starts and lengths asked for."""
    starts = listed(given["start"])
    try:
        lengths = [whole_number("compare", "length", part, 1, MOST_MONTHS) for part in listed(given["length"])]
    except InputError:
        allowed = f"months, 1 or more, at most {MOST_MONTHS}, joined by commas"
        raise InputError("compare", "length", f"'{given['length']}' is not allowed", allowed) from None
    last = base.calendar.months - 1
    for start in starts:
        absolute_month(start, "compare", "start")
        if not 0 <= base.calendar.index(start) <= last:
            raise InputError(
                "compare", "start", f"{start} lies outside the run", f"{base.calendar.start} to {base.calendar.date(last)}"
            )
    if lengths and not starts:
        starts = [base.calendar.start]
    return starts, list(lengths) or [None]


def questions_of(asked: Asked, base: World, headline: str) -> Questions:
    """What is asked beside the main table."""
    given = asked.given
    count = number(given, "posterior", 0, len(read_draws())) if given["posterior"] != "0" else 0
    draws = draws_under(asked.overrides, headline, count) if count else []
    if given["interactions"] not in ("true", "false"):
        raise InputError("compare", "interactions", f"'{given['interactions']}' is not allowed", "true or false")
    starts, lengths = times_of(given, base)
    return Questions(
        draws=draws, draw_replicates=number(given, "posterior_replicates", 2, 100_000), strengths=factors_of(given["strength"]),
        starts=starts, lengths=lengths, interactions=given["interactions"] == "true",
    )  # fmt: skip


def prepared(asked: Asked) -> tuple[Setting, list[Arm], Questions, dict[str, str]]:
    """Check everything that can be wrong before anything runs or is written."""
    given = with_file(asked).given
    base, readings = readings_of(asked.overrides, theses_of(given["thesis"]))
    drawn = {name: draws_of(reading.config) for name, reading in readings.items()}
    replicates, seed = number(given, "replicates", 2, 10_000_000), number(given, "seed", 0, 2**64 - 1)
    pairs = watched_pairs(base, listed(given["pairs"]))
    if given["focus"]:
        focus = named_pair(base, given["focus"], "focus")
        pairs = [focus, *(pair for pair in pairs if pair.name != focus.name)]
    if not asked.wedges:
        asked.wedges, asked.left_out = wedges_of(base, given["wedge"])
    threads = number(given, "threads", 1, 1024) if given["threads"] else None
    values, draws = {n: r.values for n, r in readings.items()}, {n: table for n, table in drawn.items() if table is not None}
    if draws and asked.report:
        raise InputError("compare", "--report", "tells single runs of one parameter vector", "parameters=default, or no --report")
    setting = Setting(base, values, pairs, replicates, seed, threads, draws)
    arms, questions = arms_of(base, asked.wedges), questions_of(asked, base, setting.headline)
    for arm, start, months in itertools.product(arms, questions.starts, questions.lengths):
        arm_of(base, put_off(arm.wedge, base.calendar, start, months))  # refused now if its parts no longer fit
    return setting, arms, questions, {name: reading.title for name, reading in readings.items()}
