"""`alliances compare`: wedges against their baseline on the same keys; tables, figures, a report."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import yaml
from rich.console import Console

from ..analysis.wedges.answer import Answer, answered
from ..evidence.digest import evidence_digest
from ..paths import file_name
from ..plural import plural
from ..rules.cache import source_digest
from ..runs.draws import RULE, digest_of_draws, read_draws
from ..runs.store import run_folder
from ..world.packages import as_yaml
from .calibration import on_screen
from .compare_line import KEYS, prepared, read_line
from .compare_tables import show_ground, show_main, show_pairs, show_response, show_robustness, show_side
from .job import announce, heading
from .terminal import name_folder, new_console

USAGE = """alliances compare scenario=NAME wedge=[A,B,…] [key=value …] [--report]     which policy breaks which alliance

  wedge=all      of conf/wedge those that fit the scenario; or names and files joined by commas:
                 [offer_verified,offer_verified+dialogue,target_leaders@2019-09:12,offer*0.5,path/my.yaml]
                   A+B one package   @MONTH from then on   @MONTH:N for N months   *F times the size, 1 at most
  thesis=all     theses joined by commas; the main table is about consensus if it is among them, else about the first
  replicates=1000  seed=1  months=…  shock=…  pressure=…  parameters.PATH=…   as alliances run takes them
  from=FILE      a file that the lab has saved: scenario, theory, seed, replicates, focus, draws, assumptions and wedge
  focus=A-B      whose break is asked about; the scenario's focal pair by default (factions or organisations)
  pairs=A-B,…    what else is watched; by default the ties of the focal factions and the alliances of the start
  parameters=posterior   the tables over draws of the posterior: both arms of a pair of runs share draw and keys
  posterior=32   draws from the calibration to hold the answer to, in what thesis and line leave open,
                 posterior_replicates=200 each; 0 leaves them out
  strength=0.5,1,1.5     effect against strength: sizes times each factor, where that is 1 at most
  start=2018-09,2019-09  length=6,12     effect by start, and by how many months it lasts
  interactions=true      every two wedges together
  --report       one HTML file that opens offline
  output=runs

Every wedge is compared with the baseline run by run on the same random keys; intervals are 95 %, of paired differences.
"""


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
    drawn = next(iter(s.draws.values()), None)
    return {
        "command": ["alliances", "compare", *line], "scenario": s.base.name, "replicates": s.replicates, "seed": s.seed,
        "theses": list(s.readings), "pairs": [p.name for p in s.pairs], "evidence": evidence_digest(), "code": source_digest(),
        "draws": None if drawn is None else {"rule": RULE, "rows": len(drawn), "digest": digest_of_draws(read_draws())},
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
        text = yaml.safe_dump(as_yaml(arm.wedge), sort_keys=False, allow_unicode=True)
        (wedges / f"{file_name(f'{n:02d}_{arm.name}')}.yaml").write_text(text, encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps(about(answer, line), indent=1), encoding="utf-8")
    note = f"alliances compare, seed {answer.setting.seed}, code {source_digest()}, evidence {evidence_digest()}"
    for name, figure in figures_of(answer).items():
        save(figure, folder, name, note)


def show(console: Console, answer: Answer) -> None:
    """Print every table of an answer."""
    show_ground(console, answer.compared)
    show_main(console, answer.compared)
    show_pairs(console, answer.compared)
    show_side(console, answer.compared)
    show_robustness(console, answer.theses, answer.robust, answer.robust_posterior, answer.sentence)
    show_response(console, answer.strengths, answer.starts, answer.pairs, answer.not_together)


def compare_command(arguments: Sequence[str]) -> int:
    """`alliances compare`; 0 when done."""
    if any(a in ("-h", "--help") for a in arguments):
        print(USAGE, end="")
        return 0
    asked = read_line(arguments, KEYS, "compare", ["--report"])
    setting, arms, questions, titles = prepared(asked)
    console, base = new_console(), setting.base
    console.print(heading(
        base, f"{plural(len(arms), 'wedge')}, {plural(len(setting.readings), 'thesis', 'theses')} × "
        f"{plural(setting.replicates, 'replicate')}{setting.over}, seed {setting.seed}"
    ))  # fmt: skip
    for name in asked.left_out:
        console.print(f"left out, does not fit this scenario: {name}", style="dim", markup=False)
    announce(console)
    started = time.perf_counter()
    with run_folder(asked.given["output"], f"compare-{base.name}") as made:
        with on_screen(console) as told:
            answer = answered(setting, arms, questions, titles, lambda name, n, total: told(name, n, total, {}))
        spent = time.perf_counter() - started
        write(answer, arguments, made.partial)
        if asked.report:
            from .report import write_report

            write_report(answer, arguments, made.partial)
    show(console, answer)
    runs = (len(arms) + 1) * len(setting.readings) * setting.replicates
    rate = f"{plural(runs, 'run')} of the table at {runs / answer.compared.seconds:.0f} runs/s; {spent:.0f} s in all"
    console.print(rate, style="dim")
    name_folder(console, f"Tables, figures{', report' if asked.report else ''}", made.final)
    return 0
