"""`alliances sensitivity`, `discover` and `discover map`: what a sweep's outcome hangs on, and where it happens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.text import Text

from ..analysis.samples import Sample, samples_of
from ..command_line import Line
from ..errors import InputError, unknown
from ..numbers import number_in
from ..paths import file_name
from ..plural import plural
from ..runs.draws import refuse_draws
from ..runs.points import Points
from ..runs.results import read_results, store_at
from ..runs.sweep_identity import number_columns
from .terminal import Grid, name_folder, new_console

if TYPE_CHECKING:
    from ..analysis.discovery import Discovery
    from ..analysis.sensitivity import Sensitivity

MOST_ROWS = 15


def folder_for(given: str, store: str) -> Path:
    """Where an analysis writes: as asked, or in the store's own folder `analysis`."""
    folder = Path(given) if given else Path(store) / "analysis"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError("output", str(folder), f"cannot be made ({error.strerror})", "a writeable folder") from error
    return folder


def slug(text: str) -> str:
    """A text as part of a file's name."""
    return file_name("".join(c if c.isalnum() else "_" for c in text).strip("_") or "all")


def indices_of(sample: Sample) -> Sensitivity:
    """Sobol' or Morris where the design allows, else PAWN."""
    from ..analysis.morris import morris
    from ..analysis.pawn import pawn
    from ..analysis.sobol import sobol

    design = sample.design
    if design is not None and design.kind == "sobol":
        return sobol(design, sample.outcomes)
    if design is not None and design.kind == "morris":
        return morris(design, sample.outcomes)
    names = list(sample.points.columns)
    unit = design.unit if design is not None else sample.points.rank(pct=True).to_numpy(dtype=np.float64)
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    points = design or Points("list", sample.points, unit, problem, len(sample.points), False)
    return pawn(points, sample.outcomes)


def show_indices(console: Console, sample: Sample, result: Any, shares: pd.DataFrame, by: str) -> None:
    """Print the indices of one group, the shares by what was asked, and the verdict."""
    title = (
        f"{sample.name}: {result.method}, {plural(len(sample.points), 'point')} × {plural(sample.outcomes.shape[1], 'replicate')}"
    )
    table = Grid(title, ["parameter", result.index, "95 % interval", "share"])
    for path, row in result.table.sort_values("rank").head(MOST_ROWS).iterrows():
        span = f"{row['low']:.3f} … {row['high']:.3f}"
        table.add_row(str(path), f"{row[result.index]:.3f}", span, f"{row['share']:.2f}")
    console.print(table)
    told_rest(console, len(result.table))
    console.print(f"A parameter without effect stays under {result.floor:.3f} in 95 % of such designs.")
    if by != "parameter":
        part = Grid(f"by {by}", [by, "share"])
        for name, row in shares.sort_values("share", ascending=False).head(MOST_ROWS).iterrows():
            part.add_row(str(name), f"{row['share']:.2f}")
        console.print(part)
        told_rest(console, len(shares))
    console.print(str(result.verdict.sentence), markup=False)


def told_rest(console: Console, rows: int) -> None:
    """Say how many rows of a table are in its file alone."""
    if rows > MOST_ROWS:
        console.print(f"The first {MOST_ROWS} of {rows}; all of them are in the table that is written.", style="dim")


def sensitivity_command(line: Line) -> int:
    """`alliances sensitivity DIR`; 0 when analysed."""
    from ..analysis.claim_shares import grouped

    folder, outcome, by = line.words[0], line["outcome"], line["by"]
    samples = list(samples_of(folder, outcome))
    from ..analysis.sensitivity import swings
    from .figures import save
    from .sensitivity_figures import indices_figure, shares_figure, tornado_figure

    console, out = new_console(), folder_for(line["output"], folder)
    shown = []
    for sample in samples:
        result = indices_of(sample)
        shares = grouped(result, by)
        shown.append((sample, result, shares))
        name, about = slug(f"{outcome} {sample.name}"), f"alliances sensitivity {folder}"
        result.table.to_csv(out / f"{name}_indices.csv")
        shares.to_csv(out / f"{name}_{by}.csv")
        save(indices_figure(result, outcome), out, f"{name}_indices", about)
        save(shares_figure(shares, outcome), out, f"{name}_{by}", about)
        if sample.design is not None:
            save(tornado_figure(swings(sample.design, sample.outcomes), outcome), out, f"{name}_tornado", about)
    for sample, result, shares in shown:
        show_indices(console, sample, result, shares, by)
    name_folder(console, "Tables and figures", out)
    return 0


def boxes_in_words(found: Discovery) -> list[str]:
    """The boxes that were found, a line each, and what to make of them."""
    lines = [
        f"  box {number}: {row['rule']}  (coverage {row['coverage']:.2f}, density {row['density']:.2f})"
        for number, row in found.table().iterrows()
    ]
    if not found.boxes:
        lines.append("  no box is dense enough")
    if found.held_out is not None:
        coverage, density = found.held_out
        lines.append(f"  box 1 on points it was not found on: coverage {coverage:.2f}, density {density:.2f}")
    elif found.boxes:
        lines.append("  on two thirds of the points no box is found: take box 1 as a hint, not a finding")
    return lines


def discover_command(line: Line) -> int:
    """`alliances discover DIR`; 0 when analysed."""
    folder, threshold = line.words[0], number_in(line["threshold"])
    if threshold is None or not 0.0 <= threshold < 1.0:
        raise InputError("threshold", "", f"'{line['threshold']}' is not a share", "0 to below 1")
    samples = list(samples_of(folder, "alive"))
    from ..analysis.discovery import discover
    from .discovery_figure import discovery_figure
    from .figures import save

    console, out = new_console(), folder_for(line["output"], folder)
    say: list[Text] = []
    for sample in samples:
        found = discover(sample.points, 1.0 - sample.outcomes, threshold=threshold)
        share = float(found.cases.mean())
        say.append(Text.assemble(
            (sample.name, "bold"), f": no alliance at the end in more than {threshold:.0%} of runs at {share:.0%} of "
            f"{plural(len(sample.points), 'point')} ({found.uncertain:.0%} of them undecided)"
        ))  # fmt: skip
        became = ", ".join(f"{fate} in {part:.1%}" for fate, part in sample.fates.items())
        say.append(Text(f"  over all points the alliance {became} of the runs"))
        say += [Text(box) for box in boxes_in_words(found)]
        name = slug(f"no alliance {sample.name}")
        found.table().to_csv(out / f"{name}_boxes.csv")
        if found.boxes:
            figure = discovery_figure(found, "no alliance is left at the end")
            save(figure, out, f"{name}_box", f"alliances discover {folder}")
    for told in say:
        console.print(told)
    name_folder(console, "Tables and figures", out)
    return 0


def axes_of(folder: str, points: pd.DataFrame, x: str, y: str) -> tuple[str, str]:
    """The two numbers of a map: as asked, or the two that vary."""
    numbers = [c for c in number_columns(points) if (points.groupby("group")[c].nunique(dropna=True) > 1).all()]
    if len(numbers) < 2:
        vary = "no number varies" if not numbers else "one number alone varies"
        raise InputError(folder, "", f"{vary} in this sweep", "a sweep over two numbers at least")
    chosen = []
    for key, name in (("x", x), ("y", y)):
        full = (name if name in numbers else f"parameters.{name}") if name else None
        if full is not None and full not in numbers:
            raise unknown(key, "", name, numbers)
        chosen.append(full)
    left = [n for n in numbers if n not in chosen]
    filled = [name if name is not None else left.pop(0) for name in chosen]
    return filled[0], filled[1]


def map_command(line: Line) -> int:
    """`alliances discover map DIR`; 0 when drawn."""
    folder, of = line.words[0], line["outcome"]
    store = store_at(folder)
    refuse_draws(folder, store.manifest())
    points = store.points()
    x, y = axes_of(folder, points, line["x"], line["y"])
    from ..analysis.phase import outcome_words, phase_map

    rows = read_results(folder, with_points=False)
    rows = rows[["point"]].assign(outcome=outcome_words(rows, of))
    from .figures import save
    from .phase_figure import phase_figure

    maps = []
    for group, mine in points.groupby("group"):
        held = rows[rows["point"].isin(mine.index)].merge(mine[[x, y]], left_on="point", right_index=True)
        about = store.manifest()["groups"][int(str(group))]
        told = about["choices"] or {"thesis": about["config"]["thesis"]}
        phases = phase_map(held, x, y, line.whole_or_none("bins"), of)
        maps.append((" ".join(str(v).replace("_", " ") for v in told.values()), about, phases))
    console, out = new_console(), folder_for(line["output"], folder)
    labels = (x.removeprefix("parameters."), y.removeprefix("parameters."))
    say: list[Text] = []
    for name, about, phases in maps:
        leading = phases.cells["leading"].value_counts(normalize=True)
        shares = ", ".join(f"{str(k).replace('_', ' ')} in {v:.0%}" for k, v in leading.items())
        certain = float(phases.cells["certain"].mean())
        say.append(Text.assemble(
            (name, "bold"), f": {shares} of {plural(len(phases.cells), 'cell')}; the lead is certain in {certain:.0%}"
        ))  # fmt: skip
        focal = " – ".join(str(n).replace("_", " ") for n in about["config"]["scenario"]["focal"])
        file = slug(f"map {name}" if of == "fate" else f"map {of} {name}")
        phases.cells.to_csv(out / f"{file}.csv", index=False)
        save(phase_figure(phases, labels, f"{focal}, {name}"), out, file, f"alliances discover map {folder}")
    for said in say:
        console.print(said)
    name_folder(console, "Tables and figures", out)
    return 0
