"""The grammar of the command: a verb is declared once, and its parser, help, completion and reference page come from that.

After the verb stand words (what it is about), settings `key=value`, and switches `--name`; in any order. A setting may be
written as an option, `--key value` or `--key=value`. Hydra's words, where a verb takes some, are settings whose keys stand in
`Verb.hydra`.
"""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .errors import InputError, unknown
from .numbers import whole_number

WIDTH = 80
INDENT, LEFT = "  ", 22
"""Columns in which a key of the help stands; a longer one has a line of its own."""
EVERYTHING = "*"
"""In `Verb.hydra`: every word but a request for help goes to Hydra."""


@dataclass(frozen=True)
class Word:
    """What a verb is about.

    Attributes
    ----------
    name : str
        As the help writes it.
    least, most : int
        How many there may be.
    choices : tuple of str
        Those that are allowed; any without.
    """

    name: str
    sentence: str
    least: int = 1
    most: int = 1
    choices: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """As in a usage line: `DIR`, `[NAME …]`."""
        text = f"{self.name} …" if self.most > 1 else self.name
        return text if self.least else f"[{text}]"


@dataclass(frozen=True)
class Key:
    """A setting `key=value`.

    Attributes
    ----------
    name : str
        With a dot at the end where more follows it: `cost.` takes `cost.offer=2`.
    default : str
        Value where the line has none, as somebody would write it; empty for none.
    shows : str
        What the help writes for the value, where that is not the default.
    whole : pair of int, optional
        The value is a whole number from, to.
    choices : tuple of str
        Values that are allowed.
    old : tuple of str
        Words in which this used to be asked: refused, with the new one.
    needed : bool
        A line without it is refused.
    """

    name: str
    default: str
    sentence: str
    shows: str = ""
    whole: tuple[int, int] | None = None
    choices: tuple[str, ...] = ()
    old: tuple[str, ...] = ()
    needed: bool = False

    @property
    def shown(self) -> str:
        """As in a help text: `pair=A-B`."""
        if self.name.endswith("."):
            return f"{self.name}{self.shows}"
        return f"{self.name}={self.shows or self.default or '|'.join(self.choices)}"

    def check(self, verb: str, value: str) -> None:
        """Raise InputError for a value that cannot be; the default can."""
        if value == self.default:
            return
        if self.choices and value not in self.choices:
            raise unknown(verb, self.name, value, self.choices)
        if self.whole is not None:
            whole_number(verb, self.name, value, *self.whole)


@dataclass(frozen=True)
class Switch:
    """A word `--name` that stands for itself."""

    name: str
    sentence: str


@dataclass(frozen=True)
class Verb:
    """A verb of the command.

    Attributes
    ----------
    name : str
        One word or two: `evidence`, `evidence show`.
    sentence : str
        What it does, in one sentence for the overview.
    function : str
        `module:function` in this package; it takes a `Line` and returns the exit code. Empty where only longer verbs begin so.
    hydra : tuple of str
        Keys that are handed to Hydra: a name, or with a dot at the end whatever begins so.
    about : str
        What else the help says; paragraphs are separated by empty lines, indented ones stay as they are.
    """

    name: str
    sentence: str
    function: str = ""
    words: tuple[Word, ...] = ()
    keys: tuple[Key, ...] = ()
    switches: tuple[Switch, ...] = ()
    hydra: tuple[str, ...] = ()
    about: str = ""

    def key(self, name: str) -> Key:
        """The declaration of a key."""
        return next(key for key in self.keys if key.name == name)

    @property
    def usage(self) -> str:
        """The line that says what it takes."""
        parts = ["alliances", self.name, *(word.shown for word in self.words)]
        parts += ["[key=value …]"] if self.keys or self.hydra else []
        return " ".join([*parts, *(f"[{switch.name}]" for switch in self.switches)])

    @property
    def taken(self) -> list[str]:
        """Every key and switch, as an error lists them."""
        hydra = [f"{name}…" if name.endswith(".") else name for name in self.hydra if name != EVERYTHING]
        return [*(key.name for key in self.keys), *hydra, *(switch.name for switch in self.switches)]


@dataclass(frozen=True)
class Line:
    """A command line that its verb has understood.

    Attributes
    ----------
    words : tuple of str
    given : dict
        Every key of the verb, with its default where the line has none.
    said : frozenset of str
        Keys that stand on the line.
    overrides : tuple of str
        Hydra's words, as they were written.
    """

    verb: Verb
    arguments: tuple[str, ...]
    words: tuple[str, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)
    said: frozenset[str] = frozenset()
    switches: frozenset[str] = frozenset()
    overrides: tuple[str, ...] = ()

    def __getitem__(self, key: str) -> str:
        return self.given[key]

    def whole(self, key: str) -> int:
        """A whole number; it was checked when the line was read."""
        return int(self.given[key])

    def whole_or_none(self, key: str) -> int | None:
        """A whole number, or None where none was given."""
        return int(self.given[key]) if self.given[key] else None

    def under(self, prefix: str) -> dict[str, str]:
        """Settings of a key that ends in a dot, by what follows it."""
        return {key.removeprefix(prefix): value for key, value in self.given.items() if key.startswith(prefix) and key != prefix}

    @property
    def command(self) -> list[str]:
        """The words that make the same again."""
        return ["alliances", *self.verb.name.split(), *self.arguments]


def _renamed(verb: Verb, text: str) -> InputError | None:
    """The error for a word that is asked for otherwise, or None."""
    name = text.partition("=")[0]
    for key in verb.keys:
        if name in key.old or text in key.old:
            return InputError(verb.name, name, f"is asked for as {key.shown}", f"alliances {verb.name} --help says more")
    return None


def _of_hydra(verb: Verb, name: str) -> bool:
    return any(name == taken or (taken.endswith(".") and name.startswith(taken)) for taken in verb.hydra)


def _check_words(verb: Verb, words: Sequence[str]) -> None:
    least, most = sum(word.least for word in verb.words), sum(word.most for word in verb.words)
    if len(words) < least:
        missing = [word for word in verb.words for _ in range(word.least)][len(words)]
        raise InputError(verb.name, missing.name, "is missing", ", ".join(missing.choices) or missing.sentence)
    if len(words) > most:
        text = words[most] if verb.words else words[0]
        taken = ", ".join(word.shown for word in verb.words)
        also = ", ".join(verb.taken) or f"alliances {verb.name}"
        raise InputError(verb.name, text, "is one word too many" if verb.words else "is not key=value", taken or also)
    for word, text in zip(verb.words, words, strict=False):
        if word.choices and text not in word.choices:
            raise unknown(verb.name, word.name, text, word.choices)


def _settings(verb: Verb, arguments: Sequence[str]) -> list[str]:
    """The words of a line, with options that are settings written as settings."""
    known, switches = {key.name for key in verb.keys}, {switch.name for switch in verb.switches}
    found, words = [], iter(arguments)
    for text in words:
        name, equals, value = text.removeprefix("--").partition("=")
        name = name.replace("-", "_")
        if not text.startswith("--") or text in switches or name not in known:
            found.append(text)
            continue
        value = value if equals else next(words, "")
        if not value:
            raise InputError(verb.name, text, "names no value", verb.key(name).shown)
        found.append(f"{name}={value}")
    return found


def parsed(verb: Verb, arguments: Sequence[str]) -> Line:
    """What a line says to its verb.

    Raises
    ------
    InputError
        A word, key or switch that the verb does not know, with the nearest; a value that cannot be; a word that is missing.
    """
    if EVERYTHING in verb.hydra:
        return Line(verb, tuple(arguments), overrides=tuple(arguments))
    given = {key.name: key.default for key in verb.keys if not key.name.endswith(".")}
    words, said, switches, overrides = [], set(), set(), []
    known, names = {key.name: key for key in verb.keys}, [switch.name for switch in verb.switches]
    for text in _settings(verb, arguments):
        name, equals, value = text.partition("=")
        key = known.get(name) or known.get(name.partition(".")[0] + "." if "." in name else "")
        if text in names:
            switches.add(text)
        elif equals and key is not None:
            key.check(verb.name, value)
            given[name] = value
            said.add(name)
        elif equals and _of_hydra(verb, name):
            overrides.append(text)
        elif (error := _renamed(verb, text)) is not None:
            raise error
        elif text.startswith("-") or (equals and not (verb.words and os.path.exists(text))):
            raise unknown(verb.name, "", name, verb.taken)
        else:
            words.append(text)
    _check_words(verb, words)
    for key in verb.keys:
        if key.needed and not given[key.name]:
            raise InputError(verb.name, key.name, "is missing", f"{key.shown}: {key.sentence}")
    return Line(verb, tuple(arguments), tuple(words), given, frozenset(said), frozenset(switches), tuple(overrides))


def entry(left: str, right: str, room: int = LEFT) -> list[str]:
    """A line of a help text, or more: what to write, and what it does."""
    start, far = f"{INDENT}{left}".ljust(len(INDENT) + room), " " * (len(INDENT) + room)
    if len(left) > room - 2:
        return [start, *textwrap.wrap(right, WIDTH, initial_indent=far, subsequent_indent=far, break_on_hyphens=False)]
    return textwrap.wrap(right, WIDTH, initial_indent=start, subsequent_indent=far, break_on_hyphens=False)


def _paragraphs(text: str) -> list[str]:
    """Paragraphs as lines of at most so many columns; indented ones as they stand."""
    lines = []
    for part in text.strip("\n").split("\n\n"):
        as_it_stands = part.startswith(" ")
        lines += ["", *(part.split("\n") if as_it_stands else textwrap.wrap(" ".join(part.split()), WIDTH))]
    return lines


def help_of(verb: Verb, longer: Iterable[Verb] = ()) -> str:
    """The help of a verb, in 80 columns.

    Parameters
    ----------
    longer : iterable of Verb
        Verbs of two words that begin with this one.
    """
    lines = []
    if verb.function:
        lines += textwrap.wrap(f"usage: {verb.usage}", WIDTH, subsequent_indent="       ", break_on_hyphens=False)
        lines += ["", *textwrap.wrap(f"{verb.sentence}.", WIDTH), ""]
    else:
        lines += [f"alliances {verb.name} …: {verb.sentence}.", ""]
    for word in verb.words:
        lines += entry(word.name, word.sentence)
    for key in verb.keys:
        lines += entry(key.shown, key.sentence)
    hydra = [name for name in verb.hydra if name != EVERYTHING]
    if hydra:
        names = "  ".join(f"{name}PATH=…" if name.endswith(".") else f"{name}=…" for name in hydra)
        lines += [*textwrap.wrap(names, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT, break_on_hyphens=False)]
        lines += entry("", "as `alliances run` takes them")
    for switch in verb.switches:
        lines += entry(switch.name, switch.sentence)
    more = list(longer)
    if more and verb.function:
        lines += ["", "Also:"]
    for other in more:
        lines += entry(f"alliances {other.name}", other.sentence)
    lines += _paragraphs(verb.about) if verb.about else []
    return "\n".join(lines).rstrip() + "\n"
