"""What of a configuration makes a point's numbers; all the rest is a setting of the run, the same at every point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from omegaconf import DictConfig, OmegaConf

from ..errors import InputError, told

DETERMINING = ("scenario", "actors", "pressure", "shock", "wedge", "parameters", "draws", "ablate", "months", "thesis")
"""What of a configuration determines a run's numbers."""
EACH_ITS_OWN = (*DETERMINING, "design", "experiment")
"""What may differ between the points of a sweep: a design makes points, an experiment chooses the rest."""


def determining(values: Mapping[str, Any]) -> dict[str, Any]:
    """What of a resolved configuration determines a run's numbers."""
    found = {key: value for key, value in values.items() if key in DETERMINING}
    thesis = found.get("thesis") or {}
    return found | {"thesis": thesis.get("name")}


def resolved(config: DictConfig) -> dict[str, Any]:
    """A composed configuration with every reference followed."""
    values = OmegaConf.to_container(config, resolve=True)
    assert isinstance(values, dict)
    return {str(key): value for key, value in values.items()}


def plain_config(config: DictConfig) -> dict[str, Any]:
    """What of a composed configuration determines a run's numbers, resolved."""
    return determining(resolved(config))


def _setting(key: str, problem: str) -> InputError:
    more = "replicates=N, each of which draws its own numbers; or " if key == "seed" else ""
    way = f"{more}one value; with hydra/sweeper=basic, a sweep of its own for each"
    return InputError("override", key, f"{problem}, and is a setting of the whole sweep, not of a point", way)


def check_swept_keys(keys: Sequence[str]) -> None:
    """Refuse swept keys that are settings of the run: each point would carry a value that it did not have.

    Raises
    ------
    InputError
        Says how to get each value its runs.
    """
    for key in keys:
        if key.split(".")[0] not in EACH_ITS_OWN:
            raise _setting(key, "is swept")


def check_settings(configs: Sequence[DictConfig], names: Sequence[Mapping[str, str]]) -> None:
    """Refuse points whose settings of the run differ, whoever sets them: a thesis, an experiment, a reference.

    Parameters
    ----------
    configs : sequence of DictConfig
        The composition of each group of points.
    names : sequence of mapping
        What each group chooses, for the message.

    Raises
    ------
    InputError
    """
    first, *others = ({k: v for k, v in resolved(c).items() if k not in EACH_ITS_OWN} for c in configs)
    for here, chosen in zip(others, names[1:], strict=True):
        for key in sorted({*first, *here}):
            if first.get(key) != here.get(key):
                point = ", ".join(f"{k}={v}" for k, v in chosen.items())
                raise _setting(key, f"is {told(first.get(key))} at the first point and {told(here.get(key))} with {point}")
