"""`alliances calibrate`: progress while it runs; tables, figures and a summary when it is done."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import yaml
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from ..analysis.calibration import Calibrated, Calibration
from ..analysis.posterior import informed, predictive_table
from ..analysis.settings import read_settings
from ..analysis.targets import Target, chosen, read_targets
from ..errors import unknown
from ..numbers import number_in
from ..numbers import whole_number as whole
from ..plural import plural
from ..world.loading import options, thesis_values
from .job import announce
from .settings import read_settings_line
from .terminal import Grid, name_folder, new_console

KEYS = {
    "preset": "full", "seed": "1", "thesis": "", "targets": "", "until": "", "output": "runs",
}  # fmt: skip
USAGE = """alliances calibrate [key=value …]      fit the parameters to the targets of seeds/targets.yaml
alliances calibrate adopt DIR          make the posterior of a calibration the default

  preset=full    conf/calibrate: full, short (five minutes, to see that it works)
  thesis=        fit the parameters that a thesis leaves free, with its own held fixed
  targets=       T1,T13a,… : these alone
  until=         a year: only what could be known by then
  seed=1  output=runs

The same command resumes a calibration that was stopped. Same seed, same posterior, whatever the number of threads.
"""


def read_line(arguments: Sequence[str]) -> dict[str, str]:
    """Arguments key=value over their defaults; InputError with the nearest names."""
    return read_settings_line("calibrate", arguments, KEYS, ", or adopt DIR")


def whole_number(given: dict[str, str], key: str, low: int, high: int) -> int:
    """A whole number of the command line."""
    return whole("calibrate", key, given[key], low, high)


def calibration_of(given: dict[str, str]) -> Calibration:
    """The calibration a command line asks for."""
    settings = read_settings(given["preset"])
    seed = whole_number(given, "seed", 0, 2**32 - 1)
    until = whole_number(given, "until", 1976, 2019) if given["until"] else None
    names = [name for name in given["targets"].split(",") if name]
    if given["thesis"] and given["thesis"] not in options("thesis"):
        raise unknown("calibrate", "thesis", given["thesis"], options("thesis"))
    fixed = thesis_values(given["thesis"]) if given["thesis"] else {}
    return Calibration(settings, chosen(read_targets(), names, until), seed, given["output"], fixed, until)


@contextmanager
def on_screen(console: Console) -> Iterator[Callable[[str, int, int, dict[str, float]], None]]:
    """A bar on a terminal, a line now and then in a log."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[shown]}"),
               TimeRemainingColumn())  # fmt: skip
    started = [time.perf_counter()]
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("calibrating", total=None, shown="")
        stage = [""]

        def told(name: str, done: int, most: int, shown: dict[str, float]) -> None:
            words = "  ".join(f"{k} {v:.3g}" for k, v in shown.items())
            if name != stage[0]:
                progress.reset(task, total=most)
                stage[0] = name
            progress.update(task, description=name, completed=done, total=most, shown=words)
            now = time.perf_counter()
            if not console.is_terminal and (now - started[0] > 15.0 or done == most):
                started[0] = now
                console.print(f"{name}: {done} of {most}  {words}".rstrip(), soft_wrap=True)

        yield told


def show_predictive(console: Console, table: pd.DataFrame) -> None:
    """Observed and simulated, and whether inside the band."""
    out = Grid("Posterior predictive check", ["target", "what", "observed", "band", "simulated", "met"], words=["what"])
    for target, row in table.iterrows():
        low = "" if pd.isna(row["band_low"]) else f"{row['band_low']:g}"
        high = "" if pd.isna(row["band_high"]) else f"{row['band_high']:g}"
        met = Text("yes", style="bold") if row["met"] else Text("no", style="red")
        out.add_row(str(target), str(row["title"]), f"{row['observed']:g}", f"{low}–{high}",
                    f"{row['simulated']:.3f} ± {row['se']:.3f}", met)  # fmt: skip
    console.print(out)
    console.print(f"{int(table['met'].sum())} of {plural(len(table), 'target')} met by the mean over posterior points.")


def show_informed(console: Console, table: pd.DataFrame) -> None:
    """The parameters the data speak to, most of all first, and the names of the others."""
    told = table[table["informed"]].sort_values("distance", ascending=False)
    out = Grid("Parameters the data inform", ["parameter", "range", "median", "90 %", "variance gone"])
    for path, row in told.iterrows():
        out.add_row(str(path), f"{row['prior_low']:g}–{row['prior_high']:g}", f"{row['median']:.3g}",
                    f"{row['low']:.3g}–{row['high']:.3g}", f"{row['shrinkage']:.0%}")  # fmt: skip
    console.print(out)
    rest = [str(path) for path in table.index[~table["informed"]]]
    console.print(f"Not shown to differ from the prior ({len(rest)}): {', '.join(rest) or 'none'}")


def founders(result: Calibrated) -> int:
    """Particles of the first population that have descendants in the last."""
    return int(result.history["founders"].iloc[-1])


def medoid(posterior: pd.DataFrame) -> pd.Series:
    """The particle in the middle: the one nearest to the others in units of the ledger's ranges."""
    from ..evidence.ledger import ledger

    spans = [ledger().entry(str(path)).range for path in posterior.columns]
    unit = (posterior.to_numpy() - [s.low for s in spans]) / [s.high - s.low for s in spans]
    off = ((unit[:, None, :] - unit[None, :, :]) ** 2).sum(axis=2).mean(axis=1)
    return posterior.iloc[int(off.argmin())]


def write_results(run: Calibration, result: Calibrated, check: pd.DataFrame, targets: Sequence[Target], about: str) -> Path:
    """Tables, figures and summary, into the folder of the calibration."""
    from .calibration_figures import generations_figure, marginals_figure, pairs_figure, predictive_figure
    from .figures import save

    folder, table, told = run.folder, predictive_table(targets, check), informed(result.posterior, founders(result))
    result.posterior.assign(distance=result.distance).to_parquet(folder / "posterior.parquet")
    result.statistics.to_parquet(folder / "statistics.parquet")
    check.to_parquet(folder / "predictive.parquet")
    result.history.to_csv(folder / "generations.csv", index=False)
    table.to_csv(folder / "targets.csv")
    told.to_csv(folder / "informed.csv")
    save(marginals_figure(result.posterior, told), folder, "marginals", about)
    save(pairs_figure(result.posterior, told), folder, "pairs", about)
    save(predictive_figure(targets, check), folder, "predictive", about)
    save(generations_figure(result.history), folder, "generations", about)
    candidates = {"medians": result.posterior.median(), "medoid": medoid(result.posterior)}
    off = {name: run.off({str(k): float(v) for k, v in point.items()}) for name, point in candidates.items()}
    chosen_centre = min(off, key=lambda name: off[name])
    middle = candidates[chosen_centre]
    summary = {
        "about": about,
        "seed": run.seed,
        "tolerance": float(result.history["tolerance"].iloc[-1]),
        "value": f"{chosen_centre}, the nearer of the two on fresh runs",
        "distance": {**{name: float(f"{x:.3f}") for name, x in off.items()}, "defaults_before": float(f"{run.off({}):.3f}")},
        "points": int(result.history["simulated"].iloc[-1]),
        "parameters": {
            str(path): {
                "value": float(f"{middle[str(path)]:.4g}"),
                "median": float(f"{row['median']:.4g}"),
                "interval": [float(f"{row['low']:.4g}"), float(f"{row['high']:.4g}")],
                "informed": bool(row["informed"]),
            }
            for path, row in told.iterrows()
        },
        "targets": {
            str(name): {
                "observed": float(row["observed"]),
                "simulated": number_in(f"{row['simulated']:.4g}"),
                "met": bool(row["met"]),
            }
            for name, row in table.iterrows()
        },
    }
    (folder / "summary.yaml").write_text(
        yaml.safe_dump(json.loads(json.dumps(summary)), sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
    return folder


def calibrate_command(arguments: Sequence[str]) -> int:
    """`alliances calibrate`; 0 when done."""
    if arguments and arguments[0] in ("-h", "--help"):
        print(USAGE, end="")
        return 0
    if arguments and arguments[0] == "adopt":
        from .adoption import adopt_command

        return adopt_command(arguments[1:])
    given = read_line(arguments)
    run = calibration_of(given)
    until = whole_number(given, "until", 1976, 2019) if given["until"] else None
    shown = chosen(read_targets(), [], until)
    console = new_console()
    about_it = f"{plural(len(run.targets), 'target')}, {plural(len(run.paths), 'parameter')}, seed {run.seed}: "
    console.print(Text.assemble(about_it, (str(run.folder), "bold")), soft_wrap=True)
    announce(console)
    started = time.perf_counter()
    with on_screen(console) as told:
        result = run.run(told)
        check = run.check(result.posterior, shown, told)
    words = [f"{k}={v}" for k, v in given.items() if v and v != KEYS[k] and k != "output"] or ["preset=full"]
    folder = write_results(run, result, check, shown, shlex.join(["alliances", "calibrate", *words]))
    console.print(f"History matching left {result.share_left:.1%} of the points; tolerance "
                  f"{result.history['tolerance'].iloc[0]:.2f} → {result.history['tolerance'].iloc[-1]:.2f} scales in "
                  f"{plural(len(result.history) - 1, 'generation')}, "
                  f"{plural(int(result.history['simulated'].iloc[-1]), 'point')}, "
                  f"{time.perf_counter() - started:.0f} s.")  # fmt: skip
    show_informed(console, informed(result.posterior, founders(result)))
    show_predictive(console, predictive_table(shown, check))
    name_folder(console, "Posterior, tables and figures", folder)
    return 0
