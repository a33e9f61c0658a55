"""The Mesa model: agents on the same tables and the same rules as the ensemble, bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import mesa
import networkx as nx
import numpy as np
from mesa.datacollection import DataCollector
from mesa.space import NetworkGrid

from ..rules.draws import master_key
from ..rules.weigh import N_TERMS
from ..world.loading import load_world, thesis_values
from ..world.names import Level
from ..world.parameters import parameter_table
from ..world.tables import Table, fresh, journal_for, scratch_for
from ..world.world import World
from . import month as phases
from . import verbs
from .agents import Faction, Organisation, State, if_present
from .handle import Run, handle_of
from .outcomes import Outcomes, empty_outcomes, frame_of
from .traces import Trace, Trajectories, room_for_trace, room_for_trajectories

EVENTS_AT_MOST_A_MONTH = 64  # or twice the factions


class AllianceModel(mesa.Model):
    """One replicate of a world as a Mesa model.

    The state lives in `model.state` (tables, see `sim.world.tables`); agents are views on it, and each verb of an
    agent is one compiled call. A subclass names other agent classes or overrides a verb:

    >>> class Stubborn(Faction):
    ...     def weigh_ties(self):  # never steps down
    ...         super().weigh_ties()
    ...         for other, step in self.wishes().items():
    ...             if step < 0:
    ...                 self.wish(other, 0)

    Parameters
    ----------
    scenario : str
        Name of a scenario; ignored when `world` is given.
    thesis : str, optional
        Name of a thesis, whose parameters apply before `parameters`.
    parameters : mapping, optional
        Dotted path -> value.
    seed, replicate : int
        Which run: the same as replicate `replicate` of `run_ensemble(…, seed=seed)`.
    months : int, optional
        Another horizon than the scenario's.
    world : World, optional
        A world built elsewhere.
    faction_classes : mapping, optional
        Faction name -> subclass of Faction, for one that behaves differently.
    collect_every : int
        Months between two collections of data; the start and the last month are always collected. Mesa's
        `batch_run` needs 1; a larger number is faster.
    vector : np.recarray (1,), optional
        A whole parameter vector (`parameter_table`), instead of `thesis` and `parameters`.
    rng : optional
        Taken for Mesa's sake; no rule draws from it.
    """

    faction_class: type[Faction] = Faction
    organisation_class: type[Organisation] = Organisation
    state_class: type[State] = State

    def __init__(
        self,
        scenario: str = "taliban_rule_1996",
        thesis: str | None = None,
        parameters: Mapping[str, float] | None = None,
        seed: int = 1,
        replicate: int = 0,
        months: int | None = None,
        world: World | None = None,
        faction_classes: Mapping[str, type[Faction]] | None = None,
        collect_every: int = 1,
        vector: Table | None = None,
        rng: int | None = None,
    ) -> None:
        super().__init__(rng=0 if rng is None else rng)
        values = thesis_values(thesis)
        self.world = load_world(scenario, months=months)[0] if world is None else world
        self.collect_every = collect_every
        self.replicate = replicate
        self.month = 0
        self.parameters: Table = parameter_table([{**values, **(parameters or {})}]) if vector is None else vector.copy()
        self.state = fresh(self.world.initial)
        self.scratch = scratch_for(self.world.facts, N_TERMS)
        self.journal = journal_for(max(EVENTS_AT_MOST_A_MONTH, 2 * len(self.world.factions)) * self.world.calendar.months)
        self.outcomes: Outcomes = empty_outcomes(self.world, 1)
        self.run_tables = self._run(seed)  # a handle does not keep them alive
        self.handle = handle_of(self.run_tables)
        verbs.begin(self.handle)
        self._create_agents(faction_classes or {})
        self._seen = np.zeros(len(self.factions), dtype=bool)
        self.network = nx.Graph()
        self.grid = self._network_space()
        self.datacollector = DataCollector(
            model_reporters={
                "month": "month",
                "date": lambda m: m.world.calendar.date(max(m.month - 1, 0)),
                "focal_level": AllianceModel.focal_level,
                "alive": lambda m: (m.focal_level() or 0) >= Level.MATERIAL,
                "fights": AllianceModel.fights,
                "events": lambda m: int(m.journal.used[0]),
            },
            agenttype_reporters={
                Faction: {name: partial(if_present, name) for name in ("fighters", "leader")},
                Organisation: {"cohesion": partial(if_present, "cohesion")},
            },
        )
        self.running = True
        self.collect()

    def _run(self, seed: int) -> Run:
        return Run(
            s=self.state,
            w=self.world.facts,
            points=self.parameters,
            key=master_key(seed, self.replicate),
            scratch=self.scratch,
            journal=self.journal,
            frame=frame_of(self.world),
            outcomes=Outcomes(*(part[0] for part in self.outcomes)),
            kept=Trajectories(*(part[0] for part in room_for_trajectories(self.world, 1, 0))),
            trace=Trace(*(part[0] for part in room_for_trace(self.world, 1, 0))),
        )

    def _create_agents(self, classes: Mapping[str, type[Faction]]) -> None:
        for name in classes:
            self.world.faction(name, "faction_classes")
        self.factions = [classes.get(name, self.faction_class)(self, i, name) for i, name in enumerate(self.world.factions)]
        self.organisations = [self.organisation_class(self, o, n) for o, n in enumerate(self.world.organisations)]
        self.states = [self.state_class(self, a, name) for a, name in enumerate(self.world.states)]

    def _network_space(self) -> NetworkGrid:
        """Places and the factions' home in each, as a network that Mesa can draw."""
        self.network.add_nodes_from(range(len(self.factions)))
        grid = NetworkGrid(self.network)
        for faction in self.factions:
            grid.place_agent(faction, faction.index)
        self._draw_ties()
        return grid

    def _draw_ties(self) -> None:
        """Edges of the network: every tie that is not at level none, between those present."""
        self.network.remove_edges_from(list(self.network.edges))
        dyad, present = self.world.facts.dyad, self.state.faction["present"] == 1
        tied = np.flatnonzero((self.state.level != 0) & present[dyad["first"]] & present[dyad["second"]])
        rows = zip(dyad["first"][tied].tolist(), dyad["second"][tied].tolist(), self.state.level[tied].tolist(), strict=True)
        self.network.add_edges_from((i, j, {"level": level}) for i, j, level in rows)

    def _acting(self) -> list[Faction]:
        """Factions that exist or have existed; the others would do nothing if they were called."""
        self._seen |= self.state.faction["present"] == 1
        return [self.factions[i] for i in np.flatnonzero(self._seen)]

    def step(self) -> None:
        """One month, in the order of `sim.engine.month`."""
        t, h = self.month, self.handle
        if t >= self.world.calendar.months:
            self.running = False
            return
        start = int(self.journal.used[0])
        phases.open_month(h, t)
        acting = self._acting()
        for faction in acting:
            faction.lead()
        for organisation in self.organisations:
            organisation.politics()
        verbs.close_politics(h, t)
        for faction in acting:
            faction.dissent()
        verbs.close_dissent(h, t)
        acting = self._acting()
        for faction in acting:
            faction.weigh_ties()
        self.settle_ties()
        for faction in acting:
            faction.gather()
        verbs.close_resources(h, t)
        for faction in acting:
            faction.attack()
        verbs.close_attacks(h, t)
        for state in self.states:
            state.react()
        phases.record_month(h, t, start)
        self.month = t + 1
        self.running = self.month < self.world.calendar.months
        if not self.running or self.month % self.collect_every == 0:
            self.collect()

    def settle_ties(self) -> None:
        """The month's decisions about ties take effect. A subclass may look at them first, in `state` and `scratch`."""
        phases.ties(self.handle, self.month)

    def run(self) -> Outcomes:
        """Step to the horizon; the outcomes of this run, as `run_ensemble` gives them."""
        while self.running:
            self.step()
        return self.outcomes

    def collect(self) -> None:
        """Redraw the network of ties and collect the month's data."""
        self._draw_ties()
        self.datacollector.collect(self)

    @property
    def meetings(self) -> list[int]:
        """Dyads that get to decide this month, in their order."""
        return [int(d) for d in self.scratch.meeting[: self.scratch.met[0]]]

    @property
    def events(self) -> Table:
        """Events so far (columns of `tables.EVENT`)."""
        count = int(self.journal.used[0])
        return self.journal.rows[: min(count, len(self.journal.rows))]

    def faction(self, name: str) -> Faction:
        """A faction by name."""
        return self.factions[self.world.faction(name)]

    def focal_level(self) -> int | None:
        """Deepest level between the two focal organisations; None if a side is not there."""
        a, b = (self.organisations[self.world.organisation(n)] for n in self.world.focal)
        return max((x.level(y) for x in a.members() for y in b.members()), default=None)

    def fights(self) -> int:
        """Number of dyads in armed conflict."""
        dyad, here = self.world.facts.dyad, self.state.faction["present"] == 1
        fighting = self.state.level == Level.ARMED_CONFLICT
        return int((fighting & here[dyad["first"]] & here[dyad["second"]]).sum())
