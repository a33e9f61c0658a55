"""An archive for a journal: figures and numbers, and everything that makes them again."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ..errors import InputError
from ..evidence.digest import evidence_digest
from ..paths import CONF, EXPERIMENTS, PACKAGE, SEEDS
from ..rules.cache import source_digest
from .experiment import Experiment, Quality
from .making import NUMBERS, save_figure

SUMS, MANIFEST, LOCK, CODE, FIGURES = "SHA256SUMS", "manifest.json", "requirements.lock", "code", "figures"
DISTRIBUTION = "alliances"
MADE = "a folder that alliances figures export made"

RUN = """#!/bin/sh
# Installs what the figures were made with (exact versions) and makes them again. PYTHON=… takes an interpreter as it is.
set -eu
cd "$(dirname "$0")"
if [ -z "${PYTHON:-}" ]; then
  python3 -m venv .venv
  .venv/bin/python -m pip install --quiet -r requirements.lock
  PYTHON="$PWD/.venv/bin/python"
fi
cd code
exec "$PYTHON" -m sim.cli figures export .. --again
"""

README = """# {title}

Figures of the project *alliances*, an agent-based simulation of when alliances among militant organisations form, persist, break
or turn to fighting, with everything that makes them again.

    sh run.sh        # Python {python} or later: installs exact versions, makes the figures again, compares every number

| what | where |
|---|---|
| figures: PDF, SVG, PNG, numbers, caption, origin | `figures/` |
| code, configuration, evidence (claims, ledger, data), what each figure asks and is expected to show | `code/` |
| exact versions of everything else | `requirements.lock` |
| digests of code, evidence and configuration, seed, quality, platform | `manifest.json` |
| checksums of every file | `SHA256SUMS` (`sha256sum --check SHA256SUMS`) |

From a figure to the claims behind it: `python -m sim.cli figures trace ../figures/NAME/NAME.pdf` in `code/`.

Numbers depend on seed, code, configuration and evidence, not on threads or chunks. Another processor or another version of the
compiler may differ in the last bits; what then differs is said, with the Monte Carlo error beside it.

Figures: {names}. Quality: {quality}. Licence of the code: MIT. Data under `code/seeds/data`: UCDP, CC BY 4.0.
"""


def pinned() -> list[str]:
    """Exact versions of everything that the package needs, as installed here, by name.

    Raises
    ------
    InputError
        The package has not been installed, so that nothing says what it needs.
    """
    found: dict[str, str] = {}
    waiting = [Requirement(DISTRIBUTION)]
    while waiting:
        need = waiting.pop()
        name = canonicalize_name(need.name)
        extras = need.extras or {""}
        if (need.marker is not None and not any(need.marker.evaluate({"extra": extra}) for extra in extras)) or name in found:
            continue
        try:
            here = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            if name == DISTRIBUTION:
                raise InputError("figures export", "", "the package is not installed", "pip install, then export") from None
            continue  # of a marker that does not apply here
        found[name] = here.version
        waiting += [r for text in here.requires or () if _applies(r := Requirement(text), extras)]
    found.pop(DISTRIBUTION)
    return [f"{name}=={version}" for name, version in sorted(found.items())]


def _applies(need: Requirement, extras: set[str]) -> bool:
    return need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in extras)


def _copy_code(target: Path) -> None:
    """Package, configuration, evidence and experiments, side by side as in a checkout."""
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc", ".*", "conf", "seeds", "experiments")
    shutil.copytree(PACKAGE, target / "sim", ignore=ignored)
    for folder, name in ((CONF, "conf"), (SEEDS, "seeds"), (EXPERIMENTS, "experiments")):
        shutil.copytree(folder, target / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc", ".*"))
    for name in ("LICENSE", "CITATION.cff", "CHANGELOG.md", "pyproject.toml"):
        if (CONF.parent / name).is_file():
            shutil.copy2(CONF.parent / name, target / name)
    if not (target / "pyproject.toml").is_file():  # what tells the package that configuration lies beside it
        about = f'[project]\nname = "{DISTRIBUTION}"\nversion = "{metadata.version(DISTRIBUTION)}"\n'
        (target / "pyproject.toml").write_text(about, encoding="utf-8")


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        made_later = inside.parts[0] in (".venv", "again") or "__pycache__" in inside.parts
        if path.is_file() and not made_later and inside.as_posix() != SUMS:
            yield path


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_archive(folder: Path, tables: dict[str, pd.DataFrame], found: Sequence[Experiment], quality: Quality) -> None:
    """Fill an empty folder with the archive."""
    for experiment in found:
        save_figure(experiment, tables[experiment.name], folder / FIGURES / experiment.name, quality)
    _copy_code(folder / CODE)
    (folder / LOCK).write_text("\n".join(pinned()) + "\n", encoding="utf-8")
    about = {
        "figures": [experiment.name for experiment in found], "quality": quality, "version": metadata.version(DISTRIBUTION),
        "code": source_digest(), "evidence": evidence_digest(), "python": platform.python_version(),
        "machine": platform.machine(),
    }  # fmt: skip
    (folder / MANIFEST).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    words = README.format(
        title="Reproduction archive", names=", ".join(about["figures"]), quality=quality,
        python=".".join(platform.python_version_tuple()[:2]),
    )  # fmt: skip
    (folder / "README.md").write_text(words, encoding="utf-8")
    (folder / "run.sh").write_text(RUN, encoding="utf-8")
    sums = [f"{_sum(path)}  {path.relative_to(folder).as_posix()}" for path in _files(folder)]
    (folder / SUMS).write_text("\n".join(sums) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> dict[str, Any]:
    """What an archive holds; InputError if it is none."""
    try:
        return dict(json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        raise InputError(str(folder), MANIFEST, f"cannot be read ({said})", MADE) from error


def damaged(folder: Path) -> dict[str, str]:
    """Files of an archive that are missing, changed or not listed, with the fault of each."""
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(str(folder), SUMS, f"cannot be read ({error.strerror})", MADE) from error
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    there = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    faults = {name: "missing" for name in listed if name not in there}
    faults |= {name: "not listed" for name in there if name not in listed}
    return faults | {name: "changed" for name, path in there.items() if name in listed and _sum(path) != listed[name]}


def kept_numbers(folder: Path, name: str) -> pd.DataFrame:
    """A figure's numbers in an archive."""
    path = folder / FIGURES / name / NUMBERS
    try:
        return pd.read_csv(path, dtype={"panel": str, "series": str})
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        raise InputError(str(path), "", f"cannot be read ({said})", "a figure's numbers") from error
