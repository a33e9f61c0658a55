"""`alliances evidence`: check, show, claims, odd."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.text import Text

from ..command_line import Line
from ..errors import InputError, nearest
from ..evidence.bearing import bearing
from ..evidence.check import check
from ..evidence.claims import TYPES, Article, Claim, read_articles
from ..evidence.ledger import read_ledger
from ..evidence.trace import Trace, by_id, trace
from ..plural import plural
from .configured import settings
from .odd import DOCS, odd_tables
from .terminal import Grid, new_console

ALIASES = {"causal": "mechanism", "prescription": "policy", "number": "quantitative"}
MEMBERS = {
    "taliban": ("taliban_political", "taliban_military", "haqqani"),
    "al_qaeda": ("aq_core", "aqis", "jnim", "aqap", "al_shabaab", "nusra"),
    "islamic_state": ("is_core", "isis_k", "isgs", "jtj"),
}


def evidence_check(console: Console, apart: bool = False) -> int:
    """Check claims, ledger and configuration against each other; 0 if all holds, 2 if not. `apart` lists what differs."""
    articles, ledger, conf = read_articles(), read_ledger(), settings()
    problems = check(articles, ledger, conf)
    told = [Text(str(p), style="red" if p.fatal else "yellow") for p in problems if p.fatal or apart]
    if told:
        console.print(Text("\n").join(told))
    table = Grid("Claims by type and article", ["type", *(a.article.key.replace("_", " ") for a in articles), "all"])
    counts: list[Counter[str]] = [Counter(claim.type for claim in article.claims) for article in articles]
    for kind in TYPES:
        row = [c[kind] for c in counts]
        table.add_row(kind, *map(str, row), str(sum(row)))
    idle = [sum(1 for claim in article.claims if claim.not_modelled) for article in articles]
    table.add_row("all", *(str(len(a.claims)) for a in articles), str(sum(len(a.claims) for a in articles)), style="bold")
    table.add_row("of them not modelled", *map(str, idle), str(sum(idle)))
    console.print(table)
    total = sum(len(a.claims) for a in articles)
    assumed = sum(1 for e in ledger.entries.values() if not e.claims)
    entries = plural(len(ledger.entries), "ledger entry", "ledger entries")
    console.print(
        f"{plural(total, 'claim')} in {plural(len(articles), 'article')}; {plural(len(conf.parameters), 'parameter')} and "
        f"{plural(len(conf.initial), 'initial value')}, {entries} ({assumed} rest on assumptions only)."
    )
    unseen = [name for name, pattern in conf.patterns.items() if pattern.unseen]
    if unseen:
        known = plural(len(conf.patterns), "pattern")
        console.print(f"{len(unseen)} of {known} that claims name are seen by nothing: {', '.join(unseen)}.")
    fatal = sum(p.fatal for p in problems)
    if fatal < len(problems):
        how = "a claim's coding may be in another unit, or differ" if apart else "--apart lists them"
        apart_now = len(problems) - fatal
        console.print(f"{plural(apart_now, 'coding')} {'lies' if apart_now == 1 else 'lie'} apart from conf/ ({how}).")
    console.print(
        Text(f"{plural(fatal, 'problem')}.", style="red") if fatal else Text("All of it holds together.", style="green")
    )
    return 2 if fatal else 0


def _quote(article: Article, claim: Claim) -> str:
    source = article.article
    return (
        f"{claim.id} — {source.author.told}, {source.outlet.told} ({source.date.value[:4]}), paragraph {claim.paragraph}, "
        f"{claim.confidence}"
    )


def _indented(console: Console, text: str, by: int) -> str:
    """Text indented; on a terminal in lines of at most 100 letters that fit it."""
    lines = textwrap.fill(text, max(10, min(100, console.width) - by)) if console.is_terminal else text
    return textwrap.indent(lines, " " * by)


def _informs(claim: Claim) -> str:
    return "→ " + (", ".join(f"{i.kind} {i.ref}" for i in claim.informs) or f"not modelled: {claim.not_modelled}")


def _print_claim(console: Console, article: Article, claim: Claim) -> None:
    """A claim, what it informs, and the entries of the ledger that cite it."""
    console.print(_quote(article, claim), style="cyan", highlight=False, markup=False)
    console.print(_indented(console, claim.paraphrase, 2), highlight=False, markup=False)
    console.print(_indented(console, _informs(claim), 2), style="dim", highlight=False, markup=False)
    entries = read_ledger().entries.items()
    cited = ", ".join(path for path, entry in entries if claim.id in entry.claims)
    topic = ", ".join(path for path, entry in entries if claim.id in entry.topic)
    told = [
        f"cited by {cited or 'no entry of the ledger'}",
        *([f"named by topic alone, without a sign, by {topic}"] if topic else []),
    ]
    for line in told:
        console.print(_indented(console, line, 2), highlight=False, markup=False)


def _print_trace(console: Console, found: Trace, signs: Mapping[str, str]) -> None:
    span = found.entry.range
    console.print(Text.assemble((found.path, "bold"), f" = {found.value:g} {found.entry.unit}"), highlight=False)
    console.print(_indented(console, found.entry.meaning, 2), highlight=False, markup=False)
    console.print(f"  range {span.low:g} to {span.high:g}, {span.shape}", highlight=False, markup=False)
    if found.covered_by != found.path:
        console.print(f"  ledger entry {found.covered_by}", style="dim", markup=False)
    if found.entry.assumption:
        console.print(_indented(console, f"assumption: {found.entry.assumption}", 2), highlight=False, markup=False)
    for article, claim in found.claims:
        console.print(_indented(console, _quote(article, claim), 2), style="cyan", highlight=False, markup=False)
        console.print(_indented(console, claim.paraphrase, 4), highlight=False, markup=False)
    for article, claim in found.topic:
        console.print(_indented(console, _quote(article, claim), 2), style="dim", highlight=False, markup=False)
        why = bearing(found.covered_by, claim, signs)
        console.print(
            _indented(console, f"By topic alone: {why}. {claim.paraphrase}", 4), style="dim", highlight=False, markup=False
        )


def evidence_show(console: Console, path: str) -> int:
    """Print a parameter's range, claims, articles and paragraphs; or a claim, and the parameters that cite it.

    Raises
    ------
    InputError
        No such path.
    """
    articles = read_articles()
    known = by_id(articles)
    if path in known:
        _print_claim(console, *known[path])
        return 0
    conf = settings()
    path = path.removeprefix("parameters.")
    for found in trace(path, articles, read_ledger(), {**conf.parameters, **conf.initial}):
        _print_trace(console, found, conf.signs)
    return 0


def _concerns(claim: Claim, actor: str) -> bool:
    wanted = {actor, *MEMBERS.get(actor, ())}
    return bool(wanted & set(claim.actors)) or any(wanted & set(d.split("-")) for d in claim.dyads)


def evidence_claims(console: Console, kind: str | None, actor: str | None, article: str | None, text: str | None) -> int:
    """List claims by type, actor, article or words.

    Raises
    ------
    InputError
        A type, actor or article that does not occur.
    """
    articles = read_articles()
    known = by_id(articles)
    kind = ALIASES.get(kind or "", kind)
    if kind is not None and kind not in TYPES:
        raise InputError("type", "", f"unknown type '{kind}'", nearest(kind, TYPES))
    actors = {a for _, c in known.values() for a in c.actors}
    if actor is not None and actor not in actors | set(MEMBERS):
        raise InputError("actor", "", f"no claim names '{actor}'", nearest(actor, actors | set(MEMBERS)))
    keys = [a.article.key for a in articles]
    if article is not None and article not in keys:
        raise InputError("article", "", f"unknown article '{article}'", nearest(article, keys))
    shown = 0
    for source, claim in known.values():
        if (
            (kind and claim.type != kind)
            or (actor and not _concerns(claim, actor))
            or (article and source.article.key != article)
            or (text and text.lower() not in claim.paraphrase.lower())
        ):
            continue
        shown += 1
        console.print(Text.assemble((claim.id, "cyan"), f" ¶{claim.paragraph} {claim.type}, {claim.confidence}"), highlight=False)
        console.print(_indented(console, claim.paraphrase, 2), highlight=False, markup=False)
        console.print(_indented(console, _informs(claim), 2), style="dim", highlight=False, markup=False)
    console.print(f"{shown} of {plural(len(known), 'claim')}")
    return 0


def evidence_odd(console: Console, out: Path | None, check: bool) -> int:
    """Write (or check) the tables of the ODD page; 1 if a check finds one out of date."""
    folder = DOCS if out is None else out
    stale = odd_tables(folder, check)
    for name in stale:
        console.print(f"{name}: " + ("out of date; `alliances evidence odd` writes it" if check else f"written to {folder}"))
    if not stale:
        console.print("The tables are as the code has them.")
    return 1 if check and stale else 0


def check_command(line: Line) -> int:
    """`alliances evidence check`; 0 if all is well, 2 if not."""
    return evidence_check(new_console(), "--apart" in line.switches)


def show_command(line: Line) -> int:
    """`alliances evidence show`; 0."""
    return evidence_show(new_console(), line.words[0])


def claims_command(line: Line) -> int:
    """`alliances evidence claims`; 0."""
    return evidence_claims(new_console(), *(line[key] or None for key in ("type", "actor", "article", "text")))


def odd_command(line: Line) -> int:
    """`alliances evidence odd`; 1 if a check finds a table out of date."""
    return evidence_odd(new_console(), Path(line["output"]) if line["output"] else None, "--check" in line.switches)
