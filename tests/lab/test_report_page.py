"""The report in a real browser, from disk: drawn by the lab's code, offline, on paper, without a script."""

import json

import numba
import pytest
from axe_playwright_python.sync_playwright import Axe
from visiting import Visit

from sim.cli import main
from sim.world.packages import greatest_factor, read_wedge

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")
WEDGES = ["expose_ties", "withdraw", "offer_verified+dialogue"]
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 800}


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A report with every figure."""
    out = tmp_path_factory.mktemp("report")
    wedges = f"wedge=[{','.join(WEDGES)}]"
    line = ["compare", "scenario=talks_2018", "months=18", wedges, "replicates=60",
            "thesis=consensus,cost_benefit_only,transactional_triangle", "draws=2", "draw_replicates=20",
            "strength=0.5,1,1.5", "start=2018-09,2019-09", "length=3,6", f"output={out}", "--report"]  # fmt: skip
    assert main(line) == 0
    return next(out.rglob("report.html"))


@pytest.fixture
def opened(browser, report):
    """`opened(**options)` opens the report from disk; it must have asked for nothing besides."""
    visits = []

    def one(**options):
        v = Visit(browser.new_context(**{"viewport": WIDE, **options}), "")
        visits.append(v)
        v.page.goto(f"file://{report}")
        return v

    yield one
    for v in visits:
        assert v.faults == []
        assert [url for url in v.requests if not url.startswith((f"file://{report}", "blob:", "data:"))] == []
        v.context.close()


def marks(page, figure, css):
    return page.locator(f"[data-drawn={figure}] > svg {css}").count()


@pytest.mark.parametrize("viewport", [WIDE, PHONE])
def test_every_figure_has_a_mark_for_every_number(opened, viewport):
    page = opened(viewport=viewport).page
    data = json.loads(page.locator("#data").text_content())
    assert page.locator("[data-figure]").count() == 0
    assert page.locator("[data-drawn]").evaluate_all("all => all.map(f => f.dataset.drawn)") == [
        "forest", "survival", "theories", "strengths", "starts",
    ]  # fmt: skip
    for name in ("forest", "theories"):
        rows = [row for panel in data[name]["panels"] for row in panel["rows"] if row["difference"] is not None]
        assert marks(page, name, ".dot") == marks(page, name, ".whisker") == len(rows)
        assert marks(page, name, ".dot.clear") == sum(row["clear"] for row in rows)
    wedges = len(data["names"])
    assert marks(page, "survival", ".line.wedge") == marks(page, "survival", ".line.baseline") == wedges
    assert marks(page, "survival", ".band") == wedges
    path = page.locator("[data-drawn=survival] > svg .line.wedge").first.get_attribute("d")
    assert path.count("M") + path.count("L") == len(data["months"])
    run = [factor <= greatest_factor(read_wedge(w)) for w in WEDGES for factor in data["strengths"]["at"]]
    numbers = [x for panel in data["strengths"]["panels"] for line in panel["lines"] for x in line["difference"]]
    assert len(run) == len(numbers) == wedges * len(data["strengths"]["at"])
    assert marks(page, "strengths", ".point") == sum(run) == sum(x is not None for x in numbers)  # no size goes beyond 1
    assert marks(page, "starts", ".line") == wedges * len(data["starts"]["keys"])
    assert marks(page, "starts", ".point") == wedges * len(data["starts"]["keys"]) * len(data["starts"]["at"])
    steps = [len(story) for part in data["stories"] for story in part]
    assert page.locator(".story .track .dot").count() == sum(steps) == page.locator(".story tbody tr").count()
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_pictures_are_named_and_keep_within_their_frames(opened):
    page = opened().page
    outside = """all => all.flatMap(svg => [...svg.querySelectorAll("text, circle, line")].filter(part => {
        const a = part.getBoundingClientRect(), b = svg.getBoundingClientRect();
        return a.left < b.left - 1 || a.right > b.right + 1 || a.top < b.top - 1 || a.bottom > b.bottom + 1;
    }).map(part => part.outerHTML))"""
    pictures = page.locator("[data-drawn] > svg")
    assert pictures.evaluate_all(outside) == []
    for picture in pictures.all():
        assert picture.get_attribute("role") == "img"
        assert len(picture.get_attribute("aria-label")) > 40


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE])
def test_no_serious_fault_of_access(opened, scheme, viewport):
    v = opened(color_scheme=scheme, viewport=viewport)
    v.page.locator("details").evaluate_all("all => all.forEach(d => { d.open = true; })")
    found = Axe().run(v.page).response["violations"]
    assert [(f["id"], f["nodes"][0]["html"][:120]) for f in found if f["impact"] in ("serious", "critical")] == []


def test_on_paper_it_is_light_and_holds_its_figures(opened, tmp_path):
    page = opened(color_scheme="dark").page
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) != "rgb(255, 255, 255)"
    with_figures = page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    assert with_figures.startswith(b"%PDF")
    page.emulate_media(media="print")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    for picture in page.locator("[data-drawn] > svg").all():
        box = picture.bounding_box()
        assert box["width"] > 200
        assert box["height"] > 50
    assert not page.locator(".save").first.is_visible()
    assert not page.locator(".numbers summary").first.is_visible()
    page.locator("[data-drawn] > svg").evaluate_all("all => all.forEach(svg => svg.remove())")
    assert len(page.pdf(prefer_css_page_size=True)) < len(with_figures) - 10_000


def test_without_a_script_words_and_tables_stand_there(opened):
    page = opened(java_script_enabled=False).page
    assert page.locator("svg").count() == 0
    assert page.locator("noscript").inner_text().startswith("The figures are drawn by a script")
    for figure in page.locator("[data-figure]").all():
        assert len(figure.locator("p").inner_text()) > 40
    assert page.locator("details.numbers table").count() == 5
    assert page.locator("[data-story] table tbody tr").count() > 3


def test_pictures_can_be_kept(opened, tmp_path):
    page = opened(accept_downloads=True).page
    with page.expect_download() as waiting:
        page.get_by_label("Save forest as SVG").click()
    waiting.value.save_as(tmp_path / "forest.svg")
    assert (tmp_path / "forest.svg").read_text().startswith("<svg")
    with page.expect_download() as waiting:
        page.get_by_label("Save survival as PNG").click()
    waiting.value.save_as(tmp_path / "survival.png")
    assert (tmp_path / "survival.png").read_bytes().startswith(b"\x89PNG")


def test_a_window_that_narrows_is_drawn_anew(opened):
    page = opened().page
    before = page.locator("[data-drawn=survival] > svg").get_attribute("viewBox")
    page.set_viewport_size(PHONE)
    page.wait_for_function(
        "before => document.querySelector('[data-drawn=survival] > svg').getAttribute('viewBox') !== before", arg=before
    )
    assert page.locator("[data-drawn=survival] figcaption").inner_text().strip().startswith("with the wedge")
