"""`alliances doctor`: does this installation work, and with what; `alliances completion`: words for the shell."""

from __future__ import annotations

import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from importlib import metadata, util
from pathlib import Path
from typing import Literal

import numba
from rich.text import Text

from ..command_line import EVERYTHING, Line, Verb
from ..evidence.digest import evidence_digest
from ..paths import CONF, SEEDS
from ..plural import plural
from ..rules.cache import cache_root, is_warm, source_digest
from ..runs.store import PACKAGES
from ..verbs import VERBS
from ..world.loading import options
from .terminal import Grid, new_console

State = Literal["well", "missing", "wrong"]
OPTIONAL = {
    "distributed": "sweeps on Dask (pip install 'alliances[cluster]')",
    "dask_jobqueue": "sweeps on SLURM (pip install 'alliances[cluster]')",
    "solara": "alliances lab step (pip install 'alliances[solara]')",
}
MARKS: dict[State, tuple[str, str]] = {"well": ("well", "green"), "missing": ("not there", "yellow"), "wrong": ("wrong", "red")}


def _writeable(folder: Path) -> tuple[State, str]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        return "wrong", f"{folder}: {error.strerror}"
    return "well", f"{folder}, {shutil.disk_usage(folder).free / 1e9:.0f} GB free"


def _python() -> tuple[State, str]:
    fits = sys.version_info >= (3, 11)
    return ("well" if fits else "wrong"), f"{platform.python_version()}, {platform.system()} {platform.machine()}"


def _packages() -> tuple[State, str]:
    return "well", ", ".join(f"{name} {metadata.version(name)}" for name in ("alliances", *PACKAGES))


def _engine() -> tuple[State, str]:
    if numba.config.DISABLE_JIT:
        return "wrong", "the compiler is switched off (NUMBA_DISABLE_JIT)"
    warm = "compiled" if is_warm() else "not compiled yet: the first run takes about a minute"
    return "well", f"{plural(numba.config.NUMBA_NUM_THREADS, 'thread')}, {warm}, code {source_digest()}"


def _data() -> tuple[State, str]:
    for folder in (CONF, SEEDS):
        if not folder.is_dir():
            return "wrong", f"{folder} is not there"
    known = f"{plural(len(options('scenario')), 'scenario')}, {plural(len(options('wedge')), 'wedge')}"
    return "well", f"{known}, evidence {evidence_digest()}"


def _run() -> tuple[State, str]:
    from ..engine.ensemble import run_ensemble
    from ..world.loading import load_world

    world, values = load_world("talks_2018", thesis="consensus", months=6)
    runs = run_ensemble(world, values, 4, 1)
    return "well", f"four runs of {world.name}: {len(runs.point)} came back"


CHECKS: dict[str, Callable[[], tuple[State, str]]] = {
    "Python": _python, "packages": _packages, "configuration and evidence": _data, "compiled engine": _engine,
    "cache": lambda: _writeable(cache_root()), "output (./runs)": lambda: _writeable(Path("runs")) if Path("runs").exists()
    else _writeable(Path.cwd()), "a run": _run,
}  # fmt: skip


def doctor_command(line: Line) -> int:
    """`alliances doctor`; 0 if all is well, 1 if something needed is wrong."""
    out, wrong = Grid("Is all well?", ["what", "", "found"], words=["found"]), 0
    for name, check in CHECKS.items():
        try:
            state, words = check()
        except Exception as error:  # whatever it is, the others are still looked at
            state, words = "wrong", f"{type(error).__name__}: {error}"
        wrong += state == "wrong"
        out.add_row(name, Text(*MARKS[state]), words)
    for module, what in OPTIONAL.items():
        there = util.find_spec(module) is not None
        out.add_row(module, Text(*MARKS["well" if there else "missing"]), "optional" if there else f"optional: {what}")
    new_console().print(out)
    return 1 if wrong else 0


# shell completion

GROUPS = ("scenario", "thesis", "wedge", "shock", "pressure")
BASH = """_alliances() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" verb="${{COMP_WORDS[1]}}" words
  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "{verbs}" -- "$word")); return; fi
  if [ "$word" = "=" ]; then before="="; word=""; fi
  if [ "$before" = "=" ]; then
    case "$verb ${{COMP_WORDS[COMP_CWORD-2]}} ${{COMP_WORDS[COMP_CWORD-1]}}" in
{values}
    esac
    COMPREPLY=($(compgen -W "$words" -- "$word")); return
  fi
  case "$verb ${{COMP_WORDS[2]}}" in
{keys}
  esac
  COMPREPLY=($(compgen -W "$words" -f -- "$word")); compopt -o nospace
}}
complete -F _alliances alliances
"""
ZSH = "autoload -U +X bashcompinit && bashcompinit\n"


def _keys(verb: Verb, longer: Iterable[str]) -> str:
    """What may stand after a verb: the second word of a longer verb, keys, groups of conf/, switches."""
    groups = [g for g in GROUPS if EVERYTHING in verb.hydra or g in verb.hydra]
    keys = dict.fromkeys([*(k.name for k in verb.keys if "." not in k.name), *groups])
    choices = [choice for word in verb.words for choice in word.choices]
    return " ".join([*longer, *choices, *(f"{key}=" for key in keys), *(s.name.split()[0] for s in verb.switches)])


def completion_script() -> str:
    """A function for bash that completes verbs, keys and their values."""
    first = dict.fromkeys(name.split()[0] for name in VERBS)
    longest_first = sorted(VERBS.values(), key=lambda verb: -len(verb.name.split()))
    keys = []
    for verb in longest_first:
        longer = [name.split()[1] for name in VERBS if name.startswith(f"{verb.name} ")]
        pattern = f'"{verb.name}"' if " " in verb.name else f'"{verb.name} "*'
        keys.append(f'    {pattern}) words="{_keys(verb, longer)}";;')
    chosen = {(verb.name.split()[0], key.name): key.choices for verb in longest_first for key in verb.keys if key.choices}
    values = [f'      "{verb} {key} ="*) words="{" ".join(choices)}";;' for (verb, key), choices in chosen.items()]
    values += [f'      *" {group} ="*) words="{" ".join(options(group))}";;' for group in GROUPS]
    return BASH.format(verbs=" ".join(first), values="\n".join(values), keys="\n".join(keys))


def completion_command(line: Line) -> int:
    """`alliances completion bash|zsh`: a script for the shell to read."""
    print((ZSH if line.words[0] == "zsh" else "") + completion_script(), end="")
    return 0
