"""`alliances sensitivity`, `discover` and `map`: what a sweep's outcome hangs on, and where it happens."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table

from ..errors import InputError, unknown
from ..paths import file_name
from ..runs.points import Points
from ..runs.results import read_results, store_at
from ..runs.sweep_identity import number_columns

if TYPE_CHECKING:
    from ..analysis.sensitivity import Sensitivity

MOST_ROWS = 15


@dataclass(frozen=True)
class Sample:
    """One group of a sweep as an analysis takes it.

    Attributes
    ----------
    name : str
        Its choices.
    design : Points or None
        Its sampling design.
    points : DataFrame (P, D)
    outcomes : (P, R) float
        As many replicates as every point has.
    """

    name: str
    design: Points | None
    points: pd.DataFrame
    outcomes: np.ndarray


def samples_of(folder: str, outcome: str) -> Iterator[Sample]:
    """Each group of a sweep with one outcome per run.

    Raises
    ------
    InputError
        Not a sweep's folder, no such outcome, nothing that varies.
    """
    store = store_at(folder)
    rows, points = read_results(folder, with_points=False), store.points()
    numeric = [c for c in rows.columns if c not in ("point", "replicate") and rows[c].dtype.kind in "biuf"]
    if outcome not in numeric:
        raise unknown("--outcome", "", outcome, numeric)
    choices = store.manifest()["groups"]
    for group, mine in points.groupby("group"):
        numbers = [c for c in number_columns(mine) if mine[c].nunique(dropna=True) > 1]
        if not numbers:
            raise InputError(folder, "", "no number varies in this sweep", "a sweep with a design, or over numbers")
        held = rows[rows["point"].isin(mine.index)]
        wide = held.pivot(index="point", columns="replicate", values=outcome).reindex(mine.index)
        complete = wide.columns[wide.notna().all(axis=0)]
        if len(complete) == 0:
            raise InputError(
                folder, "", "points have no replicate in common", "alliances results DIR --check says what is missing"
            )
        named = mine[numbers].rename(columns=lambda name: str(name).removeprefix("parameters.")).reset_index(drop=True)
        about = choices[int(str(group))]
        told = about["choices"] or {"scenario": about["config"]["scenario"]["name"], "thesis": about["config"]["thesis"]}
        label = ", ".join(f"{k} {v}".replace("_", " ") for k, v in told.items())
        yield Sample(label, store.design(int(str(group))), named, wide[complete].to_numpy(dtype=np.float64))


def folder_for(given: str | None, store: str) -> Path:
    """Where an analysis writes: as asked, or in the store's own folder `analysis`."""
    folder = Path(given) if given else Path(store) / "analysis"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError("--out", str(folder), f"cannot be made ({error.strerror})", "a writeable folder") from error
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
    title = f"{sample.name}: {result.method}, {len(sample.points)} points × {sample.outcomes.shape[1]} replicates"
    table = Table(title=title, title_justify="left", pad_edge=False, box=box.SIMPLE_HEAD)
    for name in ("parameter", result.index, "95 % interval", "share"):
        table.add_column(name, justify="left" if name == "parameter" else "right", no_wrap=True)
    for path, row in result.table.sort_values("rank").head(MOST_ROWS).iterrows():
        span = f"{row['low']:.3f} … {row['high']:.3f}"
        table.add_row(str(path), f"{row[result.index]:.3f}", span, f"{row['share']:.2f}")
    console.print(table)
    console.print(f"A parameter without effect stays under {result.floor:.3f} in 95 % of such designs.")
    if by != "parameter":
        part = Table(title=f"by {by}", title_justify="left", pad_edge=False, box=box.SIMPLE_HEAD)
        part.add_column(by, no_wrap=True)
        part.add_column("share", justify="right")
        for name, row in shares.sort_values("share", ascending=False).head(MOST_ROWS).iterrows():
            part.add_row(str(name), f"{row['share']:.2f}")
        console.print(part)
    console.print(str(result.verdict.sentence), soft_wrap=True)


def sensitivity_command(arguments: Sequence[str]) -> int:
    """`alliances sensitivity DIR`; 0 when analysed."""
    parser = argparse.ArgumentParser(prog="alliances sensitivity", description="What the outcome of a sweep hangs on.")
    parser.add_argument("folder", metavar="DIR", help="folder of a sweep (design=sobol, morris or lhs)")
    parser.add_argument("--outcome", default="alive", help="a column of outcomes; alive by default")
    parser.add_argument("--by", default="mechanism", help="parameter, mechanism, article or claim")
    parser.add_argument("--out", metavar="DIR", help="where tables and figures go; DIR/analysis by default")
    given = parser.parse_args(arguments)
    from ..analysis.claim_shares import GROUPS, grouped

    if given.by not in GROUPS:
        raise unknown("--by", "", given.by, GROUPS)
    samples = list(samples_of(given.folder, given.outcome))
    from ..analysis.sensitivity import swings
    from .figures import save
    from .sensitivity_figures import indices_figure, shares_figure, tornado_figure

    console, out = Console(), folder_for(given.out, given.folder)
    for sample in samples:
        result = indices_of(sample)
        shares = grouped(result, given.by)
        show_indices(console, sample, result, shares, given.by)
        name, about = slug(f"{given.outcome} {sample.name}"), f"alliances sensitivity {given.folder}"
        result.table.to_csv(out / f"{name}_indices.csv")
        shares.to_csv(out / f"{name}_{given.by}.csv")
        save(indices_figure(result, given.outcome), out, f"{name}_indices", about)
        save(shares_figure(shares, given.outcome), out, f"{name}_{given.by}", about)
        if sample.design is not None:
            save(tornado_figure(swings(sample.design, sample.outcomes), given.outcome), out, f"{name}_tornado", about)
    console.print(f"Tables and figures: [bold]{out}[/bold]", soft_wrap=True)
    return 0


def discover_command(arguments: Sequence[str]) -> int:
    """`alliances discover DIR`; 0 when analysed."""
    parser = argparse.ArgumentParser(prog="alliances discover", description="Where in a sweep the alliance breaks.")
    parser.add_argument("folder", metavar="DIR", help="folder of a sweep")
    parser.add_argument("--threshold", type=float, default=0.5, help="a point counts when more than this share of runs break")
    parser.add_argument("--out", metavar="DIR", help="where tables and figures go; DIR/analysis by default")
    given = parser.parse_args(arguments)
    if not 0.0 <= given.threshold < 1.0:
        raise InputError("--threshold", "", f"{given.threshold} is not a share", "0 to below 1")
    samples = list(samples_of(given.folder, "alive"))
    from ..analysis.discovery import discover
    from .discovery_figure import discovery_figure
    from .figures import save

    console, out = Console(), folder_for(given.out, given.folder)
    for sample in samples:
        found = discover(sample.points, 1.0 - sample.outcomes, threshold=given.threshold)
        share = float(found.cases.mean())
        console.print(f"[bold]{sample.name}[/bold]: the alliance breaks in more than {given.threshold:.0%} of runs at "
                      f"{share:.0%} of {len(sample.points)} points ({found.uncertain:.0%} of points undecided)")  # fmt: skip
        for number, row in found.table().iterrows():
            console.print(
                f"  box {number}: {row['rule']}  (coverage {row['coverage']:.2f}, density {row['density']:.2f})", soft_wrap=True
            )
        if not found.boxes:
            console.print("  no box is dense enough")
        if found.held_out is not None:
            console.print(
                f"  box 1 on points it was not found on: coverage {found.held_out[0]:.2f}, density {found.held_out[1]:.2f}"
            )
        elif found.boxes:
            console.print("  on two thirds of the points no box is found: take box 1 as a hint, not a finding")
        name = slug(f"breaks {sample.name}")
        found.table().to_csv(out / f"{name}_boxes.csv")
        if found.boxes:
            save(discovery_figure(found, "the alliance breaks"), out, f"{name}_box", f"alliances discover {given.folder}")
    console.print(f"Tables and figures: [bold]{out}[/bold]", soft_wrap=True)
    return 0


def axes_of(folder: str, points: pd.DataFrame, x: str | None, y: str | None) -> tuple[str, str]:
    """The two numbers of a map: as asked, or the two that vary."""
    numbers = [c for c in number_columns(points) if (points.groupby("group")[c].nunique(dropna=True) > 1).all()]
    if len(numbers) < 2:
        raise InputError(folder, "", f"{len(numbers)} numbers vary in this sweep", "a sweep over two numbers at least")
    chosen = []
    for flag, name in (("--x", x), ("--y", y)):
        full = name if name is None or name in numbers else f"parameters.{name}"
        if full is not None and full not in numbers:
            raise unknown(flag, "", str(name), numbers)
        chosen.append(full)
    left = [n for n in numbers if n not in chosen]
    filled = [name if name is not None else left.pop(0) for name in chosen]
    return filled[0], filled[1]


def map_command(arguments: Sequence[str]) -> int:
    """`alliances map DIR`; 0 when drawn."""
    parser = argparse.ArgumentParser(
        prog="alliances map", description="What becomes of the alliance over two numbers of a sweep."
    )
    parser.add_argument("folder", metavar="DIR", help="folder of a sweep over two numbers or more")
    parser.add_argument("--x", metavar="PATH", help="number along the horizontal axis; the first that varies by default")
    parser.add_argument("--y", metavar="PATH", help="number along the vertical axis")
    parser.add_argument("--bins", type=int, metavar="N", help="bins on each axis, for designs that are no grid")
    parser.add_argument("--out", metavar="DIR", help="where tables and figures go; DIR/analysis by default")
    given = parser.parse_args(arguments)
    store = store_at(given.folder)
    points = store.points()
    x, y = axes_of(given.folder, points, given.x, given.y)
    rows = read_results(given.folder, with_points=False)[["point", "fate"]].rename(columns={"fate": "outcome"})
    from ..analysis.phase import phase_map
    from .figures import save
    from .phase_figure import phase_figure

    maps = []
    for group, mine in points.groupby("group"):
        held = rows[rows["point"].isin(mine.index)].merge(mine[[x, y]], left_on="point", right_index=True)
        about = store.manifest()["groups"][int(str(group))]
        told = about["choices"] or {"thesis": about["config"]["thesis"]}
        maps.append((" ".join(str(v).replace("_", " ") for v in told.values()), about, phase_map(held, x, y, given.bins)))
    console, out = Console(), folder_for(given.out, given.folder)
    labels = (x.removeprefix("parameters."), y.removeprefix("parameters."))
    for name, about, phases in maps:
        leading = phases.cells["leading"].value_counts(normalize=True)
        shares = ", ".join(f"{str(k).replace('_', ' ')} in {v:.0%}" for k, v in leading.items())
        certain = float(phases.cells["certain"].mean())
        console.print(f"[bold]{name}[/bold]: {shares} of {len(phases.cells)} cells; the lead is certain in {certain:.0%}")
        focal = " – ".join(str(n).replace("_", " ") for n in about["config"]["scenario"]["focal"])
        phases.cells.to_csv(out / f"{slug(f'map {name}')}.csv", index=False)
        save(phase_figure(phases, labels, f"{focal}, {name}"), out, slug(f"map {name}"), f"alliances map {given.folder}")
    console.print(f"Tables and figures: [bold]{out}[/bold]", soft_wrap=True)
    return 0
