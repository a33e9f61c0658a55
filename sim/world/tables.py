"""The tables of a run: one structured array per entity, a column per variable.

`State` is what a run changes, `Facts` what it only reads (the world and its schedules; a wedge is already
inside the schedules). A row is read and written as `s.faction[i].fighters` or `s.tie[d].trust`,
in compiled rules and in plain Python alike.

Index letters: i, j factions (F); d dyads, the unordered pairs of factions that can meet (D); c contacts, a dyad seen
from one side (2 D); o, q organisations (O); r relations, ordered pairs of organisations (R); a state actors (A);
k capability kinds (C); l places (L); t months (T).

The annotation of a field gives its columns (or element type) and its number of dimensions; the compiled engine
reads them (`engine/handle.py`).

Pairs are lists and not square tables, so that a world of thousands of factions costs what its contacts cost; see
`world/graph.py`.

Why tables and not one array per variable: every column is a scalar field, so that worlds of any size
share one compiled engine, and a call from Python hands over a dozen arrays instead of eighty
(measured: compilation 21 s -> 4 s, a call through a handle 1.7 us).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .names import KINDS

Floats = NDArray[np.float64]
Table = Any  # np.recarray: rows with attribute access, which type checkers cannot see through


def _columns(floats: str, integers: str, indices: str = "") -> np.dtype[np.void]:
    """Columns by kind. An index is unsigned: the compiler need not ask at each use whether it counts from the end."""
    kinds = ((floats, "f8"), (integers, "i8"), (indices, "u4"))
    return np.dtype([(name, kind) for names, kind in kinds for name in names.split()])


FACTION = _columns(
    # fighters: people. strategy 0 gradual .. 1 fast and indiscriminate. disposition 0 spoiler .. 1 dealmaker.
    # grievance, reputation, setback, authority, pragmatism 0..1. foreign: share of foreign fighters.
    # doctrine 0 Deobandi .. 1 Salafi-jihadist; scope 0 local .. 1 global. blamed, claimed: attacks a month.
    # pressed, coerced: kinetic pressure and patrons' coercion this month, 0..1, found by the survey.
    "fighters strategy disposition grievance foreign reputation setback doctrine scope authority pragmatism blamed claimed "
    "pressed coerced",
    # key: name in the keyed draws. leader: names.Leader. hidden: months a death has been concealed.
    # generation: leaders so far. attacks, civilian, outsourced: counts of this month. claimant: faction or -1.
    # unmasked: 1 in a month in which a covert tie of the faction comes to light.
    # bulletin: names.LeaderNews of this month. parent: faction a splinter came from, or -1.
    "present key parent leader founder generation hidden bulletin unmasked attacks civilian outsourced claimant",
    "organisation",
)
TIE = _columns(
    # trust, embedded, visibility, blood 0..1. rapport: standard normal, what the coder cannot see of a dyad.
    # held_first: what the first side's leader personally holds to the second's, 0..1, and the other way round.
    # age: months at material level or above. overlap: co-presence 0..1, derived from `presence`.
    "trust embedded visibility blood rapport held_first held_second age overlap",
    # changed: month of the last change of level. exposed: 1 in the month a covert tie comes to light.
    "changed exposed",
)
ORGANISATION = _columns(
    # cohesion 0..1. shock: memory of a disclosed death or contested succession, 0..1.
    "cohesion shock",
    # emir: faction that holds the emirate. seen: generation of its leader at the last look.
    # talks: names.Talks. talks_age: months in that state. counterpart: organisation the offer is about, or -1.
    # defunct: 1 when no faction is left to lead.
    "present seen talks talks_age counterpart defunct",
    "emir",
)
RELATION = _columns("", "stance since pledge pledged answer reply answered")
"""(R + 1,) of o toward q: stance, month of its last change; pledge given by o to q, month; answer of o to q's
pledge as the world knows it, `reply` as decided this month, month of the answer. The last row stands for any two
organisations without a relation: nothing said, nothing pledged; nothing writes it."""

FACTION_FACTS = _columns(
    # recognition 0..1: how much recognition is wanted. brand 0..1: image of steadfastness.
    # capacity: fighters the base can sustain. entry_share: share of entry strength drawn from the parent.
    # home: organisation of the slot when it enters or is born. spare: 1 for a slot kept for a faction born in a run.
    "recognition brand capacity entry_share",
    "key entry parent home spare",
)
FACTION_MONTH = _columns(
    # kinetic, targeting, interdiction, coercion, support 0..1; influence: weight in the organisation;
    # setback: dated blow 0..1; successor_authority, successor_strategy, successor_disposition: -1 = drawn.
    "kinetic targeting interdiction coercion support influence setback "
    "successor_authority successor_strategy successor_disposition",
    # news: names.LeaderNews. mortal: 1 if the leader can die unscripted in this month.
    "news mortal",
)
POLICY = _columns(
    # (T, P): what one organisation meets over its association with another. All 0..1. Column 0 is empty.
    "isolation offer credibility verification demand halt",
    "pledge",  # names.Pledge: dated act of o toward q, 0 = nothing
)
DYAD = _columns(
    # entry_level: names.Level once both are there. relation: of the home of the first toward that of the second; -1 if a
    # side is a slot, whose organisation is known at its birth only.
    "",
    "entry_level relation",
    "first second",
)
CONTACT = _columns("", "", "other dyad side")
RELATION_FACTS = _columns("", "", "of toward back policy")
BID = _columns("", "faction about")
DYAD_EVENT = _columns("trust bond exposure", "month", "dyad")
"""Dated or instrumented change of one dyad: trust and embeddedness added, hazard of exposure."""

EVENT = np.dtype([("value", "f8"), *((n, "i2") for n in ["month", "kind", "i", "j", "before", "after", "lead", "second"])])
"""Half a run's memory is its events, hence the short integers."""
CHOICE = _columns("push", "lead second")
INTENT = _columns("fighters share", "dissent target")


PLEDGE_DUE, PLACE_DENIED, GOVERNANCE_SHIFTS = 1, 2, 4
"""Flags of `Facts.busy`."""


class State(NamedTuple):
    """One replicate in one month. Every table belongs to this replicate alone."""

    faction: Annotated[Table, FACTION, 1]  # (F,) FACTION
    level: Annotated[NDArray[np.int8], "i1", 1]  # (D,) names.Level; 0 while a side is not there
    tie: Annotated[Table, TIE, 1]  # (D,) TIE
    organisation: Annotated[Table, ORGANISATION, 1]  # (O,) ORGANISATION
    relation: Annotated[Table, RELATION, 1]  # (R + 1,) RELATION
    capability: Annotated[Floats, "f8", 2]  # (F, C) 0..1
    need: Annotated[Floats, "f8", 2]  # (F, C) 0..1
    presence: Annotated[Floats, "f8", 2]  # (F, L) share of the faction in a place; rows sum to 1
    response: Annotated[Floats, "f8", 2]  # (A, F) what a state actor adds of its own to a faction's pressure or coercion, 0..1


class Facts(NamedTuple):
    """Facts and schedules of a run. Rules read them; nothing writes them."""

    faction: Annotated[Table, FACTION_FACTS, 1]  # (F,) FACTION_FACTS
    monthly: Annotated[Table, FACTION_MONTH, 2]  # (T, F) FACTION_MONTH
    policy: Annotated[Table, POLICY, 2]  # (T, P) POLICY; `relation.policy` says which column is whose
    dialogue: Annotated[Floats, "f8", 2]  # (T, O) talks inside the movement with its hard-liners, 0..1
    inducement: Annotated[Floats, "f8", 2]  # (T, B) offers to one faction for its own break with an organisation, 0..1
    bid: Annotated[Table, BID, 1]  # (B,) BID: to which faction, about which organisation
    denial: Annotated[Floats, "f8", 2]  # (T, L) denial of sanctuary in a place, 0..1
    governance: Annotated[Floats, "f8", 2]  # (T, L) government reach in a place, 0..1 (lowers recruitment and contact)
    campaign: Annotated[Floats, "f8", 2]  # (T, A) how hard a state actor fights, 0..1
    watch: Annotated[Floats, "f8", 1]  # (T,) presence that can verify promises on the ground, 0..1
    enmity: Annotated[Floats, "f8", 2]  # (F, A) hostility of a faction to a state actor, 0..1
    leverage: Annotated[Floats, "f8", 2]  # (A, F) hold of a patron over a faction, 0..1
    actor: Annotated[NDArray[np.int64], "i8", 1]  # (A,) names.Actor of each state actor
    busy: Annotated[NDArray[np.int64], "i8", 1]  # (T,) flags of the month: PLEDGE_DUE, PLACE_DENIED, GOVERNANCE_SHIFTS
    dyad_event: Annotated[Table, DYAD_EVENT, 1]  # (E,) DYAD_EVENT sorted by month
    dyad_start: Annotated[NDArray[np.int64], "i8", 1]  # (T + 1,) first row of `dyad_event` of each month
    order: Annotated[NDArray[np.uint32], "u4", 1]  # (F,) factions in the order of their keys, as every sum takes them
    dyad: Annotated[Table, DYAD, 1]  # (D,) DYAD, by the order of their factions
    contact: Annotated[Table, CONTACT, 1]  # (2 D,) of each faction in turn, by the order of the other; side 0: first of the dyad
    contact_start: Annotated[NDArray[np.uint64], "u8", 1]  # (F + 1,) first contact of each faction
    dyad_of: Annotated[NDArray[np.int32], "i4", 2]  # (F, F) dyad of two factions, -1 if they cannot meet
    relation: Annotated[Table, RELATION_FACTS, 1]  # (R + 1,) of each organisation in turn, then `without`
    relation_start: Annotated[NDArray[np.uint64], "u8", 1]  # (O + 1,) first relation of each organisation
    relation_of: Annotated[NDArray[np.uint32], "u4", 2]  # (O, O) relation of two organisations
    member: Annotated[NDArray[np.uint32], "u4", 1]  # named factions by home, in order
    member_start: Annotated[NDArray[np.int64], "i8", 1]  # (O + 1,) first member of each organisation
    born: Annotated[NDArray[np.uint32], "u4", 1]  # slots for factions born in a run, in order
    organisation_key: Annotated[NDArray[np.int64], "i8", 1]  # (O,) names of organisations in the keyed draws


class Scratch(NamedTuple):
    """What actors decide in a phase before anything is settled, and room for the terms."""

    deepest: Annotated[NDArray[np.int8], "i1", 1]  # (R + 1,) deepest level between two organisations, 0 or more
    in_touch: Annotated[NDArray[np.int8], "i1", 1]  # (R + 1,) 1 if factions of theirs have a tie of any sign
    matters: Annotated[NDArray[np.int8], "i1", 1]  # (R + 1,) 1 if there is anything to decide: a tie, a policy, a pledge
    meets: Annotated[NDArray[np.int8], "i1", 1]  # (D,) 1 if the two get to decide this month
    desire: Annotated[NDArray[np.int8], "i1", 2]  # (D, 2) step -1, 0, 1 that each side wants
    draw: Annotated[Floats, "f8", 2]  # (D, 2) uniform of each side's decision
    choice: Annotated[Table, CHOICE, 2]  # (D, 2) CHOICE: why each side wants it
    intent: Annotated[Table, INTENT, 1]  # (F,) INTENT: next strength, and dissent decided by i
    capability: Annotated[Floats, "f8", 2]  # (F, C) capability of the next month
    terms: Annotated[Floats, "f8", 2]  # (F, M) weighted terms of the dyad an actor weighs


class Journal(NamedTuple):
    """Events of a run, in the order in which they happened."""

    rows: Annotated[Table, EVENT, 1]  # (N,) EVENT
    used: Annotated[NDArray[np.int64], "i8", 1]  # (1,) events so far; above N the journal was too small


def table(shape: int | tuple[int, ...], columns: np.dtype[np.void]) -> Table:
    """A table of zeros."""
    return np.zeros(shape, dtype=columns).view(np.recarray)


def scratch_for(facts: Facts, terms: int) -> Scratch:
    """Working room for one replicate."""
    factions, dyads = len(facts.faction), len(facts.dyad)
    return Scratch(
        deepest=np.zeros(len(facts.relation), dtype=np.int8),
        in_touch=np.zeros(len(facts.relation), dtype=np.int8),
        matters=np.zeros(len(facts.relation), dtype=np.int8),
        meets=np.zeros(dyads, dtype=np.int8),
        desire=np.zeros((dyads, 2), dtype=np.int8),
        draw=np.zeros((dyads, 2)),
        choice=table((dyads, 2), CHOICE),
        intent=table(factions, INTENT),
        capability=np.zeros((factions, KINDS)),
        terms=np.zeros((factions, terms)),
    )


def journal_for(size: int) -> Journal:
    """An empty journal with room for `size` events."""
    return Journal(rows=table(size, EVENT), used=np.zeros(1, dtype=np.int64))


def fresh(state: State) -> State:
    """A copy that shares no memory with the original."""
    parts: list[Any] = [part.copy() for part in state]
    return State(*parts)


def differing(a: Iterable[Any], b: Iterable[Any]) -> list[str]:
    """Names of the tables (and columns) in which two states or worlds differ by any bit."""
    names = getattr(a, "_fields", None) or [str(n) for n, _ in enumerate(a)]
    found: list[str] = []
    for name, left, right in zip(names, a, b, strict=True):
        if left.shape != right.shape:
            found.append(f"{name}: shape {left.shape} against {right.shape}")
        elif left.tobytes() != right.tobytes():
            columns = left.dtype.names or ()
            wrong = [c for c in columns if left[c].tobytes() != right[c].tobytes()]
            found.append(name + (": " + ", ".join(wrong) if wrong else ""))
    return found
