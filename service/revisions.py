"""The data revisions as this process last read them, a second old at most.

Who must not read anything older than this moment waits for the next look at the database, and
shares it with all that wait by then.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine, event, select

from models import DataRevision
from models.enums import Visibility
from service.db import Sessions

FRESH_SECONDS = 1.0
"""So long a write of another process may go unnoticed by who does not ask for more."""


class Commits:
    """Whether anybody has committed to the database, where that can be told without asking it.

    SQLite counts commits in shared memory (``PRAGMA data_version``): a look takes microseconds and
    waits for nobody. PostgreSQL has nothing of the kind.
    """

    def __init__(self, engine: Engine) -> None:
        self.file = engine.url.database if engine.dialect.name == "sqlite" else None
        self._connection: sqlite3.Connection | None = None
        self._lock = Lock()
        event.listen(engine, "engine_disposed", lambda _: self.close())

    def count(self) -> int | None:
        """A number that another commit changes; None if it cannot be told."""
        if not self.file or self.file == ":memory:":
            return None
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = sqlite3.connect(
                        self.file, timeout=0, isolation_level=None, check_same_thread=False
                    )
                ((count,),) = self._connection.execute("PRAGMA data_version").fetchall()
            except sqlite3.Error:
                return None
        return int(count)

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


@dataclass(slots=True, eq=False)
class Revisions:
    sessions: Sessions
    timer: Callable[[], float] = monotonic
    commits: Commits = field(init=False)
    _values: Mapping[str, int] = field(default_factory=dict)
    _looked_at: float = float("-inf")
    _at_commit: int | None = None
    _forgotten: int = 0
    _lock: Lock = field(default_factory=Lock)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _arrived: int = 0
    _served: int = 0

    def __post_init__(self) -> None:
        self.commits = Commits(self.sessions.engine)
        self.sessions.after_commit(self.forget)

    def known(self, audience: Visibility) -> int | None:
        """What was read within the last second, nothing having been written here since."""
        if self.timer() - self._looked_at >= FRESH_SECONDS:
            return None
        return self.last(audience)

    def last(self, audience: Visibility) -> int:
        """What was read last, however long ago."""
        return self._values.get(audience, 0)

    async def latest(self, audience: Visibility) -> int:
        """What the database tells at a moment after this call."""
        count = self.commits.count()
        if count is not None and count == self._at_commit:
            return self.last(audience)
        arrived = self._arrived = self._arrived + 1
        async with self._turn:
            if self._served < arrived:
                all_by_now = self._arrived
                await run_in_threadpool(self.look)
                self._served = all_by_now
        return self.last(audience)

    def look(self) -> None:
        began, forgotten, count = self.timer(), self._forgotten, self.commits.count()
        with self.sessions.read() as session:
            rows = session.execute(select(DataRevision.audience, DataRevision.value))
            values = {row.audience: row.value for row in rows}
        with self._lock:
            self._values, self._at_commit = values, count
            if forgotten == self._forgotten:
                self._looked_at = began

    def forget(self) -> None:
        """Something was written here: look again before telling."""
        with self._lock:
            self._forgotten += 1
            self._looked_at = float("-inf")
