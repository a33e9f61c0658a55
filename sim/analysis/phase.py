"""Phase map: what becomes of an alliance over two parameters, and where it ends as often as not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import contourpy
import numpy as np
import pandas as pd

from ..errors import InputError, nearest, unknown
from ..measures.alliances import FATES
from ..world.tables import Floats
from .intervals import wilson

OUTCOMES = tuple(fate.replace(" ", "_") for fate in FATES)
BROKEN = ("breaks", "turns_hostile")
"""Outcomes in which the alliance broke off, without hostility or with it."""
MAPS = {
    "fate": OUTCOMES,
    "never_broken": ("never_broken", "ever_broken", "never_forms"),
    "ever_fought": ("never_fought", "ever_fought"),
}
"""What can be mapped, a column of a sweep's runs, and the outcomes of a run that are told apart."""
CONTOURED = {"fate": BROKEN, "never_broken": ("ever_broken",), "ever_fought": ("ever_fought",)}
"""Outcomes along whose share of one half a line is drawn."""
MOST_VALUES = 100


@dataclass(frozen=True)
class PhaseMap:
    """Shares of outcomes over the cells of a grid of two parameters.

    Attributes
    ----------
    x, y : str
        Names of the parameters.
    of : str
        Which of MAPS.
    cells : pd.DataFrame
        A row per cell with runs: x, y (its value, or the middle of its bin), runs; share of each outcome and its 95 %
        interval (persists, persists_low, persists_high, …); leading; certain.
    xs, ys : array
        Values along the two axes, ascending.
    """

    x: str
    y: str
    of: str
    cells: pd.DataFrame
    xs: Floats
    ys: Floats

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Outcomes that are told apart."""
        return MAPS[self.of]

    def grid(self, column: str | Sequence[str]) -> Floats:
        """Values of a column of cells, or the sum of several, as (len(ys), len(xs)); NaN where there is no run."""
        names = [column] if isinstance(column, str) else list(column)
        rows, columns = np.searchsorted(self.ys, self.cells[self.y]), np.searchsorted(self.xs, self.cells[self.x])
        values = np.full((len(self.ys), len(self.xs)), np.nan)
        values[rows, columns] = self.cells[names].sum(axis=1).to_numpy(dtype=float)
        return values


def _parameter(table: pd.DataFrame, name: str) -> pd.Series[float]:
    if name not in table:
        raise unknown("phase map", "", name, [str(column) for column in table.columns if column != "outcome"])
    values: pd.Series[float] = pd.to_numeric(table[name], errors="coerce").astype(float)
    bad = ~np.isfinite(values.to_numpy())
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        raise InputError("phase map", name, f"row {first} has '{table[name].iloc[first]}'", "numbers")
    return values


def _binned(values: pd.Series[float], name: str, bins: int | None) -> pd.Series[float]:
    """Middle of the bin of equal width each value falls in; the values themselves without bins."""
    if bins is None:
        distinct = values.nunique()
        if distinct > MOST_VALUES:
            raise InputError("phase map", name, f"has {distinct} values", f"at most {MOST_VALUES}, or bins")
        return values
    if bins < 1:
        raise InputError("phase map", "bins", f"is {bins}", "1 or more")
    low, high = float(values.min()), float(values.max())
    width = (high - low) / bins or 1.0
    place = ((values - low) / width).astype(int).clip(0, bins - 1)
    return low + (place + 0.5) * width


def outcome_words(rows: pd.DataFrame, of: str) -> pd.Series[Any]:
    """The outcome of every run of a sweep: one of those in MAPS, or a fate as the store spells it."""
    if of == "fate":
        return rows[of].astype(str)
    words = {"never_broken": ("ever_broken", "never_broken"), "ever_fought": ("never_fought", "ever_fought")}[of]
    found = rows[of].astype(float).map(dict(zip((0.0, 1.0), words, strict=True)))
    return found.fillna("never_forms")  # only what never forms is neither


def _counts(table: pd.DataFrame, outcomes: Sequence[str]) -> pd.DataFrame:
    """Runs by outcome of each row: from a column `outcome`, one run a row, or from a column of counts per outcome."""
    if "outcome" in table:
        words = table["outcome"].astype(str).str.replace(" ", "_")
        for word in words.unique():
            if word not in outcomes:
                raise unknown("phase map", "outcome", word, outcomes)
        return pd.DataFrame({name: words.eq(name).astype(int) for name in outcomes})
    renamed = table.rename(columns=lambda name: str(name).replace(" ", "_"))
    missing = [name for name in outcomes if name not in renamed]
    if missing:
        hint = nearest(missing[0], [str(column) for column in renamed.columns])
        said = hint if hint.startswith("did you mean") else f"outcome, or counts in {', '.join(outcomes)}"
        raise InputError("phase map", missing[0], "column is missing", said)
    counts = pd.DataFrame({name: pd.to_numeric(renamed[name], errors="coerce") for name in outcomes}).astype(float)
    wrong = ~((counts >= 0) & (counts == counts.round())).to_numpy()
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        found = renamed[outcomes[column]].iloc[row]
        raise InputError("phase map", outcomes[column], f"row {row} has '{found}'", "counts of runs, whole and 0 or more")
    return counts.astype(int)


def phase_map(table: pd.DataFrame, x: str, y: str, bins: int | None = None, of: str = "fate") -> PhaseMap:
    """Which outcome dominates over two parameters, and where replicates suffice to say so.

    An outcome leads a cell if most of its runs end in it. The lead is certain if, among the runs that end in the leader or
    the runner-up, the 95 % Wilson interval of the leader's share lies above one half: the runs of the other outcomes say
    nothing on which of the two is the more frequent. Of cells in which two outcomes are equally frequent and no other is
    more so, about one in twenty is called certain by chance.

    Parameters
    ----------
    table : pd.DataFrame
        Columns x and y, and either `outcome` (one of those of the map), a row a run; or a column of counts for each outcome, a
        row a cell. A space in the name of an outcome is taken as its underscore.
    bins : int, optional
        Bins of equal width on each axis, for designs that are no grid.
    of : str
        Which of MAPS.

    Raises
    ------
    InputError
        A column is missing or holds what it cannot; no runs; or too many values on an axis without bins.
    """
    if x == y:
        raise InputError("phase map", y, "is both axes", "two parameters")
    outcomes, values = MAPS[of], {name: _binned(_parameter(table, name), name, bins) for name in (x, y)}
    cells = _counts(table, outcomes).assign(**values).groupby([x, y], as_index=False).sum()
    cells = cells.assign(runs=cells[list(outcomes)].sum(axis=1))
    cells = cells[cells["runs"] > 0].reset_index(drop=True)
    if cells.empty:
        raise InputError("phase map", "", "there are no runs", "a row a run, or counts")
    counts, runs = cells[list(outcomes)].to_numpy(dtype=float), cells["runs"].to_numpy(dtype=float)
    order = np.argsort(-counts, axis=1, kind="stable")  # ties go to the first of outcomes, and are never certain
    first, second = (np.take_along_axis(counts, order[:, [n]], axis=1)[:, 0] for n in (0, 1))
    low, _ = wilson(first / (first + second), first + second)
    shares = {name: counts[:, n] / runs for n, name in enumerate(outcomes)}
    ends = {name: wilson(share, runs) for name, share in shares.items()}
    spans = {f"{name}_{end}": ends[name][n] for name in outcomes for n, end in enumerate(("low", "high"))}
    leading = np.array(outcomes)[order[:, 0]]
    found = cells[[x, y, "runs"]].assign(**shares, **spans, leading=leading, certain=low > 0.5)
    return PhaseMap(x, y, of, found, np.sort(found[x].unique()).astype(float), np.sort(found[y].unique()).astype(float))


def contour(phases: PhaseMap, level: float = 0.5, of: Sequence[str] = ()) -> list[Floats]:
    """Lines along which the share of some outcomes, by default those in CONTOURED, equals a level.

    Shares are interpolated between neighbouring cells and not smoothed: where replicates are few, islands are noise.

    Returns
    -------
    list of array, each (N, 2)
        Points in units of x and y; empty if nowhere so, or with fewer than two values on an axis.
    """
    if min(len(phases.xs), len(phases.ys)) < 2:
        return []
    shares = np.ma.masked_invalid(phases.grid(of or CONTOURED[phases.of]))
    lines = contourpy.contour_generator(phases.xs, phases.ys, shares).lines(level)
    return [np.asarray(line, dtype=float) for line in lines]
