"""Wedges by name and file, joined, put off, scaled: what is read, what comes of it, and what is refused."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError
from sim.world.instruments import WedgeConf, with_wedge
from sim.world.loading import load_world, options
from sim.world.packages import as_yaml, composed_wedge, first_month, greatest_factor, read_wedge, scaled, timed
from sim.world.tables import differing

SHIPPED = options("wedge")


def wedge(name="mine", **fields):
    return WedgeConf.model_validate({"name": name, "title": name.title(), **fields})


def written(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
    return path


def one(conf, name):
    """The only use of an instrument."""
    (found,) = [use for instrument, use in conf.instruments() if instrument == name]
    return found


@pytest.fixture(scope="module")
def talks():
    return load_world("talks_2018")[0]


# reading ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_a_name_is_the_option(name):
    conf = read_wedge(name)
    assert conf.name == name
    assert bool(conf.instruments()) == (name != "none")


@pytest.mark.parametrize(
    ("text", "size", "start", "end"),
    [
        ("offer", 0.7, None, None),
        ("offer@2019-09", 0.7, "2019-09", None),
        ("offer@2019-09:1", 0.7, "2019-09", "2019-09"),
        ("offer@2019-09:12", 0.7, "2019-09", "2020-08"),
        ("offer*0.5", 0.35, None, None),
        ("offer*0", 0.0, None, None),
        ("offer*.5", 0.35, None, None),
        ("offer*0.5@2019-09:12", 0.35, "2019-09", "2020-08"),
        (" offer ", 0.7, None, None),
    ],
)
def test_grammar(text, size, start, end):
    use = one(read_wedge(text), "offer")
    assert use.size == pytest.approx(size)
    assert (use.start, use.end) == (start, end)
    assert (use.credibility, use.verification) == (0.5, 0.1)
    assert read_wedge(text).name == text.strip().replace("*.5", "*0.5")


def test_each_part_of_a_package_has_its_own_time_and_size():
    conf = read_wedge("dialogue@2018-09:12 + offer_verified*0.5@2019-09")
    assert conf.name == "dialogue@2018-09:12+offer_verified*0.5@2019-09"
    assert (one(conf, "dialogue").start, one(conf, "dialogue").end) == ("2018-09", "2019-08")
    assert (one(conf, "offer").start, one(conf, "offer").size) == ("2019-09", 0.35)


@pytest.mark.parametrize("name", ["mine.yaml", "mine.yml", "two words.yaml", "a+b.yaml", "a*2@2019-09.yaml", "ünï-çødé.yaml"])
def test_a_file_of_any_name_relative_and_absolute(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = written(tmp_path, name, {"dialogue": {"target": "taliban", "size": 0.3}})
    for text in (name, str(path)):
        conf = read_wedge(text)
        assert conf.name == Path(name).stem
        assert one(conf, "dialogue").size == 0.3


def test_a_file_joined_put_off_and_scaled(tmp_path):
    path = written(tmp_path, "sub folder/my_own.yaml", {"dialogue": {"target": "taliban", "size": 0.8}})
    conf = read_wedge(f"{path}*0.5@2019-01+offer")
    assert conf.name == "my_own*0.5@2019-01+offer"
    assert conf.title.startswith("my own, × 0.5, from 2019-01; ")
    assert one(conf, "dialogue").size == pytest.approx(0.4)
    assert one(conf, "dialogue").start == "2019-01"
    assert one(conf, "offer").start is None


def test_what_a_file_says_of_itself_wins_over_its_name(tmp_path):
    path = written(tmp_path, "file.yaml", {"name": "own", "title": "Own", "dialogue": {"target": "taliban"}})
    assert (read_wedge(str(path)).name, read_wedge(str(path)).title) == ("own", "Own")


@pytest.mark.parametrize("name", SHIPPED)
def test_written_to_a_file_and_read_again(name, tmp_path):
    conf = read_wedge(name)
    path = written(tmp_path, "other_name.yaml", as_yaml(conf))
    assert read_wedge(str(path)) == conf


def test_a_package_written_and_read_again(tmp_path):
    conf = read_wedge("dialogue@2018-09:6+dialogue*0.5@2019-09+perkoski_package+offer*0.3")
    assert read_wedge(str(written(tmp_path, "x.yaml", as_yaml(conf)))) == conf


# composition -----------------------------------------------------------------------------------------


def test_composition_unites_what_is_said_and_what_it_rests_on():
    a, b = read_wedge("dialogue"), read_wedge("ahmad_2020_package")
    both = composed_wedge([a, b])
    assert set(both.claims) == set(a.claims) | set(b.claims)
    assert len(both.claims) == len(set(both.claims))
    assert sorted(n for n, _ in both.instruments()) == sorted(n for c in (a, b) for n, _ in c.instruments())
    assert both.title == f"{a.title}; {b.title}"


def test_claims_that_two_parts_share_stand_once():
    both = composed_wedge([wedge("a", claims=["x.1", "x.2"], dialogue={"target": "taliban"}),
                           wedge("b", claims=["x.2", "x.3"], governance={"target": "all"})])  # fmt: skip
    assert both.claims == ["x.1", "x.2", "x.3"]


def test_what_two_parts_say_alike_counts_once(talks):
    both = composed_wedge([read_wedge("dialogue"), wedge("again", dialogue={"target": "taliban", "size": 0.8})])
    assert len(both.instruments()) == 1
    assert differing(with_wedge(talks, both).facts, with_wedge(talks, read_wedge("dialogue")).facts) == []


@pytest.mark.parametrize("text", ["offer+none", "none+offer", "none+offer+none"])
def test_the_null_wedge_adds_nothing(text):
    assert read_wedge(text) == read_wedge("offer")


def test_nothing_and_nothing_is_nothing(talks):
    assert read_wedge("none+none").instruments() == []
    assert with_wedge(talks, read_wedge("none+none")) is talks


PARTS = [
    ["offer", "dialogue", "kinetic_pressure"],
    ["induce_haqqani", "sow_distrust", "bacon_package"],
    ["isolate", "ahmad_2020_package*0.5", "target_leaders@2019-09:12", "withdraw"],
    ["dialogue@2018-09:6", "dialogue*0.5@2019-09", "expose_ties"],
]


def orders(parts, world):
    return [with_wedge(world, read_wedge("+".join(order))).facts for order in itertools.permutations(parts)]


@pytest.mark.parametrize("parts", PARTS, ids="+".join)
def test_the_order_of_parts_does_not_matter_for_the_world(parts, talks):
    first, *others = orders(parts, talks)
    assert differing(talks.facts, first) != []
    for other in others:
        assert differing(first, other) == []


def test_the_order_does_not_matter_where_one_instrument_adds_up_or_makes_rows(talks, tmp_path):
    """Sums of three floats and rows of tables in the order of their making would tell the order of the parts."""
    contents = {
        "a": {"kinetic_pressure": {"target": "al_qaeda", "size": 0.1},
              "selective_inducement": {"target": "haqqani", "about": "al_qaeda", "size": 0.2, "credibility": 0.3},
              "isolation": {"target": "taliban", "about": "ttp", "size": 0.1},
              "distrust": {"target": "haqqani", "about": "aqis", "size": 0.01}},
        "b": {"kinetic_pressure": {"target": "aq_core", "size": 0.2},
              "selective_inducement": {"target": "taliban_military", "about": "al_qaeda", "size": 0.4, "credibility": 0.2},
              "isolation": {"target": "al_qaeda", "about": "ttp", "size": 0.7},
              "distrust": {"target": "taliban", "about": "aqis", "size": 0.03}},
        "c": {"kinetic_pressure": {"target": "aq_core", "size": 0.3, "end": "2018-12"},
              "isolation": {"target": "haqqani", "about": "ttp", "size": 0.3}},
    }  # fmt: skip
    contents["b"]["kinetic_pressure"]["start"] = "2019-01"
    names = [str(written(tmp_path, f"{name}.yaml", content)) for name, content in contents.items()]
    first, *others = orders(names, talks)
    for other in others:
        assert differing(first, other) == []


def test_a_package_is_its_parts_one_after_another(talks):
    both = with_wedge(talks, read_wedge("dialogue+kinetic_pressure")).facts
    assert differing(both, with_wedge(with_wedge(talks, read_wedge("dialogue")), read_wedge("kinetic_pressure")).facts) == []


@pytest.mark.parametrize(
    ("text", "instrument", "on"),
    [
        ("offer+offer_verified", "offer", "taliban about al_qaeda"),
        ("dialogue+dialogue*0.5", "dialogue", "taliban"),
        ("dialogue+dialogue@2019-09", "dialogue", "taliban"),
        ("dialogue@2018-09:12+dialogue*0.5@2019-08", "dialogue", "taliban"),
        ("dialogue@2018-09:12+dialogue@2019-01:3", "dialogue", "taliban"),
    ],
)
def test_a_package_that_contradicts_itself_is_refused(text, instrument, on):
    with pytest.raises(InputError, match="contradicts itself") as said:
        read_wedge(text)
    assert said.value.field == instrument
    assert on in said.value.problem
    assert text in said.value.where


def test_a_file_that_contradicts_itself_is_refused_by_its_name(tmp_path):
    uses = [{"target": "taliban", "size": 0.5}, {"target": "taliban", "size": 0.7, "start": "2019-01"}]
    path = written(tmp_path, "torn.yaml", {"dialogue": uses})
    with pytest.raises(InputError, match=r"torn\.yaml: dialogue: contradicts itself.*sizes 0\.5 and 0\.7"):
        read_wedge(str(path))


@pytest.mark.parametrize("other", [{"target": "al_qaeda"}, {"target": "taliban", "about": "ttp"}])
def test_another_target_or_partner_is_no_contradiction(other):
    base = {"target": "taliban", "about": "al_qaeda", "size": 0.5}
    both = composed_wedge([wedge("a", isolation=base), wedge("b", isolation={**base, "size": 0.6, **other})])
    assert len(both.instruments()) == 2


def test_months_that_do_not_meet_are_fine_and_both_act(talks):
    conf = read_wedge("dialogue@2018-11:2+dialogue*0.5@2019-01")
    o = talks.organisation("taliban")
    assert (talks.facts.dialogue[:, o] == 0.0).all()
    found = with_wedge(talks, conf).facts.dialogue[:, o]
    assert found.tolist() == [0.0] * 2 + [0.8] * 2 + [0.4] * (talks.calendar.months - 4)


def test_uses_that_fall_together_once_put_off_are_refused(tmp_path):
    uses = [{"target": "taliban", "size": 0.5, "end": "2018-12"}, {"target": "taliban", "size": 0.5, "start": "2019-06"}]
    path = written(tmp_path, "twice.yaml", {"dialogue": uses})
    assert len(read_wedge(str(path)).instruments()) == 2
    with pytest.raises(InputError, match=r"twice@2019-01: dialogue: contradicts itself"):
        read_wedge(f"{path}@2019-01")


# size and time ---------------------------------------------------------------------------------------


@given(size=st.floats(0.0, 1.0), share=st.floats(0.0, 1.0))
def test_scaled_is_size_times_factor(size, share):
    conf = wedge(offer={"target": "taliban", "about": "al_qaeda", "size": size, "credibility": 0.3, "verification": 0.2})
    factor = share * min(1e6, greatest_factor(conf))
    use = one(scaled(conf, factor), "offer")
    assert use.size == min(1.0, size * factor)
    assert (use.credibility, use.verification) == (0.3, 0.2)
    assert use.target == "taliban"


def test_scaled_goes_beyond_the_range_that_can_be_defended():
    conf = wedge(dialogue={"target": "taliban", "size": 0.4, "range": [0.3, 0.5]})
    assert one(scaled(conf, 2.0), "dialogue").size == 0.8
    assert one(scaled(conf, 2.0), "dialogue").range is None
    assert scaled(conf, 2.0).name == "mine*2"


@pytest.mark.parametrize(("name", "most"), [("expose_ties*1000", "0 to 6.666"), ("dialogue*1.251", "0 to 1.25")])
def test_what_runs_is_what_the_name_says(name, most):
    with pytest.raises(InputError, match=rf"makes a size larger than 1, .* \(allowed: {most}\)"):
        read_wedge(name)
    assert one(read_wedge("dialogue*1.25"), "dialogue").size == 1.0


@pytest.mark.parametrize("factor", [-0.1, -1e-9, -5.0])
def test_a_negative_factor_is_refused(factor):
    with pytest.raises(InputError, match=r"wedge mine: factor: .* is negative \(allowed: 0 to 2\)"):
        scaled(wedge(dialogue={"target": "taliban"}), factor)


def test_timed_moves_every_instrument_and_leaves_the_rest():
    conf = read_wedge("ahmad_2019_package")
    late = timed(conf, "2019-11", 3)
    assert {(c.start, c.end) for _, c in late.instruments()} == {("2019-11", "2020-01")}
    assert {(c.start, c.end) for _, c in timed(conf, "2019-11").instruments()} == {("2019-11", None)}
    assert late.name == "ahmad_2019_package@2019-11:3"
    assert late.title.endswith(", from 2019-11 for 3 months")
    back = [(n, c.model_copy(update={"start": None, "end": None})) for n, c in late.instruments()]
    assert back == conf.instruments()
    assert late.claims == conf.claims


def test_timed_refuses_no_months_and_no_month():
    for months in (0, -1):
        with pytest.raises(InputError, match="months are no time to act"):
            timed(read_wedge("offer"), "2019-01", months)
    with pytest.raises(InputError, match=r"wedge offer: start: '2019-13' is not a month"):
        timed(read_wedge("offer"), "2019-13")


def test_first_month(talks):
    calendar = talks.calendar
    assert first_month(read_wedge("none"), calendar) == calendar.months
    assert first_month(read_wedge("offer"), calendar) == 0
    assert first_month(read_wedge("offer@2019-09+dialogue@2019-02"), calendar) == 5


# refusals --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("offr", "unknown name 'offr'; did you mean 'offer'"),
        ("dialogue+target_leader", "did you mean 'target_leaders'"),
        ("zzzz", "one of ahmad_2019_package"),
        ("zzzz", "Or a file"),
        ("", "cannot be read"),
        ("offer+", "cannot be read"),
        ("offer@2019-9", "offer@2019-9"),
        ("offer@2019-09*0.5", "unknown name"),
        ("offer*-1", "unknown name"),
        ("offer*1.2.3", "'1.2.3' is not a number"),
        ("offer@2019-13:3", "'2019-13' is not a month"),
        ("offer@2019-09:0", "0 months are no time to act"),
        ("nowhere/gone.yaml", r"nowhere/gone\.yaml: cannot be read"),
        ("nowhere/gone.yaml*2", r"nowhere/gone\.yaml: cannot be read"),
    ],
)
def test_text_that_cannot_be_read(text, said):
    with pytest.raises(InputError, match=said):
        read_wedge(text)


DIALOGUE = {"target": "taliban", "size": 0.5}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("- a\n- b", "is a list .*mapping of fields"),
        ("", "is empty"),
        ("a: [1,", "not valid YAML"),
        ({"dialoge": DIALOGUE}, "dialoge: unknown field; did you mean 'dialogue'"),
        ({"dialogue": {**DIALOGUE, "sise": 1}}, r"dialogue\.sise: unknown field; did you mean 'size'"),
        ({"dialogue": [DIALOGUE, {**DIALOGUE, "sise": 1}]}, r"dialogue\.1\.sise: unknown field; did you mean 'size'"),
        ({"dialogue": {"size": 0.5}}, r"dialogue\.target: is missing"),
        ({"dialogue": {**DIALOGUE, "size": 1.5}}, r"dialogue\.size: 1\.5 is not allowed"),
        ({"dialogue": [{**DIALOGUE, "size": -0.5}]}, r"dialogue\.0\.size: -0\.5 is not allowed"),
        (
            {"dialogue": {**DIALOGUE, "range": [0.6, 0.9]}},
            r"x\.yaml: dialogue\.size: 0\.5 lies outside its own range",
        ),
        ({"dialogue": {**DIALOGUE, "range": [0.1, 0.4]}}, "outside its own range"),
        ({"dialogue": {**DIALOGUE, "start": "2019-13"}}, r"dialogue\.start: '2019-13' is not allowed"),
        ({"dialogue": {**DIALOGUE, "start": "2019-05", "end": "2019-04"}}, r"dialogue\.end: 2019-04 lies before the start"),
        ({"dialogue": 3}, "dialogue: 3 is not allowed"),
    ],
)
def test_a_wrong_file(content, said, tmp_path):
    path = written(tmp_path, "x.yaml", content)
    with pytest.raises(InputError, match=said) as found:
        read_wedge(str(path))
    assert found.value.where == str(path)
    assert "function-after" not in str(found.value)  # pydantic's word for an alternative


def test_a_size_at_the_edge_of_its_range_is_inside():
    for size in (0.3, 0.6):
        assert one(wedge(dialogue={"target": "taliban", "size": size, "range": [0.3, 0.6]}), "dialogue").size == size


def test_files_that_cannot_be_opened(tmp_path):
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "latin.yaml").write_bytes(b"title: caf\xe9\ndialogue: {target: taliban}\n")
    with pytest.raises(InputError, match="cannot be read"):
        read_wedge(str(tmp_path / "folder.yaml"))
    with pytest.raises(InputError, match="UTF-8"):
        read_wedge(str(tmp_path / "latin.yaml"))
