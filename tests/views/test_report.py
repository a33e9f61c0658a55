"""The report: one file, nothing from outside; every figure has its words in the page and its numbers in a table."""

import json
import re
from collections import Counter
from html.parser import HTMLParser

import numba
import pandas as pd
import pytest

from sim.cli import main
from sim.views.inline import POLICY
from sim.views.report_tables import Cell

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
        if self._depth["style"] <= 0 and self._depth["script"] <= 0:
            self.text.append(data)
        if self._depth["table"] > 0:
            self.cells.append(data)


LINE = ["compare", "scenario=talks_2018", "months=12", "wedge=[offer,halt_joint_operations+dialogue,withdraw]", "replicates=60",
        "thesis=consensus,cost_benefit_only", "draws=2", "draw_replicates=20", "strength=0.5,1", "start=2019-01,2019-03",
        "length=2,4", "interactions=true", "pair=haqqani-al_qaeda"]  # fmt: skip
FIGURES = ["forest", "survival", "theories", "strengths", "starts"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of a comparison with everything that a report may hold."""
    out = tmp_path_factory.mktemp("report")
    assert main([*LINE, f"output={out}", "--report"]) == 0
    return next(out.iterdir())


@pytest.fixture(scope="module")
def html(made):
    return (made / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def data(html):
    """The numbers that the page draws."""
    return json.loads(re.search(r'<script id="data" type="application/json">(.*?)</script>', html, re.S).group(1))


def table(made, name, **where):
    """Rows of a table of the comparison."""
    found = pd.read_csv(made / f"{name}.csv")
    for column, value in where.items():
        found = found[found[column] == value]
    return found


def test_nothing_comes_from_outside(html):
    page = Page(html)
    for tag, attributes in page.tags:
        assert tag not in ("link", "iframe", "img")
        for name in ("src", "href", "xlink:href"):
            assert (attributes.get(name) or "#").startswith("#"), (tag, attributes)
    assert [a for tag, a in page.tags if tag == "script"] == [{"id": "data", "type": "application/json"}, {"type": "module"}]
    assert [a["content"] for tag, a in page.tags if tag == "meta" and "http-equiv" in a] == [POLICY]
    assert "@import" not in html
    assert "url(" not in html
    assert set(re.findall(r"https?://[^\s\"'`<]+", html)) == {"http://www.w3.org/2000/svg"}
    assert len(html.encode()) < 150_000


def test_ids_are_unique(html):
    ids = re.findall(r'\bid="([^"]+)"', re.sub(r"<script type=.*?</script>", "", html, flags=re.S))
    assert len(ids) == len(set(ids))


def test_every_figure_stands_there_in_words_and_in_a_table(html):
    found = re.findall(
        r'data-figure="(\w+)"><p>(.*?)</p><figcaption>(.*?)</figcaption></figure>\s*<details class="numbers">', html
    )
    assert [name for name, _, _ in found] == FIGURES
    assert all(len(words) > 40 and len(caption) > 40 for _, words, caption in found)
    assert "<noscript>" in html
    assert "<svg" not in html.partition('<script id="data"')[0]


def test_what_is_drawn_is_what_was_found(data, made):
    names = [name.replace(" ", "_") for name in data["names"]]
    effects = table(made, "effects", thesis="consensus")
    focus = effects[effects["subject"] == "haqqani-al_qaeda"]
    run = effects[effects["subject"].isna()]
    measures = ["broken", "months_allied", "official_end", "new_alliances", "splits", "civilian_share", "rival_fighters"]
    assert len(data["forest"]["panels"]) == len(measures)
    for panel, measure in zip(data["forest"]["panels"], measures, strict=True):
        source = focus if measure in ("broken", "months_allied", "official_end") else run
        expected = source[source["measure"] == measure].set_index("wedge").loc[names]
        for end in ("difference", "low", "high"):
            assert [row[end] for row in panel["rows"]] == pytest.approx(expected[end].tolist(), abs=1e-5, rel=1e-5)
        assert [row["clear"] for row in panel["rows"]] == ((expected["low"] > 0) | (expected["high"] < 0)).tolist()
    for panel, name in zip(data["survival"]["panels"], names, strict=True):
        expected = table(made, "course", thesis="consensus", wedge=name)
        assert data["survival"]["baseline"] == pytest.approx(expected["baseline"].tolist(), abs=1e-5)
        for end in ("under", "low", "high"):
            assert panel[end] == pytest.approx(expected[end].tolist(), abs=1e-5)
    for panel, world in zip(data["theories"]["panels"], ["consensus", "cost_benefit_only", None], strict=True):
        if world is not None:
            expected = table(made, "theses", world=world).set_index("wedge").loc[names]
            assert [row["difference"] for row in panel["rows"]] == pytest.approx(expected["difference"].tolist(), abs=1e-5)
        else:
            expected = table(made, "robustness_posterior").set_index("wedge").loc[names]
            assert [row["difference"] for row in panel["rows"]] == pytest.approx(expected["mean"].tolist(), abs=1e-5)
            high = expected["mean"] + expected["spread"]
            assert [row["high"] for row in panel["rows"]] == pytest.approx(high.tolist(), abs=1e-5)
    assert data["strengths"]["at"] == [0.5, 1.0]
    assert data["starts"]["keys"] == ["2 months", "4 months"]
    for k, name in enumerate(names):
        (line,) = data["strengths"]["panels"][k]["lines"]
        assert line["high"] == pytest.approx(table(made, "strengths", wedge=name)["high"].tolist(), abs=1e-5)
        for line, length in zip(data["starts"]["panels"][k]["lines"], (2, 4), strict=True):
            expected = table(made, "starts", wedge=name, months=length)
            assert line["difference"] == pytest.approx(expected["difference"].tolist(), abs=1e-5)
    assert [words for _, words in data["starts"]["named"]] == ["2019-01", "2019-03"]
    assert data["months"][0] == "2018-09"
    assert len(data["months"]) == 12


def told(x, low, high):
    return Cell(f"{100 * x:+.1f} [{100 * low:+.1f}, {100 * high:+.1f}]").printed


def test_what_is_drawn_stands_in_tables(data, html):
    cells = set(Page(html).cells)
    for row in (row for panel in data["theories"]["panels"][:2] for row in panel["rows"]):
        assert told(row["difference"], row["low"], row["high"]) in cells
    for panel in data["strengths"]["panels"] + data["starts"]["panels"]:
        for line in panel["lines"]:
            for x, low, high in zip(line["difference"], line["low"], line["high"], strict=True):
                assert told(x, low, high) in cells
    assert {f"{100 * x:.1f}" for x in data["survival"]["baseline"]} <= cells
    for steps in (steps for part in data["stories"] for steps in part):
        assert {step["what"] for step in steps} <= cells


def test_the_same_line_writes_the_same_bytes(tmp_path, monkeypatch):
    texts = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        line = ["compare", "scenario=talks_2018", "months=6", "wedge=[offer]", "replicates=20", "thesis=consensus", "draws=0"]
        assert main([*line, "output=out", "--report"]) == 0
        texts.append(next((tmp_path / name).rglob("report.html")).read_bytes())
    assert texts[0] == texts[1]


def test_the_short_answers_numbers_stand_in_tables(html):
    page = Page(html)
    cells = " ".join(page.cells)
    shown = set(re.findall(r"\d+\.\d", cells))
    lead = re.findall(r'<p class="lead">(.*?)</p>', html)
    assert len(lead) >= 3
    base = re.search(r"in ([\d.]+ \([\d.]+–[\d.]+\)) % of baseline runs", html).group(1)
    assert f"in {base} % of runs" in lead[0]
    for number in re.findall(r"\d+\.\d", " ".join(lead).replace(base, "")):
        assert number in shown


def test_claims_readings_limits_and_command_are_there(html):
    text = " ".join(" ".join(Page(html).text).split())
    for words in ("What this cannot say", "How to make it again", "alliances compare scenario=talks_2018", "ahmad_2019.42",
                  "paragraph", "Typical stories", "Cost and benefit only", "bit for bit"):  # fmt: skip
        assert words in text


def test_a_cell_prints_a_minus_sign_and_leaves_dates_alone():
    assert Cell("-0.1 [-0.3, +0.2] ± 0.1").printed == "−0.1 [−0.3, +0.2] ± 0.1"
    assert Cell("al-qaeda@2019-09:12").printed == "al-qaeda@2019-09:12"
