"""The Mesa model: agents on the same tables and the same rules as the ensemble, bit for bit."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Self

import mesa
import networkx as nx
import numpy as np
from mesa.datacollection import DataCollector
from mesa.space import NetworkGrid

from ..errors import InputError
from ..rules.draws import master_key
from ..rules.weigh import N_TERMS
from ..world.loading import load_world, thesis_values
from ..world.names import Level
from ..world.parameters import parameter_table
from ..world.tables import Table, fresh, journal_for, scratch_for
from ..world.world import World
from . import verbs
from .agents import Faction, Organisation, State
from .arguments import check_model
from .batch_run import run_asked_for
from .collected import AGENT_REPORTERS, MODEL_REPORTERS
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
    seed, replicate : int, optional
        Which run: the same as replicate `replicate` of `run_ensemble(…, seed=seed)`. Seed 1 and replicate 0 by default;
        under `mesa.batch_run(…, iterations=n)` the iteration is the replicate.
    months : int, optional
        Another horizon than the scenario's; not with a world.
    world : World, optional
        A world built elsewhere, with its own horizon.
    faction_classes : mapping, optional
        Faction name -> subclass of Faction, for one that behaves differently.
    collect_every : int
        Months between two collections of data; the start and the last month are always collected. Mesa's
        `batch_run` needs 1; a larger number is faster.
    vector : np.recarray (1,), optional
        A whole parameter vector (`parameter_table`), instead of `thesis` and `parameters`.
    rng : int, optional
        Mesa's other word for `seed`.

    `copy.copy`, `copy.deepcopy` and `pickle` give an independent model that goes on with the same bits; `enter` lets a
    copy go on in another world.

    Raises
    ------
    InputError
        A name is unknown, a value is out of range, or two arguments contradict each other.
    """

    faction_class: type[Faction] = Faction
    organisation_class: type[Organisation] = Organisation
    state_class: type[State] = State

    def __init__(
        self,
        scenario: str = "taliban_rule_1996",
        thesis: str | None = None,
        parameters: Mapping[str, float] | None = None,
        seed: int | None = None,
        replicate: int | None = None,
        months: int | None = None,
        world: World | None = None,
        faction_classes: Mapping[str, type[Faction]] | None = None,
        collect_every: int = 1,
        vector: Table | None = None,
        rng: int | None = None,
    ) -> None:
        seed, replicate = run_asked_for(seed, replicate, rng)
        check_model(
            seed, replicate, collect_every, months=months, world=world, vector=vector, thesis=thesis, parameters=parameters
        )
        super().__init__(rng=[seed, replicate])  # for draws of a user's subclass; no rule draws from it
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
        self.key = master_key(seed, replicate)
        self._hold()
        verbs.begin(self.handle)
        self._create_agents(faction_classes or {})
        self._seen = np.zeros(len(self.factions), dtype=bool)
        self.network = nx.Graph()
        self.grid = self._network_space()
        self.datacollector = DataCollector(MODEL_REPORTERS, agenttype_reporters=AGENT_REPORTERS)
        self.running = True
        self.collect()

    def _hold(self) -> None:
        """Take hold of the model's own tables; a handle does not keep them alive."""
        self.run_tables = Run(
            s=self.state,
            w=self.world.facts,
            points=self.parameters,
            key=self.key,
            scratch=self.scratch,
            journal=self.journal,
            frame=frame_of(self.world),
            outcomes=Outcomes(*(part[0] for part in self.outcomes)),
            kept=Trajectories(*(part[0] for part in room_for_trajectories(self.world, 1, 0))),
            trace=Trace(*(part[0] for part in room_for_trace(self.world, 1, 0))),
        )
        self.handle = handle_of(self.run_tables)

    def __getstate__(self) -> dict[str, Any]:
        """What a copy takes over: everything but the addresses of this model's tables."""
        return {name: value for name, value in self.__dict__.items() if name not in ("run_tables", "handle")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Become a copy, on tables of its own."""
        self.__dict__.update(state)
        self._hold()

    def __copy__(self) -> Self:
        """An independent model, as `copy.deepcopy` gives it: a model that shared tables would step its original."""
        return copy.deepcopy(self)

    def enter(self, world: World) -> None:
        """Go on in another world from this month: of a copy, what would have come of a wedge that begins now.

        Parameters
        ----------
        world : World
            A world of the same actors, places and calendar, from an instrument (`sim.with_wedge`).

        Raises
        ------
        InputError
            The world has other actors, places or months.
        """
        for what in ("factions", "organisations", "states", "places", "calendar"):
            if getattr(world, what) != getattr(self.world, what):
                raise InputError("world", what, "are not those of this run", "the world of this run under another policy")
        self.world = world
        self._hold()

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
        """One month, in the order of `sim.engine.month.month`."""
        t, h = self.month, self.handle
        if t >= self.world.calendar.months:
            self.running = False
            return
        start = int(self.journal.used[0])
        verbs.open_month(h, t)
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
        verbs.record_month(h, t, start)
        self.month = t + 1
        self.running = self.month < self.world.calendar.months
        if not self.running or self.month % self.collect_every == 0:
            self.collect()

    def settle_ties(self) -> None:
        """The month's decisions about ties take effect. A subclass may look at them first, in `state` and `scratch`."""
        verbs.close_ties(self.handle, self.month)

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
