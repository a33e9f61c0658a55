"""What the dated shocks and the instruments did to the break: Shapley values by switching them off on the same keys.

A factor's value is its mean marginal effect over all orders in which the factors could be added (Shapley 1953); the values sum to
the effect of all of them. To eight factors every set is run; beyond, orders are sampled in pairs, one the other reversed
(Mitchell and others 2022), and the error of the sampling is given.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...world.changes import with_pressure, with_shock
from ...world.instruments import WedgeConf, with_wedge
from ...world.packages import package
from ...world.scenario import build_world
from ...world.schema import PressureChoice, ShockConf, validated
from ...world.tables import Floats
from ...world.world import World

EXACT = 8
"""Most factors of which every set is run."""
Value = Callable[[frozenset[int]], Floats]


@dataclass(frozen=True)
class Attribution:
    """Shapley values.

    Attributes
    ----------
    table : DataFrame
        Index: factor. value; se: over runs (exact) or over sampled orders; first: effect alone; last: effect added to all
        others.
    nothing, everything : float
        Mean value without any factor and with all; the values sum to the difference.
    se : float
        Of that difference, over runs.
    orders : int
        Orders sampled; 0 if exact.
    """

    table: pd.DataFrame
    nothing: float
    everything: float
    se: float
    orders: int


def _mean(x: Floats) -> float:
    return float(np.mean(x))


def _se(x: Floats) -> float:
    return float(x.std(ddof=1) / np.sqrt(len(x))) if len(x) > 1 else float("nan")


def _exact(count: int, of: Value) -> list[Floats]:
    """Marginal effects of each factor, run by run, averaged over all orders."""
    found = []
    for i in range(count):
        rest = [k for k in range(count) if k != i]
        parts = []
        for size in range(count):
            weight = math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count)
            parts += [weight * (of(frozenset({*c, i})) - of(frozenset(c))) for c in itertools.combinations(rest, size)]
        found.append(np.sum(parts, axis=0))
    return found


def _sampled(count: int, of: Value, orders: int, seed: int) -> Floats:
    """Mean marginal effect of each factor by sampled order. (pairs of orders, factors)."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(max(2, orders // 2)):
        order = rng.permutation(count)
        pair = np.zeros(count)
        for way in (order, order[::-1]):
            done: frozenset[int] = frozenset()
            for k in way.tolist():
                pair[k] += 0.5 * _mean(of(done | {k}) - of(done))
                done |= {k}
        rows.append(pair)
    return np.array(rows)


def shapley(factors: Sequence[str], value: Value, *, orders: int = 32, seed: int = 1) -> Attribution:
    """Shapley values of factors.

    Parameters
    ----------
    factors : sequence of str
    value : callable
        From the set of factors that are on (their numbers) to one number a run, (R,), on the same keys.
    orders : int
        Orders to sample beyond; taken in pairs.
    """
    held: dict[frozenset[int], Floats] = {}

    def of(chosen: frozenset[int]) -> Floats:
        if chosen not in held:
            held[chosen] = np.asarray(value(chosen), dtype=float)
        return held[chosen]

    count, everyone = len(factors), frozenset(range(len(factors)))
    alone = [_mean(of(frozenset({k})) - of(frozenset())) for k in range(count)]
    last = [_mean(of(everyone) - of(everyone - {k})) for k in range(count)]
    if count <= EXACT:
        marginal = _exact(count, of)
        values, errors, sampled = [_mean(x) for x in marginal], [_se(x) for x in marginal], 0
    else:
        rows = _sampled(count, of, orders, seed)
        values, errors, sampled = rows.mean(axis=0).tolist(), [_se(rows[:, k]) for k in range(count)], 2 * len(rows)
    table = pd.DataFrame({"factor": list(factors), "value": values, "se": errors, "first": alone, "last": last})
    total = of(everyone) - of(frozenset())
    return Attribution(table.set_index("factor"), _mean(of(frozenset())), _mean(of(everyone)), _se(total), sampled)


# factors of a configured world


@dataclass(frozen=True)
class Factor:
    """Something that can be switched off: dated events of the scenario, an added shock, an instrument.

    Attributes
    ----------
    name : str
    history, shocks, instruments : tuple of int
        Positions in the scenario's history, in the shock's events, among the wedge's instruments.
    """

    name: str
    history: tuple[int, ...] = ()
    shocks: tuple[int, ...] = ()
    instruments: tuple[int, ...] = ()


EVENT_WORDS = {
    "leader_death": "leaders lost", "concealed_death": "leaders lost", "disclosure": "a death disclosed", "pledge": "pledges",
    "pledge_renounced": "pledges renounced", "setback": "setbacks", "trust": "turns of trust", "bond": "turns of the bond",
}  # fmt: skip


def _home(world: World, actor: str) -> str:
    if actor in world.organisations:
        return world.titles.get(actor, actor)
    o = int(world.facts.faction.home[world.factions.index(actor)])
    return world.titles.get(world.organisations[o], world.organisations[o])


def factors_of(world: World, config: Mapping[str, Any], wedge: WedgeConf, *, single: bool = False) -> list[Factor]:
    """Factors of a configured world: history, shocks, instruments.

    Parameters
    ----------
    single : bool
        Every dated event a factor of its own, instead of one a kind of event and organisation.
    """
    grouped: dict[str, list[int]] = {}
    for n, event in enumerate(config["scenario"].get("history") or []):
        what, who = EVENT_WORDS[event["event"]], _home(world, event["actor"])
        date = str(event["date"])[:7]
        name = f"{date} {what}, {who}" if single else f"{who}: {what}"
        grouped.setdefault(name if name not in grouped or not single else f"{name} ({n})", []).append(n)
    found = [Factor(name, history=tuple(rows)) for name, rows in grouped.items()]
    for n, event in enumerate((config.get("shock") or {}).get("events") or []):
        found.append(Factor(f"shock: {event['event'].replace('_', ' ')}, {event['actor']}", shocks=(n,)))
    for n, (name, conf) in enumerate(wedge.instruments()):
        found.append(Factor(f"wedge: {name.replace('_', ' ')} on {conf.target}", instruments=(n,)))
    return found


def world_with(config: Mapping[str, Any], wedge: WedgeConf, factors: Sequence[Factor], kept: frozenset[int]) -> World:
    """The world of a configuration with only these factors; what is not a factor stays."""
    on = [factors[k] for k in sorted(kept)]
    known = {n for f in factors for n in f.history}
    wanted = {n for f in on for n in f.history}
    scenario = dict(config["scenario"])
    history = scenario.get("history") or []
    scenario["history"] = [event for n, event in enumerate(history) if n in wanted or n not in known]
    world = with_pressure(
        build_world(scenario, config["actors"], config["months"]), validated(PressureChoice, config["pressure"] or {}, "pressure")
    )
    shock = dict(config.get("shock") or {})
    if shock:
        shocks = {n for f in on for n in f.shocks}
        shock["events"] = [event for n, event in enumerate(shock.get("events") or []) if n in shocks]
        world = with_shock(world, validated(ShockConf, shock, "shock"))
    uses = {n for f in on for n in f.instruments}
    return with_wedge(world, package(wedge, [use for n, use in enumerate(wedge.instruments()) if n in uses]))
