"""Configuration of a run: Hydra composes, structured configs check names and types, our checks say what is allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from ..errors import InputError, told, unknown
from ..evidence.ledger import ledger
from ..numbers import master_seed
from ..paths import as_name
from ..world.changes import with_pressure, with_shock
from ..world.instruments import WedgeConf, with_wedge
from ..world.loading import options
from ..world.packages import as_yaml, read_wedge
from ..world.parameters import checked, default_values, leaves
from ..world.scenario import build_world
from ..world.schema import PressureChoice, ShockConf, validated
from ..world.tables import Table
from ..world.world import World
from .composing import composed_by_hydra, read_references
from .draws import draws_of, number_of_draws, over_draws, settle
from .refused import read_override, refused
from .run_schema import Kinds, RunConf, register_schema

GROUPS = (
    "scenario", "thesis", "wedge", "shock", "pressure", "parameters", "actors", "executor", "design", "experiment", "debug",
)  # fmt: skip

ONE_VECTOR = "parameters=default; alliances run, compare and assertions are over the posterior"
MOST_REPLICATES = 100_000_000
"""Of a run, or of a point of a sweep: days of work."""


@dataclass(frozen=True)
class Reading:
    """One thesis of a run, resolved.

    Attributes
    ----------
    name, title : str
    values : dict
        Dotted path -> value, every parameter; the central value of one that draws of the posterior decide.
    config : dict
        The resolved configuration.
    """

    name: str
    title: str
    values: dict[str, float]
    config: dict[str, Any]

    @property
    def parameters(self) -> dict[str, float]:
        """The one parameter vector.

        Raises
        ------
        InputError
            There are as many as the posterior has draws.
        """
        if self.draws:
            raise InputError("parameters", "", "posterior is many parameter vectors, and this takes one", ONE_VECTOR)
        return self.values

    @property
    def draws(self) -> int:
        """Draws of the posterior; 0 without."""
        return number_of_draws(self.config)

    def table(self) -> Table:
        """Its parameter vector, (1,), or the vectors of its draws, (1, N), as the engine takes them."""
        return over_draws(self.values, draws_of(self.config))


@dataclass(frozen=True)
class Plan:
    """What a run will do: a world, and the theses to run on it."""

    world: World
    readings: list[Reading]
    replicates: int
    seed: int
    threads: int | None
    output: str
    events: bool
    figures: bool


def check_overrides(overrides: Sequence[str]) -> None:
    """Refuse misspelt groups, options and parameters before Hydra sees them, with the nearest valid names.

    Raises
    ------
    InputError
    """
    known = default_values()
    top = [*GROUPS, *(name for name in RunConf.__dataclass_fields__ if name != "draws")]
    for text in overrides:
        override = read_override(text)
        key = override.key_or_group
        head = key.split(".")[0]
        value = override.value()
        if value is None and (key in GROUPS or key == "hydra" or "/" in key) and not override.is_delete():
            raise InputError("override", text, "chooses nothing", ", ".join(options(key)) or "a name")
        if head.split("/")[0] == "hydra":
            allowed = "output=FOLDER for where a run is written; in a sweep hydra/launcher and hydra/sweeper"
            raise InputError("override", text, "is for Hydra's own jobs, and this is none", allowed)
        if override.is_force_add() or override.is_add():
            continue
        if head not in top:
            raise unknown("override", text, head, top)
        if key.startswith("parameters.") and key.removeprefix("parameters.") not in known:
            raise unknown("override", text, key.removeprefix("parameters."), known)
        if key in GROUPS and isinstance(value, bool | int | float | list | dict):
            raise unknown("override", key, told(value), options(key))
        if key in GROUPS and isinstance(value, str) and not override.is_sweep_override() and value not in options(key):
            if key == "wedge":
                read_wedge(value)  # a package or a file; says what is wrong with it
                continue
            raise unknown("override", key, value, options(key))


def apart_from_packages(overrides: Sequence[str]) -> tuple[list[str], WedgeConf | None]:
    """Overrides that Hydra can compose, and the wedge if it is a package or a file of one's own (`sim.world.packages`)."""
    rest, wedge = [], None
    for text in overrides:
        key, _, value = text.partition("=")
        if key == "wedge" and value not in options("wedge"):
            wedge = read_wedge(value)
        else:
            rest.append(text)
    return rest, wedge


def composed(overrides: Sequence[str]) -> DictConfig:
    """Compose the configuration; InputError for anything Hydra refuses."""
    register_schema()
    check_overrides(overrides)
    overrides, wedge = apart_from_packages(overrides)
    try:
        config = composed_by_hydra(overrides)
        if wedge is not None:
            OmegaConf.update(config, "wedge", as_yaml(wedge), merge=False)
        settle(config)
        read_references(config, [*Kinds.model_fields, "replicates", *(f"parameters.{path}" for path in default_values())])
        values: Any = OmegaConf.to_container(config, resolve=True)  # a reference to nothing, or to itself
    except (HydraException, OmegaConfBaseException, ValueError) as error:
        raise refused(error, overrides, _without_values(overrides)) from None
    _check_names(values)
    validated(Kinds, {name: values[name] for name in Kinds.model_fields if name in values}, "configuration")
    checked(dict(leaves(values["parameters"])))
    return config


def _check_names(values: Mapping[Any, Any]) -> None:
    """Refuse a choice whose name is none: what is written is called by it."""
    for group in GROUPS:
        chosen = values.get(group)
        name = chosen.get("name") if isinstance(chosen, Mapping) else None
        if isinstance(name, str):
            try:
                as_name(name)
            except ValueError as error:
                raise InputError(group, "name", f"{told(name)} is not allowed", str(error)) from None


def _without_values(overrides: Sequence[str]) -> dict[str, Any] | None:
    """The configuration under the choices of options alone: which names there are. None if there is none."""
    try:
        found = OmegaConf.to_container(composed_by_hydra([o for o in overrides if o.partition("=")[0] in GROUPS]), resolve=False)
    except (HydraException, OmegaConfBaseException, ValueError):
        return None
    return {str(k): v for k, v in found.items()} if isinstance(found, dict) else None


def _plain(config: DictConfig, key: str) -> dict[str, Any]:
    value = OmegaConf.to_container(config[key], resolve=True)
    return {str(k): v for k, v in value.items()} if isinstance(value, dict) else {}


def reading_of(config: DictConfig) -> Reading:
    """The thesis of a composed configuration, with what is ablated switched off."""
    from ..rules.switches import switched_off  # late: the compiler is slow to import, and --help needs none

    values = checked(dict(leaves(_plain(config, "parameters"))))
    for path, value in values.items():
        ledger().check(path, value, "parameters")
    values.update(switched_off(list(config.ablate)))
    thesis = _plain(config, "thesis")
    resolved = OmegaConf.to_container(config, resolve=True)
    assert isinstance(resolved, dict)
    return Reading(
        str(thesis.get("name", "custom")),
        str(thesis.get("title", "as configured")),
        values,
        {str(k): v for k, v in resolved.items()},
    )


def world_of(config: DictConfig) -> World:
    """The world of a composed configuration: scenario, pressure, shock, wedge."""
    world = build_world(_plain(config, "scenario"), _plain(config, "actors"), config.months)
    pressure = validated(PressureChoice, _plain(config, "pressure"), "pressure")
    shock = validated(ShockConf, _plain(config, "shock"), "shock")
    wedge = validated(WedgeConf, _plain(config, "wedge"), "wedge")
    return with_wedge(with_shock(with_pressure(world, pressure), shock), wedge)


def replicates_of(config: DictConfig) -> int | None:
    """Replicates as configured; None for `auto`.

    Raises
    ------
    InputError
        Neither a whole number that can be run nor `auto`.
    """
    given = config.replicates
    if given == "auto":
        return None
    if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= MOST_REPLICATES:
        allowed = f"a whole number, 1 or more, at most {MOST_REPLICATES}; or auto in a sweep"
        raise InputError("replicates", "", f"{told(given)} replicates cannot be run", allowed)
    return given


def names_thesis(overrides: Sequence[str]) -> bool:
    """Whether the overrides choose a thesis."""
    return any(o.lstrip("+").startswith("thesis=") for o in overrides)


def plan_of(overrides: Sequence[str], theses: Sequence[str] = ()) -> Plan:
    """Resolve the overrides of a command line into a plan, under several theses where they are named.

    Raises
    ------
    InputError
        Anything wrong; nothing has been written.
    """
    if names_thesis(overrides):
        chosen = [composed(overrides)]
    else:
        figure = any(text.startswith("experiment=") for text in overrides)
        theses = theses or (_plain(composed(overrides), "experiment").get("theses") if figure else None) or options("thesis")
        chosen = [composed([*overrides, f"thesis={name}"]) for name in theses]
    first = chosen[0]
    replicates = replicates_of(first)
    if replicates is None:
        raise InputError("replicates", "", "auto is for sweeps", "1 or more, or a sweep (-m)")
    if first.shard is not None:
        raise InputError("shard", "", "divides sweeps, and this is one run", "a sweep (-m)")
    world = world_of(first)
    return Plan(
        world=world,
        readings=[reading_of(c) for c in chosen],
        replicates=replicates,
        seed=master_seed(first.seed),
        threads=first.threads,
        output=str(first.output),
        events=first.events,
        figures=first.figures,
    )
