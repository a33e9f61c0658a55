"""An instrument is declared once: a new one is in the schema, in comparisons, searches and doses, and in the lab, priced."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from sim.analysis.wedges.search_settings import read_search
from sim.errors import InputError
from sim.lab.choices import _alone
from sim.paths import CONF, PACKAGE, SEEDS
from sim.world.instruments import GROUPS, INSTRUMENTS, WedgeConf
from sim.world.schema import validated

FUNCTION = '''

@instrument(group="Talks", target="actor", partner=True)
def rumour(world: World, conf: InstrumentConf, months: slice, where: str) -> World:
    """What is said of the partner costs trust."""
    return _dyadic(world, conf, months, where, -0.5 * conf.size, 0.0)
'''
OPTION = """
name: rumour
title: Spread rumours
by: whoever is believed
reading: A tie that is talked about is worth less.
rumour: {target: taliban, about: al_qaeda, size: 0.4, range: [0.1, 0.6]}
"""
ASKED = """
import json
from sim.analysis.wedges.candidates import candidates_of
from sim.analysis.wedges.comparison import Setting, arms_of, compare
from sim.analysis.wedges.doses import candidates
from sim.analysis.wedges.objectives import cost_of
from sim.measures.pairs import watched_pairs
from sim.analysis.wedges.search_settings import read_search
from sim.lab.choices import instruments_data
from sim.lab.describe import overview
from sim.lab.state import checked_state, from_yaml, to_yaml
from sim.world.instruments import WedgeConf
from sim.world.loading import load_world, thesis_values
from sim.world.packages import read_wedge
from sim.world.tables import differing

world, wedge = load_world("talks_2018", months=1)[0], read_wedge("rumour*0.5+dialogue")
(offered,) = [i for i in instruments_data("talks_2018") if i["instrument"] == "rumour"]
state = checked_state({"wedge": [{"instrument": "rumour", "target": "haqqani", "about": "al_qaeda"}]})
arms = arms_of(world, [read_wedge("rumour")])
compared = compare(Setting(world, {"consensus": thesis_values("consensus")}, watched_pairs(world)[:1], 2, 1), arms)
print(json.dumps({
    "schema": "rumour" in WedgeConf.allowed_keys(),
    "uses": [name for name, _ in wedge.instruments()],
    "changed": differing(world.facts, arms[0].world.facts),
    "compared": sorted(set(compared.effects["wedge"])),
    "cost": cost_of(read_wedge("rumour"), read_search("default", {}, {}).cost, world),
    "candidate": "rumour" in [c.instrument for c in candidates_of(world, "all")],
    "dose": "rumour" in [dose.instrument for dose in candidates("talks_2018")],
    "lab": {key: offered[key] for key in ("group", "title", "range", "size", "cost", "target", "about")},
    "overview": "rumour" in overview()["instruments"],
    "file": from_yaml(to_yaml(state, 100)) == state,
}))
"""


@pytest.fixture
def copy(tmp_path):
    """A tree of its own, with one more instrument: a function, an option, a cost."""
    root = tmp_path / "copy"
    shutil.copytree(PACKAGE, root / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(CONF, root / "sim" / "conf")
    shutil.copytree(SEEDS, root / "sim" / "seeds")
    module = root / "sim" / "world" / "instruments.py"
    text = module.read_text(encoding="utf-8")
    module.write_text(text.replace("\n\ndef _several(", FUNCTION + "\n\ndef _several("), encoding="utf-8")
    (root / "sim" / "conf" / "wedge" / "rumour.yaml").write_text(OPTION)
    return root


def priced(root):
    with (root / "sim" / "conf" / "search" / "default.yaml").open("a", encoding="utf-8") as file:
        file.write("  rumour: 0.2\n")


def asked(code, root):
    (root / "asked.py").write_text(code)
    environment = {**os.environ, "PYTHONPATH": str(root), "NUMBA_DISABLE_JIT": "1"}
    command = [sys.executable, str(root / "asked.py")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=root)


def test_a_new_instrument_is_a_function_an_option_and_a_cost(copy):
    priced(copy)
    done = asked(ASKED, copy)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["uses"] == ["dialogue", "rumour"]
    assert found["compared"] == ["rumour"]
    assert any(table.startswith("dyad_event") for table in found["changed"])
    assert found["cost"] == pytest.approx(0.2 * 0.4)
    assert found["lab"] == {"group": "Talks", "title": "Spread rumours", "range": [0.1, 0.6], "size": 0.4, "cost": 0.2,
                            "target": "taliban", "about": "al_qaeda"}  # fmt: skip
    assert all(found[what] for what in ("schema", "candidate", "dose", "overview", "file"))


def test_an_instrument_without_a_price_is_not_free(copy):
    done = asked("from sim.lab.choices import instruments_data\ninstruments_data('talks_2018')\n", copy)
    assert "cost.rumour: is missing" in done.stderr


def test_every_instrument_has_a_group_an_option_and_a_price():
    assert {declared.group for declared in INSTRUMENTS.values()} == set(GROUPS)
    assert set(_alone()) == set(INSTRUMENTS)
    assert set(INSTRUMENTS) < set(read_search("default", {}, {}).cost)
    assert all(declared.work.__doc__ for declared in INSTRUMENTS.values())


@pytest.mark.parametrize(
    ("content", "field", "said"),
    [
        ({"dialog": {"target": "taliban"}}, "dialog", "dialogue"),
        ({"uses": {"dialog": [{"target": "taliban"}]}}, "uses.dialog", "dialogue"),
        ({"dialogue": {"target": "taliban", "siez": 1.0}}, "dialogue.siez", "size"),
        ({"dialogue": {"target": "taliban", "size": 2.0}}, "dialogue.size", "less than or equal to 1"),
        ({"dialogue": [{"target": "taliban"}, {"target": "let", "size": 2.0}]}, "dialogue.1.size", "less than or equal to 1"),
        ({"dialogue": [{"target": "taliban"}, {}]}, "dialogue.1.target", "a value"),
        ({"dialogue": 5}, "dialogue", "5 is not allowed"),
        ({"dialogue": {"target": "taliban"}, "uses": 5}, "uses", "a mapping"),
    ],
)
def test_a_fault_is_named_where_it_was_written(content, field, said):
    with pytest.raises(InputError, match=said) as caught:
        validated(WedgeConf, {"name": "w", "title": "w", **content}, "mine.yaml")
    assert caught.value.field == field
