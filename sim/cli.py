"""The command `alliances`: one verb after another, each importing only what it needs."""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence
from importlib import import_module

from .errors import InputError, told, unknown
from .stopping import exit_code, signals_interrupt
from .verbs import VERBS
from .views.streams import guarded

USAGE = """alliances: when alliances among militant organisations form, persist, break or turn to fighting

  alliances run [key=value …]      run a scenario under every thesis and write a run folder (--help: choices)
  alliances run -m key=a,b …       a sweep: every combination, into a store that resumes
  alliances results DIR [--sql QUERY | --summary FILE | --check]   look into a sweep's store
  alliances replay DIR --point P --replicate R   one run of it again, in the Mesa engine
  alliances sensitivity DIR [--by mechanism|claim] [--outcome COLUMN]   what the outcome hangs on
  alliances discover DIR           where in the sweep there is no alliance at the end
  alliances map DIR [--x PATH] [--y PATH]   what becomes of the alliance over two numbers
  alliances survival PATH [--by COLUMN] [--between A-B] [--out DIR]   how long alliances last, from a run folder or a CSV
  alliances calibrate [preset=short]   fit the parameters to the observed patterns; `adopt DIR` makes a result the default
  alliances validate targets=FILE.csv   score forecasts of dated events and states against what happened
  alliances theses [preset=short]  rival theses judged on the same patterns, and where their predictions part
  alliances assertions [NAME …]    what the articles assert, checked on runs, with a verdict each
  alliances scorecard [posterior] [--ablate]   what the model must show, row by row: observed, reached, met or not
  alliances compare wedge=[A,B]    wedges against their baseline, run by run: effects, side effects, every theory (--report)
  alliances explain scenario=S [replicate=N]   why the alliance ended or held: one run term by term, or many as stories
  alliances search [key=value …]   which packages of wedges break most at the least price: a Pareto front
  alliances figures [NAME …] [--check]   the papers' figures; --check: does the model still say what they show
  alliances export DIR [NAME …]    figures with all that makes them again, for a journal (--check, --again)
  alliances trace FILE             from a figure to its config, parameters, claims, articles and paragraphs
  alliances lab [--port N]         the lab: drive a wedge in the browser, see what happens, and why
  alliances step [--port N]        one run in the browser, month by month (extra `solara`)
  alliances evidence check         check claims, ledger and configuration against each other
  alliances evidence show PATH     a parameter: range, claims, article and paragraph; a claim: what rests on it
  alliances evidence claims [--type T] [--actor A] [--article KEY] [--text WORDS]
  alliances evidence odd [--check]   the tables and claims of docs/odd.md, made from ledger and code
  alliances bench [sweep|calibration|wedges|lab] [--quick] [--json FILE]   speed on this machine
  alliances doctor                 does this installation work, and with what
  alliances completion bash|zsh    words for the shell: source <(alliances completion bash)
  alliances --version
"""


def run_verb(verb: str, arguments: Sequence[str]) -> int:
    """Run a verb; InputError with the nearest names where there is none."""
    if verb not in VERBS:
        raise unknown("verb", "", verb, [*VERBS, "--help", "--version"])
    module, _, function = VERBS[verb].partition(":")
    return int(getattr(import_module(f".{module}", __package__), function)(arguments))


def _answer(words: Sequence[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(USAGE, end="")
        return 0
    if words[0] == "--version":
        from importlib.metadata import version

        print(f"alliances {version('alliances')}")
        return 0
    try:
        with signals_interrupt():
            return run_verb(words[0], words[1:])
    except InputError as error:
        print(f"alliances: {error}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        print(
            f"alliances: {InputError('path', '', f'{told(error.filename)} is too long a name', 'a shorter one')}", file=sys.stderr
        )
        return InputError.exit_code
    except KeyboardInterrupt as error:
        print("alliances: interrupted; only what was finished is kept", file=sys.stderr)
        return exit_code(error)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code is 0, 1 for failed work or lost words, 2 for bad input, 128 and a signal's number."""
    try:
        with guarded() as out:
            code = _answer(list(sys.argv[1:] if arguments is None else arguments))
    except SystemExit as left:  # argparse has said its help, or what is wrong
        if out.failed and not left.code:
            raise SystemExit(1) from None
        raise
    return code or int(out.failed)


if __name__ == "__main__":
    sys.exit(main())
