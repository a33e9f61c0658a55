"""What yearly coders see of ties: tables of dyads by years, from the data and from runs alike.

A table of ties has a row a dyad and a column a year:

     1  support was seen
     0  the dyad was observed and no support was seen
    -1  not observed: a side was not there, or the source did not follow it

Gaps of one year between two years of support are taken for lapses of the coder and bridged, in the data and in runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..engine.outcomes import ABSENT
from ..errors import InputError
from ..world.names import Level

Ties = NDArray[np.int8]
SEEN, UNSEEN, UNOBSERVED = 1, 0, -1


@dataclass(frozen=True)
class Spells:
    """Unbroken years of support.

    Attributes
    ----------
    row : (S,) int
        Dyad.
    start : (S,) int
        First year, as a column of the table.
    duration : (S,) int
        Years, 1 or more.
    ended : (S,) bool
        Followed by an observed year without support; else censored.
    """

    row: NDArray[np.int64]
    start: NDArray[np.int64]
    duration: NDArray[np.int64]
    ended: NDArray[np.bool_]


def bridged(ties: Ties) -> Ties:
    """Ties with single years without support between two years of support filled in."""
    out = ties.copy()
    gap = (ties[:, 1:-1] == UNSEEN) & (ties[:, :-2] == SEEN) & (ties[:, 2:] == SEEN)
    out[:, 1:-1][gap] = SEEN
    return out


def spells_of(ties: Ties) -> Spells:
    """Spells of a table of ties, dyad by dyad."""
    on = np.pad(ties == SEEN, ((0, 0), (1, 1)))
    row, start = np.nonzero(on[:, 1:-1] & ~on[:, :-2])
    _, last = np.nonzero(on[:, 1:-1] & ~on[:, 2:])
    after = np.pad(ties, ((0, 0), (0, 1)), constant_values=UNOBSERVED)
    return Spells(row, start, last - start + 1, after[row, last + 1] == UNSEEN)


def ties_of_spells(path: str | Path, until: int | None = None) -> Ties:
    """Ties from a table of support spells such as seeds/data/ucdp_support_spells.csv.

    Parameters
    ----------
    path : path
        Columns recipient, supporter, start, end (years), ended (1: gone the next year though observed; 0: censored).
    until : int, optional
        Last year that is known; what came later is cut off.

    Returns
    -------
    (D, Y) int8
        Dyads by the order of their names, years from the first start. Years between two spells of a dyad count as
        observed: the source followed the recipient before and after.

    Raises
    ------
    InputError
        The file cannot be read, lacks a column, or holds nothing so early.
    """
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise InputError(str(path), "", f"cannot be read ({str(error).splitlines()[0]})", "a CSV of spells") from error
    for name in ("recipient", "supporter", "start", "end", "ended"):
        if name not in table:
            raise InputError(str(path), name, "column is missing", "recipient, supporter, start, end, ended")
    last = int(table["end"].max()) + 1 if until is None else until
    known = table[table["start"] <= last]
    if known.empty:
        raise InputError(str(path), "start", f"holds no spell up to {last}", f"{int(table['start'].min())} or later")
    first = int(known["start"].min())
    dyad = known.groupby(["recipient", "supporter"], sort=True).ngroup().to_numpy()
    ties = np.full((int(dyad.max()) + 1, last - first + 1), UNOBSERVED, dtype=np.int8)
    for row, start, end, ended in zip(dyad, known["start"] - first, known["end"] - first, known["ended"], strict=True):
        ties[row, start : end + 1] = SEEN
        if ended and end + 1 < ties.shape[1] and ties[row, end + 1] == UNOBSERVED:
            ties[row, end + 1] = UNSEEN
    for followed in ties:
        on = np.flatnonzero(followed == SEEN)
        between = followed[on[0] : on[-1]]
        between[between == UNOBSERVED] = UNSEEN
    return ties


def ties_of_levels(levels: Any, missed: NDArray[np.bool_] | None = None) -> Ties:
    """Ties as coders see them of levels at year ends.

    Parameters
    ----------
    levels : (Y, K) int8
        Levels of K dyads at Y year ends; `outcomes.ABSENT` where a side is not there.
    missed : (K, Y) bool, optional
        Years in which the coder misses support that is there.

    Returns
    -------
    (K, Y) int8
    """
    level = np.asarray(levels).T
    ties = np.where(level == ABSENT, UNOBSERVED, np.where(level >= Level.MATERIAL, SEEN, UNSEEN)).astype(np.int8)
    if missed is not None:
        ties[(ties == SEEN) & missed] = UNSEEN
    return ties
