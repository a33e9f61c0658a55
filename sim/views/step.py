"""`alliances step`: serve the stepper page."""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NoReturn

from ..errors import InputError
from ..numbers import whole_number

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
    raise InputError("step", "", "needs solara-assets, which is not installed", "pip install 'alliances[solara]'")


def step_command(arguments: Sequence[str]) -> NoReturn:
    """Become the server of one run, month by month, until interrupted; does not return.

    Raises
    ------
    InputError
        The optional packages are not installed, or a port that cannot be.
    """
    parser = argparse.ArgumentParser(prog="alliances step", description="One run in the browser, month by month.")
    parser.add_argument("--port", type=partial(whole_number, "step", "--port", low=1, high=65535), default=8765)
    parser.add_argument("--address", default="127.0.0.1", help="127.0.0.1: this machine only (default)")
    given = parser.parse_args(arguments)
    if importlib.util.find_spec("solara") is None:
        raise InputError("step", "", "needs solara, which is not installed", "pip install 'alliances[solara]'")
    # the page's scripts come from the package beside solara and from nowhere else: it works without a network
    offline = {
        **os.environ, "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False", "SOLARA_ASSETS_PROXY": "True", "SOLARA_ASSETS_CDN": NOWHERE,
        "SOLARA_ASSETS_PROXY_CACHE_DIR": str(scripts_folder()),
    }  # fmt: skip
    print(f"http://{given.address}:{given.port}  (Ctrl-C ends it)", flush=True)
    command = [
        sys.executable, "-m", "solara", "run", "sim.views.stepper", "--production", "--no-open", "--no-check-version",
        "--host", given.address, "--port", str(given.port),
    ]  # fmt: skip
    os.execve(sys.executable, command, offline)  # the server takes the place of this process: what ends one ends the other
