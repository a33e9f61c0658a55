"""What conf/ says, gathered for the check against the evidence and for the tables of the ODD page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..analysis.questions import CODES, read_timeline
from ..evidence.patterns import patterns
from ..evidence.settings import Dated, Settings
from ..evidence.trace import numeric_leaves
from ..paths import EXPERIMENTS, SEEDS, read_yaml
from ..rules.weigh import ABANDON, GAIN, TERM_NAMES, TERMS
from ..world.instruments import INSTRUMENTS
from ..world.loading import options, read_option
from ..world.names import Level
from ..world.parameters import default_values

HOLDS_BACK = ("restraint", "weariness", "discipline")
"""Terms of hostility that are negative: they keep the peace."""


def _signs() -> dict[str, str]:
    """Which way each term of a tie pulls."""
    holding = {GAIN, ABANDON}
    return {name: "strengthens" if shape in holding or name in HOLDS_BACK else "weakens" for name, shape in TERMS}


def _tree() -> dict[str, Any]:
    """Profiles and scenarios, with the levels of ties as numbers."""
    scenarios = {name: read_option("scenario", name) for name in options("scenario")}
    for scenario in scenarios.values():
        if isinstance(scenario.get("ties"), list):
            scenario["ties"] = [{**tie, "level": int(Level[tie["level"].upper()])} for tie in scenario["ties"]]
    return {"actors": read_option("actors", "default"), "scenario": scenarios}


def _targets() -> list[str]:
    """Names of the targets of calibration and of the assertions."""
    files = [SEEDS / "targets.yaml", *sorted((EXPERIMENTS / "assertions").glob("*.yaml"))]
    return [str(item["name"]) for path in files for item in read_yaml(path)]


def _timeline() -> list[Dated]:
    """Rows of the timeline; 'AQ-IS(Syria)' and 'TB-splinter' concern those named first."""
    rows = []
    for row in read_timeline():
        codes = row.code.partition("(")[0].split("-")
        sides = frozenset(CODES.get(code, code.lower()) for code in codes)
        rows.append(Dated("seeds/data/timeline.csv", f"{row.month // 12}-{row.month % 12 + 1:02d}", sides))
    return rows


def _history(scenarios: dict[str, Any]) -> Iterator[Dated]:
    for name, scenario in scenarios.items():
        for event in scenario.get("history") or ():
            sides = frozenset(event[key] for key in ("actor", "toward") if event.get(key))
            yield Dated(f"conf/scenario/{name}.yaml", event["date"], sides)


def settings() -> Settings:
    """What conf/ says, read file by file."""
    tree = _tree()
    initial = dict(numeric_leaves(tree["actors"], "actors"))
    for name in options("scenario"):
        initial.update(numeric_leaves(read_option("scenario", name), f"scenario.{name}"))
    cited = {}
    for group in ("thesis", "wedge", "shock"):
        for name in options(group):
            content = read_option(group, name)
            content = content.get("thesis", content) if group == "thesis" else content
            cited[f"conf/{group}/{name}.yaml"] = list(content.get("claims") or [])
    return Settings(
        default_values(), initial, cited, TERM_NAMES, tuple(INSTRUMENTS), tree, _signs(), _targets(), patterns(), _timeline(),
        list(_history(tree["scenario"])),
    )  # fmt: skip
