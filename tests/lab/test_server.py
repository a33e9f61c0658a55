"""The server: answers are the ensemble's, growing and cached; everything wrong is told in words; headers, hosts, limits."""

import json

import numba
import numpy as np
import pandas as pd
import pytest
from starlette.testclient import TestClient

from sim.analysis.wedges.effects import paired
from sim.analysis.wedges.watched import run_seen
from sim.cli import main
from sim.engine.ensemble import run_ensemble
from sim.engine.outcomes import ABSENT
from sim.lab.blocks import BLOCK, Blocks, pairs_of
from sim.lab.board import EACH as MOST_NAMES
from sim.lab.board import MOST, Board, Score
from sim.lab.door import HEADERS
from sim.lab.league import unchanged
from sim.lab.room import Limits
from sim.lab.server import make_app
from sim.lab.state import Use, checked_state, vector_of, world_under
from sim.lab.turns import FullError, Visitor
from sim.world.instruments import INSTRUMENTS

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")
EXPOSURE = {"instrument": "exposure", "target": "taliban", "about": "al_qaeda", "size": 0.15}
STATE = {"scenario": "talks_2018", "focus": "haqqani-al_qaeda", "wedge": [EXPOSURE], "parameters": {"bond.weight": 0.7}}


@pytest.fixture(scope="module")
def client():
    with TestClient(make_app(Limits(sessions=3, runs=600))) as found:
        yield found


def post(client, path, data, visitor="me"):
    return client.post(path, json=data, headers={"x-lab-visitor": visitor})


@needs_compiler
def test_an_answer_is_what_the_ensemble_says(client):
    found = post(client, "/api/answer", {"state": STATE, "runs": 250}).json()
    state = checked_state(STATE)
    assert found["runs"] == 3 * BLOCK
    before, after = (run_seen(world_under(s), vector_of(s), 3 * BLOCK, 1, pairs_of(s)) for s in (state.without_wedge(), state))
    expected = paired(before.focal("broken"), after.focal("broken"), "share")
    got = found["focus"]["broken"]
    assert (got["baseline"], got["difference"], got["low"]) == pytest.approx(
        (expected.baseline, expected.difference, expected.low), abs=1e-5
    )
    assert (got["up"], got["down"]) == (expected.up, expected.down)
    assert found["course"]["under"] == pytest.approx(after.alive.mean(axis=0).tolist(), abs=1e-5)
    assert len(found["months"]) == len(found["course"]["low"]) == 36


@needs_compiler
def test_more_runs_keep_the_first_ones(client):
    blocks = Blocks()
    state = checked_state(STATE)
    small, again = blocks.made(state, 0), blocks.made(state, 0)
    assert small is again
    assert (blocks.made(state, 1).seen.alive != small.seen.alive).any()


@needs_compiler
def test_without_a_wedge_baseline_and_wedge_are_one(client):
    found = post(client, "/api/answer", {"state": {"scenario": "talks_2018"}, "runs": 100}).json()
    assert found["focus"]["broken"]["difference"] == 0.0
    assert set(found["course"]["difference"]) == {0.0}
    assert all(t["baseline"] == t["wedge"] for t in found["network"])
    zero = {"scenario": "talks_2018", "wedge": [{**EXPOSURE, "size": 0.0}]}
    still = post(client, "/api/answer", {"state": zero, "runs": 100}).json()
    assert still["course"] == found["course"]
    assert not still["focus"]["broken"]["clear"]


@needs_compiler
def test_the_league_is_what_each_instrument_does_by_itself(client):
    """Each row is the answer to that instrument alone; clear effects come first; what does nothing says why."""
    asked = {"scenario": "talks_2018", "wedge": [EXPOSURE]}  # what is set already plays no part
    found = post(client, "/api/league", {"state": asked, "runs": 200}).json()
    rows = found["instruments"]
    assert found["runs"] == 200
    assert {row["instrument"] for row in rows} == set(INSTRUMENTS)
    assert [row["clear"] for row in rows] == sorted((row["clear"] for row in rows), reverse=True)
    assert all(bool(row["reason"]) != row["clear"] for row in rows)
    assert any(row["clear"] for row in rows)
    first = rows[0]
    alone = post(client, "/api/answer", {"state": {"scenario": "talks_2018", "wedge": [first["use"]]}, "runs": 200}).json()
    assert first["broken"].items() <= alone["focus"]["broken"].items()
    assert all((row["moved"], row["depth"]["difference"]) == (0, 0.0) for row in rows if row["reason"] in ("apart", "given"))
    assert all(row["depth"]["clear"] for row in rows if row["reason"] == "small")


def test_what_is_given_already_changes_nothing():
    state = checked_state({"scenario": "talks_2018"})
    nothing = Use(instrument="kinetic_pressure", target="taliban", size=0.0)
    assert unchanged(state, nothing)
    assert not unchanged(state, Use(instrument="exposure", target="taliban", about="al_qaeda", size=1.0))


@needs_compiler
def test_the_file_gives_the_command_line_the_same_numbers(client, tmp_path):
    """What the lab shows and what `alliances compare from=FILE` finds are one, number for number."""
    shown = post(client, "/api/answer", {"state": STATE, "runs": 200}).json()
    path = tmp_path / "wedge.yaml"
    path.write_text(post(client, "/api/yaml", {"state": STATE, "runs": 200}).text)
    assert main(["compare", f"from={path}", f"output={tmp_path / 'out'}"]) == 0
    (folder,) = (tmp_path / "out").iterdir()
    table = pd.read_csv(folder / "effects.csv", keep_default_na=False).set_index(["subject", "measure"])
    for measure in ("broken", "never_broken", "ever_fought", "hostile", "official_end", "months_allied"):
        row = table.loc[("haqqani-al_qaeda", measure)]
        for ours, theirs in (("baseline", "baseline"), ("wedge", "under"), ("difference", "difference"), ("low", "low")):
            assert float(row[theirs]) == pytest.approx(shown["focus"][measure][ours], abs=2e-5)
    for m in shown["side"]:
        found = float(table.loc[("", m["measure"])]["difference"])
        assert found == pytest.approx(m["difference"], rel=1e-5, abs=2e-5)  # the file has six digits
    loaded = client.post("/api/load", content=path.read_text()).json()["state"]
    assert checked_state(loaded) == checked_state(STATE)


@needs_compiler
def test_theories_why_and_a_single_run(client):
    wing = {**STATE, "focus": "taliban_political-al_qaeda"}  # the alliance of the organisations ends under no theory
    theories = post(client, "/api/theories", {"state": wing, "runs": 100}).json()["theories"]
    assert len(theories) == 7
    assert theories["consensus"]["broken"]["baseline"] != theories["codependence_with_hardliners"]["broken"]["baseline"]
    why = post(client, "/api/why", {"state": STATE, "runs": 60}).json()
    for arm in ("baseline", "wedge"):
        assert sum(c["runs"] for c in why[arm]["causes"]) <= why[arm]["broken"] <= 60
        assert sum(s["share"] for s in why[arm]["stories"]) == pytest.approx(1.0, abs=1e-3)
    run = post(client, "/api/run", {"state": STATE, "replicate": 3}).json()
    one, two = np.array(run["baseline"]["levels"]), np.array(run["wedge"]["levels"])
    assert one.shape == two.shape == (36, len(run["dyads"]))
    first = run["first_difference"]
    assert (one[:first] == two[:first]).all()
    assert (one[first] != two[first]).any()
    assert run["wedge"]["told"]["sentences"][0]["text"].startswith("In ")


@needs_compiler
def test_who_is_not_there_has_no_level_in_a_run_or_a_mean(client):
    state = {"scenario": "taliban_rule_1996"}
    run = post(client, "/api/run", {"state": state, "replicate": 0}).json()
    entering = run["dyads"].index(next(d for d in run["dyads"] if "isis_k" in d and "haqqani" in d))
    course = [row[entering] for row in run["baseline"]["levels"]]
    first = next(t for t, x in enumerate(course) if x is not None)
    assert first > 200  # the Khorasan branch enters in 2015
    assert all(x is not None and -2 <= x <= 4 for x in course[first : first + 3])
    made = Blocks().made(checked_state(state), 0)
    world = world_under(checked_state(state))
    last = run_ensemble(world, vector_of(checked_state(state)), BLOCK, 1).outcomes.last.astype(float)
    last[last == ABSENT] = np.nan
    mostly = ~np.isnan(last).all(axis=0)
    np.testing.assert_allclose(made.level[mostly], np.nanmean(last[:, mostly], axis=0))
    assert np.isnan(made.level[~mostly]).all()


@needs_compiler
def test_the_report_is_a_page_of_its_own(client):
    found = post(client, "/api/report", {"state": STATE, "runs": 60})
    assert found.status_code == 200
    assert 'data-figure="survival"' in found.text
    assert '<script type="module">' in found.text
    assert post(client, "/api/report", {"state": {}, "runs": 60}).status_code == 422


@pytest.mark.parametrize(
    ("path", "body", "status", "named"),
    [
        ("/api/answer", "{", 422, "JSON"),
        ("/api/answer", "[]", 422, "mapping"),
        ("/api/answer", json.dumps({"state": {}, "runs": 0}), 422, "runs"),
        ("/api/answer", json.dumps({"state": {}, "runs": 601}), 422, "601"),
        ("/api/answer", json.dumps({"runs": 100}), 422, "state"),
        ("/api/answer", '{"state": {"seed": NaN}}', 422, "NaN"),
        ("/api/answer", '{"state": {"parameters": {"bond.weight": Infinity}}}', 422, "Infinity"),
        ("/api/answer", '{"state": {"parameters": {"bond.weight": 1e999}}}', 422, "bond.weight"),
        ("/api/answer", "x" * 200_000, 422, "bytes"),
        ("/api/answer", "[" * 90_000, 422, "JSON"),
        ("/api/run", json.dumps({"state": {}, "replicate": -1}), 422, "replicate"),
        ("/api/load", "x: &a 1", 422, "anchors"),
        ("/api/board", json.dumps({"name": "a"}), 422, "missing"),
    ],
)
def test_everything_wrong_is_told_in_words(client, path, body, status, named):
    found = client.post(path, content=body, headers={"x-lab-visitor": "me"})
    assert found.status_code == status
    assert named in found.json()["error"]
    assert "Traceback" not in found.text


def test_unknown_paths_and_methods(client):
    assert client.get("/api/scenario/..%2f..%2fetc").status_code in (404, 422)
    assert client.get("/api/scenario/talks_2019").status_code == 422
    assert client.get("/static/../server.py").status_code == 404
    assert client.get("/static/%2e%2e/server.py").status_code == 404
    assert client.get("/api/answer").status_code == 405
    assert client.get("/nothing").status_code == 404


def test_headers_on_every_answer_and_no_script_but_ours(client):
    for path in ("/", "/static/main.js", "/api/overview", "/nothing", "/healthz"):
        found = client.get(path)
        for name, value in HEADERS.items():
            assert found.headers[name] == value
    policy = HEADERS["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    page = client.get("/").text
    assert "<script>" not in page
    assert " style=" not in page
    assert " onclick=" not in page
    assert not client.get("/").cookies


def test_another_name_of_the_host_is_refused(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    assert client.get("/", headers={"host": "127.0.0.1:8765"}).status_code == 200


@needs_compiler
def test_many_names_from_one_machine_lock_nobody_out():
    """Whether the class comes from the same address, as behind one router, or from another."""
    with TestClient(make_app(Limits(sessions=60))) as client:
        for n in range(200):
            assert post(client, "/api/answer", {"state": {}, "runs": 100}, f"made up {n}").status_code == 200
        assert post(client, "/api/answer", {"state": {"seed": 2}, "runs": 100}, "somebody else").status_code == 200
        assert client.get("/healthz").json() == {"ok": True, "waiting": 0}


def test_who_has_to_give_way_is_told_in_words(client, monkeypatch):
    async def full(*_):
        raise FullError

    monkeypatch.setattr(client.app.state.lab.turns, "run", full)
    found = post(client, "/api/answer", {"state": {"seed": 3}, "runs": 100})
    assert found.status_code == 503
    assert "full" in found.json()["error"]
    assert found.headers["retry-after"]


SCORE = {"state": {}, "broken": 0.1, "low": 0.05, "high": 0.15, "civilian": 0.0, "effort": 0.5}


def test_the_board_keeps_one_score_a_name():
    board = Board()
    for name in ("first", "second", "first"):
        board.add(Score(name=name, **SCORE), Visitor("here", name))
    board.add(Score(name="first", **{**SCORE, "low": 0.09}), Visitor("here", "first"))
    assert [s["name"] for s in board.shown()] == ["first", "second"]


def test_one_visitor_holds_a_few_names_on_the_board():
    board = Board()
    board.add(Score(name="other", **SCORE), Visitor("here", "other"))
    for n in range(60):
        board.add(Score(name=f"n{n}", **SCORE), Visitor("here", "me"))
    assert {s["name"] for s in board.shown()} == {"other", *(f"n{n}" for n in range(60 - MOST_NAMES, 60))}


def test_a_full_board_makes_room_where_most_entries_come_from():
    board = Board()
    for n in range(30):
        board.add(Score(name=f"class {n}", **SCORE), Visitor("router", f"c{n}"))
    for n in range(3 * MOST):
        board.add(Score(name=f"made up {n}", **SCORE), Visitor("joker", f"j{n}"))
    names = {s["name"] for s in board.shown()}
    assert len(names) == MOST
    assert {f"class {n}" for n in range(30)} <= names
    assert "made up 0" not in names


def test_what_links_and_requests_hold_beside_is_named(client):
    found = client.get("/%23page=wedge&seed=7")
    assert found.status_code == 404
    assert "%23" in found.text
    cases = {"scenario=talks_2018&amp;thesis=consensus": "amp;thesis", "scenario=talks_2018&scenario=triangle_2020": "twice"}
    for query, named in cases.items():
        found = client.get(f"/api/assumptions?{query}")
        assert found.status_code == 422
        assert named in found.json()["error"]


@pytest.mark.parametrize("value", ["true", '"0.5"', "null", "[0.5]"])
@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/api/yaml", {"state": {"parameters": {"bond.weight": "HERE"}}}, "bond.weight"),
        ("/api/yaml", {"state": {"wedge": [{**EXPOSURE, "size": "HERE"}]}}, "size"),
        ("/api/yaml", {"state": {"seed": "HERE"}}, "seed"),
        ("/api/yaml", {"state": {}, "runs": "HERE"}, "runs"),
        ("/api/run", {"state": {}, "replicate": "HERE"}, "replicate"),
        ("/api/board", {**SCORE, "name": "me", "low": "HERE"}, "low"),
    ],
)
def test_a_number_is_a_number_and_nothing_else(client, path, body, field, value):
    found = client.post(path, content=json.dumps(body).replace('"HERE"', value))
    assert found.status_code == 422
    assert field in found.json()["error"]


def test_a_whole_number_is_no_decimal_one(client):
    for seed in ("1.0", "1.9", "1e3"):
        assert client.post("/api/yaml", content=f'{{"state": {{"seed": {seed}}}}}').status_code == 422
    assert client.post("/api/yaml", content='{"state": {"parameters": {"bond.weight": 1}}}').status_code == 200


def test_a_name_that_stands_twice_is_refused(client):
    found = client.post("/api/yaml", content='{"state": {"seed": 1, "seed": 2}}')
    assert found.status_code == 422
    assert "twice" in found.json()["error"]
