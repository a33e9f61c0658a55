"""`alliances search`: packages of wedges that break most at the least price; table, figure, a file a wedge of the front."""

from __future__ import annotations

import hashlib
import json
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rich.console import Console
from rich.text import Text

from ..analysis.wedges import candidates, comparison, effects, front, objectives, search, watched
from ..analysis.wedges.candidates import Space, in_words
from ..analysis.wedges.comparison import Setting
from ..analysis.wedges.front import FrontPoint, Trial, front_of, front_table, run_again
from ..analysis.wedges.objectives import Evaluator, Measured
from ..analysis.wedges.search import Search
from ..analysis.wedges.search_settings import SearchSettings, read_search
from ..command_line import Line
from ..evidence.digest import evidence_digest
from ..measures import measure, of_pairs, of_runs, pairs
from ..measures.pairs import named_pair, watched_pairs
from ..numbers import number_in
from ..paths import file_name
from ..plural import plural
from ..rules.cache import source_digest
from ..runs.shards import write_whole
from ..stopping import exit_code
from ..world.instruments import WedgeConf
from ..world.packages import as_yaml
from ..world.world import World
from .asked import consensus_first, listed, theses_of
from .compare_line import base_of
from .compare_tables import points
from .terminal import Grid, announce, heading, name_folder, new_console, on_screen

COUNTS = ("population", "generations", "replicates", "fresh", "most_instruments", "sizes", "starts", "short")
SHOWN = 25


@dataclass(frozen=True)
class Job:
    """What a command line asks for, checked."""

    setting: Setting
    settings: SearchSettings
    space: Space
    folder: Path
    about: Mapping[str, Any]

    def evaluator(self, fresh: bool) -> Evaluator:
        """Measures a wedge on the replicates of the search, or on as many beyond them as are asked for."""
        s = self.settings
        numbers = s.replicates + np.arange(s.fresh) if fresh else np.arange(s.replicates)
        return Evaluator(self.setting, s.cost, numbers)


def world_digest(world: World) -> str:
    """Digest of every table of a world and of the names of its rows."""
    names = [world.name, world.calendar.start, world.factions, world.organisations, world.states, world.places, world.focal]
    digest = hashlib.sha256(json.dumps(names).encode())
    for part in (*world.facts, *world.initial):
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()[:12]


def searching_digest() -> str:
    """Digest of the code that draws wedges and measures them: a search is never resumed under another."""
    modules = (candidates, comparison, effects, front, objectives, search, watched, measure, of_pairs, of_runs, pairs)
    return hashlib.sha256(b"".join(Path(str(m.__file__)).read_bytes() for m in modules)).hexdigest()[:12]


def settings_of(line: Line) -> SearchSettings:
    """Settings of a file with what the command line changes."""
    changed: dict[str, Any] = {key: line.whole(key) for key in COUNTS if line[key]}
    changed |= {key: line[key] for key in ("algorithm", "robust") if line[key]}
    if line["instruments"]:
        changed["instruments"] = "all" if line["instruments"] == "all" else listed(line["instruments"])
    costs = line.under("cost.")
    read = {name: number_in(text) for name, text in costs.items()}
    return read_search(line["preset"], changed, {name: costs[name] if cost is None else cost for name, cost in read.items()})


def job_of(line: Line) -> Job:
    """Check everything that can be wrong before anything runs or is written."""
    settings, seed = settings_of(line), line.whole("seed")
    base, readings, _ = base_of(line.overrides, consensus_first(theses_of(line["thesis"], "search")))
    threads = line.whole_or_none("threads")
    pair = named_pair(base, line["pair"], "pair") if line["pair"] else watched_pairs(base)[0]
    setting = Setting(base, readings, [pair], settings.replicates, seed, threads)
    space = Space.of(base, settings)
    about = {
        "settings": settings.model_dump(mode="json"), "scenario": base.name, "world": world_digest(base), "theses": readings,
        "focus": pair.name, "instruments": [[c.option, c.instrument, c.conf.model_dump(mode="json")] for c in space.candidates],
        "seed": seed, "evidence": evidence_digest(), "code": source_digest(), "search": searching_digest(),
        "optuna": metadata.version("optuna"),
    }  # fmt: skip
    name = hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()[:12]
    return Job(setting, settings, space, Path(line["output"]) / f"{file_name(f'search-{base.name}')}-{name}", about)


def _changes(measured: Measured) -> tuple[Text, Text]:
    """Change in the share broken, mean over theses and under the worst, with intervals."""
    m = measured
    return (
        points({"difference": m.broken, "low": m.low, "high": m.high}),
        points({"difference": m.worst, "low": m.worst_low, "high": m.worst_high}),
    )


def show(console: Console, job: Job, tried: int, found: Sequence[FrontPoint]) -> None:
    """The front, the greatest effect first: numbers in a table, the wedges in words below it."""
    s, pair = job.settings, job.setting.focus.title(job.setting.base)
    fresh_runs = f"{plural(s.fresh, 'fresh run')} a thesis"
    out = Grid(
        f"{pair}: front of {plural(tried, 'trial')}, {plural(len(found), 'wedge')}. Changes on {fresh_runs}",
        ["wedge", "broken, mean", "worst thesis", "searched", "violence %", "frag.", "cost"],
    )
    for n, point in enumerate(found[:SHOWN], start=1):
        fresh, before = point.fresh, -100 * point.trial.measured.aims(s.robust)[0]
        out.add_row(f"{n}{'' if point.holds else ' †'}", *_changes(fresh), f"{before:+.1f}", f"{100 * fresh.violence:+.1f}",
                    f"{fresh.fragmentation:+.2f}", f"{fresh.cost:.2f}")  # fmt: skip
    console.print(out)
    for n, point in enumerate(found[:SHOWN], start=1):
        console.print(f"  {n}: {in_words(point.trial.wedge)}", highlight=False, markup=False)
    if len(found) > SHOWN:
        console.print(f"… and {len(found) - SHOWN} more in front.csv", style="dim")
    over = plural(len(job.setting.readings), "thesis", "theses")
    console.print(
        f"broken: points of runs, 95 % interval, mean over {over} and under the worst. searched: {s.robust} in the "
        f"{plural(s.replicates, 'run')} of the search, too good on average: the best of many noisy trials. violence: "
        "attacks on civilians. frag.: splits and defections a run. cost: effort, by assumption. † dominated in the fresh "
        "numbers. Dim: the interval holds zero. Doing nothing is a rival of every wedge.", style="dim",
    )  # fmt: skip


def named(job: Job, n: int, point: FrontPoint) -> WedgeConf:
    """A wedge of the front that says where it comes from."""
    fresh, s, setting = point.fresh, job.settings, job.setting
    held = "" if point.holds else " Another wedge of the front betters it in those runs, or doing nothing does."
    reading = (
        f"Found by alliances search in {setting.base.name}, seed {setting.seed}, trial {point.trial.number} ({job.folder.name}), "
        f"at assumed costs. Broken {100 * fresh.broken:+.1f} points ({100 * fresh.low:+.1f} to {100 * fresh.high:+.1f}) over "
        f"{plural(len(setting.readings), 'thesis', 'theses')}, {100 * fresh.worst:+.1f} under {fresh.worst_thesis}, on "
        f"{plural(s.fresh, 'fresh run')} each; "
        f"cost {fresh.cost:.2f}.{held}"
    )
    title = f"Front of a search, {n}: {in_words(point.trial.wedge)}"
    return point.trial.wedge.model_copy(update={"name": f"front_{n:02d}", "title": title, "reading": reading})


def write(job: Job, line: Line, trials: Sequence[Trial], found: Sequence[FrontPoint]) -> None:
    """Table of the front, wedge files, figure, manifest; the trials are there."""
    from .figures import save
    from .search_figure import front_figure

    folder, base, s = job.folder, job.setting.base, job.settings
    write_whole(folder / "front.csv", front_table(found, in_words).to_csv(index=False, float_format="%.6g").encode())
    for n, point in enumerate(found, start=1):
        text = yaml.safe_dump(as_yaml(named(job, n, point)), sort_keys=False, allow_unicode=True)
        write_whole(folder / "wedges" / f"front_{n:02d}.yaml", text.encode())
    title = (
        f"{job.setting.focus.title(base)}: front of {plural(len(trials), 'trial')}, on {plural(s.fresh, 'fresh run')} a "
        "thesis; bars: 95 %.\nNumbers: as in the table"
    )
    note = f"alliances search, seed {job.setting.seed}, code {source_digest()}, evidence {evidence_digest()}"
    save(front_figure(trials, found, s.robust, title), folder, "front", note)
    content = {"command": line.command, "trials": len(trials), "front": len(found), **job.about}
    write_whole(folder / "manifest.json", json.dumps(content, indent=1).encode())


def search_command(line: Line) -> int:
    """`alliances search`; 0 when done."""
    job = job_of(line)
    console, base, s = new_console(), job.setting.base, job.settings
    console.print(heading(
        base, f"{plural(len(job.space.choices()), 'instrument')}, {plural(s.generations, 'generation')} of {s.population}, "
        f"{plural(len(job.setting.readings), 'thesis', 'theses')} × {plural(s.replicates, 'replicate')}, {s.algorithm}, "
        f"seed {job.setting.seed}"
    ))  # fmt: skip
    announce(console)
    with on_screen(console) as shown:

        def told(name: str, done: int, total: int) -> None:
            shown(name, done, total, {})

        try:
            trials = Search(job.space, s, job.evaluator(fresh=False), job.setting.seed, job.folder / "trials.csv").run(told)
            found = run_again(front_of(trials, s.robust), job.evaluator(fresh=True), s.robust, told)
        except KeyboardInterrupt as error:
            print(f"alliances: interrupted; the same command goes on from {job.folder}/trials.csv", file=sys.stderr)
            return exit_code(error)
    write(job, line, trials, found)
    show(console, job, len(trials), found)
    name_folder(console, "Front, wedges, figure", job.folder)
    if found:
        words = ["alliances", "compare", f"scenario={base.name}", f"wedge={job.folder}/wedges/front_01.yaml"]
        console.print(f"Try one: {shlex.join(words)}", soft_wrap=True, markup=False)
    return 0
