"""Dose and response: how far an instrument moves the depth of a tie, by its strength, run by run on the same keys.

`screen` is how the scenario of each instrument is chosen: it measures every instrument at its greatest dose, in every
scenario, on the tie of every two organisations that are allied there at the start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import model_validator

from ...measures.pairs import watched_pairs
from ...world.instruments import INSTRUMENTS, WedgeConf, with_wedge
from ...world.loading import load_world
from ...world.names import Actor
from ...world.schema import InstrumentConf, Strict
from ...world.world import World
from ..scorecard import CLEAR, Measured

STEPS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Doses, as shares of the greatest."""
PROMISES = {"credibility": 0.9, "verification": 0.9}
"""How far offers are believed and checked in the screen."""
BY_THE_MONTH = {"exposure": 0.15, "distrust": 0.05}
"""Greatest dose of a monthly hazard and a monthly loss of trust (conf/wedge); that of all else is 1, which is all there is."""


class Dose(Strict):
    """An instrument, and the tie that it is to move.

    Attributes
    ----------
    instrument, scenario : str
    between : str
        Whose tie: two factions or organisations joined by a dash.
    use : InstrumentConf
        The instrument at its greatest dose.
    """

    instrument: str
    scenario: str
    between: str
    use: InstrumentConf

    @model_validator(mode="after")
    def _known(self) -> Dose:
        if self.instrument not in INSTRUMENTS:
            raise ValueError(f"instrument is one of {', '.join(INSTRUMENTS)}")
        if self.between.count("-") != 1:
            raise ValueError("between is two actors joined by a dash")
        return self

    @property
    def parties(self) -> tuple[str, str]:
        """The two whose tie it is."""
        a, _, b = self.between.partition("-")
        return a, b

    def world(self, share: float) -> World:
        """The scenario under a share of the greatest dose, 0..1."""
        part: dict[str, Any] = {self.instrument: self.use.model_copy(update={"size": share * self.use.size})}
        return with_wedge(load_world(self.scenario)[0], WedgeConf(name=self.instrument, title=self.instrument, **part))


@dataclass(frozen=True)
class Response:
    """Mean depth of a tie in the last month by dose, on the same keys.

    Attributes
    ----------
    sizes : (S,) float
        Doses, from none to the greatest.
    depth : (S, N) float
        In rungs, run by run.
    """

    sizes: NDArray[np.float64]
    depth: NDArray[np.float64]

    def between(self, dose: int, other: int) -> tuple[float, float]:
        """Change from one dose to another, and its standard error; of what no run showed, half a run's worth of a rung."""
        d = self.depth[other] - self.depth[dose]
        return float(d.mean()), max(float(d.std(ddof=1)) / np.sqrt(len(d)), 0.5 / len(d))

    @property
    def effects(self) -> list[tuple[float, float]]:
        """Change of each dose against none, and its standard error; none at all is zero for certain."""
        return [(0.0, 0.0), *(self.between(0, s) for s in range(1, len(self.sizes)))]

    def clear(self, z: float) -> bool:
        """Whether the greatest dose changes the depth, by a size that is told and more than z standard errors."""
        mean, se = self.effects[-1]
        return abs(mean) >= CLEAR and abs(mean) > z * se

    def monotone(self, z: float) -> bool:
        """Whether no step from dose to dose goes the other way by more than z standard errors."""
        way = np.sign(self.effects[-1][0])
        steps = [self.between(s, s + 1) for s in range(len(self.sizes) - 1)]
        return bool(way) and all(way * mean > -z * se for mean, se in steps)


def response(measured: Measured, dose: Dose, steps: Sequence[float] = STEPS) -> Response:
    """The response to shares of the greatest dose, the first of which is none."""
    none = measured.runs(dose.scenario)
    seen = [none if step == 0.0 else measured.under(dose.world(step)) for step in steps]
    depth = np.stack([measured.depth(runs, dose.parties) for runs in seen])
    return Response(np.array(steps) * dose.use.size, depth)


def _uses(instrument: str, world: World, a: str, b: str) -> Iterator[dict[str, Any]]:
    """What the instrument may be turned on to move the tie of a with b."""
    declared = INSTRUMENTS[instrument]
    if declared.target == "place":
        yield {"target": "all"}
    elif declared.target == "state":
        yield from (
            {"target": name} for name, kind in zip(world.states, world.facts.actor, strict=True) if kind == Actor.COALITION
        )
    else:
        yield {"target": a, **({"about": b} if declared.partner else {}), **(PROMISES if declared.promise else {})}


def candidates(scenario: str) -> Iterator[Dose]:
    """Every instrument at its greatest dose, on each of two organisations that are allied at the start."""
    world = load_world(scenario)[0]
    pairs = [pair for pair in watched_pairs(world) if {pair.a, pair.b} <= set(world.organisations)]
    for pair in pairs:
        for instrument in INSTRUMENTS:
            found: list[dict[str, Any]] = []
            for a, b in permutations((pair.a, pair.b)):
                found += [use for use in _uses(instrument, world, a, b) if use not in found]
            for use in found:
                conf = InstrumentConf(size=BY_THE_MONTH.get(instrument, 1.0), **use)
                yield Dose(instrument=instrument, scenario=scenario, between=pair.name, use=conf)


def screen(measured: Measured, scenarios: Sequence[str], told: Callable[[str], None] = lambda _: None) -> pd.DataFrame:
    """The effect of every candidate, the clearest of each instrument first.

    Returns
    -------
    DataFrame
        instrument, scenario, between, target, about, change (rungs), se, ratio (change over se).
    """
    rows = []
    for scenario in scenarios:
        told(scenario)
        for dose in candidates(scenario):
            mean, se = response(measured, dose, (0.0, 1.0)).effects[-1]
            rows.append(
                {"instrument": dose.instrument, "scenario": scenario, "between": dose.between, "target": dose.use.target,
                 "about": dose.use.about or "", "change": mean, "se": se, "ratio": mean / se}
            )  # fmt: skip
    table = pd.DataFrame(rows)
    return table.sort_values(["instrument", "ratio"], key=lambda x: x.abs() if x.name == "ratio" else x, ascending=[True, False])
