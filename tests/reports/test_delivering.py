"""Deliveries that do not arrive at once: tried again, given up, put into doubt, sent by hand."""

import pytest

from service.reports import usecases
from tests.reports.conftest import Office
from tests.reports.mailbox import Mailbox, address, free_port, serving, talking
from tests.reports.test_mail import deaf
from tests.support.people import TESTER

TO = ["zhang@assoc.example"]
RARELY = "0 8 1 1 *"
"""Never in the weeks that a test looks at."""


def test_a_server_that_is_away_is_tried_again_until_the_delivery_is_given_up(
    office: Office,
) -> None:
    office.run_now(office.plan(recipients=TO, cron=RARELY))
    away = address(free_port())
    waits: list[float] = []
    for _ in range(7):
        office.work(away)
        delivery = office.only_delivery()
        if delivery.next_attempt_at:
            waits.append((delivery.next_attempt_at - office.clock()).total_seconds() / 60)
            office.clock.now = delivery.next_attempt_at
    assert waits == [1, 5, 30, 120, 480, 1440]
    assert (delivery.state, delivery.attempts, delivery.doubtful) == ("failed", 7, 0)
    assert delivery.error is not None
    assert delivery.error.startswith("ConnectionRefusedError")
    office.clock.wait(days=1)
    assert office.work(away) == 0


def test_what_was_given_up_is_kept_and_can_be_sent_by_hand(office: Office) -> None:
    test_a_server_that_is_away_is_tried_again_until_the_delivery_is_given_up(office)
    run, delivery = office.only_run(), office.only_delivery()
    with office.sessions.write() as session:
        usecases.retry_delivery(
            session, TESTER, run.schedule_id, run.due_at, delivery.id, now=office.clock()
        )
    with serving(mailbox := Mailbox()) as server:
        office.work(server)
    assert mailbox.ids == [delivery.message_id]
    assert office.only_delivery().state == "sent"


def test_one_bad_address_does_not_hold_up_the_others(office: Office) -> None:
    office.run_now(office.plan(recipients=["nobody@x.example", "later@x.example", *TO]))
    with serving(mailbox := Mailbox()) as server:
        office.work(server)
    assert [mail["To"] for mail in mailbox.mails] == TO
    assert [(d.state, d.error) for d in office.only_run().deliveries] == [
        ("failed", "550 5.1.1 no such user"),
        ("pending", "451 4.7.1 greylisted"),
        ("sent", None),
    ]


def test_a_mail_in_doubt_is_listed_and_sent_again_with_the_same_id(office: Office) -> None:
    office.run_now(office.plan(recipients=TO))
    with talking(deaf) as port:
        office.work(address(port))
    delivery = office.only_delivery()
    assert (delivery.state, delivery.attempts, delivery.doubtful) == ("handed_over", 1, 1)
    office.clock.wait(minutes=1)
    with serving(mailbox := Mailbox()) as server:
        office.work(server)
    assert mailbox.ids == [delivery.message_id]
    after = office.only_delivery()
    assert (after.state, after.attempts, after.doubtful) == ("sent", 2, 1)


@pytest.mark.parametrize(("answer", "mails", "attempts"), [("retry", 1, 2), ("accept", 0, 1)])
def test_a_mail_in_doubt_waits_for_a_person_if_asked_to(
    office: Office, answer: str, mails: int, attempts: int
) -> None:
    office.run_now(office.plan(recipients=TO, on_doubt="ask", cron=RARELY))
    with talking(deaf) as port:
        office.work(address(port))
    office.clock.wait(days=30)
    run, delivery = office.only_run(), office.only_delivery()
    decide = usecases.retry_delivery if answer == "retry" else usecases.accept_delivery
    with serving(mailbox := Mailbox()) as server:
        office.work(server)
        assert mailbox.mails == []
        with office.sessions.write() as session:
            decide(session, TESTER, run.schedule_id, run.due_at, delivery.id, now=office.clock())
        office.work(server)
    assert len(mailbox.mails) == mails
    later = office.runs()[0].deliveries[0]
    assert (later.state, later.attempts, later.doubtful) == ("sent", attempts, 1)


def test_a_folder_that_was_left_half_way_is_simply_written_again(office: Office) -> None:
    office.run_now(office.plan(folder="weekly"))

    class Died(BaseException):
        """Ends a worker as a kill would."""

    def die(_: object) -> None:
        raise Died

    worker = office.worker(post=die)
    assert worker.work_once()
    with pytest.raises(Died):
        worker.work_once()
    assert office.only_delivery().state == "sending"
    office.clock.wait(seconds=300)
    office.work()
    assert office.only_delivery().state == "pending"
    office.clock.wait(minutes=1)
    office.work()
    delivery = office.only_delivery()
    assert (delivery.state, delivery.attempts, delivery.doubtful) == ("sent", 2, 0)
