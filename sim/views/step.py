"""`alliances step`: serve the stepper page."""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from functools import partial

from ..errors import InputError
from ..numbers import whole_number


def step_command(arguments: Sequence[str]) -> int:
    """Serve one run month by month until interrupted; the server's exit code.

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
    print(f"http://{given.address}:{given.port}  (Ctrl-C ends it)")
    command = [
        sys.executable, "-m", "solara", "run", "sim.views.stepper", "--production", "--no-open",
        "--host", given.address, "--port", str(given.port),
    ]  # fmt: skip
    quiet = {**os.environ, "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False", "SOLARA_ASSETS_PROXY": "False"}
    try:
        return subprocess.run(command, env=quiet, check=False).returncode
    except KeyboardInterrupt:
        return 0
