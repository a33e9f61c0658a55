"""Names of a run's configuration, as Hydra is told them, and the kinds of its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, make_dataclass
from functools import cache
from typing import Any

from hydra.core.config_store import ConfigStore
from omegaconf import MISSING, OmegaConf

from ..paths import read_yaml
from ..world.parameters import DEFAULTS
from ..world.schema import Strict
from .draws import left_open


def _parameter_schema(tree: Mapping[str, Any], name: str) -> type:
    fields: list[tuple[str, Any, Any]] = []
    for key, value in tree.items():
        if isinstance(value, Mapping):
            inner = _parameter_schema(value, f"{name}_{key}")
            fields.append((key, inner, field(default_factory=inner)))
        else:
            fields.append((key, Any, field(default=MISSING)))
    return make_dataclass(name, fields)


@dataclass
class RunConf:
    """Names of a run's configuration; the values stand in conf/.

    A number or a truth value is `Any` here, because OmegaConf would turn "0_1", true and 1.9 into one; `Kinds` checks it.
    """

    replicates: Any = MISSING
    seed: Any = MISSING
    months: Any = None
    threads: Any = None
    ablate: list[str] = field(default_factory=list)
    output: str = MISSING
    shard: Any = None
    events: Any = True
    figures: Any = True
    target_se: Any = MISSING
    max_replicates: Any = MISSING
    random_numbers: str = MISSING
    keep: list[str] = field(default_factory=list)
    executor: dict[str, Any] = field(default_factory=dict)
    design: dict[str, Any] = field(default_factory=dict)
    parameters: Any = MISSING
    draws: Any = None
    actors: dict[str, Any] = field(default_factory=dict)
    scenario: dict[str, Any] = field(default_factory=dict)
    pressure: dict[str, Any] = field(default_factory=dict)
    shock: dict[str, Any] = field(default_factory=dict)
    wedge: dict[str, Any] = field(default_factory=dict)
    thesis: dict[str, Any] = field(default_factory=dict)
    experiment: dict[str, Any] = field(default_factory=dict)


class Kinds(Strict):
    """Kinds of the numbers and truth values of a run; their ranges are checked where they are used."""

    seed: int
    months: int | None
    threads: int | None
    events: bool
    figures: bool
    target_se: float
    max_replicates: int


@cache
def register_schema() -> None:
    """Make the structured configuration known to Hydra."""
    parameters = _parameter_schema(read_yaml(DEFAULTS), "Parameters")
    schema = OmegaConf.structured(RunConf)
    OmegaConf.set_struct(schema, False)
    schema.parameters = OmegaConf.structured(parameters)
    ConfigStore.instance().store(name="run_schema", node=schema)
    ConfigStore.instance().store(group="parameters", name="left_open", node=left_open())
