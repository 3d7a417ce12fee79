"""Connections to PostgreSQL that give up on a silent server, and what is known of it meanwhile."""

import select
import threading
import time
from collections.abc import Callable, Generator
from typing import Any, Self, TypeVar

import psycopg

from service.patience import Patience, current

TICK_SECONDS = 0.1
"""Silence is counted in these; a shorter one costs no patience."""
PAUSE_SECONDS = 1.0
"""How long nobody tries after a connect that failed."""
TRIAL_SECONDS = 2.0
"""How long the others leave it to the one that tries."""
CERTAIN_SECONDS = 1.2
"""A server that lives has ended a request's statement by then; see ``engine.LIMITS``."""
COMMIT_SECONDS = 0.4
"""A COMMIT is waited for at least this long: an unknown outcome is worse than a late answer."""
RESOLUTION_UNKNOWN = "08007"

Result = TypeVar("Result")
Waiting = Generator[Any, Any, Result]


class Away(psycopg.OperationalError):
    """Not tried: the server was silent or refused a moment ago."""


class Silent(psycopg.OperationalError):
    """The server said nothing for as long as the caller could wait. The connection is closed."""


class OutcomeUnknown(psycopg.OperationalError):
    """The connection broke while the server committed: it may or may not have done so."""


class Breaker:
    """After one found the server away, the others fail at once, until one has connected again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._next_trial: float | None = None
        self.silent = False
        """Whether the server was found silent: connections made before are then worth no wait."""

    def admit(self) -> None:
        """Return if the caller may connect.

        Raises
        ------
        Away
            Somebody else is trying, or it is too early to try again.
        """
        with self._lock:
            if self._next_trial is None:
                return
            if self._clock() < self._next_trial:
                raise Away("the database did not answer a moment ago")
            self._next_trial = self._clock() + TRIAL_SECONDS

    def suspect(self) -> None:
        """A statement met silence: the next one who needs a connection finds out."""
        with self._lock:
            self.silent = True
            self._next_trial = self._next_trial or self._clock()

    def failed(self, *, silent: bool) -> None:
        with self._lock:
            self.silent = silent
            self._next_trial = self._clock() + PAUSE_SECONDS

    def connected(self) -> None:
        with self._lock:
            self.silent = False
            self._next_trial = None


class Connection(psycopg.Connection[Any]):
    """Every wait for the server ends: with its answer, or when the patience is used up."""

    patience: Patience | None = None
    breaker: Breaker | None = None

    @classmethod
    def open(cls, breaker: Breaker, *args: Any, **options: Any) -> Self:
        breaker.admit()
        try:
            connection = cls.connect(*args, **options)
        except psycopg.OperationalError as error:
            breaker.failed(silent=isinstance(error, Silent | psycopg.errors.ConnectionTimeout))
            raise
        breaker.connected()
        connection.breaker = breaker
        connection.patience = current()
        return connection

    @classmethod
    def _connect_gen(cls, *args: Any, **options: Any) -> Any:
        return watched(super()._connect_gen(*args, **options), current())

    def wait(self, gen: Any, interval: float = TICK_SECONDS, timeout: float | None = None) -> Any:
        patience = self.patience
        if patience is None:
            return super().wait(gen, interval, timeout)
        if patience.brief and self.breaker is not None and self.breaker.silent:
            self.pgconn.finish()
            raise Away("another request has just found the database silent")
        began = time.monotonic()
        try:
            return super().wait(watched(gen, patience), interval, timeout)
        except Silent:
            self.pgconn.finish()
            if self.breaker is not None and time.monotonic() - began >= CERTAIN_SECONDS:
                self.breaker.suspect()
            raise

    def commit(self) -> None:
        """Commit.

        Raises
        ------
        OutcomeUnknown
            The server was asked to commit what was written, and did not say whether it has.
        """
        if self.patience is not None:
            self.patience.left = max(self.patience.left, COMMIT_SECONDS)
        try:
            super().commit()
        except Away:
            raise
        except psycopg.OperationalError as error:
            lost = self.closed or error.sqlstate == RESOLUTION_UNKNOWN
            if lost and not self.read_only:
                raise OutcomeUnknown("the connection broke during COMMIT") from error
            raise

    def is_dead(self) -> bool:
        """Whether an idle connection was closed from the far end, as far as is known here.

        Costs no round trip: an idle server has nothing to say but its farewell.
        """
        poll = select.poll()
        poll.register(self.pgconn.socket, select.POLLIN)
        return bool(poll.poll(0))


def watched(gen: "Waiting[Result]", patience: Patience) -> "Waiting[Result]":
    """Pass ``gen`` on, and raise Silent once silence has used up the patience."""
    ready = None
    mark = time.monotonic()
    try:
        while True:
            state = gen.send(ready)
            ready = yield state
            now = time.monotonic()
            if not ready:
                patience.left -= now - mark
                if patience.left <= 0:
                    raise Silent("the database does not answer")
            mark = now
    except StopIteration as finished:
        result: Result = finished.value
        return result
