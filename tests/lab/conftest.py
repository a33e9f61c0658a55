"""Fixtures of the lab: one that listens, a browser, visitors."""

import numba
import pytest
from visiting import ARGUMENTS, CHROMIUM, Visit, open_lab


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
