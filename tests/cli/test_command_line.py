"""The grammar of the command: what a declaration says is what the parser takes, the help shows and the error names."""

import subprocess
import sys
from importlib import import_module

import pytest

from sim.analysis.claim_shares import GROUPS as SHARES
from sim.analysis.explain.account import KINDS
from sim.analysis.phase import MAPS
from sim.analysis.scorecard import BATCHES
from sim.cli import overview, read_line
from sim.command_line import WIDTH, Key, Switch, Verb, Word, help_of, parsed
from sim.errors import InputError
from sim.verbs import GROUPS, RENAMED, VERBS

TRY = Verb(
    "try", "Try", "nothing:at_all", words=(Word("DIR", "a folder"), Word("KIND", "which", least=0, choices=("a", "b"))),
    keys=(Key("pair", "", "who", shows="A-B", old=("focus", "--between")), Key("seed", "1", "seed", whole=(0, 9)),
          Key("cost.", "", "costs", shows="NAME=X")),
    switches=(Switch("--check", "look"),), hydra=("months", "parameters."),
)  # fmt: skip


def test_a_line_is_understood():
    line = parsed(TRY, ["here", "seed=3", "--check", "cost.offer=2", "parameters.bond.weight=1", "months=6", "a"])
    assert (line.words, line.whole("seed"), line["pair"]) == (("here", "a"), 3, "")
    assert line.under("cost.") == {"offer": "2"}
    assert line.overrides == ("parameters.bond.weight=1", "months=6")
    assert line.said == {"seed", "cost.offer"}
    assert line.switches == {"--check"}
    assert line.command[:3] == ["alliances", "try", "here"]


def test_a_setting_may_be_written_as_an_option():
    for words in (["x", "--seed", "3"], ["x", "--seed=3"], ["--seed", "3", "x"]):
        line = parsed(TRY, words)
        assert (line.words, line["seed"], line.said) == (("x",), "3", {"seed"})


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "DIR: is missing (allowed: a folder)"),
        (["x", "a", "b"], "b: is one word too many"),
        (["x", "c"], "KIND: unknown name 'c' (allowed: one of a, b)"),
        (["x", "sed=1"], "did you mean 'seed'"),
        (["x", "seed=10"], "seed: '10' is not allowed (allowed: a whole number, 0 to 9)"),
        (["x", "--chek"], "did you mean '--check'"),
        (["x", "focus=a-b"], "focus: is asked for as pair=A-B"),
        (["x", "--between", "a-b"], "--between: is asked for as pair=A-B"),
        (["x", "--seed"], "--seed: names no value (allowed: seed=1)"),
        (["x", "month=1"], "did you mean 'months'"),
    ],
)
def test_what_is_wrong_is_named(words, said):
    with pytest.raises(InputError) as found:
        parsed(TRY, words)
    assert said in str(found.value)


def test_a_file_may_have_an_equals_sign_in_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a=b").write_text("")
    assert parsed(TRY, ["a=b"]).words == ("a=b",)


def test_the_help_shows_everything_that_is_declared():
    said = help_of(TRY)
    assert said.startswith("usage: alliances try DIR [KIND] [key=value …] [--check]\n")
    for words in ("pair=A-B", "seed=1", "cost.NAME=X", "months=…", "parameters.PATH=…", "--check"):
        assert words in said


def test_the_overview_has_five_groups_and_every_verb():
    said = overview()
    assert len(GROUPS) == 5
    assert all(f"\n{title}:\n" in said for title in GROUPS)
    assert all(len(line) <= WIDTH for line in said.splitlines())
    assert len({name.split()[0] for name in VERBS}) <= 18


@pytest.mark.parametrize("name", VERBS)
def test_a_declaration_holds_together(name):
    verb = VERBS[name]
    if verb.function:
        module, _, function = verb.function.partition(":")
        assert callable(getattr(import_module(f"sim.{module}"), function))
    keys = [key.name for key in verb.keys]
    assert len(keys) == len(set(keys))
    for key in verb.keys:
        assert not key.choices or key.default in ("", *key.choices)
        assert key.whole is None or not key.default or key.whole[0] <= int(key.default) <= key.whole[1]
        assert not key.sentence.endswith(".")


def test_one_word_for_one_thing():
    """What was asked for in other words in some verbs is asked for in the same words in all."""
    keys = {key.name for verb in VERBS.values() for key in verb.keys}
    assert not keys & {"focus", "between", "pairs", "out", "folder", "theses", "wedges", "settings", "max-runs"}
    for key in (key for verb in VERBS.values() for key in verb.keys):
        assert "-" not in key.name


def test_names_that_have_changed_answer_with_the_new_ones():
    for old, new in RENAMED.items():
        assert new in VERBS
        with pytest.raises(InputError, match=f"is called {new} now"):
            read_line([old, "x"])


def test_choices_are_those_of_the_code():
    assert VERBS["discover map"].key("outcome").choices == tuple(MAPS)
    assert VERBS["sensitivity"].key("by").choices == SHARES
    assert VERBS["explain"].key("event").choices == KINDS
    assert VERBS["scorecard"].key("replicates").whole[0] == BATCHES


def test_help_imports_nothing_that_takes_time():
    heavy = "{'numpy', 'pandas', 'numba', 'hydra', 'matplotlib', 'scipy', 'rich'}"
    code = f"import sys; from sim.cli import main; main(['compare', '--help']); assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
