"""What every door is held to, and things to push through it.

Bad input is taken or refused in words; nothing is written, nothing takes long, and no other exception comes out.

`FUZZ_EXAMPLES=2000 pytest tests/doors` pushes so many things through each door, new ones every time; without it the few
of the suite are the same every time.
"""

import contextlib
import copy
import csv
import io
import os
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from sim.cli import main
from sim.errors import InputError

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
PHASES = (Phase.explicit, Phase.generate, Phase.shrink)
"""Without explanations: they trace every line, and what is traced is not in time."""
SECONDS = 10.0
"""Nobody waits longer at a door: of the processor's time, so that a busy machine fails nothing."""
WAITED = 12
"""Times as long by the clock: what waits for ever is found too."""
LONGEST = 3000
"""Characters of a message that somebody reads."""
TALLY = Counter()
"""Door and outcome -> how often; shown at the end of a run."""


def pushed(examples):
    """Settings of a door's test: so many examples in the suite, as many as asked for in the long mode."""
    return settings(
        max_examples=EXAMPLES or examples,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=bool(EXAMPLES),
        phases=PHASES,
    )


def files_under(folder):
    """Every file below a folder with its size and time: what must not change."""
    return {
        str(path.relative_to(folder)): (path.lstat().st_size, path.lstat().st_mtime_ns)
        for path in sorted(Path(folder).rglob("*"))
        if not path.is_dir()
    }


@contextlib.contextmanager
def in_time(seconds=SECONDS):
    """Stop what takes longer."""

    def stop(*_):
        pytest.fail(f"took more than {seconds} s")  # no Exception: the program would take a TimeoutError for a disk's

    timers = [(signal.SIGPROF, signal.ITIMER_PROF, seconds), (signal.SIGALRM, signal.ITIMER_REAL, WAITED * seconds)]
    before = [signal.signal(name, stop) for name, _, _ in timers]
    for _, timer, after in timers:
        signal.setitimer(timer, after)
    try:
        yield
    finally:
        for (name, timer, _), handler in zip(timers, before, strict=True):
            signal.setitimer(timer, 0.0)
            signal.signal(name, handler)


def told_in_words(message):
    """A message is for a reader: not empty, not endless, no machinery, nothing that a terminal would act on."""
    assert 10 < len(message) < LONGEST, message[:200]
    assert all(c.isprintable() or c == "\n" for c in message), message
    for machinery in ("Traceback", "Error(", "object at 0x", "<class", "NoneType"):
        assert machinery not in message, message


def push(door, call, folder):
    """Push something through a door: the error that refuses it, or None. Nothing below the folder changes.

    Parameters
    ----------
    door : str
        Its name, for the tally.
    call : callable
        What is called; what it returns does not matter.
    folder : path
        Where nothing may be written.
    """
    before = files_under(folder)
    with in_time():
        try:
            call()
        except InputError as error:
            found = error
        else:
            found = None
    if found:
        told_in_words(str(found))
        assert found.where
    assert files_under(folder) == before
    TALLY[door, "refused" if found else "taken"] += 1
    return found


def push_words(door, words, folder):
    """Push a command line through a door: its exit code and what it said. Nothing below the folder changes."""
    before = files_under(folder)
    out, err = io.StringIO(), io.StringIO()
    with in_time(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(words)
        except SystemExit as left:  # Hydra's own parser says in words what it cannot read
            code = left.code
    said = err.getvalue()
    assert code in (0, 1, 2), said
    if code == 2 and said:
        told_in_words(said)
    assert files_under(folder) == before
    TALLY[door, "refused" if code == 2 else "taken"] += 1
    return code, out.getvalue() + said


@contextlib.contextmanager
def timed(name):
    """Time of a part, for the tally."""
    started = time.monotonic()
    yield
    TALLY[name, "seconds"] += round(time.monotonic() - started, 1)


# things to push

WORDS = st.sampled_from(
    ["", " ", "x", "none", "null", "true", "yes", "nan", "inf", "-1", "0", "1e400", "²", "٣", "taliban", "TB", "haqqani", "\x00",
     "\x1b[31mred", "[/bold]", "[red]x", "a.b.c", "../../etc/passwd", "/dev/null", "${oc.env:HOME}", "${scenario}", "{}", "[]",
     "é" * 40, "\u202e", "\ufeff", "2019-13", "2019-09", "0000-01", "9999-12", "%s%n", "'", '"', "a" * 5000, "&a", "*a", "!!x"]
)  # fmt: skip
"""Words that have broken something somewhere."""

TEXTS = st.one_of(WORDS, st.text(max_size=12), st.text(alphabet="ab01.-+*@:=,[]{}()$'\"\\~%!&<>|? \t\n_", max_size=12))

FRAGMENTS = st.sampled_from(
    ["~", "true", "''", "[]", "{}", "0", "-1", "1", "0.5", "2", "1e3", "1e308", "1e400", "-0.0", ".nan", ".inf", "-.inf", "0x" + "F" * 5000,
     "1" + "0" * 400, "1" * 5000, "1_000", "012", "0b", "0o9", "190:20:30", "2001-10-07", "2001-99-99", "2001-02-30", "9999-12-31",
     "2001-10-07T25:61:61Z", "!!timestamp x", "yes", "Off", "0_1", "010", "0b11", "0x1F", "1:30", "-.5", "2019-02-31", "٢", "3.0", "!!bool yes", "!!int 0b11", "!!int x", "!!float x", "!!bool x", "!!binary '%%'", "!!binary aGk=", "!!set {a, b}",
     "!!omap [a: 1]", "!!pairs [a]", "!!null x", "!!str 1", "!!python/object/apply:os.system ['touch pwned']", "!!python/name:os.system",
     "!local x", "! x", "&a x", "*a", "&b [*b]", "&c {c: *c}", "{<<: 1}", "{<<: [1]}", "{<<: {a: 1}, a: 2}", "{a: 1, a: 2}", "{1: 2}",
     "{[a]: b}", "{? {a: b} : c}", "{null: 1}", "{true: 1}", "{1.5: 1}", "=", "<<", "[" * 60 + "]" * 60, "[" * 3000 + "]" * 3000,
     "{a: " * 2000 + "}" * 2000, "[&x1 [a,a,a,a,a,a,a,a,a], &x2 [*x1,*x1,*x1,*x1,*x1,*x1,*x1,*x1], &x3 [*x2,*x2,*x2,*x2,*x2,*x2,*x2,*x2],"
     "&x4 [*x3,*x3,*x3,*x3,*x3,*x3,*x3,*x3], &x5 [*x4,*x4,*x4,*x4,*x4,*x4,*x4,*x4], &x6 [*x5,*x5,*x5,*x5,*x5,*x5,*x5,*x5],"
     "&x7 [*x6,*x6,*x6,*x6,*x6,*x6,*x6,*x6], &x8 [*x7,*x7,*x7,*x7,*x7,*x7,*x7,*x7], &x9 [*x8,*x8,*x8,*x8,*x8,*x8,*x8,*x8]]",
     '"\\ud800"', '"\\0"', '"\\x1b[31m"', '"\\u202e"', '"[/x]"', "'[bold'", "'" + "a" * 100_000 + "'", '"' + "ä" * 300 + '"', "|\n  x", "- a",
     "a: b", "'2019-09'", "'2019-13'", "'²'", "[a, b]", "[1, 0]", "[.nan, .nan]", "[0, 1, 2]", "{size: 1}", "'a-b-c'", "'-'"]
)  # fmt: skip
"""YAML to put where a value stands."""

BYTES = st.sampled_from(
    [b"", b"\n", b"---\n", b"---\n---\n", b"...\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00", b"\xc3\x28", b"\t", b"- ", b"]", b": ", b"%YAML 9.9\n---\n",
     b"%TAG ! !!python/\n---\n", b"#", b"\r", b"\x85", b"\xe2\x80\xa8", b"? ", b"'", b'"', b"\xed\xa0\x80"]
)  # fmt: skip
"""Bytes to put anywhere in a file."""


def places(tree, path=()):
    """Every place in a nested tree, the root left out."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield (*path, key)
            yield from places(value, (*path, key))
    elif isinstance(tree, list):
        for n, value in enumerate(tree):
            yield (*path, n)
            yield from places(value, (*path, n))


def at(tree, path):
    """What stands at a place."""
    for step in path:
        tree = tree[step]
    return tree


def _misspelt(draw, key):
    text = str(key)
    n = draw(st.integers(0, len(text)))
    return draw(st.sampled_from([text[:n] + text[n + 1 :], text[:n] + "x" + text[n:], text.upper(), text + " ", draw(TEXTS)]))


@st.composite
def mutated(draw, tree, most=3):
    """YAML of a tree in which up to so many places are wrong, as bytes; sometimes the text itself is damaged too."""
    tree = copy.deepcopy(tree)
    raw = {}
    for _ in range(draw(st.integers(0, most))):
        known = list(places(tree))
        if not known:
            break
        path = draw(st.sampled_from(known))
        parent, last = at(tree, path[:-1]), path[-1]
        what = draw(st.sampled_from(["raw", "raw", "raw", "drop", "rename", "text", "other", "wrap", "again", "nothing"]))
        if what == "drop":
            del parent[last]
        elif what == "rename" and isinstance(parent, dict):
            parent[_misspelt(draw, last)] = parent.pop(last)
        elif what == "text":
            parent[last] = draw(TEXTS)
        elif what == "other":
            parent[last] = copy.deepcopy(at(tree, draw(st.sampled_from(known))))
        elif what == "wrap":
            parent[last] = draw(st.sampled_from([[parent[last]], {"x": parent[last]}, [parent[last]] * 2]))
        elif what == "again" and isinstance(parent, list):
            parent.append(copy.deepcopy(parent[last]))
        elif what == "nothing":
            parent[last] = None
        else:
            name = f"RAW{len(raw)}RAW"
            raw[name] = draw(FRAGMENTS)
            parent[last] = name
    text = yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, width=10**6)
    for name, fragment in raw.items():
        text = text.replace(name, fragment)
    return draw(damaged(text.encode("utf-8", "surrogatepass")))


@st.composite
def damaged(draw, content):
    """Bytes of a file; one time in three cut short, joined to others, or with a line twice."""
    how = draw(st.sampled_from(["whole"] * 8 + ["cut", "bytes", "twice", "before"]))
    n = draw(st.integers(0, len(content)))
    if how == "cut":
        return content[:n]
    if how == "bytes":
        return content[:n] + draw(BYTES) + content[n:]
    if how == "before":
        return draw(BYTES) + content
    if how == "twice":
        lines = content.split(b"\n")
        k = draw(st.integers(0, len(lines) - 1))
        return b"\n".join([*lines[: k + 1], *lines[k:]])
    return content


@st.composite
def tables(draw, rows, cells):
    """A CSV of a few rows of a real one with cells, rows and columns that are wrong, as bytes; `rows` reads the real one."""
    n = draw(st.integers(1, len(rows()) - 2))
    table = [list(row) for row in (rows()[0], *rows()[n : n + 3])]
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 3]))):
        if not table:
            break
        k, c = draw(st.integers(0, len(table) - 1)), draw(st.integers(0, 9))
        what = draw(st.sampled_from(["cell"] * 8 + ["drop", "more", "row", "header", "column", "empty"]))
        if what == "cell" and c < len(table[k]):
            table[k][c] = draw(st.one_of(st.sampled_from(cells), st.sampled_from(cells), TEXTS))
        elif what == "drop":
            table[k] = table[k][:c]
        elif what == "more":
            table[k] = [*table[k], "more", "and more"]
        elif what == "row":
            table.append(list(table[k]))
        elif what == "empty":
            table.insert(k, [])
        elif what == "column":
            table = [row[:c] + row[c + 1 :] for row in table]
        elif what == "header" and table and table[0]:
            table[0][min(c, len(table[0]) - 1)] = draw(st.sampled_from(["name", " name ", "NAME", "x", "", "tie", "\ufeffname"]))
    how = draw(
        st.sampled_from(
            [{}] * 8 + [{"delimiter": ";"}, {"delimiter": "\t"}, {"quoting": csv.QUOTE_ALL}, {"lineterminator": "\r"}]
        )
    )
    text = io.StringIO()
    csv.writer(text, **how).writerows(table)
    coding = draw(st.sampled_from(["utf-8"] * 8 + ["utf-8-sig", "utf-16", "latin-1", "utf-32"]))
    content = text.getvalue().encode(coding, "replace")
    cut = draw(st.sampled_from(["whole"] * 8 + ["cut", "bytes", "many"]))
    at = draw(st.integers(0, len(content)))
    if cut == "cut":
        return content[:at]
    if cut == "bytes":
        return content[:at] + draw(BYTES) + content[at:]
    return content * 200 if cut == "many" else content
