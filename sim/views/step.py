"""`alliances lab step`: serve the stepper page."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import sys
from pathlib import Path
from typing import NoReturn

from ..command_line import Line
from ..errors import InputError

NOWHERE = "http://127.0.0.1:9"
"""Where a script is asked for that the package lacks: nobody answers there, and nothing leaves the machine."""


def scripts_folder() -> Path:
    """Where the package `solara-assets` has put the scripts of the page.

    Raises
    ------
    InputError
        It is not installed.
    """
    try:
        files = importlib.metadata.distribution("solara-assets").files or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        path = Path(str(file.locate())).resolve()
        cdn = next((folder for folder in path.parents if folder.name == "cdn"), None)
        if cdn is not None and path.is_file():
            return cdn
    raise InputError("lab step", "", "needs solara-assets, which is not installed", "pip install 'alliances[solara]'")


def step_command(line: Line) -> NoReturn:
    """Become the server of one run, month by month, until interrupted; does not return.

    Raises
    ------
    InputError
        The optional packages are not installed, or a port that cannot be.
    """
    if importlib.util.find_spec("solara") is None:
        raise InputError("lab step", "", "needs solara, which is not installed", "pip install 'alliances[solara]'")
    # the page's scripts come from the package beside solara and from nowhere else: it works without a network
    offline = {
        **os.environ, "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False", "SOLARA_ASSETS_PROXY": "True", "SOLARA_ASSETS_CDN": NOWHERE,
        "SOLARA_ASSETS_PROXY_CACHE_DIR": str(scripts_folder()),
    }  # fmt: skip
    print(f"http://{line['address']}:{line['port']}  (Ctrl-C ends it)", flush=True)
    command = [
        sys.executable, "-m", "solara", "run", "sim.views.stepper", "--production", "--no-open", "--no-check-version",
        "--host", line["address"], "--port", line["port"],
    ]  # fmt: skip
    os.execve(sys.executable, command, offline)  # the server takes the place of this process: what ends one ends the other
