"""One run explained: sentences, what each term said, the events in between."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.text import Text

from ..analysis.explain.account import Account, Turn, accounts, chosen_turn
from ..analysis.explain.sentences import Sentence, month_words, told, told_events
from ..analysis.explain.witness import Course, witnessed
from ..command_line import Line
from ..runs.store import run_folder
from .explain_case import Case, about, note
from .terminal import Grid, dim, name_folder

MOST_EVENTS = 12
"""Events before the turn that are printed."""


@dataclass(frozen=True)
class Explained:
    """One run explained."""

    course: Course
    turn: Turn
    accounts: list[Account]
    sentences: list[Sentence]
    events: list[tuple[int, str]]


def explained(case: Case, replicate: int, event: str | None) -> Explained:
    """Run one replicate and account for a turn of the pair."""
    course = witnessed(case.world, case.pair, case.vector, case.seed, replicate)
    turn = chosen_turn(course, event)
    found = accounts(course, turn)
    since = found[0].best if found else max(0, turn.month - 12)
    return Explained(course, turn, found, told(course, turn, found, case.wedge), told_events(course, since, turn.month))


def against_baseline(case: Case, under: Course, replicate: int) -> list[Sentence]:
    """What the same run does without the wedge, and where the two part."""
    if not case.wedge.instruments():
        return []
    plain = witnessed(case.base, case.pair, case.vector, case.seed, replicate)
    apart = np.flatnonzero((plain.after != under.after).any(axis=1))
    where = f"their ties first differ in {month_words(case.base, int(apart[0]))}" if len(apart) else "their ties never differ"
    return [Sentence(
        f"The same run without the wedge: {where}; at the end the pair is {_standing(plain)} without it and "
        f"{_standing(under)} with it."
    )]  # fmt: skip


def _standing(course: Course) -> str:
    if not course.alive.any():
        return "not allied, and never was,"
    return "allied" if course.alive[-1] else "no longer allied"


def show_sentence(console: Console, sentence: Sentence, most: int = 6) -> None:
    """A sentence with the first of its claims."""
    claims = sentence.claims[:most]
    more = f", and {len(sentence.claims) - most} more" if len(sentence.claims) > most else ""
    console.print(Text(sentence.text) + dim(f" ({', '.join(claims)}{more})" if claims else ""), highlight=False)


def show_account(console: Console, course: Course, account: Account) -> None:
    """What each term said, in the best month and in the month of the turn."""
    world = course.world
    table: Any = account.table[(account.table["then"].abs() + account.table["now"].abs()) > 0.005]
    table = table.sort_values("change", key=abs, ascending=False)
    for_what = "the step up" if account.step > 0 else "keeping the tie"
    names = [world.titles.get(world.factions[i], world.factions[i]) for i in (account.actor, account.partner)]
    months = [world.calendar.date(account.best), world.calendar.date(account.turn.month)]
    out = Grid(f"{names[0]} about {names[1]}: what spoke for {for_what}, utility", ["term", *months, "change"])
    for name, row in table.iterrows():
        out.add_row(str(name).replace("_", " "), f"{row['then']:+.2f}", f"{row['now']:+.2f}", f"{row['change']:+.2f}")
    total = (account.then, account.now, account.now - account.then)
    out.add_row("all terms", *(f"{x:+.2f}" for x in total), style="bold")
    console.print(out)


def account_rows(course: Course, found: Sequence[Account]) -> pd.DataFrame:
    """Accounts of both sides as one table."""
    parts = [
        a.table.reset_index().assign(
            actor=course.world.factions[a.actor], partner=course.world.factions[a.partner],
            best_month=course.world.calendar.date(a.best), month=course.world.calendar.date(a.turn.month),
            wanted=a.wanted, chance=a.chance,
        )
        for a in found
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def show(console: Console, case: Case, replicate: int, found: Explained, sentences: Sequence[Sentence]) -> None:
    """Print one run explained."""
    world = case.world
    about_run = f", run {replicate} of seed {case.seed}, thesis {case.thesis.replace('_', ' ')}: {case.pair.title(world)}"
    console.print(Text.assemble((world.title, "bold"), about_run))
    for sentence in sentences:
        show_sentence(console, sentence)
    for account in found.accounts[:1] if found.turn.kind != "formation" else found.accounts:
        show_account(console, found.course, account)
    if found.events:
        some = f" (the last {MOST_EVENTS} of {len(found.events)}; all: events.csv)" if len(found.events) > MOST_EVENTS else ""
        console.print(f"What happened in between{some}:")
        for month, words in found.events[-MOST_EVENTS:]:
            console.print(f"  {world.calendar.date(month)}  {words}", highlight=False, markup=False)


def explain_run(case: Case, replicate: int, line: Line, console: Console) -> None:
    """Explain one run, write its folder and print what was found."""
    from .explain_figures import waterfall_figure
    from .figures import save

    found = explained(case, replicate, line["event"] or None)
    sentences = [*found.sentences, *against_baseline(case, found.course, replicate)]
    world = case.world
    with run_folder(line["output"], f"explain-{world.name}") as made:
        account_rows(found.course, found.accounts).to_csv(made.partial / "account.csv", index=False, float_format="%.6g")
        rows = [{"month": world.calendar.date(m), "event": words} for m, words in found.events]
        pd.DataFrame(rows, columns=["month", "event"]).to_csv(made.partial / "events.csv", index=False)
        content = about(case, line) | {
            "replicate": replicate, "turn": found.turn.kind, "month": world.calendar.date(found.turn.month),
            "sentences": [{"text": s.text, "claims": s.claims} for s in sentences],
        }  # fmt: skip
        text = json.dumps(content, indent=1, ensure_ascii=False)
        (made.partial / "explanation.json").write_text(text, encoding="utf-8")
        if found.accounts:
            save(waterfall_figure(found.course, found.accounts), made.partial, "waterfall", note())
    show(console, case, replicate, found, sentences)
    name_folder(console, "Account, events, figure", made.final)
