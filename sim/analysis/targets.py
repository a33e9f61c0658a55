"""Targets of calibration: what was observed, which statistic of the model answers to it, how far off counts as off."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ..errors import InputError, unknown
from ..paths import SEEDS, read_yaml
from ..strict import FROM_LIST
from ..world.loading import options
from ..world.schema import Strict, validated
from .named_patterns import NAMED
from .patterns import GLOBAL

DRAWN = "synthetic"
TARGETS = SEEDS / "targets.yaml"
NOTHING_SEEN = 3.0
"""Discrepancy of a statistic that has nothing to count: as bad as three scales off."""


class Kernel(Strict):
    """How a statistic is compared: discrepancy in units of `scale`.

    gaussian: distance from the observed value; log: of the logarithms; at_least: shortfall below the band.
    """

    shape: Literal["gaussian", "log", "at_least"]
    scale: Annotated[float, Field(gt=0.0)]


class Target(Strict):
    """One target.

    Attributes
    ----------
    name, title, definition, source : str
    scenario : str
        synthetic: drawn worlds as yearly coders see them; or a scenario of conf/scenario.
    statistic : str
        A function in `patterns.GLOBAL` or `named_patterns.NAMED`; `arguments` go to the latter.
    observed : float
    band : (float or None, float or None)
        Within it the target counts as met; None is open.
    known : int
        Year from which on the observation could be known, for whoever reads a forecast.
    data : str
        File in seeds/data from which the statistic gives the observed value; empty where only a summary may be kept.
    claims : list of str
    calibrated : bool
        False for a target that is looked at in the predictive check alone, because its statistic is slow.
    """

    name: str
    title: str
    definition: str
    scenario: str
    statistic: str
    arguments: dict[str, Any] = Field(default_factory=dict)
    observed: float
    band: Annotated[tuple[float | None, float | None], FROM_LIST]
    kernel: Kernel
    known: Annotated[int, Field(ge=1970, le=2020)]
    source: str
    data: str = ""
    claims: list[str] = Field(default_factory=list)
    calibrated: bool = True

    @model_validator(mode="after")
    def _fits(self) -> Target:
        low, high = self.band
        if low is None and high is None:
            raise ValueError("a band needs an end")
        if low is not None and high is not None and not low < high:
            raise ValueError("the band's low end must lie below its high end")
        if self.kernel.shape == "log" and self.observed <= 0.0:
            raise ValueError("a log kernel needs an observed value above 0")
        if self.kernel.shape == "at_least" and low is None:
            raise ValueError("at_least needs the low end of the band")
        return self

    def met(self, value: float) -> bool:
        """Whether a value lies inside the band."""
        low, high = self.band
        return bool(not math.isnan(value) and (low is None or value >= low) and (high is None or value <= high))

    def mean(self, values: NDArray[np.float64]) -> float:
        """Mean of values as the kernel compares them: geometric for ratios; NaN of nothing."""
        if not len(values):
            return math.nan
        if self.kernel.shape == "log":
            return float(np.exp(np.log(np.maximum(values, 1e-3)).mean()))
        return float(values.mean())

    def discrepancy(self, values: Any) -> NDArray[np.float64]:
        """How far off values are, in scales, 0 or more; `NOTHING_SEEN` for NaN."""
        x = np.asarray(values, dtype=np.float64)
        if self.kernel.shape == "log":
            off = np.abs(np.log(np.maximum(x, 1e-3)) - math.log(self.observed))
        elif self.kernel.shape == "at_least":
            off = np.maximum(0.0, (self.band[0] or 0.0) - x)
        else:
            off = np.abs(x - self.observed)
        return np.where(np.isnan(x), NOTHING_SEEN, off / self.kernel.scale)


def read_targets(path: Path = TARGETS) -> list[Target]:
    """Every target, in the order of the file.

    Raises
    ------
    InputError
        Names the file, the target, the field, the value and what is allowed.
    """
    data = read_yaml(path)
    if not isinstance(data, list):
        raise InputError(str(path), "", "is not a list", "a list of targets")
    found: list[Target] = []
    for n, row in enumerate(data):
        target = validated(Target, row, f"{path.name}, target {n + 1}")
        if target.scenario not in options("scenario"):
            raise unknown(path.name, f"{target.name}.scenario", target.scenario, options("scenario"))
        known = GLOBAL if target.scenario == DRAWN else NAMED
        if target.statistic not in known:
            raise unknown(path.name, f"{target.name}.statistic", target.statistic, known)
        if target.name in [other.name for other in found]:
            raise InputError(path.name, "name", f"'{target.name}' is there twice", "each name once")
        found.append(target)
    return found
