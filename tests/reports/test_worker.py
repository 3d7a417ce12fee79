"""What the worker makes of schedules: sent, skipped, tried again, given up, put into doubt."""

from email.message import EmailMessage
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import select, update

from models import Cluster, Statement, Topic
from models.enums import Visibility
from service.clusters.vetoes import set_veto
from service.db import raise_revision
from service.events import usecases as events
from service.reports import usecases
from service.reports.jobs import make_worker, run_worker
from service.reports.schemas import ScheduleIn
from tests.conftest import runtime_on
from tests.reports.conftest import Office
from tests.reports.mailbox import Mailbox, serving
from tests.support.clock import NOW
from tests.support.people import TESTER

TO = ["zhang@assoc.example"]


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_due_report_goes_to_every_address_and_folder(office: Office) -> None:
    office.plan(recipients=["a@x.example", "b@x.example"], folder="周报")
    assert office.work() == 0
    office.clock.wait(days=1)
    with serving(mailbox := Mailbox()) as server:
        office.work(server)
    run = office.only_run()
    assert (run.kind, run.state, run.new) == ("scheduled", "rendered", 3)
    assert [(d.channel, d.target, d.state, d.attempts) for d in run.deliveries] == [
        ("email", "a@x.example", "sent", 1),
        ("email", "b@x.example", "sent", 1),
        ("folder", "周报", "sent", 1),
    ]
    assert sorted(mail["To"] for mail in mailbox.mails) == ["a@x.example", "b@x.example"]
    name = "duijie-1-20261124T000000Z"
    folder = office.folder / "周报"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        f"{name}.html": office.content(run, "html"),
        f"{name}.xlsx": office.content(run, "xlsx"),
    }
    page = office.content(run, "html").decode()
    assert body(mailbox.mails[0], "html").splitlines() == page.splitlines()


def test_clusters_are_quoted_in_the_mail_in_their_own_words(full_office: Office) -> None:
    office = full_office
    office.run_now(office.plan(cluster="大连", recipients=TO, top=5))
    with serving(mailbox := Mailbox()) as server:
        office.work(server)
    run = office.only_run()
    with office.sessions.read() as session:
        digest = usecases.get_pairings(session, run.schedule_id, run.due_at)
    (mail,) = mailbox.mails
    first = digest.pairings[0].suggestion.reasons[0]
    for side in (first.gap, first.strength):
        assert side is not None
        assert (side.quote or side.phrase) in body(mail, "html")
    assert first.gap is not None
    assert first.gap.quote
    assert first.gap.speaker
    assert first.gap.quote in body(mail, "plain")
    assert first.gap.speaker in body(mail, "html")


def test_a_second_report_tells_what_changed_since_the_first(full_office: Office) -> None:
    office = full_office
    office.run_now(office.plan(cluster="dalian", folder="weekly", top=3, language="en"))
    office.work()
    with office.sessions.read() as session:
        run = office.only_run()
        told = usecases.get_pairings(session, run.schedule_id, run.due_at)
    partner = told.pairings[0].suggestion
    with office.sessions.write() as session:
        now = office.clock()
        set_veto(session, TESTER, "dalian", partner.cluster, reason="rivals", version=None, now=now)
    office.clock.wait(days=1)
    office.work()
    second = office.runs()[1]
    assert (second.new, second.changed, second.gone, second.unchanged) == (1, 0, 1, 2)
    assert second.compared_with == run.due_at
    page = office.content(second, "html").decode()
    assert "new 1, changed 0, no longer listed 1, unchanged 2." in page
    assert "Cause: Never to be paired" in page


def test_nothing_new_is_skipped_and_the_last_report_stays_the_measure(office: Office) -> None:
    office.plan(folder="weekly", skip_unchanged=True)
    for _ in range(3):
        office.clock.wait(days=1)
        office.work()
    first, *later = office.runs()
    assert (first.state, first.new) == ("rendered", 3)
    assert [(run.state, run.compared_with, run.unchanged) for run in later] == [
        ("skipped", first.due_at, 3),
        ("skipped", first.due_at, 3),
    ]
    assert [run.deliveries for run in later] == [[], []]
    assert len(list((office.folder / "weekly").iterdir())) == 2


def test_without_skipping_an_unchanged_report_says_that_nothing_changed(office: Office) -> None:
    office.plan(folder="weekly", language="en")
    for _ in range(2):
        office.clock.wait(days=1)
        office.work()
    second = office.runs()[1]
    assert (second.state, second.unchanged) == ("rendered", 3)
    assert second.subject == "Pairings: 每周配对, nothing changed (2026-11-25)"


def test_a_manual_run_is_sent_even_if_nothing_changed(office: Office) -> None:
    schedule = office.plan(folder="weekly", skip_unchanged=True)
    for _ in range(2):
        office.run_now(schedule)
        office.work()
        office.clock.wait(seconds=2)
    assert [run.state for run in office.runs()] == ["rendered", "rendered"]


def test_other_settings_are_not_compared(office: Office) -> None:
    schedule = office.plan(folder="weekly")
    office.run_now(schedule)
    office.work()
    fields = ScheduleIn(name="n", cron="0 8 * * *", top=4, audience=Visibility.ORGANISERS)
    with office.sessions.write() as session:
        usecases.change_schedule(
            session, TESTER, schedule.id, fields.model_dump(), version=None, now=office.clock()
        )
    office.clock.wait(minutes=1)
    office.run_now(schedule)
    office.work()
    second = office.runs()[1]
    assert (second.new, second.compared_with) == (4, None)


def test_a_report_on_a_cancelled_event_fails_with_the_cause_and_is_not_tried_again(
    office: Office,
) -> None:
    fields = {
        "name_zh": "对接会",
        "name_en": None,
        "held_on": NOW.date(),
        "time_zone": "Asia/Shanghai",
        "place": "虎门",
        "themes": [],
        "participants": ["dalian", "keqiao"],
    }
    with office.sessions.write() as session:
        event = events.plan_event(session, TESTER, fields, now=NOW)
    schedule = office.plan(event=event.id, folder="weekly")
    office.run_now(schedule)
    office.work()
    assert office.only_run().state == "rendered"
    with office.sessions.write() as session:
        events.cancel_event(session, TESTER, event.id, version=None, now=NOW)
    office.clock.wait(days=1)
    office.work()
    failed = office.runs()[1]
    assert (failed.state, failed.attempts) == ("failed", 1)
    assert failed.error == "the docking event of this schedule was cancelled"


def test_what_a_reader_may_not_see_is_in_no_report(full_office: Office) -> None:
    office = full_office
    show_canary_to(office, "public")
    office.run_now(office.plan(cluster="dalian", audience="public", folder="weekly", top=9))
    office.work()
    assert CANARY in office.everything()
    told = office.everything().count(CANARY)
    show_canary_to(office, "organisers")
    office.clock.wait(days=1)
    office.work()
    assert office.everything().count(CANARY) == told
    assert CANARY.encode() not in office.content(office.runs()[1], "html")


CANARY = "金丝雀7f3a"


def show_canary_to(office: Office, visibility: str) -> None:
    """Let Dalian say the canary of its fabric, for readers of ``visibility`` only."""
    with office.sessions.write() as session:
        session.execute(update(Statement).values(visibility="public"))
        chosen = (
            select(Statement.id)
            .join(Cluster, Cluster.id == Statement.cluster_id)
            .join(Topic, Topic.id == Statement.topic_id)
            .where(Cluster.slug == "dalian", Topic.notation == "fabric")
            .where(Statement.basis == "meeting")
        )
        marked = update(Statement).where(Statement.id.in_(session.scalars(chosen).all()))
        session.execute(marked.values(quote=CANARY, phrase=CANARY, visibility=visibility))
        raise_revision(session, office.clock())


def test_the_loop_works_until_it_is_stopped(register_url: str, tmp_path: Path) -> None:
    runtime = runtime_on(register_url, tmp_path)
    office = Office(runtime.sessions, tmp_path)
    office.run_now(office.plan(folder="weekly"))
    stop = Event()
    thread = Thread(target=run_worker, args=(runtime, stop, 0.05))
    thread.start()
    folder = tmp_path / "reports" / "weekly"
    for _ in range(400):
        if folder.exists() and len(list(folder.glob("duijie*"))) == 2:
            break
        stop.wait(0.05)
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert sorted(path.suffix for path in folder.glob("duijie*")) == [".html", ".xlsx"]
    runtime.engine.dispose()


def test_two_workers_never_share_a_name(register_url: str, tmp_path: Path) -> None:
    runtime = runtime_on(register_url, tmp_path)
    one, other = make_worker(runtime), make_worker(runtime)
    assert one.lease.owner != other.lease.owner
    runtime.engine.dispose()
