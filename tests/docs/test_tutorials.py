"""Every block of every tutorial is carried out, in order, as a reader would, and prints what the page shows.

| block | what happens |
|---|---|
| python | runs in this process |
| text | is what the python block before it has printed |
| console | lines after `$` run in a shell; the lines below must be what comes out, `…` standing for anything |
| code-block with a caption | the file of that name is written |
| code-block diff with a caption | lines are put in and taken out of that file, found by the lines around them |

Pages that change the model (`add_…`) work in a copy of the tree, the others in a folder that is empty, and once more in
one in which a reader has been at work before.
"""

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import numba
import pytest
from numba.core.caching import _CacheLocator
from sybil import Document, Example, Region, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown.lexers import FencedCodeBlockLexer
from sybil.parsers.myst.lexers import DirectiveLexer

from sim.rules.cache import CACHE, cache_root

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="runs in compiled code")

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs" / "tutorials").glob("*.md"))
COPIED = ("sim", "conf", "seeds", "experiments", "tests/rules", "tests/conftest.py", "pyproject.toml")
COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)\n?", re.MULTILINE)
EARLIER = (  # what `make run` does, and what a reader of the pages may have tried; few replicates
    ("run", "replicates=2", "thesis=consensus"),
    ("run", "scenario=sahel_2020", "thesis=consensus", "replicates=2", "figures=false"),
    ("run", "scenario=sahel_2020", "thesis=consensus", "replicates=200", "figures=false"),
    ("run", "-m", "scenario=sahel_2020", "thesis=consensus", "parameters.retaliation.weight=0,1", "months=3", "replicates=2"),
)
TAKEN = ("validation", "survival-spells", "two_valleys")
COLD = "Compiling the rule book"  # said on a machine's first run


def settled(text: str) -> list[str]:
    """Lines without empty ones, each with single spaces: width and padding are the terminal's."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip() and not line.startswith(COLD)]


def as_shown(said: str, shown: str) -> bool:
    """Whether what was said is what the page shows; `…` stands for anything, alone on a line for any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "…" else r".*?".join(re.escape(part) for part in line.split("…")) + r"\n"
        for line in settled(shown)
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in settled(said))) is not None


def in_shell(example: Example) -> None:
    """Run each command of a console block and hold its output to the lines below it."""
    parts = COMMAND.split(example.parsed)
    assert not parts[0].strip(), "a console block begins with a command"
    for command, shown in zip(parts[1::2], parts[2::2], strict=True):
        done = subprocess.run(["bash", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        assert done.returncode == 0, f"$ {command}\n{done.stdout}"
        assert not shown.strip() or as_shown(done.stdout, shown), f"$ {command}\n{done.stdout}\n— but shown is —\n{shown}"


def in_python(example: Example) -> None:
    """Run a python block and keep what it prints."""
    with contextlib.redirect_stdout(io.StringIO()) as said:
        PythonEvaluator()(example)
    example.namespace["_said"] = said.getvalue()


def as_printed(example: Example) -> None:
    """Hold a text block to what the python block before it has printed."""
    said = example.namespace.pop("_said")
    assert as_shown(said, example.parsed), f"{said}\n— but shown is —\n{example.parsed}"


def into_file(example: Example) -> None:
    """Write the file that a block shows, or change the lines that a diff shows."""
    path, text = Path(example.region.lexemes["options"]["caption"]), str(example.parsed)
    if example.region.lexemes["arguments"] != "diff":
        assert not path.exists(), f"{path} is there already"
        path.write_text(text, encoding="utf-8")
        return
    whole = path.read_text(encoding="utf-8")
    for hunk in re.split(r"^@@.*\n", text, flags=re.MULTILINE):
        lines = hunk.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] != "+")
        after = "".join(line[1:] for line in lines if line[0] != "-")
        found = list(re.finditer(re.escape(before).replace("…", "(.*)"), whole))
        assert len(found) == 1, f"{path} has not exactly one place like\n{before}"
        for rest in found[0].groups():  # `…` in a line is what stands there
            after = after.replace("…", rest, 1)
        whole = whole[: found[0].start()] + after + whole[found[0].end() :]
    path.write_text(whole, encoding="utf-8")


def fenced_blocks(document: Document) -> Iterable[Region]:
    """Blocks of commands, of Python and of what it prints."""
    for language, evaluator in {"console": in_shell, "python": in_python, "text": as_printed}.items():
        for region in FencedCodeBlockLexer(language)(document):
            region.parsed, region.evaluator = region.lexemes["source"], evaluator
            yield region


def file_blocks(document: Document) -> Iterable[Region]:
    """Blocks that show a file, or a change to one."""
    for region in DirectiveLexer("code-block")(document):
        region.parsed, region.evaluator = region.lexemes["source"], into_file
        yield region


READ = Sybil([fenced_blocks, file_blocks])


def copy_of_the_tree(folder: Path) -> Path:
    """A copy of what a tutorial may change, and its own cache of compiled rules that starts as warm as ours."""
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / name, folder / name)
    for part in (ROOT / "sim").rglob("*.py"):  # the cache's folders are named by those of the sources
        ours, theirs = (_CacheLocator.get_suitable_cache_subpath(p) for p in (part, folder / part.relative_to(ROOT)))
        target = folder / ".cache" / CACHE.name / theirs
        if (CACHE / ours).is_dir() and not target.exists():
            shutil.copytree(CACHE / ours, target)
    return folder


def changes_the_model(page: Path) -> bool:
    """Whether a page works in a copy of the tree."""
    return page.stem.startswith("add_")


@pytest.fixture(scope="module")
def commands(tmp_path_factory):
    """A folder with `alliances` and `python`."""
    folder = tmp_path_factory.mktemp("bin")
    for name, start in {"python": "", "alliances": "-m sim.cli "}.items():
        (folder / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {start}"$@"\n')
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def earlier_runs(tmp_path_factory, commands):
    """A folder `runs` in which somebody has been at work."""
    folder = tmp_path_factory.mktemp("earlier")
    for words in EARLIER:
        env = {**os.environ, "PYTHONPATH": str(ROOT), "ALLIANCES_CACHE": str(cache_root())}
        subprocess.run([commands / "alliances", *words], cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL)
    for name in TAKEN:
        (folder / "runs" / name).mkdir()
    return folder / "runs"


@pytest.fixture
def work(request, tmp_path, monkeypatch, commands):
    """The page, in the folder it works in, with `alliances` and `python` at hand."""
    page, worked_before = request.param
    changes = changes_the_model(page)
    tree = copy_of_the_tree(tmp_path) if changes else ROOT
    if worked_before:
        shutil.copytree(request.getfixturevalue("earlier_runs"), tmp_path / "runs")
    monkeypatch.setenv("PATH", f"{commands}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(tree))
    monkeypatch.setenv("ALLIANCES_CACHE", str(tmp_path / ".cache" if changes else cache_root()))
    monkeypatch.setenv("COLUMNS", "150")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.chdir(tmp_path)
    return page


# a page that changes the model is carried out among earlier runs alone; the others in an empty folder, among earlier runs if slow
WORK = [
    pytest.param((page, before), id=f"{page.stem}{'-after-earlier-runs' if before else ''}",
                 marks=[pytest.mark.slow] if before and not changes_the_model(page) else [])
    for page in PAGES for before in (False, True) if before or not changes_the_model(page)
]  # fmt: skip


@pytest.mark.parametrize("work", WORK, indirect=True)
def test_a_tutorial_does_what_it_shows(work):
    document = READ.parse(work)
    examples = list(document.examples())
    assert len(examples) == document.text.count("\n```") // 2 > 0, "a block that nobody carries out"
    for example in examples:
        example.evaluate()


def test_output_is_compared_line_by_line():
    assert as_shown("a  b\n\nc 0.1234 d\n", "a b\nc 0.12… d\n")
    assert as_shown("a\nb\nc\nd\n", "a\n…\nd")
    assert not as_shown("a\nb\n", "a\n")
    assert not as_shown("a.c\n", "abc\n")


def test_a_wrong_block_is_noticed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.txt").write_text("one\ntwo\n")
    for block in (
        "```console\n$ echo 1\n2\n```",
        "```console\n$ false\n```",
        "```python\nassert 0\n```",
        "```{code-block} diff\n:caption: there.txt\n one\n-three\n```",
    ):
        (tmp_path / "page.md").write_text(block + "\n")
        (example,) = READ.parse(tmp_path / "page.md").examples()
        with pytest.raises(AssertionError):
            example.evaluate()
