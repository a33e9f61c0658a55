"""Mesa agents: views of one row of the model's tables, with verbs that a subclass may override."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa

from ..errors import InputError
from ..world.names import Leader, Stance, Talks, label
from . import verbs

if TYPE_CHECKING:
    from .model import AllianceModel


class Actor(mesa.Agent):
    """An actor of the model: keeps its index and name, no state of its own.

    Parameters
    ----------
    model : AllianceModel
    index : int
        Row in the model's tables.
    name : str
    """

    model: AllianceModel

    def __init__(self, model: AllianceModel, index: int, name: str) -> None:
        super().__init__(model)
        self.index, self.name = index, name


def if_present(name: str, actor: Faction | Organisation) -> Any:
    """A property of an actor, for the data collected; None while it is not there, whatever its row still holds."""
    return getattr(actor, name) if actor.present else None


class Faction(Actor):
    """The deciding unit. Each verb is one phase of a month; override it to change one faction's behaviour."""

    @property
    def row(self) -> Any:
        """This faction's row (columns of `tables.FACTION`); assignments write through."""
        return self.model.state.faction[self.index]

    @property
    def present(self) -> bool:
        """Whether the faction exists this month."""
        return bool(self.row.present)

    @property
    def fighters(self) -> float:
        """Fighters, people."""
        return float(self.row.fighters)

    @property
    def leader(self) -> str:
        """State of its leadership, one of vacant, alive, concealed."""
        return label(Leader(int(self.row.leader)))

    @property
    def organisation(self) -> Organisation:
        """The organisation it belongs to now."""
        return self.model.organisations[int(self.row.organisation)]

    def level(self, other: Faction) -> int:
        """Level of the tie with another faction, -2 armed conflict to 4 joint operations."""
        d = self._dyad(other)
        return int(self.model.state.level[d]) if d >= 0 else 0

    def tie(self, other: Faction) -> Any:
        """Row of the tie with another faction (columns of `tables.TIE`); a faction it can meet."""
        d = self._dyad(other)
        if d < 0:
            raise InputError("tie", other.name, f"is not in reach of '{self.name}'", "a faction that it can meet")
        return self.model.state.tie[d]

    def _dyad(self, other: Faction) -> int:
        return int(self.model.world.facts.dyad_of[self.index, other.index])

    def wishes(self) -> dict[Faction, int]:
        """After `weigh_ties`: the step (-1, 0, 1) it wants with each faction it meets this month."""
        dyad, desire = self.model.world.facts.dyad, self.model.scratch.desire
        found = {}
        for d in self.model.meetings:
            sides = (int(dyad[d].first), int(dyad[d].second))
            if self.index in sides:
                side = sides.index(self.index)
                found[self.model.factions[sides[1 - side]]] = int(desire[side, d])
        return found

    def wish(self, other: Faction, step: int) -> None:
        """Change the step it wants with a faction that it meets this month."""
        if step not in (-1, 0, 1):
            raise InputError("step", other.name, f"{step} is not a step", "-1, 0 or 1")
        d = self._dyad(other)
        side = int(self.model.world.facts.dyad[d].second == self.index)
        self.model.scratch.desire[side, d] = step

    def lead(self) -> None:
        """One month of leadership: death, concealment, disclosure, succession."""
        verbs.faction_leads(self.model.handle, self.model.month, self.index)

    def dissent(self) -> None:
        """Whether the dissatisfied split off or drift to a rival: writes `model.scratch.intent[index]`."""
        verbs.faction_dissents(self.model.handle, self.model.month, self.index)

    def weigh_ties(self) -> None:
        """Decide about every tie that has the opportunity; see `wishes`."""
        verbs.faction_weighs(self.model.handle, self.model.month, self.index)

    def gather(self) -> None:
        """Recruits, losses, learning: writes next month's strength into `model.scratch`."""
        verbs.faction_gathers(self.model.handle, self.model.month, self.index)

    def attack(self) -> None:
        """Attacks and claims of the month, as counts."""
        verbs.faction_attacks(self.model.handle, self.model.month, self.index)


class Organisation(Actor):
    """A movement of factions with one emir and one official line."""

    @property
    def row(self) -> Any:
        """This organisation's row (columns of `tables.ORGANISATION`)."""
        return self.model.state.organisation[self.index]

    @property
    def present(self) -> bool:
        """Whether the organisation exists this month."""
        return bool(self.row.present)

    @property
    def cohesion(self) -> float:
        """Cohesion, 0..1."""
        return float(self.row.cohesion)

    @property
    def talks(self) -> str:
        """State of its negotiation with the coalition."""
        return label(Talks(int(self.row.talks)))

    def stance(self, other: Organisation) -> str:
        """Official stance toward another organisation."""
        r = self.model.world.facts.relation_of[self.index, other.index]
        return label(Stance(int(self.model.state.relation[r].stance)))

    def members(self) -> list[Faction]:
        """Factions that belong to it now."""
        return [f for f in self.model.factions if f.present and int(f.row.organisation) == self.index]

    def politics(self) -> None:
        """One month of politics: emirate, cohesion, talks, stance, pledges."""
        verbs.organisation_decides(self.model.handle, self.model.month, self.index)


class State(Actor):
    """A state actor: the coalition, a host government or a patron."""

    @property
    def response(self) -> Any:
        """What it adds of its own to the pressure on (or coercion of) each faction, 0..1, shape (F,)."""
        return self.model.state.response[self.index]

    def react(self) -> None:
        """Observe attacks, ties and promises, and react."""
        verbs.state_reacts(self.model.handle, self.model.month, self.index)
