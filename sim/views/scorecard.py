"""`alliances scorecard`: what the model must show, row by row, with its errors; and what each mechanism does for it."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from rich.text import Text

from ..analysis.ablation import CORE, Ablation, ablated
from ..analysis.intervals import band_in_words
from ..analysis.rolling import ROLLING_ROWS
from ..analysis.scorecard import BATCHES, COUNTS, Measured, Row, Score, read_scorecard, score
from ..command_line import Line
from ..evidence.digest import evidence_digest
from ..paths import file_to_write
from ..plural import plural
from ..rules.cache import source_digest
from ..runs.draws import evenly, read_draws
from .fitted import kept_by_year
from .in_use import in_use, in_use_table
from .terminal import Grid, announce, dim, new_console

POINTS = 16
"""Points of the posterior over which rows are averaged."""


def over_posterior(rows: Sequence[Row], settings: dict[str, int], told: Callable[[str], None]) -> list[Score]:
    """Rows averaged over points of the posterior; those of the assertions, which take longest, are left out.

    The rolling test is one forecast from all points of a year together, and no mean of their scores. Its points know no more
    than the year's end, so that nothing of it is fitted.
    """
    points = evenly(read_draws(), POINTS)
    each = max(10 * BATCHES, settings["replicates"] // len(points))
    pooled = [row.model_copy(update={"fitted": False}) for row in rows if row.statistic in ROLLING_ROWS]
    left_out = [*ROLLING_ROWS, *(name for name in COUNTS if name.startswith("assertions"))]
    wanted = [row for row in rows if row.statistic not in left_out]
    found = []
    for n, values in enumerate(points, start=1):
        told(f"point {n} of {len(points)}")
        measured = Measured(values, each, settings["seed"])
        found.append([score(row, measured).value for row in wanted])
    table = np.array(found)
    means, errors = np.nanmean(table, axis=0), np.nanstd(table, axis=0, ddof=1) / math.sqrt(len(points))
    whole = Measured({}, max(settings["replicates"], len(points)), settings["seed"], told)
    whole.points_of = kept_by_year()
    together = [score(row, whole) for row in pooled]
    return [Score(row, float(m), float(e)) for row, m, e in zip(wanted, means, errors, strict=True)] + together


def shown(value: float, se: float = math.nan) -> str:
    """A number, and its standard error where there is one."""
    text = f"{value:.0f}" if math.isnan(se) and value == round(value) else f"{value:.3f}"
    return text if math.isnan(se) else f"{text} ± {se:.3f}"


def verdict_in_words(s: Score) -> str:
    """Whether a row is met, and the ambition too."""
    if s.met is None:
        return "reported"
    return "missed" if not s.met else "ambition" if s.better else "met"


def table_of(scores: Sequence[Score], title: str) -> Grid:
    """The scorecard as a table."""
    out = Grid(title, ["what", "value ± se", "observed", "must", "ambition", "", "values chosen with it"], words=["observed"])
    for s in scores:
        row = s.row
        cells = [row.title, shown(s.value, s.se), row.observed, band_in_words(row.must), band_in_words(row.ambition)]
        said = verdict_in_words(s)
        out.add_row(*cells, Text(said, style="red" if said == "missed" else ""), "yes" if row.fitted else "no")
    return out


def ablation_table(whole: Ablation, found: Sequence[Ablation], replicates: int) -> Grid:
    """What is lost without each mechanism."""
    title = f"Without each mechanism, {plural(replicates, 'run')}: the core of the scorecard, and targets that are no longer met"
    out = Grid(title, ["", *CORE, "targets lost", "won", "wedges stilled"], words=["targets lost", "won", "wedges stilled"])
    for one in (whole, *found):
        cells = [
            Text(f"{one.values[name]:.2f}") if one is whole or abs(one.values[name] - whole.values[name]) >= 0.02
            else dim(f"{one.values[name]:.2f}") for name in CORE
        ]  # fmt: skip
        out.add_row(one.name, *cells, " ".join(one.lost), " ".join(one.won), " ".join(one.stilled))
    return out


def as_json(scores: Sequence[Score], settings: dict[str, Any], ablation: tuple[Ablation, list[Ablation]] | None) -> str:
    """Every number; the value of each row under its name, and beside it error, band and verdict."""

    def plain(value: float) -> float | int | None:
        return None if math.isnan(value) else int(value) if value == round(value) and abs(value) > 1 else value

    found: dict[str, Any] = {s.row.name: plain(s.value) for s in scores}
    found["rows"] = {
        s.row.name: {
            "title": s.row.title, "value": plain(s.value), "se": plain(s.se), "observed": s.row.observed, "must": s.row.must,
            "ambition": s.row.ambition, "met": s.met, "fitted": s.row.fitted,
        }
        for s in scores
    }  # fmt: skip
    found |= settings | {"code": source_digest(), "evidence": evidence_digest()}
    if ablation is not None:
        found["ablation"] = [
            {"name": one.name, **one.values, "lost": one.lost, "won": one.won, "stilled": one.stilled}
            for one in (ablation[0], *ablation[1])
        ]
    return json.dumps(found, indent=1) + "\n"


def scorecard_command(line: Line) -> int:
    """`alliances scorecard`; 0 whatever the verdicts."""
    posterior = "posterior" in (*line.words, line["parameters"])
    ablate = "--ablate" in line.switches
    out = file_to_write(line["json"], "json") if line["json"] else None
    settings = {key: line.whole(key) for key in ("replicates", "seed")}
    rows, console = read_scorecard(), new_console()
    announce(console)
    with console.status("…") as status:

        def told(what: str) -> None:
            if console.is_terminal:
                status.update(what)
            else:
                print(what, file=sys.stderr, flush=True)

        measured = Measured({}, settings["replicates"], settings["seed"], told)
        scores = over_posterior(rows, settings, told) if posterior else [score(row, measured) for row in rows]
        calibration = in_use(settings["seed"]) if posterior else {}
        replicates = max(10 * BATCHES, settings["replicates"] // 5)
        ablation = ablated(rows, {}, replicates, settings["seed"], told) if ablate else None
    where = f"over {plural(min(POINTS, len(read_draws())), 'draw')} of the posterior" if posterior else "at the default values"
    runs = plural(settings["replicates"], "run")
    console.print(table_of(scores, f"What the model must show, {where}, {runs}, seed {settings['seed']}"))
    judged = [s for s in scores if s.met is not None]
    missed = [s.row.title for s in judged if not s.met]
    console.print(f"{len(judged) - len(missed)} of {len(judged)} met." + (f" Missed: {'; '.join(missed)}." if missed else ""))
    if not posterior:
        off = [name for name in measured.targets if name not in measured.met]
        console.print(
            f"Observed patterns: {len(measured.met)} of {len(measured.targets)} met; missed: {', '.join(off) or 'none'}."
        )
    if calibration:
        console.print(in_use_table(calibration))
    if ablation is not None:
        console.print(ablation_table(*ablation, replicates))
    if out is not None:
        totals = {**settings, "targets_total": len(measured.targets), "posterior": posterior, **calibration}
        out.write_text(as_json(scores, totals, ablation), encoding="utf-8")
        console.print(f"Numbers: {out}")
    return 0
