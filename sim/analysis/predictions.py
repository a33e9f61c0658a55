"""What each thesis predicts for an experiment: the same interventions on the world of the talks, run under its posterior."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..engine.ensemble import run_ensemble
from ..engine.outcomes import ABSENT, NEVER, Outcomes
from ..measures.alliances import pairs_of
from ..runs.config import composed, world_of
from ..world.names import Level
from ..world.parameters import parameter_table
from ..world.world import World
from .intervals import wilson_of_groups

EXPERIMENTS: dict[str, list[str]] = {
    "nothing is done": [],
    "the emir is killed": ["shock=emir_killed"],
    "the partner's leader is killed": ["shock=partner_leader_killed"],
    "heavy pressure": ["wedge=kinetic_pressure"],
    "an offer": ["wedge=offer"],
    "an offer, verified": ["wedge=offer_verified"],
    "a demand for public repudiation": ["wedge=public_repudiation"],
    "pressure on the patron": ["wedge=press_patron"],
    "withdrawal": ["wedge=withdraw"],
    "the common rival grows": ["scenario.factions.isis_k.fighters=8000"],
}
"""Name -> overrides of `scenario=talks_2018`."""
SCENARIO = "scenario=talks_2018"

Runs = NDArray[np.bool_]


def _focal(outcomes: Outcomes) -> Any:
    return outcomes.pair[:, 0]


def _broken(focal: Any) -> Runs:
    """It was an alliance, is none any more, and both sides are there."""
    return np.asarray((focal["formed"] != NEVER) & (focal["now"] < Level.MATERIAL) & (focal["now"] != ABSENT))


OUTCOMES: dict[str, Callable[[World, Outcomes], Runs]] = {
    "the alliance is broken at the end": lambda world, out: _broken(pairs_of(world, out)[:, 0]),
    "they have fought": lambda world, out: np.asarray(_focal(out)["fought"] != NEVER),
    "kept while officially distant": lambda world, out: np.asarray(_focal(out)["gap"] > 0),
    "the host splits": lambda world, out: np.asarray(out.organisation["splits"][:, world.organisation(world.focal[1])] > 0),
}
"""What is asked of each run, by name. Focal pair: the one the scenario is about."""


def predicted(
    parameters: Sequence[Mapping[str, float]],
    replicates: int,
    seed: int,
    experiments: Mapping[str, list[str]] = EXPERIMENTS,
    told: Callable[[str], None] = lambda _: None,
) -> pd.DataFrame:
    """Probabilities of every outcome in every experiment, under a set of parameter vectors.

    Parameters
    ----------
    parameters : sequence of mappings
        Dotted path -> value: particles of a thesis's posterior.
    replicates : int
        Runs of each.
    seed : int
        The same keys in every experiment.

    Returns
    -------
    DataFrame
        experiment, outcome, probability, low, high (95 %, over parameter vectors, which vary and are independent).
    """
    table, rows = parameter_table(list(parameters)), []
    for name, overrides in experiments.items():
        told(name)
        world = world_of(composed([SCENARIO, *overrides]))
        out = run_ensemble(world, table, replicates, seed).outcomes
        for outcome, flags in OUTCOMES.items():
            by_point = flags(world, out).reshape(len(table), replicates).mean(axis=1)
            low, high = wilson_of_groups(by_point, replicates)
            rows.append({"experiment": name, "outcome": outcome, "probability": float(by_point.mean()), "low": low, "high": high})
    return pd.DataFrame(rows)
