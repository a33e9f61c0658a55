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


class Event(IntEnum):
    """Kind of a recorded event. `parties` of an event are factions unless noted otherwise."""

    TIE_UP = 0
    TIE_DOWN = 1
    LEADER_DEATH = 2
    DISCLOSURE = 3
    SUCCESSION = 4
    STANCE = 5  # organisations
    PLEDGE = 6  # organisations
    ANSWER = 7  # organisations
    TALKS = 8  # organisation and the organisation it is asked to break with
    SPLIT = 9
    DEFECTION = 10
    ENTRY = 11
    DISSOLUTION = 12
    EXPOSURE = 13
    EMIRATE = 14  # organisation, new faction
    DISPLACEMENT = 15


ORGANISATION_EVENTS = (Event.STANCE, Event.PLEDGE, Event.ANSWER, Event.TALKS)

CAPABILITIES = (
    "explosives",
    "finance",
    "sanctuary",
    "logistics",
    "administration",
    "propaganda",
    "manpower",
)
KINDS = 7
EXPLOSIVES, FINANCE, SANCTUARY_KIND, LOGISTICS, ADMINISTRATION, PROPAGANDA, MANPOWER = range(KINDS)


def label(member: IntEnum) -> str:
    """Lower-case name of a member, as configuration and figures write it."""
    return member.name.lower()


def by_label(kind: type[IntEnum]) -> dict[str, int]:
    """Lower-case names of an enumeration and their numbers."""
    return {label(m): int(m) for m in kind}
