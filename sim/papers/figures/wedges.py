"""Figures of wedges: run for run against the same runs without."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...analysis.wedges.comparison import Arm, Setting, arms_of, compare
from ...analysis.wedges.effects import paired
from ...analysis.wedges.response import broken, by_start
from ...analysis.wedges.robustness import worlds_of
from ...analysis.wedges.watched import RUN
from ...measures.pairs import named_pair
from ...world.instruments import WedgeConf, with_wedge
from ...world.loading import load_world
from ...world.packages import read_wedge
from ...world.schema import InstrumentConf
from ..experiment import Experiment, rows_of, share_rows
from .theses import values_of

FOCUS = "haqqani-al_qaeda"
SIDE = ("splits", "civilian", "rival_fighters")


def _setting(e: Experiment, runs: int) -> tuple[Setting, list[Arm]]:
    base = load_world(e.runs.scenarios[0])[0]
    setting = Setting(base, {name: values_of(name) for name in e.runs.theses}, [named_pair(base, FOCUS)], runs, e.seed)
    return setting, arms_of(base, [read_wedge(name) for name in e.runs.arms])


def wedge_league(e: Experiment, runs: int) -> pd.DataFrame:
    """Twelve wedges on the tie of the Haqqanis: effect, side effects, every thesis."""
    setting, arms = _setting(e, runs)
    done = compare(setting, arms)
    parts = []
    for row in done.focus("broken").reset_index().to_dict("records"):
        parts.append(rows_of("broken", _words(row["wedge"]), 0, row["difference"], row["se"]))
    side = done.of(setting.headline)
    for row in side[(side["subject"] == RUN) & side["measure"].isin(SIDE)].to_dict("records"):
        parts.append(rows_of(str(row["measure"]), _words(row["wedge"]), 0, row["difference"], row["se"]))
    for row in worlds_of(done).to_dict("records"):
        x = e.runs.theses.index(row["world"])
        parts.append(rows_of("theories", _words(row["wedge"]), x, row["difference"], row["se"]))
    return pd.concat(parts, ignore_index=True)


def _words(name: object) -> str:
    return str(name).replace("_", " ")


def when_to_act(e: Experiment, runs: int) -> pd.DataFrame:
    """Effect of four wedges by the quarter in which they start, to the horizon and for a year."""
    setting, arms = _setting(e, runs)
    calendar = setting.base.calendar
    starts = [calendar.date(t) for t in range(0, calendar.months - 3, 3)]
    wedges = [arm.wedge for arm in arms]
    table = by_start(setting, wedges, starts, [None], broken(setting, setting.base))
    parts = [
        rows_of("starts", _words(row["wedge"]), calendar.index(str(row["start"])), row["difference"], row["se"])
        for row in table.to_dict("records")
    ]
    return pd.concat(parts, ignore_index=True)


FOLDS = 10


def variance_reduction(e: Experiment, runs: int) -> pd.DataFrame:
    """By how much the shared keys cut the number of runs, wedge by wedge: decimal logarithm, with its jackknife error."""
    setting, arms = _setting(e, runs)
    measures = {"months allied": (setting.focus.name, "months_allied"), "attacks": (RUN, "attacks")}
    baseline, parts = setting.runs(setting.base), []
    for arm in arms:
        under = setting.runs(arm.world)
        for label, key in measures.items():
            x, y = baseline.values[key], under.values[key]
            whole = np.log10(paired(x, y, "mean").reduction)
            left_out = [np.delete(np.arange(runs), fold) for fold in np.array_split(np.arange(runs), FOLDS)]
            logs = np.log10([paired(x[kept], y[kept], "mean").reduction for kept in left_out])
            error = np.sqrt((FOLDS - 1) / FOLDS * ((logs - logs.mean()) ** 2).sum())
            parts.append(rows_of(label, _words(arm.name), 0, whole, error))
    return pd.concat(parts, ignore_index=True)


STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)


def phase_map(e: Experiment, runs: int) -> pd.DataFrame:
    """Share of runs in which the Haqqani tie is broken, by pressure on al-Qaeda and by the order to cease joint work."""
    base = load_world(e.runs.scenarios[0])[0]
    setting = Setting(base, {"consensus": values_of("consensus")}, [named_pair(base, FOCUS)], runs, e.seed)
    parts = []
    for order in STEPS:
        for column, size in enumerate(STEPS):
            uses = {
                "kinetic_pressure": InstrumentConf(target="al_qaeda", size=size),
                "halt_order": InstrumentConf(target="taliban", about="al_qaeda", size=order),
            }
            world = with_wedge(base, WedgeConf(name="map", title="map", **uses))
            parts.append(share_rows("broken", f"order {order:g}", column, broken(setting, world).mean(), runs))
    return pd.concat(parts, ignore_index=True)
