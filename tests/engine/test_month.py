"""The order of a month: one in both engines, and on the ODD page. Found by running it, not by reading its text."""

import itertools
import re
from unittest.mock import MagicMock

import pytest

from sim.engine import month, verbs
from sim.engine.model import AllianceModel
from sim.views.odd import DOCS

ALONE = {"all_weigh": "faction_weighs"}
"""What the ensemble does for all factions at once -> what each does for itself."""


def plain(function):
    """A rule, phase or verb as Python has it."""
    return getattr(function, "py_func", function)


def recorded(monkeypatch, module, called):
    """Let whatever a module takes from the rules, or does to a handle, write down its name instead."""
    for name, value in vars(module).items():
        if getattr(plain(value), "__module__", "").startswith(("sim.rules.", "sim.engine.")) and not isinstance(value, type):
            monkeypatch.setattr(module, name, lambda *_, name=name: called.append(name))


@pytest.fixture
def of_the_ensemble(monkeypatch):
    """Verbs of a month in their order."""
    called = []
    run = plain(month.month)
    with monkeypatch.context() as patch:
        recorded(patch, month, called)
        run(None, 0, 1, 1, 1, 0)
    return called


def test_the_mesa_model_calls_the_same_verbs_in_the_same_order(of_the_ensemble, world, monkeypatch):
    model, called = AllianceModel(world=world), []
    for name in set(of_the_ensemble) | set(ALONE.values()):
        work = getattr(verbs, name)
        monkeypatch.setattr(verbs, name, lambda *given, name=name, work=work: (called.append(name), work(*given)))
    model.step()
    assert [name for name, _ in itertools.groupby(called)] == [ALONE.get(name, name) for name in of_the_ensemble]
    assert called.count("faction_leads") == int(model.state.faction.present.sum())
    assert called.count("state_reacts") == len(world.states)


def test_the_odd_page_tells_that_order(of_the_ensemble, monkeypatch):
    block = (DOCS / "odd.md").read_text(encoding="utf-8").split("```\n")[1]
    assert re.findall(r"^    (\w+)", block, re.MULTILINE) == of_the_ensemble
    rules, works = [], [plain(getattr(verbs, name)) for name in of_the_ensemble]
    recorded(monkeypatch, verbs, rules)
    monkeypatch.setattr(verbs, "run_of", lambda _: MagicMock())
    for work in works:
        work(*[0] * work.__code__.co_argcount)
    assert rules
    where = [re.search(rf"\b{name}\b", block).start() for name in rules if not name.startswith(("note_", "keep_"))]
    assert where == sorted(where)
