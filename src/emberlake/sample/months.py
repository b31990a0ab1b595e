"""The year of the sample company: months, posting days, the British fiscal year, and the share of each month."""

import calendar
import datetime as dt
from functools import cache

YEAR = 2025
MONTHS = range(1, 13)
HOLIDAYS = frozenset({dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 25), dt.date(YEAR, 12, 26)})
SEASON = (84, 82, 90, 86, 84, 88, 80, 62, 92, 94, 88, 70)  # thousandths of the year: quiet in August and December


def period(month: int) -> str:
    """The month as the files name it, such as 2025-03."""
    return f"{YEAR}-{month:02d}"


@cache
def posting_days(month: int) -> tuple[dt.date, ...]:
    """Days on which goods are received: Monday to Saturday, so that some have no exchange rate of their own."""
    last = calendar.monthrange(YEAR, month)[1]
    days = (dt.date(YEAR, month, day) for day in range(1, last + 1))
    return tuple(day for day in days if day.weekday() < 6 and day not in HOLIDAYS)


def fiscal(month: int) -> tuple[int, int]:
    """Fiscal year and period of the British plant: fiscal year 2025 begins in April 2025."""
    return (YEAR, month - 3) if month >= 4 else (YEAR - 1, month + 9)


def lines_of_month(lines_of_year: int, month: int) -> int:
    """How many of the year's lines fall into a month; the twelve add up to the year."""
    before, upto = sum(SEASON[: month - 1]), sum(SEASON[:month])
    return lines_of_year * upto // sum(SEASON) - lines_of_year * before // sum(SEASON)
