"""`alliances calibrate adopt DIR`: the posterior of a calibration becomes the default."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import yaml

from ..errors import InputError
from ..numbers import number
from ..paths import CONF, read_yaml
from ..runs.draws import POSTERIOR, evenly
from ..world.loading import options, read_option
from ..world.parameters import DEFAULTS, checked, default_values, leaves

SUMMARY = CONF / "calibration" / "default.yaml"
SAMPLE_SIZE = 128
HEADER = """# The posterior that the defaults come from; `parameters=posterior` takes draws of it (posterior.csv). Written by
# `alliances calibrate adopt`, not by hand. value: what was adopted; median and central 90 % one by one; informed: whether
# the targets speak to it. docs/calibration.md says how, and what falls short.
"""


def rewritten(text: str, path: str, value: float) -> str:
    """The text of a YAML file of parameters with one leaf `family.name` changed, everything else as it was.

    Raises
    ------
    InputError
        The leaf is not there, or there twice.
    """
    family, _, name = path.partition(".")
    block = re.compile(rf"(?ms)^(\s*){re.escape(family)}:(?:[ \t]*\{{[^}}]*\}}|(?:[^\n]*\n(?:\1[ \t]+[^\n]*(?:\n|\Z))+))")
    found = list(block.finditer(text))
    leaf = re.compile(rf"(\b{re.escape(name)}:\s*)(-?[0-9.]+(?:e-?[0-9]+)?)")
    for match in found:
        changed, count = leaf.subn(lambda m: f"{m.group(1)}{value:g}", match.group(0), count=1)
        if count:
            return text[: match.start()] + changed + text[match.end() :]
    raise InputError("parameters", path, "is not written as family: {name: number}", "the layout of conf/parameters/default.yaml")


def emphasis(thesis: str, before: Mapping[str, float]) -> dict[str, float]:
    """By how much a thesis turns each parameter that it sets up or down: its value over the default."""
    tree = read_option("thesis", thesis).get("parameters") or {}
    return {path: (float(value) / before[path] if before[path] else 1.0) for path, value in leaves(tree)}


def sample_of(path: Path) -> str:
    """Particles of a posterior at even steps, four digits each, as the text of a CSV file: the worlds `compare` is held to.

    Raises
    ------
    InputError
        The file cannot be read.
    """
    try:
        posterior = pd.read_parquet(path).drop(columns="distance", errors="ignore")
    except (OSError, ValueError) as error:
        raise InputError(str(path), "", f"cannot be read ({error})", "the posterior of a finished alliances calibrate") from error
    return str(pd.DataFrame(evenly(posterior, SAMPLE_SIZE)).to_csv(index=False, float_format="%.4g"))


def adopt(folder: Path) -> list[str]:
    """Write the summary and the defaults, and give each thesis the same emphasis over the new defaults as over the old.

    Returns
    -------
    list of str
        Files that were written.

    Raises
    ------
    InputError
        Not a finished calibration, or a parameter in it that is not known; nothing has been written.
    """
    path = folder / "summary.yaml"
    if not path.is_file():
        raise InputError(str(folder), "", "holds no summary.yaml", "the folder of a finished alliances calibrate")
    summary = read_yaml(path)
    if not isinstance(summary, Mapping) or not isinstance(summary.get("parameters"), Mapping):
        raise InputError(str(path), "parameters", "is missing", "a summary of alliances calibrate")
    rows = {str(name): row if isinstance(row, Mapping) else {} for name, row in summary["parameters"].items()}
    new = {name: number(str(path), f"parameters.{name}.value", row.get("value")) for name, row in rows.items()}
    checked(new, str(path))
    from ..evidence.ledger import ledger

    before = default_values()
    texts = {DEFAULTS: DEFAULTS.read_text()}
    for name, value in new.items():
        texts[DEFAULTS] = rewritten(texts[DEFAULTS], name, value)
    for thesis in options("thesis"):
        file = CONF / "thesis" / f"{thesis}.yaml"
        text = file.read_text()
        for name, factor in emphasis(thesis, before).items():
            if name in new:
                span = ledger().entry(name).range
                text = rewritten(text, name, float(f"{min(span.high, max(span.low, factor * new[name])):.4g}"))
        texts[file] = text
    texts[SUMMARY] = HEADER + yaml.safe_dump(
        dict(summary), sort_keys=False, allow_unicode=True, default_flow_style=None, width=120
    )
    texts[POSTERIOR] = sample_of(folder / "posterior.parquet")
    for file, text in texts.items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return [str(file.relative_to(CONF.parent)) for file in texts]


def adopt_command(arguments: Sequence[str]) -> int:
    """`alliances calibrate adopt DIR`; 0 when adopted."""
    if len(arguments) != 1:
        raise InputError("calibrate adopt", " ".join(arguments), "takes one folder", "the folder of a finished calibration")
    for name in adopt(Path(arguments[0])):
        print(f"written: {name}")
    return 0
