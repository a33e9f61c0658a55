"""What the page shows before anything is run: the situation, who is there, what is assumed; with claims."""

from __future__ import annotations

import csv
from functools import lru_cache
from typing import Any

from ..analysis.explain.sentences import LEVEL_WORDS
from ..evidence.claims import articles
from ..evidence.ledger import ledger
from ..paths import CONF, PACKAGE, read_yaml
from ..world.instruments import INSTRUMENTS
from ..world.loading import options, read_option
from ..world.names import Stance
from ..world.parameters import default_values
from .blocks import pairs_of
from .choices import instruments_data, presets_data
from .state import State, base_world, drawn_of, scenarios, values_of

PLACES = PACKAGE / "lab" / "places.yaml"


def claims_of(path: str) -> list[str]:
    """Claims behind a number, by its path in the ledger; none if it is an assumption."""
    found = ledger().covering(path)
    return list(ledger().entries[found].claims) if found else []


def _faction_data(scenario: str, conf: Any, profile: Any, i: int) -> dict[str, Any]:
    world = base_world(scenario)
    name, row = world.factions[i], world.initial.faction[i]
    own = (conf["factions"] or {}).get(name) or {}
    leader = {**(profile.get("leader") or {}), **(own.get("leader") or {})}
    fields = ("fighters", "doctrine", "scope", "strategy", "disposition", "grievance", "reputation")
    places = {world.places[k]: round(float(x), 3) for k, x in enumerate(world.initial.presence[i]) if x > 0}
    return {
        "name": name, "title": world.titles.get(name, name), "colour": world.colours.get(name, "#666666"),
        "organisation": world.organisations[int(world.facts.faction.home[i])], "present": bool(row["present"]),
        "presence": places,
        "entry": str(own["entry"])[:7] if own.get("entry") else None, "leader": leader.get("name", ""),
        "numbers": [
            {"name": field, "value": round(float(row[field]), 3), "claims": claims_of(f"actors.{name}.{field}"),
             "meaning": ledger().entry(f"actors.{name}.{field}").meaning}
            for field in fields
        ],
    }  # fmt: skip


@lru_cache(maxsize=32)
def describe(scenario: str) -> dict[str, Any]:
    """A scenario as the page shows it."""
    world, conf, profiles = base_world(scenario), read_option("scenario", scenario), read_option("actors", "default")
    pairs = pairs_of(State(scenario=scenario))
    state = world.initial
    ties = []
    for d in world.dyads():
        i, j = world.dyad(d)
        if state.faction["present"][i] and state.faction["present"][j]:
            tie = state.tie[d]
            ties.append({"a": world.factions[i], "b": world.factions[j], "level": int(state.level[d]),
                         "trust": round(float(tie.trust), 2), "visibility": round(float(tie.visibility), 2)})  # fmt: skip
    stances = [
        {"of": world.organisations[int(r.of)], "toward": world.organisations[int(r.toward)],
         "stance": Stance(int(state.relation[k].stance)).name.lower()}
        for k, r in enumerate(world.facts.relation[:-1])
        if int(r.of) in world.named_organisations and int(r.toward) in world.named_organisations
    ]  # fmt: skip
    return {
        "name": scenario, "title": world.title, "description": world.description, "start": world.calendar.start,
        "months": world.calendar.months, "last": world.calendar.date(world.calendar.months - 1), "focal": list(world.focal),
        "organisations": [{"name": name, "title": world.titles.get(name, name)}
                          for name in (world.organisations[o] for o in world.named_organisations)],
        "factions": [_faction_data(scenario, conf, profiles.get(world.factions[i], {}), i) for i in world.named],
        "ties": ties, "stances": stances,
        "history": [{"date": str(e["date"])[:7], "event": e["event"].replace("_", " "), "actor": e.get("actor"),
                     "toward": e.get("toward"), "note": e.get("note", ""), "source": e.get("source", "")}
                    for e in conf.get("history") or []],
        "instruments": instruments_data(scenario), "presets": presets_data(scenario),
        "pairs": [{"name": p.name, "title": p.title(world)} for p in pairs],
        "places": {name: place for name, place in read_yaml(PLACES).items() if name in world.places},
    }  # fmt: skip


@lru_cache(maxsize=1)
def overview() -> dict[str, Any]:
    """Scenarios and theories to choose from, how likely the data find each theory, and where the values come from."""
    with (CONF / "calibration" / "theses.csv").open(encoding="utf-8", newline="") as file:
        judged = {row["thesis"]: row for row in csv.DictReader(file)}
    theses = [read_option("thesis", name)["thesis"] for name in options("thesis")]
    worlds = [read_option("scenario", name) for name in scenarios()]
    return {
        "scenarios": [{"name": w["name"], "title": w["title"], "description": w["description"]} for w in worlds],
        "theses": [
            {"name": t["name"], "title": t["title"], "reading": t["reading"], "claims": t.get("claims") or [],
             "probability": float(judged[t["name"]]["probability"]) if t["name"] in judged else 0.0}
            for t in sorted(theses, key=lambda t: t["name"] != "consensus")
        ],
        "levels": {int(level): words for level, words in LEVEL_WORDS.items()},
        "basis": next(iter(judged.values())).get("basis", "all"),
        "instruments": list(INSTRUMENTS), "values": str(read_yaml(CONF / "calibration" / "default.yaml")["about"]),
    }  # fmt: skip


def assumptions(state: State) -> list[dict[str, Any]]:
    """Every parameter under a theory: value, range, unit, meaning, claims; where draws decide it, what 95 % of them hold."""
    plain = State(scenario=state.scenario, thesis=state.thesis, draws=state.draws)
    values, defaults, draws = values_of(plain), default_values(), drawn_of(plain)
    most = {} if draws is None else {str(path): draws[path].quantile([0.025, 0.975]).tolist() for path in draws}
    rows = []
    for path in defaults:
        entry = ledger().entry(path)
        rows.append({
            "path": path, "family": path.split(".")[0], "meaning": entry.meaning, "unit": entry.unit, "low": entry.range.low,
            "high": entry.range.high, "value": values[path], "default": defaults[path], "draws": most.get(path),
            "claims": entry.claims, "assumption": entry.assumption,
        })  # fmt: skip
    return rows


@lru_cache(maxsize=1)
def evidence() -> dict[str, Any]:
    """Every claim by id, and the articles."""
    return {
        "articles": {
            a.article.key: {"title": a.article.title, "author": a.article.author.told, "outlet": a.article.outlet.told,
                            "date": a.article.date.told}
            for a in articles()
        },
        "claims": {
            c.id: {"text": c.paraphrase, "article": a.article.key, "paragraph": c.paragraph, "type": c.type,
                   "confidence": c.confidence}
            for a in articles()
            for c in a.claims
        },
    }  # fmt: skip
