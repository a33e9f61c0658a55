"""Figures of ties over time: who lasts, what a loss does, when a triangle stands, where they fight, what is said and kept."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...analysis.wedges.effects import paired
from ...engine.ensemble import run_ensemble
from ...engine.outcomes import ABSENT, FOCAL, NEVER
from ...measures.pairs import named_pair
from ...rules.switches import switched_off
from ...world.changes import with_shock
from ...world.loading import load_world
from ...world.names import Level, Stance
from ...world.parameters import parameter_table
from ...world.schema import ShockConf, validated
from ...world.tables import Table
from ...world.world import World
from ..experiment import Experiment, rows_of, share_rows
from .theses import title_of, values_of


def alive_by_year(world: World, vector: Table, runs: int, seed: int) -> NDArray[np.bool_]:
    """Whether the focal alliance is alive at each year end. (R, Y)."""
    out = run_ensemble(world, vector, runs, seed)
    return np.asarray(out.outcomes.year[:, :, FOCAL]["level"] >= Level.MATERIAL)


def unbroken_by_year(world: World, vector: Table, runs: int, seed: int) -> NDArray[np.bool_]:
    """Whether the focal alliance has never been broken up to each year end. (R, Y)."""
    broken = run_ensemble(world, vector, runs, seed).outcomes.pair["broken"][:, FOCAL].astype(np.int64)
    ends = np.array(list(world.calendar.year_ends()))
    return np.asarray((broken == NEVER)[:, None] | (broken[:, None] > ends[None, :]))


def years_of(world: World) -> list[int]:
    """Calendar years of the year ends."""
    return [world.calendar.year(t) for t in world.calendar.year_ends()]


def persistence(e: Experiment, runs: int) -> pd.DataFrame:
    """Survival by thesis, and the end of the run without each mechanism."""
    world = load_world(e.runs.scenarios[0])[0]
    parts = []
    for thesis in e.runs.theses:
        alive = alive_by_year(world, parameter_table([values_of(thesis)]), runs, e.seed)
        parts.append(share_rows("theses", title_of(thesis), years_of(world), alive.mean(axis=0), runs))
    base = values_of("consensus")
    with_all = alive_by_year(world, parameter_table([base]), runs, e.seed)[:, -1].astype(float)
    for name in e.runs.arms:
        vector = parameter_table([{**base, **switched_off([name])}])
        without = alive_by_year(world, vector, runs, e.seed)[:, -1].astype(float)
        lost = paired(with_all, without, "share")
        parts.append(rows_of("ablation", f"without {name.replace('_', ' ')}", 0, lost.difference, lost.se))
    return pd.concat(parts, ignore_index=True)


LOSSES = {
    "founder, open": ("insurgency_2001", "leader_death"), "founder, concealed": ("insurgency_2001", "concealed_death"),
    "successor, open": ("talks_2018", "leader_death"), "successor, concealed": ("talks_2018", "concealed_death"),
}  # fmt: skip
LOSS_AT, LOSS_SEEN = 6, 30


def leader_loss(e: Experiment, runs: int) -> pd.DataFrame:
    """The Taliban's emir lost after six months: mean level of the deepest tie, less the same runs without, by months since."""
    parts = []
    for series, (scenario, event) in LOSSES.items():
        base = load_world(scenario, months=LOSS_AT + LOSS_SEEN)[0]
        emir = "emir_a" if base.focal[0] == "taliban" else "emir_b"
        blow = {"name": "loss", "title": series, "events": [{"after": LOSS_AT, "event": event, "actor": emir}]}
        shocked = with_shock(base, validated(ShockConf, blow, "leader_loss"))
        dyads = named_pair(base, "-".join(base.focal)).dyads
        vector = parameter_table([values_of("consensus")])
        level = []
        for world in (base, shocked):
            out = run_ensemble(world, vector, runs, e.seed, trajectories=True)
            assert out.trajectories is not None
            level.append(out.trajectories.level[:, :, dyads].max(axis=2).astype(float))
        d = level[1] - level[0]
        since = np.arange(-LOSS_AT, LOSS_SEEN)
        parts.append(
            rows_of(
                "level", series, since, d.mean(axis=0), np.maximum(d.std(axis=0, ddof=1), 0.5 / np.sqrt(runs)) / np.sqrt(runs)
            )
        )
    return pd.concat(parts, ignore_index=True)


SIDES = (("haqqani", "isis_k"), ("haqqani", "let"), ("isis_k", "let"))


def triangle(e: Experiment, runs: int) -> pd.DataFrame:
    """When the three sides stand, under two theses; and who takes the blame."""
    world = load_world(e.runs.scenarios[0])[0]
    months, parts = np.arange(world.calendar.months), []
    for thesis in e.runs.theses:
        out = run_ensemble(world, parameter_table([values_of(thesis)]), runs, e.seed, trajectories=True)
        assert out.trajectories is not None
        pairs = [named_pair(world, f"{a}-{b}") for a, b in SIDES]
        allied = [(out.trajectories.level[:, :, p.dyads] >= Level.MATERIAL).any(axis=2) for p in pairs]
        for pair, mine in zip(pairs, allied, strict=True):
            parts.append(share_rows(thesis, pair.title(world), months, mine.mean(axis=0), runs))
        parts.append(share_rows(thesis, "all three", months, np.all(allied, axis=0).mean(axis=0), runs))
        rows = out.outcomes.organisation
        o = world.organisation("taliban")
        share = rows["outsourced"][:, o] / np.maximum(rows["attacks"][:, o], 1)
        parts.append(rows_of("blame", title_of(thesis), 0, share.mean(), share.std(ddof=1) / np.sqrt(runs)))
    return pd.concat(parts, ignore_index=True)


def theatres(e: Experiment, runs: int) -> pd.DataFrame:
    """Al-Qaeda and the Islamic State in three theatres: allied, at arm's length, rivals or fighting, by month."""
    parts = []
    for scenario in e.runs.scenarios:
        world = load_world(scenario)[0]
        pair = named_pair(world, "al_qaeda-islamic_state")
        out = run_ensemble(world, parameter_table([values_of("consensus")]), runs, e.seed, trajectories=True)
        assert out.trajectories is not None
        level = out.trajectories.level[:, :, pair.dyads]
        fight, ally = (level == Level.ARMED_CONFLICT).any(axis=2), (level >= Level.MATERIAL).any(axis=2)
        states = {"some of them fight": fight, "allied, no fight": ally & ~fight, "neither": ~ally & ~fight}
        months = np.arange(world.calendar.months)
        parts += [share_rows(scenario, name, months, x.mean(axis=0), runs) for name, x in states.items()]
    return pd.concat(parts, ignore_index=True)


def official_and_actual(e: Experiment, runs: int) -> pd.DataFrame:
    """What the Taliban say of al-Qaeda and what is kept, by year."""
    world = load_world(e.runs.scenarios[0])[0]
    out = run_ensemble(world, parameter_table([values_of("consensus")]), runs, e.seed)
    year = out.outcomes.year[:, :, FOCAL]
    o, _ = world.organisation_pairs()[0]
    column = "stance_ab" if world.organisations[o] == "taliban" else "stance_ba"
    allied, distant = year["level"] >= Level.MATERIAL, year[column] >= Stance.DISTANCE
    there = year["level"] != ABSENT
    series = {"allied": allied, "officially distant": distant & there, "distant in words, allied in fact": distant & allied}
    return pd.concat(
        [share_rows("years", n, years_of(world), x.mean(axis=0), runs) for n, x in series.items()], ignore_index=True
    )
