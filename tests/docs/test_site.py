"""The site builds without a warning, its links lead somewhere, and its pages load nothing from elsewhere."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest

import sim
from sim.verbs import VERBS

ROOT = Path(__file__).resolve().parents[2]
LOADING = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "object": "data", "embed": "src"}
FROM_ELSEWHERE = re.compile(r"""(?:url\(|@import)\s*["']?(?:https?:)?//|(?:fetch|import|importScripts)\(\s*["'](?:https?:)?//""")


class Page(HTMLParser):
    """What a page offers (anchors), points to and loads."""

    def __init__(self, path):
        super().__init__()
        self.anchors, self.links, self.loads = set(), [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.anchors.update(given[key] for key in ("id", "name") if given.get(key))
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag in LOADING and given.get(LOADING[tag]):
            self.loads.append(given[LOADING[tag]])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the built site."""
    out = tmp_path_factory.mktemp("site")
    # a port where nobody listens: whoever asks for the network is refused
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-d", out / "doctrees", ROOT / "docs"]
    done = subprocess.run([*command, out / "html"], env={**os.environ, **nowhere}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out / "html"


@pytest.fixture(scope="module")
def pages(site):
    """Every page by its path."""
    return {path.resolve(): Page(path) for path in site.rglob("*.html")}


def test_every_page_of_the_folder_is_built(site):
    sources = [p.relative_to(ROOT / "docs") for p in (ROOT / "docs").rglob("*.md") if "_build" not in p.parts]
    assert [s for s in sources if not (site / s.with_suffix(".html")).is_file()] == []
    assert len(sources) > 10


def dead_links(pages):
    for path, page in pages.items():
        for link in page.links + page.loads:
            if urlsplit(link).scheme or link.startswith("//"):
                continue
            target, fragment = urldefrag(link)
            there = (path.parent / unquote(urlsplit(target).path)).resolve() if target else path
            if not there.is_file() or (fragment and there in pages and unquote(fragment) not in pages[there].anchors):
                yield f"{path.name}: {link}"


def test_every_link_within_the_site_leads_somewhere(pages, tmp_path):
    assert list(dead_links(pages)) == []
    page = tmp_path / "page.html"
    page.write_text('<p id="here"><a href="#here">1</a><a href="#gone">2</a><a href="gone.html">3</a><img src="gone.png">')
    assert list(dead_links({page: Page(page)})) == ["page.html: #gone", "page.html: gone.html", "page.html: gone.png"]


def test_nothing_is_loaded_from_another_host(site, pages):
    loads = [(path.name, urlsplit(load)) for path, page in pages.items() for load in page.loads]
    elsewhere = [f"{name}: {load.geturl()}" for name, load in loads if load.netloc or load.scheme]
    for path in [*site.rglob("*.css"), *site.rglob("*.js"), *site.rglob("*.html")]:
        elsewhere += [f"{path.name}: {found}" for found in FROM_ELSEWHERE.findall(path.read_text(encoding="utf-8"))]
    assert elsewhere == []


def test_every_verb_is_in_the_reference(site):
    page = (site / "cli.html").read_text(encoding="utf-8")
    assert [name for name in VERBS if f'id="{name.replace(" ", "-")}"' not in page] == []
    assert "usage: alliances compare" in page


def test_every_public_name_is_in_the_reference(site):
    page = (site / "api.html").read_text(encoding="utf-8")
    assert [name for name in sim.__all__ if f'id="sim.{name}"' not in page] == []
    assert 'id="sim.Faction.weigh_ties"' in page
