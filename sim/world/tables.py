"""The tables of a run: one structured array per entity, a column per variable.

`State` is what a run changes, `Facts` what it only reads (the world and its schedules; a wedge is already
inside the schedules). A row is read and written as `s.faction[i].fighters` or `s.tie[i, j].trust`,
in compiled rules and in plain Python alike.

Index letters: i, j factions (F); o, q organisations (O); a state actors (A); k capability kinds (C);
l places (L); t months (T).

Why tables and not one array per variable: every column is a scalar field, so that worlds of any size
share one compiled engine, and a call from Python hands over a dozen arrays instead of eighty
(measured: compilation 21 s -> 4 s, a call through a handle 1.7 us).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Table = Any  # np.recarray: rows with attribute access, which type checkers cannot see through


def _columns(floats: str, integers: str) -> np.dtype[np.void]:
    return np.dtype([(n, "f8") for n in floats.split()] + [(n, "i8") for n in integers.split()])


FACTION = _columns(
    # fighters: people. strategy 0 gradual .. 1 fast and indiscriminate. disposition 0 spoiler .. 1 dealmaker.
    # grievance, reputation, setback, authority, pragmatism 0..1. foreign: share of foreign fighters.
    # doctrine 0 Deobandi .. 1 Salafi-jihadist; scope 0 local .. 1 global. blamed, claimed: attacks a month.
    "fighters strategy disposition grievance foreign reputation setback doctrine scope authority pragmatism blamed claimed",
    # key: name in the keyed draws. leader: names.Leader. hidden: months a death has been concealed.
    # generation: leaders so far. attacks, civilian, outsourced: counts of this month. claimant: faction or -1.
    # unmasked: 1 in a month in which a covert tie of the faction comes to light.
    # bulletin: names.LeaderNews of this month. parent: faction a splinter came from, or -1.
    "present organisation key parent leader founder generation hidden bulletin unmasked attacks civilian outsourced claimant",
)
TIE = _columns(
    # trust, embedded, visibility, blood 0..1. rapport: standard normal, what the coder cannot see of a dyad.
    # held: what i's leader personally holds to j's, 0..1 (one-sided). age: months at material level or above.
    "trust embedded visibility blood rapport held age",
    # level: names.Level. changed: month of the last change. exposed: 1 in the month a covert tie comes to light.
    "level changed exposed",
)
ORGANISATION = _columns(
    # cohesion 0..1. shock: memory of a disclosed death or contested succession, 0..1.
    "cohesion shock",
    # emir: faction that holds the emirate. seen: generation of its leader at the last look.
    # talks: names.Talks. talks_age: months in that state. counterpart: organisation the offer is about, or -1.
    # defunct: 1 when no faction is left to lead.
    "present emir seen talks talks_age counterpart defunct",
)
RELATION = _columns("", "stance since pledge pledged answer reply answered")
"""(O, O) row o toward q: stance, month of its last change; pledge given by o to q, month; answer of o to q's
pledge as the world knows it, `reply` as decided this month, month of the answer."""

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
    # (T, O, O): what o meets over its association with q. All 0..1.
    "isolation offer credibility verification demand halt",
    "pledge",  # names.Pledge: dated act of o toward q, 0 = nothing
)
DYAD_EVENT = _columns("trust bond exposure", "month i j")
"""Dated or instrumented change of one dyad: trust and embeddedness added, hazard of exposure."""

EVENT = np.dtype([("value", "f8"), *((n, "i2") for n in ["month", "kind", "i", "j", "before", "after", "lead", "second"])])
"""Half a run's memory is its events, hence the short integers."""
CHOICE = _columns("draw push", "meets desire lead second")
INTENT = _columns("fighters share", "dissent target")


PLEDGE_DUE, PLACE_DENIED, GOVERNANCE_SHIFTS = 1, 2, 4
"""Flags of `Facts.busy`."""


class State(NamedTuple):
    """One replicate in one month. Every table belongs to this replicate alone."""

    faction: Table  # (F,) FACTION
    tie: Table  # (F, F) TIE; symmetric but for `held`, written on both sides by rules/ties.py
    organisation: Table  # (O,) ORGANISATION
    relation: Table  # (O, O) RELATION
    capability: Floats  # (F, C) 0..1
    need: Floats  # (F, C) 0..1
    presence: Floats  # (F, L) share of the faction in a place; rows sum to 1
    overlap: Floats  # (F, F) co-presence 0..1, derived from `presence`
    response: Floats  # (A, F) what a state actor adds of its own to a faction's pressure or coercion, 0..1


class Facts(NamedTuple):
    """Facts and schedules of a run. Rules read them; nothing writes them."""

    faction: Table  # (F,) FACTION_FACTS
    monthly: Table  # (T, F) FACTION_MONTH
    policy: Table  # (T, O, O) POLICY
    dialogue: Floats  # (T, O) talks inside the movement with its hard-liners, 0..1
    inducement: Floats  # (T, F, O) offer to one faction for a break with organisation o, 0..1
    denial: Floats  # (T, L) denial of sanctuary in a place, 0..1
    governance: Floats  # (T, L) government reach in a place, 0..1 (lowers recruitment and contact)
    campaign: Floats  # (T, A) how hard a state actor fights, 0..1
    watch: Floats  # (T,) presence that can verify promises on the ground, 0..1
    enmity: Floats  # (F, A) hostility of a faction to a state actor, 0..1
    leverage: Floats  # (A, F) hold of a patron over a faction, 0..1
    actor: NDArray[np.int64]  # (A,) names.Actor of each state actor
    busy: NDArray[np.int64]  # (T,) flags of the month: 1 a pledge is due, 2 a place is denied, 4 governance changes
    dyad_event: Table  # (E,) DYAD_EVENT sorted by month
    dyad_start: NDArray[np.int64]  # (T + 1,) first row of `dyad_event` of each month
    order: NDArray[np.int64]  # (F,) factions in the order of their keys: the order of every sum over factions
    organisation_key: NDArray[np.int64]  # (O,) names of organisations in the keyed draws


class Scratch(NamedTuple):
    """What actors decide in a phase before anything is settled, and room for the terms."""

    choice: Table  # (F, F) CHOICE: row i is what i wants with j
    intent: Table  # (F,) INTENT: next strength, and dissent decided by i
    capability: Floats  # (F, C) capability of the next month
    terms: Floats  # (F, M) weighted terms of the dyad an actor weighs


class Journal(NamedTuple):
    """Events of a run, in the order in which they happened."""

    rows: Table  # (N,) EVENT
    used: NDArray[np.int64]  # (1,) events so far; above N the journal was too small


def table(shape: int | tuple[int, ...], columns: np.dtype[np.void]) -> Table:
    """A table of zeros."""
    return np.zeros(shape, dtype=columns).view(np.recarray)


def scratch_for(factions: int, terms: int) -> Scratch:
    """Working room for one replicate."""
    return Scratch(
        choice=table((factions, factions), CHOICE),
        intent=table(factions, INTENT),
        capability=np.zeros((factions, 7)),
        terms=np.zeros((factions, terms)),
    )


def journal_for(size: int) -> Journal:
    """An empty journal with room for `size` events."""
    return Journal(rows=table(size, EVENT), used=np.zeros(1, dtype=np.int64))


def fresh(state: State) -> State:
    """A copy that shares no memory with the original."""
    return State(*(part.copy() for part in state))


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
