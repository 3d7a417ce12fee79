"""Dates of which only the year, or year and month, may be known."""

import calendar
import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z", re.ASCII)


def first_day(text: str) -> date:
    """The earliest day that ``2017``, ``2017-11`` or ``2017-11-18`` may mean.

    Raises
    ------
    ValueError
        If ``text`` is none of the three forms, or no real day.
    """
    year, month, day = _parts(text)
    return date(year, month or 1, day or 1)


def last_day(text: str) -> date:
    """The latest day that a partial date may mean; raises as ``first_day`` does."""
    year, month, day = _parts(text)
    month = month or 12
    return date(year, month, day or calendar.monthrange(date(year, month, 1).year, month)[1])


def _parts(text: str) -> tuple[int, int | None, int | None]:
    found = PARTIAL.match(text)
    if not found:
        raise ValueError(f"expected YYYY, YYYY-MM or YYYY-MM-DD, got {text!r}")
    year, month, day = found.groups()
    return int(year), int(month) if month else None, int(day) if day else None


def known_from(stated_on: str | None, entered: datetime, time_zone: str) -> date:
    """From which day a statement counts: its last possible day or, undated, its day of entry."""
    if stated_on:
        return last_day(stated_on)
    return entered.astimezone(ZoneInfo(time_zone)).date()
