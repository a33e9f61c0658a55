"""The tables of a run: one structured array per entity, a column per variable.

`State` is what a run changes, `Facts` what it only reads (the world and its schedules; a wedge is already
inside the schedules). A row is read and written as `s.faction[i].fighters` or `s.tie[d].trust`,
in compiled rules and in plain Python alike.

Index letters: i, j factions (F); d dyads, the unordered pairs of factions that can meet (D); c contacts, a dyad seen
from one side (2 D); o, q organisations (O); r relations, ordered pairs of organisations (R); a state actors (A);
k capability kinds (C); l places (L); t months (T).
What the two sides of a dyad have of their own stands by side, then dyad: (2, D), the first side in row 0.

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


class Column(NamedTuple):
    """One column of a table, as docs/odd_variables.md prints it."""

    kind: str
    name: str
    unit: str
    range: str
    meaning: str


COLUMNS: dict[str, tuple[Column, ...]] = {}
"""The columns of each table below by the table's name, in the order in which they lie in memory."""


def _columns(name: str, text: str) -> np.dtype[np.void]:
    """Columns of a table, from lines `kind name | unit | range | meaning`; floats first, then integers, then indices.

    An index is unsigned (u4): the compiler need not ask at each use whether it counts from the end.
    """
    found = []
    for line in text.strip().splitlines():
        kind, _, rest = line.strip().partition(" ")
        found.append(Column(kind, *(part.strip() for part in rest.split("|"))))
    COLUMNS[name] = tuple(found)
    return np.dtype([(column.name, column.kind) for column in found])


FACTION = _columns(
    "FACTION",
    """
    f8 fighters | people | 0 or more | strength
    f8 strategy | share | 0..1 | 0 gradual and population-centred, 1 fast and indiscriminate
    f8 disposition | share | 0..1 | disposition to talks: 0 spoiler, 1 dealmaker
    f8 grievance | share | 0..1 | local grievance that feeds recruitment and dissent
    f8 foreign | share | 0..1 | share of foreign fighters
    f8 reputation | share | 0..1 | name with the common audience, made by claimed attacks
    f8 setback | share | 0..1 | sense of defeat
    f8 doctrine | position | 0..1 | 0 Deobandi, 1 Salafi-jihadist; fixed
    f8 scope | position | 0..1 | 0 local, 1 global; fixed
    f8 authority | share | 0..1 | standing of the leader
    f8 pragmatism | share | 0..1 | the leader's own disposition, to which that of the faction moves
    f8 blamed | attacks | 0 or more | attacks of this month that observers lay at its door
    f8 claimed | attacks | 0 or more | attacks of this month that it claims
    f8 pressed | share | 0..1 | kinetic pressure this month, found by the survey
    f8 coerced | share | 0..1 | patrons' coercion and withdrawal of support this month, found by the survey
    f8 supported | share | 0..1 | most support by its patrons that it has known
    f8 pressed_before | share | 0..1 | kinetic pressure of the month before
    f8 open | share | 0..1 | share of its ground that is neither governed nor denied to it, found by the survey
    f8 news | share | 0..1 | how recently something happened that gives reason to reconsider its ties
    f8 sociable | standard deviations | any | how readily it allies, with whomever; drawn once a run, standard normal
    i8 present | flag | 0, 1 | whether it exists
    i8 key | number | 0..2**32 - 1 | its name in the keyed draws
    i8 parent | faction | -1.. | faction that a splinter came from; -1 for all others
    i8 leader | code | names.Leader | state of the leadership
    i8 founder | flag | 0, 1 | whether the leader is the founder
    i8 generation | number | 0 or more | leaders so far; 0 marks a slot that was never used
    i8 hidden | months | 0 or more | how long a death has been concealed
    i8 bulletin | code | names.LeaderNews | what became of the leader this month
    i8 unmasked | flag | 0, 1 | 1 in a month in which a covert tie of it comes to light
    i8 attacks | attacks | 0 or more | attacks of this month
    i8 civilian | attacks | 0 or more | of them, those that hit civilians
    i8 outsourced | attacks | 0 or more | of those, handed to an ally's claim
    i8 claimant | faction | -1.. | ally that claims them; -1 for none
    u4 organisation | organisation | index | organisation that it belongs to now
    """,
)
TIE = _columns(
    "TIE",
    """
    f8 trust | share | 0..1 | trust of the two
    f8 embedded | share | 0..1 | social interlocking: shared combat, intermarriage, networks
    f8 visibility | share | 0..1 | what outsiders see of the tie
    f8 blood | share | 0..1 | memory of fighting between the two
    f8 grudge | share | 0..1 | memory of having been abandoned, of a quarrel or a renounced pledge
    f8 weary | share | 0..1 | exhaustion by the fight of the two, which fades over years
    f8 rapport | standard deviations | any | what no coder sees of a dyad and what stays; drawn once a run
    f8 circumstance | standard deviations | any | what no coder sees of a dyad and what changes slowly
    f8 news | share | 0..1 | how recently there was a reason to reconsider the tie
    f8 held_first | share | 0..1 | what the first side's leader personally holds to the second's
    f8 held_second | share | 0..1 | the same the other way round
    f8 age | months | 0 or more | months at material level or above; fades below
    f8 overlap | share | 0..1 | co-presence, derived from `presence`
    i8 exposed | flag | 0, 1 | 1 in the month in which a covert tie comes to light
    """,
)
ORGANISATION = _columns(
    "ORGANISATION",
    """
    f8 cohesion | share | 0..1 | how well the factions hold together
    f8 shock | share | 0..1 | memory of a disclosed death or of a contested succession
    f8 customary | attacks | 0 or more | spoilers' attacks of an ordinary month without talks
    i8 present | flag | 0, 1 | whether it exists
    i8 seen | number | 0 or more | generation of the emir's leadership at the last look
    i8 accession | flag | 0, 1 | 1 in the month in which it has a new emir
    i8 talks | code | names.Talks | state of its negotiation with the coalition
    i8 talks_age | months | 0 or more | months in that state
    i8 counterpart | organisation | -1.. | organisation that the offer is about; -1 without
    i8 allegiance | organisation | -1.. | claimant to lead the faithful with whom it stands; -1 for none
    i8 defunct | flag | 0, 1 | 1 when no faction is left to lead
    u4 emir | faction | index | faction that holds the emirate
    """,
)
RELATION = _columns(
    "RELATION",
    """
    i8 stance | code | names.Stance | official stance of o toward q
    i8 since | month | -1.. | month of its last change
    i8 pledge | code | names.Pledge | what o pledged to q: none, offered or renounced
    i8 pledged | month | -1.. | month of that act
    i8 answer | code | names.Pledge | answer of o to q's pledge, as the world knows it
    i8 reply | code | names.Pledge | the same as decided this month, before it is public
    i8 answered | month | -1.. | month of the answer
    i8 deepest | code | names.Level | deepest level between the two at the start of the month, 0 or more
    """,
)
"""(R + 1,) of o toward q. The last row stands for any two organisations without a relation: nothing said, nothing
pledged; nothing writes it."""

FACTION_FACTS = _columns(
    "FACTION_FACTS",
    """
    f8 recognition | share | 0..1 | how much recognition by states is wanted
    f8 brand | share | 0..1 | image of steadfastness that a break would cost
    f8 islamist | share | 0..1 | how far its audience is that of the faith
    f8 capacity | people | 0 or more | strength that its base can sustain
    f8 entry_share | share | 0..1 | share of its strength at entry that leaves the parent's ranks
    i8 key | number | 0..2**32 - 1 | its name in the keyed draws at the start
    i8 entry | month | -1000.. | month of entry; 0 from the start, -1000 for a slot
    i8 parent | faction | -1.. | faction from whose ranks it enters; -1 for none
    i8 home | organisation | index | organisation at the start; of a slot, the one it founds
    i8 spare | flag | 0, 1 | 1 for a slot kept for a faction born in a run
    """,
)
FACTION_MONTH = _columns(
    "FACTION_MONTH",
    """
    f8 kinetic | share | 0..1 | scheduled kinetic pressure
    f8 targeting | share | 0..1 | effort against its leaders
    f8 interdiction | share | 0..1 | interdiction of its money
    f8 coercion | share | 0..1 | scheduled coercion by its patrons
    f8 support | share | 0..1 | support by its patrons
    f8 influence | share | 0..1 | weight inside its organisation
    f8 setback | share | 0..1 | dated blow
    f8 successor_authority | share | -1, 0..1 | authority of a successor, where dated; -1: drawn
    f8 successor_strategy | share | -1, 0..1 | the same of strategy
    f8 successor_disposition | share | -1, 0..1 | the same of the leader's own disposition (pragmatism)
    i8 news | code | names.LeaderNews | dated news of its leader
    i8 mortal | flag | 0, 1 | 1 if the leader can die unscripted in this month
    """,
)
POLICY = _columns(
    "POLICY",
    """
    f8 isolation | share | 0..1 | diplomatic and financial isolation of o for its association with q
    f8 offer | share | 0..1 | offer to o conditional on a break with q
    f8 credibility | share | 0..1 | how far the offer is believed
    f8 verification | share | 0..1 | how far a promise would be checked
    f8 demand | share | 0..1 | demand that o renounce q in public
    f8 halt | share | 0..1 | the emir's order to cease joint operations with q
    i8 pledge | code | names.Pledge | dated pledge of o to q or its renunciation; 0 for nothing
    """,
)
"""(T, P): what one organisation meets over its association with another. Column 0 is empty."""

DYAD = _columns(
    "DYAD",
    """
    i8 entry_level | code | names.Level | level once both sides are there
    i8 relation | relation | -1.. | of the first's home toward the second's; -1 if a side is a slot
    u4 first | faction | index | the side that comes first in the order of keys
    u4 second | faction | index | the other side
    """,
)
CONTACT = _columns(
    "CONTACT",
    """
    u4 other | faction | index | the other side
    u4 dyad | dyad | index | the dyad of the two
    u4 side | flag | 0, 1 | 0 if the faction is the first of the dyad
    """,
)
RELATION_FACTS = _columns(
    "RELATION_FACTS",
    """
    u4 of | organisation | index | whose stance it is
    u4 toward | organisation | index | toward whom
    u4 back | relation | index | the relation the other way round
    u4 policy | column | index | its column of `policy`; 0 without one
    """,
)
BID = _columns(
    "BID",
    """
    i8 faction | faction | index | to whom the selective offer goes
    i8 about | organisation | index | with whom it is to break
    """,
)
DYAD_EVENT = _columns(
    "DYAD_EVENT",
    """
    f8 trust | share | -1..1 | trust added
    f8 bond | share | -1..1 | embeddedness added
    f8 exposure | per month | 0..1 | hazard that the tie comes to light
    f8 quarrel | share | 0..1 | grudge that a dated quarrel leaves
    i8 month | month | 0 or more | when
    u4 dyad | dyad | index | to whom
    """,
)
"""Dated or instrumented change of one dyad."""

EVENT = _columns(
    "EVENT",
    """
    f8 value | by kind | any | utility gained by a step, people, months, authority and the like
    i2 month | month | 0 or more | when
    i2 kind | code | names.Event | what happened
    i2 i | faction or organisation | index | who acted; what it is: names.Party, by kind
    i2 j | faction or organisation | -1.. | toward whom; -1 for nobody
    i2 before | by kind | any | level, stance or state before
    i2 after | by kind | any | the same after
    i2 lead | term | -1.. | term that spoke most for a step of a tie; -1 otherwise
    i2 second | term | -1.. | the term after it
    """,
)
"""Half a run's memory is its events, hence the short integers."""

CHOICE = _columns(
    "CHOICE",
    """
    f8 push | utility | any | what the step brings over staying
    i8 lead | term | -1.. | term that spoke most for the step
    i8 second | term | -1.. | the term after it
    """,
)
INTENT = _columns(
    "INTENT",
    """
    f8 fighters | people | 0 or more | strength of the next month
    f8 share | share | 0..1 | share that leaves
    i8 dissent | code | names.Dissent | what the dissatisfied decide
    i8 target | faction | -1.. | rival that takes them; -1 for none
    """,
)


PLEDGE_DUE, PLACE_DENIED = 1, 2
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
    governance: Annotated[Floats, "f8", 2]  # (T, L) government reach in a place, 0..1 (lowers recruits, contact, shelter)
    campaign: Annotated[Floats, "f8", 2]  # (T, A) how hard a state actor fights, 0..1
    claim: Annotated[Floats, "f8", 2]  # (T, O) 1 while an organisation's emir claims to lead the faithful, else 0
    watch: Annotated[Floats, "f8", 1]  # (T,) presence that can verify promises on the ground, 0..1
    enmity: Annotated[Floats, "f8", 2]  # (F, A) hostility of a faction to a state actor, 0..1
    leverage: Annotated[Floats, "f8", 2]  # (A, F) hold of a patron over a faction, 0..1
    actor: Annotated[NDArray[np.int64], "i8", 1]  # (A,) names.Actor of each state actor
    busy: Annotated[NDArray[np.int64], "i8", 1]  # (T,) flags of the month: PLEDGE_DUE, PLACE_DENIED
    dyad_event: Annotated[Table, DYAD_EVENT, 1]  # (E,) DYAD_EVENT sorted by month, then dyad
    dyad_start: Annotated[NDArray[np.int64], "i8", 1]  # (T + 1,) first row of `dyad_event` of each month
    order: Annotated[NDArray[np.uint32], "u4", 1]  # (F,) factions in the order of their keys, as every sum takes them
    dyad: Annotated[Table, DYAD, 1]  # (D,) DYAD, by the order of their factions
    contact: Annotated[Table, CONTACT, 1]  # (2 D,) of each faction in turn, by the order of the other; side 0: first of the dyad
    contact_start: Annotated[NDArray[np.uint64], "u8", 1]  # (F + 1,) first contact of each faction
    dyad_of: Annotated[NDArray[np.int32], "i4", 2]  # (F, F) dyad of two factions, -1 if they cannot meet
    relation: Annotated[Table, RELATION_FACTS, 1]  # (R + 1,) of each organisation in turn, then `without`
    relation_start: Annotated[NDArray[np.uint64], "u8", 1]  # (O + 1,) first relation of each organisation
    relation_of: Annotated[NDArray[np.uint32], "u4", 2]  # (O, O) relation of two organisations
    member: Annotated[NDArray[np.uint32], "u4", 1]  # (N,) named factions by home, in order
    member_start: Annotated[NDArray[np.int64], "i8", 1]  # (O + 1,) first member of each organisation
    born: Annotated[NDArray[np.uint32], "u4", 1]  # (S,) slots for factions born in a run, in order
    organisation_key: Annotated[NDArray[np.int64], "i8", 1]  # (O,) names of organisations in the keyed draws


class Scratch(NamedTuple):
    """What actors decide in a phase before anything is settled, and room for the terms."""

    deepest: Annotated[NDArray[np.int8], "i1", 1]  # (R + 1,) deepest level between two organisations, 0 or more
    in_touch: Annotated[NDArray[np.int8], "i1", 1]  # (R + 1,) 1 if factions of theirs have a tie of any sign
    matters: Annotated[NDArray[np.int8], "i1", 1]  # (R + 1,) 1 if there is anything to decide: a tie, a policy, a pledge
    pair: Annotated[NDArray[np.uint64], "u8", 2]  # (2, D) keys of the first and the second side of a dyad
    lot: Annotated[Floats, "f8", 1]  # (D,) uniform of whether the two of a dyad meet
    meeting: Annotated[NDArray[np.uint32], "u4", 1]  # (D,) dyads that get to decide this month, in their order
    met: Annotated[NDArray[np.int64], "i8", 1]  # (1,) how many they are
    desire: Annotated[NDArray[np.int8], "i1", 2]  # (2, D) step -1, 0, 1 that each side wants
    draw: Annotated[Floats, "f8", 2]  # (2, D) uniform of each side's decision
    choice: Annotated[Table, CHOICE, 2]  # (2, D) CHOICE: why each side wants it
    intent: Annotated[Table, INTENT, 1]  # (F,) INTENT: next strength, and dissent decided by i
    capability: Annotated[Floats, "f8", 2]  # (F, C) capability of the next month
    terms: Annotated[Floats, "f8", 2]  # (2, M) weighted terms of the dyad that is weighed, by side


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
        pair=np.zeros((2, dyads), dtype=np.uint64),
        lot=np.zeros(dyads),
        meeting=np.zeros(dyads, dtype=np.uint32),
        met=np.zeros(1, dtype=np.int64),
        desire=np.zeros((2, dyads), dtype=np.int8),
        draw=np.zeros((2, dyads)),
        choice=table((2, dyads), CHOICE),
        intent=table(factions, INTENT),
        capability=np.zeros((factions, KINDS)),
        terms=np.zeros((2, terms)),
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
