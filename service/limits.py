"""How many requests a key, or the address of a visitor, may send within a minute of the clock.

All processes together never let through more: each takes permits in batches from a counter in the
database and spends them by itself, so that most requests touch nothing. What a process took and did
not spend by the end of the minute is lost, never carried over. While the database is busy or away
requests are let through: the limit protects the service and must not be what stops it.

Callers on this machine are exempt as visitors, for a proxy there would make everybody one caller.
Signed-in people are not counted.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from threading import Lock
from time import monotonic

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from service import counters
from service.access import VISITOR, Principal
from service.addresses import is_this_machine, network
from service.counters import Count
from service.db import Sessions
from service.errors import OutcomeUnknown, TooManyRequests

MINUTE = timedelta(minutes=1)
BATCHES = 20
"""A batch is the limit divided by this."""
KEPT = 4096
PATIENCE_SECONDS = 1.0
"""So long a request waits for another that is just taking permits."""
REST_SECONDS = 1.0
"""After the database was busy, nothing is asked of it for so long."""


async def spend(request: Request, who: Principal) -> None:
    """Use one permit of whoever calls; TooManyRequests without one."""
    limits: Limits = request.app.state.limits
    name = counted_as(who)
    if name is None or limits.per_minute == 0:
        return
    now = request.app.state.clock()
    if not limits.take(name, now):
        await run_in_threadpool(limits.lease, name, now)


def spend_at_hand(request: Request, who: Principal) -> bool:
    """Use one permit if one is at hand; False if some have to be fetched or none are left."""
    limits: Limits = request.app.state.limits
    name = counted_as(who)
    if name is None or limits.per_minute == 0:
        return True
    try:
        return limits.take(name, request.app.state.clock())
    except TooManyRequests:
        return False


def counted_as(who: Principal) -> str | None:
    """Whose requests are counted together; None: they are not."""
    if who.key_id is not None:
        return f"rate:key:{who.key_id}"
    if who.role is not VISITOR or is_this_machine(who.origin):
        return None
    return f"rate:from:{network(who.origin)[:64]}"


@dataclass(slots=True)
class Lease:
    """Permits of one minute that this process holds."""

    minute: datetime
    left: int = 0
    over: bool = False
    """No more are to be had in this minute."""


@dataclass(slots=True, eq=False)
class Limits:
    sessions: Sessions
    per_minute: int
    """0: no limit."""
    timer: Callable[[], float] = monotonic
    _leases: OrderedDict[str, Lease] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)
    _taking: Lock = field(default_factory=Lock)
    _rests_until: float = float("-inf")

    def take(self, name: str, now: datetime) -> bool:
        """Use a permit that is at hand; False if some have to be fetched first.

        Raises
        ------
        TooManyRequests
            This minute's are used up.
        """
        minute = now.replace(second=0, microsecond=0)
        with self._lock:
            lease = self._leases.get(name)
            if lease is None or lease.minute != minute:
                return False
            if lease.left > 0:
                lease.left -= 1
                return True
            if not lease.over:
                return False
        seconds = max(1, ceil((minute + MINUTE - now).total_seconds()))
        raise TooManyRequests("too-many-requests", seconds=seconds)

    def lease(self, name: str, now: datetime) -> None:
        """Fetch a batch of permits and use one; without answer the request is let through."""
        if not self._taking.acquire(timeout=PATIENCE_SECONDS):
            return
        try:
            if self.take(name, now) or self.timer() < self._rests_until:
                return
            minute = now.replace(second=0, microsecond=0)
            if not self._fetched(name, minute, self._fetch(name, minute, now)):
                self.take(name, now)
        except (SQLAlchemyError, OutcomeUnknown):
            self._rests_until = self.timer() + REST_SECONDS
        finally:
            self._taking.release()

    def _fetch(self, name: str, minute: datetime, now: datetime) -> int:
        batch = max(1, self.per_minute // BATCHES)
        with self.sessions.write() as session:
            count = counters.hold(session, name, minute + MINUTE, minute)
            granted = max(0, min(batch, self.per_minute - count.value))
            counters.put(session, name, Count(count.value + granted, count.ends_at), minute)
            if count.value == 0:
                counters.purge(session, now)
        return granted

    def _fetched(self, name: str, minute: datetime, granted: int) -> bool:
        """Keep what was granted, one permit being used at once; False if there was none."""
        with self._lock:
            self._leases[name] = Lease(minute, max(0, granted - 1), over=granted == 0)
            self._leases.move_to_end(name)
            while len(self._leases) > KEPT:
                self._leases.popitem(last=False)
        return granted > 0
