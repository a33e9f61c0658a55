"""Where configuration and evidence lie: in the checkout, or inside the installed package."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _data_folder(name: str) -> Path:
    """Return the folder `name` beside the package (checkout) or inside it (wheel)."""
    beside = _PACKAGE.parent / name
    if (_PACKAGE.parent / "pyproject.toml").is_file() and beside.is_dir():
        return beside
    return _PACKAGE / name


CONF = _data_folder("conf")
SEEDS = _data_folder("seeds")
PACKAGE = _PACKAGE
