"""What a search weighs: how much a wedge breaks, and its price in violence, fragmentation and effort."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...world.instruments import WedgeConf, window, with_wedge
from ...world.tables import Floats
from ...world.world import World
from ..intervals import Z
from .comparison import Setting
from .effects import paired
from .search_settings import VERIFICATION
from .watched import RUN, Seen, run_seen


@dataclass(frozen=True)
class Measured:
    """What a wedge does, wedge less baseline on the same keys.

    Attributes
    ----------
    broken, low, high : float
        Change in the share of runs in which the alliance in focus is broken at the horizon, mean over theses; 95 % interval.
    worst, worst_low, worst_high : float
        The same under the thesis in which it is least.
    worst_thesis : str
    violence : float
        Relative change of attacks on civilians over the runs of all theses; 0.1 is a tenth more.
    fragmentation : float
        Change in splits and defections a run, over all organisations.
    cost : float
        Effort: `cost_of`.
    """

    broken: float
    low: float
    high: float
    worst: float
    worst_low: float
    worst_high: float
    worst_thesis: str
    violence: float
    fragmentation: float
    cost: float

    def aims(self, robust: str) -> tuple[float, float, float, float]:
        """The four objectives, all to be made small: the break with its sign turned, violence, fragmentation, cost."""
        return (-(self.worst if robust == "worst" else self.broken), self.violence, self.fragmentation, self.cost)


Evaluate = Callable[[WedgeConf], Measured]


def cost_of(wedge: WedgeConf, costs: Mapping[str, float], base: World) -> float:
    """Effort of a wedge: cost times size times the share of the run's months in which it acts, summed over instruments.

    An offer's verification is paid for as well, by how much is verified.
    """
    total = 0.0
    for name, conf in wedge.instruments():
        months = window(base, conf, f"wedge {wedge.name}: {name}")
        share = (months.stop - months.start) / base.calendar.months
        total += (costs[name] * conf.size + costs[VERIFICATION] * (conf.verification or 0.0)) * share
    return total


def mean_over_theses(before: Floats, after: Floats) -> tuple[float, float, float]:
    """Mean paired difference over theses with its 95 % interval.

    Runs of one replicate share their keys over theses, so replicates are the independent units. A difference that no run
    showed has the standard error of `effects.paired`.

    Parameters
    ----------
    before, after : (K, R) float
        By thesis and replicate.
    """
    d = (after - before).mean(axis=0)
    mean = float(d.mean())
    se = max(float(d.std(ddof=1)) / np.sqrt(len(d)), 1.0 / (before.size + 2.0))
    return mean, mean - Z * se, mean + Z * se


class Evaluator:
    """Runs a wedge under every thesis and holds it against the baseline, run once.

    Parameters
    ----------
    setting : Setting
        Its first pair is in focus; its replicates are not used.
    costs : mapping
        `SearchSettings.cost`.
    numbers : (R,) int
        Numbers of the replicates to run.
    """

    def __init__(self, setting: Setting, costs: Mapping[str, float], numbers: NDArray[np.int64]) -> None:
        self.setting, self.costs, self.numbers = setting, costs, numbers
        self.baseline = self._runs(setting.base)

    def _runs(self, world: World) -> Seen:
        s = self.setting
        return run_seen(world, s.table(), self.numbers, s.seed, [s.focus], s.threads)

    def __call__(self, wedge: WedgeConf) -> Measured:
        """Measure a wedge."""
        before = self.baseline
        under = self._runs(with_wedge(self.setting.base, wedge)) if wedge.instruments() else before
        theses, shape = list(self.setting.readings), (len(self.setting.readings), len(self.numbers))
        x, y = before.focal("broken").reshape(shape), under.focal("broken").reshape(shape)
        each = [paired(a, b, "share") for a, b in zip(x, y, strict=True)]
        least = min(range(len(each)), key=lambda k: each[k].difference)
        civilian, now = (float(seen.values[RUN, "civilian"].mean()) for seen in (before, under))
        parted, apart = (seen.values[RUN, "splits"] + seen.values[RUN, "defections"] for seen in (before, under))
        at_least_one = max(civilian, 1.0 / x.size)  # in a world without such attacks, one over all runs is the measure
        return Measured(
            *mean_over_theses(x, y), each[least].difference, each[least].low, each[least].high, theses[least],
            (now - civilian) / at_least_one, float((apart - parted).mean()), cost_of(wedge, self.costs, self.setting.base),
        )  # fmt: skip
