"""What a comparison reads off a run: what became of each alliance that is watched, and what else moved.

Everything is one number a run, so that a wedge and its baseline can be subtracted run by run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ...engine.ensemble import Ensemble, iterate_ensemble, runs_a_chunk
from ...runs.draws import draw_numbers
from ...world.names import Level, Stance, Talks
from ...world.tables import Table
from ...world.world import World
from .pairs import Pair, allied_at_start, allied_pairs_at_start

Kind = Literal["share", "mean"]
ALIVE_TALKS = (int(Talks.OPEN), int(Talks.AGREED))
DEAD_TALKS = (int(Talks.FROZEN), int(Talks.SNAPPED_BACK))


@dataclass(frozen=True)
class Measure:
    """One number a run.

    Attributes
    ----------
    kind : str
        share: 0 or 1; mean: any number.
    label, unit : str
    """

    kind: Kind
    label: str
    unit: str = ""


OF_A_PAIR: dict[str, Measure] = {
    "broken": Measure("share", "broken at the horizon", "of runs"),
    "never_broken": Measure("share", "never broken", "of runs in which it forms"),
    "ever_fought": Measure("share", "ever fought", "of runs"),
    "hostile": Measure("share", "turned hostile", "of runs"),
    "official_end": Measure("share", "renounced only in words", "of runs"),
    "months_allied": Measure("mean", "months allied", "months"),
}
"""What becomes of a watched pair. broken: it was an alliance (material level or above), is none in the last month, and both
sides are there. never_broken: allied in every month from the first allied (the start, if in place before) to the last; NaN
where it never forms. ever_fought: some of their factions in armed conflict in some month. hostile: broken, and some of their
factions are rivals or fight. official_end: an alliance in the last month that a side has renounced."""

OF_A_RUN: dict[str, Measure] = {
    "new_alliances": Measure("mean", "new alliances of organisations", "pairs"),
    "splits": Measure("mean", "splits", "count"),
    "defections": Measure("mean", "defections", "count"),
    "fights": Measure("mean", "dyads that fought", "dyads"),
    "attacks": Measure("mean", "attacks", "count"),
    "civilian": Measure("mean", "attacks on civilians", "count"),
    "civilian_share": Measure("mean", "civilian share of attacks", "share"),
    "rival_fighters": Measure("mean", "fighters of ISIS-K", "people"),
    "talks_alive": Measure("share", "talks open or agreed", "of runs"),
    "talks_dead": Measure("share", "talks frozen or snapped back", "of runs"),
    "cohesion": Measure("mean", "cohesion of the partner courted", "0..1"),
}
"""What else moves: in the last month, or counted over the run and all organisations. new_alliances: pairs of organisations
allied in the last month that were not in the first. rival_fighters: of the scenario's Khorasan branch, if it has one."""

RUNS_AT_ONCE = 512
"""Most runs reduced at once: short runs are soon over, and what is read off them costs as much for one as for hundreds."""
RUN = ""  # subject of what is measured of a whole run
BRANCH = "isis_k"


Values = dict[tuple[str, str], NDArray[np.float64]]


@dataclass(frozen=True)
class Seen:
    """N runs of one arm, reduced to what is compared.

    Attributes
    ----------
    values : dict
        (subject, measure) -> (N,) float: a pair's name with `OF_A_PAIR`, or `RUN` with `OF_A_RUN`.
    alive : (N, T) bool
        Focal alliance at material level or above, by month.
    distant : (N, T) bool
        A side of the focal pair keeps official distance or worse, by month.
    draw : (N,) int, optional
        Draw of the posterior of each run.
    """

    values: Values
    alive: NDArray[np.bool_]
    distant: NDArray[np.bool_]
    draw: NDArray[np.int64] | None = None

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.alive)

    def part(self, first: int, last: int) -> Seen:
        """Some consecutive runs."""
        draw = None if self.draw is None else self.draw[first:last]
        return Seen({k: v[first:last] for k, v in self.values.items()}, self.alive[first:last], self.distant[first:last], draw)

    def focal(self, measure: str) -> NDArray[np.float64]:
        """A measure of the focal pair, which is the first that is watched."""
        return self.values[next(iter(self.values))[0], measure]


def _of_pair(part: Ensemble, pair: Pair, started: bool) -> dict[str, NDArray[np.float64]]:
    assert part.trajectories is not None
    level = part.trajectories.level[:, :, pair.dyads]
    deepest = level.max(axis=2)
    allied = deepest >= Level.MATERIAL
    there = np.all([(part.trajectories.fighters[:, -1, side] > 0).any(axis=1) for side in pair.sides], axis=0)
    ever = allied.any(axis=1) | started  # an alliance of the start may end within the first month
    broken = ever & ~allied[:, -1] & there
    formed = 0 if started else allied.argmax(axis=1)
    unbroken = allied.sum(axis=1) == level.shape[1] - formed
    renounced = np.zeros(len(level), dtype=bool)
    if max(pair.relations) < part.trajectories.stance.shape[2]:
        renounced = part.trajectories.stance[:, -1, list(pair.relations)].max(axis=1) >= Stance.RENOUNCE
    found = {
        "broken": broken,
        "never_broken": np.where(ever, unbroken, np.nan),
        "ever_fought": (level == Level.ARMED_CONFLICT).any(axis=(1, 2)),
        "hostile": broken & (level[:, -1].min(axis=1) < 0),
        "official_end": allied[:, -1] & renounced,
        "months_allied": allied.sum(axis=1),
    }
    return {name: np.asarray(value, dtype=float) for name, value in found.items()}


def _of_run(world: World, part: Ensemble, started: NDArray[np.bool_]) -> dict[str, NDArray[np.float64]]:
    assert part.trajectories is not None
    rows = part.outcomes.organisation
    attacks, civilian = rows["attacks"].sum(axis=1), rows["civilian"].sum(axis=1)
    courted = courted_organisation(world)
    talks = rows["talks"][:, courted]
    allied = part.outcomes.pair["now"] >= Level.MATERIAL
    found = {
        "new_alliances": (allied & ~started).sum(axis=1),
        "splits": rows["splits"].sum(axis=1),
        "defections": rows["defections"].sum(axis=1),
        "fights": (part.outcomes.dyad["fought"] >= 0).sum(axis=1),
        "attacks": attacks,
        "civilian": civilian,
        "civilian_share": np.where(attacks > 0, civilian / np.maximum(attacks, 1), np.nan),
        "talks_alive": np.isin(talks, ALIVE_TALKS),
        "talks_dead": np.isin(talks, DEAD_TALKS),
        "cohesion": np.where(rows["present"][:, courted] == 1, rows["cohesion"][:, courted], np.nan),
    }
    if BRANCH in world.factions:
        found["rival_fighters"] = part.trajectories.fighters[:, -1, world.factions.index(BRANCH)]
    return {name: np.asarray(found[name], dtype=float) for name in OF_A_RUN if name in found}


def courted_organisation(world: World) -> int:
    """The focal organisation that policies address: the one with most factions, the second on a tie."""
    a, b = world.focal
    return world.organisation(a if len(world.members(a)) > len(world.members(b)) else b)


def seen(world: World, part: Ensemble, pairs: Sequence[Pair], started: NDArray[np.bool_] | None = None) -> Seen:
    """What is compared, of the runs of an ensemble with trajectories.

    Parameters
    ----------
    started : (Q,) bool, optional
        `allied_pairs_at_start(world)`: found once for many chunks.
    """
    assert part.trajectories is not None
    columns: Values = {}
    for pair in pairs:
        columns |= {(pair.name, name): value for name, value in _of_pair(part, pair, allied_at_start(world, pair)).items()}
    started = allied_pairs_at_start(world) if started is None else started
    columns |= {(RUN, name): value for name, value in _of_run(world, part, started).items()}
    focal = pairs[0]
    alive = part.trajectories.level[:, :, focal.dyads].max(axis=2) >= Level.MATERIAL
    distant = part.trajectories.stance[:, :, list(focal.relations)].max(axis=2) >= Stance.DISTANCE
    return Seen(columns, alive, distant)


def joined_seen(parts: Sequence[Seen]) -> Seen:
    """Consecutive runs as one."""
    return Seen(
        {key: np.concatenate([p.values[key] for p in parts]) for key in parts[0].values},
        np.concatenate([p.alive for p in parts]),
        np.concatenate([p.distant for p in parts]),
        None if parts[0].draw is None else np.concatenate([p.draw for p in parts if p.draw is not None]),
    )


def run_seen(
    world: World,
    parameters: Table,
    replicates: int | NDArray[np.int64],
    seed: int,
    pairs: Sequence[Pair],
    threads: int | None = None,
) -> Seen:
    """Run replicates of each parameter vector and keep what is compared; rows in the order of vector, then replicate.

    Parameters
    ----------
    parameters : (P,) or (P, D)
        Of D draws of the posterior a point, replicate r takes number r mod D.
    replicates : int or array
        How many, or their numbers.
    """
    started = allied_pairs_at_start(world)
    chunk = runs_a_chunk(world, trajectories=True, most=RUNS_AT_ONCE)
    chunks = iterate_ensemble(world, parameters, replicates, seed, chunk=chunk, threads=threads, events=False, trajectories=True)
    draws = parameters.shape[1] if parameters.ndim == 2 else 0
    found = ((seen(world, part, pairs, started), part.replicate) for part in chunks)
    return joined_seen([replace(runs, draw=draw_numbers(replicate, draws)) for runs, replicate in found])
