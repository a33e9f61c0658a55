"""`alliances step`: serve the stepper page."""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence

from ..errors import InputError


def step_command(arguments: Sequence[str]) -> int:
    """Serve one run month by month until interrupted; the server's exit code.

    Raises
    ------
    InputError
        The optional packages are not installed, or a port that cannot be.
    """
    parser = argparse.ArgumentParser(prog="alliances step", description="One run in the browser, month by month.")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--address", default="127.0.0.1", help="127.0.0.1: this machine only (default)")
    given = parser.parse_args(arguments)
    if not 1 <= given.port <= 65535:
        raise InputError("--port", "", f"{given.port} is not a port", "1 to 65535")
    if importlib.util.find_spec("solara") is None:
        raise InputError("step", "", "needs solara, which is not installed", "pip install 'alliances[solara]'")
    print(f"http://{given.address}:{given.port}  (Ctrl-C ends it)", flush=True)
    command = [
        sys.executable, "-m", "solara", "run", "sim.views.stepper", "--production", "--no-open",
        "--host", given.address, "--port", str(given.port),
    ]  # fmt: skip
    quiet = {**os.environ, "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False", "SOLARA_ASSETS_PROXY": "False"}
    try:
        return subprocess.run(command, env=quiet, check=False).returncode
    except KeyboardInterrupt:
        return 0
