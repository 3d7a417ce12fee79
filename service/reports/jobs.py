"""The worker: one unit of work a call, any number of workers side by side."""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from uuid import uuid4

from models.enums import Channel
from service.clock import Clock
from service.db import Sessions
from service.errors import DomainError
from service.logs import log_failure
from service.messages import catalogue
from service.metrics import Metrics
from service.reports import deliveries, ledger, queries
from service.reports.building import render, report_of
from service.reports.deliveries import Parcel
from service.reports.folder import put
from service.reports.html import identifier
from service.reports.ledger import Lease, RunClaim
from service.reports.mail import MailServer, Undelivered, compose, hand_over
from service.runtime import Runtime
from service.settings import Settings
from service.suggestions.rankings import Rankings

LEASE_SECONDS = 300.0
"""Longer than a mail can take, so that no second worker sends what a first one is sending."""
POLL_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Post:
    """Takes a parcel to its address or folder."""

    server: MailServer
    folders: Path

    def __call__(self, parcel: Parcel) -> None:
        """Return once it arrived; raise Undelivered otherwise."""
        name = identifier(parcel.schedule_id, parcel.due_at)
        if parcel.channel == Channel.FOLDER:
            files = {f"{name}.html": parcel.html, f"{name}.xlsx": parcel.xlsx}
            put(self.folders, parcel.target, files)
            return
        message = compose(
            sender=self.server.sender,
            recipient=parcel.target,
            identity=parcel.message_id,
            subject=parcel.subject,
            written=parcel.rendered_at,
            language=parcel.language,
            text=parcel.text,
            html=parcel.html.decode(),
            xlsx=parcel.xlsx,
            filename=f"{name}.xlsx",
        )
        hand_over(self.server, message)


def post_of(settings: Settings) -> Post:
    server = MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value(),
        starttls=settings.smtp_starttls,
        sender=settings.mail_from,
    )
    return Post(server, settings.report_folders)


@dataclass(frozen=True, slots=True)
class Worker:
    """``clock`` gives the time of every step; ``post`` sends; ``lease`` names the worker."""

    sessions: Sessions
    rankings: Rankings
    clock: Clock
    post: Callable[[Parcel], None]
    lease: Lease
    sender: str
    base_url: str
    metrics: Metrics = field(default_factory=Metrics)

    def work_once(self) -> bool:
        """Do the most urgent piece of work; False when there was none."""
        with self.sessions.read() as session:
            if not ledger.is_waiting(session, self.clock()):
                return False
        return self._notice() or self._render() or self._recover() or self._deliver()

    def _notice(self) -> bool:
        with self.sessions.write() as session:
            return ledger.notice(session, self.clock())

    def _render(self) -> bool:
        with self.sessions.write() as session:
            claim = ledger.claim_run(session, self.clock(), self.lease)
        if claim is None:
            return False
        try:
            self._report(claim)
        except DomainError as error:
            self._failed(claim, catalogue("en").detail_of(error), final=True)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is recorded and tried again
            log_failure("report-failed", error, schedule=claim.schedule_id)
            self._failed(claim, type(error).__name__, final=False)
        return True

    def _report(self, claim: RunClaim) -> None:
        now = self.clock()
        with self.sessions.read() as session:
            erased = queries.last_erasure(session)
            run = queries.run(session, claim.schedule_id, claim.due_at)
            schedule = queries.schedule(session, claim.schedule_id)
            if run is None or schedule is None:
                return
            report = report_of(
                session,
                self.rankings,
                schedule,
                due_at=claim.due_at,
                now=now,
                base_url=self.base_url,
                run=run,
            )
        rendered = render(report, schedule, run.kind, sender=self.sender)
        with self.sessions.write() as session:
            stored = ledger.store_report(session, claim, rendered, self.clock(), erased=erased)
        if stored:
            self.metrics.job("report", "skipped" if rendered.skipped else "rendered")

    def _failed(self, claim: RunClaim, cause: str, *, final: bool) -> None:
        with self.sessions.write() as session:
            ledger.fail_run(session, claim, cause, self.clock(), final=final)
        self.metrics.job("report", "failed" if final else "attempt-failed")

    def _recover(self) -> bool:
        with self.sessions.write() as session:
            return deliveries.recover(session, self.clock())

    def _deliver(self) -> bool:
        with self.sessions.write() as session:
            parcel = deliveries.claim_delivery(session, self.clock(), self.lease)
        if parcel is None:
            return False
        failure = None
        try:
            self.post(parcel)
        except Undelivered as error:
            failure = error
        except Exception as error:  # noqa: BLE001 - whatever it is, it is recorded and tried again
            log_failure("delivery-failed", error, delivery=parcel.id)
            failure = Undelivered(type(error).__name__)
        with self.sessions.write() as session:
            deliveries.settle(session, parcel, failure, self.clock())
        self.metrics.job("delivery", outcome_of(failure))
        return True


def make_worker(runtime: Runtime) -> Worker:
    owner = f"{socket.gethostname()[:60]}:{os.getpid()}:{uuid4().hex[:8]}"
    return Worker(
        sessions=runtime.sessions,
        rankings=runtime.rankings,
        clock=runtime.clock,
        post=post_of(runtime.settings),
        lease=Lease(owner, LEASE_SECONDS),
        sender=runtime.settings.mail_from,
        base_url=runtime.settings.link_base,
        metrics=runtime.metrics,
    )


def run_worker(runtime: Runtime, stop: Event, poll_seconds: float = POLL_SECONDS) -> int:
    """Work until ``stop`` is set; what is begun then is still finished. Returns what was done."""
    worker = make_worker(runtime)
    done = 0
    while not stop.is_set():
        if attempt(worker):
            done += 1
        else:
            stop.wait(poll_seconds)
    return done


def attempt(worker: Worker) -> bool:
    """One unit of work; an outage of the database is waited out, not died of."""
    try:
        return worker.work_once()
    except Exception as error:  # noqa: BLE001 - the thread must outlive every outage
        log_failure("worker-failed", error)
        return False


def outcome_of(failure: Undelivered | None) -> str:
    if failure is None:
        return "sent"
    if failure.doubtful:
        return "handed-over"
    return "failed" if failure.final else "attempt-failed"
