"""A single file for a room without a server: answers for a grid of settings, and the lab's own drawing code to show them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..analysis.wedges.watched import OF_A_RUN
from ..errors import InputError
from ..paths import PACKAGE
from ..views.inline import DRAWING, POLICY, embedded, script, style
from ..world.packages import read_wedge, scaled
from .answers import answer_data, draws_in
from .blocks import BLOCK, Blocks, pairs_of, together
from .describe import evidence
from .state import State, base_world, checked_state

STATIC = PACKAGE / "lab" / "static"
MODULES = (*(DRAWING / name for name in ("dom.js", "words.js", "draw.js", "forest.js", "alive.js")), STATIC / "export.js")
SHEETS = (DRAWING / "drawing.css", STATIC / "lab.css")
FACTORS = (0.0, 0.5, 1.0)
LEVELS = ("none", "half", "as given")
MOST_POINTS = 729
UNDRAWN = (
    "A script at the end of this file draws the page. As long as this sentence stands here, the file has not arrived whole, or "
    "scripts are turned off: get it again."
)


def states_of(asked: State, wedges: Sequence[str]) -> dict[tuple[int, ...], State]:
    """The state of every setting of the grid: as asked, with each of the wedges at none, half, as given.

    Raises
    ------
    InputError
        A wedge is unknown or does not fit, two contradict each other, or there are too many settings.
    """
    count = len(FACTORS) ** len(wedges)
    if count > MOST_POINTS:
        raise InputError("lab", "wedge", f"{len(wedges)} wedges make {count} settings", f"at most {MOST_POINTS}")
    found = {}
    for setting in itertools.product(range(len(FACTORS)), repeat=len(wedges)):
        uses: list[dict[str, Any]] = []
        for name, level in zip(wedges, setting, strict=True):
            if level:
                for instrument, conf in scaled(read_wedge(name), FACTORS[level]).instruments():
                    uses.append({"instrument": instrument, **conf.model_dump(exclude_none=True)})
        found[setting] = checked_state({**asked.model_dump(), "wedge": uses})
    return found


def shown_side(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """What else moves, as far as the file has room."""
    return [m for m in answer["side"] if OF_A_RUN[m["measure"]].short]


def _trimmed(answer: dict[str, Any]) -> dict[str, Any]:
    """What the file keeps of an answer: four digits."""
    keep = ("difference", "low", "high", "clear")

    def short(x: Any) -> Any:
        return round(x, 4) if isinstance(x, float) else x

    course = answer["course"]
    return {
        "broken": {k: [short(x) for x in v] if isinstance(v, list) else short(v) for k, v in answer["focus"]["broken"].items()},
        **{name: [short(x) for x in course[name]] for name in ("difference", "low", "high")},
        "ties": [{k: short(tie[k]) for k in keep} for tie in (answer["focus"]["broken"], *answer["others"])],
        "side": [{k: short(m[k]) for k in keep} for m in shown_side(answer)],
    }


def grid(asked: State, wedges: Sequence[str], runs: int, told: Callable[[int, int], None] = lambda *_: None) -> dict[str, Any]:
    """Answers of every setting, and what the page says about them."""
    states, blocks = states_of(asked, wedges), Blocks()
    world, known = base_world(asked.scenario), evidence()
    numbers = range(-(-runs // BLOCK))
    state = states[(0,) * len(wedges)]
    before = together([blocks.made(state, n) for n in numbers])
    answers: dict[str, Any] = {}
    side: list[dict[str, Any]] = []
    for done, (setting, mine) in enumerate(states.items(), start=1):
        after = together([blocks.made(mine, n) for n in numbers]) if mine.wedge else before
        answer = answer_data(mine, before, after)
        answers["".join(map(str, setting))] = _trimmed(answer)
        side = shown_side(answer)
        if not mine.wedge:
            baseline, ties = answer["course"]["baseline"], ["the alliance asked about", *(o["title"] for o in answer["others"])]
        told(done, len(states))
    confs = [read_wedge(name) for name in wedges]
    cited = {claim for conf in confs for claim in conf.claims}
    return {
        "title": world.title, "description": world.description, "focus": pairs_of(state)[0].title(world),
        "months": [world.calendar.date(t) for t in range(world.calendar.months)], "baseline": baseline, "ties": ties,
        "side": [{"label": m["label"], **({"times": 100, "unit": " points"} if m["percent"] else {"times": 1, "unit": ""})}
                 for m in side],
        "answers": answers,
        "axes": [{"title": c.title, "reading": c.reading, "claims": c.claims, "levels": LEVELS} for c in confs],
        "evidence": {"articles": known["articles"], "claims": {k: v for k, v in known["claims"].items() if k in cited}},
        "runs": len(numbers) * BLOCK, "draws": draws_in(before.seen.draw), "seed": asked.seed, "thesis": asked.thesis,
        "command": f"alliances lab export=FILE scenario={asked.scenario} wedge={','.join(wedges)} thesis={asked.thesis} "
                   f"seed={asked.seed} max_runs={len(numbers) * BLOCK} parameters={asked.draws or 'default'}",
    }  # fmt: skip


def write_export(path: Path, data: dict[str, Any]) -> None:
    """Write the file; it needs nothing besides itself, and begins with a sentence that stays if its end is missing."""
    path.write_text(
        '<!doctype html>\n<html lang="en" data-theme="auto"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{data['title']}: the lab, without a server</title></head>"
        f'<body><main id="main"><div id="page"><p>{UNDRAWN}</p></div></main>'
        f'<style>{style(SHEETS)}</style><div id="live" class="unseen" aria-live="polite"></div>'
        '<dialog id="dialog" aria-labelledby="dialog-title"><form method="dialog"><button aria-label="Close">✕</button></form>'
        f'<div id="dialog-body"></div></dialog><script id="data" type="application/json">{embedded(data)}</script>'
        f'<script type="module">{script(MODULES)}</script></body></html>\n',
        encoding="utf-8",
    )
