"""The lab over draws of the posterior: both arms take the same, every page counts runs of one draw as alike, none is mixed up."""

import json
import re

import numba
import numpy as np
import pandas as pd
import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from starlette.testclient import TestClient

from sim.analysis.intervals import wilson
from sim.analysis.wedges.effects import paired
from sim.analysis.wedges.watched import run_seen
from sim.cli import main
from sim.engine.ensemble import run_ensemble
from sim.engine.outcomes import ABSENT
from sim.engine.traces import levels_of
from sim.lab.answers import effect_data
from sim.lab.blocks import BLOCK, pairs_of
from sim.lab.describe import assumptions
from sim.lab.server import make_app
from sim.lab.state import State, base_world, checked_state, drawn_of, values_of, vector_of, world_under
from sim.paths import CONF
from sim.runs.clustered import effective_size
from sim.runs.draws import read_draws
from sim.world.parameters import parameter_table

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")
USE = {"instrument": "exposure", "target": "taliban", "about": "al_qaeda", "size": 0.15}
CENTRAL = {"thesis": "cost_benefit_only", "focus": "haqqani-al_qaeda", "wedge": [USE], "parameters": {"bond.weight": 0.7}}
DRAWN = {**CENTRAL, "draws": "posterior"}
LINK = "w=exposure,taliban,al_qaeda,0.15,,,,&focus=haqqani-al_qaeda&thesis=cost_benefit_only"


@pytest.fixture(scope="module")
def client():
    with TestClient(make_app()) as found:
        yield found


def asked(client, path, state, **more):
    found = client.post(f"/api/{path}", json={"state": state, **more})
    assert found.status_code == 200, found.text
    return found.json()


def test_what_theory_and_visitor_set_is_the_same_in_every_draw():
    state = checked_state({"draws": "posterior", "thesis": "cost_benefit_only", "parameters": {"choice.sharpness": 2.0}})
    vectors, draws = vector_of(state).reshape(-1), read_draws()
    assert len(vectors) == len(draws)
    assert set(vectors["choice_sharpness"]) == {2.0}
    open_ones = set(drawn_of(state).columns)
    for path in draws.columns:
        expected = draws[path] if path in open_ones else np.full(len(draws), values_of(state)[path])
        np.testing.assert_array_equal(vectors[path.replace(".", "_")], expected)
    assert 1 < len(open_ones) < len(draws.columns) - 1  # the theory sets some, and leaves some


@needs_compiler
def test_an_answer_is_over_runs_and_draws(client):
    """Replicate r under row r mod N in both arms; an interval as of as many independent runs as the draws leave."""
    wing = {"scenario": "talks_2018", "focus": "aqis-taliban", "draws": "posterior", "wedge": [USE]}
    found, state = asked(client, "answer", wing, runs=10 * BLOCK), checked_state(wing)
    before, after = (run_seen(world_under(s), vector_of(s), 10 * BLOCK, 1, pairs_of(s)) for s in (state.without_wedge(), state))
    draw, got = np.arange(10 * BLOCK) % len(read_draws()), found["focus"]["broken"]
    np.testing.assert_array_equal(before.draw, draw)
    expected = paired(before.focal("broken"), after.focal("broken"), "share", draw)
    for ours, theirs in (("baseline", "baseline"), ("wedge", "under"), ("low", "low"), ("high", "high")):
        assert got[ours] == pytest.approx(getattr(expected, theirs), abs=1e-5)
    share, worth = after.focal("broken").mean(), effective_size(after.focal("broken"), draw, share=True)
    assert got["wedge_known_by"] == pytest.approx(worth, abs=0.01)
    assert worth < 0.9 * 10 * BLOCK  # runs of one draw are alike
    assert got["wedge_ends"] == pytest.approx([float(end) for end in wilson(share, np.array(worth))], abs=1e-5)
    assert found["draws"] == len(read_draws())
    assert asked(client, "answer", {**wing, "draws": ""}, runs=100)["draws"] == 0


@needs_compiler
def test_the_line_that_the_lab_shows_gives_its_numbers(client, tmp_path):
    shown = asked(client, "answer", DRAWN, runs=200)
    text = client.post("/api/yaml", json={"state": DRAWN, "runs": 200}).text
    path = tmp_path / "wedge.yaml"
    path.write_text(text)
    line = re.search(r"alliances (compare .*)$", text, re.M)[1]
    assert "parameters=posterior" in line
    assert main([*line.replace("FILE", str(path)).split(), f"output={tmp_path / 'out'}"]) == 0
    (folder,) = (tmp_path / "out").iterdir()
    assert json.loads((folder / "manifest.json").read_text())["draws"]["rows"] == len(read_draws())
    table = pd.read_csv(folder / "effects.csv", keep_default_na=False).set_index(["subject", "measure"])
    for measure, ours in shown["focus"].items():
        if measure not in ("name", "title"):
            row = table.loc[("haqqani-al_qaeda", measure)]
            for key, theirs in (("baseline", "baseline"), ("wedge", "under"), ("low", "low"), ("high", "high")):
                assert float(row[theirs]) == pytest.approx(ours[key], abs=2e-5)
    for m in shown["side"]:
        assert float(table.loc[("", m["measure"])]["low"]) == pytest.approx(m["low"], rel=1e-4, abs=2e-5)
    course = pd.read_csv(folder / "course.csv")
    for key in ("baseline", "under", "low", "high"):
        assert shown["course"][key] == pytest.approx(course[key].tolist(), abs=2e-5)


@needs_compiler
def test_a_file_says_its_draws_and_the_line_goes_before_it(client, tmp_path):
    path = tmp_path / "wedge.yaml"
    path.write_text(client.post("/api/yaml", json={"state": DRAWN, "runs": 100}).text)
    rows = {}
    for name, more in (("file", []), ("central", ["parameters=default"])):
        assert main(["compare", f"from={path}", *more, f"output={tmp_path / name}"]) == 0
        (manifest,) = (tmp_path / name).rglob("manifest.json")
        rows[name] = json.loads(manifest.read_text())["draws"]
    assert rows["file"]["rows"] == len(read_draws())
    assert rows["central"] is None


@needs_compiler
def test_a_wedge_of_no_strength_is_the_baseline(client):
    found = asked(client, "answer", {**DRAWN, "wedge": [{**USE, "size": 0.0}]}, runs=200)
    assert set(found["course"]["difference"]) == {0.0}
    assert all(t["baseline"] == t["wedge"] for t in found["network"])
    assert all(found["focus"][m]["difference"] in (0.0, None) for m in ("broken", "never_broken", "months_allied"))
    assert not found["focus"]["broken"]["clear"]


def test_where_every_run_ends_alike_the_draws_are_what_counts():
    """None of 1,280 runs over 128 draws is 0 to 2.9 %, not 0 to 0.3 %."""
    none = np.zeros(1280)
    over = effect_data(none, none, "share", np.arange(1280) % 128)["baseline_ends"]
    apart = effect_data(none, none, "share")["baseline_ends"]
    assert (over[1], apart[1]) == pytest.approx((0.0291, 0.0030), abs=1e-4)


@needs_compiler
@pytest.mark.parametrize("replicate", [3, 3 + len(read_draws())])
def test_one_run_is_told_under_its_own_draw(client, replicate):
    found, rows = asked(client, "run", DRAWN, replicate=replicate), read_draws()
    assert (found["draw"], found["draws"]) == (3, len(rows))
    state, world = checked_state(DRAWN), base_world("talks_2018")
    free = [p for p in assumptions(State(thesis=state.thesis, draws="posterior")) if p["draws"] and p["path"] != "bond.weight"]
    values = {p["path"]: p["value"] for p in assumptions(State(thesis=state.thesis))}
    values |= {"bond.weight": 0.7, **{p["path"]: float(rows[p["path"]][3]) for p in free}}
    out = run_ensemble(world, parameter_table([values]), np.array([replicate]), 1, trajectories=True)
    expected = levels_of(world, out.trajectories, world.dyads())[0]
    told = np.array([[ABSENT if x is None else x for x in row] for row in found["baseline"]["levels"]])
    np.testing.assert_array_equal(told, expected)
    assert asked(client, "run", CENTRAL, replicate=replicate)["baseline"]["levels"] != found["baseline"]["levels"]


@needs_compiler
def test_theories_and_stories_are_over_draws_too(client):
    theories = asked(client, "theories", DRAWN, runs=100)
    assert theories["draws"] == 100  # as many as there are runs
    assert theories["theories"]["cost_benefit_only"]["broken"] == asked(client, "answer", DRAWN, runs=100)["focus"]["broken"]
    why = asked(client, "why", DRAWN, runs=60)
    assert why["draws"] == 60
    state = checked_state(DRAWN)
    alone = run_seen(world_under(state), vector_of(state), 60, 1, pairs_of(state))
    assert why["wedge"]["broken"] == np.count_nonzero(alone.alive.any(axis=1) & ~alone.alive[:, -1])


@needs_compiler
def test_the_report_is_at_the_central_values_and_says_so(client):
    over, at = (client.post("/api/report", json={"state": s, "runs": 60}).text for s in (DRAWN, CENTRAL))
    assert "at the central values of the parameters" in over
    assert "from=wedge.yaml parameters=default --report" in over
    assert over.replace(" parameters=default", "") == at


@needs_compiler
def test_the_file_for_a_room_without_a_server_is_made_again_by_its_command(tmp_path):
    one, two = tmp_path / "one.html", tmp_path / "two.html"
    words = ["wedge=dialogue", "max_runs=200", "parameters=posterior"]
    assert main(["lab", f"export={one}", *words]) == 0
    text = one.read_text(encoding="utf-8")
    told = re.search(r'"command":"(alliances lab [^"]*)"', text)[1]
    assert f'"draws":{min(200, len(read_draws()))}' in text
    assert main(told.replace("FILE", str(two)).split()[1:]) == 0
    assert one.read_bytes() == two.read_bytes()


def test_the_page_says_where_the_values_come_from(visit):
    told = yaml.safe_load((CONF / "calibration" / "default.yaml").read_text(encoding="utf-8"))["about"]
    assert told in visit().go("#page=about").locator("#values").inner_text()


def opened(visit, page, size=(1280, 720)):
    v = visit(viewport={"width": size[0], "height": size[1]})
    return v, v.go(f"#page={page}&{LINK}&draws=posterior")


def test_the_switch_changes_band_words_and_address_and_can_be_undone(visit):
    v = visit()
    page = v.go(f"#page=wedge&{LINK}")
    doubt = f"over {len(read_draws())} draws of the posterior: the band holds doubt about the parameters too"
    seen = lambda: (page.locator(".band.wedge").first.get_attribute("d"), page.locator("#results").inner_text())  # noqa: E731
    at = seen()
    assert doubt not in at[1]
    page.locator("#thesis").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "draws"
    page.keyboard.press("ArrowDown")
    page.wait_for_url("**/*draws=posterior*")
    v.quiet()
    over = seen()
    assert over[0] != at[0]
    assert doubt in over[1]
    other = visit()
    other.page.goto(page.url)
    other.page.wait_for_selector(".headline")
    other.quiet()
    assert other.page.locator("#results").inner_text() == over[1]
    assert other.page.locator("#draws").input_value() == "posterior"
    page.keyboard.press("Control+z")
    v.quiet()
    assert seen() == at
    assert page.locator("#draws").input_value() == ""
    page.keyboard.press("Control+Shift+z")
    v.quiet()
    assert seen() == over
    page.locator("#share").click()
    assert page.locator("#share-line").inner_text() == "alliances compare from=wedge.yaml parameters=posterior"
    assert "report is at the central values" in page.locator("dialog").inner_text()
    assert v.faults == other.faults == []


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("why", r"over \d+ draws of the posterior, one a run"),
        ("theories", "the band holds doubt about the parameters too"),
        ("assumptions", r"200 paired runs over 200 draws of the posterior"),
    ],
)
@pytest.mark.parametrize("size", [(1280, 720), (390, 844)])
def test_every_page_says_what_it_is_over_and_is_in_reach(visit, page, said, size):
    v, found = opened(visit, page, size)
    assert re.search(said, found.locator(f"#page-{page}").inner_text())
    assert found.evaluate("document.documentElement.scrollWidth") <= size[0]
    violations = Axe().run(found).response["violations"]
    assert [f["id"] for f in violations if f["impact"] in ("serious", "critical")] == []
    assert v.faults == []


def test_a_value_that_is_set_is_held_in_every_draw_until_it_is_drawn_again(visit):
    v, page = opened(visit, "assumptions")
    page.locator("[data-family=benefit] summary").first.click()
    mine = page.locator("[data-path='benefit.weight']")
    assert "drawn: 95 % from" in mine.inner_text()
    number, before = mine.locator("input[type=number]"), page.locator("#live-answer").inner_text()
    central = number.input_value()
    number.fill(str(float(central) + 0.01))
    number.press("Tab")
    number.fill(central)  # the central value, held, is not the same as drawn
    number.press("Tab")
    v.quiet()
    assert "as the theory has it" in page.locator("#live-answer").inner_text()
    assert "drawn" in page.locator("#changed").inner_text()
    mine.get_by_role("button", name="as it is drawn").click()
    v.quiet()
    assert page.locator("#live-answer").inner_text() == before
    assert v.faults == []


def test_a_challenge_is_at_the_central_values(visit):
    v, page = opened(visit, "challenge")
    card = page.locator(".challenge").first
    card.locator("input[type=radio]").first.check()
    card.get_by_role("button").last.click()
    v.quiet()
    assert page.locator("#draws").input_value() == ""
    page.locator("#draws").select_option("posterior")
    v.quiet()
    page.locator("[data-page=challenge]").click()
    v.quiet()
    row = page.locator("tr", has_text="parameters at their central values")
    assert "no: something of it was changed" in row.inner_text()
    assert v.faults == []
