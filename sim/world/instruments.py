"""Wedge instruments: functions from a world to a world, that write schedules. No rule knows the word wedge.

Where an instrument meets a schedule that already holds something, strengths add and are held at 1, unless the
function says otherwise. Months outside the window are left bit for bit as they were.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..errors import InputError, unknown
from .schedules import event_list
from .schema import InstrumentConf, WedgeConf
from .tables import BID, Table, table
from .world import World

Instrument = Callable[[World, InstrumentConf, slice, str], World]


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


def _about(world: World, conf: InstrumentConf, where: str) -> int:
    if conf.about is None:
        raise InputError(where, "about", "is missing", "the partner the target is to be parted from")
    return _organisation_of(world, conf.about, where, "about")


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
    q = _about(world, conf, where)
    if o == q:
        raise InputError(where, "about", "is the target itself", "another organisation")
    return _own_policy(world, o, q, where)


def kinetic_pressure(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """More military pressure on the target's factions."""
    return _pressure(world, conf, months, where, "kinetic")


def leadership_targeting(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """More effort against the target's leaders."""
    return _pressure(world, conf, months, where, "targeting")


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


def sanctuary_denial(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """Sanctuary is denied in a place (or in all)."""
    return world.with_facts(denial=_place(world, conf, months, where, world.facts.denial))


def governance(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """Government reach grows in a place (or in all): less ungoverned space."""
    return world.with_facts(governance=_place(world, conf, months, where, world.facts.governance))


def isolation(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """The target organisation is isolated for its association with the partner."""
    policy, relation, column = _policy(world, conf, where)
    policy["isolation"][months, column] = _add(policy["isolation"][months, column], conf.size)
    return world.with_facts(policy=policy, relation=relation)


def offer(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """An offer to the target conditional on a break. The better of this and a standing offer counts, term by term."""
    policy, relation, column = _policy(world, conf, where)
    given = {"offer": conf.size, "credibility": conf.credibility, "verification": conf.verification}
    for name, size in given.items():
        if size is None:
            raise InputError(where, name, "is missing", "0 to 1: an offer is worth what it is believed and checked")
        policy[name][months, column] = np.maximum(policy[name][months, column], size)
    return world.with_facts(policy=policy, relation=relation)


def repudiation_demand(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """A demand that the target renounce the partner in public."""
    policy, relation, column = _policy(world, conf, where)
    policy["demand"][months, column] = _add(policy["demand"][months, column], conf.size)
    return world.with_facts(policy=policy, relation=relation)


def halt_order(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """The emir's order to cease joint operations with the partner."""
    policy, relation, column = _policy(world, conf, where)
    policy["halt"][months, column] = _add(policy["halt"][months, column], conf.size)
    return world.with_facts(policy=policy, relation=relation)


def dialogue(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """Dialogue of the target's leadership with its own hard-liners."""
    values = world.facts.dialogue.copy()
    o = _organisation_of(world, conf.target, where, "target")
    values[months, o] = _add(values[months, o], conf.size)
    return world.with_facts(dialogue=values)


def selective_inducement(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """An offer to one faction for its own break with the partner."""
    q = _about(world, conf, where)
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


def patron_pressure(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """Patrons are pressed: they squeeze the target more (coercion adds) and support it less (support shrinks by size)."""
    monthly = world.facts.monthly.copy()
    for i in world.members(conf.target, f"{where}.target"):
        monthly["coercion"][months, i] = _add(monthly["coercion"][months, i], conf.size)
        monthly["support"][months, i] *= 1.0 - conf.size
    return world.with_facts(monthly=monthly)


def _dyadic(world: World, conf: InstrumentConf, months: slice, where: str, trust: float, exposed: float) -> World:
    if conf.about is None:
        raise InputError(where, "about", "is missing", "the partner the target is to be parted from")
    old = world.facts.dyad_event
    events = [(int(e.month), int(e.dyad), float(e.trust), float(e.bond), float(e.exposure), float(e.quarrel)) for e in old]
    for i in world.members(conf.target, f"{where}.target"):
        for j in world.members(conf.about, f"{where}.about"):
            d = int(world.facts.dyad_of[i, j])
            if d >= 0 and (trust != 0.0 or exposed != 0.0):  # an event of no size would still be news to the two
                events += [(t, d, trust, 0.0, exposed, 0.0) for t in range(months.start, months.stop)]
    rows, starts = event_list(events, world.calendar.months)
    return world.with_facts(dyad_event=rows, dyad_start=starts)


def exposure(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """Covert ties of the target with the partner are brought to light: `size` is the monthly hazard."""
    return _dyadic(world, conf, months, where, 0.0, conf.size)


def distrust(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """Distrust is sown between target and partner: `size` is the trust lost in a month."""
    return _dyadic(world, conf, months, where, -conf.size, 0.0)


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


INSTRUMENTS: dict[str, Instrument] = {
    "kinetic_pressure": kinetic_pressure,
    "leadership_targeting": leadership_targeting,
    "financial_interdiction": financial_interdiction,
    "sanctuary_denial": sanctuary_denial,
    "isolation": isolation,
    "offer": offer,
    "repudiation_demand": repudiation_demand,
    "halt_order": halt_order,
    "dialogue": dialogue,
    "selective_inducement": selective_inducement,
    "patron_pressure": patron_pressure,
    "exposure": exposure,
    "distrust": distrust,
    "governance": governance,
    "withdrawal": withdrawal,
}


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
        world = INSTRUMENTS[name](world, conf, window(world, conf, where), where)
    return world
