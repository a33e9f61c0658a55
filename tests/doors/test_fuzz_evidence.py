"""The evidence as YAML: articles, the ledger, targets. Read, checked against each other, and shown."""

import dataclasses
import io
from functools import cache

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pushing import damaged, mutated, push, pushed
from rich.console import Console

from sim.analysis.targets import TARGETS, read_targets
from sim.evidence.check import check
from sim.evidence.claims import ARTICLES, read_article, read_articles
from sim.evidence.ledger import LEDGER, Ledger, read_ledger
from sim.views import evidence
from sim.views.evidence import settings

KEYS = sorted(path.stem for path in ARTICLES.glob("*.yaml"))


@cache
def content(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@cache
def conf():
    """What conf/ says, of one scenario instead of all: thousands of values of the same kinds say nothing new."""
    whole = settings()
    one = {path: value for path, value in whole.initial.items() if path.startswith(("actors.haqqani.", "scenario.talks_2018."))}
    return dataclasses.replace(whole, initial=one)


@st.composite
def some_article(draw):
    """A real article with a few of its claims: what stands in them is what people write."""
    whole = content(ARTICLES / f"{draw(st.sampled_from(KEYS))}.yaml")
    n = draw(st.integers(0, len(whole["claims"]) - 1))
    return draw(mutated({"article": whole["article"], "claims": whole["claims"][n : n + 3]}))


@st.composite
def some_ledger(draw):
    whole = content(LEDGER)
    names = draw(st.lists(st.sampled_from(sorted(whole)), min_size=1, max_size=4, unique=True))
    return draw(mutated({name: whole[name] for name in names}))


@st.composite
def some_targets(draw):
    whole = content(TARGETS)
    n = draw(st.integers(0, len(whole) - 1))
    return draw(mutated(whole[n : n + 3]))


def shown(monkeypatch, articles, ledger, path=None):
    """Everything that `alliances evidence` prints about this evidence."""
    monkeypatch.setattr(evidence, "read_articles", lambda: articles)
    monkeypatch.setattr(evidence, "read_ledger", lambda: ledger)
    monkeypatch.setattr(evidence, "settings", conf)
    console = Console(file=io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), width=120)
    evidence.evidence_check(console, apart=True)
    if path is not None:
        evidence.evidence_show(console, path)
    else:
        evidence.evidence_claims(console, None, None, None, None)


@given(bytes_=some_article())
@pushed(120)
def test_an_article(bytes_, folder, monkeypatch):
    (folder / "evidence").mkdir(exist_ok=True)
    (folder / "evidence" / "x_2000.yaml").write_bytes(bytes_)

    def door():
        articles = read_articles(folder / "evidence")
        assert read_article(folder / "evidence" / "x_2000.yaml") == articles[0]
        shown(monkeypatch, articles, some_entries())

    error = push("evidence: article", door, folder)
    assert error is None or "x_2000.yaml" in error.where or "evidence" in error.where


@cache
def some_entries():
    """A part of the ledger: each entry that cites a claim which is not there has its nearest names looked for."""
    whole = read_ledger()
    return Ledger(dict(list(whole.entries.items())[:12]), whole.where)


@cache
def articles_once():
    return read_articles()


@given(bytes_=some_ledger())
@pushed(120)
def test_the_ledger(bytes_, folder, monkeypatch):
    path = folder / "parameters.yaml"
    path.write_bytes(bytes_)

    def door():
        ledger = read_ledger(path)
        assert check(articles_once(), ledger, conf())
        name = next((p for p in conf().parameters if ledger.covering(p)), "bond.weight")
        shown(monkeypatch, articles_once(), ledger, name)
        ledger.check(name, ledger.entry(name).range.low, "test")
        ledger.entry(name).range.frozen().ppf([0.0, 0.5, 1.0])

    error = push("evidence: ledger", door, folder)
    assert error is None or "parameters.yaml" in error.where


@given(bytes_=some_targets())
@pushed(120)
def test_targets(bytes_, folder):
    path = folder / "targets.yaml"
    path.write_bytes(bytes_)

    def door():
        for target in read_targets(path):
            target.met(0.5)
            target.discrepancy([0.0, 1.0, float("nan")])

    error = push("evidence: targets", door, folder)
    assert error is None or "targets.yaml" in error.where


@given(bytes_=st.one_of(st.binary(max_size=200), damaged(b"a: [1, 2]\nb: {c: d}\n")))
@pushed(60)
@pytest.mark.parametrize("read", [read_article, read_ledger, read_targets])
def test_any_bytes(read, bytes_, folder):
    path = folder / "any.yaml"
    path.write_bytes(bytes_)
    push("evidence: any bytes", lambda: read(path), folder)
