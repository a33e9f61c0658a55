"""`alliances lab`: the lab in a browser on this machine."""

from __future__ import annotations

import argparse
import socket
from collections.abc import Callable, Sequence
from functools import partial

from ..errors import InputError
from ..numbers import whole_number
from ..paths import file_to_write
from ..plural import plural
from ..views.calibration import on_screen
from ..views.job import announce
from ..views.terminal import name_folder, new_console
from .export import WEDGES, grid, states_of, write_export
from .state import checked_state

EXPORTED_RUNS = 400
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def _free(address: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise InputError(
                "lab", "--port", f"{address}:{port} cannot be used ({error.strerror})", "another --port or --address"
            ) from None


def _whole(option: str, low: int, high: int) -> Callable[[str], int]:
    return partial(whole_number, "lab", option, low=low, high=high)


def lab_command(arguments: Sequence[str]) -> int:
    """`alliances lab`; 0 when it is closed."""
    parser = argparse.ArgumentParser(
        prog="alliances lab", description="The lab in a browser: drive a wedge, see what happens, and why."
    )
    parser.add_argument("--port", type=_whole("--port", 1, 65535), default=8765)
    parser.add_argument("--address", default="127.0.0.1", help="where to listen; this machine only by default")
    sessions = "visitors who may wait for an answer at a time"
    parser.add_argument("--max-sessions", type=_whole("--max-sessions", 1, 10_000), default=60, help=sessions)
    parser.add_argument("--max-runs", type=_whole("--max-runs", 100, 100_000), default=2000, help="paired runs of an answer")
    parser.add_argument("--export", metavar="FILE", help="write one HTML file with a grid of answers: no server needed")
    parser.add_argument("--scenario", default="talks_2018", help="of the exported file")
    parser.add_argument("--wedges", default=",".join(WEDGES), help="of the exported file: each at none, half, as given")
    parser.add_argument("--thesis", default="consensus", help="of the exported file")
    either = "of the exported file: default, the central values; posterior, a draw of the posterior for each run"
    parser.add_argument("--parameters", choices=("default", "posterior"), default="default", help=either)
    parser.add_argument("--seed", type=_whole("--seed", 0, 2**32 - 1), default=1, help="of the exported file")
    given = parser.parse_args(arguments)
    if given.export:
        return export(given)
    if not given.address:
        raise InputError("lab", "--address", "is empty", "127.0.0.1 for this machine only, 0.0.0.0 for every network")
    address = "127.0.0.1" if given.address == "localhost" else given.address
    _free(address, given.port)
    console = new_console()
    announce(console)
    console.print("Warming up the engine …", style="dim")
    import uvicorn

    from .room import Limits
    from .server import make_app, warm

    warm()
    limits = Limits(given.max_sessions, given.max_runs)
    if address not in LOOPBACK:
        limits = Limits(given.max_sessions, given.max_runs, (*limits.hosts, address, socket.gethostname(), *_own_addresses()))
        console.print(
            "[yellow]Anybody who can reach this machine can open the lab.[/yellow] It takes no files but wedges, and keeps none."
        )
    console.print(f"The lab is open: [bold]http://{address}:{given.port}/[/bold]   (Ctrl+C closes it)", soft_wrap=True)
    uvicorn.run(make_app(limits), host=address, port=given.port, log_level="warning", access_log=False, server_header=False)
    return 0


def export(given: argparse.Namespace) -> int:
    """Write the lab as one file."""
    path, console = file_to_write(given.export, "--export"), new_console()
    if not 1 <= given.max_runs <= 2000:
        raise InputError("lab", "--max-runs", f"{given.max_runs} is not allowed", "1 to 2000")
    wedges = [name for name in given.wedges.split(",") if name]
    draws = "" if given.parameters == "default" else given.parameters
    asked = checked_state({"scenario": given.scenario, "thesis": given.thesis, "seed": given.seed, "draws": draws})
    states_of(asked, wedges)  # what is wrong is said before anything runs
    announce(console)
    with on_screen(console) as told:
        runs = min(given.max_runs, EXPORTED_RUNS)
        data = grid(asked, wedges, runs, lambda done, most: told("settings", done, most, {}))
    write_export(path, data)
    name_folder(console, f"{plural(len(data['answers']), 'setting')}, {path.stat().st_size / 1000:.0f} kB", path)
    return 0


def _own_addresses() -> tuple[str, ...]:
    """Addresses of this machine, under which others may ask for the page."""
    try:
        return tuple({str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None)})
    except OSError:
        return ()
