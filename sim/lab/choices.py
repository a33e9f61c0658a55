"""What can be done in a scenario: every instrument with the targets and partners that fit, where to begin, and packages."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ..analysis.wedges.search_settings import VERIFICATION, read_search
from ..errors import InputError
from ..world.instruments import GROUPS, INSTRUMENTS, Instrument, WedgeConf, with_wedge
from ..world.loading import options
from ..world.packages import read_wedge
from ..world.schema import InstrumentConf
from ..world.world import World
from .state import base_world

Place = tuple[str, str | None]
"""A target, and the partner it is to be parted from where an instrument has one."""


@lru_cache(maxsize=1)
def _wedges() -> dict[str, WedgeConf]:
    """The options of conf/wedge."""
    return {name: read_wedge(name) for name in options("wedge")}


def _alone() -> dict[str, WedgeConf]:
    """Instrument -> the first option that uses it alone; InputError if one has none."""
    found: dict[str, WedgeConf] = {}
    for wedge in _wedges().values():
        if len(wedge.instruments()) == 1:
            found.setdefault(wedge.instruments()[0][0], wedge)
    for name in INSTRUMENTS:
        if name not in found:
            raise InputError("conf/wedge", name, "no option uses this instrument alone", "one with its usual size and range")
    return found


def _fits(world: World, instrument: str, conf: InstrumentConf, place: Place) -> bool:
    """Whether an instrument can be used on a target about a partner: tried in the first month, for any other is alike."""
    month = world.calendar.start[:7]
    use = conf.model_copy(update={"target": place[0], "about": place[1], "start": month, "end": month})
    try:
        with_wedge(world, WedgeConf(name="lab", title="", **{instrument: use}))
    except InputError:
        return False
    return True


def _targets(world: World, instrument: Instrument) -> list[str]:
    if instrument.target == "place":
        return ["all", *world.places]
    if instrument.target == "state":
        return list(world.states)
    organisations = [world.organisations[o] for o in world.named_organisations]
    factions = [world.factions[i] for i in world.named] if instrument.target == "actor" else []
    return list(dict.fromkeys([*organisations, *factions]))


def places_of(world: World, instrument: str, conf: InstrumentConf) -> list[Place]:
    """Where an instrument can be used, the best to begin with first: as its option has it, else on the focal pair."""
    declared = INSTRUMENTS[instrument]
    partners = [world.organisations[o] for o in world.named_organisations] if declared.partner else [None]
    every = [(target, about) for target in _targets(world, declared) for about in partners]
    fitting = [place for place in every if _fits(world, instrument, conf, place)]
    first, second = world.focal
    wanted = [(conf.target, conf.about), (first, second), (second, first), (first, None), (second, None)]
    return sorted(fitting, key=lambda place: wanted.index(place) if place in wanted else len(wanted))


def instruments_data(scenario: str) -> list[dict[str, Any]]:
    """Every instrument: group, words, claims, range and usual terms, effort at size 1, targets with their partners."""
    world, alone, found = base_world(scenario), _alone(), []
    cost = read_search("default", {}, {}).cost

    def titled(name: str) -> dict[str, str]:
        return {"name": name, "title": world.titles.get(name, name.replace("_", " "))}

    for name in sorted(INSTRUMENTS, key=lambda name: GROUPS.index(INSTRUMENTS[name].group)):
        wedge = alone[name]
        conf = wedge.instruments()[0][1]
        places = places_of(world, name, conf)
        partners = {target: sorted(about for t, about in places if t == target and about) for target, _ in places}
        targets = [{**titled(target), "partners": [titled(about) for about in partners[target]]}
                   for target in _targets(world, INSTRUMENTS[name]) if target in partners]  # fmt: skip
        found.append({
            "instrument": name, "group": INSTRUMENTS[name].group, "title": wedge.title, "by": wedge.by,
            "reading": wedge.reading, "claims": wedge.claims,
            "targets": targets, "target": places[0][0], "about": places[0][1],
            "range": list(conf.range) if conf.range else [0.0, 1.0], "size": conf.size,
            "credibility": conf.credibility, "verification": conf.verification,
            "cost": cost[name], "verification_cost": cost[VERIFICATION],
        })  # fmt: skip
    return found


def presets_data(scenario: str) -> list[dict[str, Any]]:
    """Options of conf/wedge that fit a scenario, as uses that the page can set; packages of the articles first."""
    world, found = base_world(scenario), []
    for name, wedge in _wedges().items():
        try:
            with_wedge(world, wedge)
        except InputError:
            continue
        uses = [{"instrument": n, **c.model_dump(exclude_none=True, exclude={"range"})} for n, c in wedge.instruments()]
        found.append({
            "name": name, "title": wedge.title, "by": wedge.by, "reading": wedge.reading, "claims": wedge.claims, "wedge": uses,
            "package": name.endswith("_package"),
        })  # fmt: skip
    return sorted(found, key=lambda p: (p["name"] != "none", not p["package"], p["name"]))
