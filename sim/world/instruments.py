"""Wedge instruments: functions from a world to a world, that write schedules. No rule knows the word wedge.

To add one: its function here under `@instrument`, an option of conf/wedge that uses it alone, and its cost in
conf/search. What is declared here is all that searches, doses and the lab know of it.

Where an instrument meets a schedule that already holds something, strengths add and are held at 1, unless the
function says otherwise. Months outside the window are left bit for bit as they were.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple, get_args

import numpy as np
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ..errors import InputError, nearest, unknown
from .schedules import event_list
from .schema import InstrumentConf, Name, Strict
from .tables import BID, Table, table
from .world import World

Work = Callable[[World, InstrumentConf, slice, str], World]
Group = Literal["Pressure", "Leaders", "Money", "Sanctuary", "Offers", "Talks", "Patrons", "Exposure"]
"""What an instrument works on, in the order in which groups are shown."""
GROUPS: tuple[Group, ...] = get_args(Group)
Target = Literal["actor", "organisation", "place", "state"]
"""Whom it is turned on: a faction or an organisation, an organisation, a place or `all`, a state actor."""


class Instrument(NamedTuple):
    """An instrument as it is declared.

    Attributes
    ----------
    work : callable
        (world, use, months, where) -> world; `where` names the use in errors.
    group, target :
        See `Group` and `Target`.
    partner : bool
        Whether it needs to be said about whom: the partner the target is to be parted from.
    promise : bool
        Whether it is worth what it is believed (`credibility`) and checked (`verification`).
    """

    work: Work
    group: Group
    target: Target
    partner: bool
    promise: bool


INSTRUMENTS: dict[str, Instrument] = {}
"""Every instrument by name, in the order in which a package of several acts."""


def instrument(*, group: Group, target: Target, partner: bool = False, promise: bool = False) -> Callable[[Work], Work]:
    """Declare a function as an instrument of its name; arguments as in `Instrument`."""

    def declared(work: Work) -> Work:
        INSTRUMENTS[work.__name__] = Instrument(work, group, target, partner, promise)
        return work

    return declared


def window(world: World, conf: InstrumentConf, where: str) -> slice:
    """Months in which an instrument acts.

    Raises
    ------
    InputError
        The window is empty or lies outside the run.
    """
    calendar = world.calendar
    last = calendar.months - 1
    first = 0 if conf.start is None else calendar.index(conf.start, where, "start")
    end = last if conf.end is None else calendar.index(conf.end, where, "end")
    span = f"{calendar.start} to {calendar.date(last)}"
    if not 0 <= first <= last:
        raise InputError(where, "start", f"{conf.start} lies outside the run", span)
    if end < first:
        raise InputError(where, "end", f"{conf.end} lies before the start", span)
    return slice(first, min(end, last) + 1)


def _organisation_of(world: World, name: str, where: str, field: str) -> int:
    if name in world.organisations:
        return world.organisations.index(name)
    if name in world.factions:
        return int(world.facts.faction.home[world.factions.index(name)])
    raise unknown(where, field, name, [*world.organisations, *world.factions])


def _partner(conf: InstrumentConf, where: str) -> str:
    if conf.about is None:
        raise InputError(where, "about", "is missing", "the partner the target is to be parted from")
    return conf.about


def _add(values: np.ndarray, size: float) -> np.ndarray:
    return np.minimum(1.0, values + size)


def _pressure(world: World, conf: InstrumentConf, months: slice, where: str, column: str) -> World:
    monthly = world.facts.monthly.copy()
    for i in world.members(conf.target, f"{where}.target"):
        monthly[column][months, i] = _add(monthly[column][months, i], conf.size)
    return world.with_facts(monthly=monthly)


def _own_policy(world: World, o: int, q: int, where: str) -> tuple[Table, Table, int]:
    """Copies of the policy schedules and the relations, and the column that is now o's toward q alone."""
    policy, relation = world.facts.policy.copy(), world.facts.relation.copy()
    r = world.facts.relation_of[o, q]
    if r == len(relation) - 1:
        raise InputError(where, "about", "has no factions that the target can meet", "an organisation in its reach")
    if relation[r].policy == 0:
        policy = np.concatenate([policy, policy[:, :1]], axis=1).view(np.recarray)
        relation[r].policy = policy.shape[1] - 1
    return policy, relation, int(relation[r].policy)


def _policy(world: World, conf: InstrumentConf, where: str) -> tuple[Table, Table, int]:
    o = _organisation_of(world, conf.target, where, "target")
    q = _organisation_of(world, _partner(conf, where), where, "about")
    if o == q:
        raise InputError(where, "about", "is the target itself", "another organisation")
    return _own_policy(world, o, q, where)


@instrument(group="Pressure", target="actor")
def kinetic_pressure(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """More military pressure on the target's factions."""
    return _pressure(world, conf, months, where, "kinetic")


@instrument(group="Leaders", target="actor")
def leadership_targeting(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """More effort against the target's leaders."""
    return _pressure(world, conf, months, where, "targeting")


@instrument(group="Money", target="actor")
def financial_interdiction(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """The target's money is interdicted."""
    return _pressure(world, conf, months, where, "interdiction")


def _place(world: World, conf: InstrumentConf, months: slice, where: str, values: np.ndarray) -> np.ndarray:
    out = values.copy()
    if conf.target == "all":
        out[months] = _add(out[months], conf.size)
    elif conf.target in world.places:
        column = world.places.index(conf.target)
        out[months, column] = _add(out[months, column], conf.size)
    else:
        raise unknown(where, "target", conf.target, [*world.places, "all"])
    return out


@instrument(group="Sanctuary", target="place")
def sanctuary_denial(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """Sanctuary is denied in a place (or in all)."""
    return world.with_facts(denial=_place(world, conf, months, where, world.facts.denial))


@instrument(group="Offers", target="actor", partner=True)
def isolation(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """The target organisation is isolated for its association with the partner."""
    policy, relation, column = _policy(world, conf, where)
    policy["isolation"][months, column] = _add(policy["isolation"][months, column], conf.size)
    return world.with_facts(policy=policy, relation=relation)


@instrument(group="Offers", target="actor", partner=True, promise=True)
def offer(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """An offer to the target conditional on a break. The better of this and a standing offer counts, term by term."""
    policy, relation, column = _policy(world, conf, where)
    given = {"offer": conf.size, "credibility": conf.credibility, "verification": conf.verification}
    for name, size in given.items():
        if size is None:
            raise InputError(where, name, "is missing", "0 to 1: an offer is worth what it is believed and checked")
        policy[name][months, column] = np.maximum(policy[name][months, column], size)
    return world.with_facts(policy=policy, relation=relation)


@instrument(group="Talks", target="actor", partner=True)
def repudiation_demand(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """A demand that the target renounce the partner in public."""
    policy, relation, column = _policy(world, conf, where)
    policy["demand"][months, column] = _add(policy["demand"][months, column], conf.size)
    return world.with_facts(policy=policy, relation=relation)


@instrument(group="Talks", target="actor", partner=True)
def halt_order(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """The emir's order to cease joint operations with the partner."""
    policy, relation, column = _policy(world, conf, where)
    policy["halt"][months, column] = _add(policy["halt"][months, column], conf.size)
    return world.with_facts(policy=policy, relation=relation)


@instrument(group="Talks", target="organisation")
def dialogue(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """Dialogue of the target's leadership with its own hard-liners."""
    values = world.facts.dialogue.copy()
    o = _organisation_of(world, conf.target, where, "target")
    values[months, o] = _add(values[months, o], conf.size)
    return world.with_facts(dialogue=values)


@instrument(group="Offers", target="actor", partner=True, promise=True)
def selective_inducement(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """An offer to one faction for its own break with the partner."""
    q = _organisation_of(world, _partner(conf, where), where, "about")
    if conf.credibility is None:
        raise InputError(where, "credibility", "is missing", "0 to 1")
    for i in world.members(conf.target, f"{where}.target"):
        facts = world.facts
        bid, offered = table(len(facts.bid) + 1, BID), np.zeros((world.calendar.months, 1))
        bid[:-1], bid[-1].faction, bid[-1].about = facts.bid, i, q
        offered[months] = conf.size
        policy, relation, column = _own_policy(world, int(facts.faction.home[i]), q, where)
        policy["credibility"][months, column] = np.maximum(policy["credibility"][months, column], conf.credibility)
        if conf.verification is not None:
            policy["verification"][months, column] = np.maximum(policy["verification"][months, column], conf.verification)
        inducement = np.concatenate([facts.inducement, offered], axis=1)
        world = world.with_facts(bid=bid, inducement=inducement, policy=policy, relation=relation)
    return world


@instrument(group="Patrons", target="actor")
def patron_pressure(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """Patrons are pressed: they squeeze the target more (coercion adds) and support it less (support shrinks by size)."""
    monthly = world.facts.monthly.copy()
    for i in world.members(conf.target, f"{where}.target"):
        monthly["coercion"][months, i] = _add(monthly["coercion"][months, i], conf.size)
        monthly["support"][months, i] *= 1.0 - conf.size
    return world.with_facts(monthly=monthly)


def _dyadic(world: World, conf: InstrumentConf, months: slice, where: str, trust: float, exposed: float) -> World:
    about, old = _partner(conf, where), world.facts.dyad_event
    events = [(int(e.month), int(e.dyad), float(e.trust), float(e.bond), float(e.exposure), float(e.quarrel)) for e in old]
    for i in world.members(conf.target, f"{where}.target"):
        for j in world.members(about, f"{where}.about"):
            d = int(world.facts.dyad_of[i, j])
            if d >= 0 and (trust != 0.0 or exposed != 0.0):  # an event of no size would still be news to the two
                events += [(t, d, trust, 0.0, exposed, 0.0) for t in range(months.start, months.stop)]
    rows, starts = event_list(events, world.calendar.months)
    return world.with_facts(dyad_event=rows, dyad_start=starts)


@instrument(group="Exposure", target="actor", partner=True)
def exposure(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """Covert ties of the target with the partner are brought to light: `size` is the monthly hazard."""
    return _dyadic(world, conf, months, where, 0.0, conf.size)


@instrument(group="Exposure", target="actor", partner=True)
def distrust(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """Distrust is sown between target and partner: `size` is the trust lost in a month."""
    return _dyadic(world, conf, months, where, -conf.size, 0.0)


@instrument(group="Sanctuary", target="place")
def governance(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """Government reach grows in a place (or in all): less ungoverned space."""
    return world.with_facts(governance=_place(world, conf, months, where, world.facts.governance))


@instrument(group="Pressure", target="state")
def withdrawal(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """A state actor's presence shrinks by `size`: its campaign, what it can verify, and strikes on leaders.

    `target` names the state actor. Schedules are multiplied by 1 - size.
    """
    if conf.target not in world.states:
        raise unknown(where, "target", conf.target, world.states)
    keep = 1.0 - conf.size
    campaign, watch = world.facts.campaign.copy(), world.facts.watch.copy()
    monthly = world.facts.monthly.copy()
    campaign[months, world.states.index(conf.target)] *= keep
    watch[months] *= keep
    for column in ("kinetic", "targeting"):
        monthly[column][months] *= keep
    return world.with_facts(campaign=campaign, watch=watch, monthly=monthly)


def _several(uses: Any) -> Any:
    """One use of an instrument is a list of one."""
    return uses if isinstance(uses, list) else [uses]


def _declared(name: str) -> str:
    if name not in INSTRUMENTS:
        raise ValueError(nearest(name, INSTRUMENTS))
    return name


Uses = dict[Annotated[str, AfterValidator(_declared)], Annotated[list[InstrumentConf], BeforeValidator(_several)]]


class WedgeConf(Strict):
    """A policy package: any of the instruments, each once or on several targets, with what it rests on.

    In a file each instrument stands under its own name, beside the other fields: `dialogue: {target: taliban}`.
    """

    name: Name
    title: str
    by: str = ""  # who acts, in words
    reading: str = ""
    claims: list[str] = Field(default_factory=list)
    uses: Uses = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _gathered(cls, data: Any) -> Any:
        """What stands under the names of instruments becomes `uses`."""
        if not isinstance(data, dict) or not INSTRUMENTS.keys() & data.keys():
            return data
        own = {key: value for key, value in data.items() if key not in INSTRUMENTS}
        if not isinstance(own.setdefault("uses", {}), dict):
            return own
        used = {key: value for key, value in data.items() if key in INSTRUMENTS and value is not None and value != []}
        return {**own, "uses": {**own["uses"], **used}}

    @classmethod
    def allowed_keys(cls) -> list[str]:
        """Names that may stand in a file."""
        return [*ABOUT_A_WEDGE, *INSTRUMENTS]

    def instruments(self) -> list[tuple[str, InstrumentConf]]:
        """The instruments in use with their names, in the order in which they are declared."""
        return [(name, conf) for name in INSTRUMENTS for conf in self.uses.get(name, [])]


ABOUT_A_WEDGE = ("name", "title", "by", "reading", "claims")
"""Fields of a wedge that are not instruments."""


def with_wedge(world: World, wedge: WedgeConf) -> World:
    """The world under a policy package. The null wedge returns the very same world.

    Parameters
    ----------
    world : World
    wedge : WedgeConf
        A package of instruments; `sim.world.packages.read_wedge` makes one of a name, a file or the command line's words.

    Raises
    ------
    InputError
        A target, partner or date does not fit the scenario.
    """
    for name, conf in wedge.instruments():
        where = f"wedge {wedge.name}: {name}"
        world = INSTRUMENTS[name].work(world, conf, window(world, conf, where), where)
    return world
