"""Parameters that a calibration found, for each year's end from what could be known by then."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from ..analysis.calibration import Calibration
from ..analysis.summaries import LONG
from ..analysis.year_ends import posterior_of_year
from ..errors import InputError
from ..world.loading import load_world
from ..world.parameters import checked

POINTS = 40
"""Draws of a posterior that are run."""


def fitted(folder: str) -> Callable[[int], list[dict[str, float]]]:
    """Year -> draws of the posterior that knows nothing after its end.

    Raises
    ------
    InputError
        A folder that is no finished calibration, or one with a narrower prior than the ledger's; a year of which nothing is
        coded.
    """
    path = Path(folder)
    run = Calibration.of(path)
    if not (path / "summary.yaml").is_file():
        raise InputError("validate", "posterior", f"{folder} holds no summary.yaml", "a folder of a finished alliances calibrate")
    if run.settings.width < 1.0:
        said = "has a prior about central values that were chosen with a look at the whole history"
        raise InputError("validate", "posterior", f"{folder} {said}", "a calibration over whole ranges: preset=wide")
    fit, calendar = run.fit(), load_world(LONG)[0].calendar

    @cache
    def of_year(year: int) -> list[dict[str, float]]:
        posterior = posterior_of_year(fit, calendar, year, run.settings.near, run.seed)
        return [checked(point, folder) for point in run.values(posterior.draws(POINTS, run.seed))]

    return of_year
