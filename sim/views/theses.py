"""`alliances theses`: rival theses judged on the same observation, and the experiments on which they part."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.text import Text

from ..analysis.calibration import Calibration
from ..analysis.candidates import Told
from ..analysis.predictions import EXPERIMENTS, predicted
from ..analysis.regression import FEWEST
from ..analysis.settings import read_settings
from ..analysis.targets import Target, read_targets
from ..analysis.theses import (
    FEW,
    Fitted,
    bayes_factors,
    by_constraints,
    by_target,
    discriminating,
    evidence_of,
    judged,
    scores,
    shared_compression,
)
from ..command_line import Line
from ..errors import InputError
from ..paths import CONF
from ..plural import plural
from ..runs.draws import OF_THESES, evenly
from ..runs.store import run_folder
from ..world.loading import read_option, thesis_values
from .asked import theses_of
from .figures import save
from .terminal import Grid, announce, name_folder, new_console, on_screen
from .theses_figures import evidence_figure, predictions_figure

KEPT = CONF / "calibration" / "theses.csv"
DRAWS_KEPT = 32
"""Draws of each thesis's own posterior that are kept."""
REFERENCE = "consensus"
"""The thesis that holds nothing fixed: Bayes factors are over it, and its regression gives what all are judged by."""
REPLICATES = 10
MOST_TELLING = 8
"""Experiments that are printed."""


def _short(name: str) -> str:
    return name.replace("_", " ")


def _under(name: str, told: Told) -> Told:
    return lambda stage, done, most, shown: told(f"{_short(name)}: {stage}", done, most, shown)


def calibration_of(name: str, line: Line) -> Calibration:
    """The calibration of what a thesis leaves free."""
    return Calibration(read_settings(line["preset"]), line.whole("seed"), line["output"], thesis_values(name))


def fit(name: str, run: Calibration, targets: Sequence[Target], told: Told) -> Fitted:
    """Fit one thesis, or read what was fitted before; without a fit where too few candidates keep the hard constraints."""
    title, first = str(read_option("thesis", name)["thesis"]["title"]), run.first(_under(name, told))
    tried, kept = len(first.unit), len(first.summaries)
    if kept < FEWEST:
        return Fitted(name, title, tried, kept, None, pd.DataFrame(), pd.DataFrame())
    found = run.fit(_under(name, told))
    posterior = run.draws(found)
    return Fitted(name, title, tried, kept, found, posterior, run.check(posterior, targets, _under(name, told)))


def predictions_of(fitted: Sequence[Fitted], runs: Sequence[Calibration], told: Told) -> pd.DataFrame:
    """What every thesis that was fitted predicts for every experiment, under its own posterior."""
    parts = []
    for thesis, run in zip(fitted, runs, strict=True):
        if thesis.fit is None:
            continue
        vectors = [{**run.fixed, **row} for row in evenly(thesis.posterior, run.settings.check_points)]
        done = [0]

        def step(_: str, name: str = thesis.name, done: list[int] = done) -> None:
            done[0] += 1
            told(f"{_short(name)}: experiments", done[0], len(EXPERIMENTS), {})

        parts.append(predicted(vectors, REPLICATES, run.seed, told=step).assign(thesis=thesis.name))
    return pd.concat(parts, ignore_index=True)


def draws_kept(fitted: Sequence[Fitted], runs: Sequence[Calibration]) -> pd.DataFrame:
    """Draws of the posterior of every thesis that was fitted: its name, what it sets, and what was fitted."""
    rows = [
        {"thesis": thesis.name, **run.fixed, **row}
        for thesis, run in zip(fitted, runs, strict=True) if thesis.fit is not None
        for row in evenly(thesis.posterior, DRAWS_KEPT)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _print(console: Console, title: str, table: pd.DataFrame, digits: int = 2) -> None:
    out = Grid(title, [_short(str(table.index.name or "")), *(_short(str(name)) for name in table.columns)])
    for key, row in table.iterrows():
        out.add_row(_short(str(key)), *(v if isinstance(v, str) else f"{v:.{digits}f}" for v in row))
    console.print(out)


def _ranking(console: Console, table: pd.DataFrame) -> None:
    """Theses by evidence."""
    heads = ["thesis", "probability", "log Bayes factor", "keeps the constraints", "log likelihood", "points", ""]
    out = Grid("Theses by marginal likelihood (± Monte Carlo error; 95 %)", heads, words=["thesis", ""])
    for name, row in table.sort_values("probability", ascending=False).iterrows():
        most = "≤ " if row["bound"] else ""
        said = (
            "upper bound: too few keep the constraints" if row["bound"] else "" if row["believed"] else "rests on too few points"
        )
        likelihood = "" if row["bound"] else f"{row['log_likelihood']:.1f} ± {row['log_likelihood_se']:.1f}"
        out.add_row(
            _short(str(name)), f"{most}{row['probability']:.2f} ({row['low']:.2f}–{row['high']:.2f})",
            f"{most}{row['log_bayes_factor']:+.1f} ± {row['log_bayes_factor_se']:.1f}",
            f"{int(row['kept'])} of {int(row['tried'])}", likelihood, f"{row['effective']:.0f}", Text(said, style="red"),
        )  # fmt: skip
    console.print(out)


def show(console: Console, tables: dict[str, pd.DataFrame]) -> None:
    """Print what was found, the ranking first."""
    _ranking(console, tables["judged"])
    _print(console, "Mean discrepancy by target, in scales (above about 2: the thesis fails it)", tables["by_target"], 1)
    _print(console, "Predictive score: mean log share of draws that meet a target", tables["scores"])
    telling = tables["discriminating"].head(MOST_TELLING)
    console.print("[bold]Where to look in the world[/bold]: experiments that tell theses apart, under even odds")
    for _, row in telling.iterrows():
        apart = f"{_short(row['highest'])} {row['highest_p']:.2f}, {_short(row['lowest'])} {row['lowest_p']:.2f}"
        console.print(f"  {row['bits']:.2f} bits  {row['experiment']}: {row['outcome']}: {apart}", markup=False)
    if len(tables["discriminating"]) > MOST_TELLING:
        console.print(
            f"The first {MOST_TELLING} of {len(tables['discriminating'])}; all of them: discriminating.csv", style="dim"
        )


def chosen_theses(text: str) -> list[str]:
    """Theses by name; InputError with the nearest names, or for fewer than two."""
    names = theses_of(text, "theses")
    if len(names) < 2:
        raise InputError("theses", "thesis", f"'{text}' leaves nothing to compare", "two theses or more, separated by commas")
    return names


def _against(able: Sequence[Fitted]) -> str:
    """The thesis that Bayes factors are over."""
    return REFERENCE if REFERENCE in [thesis.name for thesis in able] else able[0].name


def judge(names: Sequence[str], line: Line, told: Told) -> tuple[dict[str, pd.DataFrame], list[Fitted]]:
    """Fit theses and judge them: every table, and what was fitted; InputError where fewer than two could be fitted."""
    targets = [t for t in read_targets() if t.calibrated]
    runs = [calibration_of(name, line) for name in names]
    fitted = [fit(name, run, targets, told) for name, run in zip(names, runs, strict=True)]
    able = [thesis for thesis in fitted if thesis.fit is not None]
    if len(able) < 2:
        said = f"{plural(len(able), 'thesis', 'theses')} left: of the others too few candidates keep the hard constraints"
        raise InputError("theses", "most", said, "settings under which two or more can be fitted")
    whole = next((thesis.fit for thesis in able if thesis.name == REFERENCE), None)
    whole = whole or calibration_of(REFERENCE, line).fit(_under(REFERENCE, told))
    seed = runs[0].seed
    shared = shared_compression(whole, fitted, seed)
    evidences = {thesis.name: evidence_of(thesis.fit, shared, seed) for thesis in able if thesis.fit is not None}
    predictions = predictions_of(fitted, runs, told)
    table = judged(fitted, evidences, _against(able))
    tables = {
        "judged": table, "bayes_factors": bayes_factors(table), "by_target": by_target(able, targets),
        "scores": scores(able, targets).to_frame(), "predictions": predictions, "draws": draws_kept(fitted, runs),
        "discriminating": discriminating(predictions, dict.fromkeys([t.name for t in able], 1.0 / len(able))),
    }  # fmt: skip
    return tables, fitted


def theses_command(line: Line) -> int:
    """`alliances theses`; 0 when judged."""
    names = chosen_theses(line["thesis"])
    run = calibration_of(names[0], line)  # what is wrong is said before anything else
    console = new_console()
    console.print(
        f"{plural(len(names), 'thesis', 'theses')}, seed {run.seed}; each thesis has a folder of its own in {line['output']}",
        markup=False,
    )
    announce(console)
    with on_screen(console) as told:
        tables, fitted = judge(names, line, told)
    folder = write(line["output"], tables, fitted, {"command": line.command, "seed": run.seed})
    show(console, tables)
    name_folder(console, "Tables and figures", folder)
    return 0


def write(root: str, tables: dict[str, pd.DataFrame], fitted: Sequence[Fitted], about: dict[str, Any]) -> Path:
    """Tables, figures and a manifest in a folder of their own."""
    titles, words = {f.name: f.title for f in fitted}, shlex.join(about["command"])
    able = [f for f in fitted if f.fit is not None]
    with run_folder(root, "theses") as made:
        for name, table in tables.items():
            table.to_csv(made.partial / f"{name}.csv", index=not isinstance(table.index, pd.RangeIndex))
        save(evidence_figure(tables["judged"], titles, _against(able)), made.partial, "evidence", words)
        save(predictions_figure(tables["predictions"], {f.name: f.title for f in able}), made.partial, "predictions", words)
        (made.partial / "manifest.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
    return made.final


def _read(folder: str, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """A table of a folder of alliances theses, by thesis; InputError where it cannot be read."""
    path, allowed = Path(folder) / f"{name}.csv", "a folder of alliances theses"
    if not path.is_file():
        raise InputError(str(folder), "", f"holds no {path.name}", allowed)
    try:
        table = pd.read_csv(path).set_index("thesis")
        return table if columns is None else table[list(columns)]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(str(path), "", f"cannot be read ({str(error).splitlines()[0]})", allowed) from error


ADOPTED = ("probability", "low", "high", "log_bayes_factor", "log_bayes_factor_se", "effective", "tried", "kept", "bound")
"""Columns that are kept in conf/calibration/theses.csv."""


def with_basis(table: pd.DataFrame) -> pd.DataFrame:
    """Judged theses with probabilities that can be believed, and `basis`, what they are by.

    basis: `all`, the constraints and every summary; or `constraints`, how often candidates keep these (of both runs where there
    are two), where the marginal likelihood of some thesis rests on fewer than `FEW` points.
    """
    points = table[[c for c in ("effective", "effective_other") if c in table]].min(axis=1)
    if (points[~table["bound"].astype(bool)] >= FEW).all():
        return table.assign(basis="all")
    counts = [table[[c for c in (name, f"{name}_other") if c in table]].sum(axis=1) for name in ("tried", "kept")]
    tried, kept = (column.to_numpy(dtype=float) for column in counts)
    return table.assign(**by_constraints(tried, kept).set_index(table.index), basis="constraints")


def adopt_command(line: Line) -> int:
    """`alliances theses adopt DIR [OTHER]`; 0 when kept."""
    table, *others = [_read(folder, "judged", ADOPTED) for folder in line.words]
    draws = _read(line.words[0], "draws")
    for other in others:
        if set(other.index) != set(table.index):
            raise InputError("theses adopt", line.words[1], "judges other theses than the first", ", ".join(table.index))
        table = table.join(other[["log_bayes_factor", "log_bayes_factor_se", "effective", "tried", "kept"]].add_suffix("_other"))
    table = with_basis(table)
    text = table.sort_values("probability", ascending=False).to_csv(float_format="%.4g")
    KEPT.write_text(text, encoding="utf-8")
    OF_THESES.write_text(draws.to_csv(float_format="%.4g"), encoding="utf-8")
    for path in (KEPT, OF_THESES):
        print(f"written: {path.relative_to(CONF.parent)}")
    return 0
