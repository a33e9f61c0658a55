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
from ..command_line import Line
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
from .asked import consensus_first, listed, theses_of


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
    said: set[str] = field(default_factory=set)
    wedges: list[WedgeConf] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def asked_of(line: Line) -> Asked:
    """What a line asks for."""
    return Asked(dict(line.given), list(line.overrides), "--report" in line.switches, set(line.said))


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
    for name in ("thesis", "seed", "replicates", "focus"):
        key = "pair" if name == "focus" else name
        if name in content and key not in asked.said:
            asked.given[key] = str(getattr(kept, name))
    if "draws" not in asked.said:
        asked.given["draws"] = "0"
    said = {text.partition("=")[0] for text in asked.overrides}
    words = [f"scenario={kept.scenario}"] if kept.scenario else []
    words += [f"parameters={kept.draws}"] if kept.draws else []
    words += [f"parameters.{name}={value!r}" for name, value in kept.parameters.items()]
    asked.overrides = [*(w for w in words if w.partition("=")[0] not in said), *asked.overrides]
    if "wedge" not in asked.said:
        wedge = validated(WedgeConf, {"name": "lab", "title": "From the lab", **kept.wedge}, path)
        asked.wedges = [checked_package(wedge, path)]
    return asked


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
    count = whole_number("compare", "draws", given["draws"], 0, len(read_draws())) if given["draws"] != "0" else 0
    draws = draws_under(asked.overrides, headline, count) if count else []
    starts, lengths = times_of(given, base)
    return Questions(
        draws=draws, draw_replicates=int(given["draw_replicates"]), strengths=factors_of(given["strength"]),
        starts=starts, lengths=lengths, interactions=given["interactions"] == "true",
    )  # fmt: skip


def prepared(asked: Asked) -> tuple[Setting, list[Arm], Questions, dict[str, str]]:
    """Check everything that can be wrong before anything runs or is written."""
    given = with_file(asked).given
    base, readings = readings_of(asked.overrides, consensus_first(theses_of(given["thesis"], "compare")))
    drawn = {name: draws_of(reading.config) for name, reading in readings.items()}
    replicates, seed = int(given["replicates"]), int(given["seed"])
    pairs = watched_pairs(base, listed(given["watch"]))
    if given["pair"]:
        focus = named_pair(base, given["pair"], "pair")
        pairs = [focus, *(pair for pair in pairs if pair.name != focus.name)]
    if not asked.wedges:
        asked.wedges, asked.left_out = wedges_of(base, given["wedge"])
    threads = int(given["threads"]) if given["threads"] else None
    values, draws = {n: r.values for n, r in readings.items()}, {n: table for n, table in drawn.items() if table is not None}
    if draws and asked.report:
        raise InputError("compare", "--report", "tells single runs of one parameter vector", "parameters=default, or no --report")
    setting = Setting(base, values, pairs, replicates, seed, threads, draws)
    arms, questions = arms_of(base, asked.wedges), questions_of(asked, base, setting.headline)
    for arm, start, months in itertools.product(arms, questions.starts, questions.lengths):
        arm_of(base, put_off(arm.wedge, base.calendar, start, months))  # refused now if its parts no longer fit
    return setting, arms, questions, {name: reading.title for name, reading in readings.items()}
