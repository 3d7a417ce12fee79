"""Each due time becomes one run, each run arrives once, whoever works and whatever fails."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from models import ReportRun
from service.reports import deliveries, ledger
from service.reports.due import upcoming
from service.reports.ledger import Lease
from service.reports.mail import Undelivered
from service.reports.views import RunView
from tests.reports.conftest import Office
from tests.reports.mailbox import Mailbox, serving
from tests.support.clock import NOW

if TYPE_CHECKING:
    from service.reports.jobs import Worker

MY, YOUR = Lease("mine", 300), Lease("yours", 300)


def together(count: int, step: Callable[[int], None]) -> None:
    """Run ``step`` in ``count`` threads that start at one moment; their failures are raised."""
    gate, failures = threading.Barrier(count), []

    def run(number: int) -> None:
        try:
            gate.wait(timeout=30)
            step(number)
        except Exception as error:  # noqa: BLE001 - raised in the main thread
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_fourteen_months_with_three_lookers_leave_exactly_the_due_times(
    office: Office, zone: str
) -> None:
    office.clock.now = datetime(2026, 1, 1, tzinfo=UTC)
    schedule = office.plan(cron="30 2 * * SUN", time_zone=zone)
    end = datetime(2027, 3, 1, tzinfo=UTC)
    dues = upcoming("30 2 * * SUN", zone, office.clock.now)
    expected = list(takewhile(lambda due: due <= end, dues))
    while office.clock.now < end:
        office.clock.now = min(end, office.clock.now + timedelta(days=3, hours=5))
        for _ in range(3):
            with office.sessions.write() as session:
                ledger.notice(session, office.clock.now)
    with office.sessions.read() as session:
        rows = session.execute(select(ReportRun.due_at, ReportRun.missed)).all()
    assert sorted(due for due, _ in rows) == expected
    assert {missed for _, missed in rows} == {0}
    assert len(expected) in range(59, 63)
    assert schedule.state == "active"


def test_many_who_notice_at_once_create_one_run(office: Office) -> None:
    for number in range(10):
        office.plan(name=f"s{number}")
    office.clock.wait(days=1)
    noticed: list[bool] = []

    def look(_: int) -> None:
        for _ in range(10):
            with office.sessions.write() as session:
                noticed.append(ledger.notice(session, office.clock()))

    together(3, look)
    runs = office.runs()
    assert sorted(Counter(run.schedule_id for run in runs).values()) == [1] * 10
    assert noticed.count(True) == 10


def test_after_an_outage_one_report_makes_up_for_forty(office: Office) -> None:
    schedule = office.plan(folder="weekly", language="en")
    first = schedule.next_due_at
    assert first is not None
    office.clock.wait(days=40)
    office.work()
    (run,) = office.runs()
    assert (run.missed, run.missed_since, run.state) == (39, first, "rendered")
    assert run.due_at == first + timedelta(days=39)
    page = office.content(run, "html").decode()
    assert "Due times that passed unattended since 2026-11-24 08:00: 39" in page
    office.work()
    assert len(office.runs()) == 1
    office.clock.wait(days=1)
    office.work()
    assert [later.missed for later in office.runs()] == [39, 0]


def test_two_manual_runs_in_one_second_are_one(office: Office) -> None:
    schedule = office.plan()
    assert office.run_now(schedule) == office.run_now(schedule)
    assert [(run.kind, run.due_at) for run in office.runs()] == [("manual", NOW)]


def send_side_by_side(
    office: Office, mailbox: Mailbox, *, reports: int, seconds: float
) -> list[RunView]:
    """Three workers under a clock on which a second is ten minutes, with leases of ``seconds``.

    Each of the ``reports`` goes to two addresses.

    They stop when all is sent, or once anything was sent twice. Returns the runs at the end.
    """
    for number in range(reports):
        office.plan(name=f"s{number}", recipients=[f"r{number}@x.example", f"q{number}@x.example"])
    office.clock.wait(days=1)
    renderer = office.worker()
    while renderer._notice() or renderer._render():
        pass
    begun, start = time.monotonic(), office.clock()

    def clock() -> datetime:
        return start + (time.monotonic() - begun) * 600 * timedelta(seconds=1)

    def done() -> bool:
        waiting = [d for run in office.runs() for d in run.deliveries if d.state != "sent"]
        return not waiting or len(mailbox.ids) > len(set(mailbox.ids))

    with serving(mailbox) as server:
        workers: list[Worker] = [
            office.worker(server, clock=clock, owner=f"w{n}", seconds=seconds) for n in range(3)
        ]

        def work(number: int) -> None:
            while not done() and time.monotonic() - begun < 60:
                if not workers[number].work_once():
                    time.sleep(0.02)

        together(3, work)
    return office.runs()


def test_three_workers_send_each_mail_once(office: Office) -> None:
    mailbox = Mailbox(seconds=0.1)  # a minute on the clock of the workers
    runs = send_side_by_side(office, mailbox, reports=6, seconds=7200)
    sent = [delivery for run in runs for delivery in run.deliveries]
    assert sorted(mailbox.ids) == sorted(str(delivery.message_id) for delivery in sent)
    assert len(set(mailbox.ids)) == 12
    assert {(d.state, d.attempts, d.doubtful) for d in sent} == {("sent", 1, 0)}


def test_a_lease_shorter_than_the_sending_does_send_twice(office: Office) -> None:
    """The harness above is able to fail: without a lease that holds, it sees duplicates."""
    mailbox = Mailbox(seconds=1.5)  # a quarter of an hour, far beyond lease and first pause
    send_side_by_side(office, mailbox, reports=1, seconds=1)
    assert len(mailbox.ids) > len(set(mailbox.ids))


def queued(office: Office, **fields: object) -> None:
    """One rendered report whose only delivery waits."""
    schedule = office.plan(recipients=["a@x.example"], **fields)
    office.run_now(schedule)
    worker = office.worker()
    with office.sessions.write() as session:
        claim = ledger.claim_run(session, office.clock(), MY)
    assert claim is not None
    worker._report(claim)


def state(office: Office) -> tuple[str, int, int]:
    (run,) = office.runs()
    (delivery,) = run.deliveries
    return delivery.state, delivery.attempts, delivery.doubtful


def test_who_lost_the_lease_cannot_settle_what_another_is_sending(office: Office) -> None:
    queued(office)
    with office.sessions.write() as session:
        mine = deliveries.claim_delivery(session, office.clock(), MY)
    assert mine is not None
    office.clock.wait(seconds=300)
    with office.sessions.write() as session:
        assert deliveries.recover(session, office.clock())
    assert state(office) == ("handed_over", 1, 1)
    office.clock.wait(minutes=1)
    with office.sessions.write() as session:
        yours = deliveries.claim_delivery(session, office.clock(), YOUR)
    assert yours is not None
    assert yours.message_id == mine.message_id
    with office.sessions.write() as session:
        failure = Undelivered("late", final=True)
        assert not deliveries.settle(session, mine, failure, office.clock())
    assert state(office) == ("sending", 2, 1)
    with office.sessions.write() as session:
        assert deliveries.settle(session, yours, None, office.clock())
    assert state(office) == ("sent", 2, 1)


def test_a_late_word_that_it_arrived_is_believed(office: Office) -> None:
    queued(office)
    with office.sessions.write() as session:
        mine = deliveries.claim_delivery(session, office.clock(), MY)
    assert mine is not None
    office.clock.wait(seconds=301)
    with office.sessions.write() as session:
        assert deliveries.recover(session, office.clock())
    with office.sessions.write() as session:
        assert deliveries.settle(session, mine, None, office.clock())
    assert state(office) == ("sent", 1, 1)


def test_nobody_takes_what_another_holds(office: Office) -> None:
    queued(office)
    with office.sessions.write() as session:
        assert deliveries.claim_delivery(session, office.clock(), MY) is not None
    office.clock.wait(seconds=299)
    with office.sessions.write() as session:
        assert deliveries.claim_delivery(session, office.clock(), YOUR) is None
        assert not deliveries.recover(session, office.clock())


def test_a_report_is_rendered_by_its_newest_holder_only(office: Office) -> None:
    office.run_now(office.plan(folder="weekly"))
    with office.sessions.write() as session:
        mine = ledger.claim_run(session, office.clock(), MY)
        assert ledger.claim_run(session, office.clock(), YOUR) is None
    assert mine is not None
    office.clock.wait(seconds=300)
    with office.sessions.write() as session:
        yours = ledger.claim_run(session, office.clock(), YOUR)
    assert yours is not None
    worker = office.worker()
    worker._report(mine)
    assert [run.state for run in office.runs()] == ["due"]
    worker._report(yours)
    worker._report(yours)
    (run,) = office.runs()
    assert (run.state, run.attempts, len(run.deliveries)) == ("rendered", 2, 1)


def test_a_run_that_kills_its_workers_is_given_up_at_last(office: Office) -> None:
    office.run_now(office.plan())
    for _ in range(8):
        with office.sessions.write() as session:
            ledger.claim_run(session, office.clock(), MY)
        office.clock.wait(seconds=300)
    (run,) = office.runs()
    assert (run.state, run.attempts) == ("failed", 7)
    assert run.error == "given up: each attempt ended without a word"


def test_runs_of_one_schedule_are_rendered_in_the_order_of_their_due_times(
    office: Office,
) -> None:
    schedule = office.plan()
    office.run_now(schedule)
    with office.sessions.write() as session:
        held = ledger.claim_run(session, office.clock(), MY)
    office.clock.wait(seconds=10)
    office.run_now(schedule)
    with office.sessions.write() as session:
        assert ledger.claim_run(session, office.clock(), YOUR) is None
    assert held is not None
    office.worker()._report(held)
    with office.sessions.write() as session:
        assert ledger.claim_run(session, office.clock(), YOUR) is not None
