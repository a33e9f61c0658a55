"""Months as whole numbers: month 0 is the scenario's start, one step is one month."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import InputError

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?")


def absolute_month(text: str, where: str = "date", field: str = "") -> int:
    """Months since year 0 of a date 'YYYY-MM' or 'YYYY-MM-DD'.

    Raises
    ------
    InputError
        The text is not a date of that form, or names a month that does not exist.
    """
    found = _MONTH.fullmatch(str(text))
    month = int(found.group(2)) if found else 0
    day = int(found.group(3) or 1) if found else 0
    if not found or not 1 <= month <= 12 or not 1 <= day <= 31:
        raise InputError(where, field, f"'{text}' is not a month", "YYYY-MM, for example 1996-09")
    return int(found.group(1)) * 12 + month - 1


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
        total = absolute_month(self.start) + month
        return f"{total // 12:04d}-{total % 12 + 1:02d}"

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
