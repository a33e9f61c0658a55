"""`alliances lab step` in a real browser that reaches nothing but this machine: the page shows its content and steps a month."""

import os
import socket
import subprocess
import sys
import time

import pytest
from visiting import Visit


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def outside():
    """What takes every request of the server to the world outside; nobody answers, but who has knocked is seen."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.setblocking(False)
        yield door


@pytest.fixture
def stepper(tmp_path, outside):
    """Address of a stepper in a process of its own, and what it has said."""
    port, log = free_port(), tmp_path / "said"
    proxy = f"http://127.0.0.1:{outside.getsockname()[1]}"
    away = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), proxy)
    with log.open("w") as said:
        server = subprocess.Popen([sys.executable, "-m", "sim.cli", "lab", "step", f"port={port}"],
                                  env={**os.environ, **away}, stdout=said, stderr=said)  # fmt: skip
    try:
        while server.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.2)
        assert server.poll() is None, log.read_text()
        yield f"http://127.0.0.1:{port}", log
    finally:
        server.terminate()
        server.wait(timeout=60)
    with pytest.raises(OSError, match="refused"):  # what ended the command has ended the server
        socket.create_connection(("127.0.0.1", port), 1)


def pictures(page):
    """Sources of the pictures that are drawn."""
    return page.eval_on_selector_all("img", "all => all.filter((i) => i.naturalWidth > 100).map((i) => i.src)")


def test_the_page_works_without_a_network(browser, stepper, outside):
    url, log = stepper
    v = Visit(browser.new_context(viewport={"width": 1280, "height": 720}), url)
    v.page.goto(url)
    step = v.page.get_by_role("button", name="Step", exact=True)
    step.wait_for(timeout=120_000)
    v.page.wait_for_function("document.querySelectorAll('img').length >= 3", timeout=120_000)
    for words in ("Alliances, month by month", "Scenario", "talks_2018", "consensus", "Replicate", "Step: 0"):
        assert words in v.page.inner_text("body")
    before = pictures(v.page)
    assert len(before) == 3
    step.click()
    v.page.get_by_text("Step: 1").wait_for(timeout=120_000)
    gone = "first => ![...document.querySelectorAll('img')].some((i) => i.src === first)"
    v.page.wait_for_function(gone, arg=before[0], timeout=120_000)
    assert len(pictures(v.page)) == 3
    assert v.outside == []
    assert v.faults == [], log.read_text()
    with pytest.raises(BlockingIOError):
        outside.accept()  # the server has asked nobody either
    v.context.close()


def test_without_its_scripts_the_command_says_what_to_install(monkeypatch):
    import importlib.metadata

    from sim.errors import InputError
    from sim.views.step import scripts_folder

    def absent(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", absent)
    with pytest.raises(InputError, match=r"alliances\[solara\]"):
        scripts_folder()
