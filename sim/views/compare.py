"""`alliances compare`: wedges against their baseline on the same keys; tables, figures, a report."""

from __future__ import annotations

import itertools
import json
import re
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import yaml
from pydantic import Field
from rich.console import Console

from ..analysis.wedges.answer import Answer, Questions, answered
from ..analysis.wedges.comparison import Arm, Setting, arm_of, arms_of
from ..analysis.wedges.pairs import named_pair, watched_pairs
from ..analysis.wedges.robustness import posterior_draws
from ..errors import InputError, unknown, whole_number
from ..evidence.claims import articles
from ..evidence.digest import evidence_digest
from ..evidence.trace import by_id
from ..paths import read_yaml
from ..rules.compiled import source_digest
from ..runs.config import composed, reading_of, world_of
from ..runs.store import run_folder
from ..world.calendar import absolute_month
from ..world.loading import options
from ..world.packages import as_yaml, checked_package, put_off, read_wedge
from ..world.schema import MOST_MONTHS, Strict, WedgeConf, validated
from ..world.world import World
from .calibration import on_screen
from .compare_tables import show_ground, show_main, show_pairs, show_response, show_robustness, show_side
from .job import announce

KEYS = {
    "from": "", "wedge": "all", "thesis": "all", "replicates": "1000", "seed": "1", "pairs": "", "focus": "", "posterior": "32",
    "posterior_replicates": "200", "strength": "", "start": "", "length": "", "interactions": "false", "threads": "",
    "output": "runs",
}  # fmt: skip
USAGE = """alliances compare scenario=NAME wedge=[A,B,…] [key=value …] [--report]     which policy breaks which alliance

  wedge=all      of conf/wedge those that fit the scenario; or names and files joined by commas:
                 [offer_verified,offer_verified+dialogue,target_leaders@2019-09:12,offer*0.5,path/my.yaml]
                   A+B one package   @MONTH from then on   @MONTH:N for N months   *F times the size
  thesis=all     theses joined by commas; the main table is about consensus if it is among them, else about the first
  replicates=1000  seed=1  months=…  shock=…  pressure=…  parameters.PATH=…   as alliances run takes them
  from=FILE      a file that the lab has saved: scenario, theory, seed, replicates, focus, assumptions and wedge
  focus=A-B      whose break is asked about; the scenario's focal pair by default (factions or organisations)
  pairs=A-B,…    what else is watched; by default the ties of the focal factions and the alliances of the start
  posterior=32   draws from the calibration to hold the answer to, posterior_replicates=200 each; 0 leaves them out
  strength=0.5,1,1.5     effect against strength: sizes times each factor
  start=2018-09,2019-09  length=6,12     effect by start, and by how many months it lasts
  interactions=true      every two wedges together
  --report       one HTML file that opens offline
  output=runs

Every wedge is compared with the baseline run by run on the same random keys; intervals are 95 %, of paired differences.
"""


class LabFile(Strict):
    """A file that the lab has saved."""

    scenario: str = ""
    thesis: str = ""
    seed: Annotated[int, Field(ge=0, lt=2**64)] = 1
    replicates: Annotated[int, Field(ge=2, le=10_000_000)] = 2
    focus: str = ""
    parameters: dict[str, float] = Field(default_factory=dict)
    wedge: dict[str, Any] = Field(default_factory=dict)


@dataclass
class Asked:
    """What a command line asks for."""

    given: dict[str, str]
    overrides: list[str]
    report: bool
    wedges: list[WedgeConf] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def listed(text: str) -> list[str]:
    """Names of a list as it is written: `[a,b]`, `a,b` or empty."""
    return [part.strip() for part in text.strip().removeprefix("[").removesuffix("]").split(",") if part.strip()]


def read_line(arguments: Sequence[str], keys: Mapping[str, str], command: str, flags: Sequence[str] = ()) -> Asked:
    """Own keys, overrides for the scenario, flags; InputError with the nearest names."""
    given, overrides, raised = dict(keys), [], set()
    for text in arguments:
        key, found, value = text.partition("=")
        if text in flags:
            raised.add(text)
        elif not found:
            raised_by = f"; flags: {', '.join(flags)}" if flags else ""
            raise InputError(command, text, "is not key=value", f"{', '.join(keys)}, scenario, …{raised_by}")
        elif key in keys:
            given[key] = value
        elif key in ("scenario", "months", "shock", "pressure") or key.startswith(("parameters", "scenario.", "actors.")):
            overrides.append(text)
        else:
            raise unknown(command, "", key, [*keys, "scenario", "months", "shock", "pressure", "parameters"])
    return Asked(given, overrides, "--report" in raised)


def with_file(asked: Asked) -> Asked:
    """What is asked, with everything that a file of the lab says; keys on the command line go before it.

    Raises
    ------
    InputError
        The file cannot be read, or holds what is not known.
    """
    path = asked.given["from"]
    if not path:
        return asked
    content = read_yaml(Path(path))
    if isinstance(content, Mapping):
        content = {key: value for key, value in content.items() if value is not None}
    kept = validated(LabFile, content, path)
    for key in ("thesis", "seed", "replicates", "focus"):
        if key in content and asked.given[key] == KEYS[key]:
            asked.given[key] = str(getattr(kept, key))
    if asked.given["posterior"] == KEYS["posterior"]:
        asked.given["posterior"] = "0"
    said = {text.partition("=")[0] for text in asked.overrides}
    words = [f"scenario={kept.scenario}"] if kept.scenario else []
    words += [f"parameters.{name}={value!r}" for name, value in kept.parameters.items()]
    asked.overrides = [*(w for w in words if w.partition("=")[0] not in said), *asked.overrides]
    if asked.given["wedge"] == KEYS["wedge"]:
        wedge = validated(WedgeConf, {"name": "lab", "title": "From the lab", **kept.wedge}, path)
        asked.wedges = [checked_package(wedge, path)]
    return asked


def number(given: Mapping[str, str], key: str, low: int, high: int, command: str = "compare") -> int:
    """A whole number of the command line; InputError outside low to high."""
    return whole_number(command, key, given[key], low, high)


def base_of(overrides: Sequence[str], theses: Sequence[str]) -> tuple[World, dict[str, dict[str, float]], dict[str, str]]:
    """The world without a wedge, and parameters and title of each thesis."""
    readings, titles, world = {}, {}, None
    for thesis in theses:
        config = composed([*overrides, f"thesis={thesis}"])
        world = world or world_of(config)
        reading = reading_of(config)
        readings[thesis], titles[thesis] = reading.parameters, reading.title
    assert world is not None
    return world, readings, titles


def theses_of(text: str, command: str = "compare") -> list[str]:
    """Theses asked for, consensus first if it is there."""
    names = options("thesis") if text == "all" else listed(text)
    for name in names:
        if name not in options("thesis"):
            raise unknown(command, "thesis", name, options("thesis"))
    if not names:
        raise InputError(command, "thesis", "is empty", "all, or names joined by commas")
    return sorted(dict.fromkeys(names), key=lambda name: name != "consensus")


def with_known_claims(wedge: WedgeConf) -> WedgeConf:
    """The wedge itself; InputError if it cites a claim that is not in the evidence."""
    known = by_id(articles())
    for claim in wedge.claims:
        if claim not in known:
            raise unknown(f"wedge {wedge.name}", "claims", claim, known)
    return wedge


def wedges_of(base: World, text: str) -> tuple[list[WedgeConf], list[str]]:
    """Wedges asked for; with `all` those that fit, and the names of the others."""
    if text != "all":
        found = [with_known_claims(read_wedge(name)) for name in listed(text)]
        for wedge in found:
            if not wedge.instruments() and wedge.name != "none":
                raise InputError(f"wedge {wedge.name}", "", "holds no instruments", "at least one, or none for the baseline")
        return found, []
    fit, left_out = [], []
    for name in options("wedge"):
        wedge = read_wedge(name)
        try:
            if wedge.instruments():
                arms_of(base, [wedge])
                fit.append(wedge)
        except InputError as error:
            left_out.append(f"{name} ({error.field}: {error.problem})")
    return fit, left_out


def factors_of(text: str) -> list[float]:
    """Strengths asked for."""
    try:
        found = [float(part) for part in listed(text)]
    except ValueError:
        found = [-1.0]
    if any(not 0.0 <= factor <= 10.0 for factor in found):
        raise InputError("compare", "strength", f"'{text}' is not allowed", "factors of the sizes, 0 to 10, joined by commas")
    return found


def times_of(given: Mapping[str, str], base: World) -> tuple[list[str], list[int | None]]:
    """Starts and lengths asked for."""
    starts = listed(given["start"])
    try:
        lengths = [whole_number("compare", "length", part, 1, MOST_MONTHS) for part in listed(given["length"])]
    except InputError:
        allowed = f"months, 1 or more, at most {MOST_MONTHS}, joined by commas"
        raise InputError("compare", "length", f"'{given['length']}' is not allowed", allowed) from None
    last = base.calendar.months - 1
    for start in starts:
        absolute_month(start, "compare", "start")
        if not 0 <= base.calendar.index(start) <= last:
            raise InputError(
                "compare", "start", f"{start} lies outside the run", f"{base.calendar.start} to {base.calendar.date(last)}"
            )
    if lengths and not starts:
        starts = [base.calendar.start]
    return starts, list(lengths) or [None]


def questions_of(given: Mapping[str, str], base: World) -> Questions:
    """What is asked beside the main table."""
    draws = number(given, "posterior", 0, 128)
    if draws:
        posterior_draws(draws)
    if given["interactions"] not in ("true", "false"):
        raise InputError("compare", "interactions", f"'{given['interactions']}' is not allowed", "true or false")
    starts, lengths = times_of(given, base)
    return Questions(
        draws=draws, draw_replicates=number(given, "posterior_replicates", 2, 100_000), strengths=factors_of(given["strength"]),
        starts=starts, lengths=lengths, interactions=given["interactions"] == "true",
    )  # fmt: skip


def prepared(asked: Asked) -> tuple[Setting, list[Arm], Questions, dict[str, str]]:
    """Check everything that can be wrong before anything runs or is written."""
    given = with_file(asked).given
    base, readings, titles = base_of(asked.overrides, theses_of(given["thesis"]))
    replicates, seed = number(given, "replicates", 2, 10_000_000), number(given, "seed", 0, 2**64 - 1)
    pairs = watched_pairs(base, listed(given["pairs"]))
    if given["focus"]:
        focus = named_pair(base, given["focus"], "focus")
        pairs = [focus, *(pair for pair in pairs if pair.name != focus.name)]
    if not asked.wedges:
        asked.wedges, asked.left_out = wedges_of(base, given["wedge"])
    threads = number(given, "threads", 1, 1024) if given["threads"] else None
    setting = Setting(base, readings, pairs, replicates, seed, threads)
    arms, questions = arms_of(base, asked.wedges), questions_of(given, base)
    for arm, start, months in itertools.product(arms, questions.starts, questions.lengths):
        arm_of(base, put_off(arm.wedge, base.calendar, start, months))  # refused now if its parts no longer fit
    return setting, arms, questions, titles


def tables_of(answer: Answer) -> dict[str, pd.DataFrame]:
    """Every table of an answer by the name of its file."""
    found = {
        "effects": answer.compared.effects, "course": answer.compared.course, "timing": answer.compared.timing,
        "theses": answer.theses, "robustness": answer.robust.reset_index(),
        "posterior": answer.posterior.effects if answer.posterior else None,
        "robustness_posterior": answer.robust_posterior.reset_index() if answer.robust_posterior is not None else None,
        "strengths": answer.strengths, "starts": answer.starts, "interactions": answer.pairs,
    }  # fmt: skip
    return {name: table for name, table in found.items() if table is not None}


def about(answer: Answer, line: Sequence[str]) -> dict[str, object]:
    """What makes the answer again, and what was proved before it."""
    s, ground = answer.setting, answer.compared.ground
    return {
        "command": ["alliances", "compare", *line], "scenario": s.base.name, "replicates": s.replicates, "seed": s.seed,
        "theses": list(s.readings), "pairs": [p.name for p in s.pairs], "evidence": evidence_digest(), "code": source_digest(),
        "ground": {
            "null_wedge_identical": ground.null_identical, "months_before_identical": ground.months,
            "put_off_for_the_proof": sorted(ground.put_off), "share_of_runs_differing_after": ground.differing,
        },
    }  # fmt: skip


def write(answer: Answer, line: Sequence[str], folder: Path) -> None:
    """Tables, wedge files, figures, manifest."""
    from .compare_figures import figures_of
    from .figures import save

    for name, table in tables_of(answer).items():
        table.to_csv(folder / f"{name}.csv", index=False, float_format="%.6g")
    wedges = folder / "wedges"
    wedges.mkdir()
    for n, arm in enumerate(answer.compared.arms, start=1):
        name = re.sub(r"[^\w+@:.*-]", "_", arm.name)[:80]
        (wedges / f"{n:02d}_{name}.yaml").write_text(yaml.safe_dump(as_yaml(arm.wedge), sort_keys=False, allow_unicode=True))
    (folder / "manifest.json").write_text(json.dumps(about(answer, line), indent=1))
    note = f"alliances compare, seed {answer.setting.seed}, code {source_digest()}, evidence {evidence_digest()}"
    for name, figure in figures_of(answer).items():
        save(figure, folder, name, note)


def compare_command(arguments: Sequence[str]) -> int:
    """`alliances compare`; 0 when done."""
    if any(a in ("-h", "--help") for a in arguments):
        print(USAGE, end="")
        return 0
    asked = read_line(arguments, KEYS, "compare", ["--report"])
    setting, arms, questions, titles = prepared(asked)
    console, base = Console(file=sys.stdout), setting.base
    console.print(f"[bold]{base.title}[/bold]: {base.calendar.start}, {base.calendar.months} months; {len(arms)} wedges, "
                  f"{len(setting.readings)} theses × {setting.replicates} replicates, seed {setting.seed}")  # fmt: skip
    for name in asked.left_out:
        console.print(f"left out, does not fit this scenario: {name}", style="dim", soft_wrap=True)
    announce(console)
    started = time.perf_counter()
    with run_folder(asked.given["output"], f"compare-{base.name}") as made:
        with on_screen(console) as told:
            answer = answered(setting, arms, questions, titles, lambda name, n, total: told(name, n, total, {}))
        show_ground(console, answer.compared)
        show_main(console, answer.compared)
        show_pairs(console, answer.compared)
        show_side(console, answer.compared)
        show_robustness(console, answer.theses, answer.robust, answer.robust_posterior, answer.sentence)
        show_response(console, answer.strengths, answer.starts, answer.pairs, answer.not_together)
        runs = (len(arms) + 1) * len(setting.readings) * setting.replicates
        spent = time.perf_counter() - started
        write(answer, arguments, made.partial)
        if asked.report:
            from .report import write_report

            write_report(answer, arguments, made.partial)
    console.print(f"{runs} runs of the table at {runs / answer.compared.seconds:.0f} runs/s; {spent:.0f} s in all", style="dim")
    console.print(f"Tables, figures{', report' if asked.report else ''}: [bold]{made.final}[/bold]", soft_wrap=True)
    return 0
