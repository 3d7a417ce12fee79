"""Speed and size of back-up and restore on made-up statements; run it with ``-m``.

The names follow asv: ``setup`` once per parameter, ``time_*`` and ``track_*`` are what counts.
Figures are for SQLite and, where one is installed, PostgreSQL with ``fsync`` off as in the tests.
"""

import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, insert, make_url, select

from models import Cluster, Statement, StatementChange, Topic
from service import schema
from service.backup.restoring import restore
from service.backup.saving import save
from service.db import Sessions, make_engine
from service.seeding.load import load_seed
from service.settings import ROOT
from tests.support import postgres

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
BATCH = 5000


def statements(count: int, cluster: int, topic: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {
            "seed_key": f"bench-{number}",
            "cluster_id": cluster,
            "kind": "strength",
            "topic_id": topic,
            "phrase": f"第{number}家面料生产企业，年产针织面料{number * 37 % 9973}吨",
            "quote": None,
            "weight": 1 + number % 5,
            "status": "confirmed",
            "basis": "register",
            "source_zh": f"登记资料 {number}",
            "created_at": NOW,
            "updated_at": NOW,
        }


class BackUp:
    """``n_rows`` rows: half of them statements, half the lines of their history."""

    params = (10_000, 100_000)
    param_names = ("n_rows",)

    def __init__(self, engine: Engine, places: Iterator[Engine], folder: Path) -> None:
        self.engine, self.places, self.folder = engine, places, folder
        self.file = folder / "bench.zip"
        schema.upgrade(engine)
        with Sessions(engine).write() as session:
            load_seed(session, ROOT / "seed_data", now=NOW, time_zone="Asia/Shanghai")
        self.rows = 0

    def setup(self, n_rows: int) -> None:
        with Sessions(self.engine).write() as session:
            session.execute(Statement.__table__.delete().where(Statement.seed_key.like("bench-%")))
            cluster, topic = session.scalar(select(Cluster.id)), session.scalar(select(Topic.id))
            rows = list(statements(n_rows // 2, cluster, topic))
            for start in range(0, len(rows), BATCH):
                session.execute(insert(Statement), rows[start : start + BATCH])
            made = select(Statement.id).where(Statement.seed_key.like("bench-%"))
            lines = [self.line(id_) for id_ in session.scalars(made)]
            for start in range(0, len(lines), BATCH):
                session.execute(insert(StatementChange), lines[start : start + BATCH])

    @staticmethod
    def line(id_: int) -> dict[str, Any]:
        after = {"kind": "strength", "phrase": f"面料 {id_}", "weight": 3, "status": "confirmed"}
        return {
            "statement_id": id_,
            "version": 1,
            "action": "created",
            "actor": "bench",
            "changed_at": NOW,
            "before": None,
            "after": after,
        }

    def time_save(self, _n_rows: int) -> None:
        self.rows = save(self.engine, self.file, now=NOW, force=True).rows

    def time_restore(self, _n_rows: int) -> None:
        place = next(self.places)
        restore(place, self.file)
        place.dispose()

    def track_megabytes(self, _n_rows: int) -> float:
        return self.file.stat().st_size / 1e6


def seconds(work: Any, n_rows: int) -> float:
    begin = time.perf_counter()
    work(n_rows)
    return time.perf_counter() - begin


def places_of(address: str | None, folder: Path) -> Iterator[Engine]:
    """New empty databases: files in ``folder``, or on the server at ``address``."""
    number = 0
    while True:
        number += 1
        if address is None:
            yield make_engine(f"sqlite:///{folder / f'{number}.db'}")
            continue
        server = create_engine(address, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE bench{number}")
        server.dispose()
        yield make_engine(
            make_url(address).set(database=f"bench{number}").render_as_string(hide_password=False)
        )


def measure(name: str, address: str | None, folder: Path) -> None:
    places = places_of(address, folder)
    suite = BackUp(next(places), places, folder)
    for n_rows in suite.params:
        suite.setup(n_rows)
        took = {"save": seconds(suite.time_save, n_rows)}
        took["restore"] = seconds(suite.time_restore, n_rows)
        per = 100_000 / suite.rows
        print(
            f"{name:10} {suite.rows:7} rows {suite.track_megabytes(n_rows):6.2f} MB"
            f" ({suite.track_megabytes(n_rows) * per:5.2f} MB per 10^5 rows)"
            + "".join(
                f"  {step} {value:6.2f} s ({value * per:6.2f} s per 10^5 rows)"
                for step, value in took.items()
            )
        )
    suite.engine.dispose()


def main() -> None:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        measure("sqlite", None, Path(name))
        if postgres.find_binaries():
            measure("postgresql", stack.enter_context(postgres.server()), Path(name))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process, the making of the rows included: {peak:.0f} MiB")


if __name__ == "__main__":
    main()
