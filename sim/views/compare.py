"""`alliances compare`: wedges against their baseline on the same keys; tables, figures, a report."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pandas as pd
import yaml
from rich.console import Console

from ..analysis.wedges.answer import Answer, answered
from ..command_line import Line
from ..evidence.digest import evidence_digest
from ..paths import file_name
from ..plural import plural
from ..rules.cache import source_digest
from ..runs.draws import RULE, digest_of_draws, read_draws
from ..runs.store import run_folder
from ..world.packages import as_yaml
from .compare_line import asked_of, prepared
from .compare_tables import show_ground, show_main, show_pairs, show_response, show_robustness, show_side
from .terminal import announce, heading, name_folder, new_console, on_screen


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


def about(answer: Answer, line: Line) -> dict[str, object]:
    """What makes the answer again, and what was proved before it."""
    s, ground = answer.setting, answer.compared.ground
    drawn = next(iter(s.draws.values()), None)
    return {
        "command": line.command, "scenario": s.base.name, "replicates": s.replicates, "seed": s.seed,
        "theses": list(s.readings), "pairs": [p.name for p in s.pairs], "evidence": evidence_digest(), "code": source_digest(),
        "draws": None if drawn is None else {"rule": RULE, "rows": len(drawn), "digest": digest_of_draws(read_draws())},
        "ground": {
            "null_wedge_identical": ground.null_identical, "months_before_identical": ground.months,
            "put_off_for_the_proof": sorted(ground.put_off), "share_of_runs_differing_after": ground.differing,
        },
    }  # fmt: skip


def write(answer: Answer, line: Line, folder: Path) -> None:
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


def compare_command(line: Line) -> int:
    """`alliances compare`; 0 when done."""
    asked = asked_of(line)
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
        write(answer, line, made.partial)
        if asked.report:
            from .report import write_report

            write_report(answer, line.arguments, made.partial)
    show(console, answer)
    runs = (len(arms) + 1) * len(setting.readings) * setting.replicates
    rate = f"{plural(runs, 'run')} of the table at {runs / answer.compared.seconds:.0f} runs/s; {spent:.0f} s in all"
    console.print(rate, style="dim")
    name_folder(console, f"Tables, figures{', report' if asked.report else ''}", made.final)
    return 0
