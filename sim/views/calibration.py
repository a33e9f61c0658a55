"""`alliances calibrate`: progress while it runs; tables when it is done."""

from __future__ import annotations

import shlex
import time

import pandas as pd
from rich.console import Console
from rich.text import Text

from ..analysis.calibration import Calibration
from ..analysis.diagnosis import in_words
from ..analysis.settings import read_settings
from ..analysis.targets import read_targets
from ..command_line import Line
from ..plural import plural
from ..world.loading import thesis_values
from .asked import thesis_of
from .calibration_results import Results, results_of, write_results
from .terminal import Grid, announce, name_folder, new_console, on_screen


def calibration_of(line: Line) -> Calibration:
    """The calibration a command line asks for."""
    settings = read_settings(line["preset"])
    held = thesis_values(thesis_of(line["thesis"], "calibrate")) if line["thesis"] else {}
    return Calibration(settings, line.whole("seed"), line["output"], held)


def show_predictive(console: Console, table: pd.DataFrame) -> None:
    """Observed and simulated, and whether inside the band."""
    out = Grid("Targets over the posterior", ["target", "what", "observed", "band", "simulated", "met"], words=["what"])
    for target, row in table.iterrows():
        low = "" if pd.isna(row["band_low"]) else f"{row['band_low']:g}"
        high = "" if pd.isna(row["band_high"]) else f"{row['band_high']:g}"
        met = Text("yes", style="bold") if row["met"] else Text("no", style="red")
        out.add_row(str(target), str(row["title"]), f"{row['observed']:g}", f"{low}–{high}",
                    f"{row['simulated']:.3f} ± {row['se']:.3f}", met)  # fmt: skip
    console.print(out)
    console.print(f"{int(table['met'].sum())} of {plural(len(table), 'target')} met by the mean over draws.")


def show_summaries(console: Console, table: pd.DataFrame, nearer: float) -> None:
    """Where the observed lies outside the histories, and how far off all of it is."""
    off = table[table["fitted"] & ~table["inside"]].sort_values("tail")
    out = Grid("Observed outside 95 % of fresh histories", ["summary", "what", "observed", "mean", "90 %"], words=["what"])
    for name, row in off.iterrows():
        out.add_row(str(name), str(row["title"]), f"{row['observed']:.3g}", f"{row['mean']:.3g}",
                    f"{row['low']:.3g}–{row['high']:.3g}")  # fmt: skip
    if len(off):
        console.print(out)
    console.print(
        f"{int(table['fitted'].sum()) - len(off)} of {plural(int(table['fitted'].sum()), 'fitted summary', 'fitted summaries')} "
        f"inside 95 % of fresh histories; {nearer:.1%} of the histories lie nearer to their centre than the observed."
    )


def show_constraints(console: Console, table: pd.DataFrame) -> None:
    """Shares of runs that keep the hard constraints."""
    out = Grid("Runs that keep the hard constraints", ["constraint", "posterior", "prior"], words=["constraint"])
    for _, row in table.iterrows():
        out.add_row(str(row["title"]), f"{row['kept']:.3f} ± {row['se']:.3f}", f"{row['prior']:.3f}")
    console.print(out)


def show_informed(console: Console, found: Results) -> None:
    """Directions and parameters that pass all tests, and the names of the parameters that do not."""
    table, paths = found.diagnosis.informed, list(found.result.posterior.columns)
    told = table[table["informed"]]
    heads = ["", "variance gone", "gain (nats)", "fresh", "mean", "sd"]
    out = Grid("Informed by all tests (held-out gain, ranks, both halves, fresh points)", heads, words=[""])
    for name, row in told.iterrows():
        column = found.diagnosis.contrasts[:, table.index.get_loc(name)]
        words = f"{name}: {in_words(column, paths)}" if name not in paths else str(name)
        out.add_row(words, f"{row['r2']:.0%}", f"{row['gain']:.2f} ± {row['gain_se']:.2f}", f"{row['fresh_gain']:.2f}",
                    f"{row['mean']:+.2f}", f"{row['sd']:.2f}")  # fmt: skip
    console.print(out)
    rest = [path for path in paths if not table.loc[path, "informed"]]
    console.print(f"Mean and sd on the scale on which the prior has 0 and 1. Not informed one by one ({len(rest)}): "
                  f"{', '.join(rest) or 'none'}")  # fmt: skip


def show(console: Console, found: Results) -> None:
    """Print what a calibration says."""
    gain, ranks, fit = found.diagnosis.gain, found.diagnosis.ranks, found.result.fit
    failed = int((~ranks.passed).sum())
    console.print(
        f"{fit.candidates:,} candidates, {len(fit.points.unit):,} keep the hard constraints; effective number of points "
        f"{fit.posterior.effective:.0f}. Gain over the prior {gain.joint:.2f} ± {gain.joint_se:.2f} nats, held out. Ranks of "
        f"held-out points: {'passed' if not failed else f'{failed} of {len(ranks.passed)} failed'}."
    )
    show_informed(console, found)
    show_constraints(console, found.constraints)
    show_summaries(console, found.summaries, found.cloud.nearer)
    show_predictive(console, found.targets)


def calibrate_command(line: Line) -> int:
    """`alliances calibrate`; 0 when done."""
    run, targets, console = calibration_of(line), read_targets(), new_console()
    fitted = sum(s.fitted and s.observed is not None for s in run.summaries)
    about_it = f"{plural(fitted, 'summary', 'summaries')}, {plural(len(run.paths), 'parameter')}, seed {run.seed}: "
    console.print(Text.assemble(about_it, (str(run.folder), "bold")), soft_wrap=True)
    announce(console)
    started = time.perf_counter()
    with on_screen(console) as told:
        found = results_of(run, targets, told)
    words = [f"{key}={line[key]}" for key in sorted(line.said - {"output"})] or ["preset=full"]
    write_results(run, found, targets, shlex.join(["alliances", "calibrate", *words]))
    show(console, found)
    console.print(f"{time.perf_counter() - started:.0f} s.", style="dim")
    name_folder(console, "Posterior, tables and figures", run.folder)
    return 0
