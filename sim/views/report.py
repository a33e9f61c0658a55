"""One self-contained HTML file of a comparison: opens offline, prints well."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..analysis.wedges.answer import Answer


def write_report(answer: Answer, line: Sequence[str], folder: Path) -> Path:
    """Write report.html into the folder of a comparison."""
    raise NotImplementedError
