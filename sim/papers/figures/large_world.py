"""Figures of the drawn worlds: how long ties last, as yearly coders see them, and the network; both against the data."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...analysis.coder import Spells, bridged, spells_of, ties_of_spells
from ...analysis.patterns import survival_to
from ...analysis.settings import read_settings
from ...analysis.simulator import Simulator, drawn_worlds
from ...analysis.targets import DRAWN, read_targets
from ...engine.ensemble import run_chunk
from ...paths import SEEDS
from ...world.parameters import parameter_table
from ..experiment import Experiment, rows_of

UCDP = SEEDS / "data" / "ucdp_support_spells.csv"
YEARS = np.arange(0, 13)
RESAMPLES = 400


def _survival(spells: Spells) -> np.ndarray:
    return np.array([survival_to(spells, float(year)) for year in YEARS])


def _hazard(spells: Spells) -> np.ndarray:
    """Share of ties that end in each year of their age. (Y,), from age 1."""
    at_risk = np.array([(spells.duration >= age).sum() for age in YEARS[1:]])
    ends = np.array([(spells.ended & (spells.duration == age)).sum() for age in YEARS[1:]])
    return np.asarray(np.where(at_risk > 0, ends / np.maximum(at_risk, 1), np.nan))


def _resampled(spells: Spells, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Standard errors of survival and hazard by resampling dyads."""
    rng, dyads = np.random.default_rng(seed), np.unique(spells.row)
    curves, hazards = [], []
    where = {d: np.flatnonzero(spells.row == d) for d in dyads}
    for _ in range(RESAMPLES):
        rows = np.concatenate([where[d] for d in rng.choice(dyads, len(dyads))])
        drawn = Spells(spells.row[rows], spells.start[rows], spells.duration[rows], spells.ended[rows])
        curves.append(_survival(drawn))
        hazards.append(_hazard(drawn))
    return np.nanstd(curves, axis=0, ddof=1), np.nanstd(hazards, axis=0, ddof=1)


def spells(e: Experiment, runs: int) -> pd.DataFrame:
    """Survival and hazard by age of ties: drawn worlds as coders see them, and the data."""
    curves, hazards, worlds = [], [], drawn_worlds(read_settings("full"))
    for number in range(runs):
        drawn = worlds[number % len(worlds)]
        part = run_chunk(drawn.world, parameter_table([{}]), np.array([0]), np.array([number]), e.seed)
        seen = drawn.seen(part, 0, number).spells
        curves.append(_survival(seen))
        hazards.append(_hazard(seen))
    data = spells_of(bridged(ties_of_spells(UCDP, 2017)))
    curve_error, hazard_error = _resampled(data, e.seed)
    root = np.sqrt(runs)
    parts = [
        rows_of("survival", "simulated", YEARS, np.nanmean(curves, axis=0), np.nanstd(curves, axis=0, ddof=1) / root),
        rows_of("survival", "UCDP support", YEARS, _survival(data), curve_error),
        rows_of("hazard", "simulated", YEARS[1:], np.nanmean(hazards, axis=0), np.nanstd(hazards, axis=0, ddof=1) / root),
        rows_of("hazard", "UCDP support", YEARS[1:], _hazard(data), hazard_error),
    ]
    return pd.concat(parts, ignore_index=True)


def network_statistics(e: Experiment, runs: int) -> pd.DataFrame:
    """Statistics of the drawn worlds over what was observed, less one: mean over drawn worlds and runs."""
    targets = [t for t in read_targets() if t.scenario == DRAWN]
    simulator = Simulator(read_settings("full"), targets, e.seed)
    values = simulator.statistics([{}] * runs, np.arange(runs))
    parts = []
    for column, target in enumerate(targets):
        known = values[~np.isnan(values[:, column]), column]
        error = known.std(ddof=1) / np.sqrt(len(known))
        words = f"{target.name} {target.title}"
        parts.append(rows_of("excess", words, 0, known.mean() / target.observed - 1.0, error / abs(target.observed)))
    return pd.concat(parts, ignore_index=True)
