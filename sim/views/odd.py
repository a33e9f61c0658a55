"""The tables of the ODD page and the claims of its submodels, made from ledger, conf/ and code, so that they cannot go stale."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..evidence.ledger import Entry, ledger
from ..paths import CONF, PACKAGE, read_yaml
from ..rules.switches import SWITCHES
from ..rules.weigh import SHAPE_NAMES, TERMS
from ..world import names, tables
from ..world.parameters import default_values
from .configured import settings

DOCS = PACKAGE.parent / "docs"
MADE = "Made by `alliances evidence odd` and held to the code by a test; do not edit by hand."
CODES = (
    names.Level, names.Stance, names.Pledge, names.Talks, names.Leader, names.LeaderNews, names.Actor, names.Dissent,
    names.Ending, names.Party, names.Event,
)  # fmt: skip
GROUPS = (
    ("State: what a run changes", tables.State, ("FACTION", "TIE", "ORGANISATION", "RELATION")),
    (
        "Facts: what a run only reads",
        tables.Facts,
        ("FACTION_FACTS", "FACTION_MONTH", "POLICY", "DYAD", "CONTACT", "RELATION_FACTS", "BID", "DYAD_EVENT"),
    ),
    ("Scratch: what is decided in a phase before it is settled", tables.Scratch, ("CHOICE", "INTENT")),
    ("Journal: what has happened", tables.Journal, ("EVENT",)),
)
_FIELD = re.compile(r"^ {4}(\w+): Annotated\[.*\]  # (?:(\([^)]*\)) )?(.+)$", re.MULTILINE)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("**", "\\*\\*")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table."""
    lines = [list(head), ["---"] * len(head), *([_cell(cell) for cell in row] for row in rows)]
    return ["| " + " | ".join(line) + " |" for line in lines]


def _basis(entry: Entry) -> str:
    """What an entry rests on: the number of its claims, or that it is an assumption."""
    count = len(entry.claims)
    return f"{count} claim{'' if count == 1 else 's'}" if count else "assumption"


def _span(entry: Entry) -> str:
    shape = "" if entry.range.shape == "uniform" else f", {entry.range.shape}"
    return f"{entry.range.low:g} to {entry.range.high:g}{shape}"


def _calibrated() -> dict[str, str]:
    """How each fitted parameter was set, by dotted path, and whether a posterior calls it informed."""
    about: dict[str, Any] = read_yaml(CONF / "calibration" / "default.yaml")
    how = "calibrated" if about.get("defaults") == "calibration" else "search"
    return {path: f"{how}, informed" if row.get("informed") else how for path, row in about["parameters"].items()}


def _parameter_rows() -> list[list[str]]:
    fitted = _calibrated()
    rows = []
    for path, value in default_values().items():
        entry = ledger().entry(path)
        how = fitted.get(path, "central value")
        rows.append([f"`{path}`", entry.meaning, entry.unit, f"{value:g}", _span(entry), how, _basis(entry)])
    return rows


def _initial_rows() -> list[list[str]]:
    """Ledger entries of initial values, with what conf/ holds under each."""
    values: dict[str, list[float]] = {}
    for path, value in settings().initial.items():
        values.setdefault(ledger().covering(path) or path, []).append(value)
    rows = []
    for path, entry in ledger().entries.items():
        if path in default_values():
            continue
        found = values.get(path, [])
        held = f"{len(found)}: {min(found):g}" + (f" to {max(found):g}" if len(set(found)) > 1 else "") if found else "none"
        rows.append([f"`{path}`", entry.meaning, entry.unit, held, _span(entry), _basis(entry)])
    return rows


def _switch_rows() -> list[list[str]]:
    shapes = {name: SHAPE_NAMES[shape] for name, shape in TERMS}
    return [
        [f"`{name}`", shapes.get(name, "process"), ", ".join(f"`{path}` = {value:g}" for path, value in silenced.items())]
        for name, silenced in SWITCHES.items()
    ]


def parameters_page() -> str:
    """docs/odd_parameters.md: every parameter, initial value and switch."""
    rows = _parameter_rows()
    fitted, assumed = Counter(_calibrated().values()), sum(row[-1] == "assumption" for row in rows)
    searched = sum(count for how, count in fitted.items() if how.startswith("search"))
    calibrated = fitted.total() - searched
    lines = [
        "# Parameters",
        "",
        MADE,
        "",
        f"{len(rows)} parameters, {calibrated} of them calibrated and {searched} found by a search; {assumed} rest on",
        "assumptions alone. A claim gives a mechanism and its sign, seldom a size. *Search*: the value does well on the targets.",
        "*Informed*: what was observed speaks to the parameter taken alone ([how](calibration.md)).",
        "Ranges are what sensitivity analysis and calibration sample, evenly unless a shape is named.",
        "`alliances evidence show PATH` lists the claims behind a row, with article and paragraph.",
        "",
        *_table(["path", "meaning", "unit", "value", "range", "set by", "rests on"], rows),
        "",
        "## Initial values",
        "",
        "Ledger entries that cover profiles (`conf/actors`) and scenarios (`conf/scenario`); `*` stands for any name. *In conf*:",
        "how many numbers an entry covers, from the lowest to the highest.",
        "",
        *_table(["path", "meaning", "unit", "in conf", "range", "rests on"], _initial_rows()),
        "",
        "## Switches",
        "",
        "`ablate=[NAME, …]` silences a mechanism by these values. A term has a shape ([why](odd.md)); the rest are processes.",
        "",
        *_table(["mechanism", "kind", "set to"], _switch_rows()),
    ]
    return "\n".join(lines) + "\n"


def _field_rows(part: Any) -> list[list[str]]:
    """Name, shape and meaning of the arrays of a named tuple, read off the comments beside them."""
    found = {name: (shape, meaning) for name, shape, meaning in _FIELD.findall(inspect.getsource(part))}
    missing = [name for name in part._fields if name not in found]
    if missing:
        raise InputError("sim/world/tables.py", f"{part.__name__}.{missing[0]}", "has no comment", "# (shape) meaning, one line")
    return [[f"`{name}`", found[name][0] or "", found[name][1]] for name in part._fields]


def _code_rows(kind: type[IntEnum]) -> str:
    return ", ".join(f"{int(member)} {names.label(member).replace('_', ' ')}" for member in kind)


def variables_page() -> str:
    """docs/odd_variables.md: every table of a run, column by column."""
    lines = [
        "# State variables",
        "",
        MADE,
        "",
        "A run is a handful of tables, one row an entity, one column a variable (`sim/world/tables.py`). Letters of shapes:",
        "F factions, D dyads, O organisations, R relations (ordered pairs of organisations), A state actors, C kinds of",
        "capability, L places, T months, P policies, B bids, E dyadic events, M terms, N named factions or events, S slots.",
        "",
    ]
    for title, part, own in GROUPS:
        lines += [f"## {title}", "", *_table(["array", "shape", "what"], _field_rows(part)), ""]
        for name in own:
            rows = [[f"`{c.name}`", c.meaning, c.unit, c.range] for c in tables.COLUMNS[name]]
            lines += [f"### {name}", "", *_table(["column", "meaning", "unit", "range"], rows), ""]
    lines += ["## Codes", "", *_table(["code", "values"], ([f"`names.{k.__name__}`", _code_rows(k)] for k in CODES))]
    parties = ([names.label(kind).replace("_", " "), *map(names.label, sides)] for kind, sides in names.PARTIES.items())
    lines += ["", "## Who `i` and `j` of an event are", "", *_table(["event", "i", "j"], parties)]
    lines += ["", "Kinds of capability, in order: " + ", ".join(names.CAPABILITIES) + "."]
    return "\n".join(lines) + "\n"


def _cited(section: str) -> str:
    """The claims line of a submodel: those that the ledger cites for its parameters."""
    named = re.findall(r"`([a-z_.]+)`", "".join(re.findall(r"(?s)\*Parameters\*:(.*?)(?=\*[A-Z]|\Z)", section)))
    claims = sorted({claim for path in named for claim in ledger().entry(path).claims})
    if not claims:
        return "*Claims*: none; assumptions."
    articles: dict[str, list[str]] = {}
    for claim in claims:
        article, number = claim.split(".")
        articles.setdefault(article, []).append(number)
    said = ", ".join(f"{article} ({', '.join(numbers)})" for article, numbers in articles.items())
    return textwrap.fill(f"*Claims*: {said}.", 130)


def described_page() -> str:
    """docs/odd.md: written by hand, but for the claims of each submodel."""
    head, *sections = re.split(r"(?m)^(?=### )", (DOCS / "odd.md").read_text(encoding="utf-8"))
    return head + "".join(re.sub(r"(?ms)^\*Claims\*:.*?(?=\n\n)", lambda _, s=s: _cited(s), s) for s in sections)


PAGES = {"odd.md": described_page, "odd_parameters.md": parameters_page, "odd_variables.md": variables_page}


def odd_tables(folder: Path = DOCS, check: bool = False) -> list[str]:
    """Write the pages into a folder, or with `check` only compare them; the names of those that differed.

    Raises
    ------
    InputError
        There is no such folder.
    """
    if not folder.is_dir():
        raise InputError("output", str(folder), "is not a folder", "the docs/ of a checkout")
    stale = []
    for name, page in PAGES.items():
        path, text = folder / name, page()
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not check:
                path.write_text(text, encoding="utf-8")
    return stale
