"""A lab that listens, and a browser that sees nothing but it."""

import contextlib
import shutil
import socket
import threading
import time

import numba
import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip


@contextlib.contextmanager
def open_lab(app):
    """The application on a free port; its address and the server."""
    import uvicorn

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}", server
    finally:
        server.should_exit = True
        thread.join(timeout=20)


@pytest.fixture(scope="session")
def lab():
    """Address of a lab."""
    if numba.config.DISABLE_JIT:
        pytest.skip("runs in compiled code")
    from sim.lab.server import make_app, warm

    warm(["talks_2018"])
    with open_lab(make_app()) as (url, _):
        yield url


@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium; `make test` installs it. It is closed with the module: an open one holds the event loop."""
    from playwright.sync_api import sync_playwright

    assert CHROMIUM, "no Chromium on this machine: make browser"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield found
        found.close()


class Visit:
    """A page with everything that went wrong on it."""

    def __init__(self, context, url):
        self.url, self.context, self.page = url, context, context.new_page()
        self.faults, self.requests = [], []
        self.page.on("console", lambda m: self.faults.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self.faults.append(str(e)))
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", lambda r: self.faults.append(f"{r.status} {r.url}") if r.status >= 400 else None)

    def _failed(self, request):
        if "ERR_ABORTED" not in str(request.failure):  # what a newer change has cancelled
            self.faults.append(f"{request.url}: {request.failure}")

    def go(self, hash_=""):
        """Open the lab with this after the address, and wait until it is quiet."""
        self.page.goto(f"{self.url}/{hash_}")
        self.page.wait_for_selector("main section:not([hidden]) h1")
        return self.quiet()

    def quiet(self):
        """Wait until nothing is computing any more."""
        self.page.wait_for_load_state("networkidle")
        self.page.locator("[aria-busy=true]").first.wait_for(state="detached")
        return self.page

    @property
    def outside(self):
        """Requests that left the lab."""
        return [url for url in self.requests if not url.startswith((self.url, "data:", "blob:"))]


@pytest.fixture
def visit(browser, lab):
    """A visitor of a lab: `visit()` opens a page of its own; every page is checked for faults in the end."""
    visits = []

    def opened(url=lab, toured=True, **options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 720}, **options})
        if toured:
            context.add_init_script("localStorage.setItem('toured', 'yes')")
        found = Visit(context, url)
        visits.append(found)
        return found

    yield opened
    for found in visits:
        found.context.close()
