"""Questions by rule: what could be asked at each year's end about every named dyad and actor, and what the next year brought.

A question rests on nothing later than its year's end, and so does every past answer that a baseline may learn from: states,
deaths and splits come as they could be told at that time (`until`). Whom the timeline does not mention in a year, nothing of
the kind happened to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from ..world.calendar import absolute_month
from ..world.loading import load_world
from ..world.names import Level
from .panel import FIRST, HOSTILE, LAST, UNKNOWN, PanelDyad, States, coarse, coded, panel_dyads
from .questions import DEATH, Entry, read_timeline, same_pair
from .ucdp import groups_fought

LONG = "taliban_rule_1996"
FIRST_ASKED, LAST_ASKED = 2001, 2017
STATE_KINDS = ("material", "hostile", "joint")
KINDS = (*STATE_KINDS, "change", "fight", "death", "split")
COLUMNS = ("year", "kind", "subject", "now", "level", "age", "answer")
GROUPS = {
    "AQ": ("al-Qaida",), "TB": ("Taleban",), "IS": ("IS",), "ISK": ("IS",), "Nusra": ("HTS", "Jabhat Fateh al-Sham"),
    "TTP": ("TTP",), "IMU": ("IMU",), "LeT": ("Lashkar-e-Taiba",),
}  # fmt: skip
"""Names in UCDP's table of fights. It does not tell the Haqqanis from the Taliban, so that nothing is asked of their fights."""
FOUGHT = re.compile(r"battle death|\bfighting\b|\bdestroy\b")
"""Kinds of the timeline that tell of a fight of a pair."""
KILLED = re.compile(r"; (\w+ )+killed$")
"""Kinds of the timeline that tell at their end of the death of the leader of the first of a pair."""
SPLIT = re.compile(r"\bsplits?\b|fragmentation")


@dataclass(frozen=True)
class Actor:
    """An actor that the timeline has a code for: the faction whose leader is meant, and the organisation that can split."""

    code: str
    faction: str
    organisation: str = ""
    last: int = LAST


ACTORS = (
    Actor("TB", "taliban_political", "taliban"), Actor("HQN", "haqqani"), Actor("AQ", "aq_core", "al_qaeda"),
    Actor("AQIS", "aqis"), Actor("IS", "is_core", "islamic_state"), Actor("ISK", "isis_k"), Actor("LeT", "let", "let"),
    Actor("TTP", "ttp", "ttp"), Actor("IMU", "imu", "imu", last=2015),
)  # fmt: skip
"""`last`: the Taliban destroyed the IMU in 2015, and the timeline follows it no further."""


@cache
def _timeline() -> tuple[Entry, ...]:
    return tuple(read_timeline())


@cache
def _entered(faction: str) -> int:
    """Year in which a faction enters the long scenario."""
    world = load_world(LONG)[0]
    return world.calendar.year(max(0, int(world.facts.faction["entry"][world.faction(faction)])))


@cache
def dyads() -> tuple[PanelDyad, ...]:
    """Dyads of the panel that are followed for two years or more."""
    return tuple(dyad for dyad in panel_dyads() if dyad.last > dyad.first)


@cache
def told(until: int) -> States:
    """States of `dyads()` by year as they could be told at the end of a year. (D, Y)."""
    return coded(dyads(), until)


@cache
def fights(dyad: str) -> frozenset[int] | None:
    """Years in which a dyad fought, by UCDP or by the timeline; None where UCDP does not tell its sides from others."""
    sides = dyad.split("-")
    if not all(side in GROUPS for side in sides):
        return None
    known = groups_fought(GROUPS[sides[0]], GROUPS[sides[1]], FIRST, LAST)
    rows = [row for row in _timeline() if same_pair(row.code, dyad) and FOUGHT.search(row.kind)]
    return frozenset(n + FIRST for n in np.flatnonzero(known).tolist()) | frozenset(row.month // 12 for row in rows)


@cache
def deaths(code: str, until: int) -> frozenset[int]:
    """Years in which an actor lost a leader as known at the end of a year: a concealed death from when it is admitted."""
    timeline, end = _timeline(), absolute_month(f"{until}-12")
    admitted = [row.month for row in timeline if row.code == code and "admitted" in row.kind]
    found = set()
    for row in timeline:
        lost = DEATH.match(row.kind) if row.code == code else KILLED.search(row.kind) and row.code.split("-")[0] == code
        known = min((m for m in admitted if m > row.month), default=end + 1) if "concealed" in row.kind else row.month
        if lost and known <= end:
            found.add(row.month // 12)
    return frozenset(found)


@cache
def splits(code: str) -> frozenset[int]:
    """Years in which an organisation split, by the timeline."""
    rows = [row for row in _timeline() if row.code in (code, f"{code}-splinter") and SPLIT.search(row.kind)]
    return frozenset(row.month // 12 for row in rows)


def seen(dyad: PanelDyad, states: States) -> States:
    """States as the source of a dyad tells them."""
    return np.where(states == UNKNOWN, UNKNOWN, coarse(states)).astype(np.int8) if dyad.coarse else states


def holds(kind: str, state: Any) -> Any:
    """Whether states are of a kind."""
    return {"material": state >= Level.MATERIAL, "hostile": state == HOSTILE, "joint": state >= Level.JOINT}[kind]


def _of_dyad(dyad: PanelDyad, row: int, year: int, until: int) -> list[tuple[object, ...]]:
    """What is asked of a dyad at a year's end, and what is told of the next by `until`."""
    before, after = seen(dyad, told(year)[row]), int(seen(dyad, told(until)[row])[year + 1 - FIRST])
    state = int(before[year - FIRST])
    if UNKNOWN in (state, after):
        return []
    other = np.flatnonzero(before[: year - FIRST] != state)
    age = year - FIRST - (int(other[-1]) if len(other) else dyad.first - FIRST - 1)
    kinds = ("material",) if dyad.coarse else STATE_KINDS
    found: list[tuple[object, ...]] = [
        (year, kind, dyad.name, holds(kind, state), state, age, holds(kind, after)) for kind in kinds
    ]
    found.append((year, "change", dyad.name, False, state, age, state != after))
    fought = fights(dyad.name)
    if fought is not None:
        found.append((year, "fight", dyad.name, year in fought, state, age, year + 1 in fought))
    return found


def _of_actor(actor: Actor, year: int, until: int) -> list[tuple[object, ...]]:
    """What is asked of an actor at a year's end: `now` is whether it happened in the year that ends."""
    begun = _entered(actor.faction)
    if not begun <= year < actor.last:
        return []
    asked = {"death": (deaths(actor.code, year), deaths(actor.code, until))}
    if actor.organisation:
        asked["split"] = (splits(actor.code), splits(actor.code))
    found: list[tuple[object, ...]] = []
    for kind, (known, later) in asked.items():
        age = year - max([begun - 1, *(y for y in known if y <= year)])
        found.append((year, kind, actor.code, year in known, 0, age, year + 1 in later))
    return found


@cache
def asked(until: int = LAST) -> pd.DataFrame:
    """Every question whose answer was told by the end of a year.

    Returns
    -------
    DataFrame
        A row a question: year (at whose end it is asked), kind (of `KINDS`), subject, now (whether it is so, or happened, in
        that year), level (state of the dyad, -1..4), age (years since the state changed, or since it last happened), answer
        (in the next year, as told by `until`).
    """
    rows: list[tuple[object, ...]] = []
    for year in range(FIRST, until):
        for n, dyad in enumerate(dyads()):
            rows += _of_dyad(dyad, n, year, until)
        for actor in ACTORS:
            rows += _of_actor(actor, year, until)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def scored(questions: pd.DataFrame, years: Sequence[int] = range(FIRST_ASKED, LAST_ASKED + 1)) -> pd.DataFrame:
    """Those that are asked in some years, numbered anew."""
    return questions[questions["year"].isin(years)].reset_index(drop=True)
