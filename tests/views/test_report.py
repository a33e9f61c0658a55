"""The report: one file, nothing from outside, every picture with words, every number in a table."""

import re
from collections import Counter
from html.parser import HTMLParser

import numba
import pytest

from sim.cli import main

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")


class Page(HTMLParser):
    """Tags with their attributes, and the text of the whole page and of its tables."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text, self.cells, self._depth = [], [], [], Counter()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._depth[tag] += 1

    def handle_endtag(self, tag):
        self._depth[tag] -= 1

    def handle_data(self, data):
        if self._depth["style"] <= 0:
            self.text.append(data)
        if self._depth["table"] > 0:
            self.cells.append(data)


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    out = tmp_path_factory.mktemp("report")
    wedges = "wedge=[offer,halt_joint_operations+dialogue,withdraw]"
    line = ["compare", "scenario=talks_2018", "months=12", wedges, "replicates=60",
            "thesis=consensus,cost_benefit_only", "posterior=2", "posterior_replicates=20", "strength=0.5,1", "start=2019-01",
            "interactions=true", "focus=haqqani-al_qaeda", f"output={out}", "--report"]  # fmt: skip
    assert main(line) == 0
    return (next(out.iterdir()) / "report.html").read_text(encoding="utf-8")


def test_nothing_comes_from_outside(html):
    page = Page(html)
    for tag, attributes in page.tags:
        assert tag not in ("script", "link", "iframe", "img")
        for name in ("src", "href", "xlink:href"):
            assert (attributes.get(name) or "#").startswith("#"), (tag, attributes)
    assert "@import" not in html
    assert "url(http" not in html
    assert len(html.encode()) < 500_000


def test_ids_are_unique_and_all_references_are_met(html):
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    wanted = set(re.findall(r"url\(#([^)]+)\)", html)) | set(re.findall(r'href="#([^"]+)"', html))
    assert wanted <= set(ids)
    assert wanted


def test_every_picture_has_words(html):
    pictures = [attributes for tag, attributes in Page(html).tags if tag == "svg"]
    assert len(pictures) >= 6
    for attributes in pictures:
        assert attributes["role"] == "img"
        assert len(attributes["aria-label"]) > 40


def test_the_short_answers_numbers_stand_in_tables(html):
    page = Page(html)
    cells = " ".join(page.cells)
    shown = set(re.findall(r"\d+\.\d", cells))
    lead = re.findall(r'<p class="lead">(.*?)</p>', html)
    assert len(lead) >= 3
    base = re.search(r"in ([\d.]+) % of baseline runs", html).group(1)
    for number in re.findall(r"\d+\.\d", " ".join(lead)):
        assert number in shown | {base}


def test_claims_readings_limits_and_command_are_there(html):
    text = " ".join(" ".join(Page(html).text).split())
    for words in ("What this cannot say", "How to make it again", "alliances compare scenario=talks_2018", "ahmad_2019.42",
                  "paragraph", "Typical stories", "Cost and benefit only", "bit for bit"):  # fmt: skip
        assert words in text
