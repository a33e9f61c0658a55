"""Compiled code is used only where it was made from the very rules, tables, parameters and compiler at hand."""

import os
import shutil
import subprocess
import sys

import pytest

from sim.paths import CONF, PACKAGE

SHOW = "from sim.rules.cache import CACHE; print(CACHE)"
VALUE = """
import os
os.environ["NUMBA_DISABLE_JIT"] = "0"
from sim.rules.compiled import phase
from sim.rules.measures import depth
@phase
def asked(level):
    return depth(level)
print(asked(4))
"""


ORDER = "from sim.world.parameters import record_type; print(record_type().descr)"
LAID_OUT = """
import os
os.environ["NUMBA_DISABLE_JIT"] = "0"
from sim.engine.handle import run_of
from sim.engine.model import AllianceModel
from sim.rules.compiled import phase
from sim.engine import verbs
verbs.begin = lambda h: None  # one small function is enough to compile
@phase
def asked(h):
    return run_of(h).points[0].bond_weight
print(asked(AllianceModel("talks_2018", months=1).handle))
"""


@pytest.fixture
def copy(tmp_path):
    root = tmp_path / "copy"
    shutil.copytree(PACKAGE, root / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(CONF, root / "sim" / "conf")
    return root


def run(code, root, cache, **environment):
    environment = {**os.environ, "PYTHONPATH": str(root), "ALLIANCES_CACHE": str(cache), **environment}
    (root / "asked.py").write_text(code)
    command = [sys.executable, str(root / "asked.py")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=root)


def said(code, root, cache, **environment):
    return run(code, root, cache, **environment).stdout.strip()


def test_an_edited_rule_is_compiled_anew(copy, tmp_path):
    cache = tmp_path / "cache"
    folder, value = said(SHOW, copy, cache), said(VALUE, copy, cache)
    assert value == "1.0"
    assert said(SHOW, copy, cache) == folder
    rule = copy / "sim" / "rules" / "measures.py"
    rule.write_text(rule.read_text().replace("return max(level, 0) / 4.0", "return max(level, 0) / 8.0"))
    assert said(VALUE, copy, cache) == "0.5"
    assert said(SHOW, copy, cache) != folder


def test_the_order_of_keys_does_not_matter_and_their_names_do(copy, tmp_path):
    cache, file = tmp_path / "cache", copy / "sim" / "conf" / "parameters" / "default.yaml"
    text = file.read_text()
    folder, order, value = said(SHOW, copy, cache), said(ORDER, copy, cache), said(LAID_OUT, copy, cache)
    lines = text.splitlines(keepends=True)
    mappings = [n for n, line in enumerate(lines) if line.rstrip().endswith("}") and not line.startswith((" ", "#"))]
    turned = list(lines)
    for n, other in zip(mappings, reversed(mappings), strict=True):
        turned[n] = lines[other]
    file.write_text("".join(turned))
    assert turned != lines
    assert (said(ORDER, copy, cache), said(SHOW, copy, cache)) == (order, folder)
    assert said(LAID_OUT, copy, cache) == value
    file.write_text(text + "an_odd_one: {weight: 3.0}\n")
    assert said(SHOW, copy, cache) != folder
    assert said(LAID_OUT, copy, cache) == value


def test_another_compiler_or_processor_has_a_folder_of_its_own(copy, tmp_path):
    folder = said(SHOW, copy, tmp_path)
    assert said(SHOW, copy, tmp_path, NUMBA_OPT="1") != folder
    assert said(SHOW, copy, tmp_path, PYTHONOPTIMIZE="1") != folder
    assert said(SHOW, copy, tmp_path, NUMBA_NUM_THREADS="1") == folder
    other = "import llvmlite.binding as b; b.get_host_cpu_name = lambda: 'another'; " + SHOW
    assert said(other, copy, tmp_path) != folder


def flipped(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def cut(path):
    path.write_bytes(path.read_bytes()[:40])


@pytest.mark.parametrize("damage", [flipped, cut, lambda path: path.write_bytes(b"")], ids=["flipped", "cut", "empty"])
@pytest.mark.parametrize("kind", ["nbc", "nbi"])
def test_a_damaged_file_is_made_again_with_one_line(copy, tmp_path, kind, damage):
    assert said(VALUE, copy, tmp_path) == "1.0"
    damaged = list(tmp_path.rglob(f"*.{kind}"))
    assert damaged
    for path in damaged:
        damage(path)
    done = run(VALUE, copy, tmp_path)
    assert done.stdout.strip() == "1.0"
    if kind == "nbc" or damage is not flipped:  # a byte of an index may be of no account
        assert done.stderr.count("\n") == 1
        assert "damaged" in done.stderr
    again = run(VALUE, copy, tmp_path)
    assert (again.stdout.strip(), again.stderr) == ("1.0", "")
