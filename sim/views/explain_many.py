"""Many runs explained: endings, what moved, typical stories, shares of the dated shocks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.text import Text

from ..analysis.explain.attribution import Attribution, factors_of, shapley, world_with
from ..analysis.explain.movers import movers
from ..analysis.intervals import of_runs, spanned
from ..analysis.wedges.watched import run_seen
from ..command_line import Line
from ..plural import plural
from ..runs.store import run_folder
from .compare_tables import plain
from .explain_case import Case, about, note
from .terminal import Grid, announce, name_folder, on_screen

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
    title = f"What had moved most against the tie since its best month ({plural(looked, 'break')} looked into)"
    out = Grid(title, ["term", "breaks", "% (95 % interval)", "mean change"])
    rows: Any = found.head(MOST_SHOWN).itertuples()
    for row in rows:
        out.add_row(plain(row.term), str(row.runs), spanned(row.share, row.low, row.high),
                    f"{row.change:+.2f}" if row.change else "–")  # fmt: skip
    console.print(out)
    show_rest(console, len(found), MOST_SHOWN, "movers.csv")


def show_rest(console: Console, rows: int, shown: int, file: str) -> None:
    """Say how many rows stand in the file alone."""
    if rows > shown:
        console.print(f"The first {shown} of {rows}; all of them: {file}", style="dim")


def show_endings(console: Console, case: Case, found: Endings) -> None:
    """What ended the alliance, and in which order its ties fell."""
    n, broken = len(found.broken), int(found.broken.sum())
    console.print(
        f"{case.pair.title(case.world)}: over at the horizon in {broken} of {plural(n, 'run')}: {of_runs(broken / n, n)} % "
        "(95 % interval).",
        highlight=False, markup=False,
    )  # fmt: skip
    if not broken:
        return
    out = Grid("What ended it", ["who, and what weighed most", "runs", "% of these (95 % interval)"])
    rows: Any = found.causes.head(MOST_SHOWN).itertuples()
    for row in rows:
        why = f": {plain(row.term)}" if row.term else ""
        out.add_row(f"{row.who}{why}", str(row.runs), spanned(row.share, row.low, row.high))
    console.print(out)
    show_rest(console, len(found.causes), MOST_SHOWN, "endings.csv")
    if len(case.pair.dyads) > 1:
        out = Grid("In which order its ties fell", ["first → last", "runs", "% (95 % interval)"])
        lines: Any = found.orders.head(MOST_SHOWN // 2).itertuples()
        for row in lines:
            out.add_row(str(row.order), str(row.runs), of_runs(row.share, broken))
        console.print(out)
        show_rest(console, len(found.orders), MOST_SHOWN // 2, "orders.csv")


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
        console.print(Text.assemble(
            (f"Story {n}", "bold"), f": {100 * story.share:.0f} % of runs; over at the horizon in "
            f"{of_runs(story.broken, story.runs)} % of them. The run in the middle: replicate={story.replicate}",
        ), highlight=False)  # fmt: skip
        for month, words, share in story.steps:
            date = case.world.calendar.date(round(month))
            console.print(Text.assemble(f"  {date}  {words} ", (f"({100 * share:.0f} %)", "dim")), highlight=False)
        if not story.steps:
            console.print("  nothing that most of them share", style="dim")


def show_attribution(console: Console, found: Attribution, runs: int) -> None:
    """Shapley values in points of the share broken."""
    how = plural(found.orders, "sampled order") if found.orders else "exact"
    out = Grid(f"What the dated shocks and instruments did to the break: Shapley values, points ({how})",
               ["factor", "value ± se", "alone", "on top of all others"])  # fmt: skip
    for name, row in found.table.sort_values("value", key=abs, ascending=False).iterrows():
        out.add_row(str(name), f"{100 * row['value']:+.1f} ± {100 * row['se']:.1f}", f"{100 * row['first']:+.1f}",
                    f"{100 * row['last']:+.1f}")  # fmt: skip
    total = found.everything - found.nothing
    out.add_row("sum", f"{100 * float(found.table['value'].sum()):+.1f}", "", "", style="bold")
    console.print(out)
    console.print(f"Broken without any of them: {of_runs(found.nothing, runs)} %; with all: {of_runs(found.everything, runs)} %; "
                  f"difference {100 * total:+.1f} ± {100 * found.se:.1f} points.", highlight=False)  # fmt: skip


def attributed(case: Case, line: Line, replicates: int, told_progress: Any) -> Attribution | None:
    """Shapley values of the case's factors; None if there are none."""
    factors = factors_of(case.base, case.config, case.wedge, single=line["factors"] == "event")
    if not factors:
        return None
    done = [0]

    def value(kept: frozenset[int]) -> Any:
        world = world_with(case.config, case.wedge, factors, kept)
        done[0] += 1
        told_progress("switching off", done[0], max(done[0], 2 ** min(len(factors), 8)), {})
        return run_seen(world, case.vector, replicates, case.seed, [case.pair]).focal("broken")

    found = shapley([f.name for f in factors], value, orders=line.whole("orders"))
    if found.orders:
        return found
    least = 0.5 / replicates  # an effect that no run showed is not known to be zero for certain
    table = found.table.assign(se=found.table["se"].clip(lower=least))
    return replace(found, table=table, se=max(found.se, least))


def explain_many(case: Case, line: Line, console: Console) -> None:
    """Explain an ensemble and write its folder."""
    from ..analysis.explain.stories import endings, run_pair, stories  # late: clustering is slow to import
    from .explain_figures import shapley_figure, stories_figure
    from .figures import save

    replicates = line.whole("replicates")
    rest = f", wedge {case.wedge.name}, thesis {plain(case.thesis)}, {plural(replicates, 'run')}, seed {case.seed}"
    console.print(Text.assemble((case.world.title, "bold"), rest))
    announce(console)
    with run_folder(line["output"], f"explain-{case.world.name}") as made:
        with on_screen(console) as told_progress:
            seen = run_pair(case.world, case.pair, case.vector, replicates, case.seed)
            ended = endings(seen)
            typical, apart = stories(seen, ended)
            moved = movers(case.world, case.pair, case.vector, case.seed, np.flatnonzero(ended.broken).tolist())
            shares = attributed(case, line, replicates, told_progress) if line["attribution"] == "true" else None
        write_many(case, made.partial, ended, typical, shares, line)
        moved.to_csv(made.partial / "movers.csv", index=False, float_format="%.6g")
        if typical:
            save(stories_figure(case.world, typical), made.partial, "stories", note())
        if shares is not None:
            save(shapley_figure(shares), made.partial, "shapley", note())
    show_endings(console, case, ended)
    show_movers(console, moved)
    show_stories(console, case, typical, apart)
    if shares is not None:
        show_attribution(console, shares, replicates)
    elif line["attribution"] == "true":
        console.print("No dated shocks and no instruments to attribute anything to.", style="dim")
    name_folder(console, "Tables and figures", made.final)


def write_many(
    case: Case, folder: Path, ended: Endings, typical: Sequence[Story], shares: Attribution | None, line: Line
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
    (folder / "manifest.json").write_text(json.dumps(about(case, line), indent=1), encoding="utf-8")
