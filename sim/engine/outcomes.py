"""What a run records: alliances year by year, their beginnings and ends, organisations, attacks.

An alliance between two organisations is alive while any pair of their factions stands at material level or
above. Official stance and actual ties are recorded apart, always.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..rules.compiled import rule
from ..rules.measures import ARMED_CONFLICT, MATERIAL
from ..world.names import Event, Stance
from ..world.tables import Table, table
from ..world.world import World

DISTANCE = int(Stance.DISTANCE)
SPLIT, DEFECTION, SUCCESSION = int(Event.SPLIT), int(Event.DEFECTION), int(Event.SUCCESSION)
NEVER = -1
ABSENT = -9
"""Level recorded for a pair of which a side is not there."""

YEAR = np.dtype([("level", "i1"), ("lowest", "i1"), ("stance_ab", "i1"), ("stance_ba", "i1")])
SPELL = np.dtype(
    # now, low: deepest and lowest level in the month just recorded
    [
        ("allied", "i2"),
        ("formed", "i2"),
        ("broken", "i2"),
        ("hostile", "i2"),
        ("fought", "i2"),
        ("gap", "i2"),
        ("deepest", "i1"),
        ("now", "i1"),
        ("low", "i1"),
    ]
)
ORGANISATION_SUM = np.dtype(
    [
        ("splits", "i2"), ("defections", "i2"), ("successions", "i2"), ("talks", "i1"), ("present", "i1"),
        ("attacks", "i4"), ("civilian", "i4"), ("outsourced", "i4"), ("claimed", "f8"),
        ("fighters", "f8"), ("cohesion", "f8"),
    ]
)  # fmt: skip


class Frame(NamedTuple):
    """What is recorded: pairs of organisations, dyads of factions, year ends."""

    pairs: NDArray[np.int64]  # (Q, 2) organisations
    pair_of: NDArray[np.int64]  # (O, O) row of the pair of two organisations, or -1
    dyads: NDArray[np.int64]  # (D, 2) factions
    year_of: NDArray[np.int64]  # (T,) row of the year that ends with this month, or -1


class Outcomes(NamedTuple):
    """Outcomes of N runs. Months count from 0; -1 means never.

    Attributes
    ----------
    year : (N, Y, Q) YEAR
        At each year end, per pair of organisations: deepest and lowest level of any dyad, stances both ways.
    pair : (N, Q) SPELL
        Months allied; first month allied; first month no longer so; months with a dyad below 0; first month of
        armed conflict; months allied while a side keeps official distance; deepest level; levels in the last month.
    dyad : (N, D) SPELL
        The same for each dyad of named factions (gap: of their organisations).
    organisation : (N, O) ORGANISATION_SUM
        Counts over the run, and the state at its end.
    dyad_year : (N, Y, D) int8
        Level of each dyad of named factions at each year end; ABSENT if a side is not there.
    """

    year: Table
    pair: Table
    dyad: Table
    organisation: Table
    dyad_year: NDArray[np.int8]


def frame_of(world: World) -> Frame:
    """What to record for a world."""
    year_of = np.full(world.calendar.months, -1, dtype=np.int64)
    for row, t in enumerate(world.calendar.year_ends()):
        year_of[t] = row
    pairs = np.array(world.organisation_pairs(), dtype=np.int64).reshape(-1, 2)
    pair_of = np.full((len(world.organisations),) * 2, -1, dtype=np.int64)
    for row, (o, q) in enumerate(pairs):
        pair_of[o, q] = pair_of[q, o] = row
    return Frame(
        pairs=pairs,
        pair_of=pair_of,
        dyads=np.array(world.dyads(), dtype=np.int64).reshape(-1, 2),
        year_of=year_of,
    )


def empty_outcomes(world: World, runs: int) -> Outcomes:
    """Outcomes of `runs` runs before they start."""
    frame = frame_of(world)
    years = int(frame.year_of.max()) + 1
    out = Outcomes(
        year=table((runs, years, len(frame.pairs)), YEAR),
        pair=table((runs, len(frame.pairs)), SPELL),
        dyad=table((runs, len(frame.dyads)), SPELL),
        organisation=table((runs, len(world.organisations)), ORGANISATION_SUM),
        dyad_year=np.full((runs, years, len(frame.dyads)), ABSENT, dtype=np.int8),
    )
    for spells in (out.pair, out.dyad):
        spells["formed"] = spells["broken"] = spells["fought"] = NEVER
        spells["deepest"] = ABSENT
    return out


@rule
def official_gap(s, o, q):
    """1 if a side keeps at least official distance from the other, else 0."""
    return 1 if max(s.relation[o, q].stance, s.relation[q, o].stance) >= DISTANCE else 0


@rule
def note_spell(s, spell, t, present, level, lowest, o, q):
    """Carry the record of a pair of organisations o and q (or of a dyad of their factions) one month on."""
    if not present:
        if spell.formed != NEVER and spell.broken == NEVER:
            spell.broken = t
        return
    spell.deepest = max(spell.deepest, level)
    if level >= MATERIAL:
        spell.allied += 1
        spell.gap += official_gap(s, o, q)
        if spell.formed == NEVER:
            spell.formed = t
    elif spell.formed != NEVER and spell.broken == NEVER:
        spell.broken = t
    if lowest < 0:
        spell.hostile += 1
    if lowest == ARMED_CONFLICT and spell.fought == NEVER:
        spell.fought = t


@rule
def span(s, frame, pair):
    """Deepest and lowest level of every pair of organisations this month; ABSENT if a side is not there.

    Writes  pair: now, low
    """
    for n in range(pair.shape[0]):
        pair[n].now = ABSENT
        pair[n].low = ABSENT
    for i in range(s.faction.shape[0]):
        if s.faction[i].present == 0:
            continue
        for j in range(i + 1, s.faction.shape[0]):
            if s.faction[j].present == 0:
                continue
            n = frame.pair_of[s.faction[i].organisation, s.faction[j].organisation]
            if n >= 0:
                level = s.tie[i, j].level
                if pair[n].now == ABSENT:
                    pair[n].now = level
                    pair[n].low = level
                pair[n].now = max(pair[n].now, level)
                pair[n].low = min(pair[n].low, level)


@rule
def note_month(s, t, frame, year, pair, dyad, organisation, dyad_year):
    """Record the state after month t.

    Rows belong to one run: year (Y, Q), pair (Q,), dyad (D,), organisation (O,), dyad_year (Y, D).
    """
    row = frame.year_of[t]
    span(s, frame, pair)
    for n in range(frame.pairs.shape[0]):
        o = frame.pairs[n, 0]
        q = frame.pairs[n, 1]
        now = pair[n].now
        note_spell(s, pair[n], t, now != ABSENT, now, pair[n].low, o, q)
        if row >= 0:
            year[row, n].level = now
            year[row, n].lowest = pair[n].low
            year[row, n].stance_ab = s.relation[o, q].stance
            year[row, n].stance_ba = s.relation[q, o].stance
    for n in range(frame.dyads.shape[0]):
        i = frame.dyads[n, 0]
        j = frame.dyads[n, 1]
        there = s.faction[i].present == 1 and s.faction[j].present == 1
        level = s.tie[i, j].level
        note_spell(s, dyad[n], t, there, level, level, s.faction[i].organisation, s.faction[j].organisation)
        if row >= 0 and there:
            dyad_year[row, n] = level
    note_organisations(s, organisation)


@rule
def note_organisations(s, organisation):
    """Add the month's attacks, and overwrite what is meant at the end of the run."""
    for o in range(organisation.shape[0]):
        organisation[o].fighters = 0.0
        organisation[o].cohesion = s.organisation[o].cohesion
        organisation[o].talks = s.organisation[o].talks
        organisation[o].present = s.organisation[o].present
    for i in range(s.faction.shape[0]):
        if s.faction[i].present == 1:
            row = organisation[s.faction[i].organisation]
            row.fighters += s.faction[i].fighters
            row.attacks += s.faction[i].attacks
            row.civilian += s.faction[i].civilian
            row.outsourced += s.faction[i].outsourced
            row.claimed += s.faction[i].claimed


@rule
def note_events(s, journal, start, organisation):
    """Count this month's splits, defections and successions for the organisation they happen to."""
    for n in range(start, min(journal.used[0], journal.rows.shape[0])):
        kind = journal.rows[n].kind
        if kind == SPLIT or kind == DEFECTION or kind == SUCCESSION:
            row = organisation[s.faction[journal.rows[n].i].organisation]
            if kind == SPLIT:
                row.splits += 1
            elif kind == DEFECTION:
                row.defections += 1
            else:
                row.successions += 1
