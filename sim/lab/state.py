"""What a visitor has set: scenario, theory, wedge, assumptions. The whole state of a page; it comes and goes as data only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal

import pandas as pd
import yaml
from pydantic import ConfigDict, Field

from ..errors import InputError, kind_of, unknown
from ..evidence.ledger import ledger
from ..paths import parsed_yaml
from ..runs.config import Reading, composed, reading_of, world_of
from ..runs.draws import draws_of, over_draws
from ..world.instruments import INSTRUMENTS, WedgeConf, with_wedge
from ..world.loading import options
from ..world.packages import as_yaml, checked_package, package
from ..world.parameters import default_values
from ..world.schema import Date, InstrumentConf, Share, Strict, validated
from ..world.tables import Table
from ..world.world import World

MOST_YAML = 64_000
"""Bytes of a file that a visitor may bring."""
Name = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")]
Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e6, le=1e6)]
Draws = Literal["", "posterior"]


class Exact(Strict):
    """A mapping out of JSON: a number is a number, never text nor true or false that could be read as one."""

    model_config = ConfigDict(strict=True)


class Use(Exact):
    """One instrument of the visitor's wedge."""

    instrument: Name
    target: Name
    about: Name | None = None
    size: Annotated[Share, Field(allow_inf_nan=False)] = 0.5
    start: Date | None = None
    end: Date | None = None
    credibility: Annotated[Share, Field(allow_inf_nan=False)] | None = None
    verification: Annotated[Share, Field(allow_inf_nan=False)] | None = None


class State(Exact):
    """Everything that determines an answer but the number of runs.

    Attributes
    ----------
    focus : str
        `A-B`: whose alliance is asked about; empty for the scenario's focal pair.
    draws : str
        posterior: replicate r takes row r mod N of the draws; empty: every run has the central values.
    parameters : dict
        Changed assumptions, by dotted path; the same in every draw.
    """

    scenario: Name = "talks_2018"
    thesis: Name = "consensus"
    seed: Annotated[int, Field(ge=0, le=2**32 - 1)] = 1
    focus: Annotated[str, Field(pattern=r"^([a-z0-9_]+-[a-z0-9_]+)?$", max_length=121)] = ""
    draws: Draws = ""
    wedge: list[Use] = Field(default_factory=list, max_length=12)
    parameters: dict[str, Number] = Field(default_factory=dict, max_length=60)

    def conf(self, name: str = "lab", title: str = "As set in the lab") -> WedgeConf:
        """The wedge that is set.

        Raises
        ------
        InputError
            An unknown instrument, or a package that contradicts itself.
        """
        about = WedgeConf(name=name, title=title, by="", reading="", claims=[])
        parts = []
        for use in self.wedge:
            if use.instrument not in INSTRUMENTS:
                raise unknown("wedge", "instrument", use.instrument, INSTRUMENTS)
            parts.append((use.instrument, InstrumentConf(**use.model_dump(exclude={"instrument"}, exclude_none=True))))
        parts.sort(key=lambda part: (part[0], part[1].model_dump_json()))
        return checked_package(package(about, parts), "wedge")

    def without_wedge(self) -> State:
        """The baseline of the same page."""
        return self.model_copy(update={"wedge": []})

    def under(self, thesis: str) -> State:
        """The same under another theory."""
        return self.model_copy(update={"thesis": thesis})


def scenarios() -> list[str]:
    """Scenarios that the lab runs: those that are not drawn."""
    return [name for name in options("scenario") if name != "synthetic"]


def checked_state(data: Any) -> State:
    """A state out of data from outside.

    Raises
    ------
    InputError
        In words: what is wrong, where, what is allowed.
    """
    state = validated(State, data, "lab")
    if state.scenario not in scenarios():
        raise unknown("lab", "scenario", state.scenario, scenarios())
    if state.thesis not in options("thesis"):
        raise unknown("lab", "thesis", state.thesis, options("thesis"))
    for path, value in state.parameters.items():
        if path not in default_values():
            raise unknown("lab", "parameters", path, default_values())
        ledger().check(path, value, "lab")
    world_under(state)
    return state


@lru_cache(maxsize=128)
def _composed(scenario: str, thesis: str, draws: Draws = "") -> tuple[World, Reading]:
    config = composed([f"scenario={scenario}", f"thesis={thesis}", f"parameters={draws or 'default'}"])
    return world_of(config), reading_of(config)


def base_world(scenario: str) -> World:
    """The world of a scenario without a wedge."""
    return _composed(scenario, "consensus")[0]


def values_of(state: State) -> dict[str, float]:
    """Every parameter: the theory's, and what the visitor has changed; the central value of one that the draws decide."""
    return {**_composed(state.scenario, state.thesis)[1].values, **state.parameters}


def drawn_of(state: State) -> pd.DataFrame | None:
    """What the draws say of the parameters that theory and visitor leave to them. (N, D); None at the central values."""
    found = draws_of(_composed(state.scenario, state.thesis, state.draws)[1].config)
    return None if found is None else found.drop(columns=list(state.parameters), errors="ignore")


def vector_of(state: State) -> Table:
    """The parameter vector of a state, (1,); or its vectors under each draw, (1, N), of which replicate r takes r mod N."""
    return _vectors(state.scenario, state.thesis, state.draws, tuple(state.parameters.items()))


@lru_cache(maxsize=128)
def _vectors(scenario: str, thesis: str, draws: Draws, changed: tuple[tuple[str, float], ...]) -> Table:
    """Kept, for every block of runs asks for it: a table of draws takes as long to lay out as a block takes to run."""
    state = State(scenario=scenario, thesis=thesis, draws=draws, parameters=dict(changed))
    return over_draws(values_of(state), drawn_of(state))


def world_under(state: State) -> World:
    """The world with the wedge that is set; InputError if it does not fit."""
    return with_wedge(base_world(state.scenario), state.conf())


# files


def command_of(state: State, file: str) -> str:
    """The command line that runs a file of the state to the same numbers."""
    return f"alliances compare from={file}" + (f" parameters={state.draws}" if state.draws else "")


def to_yaml(state: State, replicates: int) -> str:
    """The state as a file that the lab loads and `alliances compare from=FILE` runs to the same numbers."""
    content: dict[str, Any] = {
        "scenario": state.scenario, "thesis": state.thesis, "seed": state.seed, "replicates": replicates,
    }  # fmt: skip
    if state.focus:
        content["focus"] = state.focus
    if state.draws:
        content["draws"] = state.draws
    if state.parameters:
        content["parameters"] = dict(state.parameters)
    content["wedge"] = {k: v for k, v in as_yaml(state.conf()).items() if v}
    head = f"# From the lab. Run it with: {command_of(state, 'FILE')}\n"
    return head + str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True))


def from_content(content: Any, where: str) -> State:
    """A state out of the content of such a file.

    Raises
    ------
    InputError
    """
    if not isinstance(content, Mapping):
        raise InputError(where, "", "is not a mapping", "scenario, thesis, seed, wedge, …")
    kept = ("scenario", "thesis", "seed", "focus", "draws", "parameters")
    known = {*kept, "replicates", "wedge"}
    for key in content:
        if key not in known:
            raise unknown(where, "", str(key), known)
    instruments = content.get("wedge") or {}
    if not isinstance(instruments, Mapping):
        raise InputError(where, "wedge", f"is {kind_of(instruments)}", "a mapping of instruments")
    wedge = validated(WedgeConf, {"name": "lab", "title": "lab", **instruments}, where)
    uses = [{"instrument": name, **conf.model_dump(exclude_none=True, exclude={"range"})} for name, conf in wedge.instruments()]
    rest = {key: content[key] for key in kept if content.get(key) is not None}
    return checked_state({**rest, "wedge": uses})


def from_yaml(text: str) -> State:
    """A state out of a file that a visitor brings; parsed as data and nothing else.

    Raises
    ------
    InputError
        Too large, not YAML, or wrong in any field.
    """
    if len(text.encode()) > MOST_YAML:
        raise InputError("file", "", f"holds {len(text.encode())} bytes", f"at most {MOST_YAML}")
    if re.search(r"(^|\s)[&*][A-Za-z]", text):
        raise InputError("file", "", "uses anchors", "plain YAML")  # they can grow without bound
    return from_content(parsed_yaml(text, "file"), "file")
