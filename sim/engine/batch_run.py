"""Which run a model is to be when Mesa's `batch_run` makes it."""

from __future__ import annotations

import inspect
import sys
from typing import Any

import mesa

from ..errors import InputError

_SEEDS_ITERATIONS = "rng" in inspect.signature(mesa.batch_run).parameters
"""Whether this Mesa makes an iteration of each seed it is given (3.4), instead of repeating the same arguments (3.3)."""


def _iteration() -> int | None:
    """Number of the iteration that `mesa.batch_run` is at; None outside.

    Mesa does not hand it to the model: its iterations differ by the entropy of the operating system, which nobody can
    draw again. It stands in the frame of the function that makes the model, in whatever process.
    """
    frame: Any = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name == "_model_run_func" and frame.f_globals.get("__name__") == "mesa.batchrunner":
            return int(frame.f_locals["run"][1])
        frame = frame.f_back
    return None


def run_asked_for(seed: int | None, replicate: int | None, rng: int | None) -> tuple[int, int]:
    """Master seed and replicate of a model: as given, or under `mesa.batch_run` the replicate of its iteration.

    Parameters
    ----------
    seed, rng : int, optional
        Master seed, in our word or Mesa's.
    replicate : int, optional

    Returns
    -------
    (int, int)
        Seed 1 and replicate 0 where nothing is said.

    Raises
    ------
    InputError
        Both words for the seed; or one replicate, and iterations that would be copies of it.
    """
    if seed is not None and rng is not None:
        raise InputError("rng", "", f"is {rng} beside a seed of {seed}", "one of seed and rng, which are the same")
    given = rng if seed is None else seed
    iteration = _iteration()
    if iteration is not None and (given is None or not _SEEDS_ITERATIONS):
        if replicate is not None and iteration > 0:
            raise InputError("iterations", "", f"would repeat replicate {replicate}", "either replicate or iterations")
        replicate = iteration if replicate is None else replicate
    return 1 if given is None else given, 0 if replicate is None else replicate
