"""Questions about dated events and states: the CSV that validation takes, row by row checked."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError, unknown
from ..paths import SEEDS, read_text
from ..plural import plural
from ..world.calendar import absolute_month
from ..world.loading import load_world, options
from ..world.schema import MOST_MONTHS
from ..world.world import World

COLUMNS = ("name", "scenario", "cutoff", "subject", "outcome", "tie", "from", "to", "observed")
CODES = {
    "TB": "taliban", "HQN": "haqqani", "AQ": "al_qaeda", "IS": "islamic_state", "ISK": "isis_k", "LeT": "let", "TTP": "ttp",
    "IMU": "imu", "ISGS": "isgs", "JNIM": "jnim",
}  # fmt: skip
"""Codes of seeds/data/timeline.csv and who they mean: an organisation, or a faction where it has no other name."""
STATES = ("hostile", "none", "rhetorical", "material", "sanctuary", "joint")
"""From the deepest enmity to the deepest tie, as in the timeline."""
PAIR_EVENTS = ("fighting", "break", "formation", "renounce", "pledge")
ACTOR_EVENTS = ("leader_death", "disclosure", "split", "defection")


@dataclass(frozen=True)
class Question:
    """One row: what is asked, and what was observed.

    Attributes
    ----------
    name, scenario : str
    cutoff : str
        Last month that the forecast may know.
    subject : tuple of str
        One actor or two, by the names of the scenario.
    code : str
        The subject as the file has it.
    outcome : str
        An event; or a state, which holds in every month of the window; `material+` is that or deeper.
    official : bool
        Of the tie as it is professed, not as it is.
    start, end : str
        First and last month of the window.
    observed : bool
    past_end : int
        Months of the window after the last month of the scenario: there the world goes on as it was.
    """

    name: str
    scenario: str
    cutoff: str
    subject: tuple[str, ...]
    code: str
    outcome: str
    official: bool
    start: str
    end: str
    observed: bool
    past_end: int = 0

    @property
    def is_event(self) -> bool:
        """Whether it asks for something to happen, and not for something to be so."""
        return self.outcome in (*PAIR_EVENTS, *ACTOR_EVENTS)


def actor_of(code: str, world: World, where: str) -> str:
    """The faction or organisation a code or name means; InputError with the nearest."""
    name = CODES.get(code, code)
    if name not in (*world.factions, *world.organisations):
        there = [k for k, v in CODES.items() if v in (*world.factions, *world.organisations)]
        raise unknown(where, "subject", code, [*there, *world.organisations, *world.factions])
    return name


def _month(row: dict[str, str], column: str, where: str) -> int:
    return absolute_month(row[column], where, column)


def _subject(row: dict[str, str], world: World, where: str) -> tuple[str, ...]:
    subject = tuple(actor_of(code, world, where) for code in row["subject"].split("-"))
    outcome = row["outcome"]
    known = (*STATES, *(f"{s}+" for s in STATES[1:]), *PAIR_EVENTS, *ACTOR_EVENTS)
    if outcome not in known:
        raise unknown(where, "outcome", outcome, known)
    wanted = 1 if outcome in ACTOR_EVENTS else 2
    if len(subject) != wanted or len(set(subject)) != wanted:
        allowed = "one actor, like TB" if wanted == 1 else "two actors, like AQ-TB"
        raise InputError(where, "subject", f"'{row['subject']}' cannot be asked for {outcome}", allowed)
    if wanted == 2:
        one, other = (set(world.members(name)) for name in subject)
        if one & other:
            raise InputError(where, "subject", f"'{row['subject']}' are not apart", "two actors of which none contains the other")
    return subject


def _question(row: dict[str, str], where: str) -> Question:
    if not row["name"]:
        raise InputError(where, "name", "is empty", "a name")
    if row["scenario"] not in options("scenario"):
        raise unknown(where, "scenario", row["scenario"], options("scenario"))
    world = load_world(row["scenario"])[0]
    cutoff, start, end = (_month(row, column, where) for column in ("cutoff", "from", "to"))
    first = absolute_month(world.calendar.start)
    if not first <= cutoff < first + world.calendar.months:
        span = f"{world.calendar.start} to {world.calendar.date(world.calendar.months - 1)}"
        raise InputError(where, "cutoff", f"{row['cutoff']} lies outside {row['scenario']}", span)
    if start <= cutoff:
        raise InputError(where, "from", f"{row['from']} is not after the cutoff {row['cutoff']}", "a later month")
    if end < start:
        raise InputError(where, "to", f"{row['to']} is before {row['from']}", "the same month or a later one")
    if end >= first + MOST_MONTHS:
        last = world.calendar.date(MOST_MONTHS - 1)
        raise InputError(where, "to", f"{row['to']} is too long after the start of {row['scenario']}", f"up to {last}")
    if row["tie"] not in ("", "actual", "official"):
        raise unknown(where, "tie", row["tie"], ["actual", "official"])
    official = row["tie"] == "official"
    if official and row["outcome"] in (*PAIR_EVENTS, *ACTOR_EVENTS):
        raise InputError(where, "tie", f"{row['outcome']} is an event", "official for a state alone")
    if row["observed"] not in ("0", "1"):
        raise InputError(where, "observed", f"'{row['observed']}' is not an observation", "0 or 1")
    return Question(
        row["name"], row["scenario"], row["cutoff"][:7], _subject(row, world, where), row["subject"], row["outcome"], official,
        row["from"][:7], row["to"][:7], row["observed"] == "1", max(0, end + 1 - first - world.calendar.months),
    )  # fmt: skip


def _header(where: str, names: list[str]) -> list[str]:
    columns = [name.strip() for name in names]
    for name in COLUMNS:
        if name not in columns and name != "tie":
            raise InputError(where, name, f"column is missing; there are {', '.join(columns) or 'none'}", ", ".join(COLUMNS))
    twice = [name for name in columns if columns.count(name) > 1]
    if twice:
        raise InputError(where, twice[0], "column is there twice", "each column once")
    return columns


def read_questions(path: str | Path) -> list[Question]:
    """Every row of a CSV; further columns are allowed.

    Raises
    ------
    InputError
        Names the file, the line, the column, the value and what is allowed.
    """
    where, found = str(path), []
    reader = csv.reader(io.StringIO(read_text(Path(path), "CSV of questions"), newline=""), strict=True)
    try:
        columns = _header(where, next(reader, []))
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            line = f"{where} line {reader.line_num}"
            if len(cells) != len(columns):
                raise InputError(line, "", f"has {plural(len(cells), 'cell')}", f"{len(columns)}, one for each column")
            row = dict(zip(columns, (cell.strip() for cell in cells), strict=True))
            found.append(_question({"tie": "", **row}, line))
    except csv.Error as error:
        raise InputError(where, f"line {reader.line_num}", f"is not a CSV ({error})", "comma-separated text in UTF-8") from error
    if not found:
        raise InputError(where, "", "holds no questions", "a row a question under the header")
    names: set[str] = set()
    for question in found:
        if question.name in names:
            raise InputError(where, "name", f"'{question.name}' is there twice", "each name once")
        names.add(question.name)
    return found


# what the timeline says


@dataclass(frozen=True)
class Entry:
    """A row of the timeline: month, who, and the state after it (empty if it gives none)."""

    month: int
    code: str
    kind: str
    before: str
    after: str


def read_timeline(path: Path = SEEDS / "data" / "timeline.csv") -> list[Entry]:
    """The dated history, in order."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            Entry(absolute_month(r["date"]), r["dyad_or_actor"], r["event_type"], r["state_before"], r["state_after"])
            for r in csv.DictReader(file)
        ]
    return sorted(rows, key=lambda row: row.month)


def same_pair(one: str, other: str) -> bool:
    """Whether two codes name the same pair, either way round; 'AQ-IS(Syria)' is a theatre of AQ-IS and not the pair."""
    return sorted(one.split("-")) == sorted(other.split("-"))


def state_at(timeline: list[Entry], code: str, date: str) -> str:
    """State of a pair at the end of a month; empty where the timeline says nothing so early.

    Gaps of a single year in yearly codings, which the timeline marks as such, are passed over.
    """
    month, state = absolute_month(date), ""
    for row in timeline:
        if row.month <= month and row.after and "-" in row.code and same_pair(row.code, code) and "no AQ->" not in row.kind:
            state = row.after
    return state


DEATH = re.compile(r"^leader deaths?")
"""Kinds of the timeline that tell of a leader's death."""
