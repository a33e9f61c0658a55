"""From parameter vectors to the statistics that targets name: both worlds, run and seen as their sources see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.ensemble import Ensemble, run_chunk, runs_a_chunk
from ..measures.networks import world_pairs
from ..world.loading import load_world, read_option
from ..world.names import Event, Level
from ..world.parameters import parameter_table
from ..world.philox import uniforms
from ..world.synthetic import build_synthetic
from ..world.tables import Floats, Table
from ..world.world import World
from .coder import ties_of_levels
from .named_patterns import NamedSeen, named_statistic, sides_of, slice_of
from .patterns import GLOBAL, GlobalSeen
from .settings import Settings
from .targets import DRAWN, Target

MISSED = 4096
"""First number of the draws of what coders miss, clear of those of a world."""


class GlobalWorld:
    """One drawn world, and how its coders see a run of it."""

    def __init__(self, scenario: Mapping[str, Any], first_year: int, missed: float) -> None:
        self.world: World = build_synthetic(scenario)
        self.first_year, self.missed = first_year, missed
        dyads = self.world.dyads()
        faction = self.world.initial.faction
        self.pairs = world_pairs(self.world)[dyads]
        self.row_of = np.full(len(self.world.facts.dyad), -1, dtype=np.int64)
        self.row_of[dyads] = np.arange(len(dyads))
        doctrine, scope = faction["doctrine"][self.pairs], faction["scope"][self.pairs]
        distance = np.sqrt(0.5 * ((doctrine[:, 0] - doctrine[:, 1]) ** 2 + (scope[:, 0] - scope[:, 1]) ** 2))
        self.far = distance > np.median(distance)
        self.islamist = (doctrine >= 0.5).all(axis=1)
        self.key = self.world.facts.faction["key"][self.pairs]
        self.founded = np.asarray(faction["founder"] == 1)
        held = self.world.initial.presence > 0.0
        self.same_place = np.asarray((held[self.pairs[:, 0]] & held[self.pairs[:, 1]]).any(axis=1))
        self.home = np.asarray(self.world.facts.faction["home"])
        self.seed = int(scenario["seed"])
        self.year_of = np.searchsorted(self.world.calendar.year_ends(), np.arange(self.world.calendar.months))

    def _misses(self, number: int, years: int) -> NDArray[np.bool_]:
        """(D, Y): support that is there and not seen, by run, dyad and year."""
        blocks = [
            uniforms(self.seed, MISSED + block, self.key[:, 0] ^ (number * 2654435761 % 2**32), self.key[:, 1])
            for block in range(-(-years // 4))
        ]
        chance = np.concatenate(blocks)[:years].T
        return np.asarray(chance < self.missed)

    def _losses(self, events: Table, years: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """(F, Y) twice: years in which a faction loses its leader, its founder."""
        deaths = events[events["kind"] == Event.LEADER_DEATH]
        lost = np.zeros((len(self.founded), years), dtype=bool)
        lost[deaths["i"], self.year_of[deaths["month"]]] = True
        first = deaths[deaths["value"] == 1.0]
        founder = np.zeros_like(lost)
        founder[first["i"], self.year_of[first["month"]]] = self.founded[first["i"]]
        return lost, founder

    def _leaders(self, events: Table) -> tuple[int, int]:
        """Leaders of a run, and how many of them founded their faction: the first of each, and whoever followed."""
        entered = self.world.initial.faction["present"] == 1
        entered[events["i"][events["kind"] == Event.ENTRY]] = True
        followed = int((events["kind"] == Event.SUCCESSION).sum())
        return int(entered.sum()) + followed, int((entered & self.founded).sum())

    def _fought(self, events: Table, level: NDArray[np.int8]) -> NDArray[np.bool_]:
        """(D, Y): years in which a dyad stood in armed conflict at some time, by its levels at year ends and the events."""
        at_end = level == Level.ARMED_CONFLICT
        fought = at_end.copy()
        fought[:, 1:] |= at_end[:, :-1]  # it goes on into the next year
        into = (events["kind"] == Event.TIE_DOWN) & (events["after"] == Level.ARMED_CONFLICT)
        out = (events["kind"] == Event.TIE_UP) & (events["before"] == Level.ARMED_CONFLICT)
        moved = events[into | out]
        row = self.row_of[self.world.facts.dyad_of[moved["i"], moved["j"]]]
        fought[row[row >= 0], self.year_of[moved["month"][row >= 0]]] = True
        return np.asarray(fought)

    def seen(self, part: Ensemble, n: int, number: int) -> GlobalSeen:
        """Run n of a chunk, whose number in the calibration is `number`."""
        assert part.events is not None
        assert part.run is not None
        events = np.asarray(part.events[slice(*np.searchsorted(part.run, [n, n + 1]))])
        level = part.outcomes.dyad_year[n]
        years = len(level)
        window = slice(self.first_year, None)
        of_dyad = [flags[self.pairs[:, 0]] | flags[self.pairs[:, 1]] for flags in self._losses(events, years)]
        return GlobalSeen(
            ties=ties_of_levels(level, self._misses(number, years))[:, window],
            level=level.T[:, window],
            pairs=self.pairs,
            present=part.outcomes.there[n] == 1,
            islamist=self.islamist,
            far=self.far,
            lost=of_dyad[0][:, window],
            lost_founder=of_dyad[1][:, window],
            fought=self._fought(events, level.T)[:, window],
            same_place=self.same_place,
            fighters=part.outcomes.organisation["fighters"][n][self.home],
            leaders=self._leaders(events),
        )


def drawn_worlds(settings: Settings) -> list[GlobalWorld]:
    """The drawn worlds of a calibration, which its points take in turn."""
    conf = settings.worlds.synthetic
    scenario = {**read_option("scenario", "synthetic"), **conf.scenario}
    return [GlobalWorld({**scenario, "seed": scenario["seed"] + k}, conf.first_year, conf.missed) for k in range(conf.drawn)]


class Simulator:
    """Both kinds of world, and the statistics of targets that their runs give.

    Parameters
    ----------
    settings : Settings
    targets : sequence of Target
    seed : int
        Master seed of the runs. Point number k is run under keys of its own, whatever is run beside it.
    replicates : int, optional
        Runs of each named world at each point; as many as a predictive check makes by default.
    """

    def __init__(self, settings: Settings, targets: Sequence[Target], seed: int, replicates: int | None = None) -> None:
        self.seed, self.replicates = seed, replicates or settings.check_replicates
        self.targets = tuple(targets)
        self.globals = drawn_worlds(settings) if any(t.scenario == DRAWN for t in targets) else []
        self.named = {name: load_world(name)[0] for name in dict.fromkeys(t.scenario for t in targets) if name != DRAWN}

    def statistics(self, points: Sequence[Mapping[str, float]], numbers: NDArray[np.int64]) -> Floats:
        """Statistics of parameter vectors.

        Parameters
        ----------
        points : sequence of P mappings
            Dotted path -> value.
        numbers : (P,) int
            Number of each point in the calibration: its name in the keyed draws.

        Returns
        -------
        (P, T) float
            In the order of the targets; NaN where there was nothing to count.
        """
        table = parameter_table(list(points))
        out = np.full((len(table), len(self.targets)), np.nan)
        for world in self.named.values():
            self._named(world, table, numbers, out)
        for k, drawn in enumerate(self.globals):
            rows = np.flatnonzero(numbers % len(self.globals) == k)
            self._global(drawn, table, rows, numbers, out)
        return out

    def _global(self, drawn: GlobalWorld, table: Table, rows: NDArray[np.int64], numbers: NDArray[np.int64], out: Floats) -> None:
        mine = [n for n, target in enumerate(self.targets) if target.scenario == DRAWN]
        step = runs_a_chunk(drawn.world)
        for first in range(0, len(rows), step):
            chunk = rows[first : first + step]
            part = run_chunk(drawn.world, table, chunk, numbers[chunk], self.seed)
            for n, row in enumerate(chunk):
                seen = drawn.seen(part, n, int(numbers[row]))
                for column in mine:
                    out[row, column] = GLOBAL[self.targets[column].statistic](seen)

    def _named(self, world: World, table: Table, numbers: NDArray[np.int64], out: Floats) -> None:
        mine = [n for n, target in enumerate(self.targets) if target.scenario == world.name]
        replicates = self.replicates
        step, sides = max(1, runs_a_chunk(world) // replicates), sides_of(world)
        for first in range(0, len(table), step):
            rows = np.arange(first, min(first + step, len(table)))
            replicate = (numbers[rows, None] * replicates + np.arange(replicates)).ravel()
            part = run_chunk(world, table, np.repeat(rows, replicates), replicate, self.seed)
            assert part.events is not None
            assert part.run is not None
            whole = NamedSeen(world, part.outcomes, part.events, part.run, sides)
            for n, row in enumerate(rows):
                seen = slice_of(whole, n * replicates, replicates)
                for column in mine:
                    target = self.targets[column]
                    out[row, column] = named_statistic(target.statistic, seen, target.arguments)
