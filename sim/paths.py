"""Where configuration and evidence lie (in the checkout, or inside the installed package), and reading them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from .errors import InputError

_PACKAGE = Path(__file__).resolve().parent


def _data_folder(name: str) -> Path:
    """Return the folder `name` beside the package (checkout) or inside it (wheel)."""
    beside = _PACKAGE.parent / name
    if (_PACKAGE.parent / "pyproject.toml").is_file() and beside.is_dir():
        return beside
    return _PACKAGE / name


CONF = _data_folder("conf")
SEEDS = _data_folder("seeds")
EXPERIMENTS = _data_folder("experiments")
PACKAGE = _PACKAGE


def read_yaml(path: Path) -> Any:
    """Parse a YAML file; a clear error if it is missing or malformed."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(str(path), "", f"cannot be read ({error.strerror})", "a readable YAML file") from error
    except UnicodeDecodeError as error:
        raise InputError(str(path), "", f"is not text in UTF-8 (byte {error.start})", "a YAML file in UTF-8") from error
    except yaml.YAMLError as error:
        raise InputError(str(path), "", f"is not valid YAML: {error}", "well-formed YAML") from error
