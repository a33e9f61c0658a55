"""The lab's endpoints: whatever is sent, the answer is 2xx or 4xx, in words, and nothing is written."""

import copy
import html
import json
from urllib.parse import parse_qsl, quote, unquote

import numba
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pushing import TALLY, TEXTS, at, files_under, in_time, mutated, places, pushed, told_in_words
from starlette.testclient import TestClient

from sim.lab import blocks
from sim.lab.link import PAGES, seal
from sim.lab.room import Limits
from sim.lab.server import make_app
from sim.lab.state import State
from sim.world.parameters import default_values

STATE = {
    "scenario": "talks_2018", "thesis": "consensus", "seed": 1, "focus": "haqqani-al_qaeda", "draws": "posterior",
    "wedge": [
        {"instrument": "exposure", "target": "taliban", "about": "al_qaeda", "size": 0.15, "start": "2019-01", "end": "2019-06"},
        {"instrument": "offer", "target": "taliban", "about": "al_qaeda", "size": 0.5, "credibility": 0.5, "verification": 0.5},
    ],
    "parameters": {"bond.weight": 0.7},
}  # fmt: skip
SCORE = {"name": "me", "state": STATE, "broken": 0.1, "low": 0.05, "high": 0.15, "civilian": 0.0, "effort": 0.5}
FILE = {
    "scenario": "talks_2018", "thesis": "consensus", "seed": 1, "replicates": 100, "focus": "haqqani-al_qaeda", "draws": "posterior",
    "parameters": {"bond.weight": 0.7}, "wedge": {"exposure": {"target": "taliban", "about": "al_qaeda", "size": 0.15}},
}  # fmt: skip
USES = ["exposure,taliban,al_qaeda,0.15,2020-05,2020-06,,", "offer,taliban,al_qaeda,0.5,,,0.5,0.5", "dialogue,taliban,,1e-7,,,,"]
LINKED = ["scenario=triangle_2020", "thesis=cost_benefit_only", "focus=haqqani-al_qaeda", "draws=posterior", "seed=4294967295", *(f"w={use}" for use in USES),
          "p=bond.weight:0.7", "p=talks.catch:0.25", "run=7", "month=2020-06", "mix=consensus:30,cost_benefit_only:10"]  # fmt: skip
POSTS = [
    "/api/link",
    "/api/answer",
    "/api/theories",
    "/api/why",
    "/api/run",
    "/api/yaml",
    "/api/load",
    "/api/report",
    "/api/board",
]
FRAGMENTS = [
    "null", "true", "[]", "{}", "0", "-1", "0.5", "1e400", "-1e400", "NaN", "Infinity", "1" * 5000, "1" + "0" * 400, "1e308", "-0.0", '""', '" "', '"x"',
    '"\\ud800"', '"\\u0000"', '"\\u001b[31m"', '"\\u202e"', '"taliban"', '"a-b"', '"taliban-al_qaeda"', '"x-y"', '"taliban-taliban"', '"-"', '"2019-13"',
    '"2019-03"', '"9999-12"', '"0000-01"', '"²"', '"synthetic"', '"../../etc/passwd"', '"' + "a" * 60_000 + '"', "[" * 900 + "]" * 900, '{"a":' * 900 + "1" + "}" * 900,
    "[1,2]", '{"a":1,"a":2}', '{"\\ud800": 1}', '{"bond.weight": 0.5}', '{"bond.weight": 1e9}', '{"bond.wait": 0.5}', '{"": 1}', "4294967296", "1.0",
    '"<script>"', '"[/x]"', '"all"', '"nobody"', '"splinter_1"',
]  # fmt: skip


@st.composite
def json_of(draw, tree, most=3):
    """JSON of a tree in which up to so many places are wrong."""
    tree, raw = copy.deepcopy(tree), {}
    for _ in range(draw(st.integers(0, most))):
        known = list(places(tree))
        if not known:
            break
        path = draw(st.sampled_from(known))
        parent, last = at(tree, path[:-1]), path[-1]
        what = draw(st.sampled_from(["raw", "raw", "raw", "drop", "rename", "text", "other", "again"]))
        if what == "drop":
            del parent[last]
        elif what == "rename" and isinstance(parent, dict):
            parent[
                draw(st.one_of(TEXTS, st.sampled_from(sorted(State.model_fields)), st.sampled_from(list(default_values()))))
            ] = parent.pop(last)
        elif what == "text":
            parent[last] = draw(TEXTS)
        elif what == "other":
            parent[last] = copy.deepcopy(at(tree, draw(st.sampled_from(known))))
        elif what == "again" and isinstance(parent, list):
            parent.extend([copy.deepcopy(parent[last])] * draw(st.sampled_from([1, 12])))
        else:
            name = f"RAW{len(raw)}RAW"
            raw[name] = draw(st.sampled_from(FRAGMENTS))
            parent[last] = name
    text = json.dumps(tree)
    for name, fragment in raw.items():
        text = text.replace(f'"{name}"', fragment)
    return text.encode("utf-8", "surrogatepass")


@pytest.fixture(scope="module")
def client():
    """A lab; a server's fault would come out as 500, as it does for a visitor."""
    with TestClient(make_app(Limits(sessions=10**6, runs=600)), raise_server_exceptions=False) as found:
        yield found


@pytest.fixture(scope="module")
def quick():
    """Blocks of two runs: what is asked is checked as ever, and answers come at once."""
    with pytest.MonkeyPatch.context() as patch:
        made = {}
        whole = blocks.run_block

        def run_block(state, number):
            world, pairs = blocks.world_under(state), blocks.pairs_of(state)
            assert world
            key = (state.scenario, state.thesis, tuple(pair.name for pair in pairs))
            if key not in made:
                made[key] = whole(state.without_wedge().model_copy(update={"parameters": {}}), 0)
            return made[key]

        patch.setattr(blocks, "run_block", run_block)
        yield


def answered(door, folder, ask, seconds=10.0):
    """What is answered: 2xx or 4xx, in words; nothing is written."""
    before = files_under(folder)
    with in_time(seconds):
        found = ask()
    assert 200 <= found.status_code < 300 or 400 <= found.status_code < 500, found.text[:500]
    if found.status_code == 422:
        told_in_words(found.json()["error"])
    if found.headers.get("content-type") == "application/json":
        json.loads(found.text, parse_constant=pytest.fail)
    assert files_under(folder) == before
    TALLY[door, "refused" if found.status_code >= 400 else "taken"] += 1
    return found


@given(
    body=json_of({"state": STATE, "runs": 100}),
    path=st.sampled_from(["/api/yaml", "/api/yaml", "/api/load", "/api/board", "/api/run"]),
)
@example(body=b'{"state": {"scenario": "\\ud800"}}', path="/api/yaml")
@pushed(100)
def test_a_state(client, body, path, folder):
    answered("lab: state", folder, lambda: client.post(path, content=body))


@given(body=json_of({"state": STATE, "runs": 100}), path=st.sampled_from(["/api/answer", "/api/theories", "/api/why"]))
@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")
@pushed(40)
def test_a_question(client, quick, body, path, folder):
    answered("lab: question", folder, lambda: client.post(path, content=body, headers={"x-lab-visitor": "me"}), seconds=120)


@given(body=json_of({"state": STATE, "replicate": 3}))
@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")
@pushed(30)
def test_a_run(client, body, folder):
    answered("lab: run", folder, lambda: client.post("/api/run", content=body), seconds=120)


@given(body=json_of(SCORE))
@pushed(60)
def test_a_score(client, body, folder):
    answered("lab: score", folder, lambda: client.post("/api/board", content=body))
    assert client.get("/api/board").status_code == 200


@given(body=mutated(FILE))
@example(body=b"scenario: talks_2018\nwedge: talks_2018\n")
@example(body=b"scenario: talks_2018\nwedge: [exposure]\n")
@example(body=b"\xff\xfe\x00")
@pushed(100)
def test_a_file(client, body, folder):
    found = answered("lab: file", folder, lambda: client.post("/api/load", content=body))
    if found.status_code == 200:
        again = client.post("/api/yaml", json={"state": found.json()["state"]})
        assert again.status_code == 200
        assert client.post("/api/load", content=again.content).json()["state"] == found.json()["state"]


@st.composite
def links(draw):
    """A link of the lab, and what became of it on its way."""
    content = "&".join([f"page={draw(st.sampled_from(PAGES))}", *draw(st.lists(st.sampled_from(LINKED), unique=True))])
    if draw(st.booleans()):  # as browsers write it
        content = content.replace(",", "%2C").replace(":", "%3A")
    link = f"check={seal(parse_qsl(content))}&{content}"
    n, m = draw(st.integers(0, len(link))), draw(st.integers(0, len(link)))
    put, tail = (
        draw(st.one_of(TEXTS, st.sampled_from(["=\n", "\n> ", " ", "0"]))),
        draw(st.sampled_from([".", ")", ">", "&", "&fbclid=1"])),
    )
    other = link.replace(draw(st.sampled_from(LINKED)), draw(st.sampled_from(LINKED)))
    escaped = [html.escape(link), quote(link), unquote(link), quote(unquote(link), safe="=&")]
    cut = [link[:n], link[:n], link[n:], link[:n] + link[m:], link[:n] + put + link[n:], link + tail, link + link]
    return link, draw(st.sampled_from([link, *escaped, *cut, other, link.lower(), content, content[:n]]))


@given(both=links())
@pushed(200)
def test_a_link(client, both, folder):
    """Whatever became of it: it is refused, opened as what it was, or offered as one that nobody can vouch for."""
    link, damaged = both
    found = answered("lab: link", folder, lambda: client.post("/api/link", content=damaged.encode("utf-8", "surrogatepass")))
    if damaged == link:
        assert found.status_code == 200 or "month" in found.json()["error"] or "focus" in found.json()["error"], found.text
    if found.status_code == 200 and found.json()["checked"]:
        assert found.json() == client.post("/api/link", content=link).json()


@given(path=st.sampled_from(POSTS), body=st.binary(max_size=300))
@pushed(60)
def test_any_bytes(client, path, body, folder):
    answered("lab: any bytes", folder, lambda: client.post(path, content=body))


QUERY = st.one_of(
    TEXTS, st.sampled_from(["talks_2018", "consensus", "%00", "%ff", "a&b", "%", "+", "#", "?", "talks_2018/..", "%2e%2e%2f"])
)


@given(key=st.sampled_from(["scenario", "thesis", "x", ""]), value=QUERY, name=QUERY)
@pushed(60)
def test_addresses(client, key, value, name, folder):
    answered("lab: address", folder, lambda: client.get("/api/assumptions", params={key: value.encode("utf-8", "replace")}))
    address = "".join(f"%{byte:02x}" for byte in name.encode("utf-8", "replace"))[:6000]
    answered("lab: address", folder, lambda: client.get(f"/api/scenario/{address}"))
    answered("lab: address", folder, lambda: client.get(f"/static/{address}"))
