"""The wide summaries of one history: what a calibration compares a point with when a point is one run of each world.

A point is one run of the long scenario, one of the Syrian and one of a drawn world. The observed values come from the tables of
seeds/data by the functions that are put to runs, from targets.yaml, or, where a table may not be kept here, from summaries.yaml.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any, Literal

import numpy as np

from ..engine.outcomes import Outcomes
from ..errors import InputError
from ..paths import SEEDS, read_yaml
from ..plural import plural
from ..world.names import Stance
from ..world.schema import Strict, validated
from ..world.tables import Floats
from .coder import bridged, spells_of, ties_of_spells
from .named_patterns import NamedSeen, named_statistic, slice_of, years_fought
from .panel import FIRST, LAST, SUMMARIES, PanelDyad, States, coded, panel_dyads, panel_features, simulated_states
from .patterns import GLOBAL, GlobalSeen, begun_inside
from .targets import DRAWN, Target, read_targets
from .ucdp import FIGHTS, LADDER, SUPPORT, fights_of_groups, groups_fought, ladder_of_groups, ladder_shares

LONG, SYRIA = "taliban_rule_1996", "syria_2012"
LEFT_OUT = {
    "T7": "its denominator is the number of contacts that a drawn world gives everybody",
    "T8": "rewiring is slow",
    "T10b": "rests on one event",
    "T15": "rests on one event",
}
"""Targets that are no summaries, and why."""
DEPTH = "how deep support goes hangs on which kinds of the table are taken for which rung"
LENGTH = "a run counts fights that stand at a year's end, the source years of 25 deaths: by any month, fights last longer"
ANOTHER_UNIT = {
    **dict.fromkeys(("fight_years", "fight_single_year", "fight_hazard_0", "fight_hazard_1"), LENGTH),
    "T12": "observed of recipients' years, in which any supporter counts, and not of ties",
    **{f"ladder.{a}.{b}": DEPTH for a in LADDER for b in LADDER if a != b},
    "ladder.share_sanctuary": DEPTH,
    "founders_share": "the source gives no dates, so that its window is not the run's",
    "cooperation_by_place": "a run counts pairs that can meet, which places have decided, and the source every pair",
    "fighting_by_place": "no pair without a place in common fought: the association is at its bound",
}
"""Summaries to report and not to fit: what was observed is not quite what a run is asked."""
FOUGHT = (
    ("TB-IS", LONG, ("taliban", "isis_k"), (["Taleban"], ["IS"]), (2015, 2018)),
    ("Nusra-IS", LONG, ("nusra", "is_core"), (["HTS", "Jabhat Fateh al-Sham"], ["IS"]), (2014, 2018)),
    ("Nusra-IS", SYRIA, ("nusra", "is_core"), (["HTS", "Jabhat Fateh al-Sham"], ["IS"]), (2014, 2018)),
)
"""Fights by year: name, world, actors of the scenario, names in the table, first and last year."""
OF_SUPPORT = {f"support_hazard_{age}": f"Support that ends at age {age}, in years" for age in range(5)}
OF_FIGHTS = {
    "fight_years": "Mean years that a fight lasts",
    "fight_single_year": "Fights of one year",
    "fight_recurrence": "Dyads that fought and fight again",
    "fight_hazard_0": "Fights that end after their first year",
    "fight_hazard_1": "Fights that end after their second year",
}


@dataclass(frozen=True)
class Summary:
    """One summary of a point.

    Attributes
    ----------
    name, title : str
    world : str
        taliban_rule_1996, syria_2012 or synthetic: of which of the three runs.
    observed : float or None
        None where nobody has coded it.
    source : str
        Where the observed value comes from.
    data : str
        File in seeds/data that gives it by the function that is put to runs; empty where there is none.
    target : bool
        It is a target of targets.yaml.
    fitted : bool
        False for what is to be reported and not fitted: see `ANOTHER_UNIT`.
    """

    name: str
    title: str
    world: str
    observed: float | None
    source: str
    data: str = ""
    target: bool = False
    fitted: bool = True


class Figure(Strict):
    """A summary figure of a source whose table is not kept here."""

    name: str
    title: str
    world: Literal["taliban_rule_1996", "synthetic"]
    observed: float
    source: str


@cache
def figures() -> tuple[Figure, ...]:
    """The figures of seeds/summaries.yaml; InputError with the field that is wrong."""
    rows = read_yaml(SUMMARIES)["figures"]
    return tuple(validated(Figure, row, f"{SUMMARIES.name}, figure {n + 1}") for n, row in enumerate(rows))


@cache
def _targets() -> tuple[Target, ...]:
    return tuple(target for target in read_targets() if target.name not in LEFT_OUT)


@cache
def _panel() -> tuple[list[PanelDyad], States]:
    """The dyads of the panel, and what is coded of them."""
    dyads = panel_dyads()
    return dyads, coded(dyads)


# the worlds, one after another: names and values in the same order


def _fought(seen: NamedSeen, world: str) -> Iterable[tuple[str, Any]]:
    for name, where, actors, _, span in FOUGHT:
        if where == world:
            yield f"fights.{name}.{world}", years_fought(seen, *actors, *span).mean(axis=1)


def _of_stances(seen: NamedSeen) -> dict[str, Any]:
    def stances(of: str, toward: str, first: int) -> Any:
        row, turned = seen.pair(of, toward)
        return seen.outcomes.year["stance_ba" if turned else "stance_ab"][:, seen.years(first, LAST), row]

    splits = seen.outcomes.organisation["splits"][:, seen.world.organisation("ttp")]
    return {
        "AQ-IS.distant": (stances("al_qaeda", "islamic_state", 2014) >= Stance.DISTANCE).mean(axis=1),
        "TB-AQ.not_embracing": (stances("taliban", "al_qaeda", 2016) != Stance.EMBRACE).mean(axis=1),
        "ttp.split": (splits > 0).astype(float),
    }


def _of_targets(seen: NamedSeen, world: str) -> Iterable[tuple[str, Any]]:
    mine = [target for target in _targets() if target.scenario == world]
    plain = Outcomes(*(np.asarray(table) for table in seen.outcomes))  # tables with fields as attributes are slow to cut
    whole = NamedSeen(seen.world, plain, np.asarray(seen.events), seen.run, seen.sides)
    runs = [slice_of(whole, n, 1) for n in range(seen.runs)]
    for target in mine:
        yield target.name, np.array([named_statistic(target.statistic, run, target.arguments) for run in runs])


def _named_values(seen: NamedSeen, world: str) -> dict[str, Any]:
    found = dict(_of_targets(seen, world))
    found |= dict(_fought(seen, world))
    if world == LONG:
        dyads, states = _panel()
        parts = [
            panel_features(dyads, states, simulated_states(seen, dyads)),
            ladder_shares(seen.outcomes.year["level"].transpose(0, 2, 1)),
        ]
        for names, values in parts:
            found |= dict(zip(names, values.T, strict=True))
        found |= _of_stances(seen)
    return found


def _drawn_names() -> dict[str, str]:
    """Summaries of the drawn world and the statistics that give them."""
    named = {target.name: target.statistic for target in _targets() if target.scenario == DRAWN}
    return named | {name: name for name in (*OF_SUPPORT, *OF_FIGHTS, *(f.name for f in figures() if f.world == DRAWN))}


def _observed_values() -> dict[str, float]:
    """What was observed of every summary, by name."""
    found = {target.name: target.observed for target in _targets()}
    dyads, states = _panel()
    for names, values in (panel_features(dyads, states, states[None]), ladder_shares(ladder_of_groups()[None])):
        found |= dict(zip(names, values[0].tolist(), strict=True))
    for name, world, _, groups, span in FOUGHT:
        found[f"fights.{name}.{world}"] = float(groups_fought(*groups, *span).mean())
    ties = ties_of_spells(SEEDS / "data" / "ucdp_support_spells.csv")
    seen = SimpleNamespace(spells=begun_inside(spells_of(bridged(ties))), fights=fights_of_groups())
    found |= {name: float(GLOBAL[name](seen)) for name in (*OF_SUPPORT, *OF_FIGHTS)}
    return found | {figure.name: figure.observed for figure in figures()}


@cache
def catalogue() -> tuple[Summary, ...]:
    """Every summary, in the order of the columns of `simulated`."""
    seen, (dyads, states) = _observed_values(), _panel()
    out = []

    def add(name: str, title: str, world: str, source: str, data: str = "", *, target: bool = False) -> None:
        found = seen[name]
        observed = None if np.isnan(found) else float(found)
        out.append(Summary(name, title, world, observed, source, data, target, name not in ANOTHER_UNIT))

    for target in _targets():
        add(target.name, target.title, target.scenario, target.source, target.data, target=True)
    for name in panel_features(dyads, states, states[None])[0]:
        table = next(d for d in dyads if name.startswith(f"panel.{d.name}.")).groups
        file = "ucdp_support_edges.csv" if table else "timeline.csv"
        add(name, f"Panel {FIRST} to {LAST}: {name[6:]}", LONG, "UCDP External Support 18.1" if table else file, file)
    for name in ladder_shares(ladder_of_groups()[None])[0]:
        add(name, f"Ladder of support: {name[7:]}", LONG, "UCDP External Support 18.1, rungs coded here", SUPPORT.name)
    for name, world, *_, span in FOUGHT:
        title = f"Years {span[0]} to {span[1]} in which {name} fight"
        add(f"fights.{name}.{world}", title, world, "UCDP Non-State 22.1", FIGHTS.name)
    for name, title in OF_SUPPORT.items():
        add(name, title, DRAWN, "UCDP External Support 18.1", "ucdp_support_spells.csv")
    for name, title in OF_FIGHTS.items():
        add(name, title, DRAWN, "UCDP Non-State 22.1, organised groups", FIGHTS.name)
    for figure in figures():
        add(figure.name, figure.title, figure.world, figure.source)
    return tuple(out)


def observed() -> Floats:
    """What was observed, in the order of `catalogue`. (S,); NaN where nobody has coded it."""
    return np.array([np.nan if s.observed is None else s.observed for s in catalogue()])


def simulated(named: Mapping[str, NamedSeen], drawn: Sequence[GlobalSeen]) -> Floats:
    """Summaries of N points.

    Parameters
    ----------
    named : mapping
        `LONG` and `SYRIA` -> N runs, run n of point n.
    drawn : sequence of GlobalSeen
        The run of a drawn world of each point.

    Returns
    -------
    (N, S) float
        In the order of `catalogue`; NaN where there was nothing to count.

    Raises
    ------
    InputError
        A world is missing, or the worlds do not have as many runs.
    """
    for world in (LONG, SYRIA):
        if world not in named:
            raise InputError("summaries", world, "is not among the runs", f"{LONG}, {SYRIA}")
        if named[world].runs != len(drawn):
            has = plural(named[world].runs, "run")
            raise InputError("summaries", world, f"has {has}", f"{len(drawn)}, one for each drawn world")
    found = {(world, name): v for world in (LONG, SYRIA) for name, v in _named_values(named[world], world).items()}
    for name, statistic in _drawn_names().items():
        found[DRAWN, name] = np.array([GLOBAL[statistic](seen) for seen in drawn])
    return np.stack([found[s.world, s.name] for s in catalogue()], axis=1).astype(np.float64)
