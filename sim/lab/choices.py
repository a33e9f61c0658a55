"""What can be done in a scenario: every instrument with the targets and partners that fit, where to begin, and packages."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ..errors import InputError
from ..world.instruments import with_wedge
from ..world.loading import options
from ..world.packages import read_wedge
from ..world.schema import InstrumentConf, WedgeConf
from ..world.world import World
from .state import base_world

GROUPS = {
    "Pressure": ("kinetic_pressure", "withdrawal"),
    "Leaders": ("leadership_targeting",),
    "Money": ("financial_interdiction",),
    "Sanctuary": ("sanctuary_denial", "governance"),
    "Offers": ("offer", "selective_inducement", "isolation"),
    "Talks": ("repudiation_demand", "halt_order", "dialogue"),
    "Patrons": ("patron_pressure",),
    "Exposure": ("exposure", "distrust"),
}
"""Instruments by what they work on."""
BY_PLACE, BY_STATE, BY_ORGANISATION = ("sanctuary_denial", "governance"), ("withdrawal",), ("dialogue",)
NEEDS_PARTNER = ("isolation", "offer", "repudiation_demand", "halt_order", "selective_inducement", "exposure", "distrust")
Place = tuple[str, str | None]
"""A target, and the partner it is to be parted from where an instrument has one."""


@lru_cache(maxsize=1)
def _wedges() -> dict[str, WedgeConf]:
    """The options of conf/wedge."""
    return {name: read_wedge(name) for name in options("wedge")}


def _alone() -> dict[str, WedgeConf]:
    """Instrument -> the first option that uses it alone."""
    found: dict[str, WedgeConf] = {}
    for wedge in _wedges().values():
        if len(wedge.instruments()) == 1:
            found.setdefault(wedge.instruments()[0][0], wedge)
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


def _targets(world: World, instrument: str) -> list[str]:
    if instrument in BY_PLACE:
        return ["all", *world.places]
    if instrument in BY_STATE:
        return list(world.states)
    organisations = [world.organisations[o] for o in world.named_organisations]
    factions = [] if instrument in BY_ORGANISATION else [world.factions[i] for i in world.named]
    return list(dict.fromkeys([*organisations, *factions]))


def places_of(world: World, instrument: str, conf: InstrumentConf) -> list[Place]:
    """Where an instrument can be used, the best to begin with first: as its option has it, else on the focal pair."""
    partners = [world.organisations[o] for o in world.named_organisations] if instrument in NEEDS_PARTNER else [None]
    every = [(target, about) for target in _targets(world, instrument) for about in partners]
    fitting = [place for place in every if _fits(world, instrument, conf, place)]
    first, second = world.focal
    wanted = [(conf.target, conf.about), (first, second), (second, first), (first, None), (second, None)]
    return sorted(fitting, key=lambda place: wanted.index(place) if place in wanted else len(wanted))


def instruments_data(scenario: str) -> list[dict[str, Any]]:
    """Every instrument with its group, paragraph, claims, range and usual terms, and its targets with their partners."""
    world, alone, found = base_world(scenario), _alone(), []

    def titled(name: str) -> dict[str, str]:
        return {"name": name, "title": world.titles.get(name, name.replace("_", " "))}

    for group, names in GROUPS.items():
        for name in names:
            wedge = alone[name]
            conf = wedge.instruments()[0][1]
            places = places_of(world, name, conf)
            partners = {target: sorted(about for t, about in places if t == target and about) for target, _ in places}
            targets = [{**titled(target), "partners": [titled(about) for about in partners[target]]}
                       for target in _targets(world, name) if target in partners]  # fmt: skip
            found.append({
                "instrument": name, "group": group, "title": wedge.title, "by": wedge.by, "reading": wedge.reading,
                "claims": wedge.claims, "targets": targets, "target": places[0][0], "about": places[0][1],
                "range": list(conf.range) if conf.range else [0.0, 1.0], "size": conf.size,
                "credibility": conf.credibility, "verification": conf.verification,
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
