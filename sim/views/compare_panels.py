"""What the figures of a comparison show, on paper and in the report: the panels of a forest, the wedges that get a panel."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ..analysis.wedges.comparison import Compared
from ..analysis.wedges.watched import RUN

MOST_PANELS = 12
"""Wedges, the greatest effects first, that get a panel of their own."""


@dataclass(frozen=True)
class Panel:
    """Effects of one kind. table: by wedge; times: what makes them the unit; digits: as many as are worth printing."""

    title: str
    unit: str
    times: float
    digits: int
    table: pd.DataFrame


Shown = dict[str, tuple[str, str, float, int]]
FOCUS: Shown = {
    "broken": ("broken at the horizon", "points", 100.0, 1), "months_allied": ("months allied", "", 1.0, 2),
    "official_end": ("renounced in words only", "points", 100.0, 1),
}  # fmt: skip
SIDE: Shown = {
    "splits": ("splits", "a run", 1.0, 2), "civilian_share": ("civilian share", "points", 100.0, 2),
    "rival_fighters": ("ISIS-K fighters", "", 1.0, 1), "new_alliances": ("new alliances", "a run", 1.0, 2),
}  # fmt: skip


def forest_panels(compared: Compared) -> list[Panel]:
    """Effects on the alliance in focus, on promises that are words only, and on what else moves."""
    side = compared.of(compared.setting.headline)
    side = side[side["subject"] == RUN]
    found = [Panel(*shown, compared.focus(measure)) for measure, shown in FOCUS.items()]
    found += [Panel(*shown, side[side["measure"] == measure].set_index("wedge")) for measure, shown in SIDE.items()]
    return [panel for panel in found if len(panel.table)]
