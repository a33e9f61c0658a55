"""Many runs explained: endings, what moved, typical stories, shares of the dated shocks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.markup import escape

from ..analysis.explain.attribution import Attribution, factors_of, shapley, world_with
from ..analysis.explain.movers import movers
from ..analysis.wedges.watched import run_seen
from ..runs.store import run_folder
from .calibration import on_screen
from .compare_line import number
from .compare_tables import new_table
from .explain_case import Case, about, note
from .job import announce

if TYPE_CHECKING:
    from ..analysis.explain.stories import Endings, Story

MOST_SHOWN = 8
WEAK = 0.25
"""Silhouette below which clusters are said to run into each other (Kaufman and Rousseeuw 1990)."""


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
        f"{case.pair.title(case.world)}: over at the horizon in {broken} of {n} runs ({100 * share:.1f} ± {100 * error:.1f} %).",
        highlight=False,
    )
    if not broken:
        return
    out = new_table("What ended it", "who, and what weighed most", ["runs", "% of these ± se"])
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
    if len(found) == 1:
        console.print("The typical story; runs do not fall into separate ones:", highlight=False)
    else:
        how = "they run into each other" if apart < WEAK else "they stand apart"
        console.print(f"Typical stories; {how} (silhouette {apart:.2f}, 1 at best):", highlight=False)
    for n, story in enumerate(found, start=1):
        console.print(
            f"[bold]Story {n}[/bold]: {100 * story.share:.0f} % of runs; over at the horizon in {100 * story.broken:.0f} % of "
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

    return shapley([f.name for f in factors], value, orders=int(given["orders"]))


def explain_many(case: Case, given: dict[str, str], console: Console, line: Sequence[str]) -> None:
    """Explain an ensemble and write its folder."""
    from ..analysis.explain.stories import endings, run_pair, stories  # late: clustering is slow to import
    from .explain_figures import shapley_figure, stories_figure
    from .figures import save

    replicates = number(given, "replicates", 2, 1_000_000, "explain")
    number(given, "orders", 2, 100_000, "explain")
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
        {"story": n, "share": s.share, "over": s.broken, "replicate": s.replicate, "month": m, "what": words, "of_runs": share}
        for n, s in enumerate(typical, start=1)
        for m, words, share in s.steps
    ]
    pd.DataFrame(rows).to_csv(folder / "stories.csv", index=False, float_format="%.6g")
    if shares is not None:
        shares.table.to_csv(folder / "shapley.csv", float_format="%.6g")
    (folder / "manifest.json").write_text(json.dumps(about(case, line), indent=1))
