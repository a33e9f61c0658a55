"""What the figures run: small functions from a figure and a number of replicates to its table."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..analysis.wedges.comparison import Arm, Setting, arms_of, compare
from ..analysis.wedges.effects import Effect, paired
from ..analysis.wedges.response import broken, by_start
from ..analysis.wedges.robustness import worlds_of
from ..analysis.wedges.watched import RUN, named_pair, watched_pairs
from ..engine.ensemble import run_ensemble
from ..engine.outcomes import ABSENT
from ..paths import CONF, read_yaml
from ..rules.switches import switched_off
from ..world.changes import with_shock
from ..world.instruments import with_wedge
from ..world.loading import load_world, read_option, thesis_values
from ..world.names import Level, Stance
from ..world.packages import read_wedge
from ..world.parameters import default_values, parameter_table
from ..world.schema import InstrumentConf, ShockConf, WedgeConf, validated
from ..world.tables import Table
from ..world.world import World
from .experiment import Experiment, rows_of, share_rows
from .hangs_on import sensitivity
from .large_world import network_statistics, spells
from .scaling import scaling

Compute = Callable[[Experiment, int], pd.DataFrame]


def values_of(thesis: str) -> dict[str, float]:
    """Every parameter under a thesis."""
    return {**default_values(), **thesis_values(thesis)}


def title_of(thesis: str) -> str:
    """Title of a thesis."""
    return str(read_option("thesis", thesis)["thesis"]["title"])


def alive_by_year(world: World, vector: Table, runs: int, seed: int) -> NDArray[np.bool_]:
    """Whether the focal alliance is alive at each year end. (R, Y)."""
    out = run_ensemble(world, vector, runs, seed)
    return np.asarray(out.outcomes.year[:, :, 0]["level"] >= Level.MATERIAL)


def years_of(world: World) -> list[int]:
    """Calendar years of the year ends."""
    return [world.calendar.year(t) for t in world.calendar.year_ends()]


def persistence(e: Experiment, runs: int) -> pd.DataFrame:
    """Survival by thesis, and the end of the run without each mechanism."""
    world = load_world(e.runs.scenarios[0])[0]
    parts = []
    for thesis in e.runs.theses:
        alive = alive_by_year(world, parameter_table([values_of(thesis)]), runs, e.seed)
        parts.append(share_rows("theses", title_of(thesis), years_of(world), alive.mean(axis=0), runs))
    base = values_of("consensus")
    with_all = alive_by_year(world, parameter_table([base]), runs, e.seed)[:, -1].astype(float)
    for name in e.runs.arms:
        vector = parameter_table([{**base, **switched_off([name])}])
        without = alive_by_year(world, vector, runs, e.seed)[:, -1].astype(float)
        parts.append(effect_rows("ablation", f"without {name.replace('_', ' ')}", paired(with_all, without, "share")))
    return pd.concat(parts, ignore_index=True)


def effect_rows(panel: str, series: str, effect: Effect, x: float = 0.0) -> pd.DataFrame:
    """A paired difference as a row."""
    return rows_of(panel, series, x, effect.difference, effect.se)


LOSSES = {
    "founder, open": ("insurgency_2001", "leader_death"), "founder, concealed": ("insurgency_2001", "concealed_death"),
    "successor, open": ("talks_2018", "leader_death"), "successor, concealed": ("talks_2018", "concealed_death"),
}  # fmt: skip
LOSS_AT, LOSS_SEEN = 6, 30


def leader_loss(e: Experiment, runs: int) -> pd.DataFrame:
    """The Taliban's emir lost after six months: mean level of the deepest tie, less the same runs without, by months since."""
    parts = []
    for series, (scenario, event) in LOSSES.items():
        base = load_world(scenario, months=LOSS_AT + LOSS_SEEN)[0]
        emir = "emir_a" if base.focal[0] == "taliban" else "emir_b"
        blow = {"name": "loss", "title": series, "events": [{"after": LOSS_AT, "event": event, "actor": emir}]}
        shocked = with_shock(base, validated(ShockConf, blow, "leader_loss"))
        dyads = named_pair(base, "-".join(base.focal)).dyads
        vector = parameter_table([values_of("consensus")])
        level = []
        for world in (base, shocked):
            out = run_ensemble(world, vector, runs, e.seed, trajectories=True)
            assert out.trajectories is not None
            level.append(out.trajectories.level[:, :, dyads].max(axis=2).astype(float))
        d = level[1] - level[0]
        since = np.arange(-LOSS_AT, LOSS_SEEN)
        parts.append(
            rows_of(
                "level", series, since, d.mean(axis=0), np.maximum(d.std(axis=0, ddof=1), 0.5 / np.sqrt(runs)) / np.sqrt(runs)
            )
        )
    return pd.concat(parts, ignore_index=True)


SIDE = ("splits", "civilian", "rival_fighters")


def _setting(e: Experiment, runs: int, focus: str = "") -> tuple[Setting, list[Arm]]:
    base = load_world(e.runs.scenarios[0])[0]
    pairs = [named_pair(base, focus)] if focus else watched_pairs(base)[:1]
    setting = Setting(base, {name: values_of(name) for name in e.runs.theses}, pairs, runs, e.seed)
    return setting, arms_of(base, [read_wedge(name) for name in e.runs.arms])


def wedge_league(e: Experiment, runs: int) -> pd.DataFrame:
    """Twelve wedges on the tie of the Haqqanis: effect, side effects, every thesis."""
    setting, arms = _setting(e, runs, "haqqani-al_qaeda")
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
    setting, arms = _setting(e, runs, "haqqani-al_qaeda")
    calendar = setting.base.calendar
    starts = [calendar.date(t) for t in range(0, calendar.months - 3, 3)]
    wedges = [arm.wedge for arm in arms]
    table = by_start(setting, wedges, starts, [None], broken(setting, setting.base))
    parts = [
        rows_of("starts", _words(row["wedge"]), calendar.index(str(row["start"])), row["difference"], row["se"])
        for row in table.to_dict("records")
    ]
    return pd.concat(parts, ignore_index=True)


SIDES = (("haqqani", "isis_k"), ("haqqani", "let"), ("isis_k", "let"))


def triangle(e: Experiment, runs: int) -> pd.DataFrame:
    """When the three sides stand, under two theses; and who takes the blame."""
    world = load_world(e.runs.scenarios[0])[0]
    months, parts = np.arange(world.calendar.months), []
    for thesis in e.runs.theses:
        out = run_ensemble(world, parameter_table([values_of(thesis)]), runs, e.seed, trajectories=True)
        assert out.trajectories is not None
        pairs = [named_pair(world, f"{a}-{b}") for a, b in SIDES]
        allied = [(out.trajectories.level[:, :, p.dyads] >= Level.MATERIAL).any(axis=2) for p in pairs]
        for pair, mine in zip(pairs, allied, strict=True):
            parts.append(share_rows(thesis, pair.title(world), months, mine.mean(axis=0), runs))
        parts.append(share_rows(thesis, "all three", months, np.all(allied, axis=0).mean(axis=0), runs))
        rows = out.outcomes.organisation
        o = world.organisation("taliban")
        share = rows["outsourced"][:, o] / np.maximum(rows["attacks"][:, o], 1)
        parts.append(rows_of("blame", title_of(thesis), 0, share.mean(), share.std(ddof=1) / np.sqrt(runs)))
    return pd.concat(parts, ignore_index=True)


def theatres(e: Experiment, runs: int) -> pd.DataFrame:
    """Al-Qaeda and the Islamic State in three theatres: allied, at arm's length, rivals or fighting, by month."""
    parts = []
    for scenario in e.runs.scenarios:
        world = load_world(scenario)[0]
        pair = named_pair(world, "al_qaeda-islamic_state")
        out = run_ensemble(world, parameter_table([values_of("consensus")]), runs, e.seed, trajectories=True)
        assert out.trajectories is not None
        level = out.trajectories.level[:, :, pair.dyads]
        fight, ally = (level == Level.ARMED_CONFLICT).any(axis=2), (level >= Level.MATERIAL).any(axis=2)
        states = {"some of them fight": fight, "allied, no fight": ally & ~fight, "neither": ~ally & ~fight}
        months = np.arange(world.calendar.months)
        parts += [share_rows(scenario, name, months, x.mean(axis=0), runs) for name, x in states.items()]
    return pd.concat(parts, ignore_index=True)


def official_and_actual(e: Experiment, runs: int) -> pd.DataFrame:
    """What the Taliban say of al-Qaeda and what is kept, by year."""
    world = load_world(e.runs.scenarios[0])[0]
    out = run_ensemble(world, parameter_table([values_of("consensus")]), runs, e.seed)
    year = out.outcomes.year[:, :, 0]
    o, _ = world.organisation_pairs()[0]
    column = "stance_ab" if world.organisations[o] == "taliban" else "stance_ba"
    allied, distant = year["level"] >= Level.MATERIAL, year[column] >= Stance.DISTANCE
    there = year["level"] != ABSENT
    series = {"allied": allied, "officially distant": distant & there, "distant in words, allied in fact": distant & allied}
    return pd.concat(
        [share_rows("years", n, years_of(world), x.mean(axis=0), runs) for n, x in series.items()], ignore_index=True
    )


FOLDS = 10


def variance_reduction(e: Experiment, runs: int) -> pd.DataFrame:
    """By how much the shared keys cut the number of runs, wedge by wedge: decimal logarithm, with its jackknife error."""
    setting, arms = _setting(e, runs, "haqqani-al_qaeda")
    measures = {"months allied": (setting.pairs[0].name, "months_allied"), "attacks": (RUN, "attacks")}
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


def thesis_comparison(_: Experiment, __: int) -> pd.DataFrame:
    """How likely the data find each thesis: what `alliances theses` found, kept in conf/calibration/theses.csv."""
    table = pd.read_csv(CONF / "calibration" / "theses.csv")
    width = 2 * 1.959963984540054
    return pd.concat(
        [rows_of("probability", title_of(str(r["thesis"])), 0, r["probability"], (r["high"] - r["low"]) / width)
         for r in table.to_dict("records")], ignore_index=True,
    )  # fmt: skip


def predictive(_: Experiment, __: int) -> pd.DataFrame:
    """Observed and simulated targets: what the calibration found, kept in conf/calibration/default.yaml."""
    targets = read_yaml(CONF / "calibration" / "default.yaml")["targets"]
    parts = []
    for name, row in targets.items():
        words = f"{name}{'' if row['met'] else ' (missed)'}"
        parts.append(rows_of("excess", words, 0, row["simulated"] / row["observed"] - 1.0, 0.0))
    return pd.concat(parts, ignore_index=True)


STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)


def phase_map(e: Experiment, runs: int) -> pd.DataFrame:
    """Share of runs in which the Haqqani tie is broken, by pressure on al-Qaeda and by the order to cease joint work."""
    base = load_world(e.runs.scenarios[0])[0]
    setting = Setting(base, {"consensus": values_of("consensus")}, [named_pair(base, "haqqani-al_qaeda")], runs, e.seed)
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


COMPUTE: dict[str, Compute] = {
    "spells": spells, "network_statistics": network_statistics, "phase_map": phase_map,
    "persistence": persistence, "leader_loss": leader_loss, "wedge_league": wedge_league, "when_to_act": when_to_act,
    "triangle": triangle, "theatres": theatres, "official_and_actual": official_and_actual,
    "variance_reduction": variance_reduction, "thesis_comparison": thesis_comparison, "predictive": predictive,
    "sensitivity": sensitivity, "scaling": scaling,
}  # fmt: skip
"""The function of each figure."""
