"""`alliances lab`: the lab in a browser on this machine."""

from __future__ import annotations

import socket

from ..command_line import Line
from ..errors import InputError
from ..paths import file_to_write
from ..plural import plural
from ..views.asked import listed
from ..views.terminal import announce, name_folder, new_console, on_screen
from .export import grid, states_of, write_export
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
                "lab", "port", f"{address}:{port} cannot be used ({error.strerror})", "another port= or address="
            ) from None


def lab_command(line: Line) -> int:
    """`alliances lab`; 0 when it is closed."""
    if line["export"]:
        return export(line)
    port, max_sessions, max_runs = (line.whole(key) for key in ("port", "max_sessions", "max_runs"))
    if not line["address"]:
        raise InputError("lab", "address", "is empty", "127.0.0.1 for this machine only, 0.0.0.0 for every network")
    address = "127.0.0.1" if line["address"] == "localhost" else line["address"]
    _free(address, port)
    console = new_console()
    announce(console)
    console.print("Warming up the engine …", style="dim")
    import uvicorn

    from .room import Limits
    from .server import make_app, warm

    warm()
    limits = Limits(max_sessions, max_runs)
    if address not in LOOPBACK:
        limits = Limits(max_sessions, max_runs, (*limits.hosts, address, socket.gethostname(), *_own_addresses()))
        console.print(
            "[yellow]Anybody who can reach this machine can open the lab.[/yellow] It takes no files but wedges, and keeps none."
        )
    console.print(f"The lab is open: [bold]http://{address}:{port}/[/bold]   (Ctrl+C closes it)", soft_wrap=True)
    uvicorn.run(make_app(limits), host=address, port=port, log_level="warning", access_log=False, server_header=False)
    return 0


def export(line: Line) -> int:
    """Write the lab as one file."""
    path, console = file_to_write(line["export"], "export"), new_console()
    max_runs, wedges = line.whole("max_runs"), listed(line["wedge"])
    if max_runs > 2000:
        raise InputError("lab", "max_runs", f"{max_runs} is not allowed with export=", "100 to 2000")
    draws = "" if line["parameters"] == "default" else line["parameters"]
    asked = checked_state({"scenario": line["scenario"], "thesis": line["thesis"], "seed": line.whole("seed"), "draws": draws})
    states_of(asked, wedges)  # what is wrong is said before anything runs
    announce(console)
    with on_screen(console) as told:
        runs = min(max_runs, EXPORTED_RUNS)
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
