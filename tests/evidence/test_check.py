"""Kinds of fault that once went unseen: each is put in, and the check names it."""

import io
from dataclasses import replace

import pytest
import yaml
from rich.console import Console

from sim.errors import InputError
from sim.evidence.bearing import CARRIES, ELSEWHERE, OPPOSITE, SILENT, WISH, bearing
from sim.evidence.check import check
from sim.evidence.claims import ARTICLES, Claim, read_article, read_articles
from sim.evidence.ledger import read_ledger
from sim.evidence.patterns import Pattern, read_patterns
from sim.evidence.refs import canonical, resolve
from sim.evidence.settings import Dated
from sim.evidence.trace import by_id
from sim.views import evidence
from sim.views.configured import settings

BASE = {"id": "x_2000.01", "paragraph": 1, "paraphrase": "Something said.", "type": "mechanism", "confidence": "asserted"}
SIGNS = {"bond": "strengthens", "pressure": "weakens"}
TALKS, TAKEOVER = "scenario.talks_2018", "scenario.takeover_2021"


@pytest.fixture(scope="module")
def conf():
    return settings()


@pytest.fixture(scope="module")
def articles():
    return read_articles()


def told(articles, ledger, conf):
    return [str(problem) for problem in check(articles, ledger, conf)]


def with_informs(tmp_path, articles, **informed):
    """The evidence with the first claim of an article informing something else."""
    data = yaml.safe_load((ARTICLES / "elias_2021.yaml").read_text(encoding="utf-8"))
    data["claims"][0].update(informs=[informed], coding=None)
    path = tmp_path / "elias_2021.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return [read_article(path), *(a for a in articles if a.article.key != "elias_2021")]


@pytest.mark.parametrize(
    ("kind", "ref", "words"),
    [
        ("initial", "actors.isis_k.foreigners", "nothing in conf/ stands there"),
        ("initial", f"{TALKS}.ties.aq_core-nobody.trust", "nothing in conf/ stands there"),
        ("initial", f"{TALKS}.patrons", "nothing in conf/ stands there"),
        ("initial", "actors.is_core.reputation", "the ledger does not cite it (allowed: add it to actors.*.reputation)"),
        ("initial", "actors.is_core.organisation", "nothing cites it"),
        ("target", "pattern.never_heard_of", "which does not exist"),
        ("target", "T99", "which does not exist"),
        ("event", "1997-03 taliban", "has no row"),
        ("event", "2011-05 let", "has no row"),
    ],
)
def test_what_a_claim_informs_exists_and_cites_it(tmp_path, articles, conf, kind, ref, words):
    silent = read_ledger()
    for entry in silent.entries.values():
        entry.claims[:] = [id_ for id_ in entry.claims if id_ != "elias_2021.01"]
    found = told(with_informs(tmp_path, articles, kind=kind, ref=ref), silent, conf)
    assert any(line.startswith("elias_2021.01") and words in line for line in found)


@pytest.mark.parametrize("ref", ["T13", "A3", "pattern.no_aq_taliban_clash"])
def test_targets_that_exist_are_not_named(tmp_path, articles, conf, ref):
    found = told(with_informs(tmp_path, articles, kind="target", ref=ref), read_ledger(), conf)
    assert not any("which does not exist" in line for line in found)


def test_names_lead_to_what_stands_in_conf(conf):
    tree = conf.tree
    assert resolve(f"{TALKS}.ties.aq_core-haqqani.level", tree) == 4
    assert resolve(f"{TALKS}.ties.haqqani-aq_core.trust", tree) == 0.8
    assert resolve(f"{TALKS}.stances.taliban-al_qaeda.stance", tree) == "ambiguous"
    assert resolve(f"{TALKS}.stances.al_qaeda-taliban.stance", tree) == "embrace"
    assert resolve(f"{TALKS}.pledges.al_qaeda-taliban.answer", tree) == "unanswered"
    history = "scenario.taliban_rule_1996.policy.taliban-al_qaeda.isolation"
    assert [resolve(f"{history}.{month}", tree) for month in ("1996-08", "1996-09", "2000-11", "2000-12")] == [
        None,
        0.15,
        0.6,
        0.7,
    ]
    profile = tree["actors"]["is_core"]["scope"]
    assert resolve(f"{TALKS}.factions.is_core.scope", tree) == profile  # the scenario says nothing
    assert resolve(f"{TALKS}.factions.jnim.scope", tree) is None  # a faction that the scenario does not have
    assert resolve(f"{TALKS}.factions.aq_core.hats", tree) is None
    assert canonical(f"{TALKS}.fighters.aqis") == f"{TALKS}.factions.aqis.fighters"
    assert resolve(f"{TALKS}.fighters.aqis", tree) == 100


def claim(**fields):
    return Claim.model_validate({**BASE, **fields})


@pytest.mark.parametrize(
    ("fields", "path", "why"),
    [
        ({"direction": "strengthens"}, "bond.weight", CARRIES),
        ({"direction": "mixed"}, "bond.weight", CARRIES),
        ({"direction": "none"}, "bond.weight", SILENT),
        ({"direction": "weakens"}, "bond.weight", OPPOSITE),
        ({"direction": "none"}, "bond.maturity", CARRIES),
        ({"direction": "strengthens", "type": "policy"}, "bond.weight", WISH),
        ({"direction": "weakens"}, "pressure.weight", ELSEWHERE),
    ],
)
def test_a_claim_carries_a_number_or_only_its_topic(fields, path, why):
    assert bearing(path, claim(informs=[{"kind": "mechanism", "ref": "bond"}], **fields), SIGNS) == why


def test_the_signs_are_those_of_the_rules(conf):
    assert conf.signs["bond"] == conf.signs["brand"] == conf.signs["restraint"] == "strengthens"
    assert conf.signs["pressure"] == conf.signs["turf"] == "weakens"


def test_citations_without_a_sign_are_named_and_shown(articles, conf):
    """A wish on ungoverned ground once counted as evidence for two rates."""
    book = read_ledger()
    wish = "perkoski_2020.38"
    for path in ("choice.rate", "recruitment.rate"):
        assert wish in book.entries[path].topic
        book.entries[path].topic.remove(wish)
        book.entries[path].claims.append(wish)
    book.entries["bond.weight"].topic.append(book.entries["bond.weight"].claims.pop())
    found = told(articles, book, conf)
    assert sum("rests on perkoski_2020.38, which does not carry it: a wish" in line for line in found) == 2
    assert sum("by topic alone, but it carries the sign" in line for line in found) == 1
    console = Console(file=io.StringIO(), width=300)
    evidence.evidence_show(console, "choice.rate")
    evidence.evidence_show(console, wish)
    shown = console.file.getvalue()
    assert "By topic alone: a wish" in shown
    assert "named by topic alone, without a sign, by choice.rate, recruitment.rate" in shown


def test_a_claim_gone_astray_is_named(articles, conf):
    book = read_ledger()
    book.entries["actors.*.brand"].claims.append("bacon_2018.31")
    assert any("actors.*.brand: cites bacon_2018.31, which informs nothing" in line for line in told(articles, book, conf))


def test_history_of_a_scenario_has_rows(articles, conf):
    stray = replace(conf, history=[*conf.history, Dated("conf/scenario/x.yaml", "2003-03", frozenset({"let"}))])
    assert any("conf/scenario/x.yaml: dates an event of let to 2003-03" in line for line in told(articles, read_ledger(), stray))


def test_a_pattern_that_nothing_shows_says_so(tmp_path, articles, conf):
    odd = replace(conf, patterns={**conf.patterns, "odd": Pattern(meaning="Something odd is seen", seen_by=["T13a", "never"])})
    found = [line for line in told(articles, read_ledger(), odd) if "pattern.odd" in line]
    assert len(found) == 1
    assert "is seen by 'never', which does not exist" in found[0]
    path = tmp_path / "patterns.yaml"
    path.write_text("odd: {meaning: 'Something odd is seen'}")
    with pytest.raises(InputError, match=r"(?s)odd.*seen_by"):
        read_patterns(path)
    path.write_text("[]")
    with pytest.raises(InputError, match="not a mapping"):
        read_patterns(path)


def changed_tree(conf, scenario, part, **fields):
    """The configuration with a field of a tie, stance or list item of a scenario changed (the first item)."""
    tree = {**conf.tree, "scenario": {name: dict(s) for name, s in conf.tree["scenario"].items()}}
    tree["scenario"][scenario][part] = [{**item, **fields} for item in tree["scenario"][scenario][part]]
    return replace(conf, tree=tree)


def test_apart_sees_levels_kinds_early_numbers_and_missing_patrons(articles, conf):
    book = read_ledger()
    moved = changed_tree(conf, "takeover_2021", "ties", level=3)
    assert f"ahmad_2020.14: codes 1 to 2 for {TAKEOVER}.ties.is_core-isis_k.level, conf/ has 3" in told(articles, book, moved)
    renounced = changed_tree(conf, "talks_2018", "stances", stance="renounce")
    assert f"bacon_2018.53: codes ambiguous for {TALKS}.stances.taliban-al_qaeda.stance, conf/ has renounce" in told(
        articles, book, renounced
    )
    early = {**conf.tree["scenario"]["haqqani_ascent_2015"], "factions": {"isis_k": {"fighters": 2200}}}
    tree = {**conf.tree, "scenario": {**conf.tree["scenario"], "haqqani_ascent_2015": early}}
    assert any(line.startswith("ahmad_2020.10: counts 2200") and "56 months earlier" in line
               for line in told(articles, book, replace(conf, tree=tree)))  # fmt: skip
    actors = dict(conf.tree["actors"])
    actors["taliban_political"] = {**actors["taliban_political"], "patrons": {"pakistan": 0.7}}
    found = told(articles, book, replace(conf, tree={**conf.tree, "actors": actors}))
    assert {"iran", "russia", "gulf_donors"} <= {line.split()[2] for line in found if "no such patron" in line}


def test_what_is_inferred_is_shown_so():
    console = Console(file=io.StringIO(), width=300)
    for id_ in ("bacon_2018.01", "ahmad_2020.01"):
        evidence.evidence_show(console, id_)
    shown = console.file.getvalue()
    assert "Tricia Bacon, War on the Rocks, excerpt from a Texas National Security Review roundtable [inferred] (2018)" in shown
    assert "Javid Ahmad, The Hill (2020)" in shown


@pytest.mark.parametrize(
    ("coding", "words"),
    [
        ({"word": "substantial", "value": 0.5}, "leave them out"),
        ({"word": "huge"}, "negligible"),
        ({"value": 0.9, "range": [0.1, 0.5]}, "outside its range"),
        ({"value": 0.9, "of": ["bond.weight"]}, "which the claim does not inform"),
    ],
)
def test_codings_that_contradict_themselves_are_refused(coding, words):
    with pytest.raises(ValueError, match=words):
        claim(informs=[{"kind": "mechanism", "ref": "bond"}], coding=coding)


def test_a_word_of_degree_gives_value_and_range():
    coding = claim(informs=[{"kind": "mechanism", "ref": "bond"}], coding={"word": "very strong"}).coding
    assert (coding.value, coding.range) == (0.85, (0.6, 1.0))


BLIND = ("ahmad_2020", "bacon_2018", "elias_2021")
"""Articles coded anew by the rules of the codebook."""


@pytest.mark.parametrize("key", BLIND)
def test_degrees_are_coded_by_words(articles, key):
    for article in articles:
        for one in article.claims if article.article.key == key else ():
            coding = one.coding
            if coding is not None and coding.unit.startswith("0..1") and coding.word is None:
                assert any(word in coding.note for word in ("between", "order", "pole", "middle")), one.id


@pytest.mark.parametrize("key", BLIND)
def test_what_is_quantitative_has_a_number(articles, key):
    claims = [c for a in articles if a.article.key == key for c in a.claims if c.type == "quantitative"]
    assert all(c.coding is not None and isinstance(c.coding.value, float) for c in claims)


@pytest.mark.parametrize(
    ("id_", "field", "value"),
    [
        ("elias_2021.04", "direction", "strengthens"),  # forecasts that the tie goes on, both
        ("elias_2021.73", "direction", "strengthens"),
        ("elias_2021.20", "direction", "strengthens"),  # show that the tie stands, both
        ("elias_2021.64", "direction", "strengthens"),
        ("ahmad_2020.08", "direction", "strengthens"),  # what each brings to the triangle, both
        ("ahmad_2020.51", "direction", "strengthens"),
        ("ahmad_2020.08", "dyads", ["haqqani-isis_k", "haqqani-let", "isis_k-let"]),
        ("bacon_2018.05", "direction", "strengthens"),  # agrees with elias_2021.03
        ("elias_2021.03", "direction", "strengthens"),
        ("bacon_2018.59", "direction", "none"),  # foresees talks, not the tie
        ("elias_2021.34", "dyads", ["pakistan-taliban_political"]),
        ("ahmad_2020.60", "dyads", ["al_qaeda-aqis"]),
        ("elias_2021.13", "agrees", []),
        ("bacon_2018.14", "type", "relational"),
    ],
)
def test_codings_that_a_second_reading_corrected(articles, id_, field, value):
    assert getattr(by_id(articles)[id_][1], field) == value


def test_paraphrases_add_nothing(articles):
    known = by_id(articles)
    assert "both" in known["elias_2021.71"][1].paraphrase
    assert "force" not in known["elias_2021.76"][1].paraphrase
    assert not [i for i in known["elias_2021.75"][1].informs if i.kind == "event"]  # the date is the memo's, at .07
    assert "1999" not in known["elias_2021.75"][1].paraphrase
