"""What every instrument does by itself to the alliance in focus: which move it, which do not, and why not."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ..world.instruments import with_wedge
from .answers import effect_data
from .blocks import Block
from .choices import instruments_data
from .state import State, Use, base_world

MOST_LEAGUE = 400
"""Paired runs by which an instrument is judged."""
LARGE_ENOUGH = 0.02
"""Rungs of mean depth from which on a clear change is worth a line."""


@lru_cache(maxsize=32)
def first_uses(scenario: str) -> tuple[Use, ...]:
    """Every instrument as the page adds it: at its usual terms, in its first place."""
    return tuple(
        Use(instrument=row["instrument"], target=row["target"], about=row["about"], size=row["size"],
            credibility=row["credibility"], verification=row["verification"])
        for row in instruments_data(scenario)
    )  # fmt: skip


def unchanged(state: State, use: Use) -> bool:
    """Whether the scenario already holds as much of an instrument, so that it changes nothing that is given."""
    base = base_world(state.scenario)
    after = with_wedge(base, state.model_copy(update={"wedge": [use]}).conf())
    return all(a.shape == b.shape and a.tobytes() == b.tobytes() for a, b in zip(base.facts, after.facts, strict=True))


def league_row(state: State, use: Use, before: Block, after: Block) -> dict[str, Any]:
    """One instrument: change of the mean depth (rungs) and of the share broken, whether it does anything clear, and why not.

    reason: "" where it does; `given` where the scenario already has as much of it; `apart` where no run's ties differ; `small`
    where the change is clear and less than `LARGE_ENOUGH`; `same` where runs differ, and as much one way as the other or by too
    little to tell.
    """
    x, y = before.seen, after.seen
    depth = effect_data(before.depth, after.depth, "mean", x.draw)
    broken = effect_data(x.focal("broken"), y.focal("broken"), "share", x.draw)
    moved = int((before.depth != after.depth).sum())
    clear = bool(broken["clear"] or (depth["clear"] and abs(depth["difference"]) >= LARGE_ENOUGH))
    if clear:
        reason = ""
    elif moved:
        reason = "small" if depth["clear"] else "same"
    else:
        reason = "given" if unchanged(state, use) else "apart"
    return {"instrument": use.instrument, "use": use.model_dump(exclude_none=True), "depth": depth, "broken": broken,
            "moved": moved, "clear": clear, "reason": reason}  # fmt: skip


def in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Clear effects first, the largest change of depth before the others."""
    return sorted(rows, key=lambda row: (not row["clear"], -abs(row["depth"]["difference"] or 0.0)))
