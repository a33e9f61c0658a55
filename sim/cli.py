"""The command `alliances`: one verb after another, each importing only what it needs."""

from __future__ import annotations

import errno
import sys
import textwrap
from collections.abc import Sequence
from importlib import import_module

from .command_line import EVERYTHING, WIDTH, Line, Verb, entry, help_of, parsed
from .errors import InputError, told, unknown
from .stopping import exit_code, signals_interrupt
from .verbs import GROUPS, RENAMED, VERBS
from .views.streams import guarded

ABOUT = "when alliances among militant organisations form, persist, break or turn to fighting"
ENDING = (
    "`alliances VERB --help` says what a verb takes: words, settings key=value, and switches --name. `alliances --version` "
    "says which version this is."
)
HELP = {"-h", "--help"}


def overview() -> str:
    """Every verb with its sentence, in five groups and 80 columns."""
    lines = textwrap.wrap(f"alliances: {ABOUT}", WIDTH)
    for title, verbs in GROUPS.items():
        lines += ["", f"{title}:"]
        for verb in verbs:
            lines += entry(verb.name, verb.sentence) if verb.function else []
    return "\n".join([*lines, "", *textwrap.wrap(ENDING, WIDTH)]) + "\n"


def verb_of(words: Sequence[str]) -> tuple[Verb, Sequence[str]]:
    """The verb that a line begins with, and the words after it.

    Raises
    ------
    InputError
        There is none, with the nearest names; or it has another name now.
    """
    name = words[0]
    if name in RENAMED:
        raise InputError("verb", name, f"is called {RENAMED[name]} now", f"alliances {RENAMED[name]} --help says more")
    if name not in VERBS:
        raise unknown("verb", "", name, [*VERBS, "--help", "--version"])
    both = " ".join(words[:2])
    return (VERBS[both], words[2:]) if both in VERBS else (VERBS[name], words[1:])


def read_line(words: Sequence[str]) -> Line | str:
    """What a line says to its verb, or the help that it asks for; InputError as of `verb_of` and `command_line.parsed`."""
    verb, rest = verb_of(words)
    longer = [other for other in VERBS.values() if other.name.startswith(f"{verb.name} ")]
    if HELP & set(rest):
        return help_of(verb, longer) + (_choices() if EVERYTHING in verb.hydra else "")
    if not verb.function:
        names = [other.name.split()[1] for other in longer]
        raise unknown(verb.name, "", rest[0] if rest else "", names)
    return parsed(verb, rest)


def _choices() -> str:
    """What a run chooses from, off the folder conf/."""
    from .views.app import group_choices

    return "\n".join(["", "Choices (group=option):", *group_choices()]) + "\n"


def run_verb(words: Sequence[str]) -> int:
    """Carry out a line; InputError where it cannot be, and nothing is written."""
    line = read_line(words)
    if isinstance(line, str):
        print(line, end="")
        return 0
    module, _, function = line.verb.function.partition(":")
    return int(getattr(import_module(f".{module}", __package__), function)(line))


def _answer(words: Sequence[str]) -> int:
    if not words or words[0] in HELP | {"help"}:
        print(overview(), end="")
        return 0
    if words[0] == "--version":
        from importlib.metadata import version

        print(f"alliances {version('alliances')}")
        return 0
    try:
        with signals_interrupt():
            return run_verb(words)
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
    except SystemExit as left:  # Hydra's own parser has said its help, or what is wrong
        if out.failed and not left.code:
            raise SystemExit(1) from None
        raise
    return code or int(out.failed)


if __name__ == "__main__":
    sys.exit(main())
