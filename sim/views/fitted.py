"""Parameters that a calibration found, for each year's end from what could be known by then."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pandas as pd

from ..analysis.asked import FIRST_ASKED, LAST_ASKED
from ..analysis.calibration import Calibration
from ..analysis.conditioned import PointsOf
from ..analysis.summaries import LONG
from ..analysis.year_ends import posterior_of_year
from ..errors import InputError
from ..paths import CONF
from ..world.loading import load_world
from ..world.parameters import checked

KEPT = CONF / "calibration" / "years.csv"
"""Draws for every year's end; a column `year`, then a column a parameter."""
ADOPTED = "adopted"
"""What the command line calls the draws that are kept."""
POINTS = 40
"""Draws of a posterior that are run."""


def fitted(folder: str | Path) -> PointsOf:
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
        allowed = "a calibration over whole ranges: preset=held_out or preset=wide"
        raise InputError("validate", "posterior", f"{folder} {said}", allowed)
    fit, calendar = run.fit(), load_world(LONG)[0].calendar

    @cache
    def of_year(year: int) -> list[dict[str, float]]:
        posterior = posterior_of_year(fit, calendar, year, run.settings.near, run.seed)
        points = run.values(posterior.draws(POINTS, run.seed))
        for point in points:
            checked(point, str(folder))
        return points

    return of_year


def years_text(points_of: PointsOf, years: Iterable[int] = range(FIRST_ASKED, LAST_ASKED + 1)) -> str:
    """Draws for every year's end, four digits each, as the text of a CSV file."""
    rows = [{"year": year, **point} for year in years for point in points_of(year)]
    return str(pd.DataFrame(rows).to_csv(index=False, float_format="%.4g"))


def kept_by_year() -> PointsOf:
    """Year -> the draws that were adopted for its end.

    Raises
    ------
    InputError
        There are none, or none of a year.
    """
    allowed = "the file that alliances calibrate adopt DIR held_out=DIR writes"
    try:
        table = pd.read_csv(KEPT).set_index("year")
    except (OSError, ValueError, KeyError) as error:
        raise InputError(str(KEPT), "", f"cannot be read ({str(error).splitlines()[0]})", allowed) from error

    def of_year(year: int) -> list[dict[str, float]]:
        rows = table[table.index == year]
        if rows.empty:
            raise InputError(str(KEPT), "year", f"{year} is missing", allowed)
        points = [{str(k): float(v) for k, v in row.items()} for _, row in rows.iterrows()]
        for point in points:
            checked(point, str(KEPT))
        return points

    return of_year


def posterior_given(words: str) -> PointsOf:
    """Draws by year of a folder, or those that were adopted; InputError as of `fitted` and `kept_by_year`."""
    return kept_by_year() if words == ADOPTED else fitted(words)
