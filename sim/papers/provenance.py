"""Where a figure comes from: written into it, and read out of it again."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from ..errors import InputError
from ..evidence.digest import evidence_digest
from ..paths import CONF, EXPERIMENTS
from ..rules.cache import source_digest
from ..world.loading import options
from .draw import PAPER
from .experiment import Experiment, Quality

MARK = "alliances-figure:"
ENDINGS = ("pdf", "svg", "png")


def config_digest(experiment: Experiment) -> str:
    """Digest of the figure's own settings, the parameters, and the scenarios, theses and wedges it runs."""
    runs = experiment.runs
    choices = {
        "experiment": [experiment.name], "parameters": ["default"], "actors": ["default"], "scenario": runs.scenarios,
        "thesis": runs.theses, "wedge": [arm for arm in runs.arms if arm in options("wedge")],
    }  # fmt: skip
    files = [CONF / group / f"{name}.yaml" for group, names in choices.items() for name in names]
    digest = hashlib.sha256()
    for path in [EXPERIMENTS / experiment.name / "figure.yaml", *sorted(files)]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def origin(experiment: Experiment, quality: Quality) -> dict[str, Any]:
    """Everything that makes a figure again."""
    return {
        "figure": experiment.name, "quality": quality, "replicates": experiment.replicates(quality), "seed": experiment.seed,
        "scenarios": experiment.runs.scenarios, "theses": experiment.runs.theses, "config": config_digest(experiment),
        "evidence": evidence_digest(), "code": source_digest(),
        "command": f"alliances figures {experiment.name} quality={quality}",
    }  # fmt: skip


def save_with_origin(figure: Figure, folder: Path, experiment: Experiment, quality: Quality) -> list[Path]:
    """Save a figure as PDF, SVG and PNG, each carrying where it comes from."""
    said = MARK + json.dumps(origin(experiment, quality), sort_keys=True)
    metadata: dict[str, dict[str, Any]] = {
        "pdf": {"Subject": said, "CreationDate": None, "Title": experiment.conf.title},
        "svg": {"Description": said, "Date": None, "Title": experiment.conf.title},
        "png": {"Description": said, "Software": None},
    }
    paths = []
    for ending in ENDINGS:
        path = folder / f"{experiment.name}.{ending}"
        with mpl.rc_context(PAPER):
            figure.savefig(path, dpi=300, metadata=metadata[ending])
        paths.append(path)
    return paths


def _png_text(data: bytes) -> str:
    at = 8
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + size]
        if kind == b"tEXt" and body.startswith(b"Description\0"):
            return body.split(b"\0", 1)[1].decode("latin-1")
        if kind == b"iTXt" and body.startswith(b"Description\0"):
            return body.rsplit(b"\0", 1)[1].decode("utf-8")
        at += 12 + size
    return ""


def _text_of(path: Path) -> str:
    data = path.read_bytes()
    if path.suffix == ".png":
        return _png_text(data)
    text = data.decode("latin-1") if path.suffix == ".pdf" else data.decode("utf-8", errors="replace")
    if path.suffix == ".pdf":
        for part in re.findall(rb"stream\r?\n(.*?)endstream", data, re.S):  # a compressed document keeps it in a stream
            if MARK in text:
                break
            try:
                text += zlib.decompress(part).decode("latin-1")
            except zlib.error:
                continue
        return re.sub(r"\\([()\\])", r"\1", text)
    return text.replace("&quot;", '"').replace("&amp;", "&")


def read_origin(path: Path) -> dict[str, Any]:
    """Where a figure comes from.

    Raises
    ------
    InputError
        The file cannot be read, or is none of ours.
    """
    try:
        text = _text_of(path)
    except OSError as error:
        raise InputError(str(path), "", f"cannot be read ({error.strerror})", "a figure that alliances figures made") from error
    found = re.search(re.escape(MARK) + r"(\{.*?\})(?=[^}]|$)", text, re.S)
    if found is None:
        raise InputError(str(path), "", "says nothing of where it comes from", "a figure that alliances figures made")
    try:
        return dict(json.loads(found.group(1)))
    except ValueError:
        raise InputError(str(path), "", "has a damaged origin", "a figure that alliances figures made") from None
