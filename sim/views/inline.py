"""A page that is one file: the modules of `drawing` as one script, style and data inside, nothing from outside."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..paths import PACKAGE

DRAWING = PACKAGE / "views" / "drawing"
"""What the lab, its export and the report draw with."""
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
DIGITS = 5


def script(modules: Sequence[Path]) -> str:
    """Modules as one script: their imports and exports fall away, their names are apart."""
    parts = []
    for path in modules:
        text = re.sub(r"^import .*?;\n", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
        parts.append(re.sub(r"^export (?=(const|function|class|async))", "", text, flags=re.M))
    return "\n".join(parts)


def style(sheets: Sequence[Path]) -> str:
    """Style sheets as one."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sheets)


def embedded(data: Any) -> str:
    """Data as JSON that may stand inside an element of a page."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def number(x: float) -> float | None:
    """A number as JSON has it; None for what is none."""
    return round(float(x), DIGITS) if np.isfinite(x) else None
