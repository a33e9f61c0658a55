"""Months as whole numbers: month 0 is the scenario's start, one step is one month."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass

from ..errors import InputError

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?")


def absolute_month(text: str, where: str = "date", field: str = "") -> int:
    """Months since year 0 of a date 'YYYY-MM' or 'YYYY-MM-DD'.

    Raises
    ------
    InputError
        The text is not a date of that form, or names a month or a day that does not exist.
    """
    found = _MONTH.fullmatch(str(text))
    if found is None or not 1 <= int(found[2]) <= 12:
        raise InputError(where, field, f"'{text}' is not a month", "YYYY-MM, for example 1996-09")
    year, month = int(found[1]), int(found[2])
    days = calendar.monthrange(year, month)[1]
    if found[3] and not 1 <= int(found[3]) <= days:
        allowed = f"YYYY-MM, for example {text[:7]}; or YYYY-MM-DD with a day from 01 to {days}"
        raise InputError(where, field, f"'{text}' is not a date", allowed)
    return year * 12 + month - 1


def date_of(month: int) -> str:
    """Date 'YYYY-MM' of months since year 0."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


@dataclass(frozen=True)
class Calendar:
    """Calendar of a run.

    Parameters
    ----------
    start : str
        First month, 'YYYY-MM'.
    months : int
        Number of months simulated, at least 1.
    """

    start: str
    months: int

    def index(self, date: str, where: str = "date", field: str = "") -> int:
        """Month number of a date; negative before the start, `months` or more after the end."""
        return absolute_month(date, where, field) - absolute_month(self.start)

    def date(self, month: int) -> str:
        """Date 'YYYY-MM' of a month number."""
        return date_of(absolute_month(self.start) + month)

    def year_ends(self) -> list[int]:
        """Month numbers of the last month of each calendar year; the last month closes the list."""
        first = absolute_month(self.start)
        ends = [t for t in range(self.months) if (first + t) % 12 == 11]
        if not ends or ends[-1] != self.months - 1:
            ends.append(self.months - 1)
        return ends

    def year(self, month: int) -> int:
        """Calendar year of a month number."""
        return (absolute_month(self.start) + month) // 12
