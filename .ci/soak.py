"""A soak of the sweeps: one small sweep, disturbed at random for as long as asked. Nothing may be lost, nothing double.

    python .ci/soak.py [MINUTES] [--seed S] [--work DIR] [--only NAME,NAME]

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
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import psutil
import pyarrow.parquet as pq

from sim.cli import main as alliances
from sim.runs.results import read_results

POINTS, REPLICATES = 12, 400
COMMAND = [
    "run", "-m", "scenario=talks_2018", "wedge=offer", "thesis=consensus,cost_benefit_only", "keep=[pairs]",
    "parameters.pressure.kinetic=0,0.5,1", "wedge.offer.size=0.2,0.8",
]  # fmt: skip
DASK = ["executor=dask", "executor.workers=2"]
KEYS = {"outcomes": ["point", "replicate"], "pairs": ["point", "replicate", "a", "b"]}
BELONGS = re.compile(r"(manifest\.json|points\.parquet|(outcomes|pairs)(/(p|part-)\d[\dpr-]*-[0-9a-f]{16}\.parquet)?)$")
HANGS = 240.0  # seconds after which a command is taken to hang
ENDS = {signal.SIGKILL: {-9}, signal.SIGTERM: {-15, 143}, signal.SIGINT: {130}}


class Finding(Exception):  # noqa: N818
    """Something that must not happen."""


def must(condition: bool, message: str) -> None:
    """Raise a Finding unless."""
    if not condition:
        raise Finding(message)


class Soak:
    """The reference, the folder at work, and what has been counted."""

    def __init__(self, work: Path, seed: int) -> None:
        self.work, self.random = work, random.Random(seed)
        self.count: Counter[str] = Counter()
        self.notes: list[str] = []
        self.said = ""
        for name in ("cwd", "tmp"):
            (work / name).mkdir(parents=True, exist_ok=True)
        self.env = {**os.environ, "TMPDIR": str(work / "tmp"), "PYTHONPATH": os.pathsep.join(sys.path)}
        self.output = work / "reference"
        started = time.monotonic()
        self.complete()
        self.longest = 1.2 * (time.monotonic() - started)
        self.reference = {kind: self.raw(kind) for kind in KEYS}
        must(len(self.reference["outcomes"]) == POINTS * REPLICATES, "the reference is not complete")

    # commands -----------------------------------------------------------------------------------------

    def start(self, *words: str, replicates: int = REPLICATES, most_bytes: int | None = None) -> subprocess.Popen[str]:
        """The sweep in a session of its own; `most_bytes` bounds every file it writes."""
        line = [sys.executable, "-m", "sim.cli", *COMMAND, f"replicates={replicates}", f"output={self.output}", *words]
        process = subprocess.Popen(
            line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self.env, cwd=self.work / "cwd",
            start_new_session=True,
        )  # fmt: skip
        if most_bytes is not None:
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
        return process

    def finish(self, process: subprocess.Popen[str], codes: set[int]) -> int:
        """Wait for a command: it ends with one of the codes, without a traceback, and leaves no process behind."""
        try:
            said, _ = process.communicate(timeout=HANGS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise Finding(f"hangs, or left a process that holds its output\n{process.communicate()[0]}") from None
        self.said, deadline = said, time.monotonic() + 15
        while (left := session(process.pid)) and time.monotonic() < deadline:
            time.sleep(0.05)
        must(not left, f"processes left behind: {left}")
        must("Traceback" not in said and "Exception ignored" not in said, f"a traceback\n{said}")
        must(process.returncode in codes, f"exit code {process.returncode}, not one of {sorted(codes)}\n{said}")
        return process.returncode

    def complete(self, *words: str) -> None:
        """The command to its end."""
        self.finish(self.start(*words), {0})

    def wait(self, process: subprocess.Popen[str], moment: str) -> None:
        """Wait for a moment of the command, or its end."""
        self.notes.append(moment)
        if moment == "any time":
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(self.random.uniform(0.0, self.longest))
            return
        sign = {"a shard": "[op]*/p*.parquet", "a write": "**/.writing-*", "the merge": "[op]*/part-*"}[moment]
        before = self.seen(sign)
        while process.poll() is None and not self.seen(sign) - before:
            time.sleep(0.001)
        if moment == "a shard":
            time.sleep(self.random.uniform(0.0, 0.3))

    def seen(self, sign: str) -> set[Path]:
        """Files of the store whose names fit."""
        with contextlib.suppress(OSError):  # a folder that comes or goes while it is read
            return set(self.output.glob(f"*/{sign}"))
        return set()

    def stop(self, process: subprocess.Popen[str], number: signal.Signals, *, group: bool = True) -> None:
        """Send a signal at a random moment; the command ends as that signal says, or had ended before."""
        self.wait(process, self.random.choice(["any time", "any time", "a shard", "a write", "the merge"]))
        with contextlib.suppress(ProcessLookupError):
            if process.poll() is None:
                (os.killpg if group else os.kill)(process.pid, number)
                self.count["signals"] += 1
                self.notes[-1] = f"{number.name} at {self.notes[-1]}"
        self.finish(process, ENDS[number] | {0})

    def executor(self) -> list[str]:
        """Dask one time in four."""
        return DASK if self.random.random() < 0.25 else []

    # rounds -------------------------------------------------------------------------------------------

    def killed(self) -> None:
        """SIGKILL to the whole group or the first process, up to four times."""
        for _ in range(self.random.randint(1, 4)):
            self.stop(self.start(*self.executor()), signal.SIGKILL, group=self.random.random() < 0.7)
        self.complete()

    def stopped(self) -> None:
        """SIGTERM, or Ctrl-C, which a terminal sends to the whole group."""
        for _ in range(self.random.randint(1, 2)):
            process = self.start(*self.executor())
            time.sleep(1.0)  # before that Python itself is starting, and has no handler yet
            self.stop(process, *self.random.choice([(signal.SIGINT,), (signal.SIGTERM,)]), group=True)
        self.complete()

    def full_disk(self) -> None:
        """No room for a file (EFBIG), or none on the disk (ENOSPC) where a small one can be mounted."""
        room = self.random.randrange(0, 500_000)
        self.output.mkdir()
        disk = ["mount", "-t", "tmpfs", "-o", f"size={room + 4096}", "tmpfs", str(self.output)]
        if self.random.random() < 0.7 and subprocess.run(disk, capture_output=True, check=False).returncode == 0:
            self.notes.append(f"a disk of {room} bytes")
            codes = [self.finish(self.start(), {0, 2}) for _ in range(2)]
            subprocess.run(["mount", "-o", "remount,size=64m", str(self.output)], check=True)
        else:
            room //= 4
            self.notes.append(f"files of {room} bytes at most")
            codes = [self.finish(self.start(most_bytes=room), {0, 2}) for _ in range(2)]
        self.count["disks full"] += codes.count(2)
        self.complete()

    def worker_lost(self) -> None:
        """One of two Dask workers gets SIGKILL, up to three times."""
        process = self.start(*DASK)
        for _ in range(self.random.randint(1, 3)):
            self.wait(process, self.random.choice(["any time", "a shard"]))
            if workers := [pid for pid, line in session(process.pid).items() if "spawn_main" in line]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.random.choice(workers), signal.SIGKILL)
                    self.count["workers killed"] += 1
        if self.finish(process, {0, 2}) == 2:  # killed before it was up
            must("no worker could be started" in self.said, f"exit code 2\n{self.said}")
            self.notes.append("too early")
            self.complete()

    def two_at_once(self) -> None:
        """Two commands on one store, the second with other tiles half of the time; one of them may be killed."""
        fewer = self.random.choice([REPLICATES, self.random.randrange(50, REPLICATES)])
        both = [self.start(*self.executor()), self.start(*self.executor(), replicates=fewer)]
        self.random.shuffle(both)
        self.notes.append(f"{fewer} replicates beside {REPLICATES}")
        if self.random.random() < 0.7:
            self.stop(both[0], signal.SIGKILL)
        for process in both:
            if process.returncode is None:
                self.finish(process, {0})
        self.complete()

    def damaged(self) -> None:
        """A file of a whole store is changed, cut or deleted: --check says so, the same command makes it again."""
        self.complete(*self.executor(), f"threads={self.random.choice([1, 2])}")
        folder = self.folder()
        victim = self.random.choice(sorted(folder.glob("[op]*/*.parquet")))
        content, at = victim.read_bytes(), self.random.randrange(victim.stat().st_size)
        how = self.random.choice(["changed", "cut", "deleted"])
        self.notes.append(f"{victim.parent.name}/{victim.name} {how}")
        victim.unlink()
        if how != "deleted":
            victim.write_bytes(content[:at] + (bytes([content[at] ^ 0x55]) + content[at + 1 :] if how == "changed" else b""))
        code, said = self.check()
        named = victim.name if how != "deleted" else "missing|has not been run|have not been run"
        must(code == 1 and re.search(named, said) is not None, f"--check does not name it (exit code {code}):\n{said}")
        self.complete()
        for path in folder.glob("*/*.damaged"):
            must(how != "deleted" and path.with_suffix(".parquet").name == victim.name, f"{path} is set aside")
            path.unlink()

    def topped_up(self) -> None:
        """Fewer replicates, killed; then more, killed; then all."""
        for _ in range(self.random.randint(1, 3)):
            fewer = self.random.randrange(20, REPLICATES)
            self.notes.append(f"{fewer} replicates")
            process = self.start(*self.executor(), replicates=fewer)
            if self.random.random() < 0.7:
                self.stop(process, signal.SIGKILL)
            else:
                self.finish(process, {0})
        self.complete()

    # what must hold -----------------------------------------------------------------------------------

    def folder(self) -> Path:
        """The one store below the output folder."""
        found = sorted(self.output.iterdir())
        must(len(found) == 1, f"not one folder but {[path.name for path in found]}")
        return found[0]

    def check(self) -> tuple[int, str]:
        """Exit code and words of `alliances results DIR --check`."""
        with contextlib.redirect_stdout(io.StringIO()) as said:
            code = alliances(["results", str(self.folder()), "--check"])
        return code, said.getvalue()

    def raw(self, kind: str) -> pd.DataFrame:
        """Rows of every Parquet file of a kind as they lie there, in the order of run (and pair)."""
        tables = [pq.read_table(path).to_pandas() for path in sorted((self.folder() / kind).glob("*.parquet"))]
        rows = pd.concat([t.astype({c: str for c in t if t[c].dtype == "category"}) for t in tables])
        return rows.sort_values(KEYS[kind], kind="stable", ignore_index=True)

    def verify(self) -> None:
        """The store holds the reference's rows, each once, and nothing else; its own check agrees."""
        folder = self.folder()
        names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
        must(not (strays := [name for name in names if not BELONGS.match(name)]), f"does not belong there: {strays}")
        code, said = self.check()
        must(code == 0, f"--check: {said}")
        for kind, reference in self.reference.items():
            keys = KEYS[kind]
            for where, rows in (("files", self.raw(kind)), ("read_results", read_results(folder, kind, with_points=False))):
                double = int(rows.duplicated(keys).sum())
                must(double == 0, f"{double} rows of {kind} are double in {where}: {names}")
                lost = len(reference) - len(rows)
                must(lost == 0, f"{lost} rows of {kind} are lost in {where}: {names}")
                found = rows.astype(reference.dtypes.to_dict()).sort_values(keys, ignore_index=True)
                for column in reference:
                    must(as_bytes(found[column]) == as_bytes(reference[column]), f"{column} of {kind} differs in {where}")
        must(not any((self.work / "cwd").iterdir()), "the command wrote into the current folder")


def as_bytes(column: pd.Series) -> object:
    """A column bit for bit."""
    return column.to_numpy().tobytes() if column.dtype.kind in "biuf" else list(column)


def session(leader: int) -> dict[int, str]:
    """Processes of the session that a command leads, itself apart, with their command lines."""
    found = {}
    for process in psutil.process_iter(["pid"]):
        with contextlib.suppress(ProcessLookupError, psutil.Error):
            if os.getsid(process.pid) == leader and process.pid != leader and process.status() != psutil.STATUS_ZOMBIE:
                found[process.pid] = " ".join(process.cmdline())
    return found


def clear(folder: Path) -> None:
    """Remove a round's folder, and the disk that was mounted there."""
    while os.path.ismount(folder):
        subprocess.run(["umount", str(folder)], check=True)
    shutil.rmtree(folder, ignore_errors=True)


ROUNDS: dict[str, Callable[[Soak], None]] = {
    "killed": Soak.killed, "stopped": Soak.stopped, "full disk": Soak.full_disk, "worker lost": Soak.worker_lost,
    "two at once": Soak.two_at_once, "damaged": Soak.damaged, "topped up": Soak.topped_up,
}  # fmt: skip


def main() -> int:
    """Rounds until the time is over, then a table; 1 after any finding."""
    parser = argparse.ArgumentParser(description="Disturb a sweep at random, and compare every row.")
    parser.add_argument("minutes", type=float, nargs="?", default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, help="folder to work in (default: a temporary one)")
    parser.add_argument("--only", help="names of rounds, with commas between")
    given = parser.parse_args()
    work = (given.work or Path(tempfile.mkdtemp(prefix="soak-"))).absolute()
    soak, started = Soak(work, given.seed), time.monotonic()
    rounds, findings, number = Counter[str](), Counter[str](), 0
    while time.monotonic() - started < 60 * given.minutes:
        number += 1
        name = soak.random.choice(given.only.split(",") if given.only else list(ROUNDS))
        soak.output, soak.notes, begun = work / f"round-{number:04d}", [], time.monotonic()
        rounds[name] += 1
        try:
            ROUNDS[name](soak)
            soak.verify()
            outcome = "as the reference"
            clear(soak.output)
        except Exception as found:  # what the soak itself does not expect is a finding too
            findings[name] += 1
            outcome = f"FINDING, kept in {soak.output}: {type(found).__name__} {found}"
        print(f"{number:4d} {name:12s} {time.monotonic() - begun:5.1f} s  {'; '.join(soak.notes)}: {outcome}", flush=True)
    print(f"\n{'round':12s} {'rounds':>7s} {'findings':>9s}")
    for name in ROUNDS:
        print(f"{name:12s} {rounds[name]:7d} {findings[name]:9d}")
    print(f"{'all':12s} {rounds.total():7d} {findings.total():9d}")
    print(f"{(time.monotonic() - started) / 60:.1f} minutes, seed {given.seed}, {dict(soak.count)}")
    if not findings:
        clear(work)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
