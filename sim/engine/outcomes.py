"""What a run records: alliances year by year, their beginnings and ends, organisations, attacks.

An alliance between two organisations is alive while any pair of their factions stands at material level or
above. Official stance and actual ties are recorded apart, always.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..rules.compiled import rule
from ..rules.measures import ARMED_CONFLICT, MATERIAL, relation_with
from ..world.names import Ending, Event, Stance
from ..world.tables import Table, table
from ..world.world import World

DISTANCE = int(Stance.DISTANCE)
SPLIT, DEFECTION, SUCCESSION = int(Event.SPLIT), int(Event.DEFECTION), int(Event.SUCCESSION)
NEVER = -1
BROKEN_OFF, SIDE_ENDED = int(Ending.BROKEN_OFF), int(Ending.SIDE_ENDED)
FOCAL = 0
"""Row of the focal pair among the pairs of organisations of `Outcomes` (`World.organisation_pairs`)."""
ABSENT = -9
"""Level recorded for a pair of which a side is not there."""

YEAR = np.dtype([("level", "i1"), ("lowest", "i1"), ("stance_ab", "i1"), ("stance_ba", "i1")])
SPELL = np.dtype(
    # ended: names.Ending. now, low: deepest and lowest level in the month just recorded
    [
        ("allied", "i2"),
        ("formed", "i2"),
        ("broken", "i2"),
        ("hostile", "i2"),
        ("fought", "i2"),
        ("gap", "i2"),
        ("deepest", "i1"),
        ("ended", "i1"),
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

NETWORK = np.dtype(
    # present: factions there; isolates: of those, without a tie at material level or above; the others count dyads
    [("present", "i2"), ("isolates", "i2"), ("allied", "i4"), ("rivals", "i4"), ("fighting", "i4")]
)


class Frame(NamedTuple):
    """What is recorded: pairs of organisations, dyads of factions, year ends."""

    pairs: Annotated[NDArray[np.int64], "i8", 2]  # (Q, 2) organisations
    pair_relation: Annotated[NDArray[np.uint32], "u4", 1]  # (Q,) relation of the first toward the second
    pair_of: Annotated[NDArray[np.int64], "i8", 1]  # (R + 1,) row of the pair of a relation, or -1
    dyads: Annotated[NDArray[np.uint32], "u4", 1]  # (K,) dyads of named factions
    row_of: Annotated[NDArray[np.int64], "i8", 1]  # (D,) row of a dyad, or -1
    year_of: Annotated[NDArray[np.int64], "i8", 1]  # (T,) row of the year that ends with this month, or -1


class Outcomes(NamedTuple):
    """Outcomes of N runs; inside a run, without the N. Months count from 0; -1 means never.

    Attributes
    ----------
    year : (N, Y, Q) YEAR
        At each year end, per pair of organisations: deepest and lowest level of any dyad, stances both ways.
    pair : (N, Q) SPELL
        Months allied; first month allied; first month no longer so; months with a dyad below 0; first month of
        armed conflict; months allied while a side keeps official distance; deepest level; levels in the last month.
    dyad : (N, K) SPELL
        The same for each dyad of named factions (gap: of their organisations).
    organisation : (N, O) ORGANISATION_SUM
        Counts over the run, and the state at its end.
    dyad_year : (N, Y, K) int8
        Level of each dyad of named factions at each year end; ABSENT if a side is not there.
    network : (N, Y) NETWORK
        The whole network at each year end, whatever is recorded of single pairs.
    last : (N, D) int8
        Level of every dyad in the last month; ABSENT if a side is not there.
    there : (N, F) int8
        1 for each faction that is there in the last month.

    Of a world that names the dyads it records (`World.recorded`), K and Q count those alone.
    """

    year: Annotated[Table, YEAR, 2]
    pair: Annotated[Table, SPELL, 1]
    dyad: Annotated[Table, SPELL, 1]
    organisation: Annotated[Table, ORGANISATION_SUM, 1]
    dyad_year: Annotated[NDArray[np.int8], "i1", 2]
    network: Annotated[Table, NETWORK, 1]
    last: Annotated[NDArray[np.int8], "i1", 1]
    there: Annotated[NDArray[np.int8], "i1", 1]


def frame_of(world: World) -> Frame:
    """What to record for a world."""
    year_of = np.full(world.calendar.months, -1, dtype=np.int64)
    for row, t in enumerate(world.calendar.year_ends()):
        year_of[t] = row
    facts = world.facts
    pairs = np.array(world.organisation_pairs(), dtype=np.int64).reshape(-1, 2)
    pair_relation = facts.relation_of[pairs[:, 0], pairs[:, 1]].astype(np.uint32)
    pair_of = np.full(len(facts.relation), -1, dtype=np.int64)
    pair_of[pair_relation] = pair_of[facts.relation.back[pair_relation]] = np.arange(len(pairs))
    pair_of[-1] = -1
    dyads = np.array(world.dyads(), dtype=np.uint32)
    row_of = np.full(len(facts.dyad), -1, dtype=np.int64)
    row_of[dyads] = np.arange(len(dyads))
    return Frame(pairs, pair_relation, pair_of, dyads, row_of, year_of)


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
        network=table((runs, years), NETWORK),
        last=np.full((runs, len(world.facts.dyad)), ABSENT, dtype=np.int8),
        there=np.zeros((runs, len(world.factions)), dtype=np.int8),
    )
    for spells in (out.pair, out.dyad):
        spells["formed"] = spells["broken"] = spells["fought"] = NEVER
        spells["deepest"] = ABSENT
    return out


@rule
def note_end(spell, t, how):
    """The alliance is over, for the first time."""
    if spell.formed != NEVER and spell.broken == NEVER:
        spell.broken = t
        spell.ended = how


@rule
def note_spell(s, w, spell, t, level, lowest, r):
    """Carry the record of a pair that is there one month on; r: the relation of its organisations."""
    if level > spell.deepest:
        spell.deepest = level
    if level >= MATERIAL:
        spell.allied += 1
        if max(s.relation[r].stance, s.relation[w.relation[r].back].stance) >= DISTANCE:
            spell.gap += 1
        if spell.formed == NEVER:
            spell.formed = t
    else:
        note_end(spell, t, BROKEN_OFF)
    if lowest < 0:
        spell.hostile += 1
        if lowest == ARMED_CONFLICT and spell.fought == NEVER:
            spell.fought = t


@rule
def note_dyads(s, w, t, frame, row, pair, dyad, dyad_year):
    """Record every dyad, and the deepest and lowest of each pair of organisations.

    Writes  dyad; dyad_year at a year end; pair: now, low
    """
    for n in range(pair.shape[0]):
        pair[n].now = ABSENT
        pair[n].low = ABSENT
    for d in range(w.dyad.shape[0]):
        i = w.dyad[d].first
        j = w.dyad[d].second
        k = frame.row_of[d]
        if s.faction[i].present == 0 or s.faction[j].present == 0:
            if k >= 0:
                note_end(dyad[k], t, SIDE_ENDED)
            continue
        level = s.level[d]
        r = relation_with(s, w, d, i)
        n = frame.pair_of[r]
        if n >= 0:
            if pair[n].now == ABSENT:
                pair[n].now = level
                pair[n].low = level
            elif level > pair[n].now:
                pair[n].now = level
            elif level < pair[n].low:
                pair[n].low = level
        if k >= 0:
            note_spell(s, w, dyad[k], t, level, level, r)
            if row >= 0:
                dyad_year[row, k] = level


@rule
def note_month(s, w, t, frame, year, pair, dyad, organisation, dyad_year):
    """Record the state after month t.

    Rows belong to one run: year (Y, Q), pair (Q,), dyad (K,), organisation (O,), dyad_year (Y, K).
    """
    row = frame.year_of[t]
    note_dyads(s, w, t, frame, row, pair, dyad, dyad_year)
    for n in range(pair.shape[0]):
        r = frame.pair_relation[n]
        now = pair[n].now
        if now == ABSENT:
            note_end(pair[n], t, SIDE_ENDED)
        else:
            note_spell(s, w, pair[n], t, now, pair[n].low, r)
        if row >= 0:
            year[row, n].level = now
            year[row, n].lowest = pair[n].low
            year[row, n].stance_ab = s.relation[r].stance
            year[row, n].stance_ba = s.relation[w.relation[r].back].stance
    note_organisations(s, organisation)


@rule
def allied(s, w, i):
    """Whether faction i has a tie at material level or above."""
    for c in range(w.contact_start[i], w.contact_start[i + 1]):
        if s.level[w.contact[c].dyad] >= MATERIAL:
            return True
    return False


@rule
def note_network(s, w, t, frame, network, last, there):
    """Record the whole network at a year end; the last month is one. network (Y,), last (D,), there (F,)."""
    row = frame.year_of[t]
    if row < 0:
        return
    for i in range(s.faction.shape[0]):
        there[i] = s.faction[i].present
        if s.faction[i].present == 1:
            network[row].present += 1
            if not allied(s, w, i):
                network[row].isolates += 1
    for d in range(w.dyad.shape[0]):
        if s.faction[w.dyad[d].first].present == 0 or s.faction[w.dyad[d].second].present == 0:
            last[d] = ABSENT
            continue
        level = s.level[d]
        last[d] = level
        if level >= MATERIAL:
            network[row].allied += 1
        elif level == ARMED_CONFLICT:
            network[row].fighting += 1
        elif level < 0:
            network[row].rivals += 1


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
