"""How much, with what, and when: effect against strength, pairs of wedges together, effect by start."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...errors import InputError
from ...runs.clustered import effective_size
from ...world.instruments import WedgeConf
from ...world.packages import composed_wedge, greatest_factor, put_off, scaled
from ...world.world import World
from ..intervals import Z
from .comparison import Arm, Setting, Told, arm_of
from .effects import paired
from .watched import run_seen

Runs = NDArray[np.float64]
COLUMNS = ("difference", "low", "high", "se")


def broken(setting: Setting, world: World) -> Runs:
    """1 for each run of the headline thesis in which the focal alliance is broken. (R,)."""
    table = setting.table_of(setting.headline)
    return run_seen(world, table, setting.replicates, setting.seed, [setting.focus], setting.threads).focal("broken")


def dose_response(
    setting: Setting, wedges: Sequence[WedgeConf], factors: Sequence[float], baseline: Runs, told: Told = lambda _: None
) -> pd.DataFrame:
    """Effect of each wedge at several strengths, under the headline thesis.

    Returns
    -------
    DataFrame
        wedge, factor (of the sizes as given), difference, low, high, se; NaN where a size would be larger than 1.
    """
    rows = []
    for done, (wedge, factor) in enumerate(itertools.product(wedges, factors), start=1):
        row: dict[str, Any] = {"wedge": wedge.name, "factor": factor, **dict.fromkeys(COLUMNS, float("nan"))}
        if factor <= greatest_factor(wedge):
            found = paired(baseline, broken(setting, arm_of(setting.base, scaled(wedge, factor)).world), "share", setting.draw)
            row |= {c: getattr(found, c) for c in COLUMNS}
        rows.append(row)
        told(done)
    return pd.DataFrame(rows)


def by_start(
    setting: Setting,
    wedges: Sequence[WedgeConf],
    starts: Sequence[str],
    lengths: Sequence[int | None],
    baseline: Runs,
    told: Told = lambda _: None,
) -> pd.DataFrame:
    """Effect of each wedge by the month in which it starts and how long it lasts, under the headline thesis.

    Returns
    -------
    DataFrame
        wedge, start (YYYY-MM), months (NaN: to the horizon), difference, low, high, se.
    """
    rows = []
    for done, (wedge, start, months) in enumerate(itertools.product(wedges, starts, lengths), start=1):
        moved = put_off(wedge, setting.base.calendar, start, months)
        found = paired(baseline, broken(setting, arm_of(setting.base, moved).world), "share", setting.draw)
        given = float("nan") if months is None else float(months)
        rows.append({"wedge": wedge.name, "start": start, "months": given, **{c: getattr(found, c) for c in COLUMNS}})
        told(done)
    return pd.DataFrame(rows)


def joint_arms(base: World, wedges: Sequence[WedgeConf]) -> tuple[list[tuple[str, str, Arm]], list[str]]:
    """Every two wedges as one package; those that contradict each other or share a part are left out and named."""
    found, left_out = [], []
    for a, b in itertools.combinations(wedges, 2):
        shared = [name for name, conf in a.instruments() if (name, conf) in b.instruments()]
        if shared:  # both would count it alone, and it counts once together
            left_out.append(f"{a.name} + {b.name}: both hold the same {shared[0].replace('_', ' ')}")
            continue
        try:
            found.append((a.name, b.name, arm_of(base, composed_wedge([a, b]))))
        except InputError as error:
            left_out.append(f"{a.name} + {b.name}: {error.problem}")
    return found, left_out


def interaction(neither: Runs, first: Runs, second: Runs, both: Runs, draw: NDArray[np.int64] | None = None) -> dict[str, float]:
    """Two-way interaction, run by run: what both do together beyond the sum of what each does alone.

    The interval is over runs and, where `draw` says which of the posterior each run took, draws.

    Returns
    -------
    dict
        together: effect of both; sum: of each alone, added; difference, low, high, se: the first less the second.
    """
    extra = (both - neither) - (first - neither) - (second - neither)
    worth = effective_size(extra, draw, share=False)
    least = 0.5 / worth  # an effect that no run showed is not known to be zero for certain
    se = max(float(extra.std(ddof=1)) / np.sqrt(worth), least)
    mean = float(extra.mean())
    return {
        "together": float((both - neither).mean()), "sum": float((first + second - 2 * neither).mean()),
        "difference": mean, "low": mean - Z * se, "high": mean + Z * se, "se": se,
    }  # fmt: skip


def interactions(
    setting: Setting, wedges: Sequence[WedgeConf], baseline: Runs, told: Told = lambda _: None
) -> tuple[pd.DataFrame, list[str]]:
    """Two-way interactions of every two wedges, under the headline thesis; and the pairs that contradict each other."""
    alone = {}
    for n, wedge in enumerate(wedges, start=1):
        alone[wedge.name] = broken(setting, arm_of(setting.base, wedge).world)
        told(n)
    joint, left_out = joint_arms(setting.base, wedges)
    rows = []
    for n, (a, b, arm) in enumerate(joint, start=len(wedges) + 1):
        found = interaction(baseline, alone[a], alone[b], broken(setting, arm.world), setting.draw)
        rows.append({"first": a, "second": b, **found})
        told(n)
    return pd.DataFrame(rows, columns=["first", "second", "together", "sum", *COLUMNS]), left_out
