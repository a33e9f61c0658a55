"""The shape of a scenario, an actor profile and a wedge in configuration: names, types, ranges.

Pydantic models check what a user writes; `validated` turns a fault into one clear message with the nearest
valid name. Shares and intensities are 0..1 unless a field says otherwise; dates are 'YYYY-MM'.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, Field, ValidationError

from ..errors import InputError, kind_of, nearest, told
from ..paths import as_name
from ..strict import FROM_LIST, STRICT, allowed_by
from .calendar import absolute_month, date_of
from .names import CAPABILITIES, Level, Pledge, Stance, by_label

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Count = Annotated[float, Field(ge=0.0, le=1e7)]
MOST_MONTHS = 1200
"""A century: the longest horizon."""
LEVELS, STANCES, PLEDGES = by_label(Level), by_label(Stance), by_label(Pledge)


def _month(text: str) -> str:
    """The month of a date, for which 2001-10 and 2001-10-07 are welcome."""
    try:
        return date_of(absolute_month(text))
    except InputError as error:
        raise ValueError(error.allowed) from None


Name = Annotated[str, AfterValidator(as_name)]
Date = Annotated[str, AfterValidator(_month)]
LevelName = Literal["armed_conflict", "rivalry", "none", "contact", "material", "sanctuary", "joint"]
StanceName = Literal["embrace", "ambiguous", "distance", "renounce"]
PledgeName = Literal["none", "offered", "unanswered", "acknowledged", "accepted", "renounced"]
Steps = list[Annotated[tuple[Date, Share], FROM_LIST]]
"""A step function of time: from each date on, this value."""


class Strict(BaseModel):
    """A mapping in which an unknown key is an error, and so is a value of another kind."""

    model_config = STRICT

    @classmethod
    def allowed_keys(cls) -> list[str]:
        """Names that may stand in a file."""
        return list(cls.model_fields)


class LeaderConf(Strict):
    """A faction's leader at the start (or at entry)."""

    name: str = ""
    authority: Share = 0.6
    founder: bool = False
    pragmatism: Share | None = None  # None: as the faction's disposition
    scripted_until: Date | None = None  # up to this month only dated history can kill him
    concealed: bool = False  # dead already, which is not known


class ActorConf(Strict):
    """Profile of a faction: what holds in every scenario unless the scenario says otherwise."""

    title: str
    organisation: str
    colour: str = "#666666"
    fighters: Count = 1000.0
    doctrine: Share = 0.5
    scope: Share = 0.5
    strategy: Share = 0.5
    disposition: Share = 0.5
    grievance: Share = 0.4
    foreign: Share = 0.0
    reputation: Share = 0.4
    brand: Share = 0.5
    islamist: Share = 1.0  # how far its audience is that of the faith
    recognition: Share = 0.3
    influence: Share = 0.5
    capability: dict[str, Share] = {}
    need: dict[str, Share] = {}
    enmity: dict[str, Share] = {}
    patrons: dict[str, Share] = {}
    presence: dict[str, Share] = {}
    leader: LeaderConf = LeaderConf()


class FactionConf(Strict):
    """A faction in a scenario; every field left out comes from its profile."""

    fighters: Count | None = None
    capacity: Count | None = None  # None: the strength at the start
    strategy: Share | None = None
    disposition: Share | None = None
    grievance: Share | None = None
    foreign: Share | None = None
    reputation: Share | None = None
    brand: Share | None = None
    recognition: Share | None = None
    influence: Share | None = None
    setback: Share = 0.0
    capability: dict[str, Share] = {}
    need: dict[str, Share] = {}
    patrons: dict[str, Share] = {}
    presence: dict[str, Share] | None = None
    leader: LeaderConf | None = None
    entry: Date | None = None
    drawn_from: str | None = None
    drawn_share: Share = 0.0


class OrganisationConf(Strict):
    """An organisation in a scenario: who leads it, and how well it holds together."""

    title: str = ""
    emir: str
    cohesion: Share = 0.7


class StateConf(Strict):
    """A state actor: what kind, and how hard it fights over time."""

    kind: Literal["coalition", "host", "patron"]
    campaign: Steps = []


class TieConf(Strict):
    """Initial tie of two factions."""

    between: Annotated[tuple[str, str], FROM_LIST]
    level: LevelName
    trust: Share = 0.4
    embedded: Share = 0.2
    visibility: Share = 0.4
    personal: Share = 0.0
    blood: Share = 0.0
    age: Annotated[float, Field(ge=0.0, le=600.0)] = 0.0  # months


class StanceConf(Strict):
    """Official stance of an organisation toward another at the start."""

    of: str
    toward: str
    stance: StanceName


class PledgeConf(Strict):
    """Pledge standing at the start, and its answer."""

    by: str
    to: str
    answer: PledgeName = "unanswered"


class HistoryConf(Strict):
    """A dated fact. Which fields count depends on the event."""

    date: Date
    event: Literal["leader_death", "concealed_death", "disclosure", "pledge", "pledge_renounced", "setback", "trust", "bond"]
    actor: str | None = None
    toward: str | None = None
    size: Annotated[float, Field(ge=-1.0, le=1.0)] = 0.0
    successor: LeaderConf | None = None
    note: str = ""
    source: str = ""


class ProxyConf(Strict):
    """A pressure series read off battle deaths: min(1, deaths in the year / scale)."""

    conflict: int  # UCDP conflict id
    scale: Annotated[float, Field(gt=0.0)]


class PressureConf(Strict):
    """Pressure on factions over time, by faction or organisation name."""

    kinetic: dict[str, Steps] = {}
    kinetic_proxy: dict[str, ProxyConf] = {}
    targeting: dict[str, Steps] = {}
    interdiction: dict[str, Steps] = {}
    coercion: dict[str, Steps] = {}
    support: dict[str, Steps] = {}
    influence: dict[str, Steps] = {}
    denial: dict[str, Steps] = {}
    governance: dict[str, Steps] = {}


class PolicyConf(Strict):
    """What an organisation meets over its association with another, over time."""

    of: str
    toward: str
    isolation: Steps = []
    offer: Steps = []
    credibility: Steps = []
    verification: Steps = []
    demand: Steps = []
    halt: Steps = []


class ScenarioConf(Strict):
    """A world at a date: who is there, where, in what ties, with which dated history."""

    name: Name
    title: str
    description: str
    start: Date
    months: Annotated[int, Field(ge=1, le=MOST_MONTHS)]
    focal: Annotated[tuple[str, str], FROM_LIST]
    rival: str | None = None  # faction whose growth is a price of breaking the focal alliance
    organisations: dict[str, OrganisationConf]
    factions: dict[str, FactionConf]
    states: dict[str, StateConf]
    ties: list[TieConf] = []
    stances: list[StanceConf] = []
    pledges: list[PledgeConf] = []
    held_until: Date | None = None  # the focal alliance is known to have held, without a break, from the start until then
    claims: dict[str, Date] = {}  # organisations whose emir claims to lead the faithful, and since when
    history: list[HistoryConf] = []
    pressure: PressureConf = PressureConf()
    policy: list[PolicyConf] = []
    watch: Steps = []
    spare: Annotated[int, Field(ge=0, le=32)] = 2


class InstrumentConf(Strict):
    """One instrument of a wedge: against whom, about which partner, how strong, when."""

    target: str  # faction, organisation or place, by instrument; `all` for every place
    about: str | None = None  # the partner (faction or organisation) it wants the target parted from
    size: Share = 0.5
    start: Date | None = None  # None: the scenario's first month
    end: Date | None = None  # last month; None: to the horizon
    credibility: Share | None = None  # offers only
    verification: Share | None = None  # offers only
    range: Annotated[tuple[Share, Share], FROM_LIST] | None = None  # sizes to defend: what a search and a dose-response vary


class ShockEvent(Strict):
    """A blow at a number of months after the scenario's start."""

    after: Annotated[int, Field(ge=0, le=1200)]
    event: Literal["leader_death", "concealed_death", "disclosure", "setback"]
    actor: str  # a faction, or `emir_a` / `emir_b`: who leads the first / second focal organisation
    size: Share = 0.5  # setbacks only


class ShockConf(Strict):
    """Shocks added to a scenario's dated history."""

    name: Name
    title: str
    reading: str = ""
    events: list[ShockEvent] = []


class PressureChoice(Strict):
    """How hard the scenario's own counterterrorism schedule is applied."""

    name: Name
    title: str
    kinetic: Annotated[float, Field(ge=0.0, le=3.0)] = 1.0
    targeting: Annotated[float, Field(ge=0.0, le=3.0)] = 1.0
    interdiction: Annotated[float, Field(ge=0.0, le=3.0)] = 1.0


M = TypeVar("M", bound=BaseModel)
WRONG_BRANCH = ("model_type", "list_type")
"""Faults of the alternative that was not meant, where a field takes one or several; they come first."""


def _as_written(fault: Any, data: Any) -> str:
    """Dotted place of a fault in what was written: pydantic also names alternatives, and what a model puts around a value."""
    found, here = [], data
    for step in fault["loc"]:
        if (isinstance(here, Mapping) and step in here) or (isinstance(here, list | tuple) and isinstance(step, int)):
            here = here[step]
            found.append(str(step))
    return ".".join([*found, str(fault["loc"][-1])] if fault["type"] == "missing" else found)


def _field_names(model: type[BaseModel], path: tuple[Any, ...]) -> list[str]:
    """Names allowed where an unknown key stands; empty if the place cannot be resolved."""
    here: Any = model
    for step in path[:-1]:
        if isinstance(here, type) and issubclass(here, BaseModel) and step in here.model_fields:
            here = here.model_fields[step].annotation
        while not (isinstance(here, type) and issubclass(here, BaseModel)):
            inner = [a for a in getattr(here, "__args__", ()) if a is not type(None) and a is not str]
            if not inner:
                return []
            here = inner[-1]
    if isinstance(here, type) and issubclass(here, Strict):
        return here.allowed_keys()
    return list(here.model_fields) if isinstance(here, type) and issubclass(here, BaseModel) else []


def validated(model: type[M], data: Any, where: str) -> M:
    """Check a mapping against a model.

    Raises
    ------
    InputError
        Names the file (`where`), the field, the value and what is allowed.
    """
    if not isinstance(data, Mapping):
        raise InputError(where, "", f"is {kind_of(data)}", "a mapping of fields")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults = error.errors()
        fault = next((f for f in faults if f["type"] not in WRONG_BRANCH), faults[0])
        path, shown = fault["loc"], _as_written(fault, data)
        if fault["type"] == "extra_forbidden":
            raise InputError(where, shown, "unknown field", nearest(str(path[-1]), _field_names(model, path))) from None
        if fault["type"] == "missing":
            raise InputError(where, shown, "is missing", "a value") from None
        raise InputError(where, shown, f"{told(fault['input'])} is not allowed", allowed_by(fault)) from None


def capability_row(given: Mapping[str, float], where: str) -> list[float]:
    """Values of the seven capability kinds in their order; a kind left out is 0."""
    for kind in given:
        if kind not in CAPABILITIES:
            raise InputError(where, kind, "unknown capability", nearest(kind, CAPABILITIES))
    return [float(given.get(kind, 0.0)) for kind in CAPABILITIES]
