"""The evidence holds together, and each way of breaking it is named."""

import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from sim.errors import InputError
from sim.evidence.check import check
from sim.evidence.claims import ARTICLES, read_article, read_articles, shared_runs, words_of
from sim.evidence.ledger import LEDGER, read_ledger
from sim.evidence.patterns import PATTERNS
from sim.evidence.trace import trace
from sim.paths import CONF, SEEDS
from sim.rules.weigh import TERM_NAMES
from sim.views.configured import settings
from sim.world.parameters import default_values

TEXTS = Path(os.environ.get("ALLIANCES_ARTICLES", SEEDS.parent.parent / "shared" / "seeds"))


@pytest.fixture(scope="module")
def conf():
    return settings()


@pytest.fixture(scope="module")
def articles():
    return read_articles()


def test_the_evidence_holds_together(articles, conf):
    assert [str(p) for p in check(articles, read_ledger(), conf) if p.fatal] == []


def test_values_apart_from_a_coding_are_told_and_not_refused(articles, conf):
    before = [str(p) for p in check(articles, read_ledger(), conf)]
    moved = replace(conf, parameters={**conf.parameters, "leadership.concealment_months": 12.0})
    found = [p for p in check(articles, read_ledger(), moved) if str(p) not in before]
    assert [str(p) for p in found] == ["bacon_2018.44: codes 13 to 35 for leadership.concealment_months, conf/ has 12"]
    assert not found[0].fatal


def test_every_article_is_there_and_coded_in_full(articles):
    assert [a.article.key for a in articles] == ["ahmad_2019", "ahmad_2020", "bacon_2018", "elias_2021", "perkoski_2020"]
    assert 150 <= sum(len(a.claims) for a in articles) <= 450
    assert all(len(a.claims) >= 30 for a in articles)
    assert all(a.article.text for a in articles)


def test_every_parameter_has_its_own_entry():
    assert set(default_values()) <= set(read_ledger().entries)


def test_every_term_of_a_tie_has_an_entry():
    assert {f"{name}.weight" for name in TERM_NAMES} <= set(read_ledger().entries)


def test_a_number_leads_to_a_paragraph(articles, conf):
    found = trace("bond.weight", articles, read_ledger(), conf.parameters)[0]
    assert found.claims
    assert all(claim.paragraph >= 1 and article.article.author.value for article, claim in found.claims)
    assert {found.path for found in trace("bond", articles, read_ledger(), conf.parameters)} == {"bond.weight", "bond.maturity"}
    with pytest.raises(InputError, match=r"bond\.weight"):
        trace("bond.wait", articles, read_ledger(), conf.parameters)


def test_ranges_are_distributions():
    for path, value in default_values().items():
        span = read_ledger().entry(path).range
        frozen = span.frozen()
        assert frozen.cdf(span.low) == pytest.approx(0.0)
        assert frozen.cdf(span.high) == pytest.approx(1.0)
        assert 0.0 <= frozen.cdf(value) <= 1.0
    with pytest.raises(InputError, match="outside its range"):
        read_ledger().check("bond.weight", 99.0, "test")


def the_texts():
    """Texts of the articles; skips where nobody said where they are, and fails where they are not where somebody said."""
    texts = sorted(TEXTS.glob("*.txt"))
    if not texts and "ALLIANCES_ARTICLES" not in os.environ:
        pytest.skip("the articles are not at hand (set ALLIANCES_ARTICLES to their folder)")
    assert texts, f"ALLIANCES_ARTICLES names {TEXTS}, which holds no text"
    return texts


@pytest.mark.parametrize("path", sorted(ARTICLES.glob("*.yaml")), ids=lambda p: p.stem)
def test_no_run_of_eight_words_is_shared_with_an_article(path):
    name = read_article(path).article.text
    if name == "none":
        pytest.skip("the text of this article is not kept")
    assert name in [text.name for text in the_texts()]
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["article"].pop("title")
    ours = yaml.safe_dump(content, allow_unicode=True, width=10**6)
    assert shared_runs(ours, (TEXTS / name).read_text(encoding="utf-8")) == set()


def quoted(note):
    """What a note quotes, cut at its omissions, as runs of words."""
    quotes = re.findall(r"(?<!\w)[\"']([^\"']+)[\"'](?!\w)", note)
    return [" ".join(words_of(piece)) for quote in quotes for piece in quote.split("...") if words_of(piece)]


@pytest.mark.parametrize("path", sorted(ARTICLES.glob("*.yaml")), ids=lambda p: p.stem)
def test_a_size_quotes_the_words_from_which_it_was_read(path):
    article = read_article(path)
    text = TEXTS / article.article.text
    if not text.is_file():
        pytest.skip("the articles are not at hand (set ALLIANCES_ARTICLES to their folder)")
    lines = [line for line in text.read_text(encoding="utf-8").splitlines() if line.strip()]
    for claim in article.claims:
        if claim.coding is not None and claim.coding.range is not None:
            near = " ".join(words_of(" ".join(lines[max(0, claim.paragraph - 2) : claim.paragraph + 1])))
            assert any(piece in near for piece in quoted(claim.coding.note)), claim.id


def test_no_weight_and_no_rate_is_read_off_a_text(articles):
    beyond = re.compile(r"utility|hazard|probability|per month|factor")
    coded = [(claim.id, claim.coding) for article in articles for claim in article.claims if claim.coding is not None]
    assert [id_ for id_, coding in coded if beyond.search(coding.unit)] == []


def test_no_run_of_eight_words_of_an_article_stands_anywhere_else():
    root = SEEDS.parent
    ours = [LEDGER, PATTERNS, *SEEDS.glob("*.*"), *(SEEDS / "data").iterdir(), *CONF.rglob("*.yaml"), *root.glob("*.md")]
    for folder in ("docs", "sim", "experiments", "tests"):
        ours += [path for path in (root / folder).rglob("*") if path.suffix in {".md", ".py", ".js", ".html", ".yaml", ".csv"}]
    assert len(ours) > 300
    for text in the_texts():
        theirs = text.read_text(encoding="utf-8")
        for path in ours:
            assert shared_runs(path.read_text(encoding="utf-8"), theirs) == set(), path


def test_the_decisive_run_knows_where_the_articles_are(tmp_path):
    (tmp_path / "work" / ".ci").mkdir(parents=True)
    (tmp_path / "shared" / "seeds").mkdir(parents=True)
    run = shutil.copy(SEEDS.parent / ".ci" / "run", tmp_path / "work" / ".ci" / "run")
    (tmp_path / "work" / "Makefile").write_text("test:\n\t@echo $$ALLIANCES_ARTICLES\n")
    ours = {"ALLIANCES_ARTICLES", "MAKEFLAGS", "MAKELEVEL"}  # a make inside `make test` would announce its directories
    env = {key: value for key, value in os.environ.items() if key not in ours}
    said = subprocess.run([run], env=env, capture_output=True, text=True, check=True).stdout
    assert said.strip() == str(tmp_path / "shared" / "seeds")
    (tmp_path / "shared" / "seeds").rmdir()
    assert subprocess.run([run], env=env, capture_output=True, text=True, check=True).stdout.strip() == ""


def test_shared_runs_finds_what_is_shared():
    assert shared_runs("One two three, four five six seven EIGHT nine", "zero one two three four five six seven eight!") == {
        "one two three four five six seven eight"
    }


def changed(tmp_path, change):
    data = yaml.safe_load((ARTICLES / "ahmad_2019.yaml").read_text(encoding="utf-8"))
    change(data)
    path = tmp_path / "ahmad_2019.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d["claims"][3].update(typ="mechanism"), ["ahmad_2019.04", "typ", "type"]),
        (lambda d: d["claims"][3].update(type="guess"), ["ahmad_2019.04", "guess", "mechanism"]),
        (lambda d: d["claims"][3].pop("paraphrase"), ["ahmad_2019.04", "paraphrase", "missing"]),
        (lambda d: d["claims"][3].update(paragraph=0), ["ahmad_2019.04", "paragraph", "greater than"]),
        (lambda d: d["claims"][3].update(informs=[], not_modelled=""), ["ahmad_2019.04", "not_modelled"]),
        (lambda d: d.pop("article"), ["article", "missing"]),
    ],
)
def test_a_malformed_claim_is_named(tmp_path, change, words):
    with pytest.raises(InputError) as caught:
        read_article(changed(tmp_path, change))
    for word in ["ahmad_2019.yaml", *words]:
        assert word in str(caught.value)


def test_missing_and_unreadable_files(tmp_path):
    with pytest.raises(InputError, match="holds no article"):
        read_articles(tmp_path)
    (tmp_path / "x_2000.yaml").write_text("claims: [")
    with pytest.raises(InputError, match="not valid YAML"):
        read_articles(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        read_ledger(tmp_path / "none.yaml")
    (tmp_path / "endless.yaml").write_text("x: {meaning: 'endless', unit: share, range: {low: -.inf, high: 1}, assumption: 'a'}")
    with pytest.raises(InputError, match="does not read in one way"):
        read_ledger(tmp_path / "endless.yaml")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d["claims"][0].update(agrees=["ahmad_2019.999"]), "ahmad_2019.999, which does not exist"),
        (lambda d: d["claims"][0].update(agrees=["ahmad_2019.07"]), "does not say so"),
        (lambda d: d["claims"][0].update(id="ahmad_2019.99"), "ids do not rise"),
        (
            lambda d: d["claims"][0].update(informs=[{"kind": "parameter", "ref": "bond.wait"}], not_modelled=""),
            "'bond.wait', which does not exist",
        ),
        (
            lambda d: d["claims"][0].update(informs=[{"kind": "target", "ref": "T99"}], not_modelled=""),
            "T99', which does not exist",
        ),
    ],
)
def test_what_does_not_hold_together_is_named(tmp_path, articles, conf, change, words):
    broken = read_article(changed(tmp_path, change))
    others = [a for a in articles if a.article.key != "ahmad_2019"]
    assert any(words in str(p) for p in check([broken, *others], read_ledger(), conf))


def test_ledger_and_configuration_are_held_together_both_ways(articles, conf):
    without = read_ledger()
    del without.entries["bond.weight"]
    assert any("bond.weight" in str(p) and "no entry" in str(p) for p in check(articles, without, conf))
    extra = read_ledger()
    extra.entries["bonds.weight"] = extra.entries["bond.weight"]
    assert any("bonds.weight" in str(p) and "covers nothing" in str(p) for p in check(articles, extra, conf))
    outside = replace(conf, parameters={**conf.parameters, "bond.weight": 99.0})
    assert any("99 lies outside" in str(p) for p in check(articles, read_ledger(), outside))
