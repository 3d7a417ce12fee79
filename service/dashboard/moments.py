"""Moments as people write them, in the installation's time zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from fastapi import Request

from service.dates import first_day, last_day
from service.messages import Catalogue


def zone_of(request: Request) -> str:
    zone: str = request.app.state.settings.time_zone
    return zone


def moment(c: Catalogue, at: datetime | None, zone: str) -> str:
    """To the minute; a dash where there is none."""
    if at is None:
        return c.translate("fact.nothing")
    local = at.astimezone(ZoneInfo(zone))
    return f"{c.day(local.date().isoformat())} {local:%H:%M}"


def beginning(text: str, zone: str) -> datetime:
    """When the day, month or year begins; ValueError if it is none of the calendar."""
    return midnight(first_day(text), zone)


def end(text: str, zone: str) -> datetime:
    """When it is over."""
    try:
        return midnight(last_day(text) + timedelta(days=1), zone)
    except OverflowError as error:
        raise ValueError(text) from error


def midnight(day: date, zone: str) -> datetime:
    try:
        return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(day) from error
