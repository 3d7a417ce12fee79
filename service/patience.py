"""How long somebody waits for a database that says nothing: a request briefly, a job longer."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Receive, Scope, Send

REQUEST_SECONDS = 1.3
"""With the wait for a free connection and the answer itself, two seconds in all."""
JOB_SECONDS = 60.0


@dataclass(slots=True)
class Patience:
    """Seconds of silence that are borne; ``left`` falls as they pass.

    Short answers cost nothing, however many there are: only a wait in which nothing at all arrives
    for a tenth of a second counts.
    """

    seconds: float
    brief: bool = False
    """A request: it also gives up at once when another has just found the database silent."""
    left: float = field(init=False)

    def __post_init__(self) -> None:
        self.left = self.seconds


_given: ContextVar[Patience | float] = ContextVar("patience", default=JOB_SECONDS)


def current() -> Patience:
    """A request has one for all its transactions, a job one for each transaction."""
    given = _given.get()
    return given if isinstance(given, Patience) else Patience(given)


@contextmanager
def patient(seconds: float) -> Iterator[None]:
    """Transactions begun inside may wait this long for each statement and lock."""
    before = _given.set(seconds)
    try:
        yield
    finally:
        _given.reset(before)


class BriefRequests:
    """Middleware: whatever a request does with the database, it does impatiently."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            _given.set(Patience(REQUEST_SECONDS, brief=True))
        await self.app(scope, receive, send)
