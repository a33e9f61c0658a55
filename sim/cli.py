"""The command `alliances`: one verb after another, each importing only what it needs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from .errors import InputError, unknown

USAGE = """alliances: when alliances among militant organisations form, persist, break or turn to fighting

  alliances run [key=value …]      run a scenario under every thesis and write a run folder (--help: choices)
  alliances run -m key=a,b …       a sweep: every combination, into a store that resumes
  alliances results DIR [--sql QUERY | --summary FILE | --check]   look into a sweep's store
  alliances replay DIR --point P --replicate R   one run of it again, in the Mesa engine
  alliances sensitivity DIR [--by mechanism|claim] [--outcome COLUMN]   what the outcome hangs on
  alliances discover DIR           where in the sweep the alliance breaks
  alliances map DIR [--x PATH] [--y PATH]   what becomes of the alliance over two numbers
  alliances survival PATH [--by COLUMN] [--between A-B] [--out DIR]   how long alliances last, from a run folder or a CSV
  alliances calibrate [preset=short]   fit the parameters to the observed patterns; `adopt DIR` makes a result the default
  alliances validate targets=FILE.csv   score forecasts of dated events and states against what happened
  alliances theses [preset=short]  rival theses judged on the same patterns, and where their predictions part
  alliances assertions [NAME …]    what the articles assert, checked on runs, with a verdict each
  alliances compare wedge=[A,B]    wedges against their baseline, run by run: effects, side effects, every theory (--report)
  alliances explain scenario=S [replicate=N]   why the alliance ended or held: one run term by term, or many as stories
  alliances search [key=value …]   which packages of wedges break most at the least price: a Pareto front
  alliances figures [NAME …] [--check]   the papers' figures; --check: does the model still say what they show
  alliances trace FILE             from a figure to its config, parameters, claims, articles and paragraphs
  alliances lab [--port N]         the lab: drive a wedge in the browser, see what happens, and why
  alliances step [--port N]        one run in the browser, month by month (extra `solara`)
  alliances evidence check         check claims, ledger and configuration against each other
  alliances evidence show PATH     a parameter: range, claims, article and paragraph
  alliances evidence claims [--type T] [--actor A] [--article KEY] [--text WORDS]
  alliances evidence odd [--check]   the tables of parameters and state variables in docs/, made from the code
  alliances bench [sweep|calibration|wedges|lab] [--quick] [--json FILE]   speed on this machine
  alliances doctor                 does this installation work, and with what
  alliances completion bash|zsh    words for the shell: source <(alliances completion bash)
  alliances --version
"""


def _run(arguments: Sequence[str]) -> int:
    from .views.app import run_command

    return run_command(arguments)


def _evidence(arguments: Sequence[str]) -> int:
    from .views.evidence import evidence_command

    return evidence_command(arguments)


def _bench(arguments: Sequence[str]) -> int:
    from .bench import bench_command

    return bench_command(arguments)


def _version(arguments: Sequence[str]) -> int:
    from importlib.metadata import version

    print(f"alliances {version('alliances')}")
    return 0


def _help(arguments: Sequence[str]) -> int:
    print(USAGE, end="")
    return 0


def _results(arguments: Sequence[str]) -> int:
    from .views.results import results_command

    return results_command(arguments)


def _replay(arguments: Sequence[str]) -> int:
    from .views.results import replay_command

    return replay_command(arguments)


def _sensitivity(arguments: Sequence[str]) -> int:
    from .views.analyses import sensitivity_command

    return sensitivity_command(arguments)


def _discover(arguments: Sequence[str]) -> int:
    from .views.analyses import discover_command

    return discover_command(arguments)


def _survival(arguments: Sequence[str]) -> int:
    from .views.spells import survival_command

    return survival_command(arguments)


def _map(arguments: Sequence[str]) -> int:
    from .views.analyses import map_command

    return map_command(arguments)


def _calibrate(arguments: Sequence[str]) -> int:
    from .views.calibration import calibrate_command

    return calibrate_command(arguments)


def _validate(arguments: Sequence[str]) -> int:
    from .views.validation import validate_command

    return validate_command(arguments)


def _assertions(arguments: Sequence[str]) -> int:
    from .views.assertions import assertions_command

    return assertions_command(arguments)


def _theses(arguments: Sequence[str]) -> int:
    from .views.theses import theses_command

    return theses_command(arguments)


def _compare(arguments: Sequence[str]) -> int:
    from .views.compare import compare_command

    return compare_command(arguments)


def _explain(arguments: Sequence[str]) -> int:
    from .views.explain import explain_command

    return explain_command(arguments)


def _search(arguments: Sequence[str]) -> int:
    from .views.search import search_command

    return search_command(arguments)


def _figures(arguments: Sequence[str]) -> int:
    from .papers.command import figures_command

    return figures_command(arguments)


def _trace(arguments: Sequence[str]) -> int:
    from .papers.command import trace_command

    return trace_command(arguments)


def _lab(arguments: Sequence[str]) -> int:
    from .lab.command import lab_command

    return lab_command(arguments)


def _doctor(arguments: Sequence[str]) -> int:
    from .views.doctor import doctor_command

    return doctor_command(arguments)


def _completion(arguments: Sequence[str]) -> int:
    from .views.doctor import completion_command

    return completion_command(arguments, [verb for verb in VERBS if not verb.startswith("-")])


def _step(arguments: Sequence[str]) -> int:
    from .views.step import step_command

    return step_command(arguments)


VERBS: dict[str, Callable[[Sequence[str]], int]] = {
    "run": _run,
    "evidence": _evidence,
    "results": _results,
    "replay": _replay,
    "sensitivity": _sensitivity,
    "discover": _discover,
    "map": _map,
    "survival": _survival,
    "calibrate": _calibrate,
    "theses": _theses,
    "assertions": _assertions,
    "validate": _validate,
    "compare": _compare,
    "explain": _explain,
    "search": _search,
    "figures": _figures,
    "trace": _trace,
    "lab": _lab,
    "step": _step,
    "bench": _bench,
    "doctor": _doctor,
    "completion": _completion,
    "--version": _version,
    "--help": _help,
    "-h": _help,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code is 0, 1 for failed work, 2 for bad input, 130 when interrupted."""
    words = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    try:
        if words[0] not in VERBS:
            raise unknown("alliances", "", words[0], [v for v in VERBS if not v.startswith("-")])
        return VERBS[words[0]](words[1:])
    except InputError as error:
        print(f"alliances: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("alliances: interrupted; nothing was written", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
