"""Does a wedge hold whatever the theory? Shares of worlds in which it helps, harms or does nothing; regret; rank; a sentence.

Helping means: the focal alliance is broken at the horizon in more runs. A world is a thesis, or a draw from the posterior of
the calibration.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from ...world.loading import options
from ...world.parameters import parameter_table
from ...world.tables import Floats
from ...world.world import World
from .comparison import Arm, Compared, Setting, Told
from .effects import paired
from .watched import run_seen


def by_world(
    focal: Mapping[str, NDArray[np.float64]], worlds: Sequence[str], draw: NDArray[np.int64] | None = None
) -> pd.DataFrame:
    """The effect of every wedge in every world.

    Parameters
    ----------
    focal : mapping
        Wedge, and none for the baseline -> (W, R) 1 where the focal alliance is broken.
    draw : (R,) int, optional
        Draw of the posterior of each replicate.

    Returns
    -------
    DataFrame
        wedge, world, difference, low, high, se.
    """
    rows = []
    for name, runs in focal.items():
        if name == "none":
            continue
        for k, world in enumerate(worlds):
            found = paired(focal["none"][k], runs[k], "share", draw)
            rows.append({"wedge": name, "world": world, **{c: getattr(found, c) for c in ("difference", "low", "high", "se")}})
    return pd.DataFrame(rows)


def summary(effects: pd.DataFrame, weights: Mapping[str, float] | None = None) -> pd.DataFrame:
    """How each wedge stands over worlds.

    Parameters
    ----------
    effects : DataFrame
        `by_world`.
    weights : mapping, optional
        World -> weight; even by default.

    Returns
    -------
    DataFrame
        Index: wedge, the least regret first. mean: effect; spread: standard deviation of the true effect over worlds, noise
        of the runs taken out; helps, harms, unclear: weight of the worlds in which the 95 % interval lies above zero, below
        it, or holds it; regret: the most by which it stays behind the best wedge (doing nothing is one) in any world;
        regret_mean; rank: expected, 1 is best; rank_se: from world to world.
    """
    table = effects.pivot(index="world", columns="wedge", values="difference")
    error = effects.pivot(index="world", columns="wedge", values="se")[table.columns]
    w = np.array([1.0 if weights is None else weights[str(name)] for name in table.index])
    w = w / w.sum()
    gain = np.column_stack([table.to_numpy(), np.zeros(len(table))])  # doing nothing is a policy too
    behind = gain.max(axis=1, keepdims=True) - gain
    ranks = rankdata(-gain, axis=1)
    rows = []
    for k, name in enumerate([*table.columns, "none"]):
        mine = effects[effects["wedge"] == name].set_index("world").reindex(table.index)
        x = gain[:, k]
        mean = float(w @ x)
        noise = float(w @ error[name].to_numpy() ** 2) if name != "none" else 0.0
        rank = float(w @ ranks[:, k])
        rows.append({
            "wedge": name, "mean": mean, "spread": float(np.sqrt(max(0.0, float(w @ (x - mean) ** 2) - noise))),
            "helps": float(w @ (mine["low"] > 0).to_numpy()), "harms": float(w @ (mine["high"] < 0).to_numpy()),
            "regret": float(behind[:, k].max()), "regret_mean": float(w @ behind[:, k]), "rank": rank,
            "rank_se": float(np.sqrt(w @ (ranks[:, k] - rank) ** 2 * (w**2).sum())),
        })  # fmt: skip
    found = pd.DataFrame(rows).set_index("wedge")
    found["unclear"] = 1.0 - found["helps"] - found["harms"]
    return found.sort_values(["regret", "rank"], kind="stable")


def worlds_of(compared: Compared) -> pd.DataFrame:
    """The effect of every wedge under every thesis of a comparison."""
    return by_world(compared.focal, list(compared.setting.readings), compared.setting.draw)


@dataclass(frozen=True)
class Posterior:
    """Effects over draws from the posterior, whose worlds are called `draw_000` and so on."""

    effects: pd.DataFrame
    draws: int
    replicates: int


def over_posterior(
    setting: Setting, arms: Sequence[Arm], draws: Sequence[Mapping[str, float]], replicates: int, told: Told = lambda _: None
) -> Posterior:
    """Run the baseline and every arm under draws from the posterior, laid over the headline's parameters, each with all runs.

    What the headline's thesis or the line sets is no matter of the draws: it is to be left out of them.
    """
    headline = setting.readings[setting.headline]
    table = parameter_table([{**headline, **draw} for draw in draws])

    def broken(world: World) -> Floats:
        found = run_seen(world, table, replicates, setting.seed, [setting.focus], setting.threads)
        return found.focal("broken").reshape(len(draws), replicates)

    focal = {"none": broken(setting.base)}
    told(1)
    for n, arm in enumerate(arms, start=2):
        focal[arm.name] = broken(arm.world)
        told(n)
    return Posterior(by_world(focal, [f"draw_{k:03d}" for k in range(len(draws))]), len(draws), replicates)


def _right(titles: Sequence[str]) -> str:
    return f"“{titles[0]}” is right" if len(titles) == 1 else "one of these is right: " + "; ".join(titles)


def condition(effects: pd.DataFrame, titles: Mapping[str, str], known: Collection[str] | None = None) -> str:
    """One sentence on the worlds under which a wedge helps, which says so where they are not all the theories there are.

    Parameters
    ----------
    effects : DataFrame
        Rows of one wedge, `by_world` over theses.
    titles : mapping
        Thesis -> title.
    known : collection of str, optional
        Every thesis there is; those of conf/thesis by default.
    """
    names = [str(world) for world in effects["world"]]
    title = {name: titles.get(name, name) for name in names}
    helps = [title[str(w)] for w in effects.loc[effects["low"] > 0, "world"]]
    harms = [title[str(w)] for w in effects.loc[effects["high"] < 0, "world"]]
    count, whole = len(names), set(options("thesis") if known is None else known) <= set(names)
    if count == 1 and not whole:
        found = "Helps" if helps else "Backfires" if harms else "No clear effect"
        return f"{found} under “{title[names[0]]}”, the only theory tried."
    said = []
    if not helps:
        said.append("no clear help under any" + (" theory" if whole else ""))
    elif len(helps) == count:
        said.append("helps under every theory" if whole else "helps under each")
    elif len(helps) <= max(1, count // 2):
        said.append(f"works only if {_right(helps)}")
    else:
        said.append(f"helps unless {_right([title[str(w)] for w in effects.loc[effects['low'] <= 0, 'world']])}")
    if harms:
        said.append(f"backfires if {_right(harms)}" if len(harms) < count else "backfires throughout")
    sentence = "; ".join(said) + "."
    return sentence[0].upper() + sentence[1:] if whole else f"Of {count} theories tried: {sentence}"
