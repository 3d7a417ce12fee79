"""The parts of a running program, made once and handed on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from service import schema
from service.clock import Clock, today, utc_now
from service.db import Sessions
from service.engine import make_engine, require_durable
from service.extractor import Extractor
from service.metrics import Metrics
from service.patience import patient
from service.phrases import phrases_by
from service.reading.reader import Reader
from service.seeding.load import Progress, load_seed
from service.settings import Settings
from service.suggestions.rankings import Rankings

UPGRADE_SECONDS = 600.0
"""What one statement of a migration may take."""


@dataclass(frozen=True, slots=True, eq=False)
class Runtime:
    settings: Settings
    engine: Engine
    sessions: Sessions
    rankings: Rankings
    extractor: Extractor
    reader: Reader
    clock: Clock
    metrics: Metrics

    def today(self) -> date:
        return today(self.clock(), self.settings.time_zone)

    @patient(UPGRADE_SECONDS)
    def upgrade(self, progress: Progress = lambda _step, _rows: None, *, seed: bool = True) -> None:
        """Bring the database to the program's schema, load the shipped facts, prepare rankings."""
        schema.upgrade(self.engine)
        if seed:
            with self.sessions.write() as session:
                load_seed(
                    session,
                    self.settings.seed_dir,
                    now=self.clock(),
                    time_zone=self.settings.time_zone,
                    progress=progress,
                )
        self.rankings.phrases.prepare(progress)

    def require_durable(self) -> None:
        """Before anything is acknowledged: raise DatabaseNotReady if it might be lost."""
        if self.settings.require_durable:
            require_durable(self.engine)


def make_runtime(settings: Settings, clock: Clock = utc_now) -> Runtime:
    engine = make_engine(settings.database)
    metrics = Metrics()
    metrics.watch(engine)
    sessions = Sessions(engine)
    return Runtime(
        settings=settings,
        engine=engine,
        sessions=sessions,
        rankings=Rankings(metrics, phrases_by(settings.phrases, sessions)),
        extractor=Extractor(settings.seed_dir),
        reader=Reader(),
        clock=clock,
        metrics=metrics,
    )


@contextmanager
def open_runtime(settings: Settings | None = None, *, ready: bool = True) -> Iterator[Runtime]:
    """A runtime for one command; unless ``ready`` is False the schema must be the newest.

    Raises
    ------
    DatabaseNotReady
        The database is missing or older than the program.
    """
    runtime = make_runtime(settings or Settings())
    try:
        if ready:
            schema.require_current(runtime.engine)
        yield runtime
    finally:
        runtime.engine.dispose()
