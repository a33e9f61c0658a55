"""`alliances calibrate adopt DIR`: the posterior of a calibration becomes the one that is used, with what was found of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from ..analysis.calibration import Calibration
from ..analysis.constraints import CONSTRAINTS
from ..analysis.diagnosis import diagnosis, in_words, tested
from ..command_line import Line
from ..errors import InputError
from ..numbers import number
from ..paths import CONF, read_yaml
from ..runs.draws import POSTERIOR, evenly
from ..world.loading import options, read_option
from ..world.parameters import DEFAULTS, checked, default_values, leaves
from .fitted import KEPT as YEARS
from .fitted import fitted, years_text

SUMMARY = CONF / "calibration" / "default.yaml"
SAMPLE_SIZE = 256
FINISHED = "the folder of a finished alliances calibrate"
HEADER = """# What the calibration in use says; posterior.csv has draws of it, which `parameters=posterior` takes. Written by
# `alliances calibrate adopt`, not by hand. value: the central value; median and central 90 % one by one; r2: share of the
# prior's variance that is gone; informed: by all tests in one run, informed_both: in two. docs/calibration.md says how.
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
    """Draws of a posterior at even steps, four digits each, as the text of a CSV file: what `parameters=posterior` takes.

    Raises
    ------
    InputError
        The file cannot be read.
    """
    try:
        posterior = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        said = f"cannot be read ({str(error).splitlines()[0]})"
        raise InputError(str(path), "", said, f"the posterior in {FINISHED}") from error
    return str(pd.DataFrame(evenly(posterior, SAMPLE_SIZE)).to_csv(index=False, float_format="%.4g"))


def _read_summary(folder: Path) -> dict[str, Any]:
    """The summary of a finished calibration, its parameters known and their values numbers."""
    path = folder / "summary.yaml"
    if not path.is_file():
        raise InputError(str(folder), "", "holds no summary.yaml", FINISHED)
    summary = read_yaml(path)
    if not isinstance(summary, Mapping) or not isinstance(summary.get("parameters"), Mapping):
        raise InputError(str(path), "parameters", "is missing", "a summary of alliances calibrate")
    rows = {str(name): row if isinstance(row, Mapping) else {} for name, row in summary["parameters"].items()}
    checked({name: number(str(path), f"parameters.{name}.value", row.get("value")) for name, row in rows.items()}, str(path))
    return {**summary, "parameters": {name: dict(row) for name, row in rows.items()}}


def compared(folder: Path, other: Path) -> dict[str, Any]:
    """What two independent calibrations say alike.

    Returns
    -------
    dict
        informed_both: the directions of the first (with their loadings) and parameters that pass all tests in the first, and
        on the points of the second; other: its seed, and the greatest difference of the posterior means in standard deviations.

    Raises
    ------
    InputError
        One is not finished; they have the same seed, or other parameters.
    """
    _read_summary(other)
    runs = [Calibration.of(folder), Calibration.of(other)]
    first, second = runs
    if first.seed == second.seed:
        raise InputError("calibrate adopt", str(other), f"has the seed of the first, {first.seed}", "a run with another seed")
    if (first.paths, first.fixed) != (second.paths, second.fixed):
        raise InputError("calibrate adopt", str(other), "varies other parameters than the first", "a run of the same settings")
    fits = [run.fit() for run in runs]
    fresh = [run.fresh(fit) for run, fit in zip(runs, fits, strict=True)]
    one = diagnosis(fits[0], fresh[0], first.seed, first.paths)
    two = tested(fits[1], fresh[1], second.seed, list(one.informed.index), one.contrasts)
    both = one.informed["informed"] & two["informed"]
    mine, theirs = (table.loc[first.paths] for table in (one.informed, two))
    apart = (mine["mean"] - theirs["mean"]).abs() / ((mine["sd"] ** 2 + theirs["sd"] ** 2) / 2.0) ** 0.5
    words = {
        str(name): in_words(one.contrasts[:, n], first.paths) if name not in first.paths else "alone"
        for n, name in enumerate(one.informed.index) if both[name]
    }  # fmt: skip
    most = str(apart.idxmax())
    return {
        "informed_both": words,
        "other": {
            "seed": second.seed, "means_apart_most": {"parameter": most, "standard_deviations": float(f"{apart[most]:.3g}")}
        },
    }  # fmt: skip


def held_out_of(folder: Path) -> dict[str, Any]:
    """What a calibration that did not look at the core case says of it, and of everything else.

    Returns
    -------
    dict
        seed; constraints: share of its fresh runs that keep each, and whether it was asked of the candidates; targets: observed,
        simulated, met, and whether it was fitted to them; gate: as of the summary.

    Raises
    ------
    InputError
        It is not finished, or held nothing out.
    """
    summary, run = _read_summary(folder), Calibration.of(folder)
    if run.asked is None or len(run.asked) == len(CONSTRAINTS):
        said = "asked its candidates to keep every hard constraint"
        raise InputError("calibrate adopt", "held_out", f"{folder} {said}", "a folder of alliances calibrate preset=held_out")
    asked = {CONSTRAINTS[k].name for k in run.asked}
    return {
        "seed": run.seed,
        "constraints": {name: {**row, "asked": name in asked} for name, row in summary["constraints"].items()},
        "targets": {name: {**row, "fitted": name not in run.held_out} for name, row in summary["targets"].items()},
        "gate": summary["gate"],
    }


def _defaults(new: Mapping[str, float]) -> dict[Path, str]:
    """Texts of the defaults with new values, and of each thesis with the same emphasis over the new as over the old."""
    from ..evidence.ledger import ledger

    before = default_values()
    texts = {DEFAULTS: DEFAULTS.read_text(encoding="utf-8")}
    for name, value in new.items():
        texts[DEFAULTS] = rewritten(texts[DEFAULTS], name, value)
    for thesis in options("thesis"):
        file = CONF / "thesis" / f"{thesis}.yaml"
        text = file.read_text(encoding="utf-8")
        for name, factor in emphasis(thesis, before).items():
            if name in new:
                span = ledger().entry(name).range
                text = rewritten(text, name, float(f"{min(span.high, max(span.low, factor * new[name])):.4g}"))
        texts[file] = text
    return texts


def _summary_text(summary: Mapping[str, Any], defaults: bool) -> str:
    """The summary as it is kept: with the central values, and those of parameters that were set by hand alone."""
    rows, before = summary["parameters"], default_values()
    if not defaults:
        rows = {name: {**row, "value": before[name]} for name, row in rows.items()}
    old = read_yaml(SUMMARY).get("parameters", {}) if SUMMARY.is_file() else {}
    by_hand = {name: {"value": before[name]} for name in old if name in before and name not in rows}
    said = summary.get("value") if defaults else "a search by hand; the posterior was not made the central values"
    kept = {**summary, "value": said, "defaults": "calibration" if defaults else "search", "parameters": {**rows, **by_hand}}
    return HEADER + yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, default_flow_style=None, width=120)


def adopt(folder: Path, other: Path | None = None, held_out: Path | None = None, *, defaults: bool = False) -> list[str]:
    """Write summary and draws; with `defaults` also the central values, and each thesis with its old emphasis over them.

    Parameters
    ----------
    folder : path
        Of a finished calibration.
    other : path, optional
        Of a second one, with another seed.
    held_out : path, optional
        Of one over whole ranges that did not look at the core case; from its candidates come the draws of every year's end, too.
    defaults : bool

    Returns
    -------
    list of str
        Files that were written.

    Raises
    ------
    InputError
        Not a finished calibration, a parameter in it that is not known, or a second one that does not go with the first;
        nothing has been written.
    """
    summary = _read_summary(folder)
    new = {name: float(row["value"]) for name, row in summary["parameters"].items()}
    texts = _defaults(new) if defaults else {}
    texts[POSTERIOR] = sample_of(folder / "posterior.parquet")
    if other is not None:
        summary |= compared(folder, other)
    if held_out is not None:
        summary["held_out"] = held_out_of(held_out)
        texts[YEARS] = years_text(fitted(held_out))
    texts[SUMMARY] = _summary_text(summary, defaults)
    for file, text in texts.items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return [str(file.relative_to(CONF.parent)) for file in texts]


def adopt_command(line: Line) -> int:
    """`alliances calibrate adopt DIR [OTHER]`; 0 when adopted."""
    folder, *others = map(Path, line.words)
    held_out = Path(line["held_out"]) if line["held_out"] else None
    for name in adopt(folder, next(iter(others), None), held_out, defaults="--defaults" in line.switches):
        print(f"written: {name}")
    return 0
