"""Time is an argument: the application holds one clock, tests hold its hands."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Request

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


def today(now: datetime, time_zone: str) -> date:
    """The day that ``now`` falls on in ``time_zone``."""
    return now.astimezone(ZoneInfo(time_zone)).date()


def _now(request: Request) -> datetime:
    now: datetime = request.app.state.clock()
    return now


def _today(request: Request, now: "Now") -> date:
    return today(now, request.app.state.settings.time_zone)


Now = Annotated[datetime, Depends(_now)]
Today = Annotated[date, Depends(_today)]
