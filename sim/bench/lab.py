"""`alliances bench lab`: a class on two cores; thirty visitors with different wedges at once."""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psutil
from rich.console import Console

from ..views.terminal import Grid

VISITORS = 30
FIRST, REFINED = 200, 1000
PATIENCE = 300.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_lab() -> Iterator[tuple[str, psutil.Process]]:
    """A lab in a process of its own, warm; its address and its process."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-c", "from sim.cli import main; main()", "lab", f"port={port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        started = time.monotonic()
        while True:
            try:
                urllib.request.urlopen(f"{url}/healthz", timeout=2).read()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() - started > PATIENCE:
                    raise RuntimeError("the lab did not open") from None
                time.sleep(0.2)
        yield url, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


def asked(url: str, visitor: str, size: float, runs: int) -> float:
    """Seconds for one answer; an error if it is none."""
    wedge = [{"instrument": "exposure", "target": "taliban", "about": "al_qaeda", "size": round(size, 4)}]
    body = json.dumps({"state": {"scenario": "talks_2018", "wedge": wedge}, "runs": runs}).encode()
    headers = {"content-type": "application/json", "x-lab-visitor": visitor}
    started = time.perf_counter()
    with urllib.request.urlopen(urllib.request.Request(f"{url}/api/answer", body, headers), timeout=120) as found:
        assert json.loads(found.read())["runs"] >= runs
    return time.perf_counter() - started


def measure_lab(quick: bool) -> dict[str, Any]:
    """One visitor alone, then all at once: first answers and refinements, seconds; memory of the server, MB."""
    visitors = 8 if quick else VISITORS
    with running_lab() as (url, process):
        asked(url, "before", 0.5, REFINED)
        alone = [(asked(url, "one", 0.301 + n / 100, FIRST), asked(url, "one", 0.301 + n / 100, REFINED)) for n in range(5)]
        before = process.memory_info().rss / 1e6
        with ThreadPoolExecutor(visitors) as pool:
            sizes = [0.05 + 0.9 * n / visitors for n in range(visitors)]
            work = [pool.submit(asked, url, f"v{n}", size, FIRST) for n, size in enumerate(sizes)]
            first = [job.result() for job in work]
            work = [pool.submit(asked, url, f"v{n}", size, REFINED) for n, size in enumerate(sizes)]
            refined = [job.result() for job in work]
        after = process.memory_info().rss / 1e6
    return {"lab": {
        "visitors": visitors, "alone_first": statistics.median(a for a, _ in alone),
        "alone_refined": statistics.median(b for _, b in alone),
        "class_first_median": statistics.median(first), "class_first_last": max(first),
        "class_refined_median": statistics.median(refined), "class_refined_last": max(refined), "lost": visitors - len(first),
        "memory_before_mb": before, "memory_after_mb": after,
    }}  # fmt: skip


def show_lab(result: dict[str, Any], console: Console) -> None:
    """Print the measurements."""
    row = result["lab"]
    title = f"The lab, talks_2018; a class of {row['visitors']}, each with another wedge, all at once"
    table = Grid(title, ["what", "seconds"])
    for name, key in (
        (f"one visitor: first answer, {FIRST} paired runs", "alone_first"),
        (f"one visitor: {REFINED:,} paired runs after it", "alone_refined"),
        ("class: first answers, median", "class_first_median"), ("class: first answers, last", "class_first_last"),
        (f"class: {REFINED:,} paired runs, median", "class_refined_median"),
        (f"class: {REFINED:,} paired runs, last", "class_refined_last"),
    ):  # fmt: skip
        table.add_row(name, f"{row[key]:.2f}")
    console.print(table)
    console.print(
        f"Answers lost: {row['lost']}. Memory of the server: {row['memory_before_mb']:.0f} → {row['memory_after_mb']:.0f} MB."
    )
