"""The order of a month. Calls only: what happens is in `processes/`, what a tie is worth in `weigh.py`."""

from __future__ import annotations

from .compiled import rule
from .processes.attacks import attack, settle_attacks
from .processes.bonding import bonds
from .processes.dissent import dissent, settle_dissent
from .processes.history import history
from .processes.leadership import lead
from .processes.opportunity import meetings
from .processes.politics import politics, settle_politics
from .processes.reaction import react
from .processes.resources import gather, settle_resources
from .processes.settlement import settle_ties
from .processes.territory import territory
from .weigh import weigh_ties


@rule
def month(s, w, p, t, key, scratch, journal):
    """One month of one replicate."""
    factions = s.faction.shape[0]
    organisations = s.organisation.shape[0]
    states = s.response.shape[0]

    history(s, w, p, t, key, journal)  # entries, pledges, blows, dyadic events of the schedule
    territory(s, w, p, t, key, journal)  # displacement, co-presence

    for i in range(factions):
        lead(s, w, p, t, key, i, journal)  # death, concealment, disclosure, succession

    for o in range(organisations):
        politics(s, w, p, t, key, o, journal)  # emirate, cohesion, talks, stance, pledges
    settle_politics(s)

    for i in range(factions):
        dissent(s, w, p, t, key, i, scratch)  # covert disobedience, splits, defections
    settle_dissent(s, w, p, t, key, scratch, journal)

    meetings(s, w, p, t, key, scratch)  # who gets to decide
    for i in range(factions):
        weigh_ties(s, w, p, t, i, scratch)  # one step up, stay, one step down
    settle_ties(s, w, p, t, scratch, journal)
    bonds(s, w, p, t, key, journal)  # trust, embeddedness, visibility, age, exposure

    for i in range(factions):
        gather(s, w, p, t, i, scratch)  # recruits, losses, skills, grievance
    settle_resources(s, w, p, t, scratch, journal)

    for i in range(factions):
        attack(s, w, p, t, key, i)  # counts, civilian share, whose claim
    settle_attacks(s, w, p)

    for a in range(states):
        react(s, w, p, t, key, a, journal)  # alarm, coercion, verification, snapback
