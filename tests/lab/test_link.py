"""Links: what is whole comes back as it was; whatever was cut or changed on its way is refused in words, and nothing is read."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qsl, quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from visiting import whole

from sim.errors import InputError
from sim.lab.link import FIELDS, PAGES, Link, read_link, seal
from sim.lab.server import STATIC
from sim.lab.state import checked_state

USE = "w=exposure,taliban,al_qaeda,0.15,2019-01,,,"
TEXT = f"page=wedge&seed=12&focus=haqqani-al_qaeda&draws=posterior&{USE}&p=bond.weight:0.75&run=7&month=2020-02"
STATE = {
    "seed": 12, "focus": "haqqani-al_qaeda", "draws": "posterior", "parameters": {"bond.weight": 0.75},
    "wedge": [{"instrument": "exposure", "target": "taliban", "about": "al_qaeda", "size": 0.15, "start": "2019-01"}],
}  # fmt: skip
EXPECTED = Link(state=checked_state(STATE), page="wedge", look={"run": 7, "month": "2020-02"}, checked=True)


def test_a_whole_link_brings_back_what_was_set():
    assert read_link(whole(TEXT)) == EXPECTED
    assert read_link(whole("page=about")).state == checked_state({})


def test_one_that_was_only_written_otherwise_is_still_whole():
    mark, content = whole(TEXT).split("&", 1)
    for other in (content.replace(",", "%2C").replace(":", "%3A"), content.replace("%2C", "%2c"), content.replace("-", "%2D")):
        assert read_link(f"{mark}&{other}") == EXPECTED


def test_wherever_it_is_cut_it_is_refused():
    for cut in range(1, len(whole(TEXT))):
        with pytest.raises(InputError, match=r"cut on its way|cut or changed"):
            read_link(whole(TEXT)[:cut])


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda text: text.replace("&", "&amp;"), "&amp;"),
        (lambda text: text.replace("0.75", "0.7"), "cut"),
        (lambda text: text.replace("0.75", "0.57"), "checksum"),
        (lambda text: text + ">", "checksum"),
        (lambda text: text + "&utm_source=mail", "checksum"),
        (quote, "checksum"),
        (lambda text: text.replace("seed=12", "seed=1\n2"), "checksum"),
        (lambda text: text.replace("seed=12", "seed=1 2"), "checksum"),
        (lambda text: text.replace("_", ""), "cut"),
        (lambda text: text.upper(), "unknown"),
    ],
)
def test_whatever_a_letter_makes_of_it_is_refused(change, named):
    with pytest.raises(InputError, match=named):
        read_link(change(whole(TEXT)))


@given(
    st.lists(
        st.tuples(st.sampled_from(["drop", "put", "swap"]), st.integers(0, len(TEXT)), st.characters(codec="utf-8")),
        min_size=1, max_size=4,
    )
)  # fmt: skip
@settings(max_examples=300, deadline=None, derandomize=True)
def test_damage_is_refused_or_does_none(steps):
    """A checksum of 32 bits lets one damaged link in four thousand million through."""
    text = whole(TEXT)
    for what, at, letter in steps:
        k = min(at, len(text))
        if what == "drop":
            text = text[:k] + text[k + 1 :]
        elif what == "put":
            text = text[:k] + letter + text[k:]
        else:
            text = text[:k] + text[k + 1 : k + 2] + text[k : k + 1] + text[k + 2 :]
    try:
        found = read_link(text)
    except InputError:
        return
    assert found == EXPECTED or not found.checked


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("seed=", "seed"),
        ("seed=1.0", "seed"),
        ("seed=-4", "seed"),
        ("seed=0x10", "seed"),
        ("seed=٢", "seed"),
        ("seed=1&seed=2", "twice"),
        ("p=bond.weight:", "bond.weight"),
        ("p=bond.weight:x", "bond.weight"),
        ("p=bond.weight:1e999", "bond.weight"),
        ("p=bond.weight:0_1", "bond.weight"),
        ("p=bond.weight:0x1", "bond.weight"),
        ("p=bond.weight:Infinity", "bond.weight"),
        ("p=bond.weight:0.5&p=bond.weight:0.6", "twice"),
        ("p=bond.weight", "number"),
        ("p=:1", "unknown"),
        ("w=exposure,taliban", "2 fields"),
        ("w=exposure,taliban,al_qaeda,nan,,,,", "nan"),
        ("w=exposure,taliban,al_qaeda,true,,,,", "true"),
        ("w=exposure,taliban,al_qaeda,0.5,,,,,", "9 fields"),
        ("w=,taliban,al_qaeda,0.5,,,,", "instrument"),
        ("w=exposure,nobody,al_qaeda,0.5,,,,", "nobody"),
        ("scenario=nowhere", "nowhere"),
        ("thesis=nobody", "nobody"),
        ("draws=prior", "draws"),
        ("draws=", "draws"),
        ("page=nowhere", "nowhere"),
        ("colour=red", "colour"),
        ("amp;page=wedge", "amp;page|&amp;"),
        ("run=-1", "run"),
        ("month=1999-01", "month"),
        ("month=2019-1", "month"),
        ("mix=consensus:101", "mix"),
        ("mix=nobody:1", "nobody"),
        ("mix=consensus:", "consensus"),
        ("mix=consensus:1,consensus:2", "twice"),
    ],
)
def test_every_part_is_read_strictly(text, named, checked):
    with pytest.raises(InputError, match=named):
        read_link(whole(text) if checked else text)


def test_without_a_checksum_it_is_read_but_not_trusted():
    found = read_link(TEXT)
    assert not found.checked
    assert found.state == EXPECTED.state


def test_the_checksum_is_of_the_meaning():
    assert seal([("a", "b")]) == seal(parse_qsl("a=b")) == "3.7f0030cf"


def test_the_link_of_the_documentation_is_whole():
    text = (Path(__file__).parents[2] / "docs" / "lab.md").read_text(encoding="utf-8")
    found = read_link(re.search(r"#(check=\S+)", text)[1])
    assert (found.checked, found.page, found.state.seed) == (True, "wedge", 12)


def test_page_and_server_know_the_same_pages_and_fields():
    main, state = (STATIC.joinpath(name).read_text(encoding="utf-8") for name in ("main.js", "state.js"))
    assert f"const PAGES = {json.dumps(PAGES)};" in main
    assert f"const FIELDS = {json.dumps(FIELDS)};" in state
