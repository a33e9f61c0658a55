"""Numbers that a design leaves alone: what stands on the line, what a thesis fixes, what is ablated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from omegaconf import DictConfig, OmegaConf

from ..errors import InputError
from ..world.loading import options, thesis_values
from ..world.parameters import leaves
from .batch import PARAMETER, WEDGE
from .refused import read_override

ON_THE_LINE = "on the line"


def on_the_line(line: Sequence[str]) -> list[str]:
    """Dotted paths of parameters and of a wedge's numbers that the words of a line set to one value."""
    found: list[str] = []
    for text in line:
        override = read_override(text)
        key, value = override.key_or_group, override.value()
        if override.is_sweep_override() or not f"{key}.".startswith((PARAMETER, WEDGE)):
            continue
        if isinstance(value, Mapping):
            found += [f"{key}.{path}" for path, _ in leaves(value)]
        elif "." in key:
            found.append(key)
    return found


def thesis_of(line: Sequence[str], config: DictConfig) -> str | None:
    """The option of conf/thesis that a composition was made with."""
    words = [read_override(text) for text in line]
    chosen = [str(word.value()) for word in words if word.key_or_group == "thesis"]
    name = chosen[-1] if chosen else str((config.get("thesis") or {}).get("name"))
    return name if name in options("thesis") else None


def ablated(config: DictConfig) -> dict[str, str]:
    """Parameters that are switched off, each with the words that do it."""
    from ..rules.switches import switched_off  # late: the compiler is slow to import, and --help needs none

    names = [str(name) for name in OmegaConf.to_container(config.ablate, resolve=True) or ()]
    return {PARAMETER + path: f"by ablate=[{name}]" for name in names for path in switched_off([name])}


def fixed_by_thesis(line: Sequence[str], config: DictConfig) -> dict[str, str]:
    """Parameters that the thesis of a composition sets, each with the words that say so."""
    name = thesis_of(line, config)
    return {PARAMETER + path: f"by thesis {name}" for path in thesis_values(name)}


def fixed_numbers(line: Sequence[str], config: DictConfig) -> dict[str, str]:
    """Numbers that a design may not vary, by dotted path (`parameters.…`, `wedge.…`), each with who fixes it."""
    return fixed_by_thesis(line, config) | dict.fromkeys(on_the_line(line), ON_THE_LINE) | ablated(config)


def refuse_both(named: Iterable[str], fixed: Mapping[str, str], where: str, field: str) -> None:
    """Refuse to vary by name what is fixed.

    Raises
    ------
    InputError
    """
    for path in named:
        if path in fixed:
            way = f"; {path}=interval(a,b) on the line overrules a thesis" if fixed[path].startswith("by thesis") else ""
            raise InputError(where, field, f"{path} is to vary, and is fixed {fixed[path]}", f"one of the two{way}")


def sentence(opening: str, groups: Iterable[Mapping[str, str]]) -> str:
    """What is fixed in some groups of points and who fixes it, in one sentence; empty if nothing is."""
    by: dict[str, set[str]] = {}
    for fixed in groups:
        for path, who in fixed.items():
            by.setdefault(who, set()).add(path.removeprefix(PARAMETER))
    told = [f"{', '.join(sorted(names))} ({who})" for who, names in sorted(by.items())]
    return f"{opening}: {'; '.join(told)}." if told else ""
