"""Names are names: nothing that a user calls something is written anywhere but below `output`, whatever it is called."""

import re

import pytest

from sim.cli import run_verb
from sim.errors import InputError
from sim.paths import as_name, file_name
from sim.runs.config import composed, plan_of
from sim.runs.expansion import expand
from sim.runs.store import run_folder
from sim.world.packages import read_wedge

LINE = ["scenario=talks_2018", "thesis=consensus", "months=6", "replicates=2"]
NO_NAMES = ["../../x", "/tmp/x", "a/b", "..", ".hidden", "a\\b", " "]
CALLED = ["scenario.name", "thesis.name", "wedge.name", "shock.name", "pressure.name"]


@pytest.mark.parametrize("name", NO_NAMES)
@pytest.mark.parametrize("key", CALLED)
def test_what_is_no_name_is_refused(key, name):
    with pytest.raises(InputError, match="name") as found:
        composed([*LINE, f"{key}='{name}'"])
    assert found.value.where == key.split(".")[0]


@pytest.mark.parametrize("flags", [[], ["-m"], ["-m", "parameters.pressure.kinetic=0.5,1"]])
def test_a_command_writes_nothing_outside(flags, tmp_path, monkeypatch):
    here = tmp_path / "a" / "b"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    with pytest.raises(InputError, match=r"\.\./\.\./x"):
        run_verb(["run", *LINE, *flags, "scenario.name=../../x"])
    with pytest.raises(InputError, match=r"\.\./\.\./x"):
        expand([*LINE, "scenario.name=y,../../x"])
    assert [path for path in tmp_path.rglob("*") if not path.is_dir()] == []
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("name", ["../../x", "a/b", ".x"])
def test_a_wedge_of_ones_own_has_a_name_too(name, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(f"name: {name}\ntitle: T\noffer: {{target: taliban, size: 0.5}}\n")
    with pytest.raises(InputError, match="name") as found:
        read_wedge(str(path))
    assert found.value.where == str(path)


@pytest.mark.parametrize("name", ["talks 2018", "ünï-çødé", "offer+dialogue@2019-09:3*0.5", "x" * 5000, "a.b"])
def test_names_may_be_long_and_in_any_language(name):
    assert as_name(name) == name
    assert plan_of([*LINE, f"thesis.name='{name}'"]).readings[0].name == name


def test_two_long_names_stay_two_files(tmp_path):
    first, second = file_name("é" * 3000 + "1"), file_name("é" * 3000 + "2")
    assert first != second
    for name in (first, second):
        assert len(name.encode()) <= 200
        (tmp_path / name).write_text("")
    assert re.fullmatch(r"[^/\\]+", file_name("a/b\\c\x00"))


def test_a_run_folder_of_a_long_name_is_made(tmp_path):
    with run_folder(str(tmp_path), "x" * 5000) as made:
        (made.partial / "file").write_text("")
    assert made.final.parent == tmp_path
    assert (made.final / "file").is_file()
