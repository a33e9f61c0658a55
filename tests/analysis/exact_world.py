"""A world in which every choice is sure, so that the effect of a wedge is known before anything runs.

Two factions in joint operations, bound by an enemy that both fight; every other term and process is switched off. They meet
every month, and the sharpness stands at the end of its range with weights so great that every choice is certain: of the
utilities of two neighbouring levels one is ahead by more than 50 / 12, and exp(-50) is below the smallest draw.

A level l is worth 1000 * sqrt(l / 4), from the enemy, less cost * l / 4. One step down saves cost / 4 and loses

    4 -> 3: 134    3 -> 2: 159    2 -> 1: 207    1 -> 0: 500

so a cost below 536 changes nothing, one above 829 and below 2000 takes them to contact, a level a month, for as long as it
lasts: allied in the month it starts and the next, no longer in the third. Isolation and pressure on the partner cost
1000 * size each, and costs add up.
"""

from sim.analysis.wedges.comparison import Setting
from sim.measures.pairs import watched_pairs
from sim.rules.switches import SWITCHES, switched_off
from sim.world.instruments import WedgeConf
from sim.world.scenario import build_world

MONTHS, START = 12, "2000-05"
ACTORS = {
    name: {"title": name.title(), "organisation": f"{name}s", "fighters": 1000, "recognition": 1.0, "enmity": {"state": 1.0},
           "presence": {"north": 1.0}}
    for name in ("red", "blue")
}  # fmt: skip
SCENARIO = {
    "name": "exact", "title": "Exact", "description": "Every choice is sure.", "start": "2000-01", "months": MONTHS,
    "focal": ["reds", "blues"], "spare": 0,
    "organisations": {"reds": {"emir": "red"}, "blues": {"emir": "blue"}}, "factions": {"red": {}, "blue": {}},
    "states": {"state": {"kind": "coalition", "campaign": [["2000-01", 1.0]]}},
    "ties": [{"between": ["red", "blue"], "level": "joint", "visibility": 1.0}],
    "stances": [{"of": "reds", "toward": "blues", "stance": "embrace"}, {"of": "blues", "toward": "reds", "stance": "embrace"}],
}  # fmt: skip
SURE = {
    **switched_off(list(SWITCHES)), "visibility.adjustment": 0.0, "choice.sharpness": 12.0, "choice.rate": 50.0,
    "choice.reach": 1.0, "common_enemy.weight": 1000.0, "isolation.weight": 1000.0, "pressure.weight": 1000.0,
    "pressure.kinetic": 1.0,
}  # fmt: skip
DEAF = {**SURE, "isolation.weight": 0.0}
"""A theory under which isolation is nothing to anybody."""


def named(name: str, **instruments) -> WedgeConf:
    """A wedge."""
    return WedgeConf.model_validate({"name": name, "title": name.title(), **instruments})


def isolated(size: float = 1.0, name: str = "isolated", **more) -> WedgeConf:
    """The reds isolated for the blues."""
    return named(name, isolation={"target": "reds", "about": "blues", "size": size, **more})


def pressed(size: float = 1.0, name: str = "pressed", **more) -> WedgeConf:
    """Pressure on the blues, which spills over on the reds."""
    return named(name, kinetic_pressure={"target": "blues", "size": size, **more})


def setting(replicates: int = 16, threads: int | None = None, **readings) -> Setting:
    """The exact world, under one theory unless others are named."""
    world = build_world(SCENARIO, ACTORS)
    return Setting(world, readings or {"sure": SURE}, watched_pairs(world), replicates, 1, threads)
