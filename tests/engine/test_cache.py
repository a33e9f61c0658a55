"""The compiled cache must not outlive the rules it was made from."""

import os
import shutil
import subprocess
import sys

from sim.paths import PACKAGE

SHOW = "from sim.rules.compiled import CACHE; print(CACHE)"
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


def said(code, root, cache):
    environment = {**os.environ, "PYTHONPATH": str(root), "ALLIANCES_CACHE": str(cache)}
    (root / "asked.py").write_text(code)
    command = [sys.executable, str(root / "asked.py")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=root).stdout.strip()


def test_an_edited_rule_is_compiled_anew(tmp_path):
    root, cache = tmp_path / "copy", tmp_path / "cache"
    shutil.copytree(PACKAGE, root / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    folder, value = said(SHOW, root, cache), said(VALUE, root, cache)
    assert value == "1.0"
    assert said(SHOW, root, cache) == folder
    rule = root / "sim" / "rules" / "measures.py"
    rule.write_text(rule.read_text().replace("return max(level, 0) / 4.0", "return max(level, 0) / 8.0"))
    assert said(VALUE, root, cache) == "0.5"
    assert said(SHOW, root, cache) != folder
