"""After an erasure: what the database's files still hold of deleted rows."""

import sqlite3

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

TABLES = (
    "statement",
    "document",
    "change",
    "report_run",
    "run_snapshot",
    "kept_run",
    "idempotency_key",
)
log = structlog.get_logger()


def scrub(engine: Engine) -> bool:
    """Rewrite what held the words; False if others kept the files busy, and it is to be repeated.

    SQLite overwrites deleted rows itself (``secure_delete``); its write-ahead log is emptied here.
    PostgreSQL writes the tables anew; its own log and older back-ups keep the words until they
    are rotated away.
    """
    scrubber = _empty_log if engine.dialect.name == "sqlite" else _write_anew
    try:
        done = scrubber(engine)
    except DBAPIError:
        done = False
    if not done:
        log.warning("not-scrubbed", repeat="duijie db scrub")
    return done


def _empty_log(engine: Engine) -> bool:
    raw = engine.raw_connection()
    try:
        (busy, *_) = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    finally:
        raw.close()
    return not busy


def _write_anew(engine: Engine) -> bool:
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for table in TABLES:
            connection.exec_driver_sql(f"VACUUM (FULL) {table}")
    return True
