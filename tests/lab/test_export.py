"""The file for a room without a server: it holds what the lab would say, and nothing from outside."""

import json
import re

import numba
import pytest

from sim.cli import main
from sim.lab.answers import answer_data
from sim.lab.blocks import Blocks
from sim.lab.export import FACTORS, MODULES, states_of
from sim.lab.state import State
from sim.views.inline import script

needs_compiler = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")


@needs_compiler
def test_the_file_holds_what_the_lab_would_say(tmp_path):
    path = tmp_path / "class.html"
    assert main(["lab", f"export={path}", "wedge=[halt_joint_operations,withdraw]", "max_runs=100"]) == 0
    text = path.read_text(encoding="utf-8")
    data = json.loads(
        re.search(r'<script id="data" type="application/json">(.*?)</script>', text, re.S).group(1).replace("<\\/", "</")
    )
    assert len(data["answers"]) == len(FACTORS) ** 2
    states, blocks = states_of(State(), ["halt_joint_operations", "withdraw"]), Blocks()
    for setting in ((0, 0), (2, 0), (1, 2)):
        state = states[setting]
        before, after = blocks.made(state.without_wedge(), 0), blocks.made(state, 0)
        expected = answer_data(state, before, after)
        kept = data["answers"]["".join(map(str, setting))]
        assert kept["broken"]["difference"] == pytest.approx(expected["focus"]["broken"]["difference"], abs=1e-4)
        assert kept["low"] == pytest.approx(expected["course"]["low"], abs=1e-4)
    assert len(text.encode()) < 400_000


@needs_compiler
def test_the_command_in_the_file_makes_it_anew(tmp_path):
    one, two = tmp_path / "one.html", tmp_path / "two.html"
    words = ["wedge=dialogue", "max_runs=200", "thesis=cost_benefit_only", "seed=3"]
    assert main(["lab", f"export={one}", *words]) == 0
    told = re.search(r'"command":"(alliances lab [^"]*)"', one.read_text(encoding="utf-8"))[1]
    assert main(told.replace("FILE", str(two)).split()[1:]) == 0
    assert one.read_bytes() == two.read_bytes()


@needs_compiler
def test_nothing_comes_from_outside(tmp_path):
    path = tmp_path / "class.html"
    main(["lab", f"export={path}", "wedge=dialogue", "max_runs=100"])
    text = path.read_text(encoding="utf-8")
    assert not re.search(r'(src|href)="(?!#)', text)
    assert "default-src 'none'" in text
    assert set(re.findall(r"https?://[^\s\"'`<]+", text)) <= {"http://www.w3.org/2000/svg"}


def test_the_script_is_one_without_imports():
    text = script(MODULES)
    assert "import " not in re.sub(r"//.*", "", text)
    assert not re.search(r"^export ", text, re.M)


@pytest.mark.parametrize(
    ("word", "named"),
    [
        ("wedge=ofer", "offer"),
        ("wedge=offer,offer_verified", "contradicts"),
        ("wedge=offer,dialogue,withdraw,isolate,expose_ties,sow_distrust,target_leaders", "settings"),
        ("scenario=talks_2019", "talks_2018"),
        ("thesis=nobody", "consensus"),
        ("--wedges=offer", "wedge=[A,B]"),
        ("max_runs=3000", "100 to 2000"),
    ],
)
def test_bad_input(word, named, tmp_path, capsys):
    path = tmp_path / "class.html"
    assert main(["lab", f"export={path}", word]) == 2
    assert named in capsys.readouterr().err
    assert not path.exists()


def test_a_folder_that_is_not_there(tmp_path, capsys):
    assert main(["lab", f"export={tmp_path}/no/class.html"]) == 2
    assert "folder" in capsys.readouterr().err
