"""Engines for both databases, with the time-outs and the durability that are promised."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DatabaseError, DBAPIError, DisconnectionError, OperationalError

from service import errors, postgres
from service.patience import REQUEST_SECONDS, Patience, current

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
)
LIMITS = {"statement_timeout": 0.85, "lock_timeout": 0.75}
"""Shares of the patience after which a server that lives gives up by itself."""
POOL: dict[str, Any] = {"pool_size": 20, "max_overflow": 20, "pool_timeout": 0.4}
"""More connections than requests that work at once: one between two steps keeps its own."""
KEEPALIVE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""For jobs, whose patience is longer than it takes to find a dead host (libpq; s, and ms last)."""
BUSY = {"40001", "40P01", "55P03", "57014"}
"""Serialization failure, deadlock, a lock or a statement that took too long."""
READ_ONLY = "25006"
UNSAFE = {"fsync": {"off"}, "synchronous_commit": {"off"}}


def make_engine(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL (psycopg 3).

    How long its statements may take is set by whoever begins a transaction: see ``patience``.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(str(url), address.database)
    if address.drivername in {"postgresql", "postgres"}:
        address = address.set(drivername="postgresql+psycopg")
    return _postgres(address)


def _sqlite(url: str, database: str | None) -> Engine:
    in_file = bool(database) and database != ":memory:"
    if in_file and not str(database).startswith("file:"):
        Path(str(database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True, **(POOL if in_file else {}))

    @event.listens_for(engine, "connect")
    def configure(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={milliseconds(current().seconds)}")
        for pragma in SQLITE_PRAGMAS:
            connection.execute(pragma)
        record.info["patience"] = current().seconds

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        seconds = current().seconds
        if connection.info.get("patience") != seconds:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={milliseconds(seconds)}").close()
            connection.info["patience"] = seconds
        reads = connection.get_execution_options().get("reads_only", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _postgres(address: URL) -> Engine:
    brief = [f"-c {name}={value}" for name, value in limits(REQUEST_SECONDS).items()]
    options = " ".join([*brief, "-c timezone=UTC"])
    engine = create_engine(
        address, hide_parameters=True, connect_args={"options": options, **KEEPALIVE}, **POOL
    )
    breaker = postgres.Breaker()

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, record: Any, args: Any, options: Any) -> postgres.Connection:
        connection = postgres.Connection.open(breaker, *args, **options)
        if record is not None:
            record.info["fresh"] = True
        return connection

    @event.listens_for(engine, "checkout")
    def checkout(connection: postgres.Connection, record: Any, _fairy: Any) -> None:
        if not record.info.pop("fresh", False):
            if connection.is_dead():
                raise DisconnectionError("closed while idle")
            connection.patience = current()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        raw: Any = connection.connection.driver_connection
        patience: Patience = raw.patience
        if not patience.brief and not raw.autocommit:
            longer = limits(patience.seconds)
            connection.exec_driver_sql("; ".join(f"SET LOCAL {k} = {v}" for k, v in longer.items()))

    @event.listens_for(engine, "handle_error")
    def tell(context: ExceptionContext) -> None:
        if isinstance(context.original_exception, postgres.OutcomeUnknown):
            raise errors.OutcomeUnknown("outcome-unknown") from context.original_exception

    return engine


def limits(seconds: float) -> dict[str, int]:
    """Milliseconds after which the server ends a statement and a wait for a lock."""
    return {name: milliseconds(share * seconds) for name, share in LIMITS.items()}


def milliseconds(seconds: float) -> int:
    return int(seconds * 1000)


def require_durable(engine: Engine) -> None:
    """Raise DatabaseNotReady if PostgreSQL may lose what it has acknowledged.

    SQLite is told itself to sync at each commit.
    """
    if engine.dialect.name != "postgresql":
        return
    with engine.connect() as connection:
        for name, bad in UNSAFE.items():
            value = connection.exec_driver_sql(f"SHOW {name}").scalar_one()
            if value in bad:
                raise errors.DatabaseNotReady("not-durable", setting=name, value=value)


def is_busy(error: BaseException | None) -> bool:
    """Whether the database lives, and others were in the way."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in {
            sqlite3.SQLITE_BUSY,
            sqlite3.SQLITE_LOCKED,
        }
    return getattr(error, "sqlstate", None) in BUSY


def is_away(error: DBAPIError) -> bool:
    """Whether the database, not the program, is why a statement failed."""
    return (
        isinstance(error, OperationalError)
        or type(error) is DatabaseError
        or error.connection_invalidated
        or getattr(error.orig, "sqlstate", None) == READ_ONLY
    )
