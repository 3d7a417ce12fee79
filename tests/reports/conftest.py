"""An office that plans and sends reports, on a real database and with a clock in hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from models import Delivery, ReportRun
from service.db import Sessions, make_engine
from service.reports import usecases
from service.reports.deliveries import Parcel
from service.reports.jobs import LEASE_SECONDS, Post, Worker
from service.reports.ledger import Lease
from service.reports.mail import MailServer
from service.reports.schemas import ScheduleIn
from service.reports.views import DeliveryView, RunView, ScheduleView
from service.suggestions.rankings import Rankings
from tests.reports.mailbox import SENDER, address
from tests.support.clock import NOW
from tests.support.people import TESTER

RANKINGS = Rankings()
"""Shared by the tests: databases copied from one template differ in nothing that ranks."""


@dataclass
class Clock:
    """Shows what it is set to."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **parts: float) -> None:
        self.now += timedelta(**parts)


@dataclass
class Office:
    sessions: Sessions
    folder: Path
    rankings: Rankings = field(default_factory=Rankings)
    clock: Clock = field(default_factory=Clock)

    def plan(self, **fields: Any) -> ScheduleView:
        given = {"name": "每周配对", "cron": "0 8 * * *", "top": 3, "audience": "organisers"}
        checked = ScheduleIn.model_validate({**given, **fields}).model_dump()
        with self.sessions.write() as session:
            return usecases.create_schedule(session, TESTER, checked, now=self.clock())

    def run_now(self, schedule: ScheduleView) -> RunView:
        with self.sessions.write() as session:
            return usecases.run_now(session, TESTER, schedule.id, now=self.clock())

    def worker(
        self,
        server: MailServer | None = None,
        *,
        clock: Callable[[], datetime] | None = None,
        post: Callable[[Parcel], None] | None = None,
        owner: str = "worker",
        seconds: float = LEASE_SECONDS,
    ) -> Worker:
        return Worker(
            sessions=self.sessions,
            rankings=self.rankings,
            clock=clock or self.clock,
            post=post or Post(server or address(25, host=""), self.folder),
            lease=Lease(owner, seconds),
            sender=SENDER,
            base_url="https://duijie.example",
        )

    def work(self, server: MailServer | None = None) -> int:
        """Work until nothing is due; how many pieces that were."""
        worker = self.worker(server)
        done = 0
        while worker.work_once():
            done += 1
        return done

    def runs(self) -> list[RunView]:
        """Earliest due first."""
        with self.sessions.read() as session:
            page = usecases.list_runs(session, limit=200, cursor=None)
        return list(page.items)[::-1]

    def only_run(self) -> RunView:
        (run,) = self.runs()
        return run

    def only_delivery(self) -> DeliveryView:
        (delivery,) = self.only_run().deliveries
        return delivery

    def content(self, run: RunView, form: usecases.Content) -> bytes:
        with self.sessions.read() as session:
            return usecases.get_content(session, run.schedule_id, run.due_at, form)

    def everything(self) -> str:
        """All that is kept of reports and deliveries, as one text."""
        with self.sessions.read() as session:
            rows = session.execute(
                select(ReportRun.snapshot, ReportRun.text, ReportRun.html, ReportRun.subject)
            ).all()
            errors = session.scalars(select(Delivery.error)).all()
        parts = [part for row in rows for part in row] + list(errors)
        return "\n".join(p.decode() if isinstance(p, bytes) else str(p) for p in parts)


@pytest.fixture
def office(register_url: str, tmp_path: Path) -> Iterator[Office]:
    engine = make_engine(register_url)
    yield Office(Sessions(engine), tmp_path, RANKINGS)
    engine.dispose()


@pytest.fixture
def full_office(seeded_url: str, tmp_path: Path) -> Iterator[Office]:
    """One in whose database clusters have spoken."""
    engine = make_engine(seeded_url)
    yield Office(Sessions(engine), tmp_path)
    engine.dispose()
