"""What a comparison reads off a run: what became of each alliance that is watched, and what else moved.

Everything is one number a run, so that a wedge and its baseline can be subtracted run by run. Which numbers there are, the
catalogue says (`measures`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...engine.ensemble import Ensemble, iterate_ensemble, runs_a_chunk
from ...measures.measure import Declared, Measure, as_numbers
from ...measures.of_pairs import OF_PAIRS, Watched
from ...measures.of_runs import OF_RUNS, Runs
from ...measures.pairs import Pair
from ...runs.draws import draw_numbers
from ...world.names import Stance
from ...world.tables import Table
from ...world.world import World

RUNS_AT_ONCE = 512
"""Most runs reduced at once: short runs are soon over, and what is read off them costs as much for one as for hundreds."""
RUN = ""  # subject of what is measured of a whole run
OF_A_PAIR: Declared = {name: found for name, found in OF_PAIRS.items() if found.compute_monthly and found.averaged}
OF_A_RUN: Declared = {name: found for name, found in OF_RUNS.items() if found.averaged}
"""What is compared."""


def measure_of(subject: str, measure: str) -> Measure:
    """A measure of a run or of a pair."""
    return (OF_A_RUN if subject == RUN else OF_A_PAIR)[measure]


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


def seen(world: World, part: Ensemble, pairs: Sequence[Pair]) -> Seen:
    """What is compared, of the runs of an ensemble with trajectories."""
    runs = Runs.of(world, part)
    watched = [Watched.of(runs, pair) for pair in pairs]
    subjects = [*((one.pair.name, OF_A_PAIR, one) for one in watched), (RUN, OF_A_RUN, runs)]
    columns: Values = {}
    for subject, measures, of in subjects:
        for name, found in measures.items():
            compute = found.compute_monthly or found.compute
            assert compute is not None
            values = compute(of)
            if values is not None:
                columns[subject, name] = as_numbers(values)
    return Seen(columns, watched[0].allied, watched[0].distant(Stance.DISTANCE))


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
    chunk = runs_a_chunk(world, trajectories=True, most=RUNS_AT_ONCE)
    chunks = iterate_ensemble(world, parameters, replicates, seed, chunk=chunk, threads=threads, events=False, trajectories=True)
    draws = parameters.shape[1] if parameters.ndim == 2 else 0
    found = ((seen(world, part, pairs), part.replicate) for part in chunks)
    return joined_seen([replace(runs, draw=draw_numbers(replicate, draws)) for runs, replicate in found])
