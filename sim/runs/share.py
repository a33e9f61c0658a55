"""Part of a sweep: `shard=i/n`, for the tasks of a job array or several machines on one folder."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from ..errors import InputError, told
from .rectangles import Rectangle, missing, rectangle_of

MOST = 100_000
TILES_A_SHARE = 16  # so many that every part is about as long, so few that a file is worth it


@dataclass(frozen=True)
class Share:
    """The i-th of n parts of a sweep.

    Which runs it has follows from the points, the replicates asked for and n alone: neither from what is there already, nor
    from the machine, nor from the other parts. So the n parts are the whole, and no run is in two of them.

    Attributes
    ----------
    number : int
        1 to `of`.
    of : int
    """

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def of_others(self, wanted: np.ndarray, group_of: np.ndarray) -> list[Rectangle]:
        """What the other parts run.

        Parameters
        ----------
        wanted : (P,) int
            Replicates 0 .. wanted - 1 of each point.
        group_of : (P,) int
            Group of each point.
        """
        runs = math.ceil(int(wanted.sum()) / (TILES_A_SHARE * self.of))
        tiles = missing(wanted, [], group_of, max(1, runs))
        return [rectangle_of(tile) for n, tile in enumerate(tiles) if n % self.of != self.number - 1]


def read_share(given: object) -> Share | None:
    """A part as a configuration has it, `2/4`; None for the whole.

    Raises
    ------
    InputError
    """
    if given is None:
        return None
    found = re.fullmatch(r"([1-9][0-9]{0,5})/([1-9][0-9]{0,5})", given) if isinstance(given, str) else None
    number, of = (int(part) for part in found.groups()) if found else (0, 0)
    if not 1 <= number <= of <= MOST:
        allowed = f"i/n with i from 1 to n and n up to {MOST}, like 1/4 (a job array counts from 1: --array=1-4)"
        raise InputError("shard", "", f"{told(given)} is not a part of a sweep", allowed)
    return Share(number, of)
