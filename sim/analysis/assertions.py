"""What the articles assert, as checks on runs: one file an assertion, one rule for the verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ..engine.ensemble import run_ensemble
from ..errors import InputError, unknown
from ..evidence.claims import articles
from ..evidence.ledger import ledger
from ..paths import EXPERIMENTS, read_yaml
from ..runs.clustered import effective_size
from ..runs.config import composed, reading_of, world_of
from ..runs.draws import draw_numbers
from ..world.parameters import default_values
from ..world.schema import Strict, validated
from .intervals import Z, wilson
from .named_patterns import NamedSeen, sides_of
from .run_statistics import STATISTICS, run_statistic

FOLDER = EXPERIMENTS / "assertions"
SIGNS = FOLDER / "signs"
"""Assertions that raising a mechanism moves what an article speaks of in the direction it says; counted apart."""
Verdict = Literal["reproduced", "not reproduced", "contradicted"]


class Arm(Strict):
    """One set of runs: choices and overrides as `alliances run` takes them."""

    label: str
    run: Annotated[list[str], Field(min_length=1)]


class Assertion(Strict):
    """An assertion and how it is checked.

    Attributes
    ----------
    name, title, why : str
        `why`: how the experiment answers to the claims, and what it leaves out.
    claims : list of str
    arms : list of Arm
        One: its mean is held against `than`. Two: the first less the second, run by run on the same keys.
    statistic : str
        A function of `run_statistics`; `arguments` go to it.
    raised : str, optional
        A parameter, with one arm: the arm's runs with it raised are compared with those with it lowered (`compared`).
    asserted : str
        Which side of `than` is asserted: above or below.
    than : float
        A threshold for one arm; for two, the least difference that matters, 0 or more, with the sign of `asserted`.
    disagrees : str, optional
        Where the model contradicts it: which of the two is wrong, and why. A contradiction without it fails a test.
    """

    name: str
    title: str
    claims: Annotated[list[str], Field(min_length=1)]
    why: str
    arms: Annotated[list[Arm], Field(min_length=1, max_length=2)]
    statistic: str
    arguments: dict[str, Any] = Field(default_factory=dict)
    raised: str | None = None
    asserted: Literal["above", "below"]
    than: float
    disagrees: str | None = None

    @property
    def compared(self) -> list[Arm]:
        """The sets of runs compared: the arms; of one whose parameter is raised, that with 1.5 and with 0.5 of its default.

        Neither leaves the plausible range of the ledger.
        """
        if self.raised is None:
            return self.arms
        span, value = ledger().entry(self.raised).range, default_values()[self.raised]
        sizes = {"raised": min(1.5 * value, span.high), "lowered": max(0.5 * value, span.low)}
        return [Arm(label=name, run=[*self.arms[0].run, f"parameters.{self.raised}={x!r}"]) for name, x in sizes.items()]

    @property
    def paired(self) -> bool:
        """Whether the statistic is a difference, run by run on the same keys."""
        return len(self.compared) == 2

    @model_validator(mode="after")
    def _fits(self) -> Assertion:
        if self.raised is not None and len(self.arms) == 2:
            raise ValueError("a raised parameter makes two sets of runs of one arm")
        if self.raised is not None and self.raised not in default_values():
            raise ValueError(f"no parameter is called '{self.raised}'")
        if self.paired and self.than < 0.0:
            raise ValueError("the least difference that matters is 0 or more; `asserted` gives its sign")
        return self


@dataclass(frozen=True)
class Finding:
    """What came of an assertion: estimate, its 95 % interval, runs with something to say, verdict."""

    assertion: Assertion
    estimate: float
    low: float
    high: float
    runs: int
    verdict: Verdict


def interval(x: NDArray[np.float64], draw: NDArray[np.int64] | None = None, *, paired: bool) -> tuple[float, float, float]:
    """Mean of runs with its 95 % interval: Wilson's where each run of one arm has the thing or not, else the normal one.

    draw: which of the posterior each run took; the interval is then over runs and draws.
    """
    if len(x) < 2:
        return float(x.mean()) if len(x) else float("nan"), float("nan"), float("nan")
    share = not paired and bool(np.isin(x, (0.0, 1.0)).all())
    mean, worth = float(x.mean()), effective_size(x, draw, share=share)
    if share:
        low, high = wilson(np.array(mean), np.array(worth))
        return mean, float(low), float(high)
    error = max(float(x.std(ddof=1)) / np.sqrt(worth), 0.5 / worth)  # what no run showed is not known to be zero for certain
    return mean, mean - Z * error, mean + Z * error


def verdict(estimate: float, low: float, high: float, asserted: str, than: float, *, paired: bool) -> Verdict:
    """The rule: where the 95 % interval of the estimate lies.

    One arm: wholly on the asserted side of the threshold, reproduced; wholly on the other, contradicted. Two arms: wholly
    beyond the least difference that matters on the asserted side, reproduced; wholly beyond zero on the other side,
    contradicted. Else not reproduced: no such effect, or too few runs to tell.
    """
    sign = 1.0 if asserted == "above" else -1.0
    low, high = sorted((sign * low, sign * high))
    if np.isnan([estimate, low, high]).any():
        return "not reproduced"
    against = 0.0 if paired else sign * than
    if low > (than if paired else sign * than):
        return "reproduced"
    return "contradicted" if high < against else "not reproduced"


def read_assertions(folder: Path = FOLDER) -> list[Assertion]:
    """Every assertion, by the names of files and their order in them.

    Raises
    ------
    InputError
        Names the file, the field, the value and what is allowed.
    """
    known = {claim.id for article in articles() for claim in article.claims}
    found: list[Assertion] = []
    for path in sorted(folder.glob("*.yaml")):
        rows = read_yaml(path)
        if not isinstance(rows, list):
            raise InputError(str(path), "", "is not a list", "a list of assertions")
        for n, row in enumerate(rows, start=1):
            assertion = validated(Assertion, row, f"{path.name}, assertion {n}")
            for claim in assertion.claims:
                if claim not in known:
                    raise unknown(path.name, f"{assertion.name}.claims", claim, known)
            if assertion.statistic not in STATISTICS:
                raise unknown(path.name, f"{assertion.name}.statistic", assertion.statistic, STATISTICS)
            if assertion.name in [other.name for other in found]:
                raise InputError(path.name, "name", f"'{assertion.name}' is there twice", "each name once")
            found.append(assertion)
    if not found:
        raise InputError(str(folder), "", "holds no assertions", "YAML files with lists of assertions")
    return found


class Laboratory:
    """Runs of arms; an arm that several assertions share is run once.

    Parameters
    ----------
    replicates, seed : int
        Every arm is run under the same keys, so that differences are taken run by run.
    extra : sequence of str
        Overrides put before those of each arm: `parameters.bond.weight=0.5`.
    """

    def __init__(self, replicates: int, seed: int, extra: Sequence[str] = ()) -> None:
        self.replicates, self.seed, self.extra = replicates, seed, list(extra)
        self._held: dict[tuple[str, ...], NamedSeen] = {}
        self._draws: dict[tuple[str, ...], int] = {}

    def _line(self, arm: Arm) -> tuple[str, ...]:
        """What is composed for an arm. A thesis that is not named is consensus."""
        words = arm.run if any(w.startswith("thesis=") for w in arm.run) else ["thesis=consensus", *arm.run]
        return (*self.extra, *words)

    def draw(self, assertion: Assertion) -> NDArray[np.int64] | None:
        """Draw of the posterior of each run, the same in both arms. (N,); None without draws."""
        for arm in assertion.compared:
            self.runs(arm)
        draws = max(self._draws[self._line(arm)] for arm in assertion.compared)
        found: NDArray[np.int64] | None = draw_numbers(np.arange(self.replicates), draws)
        return found

    def runs(self, arm: Arm) -> NamedSeen:
        """The runs of an arm."""
        key = self._line(arm)
        if key not in self._held:
            config = composed(list(key))
            world, reading = world_of(config), reading_of(config)
            out = run_ensemble(world, reading.table(), self.replicates, self.seed, events=True)
            self._draws[key] = reading.draws
            assert out.events is not None
            assert out.run is not None
            self._held[key] = NamedSeen(world, out.outcomes, out.events, out.run, sides_of(world))
        return self._held[key]

    def values(self, assertion: Assertion) -> NDArray[np.float64]:
        """The statistic of every run, or its paired difference. (N,)."""
        parts = [run_statistic(assertion.statistic, self.runs(arm), assertion.arguments) for arm in assertion.compared]
        return parts[0] if len(parts) == 1 else parts[0] - parts[1]

    def check(self, assertion: Assertion) -> Finding:
        """Run an assertion and judge it."""
        x, draw = self.values(assertion), self.draw(assertion)
        known = ~np.isnan(x)
        x = x[known]
        found = interval(x, None if draw is None else draw[known], paired=assertion.paired)
        return Finding(assertion, *found, len(x), verdict(*found, assertion.asserted, assertion.than, paired=assertion.paired))


def checked(
    assertions: Sequence[Assertion], laboratory: Laboratory, told: Callable[[int, str], None] = lambda *_: None
) -> list[Finding]:
    """Findings in the order of the assertions."""
    found = []
    for n, assertion in enumerate(assertions, start=1):
        found.append(laboratory.check(assertion))
        told(n, assertion.title)
    return found
