"""What may be asked of the engines, said before anything runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, told
from ..numbers import master_seed, whole

MOST_REPLICATE = 2**32 - 1
"""The largest number of a replicate: it is one word of the address of a draw."""


def chosen_replicates(replicates: Any) -> NDArray[np.int64]:
    """Numbers of the replicates to run, shape (R,): 0, 1, … for a count, or those that are listed.

    Raises
    ------
    InputError
        None at all, or something else than whole numbers, 0 or more: a mask, 1.9, -1.
    """
    if isinstance(replicates, np.ndarray) and replicates.ndim == 1 and replicates.dtype.kind in "iu" and replicates.size:
        for one in (replicates.min(), replicates.max()):
            whole("replicates", "", one, 0, MOST_REPLICATE)
        return replicates.astype(np.int64)
    listed = replicates.tolist() if hasattr(replicates, "tolist") else replicates
    if isinstance(listed, str) or not isinstance(listed, Sequence):
        return np.arange(whole("replicates", "", listed, 1, MOST_REPLICATE), dtype=np.int64)
    if not listed:
        raise InputError("replicates", "", "none is listed", "1 or more")
    return np.array([whole("replicates", str(n), one, 0, MOST_REPLICATE) for n, one in enumerate(listed)], dtype=np.int64)


def check_model(
    seed: Any, replicate: Any, collect_every: Any, *, months: Any, world: Any, vector: Any, thesis: Any, parameters: Any
) -> None:
    """Refuse arguments of a model that are no whole numbers, or of which one would silence another.

    Raises
    ------
    InputError
    """
    master_seed(seed)
    whole("replicate", "", replicate, 0, MOST_REPLICATE)
    whole("collect_every", "", collect_every, 1, MOST_REPLICATE)
    if world is not None and months is not None:
        allowed = "months with scenario=, or a world built with them: load_world(…, months=…)"
        raise InputError("months", "", f"{told(months)} stands beside a world, which has its own horizon", allowed)
    if vector is not None and (thesis is not None or parameters):
        raise InputError("vector", "", "stands beside a thesis or parameters, which it holds already", "one of them")
