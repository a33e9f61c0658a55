"""`alliances evidence assertions`: what the articles assert, checked on runs, with a verdict each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

import pandas as pd
from rich.console import Console
from rich.text import Text

from ..analysis.assertions import SIGNS, Assertion, Finding, Laboratory, Verdict, checked, read_assertions
from ..analysis.intervals import spanned
from ..command_line import Line
from ..errors import unknown
from ..evidence.digest import evidence_digest
from ..plural import plural
from ..rules.cache import source_digest
from ..runs.config import composed
from ..runs.determining import resolved
from ..runs.draws import said_of_draws, told_of_draws
from ..runs.store import run_folder
from .terminal import Grid, announce, name_folder, new_console, on_screen

COLOURS: dict[Verdict, str] = {"reproduced": "green", "not reproduced": "yellow", "contradicted": "red"}


def article_of(assertion: Assertion) -> str:
    """The article that an assertion is filed under: that of its first claim."""
    return assertion.claims[0].split(".")[0]


def chosen(assertions: Sequence[Assertion], signs: Sequence[Assertion], names: Sequence[str]) -> list[Assertion]:
    """Those of these names or articles, and the signs by their names or as `signs`; all assertions and no sign without any."""
    groups, everything = {article_of(a) for a in assertions}, [*assertions, *signs]
    for name in names:
        if name not in groups | {"signs"} and name not in {a.name for a in everything}:
            raise unknown("evidence assertions", "NAME", name, [*(a.name for a in everything), *groups, "signs"])
    wanted = [a for a in assertions if not names or a.name in names or article_of(a) in names]
    return wanted + [a for a in signs if a.name in names or "signs" in names]


def show(console: Console, findings: Sequence[Finding], over: str = "") -> None:
    """Print the findings, and a tally by article. over: words on the draws of the posterior."""
    estimate = "estimate (95 % interval)"
    out = Grid("What the articles assert", ["assertion", estimate, "bar", "verdict", "claims"], words=["claims"])
    for finding in findings:
        a = finding.assertion
        sign = {"above": ">", "below": "<"}[a.asserted]
        bar = a.than if not a.paired or a.asserted == "above" else 0.0 - a.than  # zero has no sign
        shown = "Δ " if a.paired else ""
        told = shown + spanned(finding.estimate, finding.low, finding.high, times=1)
        verdict = Text(finding.verdict, style=COLOURS[finding.verdict])
        out.add_row(a.title, told, f"{sign} {bar:g}", verdict, "\n".join(a.claims))
    console.print(out)
    for article in dict.fromkeys(article_of(f.assertion) for f in findings):
        tally = Counter(f.verdict for f in findings if article_of(f.assertion) == article)
        console.print(f"{article}: " + ", ".join(f"{tally[v]} {v}" for v in COLOURS if tally[v]))
    tally = Counter(f.verdict for f in findings)
    total = ", ".join(f"{tally[v]} {v}" for v in COLOURS)
    for finding in findings:
        if finding.verdict == "contradicted":
            why = finding.assertion.disagrees or "contradicted, and nothing is written on which of the two is wrong"
            console.print(Text.assemble((finding.assertion.title, "bold"), f": {' '.join(why.split())}"))
    console.print(Text.assemble((plural(len(findings), "assertion"), "bold"), f"{over}: {total}"))


def rows_of(findings: Sequence[Finding]) -> pd.DataFrame:
    """Findings as a table."""
    return pd.DataFrame([
        {
            "name": f.assertion.name, "title": f.assertion.title, "claims": " ".join(f.assertion.claims),
            "arms": " | ".join(" ".join(arm.run) for arm in f.assertion.compared), "statistic": f.assertion.statistic,
            "asserted": f.assertion.asserted, "than": f.assertion.than, "estimate": f.estimate, "low": f.low, "high": f.high,
            "runs": f.runs, "verdict": f.verdict, "disagrees": f.assertion.disagrees or "",
        }
        for f in findings
    ])  # fmt: skip


def assertions_command(line: Line) -> int:
    """`alliances evidence assertions`; 0 whatever the verdicts."""
    extra = list(line.overrides)
    wanted = chosen(read_assertions(), read_assertions(SIGNS), line.words)
    laboratory, console = Laboratory(line.whole("replicates"), line.whole("seed"), extra), new_console()
    runs = plural(laboratory.replicates, "run")
    drawn = told_of_draws(resolved(composed([*extra, "thesis=consensus"])))
    over = said_of_draws(drawn["rows"], laboratory.replicates) if drawn else ""
    console.print(f"{plural(len(wanted), 'assertion')}, {runs} of each arm{over}, seed {laboratory.seed}")
    announce(console)
    with on_screen(console) as told:
        findings = checked(wanted, laboratory, lambda done, title: told("checking", done, len(wanted), {}))
    about = {
        "command": line.command, "evidence": evidence_digest(), "code": source_digest(),
        "seed": laboratory.seed, "replicates": laboratory.replicates,
        "draws": drawn,
    }  # fmt: skip
    with run_folder(line["output"], "assertions") as made:
        rows_of(findings).to_csv(made.partial / "assertions.csv", index=False)
        (made.partial / "manifest.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
    show(console, findings, over)
    name_folder(console, "Table", made.final)
    return 0
