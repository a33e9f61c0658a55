"""The main job: run every thesis of a plan, show a table, write the run folder."""

from __future__ import annotations

import time
from pathlib import Path

from rich.console import Console

from ..analysis.summary import Summary
from ..engine.ensemble import iterate_ensemble
from ..measures.networks import SMALLEST, NetworkOutcomes, final_networks
from ..plural import plural
from ..runs.config import Plan
from ..runs.draws import said_of_draws
from ..runs.store import Tables, config_digest, run_folder, write_manifest
from .terminal import announce, heading, name_folder, new_console, progress_bar


def is_large(plan: Plan) -> bool:
    """Whether the world of a plan is described as a network instead of drawn faction by faction."""
    return len(plan.world.named) >= SMALLEST


def run_theses(plan: Plan, tables: Tables, console: Console) -> tuple[dict[str, Summary], dict[str, list[NetworkOutcomes]]]:
    """Run every thesis, feeding tables and summaries chunk by chunk; of a large world also networks, one a run."""
    summaries: dict[str, Summary] = {}
    networks: dict[str, list[NetworkOutcomes]] = {}
    total = plan.replicates * len(plan.readings)
    with progress_bar(console, "runs") as progress:
        task = progress.add_task("running", total=total)
        for reading in plan.readings:
            progress.update(task, description=reading.name.replace("_", " "))
            summary = summaries[reading.name] = Summary(plan.world, reading.draws)
            parameters = reading.table()
            for part in iterate_ensemble(
                plan.world, parameters, plan.replicates, plan.seed, threads=plan.threads, events=plan.events
            ):
                summary.add(part)
                tables.outcomes(reading.name, part)
                tables.spells(reading.name, part)
                tables.organisations(reading.name, part)
                if is_large(plan):
                    found = final_networks(plan.world, part)
                    networks.setdefault(reading.name, []).extend(found)
                    tables.networks(reading.name, part, found)
                if plan.events:
                    tables.events(reading.name, part)
                progress.advance(task, len(part.point))
    return summaries, networks


def draw(plan: Plan, summaries: dict[str, Summary], folder: Path) -> None:
    """Draw the two figures of a run; of a large world the first alone."""
    from .figures import network_figure, save, survival_figure  # late: matplotlib is slow to import

    about = f"config {config_digest(plan)}, seed {plan.seed}, {plural(plan.replicates, 'replicate')}"
    titles = {r.name: r.title for r in plan.readings}
    save(survival_figure(summaries, titles), folder, "survival", about)
    if is_large(plan):
        return
    shown = "consensus" if "consensus" in summaries else next(iter(summaries))
    save(network_figure(summaries[shown], f"thesis: {titles[shown]}"), folder, "network", about)


def execute(plan: Plan) -> Path:
    """Run a plan and write its folder.

    Returns
    -------
    Path
        The run folder: outcomes, spells, organisations, of a large world networks, events (Parquet), figures,
        codebook.csv, config.yaml, manifest.json.

    Raises
    ------
    InputError
        The output folder cannot be written; nothing has been run.
    """
    from .tables import print_networks, print_side, print_survival

    console = new_console()
    with run_folder(plan.output, f"{plan.world.name}-{config_digest(plan)}") as made:
        folder = made.partial
        arms, draws = plural(len(plan.readings), "thesis", "theses"), {r.name: r.draws for r in plan.readings}
        over = said_of_draws(max(draws.values()), plan.replicates)
        console.print(heading(plan.world, f"{arms} × {plural(plan.replicates, 'replicate')}{over}, seed {plan.seed}"))
        announce(console)
        tables = Tables(folder, plan.world, draws)
        started = time.perf_counter()
        summaries, networks = run_theses(plan, tables, console)
        tables.close()
        spent = {"runs": time.perf_counter() - started}
        if plan.figures:
            draw(plan, summaries, folder)
        write_manifest(folder, plan, spent)
    print_survival(console, summaries)
    print_side(console, summaries)
    if networks:
        print_networks(console, networks)
    name_folder(console, "Run folder", made.final)
    return made.final
