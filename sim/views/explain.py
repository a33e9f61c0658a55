"""`alliances explain`: why an alliance ended or held, in one run or in many."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from omegaconf import OmegaConf
from rich.console import Console
from rich.markup import escape

from ..analysis.explain.account import KINDS, Account, Turn, accounts, chosen_turn
from ..analysis.explain.attribution import Attribution, factors_of, shapley, world_with
from ..analysis.explain.movers import movers
from ..analysis.explain.sentences import Sentence, month_words, told, told_events
from ..analysis.explain.witness import Course, witnessed
from ..analysis.wedges.watched import Pair, pair_of, run_seen
from ..errors import InputError, unknown
from ..evidence.digest import evidence_digest
from ..rules.compiled import source_digest
from ..runs.config import composed, reading_of, world_of
from ..runs.store import run_folder
from ..world.instruments import with_wedge
from ..world.packages import read_wedge
from ..world.parameters import parameter_table
from ..world.schema import WedgeConf
from ..world.tables import Table
from ..world.world import World
from .calibration import on_screen
from .compare import number, read_line
from .compare_tables import new_table
from .job import announce

if TYPE_CHECKING:
    from ..analysis.explain.stories import Endings, Story

KEYS = {
    "thesis": "consensus", "wedge": "none", "pair": "", "seed": "1", "replicate": "", "event": "", "replicates": "500",
    "attribution": "true", "factors": "kind", "orders": "32", "output": "runs",
}  # fmt: skip
USAGE = """alliances explain scenario=NAME replicate=N [key=value …]     why the alliance ended, or held, in one run
alliances explain scenario=NAME [key=value …]                 the same of many runs: endings, stories, shares of the shocks

  wedge=none  thesis=consensus  seed=1  months=…  shock=…  pressure=…  parameters.PATH=…
  pair=A-B        factions or organisations; the scenario's focal pair by default
  replicate=N     one run, term by term; with a wedge, beside the same run without it
    event=…       break, formation, fight or hold; by default the last break, or how the pair stands at the end
  replicates=500  many runs
    attribution=true  Shapley values of dated shocks and instruments on the break, switched off on the same keys
    factors=kind      one factor a kind of dated event and organisation; or event: each event for itself
    orders=32         orders to sample where there are more than 8 factors
  output=runs
"""
MOST_SHOWN = 8
WEAK = 0.25
"""Silhouette below which clusters are said to run into each other (Kaufman and Rousseeuw 1990)."""


@dataclass(frozen=True)
class Case:
    """What is to be explained: a world with its wedge, one without, one parameter vector, a pair."""

    config: dict[str, Any]
    base: World
    world: World
    wedge: WedgeConf
    vector: Table
    pair: Pair
    seed: int
    thesis: str


def case_of(given: dict[str, str], overrides: Sequence[str]) -> Case:
    """Compose the configuration; InputError for anything wrong."""
    config = composed([*overrides, f"thesis={given['thesis']}"])
    plain = OmegaConf.to_container(config, resolve=True)
    assert isinstance(plain, dict)
    base, reading = world_of(config), reading_of(config)
    wedge = read_wedge(given["wedge"])
    if given["pair"]:
        a, dash, b = given["pair"].partition("-")
        if not dash or not b:
            raise InputError("explain", "pair", f"'{given['pair']}' is not a pair", "two actors joined by a dash")
        pair = pair_of(base, a, b, "explain pair")
    else:
        pair = pair_of(base, *base.focal)
    seed = number(given, "seed", 0, 2**64 - 1, "explain")
    vector = parameter_table([reading.parameters])
    return Case({str(k): v for k, v in plain.items()}, base, with_wedge(base, wedge), wedge, vector, pair, seed, given["thesis"])


# one run


@dataclass(frozen=True)
class Explained:
    """One run explained."""

    course: Course
    turn: Turn
    accounts: list[Account]
    sentences: list[Sentence]
    events: list[tuple[int, str]]


def explained(case: Case, replicate: int, event: str | None, *, with_the_wedge: bool = True) -> Explained:
    """Run one replicate and account for a turn of the pair."""
    course = witnessed(case.world if with_the_wedge else case.base, case.pair, case.vector, case.seed, replicate)
    turn = chosen_turn(course, event)
    found = accounts(course, turn)
    since = found[0].best if found else max(0, turn.month - 12)
    wedge = case.wedge if with_the_wedge else None
    return Explained(course, turn, found, told(course, turn, found, wedge), told_events(course, since, turn.month))


def against_baseline(case: Case, under: Course, replicate: int) -> list[Sentence]:
    """What the same run does without the wedge, and where the two part."""
    if not case.wedge.instruments():
        return []
    plain = witnessed(case.base, case.pair, case.vector, case.seed, replicate)
    apart = np.flatnonzero((plain.after != under.after).any(axis=1))
    where = f"their ties first differ in {month_words(case.base, int(apart[0]))}" if len(apart) else "their ties never differ"
    fate = {True: "still allied", False: "no longer allied"}
    return [Sentence(
        f"The same run without the wedge: {where}; at the end the pair is {fate[bool(plain.alive[-1])]} without it and "
        f"{fate[bool(under.alive[-1])]} with it."
    )]  # fmt: skip


def show_sentence(console: Console, sentence: Sentence, most: int = 6) -> None:
    """A sentence with the first of its claims."""
    claims = sentence.claims[:most]
    more = f", and {len(sentence.claims) - most} more" if len(sentence.claims) > most else ""
    console.print(escape(sentence.text) + (f" [dim]({', '.join(claims)}{more})[/dim]" if claims else ""), highlight=False)


def show_account(console: Console, course: Course, account: Account) -> None:
    """What each term said, in the best month and in the month of the turn."""
    world = course.world
    table: Any = account.table[(account.table["then"].abs() + account.table["now"].abs()) > 0.005]
    table = table.sort_values("change", key=abs, ascending=False)
    for_what = "the step up" if account.step > 0 else "keeping the tie"
    names = [world.titles.get(world.factions[i], world.factions[i]) for i in (account.actor, account.partner)]
    out = new_table(f"{names[0]} about {names[1]}: what spoke for {for_what}, utility", "term",
                    [world.calendar.date(account.best), world.calendar.date(account.turn.month), "change"])  # fmt: skip
    for name, row in table.iterrows():
        out.add_row(str(name).replace("_", " "), f"{row['then']:+.2f}", f"{row['now']:+.2f}", f"{row['change']:+.2f}")
    out.add_row("[bold]all terms[/bold]", f"{account.then:+.2f}", f"{account.now:+.2f}", f"{account.now - account.then:+.2f}")
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


def explain_run(case: Case, replicate: int, event: str | None, console: Console, output: str, line: Sequence[str]) -> None:
    """Explain one run and write its folder."""
    from .explain_figures import waterfall_figure
    from .figures import save

    found = explained(case, replicate, event)
    sentences = [*found.sentences, *against_baseline(case, found.course, replicate)]
    world = case.world
    console.print(f"[bold]{world.title}[/bold], run {replicate} of seed {case.seed}, thesis {case.thesis.replace('_', ' ')}: "
                  f"{case.pair.title(world)}")  # fmt: skip
    for sentence in sentences:
        show_sentence(console, sentence)
    for account in found.accounts[:1] if found.turn.kind != "formation" else found.accounts:
        show_account(console, found.course, account)
    if found.events:
        console.print("What happened in between:")
        for month, words in found.events[-12:]:
            console.print(f"  {world.calendar.date(month)}  {escape(words)}", highlight=False)
    with run_folder(output, f"explain-{world.name}") as made:
        account_rows(found.course, found.accounts).to_csv(made.partial / "account.csv", index=False, float_format="%.6g")
        rows = [{"month": world.calendar.date(m), "event": words} for m, words in found.events]
        pd.DataFrame(rows, columns=["month", "event"]).to_csv(made.partial / "events.csv", index=False)
        content = about(case, line) | {
            "replicate": replicate, "turn": found.turn.kind, "month": world.calendar.date(found.turn.month),
            "sentences": [{"text": s.text, "claims": s.claims} for s in sentences],
        }  # fmt: skip
        (made.partial / "explanation.json").write_text(json.dumps(content, indent=1, ensure_ascii=False))
        if found.accounts:
            save(waterfall_figure(found.course, found.accounts), made.partial, "waterfall", note())
    console.print(f"Account, events, figure: [bold]{made.final}[/bold]", soft_wrap=True)


def note() -> str:
    """What a figure says of its origin."""
    return f"alliances explain, code {source_digest()}, evidence {evidence_digest()}"


def about(case: Case, line: Sequence[str]) -> dict[str, Any]:
    """What makes the explanation again."""
    return {
        "command": ["alliances", "explain", *line], "scenario": case.base.name, "thesis": case.thesis, "wedge": case.wedge.name,
        "pair": case.pair.name, "seed": case.seed, "code": source_digest(), "evidence": evidence_digest(),
    }  # fmt: skip


# many runs


def show_movers(console: Console, found: pd.DataFrame) -> None:
    """What had moved most against the tie when it broke."""
    if not len(found):
        return
    looked = int(found["runs"].sum())
    title = f"What had moved most against the tie since its best month ({looked} breaks looked into)"
    out = new_table(title, "term", ["breaks", "% ± se", "mean change"])
    rows: Any = found.head(MOST_SHOWN).itertuples()
    for row in rows:
        out.add_row(str(row.term).replace("_", " "), str(row.runs), f"{100 * row.share:.0f} ± {100 * row.se:.0f}",
                    f"{row.change:+.2f}" if row.change else "–")  # fmt: skip
    console.print(out)


def show_endings(console: Console, case: Case, found: Endings) -> None:
    """What ended the alliance, and in which order its ties fell."""
    n, broken = len(found.broken), int(found.broken.sum())
    share = broken / n
    error = np.sqrt(max(share * (1 - share), 0.25 / n) / n)
    console.print(
        f"{case.pair.title(case.world)}: broken at the horizon in {broken} of {n} runs "
        f"({100 * share:.1f} ± {100 * error:.1f} %).",
        highlight=False,
    )
    if not broken:
        return
    out = new_table("What ended it", "who, and what weighed most", ["runs", "% of the broken ± se"])
    rows: Any = found.causes.head(MOST_SHOWN).itertuples()
    for row in rows:
        why = f": {str(row.term).replace('_', ' ')}" if row.term else ""
        out.add_row(f"{row.who}{why}", str(row.runs), f"{100 * row.share:.0f} ± {100 * row.se:.0f}")
    console.print(out)
    if len(case.pair.dyads) > 1:
        out = new_table("In which order its ties fell", "first → last", ["runs", "%"])
        lines: Any = found.orders.head(MOST_SHOWN // 2).itertuples()
        for row in lines:
            out.add_row(str(row.order), str(row.runs), f"{100 * row.share:.0f}")
        console.print(out)


def show_stories(console: Console, case: Case, found: Sequence[Story], apart: float) -> None:
    """Typical stories with the run in the middle of each."""
    if not found:
        console.print("No typical stories: too little happened.", style="dim")
        return
    how = "they run into each other" if apart < WEAK else "they stand apart"
    console.print(f"Typical stories; {how} (silhouette {apart:.2f}, 1 at best):", highlight=False)
    for n, story in enumerate(found, start=1):
        console.print(
            f"[bold]Story {n}[/bold]: {100 * story.share:.0f} % of runs; broken at the horizon in {100 * story.broken:.0f} % of "
            f"them. The run in the middle: replicate={story.replicate}", highlight=False,
        )  # fmt: skip
        for month, words, share in story.steps:
            date = case.world.calendar.date(round(month))
            console.print(f"  {date}  {escape(words)} [dim]({100 * share:.0f} %)[/dim]", highlight=False)
        if not story.steps:
            console.print("  nothing that most of them share", style="dim")


def show_attribution(console: Console, found: Attribution) -> None:
    """Shapley values in points of the share broken."""
    how = f"{found.orders} sampled orders" if found.orders else "exact"
    out = new_table(f"What the dated shocks and instruments did to the break: Shapley values, points ({how})", "factor",
                    ["value ± se", "alone", "on top of all others"])  # fmt: skip
    for name, row in found.table.sort_values("value", key=abs, ascending=False).iterrows():
        out.add_row(str(name), f"{100 * row['value']:+.1f} ± {100 * row['se']:.1f}", f"{100 * row['first']:+.1f}",
                    f"{100 * row['last']:+.1f}")  # fmt: skip
    total = found.everything - found.nothing
    out.add_row("[bold]sum[/bold]", f"{100 * float(found.table['value'].sum()):+.1f}", "", "")
    console.print(out)
    console.print(f"Broken without any of them: {100 * found.nothing:.1f} %; with all: {100 * found.everything:.1f} %; "
                  f"difference {100 * total:+.1f} ± {100 * found.se:.1f} points.", highlight=False)  # fmt: skip


def attributed(case: Case, given: dict[str, str], replicates: int, told_progress: Any) -> Attribution | None:
    """Shapley values of the case's factors; None if there are none."""
    factors = factors_of(case.base, case.config, case.wedge, single=given["factors"] == "event")
    if not factors:
        return None
    done = [0]

    def value(kept: frozenset[int]) -> Any:
        world = world_with(case.config, case.wedge, factors, kept)
        done[0] += 1
        told_progress("switching off", done[0], max(done[0], 2 ** min(len(factors), 8)), {})
        return run_seen(world, case.vector, replicates, case.seed, [case.pair]).focal("broken")

    return shapley([f.name for f in factors], value, orders=number(given, "orders", 2, 100_000, "explain"))


def explain_many(case: Case, given: dict[str, str], console: Console, line: Sequence[str]) -> None:
    """Explain an ensemble and write its folder."""
    from ..analysis.explain.stories import endings, run_pair, stories  # late: clustering is slow to import
    from .explain_figures import shapley_figure, stories_figure
    from .figures import save

    replicates = number(given, "replicates", 2, 1_000_000, "explain")
    console.print(f"[bold]{case.world.title}[/bold], wedge {case.wedge.name}, thesis {case.thesis.replace('_', ' ')}, "
                  f"{replicates} runs, seed {case.seed}")  # fmt: skip
    announce(console)
    with run_folder(given["output"], f"explain-{case.world.name}") as made:
        with on_screen(console) as told_progress:
            seen = run_pair(case.world, case.pair, case.vector, replicates, case.seed)
            ended = endings(seen)
            typical, apart = stories(seen, ended)
            moved = movers(case.world, case.pair, case.vector, case.seed, np.flatnonzero(ended.broken).tolist())
            shares = attributed(case, given, replicates, told_progress) if given["attribution"] == "true" else None
        show_endings(console, case, ended)
        show_movers(console, moved)
        show_stories(console, case, typical, apart)
        if shares is not None:
            show_attribution(console, shares)
        elif given["attribution"] == "true":
            console.print("No dated shocks and no instruments to attribute anything to.", style="dim")
        write_many(case, made.partial, ended, typical, shares, line)
        moved.to_csv(made.partial / "movers.csv", index=False, float_format="%.6g")
        if typical:
            save(stories_figure(case.world, typical), made.partial, "stories", note())
        if shares is not None:
            save(shapley_figure(shares), made.partial, "shapley", note())
    console.print(f"Tables and figures: [bold]{made.final}[/bold]", soft_wrap=True)


def write_many(
    case: Case, folder: Path, ended: Endings, typical: Sequence[Story], shares: Attribution | None, line: Sequence[str]
) -> None:
    """Tables of an ensemble explained."""
    ended.causes.to_csv(folder / "endings.csv", index=False, float_format="%.6g")
    ended.orders.to_csv(folder / "orders.csv", index=False, float_format="%.6g")
    rows = [
        {"story": n, "share": s.share, "broken": s.broken, "replicate": s.replicate, "month": m, "what": words, "of_runs": share}
        for n, s in enumerate(typical, start=1)
        for m, words, share in s.steps
    ]
    pd.DataFrame(rows).to_csv(folder / "stories.csv", index=False, float_format="%.6g")
    if shares is not None:
        shares.table.to_csv(folder / "shapley.csv", float_format="%.6g")
    (folder / "manifest.json").write_text(json.dumps(about(case, line), indent=1))


def explain_command(arguments: Sequence[str]) -> int:
    """`alliances explain`; 0 when done."""
    if any(a in ("-h", "--help") for a in arguments):
        print(USAGE, end="")
        return 0
    asked = read_line(arguments, KEYS, "explain")
    given, console = asked.given, Console(file=sys.stdout)
    if given["event"] and given["event"] not in KINDS:
        raise unknown("explain", "event", given["event"], KINDS)
    for key, allowed in (("attribution", ("true", "false")), ("factors", ("kind", "event"))):
        if given[key] not in allowed:
            raise unknown("explain", key, given[key], allowed)
    case = case_of(given, asked.overrides)
    if given["replicate"]:
        replicate = number(given, "replicate", 0, 2**63 - 1, "explain")
        explain_run(case, replicate, given["event"] or None, console, given["output"], arguments)
    else:
        explain_many(case, given, console, arguments)
    return 0
