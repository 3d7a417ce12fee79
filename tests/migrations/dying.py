"""Migrations that are killed just before their n-th statement.

Run as ``python -m tests.migrations.dying careful|careless [URL N]...``; prints how each process
ended, a signal's number below zero. The careless ones run without a transaction.
"""

import sys
from functools import partial

from sqlalchemy import Engine, create_engine

from service import schema
from service.db import make_engine
from tests.support.failpoints import failpoint, killed
from tests.support.forks import ended


def careless_engine(url: str) -> Engine:
    return create_engine(url, isolation_level="AUTOCOMMIT")


def migrate_and_die(engine: Engine, at: int) -> None:
    with failpoint(engine, at, fail=killed):
        schema.upgrade(engine)


def main(way: str, *given: str) -> None:
    make = make_engine if way == "careful" else careless_engine
    for url, at in zip(given[::2], given[1::2], strict=True):
        print(ended(partial(migrate_and_die, make(url), int(at))))  # noqa: T201 - read by the test


if __name__ == "__main__":
    main(*sys.argv[1:])
