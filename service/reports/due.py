"""When a schedule falls due, in its own time zone."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

FIELDS = re.compile(r"[0-9A-Za-z*/,#-]{1,60}( [0-9A-Za-z*/,#-]{1,60}){4}\Z")
EXPECTED = "expected five fields: minute, hour, day, month, weekday, such as 0 8 * * MON"
COUNTED_AT_MOST = 1000
"""Due times of an outage beyond this many are not counted one by one."""
REPEATED_HOURS = timedelta(hours=3)
"""Looking back starts this much later: at the end of summer time clocks show an hour twice."""


def check_zone(name: str) -> str:
    """``name`` itself, or ValueError unless it is in the IANA database."""
    if name not in available_timezones():
        raise ValueError("expected a time zone of the IANA database, such as Asia/Shanghai")
    return name


def check_cron(cron: str) -> str:
    """``cron`` with single spaces, or ValueError that names the field at fault."""
    plain = " ".join(cron.split())
    if not FIELDS.match(plain):
        raise ValueError(EXPECTED)
    try:
        next(CronSim(plain, datetime(2024, 1, 1, tzinfo=UTC)))
    except StopIteration:
        raise ValueError("this never falls due") from None
    except (CronSimError, AssertionError, TypeError) as error:
        raise ValueError(f"{error or 'Bad expression'}; {EXPECTED}") from None
    return plain


def upcoming(cron: str, time_zone: str, after: datetime) -> Iterator[datetime]:
    """Due times later than ``after``, ascending, in UTC.

    A wall-clock time that summer time skips falls due at the first minute that exists, one that
    occurs twice at its first occurrence. Expressions with a star for minute or hour go by elapsed
    time instead.
    """
    last = after
    for moment in CronSim(cron, after.astimezone(ZoneInfo(time_zone))):
        instant = moment.astimezone(UTC)
        if instant > last:
            yield instant
            last = instant


def next_due(cron: str, time_zone: str, after: datetime) -> datetime:
    return next(upcoming(cron, time_zone, after))


def latest_due(cron: str, time_zone: str, since: datetime, now: datetime) -> datetime:
    """The last due time that is not later than ``now``, given that ``since`` is one."""
    start = (now + REPEATED_HOURS).astimezone(ZoneInfo(time_zone))
    for moment in CronSim(cron, start, reverse=True):
        instant = moment.astimezone(UTC)
        if instant <= now:
            return max(instant, since)
    return since


def count_missed(cron: str, time_zone: str, since: datetime, until: datetime) -> int:
    """How many due times lie from ``since`` (itself one) up to but without ``until``.

    At most ``COUNTED_AT_MOST``.
    """
    if since >= until:
        return 0
    later = islice(upcoming(cron, time_zone, since), COUNTED_AT_MOST - 1)
    return 1 + sum(1 for _ in takewhile(lambda due: due < until, later))
