"""`alliances doctor` and `alliances completion`."""

import subprocess

import numba
import pytest

from sim.cli import main
from sim.verbs import VERBS
from sim.views import doctor

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")


@needs_compiler
def test_all_is_well_here(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    for words in ("Python", "numba", "scenarios", "evidence", "GB free", "four runs"):
        assert words in " ".join(said.split())
    assert list(tmp_path.iterdir()) == []


@needs_compiler
def test_what_is_wrong_is_named_and_the_rest_is_still_looked_at(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(doctor.CHECKS, "a run", lambda: 1 / 0)
    monkeypatch.setitem(doctor.CHECKS, "cache", lambda: doctor._writeable(tmp_path / "file" / "below"))
    (tmp_path / "file").write_text("")
    assert main(["doctor"]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "ZeroDivisionError" in said
    assert said.count("wrong") >= 2
    assert "scenarios" in said


def test_words_are_refused(capsys):
    assert main(["doctor", "please"]) == 2
    assert main(["completion", "fish"]) == 2
    assert "bash" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("(alliances ex)", {"explain"}),
        ("(alliances evidence sh)", {"show"}),
        ("(alliances discover map b)", {"bins="}),
        ("(alliances discover map outcome = ever)", {"ever_fought"}),
        ("(alliances scorecard --)", {"--ablate"}),
        ("(alliances run scenario = tal)", {"talks_2018", "taliban_rule_1996"}),
        ("(alliances compare wed)", {"wedge="}),
    ],
)
def test_the_shell_completes_verbs_keys_and_names(words, wanted, tmp_path, capsys):
    assert main(["completion", "bash"]) == 0
    script = tmp_path / "completion.bash"
    script.write_text(capsys.readouterr().out)
    count = len(words.strip("()").split()) - 1
    run = f"source {script}; compopt() {{ :; }}; COMP_WORDS={words}; COMP_CWORD={count}; _alliances; echo ${{COMPREPLY[@]}}"
    found = subprocess.run(["bash", "-c", run], capture_output=True, text=True, check=True)
    assert set(found.stdout.split()) == wanted


def test_every_verb_is_in_the_help(capsys):
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    for verb in VERBS:
        assert f"  {verb} " in said or not VERBS[verb].function
