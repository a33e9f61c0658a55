"""Loading a scenario and a thesis by name from conf/, without Hydra: for Python users and the Mesa model."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from ..errors import InputError, unknown
from ..paths import CONF, read_yaml
from .instruments import WedgeConf, with_wedge
from .parameters import checked, leaves
from .scenario import build_world, checked_horizon
from .schema import validated
from .world import World


def options(group: str) -> list[str]:
    """Names that can be chosen in a configuration group."""
    return sorted(path.stem for path in (CONF / group).glob("*.yaml"))


def read_option(group: str, name: str) -> dict[str, Any]:
    """Contents of one option of a configuration group; InputError with the nearest names if there is none."""
    if name not in options(group):
        raise unknown(group, "", name, options(group))
    content = read_yaml(CONF / group / f"{name}.yaml")
    if not isinstance(content, Mapping):
        raise InputError(f"{group}/{name}.yaml", "", "is not a mapping", "a mapping of fields")
    return dict(content)


def thesis_values(name: str | None) -> dict[str, float]:
    """Parameters that a thesis sets, by dotted path; none for None."""
    if name is None:
        return {}
    tree = read_option("thesis", name).get("parameters") or {}
    values = dict(leaves(tree))
    checked(values, f"thesis/{name}.yaml")
    return values


@cache
def _baseline(scenario: str, months: int | None) -> World:
    """The world of a scenario; built once, because nothing can change it."""
    return build_world(read_option("scenario", scenario), read_option("actors", "default"), months)


def load_world(
    scenario: str, *, thesis: str | None = None, wedge: str | None = None, months: int | None = None
) -> tuple[World, dict[str, float]]:
    """A world by name, and the parameters its thesis sets.

    Parameters
    ----------
    scenario, thesis, wedge : str
        Names of files in conf/scenario, conf/thesis, conf/wedge.
    months : int, optional
        Another horizon than the scenario's.

    Returns
    -------
    (World, dict)
        The dict maps dotted paths to the thesis's values; pass it (or a changed copy) as parameters.

    Raises
    ------
    InputError
        A name is unknown or a file is wrong.
    """
    world = _baseline(scenario, checked_horizon(months))
    if wedge is not None:
        conf = validated(WedgeConf, read_option("wedge", wedge), f"wedge/{wedge}.yaml")
        world = with_wedge(world, conf)
    return world, thesis_values(thesis)
