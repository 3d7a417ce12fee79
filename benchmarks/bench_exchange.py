"""Seconds of export, dry run and apply on made-up rows; run it with ``-m``.

The names follow asv: ``setup`` once per parameter, ``time_*`` and ``track_*`` are what counts.
Figures are for SQLite and, where one is installed, PostgreSQL with ``fsync`` off as in the tests.
The workbooks are made here with the service's own writer; reading them apart is part of each step.
"""

import resource
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from service import schema
from service.access import program
from service.db import Sessions, make_engine
from service.exchange import output, usecases
from service.exchange.columns import COLUMNS, What
from service.messages import catalogue
from service.seeding.load import load_seed
from service.settings import ROOT
from service.tables import Table
from tests.support import postgres

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
WHO = program("bench")
WORDS = catalogue("zh")
N_ROWS = 10_000


def statement(number: int, *, weight: int) -> dict[str, Any]:
    return {
        "cluster": ("大连", "柯桥", "虎门", "大朗", "西樵")[number % 5],
        "kind": ("强项", "缺口")[number % 2],
        "topic": ("面料", "辅料", "fabric")[number % 3],
        "phrase": f"第{number}家面料生产企业，年产针织面料{number * 37 % 9973}吨",
        "phrase_en": f"fabric maker {number}",
        "material": ("棉", "棉；羊毛", "")[number % 3],
        "quote": f"我们第{number}家企业还缺少做针织面料的伙伴，希望明年能找到。" * 2,
        "meeting": "1",
        "speaker": "张三",
        "stated_on": "2017-11-18",
        "weight": weight,
        "status": ("草稿", "已确认")[number % 4 == 0],
        "visibility": "成员",
    }


def cluster(number: int, *, weight: int) -> dict[str, Any]:
    return {
        "slug": f"bench-{number}",
        "name_zh": f"试验集群{number}",
        "name_en": f"Trial cluster {number}",
        "province": "浙江",
        "latitude": 30 + number / 1000,
        "longitude": 120 + number / 1000,
        "products": f"面料{weight}；针织",
        "aliases": f"试验{number}；又名{number}",
        "part_of": "柯桥",
    }


ROW = {What.STATEMENTS: statement, What.CLUSTERS: cluster}


class Exchange:
    def __init__(self, address: str) -> None:
        self.engine = make_engine(address)
        self.sessions = Sessions(self.engine)
        schema.upgrade(self.engine)
        with self.sessions.write() as session:
            load_seed(session, ROOT / "seed_data", now=NOW, time_zone="Asia/Shanghai")

    def file(self, what: What, weight: int) -> bytes:
        columns = COLUMNS[what]
        made = [ROW[what](number, weight=weight) for number in range(N_ROWS)]
        cells = [[row.get(column.name, "") for column in columns] for row in made]
        with self.sessions.read() as session:
            facts = output.read_facts(session, WHO, WORDS)
        return output.workbook(facts, {what: Table(output.heads_of(WORDS, what), cells)})

    def time_rehearse(self, content: bytes) -> usecases.Outcome:
        with self.sessions.read() as session:
            return usecases.rehearse(session, WHO, usecases.read_file(content), WORDS)

    def time_apply(self, content: bytes, digest: str) -> None:
        sheets = usecases.read_file(content)
        with self.sessions.write() as session:
            usecases.apply(
                *(session, WHO, sheets, WORDS),
                expected=digest,
                now=NOW,
                time_zone="Asia/Shanghai",
            )

    def time_export(self, what: What) -> bytes:
        make = {
            What.CLUSTERS: output.export_clusters,
            What.STATEMENTS: output.export_statements,
        }[what]
        with self.sessions.read() as session:
            facts, table = make(session, WHO, WORDS)
        return output.workbook(facts, {what: table})


def worked() -> float:
    """Seconds of work of this process and of those that read workbooks; not of the database's."""
    own, children = (
        resource.getrusage(k) for k in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def timed(work: Any, *given: Any) -> tuple[str, Any]:
    """Seconds on the clock, and of work: on a busy machine the first is the longer one."""
    begin, before = time.perf_counter(), worked()
    result = work(*given)
    return f"{time.perf_counter() - begin:6.2f} s ({worked() - before:5.2f} s of work)", result


def measure(name: str, address: str) -> None:
    suite = Exchange(address)
    for what in (What.STATEMENTS, What.CLUSTERS):
        for step, weight in (("new", 3), ("changed", 4), ("the same", 4)):
            content = suite.file(what, weight)
            dry, outcome = timed(suite.time_rehearse, content)
            assert not outcome.plan.faults, outcome.plan.faults[:3]  # noqa: S101 - a check
            wet, _ = timed(suite.time_apply, content, outcome.plan.digest)
            print(
                f"{name:10} {what:10} {N_ROWS} rows {step:8} {len(content) / 1e6:5.2f} MB"
                f"  dry run {dry}  apply {wet}  {outcome.plan.counts}"
            )
        out, content = timed(suite.time_export, what)
        back, outcome = timed(suite.time_rehearse, content)
        print(
            f"{name:10} {what:10} export {out}, {len(content) / 1e6:5.2f} MB;"
            f" dry run of it {back}  {outcome.plan.counts}"
        )
    suite.engine.dispose()


def main() -> None:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        measure("sqlite", f"sqlite:///{Path(name) / 'bench.db'}")
        if postgres.find_binaries() and "--sqlite" not in sys.argv:
            measure("postgresql", stack.enter_context(postgres.server()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process: {peak:.0f} MiB")


if __name__ == "__main__":
    main()
