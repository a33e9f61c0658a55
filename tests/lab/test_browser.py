"""The lab in a real browser, offline: what a visitor does, with mouse and with keys."""

import re

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from visiting import Visit, open_lab, whole

from sim.lab.link import read_link
from sim.lab.state import checked_state, from_yaml

PAGES = ("scenario", "wedge", "why", "theories", "assumptions", "challenge", "about")
WEDGE = "w=exposure,taliban,al_qaeda,0.15,,,,"
HALT = "w=halt_order,taliban,al_qaeda,0.9,,,,&focus=haqqani-al_qaeda"


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_without_a_fault_and_asks_nobody_else(visit, page):
    v = visit()
    v.go(f"#page={page}&{WEDGE}")
    assert v.faults == []
    assert v.outside == []
    assert v.page.locator(f"[data-page={page}]").get_attribute("aria-current") == "page"
    assert len(v.page.locator(f"#page-{page}").inner_text()) > 200


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_serious_fault_of_access(visit, page, theme):
    v = visit()
    v.context.add_init_script(f"localStorage.setItem('theme', '{theme}')")
    v.go(f"#page={page}&{WEDGE}")
    found = Axe().run(v.page).response["violations"]
    serious = [(f["id"], [n["html"][:120] for n in f["nodes"][:3]]) for f in found if f["impact"] in ("serious", "critical")]
    assert serious == []


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (820, 1180), (390, 800)])
def test_no_page_scrolls_sideways(visit, page, width, height):
    v = visit(viewport={"width": width, "height": height})
    v.go(f"#page={page}&{WEDGE}")
    assert v.page.evaluate("document.documentElement.scrollWidth") <= width


def test_moving_a_control_changes_answer_chart_and_address(visit):
    v = visit()
    page = v.go(f"#page=wedge&{HALT}")
    before, line = page.locator(".headline").inner_text(), page.locator(".line.wedge").first.get_attribute("d")
    page.locator("#size-0").fill("0.1")
    v.quiet()
    assert page.locator(".line.wedge").first.get_attribute("d") != line
    assert page.locator(".headline").inner_text() != before
    assert ",0.1" in page.evaluate("location.hash").replace("%2C", ",")
    assert "1,000 of 1,000 paired runs" in page.locator("#results").inner_text()
    assert v.faults == []


def test_a_wedge_of_no_strength_is_the_baseline(visit):
    page = visit().go("#page=wedge&w=halt_order,taliban,al_qaeda,0,,,,")
    assert "no clear effect" in page.locator(".headline").inner_text()
    wedge, baseline = (page.locator(f".line.{name}").first.get_attribute("d") for name in ("wedge", "baseline"))
    assert wedge == baseline


def test_the_link_brings_everything_back(visit):
    v = visit()
    page = v.go("#page=wedge")
    page.locator("#preset").select_option("ahmad_2019_package")
    v.quiet()
    page.locator("#focus").select_option("haqqani-al_qaeda")
    v.quiet()
    link, told = page.url, page.locator(".headline").inner_text()
    other = visit()
    other.page.goto(link)
    other.page.wait_for_selector(".headline")
    other.quiet()
    assert other.page.locator(".headline").inner_text() == told
    assert other.page.locator("#preset").input_value() == "ahmad_2019_package"
    assert other.faults == []


def test_the_link_brings_back_the_run_the_month_and_the_mixture(visit):
    v = visit()
    page = v.go(f"#page=why&{HALT}&run=7&month=2019-11")
    assert page.locator("#why-replicate").input_value() == "7"
    assert page.locator("#why-date").inner_text().startswith("November 2019")
    page.locator("#why-on").click()
    page.wait_for_url("**/*month=2019-12*")
    page.locator("#why-another").click()
    v.quiet()
    assert "run=8" in page.url
    assert "month=" not in page.url
    v.go(f"#page=why&{HALT}&run=7&month=2020-02")
    assert page.locator("#why-date").inner_text().startswith("February 2020")
    page.locator("#why-to-many").click()
    v.quiet()
    assert "run=" not in page.url
    page = v.go(f"#page=theories&{HALT}&mix=consensus:30,cost_benefit_only:10")
    assert page.locator("#weight-consensus").input_value() == "30"
    assert page.locator("#weight-deep_ties_beyond_cost_benefit").input_value() == "0"
    page.locator("#weight-consensus").fill("60")
    page.wait_for_url("**/*mix=consensus%3A60*")
    page.get_by_role("button", name="As the data weigh them").click()
    assert "mix=" not in page.url
    assert v.faults == []


LINK = f"page=wedge&seed=12&{HALT}&p=bond.weight:0.7"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (whole(LINK)[:-1], "cut on its way"),
        (whole(LINK)[:40], "cut on its way"),
        (whole(LINK)[:9], "checksum"),
        (whole(LINK).replace("&", "&amp;"), "&amp;"),
        (whole(LINK).replace("seed=12", "seed=13"), "does not agree with its checksum"),
        (whole(LINK) + ".", "does not agree with its checksum"),
        (whole("page=wedge&scenario=nowhere"), "nowhere"),
        (whole("page=wedge&seed="), "seed"),
        (whole("page=wedge&p=bond.weight:"), "bond.weight"),
        (whole("page=wedge&w=offer,taliban,al_qaeda,nan,,,,"), "nan"),
        ("page=wedge&p=bond.weight:", "bond.weight"),
    ],
)
def test_from_a_link_that_is_not_whole_nothing_is_opened(visit, text, named):
    v = visit()
    v.page.goto(f"{v.url}/#{text}")
    v.page.wait_for_selector("#banner:not([hidden])")
    page = v.quiet()
    said = page.locator("#banner").inner_text()
    assert said.startswith("Nothing was opened from this address.")
    assert named in said
    assert page.url == f"{v.url}/#{whole('page=scenario')}"
    page.locator("[data-page=wedge]").click()
    page.wait_for_selector(".headline")
    assert "No wedge is set" in page.locator(".headline").inner_text()
    assert [fault for fault in v.faults if "/api/link" not in fault and "422" not in fault] == []


def test_a_bad_link_typed_into_an_open_page_leaves_it_as_it_was(visit):
    v = visit()
    page = v.go(f"#page=wedge&{HALT}")
    told, url = page.locator(".headline").inner_text(), page.url
    page.evaluate("text => { location.hash = text }", whole(LINK)[:-2])
    page.wait_for_selector("#banner:not([hidden])")
    v.quiet()
    assert "cut on its way" in page.locator("#banner").inner_text()
    assert page.locator(".headline").inner_text() == told
    assert page.url == url
    page.evaluate("text => { location.hash = text }", whole(LINK))
    page.wait_for_url("**seed=12**")
    v.quiet()
    assert page.locator("#banner").is_hidden()
    page.go_back()
    page.wait_for_url(url)


def test_a_link_without_a_checksum_opens_only_when_the_visitor_says_so(visit):
    v = visit()
    v.page.goto(f"{v.url}/#{LINK}")
    v.page.wait_for_selector("#banner:not([hidden])")
    said = v.page.locator("#banner").inner_text()
    for words in ("no checksum", "seed 12", "halt order on taliban about al qaeda, strength 0.9", "bond.weight 0.7"):
        assert words in said
    assert "seed" not in v.page.url
    v.page.get_by_role("button", name="Open it as it reads").click()
    v.page.wait_for_selector(".headline")
    page = v.quiet()
    assert page.locator("#banner").is_hidden()
    assert page.locator("#size-0").input_value() == "0.9"
    assert read_link(page.url.partition("#")[2]) == read_link(whole(LINK))
    assert v.faults == []


def test_what_stands_before_the_hash_is_named(visit):
    v = visit()
    v.page.goto(f"{v.url}/?page=wedge&seed=7")
    v.page.wait_for_selector("#banner:not([hidden])")
    assert "seed=7" in v.page.locator("#banner").inner_text()


def test_the_page_writes_the_links_that_the_server_reads(visit):
    """Every field, as the page writes it after a visit with all of them."""
    v = visit()
    setting = "scenario=triangle_2020&thesis=cost_benefit_only&focus=haqqani-al_qaeda&seed=4294967295&p=bond.weight:0.7"
    text = f"page=why&{setting}&w=offer,taliban,al_qaeda,0.55,2020-05,2021-01,0.35,1e-7&{WEDGE}&run=3&month=2020-06"
    page = v.go(f"#{text}")
    found = read_link(page.evaluate("location.hash.slice(1)"))
    assert found == read_link(whole(text))
    assert found.checked


def test_undo_redo_reset(visit):
    v = visit()
    page = v.go(f"#page=wedge&{HALT}")
    page.get_by_label("Take halt order away").click()
    v.quiet()
    assert "No wedge is set" in page.locator(".headline").inner_text()
    page.keyboard.press("Control+z")
    v.quiet()
    assert page.locator("[data-use]").count() == 1
    page.keyboard.press("Control+Shift+z")
    v.quiet()
    assert page.locator("[data-use]").count() == 0
    page.locator("#undo").click()
    page.locator("#reset").click()
    v.quiet()
    assert page.locator("[data-use]").count() == 0
    assert v.faults == []


def test_an_exercise_by_keyboard_alone(visit):
    """From the top of the page to an answer and to its link without a mouse."""
    v = visit()
    page = v.go("#page=scenario")

    def tab_to(selector, most=160):
        for _ in range(most):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement && document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"{selector} cannot be reached with Tab")

    tab_to("[data-page=wedge]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".headline")
    v.quiet()
    tab_to("[data-add=halt_order]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#size-0")
    v.quiet()
    tab_to("#size-0")
    before = page.locator("#size-0").input_value()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    v.quiet()
    assert float(page.locator("#size-0").input_value()) < float(before)
    assert page.evaluate("document.activeElement.id") == "size-0"
    page.locator("#share").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    assert page.locator("dialog input[readonly]").input_value() == page.url
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    assert v.faults == []


def test_two_visitors_do_not_touch_each_other(visit):
    one, two = visit(), visit()
    first = one.go(f"#page=wedge&{HALT}")
    told = first.locator(".headline").inner_text()
    second = two.go("#page=wedge&scenario=triangle_2020&w=dialogue,taliban,,0.7,,,,")
    first.reload()
    one.quiet()
    assert first.locator(".headline").inner_text() == told
    assert second.locator(".headline").inner_text() != told
    assert first.evaluate("sessionStorage.getItem('visitor')") != second.evaluate("sessionStorage.getItem('visitor')")


def test_a_file_saved_can_be_loaded_again(visit, tmp_path):
    v = visit(accept_downloads=True)
    page = v.go(f"#page=wedge&{HALT}")
    page.locator("#share").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as YAML").click()
    path = tmp_path / "wedge.yaml"
    waiting.value.save_as(path)
    assert yaml.safe_load(path.read_text())["focus"] == "haqqani-al_qaeda"
    expected = {"instrument": "halt_order", "target": "taliban", "about": "al_qaeda", "size": 0.9}
    assert from_yaml(path.read_text()) == checked_state({"focus": "haqqani-al_qaeda", "wedge": [expected]})
    other = visit()
    fresh = other.go("#page=wedge")
    fresh.locator("#share").click()
    fresh.locator("dialog input[type=file]").set_input_files(path)
    fresh.wait_for_selector("[data-use]")
    other.quiet()
    assert fresh.locator(".headline").inner_text() == page.locator(".headline").inner_text()
    bad = tmp_path / "bad.yaml"
    bad.write_text("scenario: nowhere")
    fresh.locator("#share").click()
    fresh.locator("dialog input[type=file]").set_input_files(bad)
    fresh.wait_for_selector("dialog .banner:not([hidden])")
    assert "nowhere" in fresh.locator("dialog .banner").inner_text()


def test_pictures_and_data_can_be_kept(visit, tmp_path):
    v = visit(accept_downloads=True)
    page = v.go(f"#page=wedge&{HALT}")
    with page.expect_download() as waiting:
        page.get_by_label("Save alive as SVG").click()
    waiting.value.save_as(tmp_path / "alive.svg")
    text = (tmp_path / "alive.svg").read_text()
    assert text.startswith("<svg")
    assert "stroke: rgb" in text
    with page.expect_download() as waiting:
        page.get_by_label("Save alive as PNG").click()
    waiting.value.save_as(tmp_path / "alive.png")
    assert (tmp_path / "alive.png").read_bytes().startswith(b"\x89PNG")
    page.locator("#share").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Data as CSV").click()
    waiting.value.save_as(tmp_path / "answer.csv")
    rows = (tmp_path / "answer.csv").read_text().splitlines()
    assert rows[0].startswith("# http://127.0.0.1")
    assert sum(r.startswith("course,") for r in rows) == 36


def test_the_tour_is_offered_once_and_can_be_skipped(visit):
    v = visit(toured=False)
    page = v.go()
    assert page.locator(".tour").count() == 1
    page.get_by_role("button", name=re.compile("Skip")).click()
    assert page.locator(".tour").count() == 0
    page.reload()
    v.quiet()
    assert page.locator(".tour").count() == 0


def test_a_server_that_is_gone_is_told_in_words(browser):
    from sim.lab.server import make_app

    with open_lab(make_app()) as (url, _):
        v = Visit(browser.new_context(), url)
        v.context.add_init_script("localStorage.setItem('toured', 'yes')")
        v.go(f"#page=wedge&{HALT}")
    v.page.locator("#size-0").fill("0.3")
    v.page.wait_for_selector("#fault")
    assert "cannot be reached" in v.page.locator("#fault").inner_text()
    assert v.page.locator(".chart").count() > 2  # the last good answer stays
    v.context.close()


def test_the_page_of_a_room_without_a_server(browser, tmp_path):
    from sim.cli import main

    path = tmp_path / "class.html"
    assert main(["lab", f"export={path}", "wedge=halt_joint_operations", "max_runs=100"]) == 0
    v = Visit(browser.new_context(viewport={"width": 1280, "height": 720}), "")
    v.page.goto(f"file://{path}")
    v.page.wait_for_selector(".headline")
    before = v.page.locator(".headline").inner_text()
    v.page.locator("fieldset input").nth(2).check()
    assert v.page.locator(".headline").inner_text() != before
    assert v.faults == []
    assert [url for url in v.requests if not url.startswith(("file:", "data:", "blob:"))] == []
    v.page.goto(f"file://{path}#page=wedge&seed=7")
    v.page.reload()
    v.page.wait_for_selector(".headline")
    assert "not read" in v.page.locator(".banner").inner_text()
    whole_file = path.read_text(encoding="utf-8")
    for share in (0.3, 0.9, 0.999):  # a download that broke off
        path.write_text(whole_file[: int(share * len(whole_file))], encoding="utf-8")
        v.page.goto(f"file://{path}")
        v.page.reload()
        assert "has not arrived whole" in v.page.locator("body").inner_text()
    v.context.close()
