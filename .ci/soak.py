"""A soak of the sweeps: one small sweep, disturbed at random for as long as asked. Nothing may be lost, nothing double.

A round runs the sweep in a folder of its own, disturbs it, lets the same command complete it, and compares every row in
the store with those of an undisturbed sweep. Exit code 1 after any difference; the folders of such rounds are kept.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pandas as pd
import psutil

from sim.cli import main as alliances
from sim.runs.results import read_results

REPLICATES = 400
COMMAND = [
    "run", "-m", "scenario=talks_2018", "wedge=offer", "thesis=consensus,cost_benefit_only", "keep=[pairs]",
    "parameters.pressure.kinetic=0,0.5,1", "wedge.offer.size=0.2,0.8",
]  # fmt: skip
RUNS = 12 * REPLICATES
KEYS = {"outcomes": ["point", "replicate"], "pairs": ["point", "replicate", "a", "b"]}
BELONGS = re.compile(r"(manifest\.json|points\.parquet|(outcomes|pairs)(/(p|part-)\d[\dpr-]*-[0-9a-f]{16}\.parquet)?)$")
SIGNS = {"a shard": "*/[op]*/p*.parquet", "a write": "*/**/.writing-*", "the merge": "*/[op]*/part-*"}
ROUNDS = ("killed", "stopped", "full disk", "worker lost", "two at once", "damaged", "topped up")
HANGS = 240.0  # seconds after which a command is taken to hang


class Finding(Exception):  # noqa: N818
    """Something that must not happen."""


def must(condition: bool, message: str) -> None:
    if not condition:
        raise Finding(message)


class Soak:
    """The reference, the round at work, and what has been counted."""

    def __init__(self, work: Path, seed: int) -> None:
        self.work, self.random, self.count = work, random.Random(seed), Counter[str]()
        for folder in ("cwd", "tmp"):
            (work / folder).mkdir(parents=True, exist_ok=True)
        self.env = {**os.environ, "TMPDIR": str(work / "tmp"), "PYTHONPATH": os.pathsep.join(sys.path)}
        for name in ("compiled", "reference"):  # the first may compile the rule book
            self.begin(work / name)
            started = time.monotonic()
            self.complete()
            self.longest = 1.2 * (time.monotonic() - started)
        self.reference = {kind: as_text(self.raw(kind), kind) for kind in KEYS}
        must(len(self.raw("outcomes")) == RUNS, "the reference is not complete")

    def begin(self, output: Path) -> None:
        self.output, self.notes, self.said = output, list[str](), ""
        self.processes: list[subprocess.Popen[str]] = []

    # commands, and when to disturb them

    def start(self, *words: str, replicates: int = REPLICATES, most_bytes: int | None = None) -> subprocess.Popen[str]:
        """The sweep in a session of its own; `most_bytes` bounds every file it writes."""
        line = [sys.executable, "-m", "sim.cli", *COMMAND, f"replicates={replicates}", f"output={self.output}", *words]
        process = subprocess.Popen(
            line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self.env, cwd=self.work / "cwd",
            start_new_session=True,
        )  # fmt: skip
        if most_bytes is not None:
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
        self.processes.append(process)
        return process

    def some_start(self, *words: str, replicates: int = REPLICATES) -> subprocess.Popen[str]:
        """The same, on Dask one time in four, whose tiles are cut otherwise."""
        dask = self.random.random() < 0.25
        self.notes.append(f"{replicates} replicates" + (" on Dask" if dask else ""))
        return self.start(*(["executor=dask", "executor.workers=3"] if dask else []), *words, replicates=replicates)

    def finish(self, process: subprocess.Popen[str], codes: set[int]) -> int:
        """Wait for a command: it ends with one of the codes, without a traceback, and leaves no process behind."""
        try:
            self.said, _ = process.communicate(timeout=HANGS)
        except subprocess.TimeoutExpired:
            raise Finding("it hangs, or left a process that holds its output") from None
        deadline = time.monotonic() + 15
        while (left := session(process.pid)) and time.monotonic() < deadline:
            time.sleep(0.05)
        must(not left, f"processes left behind: {left}")
        must("Traceback" not in self.said and "Exception ignored" not in self.said, f"a traceback\n{self.said}")
        must(process.returncode in codes, f"exit code {process.returncode}, not one of {sorted(codes)}\n{self.said}")
        return process.returncode

    def complete(self) -> None:
        self.finish(self.start(), {0})

    def wait(self, process: subprocess.Popen[str], moment: str) -> None:
        """Wait for a moment of the command, or its end."""
        if moment == "any time":
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(self.random.uniform(0.0, self.longest))
            return
        before = set(self.output.glob(SIGNS[moment]))
        while process.poll() is None:
            with contextlib.suppress(OSError):  # a folder that goes while it is read
                if set(self.output.glob(SIGNS[moment])) - before:
                    break
            time.sleep(0.002)
        time.sleep(self.random.uniform(0.0, 0.3) if moment == "a shard" else 0.0)

    def stop(self, process: subprocess.Popen[str], number: signal.Signals, *, group: bool = True) -> None:
        """Send a signal at a random moment; the command ends as that signal says, or had ended before."""
        moment = self.random.choice(["any time", "any time", *SIGNS])
        self.wait(process, moment)
        if process.poll() is None:
            (os.killpg if group else os.kill)(process.pid, number)
            self.count[number.name] += 1
            self.notes.append(f"{number.name} at {moment}")
        self.finish(process, {0, 130 if number == signal.SIGINT else -number})

    # rounds

    def killed(self) -> None:
        """SIGKILL to the whole group or the first process, up to four times."""
        for _ in range(self.random.randint(1, 4)):
            self.stop(self.some_start(), signal.SIGKILL, group=self.random.random() < 0.7)
        self.complete()

    def stopped(self) -> None:
        """SIGTERM, or Ctrl-C, which a terminal sends to the whole group."""
        for _ in range(self.random.randint(1, 2)):
            process = self.some_start()
            time.sleep(1.0)  # before that Python itself is starting, and has no handler yet
            self.stop(process, self.random.choice([signal.SIGINT, signal.SIGTERM]))
        self.complete()

    def full_disk(self) -> None:
        """No room on the disk (ENOSPC) where a small one can be mounted, or for a file (EFBIG)."""
        room = self.random.randrange(4096, 500_000)
        self.output.mkdir()
        disk = ["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", str(self.output)]
        mounted = self.random.random() < 0.7 and subprocess.run(disk, capture_output=True, check=False).returncode == 0
        code = self.finish(self.some_start() if mounted else self.start(most_bytes=room // 4), {0, 2})
        must(code == 0 or "could not be written" in self.said, f"exit code {code}\n{self.said}")
        self.count["ENOSPC" if mounted else "EFBIG"] += code == 2
        self.notes.append(f"{room} bytes: {self.said.rsplit('/', 1)[-1].split(' (allowed')[0] if code else 'fits'}")
        if mounted:
            subprocess.run(["mount", "-o", "remount,size=64m", str(self.output)], check=True)
        self.complete()

    def worker_lost(self) -> None:
        """One of two Dask workers gets SIGKILL, up to three times."""
        process = self.start("executor=dask", "executor.workers=2")
        for _ in range(self.random.randint(1, 3)):
            self.wait(process, self.random.choice(["any time", "a shard"]))
            if workers := [pid for pid, line in session(process.pid).items() if "spawn_main" in line]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.random.choice(workers), signal.SIGKILL)
                    self.count["workers killed"] += 1
                    self.notes.append(f"one of {len(workers)} killed")
        if self.finish(process, {0, 2}) == 2:
            must("no worker could be started" in self.said, f"exit code 2\n{self.said}")
            self.notes.append("a worker killed before the cluster was up: told so")
            self.complete()

    def two_at_once(self) -> None:
        """Two commands on one store, the second with other tiles half of the time; one of them may be killed."""
        fewer = self.random.choice([REPLICATES, self.random.randrange(50, REPLICATES)])
        both = {"whole": self.some_start(), "other": self.some_start(replicates=fewer)}
        victim = self.random.choice(["whole", "other", "other", None])
        if victim:
            self.stop(both[victim], signal.SIGKILL)
        for name in both.keys() - {victim}:
            self.finish(both[name], {0})
        if both["whole"].returncode == 0:
            must(self.check()[0] == 0, "not complete though a command says so")
        self.complete()

    def damaged(self) -> None:
        """A file of a whole store is changed, cut or deleted: --check says so, the same command makes it again."""
        self.finish(self.some_start(), {0})
        victim = self.random.choice(sorted(self.folder().glob("[op]*/*.parquet")))
        content, at = victim.read_bytes(), self.random.randrange(victim.stat().st_size)
        how = self.random.choice(["changed", "cut", "deleted"])
        self.notes.append(f"{victim.parent.name}/{victim.name} {how}")
        victim.unlink()
        if how != "deleted":
            victim.write_bytes(content[:at] + (bytes([content[at] ^ 0x55]) + content[at + 1 :] if how == "changed" else b""))
        code, said = self.check()
        must(code == 1 and (victim.name if how != "deleted" else "missing") in said, f"--check ends with {code}:\n{said}")
        must("'keep=[pairs]' " in said and f"replicates={REPLICATES}" in said, f"the command is not told:\n{said}")
        self.complete()
        if how != "deleted":
            victim.with_suffix(".damaged").unlink()

    def topped_up(self) -> None:
        """Fewer replicates, mostly killed; then others; then all."""
        for _ in range(self.random.randint(1, 3)):
            process = self.some_start(replicates=self.random.randrange(20, REPLICATES))
            if self.random.random() < 0.7:
                self.stop(process, signal.SIGKILL)
            self.finish(process, {0}) if process.returncode is None else None
        self.complete()

    # what must hold

    def folder(self) -> Path:
        """The one store below the output folder."""
        (found,) = self.output.iterdir()
        return found

    def check(self) -> tuple[int, str]:
        with contextlib.redirect_stdout(io.StringIO()) as said:
            code = alliances(["results", str(self.folder()), "--check"])
        return code, said.getvalue()

    def raw(self, kind: str) -> pd.DataFrame:
        """Rows of every Parquet file of a kind, as they lie there."""
        return pd.concat([pd.read_parquet(path) for path in (self.folder() / kind).glob("*.parquet")])

    def verify(self) -> None:
        """The store holds the reference's rows, each once, and nothing else; its own check agrees."""
        names = sorted(str(path.relative_to(self.folder())) for path in self.folder().rglob("*"))
        must(not (strays := [name for name in names if not BELONGS.match(name)]), f"does not belong there: {strays}")
        must(self.check()[0] == 0, f"--check: {self.check()[1]}")
        for kind, reference in self.reference.items():
            for where, rows in (("files", self.raw(kind)), ("results", read_results(self.folder(), kind, with_points=False))):
                must(not rows.duplicated(KEYS[kind]).any(), f"rows of {kind} are double in {where}: {names}")
                must(len(rows.groupby(["point", "replicate"])) == RUNS, f"rows of {kind} are lost in {where}: {names}")
                must(as_text(rows, kind) == reference, f"rows of {kind} differ in {where}")
        must(not any((self.work / "cwd").iterdir()), "the command wrote into the current folder")

    def clear(self, folder: Path) -> None:
        while os.path.ismount(folder):
            subprocess.run(["umount", str(folder)], check=True)
        shutil.rmtree(folder, ignore_errors=True)


def as_text(rows: pd.DataFrame, kind: str) -> str:
    """Every value so that two are alike only if they are the same, in the order of run (and pair)."""
    words = dict.fromkeys(rows.select_dtypes("category"), str)
    return rows.astype(words).sort_values(KEYS[kind]).to_csv(index=False)


def session(leader: int) -> dict[int, str]:
    """Processes of the session that a command leads, itself apart, with their command lines."""
    found = {}
    for process in psutil.process_iter():
        with contextlib.suppress(ProcessLookupError, psutil.Error):
            if os.getsid(process.pid) == leader and process.pid != leader and process.status() != psutil.STATUS_ZOMBIE:
                found[process.pid] = " ".join(process.cmdline())
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Disturb a sweep at random, and compare every row.")
    parser.add_argument("minutes", type=float, nargs="?", default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, help="folder to work in (default: a temporary one)")
    parser.add_argument("--only", nargs="+", choices=ROUNDS, default=ROUNDS, help="kinds of rounds")
    given = parser.parse_args()
    soak = Soak((given.work or Path(tempfile.mkdtemp(prefix="soak-"))).absolute(), given.seed)
    started, rounds, findings = time.monotonic(), Counter[str](), Counter[str]()
    while (begun := time.monotonic()) < started + 60 * given.minutes:
        name = soak.random.choice(given.only)
        rounds[name] += 1
        soak.begin(soak.work / f"round-{rounds.total():04d}")
        try:
            getattr(soak, name.replace(" ", "_"))()
            soak.verify()
            outcome = "as the reference"
            soak.clear(soak.output)
        except Exception as error:  # what the soak does not expect is a finding too
            findings[name] += 1
            outcome = f"FINDING, kept in {soak.output}: {type(error).__name__} {error}"
            for process in soak.processes:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
        seconds = time.monotonic() - begun
        print(f"{rounds.total():4d} {name:12s} {seconds:5.1f} s  {'; '.join(soak.notes)}: {outcome}", flush=True)
    print(f"\n{'round':12s} {'rounds':>7s} {'findings':>9s}")
    for name in ROUNDS:
        print(f"{name:12s} {rounds[name]:7d} {findings[name]:9d}")
    print(f"{'all':12s} {rounds.total():7d} {findings.total():9d}")
    print(f"{(time.monotonic() - started) / 60:.1f} minutes, seed {given.seed}; {dict(soak.count)}")
    if not findings:
        soak.clear(soak.work)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
