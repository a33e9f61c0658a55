"""A lab that listens, and a visitor in a browser that sees nothing but it."""

import contextlib
import shutil
import socket
import threading
import time
from urllib.parse import parse_qsl

from sim.lab.link import seal

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


def whole(text):
    """The text after `#` of a link with its checksum."""
    return f"check={seal(parse_qsl(text, keep_blank_values=True))}&{text}"


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
        """Open the lab with this after the address, and wait until it is quiet; a checksum is put before it."""
        self.page.goto(f"{self.url}/{'#' + whole(hash_[1:]) if hash_ else ''}")
        self.page.wait_for_function(
            "() => history.state !== null"
        )  # an address typed into an open page is read by the server first
        self.page.wait_for_selector("main section:not([hidden]) h1")
        return self.quiet()

    def add(self, name):
        """Add an instrument, wherever the page lists it."""
        if self.page.locator("#add").get_attribute("open") is None:
            self.page.locator("#add > summary").click()
        self.quiet()
        if not self.page.locator(f"[data-add={name}]").is_visible():
            self.page.locator("#still > summary").click()
        self.page.locator(f"[data-add={name}]").click()

    def quiet(self):
        """Wait until nothing is computing any more."""
        self.page.wait_for_load_state("networkidle")
        self.page.locator("[aria-busy=true]").first.wait_for(state="detached")
        return self.page

    @property
    def outside(self):
        """Requests that left the lab."""
        return [url for url in self.requests if not url.startswith((self.url, "data:", "blob:"))]
