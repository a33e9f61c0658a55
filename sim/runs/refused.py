"""What Hydra and OmegaConf refuse, in the words of this program."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException

from ..errors import InputError, told, unknown
from ..world.parameters import default_values

REASONS = (
    (r"is not [Oo]ptional", "is not allowed here", "a value"),
    (r"is not a ListConfig|DictConfig with ListConfig|to list", "is not a list", "a list, for example [a,b]"),
    (r"ListConfig with DictConfig|is not a DictConfig|to dict", "is not a mapping", "a mapping, for example {a: 1}"),
    (r"to string", "is not text", "text"),
    (r"invalid literal for int", "a name stands where a place of a list is counted", "a path as ablate.0"),
    (r"Recursive interpolation|Interpolation to parent", "refers to itself", "a reference to another value"),
    (r"Interpolation key", "refers to what does not exist", "${key} of the configuration"),
    (r"interpolation", "holds a reference that cannot be followed", "${key} of the configuration"),
    (r"Ambiguous value|requires --multirun", "names several values", "one value, or a sweep: alliances run -m …"),
)
"""What their message holds -> what is wrong, what is allowed."""
MACHINERY = (
    (r"NoneType|\bNone\b", "null"), (r"DictConfig|\bdict\b", "mapping"), (r"ListConfig", "list"),
    (r"\b\w+(Error|Exception)\b(\(|:)?", "fault"), (r"<class '([\w.]+)'>", r"\1"), (r" in struct\b", " known"),
)  # fmt: skip


_QUOTED = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|\$\{[^{}]*\}")
_JOINED = re.compile(r"[-+]?[0-9]*\.?[0-9]+_[0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9_]+)?")


def _check_digits(text: str) -> None:
    """Refuse digits joined by underscores, which Hydra takes for a number, unless they stand in quotes."""
    for word in re.split(r"[\s,:=()\[\]{}]+", _QUOTED.sub(" ", text.partition("=")[2])):
        if _JOINED.fullmatch(word):
            raise InputError("override", text, f"{told(word)} is not a number", "digits without _, or quotes around text")


def read_override(text: str) -> Override:
    """One word of a command line as Hydra reads it.

    Raises
    ------
    InputError
        It cannot be read.
    """
    try:
        found = OverridesParser.create().parse_override(text)
        if not found.key_or_group:
            raise InputError("override", text, "names nothing", "key=value")
        _check_digits(text)
        return found
    except (HydraException, ValueError) as error:  # ValueError: a whole number of thousands of digits
        if text.startswith("-") or ("=" not in text and not text.startswith("~")):
            raise InputError("override", text, "is not key=value", "key=value, or a flag: -m, --cfg job, --help") from None
        stuck = re.search(r"'([^']+)'", str(error).splitlines()[0]) if isinstance(error, HydraException) else None
        problem = "cannot be read" + (f" at {told(stuck[1])}" if stuck and "EOF" not in stuck[1] else "")
        raise InputError("override", text, problem, "key=value; signs and spaces in quotes: \"key='a b'\"") from None
    except (AttributeError, StopIteration):
        if __debug__:
            raise
        raise InputError(
            "override", text, "cannot be read while Python leaves out the checks that Hydra reads with",
            "the same without PYTHONOPTIMIZE and -O; or single values, as key=a,b",
        ) from None  # fmt: skip


def refused(error: Exception, overrides: Sequence[str], known: Mapping[str, Any] | None = None) -> InputError:
    """The error to tell a user instead of Hydra's.

    Parameters
    ----------
    error : Exception
        Theirs.
    overrides : sequence of str
        What was composed.
    known : mapping, optional
        The configuration without the overrides of single values: which names there are.
    """
    said = [line for line in str(error).splitlines() if line.strip()] or ["cannot be composed"]
    parameter = re.search(r"full_key: parameters\.(\S+)", str(error))
    if parameter and "not in" in str(error):  # in a file of conf/: which, and the nearest names
        names = [name for path in default_values() for name in (path, path.split(".")[0])]
        return unknown(said[0].split("'")[1] if "'" in said[0] else "parameters", parameter[1], parameter[1], names)
    cause = str(error.__cause__ or "").splitlines()
    text = " ".join([*said[:1], *cause[:1]])
    line = max((o for o in overrides if o in str(error)), key=len, default="")
    lost = re.search(r"Could not (?:override|delete from config\.) '([^']*)'", text)
    if lost and known is not None:
        return _unknown(line or lost[1], lost[1], known)
    field = re.search(r"full_key: (\S+)", str(error))
    for pattern, problem, allowed in REASONS:
        if re.search(pattern, text):
            key, _, value = line.partition("=")
            place = key or (field[1] if field else "")
            return InputError(
                "override" if line else "configuration", place, f"{told(value)} {problem}" if line else problem, allowed
            )
    for pattern, word in MACHINERY:
        text = re.sub(pattern, word, text)
    return InputError("override" if line else "configuration", line, text, "see alliances run --help")


def _unknown(line: str, path: str, known: Any) -> InputError:
    """The first name of a dotted path that there is none of, with the nearest."""
    for name in path.split("."):
        names = (
            list(known) if isinstance(known, Mapping) else [str(n) for n in range(len(known))] if isinstance(known, list) else []
        )
        if name not in names:
            return unknown("override", line, name, names)
        known = known[name] if isinstance(known, Mapping) else known[int(name)]
    return InputError("override", line, "cannot be set", "a name that is there")
