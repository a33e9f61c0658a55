"""What the figures of a comparison show, on paper and in the report: the panels of a forest, the wedges that get a panel."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ..analysis.wedges.comparison import Compared
from ..analysis.wedges.watched import OF_A_PAIR, OF_A_RUN, RUN

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


def forest_panels(compared: Compared) -> list[Panel]:
    """Effects on the alliance in focus, on promises that are words only, and on what else moves."""
    world, table = compared.setting.base, compared.of(compared.setting.headline)
    found = []
    for subject, measures in ((compared.setting.pairs[0].name, OF_A_PAIR), (RUN, OF_A_RUN)):
        mine = table[table["subject"] == subject]
        for measure in (m.named(world) for m in measures.values() if m.forest):
            unit = "" if measure.told_unit in measure.label else measure.told_unit
            rows = mine[mine["measure"] == measure.name].set_index("wedge")
            found.append(Panel(measure.label, unit, measure.times, measure.digits, rows))
    return [panel for panel in found if len(panel.table)]
