"""The vocabulary of the model as numbers: levels, stances, pledges, talks, events.

Rules compare these constants; configuration and figures use the lower-case names.
"""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    """Level of a tie: the ladder of the MGAR data with two steps of hostility below it."""

    ARMED_CONFLICT = -2
    RIVALRY = -1
    NONE = 0
    CONTACT = 1
    MATERIAL = 2
    SANCTUARY = 3
    JOINT = 4


class Stance(IntEnum):
    """Official stance of an organisation toward another."""

    EMBRACE = 0
    AMBIGUOUS = 1
    DISTANCE = 2
    RENOUNCE = 3


class Pledge(IntEnum):
    """State of a pledge (bayat): what the giver did, and how the receiver answered."""

    NONE = 0
    OFFERED = 1
    UNANSWERED = 2
    ACKNOWLEDGED = 3
    ACCEPTED = 4
    RENOUNCED = 5


class Talks(IntEnum):
    """State of an organisation's negotiation with the coalition."""

    NONE = 0
    OPEN = 1
    AGREED = 2
    FROZEN = 3
    SNAPPED_BACK = 4


class Leader(IntEnum):
    """State of a faction's leadership."""

    VACANT = 0
    ALIVE = 1
    CONCEALED = 2


class Actor(IntEnum):
    """Kind of a state actor."""

    COALITION = 0
    HOST = 1
    PATRON = 2


class LeaderNews(IntEnum):
    """What the dated history says about a leader in a month."""

    NOTHING = 0
    DEATH = 1
    CONCEALED_DEATH = 2
    DISCLOSURE = 3


class Dissent(IntEnum):
    """What the dissatisfied of a faction decide."""

    STAYS = 0
    SPLITS = 1
    DEFECTS = 2


class Ending(IntEnum):
    """How an alliance ended."""

    NONE = 0
    BROKEN_OFF = 1
    SIDE_ENDED = 2


class Event(IntEnum):
    """Kind of a recorded event. Who `i` and `j` of an event are: `PARTIES`."""

    TIE_UP = 0
    TIE_DOWN = 1
    LEADER_DEATH = 2
    DISCLOSURE = 3
    SUCCESSION = 4
    STANCE = 5
    PLEDGE = 6
    ANSWER = 7
    TALKS = 8
    SPLIT = 9
    DEFECTION = 10
    ENTRY = 11
    DISSOLUTION = 12
    EXPOSURE = 13
    EMIRATE = 14
    DISPLACEMENT = 15


class Party(IntEnum):
    """What a party to an event is."""

    NOBODY = 0
    FACTION = 1
    ORGANISATION = 2


_FACTIONS, _ORGANISATIONS = (Party.FACTION, Party.FACTION), (Party.ORGANISATION, Party.ORGANISATION)
PARTIES: dict[Event, tuple[Party, Party]] = {
    Event.TIE_UP: _FACTIONS,
    Event.TIE_DOWN: _FACTIONS,
    Event.LEADER_DEATH: (Party.FACTION, Party.NOBODY),
    Event.DISCLOSURE: (Party.FACTION, Party.NOBODY),
    Event.SUCCESSION: (Party.FACTION, Party.NOBODY),
    Event.STANCE: _ORGANISATIONS,
    Event.PLEDGE: _ORGANISATIONS,
    Event.ANSWER: _ORGANISATIONS,
    Event.TALKS: _ORGANISATIONS,  # who negotiates, and with whom it is asked to break
    Event.SPLIT: _FACTIONS,  # the second is who breaks away, or the rival they join, or nobody
    Event.DEFECTION: _FACTIONS,
    Event.ENTRY: _FACTIONS,  # the second is from whose ranks it comes
    Event.DISSOLUTION: (Party.FACTION, Party.NOBODY),
    Event.EXPOSURE: _FACTIONS,
    Event.EMIRATE: (Party.ORGANISATION, Party.FACTION),  # the second is the new emir's
    Event.DISPLACEMENT: (Party.FACTION, Party.NOBODY),
}
"""Who `i` and `j` of an event are, by its kind; a second party may be missing (-1)."""
ORGANISATION_EVENTS = tuple(kind for kind, parties in PARTIES.items() if parties == _ORGANISATIONS)


class Capability(IntEnum):
    """Kind of a capability."""

    EXPLOSIVES = 0
    FINANCE = 1
    SANCTUARY = 2
    LOGISTICS = 3
    ADMINISTRATION = 4
    PROPAGANDA = 5
    MANPOWER = 6


def label(member: IntEnum) -> str:
    """Lower-case name of a member, as configuration and figures write it."""
    return member.name.lower()


def by_label(kind: type[IntEnum]) -> dict[str, int]:
    """Lower-case names of an enumeration and their numbers."""
    return {label(m): int(m) for m in kind}


KINDS = len(Capability)
CAPABILITIES = tuple(label(kind) for kind in Capability)
EXPLOSIVES, FINANCE, SANCTUARY, LOGISTICS, ADMINISTRATION, PROPAGANDA, MANPOWER = (int(kind) for kind in Capability)
"""Columns of `State.capability` and `State.need`, as whole numbers for the rules."""
