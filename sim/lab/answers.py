"""Answers as data: what a wedge moves, under which theory, and what a single run does, for the page to draw."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..analysis.explain.account import accounts, chosen_turn
from ..analysis.explain.sentences import TERM_WORDS, Sentence, event_words, told
from ..analysis.explain.stories import endings, run_pair, stories
from ..analysis.explain.witness import Course, witnessed
from ..analysis.intervals import wilson
from ..analysis.wedges.effects import Effect, course, months_to_break, months_to_effect, paired
from ..analysis.wedges.watched import OF_A_PAIR, OF_A_RUN, RUN
from ..engine.ensemble import run_ensemble
from ..engine.outcomes import ABSENT
from ..engine.traces import levels_of
from ..measures.measure import Measure
from ..runs.clustered import effective_size
from ..views.inline import number
from ..world.names import Stance
from ..world.packages import first_month
from ..world.tables import Floats
from ..world.world import World
from .blocks import Block, pairs_of
from .state import State, base_world, vector_of, world_under

Draw = NDArray[np.int64] | None
"""Draw of the posterior of each run; None at the central values."""


def effect_data(before: Floats, after: Floats, kind: Literal["share", "mean"], draw: Draw = None) -> dict[str, Any]:
    """A paired difference, over runs and draws; of a share also what either arm's is known by.

    `baseline_ends` and `wedge_ends` are the 95 % intervals of the shares (Wilson), `baseline_known_by` and `wedge_known_by` the
    independent runs that would know them as well.
    """
    found: Effect = paired(before, after, kind, draw)
    data: dict[str, Any] = {
        "baseline": number(found.baseline), "wedge": number(found.under), "difference": number(found.difference),
        "low": number(found.low), "high": number(found.high), "up": found.up, "down": found.down, "clear": found.clear,
    }  # fmt: skip
    if kind == "share" and found.runs:
        known = ~(np.isnan(before) | np.isnan(after))
        for arm, x in (("baseline", before[known]), ("wedge", after[known])):
            worth = effective_size(x, None if draw is None else draw[known], share=True)
            data[f"{arm}_ends"] = [number(float(end)) for end in wilson(x.mean(), np.array(worth))]
            data[f"{arm}_known_by"] = number(worth)
    return data


def measure_data(measure: Measure, before: Floats, after: Floats, draw: Draw) -> dict[str, Any]:
    """A measure in words, and its paired difference."""
    return {
        "measure": measure.name, "label": measure.label, "meaning": measure.meaning, "kind": measure.spread,
        "percent": measure.percent, "unit": measure.unit, "better": measure.better,
        **effect_data(before, after, measure.spread, draw),
    }  # fmt: skip


def months_of(world: World) -> list[str]:
    """Dates of the months."""
    return [world.calendar.date(t) for t in range(world.calendar.months)]


def course_data(before: Block, after: Block) -> dict[str, Any]:
    """The alliance in focus by month: share alive, share officially distant, and the paired difference with its interval."""
    monthly = course(before.seen, after.seen)
    data: dict[str, Any] = {
        name: [number(x) for x in monthly[name]] for name in ("baseline", "under", "difference", "low", "high")
    }
    data["distant_baseline"] = [number(x) for x in before.seen.distant.mean(axis=0)]
    data["distant_wedge"] = [number(x) for x in after.seen.distant.mean(axis=0)]
    data["distant_known_by"] = number(effective_size(after.seen.distant[:, -1].astype(float), after.seen.draw, share=True))
    return data


def draws_in(runs: Draw) -> int:
    """How many draws of the posterior runs are over; 0 at the central values."""
    return 0 if runs is None else len(np.unique(runs))


def answer_data(state: State, before: Block, after: Block) -> dict[str, Any]:
    """The whole answer of the wedge page.

    Parameters
    ----------
    before, after : Block
        As many runs of the baseline and of the wedge, on the same keys.
    """
    world, wedge, (asked, *watched) = base_world(state.scenario), state.conf(), pairs_of(state)
    x, y = before.seen, after.seen
    focus = {name: measure_data(m, x.focal(name), y.focal(name), x.draw) for name, m in OF_A_PAIR.items()}
    others = [
        {"name": p.name, "title": p.title(world),
         **effect_data(x.values[p.name, "broken"], y.values[p.name, "broken"], "share", x.draw)}
        for p in watched
    ]  # fmt: skip
    side = [
        measure_data(m.named(world), x.values[RUN, name], y.values[RUN, name], x.draw)
        for name, m in OF_A_RUN.items()
        if (RUN, name) in x.values
    ]
    start = min(first_month(wedge, world.calendar), world.calendar.months - 1)
    clear = months_to_effect(course(x, y), start)
    return {
        "runs": x.runs, "draws": draws_in(x.draw),
        "focus": {"name": asked.name, "title": asked.title(world), **focus}, "others": others, "side": side,
        "months": months_of(world), "course": course_data(before, after), "start": world.calendar.date(start),
        "months_to_effect": clear, "months_to_break": number(months_to_break(x, y, start)),
        "network": network_data(world, before, after),
    }  # fmt: skip


def network_data(world: World, before: Block, after: Block) -> list[dict[str, Any]]:
    """Mean level of every dyad of named factions in the last month, without the wedge and with it; none of who is not there."""
    rows, here = [], world.initial.faction["present"] == 1
    for d in world.dyads():
        i, j = world.dyad(d)
        rows.append({"a": world.factions[i], "b": world.factions[j],
                     "start": int(world.initial.level[d]) if here[i] and here[j] else None,
                     "baseline": number(before.level[d]), "wedge": number(after.level[d])})  # fmt: skip
    return rows


def theory_data(before: Block, after: Block) -> dict[str, Any]:
    """The wedge under one theory."""
    x, y = before.seen, after.seen
    broken = measure_data(OF_A_PAIR["broken"], x.focal("broken"), y.focal("broken"), x.draw)
    return {"broken": broken, "course": course_data(before, after)}


# why


def why_data(state: State, runs: int) -> dict[str, Any]:
    """What ended the alliance in focus, and typical stories, without the wedge and with it."""
    pair, vectors = pairs_of(state)[0], vector_of(state)
    draws = min(vectors.size, runs) if state.draws else 0
    found = {}
    for name, world in (("baseline", base_world(state.scenario)), ("wedge", world_under(state))):
        ensemble = run_pair(world, pair, vectors, runs, state.seed)
        ended = endings(ensemble)
        typical, apart = stories(ensemble, ended)
        found[name] = {
            "runs": runs, "broken": int(ended.broken.sum()),
            "causes": [{**row, "reason": TERM_WORDS.get(row["term"], "")}
                       for row in ended.causes.head(6)[["who", "term", "runs"]].to_dict("records")],
            "orders": ended.orders.head(4)[["order", "runs"]].to_dict("records"),
            "silhouette": number(apart),
            "stories": [
                {"share": number(s.share), "broken": number(s.broken), "replicate": s.replicate,
                 "steps": [{"month": number(m), "what": words, "share": number(share)} for m, words, share in s.steps]}
                for s in typical
            ],
        }  # fmt: skip
    base = base_world(state.scenario)
    return {"title": pair.title(base), "months": months_of(base), "draws": draws, **found}


def run_data(state: State, replicate: int) -> dict[str, Any]:
    """One run month by month, without the wedge and with it, and the first difference; under its own draw of the posterior."""
    base, world, pair = base_world(state.scenario), world_under(state), pairs_of(state)[0]
    vectors, chosen = vector_of(state).reshape(-1), np.array([replicate], dtype=np.int64)
    draw = replicate % len(vectors)
    vector = vectors[draw : draw + 1]
    arms: dict[str, Any] = {}
    levels = {}
    for name, w in (("baseline", base), ("wedge", world)):
        out = run_ensemble(w, vector, chosen, state.seed, events=True, trajectories=True)
        assert out.trajectories is not None
        assert out.events is not None
        dyads = w.dyads()
        levels[name] = levels_of(w, out.trajectories, dyads)[0]
        there, back = pair.relations
        stances = out.trajectories.stance[0]
        most = stances.shape[1]
        stance = stances[:, [r for r in (there, back) if r < most]].max(axis=1) if min(there, back) < most else None
        course_of = witnessed(w, pair, vector, state.seed, replicate)
        arms[name] = {
            "levels": [[None if x == ABSENT else x for x in row] for row in levels[name].tolist()],
            "fighters": np.round(out.trajectories.fighters[0][:, w.named]).astype(int).tolist(),
            "stance": None if stance is None else [Stance(int(x)).name.lower() for x in stance],
            "events": [{"month": int(e["month"]), "text": event_words(w, e)} for e in out.events],
            "told": told_data(state, course_of, name == "wedge"),
        }  # fmt: skip
    apart = np.flatnonzero((levels["baseline"] != levels["wedge"]).any(axis=1))
    return {
        "replicate": replicate, "draw": draw, "draws": len(vectors) if state.draws else 0,
        "months": months_of(base), "title": pair.title(base), "pair": pair.name,
        "dyads": [[base.factions[i] for i in base.dyad(d)] for d in base.dyads()],
        "first_difference": int(apart[0]) if len(apart) else None, **arms,
    }  # fmt: skip


def told_data(state: State, found: Course, under: bool) -> dict[str, Any]:
    """How the run is told, with the account behind it."""
    turn = chosen_turn(found)
    reckoned = accounts(found, turn)
    sentences: list[Sentence] = told(found, turn, reckoned, state.conf() if under else None)
    account = None
    if reckoned:
        first = reckoned[0]
        table = first.table[(first.table["then"].abs() + first.table["now"].abs()) > 0.005]
        account = {
            "actor": found.world.factions[first.actor], "partner": found.world.factions[first.partner],
            "best": found.world.calendar.date(first.best), "month": found.world.calendar.date(turn.month),
            "step": first.step, "then": number(first.then), "now": number(first.now), "chance": number(first.chance),
            "terms": [{"term": str(name), "reason": TERM_WORDS[str(name)], "then": number(row["then"]),
                       "now": number(row["now"]), "change": number(row["change"]), "claims": str(row["claims"]).split()}
                      for name, row in table.iterrows()],
        }  # fmt: skip
    return {
        "kind": turn.kind, "month": turn.month, "account": account,
        "sentences": [{"text": s.text, "claims": s.claims} for s in sentences],
    }  # fmt: skip
