"""Brakes on those who try passwords, counted by all processes together.

Three counters see each try: of the name from this address, of the address (whatever the names),
and of the name (whatever the addresses). Each allows so many failures within ``WINDOW``; after
that every single try has to wait, twice as long each time, up to ``LONGEST_WAIT``. A try is counted
before the password is looked at, so that many at once get no further than one after another.
Refused tries count nowhere: a wait is never made longer by knocking.

A stranger must not be able to lock somebody out by failing on purpose. So whoever signed in from
an address before is, from there, judged by the counter of that name and address alone, which no
stranger elsewhere can move. For everyone else a one-time link is the way in: it asks none of these
counters, and the address it is used from is known from then on. Success clears the counter of the
name and address, and is not counted against the address and the name.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from sqlalchemy.orm import Session

from service import counters
from service.addresses import network
from service.counters import Count
from service.errors import TooManyRequests

WINDOW = timedelta(minutes=15)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
REMEMBERED = timedelta(days=1)
"""After a wait is over: so long every further failure brings the next wait."""
KNOWN = timedelta(days=90)
"""How long an address counts as one from which the account has signed in."""
DOUBLINGS = 6


@dataclass(frozen=True, slots=True)
class Brake:
    kind: str
    tries: int


PAIR = Brake("pair", 10)
ADDRESS = Brake("address", 100)
NAME = Brake("name", 100)


def admit(session: Session, name: str, origin: str | None, now: datetime) -> None:
    """Count a try to sign in as ``name``, folded, before its password is looked at.

    Raises
    ------
    TooManyRequests
        Wait first. The try is then not counted.
    """
    for brake, subject in _brakes(session, name, origin, now):
        _press(session, brake, subject, now)


def succeeded(session: Session, name: str, origin: str | None, now: datetime) -> None:
    """Take the try back, and know the address from now on."""
    for brake, subject in _brakes(session, name, origin, now):
        counter = _named(brake.kind, subject)
        count = counters.hold(session, counter, now)
        counters.put(session, counter, Count(max(0, count.value - 1), count.ends_at))
    trust(session, name, origin, now)


def trust(session: Session, name: str, origin: str | None, now: datetime) -> None:
    """The account's owner is at this address: forget failures, and judge it by itself alone."""
    pair = f"{name} {network(origin)}"
    counters.drop(session, _named(PAIR.kind, pair))
    known = _named("known", pair)
    counters.hold(session, known, now)
    counters.put(session, known, Count(1, now + KNOWN))


def _brakes(
    session: Session, name: str, origin: str | None, now: datetime
) -> list[tuple[Brake, str]]:
    """In one order, so that two tries never wait for each other."""
    address = network(origin)
    pair = (PAIR, f"{name} {address}")
    if counters.is_there(session, _named("known", pair[1]), now):
        return [pair]
    return [(ADDRESS, address), (NAME, name), pair]


def _press(session: Session, brake: Brake, subject: str, now: datetime) -> None:
    counter = _named(brake.kind, subject)
    count = counters.hold(session, counter, now)
    if count.ends_at <= now:
        count = Count(0, now + WINDOW)
    if count.value >= brake.tries and (until := count.ends_at - REMEMBERED) > now:
        raise TooManyRequests("too-many-guesses", seconds=ceil((until - now).total_seconds()))
    value = count.value + 1
    ends_at = count.ends_at
    if value >= brake.tries:
        ends_at = now + _wait(value - brake.tries) + REMEMBERED
    counters.put(session, counter, Count(value, ends_at))


def _wait(further: int) -> timedelta:
    """After the last free try, and after each one beyond it."""
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(further, DOUBLINGS)))


def _named(kind: str, subject: str) -> str:
    return f"guess:{kind}:{sha256(subject.encode('utf-8', 'surrogatepass')).hexdigest()}"
